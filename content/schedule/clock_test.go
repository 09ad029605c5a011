package schedule_test

import (
	"testing"
	"time"

	"personalcms/content/schedule"
)

func TestWindows(t *testing.T) {
	for _, row := range []struct {
		name     string
		entries  []schedule.Entry
		from, to string // June 2026: the 1st is a Monday
		want     []string
	}{
		{
			"by day",
			[]schedule.Entry{picture("a", 1), ranked(1, layout("b", 15, window("07:00", "09:30")))},
			"2026-06-01 00:00", "2026-06-02 00:00",
			[]string{"01 00:00–01 07:00 picture a", "01 07:00–01 09:30 layout b", "01 09:30–02 00:00 picture a"},
		},
		{
			"past midnight",
			[]schedule.Entry{layout("b", 15, window("22:00", "02:00"))},
			"2026-06-01 00:00", "2026-06-02 12:00",
			[]string{
				"01 00:00–01 02:00 layout b", "01 02:00–01 22:00 nothing", "01 22:00–02 02:00 layout b",
				"02 02:00–02 12:00 nothing",
			},
		},
		{
			"past midnight belongs to the day it began",
			[]schedule.Entry{layout("b", 15, window("22:00", "02:00", "mon"))},
			"2026-06-01 00:00", "2026-06-03 00:00",
			[]string{"01 00:00–01 22:00 nothing", "01 22:00–02 02:00 layout b", "02 02:00–03 00:00 nothing"},
		},
		{
			"from Sunday into Monday",
			[]schedule.Entry{layout("b", 15, window("22:00", "02:00", "sun"))},
			"2026-06-07 12:00", "2026-06-08 12:00",
			[]string{"07 12:00–07 22:00 nothing", "07 22:00–08 02:00 layout b", "08 02:00–08 12:00 nothing"},
		},
		{
			"to midnight",
			[]schedule.Entry{layout("b", 15, window("18:00", "00:00", "mon"))},
			"2026-06-01 12:00", "2026-06-02 12:00",
			[]string{"01 12:00–01 18:00 nothing", "01 18:00–02 00:00 layout b", "02 00:00–02 12:00 nothing"},
		},
		{
			"round the clock",
			[]schedule.Entry{layout("b", 15, window("06:00", "06:00", "mon"))},
			"2026-06-01 00:00", "2026-06-03 00:00",
			[]string{"01 00:00–01 06:00 nothing", "01 06:00–02 06:00 layout b", "02 06:00–03 00:00 nothing"},
		},
		{
			"whole days that meet are one",
			[]schedule.Entry{layout("b", 15, window("00:00", "00:00", "tue", "wed"))},
			"2026-06-01 12:00", "2026-06-05 00:00",
			[]string{"01 12:00–02 00:00 nothing", "02 00:00–04 00:00 layout b", "04 00:00–05 00:00 nothing"},
		},
		{
			"several windows, some overlap",
			[]schedule.Entry{layout("b", 15, window("07:00", "09:00"), window("08:00", "10:00"), window("20:00", "21:00"))},
			"2026-06-01 06:00", "2026-06-01 22:00",
			[]string{
				"01 06:00–01 07:00 nothing", "01 07:00–01 10:00 layout b", "01 10:00–01 20:00 nothing",
				"01 20:00–01 21:00 layout b", "01 21:00–01 22:00 nothing",
			},
		},
		{
			"a window that makes no sense is never open",
			[]schedule.Entry{layout("b", 15, window("7 o’clock", "09:00")), layout("c", 15, window("07:00", "09:00", "noday"))},
			"2026-06-01 00:00", "2026-06-03 00:00",
			[]string{"01 00:00–03 00:00 nothing"},
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			same(t, row.want, spans(t, schedule.Input{Playlist: playlist(row.entries...)}, row.from, row.to))
		})
	}
}

func TestDates(t *testing.T) {
	for _, row := range []struct {
		name  string
		entry schedule.Entry
		want  []string
	}{
		{
			"both days count",
			dated("2026-06-02", "2026-06-03", layout("b", 15)),
			[]string{"01 00:00–02 00:00 picture a", "02 00:00–04 00:00 layout b", "04 00:00–05 00:00 picture a"},
		},
		{
			"open at the end",
			dated("2026-06-02", "", layout("b", 15)),
			[]string{"01 00:00–02 00:00 picture a", "02 00:00–05 00:00 layout b"},
		},
		{
			"open at the beginning",
			dated("", "2026-06-02", layout("b", 15)),
			[]string{"01 00:00–03 00:00 layout b", "03 00:00–05 00:00 picture a"},
		},
		{
			"the last night goes on past midnight",
			dated("2026-06-02", "2026-06-02", layout("b", 15, window("22:00", "02:00"))),
			[]string{"01 00:00–02 22:00 picture a", "02 22:00–03 02:00 layout b", "03 02:00–05 00:00 picture a"},
		},
		{
			"reversed",
			dated("2026-06-04", "2026-06-02", layout("b", 15)),
			[]string{"01 00:00–05 00:00 picture a"},
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			in := schedule.Input{Playlist: playlist(picture("a", 1), ranked(1, row.entry))}
			same(t, row.want, spans(t, in, "2026-06-01 00:00", "2026-06-05 00:00"))
		})
	}
}

