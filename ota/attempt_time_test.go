package ota_test

import (
	"testing"
	"time"

	"personalcms/ota"

	"github.com/google/go-cmp/cmp"
)

var (
	openStates  = []ota.State{ota.StateOffered, ota.StateDownloading, ota.StateRebooting, ota.StateOnTrial}
	endedStates = []ota.State{
		ota.StateConfirmed, ota.StateFailed, ota.StateRolledBack, ota.StateInterrupted, ota.StateDeferred, ota.StateSkipped, ota.StateCancelled,
	}
)

func TestEveryOpenStateHasATimeLimit(t *testing.T) {
	for state, limit := range map[ota.State]time.Duration{
		ota.StateOffered: 24 * time.Hour, ota.StateDownloading: 2 * time.Hour, ota.StateRebooting: 30 * time.Minute, ota.StateOnTrial: 2 * time.Hour,
	} {
		at := attempt("2", state, 0)
		if got := at.OnTime(noon.Add(limit)); got.State != state {
			t.Errorf("%s: %s after %s", state, got.State, limit)
		}
		late := noon.Add(limit + time.Second)
		got := at.OnTime(late)
		if got.State != ota.StateInterrupted || !got.Ended.Equal(late) || got.Error == "" {
			t.Errorf("%s: %+v after %s and a second", state, got, limit)
		}
		at.Offered = at.Offered.Add(-1000 * time.Hour)
		if got := at.OnTime(noon.Add(limit)); got.State != state {
			t.Errorf("%s: the limit counts from the offer and not from the last news", state)
		}
	}
}

func TestTimeChangesNothingThatHasEnded(t *testing.T) {
	for _, state := range endedStates {
		at := attempt("2", state, 0)
		if diff := cmp.Diff(at, at.OnTime(noon.Add(10_000*time.Hour))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", state, diff)
		}
	}
}

func TestOpenAndRunning(t *testing.T) {
	for _, state := range openStates {
		at := attempt("2", state, 0)
		if running := state == ota.StateRebooting || state == ota.StateOnTrial; !at.Open() || at.Running() != running {
			t.Errorf("%s: open %v, running %v", state, at.Open(), at.Running())
		}
	}
	for _, state := range endedStates {
		if at := attempt("2", state, 0); at.Open() || at.Running() {
			t.Errorf("%s: open %v, running %v", state, at.Open(), at.Running())
		}
	}
}

func TestWhatCountsAsAFailure(t *testing.T) {
	for _, row := range []struct {
		name    string
		attempt ota.Attempt
		want    bool
	}{
		{"failed", ota.Attempt{State: ota.StateFailed}, true},
		{"rolled back", ota.Attempt{State: ota.StateRolledBack}, true},
		{"silent after it was written", ota.Attempt{State: ota.StateInterrupted, Written: true}, true},
		{"silent after all of it was fetched, without a report", ota.Attempt{State: ota.StateInterrupted, CompleteDownloads: 1}, true},
		{"silent before", ota.Attempt{State: ota.StateInterrupted, Bytes: 999}, false},
		{"put off after it was fetched", ota.Attempt{State: ota.StateDeferred, CompleteDownloads: 1}, false},
		{"cancelled after it was fetched", ota.Attempt{State: ota.StateCancelled, CompleteDownloads: 1}, false},
		{"skipped", ota.Attempt{State: ota.StateSkipped}, false},
		{"confirmed", ota.Attempt{State: ota.StateConfirmed, Written: true}, false},
		{"on trial", ota.Attempt{State: ota.StateOnTrial, Written: true}, false},
	} {
		if got := row.attempt.Bad(); got != row.want {
			t.Errorf("%s: %v, want %v", row.name, got, row.want)
		}
	}
}

// silent is an attempt that was given up for silence after its image was written.
func silent(state ota.State) ota.Attempt {
	at := attempt("2", ota.StateDownloading, time.Hour)
	at, _ = at.OnReport(ota.Report{State: ota.ReportInstalled}, noon.Add(-time.Hour))
	if state == ota.StateOnTrial {
		at = at.OnCheckIn(ota.CheckIn{ImageSHA256: "image of T_2", State: "pending_verify"}, noon.Add(-time.Hour))
	}
	return at.OnTime(noon.Add(24 * time.Hour))
}

