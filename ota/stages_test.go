package ota_test

import (
	"fmt"
	"testing"
	"time"

	"personalcms/ota"

	"github.com/google/go-cmp/cmp"
)

// percents are stages of these percentages that begin at once.
func percents(all ...int) []ota.Stage {
	var stages []ota.Stage
	for _, percent := range all {
		stages = append(stages, ota.Stage{Percent: percent}.Planned())
	}
	return stages
}

// boards are so many devices, numbered from one on.
func boards(from, count int) []ota.Board {
	var all []ota.Board
	for i := range count {
		all = append(all, ota.Board{ID: fmt.Sprintf("d%d", from+i)})
	}
	return all
}

// sizes are how many devices each stage has.
func sizes(r ota.Rollout) []int {
	var all []int
	for _, stage := range r.Stages {
		all = append(all, stage.Counts.All())
	}
	return all
}

func TestStagesTakeTheirShare(t *testing.T) {
	for _, row := range []struct {
		percents []int
		devices  int
		want     []int
	}{
		{[]int{10, 50, 100}, 0, []int{0, 0, 0}},
		{[]int{10, 50, 100}, 1, []int{1, 0, 0}},
		{[]int{10, 50, 100}, 2, []int{1, 0, 1}},
		{[]int{10, 50, 100}, 3, []int{1, 1, 1}},
		{[]int{10, 50, 100}, 4, []int{1, 1, 2}},
		{[]int{10, 50, 100}, 5, []int{1, 2, 2}},
		{[]int{1, 2, 3}, 5, []int{1, 0, 0}},
		{[]int{10, 50, 100}, 10_000, []int{1000, 4000, 5000}},
		{[]int{10, 30}, 200, []int{20, 40}},
		{[]int{100}, 7, []int{7}},
	} {
		r := ota.Rollout{ID: "r", Stages: percents(row.percents...)}
		got, members := r.Enter(boards(0, row.devices), noon)
		if diff := cmp.Diff(row.want, sizes(got)); diff != "" {
			t.Errorf("%v of %d (-want +got):\n%s", row.percents, row.devices, diff)
		}
		if len(members) != sum(row.want) || sum(sizes(r)) != 0 {
			t.Errorf("%v of %d: %d members, the rollout before has %v", row.percents, row.devices, len(members), sizes(r))
		}
		for _, m := range members {
			if m.State != ota.MemberWaiting || !m.Updated.Equal(noon) {
				t.Fatalf("%+v", m)
			}
		}
	}
}

func sum(all []int) int {
	total := 0
	for _, n := range all {
		total += n
	}
	return total
}

func TestShareRoundsUp(t *testing.T) {
	for _, row := range [][3]int{{10, 0, 0}, {1, 1, 1}, {10, 5, 1}, {10, 10, 1}, {10, 11, 2}, {50, 3, 2}, {100, 7, 7}, {33, 100, 33}} {
		if got := ota.Share(row[0], row[1]); got != row[2] {
			t.Errorf("%d %% of %d: %d, want %d", row[0], row[1], got, row[2])
		}
	}
}

func TestGroupsHaveTheirOwnStages(t *testing.T) {
	of := func(boards []ota.Board, groups ...string) []ota.Board {
		for i := range boards {
			boards[i].Groups = groups
		}
		return boards
	}
	group := func(name string) ota.Stage { return ota.Stage{Group: name}.Planned() }
	p := percents(20, 100)
	all := append(append(of(boards(0, 5), "hall"), of(boards(5, 3), "roof", "hall")...), boards(8, 92)...)
	for _, row := range []struct {
		name   string
		stages []ota.Stage
		want   []int
	}{
		{"first", []ota.Stage{group("hall"), p[0], p[1]}, []int{8, 12, 80}},
		{"in the middle, it counts with those before", []ota.Stage{p[0], group("hall"), p[1]}, []int{20, 8, 72}},
		{"last", []ota.Stage{p[0], p[1], group("hall")}, []int{20, 72, 8}},
		{"two, the earlier one counts", []ota.Stage{group("roof"), group("hall"), p[1]}, []int{3, 5, 92}},
		{"alone, others stay outside", []ota.Stage{group("roof")}, []int{3}},
		{"of nobody", []ota.Stage{group("cellar"), p[1]}, []int{0, 100}},
	} {
		r, _ := ota.Rollout{ID: "r", Stages: row.stages}.Enter(all, noon)
		if diff := cmp.Diff(row.want, sizes(r)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", row.name, diff)
		}
	}
}

