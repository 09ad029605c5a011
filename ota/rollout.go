package ota

import (
	"fmt"
	"time"
)

// RolloutStatus is how far a rollout has come.
type RolloutStatus string

// What a rollout can be. In all but the cancelled one its devices follow it, later ones included.
const (
	RolloutRunning     RolloutStatus = "running"
	RolloutPaused      RolloutStatus = "paused" // by a person; nothing new is offered
	RolloutHalted      RolloutStatus = "halted" // by itself, because too many devices failed
	RolloutFinished    RolloutStatus = "finished"
	RolloutCancelled   RolloutStatus = "cancelled"    // its devices follow what is assigned to them again
	RolloutRollingBack RolloutStatus = "rolling_back" // what was installed is replaced by what was there before
	RolloutRolledBack  RolloutStatus = "rolled_back"
)

// How a stage begins once those before it are through.
const (
	StartAtOnce = "at_once"
	StartAtTime = "at_time"
	StartByHand = "by_hand"
)

// Rollout brings one image to many devices, stage after stage.
type Rollout struct {
	ID          string        `json:"rollout"`
	Name        string        `json:"name"`
	FirmwareKey string        `json:"firmware_key"`
	Filter      Filter        `json:"filter"`
	Stages      []Stage       `json:"stages"`
	Rollback    bool          `json:"rollback"` // also where a newer version runs
	Status      RolloutStatus `json:"status"`
	Why         string        `json:"why,omitempty"` // it was halted, in words
	Stage       int           `json:"stage"`         // the current one, from 0; as many as there are when all are through
	By          string        `json:"by"`            // who made it
	Created     time.Time     `json:"created"`
	Updated     time.Time     `json:"updated"`
	Ended       time.Time     `json:"ended,omitzero"`
}

// Stage is a share of a rollout's devices and what has to come of it before the next one begins.
type Stage struct {
	Percent    int       `json:"percent,omitempty"` // of all devices that are meant: so many are in this stage and those before it
	Group      string    `json:"group,omitempty"`   // or: those in this group
	Start      string    `json:"start"`
	At         time.Time `json:"at,omitzero"`     // of StartAtTime
	Success    int       `json:"success_percent"` // of its devices that can be reached have to confirm
	Failure    int       `json:"failure_percent"` // of its devices have failed: the rollout halts
	MinDevices int       `json:"min_devices"`     // at least so many have to confirm, if it has as many
	Soak       int       `json:"soak_seconds"`    // how long it has to stay well before the next one begins

	Released bool      `json:"released,omitempty"` // a person let it begin
	Begun    time.Time `json:"begun,omitzero"`
	Reached  time.Time `json:"reached,omitzero"` // its success threshold; the soak time counts from then
	Finished time.Time `json:"finished,omitzero"`
	Excused  int       `json:"excused,omitempty"` // failed devices that a person has seen and gone on in spite of
	Counts   Counts    `json:"counts"`
}

// Counts is how many devices of a stage are in each state.
type Counts struct {
	Waiting   int `json:"waiting"`
	Active    int `json:"active"`
	Confirmed int `json:"confirmed"`
	Failed    int `json:"failed"`
	Retrying  int `json:"retrying"`
	Skipped   int `json:"skipped"`
	Returned  int `json:"returned"`
}

// MemberState is how far a device of a rollout has come.
type MemberState string

// The states of a rollout's device.
const (
	MemberWaiting   MemberState = "waiting" // for its stage, its window, or to be heard of
	MemberActive    MemberState = "active"  // it has an open attempt
	MemberConfirmed MemberState = "confirmed"
	MemberFailed    MemberState = "failed"
	MemberRetrying  MemberState = "retrying" // it has failed and has another open attempt
	MemberSkipped   MemberState = "skipped"  // it cannot or need not have the image
	MemberReturned  MemberState = "returned" // it runs its former image again
)

// Member is a device of a rollout. Once it is one it never changes its stage.
type Member struct {
	DeviceID  string      `json:"device_id"`
	Stage     int         `json:"stage"`
	State     MemberState `json:"state"`
	Attempt   string      `json:"attempt,omitempty"`   // id of the newest
	Reason    string      `json:"reason,omitempty"`    // of a failure or skip, in words
	Installed bool        `json:"installed,omitempty"` // it runs the image because of this rollout
	Former    string      `json:"former,omitempty"`    // key of what it ran before
	Updated   time.Time   `json:"updated"`
}

// of is the counter of a state.
func (c *Counts) of(state MemberState) *int {
	switch state {
	case MemberActive:
		return &c.Active
	case MemberConfirmed:
		return &c.Confirmed
	case MemberFailed:
		return &c.Failed
	case MemberRetrying:
		return &c.Retrying
	case MemberSkipped:
		return &c.Skipped
	case MemberReturned:
		return &c.Returned
	}
	return &c.Waiting
}

// All is how many devices there are.
func (c Counts) All() int { return c.Fit() + c.Skipped }

// Fit is how many of them can have the image.
func (c Counts) Fit() int {
	return c.Waiting + c.Active + c.Confirmed + c.Bad() + c.Returned
}

// Bad is how many have failed and not come through since.
func (c Counts) Bad() int { return c.Failed + c.Retrying }

