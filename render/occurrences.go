package render

import (
	"cmp"
	"slices"
	"time"
)

// occurrence is an event of one of the calendars with its times in the screen's zone.
type occurrence struct {
	Title, Location string
	Start, End      time.Time
	AllDay          bool
}

// maxOccurrences bounds what one widget looks at.
const maxOccurrences = 2000

// occurrences are the events of all calendars that touch the time from one moment to another, in order. An event
// that two calendars have is there once. All-day events mean dates, so they begin at midnight in whatever zone.
func (in Input) occurrences(from, to time.Time) []occurrence {
	var all []occurrence
	seen := map[occurrence]bool{}
	for _, source := range in.Sources {
		for _, event := range source.Feed.Events {
			o := occurrence{Title: event.Title, Location: event.Location, AllDay: event.AllDay}
			o.Start, o.End = event.Start.In(in.Now.Location()), event.End.In(in.Now.Location())
			if o.AllDay {
				o.Start, o.End = sameDate(event.Start.UTC(), in.Now.Location()), sameDate(event.End.UTC(), in.Now.Location())
				if !o.End.After(o.Start) {
					o.End = midnight(o.Start)
				}
			}
			if o.touches(from, to) && !seen[o] && len(all) < maxOccurrences {
				seen[o] = true
				all = append(all, o)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b occurrence) int {
		if a.AllDay != b.AllDay && a.Start.Format(time.DateOnly) == b.Start.Format(time.DateOnly) {
			return cmp.Compare(bit(b.AllDay), bit(a.AllDay))
		}
		return cmp.Or(a.Start.Compare(b.Start), a.End.Compare(b.End), cmp.Compare(a.Title, b.Title))
	})
	return all
}

func bit(set bool) int {
	if set {
		return 1
	}
	return 0
}

// sameDate is the midnight that begins t's date in another zone.
func sameDate(t time.Time, zone *time.Location) time.Time {
	year, month, day := t.Date()
	return time.Date(year, month, day, 0, 0, 0, 0, zone)
}

// dayOf is the midnight that begins a time's day, some days later.
func dayOf(t time.Time, later int) time.Time {
	year, month, day := t.Date()
	return time.Date(year, month, day+later, 0, 0, 0, 0, t.Location())
}

// touches tells whether any of the event lies between two moments; an event without length is at its start.
func (o occurrence) touches(from, to time.Time) bool {
	if o.Start.Equal(o.End) {
		return !o.Start.Before(from) && o.Start.Before(to)
	}
	return o.Start.Before(to) && o.End.After(from)
}

// runs tells whether the event has begun and is not over.
func (o occurrence) runs(now time.Time) bool {
	return !o.AllDay && !now.Before(o.Start) && now.Before(o.End)
}

// lastDay is the midnight that begins the last day the event touches.
func (o occurrence) lastDay() time.Time {
	if !o.End.After(o.Start) {
		return dayOf(o.Start, 0)
	}
	return dayOf(o.End.Add(-time.Nanosecond), 0)
}

// nextChange is when something of these events begins or ends, at the latest at midnight.
func nextChange(events []occurrence, now time.Time) time.Time {
	next := midnight(now)
	for _, event := range events {
		for _, t := range []time.Time{event.Start, event.End} {
			if t.After(now) && t.Before(next) {
				next = t
			}
		}
	}
	return next
}

// dayName is a heading for a day: Today, Tomorrow, a weekday, or in two weeks' time the weekday with its date.
func (in Input) dayName(day time.Time) string {
	if name := in.Locale.Relative(day, in.Now); name != "" {
		return name
	}
	if day.Before(dayOf(in.Now, 7)) && day.After(in.Now) {
		return in.Locale.Capital(in.Locale.Weekday(day))
	}
	return in.Locale.Capital(in.Locale.ShortDay(day)[0])
}
