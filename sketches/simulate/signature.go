package simulate

import (
	"crypto/ecdsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
)

// badSignature is what a device reports of an image whose signature is missing or wrong.
const badSignature = "bad_signature"

// takePublicKey pins the key that signs firmware, as a device does at its first enrolment; one that is pinned stays.
func (d *device) takePublicKey(text string) {
	if text == "" {
		return
	}
	if d.legacy {
		d.violate(endRegister, "a public key for a device that cannot verify")
		return
	}
	if pinnedKey(text) == nil {
		d.violate(endRegister, "ota_pubkey is no public key on P-256 in PEM")
		return
	}
	if d.PublicKey == "" {
		d.PublicKey = text
		d.save()
	}
}

// pinnedKey reads a public key, nil if it is none.
func pinnedKey(text string) *ecdsa.PublicKey {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil
	}
	parsed, err := x509.ParsePKIXPublicKey(block.Bytes)
	key, ok := parsed.(*ecdsa.PublicKey)
	if err != nil || !ok || key.Params().BitSize != 256 {
		return nil
	}
	return key
}

// signed tells whether the device may install an image: it has no pinned key, or the offer's signature holds for the
// bytes that arrived.
func (d *device) signed(f offer, image []byte) bool {
	key := pinnedKey(d.PublicKey)
	if key == nil {
		return true
	}
	der, err := base64.StdEncoding.DecodeString(f.signature)
	if err != nil {
		return false
	}
	statement := fmt.Sprintf("PCMSFW1\n%s\n%s\n%d\n%s\n", f.deviceType, f.version, len(image), hexSHA256(image))
	digest := sha256.Sum256([]byte(statement))
	return ecdsa.VerifyASN1(key, digest[:], der)
}
