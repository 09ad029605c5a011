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
	ReasonCoolDown         = "cool_down"
	ReasonGivenUp          = "given_up"
	ReasonUnsigned         = "unsigned"
)

// How an offered image relates to what the device runs.
const (
	UpdateSameType      = "same_type"
	UpdateCrossFirmware = "cross_firmware"
	UpdateForced        = "forced"
	UpdateRollback      = "rollback"
)

// badSignature is what a device says of an image that is not signed by the key it has pinned (PROTOCOL §6).
const badSignature = "bad_signature"

// maxDownloads is how often one image is downloaded completely without coming to run.
const maxDownloads = 2

// backOff is how long a device waits after each failure of one image; after the last it waits for a person.
var backOff = []time.Duration{2 * time.Minute, 10 * time.Minute, time.Hour}

// defaultChip is what a device runs on that never said: firmware 2.4.x exists for the ESP32 alone.
const defaultChip = "esp32"

// Target is an image that a device should run.
type Target struct {
	Key, DeviceType, Version string
	Image                    *Image
	Signed                   bool // by a key that is trusted
	SignedOnly               bool // the owner wants no unsigned image of this type, or on this device
}

// Input is all that a decision rests on.
type Input struct {
	Approved                   bool
	DeviceType, Chip           string
	SlotSize                   int64  // bytes, 0 = not known
	ImageSHA256                string // of the running image, lower-case hex; "" = not known
	RunningKey, RunningVersion string // as far as known
	OnTrial                    bool   // the running image is not confirmed yet
	Forced, Pinned, ByType     *Target
	Attempts                   []Attempt // of this device, oldest first
}

// Decision says what to install, or why nothing.
type Decision struct {
	Offer      *Target // nil = nothing
	UpdateType string  // with an offer
	Reason     string  // machine word
	Message    string  // the same for a person
}

// Decide says what a device should install now: what was forced, else what was pinned to it, else
// what is assigned to its type; never what it runs already, what its chip cannot run, what does not
// fit its slot, what is unsigned where only signed firmware is allowed, or what it has failed at too often.
func Decide(in Input, now time.Time) Decision {
	target := cmp.Or(in.Forced, in.Pinned, in.ByType)
	switch {
	case !in.Approved:
		return no(ReasonNotApproved, "Its owner has not approved this device yet.")
	case in.OnTrial:
		return no(ReasonOnTrial, "It is trying out the image it installed last.")
	case target == nil:
		return no(ReasonNoAssignment, "No firmware is assigned to it or to its type.")
	}
	chip := cmp.Or(in.Chip, defaultChip)
	switch {
	case target.Image.Chip != chip:
		return no(ReasonWrongChip, fmt.Sprintf("%s is for an %s, this device is an %s.", target.Key, target.Image.Chip, chip))
	case !FitsSlot(target.Image, in.SlotSize):
		return no(ReasonTooLarge, fmt.Sprintf("%s has %d bytes, its update slot only %d.", target.Key, target.Image.Size, in.SlotSize))
	case in.Forced == nil && in.runs(target):
		return no(ReasonAlreadyInstalled, "It runs "+target.Version+", as it should.")
	case target.SignedOnly && !target.Signed:
		return no(ReasonUnsigned, target.Key+" is not signed by a trusted key, and only signed firmware is allowed here.")
	}
	if refusal, refused := history(in.Attempts, target, now); refused {
		return refusal
	}
	return Decision{
		Offer: target, UpdateType: in.updateType(target), Reason: ReasonUpdateAvailable,
		Message: "Update to " + target.Version + " is offered at its next check.",
	}
}

func no(reason, message string) Decision { return Decision{Reason: reason, Message: message} }

// runs believes the digest a device names before anything the server has concluded.
func (in Input) runs(target *Target) bool {
	if in.ImageSHA256 != "" {
		return in.ImageSHA256 == target.Image.ImageSHA256
	}
	return in.RunningKey == target.Key
}

func (in Input) updateType(target *Target) string {
	switch {
	case target == in.Forced:
		return UpdateForced
	case target.DeviceType != in.DeviceType:
		return UpdateCrossFirmware
	case in.RunningKey == FirmwareKey(in.DeviceType, in.RunningVersion) && CompareVersions(target.Version, in.RunningVersion) < 0:
		return UpdateRollback
	}
	return UpdateSameType
}

// history refuses an image that this device has failed at: for a while after each failure, until a
// person says otherwise after the last, after a roll-back, and after two complete downloads that
// came to nothing.
func history(attempts []Attempt, target *Target, now time.Time) (Decision, bool) {
	failures, downloads := 0, 0
	var last Attempt
	for _, attempt := range attempts {
		if attempt.FirmwareKey != target.Key || attempt.Forgiven {
			continue
		}
		switch attempt.State {
		case StateConfirmed:
			failures, downloads = 0, 0
			continue
		case StateRolledBack:
			return no(ReasonGivenUp, fmt.Sprintf("%s was installed and the device went back to its former image. It is not offered again until you say so.", target.Version)), true
		case StateFailed:
			failures, last = failures+1, attempt
		}
		downloads += attempt.CompleteDownloads
	}
	switch {
	case downloads >= maxDownloads:
		return no(ReasonGivenUp, fmt.Sprintf("%s was downloaded completely %d times and never came to run. It is not offered again until you say so.", target.Version, downloads)), true
	case failures > len(backOff):
		return no(ReasonGivenUp, fmt.Sprintf("%s failed %d times: %s. It is not offered again until you say so.", target.Version, failures, reasonOf(last))), true
	case failures > 0:
		if until := last.Ended.Add(backOff[failures-1]); now.Before(until) {
			wait := until.Sub(now).Round(time.Minute)
			return no(ReasonCoolDown, fmt.Sprintf("%s failed: %s. It is offered again in %d min.", target.Version, reasonOf(last), max(1, int(wait.Minutes())))), true
		}
	}
	return Decision{}, false
}

func reasonOf(attempt Attempt) string {
	if attempt.Error == badSignature {
		return "its signature is missing, or not by the key that the device remembers"
	}
	return cmp.Or(attempt.Error, "the device did not say why")
}
