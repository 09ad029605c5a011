package ota_test

import (
	"testing"
	"time"

	"personalcms/ota"

	"github.com/google/go-cmp/cmp"
)

func TestWhatBecomesOfARolloutsDevice(t *testing.T) {
	back := func(a ota.Attempt) ota.Attempt {
		a.Returns = true
		return a
	}
	written := func(a ota.Attempt) ota.Attempt {
		a.Written = true
		return a
	}
	in := func(state ota.State) ota.Attempt {
		return ota.Attempt{ID: "a1", FirmwareKey: "T_2", FromKey: "T_1", State: state, Error: "so", Updated: noon}
	}
	again := in(ota.StateConfirmed)
	again.FromKey = "T_2"
	type member struct {
		State     ota.MemberState
		Installed bool
		Former    string
	}
	waiting, failed := member{State: ota.MemberWaiting}, member{State: ota.MemberFailed}
	retrying, active := member{State: ota.MemberRetrying}, member{State: ota.MemberActive}
	confirmed := member{ota.MemberConfirmed, true, "T_1"}
	returning, stuck := member{ota.MemberActive, true, "T_1"}, member{ota.MemberFailed, true, "T_1"}
	for _, row := range []struct {
		name    string
		before  member
		attempt ota.Attempt
		want    member
	}{
		{"is offered it", waiting, in(ota.StateOffered), active},
		{"tries it out", active, in(ota.StateOnTrial), active},
		{"confirms it", active, in(ota.StateConfirmed), confirmed},
		{"confirms it without a word before", waiting, in(ota.StateConfirmed), confirmed},
		{"fails", active, in(ota.StateFailed), failed},
		{"goes back by itself", active, in(ota.StateRolledBack), failed},
		{"is cut short", active, in(ota.StateInterrupted), waiting},
		{"is lost", active, written(in(ota.StateInterrupted)), failed},
		{"is put off", active, in(ota.StateDeferred), waiting},
		{"is called off", active, in(ota.StateCancelled), waiting},
		{"is passed over", waiting, in(ota.StateSkipped), member{State: ota.MemberSkipped}},
		{"tries again", failed, in(ota.StateOffered), retrying},
		{"comes through at the second try", retrying, in(ota.StateConfirmed), confirmed},
		{"fails again", retrying, in(ota.StateFailed), failed},
		{"is put off at the second try", retrying, in(ota.StateDeferred), failed},
		{"is cut short at the second try", retrying, in(ota.StateInterrupted), failed},
		{"was lost and comes back with it", failed, in(ota.StateConfirmed), confirmed},
		{"installs once more what it ran", confirmed, again, confirmed},
		{"is to go back", confirmed, back(in(ota.StateOffered)), returning},
		{"goes back", returning, back(in(ota.StateConfirmed)), member{ota.MemberReturned, false, "T_1"}},
		{"fails to go back", returning, back(in(ota.StateFailed)), stuck},
		{"is cut short on its way back", returning, back(in(ota.StateInterrupted)), confirmed},
		{"cannot go back", confirmed, back(in(ota.StateSkipped)), member{ota.MemberSkipped, true, "T_1"}},
		{"tries again to go back", stuck, back(in(ota.StateOffered)), member{ota.MemberRetrying, true, "T_1"}},
		{"goes back at the second try", member{ota.MemberRetrying, true, "T_1"}, back(in(ota.StateConfirmed)), member{ota.MemberReturned, false, "T_1"}},
	} {
		before := ota.Member{DeviceID: "d", Stage: 3, State: row.before.State, Installed: row.before.Installed, Former: row.before.Former}
		got := before.On(row.attempt)
		if diff := cmp.Diff(row.want, member{got.State, got.Installed, got.Former}); diff != "" {
			t.Errorf("%s (-want +got):\n%s", row.name, diff)
		}
		if got.DeviceID != "d" || got.Stage != 3 || got.Attempt != "a1" || !got.Updated.Equal(noon) || got.Reason != row.attempt.Error {
			t.Errorf("%s: %+v", row.name, got)
		}
	}
}

