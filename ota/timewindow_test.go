package ota_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
	_ "time/tzdata" // the zones of these tests, wherever they run

	"personalcms/ota"
)

// zone is a zone with daylight saving time; the program carries its own copy of the zones.
func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	at, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// night is a window over midnight, early one before noon.
var (
	night = ota.Window{From: "22:30", To: "04:00"}
	early = ota.Window{From: "02:00", To: "04:00"}
)

// weekly is a window on some days.
func weekly(from, to string, days ...string) ota.Window {
	return ota.Window{From: from, To: to, Days: days}
}

func TestAWindowIsOpen(t *testing.T) {
	for _, row := range []struct {
		name   string
		window ota.Window
		at     string // 23 November 2026 is a Monday
		want   bool
	}{
		{"none is always open", ota.Window{}, "2026-11-23 12:00:00", true},
		{"before it opens", early, "2026-11-23 01:59:59", false},
		{"as it opens", early, "2026-11-23 02:00:00", true},
		{"in its last second", early, "2026-11-23 03:59:59", true},
		{"as it closes", early, "2026-11-23 04:00:00", false},
		{"over midnight, before", night, "2026-11-23 22:29:59", false},
		{"over midnight, in the evening", night, "2026-11-23 22:30:00", true},
		{"over midnight, at midnight", night, "2026-11-24 00:00:00", true},
		{"over midnight, in the morning", night, "2026-11-24 03:59:59", true},
		{"over midnight, after", night, "2026-11-24 04:00:00", false},
		{"on its day", weekly("02:00", "04:00", "mon"), "2026-11-23 03:00:00", true},
		{"on another day", weekly("02:00", "04:00", "tue", "sun"), "2026-11-23 03:00:00", false},
		{"on one of its days", weekly("02:00", "04:00", "sat", "mon"), "2026-11-23 03:00:00", true},
		{"over midnight, in the evening of its day", weekly("22:30", "04:00", "mon"), "2026-11-23 23:00:00", true},
		{"over midnight, in the morning after its day", weekly("22:30", "04:00", "mon"), "2026-11-24 03:00:00", true},
		{"over midnight, in the morning of its day", weekly("22:30", "04:00", "mon"), "2026-11-23 03:00:00", false},
		{"over midnight, in the evening after its day", weekly("22:30", "04:00", "mon"), "2026-11-24 23:00:00", false},
		{"over the night from saturday to sunday", weekly("22:30", "04:00", "sat"), "2026-11-29 01:00:00", true},
		{"over the night from sunday to monday", weekly("22:30", "04:00", "sun"), "2026-11-30 01:00:00", true},
		{"until midnight, before", weekly("22:00", "00:00"), "2026-11-23 23:59:59", true},
		{"until midnight, at midnight", weekly("22:00", "00:00"), "2026-11-24 00:00:00", false},
		{"from midnight", weekly("00:00", "01:00", "mon"), "2026-11-23 00:00:00", true},
	} {
		at, err := time.Parse(time.DateTime, row.at)
		if err != nil {
			t.Fatal(err)
		}
		if got := row.window.Open(at); got != row.want {
			t.Errorf("%s: open %v, want %v", row.name, got, row.want)
		}
	}
}

func TestAWindowIsCheckedByTheClockOnTheWall(t *testing.T) {
	instant := time.Date(2026, 11, 23, 2, 30, 0, 0, time.UTC)
	for name, want := range map[string]bool{
		"UTC": true, "Europe/Berlin": true, "Europe/Moscow": false, "America/New_York": false, "Asia/Kolkata": false,
	} {
		if got := early.Open(instant.In(zone(t, name))); got != want {
			t.Errorf("%s: open %v, want %v", name, got, want)
		}
	}
}

func TestWhenAWindowOpens(t *testing.T) {
	for _, row := range []struct {
		name     string
		window   ota.Window
		at, want string
	}{
		{"none, now", ota.Window{}, "2026-11-23 12:00:00", "2026-11-23 12:00:00"},
		{"open, now", early, "2026-11-23 03:14:15", "2026-11-23 03:14:15"},
		{"later today", early, "2026-11-23 01:00:00", "2026-11-23 02:00:00"},
		{"tomorrow", early, "2026-11-23 04:00:00", "2026-11-24 02:00:00"},
		{"over midnight, this evening", night, "2026-11-23 12:00:00", "2026-11-23 22:30:00"},
		{"over midnight, now", night, "2026-11-23 00:10:00", "2026-11-23 00:10:00"},
		{"on a day in five days", weekly("02:00", "04:00", "sat"), "2026-11-23 12:00:00", "2026-11-28 02:00:00"},
		{"just missed, in a week", weekly("02:00", "04:00", "mon"), "2026-11-23 04:00:00", "2026-11-30 02:00:00"},
		{"over the end of the year", early, "2026-12-31 05:00:00", "2027-01-01 02:00:00"},
	} {
		at, _ := time.Parse(time.DateTime, row.at)
		if got := row.window.Opens(at).Format(time.DateTime); got != row.want {
			t.Errorf("%s: %s, want %s", row.name, got, row.want)
		}
	}
}

