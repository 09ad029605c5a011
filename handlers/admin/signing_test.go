package admin_test

import (
	"crypto/ecdsa"
	"net/http"
	"strings"
	"testing"

	"personalcms/handlers/rig"
	"personalcms/ota"
	"personalcms/ota/otatest"
	"personalcms/store"

	"github.com/google/go-cmp/cmp"
)

// keyPair is a new key, its private and its public half as PEM.
func keyPair(t *testing.T) (key *ecdsa.PrivateKey, private, public string) {
	t.Helper()
	key, err := ota.NewSigningKey()
	must(t, err)
	private, err = ota.PrivateKeyText(key)
	must(t, err)
	public, err = ota.PublicKeyText(&key.PublicKey)
	must(t, err)
	return key, private, public
}

// signatureOf signs an image as it would be uploaded.
func signatureOf(t *testing.T, key *ecdsa.PrivateKey, deviceType, version string, image []byte) string {
	t.Helper()
	img, err := ota.ReadImage(image)
	must(t, err)
	signature, err := ota.Sign(key, ota.Statement(deviceType, version, img.Size, img.SHA256))
	must(t, err)
	return signature
}

// lastAudit is the newest line of the audit log.
func lastAudit(t *testing.T, r *rig.Rig) string {
	t.Helper()
	log, err := r.DB.Log("", 1000)
	must(t, err)
	for _, entry := range log {
		if entry.Kind == store.LogAudit {
			return entry.Message
		}
	}
	return ""
}

func TestServersKeyByScript(t *testing.T) {
	r := rig.New(t)
	_, private, public := keyPair(t)
	image := otatest.Build(otatest.Options{Marker: marker})
	before := r.Upload("Clock", image, false)
	wantProblem(t, r.Script(http.MethodPost, "/api/v1/firmware/"+before+"/sign", `{}`), 409, "no_signing_key", "")
	made := r.Script(http.MethodPost, "/api/v1/signing/key", map[string]string{"name": "hall", "private_key": private})
	wants(t, made, http.StatusCreated, "!PRIVATE")
	if made.JSON(t)["public_key"] != public || !strings.Contains(lastAudit(t, r), "imported the signing key hall") {
		t.Errorf("%s, audit %q", made.Body, lastAudit(t, r))
	}
	wantProblem(t, r.Script(http.MethodPost, "/api/v1/signing/key", `{"name":"second"}`), 409, "exists", "")
	wants(t, r.Script(http.MethodGet, "/api/v1/signing", nil), 200, `"own_opens":true`, `"trusted":[]`, `"signed_only":[]`, "!PRIVATE", "!sealed")
	signed := r.Script(http.MethodPost, "/api/v1/firmware/"+before+"/sign", `{}`)
	wants(t, signed, 200, `"signed":true`, `"signer":"hall"`)
	if !strings.Contains(lastAudit(t, r), "signed firmware "+before) {
		t.Errorf("audit %q", lastAudit(t, r))
	}
	answer := upload(t, r, "x.bin", otatest.Build(otatest.Options{Seed: 2}), typeT)
	wants(t, answer, 200, `"signed":true`, `"signer":"hall"`, `"warnings":[`)
	wantProblem(t, r.Script(http.MethodPost, "/api/v1/firmware/none/sign", `{}`), 404, "unknown_firmware", "")
	wants(t, r.Script(http.MethodDelete, "/api/v1/signing/key", nil), 204)
	wants(t, r.Script(http.MethodDelete, "/api/v1/signing/key", nil), 404)
	wants(t, r.Script(http.MethodGet, "/api/v1/signing", nil), 200, `"own":null`, `"own_opens":false`)
}

func TestWrongKeysByScript(t *testing.T) {
	r := rig.New(t)
	r.Key()
	_, private, public := keyPair(t)
	for _, test := range []struct {
		name, path string
		body       any
		status     int
		word, key  string
	}{
		{"no name", "/api/v1/signing/key", `{}`, 422, "bad_name", "name"},
		{"long name", "/api/v1/signing/key", map[string]string{"name": strings.Repeat("x", 65)}, 422, "bad_name", "name"},
		{"public as private", "/api/v1/signing/key", map[string]string{"name": "x", "private_key": public}, 422, "bad_key", "private_key"},
		{"number", "/api/v1/signing/key", `{"name":7}`, 400, "wrong_type", "name"},
		{"private as public", "/api/v1/signing/trusted", map[string]string{"name": "x", "public_key": private}, 422, "bad_key", "public_key"},
		{"nothing to trust", "/api/v1/signing/trusted", `{"name":"x"}`, 422, "bad_key", "public_key"},
		{"trusted without a name", "/api/v1/signing/trusted", map[string]string{"public_key": public}, 422, "bad_name", "name"},
	} {
		t.Run(test.name, func(t *testing.T) {
			unchanged(t, r, func() {
				wantProblem(t, r.Script(http.MethodPost, test.path, test.body), test.status, test.word, test.key)
			})
		})
	}
	unchanged(t, r, func() {
		wantProblem(t, r.Script(http.MethodPut, "/api/v1/signing/policy", `{"signed_only":["../x"]}`), 422, "bad_device_type", "signed_only")
		wants(t, r.Script(http.MethodDelete, "/api/v1/signing/trusted/0123456789abcdef", nil), 404)
	})
}