func TestWhoGetsAnotherTry(t *testing.T) {
	for _, row := range []struct {
		before ota.Member
		want   ota.MemberState
		again  bool
	}{
		{ota.Member{State: ota.MemberFailed}, ota.MemberWaiting, true},
		{ota.Member{State: ota.MemberSkipped}, ota.MemberWaiting, true},
		{ota.Member{State: ota.MemberFailed, Installed: true}, ota.MemberConfirmed, true},
		{ota.Member{State: ota.MemberSkipped, Installed: true}, ota.MemberConfirmed, true},
		{ota.Member{State: ota.MemberWaiting}, ota.MemberWaiting, false},
		{ota.Member{State: ota.MemberActive}, ota.MemberActive, false},
		{ota.Member{State: ota.MemberRetrying}, ota.MemberRetrying, false},
		{ota.Member{State: ota.MemberConfirmed, Installed: true}, ota.MemberConfirmed, false},
		{ota.Member{State: ota.MemberReturned}, ota.MemberReturned, false},
	} {
		if got, again := row.before.Again(noon); got.State != row.want || again != row.again {
			t.Errorf("%s, installed %v: %s, %v", row.before.State, row.before.Installed, got.State, again)
		}
	}
}

func TestWhoIsPending(t *testing.T) {
	all := []ota.MemberState{
		ota.MemberWaiting, ota.MemberActive, ota.MemberConfirmed, ota.MemberFailed, ota.MemberRetrying, ota.MemberSkipped, ota.MemberReturned,
	}
	for _, row := range []struct {
		status    ota.RolloutStatus
		installed bool
		want      []ota.MemberState
	}{
		{ota.RolloutRunning, false, []ota.MemberState{ota.MemberWaiting, ota.MemberActive}},
		{ota.RolloutRunning, true, []ota.MemberState{ota.MemberWaiting, ota.MemberActive}},
		{ota.RolloutRollingBack, false, nil},
		{ota.RolloutRollingBack, true, []ota.MemberState{
			ota.MemberWaiting, ota.MemberActive, ota.MemberConfirmed, ota.MemberRetrying, ota.MemberReturned,
		}},
	} {
		var got []ota.MemberState
		for _, state := range all {
			if (ota.Rollout{Status: row.status}).Pending(ota.Member{State: state, Installed: row.installed}) {
				got = append(got, state)
			}
		}
		if diff := cmp.Diff(row.want, got); diff != "" {
			t.Errorf("%s, installed %v (-want +got):\n%s", row.status, row.installed, diff)
		}
	}
}

// staged is a running rollout whose one stage has begun, with devices in these states.
func staged(counts ota.Counts, success, failure int) ota.Rollout {
	return ota.Rollout{ID: "r", Name: "R", Status: ota.RolloutRunning, Stages: []ota.Stage{{
		Percent: 100, Start: ota.StartAtOnce, Begun: noon, Success: success, Failure: failure, Counts: counts,
	}}}
}

