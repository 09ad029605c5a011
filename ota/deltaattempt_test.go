package ota_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"testing"
	"time"

	"personalcms/ota"
	"personalcms/ota/otatest"

	"github.com/google/go-cmp/cmp"
)

// TestDeltaOnAnAttempt follows what a device fetches of an image of 1000 bytes and its patch of 100.
func TestDeltaOnAnAttempt(t *testing.T) {
	type fetched struct {
		delta    int64 // up to here of the patch; 0 = of the image
		image    int64
		complete bool
	}
	type outcome struct {
		State                      ota.State
		Complete                   int
		Saved                      int64
		FailedOpen, FailedFinished bool // DeltaFailed before and after its end
	}
	patch, image := fetched{delta: 100}, fetched{image: 1000, complete: true}
	for _, tc := range []struct {
		name    string
		fetched []fetched
		end     ota.State
		want    outcome
	}{
		{"a patch", []fetched{patch}, ota.StateConfirmed, outcome{Complete: 0, Saved: 900, FailedOpen: true}},
		{"a patch in parts", []fetched{{delta: 40}, {delta: 30}, patch}, ota.StateConfirmed, outcome{Saved: 900, FailedOpen: true}},
		{"a part of a patch, confirmed nevertheless", []fetched{{delta: 40}}, ota.StateConfirmed, outcome{}},
		{"a part of a patch, cut short", []fetched{{delta: 40}}, ota.StateInterrupted, outcome{}},
		{"a part of a patch, called off", []fetched{{delta: 40}}, ota.StateCancelled, outcome{}},
		{"a part of a patch, failed", []fetched{{delta: 40}}, ota.StateFailed, outcome{FailedFinished: true}},
		{"a patch, failed", []fetched{patch}, ota.StateFailed, outcome{FailedOpen: true, FailedFinished: true}},
		{"a patch, rolled back", []fetched{patch}, ota.StateRolledBack, outcome{FailedOpen: true, FailedFinished: true}},
		{"a patch and nothing more", []fetched{patch}, ota.StateInterrupted, outcome{FailedOpen: true, FailedFinished: true}},
		{"a patch, then the image", []fetched{patch, image}, ota.StateConfirmed, outcome{Complete: 1, FailedOpen: true, FailedFinished: true}},
		{"a part of a patch, then a part of the image", []fetched{{delta: 40}, {image: 10}}, ota.StateCancelled, outcome{FailedOpen: true, FailedFinished: true}},
		{"a part of the image, then a part of a patch", []fetched{{image: 10}, {delta: 40}}, ota.StateCancelled, outcome{}},
		{"the image", []fetched{image}, ota.StateConfirmed, outcome{Complete: 1}},
		{"the image, failed", []fetched{image}, ota.StateFailed, outcome{Complete: 1}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			a := attempt("2", ota.StateOffered, 0)
			later := a.Offered.Add(time.Minute)
			for _, f := range tc.fetched {
				if f.delta > 0 {
					a = a.OnDelta(f.delta, 100, later)
				} else {
					a = a.OnBytes(f.image, f.complete, later)
				}
				if a.State != ota.StateDownloading || !a.Updated.Equal(later) {
					t.Errorf("%+v: %s, %v", f, a.State, a.Updated)
				}
			}
			got := outcome{Complete: a.CompleteDownloads, FailedOpen: ota.DeltaFailed([]ota.Attempt{a}, a.FirmwareKey)}
			a = a.End(tc.end, "", later)
			got.State, got.FailedFinished = a.State, ota.DeltaFailed([]ota.Attempt{a}, a.FirmwareKey)
			got.Saved = ota.Tally{}.Count(a, 1).Saved
			tc.want.State = tc.end
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(ota.Tally{}, ota.Tally{}.Count(a, 1).Count(a, -1)); diff != "" {
				t.Errorf("counted and taken out again (-want +got):\n%s", diff)
			}
			if ota.DeltaFailed([]ota.Attempt{a}, "another") {
				t.Error("another image's patch has failed")
			}
			if diff := cmp.Diff(a, a.OnDelta(100, 100, later.Add(time.Hour))); diff != "" {
				t.Errorf("an attempt that has ended (-want +got):\n%s", diff)
			}
		})
	}
}

// TestAnotherPatch is counted from its beginning.
func TestAnotherPatch(t *testing.T) {
	a := attempt("2", ota.StateOffered, 0).OnDelta(80, 100, noon).OnDelta(30, 200, noon)
	if a.DeltaBytes != 30 || a.DeltaSize != 200 {
		t.Errorf("%d of %d bytes", a.DeltaBytes, a.DeltaSize)
	}
	if over := a.OnDelta(500, 200, noon); over.DeltaBytes != 200 {
		t.Errorf("more than there is: %d", over.DeltaBytes)
	}
}

// TestForcedUpdateByPatch is confirmed by the next check-in, as one by a whole image is.
func TestForcedUpdateByPatch(t *testing.T) {
	a := attempt("2", ota.StateOffered, 0)
	a.UpdateType = ota.UpdateForced
	in := ota.CheckIn{ImageSHA256: a.ImageSHA256, State: "confirmed"}
	for _, tc := range []struct {
		name    string
		attempt ota.Attempt
		want    ota.State
	}{
		{"nothing fetched", a, ota.StateOffered},
		{"a part", a.OnDelta(50, 100, noon), ota.StateDownloading},
		{"the whole patch", a.OnDelta(100, 100, noon), ota.StateConfirmed},
	} {
		if got := tc.attempt.OnCheckIn(in, noon); got.State != tc.want {
			t.Errorf("%s: %s, want %s", tc.name, got.State, tc.want)
		}
	}
}

func TestCovered(t *testing.T) {
	plain := otatest.ProgramImage(1, 50_000)
	for _, tc := range []struct {
		name string
		data []byte
		less int // bytes behind what is covered
	}{
		{"digest appended", plain, 32},
		{"no digest", otatest.Build(otatest.Options{NoDigest: true}), 0},
		{"padded", append(bytes.Clone(plain), bytes.Repeat([]byte{0xFF}, 100)...), 132},
		{"signed by Arduino", append(bytes.Clone(plain), bytes.Repeat([]byte{7}, 512)...), 544},
	} {
		t.Run(tc.name, func(t *testing.T) {
			img, err := ota.ReadImage(tc.data)
			if err != nil {
				t.Fatal(err)
			}
			covered, err := ota.Covered(tc.data)
			if err != nil {
				t.Fatal(err)
			}
			sum := sha256.Sum256(covered)
			if got := hex.EncodeToString(sum[:]); got != img.ImageSHA256 || len(covered) != len(tc.data)-tc.less {
				t.Errorf("%d of %d bytes have the digest %s, not %s", len(covered), len(tc.data), got, img.ImageSHA256)
			}
		})
	}
	for _, data := range [][]byte{nil, []byte("hello"), plain[:1000]} {
		if covered, err := ota.Covered(data); err == nil {
			t.Errorf("%d bytes that are no image: %d are covered", len(data), len(covered))
		}
	}
}
