package ota

import (
	"errors"
	"strings"
	"time"
)

// State is how far an attempt has come.
type State string

// The states of an attempt. The first three are open, the others its end.
const (
	StateOffered     State = "offered"
	StateDownloading State = "downloading"
	StateInstalled   State = "installed" // written to the slot, waits for its first check-in
	StateConfirmed   State = "confirmed"
	StateFailed      State = "failed"
	StateRolledBack  State = "rolled_back"
	StateCancelled   State = "cancelled" // another image is wanted meanwhile
)

// Attempt is one device installing one image.
type Attempt struct {
	ID                string    `json:"attempt"`
	DeviceID          string    `json:"device_id"`
	FirmwareKey       string    `json:"firmware_key"`
	Version           string    `json:"version"`
	SHA256            string    `json:"sha256"`       // of the whole file, hex
	ImageSHA256       string    `json:"image_sha256"` // what a device running it reports, hex
	Size              int64     `json:"size"`         // bytes
	UpdateType        string    `json:"update_type"`
	FromKey           string    `json:"from_key"` // the firmware it ran before, as far as known
	FromVersion       string    `json:"from_version"`
	State             State     `json:"state"`
	Bytes             int64     `json:"bytes"` // how far its furthest download came
	CompleteDownloads int       `json:"complete_downloads"`
	Error             string    `json:"error"`    // why it failed, as the device said
	Forgiven          bool      `json:"forgiven"` // its owner wants another try
	Offered           time.Time `json:"offered"`
	Updated           time.Time `json:"updated"`
	Ended             time.Time `json:"ended"` // zero while it is open
}

// Open tells whether the attempt can still come to something.
func (a Attempt) Open() bool {
	return a.State == StateOffered || a.State == StateDownloading || a.State == StateInstalled
}

// end closes the attempt.
func (a Attempt) end(state State, why string, now time.Time) Attempt {
	a.State, a.Error, a.Updated, a.Ended = state, why, now, now
	return a
}

// OnBytes notes that a download of the image has come to this many bytes; complete says that it came
// to its end.
func (a Attempt) OnBytes(bytes int64, complete bool, now time.Time) Attempt {
	if !a.Open() {
		return a
	}
	if a.State == StateOffered {
		a.State = StateDownloading
	}
	a.Bytes, a.Updated = min(max(a.Bytes, bytes), a.Size), now
	if complete {
		a.CompleteDownloads++
	}
	return a
}

// Report is what a device says of an attempt.
type Report struct {
	State State
	Bytes int64
	Error string
}

// Errors of OnReport.
var (
	ErrBadState = errors.New("a report's state is downloading, installed, confirmed, failed or rolled_back")
	ErrBadBytes = errors.New("a report's bytes lie between 0 and the size of the image")
)

// maxError bounds what is kept of a device's words, in bytes.
const maxError = 200

// OnReport takes what a device says of the attempt. A report about an attempt that has ended changes
// nothing: it is a repetition, or came late.
func (a Attempt) OnReport(report Report, now time.Time) (Attempt, error) {
	if report.Bytes < 0 || report.Bytes > a.Size {
		return a, ErrBadBytes
	}
	next := a
	next.Bytes, next.Updated = max(a.Bytes, report.Bytes), now
	switch report.State {
	case StateDownloading:
		if a.State == StateOffered {
			next.State = StateDownloading
		}
	case StateInstalled:
		next.State, next.Bytes = StateInstalled, a.Size
	case StateConfirmed:
		next = next.end(StateConfirmed, "", now)
	case StateFailed, StateRolledBack:
		why := strings.ToValidUTF8(report.Error[:min(len(report.Error), maxError)], "")
		next = next.end(report.State, why, now)
	default:
		return a, ErrBadState
	}
	if !a.Open() {
		return a, nil
	}
	return next, nil
}

// CheckIn is what a device says of the image it runs, in a check or a heartbeat.
type CheckIn struct {
	ImageSHA256 string // lower-case hex; "" = it does not say
	State       string // "confirmed", "pending_verify", "rolled_back" or ""
}

// OnCheckIn takes from a device's check-in what became of the attempt. A device that names its image
// is believed. One that does not, and has downloaded the image completely, is taken to run it:
// firmware 2.4.x reports a version that never changes, and would otherwise install for ever.
func (a Attempt) OnCheckIn(in CheckIn, now time.Time) Attempt {
	if !a.Open() {
		return a
	}
	switch {
	case in.ImageSHA256 == "":
		if a.CompleteDownloads > 0 {
			return a.end(StateConfirmed, "", now)
		}
	case in.ImageSHA256 == a.ImageSHA256:
		if in.State == "pending_verify" {
			a.State, a.Bytes = StateInstalled, a.Size
			return a
		}
		if a.UpdateType != UpdateForced || a.CompleteDownloads > 0 {
			return a.end(StateConfirmed, "", now)
		}
	case in.State == "rolled_back" && a.State == StateInstalled:
		return a.end(StateRolledBack, "the device went back to its former image", now)
	}
	return a
}
