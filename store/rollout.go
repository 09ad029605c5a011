package store

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"personalcms/ota"

	"go.etcd.io/bbolt"
)

// maxRollouts bounds how many rollouts are kept.
const maxRollouts = 200

// ErrManyRollouts: no more rollouts can be kept.
var ErrManyRollouts = errors.New("too many rollouts")

// CreateRollout keeps a new rollout; ErrNotFound if its image is not stored, ErrManyRollouts if there are too many.
func (db *DB) CreateRollout(rollout ota.Rollout) error {
	_, err := db.rollouts.write(db, rollout.ID, func(tx *transaction, item *ota.Rollout, known bool) error {
		switch {
		case known:
			return fmt.Errorf("rollout %q: %w", rollout.ID, ErrExists)
		case tx.Bucket(bucketFirmware).Get([]byte(rollout.FirmwareKey)) == nil:
			return fmt.Errorf("firmware %q: %w", rollout.FirmwareKey, ErrNotFound)
		case tx.Bucket(bucketRollouts).Stats().KeyN >= maxRollouts:
			return ErrManyRollouts
		}
		*item = rollout
		return nil
	})
	return err
}

// Rollout returns one rollout, or ErrNotFound.
func (db *DB) Rollout(id string) (ota.Rollout, error) { return db.rollouts.get(db, id) }

// Rollouts returns all rollouts, newest first.
func (db *DB) Rollouts() []ota.Rollout {
	all := db.rollouts.all(db)
	slices.SortStableFunc(all, newestFirst)
	return all
}

func newestFirst(a, b ota.Rollout) int {
	return cmp.Or(b.Created.Compare(a.Created), strings.Compare(a.ID, b.ID))
}

// Members returns the devices of a rollout in the order of their ids.
func (db *DB) Members(rolloutID string) ([]ota.Member, error) {
	var members []ota.Member
	err := db.view(func(tx *bbolt.Tx) error {
		var err error
		members, err = membersOf(tx, rolloutID)
		return err
	})
	return members, err
}

func membersOf(tx *bbolt.Tx, rolloutID string) ([]ota.Member, error) {
	var members []ota.Member
	prefix := memberKey(rolloutID, "")
	cursor := tx.Bucket(bucketMembers).Cursor()
	for key, raw := cursor.Seek(prefix); key != nil && strings.HasPrefix(string(key), string(prefix)); key, raw = cursor.Next() {
		var member ota.Member
		if err := json.Unmarshal(raw, &member); err != nil {
			return nil, fmt.Errorf("member %q: %w", key, err)
		}
		members = append(members, member)
	}
	return members, nil
}

func memberKey(rolloutID, deviceID string) []byte { return []byte(rolloutID + "\x00" + deviceID) }

// MoveRollout changes a rollout and takes new devices into it, in one transaction; an error of change is returned and
// nothing is written, ErrUnchanged is no error. Devices that are in it already are not taken in again, and change
// has to count those it returns.
func (db *DB) MoveRollout(id string, change func(ota.Rollout) (ota.Rollout, []ota.Member, error)) (ota.Rollout, error) {
	return db.rollouts.write(db, id, func(tx *transaction, item *ota.Rollout, known bool) error {
		if !known {
			return fmt.Errorf("rollout %q: %w", id, ErrNotFound)
		}
		next, members, err := change(*item)
		if err != nil {
			return err
		}
		for _, member := range members {
			key := memberKey(id, member.DeviceID)
			gone := tx.Bucket(bucketDevices).Get([]byte(member.DeviceID)) == nil
			if gone || tx.Bucket(bucketMembers).Get(key) != nil {
				next = next.Drop(member)
				continue
			}
			if err := put(tx.Bucket(bucketMembers), key, member); err != nil {
				return err
			}
		}
		*item = next
		return nil
	})
}

