package ota

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"strings"
)

// SigningError says what is wrong with a key or a signature, in a sentence for a person.
type SigningError struct {
	Word     string // "bad_key" or "bad_signature"
	Sentence string
}

func (e *SigningError) Error() string { return e.Sentence }

func badKey(sentence string) error { return &SigningError{"bad_key", sentence} }

// ErrBadSignature: a signature in the right form that does not hold for this statement and key.
var ErrBadSignature = &SigningError{
	"bad_signature", "The signature does not hold: it was made for another type, version or file, or with another key.",
}

const (
	privateBlock = "PRIVATE KEY" // PKCS #8
	publicBlock  = "PUBLIC KEY"  // SubjectPublicKeyInfo
	maxKeyText   = 8 << 10       // bytes
	maxSignature = 72            // bytes of DER: two numbers of 33 bytes, each with tag and length, in a sequence
	keyIDBytes   = 8
)

// NewSigningKey makes a key for firmware: ECDSA on P-256.
func NewSigningKey() (*ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("signing key: %w", err)
	}
	return key, nil
}

// PrivateKeyText is a private key as PEM (PKCS #8), as openssl writes it.
func PrivateKeyText(key *ecdsa.PrivateKey) (string, error) {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return "", fmt.Errorf("private key: %w", err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: privateBlock, Bytes: der})), nil
}

// PublicKeyText is a public key as PEM (SubjectPublicKeyInfo), as openssl and mbedTLS read it.
func PublicKeyText(key *ecdsa.PublicKey) (string, error) {
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return "", fmt.Errorf("public key: %w", err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: publicBlock, Bytes: der})), nil
}

// KeyID names a key: the first 8 bytes of the SHA-256 of its public key (SubjectPublicKeyInfo, DER), in hex.
func KeyID(key *ecdsa.PublicKey) (string, error) {
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return "", fmt.Errorf("public key: %w", err)
	}
	sum := sha256.Sum256(der)
	return hex.EncodeToString(sum[:keyIDBytes]), nil
}

// ParsePrivateKey reads a private key from PEM. Text around the block is passed over. Anything but an
// unencrypted P-256 key in PKCS #8 is a *SigningError that says what it is instead.
func ParsePrivateKey(text string) (*ecdsa.PrivateKey, error) {
	block, err := keyBlock(text)
	if err != nil {
		return nil, err
	}
	switch block.Type {
	case privateBlock:
	case publicBlock:
		return nil, badKey("This is the public key. To sign, the private one is needed.")
	case "ENCRYPTED PRIVATE KEY":
		return nil, badKey("This key is locked with a passphrase. Unlock it first: openssl pkey -in key.pem -out plain.pem")
	case "EC PRIVATE KEY", "EC PARAMETERS":
		return nil, badKey("This key is in the older form of openssl. Turn it into PKCS #8 first: openssl pkey -in key.pem -out new.pem")
	default:
		return nil, badKey("This is no private key.")
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, badKey("The private key is damaged.")
	}
	key, ok := parsed.(*ecdsa.PrivateKey)
	if !ok || key.Curve != elliptic.P256() {
		return nil, badKey("The key is of another kind. Firmware is signed with ECDSA on the curve P-256 (prime256v1).")
	}
	return key, nil
}

// ParsePublicKey reads a public key from PEM. Text around the block is passed over. Anything but a
// P-256 key is a *SigningError that says what it is instead.
func ParsePublicKey(text string) (*ecdsa.PublicKey, error) {
	block, err := keyBlock(text)
	if err != nil {
		return nil, err
	}
	switch {
	case strings.HasSuffix(block.Type, privateBlock):
		return nil, badKey("This is a private key. Keep it to yourself; only the public one is needed here.")
	case block.Type != publicBlock:
		return nil, badKey("This is no public key.")
	}
	parsed, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil, badKey("The public key is damaged.")
	}
	key, ok := parsed.(*ecdsa.PublicKey)
	if !ok || key.Curve != elliptic.P256() {
		return nil, badKey("The key is of another kind. Firmware is signed with ECDSA on the curve P-256 (prime256v1).")
	}
	return key, nil
}

func keyBlock(text string) (*pem.Block, error) {
	if len(text) > maxKeyText {
		return nil, badKey("This is too long for a key.")
	}
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil, badKey("This is no key in PEM: a text that begins with -----BEGIN and ends with -----END and dashes.")
	}
	return block, nil
}

// Statement is the text that a signature of firmware signs (PROTOCOL §6). It binds what an image is
// for. Type and version must be valid ones, sha256 is that of the whole file in hex.
func Statement(deviceType, version string, size int64, sha256 string) string {
	return fmt.Sprintf("PCMSFW1\n%s\n%s\n%d\n%s\n", deviceType, version, size, strings.ToLower(sha256))
}

// Sign signs a statement: DER in base64. The same key and statement always give the same signature
// (RFC 6979), so that no weak source of random numbers can betray the key.
func Sign(key *ecdsa.PrivateKey, statement string) (string, error) {
	digest := sha256.Sum256([]byte(statement))
	der, err := key.Sign(nil, digest[:], crypto.SHA256)
	if err != nil {
		return "", fmt.Errorf("sign: %w", err)
	}
	return base64.StdEncoding.EncodeToString(der), nil
}

// Verify is nil if the signature holds for the statement, else a *SigningError. It takes strict DER
// and nothing behind it; mbedtls_pk_verify takes that too, and a few looser forms that Verify refuses.
func Verify(key *ecdsa.PublicKey, statement, signature string) error {
	der, err := DecodeSignature(signature)
	if err != nil {
		return err
	}
	digest := sha256.Sum256([]byte(statement))
	if !ecdsa.VerifyASN1(key, digest[:], der) {
		return ErrBadSignature
	}
	return nil
}

// DecodeSignature reads the base64 of a signature and returns its DER; white space around it and line
// ends within are passed over. Whether the DER is one is found when it is verified.
func DecodeSignature(text string) ([]byte, error) {
	text = strings.TrimSpace(text)
	if len(text) > 2*maxSignature {
		return nil, &SigningError{"bad_signature", "The signature is too long."}
	}
	der, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil || len(der) == 0 || len(der) > maxSignature {
		return nil, &SigningError{"bad_signature", "The signature is not in base64, or is none of ECDSA on P-256."}
	}
	return der, nil
}
