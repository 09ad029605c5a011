package ota_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"personalcms/ota"

	"github.com/google/go-cmp/cmp"
)

var everyStatus = []ota.RolloutStatus{
	ota.RolloutRunning, ota.RolloutPaused, ota.RolloutHalted, ota.RolloutFinished, ota.RolloutCancelled, ota.RolloutRollingBack, ota.RolloutRolledBack,
}

// TestWhatCanBeDoneWithARollout: of each action, what comes of it from each status; from those not named it is refused.
func TestWhatCanBeDoneWithARollout(t *testing.T) {
	type statuses map[ota.RolloutStatus]ota.RolloutStatus
	const (
		running, paused, halted = ota.RolloutRunning, ota.RolloutPaused, ota.RolloutHalted
		finished, cancelled     = ota.RolloutFinished, ota.RolloutCancelled
		rollingBack, wentBack   = ota.RolloutRollingBack, ota.RolloutRolledBack
	)
	for _, row := range []struct {
		name string
		do   func(ota.Rollout, time.Time) (ota.Rollout, error)
		want statuses
	}{
		{"pause", ota.Rollout.Pause, statuses{running: paused, finished: paused}},
		{"resume", ota.Rollout.Resume, statuses{paused: running, halted: running}},
		{"cancel", ota.Rollout.Cancel, statuses{
			running: cancelled, paused: cancelled, halted: cancelled, finished: cancelled, rollingBack: cancelled, wentBack: cancelled,
		}},
		{"begin", ota.Rollout.Begin, statuses{running: running}},
		{"retry", ota.Rollout.Retry, statuses{
			running: running, paused: paused, halted: running, finished: finished, rollingBack: rollingBack,
		}},
		{"extend", extend, statuses{running: running, paused: paused, halted: halted, finished: running}},
		{"roll back", ota.Rollout.RollBack, statuses{running: rollingBack, paused: rollingBack, halted: rollingBack, finished: rollingBack}},
	} {
		for _, status := range everyStatus {
			r := planned()
			r.Status, r.Why, r.Ended = status, "so", noon
			before := r
			before.Stages = append([]ota.Stage(nil), r.Stages...)
			later := noon.Add(time.Hour)
			got, err := row.do(r, later)
			if diff := cmp.Diff(before, r); diff != "" {
				t.Errorf("%s of one %s changes what was before (-want +got):\n%s", row.name, status, diff)
			}
			want, can := row.want[status]
			if !can {
				var refusal *ota.RolloutError
				if !errors.As(err, &refusal) || !strings.HasSuffix(refusal.Error(), ".") {
					t.Errorf("%s of one %s: %v", row.name, status, err)
				}
				if diff := cmp.Diff(before, got); diff != "" {
					t.Errorf("%s of one %s was refused and changes it (-want +got):\n%s", row.name, status, diff)
				}
				continue
			}
			if err != nil || got.Status != want || !got.Updated.Equal(later) {
				t.Errorf("%s of one %s: %v, %s, want %s", row.name, status, err, got.Status, want)
			}
		}
	}
}

// planned is a rollout of three stages of which the first has begun.
func planned() ota.Rollout {
	r := ota.Rollout{ID: "r", Name: "R", Status: ota.RolloutRunning, Stages: percents(10, 50, 90)}
	r.Stages[0].Begun = noon
	return r
}

func extend(r ota.Rollout, now time.Time) (ota.Rollout, error) {
	return r.Extend([]ota.Stage{{Percent: 100}}, now)
}

func TestPausedAfterItsEndItHasNone(t *testing.T) {
	r := planned()
	r.Status, r.Stage, r.Ended = ota.RolloutFinished, 3, noon
	r, err := r.Pause(noon)
	if err != nil || !r.Ended.IsZero() {
		t.Errorf("paused: %v, ended %v", err, r.Ended)
	}
	r, err = r.Resume(noon)
	if r = r.Advance(make([]int, 3), noon.Add(time.Hour)); err != nil || r.Status != ota.RolloutFinished || r.Ended.IsZero() {
		t.Errorf("resumed: %v, %s, ended %v", err, r.Status, r.Ended)
	}
}

// TestResumeExcusesWhoFailed: they do not halt it again, one more in the same proportion does.
func TestResumeExcusesWhoFailed(t *testing.T) {
	r := staged(ota.Counts{Confirmed: 5, Failed: 2, Retrying: 1, Active: 2}, 50, 20)
	r.Status = ota.RolloutHalted
	r, err := r.Resume(noon)
	if err != nil || r.Stages[0].Excused != 3 || r.Why != "" {
		t.Fatalf("%v, %+v", err, r)
	}
	active, failed := ota.Member{DeviceID: "d", State: ota.MemberActive}, ota.Member{DeviceID: "d", State: ota.MemberFailed}
	if r = r.Record(active, failed, noon); r.Status != ota.RolloutRunning {
		t.Fatalf("the first after it: %s", r.Why)
	}
	if r = r.Record(active, failed, noon); r.Status != ota.RolloutHalted {
		t.Errorf("the second after it: %s", r.Status)
	}
}

