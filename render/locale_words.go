package render

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Word is one of the screens' own words by its key; English in a language without a vocabulary, the key itself where
// there is no such word.
func (l Locale) Word(key string) string {
	row, ok := vocabulary[key]
	if !ok {
		return key
	}
	return row[columnOf(l.habits().tag)]
}

// Say is one of the screens' own sentences with values put in their places: Say("updated %s", age).
func (l Locale) Say(key string, values ...any) string { return fmt.Sprintf(l.Word(key), values...) }

// count is the sentence for one or for many; French counts nothing as one.
func (l Locale) count(one, many string, n int) string {
	if n == 1 || n == 0 && l.habits().tag == "fr" {
		return l.Say(one, n)
	}
	return l.Say(many, n)
}

// Days is a number of days: "1 day", "3 days".
func (l Locale) Days(n int) string { return l.count("%d day", "%d days", n) }

// InDays is how many days something is away: "Today", "Tomorrow", "in 3 days", "3 days ago".
func (l Locale) InDays(n int) string {
	switch {
	case n == 0:
		return l.Word("today")
	case n == 1:
		return l.Word("tomorrow")
	case n == -1:
		return l.Word("yesterday")
	case n < 0:
		return l.count("%d day ago", "%d days ago", -n)
	}
	return l.count("in %d day", "in %d days", n)
}

// Age is how old something is: "5 min ago", "3 h ago", "2 days ago".
func (l Locale) Age(old time.Duration) string {
	switch {
	case old < time.Hour:
		return l.Say("%d min ago", int(old.Minutes()))
	case old < 48*time.Hour:
		return l.Say("%d h ago", int(old.Hours()))
	}
	return l.count("%d day ago", "%d days ago", int(old.Hours()/24))
}

// Relative is today, tomorrow or yesterday as seen from now, "" for other days. The days are those of now's time zone.
func (l Locale) Relative(day, now time.Time) string {
	if n := daysBetween(now, day.In(now.Location())); n >= -1 && n <= 1 {
		return l.InDays(n)
	}
	return ""
}

// daysBetween counts midnights, whatever daylight saving does to the hours between them.
func daysBetween(from, to time.Time) int {
	midday := func(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), t.Day(), 12, 0, 0, 0, time.UTC) }
	return int(midday(to).Sub(midday(from)).Hours() / 24)
}

// Week is the number of the week by ISO 8601: "Week 48".
func (l Locale) Week(t time.Time) string {
	_, week := t.ISOWeek()
	return l.Word("week no") + " " + strconv.Itoa(week)
}

// Compass is the direction of some degrees, 0 = north: "SW", in French "SO"; "" where it is none.
func (l Locale) Compass(degrees float64) string {
	if math.IsNaN(degrees) || math.IsInf(degrees, 0) {
		return ""
	}
	winds := [vocabularies]string{
		"N NE E SE S SW W NW", "N NO O SO S SW W NW", "N NE E SE S SO O NO", "N NE E SE S SO O NO", "N NE E SE S SO O NO", "N NO O ZO Z ZW W NW",
	}[columnOf(l.habits().tag)]
	eighth := int(math.Round(math.Mod(math.Mod(degrees, 360)+360, 360)/45)) % 8
	return strings.Fields(winds)[eighth]
}
