package admin

import (
	"sync"
	"time"

	"personalcms/handlers/access"
	"personalcms/handlers/intake"
	"personalcms/views"
)

const (
	maxHeld      = MaxImages // a form may bring one question for each of its files
	maxHeldBytes = 64 << 20
	heldLength   = 15 * time.Minute
)

// heldUploads are files that wait for an answer to a question, in memory; a few at most.
type heldUploads struct {
	mu   sync.Mutex
	rows []heldUpload // oldest first
}

type heldUpload struct {
	id, user string
	until    time.Time
	upload   intake.Upload
	question views.Uploaded
}

// hold keeps an upload for its user and returns the question about it, which names it; the oldest make room.
func (h *heldUploads) hold(user string, upload intake.Upload, question views.Uploaded, now time.Time) views.Uploaded {
	question.Held = access.NewToken()
	h.mu.Lock()
	defer h.mu.Unlock()
	h.rows = append(h.rows, heldUpload{question.Held, user, now.Add(heldLength), upload, question})
	size := 0
	for _, row := range h.rows {
		size += len(row.upload.Data)
	}
	for len(h.rows) > maxHeld || len(h.rows) > 1 && size > maxHeldBytes {
		size -= len(h.rows[0].upload.Data)
		h.rows[0] = heldUpload{} // its bytes can go
		h.rows = h.rows[1:]
	}
	return question
}

// take gives a held upload back to its user, once.
func (h *heldUploads) take(user, id string, now time.Time) (heldUpload, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for i, row := range h.rows {
		if row.id == id && row.user == user {
			h.rows = append(h.rows[:i:i], h.rows[i+1:]...)
			return row, now.Before(row.until)
		}
	}
	return heldUpload{}, false
}

// questions are those that wait for this user's answer, oldest first.
func (h *heldUploads) questions(user string, now time.Time) []views.Uploaded {
	h.mu.Lock()
	defer h.mu.Unlock()
	var waiting []views.Uploaded
	for _, row := range h.rows {
		if row.user == user && now.Before(row.until) {
			waiting = append(waiting, row.question)
		}
	}
	return waiting
}
