package ota_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"personalcms/ota"

	"github.com/google/go-cmp/cmp"
)

var updateSignatures = flag.Bool("update-signatures", false, "write the vectors of signatures anew")

func noError(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// keyOf makes a P-256 key of its private number in hex.
func keyOf(t testing.TB, number string) *ecdsa.PrivateKey {
	t.Helper()
	raw, err := hex.DecodeString(number)
	noError(t, err)
	key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), raw)
	noError(t, err)
	return key
}

// The private numbers of the vectors' two keys.
const (
	vectorNumber = "5045524f534f4e414c434d53207465737420766563746f7273206b657920310a"
	otherNumber  = "5045524f534f4e414c434d53207465737420766563746f7273206b657920320a"
)

// TestSignIsRFC6979 signs the RFC's own example (A.2.5, P-256, SHA-256, message "sample").
func TestSignIsRFC6979(t *testing.T) {
	key := keyOf(t, "C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721")
	signature, err := ota.Sign(key, "sample")
	noError(t, err)
	der, err := base64.StdEncoding.DecodeString(signature)
	noError(t, err)
	want := "3046" + "022100" + "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716" +
		"022100" + "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8"
	if diff := cmp.Diff(want, hex.EncodeToString(der)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	noError(t, ota.Verify(&key.PublicKey, "sample", signature))
}

func TestStatement(t *testing.T) {
	got := ota.Statement("ESP32_LED_Blink", "2.5.0", 1_166_192, strings.Repeat("AB", 32))
	want := "PCMSFW1\nESP32_LED_Blink\n2.5.0\n1166192\n" + strings.Repeat("ab", 32) + "\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// signatureVector is one entry of testdata/signatures/vectors.json; README.md there says what the keys mean.
type signatureVector struct {
	Name       string `json:"name"`
	DeviceType string `json:"device_type"`
	Version    string `json:"version"`
	Size       int64  `json:"size"`
	SHA256     string `json:"sha256"`
	Statement  string `json:"statement"`
	Signature  string `json:"signature"`
	Key        string `json:"key"`
	Good       bool   `json:"good"`
	Strict     bool   `json:"strict,omitempty"`
	Why        string `json:"why,omitempty"`
}

const signatureFolder = "testdata/signatures"

// TestVectors verifies every entry with the key it names.
func TestSignatureVectors(t *testing.T) {
	if *updateSignatures {
		writeVectors(t)
	}
	raw, err := os.ReadFile(filepath.Join(signatureFolder, "vectors.json"))
	noError(t, err)
	var vectors []signatureVector
	noError(t, json.Unmarshal(raw, &vectors))
	if len(vectors) < 15 {
		t.Fatalf("%d vectors", len(vectors))
	}
	for _, v := range vectors {
		t.Run(v.Name, func(t *testing.T) {
			if diff := cmp.Diff(v.Statement, ota.Statement(v.DeviceType, v.Version, v.Size, v.SHA256)); diff != "" {
				t.Errorf("statement (-want +got):\n%s", diff)
			}
			pem, err := os.ReadFile(filepath.Join(signatureFolder, v.Key))
			noError(t, err)
			key, err := ota.ParsePublicKey(string(pem))
			noError(t, err)
			err = ota.Verify(key, v.Statement, v.Signature)
			var refused *ota.SigningError
			if v.Good != (err == nil) || err != nil && (!errors.As(err, &refused) || refused.Word != "bad_signature") {
				t.Errorf("good is %v: %v", v.Good, err)
			}
		})
	}
}

// writeVectors makes the vectors' files.
func writeVectors(t *testing.T) {
	t.Helper()
	key, other := keyOf(t, vectorNumber), keyOf(t, otherNumber)
	write := func(name, text string, err error) {
		noError(t, err)
		noError(t, os.WriteFile(filepath.Join(signatureFolder, name), []byte(text), 0o644))
	}
	private, err := ota.PrivateKeyText(key)
	write("private.pem", private, err)
	public, err := ota.PublicKeyText(&key.PublicKey)
	write("public.pem", public, err)
	second, err := ota.PublicKeyText(&other.PublicKey)
	write("other.pem", second, err)
	raw, err := json.MarshalIndent(append(signedVectors(t, key), malformedVectors(t, key)...), "", "  ")
	write("vectors.json", string(raw)+"\n", err)
}

// first is the statement that most vectors are about.
func first() signatureVector {
	v := signatureVector{
		DeviceType: "ESP32_PersonalCMS", Version: "2.6.0", Size: 1_166_192, Key: "public.pem",
		SHA256: "6ca13d52ca70c883e0f0bb101e425a89e8624de51db2d2392593af6a84118090",
	}
	v.Statement = ota.Statement(v.DeviceType, v.Version, v.Size, v.SHA256)
	return v
}

// signedVectors are right signatures, and right signatures of something else.
func signedVectors(t *testing.T, key *ecdsa.PrivateKey) []signatureVector {
	t.Helper()
	signed := first()
	signature, err := ota.Sign(key, signed.Statement)
	noError(t, err)
	var all []signatureVector
	add := func(name, why string, change func(*signatureVector)) {
		v := first()
		v.Signature, v.Name, v.Why, v.Good = signature, name, why, why == ""
		change(&v)
		v.Statement = ota.Statement(v.DeviceType, v.Version, v.Size, v.SHA256)
		if v.Good {
			v.Signature, err = ota.Sign(key, v.Statement)
			noError(t, err)
		}
		all = append(all, v)
	}
	add("good", "", func(*signatureVector) {})
	add("good, version of an upload", "", func(v *signatureVector) { v.Version = "20261123.120000" })
	add("good, smallest values", "", func(v *signatureVector) { v.DeviceType, v.Version, v.Size = "T", "1", 1 })
	add("good, longest values", "", func(v *signatureVector) {
		v.DeviceType, v.Version, v.Size = strings.Repeat("T", 64), strings.Repeat("9", 32), 128<<20
	})
	add("another device type", "the statement names another device type", func(v *signatureVector) { v.DeviceType = "ESP32_LED_Blink" })
	add("another version", "the statement names another version", func(v *signatureVector) { v.Version = "2.5.9" })
	add("another size", "the statement names another size", func(v *signatureVector) { v.Size++ })
	add("another file", "the statement names another file", func(v *signatureVector) { v.SHA256 = strings.Repeat("0", 64) })
	add("type and version that read the same together", "the border between type and version moved",
		func(v *signatureVector) { v.DeviceType, v.Version = "ESP32_PersonalCM", "S2.6.0" })
	add("another key", "it was made with another key", func(v *signatureVector) { v.Key = "other.pem" })
	return all
}

// malformedVectors are signatures that are damaged or written in another way.
func malformedVectors(t *testing.T, key *ecdsa.PrivateKey) []signatureVector {
	t.Helper()
	signature, err := ota.Sign(key, first().Statement)
	noError(t, err)
	der, err := base64.StdEncoding.DecodeString(signature)
	noError(t, err)
	rLength := int(der[3])
	r, s := der[4:4+rLength], der[4+rLength+2:]
	sequence := func(parts ...[]byte) []byte {
		var body []byte
		for _, part := range parts {
			body = append(append(body, 2, byte(len(part))), part...)
		}
		return append([]byte{0x30, byte(len(body))}, body...)
	}
	padded := func(number []byte) []byte { return append([]byte{0}, number...) }
	flipped := append([]byte(nil), der...)
	flipped[len(flipped)-1] ^= 1
	var all []signatureVector
	add := func(name, why string, signature string, strict bool) {
		v := first()
		v.Name, v.Why, v.Signature, v.Strict = name, why, signature, strict
		all = append(all, v)
	}
	encoded := func(raw []byte) string { return base64.StdEncoding.EncodeToString(raw) }
	add("one bit flipped", "one bit of it is flipped", encoded(flipped), false)
	add("cut", "its last byte is missing", encoded(der[:len(der)-1]), false)
	add("a byte behind it", "something follows the DER", encoded(append(append([]byte(nil), der...), 0)), false)
	add("numbers swapped", "r and s are swapped", encoded(sequence(s, r)), false)
	add("zeros", "r and s are zero", encoded(sequence([]byte{0}, []byte{0})), false)
	add("r alone", "s is missing", encoded(sequence(r)), false)
	add("raw", "it is r and s without DER", encoded(append(append([]byte(nil), r[len(r)-32:]...), s[len(s)-32:]...)), false)
	add("empty", "there is none", "", false)
	add("not base64", "it is not in base64", "not a signature!", false)
	add("padded number", "a number has a zero byte in front that DER does not allow", encoded(sequence(padded(r), s)), true)
	return all
}

func TestKeysComeBack(t *testing.T) {
	key, err := ota.NewSigningKey()
	noError(t, err)
	private, err := ota.PrivateKeyText(key)
	noError(t, err)
	again, err := ota.ParsePrivateKey("made yesterday\n" + private + "\n")
	noError(t, err)
	public, err := ota.PublicKeyText(&key.PublicKey)
	noError(t, err)
	publicAgain, err := ota.ParsePublicKey(public + "key id: …\n")
	noError(t, err)
	if !again.Equal(key) || !publicAgain.Equal(&key.PublicKey) {
		t.Error("a key changed on its way through PEM")
	}
	id, err := ota.KeyID(publicAgain)
	noError(t, err)
	other, err := ota.KeyID(&keyOf(t, otherNumber).PublicKey)
	noError(t, err)
	if len(id) != 16 || id == other {
		t.Errorf("ids %q and %q", id, other)
	}
}

// TestWrongKeys says what was given instead of a key.
func TestWrongKeys(t *testing.T) {
	p256, p384 := keyOf(t, vectorNumber), newKey(t, elliptic.P384())
	private, err := ota.PrivateKeyText(p256)
	noError(t, err)
	public, err := ota.PublicKeyText(&p256.PublicKey)
	noError(t, err)
	block := func(kind string, der []byte, err error) string {
		t.Helper()
		noError(t, err)
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
	}
	sec1, err := x509.MarshalECPrivateKey(p256)
	older := block("EC PRIVATE KEY", sec1, err)
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	noError(t, err)
	der, err := x509.MarshalPKCS8PrivateKey(rsaKey)
	rsaPrivate := block("PRIVATE KEY", der, err)
	der, err = x509.MarshalPKIXPublicKey(&rsaKey.PublicKey)
	rsaPublic := block("PUBLIC KEY", der, err)
	der, err = x509.MarshalPKCS8PrivateKey(p384)
	wrongCurve := block("PRIVATE KEY", der, err)
	der, err = x509.MarshalPKIXPublicKey(&p384.PublicKey)
	wrongPublic := block("PUBLIC KEY", der, err)
	for _, test := range []struct{ name, text, asPrivate, asPublic string }{
		{"empty", "", "no key in PEM", "no key in PEM"},
		{"prose", "my key", "no key in PEM", "no key in PEM"},
		{"too long", strings.Repeat("x", 9000), "too long", "too long"},
		{"public", public, "This is the public key", ""},
		{"private", private, "", "Keep it to yourself"},
		{"older form", older, "openssl pkey", "Keep it to yourself"},
		{"locked", block("ENCRYPTED PRIVATE KEY", sec1, nil), "passphrase", "Keep it to yourself"},
		{"certificate", block("CERTIFICATE", sec1, nil), "no private key", "no public key"},
		{"damaged private", block("PRIVATE KEY", sec1[:20], nil), "damaged", "Keep it to yourself"},
		{"damaged public", block("PUBLIC KEY", sec1[:20], nil), "public key", "damaged"},
		{"RSA", rsaPrivate, "P-256", "Keep it to yourself"},
		{"RSA public", rsaPublic, "public key", "P-256"},
		{"P-384", wrongCurve, "P-256", "Keep it to yourself"},
		{"P-384 public", wrongPublic, "public key", "P-256"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := ota.ParsePrivateKey(test.text)
			wantKeyError(t, err, test.asPrivate)
			_, err = ota.ParsePublicKey(test.text)
			wantKeyError(t, err, test.asPublic)
		})
	}
}

func newKey(t *testing.T, curve elliptic.Curve) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	noError(t, err)
	return key
}