// TestRetryDoesNotHaltAgain, in whatever order devices and rollout are changed.
func TestRetryDoesNotHaltAgain(t *testing.T) {
	for _, first := range []string{"rollout", "devices"} {
		r := staged(ota.Counts{Confirmed: 4, Failed: 5, Retrying: 1}, 90, 10)
		r.Status, r.Why = ota.RolloutHalted, "so"
		var err error
		if first == "rollout" {
			r, err = r.Retry(noon)
		}
		for range 5 {
			failed := ota.Member{DeviceID: "d", State: ota.MemberFailed}
			waiting, again := failed.Again(noon)
			if !again {
				t.Fatal("a failed device gets no other try")
			}
			r = r.Record(failed, waiting, noon)
		}
		if first == "devices" {
			r, err = r.Retry(noon)
		}
		r = r.Advance([]int{0}, noon)
		if want := (ota.Counts{Waiting: 5, Confirmed: 4, Retrying: 1}); err != nil || r.Status != ota.RolloutRunning || r.Stages[0].Counts != want {
			t.Errorf("%s first: %v, %s %s, %+v", first, err, r.Status, r.Why, r.Stages[0].Counts)
		}
		waiting, failed := ota.Member{DeviceID: "d", State: ota.MemberWaiting}, ota.Member{DeviceID: "d", State: ota.MemberFailed}
		if r = r.Record(waiting, failed, noon); r.Status != ota.RolloutHalted {
			t.Errorf("%s first: one that fails again does not halt it", first)
		}
	}
}

func TestBeginLetsTheNextStageBegin(t *testing.T) {
	r := planned()
	r.Stages[0].Begun = time.Time{}
	r.Stages[0].Start, r.Stages[1].Start = ota.StartByHand, ota.StartByHand
	for i := range 3 {
		next, err := r.Begin(noon)
		if err != nil || next.Stage != i || !next.Release(i) || !next.Stages[i].Released {
			t.Fatalf("stage %d: %v, %+v", i+1, err, next)
		}
		if i > 0 && !next.Stages[i-1].Finished.Equal(noon) {
			t.Errorf("stage %d is not finished", i)
		}
		r = next
	}
	if got, err := r.Begin(noon); err == nil || !cmp.Equal(r, got) {
		t.Errorf("after the last stage: %v, %+v", err, got)
	}
	r.Stage = 3
	if _, err := r.Begin(noon); err == nil {
		t.Error("a rollout that is through begins another stage")
	}
}

func TestExtend(t *testing.T) {
	r := planned()
	got, err := r.Extend([]ota.Stage{{Percent: 100, Begun: noon, Excused: 3, Counts: ota.Counts{Failed: 7}}, {Group: "hall"}}, noon)
	if err != nil || len(got.Stages) != 5 || len(r.Stages) != 3 {
		t.Fatalf("%v, %+v", err, got)
	}
	if diff := cmp.Diff(ota.Stage{Percent: 100, Start: ota.StartAtOnce, Success: 90, Failure: 10}, got.Stages[3]); diff != "" {
		t.Errorf("only what a person chooses is taken (-want +got):\n%s", diff)
	}
	for name, stages := range map[string][]ota.Stage{
		"not more than before": {{Percent: 90}}, "too much": {{Percent: 101}}, "too many": make([]ota.Stage, 18), "neither": {{}},
	} {
		if got, err := r.Extend(stages, noon); err == nil || !cmp.Equal(r, got) {
			t.Errorf("%s: %v, %d stages", name, err, len(got.Stages))
		}
	}
}

// TestExtendAfterItsEnd: what the new stage takes is counted from then on, and it ends again.
func TestExtendAfterItsEnd(t *testing.T) {
	r := ota.Rollout{ID: "r", Name: "R", Status: ota.RolloutRunning, Stages: percents(50)}
	r, in := r.Enter(boards(0, 10), noon)
	r = r.Advance([]int{0}, noon)
	for _, m := range in {
		after := m
		after.State, after.Installed = ota.MemberConfirmed, true
		r = r.Record(m, after, noon)
	}
	r = r.Advance([]int{0}, noon)
	if r.Status != ota.RolloutFinished {
		t.Fatalf("%s, %+v", r.Status, r.Stages)
	}
	r, err := r.Extend(percents(100), noon)
	if err != nil || r.Status != ota.RolloutRunning || !r.Ended.IsZero() {
		t.Fatalf("%v, %s, ended %v", err, r.Status, r.Ended)
	}
	r, _ = r.Enter(boards(10, 5), noon)
	if r = r.Advance([]int{0, 0}, noon); r.Status != ota.RolloutRunning || r.Stage != 1 || !r.Release(1) || r.Stages[1].Counts.Waiting != 5 {
		t.Errorf("%s, stage %d, %+v", r.Status, r.Stage, r.Stages[1])
	}
}

