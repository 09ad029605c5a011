package schedule

import "time"

// Limits of an entry's duration.
const (
	MinSeconds     = 60
	DefaultSeconds = 900
	MaxSeconds     = 86400
)

// Overridden stands in [Show] for the index of the entry that is shown in place of the playlist. It may be a key
// of [Input.Broken] too.
const Overridden = -1

// outside is the index of what is no entry at all.
const outside = -2

// Further kinds of what a panel shows, beside those of entries.
const (
	KindMessage = "message"
	KindNight   = "night"
	KindKeep    = "keep"    // what was drawn last stays
	KindNothing = "nothing" // the playlist has nothing for this moment: draw the default layout
)

// Layer says which rule chose what is shown.
type Layer string

// The layers.
const (
	ByMessage  Layer = "message"
	ByOverride Layer = "override"
	ByAway     Layer = "away"
	BySleep    Layer = "sleep"
	ByPlaylist Layer = "playlist"
)

// Input is all that a decision follows from, beside the time. It is only read.
type Input struct {
	Playlist Playlist
	Zone     *time.Location      // of the device; nil is UTC
	Albums   map[string][]string // picture ids by album id
	Away     Away
	Override Override
	Messages []Message
	Anchor   Anchor
	Broken   map[int]bool      // indexes of entries that failed to draw lately
	Refresh  time.Duration     // how often a layout is drawn anew; 0: when something else comes, and daily
	Names    map[string]string // titles by id, for the sentences
}

// Show names what to draw. Two are equal when the same is drawn from the same entry.
type Show struct {
	Kind    string `json:"kind"`
	Ref     string `json:"ref,omitempty"`     // the id of the layout, picture, album or message
	Picture string `json:"picture,omitempty"` // the id of the picture, also of one from an album
	Index   int    `json:"index"`             // of the entry in its playlist; below 0 for anything else
}

// Decision is what a device's panel shows at a moment and what follows from that.
type Decision struct {
	Show     Show      `json:"show"`
	By       Layer     `json:"by"`
	Until    time.Time `json:"until,omitzero"` // when something else comes; zero: nothing that is planned for the coming week ends it
	Next     Show      `json:"next,omitzero"`  // what comes then
	Wake     time.Time `json:"wake"`           // when the device should ask again: later than now, within 24 hours
	Why      string    `json:"why"`            // a sentence on what is shown
	WakeWhy  string    `json:"wake_why"`       // a sentence on when the device wakes
	Stalled  bool      `json:"stalled"`        // the playlist has nothing to show, though it is its turn
	Warnings []string  `json:"warnings,omitempty"`
}

const (
	longest = 24 * time.Hour     // every device is heard of once a day
	horizon = 8 * 24 * time.Hour // how far ahead the end of something is looked for
)

// Decide says what a device shows now. Between now and Until it decides the same, as long as the input stays
// the same; only Wake moves.
func Decide(in Input, now time.Time) Decision {
	p := newPlan(in, now)
	is := p.at(now)
	d := Decision{Show: is.show, By: is.by, Until: p.until(is, now)}
	var next moment
	if !d.Until.IsZero() {
		next = p.at(d.Until)
		d.Next = next.show
	}
	s := sentences{plan: p, now: now, is: is, until: d.Until, next: next}
	d.Wake, d.WakeWhy = s.wake()
	d.Why = s.why()
	d.Stalled = is.stalled
	d.Warnings = s.warnings()
	return d
}

// moment is what is shown at one moment.
type moment struct {
	show    Show
	by      Layer
	stalled bool
	next    time.Time // the next moment at which it may differ; zero: never
}

// same tells whether somebody in front of the panel would see no difference.
func (m moment) same(other moment) bool { return m.show == other.show && m.by == other.by }

// until walks from edge to edge until something else is shown.
func (p *plan) until(is moment, now time.Time) time.Time {
	for t := is.next; !t.IsZero() && t.Sub(now) <= horizon; {
		then := p.at(t)
		if !then.same(is) {
			return t
		}
		t = then.next
	}
	return time.Time{}
}

