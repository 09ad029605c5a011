package ota_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"personalcms/ota"
)

// newFleet has so many boards and a rollout by chance.
func newFleet(t testing.TB, seed uint64, boards int, stages func(*fleet) []ota.Stage) *fleet {
	f := &fleet{
		t: t, seed: seed, random: rand.New(rand.NewPCG(seed, 4)), now: noon, images: newImages(), every: 2 * time.Hour,
		seen: map[ota.RolloutStatus]bool{},
	}
	f.bad = []float64{0, 0.05, 0.3, 0.9}[f.random.IntN(4)]
	f.rollout = ota.Rollout{
		ID: rolloutID, Name: "R", FirmwareKey: "T_2", Filter: ota.Filter{DeviceTypes: []string{"T"}},
		Stages: stages(f), Status: ota.RolloutRunning, Created: noon,
	}
	if f.is(0.2) {
		f.rollout.Filter.Versions = []string{"1", "1.5"} // they leave it as they install what is rolled out
	}
	if err := f.rollout.Check(); err != nil {
		f.fatal("%v", err)
	}
	if f.is(0.5) {
		f.byType = &ota.Assigned{Target: f.images["T_1"], Name: "T", Rollback: f.is(0.5)}
	}
	f.offered = make([]int, len(f.rollout.Stages))
	for range boards {
		f.join()
	}
	return f
}

// anyStages are stages of all sorts.
func anyStages(f *fleet) []ota.Stage {
	var stages []ota.Stage
	percent := 0
	for percent < 100 && len(stages) < 5 {
		percent = min(100, percent+1+f.random.IntN(60))
		stages = append(stages, ota.Stage{Percent: percent})
	}
	if f.is(0.4) {
		stages = slices.Insert(stages, f.random.IntN(len(stages)+1), ota.Stage{Group: []string{"hall", "roof", "cellar"}[f.random.IntN(3)]})
	}
	for i := range stages {
		stage := &stages[i]
		stage.Success, stage.Failure = 40+f.random.IntN(61), 3+f.random.IntN(70)
		switch f.random.IntN(8) {
		case 0:
			stage.Start = ota.StartByHand
		case 1:
			stage.Start, stage.At = ota.StartAtTime, f.now.Add(f.within(60*time.Hour))
		}
		if f.is(0.3) {
			stage.MinDevices = f.random.IntN(6)
		}
		if f.is(0.5) {
			stage.Soak = f.random.IntN(12 * 3600)
		}
		*stage = stage.Planned()
	}
	return stages
}

// act does something with the rollout by chance, whether it can be done or not.
func (f *fleet) act() {
	switch dice := f.random.IntN(20); {
	case dice < 4:
		f.do(f.rollout.Pause(f.now))
	case dice < 10:
		f.do(f.rollout.Resume(f.now))
	case dice < 12:
		f.do(f.rollout.Begin(f.now))
	case dice < 15:
		f.retry()
	case dice < 18:
		f.do(f.rollout.Extend([]ota.Stage{{Percent: 1 + f.random.IntN(100), Failure: 100}}, f.now))
	case dice < 19:
		f.do(f.rollout.RollBack(f.now))
	case f.is(0.1):
		f.do(f.rollout.Cancel(f.now))
	}
}

// do takes what came of an action, and looks that a refused one changed nothing.
func (f *fleet) do(next ota.Rollout, err error) bool {
	if err != nil && (next.Status != f.rollout.Status || next.Stage != f.rollout.Stage || len(next.Stages) != len(f.rollout.Stages)) {
		f.fatal("refused and changed: %v", err)
	}
	f.rollout = next
	for len(f.offered) < len(f.rollout.Stages) {
		f.offered, f.stale = append(f.offered, 0), true
	}
	f.checkCounts()
	return err == nil
}

// retry gives those that failed another try and forgets what they failed at.
func (f *fleet) retry() {
	if !f.do(f.rollout.Retry(f.now)) {
		return
	}
	for _, g := range f.gadgets {
		after, again := g.member.Again(f.now)
		if g.member.DeviceID == "" || !again {
			continue
		}
		f.record(g, after)
		for i := range g.attempts {
			g.attempts[i].Forgiven = true
		}
	}
	f.checkCounts()
}

