package ota_test

import (
	"strings"
	"testing"
	"time"

	"personalcms/ota"
)

// TestWhatADeviceFailedAt of the image 2 that is wanted.
func TestWhatADeviceFailedAt(t *testing.T) {
	failed := func(ago time.Duration) ota.Attempt { return attempt("2", ota.StateFailed, ago) }
	other := func(ago time.Duration) ota.Attempt { return attempt("1.5", ota.StateFailed, ago) }
	forgive := func(all ...ota.Attempt) []ota.Attempt {
		for i := range all {
			all[i].Forgiven = true
		}
		return all
	}
	lost := attempt("2", ota.StateInterrupted, time.Minute)
	lost.Written = true
	confirmed := func(version string, ago time.Duration) ota.Attempt { return attempt(version, ota.StateConfirmed, ago) }
	forced := confirmed("2", time.Minute)
	forced.UpdateType = ota.UpdateForced
	const day = 24 * time.Hour
	for _, row := range []struct {
		name     string
		attempts []ota.Attempt
		want     string
	}{
		{"nothing", nil, ota.ReasonUpdateAvailable},
		{"once, a minute ago", []ota.Attempt{failed(time.Minute)}, ota.ReasonBackOff},
		{"once, two minutes ago", []ota.Attempt{failed(2 * time.Minute)}, ota.ReasonUpdateAvailable},
		{"once, forgiven", forgive(failed(time.Minute)), ota.ReasonUpdateAvailable},
		{"went silent with it a minute ago", []ota.Attempt{lost}, ota.ReasonBackOff},
		{"cut short a minute ago", []ota.Attempt{attempt("2", ota.StateInterrupted, time.Minute)}, ota.ReasonUpdateAvailable},
		{"cut short four times", repeat(4, attempt("2", ota.StateInterrupted, time.Minute)), ota.ReasonUpdateAvailable},
		{"cut short five times", repeat(5, attempt("2", ota.StateInterrupted, time.Minute)), ota.ReasonGivenUp},
		{"cut short five times, forgiven", forgive(repeat(5, attempt("2", ota.StateInterrupted, time.Minute))...), ota.ReasonUpdateAvailable},
		{"cut short five times before it was confirmed", append(repeat(5, attempt("2", ota.StateInterrupted, time.Hour)), attempt("2", ota.StateConfirmed, time.Minute)), ota.ReasonUpdateAvailable},
		{"put off a minute ago", []ota.Attempt{attempt("2", ota.StateDeferred, time.Minute)}, ota.ReasonUpdateAvailable},
		{"twice, the last nine minutes ago", []ota.Attempt{failed(day), failed(9 * time.Minute)}, ota.ReasonBackOff},
		{"twice, the last ten minutes ago", []ota.Attempt{failed(day), failed(10 * time.Minute)}, ota.ReasonUpdateAvailable},
		{"three times, the last 23 hours ago", []ota.Attempt{failed(3 * day), failed(2 * day), failed(23 * time.Hour)}, ota.ReasonCoolDown},
		{"three times, the last a day ago", []ota.Attempt{failed(3 * day), failed(2 * day), failed(day)}, ota.ReasonUpdateAvailable},
		{"three times, forgiven", forgive(failed(3*day), failed(2*day), failed(time.Hour)), ota.ReasonUpdateAvailable},
		{"three times, the last one forgiven", append([]ota.Attempt{failed(day), failed(5 * time.Minute)}, forgive(failed(time.Minute))...), ota.ReasonBackOff},
		{"three times with another image", []ota.Attempt{other(3 * day), other(2 * day), other(time.Hour)}, ota.ReasonUpdateAvailable},
		{"four times, a year ago", repeat(4, failed(365*day)), ota.ReasonGivenUp},
		{"four times, forgiven", forgive(repeat(4, failed(365*day))...), ota.ReasonUpdateAvailable},
		{"three times before it was confirmed", append(repeat(3, failed(time.Hour)), attempt("2", ota.StateConfirmed, time.Minute)), ota.ReasonUpdateAvailable},
		{"rolled back a day ago", []ota.Attempt{attempt("2", ota.StateRolledBack, day)}, ota.ReasonGivenUp},
		{"rolled back before it was confirmed", []ota.Attempt{attempt("2", ota.StateRolledBack, day), attempt("2", ota.StateConfirmed, time.Hour)}, ota.ReasonUpdateAvailable},
		{"five of other images within three minutes", []ota.Attempt{
			other(60 * time.Minute), other(59 * time.Minute), other(58 * time.Minute), other(58 * time.Minute), other(57 * time.Minute),
		}, ota.ReasonCoolDown},
		{"five within three minutes and a second", []ota.Attempt{
			other(60*time.Minute + time.Second), other(59 * time.Minute), other(58 * time.Minute), other(58 * time.Minute), other(57 * time.Minute),
		}, ota.ReasonUpdateAvailable},
		{"five within three minutes, a day ago", repeat(5, other(day)), ota.ReasonUpdateAvailable},
		{"five within three minutes, just under a day ago", repeat(5, other(day-time.Second)), ota.ReasonCoolDown},
		{"five within three minutes, forgiven", forgive(repeat(5, other(time.Hour))...), ota.ReasonUpdateAvailable},
		{"five within three minutes, one forgiven", append(repeat(4, other(time.Hour)), forgive(other(time.Hour))...), ota.ReasonUpdateAvailable},
		{"confirmed twice, and it names another", repeat(2, confirmed("2", time.Minute)), ota.ReasonUpdateAvailable},
		{"confirmed three times within a day", []ota.Attempt{confirmed("2", 23*time.Hour), confirmed("2", time.Hour), confirmed("2", time.Minute)}, ota.ReasonCoolDown},
		{"confirmed three times in more than a day", []ota.Attempt{confirmed("2", day), confirmed("2", time.Hour), confirmed("2", time.Minute)}, ota.ReasonUpdateAvailable},
		{"confirmed four times, two of them within a day", []ota.Attempt{
			confirmed("2", 3*day), confirmed("2", 2*day), confirmed("2", time.Hour), confirmed("2", time.Minute),
		}, ota.ReasonUpdateAvailable},
		{"confirmed three times, another between", []ota.Attempt{
			confirmed("2", time.Hour), confirmed("2", time.Hour), confirmed("1", 30*time.Minute), confirmed("2", time.Minute),
		}, ota.ReasonUpdateAvailable},
		{"confirmed three times, once because it was forced", append(repeat(2, confirmed("2", time.Hour)), forced), ota.ReasonUpdateAvailable},
		{"a burst and later one failure", append(repeat(5, other(20*time.Hour)), other(time.Hour)), ota.ReasonCoolDown},
	} {
		in := running("1")
		in.ByType, in.Attempts = assigned("T", "2"), row.attempts
		got := ota.Decide(in, noon)
		if got.Reason != row.want || (got.Offer != nil) != (row.want == ota.ReasonUpdateAvailable) || got.Waits {
			t.Errorf("%s: %s, want %s (%s)", row.name, got.Reason, row.want, got.Message)
		}
	}
}