func TestWhatARolloutCanBe(t *testing.T) {
	many := make([]string, 1001)
	for _, row := range []struct {
		name   string
		change func(*ota.Rollout)
		field  string // "" = it can be so
	}{
		{"three stages", func(*ota.Rollout) {}, ""},
		{"no name", func(r *ota.Rollout) { r.Name = " " }, "name"},
		{"a name of 100 letters", func(r *ota.Rollout) { r.Name = strings.Repeat("ü", 100) }, ""},
		{"a longer name", func(r *ota.Rollout) { r.Name = strings.Repeat("ü", 101) }, "name"},
		{"no stages", func(r *ota.Rollout) { r.Stages = nil }, "stages"},
		{"20 stages", func(r *ota.Rollout) { r.Stages = percents(rising(20)...) }, ""},
		{"21 stages", func(r *ota.Rollout) { r.Stages = percents(rising(21)...) }, "stages"},
		{"percentages that fall", func(r *ota.Rollout) { r.Stages = percents(50, 10) }, "stages"},
		{"percentages that stay", func(r *ota.Rollout) { r.Stages = percents(50, 50) }, "stages"},
		{"percentages that fall behind a group", func(r *ota.Rollout) {
			r.Stages = []ota.Stage{percents(50)[0], ota.Stage{Group: "hall"}.Planned(), percents(10)[0]}
		}, "stages"},
		{"more than all", func(r *ota.Rollout) { r.Stages = percents(101) }, "stages"},
		{"a negative percentage", func(r *ota.Rollout) { r.Stages[0].Percent = -1 }, "stages"},
		{"a group", func(r *ota.Rollout) { r.Stages[1].Group, r.Stages[1].Percent = "hall", 0 }, ""},
		{"a group and a percentage", func(r *ota.Rollout) { r.Stages[1].Group = "hall" }, "stages"},
		{"another start", func(r *ota.Rollout) { r.Stages[1].Start = "soon" }, "stages"},
		{"a time", func(r *ota.Rollout) { r.Stages[1].Start, r.Stages[1].At = ota.StartAtTime, noon }, ""},
		{"no time", func(r *ota.Rollout) { r.Stages[1].Start = ota.StartAtTime }, "stages"},
		{"no success", func(r *ota.Rollout) { r.Stages[1].Success = 0 }, "stages"},
		{"too much success", func(r *ota.Rollout) { r.Stages[1].Success = 101 }, "stages"},
		{"no failure", func(r *ota.Rollout) { r.Stages[1].Failure = 0 }, "stages"},
		{"too much failure", func(r *ota.Rollout) { r.Stages[1].Failure = 101 }, "stages"},
		{"a negative least number", func(r *ota.Rollout) { r.Stages[1].MinDevices = -1 }, "stages"},
		{"30 days", func(r *ota.Rollout) { r.Stages[1].Soak = 30 * 86400 }, ""},
		{"more than 30 days", func(r *ota.Rollout) { r.Stages[1].Soak = 30*86400 + 1 }, "stages"},
		{"a negative soak time", func(r *ota.Rollout) { r.Stages[1].Soak = -1 }, "stages"},
		{"negative hours", func(r *ota.Rollout) { r.Filter.SeenWithin = -1 }, "filter"},
		{"negative hours of silence", func(r *ota.Rollout) { r.Filter.NotSeenFor = -1 }, "filter"},
		{"hours without end", func(r *ota.Rollout) { r.Filter.SeenWithin = 3_000_000 }, "filter"},
		{"hours of silence without end", func(r *ota.Rollout) { r.Filter.NotSeenFor = 3_000_000 }, "filter"},
		{"1001 groups", func(r *ota.Rollout) { r.Filter.Groups = many }, "filter"},
		{"1001 devices", func(r *ota.Rollout) { r.Filter.Devices = many }, "filter"},
	} {
		r := planned()
		row.change(&r)
		err := r.Check()
		var refusal *ota.RolloutError
		switch {
		case row.field == "" && err == nil:
		case !errors.As(err, &refusal) || refusal.Field != row.field || !strings.HasSuffix(refusal.Sentence, "."):
			t.Errorf("%s: %v, want an error of %q", row.name, err, row.field)
		}
	}
}

func rising(n int) []int {
	var all []int
	for i := range n {
		all = append(all, i+1)
	}
	return all
}

func TestAPlannedStageHasTheUsualThresholds(t *testing.T) {
	chosen := ota.Stage{Group: "hall", Start: ota.StartAtTime, At: noon, Success: 50, Failure: 25, MinDevices: 3, Soak: 60}
	done := chosen
	done.Released, done.Begun, done.Reached, done.Finished, done.Excused = true, noon, noon, noon, 4
	done.Counts = ota.Counts{Waiting: 9}
	for _, row := range []struct{ from, want ota.Stage }{
		{ota.Stage{Percent: 5}, ota.Stage{Percent: 5, Start: ota.StartAtOnce, Success: 90, Failure: 10}},
		{chosen, chosen},
		{done, chosen},
	} {
		if diff := cmp.Diff(row.want, row.from.Planned()); diff != "" {
			t.Errorf("%+v (-want +got):\n%s", row.from, diff)
		}
	}
}
