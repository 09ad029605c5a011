package ota

import (
	"cmp"
	"fmt"
	"time"
)

// Why an image is or is not offered.
const (
	ReasonUpdateAvailable  = "update_available"
	ReasonNotApproved      = "not_approved"
	ReasonOnTrial          = "on_trial"
	ReasonNoAssignment     = "no_assignment"
	ReasonAlreadyInstalled = "already_installed"
	ReasonWrongChip        = "wrong_chip"
	ReasonTooLarge         = "too_large"
	ReasonOlder            = "older"
	ReasonUnsigned         = "unsigned"
	ReasonBackOff          = "back_off"  // it failed a short while ago
	ReasonCoolDown         = "cool_down" // it failed too often; for a day
	ReasonGivenUp          = "given_up"  // it waits for a person
	ReasonWindow           = "window"
	ReasonLowBattery       = "low_battery"
	ReasonWaitsForStage    = "waits_for_stage"
	ReasonRolloutPaused    = "rollout_paused"
	ReasonRolloutHalted    = "rollout_halted"
	ReasonSkipped          = "skipped"   // a rollout passes the device over
	ReasonNoFormer         = "no_former" // it cannot go back
)

// How an offered image relates to what the device runs.
const (
	UpdateSameType      = "same_type"
	UpdateCrossFirmware = "cross_firmware"
	UpdateForced        = "forced"
	UpdateRollback      = "rollback"
)

// defaultChip is what a device runs on that never said: firmware 2.4.x exists for the ESP32 alone.
const defaultChip = "esp32"

// Input is all that a decision rests on.
type Input struct {
	Approved         bool
	DeviceType, Chip string
	SlotSize         int64   // bytes, 0 = not known
	ImageSHA256      string  // of the running image, lower-case hex; "" = not known
	RunningKey       string  // as far as known
	Running          *Target // the same with its image; nil = not known or not stored
	OnTrial          bool    // the running image is not confirmed yet

	Battery, LowBattery float64        // percent; a device without one has 100. Below the second nothing is installed
	Window              Window         // when something may be installed
	Zone                *time.Location // of the device, never nil

	Forced, Pinned  *Target
	Rollouts        []Joined // that have the device, newest first
	ByGroup, ByType *Assigned
	Attempts        []Attempt // of this device, oldest first
}

// Decision says what to install, or why nothing.
type Decision struct {
	Offer      *Target   // nil = nothing
	UpdateType string    // with an offer
	Wish       string    // who wants it: WishPin …; "" = nobody wants anything
	Rollout    string    // id of the rollout that wants it, "" = none
	Returns    bool      // that rollout is being taken back
	Wanted     *Target   // what is wanted, offered or not; nil = nothing
	Reason     string    // machine word
	Message    string    // the same for a person
	Waits      bool      // it only has to wait: nothing is wrong with image or device
	Skip       bool      // the rollout has to pass the device over
	Until      time.Time // when the wait or pause ends by itself; zero = not by itself, or nobody knows
}

// Decide says what a device should install now: what is pinned to it, else what is forced, else what a rollout
// brings, else what is assigned to one of its groups, else to its type; an assignment made after a rollout came to its
// end is stronger than that. It is never what the device runs already (but
// where forced), what its chip cannot run, what does not fit its slot, what is older than what it runs (but where that
// is asked for), what is unsigned where only signed firmware is allowed, or what it has failed at too often; and only
// in its window and with a good battery. A forced update is a person's word for now and does not wait for the window.
func Decide(in Input, now time.Time) Decision {
	switch {
	case !in.Approved:
		return no(ReasonNotApproved, "Its owner has not approved this device yet.")
	case in.OnTrial:
		return no(ReasonOnTrial, "It is trying out the image it installed last.")
	}
	w, later := in.wish()
	switch {
	case later != nil && (w == nil || later.Skip):
		return *later
	case w == nil:
		return no(ReasonNoAssignment, "No firmware is assigned to it, to its groups or to its type.")
	}
	decision := in.judge(w, now)
	if decision.Reason == ReasonAlreadyInstalled && later != nil {
		decision.Reason, decision.Message = later.Reason, decision.Message+" "+later.Message
	}
	decision.Wish, decision.Wanted = w.by, w.Target
	if w.rollout != nil {
		decision.Rollout, decision.Returns = w.rollout.Rollout.ID, w.rollout.Rollout.GoesBack()
	}
	return decision
}

