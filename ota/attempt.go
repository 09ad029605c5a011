package ota

import (
	"errors"
	"strings"
	"time"
)

// State is how far an attempt has come.
type State string

// The states of an attempt. The first four are open, the others its end.
const (
	StateOffered     State = "offered"
	StateDownloading State = "downloading"
	StateRebooting   State = "rebooting" // written to the slot, the device restarts
	StateOnTrial     State = "on_trial"  // the new image runs and is not confirmed yet
	StateConfirmed   State = "confirmed"
	StateFailed      State = "failed"
	StateRolledBack  State = "rolled_back" // the device went back to its former image
	StateInterrupted State = "interrupted" // nothing was heard of it within its time
	StateDeferred    State = "deferred"    // it has to wait: for its window, its battery, a rollout that pauses
	StateSkipped     State = "skipped"     // the device cannot or need not have the image
	StateCancelled   State = "cancelled"   // another image is wanted meanwhile
)

// ReportInstalled is what a device calls StateRebooting in its report: the image is written.
const ReportInstalled State = "installed"

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
	Rollout           string    `json:"rollout,omitempty"` // id of the rollout it belongs to, "" = none
	Returns           bool      `json:"returns,omitempty"` // it takes a rollout back: the image is the device's former one
	FromKey           string    `json:"from_key"`          // the firmware it ran before, as far as known
	FromVersion       string    `json:"from_version"`
	State             State     `json:"state"`
	Bytes             int64     `json:"bytes"` // how far its download came without a gap
	CompleteDownloads int       `json:"complete_downloads"`
	DeltaSize         int64     `json:"delta_size,omitempty"`  // of the patch that was fetched, bytes; 0 = none was
	DeltaBytes        int64     `json:"delta_bytes,omitempty"` // how far the furthest download of the patch came
	FellBack          bool      `json:"fell_back,omitempty"`   // the image itself was fetched after a patch
	Written           bool      `json:"written,omitempty"`     // it came as far as rebooting
	Named             bool      `json:"named,omitempty"`       // the device named its image in the check that this was offered to
	Error             string    `json:"error"`                 // why it ended so, as the device said or the server found
	Forgiven          bool      `json:"forgiven"`              // its owner wants another try
	Offered           time.Time `json:"offered"`
	Updated           time.Time `json:"updated"`
	Ended             time.Time `json:"ended"` // zero while it is open
}

// Open tells whether the attempt can still come to something.
func (a Attempt) Open() bool {
	switch a.State {
	case StateOffered, StateDownloading, StateRebooting, StateOnTrial:
		return true
	}
	return false
}

// Running tells whether the device has the image and has yet to show that it is well.
func (a Attempt) Running() bool { return a.State == StateRebooting || a.State == StateOnTrial }

// Bad tells whether the attempt counts as a failure of the image on this device: it failed, was rolled back, or
// nothing was heard of the device after it had written the image, or after it had fetched all of it where it sends
// no reports. To be cut short or put off is none.
func (a Attempt) Bad() bool {
	lost := a.State == StateInterrupted && (a.Written || a.CompleteDownloads > 0)
	return lost || a.State == StateFailed || a.State == StateRolledBack
}

// End closes the attempt; why is kept for people.
func (a Attempt) End(state State, why string, now time.Time) Attempt {
	a.State, a.Error, a.Updated, a.Ended = state, why, now, now
	return a
}

// OnBytes notes that a download of the image has come to this many bytes; complete says that it came
// to its end. To fetch again what was fetched before is no news: a device whose every download breaks at the same
// place would else stay in its attempt for ever.
func (a Attempt) OnBytes(bytes int64, complete bool, now time.Time) Attempt {
	if !a.Open() {
		return a
	}
	next := a
	if a.State == StateOffered {
		next.State = StateDownloading
	}
	next.Bytes = min(max(a.Bytes, bytes), a.Size)
	next.FellBack = a.FellBack || a.DeltaBytes > 0
	if complete {
		next.CompleteDownloads++
	}
	return next.news(a, now)
}

// news notes when the attempt became something else than before.
func (a Attempt) news(before Attempt, now time.Time) Attempt {
	if a != before {
		a.Updated = now
	}
	return a
}