// TestWhatIsForcedOrPinnedIsHeldToItsFailuresToo: only a person's word on the failures clears them.
func TestWhatIsForcedOrPinnedIsHeldToItsFailuresToo(t *testing.T) {
	for name, want := range map[string]func(*ota.Input){
		"forced": func(in *ota.Input) { in.Forced = target("T", "2") },
		"pinned": func(in *ota.Input) { in.Pinned = target("T", "2") },
		"group":  func(in *ota.Input) { in.ByGroup = assigned("T", "2") },
	} {
		in := running("1")
		want(&in)
		in.Attempts = repeat(3, attempt("2", ota.StateFailed, time.Hour))
		if got := ota.Decide(in, noon); got.Reason != ota.ReasonCoolDown {
			t.Errorf("%s: %s", name, got.Reason)
		}
	}
}

// TestWhoIsGivenUpIsPassedOver, so that its rollout does not wait for it.
func TestWhoIsGivenUpIsPassedOver(t *testing.T) {
	back := func(j *ota.Joined) {
		j.Rollout.Status, j.Member.State, j.Member.Installed, j.Former = ota.RolloutRollingBack, ota.MemberConfirmed, true, target("T", "5")
	}
	in := func(state ota.MemberState) func(*ota.Joined) { return func(j *ota.Joined) { j.Member.State = state } }
	for _, row := range []struct {
		name     string
		change   func(*ota.Joined)
		failures int
		want     bool
	}{
		{"waiting", func(*ota.Joined) {}, 4, true},
		{"waiting, cooling down", func(*ota.Joined) {}, 3, false},
		{"trying", in(ota.MemberActive), 4, false},
		{"failed in it", in(ota.MemberFailed), 4, false},
		{"going back", back, 4, true},
		{"going back, cooling down", back, 3, false},
	} {
		input := running("1")
		input.Rollouts = []ota.Joined{with(joined("r", "5"), row.change)}
		input.Attempts = repeat(row.failures, attempt("5", ota.StateFailed, time.Hour))
		if got := ota.Decide(input, noon); got.Skip != row.want || got.Offer != nil || got.Rollout != "r" {
			t.Errorf("%s: skip %v, want %v (%s)", row.name, got.Skip, row.want, got.Message)
		}
	}
}