// TestSignatureUploaded with an image: what holds is stored with its signer, what does not leaves nothing behind.
func TestSignatureUploaded(t *testing.T) {
	r := rig.New(t)
	key, _, public := keyPair(t)
	stranger, _, _ := keyPair(t)
	image := otatest.Build(otatest.Options{Marker: marker})
	good := signatureOf(t, key, "Clock", "2.5.0", image)
	page, htmx := newBrowser(r, false), newBrowser(r, true)
	r.Key()
	refused := func(name, signature, version, word string) {
		t.Run(name, func(t *testing.T) {
			unchanged(t, r, func() {
				values := map[string]string{"device_type": "Clock", "version": version, "signature": signature}
				answer := upload(t, r, "x.bin", image, values)
				wantProblem(t, answer, 422, word, "")
				wants(t, answer, 422, `"success":false`, `"error":`)
				wants(t, page.upload("/ota-management/upload", "firmware", "x.bin", image, values), 422, "<html", signature)
				wants(t, htmx.upload("/ota-management/upload", "firmware", "x.bin", image, values), 422, "!<html")
			})
		})
	}
	refused("before its key is trusted", good, "2.5.0", "bad_signature")
	trusted := r.Script(http.MethodPost, "/api/v1/signing/trusted", map[string]string{"name": "release", "public_key": public})
	wants(t, trusted, http.StatusCreated)
	if !strings.Contains(lastAudit(t, r), "trusts the signing key release") {
		t.Errorf("audit %q", lastAudit(t, r))
	}
	refused("another version", good, "2.5.1", "bad_signature")
	refused("a stranger's", signatureOf(t, stranger, "Clock", "2.5.0", image), "2.5.0", "bad_signature")
	refused("no base64", "no!", "2.5.0", "bad_signature")
	plain := otatest.Build(otatest.Options{Seed: 3})
	wantProblem(t, upload(t, r, "x.bin", plain, map[string]string{"device_type": "Clock", "signature": good}), 422, "no_version", "")
	answer := upload(t, r, "x.bin", image, map[string]string{"signature": good}) // type and version from the image
	wants(t, answer, 200, `"firmware_key":"Clock_2.5.0"`, `"signed":true`, `"signer":"release"`)
	wants(t, page.get("/ota-management"), 200, "signed by release")
	id, _ := trusted.JSON(t)["key_id"].(string)
	wants(t, r.Script(http.MethodDelete, "/api/v1/signing/trusted/"+id, nil), 204)
	wants(t, page.get("/ota-management"), 200, "signed by release, no longer trusted")
}

func TestSignatureForStoredImage(t *testing.T) {
	r := rig.New(t)
	key, _, public := keyPair(t)
	image := otatest.Build(otatest.Options{})
	stored := r.Upload("T", image, false)
	wants(t, r.Script(http.MethodPost, "/api/v1/signing/trusted", map[string]string{"name": "release", "public_key": public}), 201)
	_, version, _ := strings.Cut(stored, "_")
	path := "/api/v1/firmware/" + stored + "/sign"
	unchanged(t, r, func() {
		wantProblem(t, r.Script(http.MethodPost, path, map[string]string{"signature": signatureOf(t, key, "U", version, image)}), 422, "bad_signature", "")
	})
	wants(t, r.Script(http.MethodPost, path, map[string]string{"signature": signatureOf(t, key, "T", version, image)}), 200, `"signer":"release"`)
}

