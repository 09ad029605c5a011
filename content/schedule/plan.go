package schedule

import (
	"slices"
	"time"
)

// timed is an entry made ready for comparing.
type timed struct {
	Entry
	pictures []string // of an album
	hours    []hours
	always   bool // it has no windows
	playable bool // there is something to draw
	index    int  // in the playlist; Overridden for the override
}

// plan is an input made ready for being asked about many moments. It lives for one call.
type plan struct {
	Input
	entries  []timed
	override timed
	sleeps   []hours   // beside Playlist.Sleep
	hours    []hours   // of all entries, so that a hundred need no hundred slices
	dated    bool      // an entry has a first or last day
	stepped  time.Time // when the anchor stops counting
}

// newPlan reads the input for questions about from and later.
func newPlan(in Input, from time.Time) *plan {
	if in.Zone == nil {
		in.Zone = time.UTC
	}
	p := &plan{Input: in, entries: make([]timed, len(in.Playlist.Entries))}
	windows := len(in.Override.Entry.Windows)
	for i := range in.Playlist.Entries {
		windows += len(in.Playlist.Entries[i].Windows)
	}
	p.hours = make([]hours, 0, windows)
	for i, entry := range in.Playlist.Entries {
		p.entries[i] = p.timed(entry, i)
		p.dated = p.dated || entry.From != "" || entry.Until != ""
	}
	p.override = p.timed(in.Override.Entry, Overridden)
	p.Anchor.At = in.Anchor.At.Truncate(time.Second)
	for _, sleep := range in.Playlist.Sleep {
		h, ok := parseHours(sleep.Window)
		if !ok {
			h.days = 0 // never; Check refuses such hours
		}
		p.sleeps = append(p.sleeps, h)
	}
	p.stepped = p.anchorEnd(from)
	return p
}

// timed makes one entry ready.
func (p *plan) timed(entry Entry, index int) timed {
	t := timed{Entry: entry, index: index, always: len(entry.Windows) == 0}
	if t.Seconds == 0 {
		t.Seconds = DefaultSeconds
	}
	t.Seconds = min(max(t.Seconds, MinSeconds), MaxSeconds)
	switch entry.Kind {
	case KindLayout, KindPicture:
		t.playable = entry.Ref != ""
	case KindAlbum:
		t.pictures = p.Albums[entry.Ref]
		t.playable = len(t.pictures) > 0
	}
	first := len(p.hours)
	for _, window := range entry.Windows {
		if h, ok := parseHours(window); ok {
			p.hours = append(p.hours, h)
		}
	}
	t.hours = p.hours[first:]
	return t
}

// open tells whether the entry may be shown at a moment.
func (t *timed) open(w wall) bool {
	if !t.playable {
		return false
	}
	if t.always {
		return t.runs(w.date)
	}
	for _, h := range t.hours {
		today, yesterday := h.holds(w)
		if today && t.runs(w.date) || yesterday && t.runs(w.eve) {
			return true
		}
	}
	return false
}

// runs tells whether a day is in the entry's range of dates.
func (t *timed) runs(date string) bool {
	return (t.From == "" || date >= t.From) && (t.Until == "" || date <= t.Until)
}

// show is what the entry shows at one of its turns.
func (t *timed) show(turn int64) Show {
	s := Show{Kind: t.Kind, Ref: t.Ref, Index: t.index}
	switch t.Kind {
	case KindPicture:
		s.Picture = t.Ref
	case KindAlbum:
		s.Picture = t.pictures[albumAt(turn, len(t.pictures))]
	}
	return s
}

// albumAt chooses the picture for a turn: all in their order, then all again beginning with another one.
// Were every round the same, an album that is open for an hour a day could show the same few pictures each day
// and the others never: with 96 turns a day and 24 pictures, say. Rounds begin 0.236 (twice the golden
// ratio, less the whole part) of the album after one another, which no rhythm of days keeps up with, and which
// never shows a picture twice in a row.
func albumAt(turn int64, pictures int) int {
	n := int64(pictures)
	if n < 3 {
		return int(floorMod(turn, n))
	}
	const step = 0x3C6EF372FE94F82A // 0.236 of 2⁶⁴
	share := uint64(floorDiv(turn, n)) * step >> 32
	first := int64(share * uint64(n) >> 32)
	return int((first + floorMod(turn, n)) % n)
}

