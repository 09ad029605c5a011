package ota

import (
	"slices"
	"time"
)

// OnDelta notes that a download of a patch for the image has come to this many of its bytes.
func (a Attempt) OnDelta(bytes, size int64, now time.Time) Attempt {
	if !a.Open() {
		return a
	}
	next := a
	if a.State == StateOffered {
		next.State = StateDownloading
	}
	if a.DeltaSize != size { // another patch than before
		next.DeltaSize, next.DeltaBytes = size, 0
	}
	next.DeltaBytes = min(max(next.DeltaBytes, bytes), size)
	return next.news(a, now)
}

// hasPatch tells whether the device has got a whole patch.
func (a Attempt) hasPatch() bool { return a.DeltaBytes > 0 && a.DeltaBytes == a.DeltaSize }

// Saved is how many bytes less were sent because a patch made the image, once the image is confirmed.
func (a Attempt) Saved() int64 {
	if a.State != StateConfirmed || !a.hasPatch() || a.FellBack || a.CompleteDownloads > 0 {
		return 0
	}
	return a.Size - a.DeltaSize
}

// DeltaFailed tells whether a patch for an image came to nothing on the device whose attempts these are: it went back to
// the whole image, or the attempt failed, or the device got the whole patch and does not run the image. It is given the
// whole image from then on, so that a patch it cannot apply does not keep it busy for ever.
func DeltaFailed(attempts []Attempt, firmwareKey string) bool {
	return slices.ContainsFunc(attempts, func(a Attempt) bool { return a.FirmwareKey == firmwareKey && a.deltaFailed() })
}

func (a Attempt) deltaFailed() bool {
	if a.State == StateConfirmed || a.DeltaBytes == 0 {
		return a.FellBack
	}
	return a.FellBack || a.Bad() || a.hasPatch()
}
