package views

import (
	"net/url"
	"slices"
	"unicode"
	"unicode/utf8"
)

func escaped(key string) string { return url.PathEscape(key) }

func imageURL(key string) string { return "/ota-management/firmware/" + escaped(key) }

// UpperFirst makes a sentence of words that stand in one elsewhere: its first letter is a capital.
func UpperFirst(s string) string {
	first, length := utf8.DecodeRuneInString(s)
	if length == 0 {
		return ""
	}
	return string(unicode.ToUpper(first)) + s[length:]
}

// quiet tells whether nothing happened on some days.
func quiet(days []CalendarDay) bool {
	return !slices.ContainsFunc(days, func(day CalendarDay) bool { return len(day.Items) > 0 })
}
