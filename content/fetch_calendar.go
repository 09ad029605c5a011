package content

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"
)

// What of a calendar is kept.
const (
	pastKept     = 35 * 24 * time.Hour
	futureKept   = 120 * 24 * time.Hour
	mostEvents   = 2000
	longestEvent = 366 * 24 * time.Hour
	// effortForCalendar bounds the days looked at for all rules of a calendar: a rule that asks for more than any
	// household has must not keep the server busy.
	effortForCalendar = 1_000_000
)

func fetchCalendar(ctx context.Context, f *Fetcher, source Source, _ Feed, now time.Time) (Feed, answer, error) {
	if source.Upload != "" {
		return Feed{}, answer{}, failure(ErrSettings, "This calendar was uploaded: there is no address to ask.")
	}
	// Always the whole calendar: even one that did not change has other days to show tomorrow.
	got, err := f.get(ctx, source, "text/calendar, */*;q=0.1", Feed{}, now)
	if err != nil {
		return Feed{}, got, err
	}
	feed, err := ReadCalendar([]byte(toUTF8(got.body, got.contentType)), now.Location(), now)
	return feed, got, err
}

// ReadCalendar reads an iCalendar file and returns each occurrence of its events from 35 days before now to
// 120 days after, at most 2,000, without those that were cancelled. Times without a zone are in zone. It fails
// with a Failure when data is no calendar; a broken event is left out.
func ReadCalendar(data []byte, zone *time.Location, now time.Time) (Feed, error) {
	text := toUTF8(data, "text/calendar")
	calendars := slices.DeleteFunc(parseCalendar(text), func(c component) bool { return c.name != "VCALENDAR" })
	if len(calendars) == 0 {
		return Feed{}, failure(ErrFormat, "This is no calendar (iCalendar): it begins with “%s”.", beginning(text))
	}
	feed := Feed{At: now.UTC()}
	effort := effortForCalendar
	for _, calendar := range calendars {
		if feed.Title == "" {
			feed.Title = cmp.Or(calendar.text("X-WR-CALNAME", longestTitle), calendar.text("NAME", longestTitle))
		}
		feed.Events = append(feed.Events, calendarEvents(calendar, zone, now, &effort)...)
	}
	slices.SortStableFunc(feed.Events, func(a, b Event) int {
		return cmp.Or(a.Start.Compare(b.Start), a.End.Compare(b.End), cmp.Compare(a.Title, b.Title))
	})
	feed.Events = feed.Events[:min(len(feed.Events), mostEvents)]
	return feed, nil
}

// entry is an event of a calendar with all its occurrences.
type entry struct {
	uid       string
	event     Event
	start     moment
	length    time.Duration
	cancelled bool
	replaces  *moment // of an exception, the occurrence it stands for
	rule      string
	more      []moment // further occurrences
	without   []moment // occurrences that do not take place
}

func calendarEvents(calendar component, zone *time.Location, now time.Time, effort *int) []Event {
	zones := newCalendarZones(calendar, zone)
	var entries []entry
	replaced := map[string][]moment{}
	seen := map[string]int{}
	for _, inner := range calendar.inner {
		if inner.name != "VEVENT" {
			continue
		}
		e, ok := readEntry(inner, zones)
		if !ok {
			continue
		}
		key := e.uid + "\x00" + e.start.at.UTC().Format(time.RFC3339)
		if e.replaces != nil {
			key += "\x00" + e.replaces.at.UTC().Format(time.RFC3339)
			replaced[e.uid] = append(replaced[e.uid], *e.replaces)
		}
		if at, twice := seen[key]; twice && e.uid != "" {
			entries[at] = e // the later one is the newer
			continue
		}
		seen[key] = len(entries)
		entries = append(entries, e)
	}
	var events []Event
	for _, e := range entries {
		if e.cancelled || len(events) > 10*mostEvents {
			continue
		}
		// A hostile calendar has thousands of events under one name, and as many exceptions to each.
		if others := replaced[e.uid]; e.replaces == nil && e.uid != "" && len(others) <= *effort {
			*effort -= len(others)
			e.without = append(e.without, others...)
		}
		events = append(events, e.occurrences(now, effort)...)
	}
	return events
}