// TestDaylightSaving looks at the days on which the clock is changed. Berlin: 02:00 becomes 03:00 on
// 29 March 2026 and 03:00 becomes 02:00 on 25 October. New York: 02:00 becomes 03:00 on 8 March, and 02:00
// becomes 01:00 on 1 November.
func TestDaylightSaving(t *testing.T) {
	for _, row := range []struct {
		name, zone string
		entry      schedule.Entry
		from, to   string
		want       []string
		open       time.Duration
	}{
		{
			"Berlin, spring, in the hour that is skipped", "Europe/Berlin",
			layout("b", 15, window("02:00", "03:00")),
			"2026-03-29 00:00", "2026-03-30 00:00",
			[]string{"29 00:00–30 00:00 picture a"},
			0,
		},
		{
			"Berlin, spring, into the hour that is skipped", "Europe/Berlin",
			layout("b", 15, window("01:00", "02:30")),
			"2026-03-29 00:00", "2026-03-30 00:00",
			[]string{"29 00:00–29 01:00 picture a", "29 01:00–29 03:00 layout b", "29 03:00–30 00:00 picture a"},
			time.Hour,
		},
		{
			"Berlin, spring, out of the hour that is skipped", "Europe/Berlin",
			layout("b", 15, window("02:30", "04:00")),
			"2026-03-29 00:00", "2026-03-30 00:00",
			[]string{"29 00:00–29 03:00 picture a", "29 03:00–29 04:00 layout b", "29 04:00–30 00:00 picture a"},
			time.Hour,
		},
		{
			"Berlin, autumn, the hour that comes twice", "Europe/Berlin",
			layout("b", 15, window("02:00", "03:00")),
			"2026-10-25 00:00", "2026-10-26 00:00",
			[]string{"25 00:00–25 02:00 picture a", "25 02:00–25 03:00 layout b", "25 03:00–26 00:00 picture a"},
			2 * time.Hour,
		},
		{
			"Berlin, autumn, a part of it comes twice", "Europe/Berlin",
			layout("b", 15, window("02:15", "02:45")),
			"2026-10-25 00:00", "2026-10-26 00:00",
			[]string{
				"25 00:00–25 02:15 picture a", "25 02:15–25 02:45 layout b", "25 02:45–25 02:15 picture a",
				"25 02:15–25 02:45 layout b", "25 02:45–26 00:00 picture a",
			},
			time.Hour,
		},
		{
			"Berlin, autumn, over the hour", "Europe/Berlin",
			layout("b", 15, window("22:00", "06:00", "sat")),
			"2026-10-24 12:00", "2026-10-26 00:00",
			[]string{"24 12:00–24 22:00 picture a", "24 22:00–25 06:00 layout b", "25 06:00–26 00:00 picture a"},
			9 * time.Hour,
		},
		{
			"New York, spring, over the hour", "America/New_York",
			layout("b", 15, window("22:00", "06:00", "sat")),
			"2026-03-07 12:00", "2026-03-09 00:00",
			[]string{"07 12:00–07 22:00 picture a", "07 22:00–08 06:00 layout b", "08 06:00–09 00:00 picture a"},
			7 * time.Hour,
		},
		{
			"New York, spring, in the hour that is skipped", "America/New_York",
			layout("b", 15, window("02:00", "03:00")),
			"2026-03-08 00:00", "2026-03-09 00:00",
			[]string{"08 00:00–09 00:00 picture a"},
			0,
		},
		{
			"New York, autumn, the hour that comes twice", "America/New_York",
			layout("b", 15, window("01:00", "02:00", "sun")),
			"2026-11-01 00:00", "2026-11-02 00:00",
			[]string{"01 00:00–01 01:00 picture a", "01 01:00–01 02:00 layout b", "01 02:00–02 00:00 picture a"},
			2 * time.Hour,
		},
		{
			"New York, autumn, the date ends at midnight", "America/New_York",
			dated("2026-11-01", "2026-11-01", layout("b", 15)),
			"2026-10-31 12:00", "2026-11-03 00:00",
			[]string{"31 12:00–01 00:00 picture a", "01 00:00–02 00:00 layout b", "02 00:00–03 00:00 picture a"},
			25 * time.Hour,
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			loc := zone(t, row.zone)
			in := schedule.Input{Playlist: playlist(picture("a", 1), ranked(1, row.entry)), Zone: loc}
			same(t, row.want, spans(t, in, row.from, row.to))
			open := time.Duration(0)
			for _, slot := range schedule.Preview(in, moment(t, loc, row.from), moment(t, loc, row.to)) {
				if slot.Show.Ref == "b" {
					open += slot.Until.Sub(slot.From)
				}
			}
			same(t, row.open, open)
		})
	}
}

