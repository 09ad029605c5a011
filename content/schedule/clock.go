package schedule

import (
	"slices"
	"time"
)

// weekdays are the days as windows name them, in the order of [time.Weekday].
var weekdays = [7]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

const (
	dateForm = "2006-01-02"
	daySecs  = 24 * 60 * 60
	// epoch is Monday, 1 January 2024, 00:00 on any wall clock, as Unix would count it in Greenwich.
	epoch = 1704067200
)

// hours is a window made ready for comparing.
type hours struct {
	days     uint8 // a bit for each weekday
	from, to int   // seconds of the day
}

// parseHours reads a window; it fails on a time or a weekday that does not exist.
func parseHours(w Window) (hours, bool) {
	from, okFrom := secondOfDay(w.From)
	to, okTo := secondOfDay(w.To)
	h := hours{from: from, to: to}
	for _, name := range w.Days {
		day := slices.Index(weekdays[:], name)
		if day < 0 {
			return hours{}, false
		}
		h.days |= 1 << day
	}
	if h.days == 0 {
		h.days = 1<<7 - 1
	}
	return h, okFrom && okTo
}

// secondOfDay reads "07:00".
func secondOfDay(text string) (int, bool) {
	if len(text) != len("07:00") || text[2] != ':' {
		return 0, false
	}
	for _, i := range []int{0, 1, 3, 4} {
		if text[i] < '0' || text[i] > '9' {
			return 0, false
		}
	}
	hour, minute := int(text[0]-'0')*10+int(text[1]-'0'), int(text[3]-'0')*10+int(text[4]-'0')
	return (hour*60 + minute) * 60, hour < 24 && minute < 60
}

// holds tells whether the hours hold at that moment, and whether by those that began today or by those that
// began yesterday.
func (h hours) holds(w wall) (today, yesterday bool) {
	starts := h.days&(1<<w.weekday) != 0
	if h.to > h.from {
		return starts && w.second >= h.from && w.second < h.to, false
	}
	started := h.days&(1<<((w.weekday+6)%7)) != 0
	return starts && w.second >= h.from, started && w.second < h.to
}

// edge is the number of seconds to the next moment at which the hours may begin or end. Hours of other days
// cannot before midnight.
func (h hours) edge(w wall) int {
	if h.days&(1<<w.weekday|1<<((w.weekday+6)%7)) == 0 {
		return w.secondsTo(0)
	}
	return min(w.secondsTo(h.from), w.secondsTo(h.to))
}

// wall is what the clock on a device's wall shows at a moment.
type wall struct {
	at      time.Time
	shown   int64 // seconds since epoch, as the wall clock counts them
	second  int   // of the day
	weekday time.Weekday
	change  time.Time // when the clock is next put forward or back; zero: never
	date    string
	eve     string // the date of the day before
}

// look reads the wall clock. The dates are left empty unless they are asked for.
func look(t time.Time, zone *time.Location, dates bool) wall {
	local := t.In(zone)
	_, offset := local.Zone()
	_, change := local.ZoneBounds()
	hour, minute, second := local.Clock()
	w := wall{
		at: t, shown: t.Unix() + int64(offset) - epoch, second: (hour*60+minute)*60 + second,
		weekday: local.Weekday(), change: change,
	}
	if dates {
		year, month, day := local.Date()
		w.date = time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Format(dateForm)
		w.eve = time.Date(year, month, day-1, 0, 0, 0, 0, time.UTC).Format(dateForm)
	}
	return w
}

// day numbers the days on the wall.
func (w wall) day() int64 { return floorDiv(w.shown, daySecs) }

// secondsTo is how long it takes from a moment until the clock next shows a second of the day: 1 s to 24 h.
func (w wall) secondsTo(second int) int {
	if ahead := second - w.second; ahead > 0 {
		return ahead
	}
	return second - w.second + daySecs
}

// in is the moment so many seconds on, counted from the full second, but not beyond the next change of the clock:
// past it the wall clock shows something else.
func (w wall) in(seconds int64) time.Time {
	t := w.at.Add(time.Duration(seconds)*time.Second - time.Duration(w.at.Nanosecond()))
	return sooner(t, w.change)
}

// sooner is the earlier of two moments, of which zero means never.
func sooner(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// floorDiv divides and rounds down, also below zero; d > 0.
func floorDiv(n, d int64) int64 {
	q := n / d
	if n%d < 0 {
		q--
	}
	return q
}

// floorMod is what floorDiv leaves: 0 to d-1.
func floorMod(n, d int64) int64 { return n - floorDiv(n, d)*d }