func TestADeviceThatComesBackLate(t *testing.T) {
	later := noon.Add(48 * time.Hour)
	own, other := "image of T_2", "image of T_1"
	for _, row := range []struct {
		name string
		in   ota.CheckIn
		want ota.State
	}{
		{"with the image", ota.CheckIn{ImageSHA256: own, State: "confirmed"}, ota.StateConfirmed},
		{"with the image, saying no more", ota.CheckIn{ImageSHA256: own}, ota.StateConfirmed},
		{"with the image, trying it out", ota.CheckIn{ImageSHA256: own, State: "pending_verify"}, ota.StateOnTrial},
		{"having gone back", ota.CheckIn{ImageSHA256: other, State: "rolled_back"}, ota.StateRolledBack},
		{"with the one before", ota.CheckIn{ImageSHA256: other}, ota.StateInterrupted},
		{"saying nothing, without a whole download", ota.CheckIn{}, ota.StateInterrupted},
	} {
		for _, was := range []ota.State{ota.StateRebooting, ota.StateOnTrial} {
			before := silent(was)
			if before.State != ota.StateInterrupted || !before.Written {
				t.Fatalf("%s: %+v", was, before)
			}
			got := before.OnCheckIn(row.in, later)
			if got.State != row.want || got.Open() == !got.Ended.IsZero() {
				t.Errorf("%s, was %s: %s, ended %v, want %s", row.name, was, got.State, got.Ended, row.want)
			}
			if got.Open() && (!got.Updated.Equal(later) || got.Error != "") {
				t.Errorf("%s: the trial counts from %v, %q", row.name, got.Updated, got.Error)
			}
		}
	}
	for _, state := range []ota.State{ota.StateFailed, ota.StateRolledBack, ota.StateDeferred, ota.StateSkipped, ota.StateCancelled} {
		before := attempt("2", state, time.Hour)
		if diff := cmp.Diff(before, before.OnCheckIn(ota.CheckIn{ImageSHA256: own}, later)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", state, diff)
		}
	}
}

func TestATrialIsCountedFromItsBeginning(t *testing.T) {
	trial := ota.CheckIn{ImageSHA256: "image of T_2", State: "pending_verify"}
	at := attempt("2", ota.StateRebooting, 0).OnCheckIn(trial, noon)
	again := at.OnCheckIn(trial, noon.Add(time.Hour))
	if diff := cmp.Diff(at, again); diff != "" {
		t.Errorf("a second check-in on trial (-want +got):\n%s", diff)
	}
	if again.State != ota.StateOnTrial || !again.Written || again.Bytes != again.Size {
		t.Errorf("on trial: %+v", again)
	}
	reported, err := again.OnReport(ota.Report{State: ota.ReportInstalled}, noon.Add(time.Hour))
	if err != nil || reported.State != ota.StateOnTrial {
		t.Errorf("a late report that it is written: %v, %s", err, reported.State)
	}
}

// TestAnImageThatNeverStartsHasFailed: the board fetches all of it twice and still names the one before.
func TestAnImageThatNeverStartsHasFailed(t *testing.T) {
	former := ota.CheckIn{ImageSHA256: "image of T_1"}
	at := attempt("2", ota.StateOffered, 0).OnBytes(1000, true, noon).OnCheckIn(former, noon)
	if at.State != ota.StateDownloading {
		t.Errorf("after one download: %s", at.State)
	}
	at = at.OnBytes(1000, true, noon).OnCheckIn(former, noon)
	if at.State != ota.StateFailed || at.Error == "" {
		t.Errorf("after two: %s, %q", at.State, at.Error)
	}
}

// TestToFetchTheSameAgainKeepsNoAttemptOpen: a device whose every download breaks at the same place is silent.
func TestToFetchTheSameAgainKeepsNoAttemptOpen(t *testing.T) {
	for name, again := range map[string]func(a ota.Attempt, now time.Time) ota.Attempt{
		"the image": func(a ota.Attempt, now time.Time) ota.Attempt { return a.OnBytes(500, false, now) },
		"a patch":   func(a ota.Attempt, now time.Time) ota.Attempt { return a.OnDelta(50, 100, now) },
		"with reports": func(a ota.Attempt, now time.Time) ota.Attempt {
			for _, bytes := range []int64{0, 500} {
				a, _ = a.OnReport(ota.Report{State: ota.StateDownloading, Bytes: bytes}, now)
			}
			return a
		},
		"reported as installed": func(a ota.Attempt, now time.Time) ota.Attempt {
			a, _ = a.OnReport(ota.Report{State: ota.ReportInstalled}, now)
			return a
		},
	} {
		at, now := attempt("2", ota.StateOffered, 0), noon
		for range 60 {
			now = now.Add(3 * time.Minute)
			at = again(at, now).OnTime(now)
		}
		if at.State != ota.StateInterrupted {
			t.Errorf("%s: %s after three hours", name, at.State)
		}
	}
}
