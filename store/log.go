package store

import (
	"bytes"
	"encoding/json"
	"slices"
	"time"

	"go.etcd.io/bbolt"
)

// Kinds of log entries.
const (
	LogDevice = "device" // a line the device sent
	LogEvent  = "event"  // something that happened at a device: NFC card, button, restart
	LogAudit  = "audit"  // something a person or script did
	LogUpdate = "update" // a step of a firmware update
)

// Entry is one line of the log.
type Entry struct {
	Time     time.Time `json:"time"`
	Kind     string    `json:"kind"`
	DeviceID string    `json:"device_id,omitempty"`
	Actor    string    `json:"actor,omitempty"` // the user or API key, for audit entries
	Level    string    `json:"level"`           // error, warn, info
	Message  string    `json:"message"`
}

// maxLog bounds the log: the oldest entries make room.
const maxLog = 20000

// AddLog appends entries; they are on disk when it returns nil.
func (db *DB) AddLog(entries ...Entry) error {
	if len(entries) == 0 {
		return nil
	}
	return db.update(func(tx *transaction) error {
		tx.after = append(tx.after, func() {
			for _, entry := range entries {
				db.watchers.tell(Change{Kind: "log", DeviceID: entry.DeviceID})
			}
		})
		return appendLog(tx.Tx, entries)
	})
}

func appendLog(tx *bbolt.Tx, entries []Entry) error {
	bucket := tx.Bucket(bucketLog)
	for _, entry := range entries {
		key, err := timeKey(bucket, entry.Time.UnixNano())
		if err != nil {
			return err
		}
		if err := put(bucket, key, entry); err != nil {
			return err
		}
	}
	return nil
}

// TrimLog removes the oldest entries beyond what is kept.
func (db *DB) TrimLog() error {
	return db.update(func(tx *transaction) error {
		bucket := tx.Bucket(bucketLog)
		excess := bucket.Stats().KeyN - maxLog
		var old [][]byte
		cursor := bucket.Cursor()
		for key, _ := cursor.First(); key != nil && len(old) < excess; key, _ = cursor.Next() {
			old = append(old, slices.Clone(key))
		}
		for _, key := range old {
			if err := bucket.Delete(key); err != nil {
				return err
			}
		}
		return nil
	})
}

// UpdateLog returns the newest steps of a device's updates first, at most limit.
func (db *DB) UpdateLog(deviceID string, limit int) ([]Entry, error) {
	var entries []Entry
	kind := []byte(`"kind":"` + LogUpdate + `"`) // of a long log only those are read
	err := db.view(func(tx *bbolt.Tx) error {
		cursor := tx.Bucket(bucketLog).Cursor()
		for key, raw := cursor.Last(); key != nil && len(entries) < limit; key, raw = cursor.Prev() {
			if !bytes.Contains(raw, kind) {
				continue
			}
			var entry Entry
			if err := json.Unmarshal(raw, &entry); err != nil {
				return err
			}
			if entry.Kind == LogUpdate && entry.DeviceID == deviceID {
				entries = append(entries, entry)
			}
		}
		return nil
	})
	return entries, err
}

// Log returns the newest entries first, at most limit, of one device or, with "", of all.
func (db *DB) Log(deviceID string, limit int) ([]Entry, error) {
	var entries []Entry
	err := db.view(func(tx *bbolt.Tx) error {
		cursor := tx.Bucket(bucketLog).Cursor()
		for key, raw := cursor.Last(); key != nil && len(entries) < limit; key, raw = cursor.Prev() {
			var entry Entry
			if err := json.Unmarshal(raw, &entry); err != nil {
				return err
			}
			if deviceID == "" || entry.DeviceID == deviceID {
				entries = append(entries, entry)
			}
		}
		return nil
	})
	return entries, err
}
