package store

import (
	"slices"
	"strings"
	"time"

	"go.etcd.io/bbolt"
)

// User is a person who may sign in.
type User struct {
	Name     string    `json:"name"`
	Role     string    `json:"role"`     // owner, editor or viewer
	Password string    `json:"password"` // argon2id, PHC string
	Created  time.Time `json:"created"`
}

// Session is a signed-in browser; its key is the SHA-256 of the cookie, as hex.
type Session struct {
	User    string    `json:"user"`
	Created time.Time `json:"created"`
	Expires time.Time `json:"expires"`
	Agent   string    `json:"agent"`
}

// APIKey lets a script in; only the SHA-256 of the key is kept.
type APIKey struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"`
	Hash    string    `json:"hash"`   // hex
	Scopes  []string  `json:"scopes"` // "read", "write", "firmware"
	Created time.Time `json:"created"`
}

// HasUsers tells whether anybody can sign in yet.
func (db *DB) HasUsers() (bool, error) {
	has := false
	err := db.view(func(tx *bbolt.Tx) error {
		key, _ := tx.Bucket(bucketUsers).Cursor().First()
		has = key != nil
		return nil
	})
	return has, err
}

// SetSetupToken keeps the hash of the one-time token that may create the first user.
func (db *DB) SetSetupToken(hash string) error {
	return db.update(func(tx *transaction) error {
		return tx.Bucket(bucketMeta).Put(keySetup, []byte(hash))
	})
}

// SetupToken returns the hash of the set-up token, "" when it was used.
func (db *DB) SetupToken() (string, error) {
	hash := ""
	err := db.view(func(tx *bbolt.Tx) error {
		hash = string(tx.Bucket(bucketMeta).Get(keySetup))
		return nil
	})
	return hash, err
}

// CreateFirstUser stores the first user and uses up the set-up token; ErrExists when there is a user.
func (db *DB) CreateFirstUser(user User) error {
	return db.update(func(tx *transaction) error {
		bucket := tx.Bucket(bucketUsers)
		if key, _ := bucket.Cursor().First(); key != nil {
			return ErrExists
		}
		if err := tx.Bucket(bucketMeta).Delete(keySetup); err != nil {
			return err
		}
		return put(bucket, []byte(user.Name), user)
	})
}

// User returns one user, or ErrNotFound.
func (db *DB) User(name string) (User, error) {
	var user User
	err := db.view(func(tx *bbolt.Tx) error {
		var err error
		user, err = get[User](tx.Bucket(bucketUsers), []byte(name))
		return err
	})
	return user, err
}

// SetPassword changes a user's password hash and ends all of their sessions.
func (db *DB) SetPassword(name, hash string) error {
	return db.update(func(tx *transaction) error {
		user, err := get[User](tx.Bucket(bucketUsers), []byte(name))
		if err != nil {
			return err
		}
		user.Password = hash
		if err := put(tx.Bucket(bucketUsers), []byte(name), user); err != nil {
			return err
		}
		return deleteSessions(tx.Tx, func(session Session) bool { return session.User == name })
	})
}

// AddSession stores a session under the hash of its cookie.
func (db *DB) AddSession(hash string, session Session) error {
	return db.update(func(tx *transaction) error {
		return put(tx.Bucket(bucketSessions), []byte(hash), session)
	})
}

// Session returns the session with this hash and its user, or ErrNotFound.
func (db *DB) Session(hash string) (Session, User, error) {
	var session Session
	var user User
	err := db.view(func(tx *bbolt.Tx) error {
		var err error
		if session, err = get[Session](tx.Bucket(bucketSessions), []byte(hash)); err != nil {
			return err
		}
		user, err = get[User](tx.Bucket(bucketUsers), []byte(session.User))
		return err
	})
	return session, user, err
}

// DeleteSession signs one browser out.
func (db *DB) DeleteSession(hash string) error {
	return db.update(func(tx *transaction) error { return tx.Bucket(bucketSessions).Delete([]byte(hash)) })
}

// DeleteSessions signs a user out everywhere.
func (db *DB) DeleteSessions(user string) error {
	return db.update(func(tx *transaction) error {
		return deleteSessions(tx.Tx, func(session Session) bool { return session.User == user })
	})
}

// DropSessions removes the sessions that have expired.
func (db *DB) DropSessions(now time.Time) error {
	return db.update(func(tx *transaction) error {
		return deleteSessions(tx.Tx, func(session Session) bool { return now.After(session.Expires) })
	})
}

// Sessions counts the open sessions of a user.
func (db *DB) Sessions(user string) (int, error) {
	count := 0
	err := db.view(func(tx *bbolt.Tx) error {
		return each(tx.Bucket(bucketSessions), func(_ string, session Session) error {
			if session.User == user {
				count++
			}
			return nil
		})
	})
	return count, err
}

func deleteSessions(tx *bbolt.Tx, match func(Session) bool) error {
	bucket := tx.Bucket(bucketSessions)
	var gone []string
	err := each(bucket, func(hash string, session Session) error {
		if match(session) {
			gone = append(gone, hash)
		}
		return nil
	})
	for _, hash := range gone {
		if err := bucket.Delete([]byte(hash)); err != nil {
			return err
		}
	}
	return err
}

// AddKey stores an API key.
func (db *DB) AddKey(key APIKey) error {
	return db.update(func(tx *transaction) error { return put(tx.Bucket(bucketKeys), []byte(key.ID), key) })
}

// Key returns one API key, or ErrNotFound.
func (db *DB) Key(id string) (APIKey, error) {
	var key APIKey
	err := db.view(func(tx *bbolt.Tx) error {
		var err error
		key, err = get[APIKey](tx.Bucket(bucketKeys), []byte(id))
		return err
	})
	return key, err
}

// Keys returns all API keys by name.
func (db *DB) Keys() ([]APIKey, error) {
	var keys []APIKey
	err := db.view(func(tx *bbolt.Tx) error {
		return each(tx.Bucket(bucketKeys), func(_ string, key APIKey) error {
			keys = append(keys, key)
			return nil
		})
	})
	slices.SortFunc(keys, func(a, b APIKey) int { return strings.Compare(a.Name+a.ID, b.Name+b.ID) })
	return keys, err
}

// DeleteKey revokes an API key; ErrNotFound if there is none.
func (db *DB) DeleteKey(id string) error {
	return db.update(func(tx *transaction) error {
		if tx.Bucket(bucketKeys).Get([]byte(id)) == nil {
			return ErrNotFound
		}
		return tx.Bucket(bucketKeys).Delete([]byte(id))
	})
}
