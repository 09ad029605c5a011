package ota_test

import (
	"fmt"
	"time"

	"personalcms/ota"
)

const rolloutID = "r"

// become notes what became of an attempt, for its board and its rollout.
func (f *fleet) become(g *gadget, at int, next ota.Attempt) {
	before := g.attempts[at]
	g.attempts[at] = next
	if before.State == next.State && next.Offered.Before(f.now) {
		return
	}
	if before.State != next.State && next.State == ota.StateConfirmed {
		g.key = next.FirmwareKey
	}
	if g.forced != nil && next.UpdateType == ota.UpdateForced && !next.Open() && next.State != ota.StateDeferred {
		g.forced = nil
	}
	g.open = false
	for i := range g.attempts {
		g.open = g.open || g.attempts[i].Open()
	}
	if next.Rollout == rolloutID && g.member.DeviceID != "" {
		f.record(g, g.member.On(next))
	}
}

// record counts a board's change.
func (f *fleet) record(g *gadget, after ota.Member) {
	f.rollout = f.rollout.Record(g.member, after, f.now)
	g.member = after
	f.checkMember(after)
}

// input is what the server decides on.
func (f *fleet) input(g *gadget, in ota.CheckIn) ota.Input {
	input := ota.Input{
		Approved: true, DeviceType: g.deviceType, Chip: g.chip, SlotSize: g.slot, ImageSHA256: in.ImageSHA256,
		RunningKey: g.key, Running: f.images[g.key], OnTrial: in.State == "pending_verify",
		Battery: g.battery, LowBattery: 20, Window: g.window, Zone: g.zone, Forced: g.forced, Pinned: g.pinned,
		ByType: f.byType, Attempts: g.attempts,
	}
	if g.member.DeviceID != "" {
		input.Rollouts = []ota.Joined{{Rollout: f.rollout, Member: g.member, Target: f.images["T_2"], Former: f.images[g.member.Former]}}
	}
	return input
}

// check is one update check of a board.
func (f *fleet) check(g *gadget) {
	in := g.checkIn()
	for i := range g.attempts {
		if g.attempts[i].Open() || i == len(g.attempts)-1 {
			f.become(g, i, g.attempts[i].OnCheckIn(in, f.now))
		}
	}
	decision := ota.Decide(f.input(g, in), f.now)
	f.checkDecision(g, decision)
	if decision.Reason == ota.ReasonWindow {
		g.wake = g.window.Opens(f.now.In(g.zone)).Add(f.within(time.Hour))
	}
	current := f.settle(g, decision)
	switch {
	case decision.Skip:
		skipped := f.attempt(g, decision, decision.Wanted)
		f.start(g, skipped.End(ota.StateSkipped, decision.Message, f.now))
	case decision.Offer != nil && current < 0:
		current = f.start(g, f.attempt(g, decision, decision.Offer))
	}
	if current >= 0 && g.phase == idle {
		f.begin(g, current)
	}
}

// settle ends the open attempts that a decision does not go on with, and is the one it does; -1 if there is none.
func (f *fleet) settle(g *gadget, d ota.Decision) int {
	current := -1
	for i := range g.attempts {
		at := g.attempts[i]
		switch {
		case !at.Open():
		case d.Offer != nil && at.FirmwareKey == d.Offer.Key && at.UpdateType == d.UpdateType && at.Rollout == d.Rollout && at.Returns == d.Returns:
			current = i
		case d.Offer == nil && at.Running():
		case d.Waits:
			f.become(g, i, at.End(ota.StateDeferred, d.Message, f.now))
		default:
			f.become(g, i, at.End(ota.StateCancelled, d.Message, f.now))
		}
	}
	return current
}

