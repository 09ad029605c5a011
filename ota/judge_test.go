package ota_test

import (
	"testing"
	"time"

	"personalcms/ota"
)

// uploaded is an image of type T that was uploaded some time before noon.
func uploaded(version string, ago time.Duration) *ota.Target {
	at := target("T", version)
	at.Uploaded = noon.Add(-ago)
	return at
}

// TestNothingGoesBackUnasked: an older image is not taken for newer, in both forms of versions and between them.
func TestNothingGoesBackUnasked(t *testing.T) {
	for _, row := range []struct {
		name         string
		runs, wanted *ota.Target
		older        bool
	}{
		{"a newer version", uploaded("2.4.9", 0), uploaded("2.5.0", 0), false},
		{"an older version", uploaded("2.5.0", 0), uploaded("2.4.9", 0), true},
		{"an older version uploaded later", uploaded("2.10.0", time.Hour), uploaded("2.9.0", 0), true},
		{"a newer version uploaded before", uploaded("2.9.0", 0), uploaded("2.10.0", time.Hour), false},
		{"a later time", uploaded("20261123.110000", 0), uploaded("20261123.120000", 0), false},
		{"an earlier time", uploaded("20261123.120000", 0), uploaded("20261123.110000", 0), true},
		{"a version uploaded after a time", uploaded("20261123.110000", time.Hour), uploaded("2.5.0", 0), false},
		{"a version uploaded before a time", uploaded("20261123.120000", 0), uploaded("2.5.0", time.Hour), true},
		{"a time after a version", uploaded("99.0", time.Hour), uploaded("20261123.120000", 0), false},
		{"a time before a version", uploaded("1.0", 0), uploaded("20261123.110000", time.Hour), true},
		{"numbers that are no time", uploaded("20261399.999999", 0), uploaded("2.5.0", 0), true},
	} {
		for by, want := range map[string]func(in *ota.Input, rollback bool){
			ota.WishType:  func(in *ota.Input, back bool) { in.ByType = &ota.Assigned{Target: row.wanted, Rollback: back} },
			ota.WishGroup: func(in *ota.Input, back bool) { in.ByGroup = &ota.Assigned{Target: row.wanted, Rollback: back} },
			ota.WishRollout: func(in *ota.Input, back bool) {
				j := joined("r", "9")
				j.Target, j.Rollout.Rollback = row.wanted, back
				in.Rollouts = []ota.Joined{j}
			},
		} {
			for _, asked := range []bool{false, true} {
				in := running(row.runs.Version)
				in.Running = row.runs
				want(&in, asked)
				reason, kind := ota.ReasonUpdateAvailable, ota.UpdateSameType
				switch {
				case row.older && !asked:
					reason, kind = ota.ReasonOlder, ""
				case row.older:
					kind = ota.UpdateRollback
				}
				if got := ota.Decide(in, noon); got.Reason != reason || got.UpdateType != kind {
					t.Errorf("%s by %s, asked for %v: %s %q, want %s %q", row.name, by, asked, got.Reason, got.UpdateType, reason, kind)
				}
			}
		}
	}
}

// TestAPersonsChoiceMayBeOlder: what is pinned or forced needs no leave to go back.
func TestAPersonsChoiceMayBeOlder(t *testing.T) {
	in := running("2.5.0")
	in.Pinned = target("T", "2.4.0")
	if got := ota.Decide(in, noon); got.UpdateType != ota.UpdateRollback {
		t.Errorf("pinned: %+v", got)
	}
	in.Pinned, in.Forced = nil, target("T", "2.4.0")
	if got := ota.Decide(in, noon); got.UpdateType != ota.UpdateForced {
		t.Errorf("forced: %+v", got)
	}
}

func TestOlderIsAskedOnlyOfWhatIsKnown(t *testing.T) {
	for _, row := range []struct {
		name   string
		change func(*ota.Input)
		want   string
	}{
		{"the same type", func(*ota.Input) {}, ota.ReasonOlder},
		{"by its digest", func(in *ota.Input) { in.ImageSHA256 = "image of T_3" }, ota.ReasonOlder},
		{"its digest is of another image", func(in *ota.Input) { in.ImageSHA256 = "image of somebody" }, ota.ReasonUpdateAvailable},
		{"another key than was known", func(in *ota.Input) { in.RunningKey = "T_1" }, ota.ReasonUpdateAvailable},
		{"another type", func(in *ota.Input) { in.ByType = assigned("U", "2") }, ota.ReasonUpdateAvailable},
		{"nothing is known", func(in *ota.Input) { in.Running, in.RunningKey = nil, "" }, ota.ReasonUpdateAvailable},
	} {
		in := running("3")
		in.ByType = assigned("T", "2")
		row.change(&in)
		if got := ota.Decide(in, noon); got.Reason != row.want {
			t.Errorf("%s: %s, want %s", row.name, got.Reason, row.want)
		}
	}
}