// TestClocksGoForward: in the night to 29 March 2026 Berlin has no hour from 02:00 to 03:00.
func TestClocksGoForward(t *testing.T) {
	berlin := zone(t, "Europe/Berlin")
	evening := time.Date(2026, 3, 28, 23, 0, 0, 0, berlin)
	for _, row := range []struct {
		name   string
		window ota.Window
		open   time.Duration // in the 24 hours after the evening
		opens  string
	}{
		{"half of it is missing", weekly("02:00", "04:00"), time.Hour, "2026-03-29 03:00:00 CEST"},
		{"its beginning is missing", weekly("02:30", "04:00"), time.Hour, "2026-03-29 03:00:00 CEST"},
		{"it is missing", weekly("02:00", "03:00"), 0, "2026-03-30 02:00:00 CEST"},
		{"a piece of the hour, missing", weekly("02:30", "02:45"), 0, "2026-03-30 02:30:00 CEST"},
		{"it begins behind", weekly("03:00", "04:00"), time.Hour, "2026-03-29 03:00:00 CEST"},
		{"it lies around", weekly("01:00", "05:00"), 3 * time.Hour, "2026-03-29 01:00:00 CET"},
	} {
		if got := openFor(row.window, evening); got != row.open {
			t.Errorf("%s: open for %s, want %s", row.name, got, row.open)
		}
		if got := row.window.Opens(evening).Format("2006-01-02 15:04:05 MST"); got != row.opens {
			t.Errorf("%s: opens %s, want %s", row.name, got, row.opens)
		}
	}
}

// TestClocksGoBack: in the night to 25 October 2026 Berlin has the hour from 02:00 to 03:00 twice.
func TestClocksGoBack(t *testing.T) {
	berlin := zone(t, "Europe/Berlin")
	evening := time.Date(2026, 10, 24, 23, 0, 0, 0, berlin)
	for _, row := range []struct {
		name   string
		window ota.Window
		after  time.Duration // the evening
		open   time.Duration // in the 24 hours after that
		opens  string
	}{
		{"the hour comes twice", weekly("02:00", "03:00"), 0, 2 * time.Hour, "2026-10-25 02:00:00 CEST"},
		{"a piece of it comes twice", weekly("02:00", "02:30"), 0, time.Hour, "2026-10-25 02:00:00 CEST"},
		{"after its first time", weekly("02:00", "02:30"), 3*time.Hour + 40*time.Minute, 30 * time.Minute, "2026-10-25 02:00:00 CET"},
		{"after its second time", weekly("02:00", "02:30"), 5 * time.Hour, 0, "2026-10-26 02:00:00 CET"},
		{"it begins behind", weekly("03:00", "04:00"), 0, time.Hour, "2026-10-25 03:00:00 CET"},
		{"it lies around", weekly("01:00", "05:00"), 0, 5 * time.Hour, "2026-10-25 01:00:00 CEST"},
	} {
		at := evening.Add(row.after)
		if got := openFor(row.window, at); got != row.open {
			t.Errorf("%s: open for %s, want %s", row.name, got, row.open)
		}
		if got := row.window.Opens(at).Format("2006-01-02 15:04:05 MST"); got != row.opens {
			t.Errorf("%s: opens %s, want %s", row.name, got, row.opens)
		}
	}
}

// openFor counts the minutes of the 23 hours after a time in which a window is open.
func openFor(w ota.Window, from time.Time) time.Duration {
	open := time.Duration(0)
	for minute := range 23 * 60 {
		if w.Open(from.Add(time.Duration(minute) * time.Minute)) {
			open += time.Minute
		}
	}
	return open
}

// TestAWindowOpensAtItsFirstOpenMinute, whatever the window, the day and the zone.
func TestAWindowOpensAtItsFirstOpenMinute(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 5))
	clock := func() string { return fmt.Sprintf("%02d:%02d", random.IntN(24), 15*random.IntN(4)) }
	for _, name := range []string{"UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"} {
		in := zone(t, name)
		for range 200 {
			window := weekly(clock(), clock())
			for _, day := range ota.Weekdays {
				if random.IntN(4) == 0 {
					window.Days = append(window.Days, day)
				}
			}
			if window.Check() != nil {
				continue
			}
			at := time.Date(2026, time.Month(1+random.IntN(12)), 1+random.IntN(28), random.IntN(24), random.IntN(60), 0, 0, in)
			want := at
			for limit := at.AddDate(0, 0, 8); !window.Open(want) && want.Before(limit); {
				want = want.Add(time.Minute)
			}
			if got := window.Opens(at); !got.Equal(want) {
				t.Errorf("%s opens after %s at %s, want %s", window.Words(), at, got, want)
			}
		}
	}
}

func TestAWindowThatCannotBe(t *testing.T) {
	for _, row := range []struct {
		name   string
		window ota.Window
		good   bool
	}{
		{"none", ota.Window{}, true},
		{"a night", night, true},
		{"on some days", weekly("00:00", "23:59", "sun", "sat"), true},
		{"without an end", ota.Window{From: "02:00"}, false},
		{"without a beginning", ota.Window{To: "02:00"}, false},
		{"of no length", weekly("02:00", "02:00"), false},
		{"with one digit", weekly("2:00", "04:00"), false},
		{"with seconds", weekly("02:00:00", "04:00"), false},
		{"after the day's end", weekly("22:00", "24:00"), false},
		{"with words", weekly("night", "morning"), false},
		{"on a day nobody knows", weekly("02:00", "04:00", "mon", "Monday"), false},
		{"of days without times", ota.Window{Days: []string{"sat"}}, false},
	} {
		if err := row.window.Check(); (err == nil) != row.good {
			t.Errorf("%s: %v", row.name, err)
		}
	}
}

func TestAWindowInWords(t *testing.T) {
	for want, window := range map[string]ota.Window{
		"any time": {}, "22:30–04:00": night, "02:00–04:00 (sat, sun)": weekly("02:00", "04:00", "sat", "sun"),
	} {
		if got := window.Words(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
