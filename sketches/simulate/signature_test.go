package simulate

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// signer is a key that signs for a server, and its public half as PEM.
type signer struct {
	key    *ecdsa.PrivateKey
	public string
}

func newSigner(t *testing.T) signer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	return signer{key, string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))}
}

// sign is a signature of the fake server's image for a version.
func (s signer) sign(f *fakeServer, version string) string {
	statement := fmt.Sprintf("PCMSFW1\nESP32_PersonalCMS\n%s\n%d\n%s\n", version, len(f.image), hexSHA256(f.image))
	digest := sha256.Sum256([]byte(statement))
	der, _ := s.key.Sign(nil, digest[:], crypto.SHA256)
	return base64.StdEncoding.EncodeToString(der)
}

// signing makes a fake server hand out a public key and a signature, "" = none.
func signing(f *fakeServer, public, signature string) {
	f.mangle = func(r *http.Request, a *fakeAnswer) {
		switch {
		case strings.HasSuffix(r.URL.Path, "/register") && public != "":
			with(a, "ota_pubkey", public)
		case strings.Contains(r.URL.Path, "/check/") && signature != "" && strings.Contains(string(a.body), `"firmware_url"`):
			with(a, "signature", signature)
			with(a, "key_id", "0123456789abcdef")
		case strings.Contains(r.URL.Path, "/download/") && signature != "":
			a.header.Set("X-Firmware-Signature", signature)
		}
	}
}

// with adds a key to a JSON answer.
func with(a *fakeAnswer, key, value string) {
	var o object
	_ = json.Unmarshal(a.body, &o)
	o[key] = value
	a.body, _ = json.Marshal(o)
	a.header.Del("Content-Length")
}

func TestPinnedKey(t *testing.T) {
	right, wrong := newSigner(t), newSigner(t)
	for _, test := range []struct {
		name              string
		public            string
		signature         func(f *fakeServer) string
		installs, refuses int
	}{
		{"signed", right.public, func(f *fakeServer) string { return right.sign(f, fakeVersion) }, 1, 0},
		{"no signature", right.public, func(*fakeServer) string { return "" }, 0, maxTries},
		{"another key's", right.public, func(f *fakeServer) string { return wrong.sign(f, fakeVersion) }, 0, maxTries},
		{"another version's", right.public, func(f *fakeServer) string { return right.sign(f, "1") }, 0, maxTries},
		{"no base64", right.public, func(*fakeServer) string { return "no!" }, 0, maxTries},
		{"nothing pinned", "", func(f *fakeServer) string { return wrong.sign(f, fakeVersion) }, 1, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			r, f := simulated(t, func(f *fakeServer, c *Config) { signing(f, test.public, test.signature(f)) })
			if diff := cmp.Diff([]int{test.installs, test.refuses, 0}, []int{r.Updates, r.FailedUpdates, r.ViolationCount}); diff != "" {
				t.Errorf("installed, refused, violations (-want +got):\n%s\n%s", diff, r)
			}
			said := slices.ContainsFunc(f.requests, func(s string) bool {
				return strings.Contains(s, "/report/") && strings.Contains(s, `"error":"bad_signature"`) && strings.Contains(s, `"state":"failed"`)
			})
			if said != (test.refuses > 0) {
				t.Errorf("reported bad_signature: %v", said)
			}
		})
	}
}

// TestFirstKeyStays: a device that has pinned a key takes no other, whoever hands it out, also after a restart.
func TestFirstKeyStays(t *testing.T) {
	first, second := newSigner(t), newSigner(t)
	folder := t.TempDir()
	run := func(s signer) *Report {
		r, _ := simulated(t, func(f *fakeServer, c *Config) {
			c.StateDir = folder
			signing(f, s.public, second.sign(f, fakeVersion))
		})
		return r
	}
	if r := run(first); r.Updates != 0 || r.FailedUpdates != maxTries {
		t.Errorf("with the first key:\n%s", r)
	}
	if r := run(second); r.Updates != 0 || r.FailedUpdates != maxTries {
		t.Errorf("it took another key:\n%s", r)
	}
}

func TestKeysThatBreakTheProtocol(t *testing.T) {
	s := newSigner(t)
	r, _ := simulated(t, func(f *fakeServer, _ *Config) { signing(f, "no key", "") })
	expectViolation(t, r, "register: ota_pubkey is no public key")
	r, _ = simulated(t, func(f *fakeServer, c *Config) { c.Legacy = 1; signing(f, s.public, "") })
	expectViolation(t, r, "register: a public key for a device that cannot verify")
	r, _ = simulated(t, func(f *fakeServer, _ *Config) {
		signature := s.sign(f, fakeVersion)
		signing(f, "", signature)
		mangle := f.mangle
		f.mangle = func(r *http.Request, a *fakeAnswer) {
			mangle(r, a)
			a.header.Del("X-Firmware-Signature")
		}
	})
	expectViolation(t, r, `download: X-Firmware-Signature is ""`)
}