func TestDevicesThatComeLater(t *testing.T) {
	r, first := ota.Rollout{ID: "r", Stages: percents(10, 50)}.Enter(boards(0, 10), noon)
	if diff := cmp.Diff([]int{1, 4}, sizes(r)); diff != "" {
		t.Fatal(diff)
	}
	in := map[string]bool{}
	for _, m := range first {
		in[m.DeviceID] = true
	}
	var outside []ota.Board
	for _, b := range boards(0, 40) {
		if !in[b.ID] {
			outside = append(outside, b)
		}
	}
	r, second := r.Enter(outside, noon)
	if diff := cmp.Diff([]int{4, 16}, sizes(r)); diff != "" {
		t.Errorf("of 40 (-want +got):\n%s", diff)
	}
	for _, m := range second {
		if in[m.DeviceID] {
			t.Errorf("%s came in twice", m.DeviceID)
		}
	}
}

// TestAGrowingFleetKeepsItsShares: the share of a stage rounds up sooner than that of the next one.
func TestAGrowingFleetKeepsItsShares(t *testing.T) {
	r := ota.Rollout{ID: "r", Stages: percents(20, 21, 100)}
	for all := 1; all <= 300; all++ {
		var in []ota.Member
		if r, in = r.Enter(boards(all, 1), noon); len(in) != 1 {
			t.Fatalf("of %d: nobody came in", all)
		}
		taken := 0
		for i, stage := range r.Stages {
			if taken += stage.Counts.All(); taken > ota.Share(stage.Percent, all) {
				t.Fatalf("of %d: %v, stage %d has more than its share", all, sizes(r), i)
			}
		}
	}
}

// TestChanceDecidesAlwaysInTheSameWay who is first, and otherwise in another rollout.
func TestChanceDecidesAlwaysInTheSameWay(t *testing.T) {
	first := func(id string, boards []ota.Board) map[string]bool {
		_, members := ota.Rollout{ID: id, Stages: percents(10)}.Enter(boards, noon)
		set := map[string]bool{}
		for _, m := range members {
			set[m.DeviceID] = true
		}
		return set
	}
	forward := boards(0, 1000)
	backward := boards(0, 1000)
	for i := range 500 {
		backward[i], backward[999-i] = backward[999-i], backward[i]
	}
	if diff := cmp.Diff(first("r", forward), first("r", backward)); diff != "" {
		t.Errorf("the order in which they are named counts (-want +got):\n%s", diff)
	}
	if forward[0].ID != "d0" {
		t.Error("the devices were moved")
	}
	both := 0
	other := first("s", forward)
	for id := range first("r", forward) {
		if other[id] {
			both++
		}
	}
	if both > 30 { // 10 are likely
		t.Errorf("%d of 100 are first in both rollouts", both)
	}
}

