package render_test

import (
	"time"

	"personalcms/content"
	"personalcms/render"
)

// sampleReading is data for widgets that show words and dates.
func sampleReading(in *render.Input, kind string) {
	switch kind {
	case "riddle", "joke":
		in.Sources = nil
	case "agenda", "month":
		in.Sources = sampleCalendars()
	case "news":
		in.Sources = []render.SourceData{{ID: "paper", Name: "Morning Paper", Kind: content.KindFeed, Feed: content.Feed{At: noon(), Items: sampleNews()}}}
	case "quote":
		in.Sources = nil
		in.Items = []content.Item{{Text: "A room without books is like a body without a soul, and twice as cold in November.", Author: "After Cicero"}}
	case "onthisday":
		in.Sources = []render.SourceData{{ID: "day", Name: "On this day", Kind: content.KindJSON, Feed: content.Feed{At: noon(), Items: []content.Item{
			{Title: "1889", Text: "The first jukebox goes into operation at the Palais Royale Saloon in San Francisco."},
			{Title: "1963", Text: "The first episode of Doctor Who is broadcast."},
			{Title: "1936", Text: "The first issue of Life magazine with photographs is published."},
			{Title: "1644", Text: "John Milton publishes Areopagitica, a pamphlet against censorship."},
		}}}}
	case "holidays":
		date := func(month time.Month, day, year int) time.Time {
			return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
		}
		in.Sources = []render.SourceData{{ID: "days", Name: "Holidays", Kind: content.KindJSON, Feed: content.Feed{At: noon(), Items: []content.Item{
			{Title: "Reformation Day", Published: date(10, 31, 2026)},
			{Title: "Christmas Day", Published: date(12, 25, 2026)},
			{Title: "Second Day of Christmas", Published: date(12, 26, 2026)},
			{Title: "New Year’s Day", Published: date(1, 1, 2027)},
			{Title: "Good Friday", Published: date(3, 26, 2027)},
			{Title: "Easter Monday", Published: date(3, 29, 2027)},
		}}}}
	case "list":
		in.Sources = []render.SourceData{{ID: "todo", Name: "To do", Kind: content.KindJSON, Feed: content.Feed{At: noon(), Document: []byte(`[
			{"title":"Water the plants","due":"2026-11-22"},{"title":"Call the plumber about the kitchen tap","due":"2026-11-23"},
			{"title":"Bring back library books","due":"2026-11-27"},{"title":"Book the train","done":true},{"title":"Oil, flour, yeast"}]`)}}}
	}
}

func sampleCalendars() []render.SourceData {
	zone := noon().Location()
	at := func(day, hour, minute int) time.Time { return time.Date(2026, 11, day, hour, minute, 0, 0, zone) }
	date := func(day int) time.Time { return time.Date(2026, 11, day, 0, 0, 0, 0, time.UTC) }
	family := []content.Event{
		{Title: "Bins out", Location: "paper and plastic", Start: at(23, 8, 15), End: at(23, 8, 30)},
		{Title: "Mia at the dentist", Location: "Bahnhofstraße 12", Start: at(23, 14, 0), End: at(23, 15, 0)},
		{Title: "Football training", Start: at(23, 17, 0), End: at(23, 18, 30)},
		{Title: "Grandma visits", Start: date(24), End: date(26), AllDay: true},
		{Title: "Choir", Location: "St. Mary’s, upper hall", Start: at(24, 19, 30), End: at(24, 21, 0)},
		{Title: "Parents’ evening", Location: "School, room 204", Start: at(26, 19, 0), End: at(26, 20, 30)},
	}
	work := []content.Event{
		{Title: "Release planning with everybody who wants to come", Start: at(25, 9, 0), End: at(25, 11, 0)},
		{Title: "Choir", Location: "St. Mary’s, upper hall", Start: at(24, 19, 30), End: at(24, 21, 0)},
		{Title: "Day off", Start: date(27), End: date(28), AllDay: true},
	}
	return []render.SourceData{
		{ID: "family", Name: "Family", Kind: content.KindCalendar, Feed: content.Feed{At: noon(), Events: family}},
		{ID: "work", Name: "Work", Kind: content.KindCalendar, Feed: content.Feed{At: noon(), Events: work}},
	}
}

func sampleNews() []content.Item {
	return []content.Item{
		{Title: "Probe sends first pictures from the far side of Enceladus", Summary: "The pictures show ridges of ice as high as houses, and between them a plain without a single crater.", Published: noon().Add(-3 * time.Hour)},
		{Title: "City council votes for night trains to the coast", Summary: "From June on, sleepers leave at ten in the evening and arrive before breakfast.", Published: noon().Add(-6 * time.Hour)},
		{Title: "Researchers grow coral that stands two degrees more", Summary: "Half of the colonies survived two summers in warmer water.", Published: noon().Add(-20 * time.Hour)},
		{Title: "Local library opens on Sundays from January", Summary: "Volunteers take turns at the desk.", Published: noon().Add(-70 * time.Hour)},
		{Title: "A street is named after its oldest tree", Published: noon().Add(-80 * time.Hour)},
	}
}

// aged makes the sources of a widget five hours old.
func aged(in *render.Input) {
	for i := range in.Sources {
		in.Sources[i].Stale, in.Sources[i].Feed.At = true, noon().Add(-5*time.Hour)
	}
}

// silent makes the sources of a widget such that they never gave anything.
func silent(in *render.Input) {
	for i := range in.Sources {
		in.Sources[i].Feed, in.Sources[i].Error = content.Feed{}, "The server does not answer."
	}
}

// hollow makes the sources of a widget give nothing.
func hollow(in *render.Input) {
	for i := range in.Sources {
		in.Sources[i].Feed = content.Feed{At: noon()}
	}
}
