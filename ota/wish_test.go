package ota_test

import (
	"strings"
	"testing"
	"time"

	"personalcms/ota"

	"github.com/google/go-cmp/cmp"
)

// joined is a rollout that runs and brings a version of type T to a device in its first stage, which has begun.
func joined(id, version string) ota.Joined {
	return ota.Joined{
		Rollout: ota.Rollout{
			ID: id, Name: "R-" + id, Status: ota.RolloutRunning,
			Stages: []ota.Stage{{Percent: 10, Begun: noon}, {Percent: 100}},
		},
		Member: ota.Member{DeviceID: "d", State: ota.MemberWaiting},
		Target: target("T", version), Former: target("T", "0.5"),
	}
}

// with is a rollout with changes.
func with(j ota.Joined, change func(*ota.Joined)) ota.Joined {
	j.Rollout.Stages = append([]ota.Stage(nil), j.Rollout.Stages...)
	change(&j)
	return j
}

// TestWhoseWishCounts: with every set of those who want something, the strongest of them wins.
func TestWhoseWishCounts(t *testing.T) {
	wishes := []struct {
		by, key string
		set     func(*ota.Input)
	}{
		{ota.WishPin, "T_3", func(in *ota.Input) { in.Pinned = target("T", "3") }},
		{ota.WishForced, "T_4", func(in *ota.Input) { in.Forced = target("T", "4") }},
		{ota.WishRollout, "T_5", func(in *ota.Input) { in.Rollouts = []ota.Joined{joined("r", "5")} }},
		{ota.WishGroup, "T_6", func(in *ota.Input) { in.ByGroup = assigned("T", "6") }},
		{ota.WishType, "T_7", func(in *ota.Input) { in.ByType = assigned("T", "7") }},
	}
	for set := range 1 << len(wishes) {
		in, by, key := running("1"), "", ""
		for i := len(wishes) - 1; i >= 0; i-- {
			if set>>i&1 == 1 {
				wishes[i].set(&in)
				by, key = wishes[i].by, wishes[i].key
			}
		}
		got := ota.Decide(in, noon)
		if set == 0 {
			if got.Offer != nil || got.Wanted != nil || got.Reason != ota.ReasonNoAssignment || got.Wish != "" {
				t.Errorf("nobody wants anything: %+v", got)
			}
			continue
		}
		if got.Wish != by || got.Offer == nil || got.Offer.Key != key || got.Wanted != got.Offer {
			t.Errorf("of %05b: %s by %q, want %s by %s", set, got.Message, got.Wish, key, by)
		}
		if (got.Rollout == "r") != (by == ota.WishRollout) {
			t.Errorf("of %05b: rollout %q", set, got.Rollout)
		}
	}
}

func TestPinnedAndForcedAlikeIsForced(t *testing.T) {
	in := running("3")
	in.Pinned, in.Forced = target("T", "3"), target("T", "3")
	in.Window = early
	got := ota.Decide(in, noon)
	if got.Wish != ota.WishForced || got.UpdateType != ota.UpdateForced || got.Offer == nil {
		t.Errorf("%+v", got)
	}
}

