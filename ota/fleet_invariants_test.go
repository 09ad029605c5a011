package ota_test

import (
	"slices"
	"strings"
	"time"

	"personalcms/ota"
)

// checkDecision looks whether a board may be offered what it is.
func (f *fleet) checkDecision(g *gadget, d ota.Decision) {
	if !strings.HasSuffix(d.Message, ".") || strings.Contains(d.Message, "%!") || d.Reason == "" {
		f.fatal("%s is told %q (%s)", g.id, d.Message, d.Reason)
	}
	if d.Skip && (d.Offer != nil || d.Rollout != rolloutID) {
		f.fatal("%s is passed over and offered something, or by nobody: %+v", g.id, d)
	}
	if d.Offer == nil {
		return
	}
	image := d.Offer.Image
	switch {
	case image.Chip != g.chip:
		f.fatal("%s with %s is offered an image for %s", g.id, g.chip, image.Chip)
	case g.slot > 0 && image.Size > g.slot:
		f.fatal("%s with a slot of %d bytes is offered %d", g.id, g.slot, image.Size)
	case g.battery < 20:
		f.fatal("%s is offered something with a battery of %.0f %%", g.id, g.battery)
	case g.trial:
		f.fatal("%s is offered something on trial", g.id)
	case d.Wish != ota.WishForced && !g.window.Open(f.now.In(g.zone)):
		f.fatal("%s is offered something outside its window %s", g.id, g.window.Words())
	case d.Wish == ota.WishRollout:
		f.checkOffer(g, d)
	}
}

// checkOffer looks whether the rollout may offer something, and not to more than a stage's share.
func (f *fleet) checkOffer(g *gadget, d ota.Decision) {
	r, m := f.rollout, g.member
	if d.Returns {
		if !r.GoesBack() || d.Offer.Key != m.Former {
			f.fatal("%s goes back to %s, ran %q before", g.id, d.Offer.Key, m.Former)
		}
		return
	}
	switch {
	case r.Status != ota.RolloutRunning && r.Status != ota.RolloutFinished:
		f.fatal("%s is offered something", g.id)
	case d.Offer.Key != r.FirmwareKey:
		f.fatal("%s is offered %s", g.id, d.Offer.Key)
	case m.Stage > r.Stage || r.Stages[m.Stage].Begun.IsZero():
		f.fatal("%s of stage %d is offered something", g.id, m.Stage)
	case m.State == ota.MemberSkipped:
		f.fatal("%s was passed over and is offered something", g.id)
	}
	if g.had {
		return
	}
	g.had = true
	f.offered[g.stage]++
	for i, stage := range r.Stages {
		if most := ota.Share(stage.Percent, f.meant) + f.ofGroups(i); stage.Group == "" && sum(f.offered[:i+1]) > most {
			f.fatal("%d devices of stages up to %d were offered something, of %d meant no more than %d may", sum(f.offered[:i+1]), i, f.meant, most)
		}
	}
}

// ofGroups are the devices of the stages for groups up to one.
func (f *fleet) ofGroups(last int) int {
	all := 0
	for i, stage := range f.rollout.Stages[:last+1] {
		if stage.Group != "" {
			all += f.offered[i]
		}
	}
	return all
}

// checkEntry looks whether those that came in have their share and nobody else's.
func (f *fleet) checkEntry(boards []ota.Board, members []ota.Member) {
	groups := map[string][]string{}
	for _, board := range boards {
		groups[board.ID] = board.Groups
	}
	now, whole := sizes(f.rollout), 0
	for _, m := range members {
		stage := f.rollout.Stages[m.Stage]
		first := slices.IndexFunc(f.rollout.Stages, func(s ota.Stage) bool {
			return s.Group != "" && slices.Contains(groups[m.DeviceID], s.Group)
		})
		switch {
		case first >= 0 && first != m.Stage:
			f.fatal("%s of %v came into stage %d", m.DeviceID, groups[m.DeviceID], m.Stage)
		case first < 0 && (stage.Group != "" || sum(now[:m.Stage+1]) > ota.Share(stage.Percent, f.meant)):
			f.fatal("%s came into stage %d, of %v", m.DeviceID, m.Stage, now)
		}
	}
	for _, stage := range f.rollout.Stages {
		whole = max(whole, stage.Percent)
	}
	if whole == 100 && len(members) != len(boards) {
		f.fatal("%d of %d found a place", len(members), len(boards))
	}
}

