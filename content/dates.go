package content

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// What parseDate puts right in a date.
var (
	zoneName   = regexp.MustCompile(`^[A-Z]{3,4}$`)
	zoneOffset = regexp.MustCompile(`^(GMT|UTC)?[+-]\d\d:\d\d$`)
	wordOnly   = regexp.MustCompile(`^[A-Za-z]{2,9}\.?$`)
)

// dateLayouts are the forms in which feeds and APIs write dates, after weekday, zone names and doubled
// spaces were put right by parseDate.
func dateLayouts() []string {
	return []string{
		time.RFC3339, "2006-01-02T15:04:05Z0700", "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05", "2006-01-02T15:04",
		"2006-01-02 15:04:05 Z0700", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05", "2006-01-02 15:04", time.DateOnly,
		"2 Jan 2006 15:04:05 Z0700", "2 Jan 2006 15:04 Z0700", "2 Jan 2006 15:04:05", "2 Jan 2006 15:04", "2 Jan 2006",
		"2 January 2006 15:04:05 Z0700", "2 January 2006", "2 Jan 06 15:04:05 Z0700", "2 Jan 06 15:04 Z0700",
		"Jan 2 2006 15:04:05", "Jan 2 2006 3:04 PM", "Jan 2 2006", "January 2 2006", "Jan 2 15:04:05 2006", "Jan 2 15:04:05 Z0700 2006",
		"20060102T150405Z0700", "20060102T150405", "20060102", "2006/01/02 15:04:05", "2006/01/02", "2.1.2006 15:04", "2.1.2006",
		"2006-01", "2006",
	}
}

// zoneNames are the zones RFC 822 and servers of Europe write by name. A name that is not here is read as UTC.
func zoneNames() map[string]string {
	return map[string]string{
		"UT": "+0000", "UTC": "+0000", "GMT": "+0000", "Z": "+0000", "EST": "-0500", "EDT": "-0400", "CST": "-0600", "CDT": "-0500",
		"MST": "-0700", "MDT": "-0600", "PST": "-0800", "PDT": "-0700", "BST": "+0100", "WET": "+0000", "WEST": "+0100",
		"CET": "+0100", "CEST": "+0200", "MEZ": "+0100", "MESZ": "+0200", "EET": "+0200", "EEST": "+0300", "MSK": "+0300",
		"IST": "+0530", "JST": "+0900", "KST": "+0900", "AEST": "+1000", "AEDT": "+1100", "NZST": "+1200", "NZDT": "+1300",
	}
}

// parseDate reads a date in one of the many forms that occur, numbers of seconds or milliseconds since 1970
// among them. A time without a zone is read in zone, a date without a time
// is noon UTC. ok is false when it is none of them.
func parseDate(text string, zone *time.Location) (date time.Time, ok bool) {
	text = strings.TrimSpace(text)
	if len(text) > 64 {
		return time.Time{}, false
	}
	if number, err := strconv.ParseFloat(text, 64); err == nil && (len(text) != 8 || strings.Contains(text, ".")) {
		return dateOfNumber(number)
	}
	text = strings.ReplaceAll(text, ",", " ")
	words := strings.Fields(text)
	names := zoneNames()
	for i, word := range words {
		if offset, known := names[strings.ToUpper(word)]; known && i > 0 {
			words[i] = offset
		} else if i > 0 && zoneName.MatchString(word) && word != "PM" && word != "AM" {
			words[i] = "+0000"
		}
		if i > 0 && zoneOffset.MatchString(word) {
			words[i] = strings.ReplaceAll(word[max(0, len(word)-6):], ":", "")
		}
	}
	if len(words) > 1 && wordOnly.MatchString(words[0]) && !isMonth(words[0]) {
		words = words[1:] // a weekday, in whatever language, perhaps the wrong one
	}
	text = strings.Join(words, " ")
	for _, layout := range dateLayouts() {
		date, err := time.ParseInLocation(layout, text, zone)
		if err != nil {
			continue
		}
		if !strings.Contains(layout, "04") {
			date = noon(date)
		}
		return plausible(date)
	}
	return time.Time{}, false
}

func isMonth(word string) bool {
	for month := time.January; month <= time.December; month++ {
		if name := month.String(); strings.EqualFold(word, name) || len(word) >= 3 && strings.EqualFold(word[:3], name[:3]) && len(word) <= 4 {
			return true
		}
	}
	return false
}

// dateOfNumber reads years, and seconds, milliseconds or microseconds since 1970, told apart by their size.
func dateOfNumber(number float64) (time.Time, bool) {
	switch {
	case number >= 1 && number < 10000 && number == float64(int(number)):
		return noon(time.Date(int(number), 1, 1, 0, 0, 0, 0, time.UTC)), true
	case number >= 1e14 && number < 1e16:
		return plausible(time.UnixMicro(int64(number)))
	case number >= 1e11 && number < 1e14:
		return plausible(time.UnixMilli(int64(number)))
	case number >= 1e6 && number < 1e11:
		return plausible(time.Unix(int64(number), 0))
	}
	return time.Time{}, false
}

// noon stands for a date without a time: at noon UTC it is the same date in nearly every zone.
func noon(date time.Time) time.Time {
	y, m, d := date.Date()
	return time.Date(y, m, d, 12, 0, 0, 0, time.UTC)
}

// plausible refuses years that JSON cannot hold or no clock of a server shows.
func plausible(date time.Time) (time.Time, bool) {
	date = date.UTC()
	return date, date.Year() >= 1 && date.Year() <= 9999
}