// RetryRollout gives the devices of a rollout that failed another try: their attempts are forgiven.
func (db *DB) RetryRollout(id string, now time.Time) (ota.Rollout, error) {
	return db.rollouts.write(db, id, func(tx *transaction, item *ota.Rollout, known bool) error {
		if !known {
			return fmt.Errorf("rollout %q: %w", id, ErrNotFound)
		}
		rollout, err := item.Retry(now)
		if err != nil {
			return err
		}
		members, err := membersOf(tx.Tx, id)
		if err != nil {
			return err
		}
		for _, member := range members {
			again, tries := member.Again(now)
			if !tries {
				continue
			}
			rollout = rollout.Recount(member, again)
			if err := put(tx.Bucket(bucketMembers), memberKey(id, member.DeviceID), again); err != nil {
				return err
			}
			if err := forgive(tx.Tx, member.DeviceID, func(a ota.Attempt) bool { return a.Rollout == id || a.FirmwareKey == rollout.FirmwareKey }); err != nil {
				return err
			}
		}
		*item = rollout
		return nil
	})
}

// forgive lets attempts of a device count no more against their image.
func forgive(tx *bbolt.Tx, deviceID string, which func(ota.Attempt) bool) error {
	attempts, err := attemptsOf(tx, deviceID)
	if err != nil {
		return err
	}
	for _, attempt := range attempts {
		if attempt.Forgiven || attempt.State == ota.StateConfirmed || !which(attempt) {
			continue
		}
		attempt.Forgiven = true
		if err := put(tx.Bucket(bucketAttempts), attemptKey(deviceID, attempt.Offered), attempt); err != nil {
			return err
		}
	}
	return nil
}

// DeleteRollout forgets a rollout that is cancelled or rolled back; else it is ErrInUse.
func (db *DB) DeleteRollout(id string) error {
	return db.rollouts.remove(db, id, func(tx *transaction, rollout ota.Rollout) error {
		if rollout.Status != ota.RolloutCancelled && rollout.Status != ota.RolloutRolledBack {
			return fmt.Errorf("rollout %q: %w", id, ErrInUse)
		}
		return deletePrefix(tx.Bucket(bucketMembers), memberKey(id, ""))
	})
}

// recordAttempt tells the rollout of an attempt what became of it.
func (db *DB) recordAttempt(tx *transaction, attempt ota.Attempt) error {
	if attempt.Rollout == "" {
		return nil
	}
	key := memberKey(attempt.Rollout, attempt.DeviceID)
	member, err := get[ota.Member](tx.Bucket(bucketMembers), key)
	if errors.Is(err, ErrNotFound) {
		return nil // the rollout is forgotten
	}
	if err != nil {
		return err
	}
	next := member.On(attempt)
	if next == member {
		return nil
	}
	if err := put(tx.Bucket(bucketMembers), key, next); err != nil {
		return err
	}
	return db.changeRollout(tx, attempt.Rollout, func(rollout ota.Rollout) ota.Rollout {
		return rollout.Record(member, next, attempt.Updated)
	})
}

// changeRollout changes a rollout inside a transaction.
func (db *DB) changeRollout(tx *transaction, id string, change func(ota.Rollout) ota.Rollout) error {
	rollout, err := get[ota.Rollout](tx.Bucket(bucketRollouts), []byte(id))
	if err != nil {
		return err
	}
	rollout = change(rollout)
	tx.after = append(tx.after, func() {
		db.mu.Lock()
		db.rollouts.set(id, rollout)
		db.mu.Unlock()
		db.watchers.tell(Change{Kind: "rollouts", ID: id})
	})
	return put(tx.Bucket(bucketRollouts), []byte(id), rollout)
}

// leaveRollouts takes a device that is deleted out of all rollouts.
func (db *DB) leaveRollouts(tx *transaction, deviceID string) error {
	var ids []string
	err := tx.Bucket(bucketRollouts).ForEach(func(id, _ []byte) error {
		ids = append(ids, string(id))
		return nil
	})
	if err != nil {
		return err
	}
	for _, id := range ids {
		key := memberKey(id, deviceID)
		member, err := get[ota.Member](tx.Bucket(bucketMembers), key)
		if errors.Is(err, ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		if err := tx.Bucket(bucketMembers).Delete(key); err != nil {
			return err
		}
		if err := db.changeRollout(tx, id, func(r ota.Rollout) ota.Rollout { return r.Drop(member) }); err != nil {
			return err
		}
	}
	return nil
}
