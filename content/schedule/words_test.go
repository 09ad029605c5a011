package schedule_test

import (
	"strings"
	"testing"
	"time"

	"personalcms/content/schedule"
)

// TestWhy reads the sentences as a person does on the page of a device.
func TestWhy(t *testing.T) {
	berlin := zone(t, "Europe/Berlin")
	at := func(text string) time.Time { return moment(t, berlin, text) }
	two := playlist(layout("board", 60), layout("news", 60))
	nights := playlist(layout("board", 60))
	nights.Sleep = []schedule.Sleep{sleep("night", "22:00", "06:30")}
	keeps := playlist(layout("board", 60))
	keeps.Sleep = []schedule.Sleep{sleep("keep", "22:00", "06:30")}
	morning := playlist(layout("board", 60, window("07:00", "22:00")))
	long := strings.Repeat("Dinner is at seven. ", 9)
	for _, row := range []struct {
		name      string
		in        schedule.Input
		now       string
		why, wake string
	}{
		{
			"a layout",
			schedule.Input{Playlist: two, Refresh: 15 * time.Minute},
			"2026-06-01 12:20",
			"Shows “Family board” until 13:00, then “news”.", "Wakes at 12:35 to draw it anew.",
		},
		{
			"the end of a layout",
			schedule.Input{Playlist: two, Refresh: time.Hour},
			"2026-06-01 12:20",
			"Shows “Family board” until 13:00, then “news”.", "Wakes at 13:00 for “news”.",
		},
		{
			"the only layout",
			schedule.Input{Playlist: playlist(layout("board", 60))},
			"2026-06-01 12:20",
			"Shows “Family board” until further notice.", "Wakes tomorrow at 12:20 to be heard of once a day.",
		},
		{
			"an album",
			schedule.Input{Playlist: playlist(album("h", 15)), Albums: map[string][]string{"h": photos(3)}},
			"2026-06-01 12:20",
			"Shows a picture of “Holiday” until 12:30, then the next picture of “Holiday”.", "Wakes at 12:30 for the next picture of “Holiday”.",
		},
		{
			"an album and a layout",
			schedule.Input{Playlist: playlist(layout("board", 30), album("h", 30)), Albums: map[string][]string{"h": photos(3)}},
			"2026-06-01 12:20",
			"Shows “Family board” until 12:30, then a picture of “Holiday”.", "Wakes at 12:30 for a picture of “Holiday”.",
		},
		{
			"before sleep",
			schedule.Input{Playlist: nights},
			"2026-06-01 21:20",
			"Shows “Family board” until 22:00, then it sleeps.", "Wakes at 22:00 because then it sleeps.",
		},
		{
			"asleep",
			schedule.Input{Playlist: nights},
			"2026-06-01 22:20",
			"Sleeps with the night screen until 06:30, then “Family board”.", "Wakes at 06:30 when its sleep ends.",
		},
		{
			"asleep with a picture",
			schedule.Input{Playlist: keeps},
			"2026-06-01 22:20",
			"Sleeps with its last picture until 06:30, then “Family board”.", "Wakes at 06:30 when its sleep ends.",
		},
		{
			"away",
			schedule.Input{Playlist: two, Away: schedule.Away{Since: at("2026-06-01 08:00"), Until: at("2026-06-05 18:00")}},
			"2026-06-01 12:20",
			"Away with the night screen until Friday 18:00, then “Family board”.", "Wakes tomorrow at 12:20 to be heard of once a day.",
		},
		{
			"the end of being away",
			schedule.Input{Playlist: two, Away: schedule.Away{Since: at("2026-06-01 08:00"), Until: at("2026-06-01 18:00"), Screen: "keep"}},
			"2026-06-01 12:20",
			"Away, the picture stays, until 18:00, then “Family board”.", "Wakes at 18:00 when the absence ends.",
		},
		{
			"away for good",
			schedule.Input{Playlist: two, Away: schedule.Away{Since: at("2026-06-01 08:00")}},
			"2026-06-01 12:20",
			"Away with the night screen until further notice.", "Wakes tomorrow at 12:20 to be heard of once a day.",
		},
		{
			"before being away",
			schedule.Input{Playlist: playlist(layout("board", 60)), Away: schedule.Away{Since: at("2026-06-02 08:00")}},
			"2026-06-01 12:20",
			"Shows “Family board” until tomorrow 08:00, then it is away.", "Wakes tomorrow at 08:00 because then it is away.",
		},
		{
			"as asked for",
			schedule.Input{Playlist: two, Override: schedule.Override{Entry: layout("news", 15), Until: at("2026-06-01 12:50")}},
			"2026-06-01 12:20",
			"Shows “news”, as asked for, until 12:50, then “Family board”.", "Wakes at 12:50 for “Family board”.",
		},
		{
			"a message",
			schedule.Input{Playlist: two, Messages: []schedule.Message{{ID: "m", Text: "Dinner!"}}},
			"2026-06-01 12:20",
			"Shows the message “Dinner!” until it is removed.", "Wakes tomorrow at 12:20 to be heard of once a day.",
		},
		{
			"a long message ends",
			schedule.Input{Playlist: two, Messages: []schedule.Message{{ID: "m", Text: long, Expires: at("2026-06-01 12:30")}}},
			"2026-06-01 12:20",
			"Shows the message “Dinner is at seven. Dinner is at seven. Dinner is at seven.…” until 12:30, then “Family board”.",
			"Wakes at 12:30 for “Family board”.",
		},
		{
			"a message in the night",
			schedule.Input{Playlist: nights, Messages: []schedule.Message{{ID: "m", Text: "Snow!", From: at("2026-06-02 05:00")}}},
			"2026-06-01 23:20",
			"Sleeps with the night screen until 05:00, then the message “Snow!”.", "Wakes at 05:00 for the message “Snow!”.",
		},
		{
			"nothing in the night",
			schedule.Input{Playlist: morning, Refresh: time.Hour},
			"2026-06-01 23:20",
			"Has nothing to show until 07:00, then “Family board”.", "Wakes at 00:20 to see whether there is something to show.",
		},
		{
			"before nothing",
			schedule.Input{Playlist: morning},
			"2026-06-01 21:20",
			"Shows “Family board” until 22:00, then nothing is planned.", "Wakes at 22:00 because then nothing is planned.",
		},
		{
			"an empty playlist",
			schedule.Input{},
			"2026-06-01 21:20",
			"Has nothing to show until further notice.", "Wakes tomorrow at 21:20 to be heard of once a day.",
		},
		{
			"all broken",
			schedule.Input{Playlist: two, Broken: map[int]bool{0: true, 1: true}, Refresh: time.Hour},
			"2026-06-01 12:20",
			"Shows its last good screen until further notice.", "Wakes at 13:20 to see whether there is something to show.",
		},
		{
			"a broken one comes next",
			schedule.Input{Playlist: playlist(layout("board", 60, window("08:00", "13:00")), layout("news", 60, window("13:00", "22:00"))), Broken: map[int]bool{1: true}},
			"2026-06-01 12:20",
			"Shows “Family board” until 13:00, then the last good screen stays.", "Wakes at 13:00 because then the last good screen stays.",
		},
		{
			"next week",
			schedule.Input{Playlist: playlist(layout("board", 60), ranked(1, dated("2026-06-08", "", layout("news", 60))))},
			"2026-06-01 12:20",
			"Shows “Family board” until 8 June 00:00, then “news”.", "Wakes tomorrow at 12:20 to be heard of once a day.",
		},
		{
			"next year",
			schedule.Input{Playlist: playlist(layout("board", 60), ranked(1, dated("2027-01-05", "", layout("news", 60))))},
			"2026-12-29 12:20",
			"Shows “Family board” until 5 January 2027 00:00, then “news”.", "Wakes tomorrow at 12:20 to be heard of once a day.",
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			row.in.Zone = berlin
			row.in.Names = map[string]string{"board": "Family board", "h": "Holiday"}
			got := schedule.Decide(row.in, at(row.now))
			same(t, row.why+"\n"+row.wake, got.Why+"\n"+got.WakeWhy)
		})
	}
}

