package device_test

import (
	"crypto/ecdsa"
	"net/http"
	"testing"

	"personalcms/handlers/rig"
	"personalcms/ota"
	"personalcms/store"

	"github.com/google/go-cmp/cmp"
)

// ownKey gives a server a key to sign with.
func ownKey(t *testing.T, r *rig.Rig) (*ecdsa.PrivateKey, store.TrustedKey) {
	t.Helper()
	key, err := ota.NewSigningKey()
	if err != nil {
		t.Fatal(err)
	}
	public, err := r.DB.SetOwnKey(key, "hall", rig.Start)
	if err != nil {
		t.Fatal(err)
	}
	return key, public
}

// TestSignatureReachesTheDevice in the offer and with the image, and holds for what the device can compute itself.
func TestSignatureReachesTheDevice(t *testing.T) {
	t.Parallel()
	r := rig.New(t)
	key, public := ownKey(t, r)
	token := r.Enrol(panelID, panelType)
	data, img := build(t, 1, "esp32")
	r.Upload(panelType, data, true)
	answer := offered(t, check(t, r, panelID, token))
	signature := text(t, answer, "signature")
	statement := ota.Statement(text(t, answer, "target_firmware"), text(t, answer, "version"), int64(len(data)), img.SHA256)
	if err := ota.Verify(&key.PublicKey, statement, signature); err != nil {
		t.Error(err)
	}
	if answer["key_id"] != public.ID {
		t.Errorf("key_id %v, want %s", answer["key_id"], public.ID)
	}
	download := ok(t, r.Do(http.MethodGet, path(r, text(t, answer, "firmware_url")), nil), http.StatusOK)
	if got := download.Header.Get("X-Firmware-Signature"); got != signature {
		t.Errorf("X-Firmware-Signature %q, want %q", got, signature)
	}
}

// TestUnsignedSaysNothingOfSignatures: no key, no word of it, as firmware in the field knows it.
func TestUnsignedSaysNothingOfSignatures(t *testing.T) {
	t.Parallel()
	d := offer(t)
	answer := offered(t, check(t, d.Rig, panelID, d.token))
	for _, key := range []string{"signature", "key_id"} {
		if value, there := answer[key]; there {
			t.Errorf("%s: %v", key, value)
		}
	}
	if value, there := ok(t, d.Do(http.MethodGet, d.offer, nil), http.StatusOK).Header["X-Firmware-Signature"]; there {
		t.Errorf("X-Firmware-Signature: %v", value)
	}
}

func TestKeyToPin(t *testing.T) {
	t.Parallel()
	r := rig.New(t)
	register := func(body map[string]any, headers ...string) any {
		t.Helper()
		return ok(t, r.Do(http.MethodPost, "/api/devices/register", body, headers...), http.StatusOK).JSON(t)["ota_pubkey"]
	}
	modern := map[string]any{"device_id": panelID, "device_type": panelType, "auth": "token"}
	legacy := map[string]any{"device_id": "old", "device_type": panelType, "device_name": "x", "occupation": "y"}
	got := []any{register(map[string]any{"device_id": "before", "device_type": panelType, "auth": "token"})}
	_, public := ownKey(t, r)
	got = append(got, register(modern), register(legacy))
	if diff := cmp.Diff([]any{nil, public.Public, nil}, got); diff != "" {
		t.Errorf("before there was a key, after, a device that cannot verify (-want +got):\n%s", diff)
	}
}

// TestUnsignedIsNotOffered says so in words, to the device and on its page.
func TestUnsignedIsNotOffered(t *testing.T) {
	t.Parallel()
	d := offer(t)
	set(t, d.Rig, func(s *store.Settings) { s.Signatures.SignedOnly = []string{panelType} })
	refusedFor(t, check(t, d.Rig, panelID, d.token), ota.ReasonUnsigned)
	device, err := d.DB.Device(panelID)
	if err != nil || device.UpdateReason != ota.ReasonUnsigned || device.UpdateMessage == "" {
		t.Errorf("%+v, %v", device, err)
	}
	ownKey(t, d.Rig)
	if _, err := d.DB.SignFirmware(d.key, ""); err != nil {
		t.Fatal(err)
	}
	offered(t, check(t, d.Rig, panelID, d.token))
}