// readEntry reads a VEVENT; one without a beginning is none.
func readEntry(c component, zones *calendarZones) (entry, bool) {
	begin, _ := c.first("DTSTART")
	starts := begin.moments(zones)
	if len(starts) == 0 {
		return entry{}, false
	}
	status, _ := c.first("STATUS")
	uid, _ := c.first("UID")
	repeat, _ := c.first("RRULE")
	e := entry{
		uid: uid.value, start: starts[0], rule: repeat.value, cancelled: strings.EqualFold(strings.TrimSpace(status.value), "CANCELLED"),
		event: Event{Title: c.text("SUMMARY", longestTitle), Location: c.text("LOCATION", longestTitle)},
	}
	e.length = lengthOf(c, e.start, zones)
	if outlook, ok := c.first("X-MICROSOFT-CDO-ALLDAYEVENT"); ok && strings.EqualFold(outlook.value, "TRUE") && !e.start.date {
		// Outlook writes all-day events as midnight to midnight in a zone; they mean dates all the same.
		e.start = moment{civil(e.start.at), true}
		e.length = max((e.length+12*time.Hour)/(24*time.Hour), 1) * 24 * time.Hour
	}
	for _, p := range c.properties {
		switch p.name {
		case "EXDATE":
			e.without = append(e.without, p.moments(zones)...)
		case "RDATE":
			e.more = append(e.more, p.moments(zones)...)
		case "RECURRENCE-ID":
			if at := p.moments(zones); len(at) > 0 {
				e.replaces = &at[0]
			}
		}
	}
	return e, true
}

// lengthOf is how long an event takes; an all-day event at least a day.
func lengthOf(c component, start moment, zones *calendarZones) time.Duration {
	length := time.Duration(0)
	if p, ok := c.first("DTEND"); ok {
		if ends := p.moments(zones); len(ends) > 0 {
			length = ends[0].at.Sub(start.at)
		}
	} else if p, ok := c.first("DURATION"); ok {
		length, _ = parseDuration(p.value)
	}
	length = min(max(length, 0), longestEvent)
	if start.date {
		length = max((length+23*time.Hour)/(24*time.Hour), 1) * 24 * time.Hour
	}
	return length
}

// occurrences are the events of an entry that are near now and take place.
func (e entry) occurrences(now time.Time, effort *int) []Event {
	from, to := now.Add(-pastKept-e.length), now.Add(futureKept)
	starts := []time.Time{e.start.at}
	if r, ok := parseRule(e.rule, e.start); ok && e.replaces == nil {
		starts = r.occurrences(e.start.at, from, to, effort)
	}
	for _, m := range e.more {
		if e.start.date {
			m.at = civil(m.at)
		}
		starts = append(starts, m.at)
	}
	without := e.withoutSet()
	seen := map[int64]bool{}
	var events []Event
	for _, at := range starts {
		if !at.After(from) || !at.Before(to) || seen[at.Unix()] || without.has(at) {
			continue
		}
		seen[at.Unix()] = true
		if len(events) == mostEvents {
			break
		}
		event := e.event
		event.AllDay = e.start.date
		event.Start, event.End = at.UTC(), at.UTC().Add(e.length)
		events = append(events, event)
	}
	return events
}

// exclusions are the times, and the whole days, on which an event does not take place.
type exclusions struct {
	times map[int64]bool
	days  map[string]bool
}

func (e entry) withoutSet() exclusions {
	set := exclusions{map[int64]bool{}, map[string]bool{}}
	for _, m := range e.without {
		switch {
		case m.date:
			set.days[m.at.Format(time.DateOnly)] = true
		case e.start.date:
			set.days[m.at.Format(time.DateOnly)] = true
		default:
			set.times[m.at.Unix()] = true
		}
	}
	return set
}

func (x exclusions) has(at time.Time) bool {
	return x.times[at.Unix()] || len(x.days) > 0 && x.days[at.Format(time.DateOnly)]
}