func TestSleep(t *testing.T) {
	berlin := "Europe/Berlin"
	for _, row := range []struct {
		name, zone string
		sleep      []schedule.Sleep
		from, to   string
		want       []string
	}{
		{
			"every night", "UTC",
			[]schedule.Sleep{sleep("night", "22:00", "06:30")},
			"2026-06-01 12:00", "2026-06-02 12:00",
			[]string{"01 12:00–01 22:00 layout a", "01 22:00–02 06:30 night (sleep)", "02 06:30–02 12:00 layout a"},
		},
		{
			"longer at the weekend: Friday night and Saturday night", "UTC",
			[]schedule.Sleep{
				sleep("night", "22:00", "06:00", "mon", "tue", "wed", "thu", "sun"),
				sleep("keep", "23:30", "09:00", "fri", "sat"),
			},
			"2026-06-05 12:00", "2026-06-08 12:00",
			[]string{
				"05 12:00–05 23:30 layout a", "05 23:30–06 09:00 keep (sleep)", "06 09:00–06 23:30 layout a",
				"06 23:30–07 09:00 keep (sleep)", "07 09:00–07 22:00 layout a", "07 22:00–08 06:00 night (sleep)",
				"08 06:00–08 12:00 layout a",
			},
		},
		{
			"an office sleeps from Friday to Monday in one", "UTC",
			[]schedule.Sleep{
				sleep("night", "18:00", "08:00"), sleep("night", "00:00", "00:00", "sat", "sun"),
			},
			"2026-06-05 12:00", "2026-06-08 12:00",
			[]string{"05 12:00–05 18:00 layout a", "05 18:00–08 08:00 night (sleep)", "08 08:00–08 12:00 layout a"},
		},
		{
			"of hours that overlap the first in the list names the screen", "UTC",
			[]schedule.Sleep{sleep("keep", "13:00", "14:00"), sleep("night", "12:30", "14:30")},
			"2026-06-01 12:00", "2026-06-01 15:00",
			[]string{
				"01 12:00–01 12:30 layout a", "01 12:30–01 13:00 night (sleep)", "01 13:00–01 14:00 keep (sleep)",
				"01 14:00–01 14:30 night (sleep)", "01 14:30–01 15:00 layout a",
			},
		},
		{
			"hours without a screen show the night", "UTC",
			[]schedule.Sleep{sleep("", "13:00", "14:00")},
			"2026-06-01 12:00", "2026-06-01 15:00",
			[]string{"01 12:00–01 13:00 layout a", "01 13:00–01 14:00 night (sleep)", "01 14:00–01 15:00 layout a"},
		},
		{
			"hours that make no sense never hold", "UTC",
			[]schedule.Sleep{sleep("night", "25:00", "26:00"), sleep("night", "13:00", "14:00", "Monday")},
			"2026-06-01 12:00", "2026-06-02 12:00",
			[]string{"01 12:00–02 12:00 layout a"},
		},
		{
			"to the hour that is skipped", berlin,
			[]schedule.Sleep{sleep("night", "22:00", "02:30")},
			"2026-03-28 20:00", "2026-03-29 08:00",
			[]string{"28 20:00–28 22:00 layout a", "28 22:00–29 03:00 night (sleep)", "29 03:00–29 08:00 layout a"},
		},
		{
			"over the hour that comes twice", berlin,
			[]schedule.Sleep{sleep("night", "22:00", "06:00")},
			"2026-10-24 20:00", "2026-10-25 08:00",
			[]string{"24 20:00–24 22:00 layout a", "24 22:00–25 06:00 night (sleep)", "25 06:00–25 08:00 layout a"},
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			list := playlist(layout("a", 60))
			list.Sleep = row.sleep
			same(t, row.want, spans(t, schedule.Input{Playlist: list, Zone: zone(t, row.zone)}, row.from, row.to))
		})
	}
}

// TestWakesFromSleep: the device of a house in Berlin wakes at 06:30 on the wall in spring and autumn.
func TestWakesFromSleep(t *testing.T) {
	berlin := zone(t, "Europe/Berlin")
	list := playlist(layout("a", 60))
	list.Sleep = []schedule.Sleep{sleep("night", "22:00", "06:30")}
	for _, row := range []struct {
		now  string
		want time.Duration // of sleep that is left
	}{
		{"2026-03-27 22:00", 8*time.Hour + 30*time.Minute},
		{"2026-03-28 22:00", 7*time.Hour + 30*time.Minute},
		{"2026-10-23 22:00", 8*time.Hour + 30*time.Minute},
		{"2026-10-24 22:00", 9*time.Hour + 30*time.Minute},
		{"2026-10-25 05:00", 90 * time.Minute},
	} {
		now := moment(t, berlin, row.now)
		got := schedule.Decide(schedule.Input{Playlist: list, Zone: berlin, Refresh: time.Minute}, now)
		if got.By != schedule.BySleep || got.Wake.Sub(now) != row.want || !got.Wake.Equal(got.Until) {
			t.Errorf("%s: %s, wakes after %s, want %s", row.now, got.By, got.Wake.Sub(now), row.want)
		}
	}
}