func TestWarnings(t *testing.T) {
	now := moment(t, time.UTC, "2026-06-01 12:20")
	asleep := playlist()
	asleep.Sleep = []schedule.Sleep{sleep("night", "00:00", "00:00")}
	for _, row := range []struct {
		name    string
		in      schedule.Input
		stalled bool
		want    []string
	}{
		{"all is well", schedule.Input{Playlist: playlist(layout("a", 5))}, false, nil},
		{"empty", schedule.Input{Playlist: playlist()}, true, []string{"The playlist “House” is empty."}},
		{"empty, but asleep", schedule.Input{Playlist: asleep}, false, nil},
		{
			"closed",
			schedule.Input{Playlist: playlist(layout("a", 5, window("13:00", "14:00")))},
			true,
			[]string{"No entry of the playlist “House” is open at this time."},
		},
		{
			"one is broken",
			schedule.Input{Playlist: playlist(layout("a", 5), layout("b", 5)), Broken: map[int]bool{1: true}},
			false,
			[]string{"“b” failed to draw lately and is skipped."},
		},
		{
			"a broken one is closed",
			schedule.Input{Playlist: playlist(layout("a", 5), layout("b", 5, window("13:00", "14:00"))), Broken: map[int]bool{1: true}},
			false,
			nil,
		},
		{
			"all are broken",
			schedule.Input{Playlist: playlist(layout("a", 5)), Broken: map[int]bool{0: true}},
			true,
			[]string{
				"All that the playlist “House” has for this time failed to draw; the last good screen stays.",
				"“a” failed to draw lately and is skipped.",
			},
		},
		{
			"an empty album beside others",
			schedule.Input{Playlist: playlist(layout("a", 5), album("h", 5))},
			false,
			[]string{"The album “Holiday” has no pictures and is skipped."},
		},
		{
			"an empty album alone",
			schedule.Input{Playlist: playlist(album("h", 5))},
			true,
			[]string{"The playlist “House” has nothing that can be drawn.", "The album “Holiday” has no pictures and is skipped."},
		},
		{
			"what was asked for is broken",
			schedule.Input{
				Playlist: playlist(layout("a", 5)), Broken: map[int]bool{schedule.Overridden: true},
				Override: schedule.Override{Entry: layout("x", 5), Until: now.Add(time.Hour)},
			},
			false,
			[]string{"“x” was asked for and cannot be drawn."},
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			row.in.Names = map[string]string{"h": "Holiday"}
			got := schedule.Decide(row.in, now)
			same(t, row.want, got.Warnings)
			same(t, row.stalled, got.Stalled)
		})
	}
}