// come lets the rollout come to its end: nobody goes away for more than a moment, and somebody lets begin what waits
// for a hand and deletes those that never come back when a stage waits for them.
func (f *fleet) come(step time.Duration) {
	f.calm = true
	for _, g := range f.gadgets {
		if g.absent.After(f.now) && g.absent.Before(farOff) {
			g.absent, g.wake = f.now, f.now
		}
	}
	day, stage := 0, f.rollout.Stage
	for ; !f.ended(); day++ {
		if f.rollout.Stage != stage {
			day, stage = 0, f.rollout.Stage
		}
		if f.rollout.Status == ota.RolloutPaused {
			f.do(f.rollout.Resume(f.now))
		}
		r := f.rollout
		if r.Status == ota.RolloutRunning && r.Stage < len(r.Stages) && !r.Release(r.Stage) && r.Stages[r.Stage].Start == ota.StartByHand {
			f.do(r.Begin(f.now))
		}
		if day == 12 {
			f.forget()
		}
		if day > 24 {
			f.fatal("it does not end, away are %v: %s", f.away(), f.holdsUp())
		}
		f.run(1, step)
	}
	f.run(3, step) // the longest time limit is a day, so is the cool-down
	f.checkClosed()
}

// forget deletes those that never come back, where a stage waits for its least number.
func (f *fleet) forget() {
	r := f.rollout
	if r.Status != ota.RolloutRunning || r.Stage >= len(r.Stages) || f.away()[r.Stage] == 0 || r.Stages[r.Stage].Counts.Confirmed >= r.Stages[r.Stage].MinDevices {
		f.fatal("it does not end, away are %v: %s", f.away(), f.holdsUp())
	}
	for i := len(f.gadgets) - 1; i >= 0; i-- {
		if g := f.gadgets[i]; g.absent.Equal(farOff) || g.pinned != nil || g.forced != nil {
			f.remove(i)
		}
	}
}

// holdsUp are those that the rollout waits for, and what each of them waits for.
func (f *fleet) holdsUp() string {
	words := fmt.Sprintf("%+v", f.rollout.Stages)
	for _, g := range f.gadgets {
		if len(words) < 5000 && g.member.DeviceID != "" && g.reachable(f.now) && f.rollout.Pending(g.member) && f.rollout.Release(g.member.Stage) {
			decision := ota.Decide(f.input(g, g.checkIn()), f.now)
			words += fmt.Sprintf("\n%+v\n%s\n%+v", g.member, decision.Message, g.attempts)
		}
	}
	return words
}

// story is a rollout from its beginning to its end, on after it has halted, and back.
func (f *fleet) story(days float64, step time.Duration, actions bool) {
	for begun := f.now; f.now.Sub(begun) < time.Duration(days*24*float64(time.Hour)); {
		f.tick(step)
		if actions && f.is(0.05) {
			f.act()
		}
	}
	f.come(step)
	for round := 0; f.rollout.Status == ota.RolloutHalted && round < 8; round++ {
		if round%2 == 0 {
			f.do(f.rollout.Resume(f.now))
		} else {
			f.retry()
		}
		f.come(step)
	}
	if f.rollout.InEffect() && !f.rollout.GoesBack() {
		f.do(f.rollout.RollBack(f.now))
		f.come(step)
	}
	if f.rollout.GoesBack() {
		for day := 0; day < 20 && f.stragglers() > 0; day++ {
			f.run(1, step) // they came back after the others were through
		}
		f.checkWentBack()
	}
}

// stragglers are those that have something to do, can be reached and follow nobody else.
func (f *fleet) stragglers() int {
	pending := -sum(f.away())
	for _, g := range f.gadgets {
		if g.member.DeviceID != "" && f.rollout.Pending(g.member) {
			pending++
		}
	}
	return pending
}

// TestLargeFleets of 10,000 boards, with the usual stages and with others.
func TestLargeFleets(t *testing.T) {
	usual := func(*fleet) []ota.Stage { return percents(1, 10, 100) }
	for seed, stages := range []func(*fleet) []ota.Stage{usual, usual, anyStages} {
		f := newFleet(t, uint64(seed), 10_000, stages)
		f.every = 12 * time.Hour
		f.story(1, time.Hour, false)
		t.Logf("seed %d: %s in stage %d, %d boards, %s after its beginning", seed, f.rollout.Status, f.rollout.Stage, len(f.gadgets), f.now.Sub(noon))
	}
}

// TestFleets: many small fleets, half of them with a person who does whatever comes to mind.
func TestFleets(t *testing.T) {
	seen := map[ota.RolloutStatus]bool{}
	for seed := range uint64(100) {
		boards := []int{1, 2, 3, 5, 12, 60}[seed%6]
		f := newFleet(t, seed, boards, anyStages)
		f.story(3, 10*time.Minute, seed/6%2 == 1)
		for status := range f.seen {
			seen[status] = true
		}
	}
	for _, status := range everyStatus {
		if !seen[status] {
			t.Errorf("no rollout was ever %s", status)
		}
	}
}
