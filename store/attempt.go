package store

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"personalcms/ota"

	"go.etcd.io/bbolt"
)

// Attempts returns the attempts of one device, oldest first.
func (db *DB) Attempts(deviceID string) ([]ota.Attempt, error) {
	var attempts []ota.Attempt
	err := db.view(func(tx *bbolt.Tx) error {
		var err error
		attempts, err = attemptsOf(tx, deviceID)
		return err
	})
	return attempts, err
}

// AttemptsWith returns the newest attempts to install an image, newest first, at most limit.
func (db *DB) AttemptsWith(firmwareKey string, limit int) ([]ota.Attempt, error) {
	var attempts []ota.Attempt
	quoted, err := json.Marshal(firmwareKey)
	if err != nil {
		return nil, err
	}
	err = db.view(func(tx *bbolt.Tx) error {
		return tx.Bucket(bucketAttempts).ForEach(func(_, raw []byte) error {
			if !bytes.Contains(raw, quoted) { // to read all of them would take long in a large fleet
				return nil
			}
			var attempt ota.Attempt
			if err := json.Unmarshal(raw, &attempt); err != nil {
				return err
			}
			if attempt.FirmwareKey == firmwareKey {
				attempts = append(attempts, attempt)
			}
			return nil
		})
	})
	slices.SortFunc(attempts, func(a, b ota.Attempt) int { return b.Offered.Compare(a.Offered) })
	return attempts[:min(len(attempts), limit)], err
}

// longestAttempt is how long after its offer the end of an attempt is still looked for.
const longestAttempt = 7 * 24 * time.Hour

// EndedSince returns the attempts that have ended since a time.
func (db *DB) EndedSince(since time.Time) ([]ota.Attempt, error) {
	var attempts []ota.Attempt
	from := uint64(since.Add(-longestAttempt).UnixNano())
	err := db.view(func(tx *bbolt.Tx) error {
		return tx.Bucket(bucketAttempts).ForEach(func(key, raw []byte) error {
			if binary.BigEndian.Uint64(key[len(key)-8:]) < from { // most are old
				return nil
			}
			var attempt ota.Attempt
			if err := json.Unmarshal(raw, &attempt); err != nil {
				return err
			}
			if !attempt.Ended.IsZero() && !attempt.Ended.Before(since) {
				attempts = append(attempts, attempt)
			}
			return nil
		})
	})
	return attempts, err
}

func attemptsOf(tx *bbolt.Tx, deviceID string) ([]ota.Attempt, error) {
	var attempts []ota.Attempt
	prefix := append([]byte(deviceID), 0)
	cursor := tx.Bucket(bucketAttempts).Cursor()
	for key, raw := cursor.Seek(prefix); key != nil && strings.HasPrefix(string(key), string(prefix)); key, raw = cursor.Next() {
		var attempt ota.Attempt
		if err := json.Unmarshal(raw, &attempt); err != nil {
			return nil, err
		}
		attempts = append(attempts, attempt)
	}
	return attempts, nil
}

// StepUpdate reads what an update decision for a device needs, lets step decide, and writes what it
// returns, all in one transaction: the rollouts of its attempts count what became of them. It returns
// the facts as they are afterwards. ErrUnchanged from step writes nothing and is no error to the caller.
func (db *DB) StepUpdate(deviceID string, step func(UpdateFacts) (Changed, error)) (UpdateFacts, error) {
	var facts UpdateFacts
	err := db.update(func(tx *transaction) error {
		var err error
		if facts, err = updateFacts(tx.Tx, deviceID); err != nil {
			return err
		}
		changed, err := step(facts)
		if err != nil {
			return err
		}
		for _, attempt := range changed.Attempts {
			if err := db.putAttempt(tx, attempt); err != nil {
				return err
			}
		}
		if err := trimAttempts(tx.Tx, deviceID); err != nil {
			return err
		}
		if err := appendLog(tx.Tx, changed.Log); err != nil {
			return err
		}
		if err := db.putDevice(tx, changed.Device, false); err != nil {
			return err
		}
		facts, err = updateFacts(tx.Tx, deviceID)
		open := slices.ContainsFunc(facts.Attempts, ota.Attempt.Open)
		tx.after = append(tx.after, func() { db.noteOpen(deviceID, open) })
		return err
	})
	if errors.Is(err, ErrUnchanged) {
		err = nil
	}
	return facts, err
}

func attemptKey(deviceID string, offered time.Time) []byte {
	return binary.BigEndian.AppendUint64(append([]byte(deviceID), 0), uint64(offered.UnixNano()))
}

// putAttempt keeps attempts in the order of their offers; what became of one is counted on its image and its rollout.
func (db *DB) putAttempt(tx *transaction, attempt ota.Attempt) error {
	key := attemptKey(attempt.DeviceID, attempt.Offered)
	before, err := get[ota.Attempt](tx.Bucket(bucketAttempts), key)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	if err := db.tally(tx, before, attempt); err != nil {
		return err
	}
	// An end that is known already is told to nobody again, only that it is forgiven.
	if attempt.Open() || attempt.State != before.State || attempt.Forgiven != before.Forgiven {
		if err := db.recordAttempt(tx, attempt); err != nil {
			return err
		}
	}
	return put(tx.Bucket(bucketAttempts), key, attempt)
}

// tally counts the end of an attempt on its image.
func (db *DB) tally(tx *transaction, before, after ota.Attempt) error {
	bucket := tx.Bucket(bucketFirmware)
	firmware, err := get[Firmware](bucket, []byte(after.FirmwareKey))
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	counted := firmware.Tally.Count(before, -1).Count(after, 1)
	if counted == firmware.Tally {
		return nil
	}
	firmware.Tally = counted
	tx.after = append(tx.after, func() { db.watchers.tell(Change{Kind: "firmware"}) })
	return put(bucket, []byte(after.FirmwareKey), firmware)
}

// maxAttempts is how many attempts of a device are kept; the log has a line for those before.
const maxAttempts = 40

// trimAttempts removes the oldest attempts beyond what is kept.
func trimAttempts(tx *bbolt.Tx, deviceID string) error {
	var keys [][]byte
	prefix := append([]byte(deviceID), 0)
	cursor := tx.Bucket(bucketAttempts).Cursor()
	for key, _ := cursor.Seek(prefix); key != nil && strings.HasPrefix(string(key), string(prefix)); key, _ = cursor.Next() {
		keys = append(keys, slices.Clone(key))
	}
	for len(keys) > maxAttempts {
		if err := tx.Bucket(bucketAttempts).Delete(keys[0]); err != nil {
			return err
		}
		keys = keys[1:]
	}
	return nil
}

// OpenAttempts returns the ids of the devices that have an open attempt.
func (db *DB) OpenAttempts() []string {
	db.mu.RLock()
	defer db.mu.RUnlock()
	return sortedKeys(db.open)
}

func (db *DB) noteOpen(deviceID string, open bool) {
	db.mu.Lock()
	defer db.mu.Unlock()
	if delete(db.open, deviceID); open {
		db.open[deviceID] = true
	}
}

// loadOpen finds the devices with an open attempt when the file is opened.
func (db *DB) loadOpen(tx *bbolt.Tx) error {
	never := []byte(`"ended":"0001-`) // only what may be open is read as a whole
	return tx.Bucket(bucketAttempts).ForEach(func(_, raw []byte) error {
		if !bytes.Contains(raw, never) {
			return nil
		}
		var attempt ota.Attempt
		if err := json.Unmarshal(raw, &attempt); err != nil {
			return err
		}
		if attempt.Open() {
			db.open[attempt.DeviceID] = true
		}
		return nil
	})
}