// InEffect tells whether the rollout says what its devices should run.
func (r Rollout) InEffect() bool { return r.Status != RolloutCancelled }

// Needs tells whether an image has to be kept because of the rollout.
func (r Rollout) Needs(key string) bool {
	return r.FirmwareKey == key && r.InEffect() && r.Status != RolloutRolledBack
}

// Moves tells whether there is something it does by itself.
func (r Rollout) Moves() bool {
	return r.Status == RolloutRunning || r.Status == RolloutRollingBack
}

// GoesBack tells whether it takes back what it installed.
func (r Rollout) GoesBack() bool {
	return r.Status == RolloutRollingBack || r.Status == RolloutRolledBack
}

// WaitsForOne tells whether the current stage does not pass before one of its devices has confirmed, even where none can
// be reached: others follow it.
func (r Rollout) WaitsForOne() bool {
	return r.Stage < len(r.Stages)-1 && r.Stages[r.Stage].Counts.Confirmed == 0 && !r.GoesBack()
}

// Release tells whether a stage has begun, so that its devices may have the image.
func (r Rollout) Release(stage int) bool {
	return stage >= 0 && stage < len(r.Stages) && !r.Stages[stage].Begun.IsZero()
}

// Pending tells whether a device has still to do what the rollout wants of it.
func (r Rollout) Pending(m Member) bool {
	if r.GoesBack() {
		return m.Installed && m.State != MemberFailed && m.State != MemberSkipped
	}
	return m.State == MemberWaiting || m.State == MemberActive
}

// Claims tells whether the rollout says what the device should run, so that an older one does not.
func (r Rollout) Claims(m Member) bool {
	if r.GoesBack() {
		return m.Installed || m.State == MemberReturned
	}
	return r.InEffect() && m.State != MemberSkipped && r.Release(m.Stage)
}

// Trying tells whether the device has an open attempt.
func (m Member) Trying() bool { return m.State == MemberActive || m.State == MemberRetrying }

// On is the device after something became of one of its attempts for the rollout. To forgive an older attempt undoes
// nothing that came after it; a device that was passed over gets its try when that is forgiven.
func (m Member) On(a Attempt) Member {
	if a.Forgiven && !a.Open() && m.Attempt != "" && m.Attempt != a.ID {
		return m
	}
	if a.Forgiven && a.State == StateSkipped && m.State == MemberSkipped {
		again, _ := m.Again(a.Updated)
		return again
	}
	m.Attempt, m.Reason, m.Updated = a.ID, a.Error, a.Updated
	failed := m.State == MemberFailed || m.State == MemberRetrying
	switch {
	case a.Open() && failed:
		m.State = MemberRetrying
	case a.Open():
		m.State = MemberActive
	case a.State == StateConfirmed && a.Returns:
		m.State, m.Installed = MemberReturned, false
	case a.State == StateConfirmed:
		m.State, m.Installed = MemberConfirmed, true
		if a.FromKey != a.FirmwareKey {
			m.Former = a.FromKey
		}
	case a.State == StateSkipped:
		m.State = MemberSkipped
	case a.Bad() || failed:
		m.State = MemberFailed
	case m.Installed:
		m.State = MemberConfirmed
	default:
		m.State = MemberWaiting
	}
	return m
}

// Record counts a device's change from one state to another, and halts the rollout when too many of a stage have
// failed. A device that is new to it has the zero Member before.
func (r Rollout) Record(before, after Member, now time.Time) Rollout {
	if after.Stage >= len(r.Stages) {
		return r
	}
	return r.Recount(before, after).guard(after.Stage, now)
}

// Recount counts a device's change and nothing else.
func (r Rollout) Recount(before, after Member) Rollout {
	r = r.clone()
	stage := &r.Stages[after.Stage]
	if before.DeviceID != "" {
		*stage.Counts.of(before.State)--
	}
	*stage.Counts.of(after.State)++
	stage.Excused = min(stage.Excused, stage.Counts.Bad())
	return r
}

// Drop takes a device that is gone out of the counts.
func (r Rollout) Drop(m Member) Rollout {
	if m.Stage >= len(r.Stages) {
		return r
	}
	r = r.clone()
	*r.Stages[m.Stage].Counts.of(m.State)--
	return r
}

// guard halts the rollout if a stage has crossed its failure threshold.
func (r Rollout) guard(index int, now time.Time) Rollout {
	stage := &r.Stages[index]
	counts := stage.Counts
	stage.Excused = min(stage.Excused, counts.Bad())
	bad := counts.Bad() - stage.Excused
	crossed := bad > 0 && bad*100 >= stage.Failure*counts.Fit()
	if crossed && (r.Status == RolloutRunning || r.Status == RolloutFinished) {
		return r.halt(fmt.Sprintf("%d of %d devices of stage %d failed; it halts at %d %%.", counts.Bad(), counts.Fit(), index+1, stage.Failure), now)
	}
	return r
}

func (r Rollout) halt(why string, now time.Time) Rollout {
	r.Status, r.Why, r.Updated, r.Ended = RolloutHalted, why, now, time.Time{}
	return r
}

// clone has stages of its own.
func (r Rollout) clone() Rollout {
	r.Stages = append([]Stage(nil), r.Stages...)
	return r
}
