package admin

import (
	"sync"
	"time"

	"personalcms/handlers/access"
)

const (
	maxHeld    = 4
	heldLength = 15 * time.Minute
)

// heldUploads are files that wait for an answer to a question, in memory; a few at most.
type heldUploads struct {
	mu   sync.Mutex
	rows []heldUpload // oldest first
}

type heldUpload struct {
	id, user string
	until    time.Time
	upload   firmwareUpload
}

// hold keeps an upload for its user and names it; the oldest makes room.
func (h *heldUploads) hold(user string, upload firmwareUpload, now time.Time) string {
	id := access.NewToken()
	h.mu.Lock()
	defer h.mu.Unlock()
	h.rows = append(h.rows, heldUpload{id, user, now.Add(heldLength), upload})
	if len(h.rows) > maxHeld {
		h.rows = h.rows[1:]
	}
	return id
}

// take gives a held upload back to its user, once.
func (h *heldUploads) take(user, id string, now time.Time) (firmwareUpload, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for i, row := range h.rows {
		if row.id == id && row.user == user {
			h.rows = append(h.rows[:i:i], h.rows[i+1:]...)
			return row.upload, now.Before(row.until)
		}
	}
	return firmwareUpload{}, false
}
