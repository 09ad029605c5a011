package store

import (
	"bytes"
	"crypto/ecdsa"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"personalcms/ota"

	"github.com/google/go-cmp/cmp"
)

func signingKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ota.NewSigningKey()
	must(t, err)
	return key
}

// signed is an image with a signature of key.
func signed(t testing.TB, key *ecdsa.PrivateKey, deviceType, version, data string) (Firmware, []byte) {
	t.Helper()
	record, raw := image(deviceType, version, data)
	record.Key = ota.FirmwareKey(deviceType, version)
	signature, err := ota.Sign(key, record.statement())
	must(t, err)
	record.Signature = signature
	return record, raw
}

func TestServerSigns(t *testing.T) {
	db := open(t)
	before := add(t, db, "T", "1", "before")
	key := signingKey(t)
	public, err := db.SetOwnKey(key, "hall", noon)
	must(t, err)
	for _, firmware := range []Firmware{add(t, db, "T", "2", "with a version"), add(t, db, "T", "", "without")} {
		must(t, ota.Verify(&key.PublicKey, ota.Statement("T", firmware.Version, firmware.Image.Size, firmware.Image.SHA256), firmware.Signature))
		stored, err := db.Firmware(firmware.Key)
		must(t, err)
		if diff := cmp.Diff([]string{firmware.Signature, public.ID, "hall"}, []string{stored.Signature, stored.KeyID, stored.Signer}); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
	if before.Signature != "" {
		t.Error("signed before there was a key")
	}
	after, err := db.SignFirmware(before.Key, "")
	must(t, err)
	if stored, err := db.Firmware(before.Key); err != nil || !db.Settings().Signatures.Holds(after) || stored.Signature != after.Signature {
		t.Errorf("signed later: %+v, %v", stored, err)
	}
	if _, err := db.SetOwnKey(signingKey(t), "second", noon); !errors.Is(err, ErrExists) {
		t.Errorf("a second key: %v", err)
	}
	must(t, db.RemoveOwnKey())
	if err := db.RemoveOwnKey(); !errors.Is(err, ErrNotFound) {
		t.Errorf("removed twice: %v", err)
	}
	if db.Settings().Signatures.Holds(after) {
		t.Error("the signature of a key that was removed still counts")
	}
	if _, err := db.SignFirmware(before.Key, ""); !errors.Is(err, ErrUnsigned) {
		t.Errorf("signed without a key: %v", err)
	}
	if _, err := db.SignFirmware("T_none", ""); !errors.Is(err, ErrNotFound) {
		t.Errorf("signed what is not there: %v", err)
	}
}

// TestKeyIsSealed: the file does not hold the private key, and it opens with no other secret.
func TestKeyIsSealed(t *testing.T) {
	folder := t.TempDir()
	db, err := Open(folder)
	must(t, err)
	key := signingKey(t)
	_, err = db.SetOwnKey(key, "hall", noon)
	must(t, err)
	if !db.OwnKeyOpens() {
		t.Error("the key does not open")
	}
	must(t, db.Close())
	raw, err := os.ReadFile(filepath.Join(folder, FileName))
	must(t, err)
	number, err := key.Bytes()
	must(t, err)
	if bytes.Contains(raw, number) || bytes.Contains(raw, []byte("PRIVATE KEY")) {
		t.Error("the private key stands in the file")
	}
	again, err := Open(folder)
	must(t, err)
	defer func() { must(t, again.Close()) }()
	again.SealWith([]byte("another secret"))
	if again.OwnKeyOpens() {
		t.Error("the key opens with another secret")
	}
	if firmware := add(t, again, "T", "1", "x"); firmware.Signature != "" {
		t.Errorf("signed with a key that does not open: %+v", firmware)
	}
}

func TestUploadedSignature(t *testing.T) {
	db := open(t)
	release, stranger := signingKey(t), signingKey(t)
	record, data := signed(t, release, "T", "1", "one")
	if _, err := db.AddFirmware(record, data, false); !errors.Is(err, ota.ErrBadSignature) {
		t.Errorf("before its key was trusted: %v", err)
	}
	public, err := db.TrustKey(&release.PublicKey, "release", noon)
	must(t, err)
	stored, err := db.AddFirmware(record, data, false)
	must(t, err)
	if diff := cmp.Diff([]string{public.ID, "release"}, []string{stored.KeyID, stored.Signer}); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	otherType, _ := signed(t, release, "U", "2", "two")
	otherType.DeviceType = "T"
	otherVersion, _ := signed(t, release, "T", "3", "two")
	otherVersion.Version = "2"
	otherFile, _ := signed(t, release, "T", "2", "three")
	_, data = image("T", "2", "two")
	otherFile.Image = record.Image
	otherFile.Image.SHA256 = "00"
	byStranger, _ := signed(t, stranger, "T", "2", "two")
	noBase64, _ := image("T", "2", "two")
	noBase64.Signature = "no!"
	for name, firmware := range map[string]Firmware{
		"another type": otherType, "another version": otherVersion, "another file": otherFile, "a stranger's": byStranger, "no base64": noBase64,
	} {
		var refused *ota.SigningError
		if _, err := db.AddFirmware(firmware, data, false); !errors.As(err, &refused) || refused.Word != "bad_signature" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if all, err := db.AllFirmware(); err != nil || len(all) != 1 {
		t.Errorf("stored: %v, %v", all, err)
	}
	must(t, db.DistrustKey(public.ID))
	if err := db.DistrustKey(public.ID); !errors.Is(err, ErrNotFound) {
		t.Errorf("distrusted twice: %v", err)
	}
	if db.Settings().Signatures.Holds(stored) {
		t.Error("a key that is not trusted any more counts")
	}
}

// TestSignedOnly refuses unsigned images of a type and offers none of those that are here.
func TestSignedOnly(t *testing.T) {
	db := open(t)
	must(t, db.CreateDevice(Device{ID: "panel", DeviceType: "T", Approved: true}))
	old := add(t, db, "T", "1", "old")
	must(t, db.Assign(Assignment{DeviceType: "T", FirmwareKey: old.Key, Since: noon}))
	reason := func() string {
		t.Helper()
		facts, err := db.UpdateFacts("panel")
		must(t, err)
		return ota.Decide(facts.Input(ota.CheckIn{}, Status{}), noon).Reason
	}
	if got := reason(); got != ota.ReasonUpdateAvailable {
		t.Errorf("without a policy: %s", got)
	}
	must(t, db.UpdateSettings(func(s *Settings) error { s.Signatures.SignedOnly = []string{"T"}; return nil }))
	record, data := image("T", "2", "unsigned")
	if _, err := db.AddFirmware(record, data, false); !errors.Is(err, ErrUnsigned) {
		t.Errorf("unsigned: %v", err)
	}
	if got := reason(); got != ota.ReasonUnsigned {
		t.Errorf("an unsigned image: %s", got)
	}
	foreign := add(t, db, "U", "1", "unsigned of another type")
	_, err := db.AssignDevice("panel", foreign.Key, false)
	must(t, err)
	if got := reason(); got != ota.ReasonUnsigned {
		t.Errorf("an unsigned image of another type: %s", got)
	}
	_, err = db.AssignDevice("panel", "", false)
	must(t, err)
	key := signingKey(t)
	signature, err := ota.Sign(key, old.statement())
	must(t, err)
	public, err := db.TrustKey(&key.PublicKey, "release", noon)
	must(t, err)
	_, err = db.SignFirmware(old.Key, signature)
	must(t, err)
	if got := reason(); got != ota.ReasonUpdateAvailable {
		t.Errorf("signed: %s", got)
	}
	must(t, db.DistrustKey(public.ID))
	if got := reason(); got != ota.ReasonUnsigned {
		t.Errorf("its signer is not trusted any more: %s", got)
	}
}

func TestPinned(t *testing.T) {
	db := open(t)
	pinned := func() string {
		key, ok := db.Settings().Signatures.Pinned()
		if !ok {
			return "none"
		}
		return key.Name
	}
	got := []string{pinned()}
	for _, name := range []string{"one", "two"} {
		_, err := db.TrustKey(&signingKey(t).PublicKey, name, noon)
		must(t, err)
		got = append(got, pinned())
	}
	_, err := db.SetOwnKey(signingKey(t), "own", noon)
	must(t, err)
	if diff := cmp.Diff([]string{"none", "one", "none", "own"}, append(got, pinned())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestTrustIsBounded(t *testing.T) {
	db := open(t)
	key := signingKey(t)
	_, err := db.TrustKey(&key.PublicKey, "one", noon)
	must(t, err)
	if _, err := db.TrustKey(&key.PublicKey, "again", noon); !errors.Is(err, ErrExists) {
		t.Errorf("trusted twice: %v", err)
	}
	for range maxTrusted - 1 {
		_, err := db.TrustKey(&signingKey(t).PublicKey, "more", noon)
		must(t, err)
	}
	if _, err := db.TrustKey(&signingKey(t).PublicKey, "too many", noon); !errors.Is(err, ErrManyKeys) {
		t.Errorf("too many: %v", err)
	}
}
