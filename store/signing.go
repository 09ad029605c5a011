package store

import (
	"crypto/ecdsa"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"time"

	"personalcms/ota"
)

// Signatures is whom the owner trusts to sign firmware, and where nothing else is allowed.
type Signatures struct {
	Own        *OwnKey      `json:"own,omitempty"`         // the server's; nil = it has none
	Trusted    []TrustedKey `json:"trusted,omitempty"`     // of those who sign elsewhere
	SignedOnly []string     `json:"signed_only,omitempty"` // device types that take signed images only
}

// TrustedKey is a public key whose signatures are taken.
type TrustedKey struct {
	Name   string    `json:"name"`
	ID     string    `json:"key_id"`
	Public string    `json:"public_key"` // PEM
	Since  time.Time `json:"since"`
}

// OwnKey is the server's key; its private half is sealed as the secrets of sources are.
type OwnKey struct {
	TrustedKey
	Sealed []byte `json:"sealed"`
}

// maxTrusted bounds the keys that an upload is compared with.
const maxTrusted = 20

// ErrManyKeys: no more keys can be trusted.
var ErrManyKeys = errors.New("too many trusted keys")

func (s Signatures) clone() Signatures {
	s.Trusted, s.SignedOnly = slices.Clone(s.Trusted), slices.Clone(s.SignedOnly)
	return s
}

// Keys are all keys whose signatures are taken, the server's first.
func (s Signatures) Keys() []TrustedKey {
	var keys []TrustedKey
	if s.Own != nil {
		keys = append(keys, s.Own.TrustedKey)
	}
	return append(keys, s.Trusted...)
}

// Key is the trusted key of this id.
func (s Signatures) Key(id string) (TrustedKey, bool) {
	keys := s.Keys()
	at := slices.IndexFunc(keys, func(key TrustedKey) bool { return key.ID == id })
	if at < 0 {
		return TrustedKey{}, false
	}
	return keys[at], true
}

// Holds tells whether an image is signed by a key that is still trusted.
func (s Signatures) Holds(firmware Firmware) bool {
	_, trusted := s.Key(firmware.KeyID)
	return firmware.Signature != "" && trusted
}

// Only tells whether any of these device types takes signed images only.
func (s Signatures) Only(deviceTypes ...string) bool {
	return slices.ContainsFunc(deviceTypes, func(name string) bool { return slices.Contains(s.SignedOnly, name) })
}

// Pinned is the key that a device is given to remember when it enrols: the server's, or else the only one that
// is trusted. With several and none of its own the server does not choose.
func (s Signatures) Pinned() (TrustedKey, bool) {
	keys := s.Keys()
	if s.Own != nil || len(keys) == 1 {
		return keys[0], true
	}
	return TrustedKey{}, false
}

// publicKey describes a public key.
func publicKey(key *ecdsa.PublicKey, name string, now time.Time) (TrustedKey, error) {
	text, err := ota.PublicKeyText(key)
	if err != nil {
		return TrustedKey{}, err
	}
	id, err := ota.KeyID(key)
	return TrustedKey{Name: name, ID: id, Public: text, Since: now}, err
}

// SetOwnKey gives the server a key to sign with and returns its public half. A key that is there already has to be
// removed first: ErrExists.
func (db *DB) SetOwnKey(key *ecdsa.PrivateKey, name string, now time.Time) (TrustedKey, error) {
	public, err := publicKey(&key.PublicKey, name, now)
	if err != nil {
		return public, err
	}
	text, err := ota.PrivateKeyText(key)
	if err != nil {
		return public, err
	}
	sealed, err := db.seal(text)
	if err != nil {
		return public, err
	}
	return public, db.UpdateSettings(func(settings *Settings) error {
		if settings.Signatures.Own != nil {
			return fmt.Errorf("signing key: %w", ErrExists)
		}
		settings.Signatures.Own = &OwnKey{TrustedKey: public, Sealed: sealed}
		return nil
	})
}

// RemoveOwnKey forgets the server's key for good; ErrNotFound if it has none.
func (db *DB) RemoveOwnKey() error {
	return db.UpdateSettings(func(settings *Settings) error {
		if settings.Signatures.Own == nil {
			return ErrNotFound
		}
		settings.Signatures.Own = nil
		return nil
	})
}

