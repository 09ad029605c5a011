package render

import (
	"math"
	"testing"
	"time"
)

func zoneOf(t *testing.T, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// near fails when a time is further than some minutes from the clock time that almanacs print.
func near(t *testing.T, what string, got time.Time, want string, within time.Duration) {
	t.Helper()
	clock, err := time.ParseInLocation("2006-01-02 15:04", want, got.Location())
	if err != nil {
		t.Fatal(err)
	}
	if diff := got.Sub(clock); diff.Abs() > within {
		t.Errorf("%s at %s, almanacs say %s", what, got.Format("2006-01-02 15:04:05"), want)
	}
}

func TestSunAsAlmanacsPrintIt(t *testing.T) {
	for _, row := range []struct {
		place, zone         string
		latitude, longitude float64
		rise, set           string
	}{
		{"Greenwich, summer", "Europe/London", 51.4779, 0, "2026-06-21 04:43", "2026-06-21 21:21"},
		{"Greenwich, winter", "Europe/London", 51.4779, 0, "2026-12-21 08:03", "2026-12-21 15:53"},
		{"Berlin, summer", "Europe/Berlin", 52.52, 13.405, "2026-06-21 04:43", "2026-06-21 21:33"},
		{"Berlin, winter", "Europe/Berlin", 52.52, 13.405, "2026-12-21 08:15", "2026-12-21 15:54"},
		{"New York, summer", "America/New_York", 40.7128, -74.006, "2026-06-21 05:25", "2026-06-21 20:31"},
		{"New York, winter", "America/New_York", 40.7128, -74.006, "2026-12-21 07:17", "2026-12-21 16:32"},
		{"Sydney, summer", "Australia/Sydney", -33.8688, 151.2093, "2026-12-22 05:41", "2026-12-22 20:05"},
		{"Sydney, winter", "Australia/Sydney", -33.8688, 151.2093, "2026-06-21 07:00", "2026-06-21 16:54"},
		{"Auckland, almost a day ahead", "Pacific/Auckland", -36.8485, 174.7633, "2026-12-22 05:58", "2026-12-22 20:40"},
		{"Honolulu, almost a day behind", "Pacific/Honolulu", 21.3069, -157.8583, "2026-06-21 05:50", "2026-06-21 19:16"},
	} {
		day, err := time.ParseInLocation("2006-01-02 15:04", row.rise, zoneOf(t, row.zone))
		if err != nil {
			t.Fatal(err)
		}
		for _, hour := range []int{0, 12, 23} { // the time of day must not matter
			sun := SunOn(time.Date(day.Year(), day.Month(), day.Day(), hour, 59, 0, 0, day.Location()), row.latitude, row.longitude)
			near(t, row.place+": sunrise", sun.Rise, row.rise, 2*time.Minute)
			near(t, row.place+": sunset", sun.Set, row.set, 2*time.Minute)
			if !sun.Dawn.Before(sun.Rise) || !sun.Dusk.After(sun.Set) || sun.Noon.Before(sun.Rise) || sun.Up || sun.Down {
				t.Errorf("%s: %+v", row.place, sun)
			}
		}
	}
}

func TestSunBeyondThePolarCircle(t *testing.T) {
	zone := zoneOf(t, "Europe/Oslo")
	for _, row := range []struct {
		name          string
		day           time.Time
		up, down      bool
		twilight      bool
		least, atMost time.Duration
	}{
		{"midsummer", time.Date(2026, 6, 21, 12, 0, 0, 0, zone), true, false, false, 24 * time.Hour, 24 * time.Hour},
		{"midwinter has its blue hours", time.Date(2026, 12, 21, 12, 0, 0, 0, zone), false, true, true, 0, 0},
		{"equinox", time.Date(2026, 3, 20, 12, 0, 0, 0, zone), false, false, true, 12 * time.Hour, 12*time.Hour + 30*time.Minute},
	} {
		sun := SunOn(row.day, 69.6492, 18.9553)
		if sun.Up != row.up || sun.Down != row.down || sun.Dawn.IsZero() == row.twilight {
			t.Errorf("Tromsø, %s: %+v", row.name, sun)
		}
		if length := sun.Length(); length < row.least || length > row.atMost {
			t.Errorf("Tromsø, %s: a day of %s", row.name, length)
		}
		if (row.up || row.down) && (!sun.Rise.IsZero() || !sun.Set.IsZero()) {
			t.Errorf("Tromsø, %s: sunrise %s, sunset %s", row.name, sun.Rise, sun.Set)
		}
	}
	for _, latitude := range []float64{90, -90} {
		if sun := SunOn(time.Date(2026, 6, 21, 0, 0, 0, 0, time.UTC), latitude, 0); sun.Up != (latitude > 0) || sun.Down == sun.Up {
			t.Errorf("pole %v: %+v", latitude, sun)
		}
	}
}

func TestSunOfMeeusExamples(t *testing.T) {
	declination, equation := solar(time.Date(1992, 10, 13, 0, 0, 0, 0, time.UTC)) // examples 25.a and 28.a
	if math.Abs(declination+7.785) > 0.01 || math.Abs(equation-13.71) > 0.02 {
		t.Errorf("declination %.3f°, equation of time %.2f min", declination, equation)
	}
}

func TestMoonsAsAlmanacsPrintThem(t *testing.T) {
	for _, row := range []struct {
		at   string
		full bool
	}{
		{"1977-02-18 03:37", false}, // example 49.a
		{"1999-08-11 11:08", false},
		{"2000-01-06 18:14", false},
		{"2000-01-21 04:40", true},
		{"2017-08-21 18:30", false},
		{"2019-01-21 05:16", true},
		{"2024-04-08 18:21", false},
		{"2025-03-14 06:55", true},
		{"2026-03-03 11:38", true},
		{"2026-08-12 17:37", false},
		{"2026-08-28 04:18", true},
	} {
		at, err := time.Parse("2006-01-02 15:04", row.at)
		if err != nil {
			t.Fatal(err)
		}
		before, then := MoonAt(at.Add(-26*time.Hour)), MoonAt(at)
		if row.full {
			near(t, "full moon", before.NextFull, row.at, 5*time.Minute)
			if then.Name != "full moon" || then.Lit < 0.995 || !before.Waxing {
				t.Errorf("at the full moon of %s: %+v", row.at, then)
			}
			continue
		}
		near(t, "new moon", before.NextNew, row.at, 5*time.Minute)
		if then.Name != "new moon" || then.Lit > 0.005 || before.Waxing {
			t.Errorf("at the new moon of %s: %+v", row.at, then)
		}
		if age := MoonAt(at.Add(10 * time.Hour)).Age; age < 9*time.Hour || age > 11*time.Hour {
			t.Errorf("ten hours after the new moon of %s its age is %s", row.at, age)
		}
	}
}

func TestMoonOfMeeusExample(t *testing.T) {
	if moon := MoonAt(time.Date(1992, 4, 12, 0, 0, 0, 0, time.UTC)); math.Abs(moon.Lit-0.6786) > 0.01 || moon.Name != "waxing gibbous" || !moon.Waxing {
		t.Errorf("example 48.a: %+v", moon)
	}
}

func TestMoonThroughAYear(t *testing.T) {
	names := map[string]int{}
	at := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	for range 365 {
		moon := MoonAt(at)
		names[moon.Name]++
		if moon.Lit < 0 || moon.Lit > 1 || moon.Age < 0 || moon.Age > 30*24*time.Hour || !moon.NextNew.After(at) || !moon.NextFull.After(at) {
			t.Errorf("%s: %+v", at, moon)
		}
		at = at.AddDate(0, 0, 1)
	}
	for _, name := range []string{
		"new moon", "waxing crescent", "first quarter", "waxing gibbous", "full moon", "waning gibbous", "last quarter", "waning crescent",
	} {
		if _, known := vocabulary[name]; names[name] < 10 || !known {
			t.Errorf("%q on %d days, in the vocabulary: %v", name, names[name], known)
		}
	}
}