// Report is what a device says of an attempt.
type Report struct {
	State State // downloading, installed, confirmed, failed or rolled_back
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

// OnReport takes what a device says of the attempt. A report about an attempt that has ended, or that says what is
// known already, changes nothing: it is a repetition, or came late.
func (a Attempt) OnReport(report Report, now time.Time) (Attempt, error) {
	if report.Bytes < 0 || report.Bytes > a.Size {
		return a, ErrBadBytes
	}
	next := a
	next.Bytes = max(a.Bytes, report.Bytes)
	switch report.State {
	case StateDownloading:
		if a.State == StateOffered {
			next.State = StateDownloading
		}
	case ReportInstalled:
		next = next.written()
		if a.State != StateOnTrial {
			next.State = StateRebooting
		}
	case StateConfirmed:
		next = next.End(StateConfirmed, "", now)
	case StateFailed, StateRolledBack:
		why := strings.ToValidUTF8(report.Error[:min(len(report.Error), maxError)], "")
		next = next.End(report.State, why, now)
	default:
		return a, ErrBadState
	}
	if !a.Open() {
		return a, nil
	}
	return next.news(a, now), nil
}

// written notes that the image lies in the slot.
func (a Attempt) written() Attempt {
	a.Bytes, a.Written = a.Size, true
	return a
}

// CheckIn is what a device says of the image it runs, in a check or a heartbeat.
type CheckIn struct {
	ImageSHA256 string // lower-case hex; "" = it does not say
	State       string // "confirmed", "pending_verify", "rolled_back" or ""
	Heartbeat   bool   // it is one: even a device that names its image in its checks may leave it out here
}

// OnCheckIn takes from a device's check-in what became of the attempt. A device that names its image
// is believed. One that does not, and has downloaded the image completely, is taken to run it:
// firmware 2.4.x reports a version that never changes, and would otherwise install for ever. Of one that named its
// image before, a heartbeat without it says nothing: an image that went back would count as confirmed. An attempt
// that was given up for silence is confirmed after all when the device comes back with its image, and rolled back
// when it comes back having gone back. It has failed when the image was fetched twice and the device runs another.
func (a Attempt) OnCheckIn(in CheckIn, now time.Time) Attempt {
	if !a.Open() && a.State != StateInterrupted {
		return a
	}
	switch {
	case in.ImageSHA256 == "":
		if a.CompleteDownloads > 0 && (!a.Named || !in.Heartbeat) {
			return a.End(StateConfirmed, "", now)
		}
	case in.ImageSHA256 == a.ImageSHA256:
		if in.State == "pending_verify" {
			return a.onTrial(now)
		}
		if a.UpdateType != UpdateForced || a.CompleteDownloads > 0 || a.hasPatch() {
			return a.End(StateConfirmed, "", now)
		}
	case in.State == "rolled_back" && (a.Running() || a.Written):
		return a.End(StateRolledBack, "the device went back to its former image", now)
	case a.State == StateDownloading && a.CompleteDownloads >= maxDownloads:
		return a.End(StateFailed, "it was downloaded completely and never came to run", now)
	}
	return a
}

// onTrial notes that the device runs the image on trial; the time it has for that begins once.
func (a Attempt) onTrial(now time.Time) Attempt {
	if a.State == StateOnTrial {
		return a
	}
	a = a.written()
	a.State, a.Error, a.Updated, a.Ended = StateOnTrial, "", now, time.Time{}
	return a
}

// limits are how long an attempt may stay in an open state without news. A device that sleeps downloads in the
// minute it is offered something, so only the offer itself may wait long.
var limits = map[State]time.Duration{
	StateOffered: 24 * time.Hour, StateDownloading: 2 * time.Hour, StateRebooting: 30 * time.Minute, StateOnTrial: 2 * time.Hour,
}

// silence says what nothing was heard of in each state.
var silence = map[State]string{
	StateOffered:     "the device never began to download it",
	StateDownloading: "the download stopped and nothing more was heard of it",
	StateRebooting:   "nothing was heard of the device after it had written the image",
	StateOnTrial:     "the device never confirmed the image",
}

// OnTime ends an attempt whose device has not been heard of for too long.
func (a Attempt) OnTime(now time.Time) Attempt {
	if limit, open := limits[a.State]; open && now.Sub(a.Updated) > limit {
		return a.End(StateInterrupted, silence[a.State], now)
	}
	return a
}