// TrustKey takes signatures of a key from now on; ErrExists if it is trusted already, ErrManyKeys if too many are.
func (db *DB) TrustKey(key *ecdsa.PublicKey, name string, now time.Time) (TrustedKey, error) {
	public, err := publicKey(key, name, now)
	if err != nil {
		return public, err
	}
	return public, db.UpdateSettings(func(settings *Settings) error {
		signatures := &settings.Signatures
		if _, known := signatures.Key(public.ID); known {
			return fmt.Errorf("key %s: %w", public.ID, ErrExists)
		}
		if len(signatures.Trusted) >= maxTrusted {
			return ErrManyKeys
		}
		signatures.Trusted = append(signatures.Trusted, public)
		return nil
	})
}

// DistrustKey takes no signatures of a key any more; ErrNotFound if it was not trusted.
func (db *DB) DistrustKey(id string) error {
	return db.UpdateSettings(func(settings *Settings) error {
		trusted := settings.Signatures.Trusted
		at := slices.IndexFunc(trusted, func(key TrustedKey) bool { return key.ID == id })
		if at < 0 {
			return ErrNotFound
		}
		settings.Signatures.Trusted = slices.Delete(trusted, at, at+1)
		return nil
	})
}

// OwnKeyOpens tells whether the server's key can be unsealed: not with another SECRET_KEY than it was sealed with.
func (db *DB) OwnKeyOpens() bool {
	own := db.Settings().Signatures.Own
	if own == nil {
		return false
	}
	_, err := db.openOwnKey(*own)
	return err == nil
}

func (db *DB) openOwnKey(own OwnKey) (*ecdsa.PrivateKey, error) {
	text, err := db.unseal(own.Sealed)
	if err != nil {
		return nil, err
	}
	return ota.ParsePrivateKey(text)
}

// settleSignature checks the signature that an image came with, or has the server's key sign it. A key that cannot be
// unsealed signs nothing: the image stays unsigned, which is refused where only signed ones are allowed.
func (db *DB) settleSignature(tx *transaction, firmware *Firmware) error {
	settings, err := readSettings(tx.Tx)
	if err != nil {
		return err
	}
	signatures := settings.Signatures
	if firmware.Signature != "" {
		return signatures.check(firmware)
	}
	if signatures.Own != nil {
		if key, err := db.openOwnKey(*signatures.Own); err == nil {
			firmware.KeyID, firmware.Signer = signatures.Own.ID, signatures.Own.Name
			firmware.Signature, err = ota.Sign(key, firmware.statement())
			return err
		}
	}
	if signatures.Only(firmware.DeviceType) {
		return fmt.Errorf("firmware %q: %w", firmware.Key, ErrUnsigned)
	}
	return nil
}

func (f Firmware) statement() string {
	return ota.Statement(f.DeviceType, f.Version, f.Image.Size, f.Image.SHA256)
}

// check finds the trusted key that an image's signature holds for.
func (s Signatures) check(firmware *Firmware) error {
	der, err := ota.DecodeSignature(firmware.Signature)
	if err != nil {
		return err
	}
	firmware.Signature = base64.StdEncoding.EncodeToString(der)
	for _, trusted := range s.Keys() {
		key, err := ota.ParsePublicKey(trusted.Public)
		if err != nil {
			return fmt.Errorf("trusted key %s: %w", trusted.ID, err)
		}
		if ota.Verify(key, firmware.statement(), firmware.Signature) == nil {
			firmware.KeyID, firmware.Signer = trusted.ID, trusted.Name
			return nil
		}
	}
	return ota.ErrBadSignature
}

// SignFirmware gives an image that is stored a signature: the one given, which must hold (*ota.SigningError), or with
// "" one of the server's key. ErrUnsigned if the server has no key that can sign.
func (db *DB) SignFirmware(key, signature string) (Firmware, error) {
	var firmware Firmware
	err := db.update(func(tx *transaction) error {
		var err error
		if firmware, err = get[Firmware](tx.Bucket(bucketFirmware), []byte(key)); err != nil {
			return err
		}
		firmware.Signature, firmware.KeyID, firmware.Signer = signature, "", ""
		if err := db.settleSignature(tx, &firmware); err != nil {
			return err
		}
		if firmware.Signature == "" {
			return fmt.Errorf("firmware %q: %w", key, ErrUnsigned)
		}
		tx.after = append(tx.after, func() { db.watchers.tell(Change{Kind: "firmware"}) })
		return put(tx.Bucket(bucketFirmware), []byte(key), firmware)
	})
	return firmware, err
}