// look reads the wall clock of the device.
func (p *plan) look(t time.Time) wall { return look(t, p.Zone, p.dated) }

// ring lists the entries that take turns at a moment, with those that are broken, and their priority.
// It is empty when no entry is open that can be drawn; broken tells whether one is open that cannot.
func (p *plan) ring(w wall) (members []int, level int, broken bool) {
	for i := range p.entries {
		e := &p.entries[i]
		if (len(members) > 0 && e.Priority <= level) || !e.open(w) {
			continue
		}
		if p.Broken[i] {
			broken = true
			continue
		}
		members, level = append(members, i), e.Priority
	}
	if len(members) == 0 {
		return nil, 0, broken
	}
	members = members[:0]
	for i := range p.entries {
		if e := &p.entries[i]; e.Priority == level && e.open(w) {
			members = append(members, i)
		}
	}
	return members, level, broken
}

// edge is the next moment at which the ring may differ: an entry that matters may open or close, or the
// clock is put forward or back. With no ring every entry matters; broken ones do not beside a ring that has but
// one thing to show.
func (p *plan) edge(w wall, members []int, level int) time.Time {
	ahead := 2 * daySecs
	some := len(members) > 0
	still := some && !p.turns(members)
	for i := range p.entries {
		e := &p.entries[i]
		if !e.playable || some && e.Priority < level || still && p.Broken[i] {
			continue
		}
		if e.From != "" || e.Until != "" {
			ahead = min(ahead, w.secondsTo(0))
			if !e.runs(w.date) && !e.runs(w.eve) {
				continue
			}
		}
		for _, h := range e.hours {
			ahead = min(ahead, h.edge(w))
		}
	}
	if ahead == 2*daySecs {
		return w.change
	}
	return w.in(int64(ahead))
}

// slot finds whose turn it is at a moment: the place in the ring, which turn of the cycle, and when it ends.
func (p *plan) slot(w wall, members []int) (place int, turn int64, end time.Time) {
	total, before := int64(0), int64(0)
	for _, i := range members {
		if i == p.Anchor.Index {
			before = total
		}
		total += int64(p.entries[i].Seconds)
	}
	position := w.shown
	if p.anchored(w.at) {
		position = before + w.at.Unix() - p.Anchor.At.Unix()
		turn = p.Anchor.Turn
	}
	turn += floorDiv(position, total)
	position = floorMod(position, total)
	for position >= int64(p.entries[members[place]].Seconds) {
		position -= int64(p.entries[members[place]].Seconds)
		place++
	}
	return place, turn, w.in(int64(p.entries[members[place]].Seconds) - position)
}

// good moves a place on to the first entry that can be drawn; the ring has one.
func (p *plan) good(members []int, place int, turn int64) (int, int64) {
	for p.Broken[members[place]] {
		if place++; place == len(members) {
			place, turn = 0, turn+1
		}
	}
	return place, turn
}

// anchored tells whether a step by hand counts at a moment.
func (p *plan) anchored(t time.Time) bool {
	return t.Before(p.stepped) && t.Unix() >= p.Anchor.At.Unix()
}

// anchorEnd finds when the anchor stops counting: when the ring differs from what it was at the step, and at
// midnight at the latest. It is zero for an anchor that does not count from then on.
func (p *plan) anchorEnd(from time.Time) time.Time {
	at := p.Anchor.At
	if at.IsZero() || p.Anchor.Playlist != p.Playlist.ID || from.Sub(at) > 26*time.Hour {
		return time.Time{}
	}
	start := p.look(at)
	members, level, _ := p.ring(start)
	if !slices.Contains(members, p.Anchor.Index) {
		return time.Time{}
	}
	for w := start; ; {
		t := sooner(p.edge(w, members, level), w.in(int64(w.secondsTo(0))))
		w = p.look(t)
		if now, _, _ := p.ring(w); w.day() != start.day() || !slices.Equal(now, members) {
			return t
		}
	}
}
