// Package schedule says what a device's panel shows now, what comes next, when the device should ask
// again, and why. It reads no clock, no disk and no network: [Decide] is one pure function of what is
// planned and of the time.
//
// # What wins
//
// From the strongest to the weakest:
//
//  1. a message of priority 0 or more: the highest priority, then the newest
//  2. "show this now" ([Override])
//  3. away
//  4. sleep hours
//  5. a message of a priority below 0, which thus waits through sleep and absence
//  6. the playlist
//
// # How a playlist turns
//
// Of the entries that are open now, those of the highest priority take turns in their order, each for
// its own seconds. An album shows one picture at each of its turns, the next one at the next turn.
//
// Where the cycle stands follows from the clock alone: cycles of the same length follow each other without
// a gap since Monday, 1 January 2024, 00:00 on the wall clock of the device. So all devices of a zone that
// share a playlist show the same, however often each asks, and an entry of 24 hours changes at midnight
// the whole year. When an entry opens or closes the cycle has another length and goes on wherever the clock
// puts it; the same happens at the two changes of daylight saving time. A device that was stepped by hand
// ([Step], [Jump]) leaves the common beat until an entry opens or closes, at most until midnight.
//
// An entry that failed to draw is skipped: its time goes to the one after it, so that the others still
// come when they come elsewhere. Broken entries do not count when the highest priority is looked for.
//
// # Hours
//
// Windows and sleep hours are read off the wall clock: an hour that it repeats in autumn counts twice, an
// hour that it skips in spring not at all. Hours that pass midnight belong to the day on which they began,
// for weekdays and for date ranges alike.
package schedule

import "time"

// The kinds of entries of a playlist.
const (
	KindLayout  = "layout"
	KindPicture = "picture"
	KindAlbum   = "album"
)

// What a panel shows while its device sleeps or is away.
const (
	ScreenNight = "night" // the night screen, drawn once; also when none is named
	ScreenKeep  = "keep"  // whatever was shown last
)

// Playlist is what the panels of some devices show in turns.
type Playlist struct {
	ID      string  `json:"id"`
	Name    string  `json:"name"`
	Default bool    `json:"default"` // for new devices and those that name no playlist
	Entries []Entry `json:"entries"`
	Sleep   []Sleep `json:"sleep"`
}

// Entry is one thing a playlist shows.
type Entry struct {
	Kind     string   `json:"kind"`               // layout, picture or album
	Ref      string   `json:"ref"`                // the id of the layout, picture or album
	Seconds  int      `json:"seconds"`            // how long a turn lasts; 0 means DefaultSeconds
	Windows  []Window `json:"windows,omitempty"`  // open in any of them; none means always
	From     string   `json:"from,omitempty"`     // first day, as 2006-01-02; empty means open
	Until    string   `json:"until,omitempty"`    // last day, which still counts; empty means open
	Priority int      `json:"priority,omitempty"` // only the highest of the open entries take turns
}

// Window is a time of day on some weekdays, in the device's zone.
type Window struct {
	Days []string `json:"days,omitempty"` // mon, tue, wed, thu, fri, sat, sun; none means every day
	From string   `json:"from"`           // 07:00
	To   string   `json:"to"`             // 22:00, which no longer counts; not after From: on the next day
}

// Sleep is a time of day on some weekdays during which the panel stays as it is.
type Sleep struct {
	Window
	Screen string `json:"screen"` // night or keep
}

// Away says that nobody is there to look. The zero value means that somebody is.
type Away struct {
	Since  time.Time `json:"since,omitzero"`
	Until  time.Time `json:"until,omitzero"` // zero: until further notice
	Screen string    `json:"screen,omitempty"`
}

// Override is "show this now": an entry in place of the playlist until a moment. Its windows, dates and
// priority do not matter. The zero value is none.
type Override struct {
	Entry Entry     `json:"entry"`
	Until time.Time `json:"until,omitzero"`
}

// Message is a text for one device. Of several the highest priority is shown, then the newest (the later
// From, then the greater ID).
type Message struct {
	ID       string    `json:"id"`
	Text     string    `json:"text"`
	Priority int       `json:"priority"` // below 0: waits while the device sleeps, is away or overridden
	From     time.Time `json:"from"`
	Expires  time.Time `json:"expires,omitzero"` // zero: until it is removed
}

// Anchor notes a step by hand: from At on the playlist stands at the beginning of the entry Index. The
// zero value is none; one of another playlist does not count.
type Anchor struct {
	Playlist string    `json:"playlist"` // its ID
	At       time.Time `json:"at,omitzero"`
	Index    int       `json:"index"`
	Turn     int64     `json:"turn"` // which turn of the cycle it is; albums choose their picture by it
}