// judge says whether a wish can be granted now.
func (in Input) judge(w *wish, now time.Time) Decision {
	pending := w.by == WishRollout && w.rollout.Rollout.Pending(w.rollout.Member)
	if decision, refused := in.unfit(w); refused {
		decision.Skip = pending
		return decision
	}
	if w.hold != "" {
		return wait(w.reason, w.hold)
	}
	if decision, refused := history(in.Attempts, w, in.Zone, now); refused {
		decision.Skip = pending && decision.Reason == ReasonGivenUp && !w.rollout.Member.Trying()
		return decision
	}
	local := now.In(in.Zone)
	switch {
	case in.Battery < in.LowBattery:
		return wait(ReasonLowBattery, fmt.Sprintf("%s waits until its battery has %.0f %%; it has %.0f %%.", w.Version, in.LowBattery, in.Battery))
	case w.by != WishForced && !in.Window.Open(local):
		opens := in.Window.Opens(local)
		waits := wait(ReasonWindow, fmt.Sprintf("%s waits for its window %s, which opens %s.", w.Version, in.Window.Words(), moment(opens, local)))
		waits.Until = opens
		return waits
	}
	return Decision{
		Offer: w.Target, UpdateType: in.updateType(w), Reason: ReasonUpdateAvailable,
		Message: "Update to " + w.Version + " is offered at its next check.",
	}
}

// unfit refuses an image that the device cannot have, or need not.
func (in Input) unfit(w *wish) (Decision, bool) {
	chip := cmp.Or(in.Chip, defaultChip)
	switch {
	case w.Image.Chip != chip:
		return no(ReasonWrongChip, fmt.Sprintf("%s is for an %s; chip %s needs another image.", w.Key, w.Image.Chip, chip)), true
	case !FitsSlot(w.Image, in.SlotSize):
		return no(ReasonTooLarge, fmt.Sprintf("%s has %d bytes, its update slot only %d.", w.Key, w.Image.Size, in.SlotSize)), true
	case w.by != WishForced && in.runs(w.Target):
		return no(ReasonAlreadyInstalled, "It runs "+w.Version+", as it should."), true
	case !w.rollback && in.newer(w.Target):
		return no(ReasonOlder, fmt.Sprintf("It runs %s, which is newer than %s. It goes back only where that is asked for.", in.Running.Version, w.Version)), true
	case w.SignedOnly && !w.Signed:
		return no(ReasonUnsigned, w.Key+" is not signed by a trusted key, and only signed firmware is allowed here."), true
	}
	return Decision{}, false
}

func no(reason, message string) Decision { return Decision{Reason: reason, Message: message} }

func wait(reason, message string) Decision {
	return Decision{Reason: reason, Message: message, Waits: true}
}

// moment is a time as a person writes it beside another: the clock alone on the same day.
func moment(at, now time.Time) string {
	if at.Format(time.DateOnly) == now.Format(time.DateOnly) {
		return "at " + at.Format("15:04")
	}
	return "on " + at.Format("2 January at 15:04")
}

// runs believes the digest a device names before anything the server has concluded.
func (in Input) runs(target *Target) bool {
	if in.ImageSHA256 != "" {
		return in.ImageSHA256 == target.Image.ImageSHA256
	}
	return in.RunningKey == target.Key
}

// newer tells whether the device runs a newer image of the type.
func (in Input) newer(target *Target) bool {
	return in.Running != nil && in.runs(in.Running) && in.Running.DeviceType == target.DeviceType && older(target, in.Running)
}

func (in Input) updateType(w *wish) string {
	switch {
	case w.by == WishForced:
		return UpdateForced
	case w.DeviceType != in.DeviceType:
		return UpdateCrossFirmware
	case in.newer(w.Target):
		return UpdateRollback
	}
	return UpdateSameType
}