func TestRecordCountsEveryChange(t *testing.T) {
	r := staged(ota.Counts{}, 90, 100)
	states := []ota.MemberState{
		ota.MemberWaiting, ota.MemberActive, ota.MemberFailed, ota.MemberRetrying, ota.MemberConfirmed, ota.MemberReturned, ota.MemberSkipped,
	}
	wants := []ota.Counts{{Waiting: 1}, {Active: 1}, {Failed: 1}, {Retrying: 1}, {Confirmed: 1}, {Returned: 1}, {Skipped: 1}}
	before := ota.Member{}
	for i, state := range states {
		after := ota.Member{DeviceID: "d", State: state}
		old := r.Stages[0].Counts
		next := r.Record(before, after, noon)
		if diff := cmp.Diff(wants[i], next.Stages[0].Counts); diff != "" {
			t.Errorf("%s (-want +got):\n%s", state, diff)
		}
		if r.Stages[0].Counts != old {
			t.Errorf("%s: the rollout before was changed", state)
		}
		if gone := next.Drop(after); gone.Stages[0].Counts != (ota.Counts{}) {
			t.Errorf("%s: %+v after it is gone", state, gone.Stages[0].Counts)
		}
		r, before = next, after
	}
	far := ota.Member{DeviceID: "d", Stage: 1, State: ota.MemberFailed}
	if diff := cmp.Diff(r, r.Record(far, far, noon)); diff != "" {
		t.Errorf("a stage there is not (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(r, r.Drop(far)); diff != "" {
		t.Errorf("gone from a stage there is not (-want +got):\n%s", diff)
	}
}

// TestWhenARolloutHalts: one more of a stage's devices fails.
func TestWhenARolloutHalts(t *testing.T) {
	for _, row := range []struct {
		name             string
		before           ota.Counts // the one that fails is active
		failure, excused int
		status           ota.RolloutStatus
		want             ota.RolloutStatus
	}{
		{"the only one", ota.Counts{Active: 1}, 100, 0, ota.RolloutRunning, ota.RolloutHalted},
		{"one of two, half may not fail", ota.Counts{Active: 2}, 50, 0, ota.RolloutRunning, ota.RolloutHalted},
		{"one of two, a little more may", ota.Counts{Active: 2}, 51, 0, ota.RolloutRunning, ota.RolloutRunning},
		{"one of three at ten per cent", ota.Counts{Active: 1, Waiting: 2}, 10, 0, ota.RolloutRunning, ota.RolloutHalted},
		{"one of five at twenty per cent", ota.Counts{Active: 1, Confirmed: 4}, 20, 0, ota.RolloutRunning, ota.RolloutHalted},
		{"one of five at 21 per cent", ota.Counts{Active: 1, Confirmed: 4}, 21, 0, ota.RolloutRunning, ota.RolloutRunning},
		{"the tenth of a hundred", ota.Counts{Active: 1, Confirmed: 90, Failed: 9}, 10, 0, ota.RolloutRunning, ota.RolloutHalted},
		{"the ninth of a hundred", ota.Counts{Active: 1, Confirmed: 91, Failed: 8}, 10, 0, ota.RolloutRunning, ota.RolloutRunning},
		{"the tenth, others are tried again", ota.Counts{Active: 1, Confirmed: 90, Retrying: 9}, 10, 0, ota.RolloutRunning, ota.RolloutHalted},
		{"who is passed over does not count", ota.Counts{Active: 1, Confirmed: 8, Skipped: 91}, 10, 0, ota.RolloutRunning, ota.RolloutHalted},
		{"nine of ten are excused", ota.Counts{Active: 1, Confirmed: 90, Failed: 9}, 10, 9, ota.RolloutRunning, ota.RolloutRunning},
		{"ten beside the excused", ota.Counts{Active: 1, Confirmed: 81, Failed: 18}, 10, 9, ota.RolloutRunning, ota.RolloutHalted},
		{"after its end", ota.Counts{Active: 1, Confirmed: 90, Failed: 9}, 10, 0, ota.RolloutFinished, ota.RolloutHalted},
		{"paused", ota.Counts{Active: 1, Failed: 9}, 10, 0, ota.RolloutPaused, ota.RolloutPaused},
		{"on the way back", ota.Counts{Active: 1, Failed: 9}, 10, 0, ota.RolloutRollingBack, ota.RolloutRollingBack},
		{"gone back", ota.Counts{Active: 1, Failed: 9}, 10, 0, ota.RolloutRolledBack, ota.RolloutRolledBack},
		{"cancelled", ota.Counts{Active: 1, Failed: 9}, 10, 0, ota.RolloutCancelled, ota.RolloutCancelled},
	} {
		r := staged(row.before, 90, row.failure)
		r.Status, r.Stages[0].Excused, r.Ended = row.status, row.excused, noon
		active, failed := ota.Member{DeviceID: "d", State: ota.MemberActive}, ota.Member{DeviceID: "d", State: ota.MemberFailed}
		got := r.Record(active, failed, noon.Add(time.Hour))
		if got.Status != row.want || (got.Status == ota.RolloutHalted) != (got.Why != "") {
			t.Errorf("%s: %s (%s), want %s", row.name, got.Status, got.Why, row.want)
		}
		if halted := got.Status == ota.RolloutHalted; halted && !got.Ended.IsZero() {
			t.Errorf("%s: halted and ended", row.name)
		}
	}
}

func TestAFailureInAnEarlierStageHalts(t *testing.T) {
	r := staged(ota.Counts{Active: 1, Confirmed: 4}, 80, 20)
	r.Stages[0].Finished, r.Stage = noon, 1
	r.Stages = append(r.Stages, ota.Stage{Percent: 100, Begun: noon, Success: 80, Failure: 20, Counts: ota.Counts{Waiting: 50}})
	got := r.Record(ota.Member{DeviceID: "d", State: ota.MemberActive}, ota.Member{DeviceID: "d", State: ota.MemberFailed}, noon)
	want := "1 of 5 devices of stage 1 failed; it halts at 20 %."
	if got.Status != ota.RolloutHalted || got.Why != want {
		t.Errorf("%s: %q, want %q", got.Status, got.Why, want)
	}
}
