package ota

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// RolloutError says why something cannot be done with a rollout, in a sentence for a person.
type RolloutError struct {
	Field    string // of a form or JSON object; "" = none in particular
	Sentence string
}

func (e *RolloutError) Error() string { return e.Sentence }

// Bounds of rollouts.
const (
	MaxStages   = 20
	maxSoak     = 30 * 24 * 60 * 60 // seconds
	maxFilter   = 1000              // names in one list
	maxName     = 100               // letters; the key of an image is shorter
	MaxHours    = 87_600            // since a device was heard of: ten years
	maxMinimum  = 100_000           // devices
	lastPercent = 100
)

// Check is a *RolloutError if the rollout cannot be so.
func (r Rollout) Check() error {
	switch {
	case strings.TrimSpace(r.Name) == "" || utf8.RuneCountInString(r.Name) > maxName:
		return &RolloutError{"name", "Give the rollout a name of at most 100 letters."}
	case len(r.Stages) == 0 || len(r.Stages) > MaxStages:
		return &RolloutError{"stages", "A rollout has 1 to 20 stages."}
	case r.Filter.SeenWithin < 0 || r.Filter.NotSeenFor < 0:
		return &RolloutError{"filter", "Hours are not negative."}
	case r.Filter.SeenWithin > MaxHours || r.Filter.NotSeenFor > MaxHours:
		return &RolloutError{"filter", "Hours are at most 87600, which is ten years."}
	}
	for _, names := range [][]string{r.Filter.DeviceTypes, r.Filter.Versions, r.Filter.Groups, r.Filter.Chips, r.Filter.Devices} {
		if len(names) > maxFilter {
			return &RolloutError{"filter", "A filter has at most 1000 names of a kind."}
		}
	}
	percent := 0
	for _, stage := range r.Stages {
		if err := stage.check(percent); err != nil {
			return err
		}
		percent = max(percent, stage.Percent)
	}
	return nil
}

func (s Stage) check(before int) error {
	switch {
	case (s.Group == "") == (s.Percent == 0):
		return &RolloutError{"stages", "A stage is for a percentage of the devices or for a group."}
	case s.Group == "" && (s.Percent <= before || s.Percent > lastPercent):
		return &RolloutError{"stages", "Percentages rise from stage to stage, to 100 at most."}
	case !slices.Contains([]string{StartAtOnce, StartAtTime, StartByHand}, s.Start):
		return &RolloutError{"stages", "A stage starts at_once, at_time or by_hand."}
	case s.Start == StartAtTime && s.At.IsZero():
		return &RolloutError{"stages", "A stage that starts at a time needs that time."}
	case s.Success < 1 || s.Success > 100 || s.Failure < 1 || s.Failure > 100:
		return &RolloutError{"stages", "Thresholds are 1 to 100 percent."}
	case s.MinDevices < 0 || s.MinDevices > maxMinimum || s.Soak < 0 || s.Soak > maxSoak:
		return &RolloutError{"stages", "The least number of devices is not negative, and a stage soaks for at most 30 days."}
	}
	return nil
}

// Planned has only what a person chooses of a stage, with the usual thresholds where nothing is said.
func (s Stage) Planned() Stage {
	planned := Stage{
		Percent: s.Percent, Group: s.Group, Start: s.Start, At: s.At, Success: s.Success, Failure: s.Failure,
		MinDevices: s.MinDevices, Soak: s.Soak,
	}
	if planned.Start == "" {
		planned.Start = StartAtOnce
	}
	if planned.Success == 0 {
		planned.Success = 90
	}
	if planned.Failure == 0 {
		planned.Failure = 10
	}
	return planned
}

func (r Rollout) refuse(sentence string) (Rollout, error) {
	return r, &RolloutError{Sentence: sentence}
}

