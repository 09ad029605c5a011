package render

import (
	"fmt"
	"math"
	"time"
)

// Units are how a household wants times and numbers written. Empty fields mean what is usual for the language.
type Units struct {
	Language    string `json:"language"`    // BCP 47, such as "en-GB" or "de"; "" = en-GB
	Clock       string `json:"clock"`       // "24", "12"
	Temperature string `json:"temperature"` // "C", "F"
	Wind        string `json:"wind"`        // "km/h", "mph", "m/s", "kn"
}

// Locale writes words, dates and numbers in a household's language and units. The zero Locale is British English.
type Locale struct {
	units Units
}

// NewLocale is the Locale of some units.
func NewLocale(u Units) Locale { return Locale{u} }

// Clock is a time of day, and in 12 hours its half: "14:05" and "", or "2:05" and "pm".
func (l Locale) Clock(t time.Time) (clock, half string) {
	if l.units.Clock == "12" {
		return t.Format("3:04"), t.Format("pm")
	}
	return t.Format("15:04"), ""
}

// Time is a time of day in one piece: "14:05" or "2:05 pm".
func (l Locale) Time(t time.Time) string {
	clock, half := l.Clock(t)
	if half != "" {
		clock += " " + half
	}
	return clock
}

// Weekday is the name of a day: "Monday".
func (l Locale) Weekday(t time.Time) string { return t.Format("Monday") }

// WeekdayShort is a short name of a day: "Mon".
func (l Locale) WeekdayShort(t time.Time) string { return t.Format("Mon") }

// Month is the name of a month standing alone: "November".
func (l Locale) Month(t time.Time) string { return t.Format("January") }

// DayMonth is a day without its year: "23 November".
func (l Locale) DayMonth(t time.Time) string { return t.Format("2 January") }

// ShortDay is a date in ever shorter forms: "Monday, 23 November", "Mon 23 November", … "23.11.".
func (l Locale) ShortDay(t time.Time) []string {
	return []string{t.Format("Monday, 2 January"), t.Format("Mon 2 January"), t.Format("Mon 2 Jan"), t.Format("2 Jan")}
}

// Relative is Today, Tomorrow, Yesterday or, for other days, "" ; both times are in the same zone.
func (l Locale) Relative(day, now time.Time) string {
	switch day.Format(time.DateOnly) {
	case now.Format(time.DateOnly):
		return l.Word("today")
	case now.AddDate(0, 0, 1).Format(time.DateOnly):
		return l.Word("tomorrow")
	case now.AddDate(0, 0, -1).Format(time.DateOnly):
		return l.Word("yesterday")
	}
	return ""
}

// FirstWeekday is the day weeks begin with.
func (l Locale) FirstWeekday() time.Weekday { return time.Monday }

// Number is a value with some decimal places, the language's decimal mark and a real minus sign.
func (l Locale) Number(value float64, places int) string { return number(value, places) }

// Temperature is degrees Celsius in the wanted unit.
func (l Locale) Temperature(celsius float64) float64 {
	if l.units.Temperature == "F" {
		return celsius*9/5 + 32
	}
	return celsius
}

// TemperatureUnit is "°C" or "°F".
func (l Locale) TemperatureUnit() string {
	if l.units.Temperature == "F" {
		return "°F"
	}
	return "°C"
}

// Wind is a speed given in km/h, with its unit: "14 km/h".
func (l Locale) Wind(kmh float64) string { return number(kmh, 0) + " km/h" }

// Compass is the direction of some degrees, 0 = north: "SW".
func (l Locale) Compass(degrees float64) string {
	points := []string{"N", "NE", "E", "SE", "S", "SW", "W", "NW"}
	return points[int(math.Round(degrees/45)+8)%8]
}

// Age is how old something is: "5 min ago", "3 h ago", "2 days ago".
func (l Locale) Age(old time.Duration) string {
	switch {
	case old < time.Hour:
		return fmt.Sprintf("%d min ago", int(old.Minutes()))
	case old < 48*time.Hour:
		return fmt.Sprintf("%d h ago", int(old.Hours()))
	}
	return fmt.Sprintf("%d days ago", int(old.Hours()/24))
}

// Word is one of the screens' own words: the key itself where the language has none.
func (l Locale) Word(key string) string {
	if word, ok := english[key]; ok {
		return word
	}
	return key
}

var english = map[string]string{
	"today": "Today", "tomorrow": "Tomorrow", "yesterday": "Yesterday", "all day": "all day",
	"joke": "A joke", "riddle": "Riddle", "answer": "Answer", "news": "News", "quote": "Quote",
	"no source": "No source is chosen.", "nothing yet": "nothing yet", "no items": "Nothing to show yet.",
	"no events": "No events", "humidity": "humidity", "no readings": "No readings yet.",
}