// TestWhatARolloutSays of a device that runs T_1 and whose type is assigned T_2, in each of its states.
func TestWhatARolloutSays(t *testing.T) {
	status := func(to ota.RolloutStatus) func(*ota.Joined) { return func(j *ota.Joined) { j.Rollout.Status = to } }
	state := func(to ota.MemberState) func(*ota.Joined) {
		return func(j *ota.Joined) { j.Member.State, j.Member.Reason = to, "so." }
	}
	back := func(to ota.RolloutStatus, installed bool, of ota.MemberState) func(*ota.Joined) {
		return func(j *ota.Joined) {
			j.Rollout.Status, j.Member.Installed, j.Member.State = to, installed, of
		}
	}
	for _, row := range []struct {
		name          string
		change        func(*ota.Joined)
		reason, offer string
		skip, waits   bool
	}{
		{"runs", func(*ota.Joined) {}, ota.ReasonUpdateAvailable, "T_5", false, false},
		{"finished, it came later", status(ota.RolloutFinished), ota.ReasonUpdateAvailable, "T_5", false, false},
		{"paused", status(ota.RolloutPaused), ota.ReasonRolloutPaused, "", false, true},
		{"halted", status(ota.RolloutHalted), ota.ReasonRolloutHalted, "", false, true},
		{"cancelled", status(ota.RolloutCancelled), ota.ReasonUpdateAvailable, "T_2", false, false},
		{"it is in a stage that has not begun", func(j *ota.Joined) { j.Member.Stage = 1 }, ota.ReasonUpdateAvailable, "T_2", false, false},
		{"it is in no stage there is", func(j *ota.Joined) { j.Member.Stage = 2 }, ota.ReasonUpdateAvailable, "T_2", false, false},
		{"it is passed over", state(ota.MemberSkipped), ota.ReasonUpdateAvailable, "T_2", false, false},
		{"it failed before", state(ota.MemberFailed), ota.ReasonUpdateAvailable, "T_5", false, false},
		{"it had it and runs another", state(ota.MemberConfirmed), ota.ReasonUpdateAvailable, "T_5", false, false},
		{"its image has another chip", func(j *ota.Joined) { j.Target.Image.Chip = "esp32s3" }, ota.ReasonWrongChip, "", true, false},
		{"the same, and it failed before", func(j *ota.Joined) {
			j.Target.Image.Chip, j.Member.State = "esp32s3", ota.MemberFailed
		}, ota.ReasonWrongChip, "", false, false},
		{"the same, while it is paused", func(j *ota.Joined) {
			j.Target.Image.Chip, j.Rollout.Status = "esp32s3", ota.RolloutPaused
		}, ota.ReasonWrongChip, "", true, false},
		{"its image is too large", func(j *ota.Joined) { j.Target.Image.Size = 5000 }, ota.ReasonTooLarge, "", true, false},
		{"its image is unsigned", func(j *ota.Joined) { j.Target.SignedOnly = true }, ota.ReasonUnsigned, "", true, false},
		{"its image is older", func(j *ota.Joined) { j.Target = target("T", "0.9") }, ota.ReasonOlder, "", true, false},
		{"its image is older, as is asked for", func(j *ota.Joined) {
			j.Target, j.Rollout.Rollback = target("T", "0.9"), true
		}, ota.ReasonUpdateAvailable, "T_0.9", false, false},
		{"its image runs already", func(j *ota.Joined) { j.Target = target("T", "1") }, ota.ReasonAlreadyInstalled, "", true, false},
		{"its image runs because of it", func(j *ota.Joined) {
			j.Target, j.Member.State, j.Member.Installed = target("T", "1"), ota.MemberConfirmed, true
		}, ota.ReasonAlreadyInstalled, "", false, false},
		{"its image runs already, while it is halted", func(j *ota.Joined) {
			j.Target, j.Rollout.Status = target("T", "1"), ota.RolloutHalted
		}, ota.ReasonAlreadyInstalled, "", true, false},
		{"goes back", back(ota.RolloutRollingBack, true, ota.MemberConfirmed), ota.ReasonUpdateAvailable, "T_0.5", false, false},
		{"went back, and it comes later", back(ota.RolloutRolledBack, true, ota.MemberConfirmed), ota.ReasonUpdateAvailable, "T_0.5", false, false},
		{"went back with it", back(ota.RolloutRolledBack, false, ota.MemberReturned), ota.ReasonUpdateAvailable, "T_0.5", false, false},
		{"goes back, it never had it", back(ota.RolloutRollingBack, false, ota.MemberWaiting), ota.ReasonUpdateAvailable, "T_2", false, false},
		{"goes back, it failed at it", back(ota.RolloutRollingBack, false, ota.MemberFailed), ota.ReasonUpdateAvailable, "T_2", false, false},
		{"goes back, nobody knows to what", func(j *ota.Joined) {
			back(ota.RolloutRollingBack, true, ota.MemberConfirmed)(j)
			j.Former = nil
		}, ota.ReasonNoFormer, "", true, false},
		{"the same, and it is passed over for that", func(j *ota.Joined) {
			back(ota.RolloutRollingBack, true, ota.MemberSkipped)(j)
			j.Former = nil
		}, ota.ReasonUpdateAvailable, "T_2", false, false},
		{"goes back, its former image is too large now", func(j *ota.Joined) {
			back(ota.RolloutRollingBack, true, ota.MemberConfirmed)(j)
			j.Former.Image.Size = 5000
		}, ota.ReasonTooLarge, "", true, false},
	} {
		in := running("1")
		in.SlotSize, in.ByType = 1500, assigned("T", "2")
		in.Rollouts = []ota.Joined{with(joined("r", "5"), row.change)}
		got := ota.Decide(in, noon)
		offer := ""
		if got.Offer != nil {
			offer = got.Offer.Key
		}
		want := []any{row.reason, row.offer, row.skip, row.waits}
		if diff := cmp.Diff(want, []any{got.Reason, offer, got.Skip, got.Waits}); diff != "" {
			t.Errorf("%s (-want +got):\n%s%s", row.name, diff, got.Message)
		}
		if (got.Skip || got.Wish == ota.WishRollout) && got.Rollout != "r" {
			t.Errorf("%s: the rollout is not named", row.name)
		}
		if got.Returns != (got.Rollout == "r" && in.Rollouts[0].Rollout.GoesBack()) {
			t.Errorf("%s: returns %v", row.name, got.Returns)
		}
	}
}