// TestWhenAndWithWhatBattery: everything waits for window and battery, but what is forced does not wait for the window.
func TestWhenAndWithWhatBattery(t *testing.T) {
	closed, open := early, weekly("11:00", "13:00")
	for _, row := range []struct {
		name         string
		window       ota.Window
		battery, low float64
		want, forced string
	}{
		{"both good", open, 80, 30, ota.ReasonUpdateAvailable, ota.ReasonUpdateAvailable},
		{"no window", ota.Window{}, 80, 30, ota.ReasonUpdateAvailable, ota.ReasonUpdateAvailable},
		{"closed", closed, 80, 30, ota.ReasonWindow, ota.ReasonUpdateAvailable},
		{"low", open, 29, 30, ota.ReasonLowBattery, ota.ReasonLowBattery},
		{"just enough", open, 30, 30, ota.ReasonUpdateAvailable, ota.ReasonUpdateAvailable},
		{"no threshold", open, 0, 0, ota.ReasonUpdateAvailable, ota.ReasonUpdateAvailable},
		{"low and closed", closed, 29, 30, ota.ReasonLowBattery, ota.ReasonLowBattery},
	} {
		for by, want := range map[string]func(*ota.Input){
			ota.WishPin:     func(in *ota.Input) { in.Pinned = target("T", "2") },
			ota.WishForced:  func(in *ota.Input) { in.Forced = target("T", "2") },
			ota.WishRollout: func(in *ota.Input) { in.Rollouts = []ota.Joined{joined("r", "2")} },
			ota.WishGroup:   func(in *ota.Input) { in.ByGroup = assigned("T", "2") },
			ota.WishType:    func(in *ota.Input) { in.ByType = assigned("T", "2") },
		} {
			in := running("1")
			in.Window, in.Battery, in.LowBattery = row.window, row.battery, row.low
			want(&in)
			reason := row.want
			if by == ota.WishForced {
				reason = row.forced
			}
			got := ota.Decide(in, noon)
			if got.Reason != reason || got.Waits != (reason != ota.ReasonUpdateAvailable) || got.Skip {
				t.Errorf("%s by %s: %s, waits %v, want %s", row.name, by, got.Reason, got.Waits, reason)
			}
		}
	}
}

// TestWhatIsSaidFirst: of several things in the way, the one that will not pass comes first.
func TestWhatIsSaidFirst(t *testing.T) {
	in := running("1")
	in.SlotSize = 1500
	in.Approved, in.OnTrial, in.Battery, in.LowBattery, in.Window = false, true, 1, 30, early
	j := joined("r", "0.9")
	j.Rollout.Status = ota.RolloutPaused
	j.Target.Image.Chip, j.Target.Image.Size, j.Target.SignedOnly = "esp32s3", 5000, true
	in.Rollouts = []ota.Joined{j}
	in.Attempts = repeat(5, attempt("0.9", ota.StateFailed, time.Hour))
	image := j.Target.Image
	for _, step := range []struct {
		reason string
		mend   func()
	}{
		{ota.ReasonNotApproved, func() { in.Approved = true }},
		{ota.ReasonOnTrial, func() { in.OnTrial = false }},
		{ota.ReasonWrongChip, func() { image.Chip = "esp32" }},
		{ota.ReasonTooLarge, func() { image.Size = 1000 }},
		{ota.ReasonOlder, func() { in.Rollouts[0].Rollout.Rollback = true }},
		{ota.ReasonUnsigned, func() { in.Rollouts[0].Target.Signed = true }},
		{ota.ReasonRolloutPaused, func() { in.Rollouts[0].Rollout.Status = ota.RolloutRunning }},
		{ota.ReasonCoolDown, func() { in.Attempts = repeat(1, attempt("0.9", ota.StateRolledBack, time.Hour)) }},
		{ota.ReasonGivenUp, func() { in.Attempts = repeat(1, attempt("0.9", ota.StateFailed, 0)) }},
		{ota.ReasonBackOff, func() { in.Attempts = nil }},
		{ota.ReasonLowBattery, func() { in.Battery = 99 }},
		{ota.ReasonWindow, func() { in.Window = ota.Window{} }},
		{ota.ReasonUpdateAvailable, func() {}},
	} {
		if got := ota.Decide(in, noon); got.Reason != step.reason {
			t.Errorf("%s, want %s", got.Reason, step.reason)
		}
		step.mend()
	}
}