// attempt is a new one at an image; nil is one that is not stored any more.
func (f *fleet) attempt(g *gadget, d ota.Decision, image *ota.Target) ota.Attempt {
	at := ota.Attempt{
		ID: fmt.Sprint(g.id, "-", len(g.attempts)), DeviceID: g.id, UpdateType: d.UpdateType, Rollout: d.Rollout, Returns: d.Returns,
		FromKey: g.key, State: ota.StateOffered, Offered: f.now, Updated: f.now,
	}
	if image != nil {
		at.FirmwareKey, at.Version, at.ImageSHA256, at.Size = image.Key, image.Version, image.Image.ImageSHA256, image.Image.Size
	}
	return at
}

// start keeps a new attempt.
func (f *fleet) start(g *gadget, at ota.Attempt) int {
	g.attempts = append(g.attempts, at)
	f.become(g, len(g.attempts)-1, at)
	return len(g.attempts) - 1
}

// tick is what the server does from time to time, and what happens to the fleet.
func (f *fleet) tick(step time.Duration) {
	f.now = f.now.Add(step)
	for _, g := range f.gadgets {
		for i := range g.attempts {
			if g.open {
				f.become(g, i, g.attempts[i].OnTime(f.now))
			}
		}
	}
	if !f.calm {
		f.happen()
	}
	f.enter()
	f.rollout = f.rollout.Advance(f.away(), f.now)
	f.seen[f.rollout.Status] = true
	f.checkCounts()
	for _, g := range f.gadgets {
		if !f.now.Before(g.wake) && g.reachable(f.now) {
			f.live(g)
		}
	}
}

// happen lets boards come, be deleted, be forced.
func (f *fleet) happen() {
	if f.is(0.05) {
		for range 1 + len(f.gadgets)/200 {
			f.join()
		}
	}
	if f.is(0.02) && len(f.gadgets) > 2 {
		f.remove(f.random.IntN(len(f.gadgets)))
	}
	if f.is(0.02) && len(f.gadgets) > 0 {
		g := f.gadgets[f.random.IntN(len(f.gadgets))]
		g.forced = f.images[[]string{"T_1", "T_2", "U_1"}[f.random.IntN(3)]]
	}
}

// remove deletes a board.
func (f *fleet) remove(i int) {
	g := f.gadgets[i]
	if g.member.DeviceID != "" {
		f.rollout = f.rollout.Drop(g.member)
		if g.had {
			f.offered[g.stage]--
		}
	}
	f.gadgets = append(f.gadgets[:i], f.gadgets[i+1:]...)
}

// enter takes those that are meant and not in the rollout yet.
func (f *fleet) enter() {
	if !f.stale || !f.rollout.InEffect() {
		return
	}
	f.stale = false
	var boards []ota.Board
	outside := map[string]*gadget{}
	for _, g := range f.gadgets {
		board := ota.Board{ID: g.id, DeviceType: g.deviceType, Version: g.runs.Version, Chip: g.chip, Groups: g.groups, LastSeen: f.now}
		if g.member.DeviceID == "" && f.rollout.Filter.Matches(board, f.now) {
			boards = append(boards, board)
			outside[g.id] = g
		}
	}
	before := f.rollout
	var members []ota.Member
	f.rollout, members = f.rollout.Enter(boards, f.now)
	f.meant = max(f.meant, len(boards)+sum(sizes(before)))
	f.checkEntry(boards, members)
	for _, m := range members {
		outside[m.DeviceID].member, outside[m.DeviceID].stage = m, m.Stage
	}
}

// away are, by stage, those that have something to do and cannot be reached or follow a stronger wish.
func (f *fleet) away() []int {
	away := make([]int, len(f.rollout.Stages))
	for _, g := range f.gadgets {
		stronger := g.pinned != nil || g.forced != nil
		if g.member.DeviceID != "" && f.rollout.Pending(g.member) && (stronger || !g.reachable(f.now)) {
			away[g.member.Stage]++
		}
	}
	return away
}

// run lets time pass.
func (f *fleet) run(days float64, step time.Duration) {
	for end := f.now.Add(time.Duration(days * 24 * float64(time.Hour))); f.now.Before(end); {
		f.tick(step)
	}
}