// checkMember looks whether a device that has changed is in order, and whether its stage has halted the rollout if it
// has too many failures.
func (f *fleet) checkMember(m ota.Member) {
	if has := m.State == ota.MemberConfirmed; has && !m.Installed || m.Installed && (m.State == ota.MemberReturned || m.State == ota.MemberWaiting) {
		f.fatal("%s is %s, installed %v", m.DeviceID, m.State, m.Installed)
	}
	stage := f.rollout.Stages[m.Stage]
	bad, fit := stage.Counts.Failed+stage.Counts.Retrying, stage.Counts.All()-stage.Counts.Skipped
	crossed := bad > stage.Excused && (bad-stage.Excused)*100 >= stage.Failure*fit
	if crossed && (f.rollout.Status == ota.RolloutRunning || f.rollout.Status == ota.RolloutFinished) {
		f.fatal("%d of %d failed, %d excused, at %d %%", bad, fit, stage.Excused, stage.Failure)
	}
}

// checkCounts counts the devices anew.
func (f *fleet) checkCounts() {
	counts := make([]ota.Counts, len(f.rollout.Stages))
	for _, g := range f.gadgets {
		m := g.member
		if m.DeviceID == "" {
			continue
		}
		if m.Stage != g.stage {
			f.fatal("%s went from stage %d to %d", g.id, g.stage, m.Stage)
		}
		if m.Trying() && !g.open {
			f.fatal("%s is %s and has no open attempt", g.id, m.State)
		}
		c := &counts[m.Stage]
		switch m.State {
		case ota.MemberWaiting:
			c.Waiting++
		case ota.MemberActive:
			c.Active++
		case ota.MemberConfirmed:
			c.Confirmed++
		case ota.MemberFailed:
			c.Failed++
		case ota.MemberRetrying:
			c.Retrying++
		case ota.MemberSkipped:
			c.Skipped++
		case ota.MemberReturned:
			c.Returned++
		}
	}
	for i, stage := range f.rollout.Stages {
		if stage.Counts != counts[i] || stage.Excused < 0 {
			f.fatal("stage %d counts %+v, there are %+v, %d excused", i, stage.Counts, counts[i], stage.Excused)
		}
	}
	if ended := f.ended() && f.rollout.Status != ota.RolloutHalted; ended == f.rollout.Ended.IsZero() {
		f.fatal("it ended %v", f.rollout.Ended)
	}
}

// ended tells whether the rollout does nothing more by itself.
func (f *fleet) ended() bool {
	switch f.rollout.Status {
	case ota.RolloutFinished, ota.RolloutHalted, ota.RolloutRolledBack, ota.RolloutCancelled:
		return true
	}
	return false
}

// checkClosed looks whether an attempt is left open: for longer than all its time limits together, or at all where the
// rollout wants nothing any more.
func (f *fleet) checkClosed() {
	const limits = (24 + 2 + 2) * time.Hour
	still := f.rollout.Status == ota.RolloutHalted || f.rollout.Status == ota.RolloutCancelled
	for _, g := range f.gadgets {
		for _, at := range g.attempts {
			if at.Open() && at.Rollout == rolloutID && (still || f.now.Sub(at.Offered) > limits+time.Hour) {
				f.fatal("%s has an attempt that is %s since %s", g.id, at.State, at.Updated)
			}
		}
	}
}

// checkWentBack looks whether every device that had the image runs its former one, or is named as one that cannot.
func (f *fleet) checkWentBack() {
	for _, g := range f.gadgets {
		m := g.member
		if !m.Installed && m.State != ota.MemberReturned || g.pinned != nil || g.forced != nil || !g.reachable(f.now) {
			continue
		}
		switch {
		case m.State == ota.MemberReturned && g.runs.Key == m.Former:
		case (m.State == ota.MemberSkipped || m.State == ota.MemberFailed) && m.Reason != "":
		default:
			f.fatal("%s is %s (%s), runs %s, ran %s before", g.id, m.State, m.Reason, g.runs.Key, m.Former)
		}
	}
}