// TestARolloutThatHasNotComeYetSaysSo where nothing else is wanted, or what is wanted runs.
func TestARolloutThatHasNotComeYetSaysSo(t *testing.T) {
	waits := with(joined("r", "5"), func(j *ota.Joined) { j.Member.Stage = 1 })
	says := "It is in stage 2 of 2 of rollout “R-r”, which has not begun."
	skipped := with(joined("r", "5"), func(j *ota.Joined) {
		j.Member.State, j.Member.Reason = ota.MemberSkipped, "It has another chip."
	})
	halted := with(joined("r", "5"), func(j *ota.Joined) {
		j.Rollout.Status, j.Rollout.Why = ota.RolloutHalted, "Too many failed."
	})
	for _, row := range []struct {
		name            string
		rollouts        []ota.Joined
		byType          *ota.Assigned
		reason, message string
	}{
		{"waits", []ota.Joined{waits}, nil, ota.ReasonWaitsForStage, says},
		{"waits, and runs its type's", []ota.Joined{waits}, assigned("T", "1"), ota.ReasonWaitsForStage, "It runs 1, as it should. " + says},
		{"skipped", []ota.Joined{skipped}, nil, ota.ReasonSkipped, "Rollout “R-r” passes it over: It has another chip."},
		{"halted", []ota.Joined{halted}, nil, ota.ReasonRolloutHalted, "Rollout “R-r” is halted. Too many failed."},
		{"waits, and runs that of an older one", []ota.Joined{waits, with(joined("q", "1"), func(j *ota.Joined) {
			j.Member.State = ota.MemberConfirmed
		})}, nil, ota.ReasonWaitsForStage, "It runs 1, as it should. " + says},
	} {
		in := running("1")
		in.Rollouts, in.ByType = row.rollouts, row.byType
		got := ota.Decide(in, noon)
		if diff := cmp.Diff([]string{row.reason, row.message}, []string{got.Reason, got.Message}); diff != "" || got.Offer != nil {
			t.Errorf("%s (-want +got):\n%s", row.name, diff)
		}
	}
}

func TestTheNewestRolloutThatHasComeCounts(t *testing.T) {
	waits := func(j *ota.Joined) { j.Member.Stage = 1 }
	cancelled := func(j *ota.Joined) { j.Rollout.Status = ota.RolloutCancelled }
	paused := func(j *ota.Joined) { j.Rollout.Status = ota.RolloutPaused }
	for _, row := range []struct {
		name          string
		newer         func(*ota.Joined)
		offer, reason string
	}{
		{"newer", func(*ota.Joined) {}, "T_6", ota.ReasonUpdateAvailable},
		{"newer has not come", waits, "T_5", ota.ReasonUpdateAvailable},
		{"newer is cancelled", cancelled, "T_5", ota.ReasonUpdateAvailable},
		{"newer is paused", paused, "", ota.ReasonRolloutPaused},
	} {
		in := running("1")
		in.Rollouts = []ota.Joined{with(joined("n", "6"), row.newer), joined("o", "5")}
		got := ota.Decide(in, noon)
		offer := ""
		if got.Offer != nil {
			offer = got.Offer.Key
		}
		if offer != row.offer || got.Reason != row.reason {
			t.Errorf("%s: %q, %s", row.name, offer, got.Reason)
		}
	}
}