func TestHowAStageGoesOn(t *testing.T) {
	type want struct {
		status ota.RolloutStatus
		stage  int
	}
	const running, halted, finished = ota.RolloutRunning, ota.RolloutHalted, ota.RolloutFinished
	for _, row := range []struct {
		name   string
		counts ota.Counts
		change func(*ota.Stage)
		away   int
		want   want
	}{
		{"all wait", ota.Counts{Waiting: 10}, nil, 0, want{running, 0}},
		{"all are through", ota.Counts{Confirmed: 10}, nil, 0, want{finished, 1}},
		{"enough are", ota.Counts{Confirmed: 8, Waiting: 2}, nil, 0, want{finished, 1}},
		{"not enough are", ota.Counts{Confirmed: 7, Waiting: 3}, nil, 0, want{running, 0}},
		{"not enough are, some try", ota.Counts{Confirmed: 7, Active: 3}, nil, 0, want{running, 0}},
		{"not enough will be", ota.Counts{Confirmed: 7, Failed: 3}, nil, 0, want{halted, 0}},
		{"a second try may make it enough", ota.Counts{Confirmed: 7, Failed: 2, Retrying: 1}, nil, 0, want{running, 0}},
		{"too many failed", ota.Counts{Confirmed: 1, Failed: 4, Waiting: 5}, nil, 0, want{halted, 0}},
		{"nobody is in it", ota.Counts{}, nil, 0, want{finished, 1}},
		{"all are passed over", ota.Counts{Skipped: 10}, nil, 0, want{finished, 1}},
		{"all others are away", ota.Counts{Confirmed: 3, Waiting: 7}, nil, 7, want{finished, 1}},
		{"all are away", ota.Counts{Waiting: 10}, nil, 10, want{finished, 1}},
		{"all are away and one has to confirm", ota.Counts{Waiting: 10}, least(1), 10, want{running, 0}},
		{"all others are away, one failed", ota.Counts{Failed: 1, Waiting: 9}, nil, 9, want{halted, 0}},
		{"fewer than the least number", ota.Counts{Confirmed: 8, Waiting: 2}, least(9), 0, want{running, 0}},
		{"the least number", ota.Counts{Confirmed: 9, Waiting: 1}, least(9), 0, want{finished, 1}},
		{"all there are, fewer than the least number", ota.Counts{Confirmed: 10}, least(50), 0, want{finished, 1}},
		{"the least number cannot come any more", ota.Counts{Confirmed: 8, Failed: 2}, least(9), 0, want{halted, 0}},
		{"the least number may still come", ota.Counts{Confirmed: 8, Failed: 1, Waiting: 1}, least(9), 1, want{running, 0}},
		{"failures are excused", ota.Counts{Confirmed: 6, Failed: 4}, excused(4), 0, want{finished, 1}},
		{"failures are excused, fewer than the least number", ota.Counts{Confirmed: 6, Failed: 4}, both(excused(4), least(9)), 0, want{finished, 1}},
		{"only excused failures", ota.Counts{Failed: 4}, excused(4), 0, want{finished, 1}},
	} {
		r := staged(row.counts, 80, 40)
		if row.change != nil {
			row.change(&r.Stages[0])
		}
		got := r.Advance([]int{row.away}, noon)
		if diff := cmp.Diff(fmt.Sprint(row.want), fmt.Sprint(want{got.Status, got.Stage})); diff != "" {
			t.Errorf("%s (-want +got):\n%s%s", row.name, diff, got.Why)
		}
		if got.Ended.IsZero() == (got.Status == finished) || got.Stages[0].Finished.IsZero() == (got.Stage == 1) {
			t.Errorf("%s: ended %v, its stage %v", row.name, got.Ended, got.Stages[0].Finished)
		}
		if again := got.Advance([]int{row.away}, noon); !cmp.Equal(got, again) {
			t.Errorf("%s: advancing twice is not as once", row.name)
		}
	}
}

func least(n int) func(*ota.Stage)   { return func(s *ota.Stage) { s.MinDevices = n } }
func excused(n int) func(*ota.Stage) { return func(s *ota.Stage) { s.Excused = n } }
func both(a, b func(*ota.Stage)) func(*ota.Stage) {
	return func(s *ota.Stage) { a(s); b(s) }
}

func TestWhenAStageBegins(t *testing.T) {
	for _, row := range []struct {
		name  string
		stage ota.Stage
		want  bool
	}{
		{"at once", ota.Stage{Start: ota.StartAtOnce}, true},
		{"at noon", ota.Stage{Start: ota.StartAtTime, At: noon}, true},
		{"a second after noon", ota.Stage{Start: ota.StartAtTime, At: noon.Add(time.Second)}, false},
		{"by hand", ota.Stage{Start: ota.StartByHand}, false},
		{"by hand, released", ota.Stage{Start: ota.StartByHand, Released: true}, true},
		{"later, released", ota.Stage{Start: ota.StartAtTime, At: noon.Add(time.Hour), Released: true}, true},
	} {
		row.stage.Percent, row.stage.Counts = 100, ota.Counts{Waiting: 5}
		row.stage.Success, row.stage.Failure = 90, 10
		r := ota.Rollout{ID: "r", Status: ota.RolloutRunning, Stages: []ota.Stage{row.stage}}
		got := r.Advance([]int{0}, noon)
		if got.Release(0) != row.want || got.Status != ota.RolloutRunning || r.Release(0) {
			t.Errorf("%s: begun %v, want %v", row.name, got.Release(0), row.want)
		}
	}
}

