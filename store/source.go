package store

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"time"

	"personalcms/content"

	"go.etcd.io/bbolt"
)

// Source is a source of content as it is kept.
type Source struct {
	content.Source
	Sealed   []byte `json:"sealed,omitempty"`    // the secret, encrypted
	PushHash string `json:"push_hash,omitempty"` // hex SHA-256 of the token that pushes to it; "" = none was made
}

// Fetched is the last good value of a source and how fetching it goes.
type Fetched struct {
	Feed  content.Feed  `json:"feed"`
	State content.State `json:"state"`
}

// Source returns one source without its secret, or ErrNotFound.
func (db *DB) Source(id string) (Source, error) {
	source, err := db.sources.get(db, id)
	if err != nil {
		err = fmt.Errorf("source %q: %w", id, err)
	}
	return source, err
}

// SourceSecret returns the secret of a source, "" if it has none.
func (db *DB) SourceSecret(source Source) (string, error) { return db.unseal(source.Sealed) }

// Sources returns all sources in the order of their ids, without their secrets.
func (db *DB) Sources() []Source { return db.sources.all(db) }

// SaveSource changes a source, or makes it if it is not there. What change leaves in Secret is sealed; left empty the old
// secret stays, "-" removes it. upload, if any, is stored as the source's uploaded file. Its state is cleared, so that
// it is fetched soon.
func (db *DB) SaveSource(id string, upload []byte, change func(source *Source, known bool) error) (Source, error) {
	return db.sources.write(db, id, func(tx *transaction, item *Source, known bool) error {
		before := item.Upload
		if err := change(item, known); err != nil {
			return err
		}
		item.ID = id
		if err := db.sealSecret(item); err != nil {
			return err
		}
		if err := db.forgetState(tx, id); err != nil {
			return err
		}
		if len(upload) > 0 {
			var err error
			if item.Upload, err = putBlob(tx.Tx, upload); err != nil {
				return err
			}
		}
		if before == "" || before == item.Upload {
			return nil
		}
		if err := put(tx.Bucket(bucketSources), []byte(id), *item); err != nil {
			return err
		}
		return dropBlob(tx.Tx, before)
	})
}

func (db *DB) sealSecret(source *Source) error {
	secret := source.Secret
	source.Secret = ""
	switch secret {
	case "":
		return nil
	case "-":
		source.Sealed = nil
		return nil
	}
	var err error
	source.Sealed, err = db.seal(secret)
	return err
}

// forgetState makes a source due: what it gave stays until it gives something new.
func (db *DB) forgetState(tx *transaction, id string) error {
	fetched, err := get[Fetched](tx.Bucket(bucketFeeds), []byte(id))
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	fetched.State.LastTry, fetched.State.NotBefore, fetched.State.Failures = time.Time{}, time.Time{}, 0
	fetched.Feed.ETag, fetched.Feed.Modified = "", ""
	tx.after = append(tx.after, func() {
		db.mu.Lock()
		db.feeds.set(id, fetched)
		db.mu.Unlock()
	})
	return put(tx.Bucket(bucketFeeds), []byte(id), fetched)
}

// DeleteSource removes a source and what it gave. Widgets that name it show that it is gone.
func (db *DB) DeleteSource(id string) error {
	return db.sources.remove(db, id, func(tx *transaction, source Source) error {
		if err := tx.Bucket(bucketSources).Delete([]byte(id)); err != nil {
			return err
		}
		if err := dropImage(tx.Tx, source.Upload); err != nil {
			return err
		}
		feed, err := get[Fetched](tx.Bucket(bucketFeeds), []byte(id))
		if errors.Is(err, ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := tx.Bucket(bucketFeeds).Delete([]byte(id)); err != nil {
			return err
		}
		tx.after = append(tx.after, func() {
			db.mu.Lock()
			db.feeds.unset(id)
			db.mu.Unlock()
		})
		return dropImage(tx.Tx, feed.Feed.ImageID)
	})
}

// Fetched returns the last good value of a source; the zero Fetched if it never gave any.
func (db *DB) Fetched(id string) Fetched {
	fetched, _ := db.feeds.get(db, id) // not found is the zero value
	return fetched
}

// NoteFetched stores what a fetch came to. change gets what was there and returns what is to be kept; picture, if
// any, is stored and named in Feed.ImageID. A source that is gone meanwhile is ErrNotFound.
func (db *DB) NoteFetched(id string, picture []byte, change func(Fetched) Fetched) (Fetched, error) {
	return db.feeds.write(db, id, func(tx *transaction, item *Fetched, _ bool) error {
		if tx.Bucket(bucketSources).Get([]byte(id)) == nil {
			return ErrNotFound
		}
		before := item.Feed.ImageID
		*item = change(*item)
		if len(picture) > 0 {
			var err error
			if item.Feed.ImageID, err = putBlob(tx.Tx, picture); err != nil {
				return err
			}
		}
		if before == item.Feed.ImageID {
			return nil
		}
		if err := put(tx.Bucket(bucketFeeds), []byte(id), *item); err != nil {
			return err
		}
		return dropImage(tx.Tx, before)
	})
}

// dropImage removes a file of a source; "" is none.
func dropImage(tx *bbolt.Tx, sum string) error {
	if sum == "" {
		return nil
	}
	return dropBlob(tx, sum)
}

// seal encrypts a secret with a key derived from the installation's (AES-256-GCM, nonce first).
func (db *DB) seal(secret string) ([]byte, error) {
	gcm, err := db.sealer()
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, gcm.NonceSize())
	_, _ = rand.Read(nonce) // never fails: crypto/rand ends the program instead
	return gcm.Seal(nonce, nonce, []byte(secret), nil), nil
}

func (db *DB) unseal(sealed []byte) (string, error) {
	if len(sealed) == 0 {
		return "", nil
	}
	gcm, err := db.sealer()
	if err != nil {
		return "", err
	}
	if len(sealed) < gcm.NonceSize() {
		return "", errors.New("sealed secret: too short")
	}
	plain, err := gcm.Open(nil, sealed[:gcm.NonceSize()], slices.Clone(sealed[gcm.NonceSize():]), nil)
	if err != nil {
		return "", fmt.Errorf("sealed secret: %w", err)
	}
	return string(plain), nil
}

func (db *DB) sealer() (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, db.sealKey, nil, "personalcms source secrets", 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// SealWith makes key, not the data file's own secret, the one that sources' secrets are sealed with. It is called once,
// before the store is used.
func (db *DB) SealWith(key []byte) { db.sealKey = key }