func TestOnlySignedFirmware(t *testing.T) {
	r := rig.New(t)
	answer := r.Script(http.MethodPut, "/api/v1/signing/policy", `{"signed_only":["T","T"]}`)
	if diff := cmp.Diff(map[string]any{"signed_only": []any{"T"}}, answer.JSON(t)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	image, page := otatest.Build(otatest.Options{}), newBrowser(r, false)
	unchanged(t, r, func() {
		wantProblem(t, upload(t, r, "x.bin", image, typeT), 422, "unsigned", "")
		wants(t, page.upload("/ota-management/upload", "firmware", "x.bin", image, typeT), 422, "only signed firmware is allowed")
	})
	wants(t, upload(t, r, "x.bin", image, map[string]string{"device_type": "U"}), 200, `"signed":false`)
	wants(t, r.Script(http.MethodPost, "/api/v1/signing/key", `{"name":"hall"}`), 201)
	wants(t, upload(t, r, "x.bin", image, typeT), 200, `"signed":true`)
}

// TestOtherSignerIsWarned: boards remember the server's key, the image was signed by another.
func TestOtherSignerIsWarned(t *testing.T) {
	r := rig.New(t)
	key, _, public := keyPair(t)
	image := otatest.Build(otatest.Options{})
	wants(t, r.Script(http.MethodPost, "/api/v1/signing/trusted", map[string]string{"name": "release", "public_key": public}), 201)
	wants(t, upload(t, r, "x.bin", image, typeT), 200, "boards that remember the key release will refuse it")
	wants(t, r.Script(http.MethodPost, "/api/v1/signing/key", `{"name":"hall"}`), 201)
	values := map[string]string{"device_type": "U", "version": "1", "signature": signatureOf(t, key, "U", "1", image)}
	wants(t, upload(t, r, "x.bin", image, values), 200, "boards that remember the key hall will refuse it")
}

// TestSigningPages does all of it with forms alone.
func TestSigningPages(t *testing.T) {
	r := rig.New(t)
	page := newBrowser(r, false)
	_, private, public := keyPair(t)
	older := r.Upload("T", otatest.Build(otatest.Options{}), false)
	wants(t, page.get("/settings/signing/public.pem"), 404)
	wants(t, page.get("/ota-management"), 200, "not signed", "!Sign now", `name="signature"`)
	unchanged(t, r, func() {
		answer := page.post("/settings/signing/key", query("own_name", "hall", "private_key", strings.Replace(private, "PRIVATE", "CURIOUS", 2)))
		wants(t, answer, 422, `id="private-key-error"`, "no private key", "!CURIOUS")
		wants(t, page.post("/settings/signing/key", query("own_name", "")), 422, `id="own-name-error"`)
		answer = page.post("/settings/signing/trusted", query("signer_name", "release", "public_key", "x"))
		wants(t, answer, 422, `id="public-key-error"`, `value="release"`)
		wants(t, page.post("/ota-management/sign", query("firmware_key", older)), 409, "no key that it could sign with")
	})
	wants(t, page.post("/settings/signing/key", query("own_name", "hall", "private_key", private)), 303)
	wants(t, page.get("/settings"), 200, "hall", "BEGIN PUBLIC KEY", "!-----BEGIN PRIVATE", "Boards remember")
	file := page.get("/settings/signing/public.pem")
	wants(t, file, 200, public)
	if got := file.Header.Get("Content-Disposition"); !strings.Contains(got, "personalcms-public.pem") {
		t.Errorf("Content-Disposition %q", got)
	}
	wants(t, page.post("/settings/signing/trusted", query("signer_name", "twice", "public_key", public)), 422, "There is one")
	_, _, other := keyPair(t)
	wants(t, page.post("/settings/signing/trusted", query("signer_name", "release", "public_key", other)), 303)
	wants(t, page.get("/settings"), 200, "release")
	wants(t, page.get("/ota-management/firmware/"+older), 200, "Sign now")
	wants(t, page.post("/ota-management/sign", query("firmware_key", older)), 303)
	wants(t, page.get("/ota-management"), 200, "signed by hall")
	wants(t, page.get("/ota-management/firmware/"+older), 200, "signed by hall", "!Sign now")
	wants(t, page.post("/settings/signing/policy", query("signed_only", "T")), 303)
	wants(t, page.get("/settings"), 200, `value="T" checked`)
	id := r.DB.Settings().Signatures.Trusted[0].ID
	wants(t, page.post("/settings/signing/trusted/remove", query("key_id", id)), 303)
	wants(t, page.post("/settings/signing/key/remove", ""), 303)
	if keys := r.DB.Settings().Signatures.Keys(); len(keys) > 0 {
		t.Errorf("keys that are left: %v", keys)
	}
}

// TestKeyThatDoesNotOpen is said on the page, and signs nothing.
func TestKeyThatDoesNotOpen(t *testing.T) {
	r := rig.New(t)
	wants(t, r.Script(http.MethodPost, "/api/v1/signing/key", `{"name":"hall"}`), 201)
	r.DB.SealWith([]byte("another secret"))
	wants(t, newBrowser(r, false).get("/settings"), 200, "It cannot be opened")
	wants(t, upload(t, r, "x.bin", otatest.Build(otatest.Options{}), typeT), 200, `"signed":false`, "key cannot be opened")
	wantProblem(t, r.Script(http.MethodPost, "/api/v1/firmware/T_20261123.120000/sign", `{}`), 409, "no_signing_key", "")
}