// TestWhatIsForcedIsInstalledHoweverOftenItWasConfirmed: that is a person's word.
func TestWhatIsForcedIsInstalledHoweverOftenItWasConfirmed(t *testing.T) {
	in := running("1")
	in.Forced, in.Attempts = target("T", "2"), repeat(5, attempt("2", ota.StateConfirmed, time.Minute))
	if got := ota.Decide(in, noon); got.Offer == nil {
		t.Errorf("%s", got.Message)
	}
}

// TestMessagesTellTimesOfTheDevice, not of the server.
func TestMessagesTellTimesOfTheDevice(t *testing.T) {
	tokyo := zone(t, "Asia/Tokyo") // noon is 21:00 there
	for _, row := range []struct {
		name   string
		change func(*ota.Input)
		want   string
	}{
		{"a window later that day", func(in *ota.Input) { in.Window = weekly("22:00", "23:00") }, "its window 22:00–23:00, which opens at 22:00."},
		{"a window on the next day", func(in *ota.Input) { in.Window = early }, "its window 02:00–04:00, which opens on 24 November at 02:00."},
		{"a window on saturdays", func(in *ota.Input) { in.Window = weekly("02:00", "04:00", "sat") }, "its window 02:00–04:00 (sat), which opens on 28 November at 02:00."},
		{"a failure", func(in *ota.Input) { in.Attempts = repeat(1, attempt("2", ota.StateFailed, 0)) }, "It is offered again at 21:02."},
		{"three failures", func(in *ota.Input) { in.Attempts = repeat(3, attempt("2", ota.StateFailed, time.Hour)) }, "It is offered again on 24 November at 20:00."},
		{"a burst", func(in *ota.Input) { in.Attempts = repeat(5, attempt("2", ota.StateFailed, time.Hour)) }, "It cools down until 24 November, 20:00, or until you say so."},
		{"a burst that is nearly over", func(in *ota.Input) { in.Attempts = repeat(5, attempt("2", ota.StateFailed, 23*time.Hour)) }, "It cools down until 22:00, or until you say so."},
	} {
		in := running("1")
		in.Zone, in.ByType = tokyo, assigned("T", "2")
		row.change(&in)

		if got := ota.Decide(in, noon).Message; !strings.HasSuffix(got, row.want) {
			t.Errorf("%s: %q, want %q", row.name, got, row.want)
		}
	}
}
