package store

import (
	"slices"
	"sync"
	"time"
)

// Refusal is a kind of request that was refused, counted: what, who asked, from where.
type Refusal struct {
	Reason   string    `json:"reason"` // machine word, see the device handlers
	DeviceID string    `json:"device_id"`
	Address  string    `json:"address"`
	Detail   string    `json:"detail"` // the sentence that was answered
	Count    int       `json:"count"`
	First    time.Time `json:"first"`
	Last     time.Time `json:"last"`
}

const maxRefusals = 200

// refusedList holds the refusals in memory only: whoever floods the server must not wear out its card.
type refusedList struct {
	mu   sync.Mutex
	rows []Refusal // newest last
}

// NoteRefused counts a refused request.
func (db *DB) NoteRefused(refusal Refusal) {
	list := &db.refused
	list.mu.Lock()
	same := func(row Refusal) bool {
		return row.Reason == refusal.Reason && row.DeviceID == refusal.DeviceID && row.Address == refusal.Address
	}
	refusal.First, refusal.Count = refusal.Last, 1
	if i := slices.IndexFunc(list.rows, same); i >= 0 {
		refusal.First, refusal.Count = list.rows[i].First, list.rows[i].Count+1
		list.rows = slices.Delete(list.rows, i, i+1)
	}
	list.rows = append(list.rows, refusal)
	if len(list.rows) > maxRefusals {
		list.rows = slices.Delete(list.rows, 0, 1)
	}
	list.mu.Unlock()
	db.watchers.tell(Change{Kind: "refused", DeviceID: refusal.DeviceID})
}

// Refused returns the refused requests since the program started, newest first, at most 200 kinds.
func (db *DB) Refused() []Refusal {
	db.refused.mu.Lock()
	rows := slices.Clone(db.refused.rows)
	db.refused.mu.Unlock()
	slices.Reverse(rows)
	return rows
}

// ForgetRefused empties the list; with a device id, of that device only.
func (db *DB) ForgetRefused(deviceID string) {
	db.refused.mu.Lock()
	db.refused.rows = slices.DeleteFunc(db.refused.rows, func(row Refusal) bool {
		return deviceID == "" || row.DeviceID == deviceID
	})
	db.refused.mu.Unlock()
	db.watchers.tell(Change{Kind: "refused", DeviceID: deviceID})
}