// TestTwoRolloutsAreTakenBack: a device that went back to what an older rollout brought goes on to what it ran before.
func TestTwoRolloutsAreTakenBack(t *testing.T) {
	back := func(id, version, former string, state ota.MemberState) ota.Joined {
		return with(joined(id, version), func(j *ota.Joined) {
			j.Rollout.Status, j.Rollout.FirmwareKey, j.Former = ota.RolloutRollingBack, "T_"+version, target("T", former)
			j.Member.State, j.Member.Installed = state, state != ota.MemberReturned
		})
	}
	forward := func(j ota.Joined) ota.Joined {
		return with(j, func(j *ota.Joined) { j.Rollout.Status = ota.RolloutFinished })
	}
	lost := func(j ota.Joined) ota.Joined { return with(j, func(j *ota.Joined) { j.Former = nil }) }
	for _, row := range []struct {
		name, runs        string
		rollouts          []ota.Joined
		offer, by, reason string
		skip              bool
	}{
		{"the newer first", "3", []ota.Joined{back("n", "3", "2", "confirmed"), back("o", "2", "1", "confirmed")}, "T_2", "n", ota.ReasonUpdateAvailable, false},
		{"then the older", "2", []ota.Joined{back("n", "3", "2", "returned"), back("o", "2", "1", "confirmed")}, "T_1", "o", ota.ReasonUpdateAvailable, false},
		{"and it stays there", "1", []ota.Joined{back("n", "3", "2", "returned"), back("o", "2", "1", "returned")}, "", "o", ota.ReasonAlreadyInstalled, false},
		{
			"three of them", "1",
			[]ota.Joined{back("n", "3", "2", "returned"), back("o", "2", "1", "returned"), back("p", "1", "0", "confirmed")},
			"T_0", "p", ota.ReasonUpdateAvailable, false,
		},
		{"the older is not taken back", "2", []ota.Joined{back("n", "3", "2", "returned"), forward(back("o", "2", "1", "confirmed"))}, "", "n", ota.ReasonAlreadyInstalled, false},
		{"the older brought something else", "2", []ota.Joined{back("n", "3", "2", "returned"), back("o", "1.5", "1", "confirmed")}, "", "n", ota.ReasonAlreadyInstalled, false},
		{"the older cannot", "2", []ota.Joined{back("n", "3", "2", "returned"), lost(back("o", "2", "1", "confirmed"))}, "", "o", ota.ReasonNoFormer, true},
	} {
		in := running(row.runs)
		in.Rollouts = row.rollouts
		got, offer := ota.Decide(in, noon), ""
		if got.Offer != nil {
			offer = got.Offer.Key
		}
		if offer != row.offer || got.Rollout != row.by || got.Reason != row.reason || got.Skip != row.skip {
			t.Errorf("%s: %q by %q, %s (skip %v): %s", row.name, offer, got.Rollout, got.Reason, got.Skip, got.Message)
		}
	}
}

func TestAPinHoldsUpWhatElseIsWanted(t *testing.T) {
	in := running("3")
	in.Pinned, in.Rollouts, in.ByType = target("T", "3"), []ota.Joined{joined("r", "5")}, assigned("T", "7")
	got := ota.Decide(in, noon.Add(time.Hour))
	if got.Reason != ota.ReasonAlreadyInstalled || got.Skip || got.Rollout != "" || strings.Contains(got.Message, "R-r") {
		t.Errorf("%+v", got)
	}
}

// TestWhatIsAssignedAfterARolloutHolds: a rollout that has come to its end gives way to what a person said since.
func TestWhatIsAssignedAfterARolloutHolds(t *testing.T) {
	const rollout, group, byType = ota.WishRollout, ota.WishGroup, ota.WishType
	for _, row := range []struct {
		name   string
		status ota.RolloutStatus
		group  time.Duration // after the end of the rollout; 0 = nothing is assigned
		byType time.Duration
		want   string
	}{
		{"a type, after it finished", ota.RolloutFinished, 0, time.Hour, byType},
		{"a group, after it finished", ota.RolloutFinished, time.Hour, 0, group},
		{"a group, before it finished", ota.RolloutFinished, -time.Hour, 0, rollout},
		{"a type after it, a group before it", ota.RolloutFinished, -time.Hour, time.Hour, rollout},
		{"a type before it, a group after it", ota.RolloutFinished, time.Hour, -time.Hour, group},
		{"while it runs", ota.RolloutRunning, 0, time.Hour, rollout},
		{"while it is halted", ota.RolloutHalted, 0, time.Hour, rollout},
		{"while it goes back", ota.RolloutRollingBack, 0, time.Hour, rollout},
		{"after it went back", ota.RolloutRolledBack, 0, time.Hour, byType},
	} {
		in := running("1")
		in.Rollouts = []ota.Joined{with(joined("r", "5"), func(j *ota.Joined) {
			j.Rollout.Status, j.Rollout.Ended, j.Member.Installed = row.status, noon, true
		})}
		if row.group != 0 {
			in.ByGroup = assigned("T", "6")
			in.ByGroup.Since = noon.Add(row.group)
		}
		if row.byType != 0 {
			in.ByType = assigned("T", "7")
			in.ByType.Since = noon.Add(row.byType)
		}
		if got := ota.Decide(in, noon); got.Wish != row.want {
			t.Errorf("%s: %q wants something: %s", row.name, got.Wish, got.Message)
		}
	}
}