// Pause offers nothing more until Resume.
func (r Rollout) Pause(now time.Time) (Rollout, error) {
	if r.Status != RolloutRunning && r.Status != RolloutFinished {
		return r.refuse("Only a rollout that runs can be paused.")
	}
	r.Status, r.Updated, r.Ended = RolloutPaused, now, time.Time{}
	return r, nil
}

// Resume goes on after a pause or a halt; the devices that have failed until now count no more towards the next halt.
func (r Rollout) Resume(now time.Time) (Rollout, error) {
	if r.Status != RolloutPaused && r.Status != RolloutHalted {
		return r.refuse("Only a rollout that is paused or halted can be resumed.")
	}
	r = r.excuse()
	r.Status, r.Why, r.Updated = RolloutRunning, "", now
	return r, nil
}

// excuse lets those that have failed until now not count towards the next halt.
func (r Rollout) excuse() Rollout {
	r = r.clone()
	for i := range r.Stages {
		r.Stages[i].Excused = r.Stages[i].Counts.Bad()
	}
	return r
}

// Cancel ends the rollout for good: its devices keep what they run and follow what is assigned to them.
func (r Rollout) Cancel(now time.Time) (Rollout, error) {
	if r.Status == RolloutCancelled {
		return r.refuse("It is cancelled already.")
	}
	r.Status, r.Updated, r.Ended = RolloutCancelled, now, now
	return r, nil
}

// Begin lets the next stage begin at once, whatever it waits for.
func (r Rollout) Begin(now time.Time) (Rollout, error) {
	if r.Status != RolloutRunning {
		return r.refuse("Only a rollout that runs can begin a stage. Resume it first.")
	}
	begun := r.Release(r.Stage)
	if r.Stage >= len(r.Stages) || (begun && r.Stage == len(r.Stages)-1) {
		return r.refuse("There is no further stage.")
	}
	r = r.clone()
	if begun {
		r.Stages[r.Stage].Finished = now
		r.Stage++
	}
	r.Stages[r.Stage].Released, r.Stages[r.Stage].Begun, r.Updated = true, now, now
	return r, nil
}

// Retry gives the devices that failed another try: Again says what becomes of each.
func (r Rollout) Retry(now time.Time) (Rollout, error) {
	if r.Status == RolloutCancelled || r.Status == RolloutRolledBack {
		return r.refuse("A rollout that is over tries nothing again.")
	}
	if r.Status == RolloutHalted {
		r = r.excuse() // else those that are retried last would halt it again
		r.Status, r.Why = RolloutRunning, ""
	}
	r.Updated = now
	return r, nil
}

// Again is a device that gets another try, and whether it is one that does.
func (m Member) Again(now time.Time) (Member, bool) {
	if m.State != MemberFailed && m.State != MemberSkipped {
		return m, false
	}
	m.State, m.Reason, m.Updated = MemberWaiting, "", now
	if m.Installed {
		m.State = MemberConfirmed
	}
	return m, true
}

// Extend adds stages behind the last one.
func (r Rollout) Extend(stages []Stage, now time.Time) (Rollout, error) {
	if !r.InEffect() || r.GoesBack() {
		return r.refuse("A rollout that is over or goes back cannot be extended.")
	}
	longer := r.clone()
	for _, stage := range stages {
		longer.Stages = append(longer.Stages, stage.Planned())
	}
	if err := longer.Check(); err != nil {
		return r, err
	}
	r = longer
	if r.Status == RolloutFinished {
		r.Status, r.Ended = RolloutRunning, time.Time{}
	}
	r.Updated = now
	return r, nil
}

// RollBack takes back what the rollout installed: each device gets the image it ran before.
func (r Rollout) RollBack(now time.Time) (Rollout, error) {
	if !r.InEffect() || r.GoesBack() {
		return r.refuse("It is over, or goes back already.")
	}
	r.Status, r.Why, r.Updated, r.Ended = RolloutRollingBack, "", now, time.Time{}
	return r, nil
}
