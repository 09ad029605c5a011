package render

import (
	"image"
	"strconv"
	"time"

	"personalcms/content"
)

// agendaWidget is what happens next: by days, today alone, or a week in columns.
func agendaWidget() Kind {
	return kindOf(Kind{
		Name: "agenda", Title: "Agenda", Hint: "What is in your calendars today and on the days after.",
		Options: []Option{
			{Name: "view", Title: "Show", Type: "choice", Default: "list", Choices: []Choice{
				{"list", "Day after day"}, {"day", "Today, what is on now and when you are free"}, {"week", "A week in seven columns"},
			}},
			{Name: "days", Title: "Days ahead", Type: "number", Default: "7", Min: 1, Max: 14, Hint: "For “day after day”; 1 is today only."},
		},
		Needs: Needs{Sources: []string{content.KindCalendar}, Many: true},
		Cells: image.Pt(9, 11), Least: image.Pt(150, 90),
	}, seeAgenda, drawAgenda)
}

// agendaShown is an agenda as it is printed.
type agendaShown struct {
	Heading string
	Week    bool // seven columns where they find room
	Days    []agendaDay
	Calm    string // a sentence instead of events, when there are none
	Status  agendaStatus
	More    string // "more", after a number of entries that found no room
}

// agendaDay is a day with its events.
type agendaDay struct {
	Name    string // "Today"; "" = no heading
	Short   string // week: "Mon"
	Number  string // week: "23"
	Today   bool
	Entries []agendaEntry
}

// agendaEntry is one event.
type agendaEntry struct {
	Time  string // "08:15", "all day"
	Title string
	Below string // where, and until when if that is another day
	Now   bool   // it is on
}

// agendaStatus is the large words of the day's view; without Title there are none.
type agendaStatus struct{ Title, Below string }

func seeAgenda(in Input) view {
	if _, missing := in.source(); missing != nil {
		return *missing
	}
	shown := agendaShown{More: in.Locale.Word("more")}
	var events []occurrence
	switch in.Options.Text("view") {
	case "day":
		events = in.occurrences(in.Now, midnight(in.Now))
		in.seeDay(&shown, events)
	case "week":
		events = in.occurrences(in.Now, dayOf(in.Now, 7))
		shown.Week, shown.Heading = true, in.heading("")
		shown.Days = in.weekDays(events)
	default:
		days := max(1, in.Options.Int("days"))
		events = in.occurrences(in.Now, dayOf(in.Now, days))
		shown.Heading = in.heading("")
		shown.Days = in.listDays(events, days)
		if len(shown.Days) > 0 && shown.Heading == in.age() {
			// The first day's name is heading enough.
			shown.Days[0].Name, shown.Heading = joinDot(shown.Days[0].Name, shown.Heading), ""
		}
	}
	if len(events) == 0 {
		shown.Calm = in.Locale.Word("no events")
	}
	return shows(shown).to(nextChange(events, in.Now))
}

// listDays puts each event on the first day it is seen on.
func (in Input) listDays(events []occurrence, days int) []agendaDay {
	var list []agendaDay
	for i := range days {
		from, to := dayOf(in.Now, i), dayOf(in.Now, i+1)
		day := agendaDay{Name: in.dayName(from), Today: i == 0}
		for _, event := range events {
			if event.touches(from, to) && (i == 0 || !event.Start.Before(from)) {
				day.Entries = append(day.Entries, in.entry(event, from))
			}
		}
		if len(day.Entries) > 0 {
			list = append(list, day)
		}
	}
	return list
}

// weekDays has seven days from today on, with each event on all of its days.
func (in Input) weekDays(events []occurrence) []agendaDay {
	var week []agendaDay
	for i := range 7 {
		from, to := dayOf(in.Now, i), dayOf(in.Now, i+1)
		day := agendaDay{
			Name: in.dayName(from), Short: in.Locale.Capital(in.Locale.WeekdayShort(from)), Number: strconv.Itoa(from.Day()), Today: i == 0,
		}
		for _, event := range events {
			if event.touches(from, to) {
				day.Entries = append(day.Entries, in.entry(event, from))
			}
		}
		week = append(week, day)
	}
	return week
}

// entry is an event as one day shows it.
func (in Input) entry(event occurrence, day time.Time) agendaEntry {
	entry := agendaEntry{Title: event.Title, Below: event.Location, Now: event.runs(in.Now) && day.Before(in.Now)}
	last := event.lastDay()
	switch {
	case event.AllDay || !event.Start.After(day) && !event.End.Before(midnight(day)):
		entry.Time = in.Locale.Word("all day")
	case event.Start.Before(day):
		entry.Time = "– " + in.Locale.Time(event.End)
	default:
		entry.Time = in.Locale.Time(event.Start)
	}
	if last.After(day) && event.End.Sub(event.Start) >= 24*time.Hour {
		short := in.Locale.ShortDay(last)
		entry.Below = joinDot(in.Locale.Word("until")+" "+short[min(2, len(short)-1)], event.Location)
	}
	return entry
}

// seeDay is today alone: what is on or until when one is free, and what is still to come.
func (in Input) seeDay(shown *agendaShown, events []occurrence) {
	shown.Heading = in.heading(in.Locale.Word("today"))
	day := agendaDay{Today: true}
	var next *occurrence
	for i, event := range events {
		switch {
		case event.runs(in.Now) && shown.Status.Title == "":
			shown.Status = agendaStatus{event.Title, joinDot(in.Locale.Word("until")+" "+in.until(event), event.Location)}
			continue
		case next == nil && event.Start.After(in.Now):
			next = &events[i]
		}
		day.Entries = append(day.Entries, in.entry(event, dayOf(in.Now, 0)))
	}
	switch {
	case shown.Status.Title != "":
	case next != nil:
		shown.Status.Title = in.Locale.Word("free until") + " " + in.Locale.Time(next.Start)
	case len(events) > 0:
		shown.Status.Title = in.Locale.Word("free today")
	}
	if len(day.Entries) > 0 {
		shown.Days = []agendaDay{day}
	}
}

// until is when an event ends: a time today, else a day.
func (in Input) until(event occurrence) string {
	if event.End.After(midnight(in.Now)) {
		return in.Locale.DayMonth(event.lastDay())
	}
	return in.Locale.Time(event.End)
}