func TestAStageSoaks(t *testing.T) {
	r := staged(ota.Counts{Confirmed: 9, Waiting: 1}, 90, 50)
	r.Stages[0].Soak = 3600
	r = r.Advance([]int{0}, noon)
	early := r.Advance([]int{0}, noon.Add(time.Hour-time.Second))
	if r.Stage != 0 || early.Stage != 0 || !r.Stages[0].Reached.Equal(noon) {
		t.Fatalf("%+v", r.Stages[0])
	}
	if got := early.Advance([]int{0}, noon.Add(time.Hour)); got.Status != ota.RolloutFinished {
		t.Errorf("after an hour: %s", got.Status)
	}
	back := early
	back.Stages = append([]ota.Stage(nil), early.Stages...)
	back.Stages[0].Counts = ota.Counts{Confirmed: 8, Failed: 1, Waiting: 1}
	back = back.Advance([]int{0}, noon.Add(time.Hour))
	if back.Stage != 0 || !back.Stages[0].Reached.IsZero() {
		t.Errorf("one failed while it soaked: %+v", back.Stages[0])
	}
}

func TestAdvanceGoesThroughAllThatIsDue(t *testing.T) {
	r := ota.Rollout{ID: "r", Status: ota.RolloutRunning, Stages: percents(10, 50, 80, 100)}
	r.Stages[0].Counts, r.Stages[1].Counts = ota.Counts{Confirmed: 1}, ota.Counts{Skipped: 4}
	r.Stages[2].Start, r.Stages[2].Counts = ota.StartByHand, ota.Counts{Waiting: 3}
	got := r.Advance(make([]int, 4), noon)
	if got.Stage != 2 || got.Release(2) || !got.Release(1) || got.Status != ota.RolloutRunning {
		t.Errorf("stage %d, %+v", got.Stage, got.Stages)
	}
}

func TestOnlyWhatRunsAdvances(t *testing.T) {
	for _, status := range []ota.RolloutStatus{
		ota.RolloutPaused, ota.RolloutHalted, ota.RolloutFinished, ota.RolloutCancelled, ota.RolloutRolledBack,
	} {
		r := staged(ota.Counts{Confirmed: 1}, 90, 10)
		r.Status = status
		if diff := cmp.Diff(r, r.Advance([]int{0}, noon)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", status, diff)
		}
	}
}

func TestWhenARolloutHasGoneBack(t *testing.T) {
	for _, row := range []struct {
		name   string
		counts ota.Counts
		away   int
		want   ota.RolloutStatus
	}{
		{"nothing was installed", ota.Counts{Waiting: 5, Failed: 2, Skipped: 1}, 0, ota.RolloutRolledBack},
		{"some have it", ota.Counts{Confirmed: 1, Returned: 4}, 0, ota.RolloutRollingBack},
		{"some try", ota.Counts{Active: 1, Returned: 4}, 0, ota.RolloutRollingBack},
		{"some try again", ota.Counts{Retrying: 1, Returned: 4}, 0, ota.RolloutRollingBack},
		{"those that have it are away", ota.Counts{Confirmed: 2, Returned: 4}, 2, ota.RolloutRolledBack},
		{"one of those that have it is away", ota.Counts{Confirmed: 2, Returned: 4}, 1, ota.RolloutRollingBack},
		{"all went back", ota.Counts{Returned: 4}, 0, ota.RolloutRolledBack},
		{"some cannot", ota.Counts{Returned: 4, Failed: 1, Skipped: 1}, 0, ota.RolloutRolledBack},
	} {
		r := staged(row.counts, 90, 10)
		r.Status = ota.RolloutRollingBack
		if got := r.Advance([]int{row.away}, noon); got.Status != row.want || got.Ended.IsZero() == (row.want == ota.RolloutRolledBack) {
			t.Errorf("%s: %s, ended %v", row.name, got.Status, got.Ended)
		}
	}
}