// at finds what is shown at a moment, from the strongest layer to the weakest.
func (p *plan) at(t time.Time) moment {
	best, next := p.message(t)
	if best != nil && best.Priority >= 0 {
		return messageMoment(best, next)
	}
	w := p.look(t)
	if t.Before(p.Override.Until) && p.override.playable && !p.Broken[Overridden] {
		return p.overrideAt(w, next)
	}
	away, edge := p.Away.at(t)
	if next = sooner(next, edge); away {
		return moment{show: still(p.Away.Screen), by: ByAway, next: next}
	}
	screen, asleep, edge := p.sleep(w)
	next = sooner(next, edge)
	if asleep {
		return moment{show: still(screen), by: BySleep, next: next}
	}
	if best != nil {
		return messageMoment(best, next)
	}
	return p.playlistAt(w, next)
}

// message finds the message that is to be shown, if any, and when another one may be.
func (p *plan) message(t time.Time) (best *Message, next time.Time) {
	for i := range p.Messages {
		m := &p.Messages[i]
		switch {
		case !m.Expires.IsZero() && !t.Before(m.Expires):
		case t.Before(m.From):
			next = sooner(next, m.From)
		default:
			next = sooner(next, m.Expires)
			if best == nil || m.outranks(best) {
				best = m
			}
		}
	}
	return best, next
}

func (m *Message) outranks(other *Message) bool {
	if m.Priority != other.Priority {
		return m.Priority > other.Priority
	}
	if !m.From.Equal(other.From) {
		return m.From.After(other.From)
	}
	return m.ID > other.ID
}

func messageMoment(m *Message, next time.Time) moment {
	return moment{show: Show{Kind: KindMessage, Ref: m.ID, Index: outside}, by: ByMessage, next: next}
}

// overrideAt shows the override's entry; an album goes on to its next picture.
func (p *plan) overrideAt(w wall, next time.Time) moment {
	seconds := int64(p.override.Seconds)
	next = sooner(next, p.Override.Until)
	if len(p.override.pictures) > 1 {
		next = sooner(next, w.in(seconds-floorMod(w.shown, seconds)))
	}
	return moment{show: p.override.show(floorDiv(w.shown, seconds)), by: ByOverride, next: next}
}

// at tells whether somebody is away at a moment, and when that may change.
func (a Away) at(t time.Time) (away bool, edge time.Time) {
	switch {
	case a.Since.IsZero(), !a.Until.IsZero() && !t.Before(a.Until):
		return false, time.Time{}
	case t.Before(a.Since):
		return false, a.Since
	}
	return true, a.Until
}

// sleep tells whether these are sleep hours, what is shown meanwhile, and when that may change. Of several
// hours that hold, the first in the list names the screen.
func (p *plan) sleep(w wall) (screen string, asleep bool, edge time.Time) {
	if len(p.sleeps) == 0 {
		return "", false, time.Time{}
	}
	ahead := daySecs
	for i, h := range p.sleeps {
		ahead = min(ahead, h.edge(w))
		today, yesterday := h.holds(w)
		if !asleep && (today || yesterday) {
			screen, asleep = p.Playlist.Sleep[i].Screen, true
		}
	}
	return screen, asleep, w.in(int64(ahead))
}

// still is the picture of a panel that rests.
func still(screen string) Show {
	if screen == ScreenKeep {
		return Show{Kind: KindKeep, Index: outside}
	}
	return Show{Kind: KindNight, Index: outside}
}

// playlistAt shows whose turn it is.
func (p *plan) playlistAt(w wall, next time.Time) moment {
	members, level, broken := p.ring(w)
	next = sooner(next, p.edge(w, members, level))
	if w.at.Before(p.Anchor.At) {
		next = sooner(next, p.Anchor.At)
	}
	if len(members) == 0 {
		kind := KindNothing
		if broken {
			kind = KindKeep
		}
		return moment{show: Show{Kind: kind, Index: outside}, by: ByPlaylist, stalled: true, next: next}
	}
	place, turn, end := p.slot(w, members)
	if p.turns(members) {
		next = sooner(next, end)
	}
	if p.anchored(w.at) {
		next = sooner(next, p.stepped)
	}
	place, turn = p.good(members, place, turn)
	return moment{show: p.entries[members[place]].show(turn), by: ByPlaylist, next: next}
}

// turns tells whether the ring has more than one thing to show.
func (p *plan) turns(members []int) bool {
	things := 0
	for _, i := range members {
		if !p.Broken[i] {
			things += max(1, len(p.entries[i].pictures))
		}
	}
	return things > 1
}