func wantKeyError(t *testing.T, err error, sentence string) {
	t.Helper()
	var wrong *ota.SigningError
	switch {
	case sentence == "" && err != nil:
		t.Errorf("refused: %v", err)
	case sentence != "" && (!errors.As(err, &wrong) || wrong.Word != "bad_key" || !strings.Contains(wrong.Sentence, sentence)):
		t.Errorf("%v does not say %q", err, sentence)
	}
}

func TestSignatureForms(t *testing.T) {
	key := keyOf(t, vectorNumber)
	signature, err := ota.Sign(key, "x")
	noError(t, err)
	wrapped := "\n " + signature[:64] + "\n" + signature[64:] + "\r\n"
	noError(t, ota.Verify(&key.PublicKey, "x", wrapped))
	for _, bad := range []string{strings.ReplaceAll(signature, "=", "") + "*", strings.Repeat("A", 145), signature + signature} {
		if err := ota.Verify(&key.PublicKey, "x", bad); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}

// FuzzParseKey never panics, and what it takes comes back through PEM.
func FuzzParseKey(f *testing.F) {
	key := keyOf(f, vectorNumber)
	private, err := ota.PrivateKeyText(key)
	noError(f, err)
	public, err := ota.PublicKeyText(&key.PublicKey)
	noError(f, err)
	for _, seed := range []string{"", private, public, private[:80], strings.ToLower(public), "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if key, err := ota.ParsePrivateKey(text); err == nil {
			again, err := ota.PrivateKeyText(key)
			noError(t, err)
			if parsed, err := ota.ParsePrivateKey(again); err != nil || !parsed.Equal(key) {
				t.Errorf("another key came back: %v", err)
			}
		}
		if key, err := ota.ParsePublicKey(text); err == nil {
			again, err := ota.PublicKeyText(key)
			noError(t, err)
			if parsed, err := ota.ParsePublicKey(again); err != nil || !parsed.Equal(key) {
				t.Errorf("another key came back: %v", err)
			}
		}
	})
}

// FuzzVerify takes no signature but those that decode to the right one's DER, or to its twin with n-s.
func FuzzVerify(f *testing.F) {
	key := keyOf(f, vectorNumber)
	statement := first().Statement
	signature, err := ota.Sign(key, statement)
	noError(f, err)
	raw, err := os.ReadFile(filepath.Join(signatureFolder, "vectors.json"))
	noError(f, err)
	var vectors []signatureVector
	noError(f, json.Unmarshal(raw, &vectors))
	for _, v := range vectors {
		f.Add(v.Signature)
	}
	right, err := ota.DecodeSignature(signature)
	noError(f, err)
	start := string(right[:4+int(right[3])]) // the sequence's head and r
	f.Fuzz(func(t *testing.T, text string) {
		der, err := ota.DecodeSignature(text)
		if verified := ota.Verify(&key.PublicKey, statement, text); verified == nil && (err != nil || string(der[4:4+int(der[3])]) != start[4:]) {
			t.Errorf("%q holds", text)
		}
	})
}
