package ota

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// Who wants a device to run an image, strongest first.
const (
	WishPin     = "pin"     // its owner pinned it to the device
	WishForced  = "forced"  // to be installed once, now
	WishRollout = "rollout" // a rollout has come to the device
	WishGroup   = "group"   // assigned to one of its groups
	WishType    = "type"    // assigned to its type
)

// Target is an image that a device should run.
type Target struct {
	Key, DeviceType, Version string
	Uploaded                 time.Time
	Image                    *Image
	Signed                   bool // by a key that is trusted
	SignedOnly               bool // the owner wants no unsigned image of this type, or on this device
}

// Assigned is an image that is assigned to a group or type of devices.
type Assigned struct {
	*Target
	Name     string    // of the group or type
	Rollback bool      // also where a newer version runs
	Since    time.Time // it was assigned then
}

// Joined is a rollout that has a device.
type Joined struct {
	Rollout Rollout
	Member  Member
	Target  *Target // what it brings
	Former  *Target // what the device ran before; nil = not known or not stored any more
}

// wish is an image that somebody wants a device to run.
type wish struct {
	*Target
	by       string
	rollout  *Joined // of WishRollout
	rollback bool    // also in place of a newer version
	hold     string  // why it is not offered now, in words; "" = it may be
	reason   string  // of the hold, a machine word
}

// wish is the strongest wish there is, and what a rollout that has not come to the device yet says of that.
func (in Input) wish() (*wish, *Decision) {
	var later *Decision
	switch {
	case in.Pinned != nil && in.Forced != nil && in.Forced.Key == in.Pinned.Key:
		return &wish{Target: in.Forced, by: WishForced, rollback: true}, nil
	case in.Pinned != nil:
		return &wish{Target: in.Pinned, by: WishPin, rollback: true}, nil
	case in.Forced != nil:
		return &wish{Target: in.Forced, by: WishForced, rollback: true}, nil
	}
	for i := range in.Rollouts {
		if in.superseded(&in.Rollouts[i].Rollout) {
			continue
		}
		w, says := in.Rollouts[i].wish()
		if w != nil {
			w, lost := w.furtherBack(in.Rollouts[i+1:])
			return w, cmp.Or(lost, later)
		}
		if later == nil {
			later = says
		}
	}
	switch {
	case in.ByGroup != nil:
		return &wish{Target: in.ByGroup.Target, by: WishGroup, rollback: in.ByGroup.Rollback}, later
	case in.ByType != nil:
		return &wish{Target: in.ByType.Target, by: WishType, rollback: in.ByType.Rollback}, later
	}
	return nil, later
}

// superseded tells whether a rollout has come to its end before a person assigned something to the device's group or
// type: what was said last holds then.
func (in Input) superseded(r *Rollout) bool {
	assigned := cmp.Or(in.ByGroup, in.ByType)
	over := r.Status == RolloutFinished || r.Status == RolloutRolledBack
	return over && assigned != nil && assigned.Since.After(r.Ended)
}

// wish is what a rollout wants of its device now, or what it says about later.
func (j *Joined) wish() (*wish, *Decision) {
	r, m := &j.Rollout, &j.Member
	switch {
	case !r.InEffect():
		return nil, nil
	case r.GoesBack():
		return j.wayBack()
	case m.State == MemberSkipped:
		skipped := no(ReasonSkipped, fmt.Sprintf("Rollout “%s” passes it over: %s", r.Name, m.Reason))
		return nil, &skipped
	case !r.Release(m.Stage):
		waits := no(ReasonWaitsForStage, fmt.Sprintf("It is in stage %d of %d of rollout “%s”, which has not begun.", m.Stage+1, len(r.Stages), r.Name))
		return nil, &waits
	}
	w := &wish{Target: j.Target, by: WishRollout, rollout: j, rollback: r.Rollback}
	switch r.Status {
	case RolloutPaused:
		w.reason, w.hold = ReasonRolloutPaused, fmt.Sprintf("Rollout “%s” is paused.", r.Name)
	case RolloutHalted:
		w.reason, w.hold = ReasonRolloutHalted, fmt.Sprintf("Rollout “%s” is halted. %s", r.Name, r.Why)
	}
	return w, nil
}

// wayBack wants the former image of a device that has the rollout's, and keeps it there.
func (j *Joined) wayBack() (*wish, *Decision) {
	if !j.Member.Installed && j.Member.State != MemberReturned {
		return nil, nil
	}
	if j.Former == nil {
		lost := no(ReasonNoFormer, fmt.Sprintf("Rollout “%s” goes back, but the image it ran before is not known or not stored here.", j.Rollout.Name))
		lost.Rollout, lost.Returns, lost.Skip = j.Rollout.ID, true, j.Member.State != MemberSkipped
		return nil, &lost
	}
	return &wish{Target: j.Former, by: WishRollout, rollout: j, rollback: true}, nil
}

// furtherBack follows older rollouts that are taken back, too: what a device has gone back to may be what one of them
// brought, and then it goes on to what it ran before that.
func (w *wish) furtherBack(older []Joined) (*wish, *Decision) {
	for i := range older {
		joined := &older[i]
		if w.rollout.Member.State != MemberReturned {
			break
		}
		if !joined.Rollout.GoesBack() || joined.Rollout.FirmwareKey != w.Key {
			continue
		}
		further, lost := joined.wayBack()
		switch {
		case lost != nil:
			return w, lost
		case further != nil:
			w = further
		}
	}
	return w, nil
}

// older tells whether an image is older than another of its type: by version where both are of the same form, else
// by upload, because 2.5.0 and 20261125.120000 do not compare.
func older(a, b *Target) bool {
	if timed(a.Version) == timed(b.Version) {
		return CompareVersions(a.Version, b.Version) < 0
	}
	return a.Uploaded.Before(b.Uploaded)
}

// timed tells whether a version is a time of upload, as NewVersion makes them.
func timed(version string) bool {
	_, err := time.Parse(versionTime, version)
	return err == nil
}

// Prospects are the images that a device should run now or will be offered by a rollout that has it, so that patches for
// them can be made before they are offered. What it cannot run or has been given up is left out.
func Prospects(in Input, now time.Time) []*Target {
	var targets []*Target
	if wanted := Decide(in, now).Wanted; wanted != nil {
		targets = append(targets, wanted)
	}
	for _, joined := range in.Rollouts {
		target := joined.Target
		if joined.Rollout.GoesBack() {
			target = joined.Former
		}
		if in.Approved && target != nil && joined.Rollout.Pending(joined.Member) {
			targets = append(targets, target)
		}
	}
	return slices.DeleteFunc(targets, func(target *Target) bool {
		return !Fits(target.Image, in.Chip, in.SlotSize)
	})
}
