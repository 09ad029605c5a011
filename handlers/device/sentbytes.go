package device

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"personalcms/ota"
	"personalcms/store"
)

// stalledAfter is how long a receiver may take nothing before its connection is ended. A connection is
// ready to take again only when about 20 KiB have arrived, so slower ones than 340 bytes per second end, too.
// The server lifts the deadline itself when the answer is sent.
const stalledAfter = 60 * time.Second

// sentBytes writes an image piece by piece, each when the limits allow it, and counts what was written. It
// has no ReadFrom, so that every piece is seen.
type sentBytes struct {
	http.ResponseWriter
	ctx           context.Context // of the request
	place         *place          // nil for HEAD, which writes nothing
	progress      *progress       // nil when it belongs to no attempt
	size          int64           // of the whole image, bytes
	from, to      int64           // of what was sent, offsets in the image
	told          int64           // what the attempt was told last
	unsatisfiable bool            // the range lies behind the image's end; nothing was written
	failed        error           // why it ended early
}

// WriteHeader finds where the answer begins in the image.
func (s *sentBytes) WriteHeader(status int) {
	switch status {
	case http.StatusRequestedRangeNotSatisfiable:
		s.unsatisfiable = true // the handler says so in its own words
		return
	case http.StatusPartialContent:
		_, _ = fmt.Sscanf(s.Header().Get("Content-Range"), "bytes %d-", &s.from) // ServeContent wrote it: one range
	}
	s.to, s.told = s.from, s.from
	if s.progress != nil {
		s.progress.begin(s.from)
	}
	s.ResponseWriter.WriteHeader(status)
}

// Write sends p in pieces. A piece that fails ends the download.
func (s *sentBytes) Write(p []byte) (int, error) {
	if s.unsatisfiable {
		return len(p), nil
	}
	written := 0
	for written < len(p) && s.failed == nil {
		var n int
		n, s.failed = s.piece(p[written:min(len(p), written+pieceSize)])
		written += n
	}
	return written, s.failed
}

// piece sends p when its turn comes. The attempt is told after every tenth of the image and at its end. The
// last byte waits until the end is noted: a device that has the whole image finds that the server knows it.
func (s *sentBytes) piece(p []byte) (int, error) {
	if err := s.place.wait(s.ctx, len(p)); err != nil {
		return 0, err
	}
	deadline := time.Now().Add(stalledAfter) //nolint:forbidigo // a deadline is of the machine’s own clock
	_ = http.NewResponseController(s.ResponseWriter).SetWriteDeadline(deadline)
	if s.progress == nil {
		return s.pass(p)
	}
	end := s.to + int64(len(p))
	s.place.reach(s.progress.name(), end)
	if end != s.size {
		n, err := s.pass(p)
		if s.to-s.told >= s.size/10 {
			s.tell(s.to)
		}
		return n, err
	}
	n, err := s.pass(p[:len(p)-1])
	if err != nil {
		return n, err
	}
	s.tell(s.size)
	last, err := s.pass(p[len(p)-1:])
	return n + last, err
}

func (s *sentBytes) pass(p []byte) (int, error) {
	n, err := s.ResponseWriter.Write(p)
	s.to += int64(n)
	return n, err
}

func (s *sentBytes) tell(to int64) {
	s.progress.note(to)
	s.told = to
}

// ended tells the attempt how far a download came that ended between two tenths.
func (s *sentBytes) ended() {
	if s.progress != nil && s.to > s.told {
		s.tell(s.to)
	}
}

// complete tells whether the image is now downloaded once more.
func (s *sentBytes) complete() bool {
	if s.progress != nil {
		return s.progress.complete
	}
	return s.to == s.size
}

// progress notes on an attempt how far its image, or the patch for it, was sent to its device.
type progress struct {
	h                   *Handler
	place               *place
	deviceID, attemptID string
	patch               bool
	size                int64 // of what is sent, bytes
	from                int64 // where this piece begins in the image
	joins               bool  // what was sent before reaches to where it begins
	complete            bool  // it brought the download to its end
}

// progressOf counts a download on an attempt; nil if it belongs to none.
func (h *Handler) progressOf(place *place, file file, deviceID, attemptID string) *progress {
	if attemptID == "" && deviceID != "" {
		attemptID = h.openAttempt(deviceID, file.firmware.Key)
	}
	if attemptID == "" {
		return nil
	}
	return &progress{h: h, place: place, deviceID: deviceID, attemptID: attemptID, patch: file.patch, size: file.size}
}

// name is what other connections of the attempt that send the same know the download by.
func (p *progress) name() string {
	if p.patch {
		return p.attemptID + " " + deltaParam
	}
	return p.attemptID
}

// begin finds out whether a piece goes on where what was sent before had come to. What other connections are
// sending is looked at first: one that ends meanwhile has told the store by then.
func (p *progress) begin(from int64) {
	reached := p.place.reached(p.name())
	attempts, err := p.h.db.Attempts(p.deviceID)
	if err != nil {
		p.h.log.Error().Err(err).Str("device_id", p.deviceID).Msg("attempts")
	}
	for _, attempt := range attempts {
		if attempt.ID == p.attemptID {
			reached = max(reached, p.before(attempt))
		}
	}
	p.from, p.joins = from, from <= reached
}

// before is how far the attempt knows that what is sent had come.
func (p *progress) before(attempt ota.Attempt) int64 {
	if p.patch {
		return attempt.DeltaBytes
	}
	return attempt.Bytes
}

// note counts on the attempt that the image was sent up to here. Behind a gap nothing counts but that
// the device downloads. Who comes back for the rest did not have the whole, whatever was sent before: the
// end is not counted a second time then.
func (p *progress) note(to int64) {
	now := p.h.now()
	_, err := p.h.db.StepUpdate(p.deviceID, func(facts store.UpdateFacts) (store.Changed, error) {
		p.complete = false
		for _, attempt := range facts.Attempts {
			if attempt.ID != p.attemptID {
				continue
			}
			if next := p.sentTo(to, attempt, now); next != attempt {
				return store.Changed{Device: facts.Device, Attempts: []ota.Attempt{next}}, nil
			}
		}
		return store.Changed{}, store.ErrUnchanged
	})
	if err != nil {
		p.h.log.Error().Err(err).Str("device_id", p.deviceID).Msg("progress of a download")
	}
}

// sentTo is the attempt when what is sent has come to here.
func (p *progress) sentTo(to int64, attempt ota.Attempt, now time.Time) ota.Attempt {
	bytes := p.before(attempt)
	if p.joins {
		bytes = to
	}
	if p.patch {
		return attempt.OnDelta(bytes, p.size, now)
	}
	p.complete = p.joins && to == attempt.Size && (p.from == 0 || attempt.CompleteDownloads == 0)
	return attempt.OnBytes(bytes, p.complete, now)
}
