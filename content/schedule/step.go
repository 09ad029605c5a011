package schedule

import (
	"slices"
	"time"
)

// Step is a press of a button that turns the playlist on (by 1) or back (by -1). The anchor it returns is to be kept
// as the device's: from now on the entry that many places on is shown, for its whole time. Entries that are closed
// or broken are passed over. With nothing to turn, the anchor stays as it was. Messages, overrides, absence and
// sleep stay on top: they are not ended by it.
func Step(in Input, now time.Time, by int) Anchor {
	p := newPlan(in, now)
	members, place, turn := p.stand(now)
	if len(members) == 0 {
		return in.Anchor
	}
	var good []int // places
	for i, index := range members {
		if !p.Broken[index] {
			good = append(good, i)
		}
	}
	to, n := int64(slices.Index(good, place))+int64(by), int64(len(good))
	return p.anchor(now, members[good[floorMod(to, n)]], turn+floorDiv(to, n))
}

// Jump puts the playlist at the entry with that index. It is refused for an entry that takes no turns now, being
// closed, broken, of a lower priority or not there; an [Override] shows such a one nevertheless.
func Jump(in Input, now time.Time, index int) (Anchor, bool) {
	p := newPlan(in, now)
	members, _, turn := p.stand(now)
	if !slices.Contains(members, index) || p.Broken[index] {
		return in.Anchor, false
	}
	return p.anchor(now, index, turn), true
}

// stand finds where the playlist stands, whatever lies above it.
func (p *plan) stand(now time.Time) (members []int, place int, turn int64) {
	w := p.look(now)
	if members, _, _ = p.ring(w); len(members) == 0 {
		return nil, 0, 0
	}
	place, turn, _ = p.slot(w, members)
	place, turn = p.good(members, place, turn)
	return members, place, turn
}

func (p *plan) anchor(now time.Time, index int, turn int64) Anchor {
	return Anchor{Playlist: p.Playlist.ID, At: now.UTC().Truncate(time.Second), Index: index, Turn: turn}
}
