package store

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"slices"
	"strings"

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

// Changed is what a step of an update writes: the device, its attempts and
// log lines, all in one transaction.
type Changed struct {
	Device   Device
	Attempts []ota.Attempt
	Log      []Entry
}

// StepUpdate reads what an update decision for a device needs, lets step decide, and writes what it
// returns, all in one transaction. It returns the facts as they are afterwards. ErrUnchanged from
// step writes nothing and is no error to the caller.
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
			if err := putAttempt(tx.Tx, deviceID, attempt); err != nil {
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
		return err
	})
	if errors.Is(err, ErrUnchanged) {
		err = nil
	}
	return facts, err
}

// putAttempt keeps attempts in the order of their offers.
func putAttempt(tx *bbolt.Tx, deviceID string, attempt ota.Attempt) error {
	key := binary.BigEndian.AppendUint64(append([]byte(deviceID), 0), uint64(attempt.Offered.UnixNano()))
	return put(tx.Bucket(bucketAttempts), key, attempt)
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
