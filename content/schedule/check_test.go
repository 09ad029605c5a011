package schedule_test

import (
	"strings"
	"testing"

	"personalcms/content/schedule"
)

// sleepy gives a playlist sleep hours.
func sleepy(list schedule.Playlist, hours ...schedule.Sleep) schedule.Playlist {
	list.Sleep = hours
	return list
}

func TestCheck(t *testing.T) {
	many := make([]schedule.Entry, 101)
	windows := make([]schedule.Window, 21)
	entry := func(change func(*schedule.Entry)) schedule.Playlist {
		e := layout("a", 15)
		change(&e)
		return playlist(layout("fine", 15), e)
	}
	for _, row := range []struct {
		name string
		list schedule.Playlist
		want []string // field: sentence
	}{
		{"empty", playlist(), nil},
		{
			"all there is",
			sleepy(playlist(
				layout("a", 1), picture("b", 24*60), schedule.Entry{Kind: "album", Ref: "h"},
				dated("2026-12-01", "2026-12-01", ranked(-5, layout("c", 5, window("22:00", "06:00", "mon", "tue", "wed", "thu", "fri", "sat", "sun")))),
			), sleep("night", "00:00", "00:00"), sleep("keep", "23:59", "06:30", "sat"), sleep("", "12:00", "13:00")),
			nil,
		},
		{"no name", schedule.Playlist{Name: " "}, []string{"name: A playlist’s name has 1 to 64 characters."}},
		{"a long name", schedule.Playlist{Name: strings.Repeat("ü", 65)}, []string{"name: A playlist’s name has 1 to 64 characters."}},
		{"a name of 64", schedule.Playlist{Name: strings.Repeat("ü", 64)}, nil},
		{"too many entries", playlist(many...), []string{"entries: A playlist has at most 100 entries; this one has 101."}},
		{
			"an unknown kind", entry(func(e *schedule.Entry) { e.Kind = "film" }),
			[]string{"entries.1.kind: An entry is a layout, a picture or an album, not “film”."},
		},
		{
			"nothing to show", entry(func(e *schedule.Entry) { e.Ref = "" }),
			[]string{"entries.1.ref: Choose what the entry shows."},
		},
		{
			"too short", entry(func(e *schedule.Entry) { e.Seconds = 59 }),
			[]string{"entries.1.seconds: A turn lasts 60 to 86400 seconds (a minute to a day), not 59."},
		},
		{
			"too long", entry(func(e *schedule.Entry) { e.Seconds = 86401 }),
			[]string{"entries.1.seconds: A turn lasts 60 to 86400 seconds (a minute to a day), not 86401."},
		},
		{
			"below zero", entry(func(e *schedule.Entry) { e.Seconds = -900 }),
			[]string{"entries.1.seconds: A turn lasts 60 to 86400 seconds (a minute to a day), not -900."},
		},
		{
			"a date of no calendar", entry(func(e *schedule.Entry) { e.From, e.Until = "2026-02-30", "tomorrow" }),
			[]string{
				"entries.1.from: “2026-02-30” is no date; write it like 2026-12-24.",
				"entries.1.until: “tomorrow” is no date; write it like 2026-12-24.",
			},
		},
		{
			"dates reversed", entry(func(e *schedule.Entry) { e.From, e.Until = "2026-12-24", "2026-12-23" }),
			[]string{"entries.1.until: The last day, 2026-12-23, is before the first, 2026-12-24."},
		},
		{
			"too many windows", entry(func(e *schedule.Entry) { e.Windows = windows }),
			[]string{"entries.1.windows: An entry has at most 20 windows; this one has 21."},
		},
		{
			"times of day", entry(func(e *schedule.Entry) {
				e.Windows = []schedule.Window{window("7:00", "24:00"), window("07:60", "7 pm"), window("", "-1:00"), window("07.00", "07:0０")}
			}),
			[]string{
				"entries.1.windows.0.from: “7:00” is no time of day; write it like 07:30.",
				"entries.1.windows.0.to: “24:00” is no time of day; write it like 07:30.",
				"entries.1.windows.1.from: “07:60” is no time of day; write it like 07:30.",
				"entries.1.windows.1.to: “7 pm” is no time of day; write it like 07:30.",
				"entries.1.windows.2.from: “” is no time of day; write it like 07:30.",
				"entries.1.windows.2.to: “-1:00” is no time of day; write it like 07:30.",
				"entries.1.windows.3.from: “07.00” is no time of day; write it like 07:30.",
				"entries.1.windows.3.to: “07:0０” is no time of day; write it like 07:30.",
			},
		},
		{
			"weekdays", entry(func(e *schedule.Entry) { e.Windows = []schedule.Window{window("07:00", "08:00", "mon", "Tue", "")} }),
			[]string{
				"entries.1.windows.0.days: “Tue” is no weekday; they are mon, tue, wed, thu, fri, sat and sun.",
				"entries.1.windows.0.days: “” is no weekday; they are mon, tue, wed, thu, fri, sat and sun.",
			},
		},
		{
			"sleep", sleepy(playlist(), sleep("night", "22:00", "06:00"), sleep("dark", "22", "06:00", "someday")),
			[]string{
				"sleep.1.days: “someday” is no weekday; they are mon, tue, wed, thu, fri, sat and sun.",
				"sleep.1.from: “22” is no time of day; write it like 07:30.",
				"sleep.1.screen: A sleeping panel shows “night” or “keep”, not “dark”.",
			},
		},
		{
			"too much sleep", sleepy(playlist(), make([]schedule.Sleep, 21)...),
			[]string{"sleep: A playlist has at most 20 sleep hours; this one has 21."},
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			same(t, row.want, told(row.list.Check()))
		})
	}
}

func told(problems []schedule.Problem) []string {
	var list []string
	for _, problem := range problems {
		list = append(list, problem.Field+": "+problem.Text)
	}
	return list
}

// TestCheckEntry looks at one entry alone, as an override has it.
func TestCheckEntry(t *testing.T) {
	same(t, []string(nil), told(layout("a", 15).Check()))
	same(t, []string{
		"kind: An entry is a layout, a picture or an album, not “”.",
		"ref: Choose what the entry shows.",
		"windows.0.to: “” is no time of day; write it like 07:30.",
	}, told(schedule.Entry{Windows: []schedule.Window{window("07:00", "")}}.Check()))
}
