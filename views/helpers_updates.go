package views

import (
	"net/url"
	"slices"
	"strings"
)

func escaped(key string) string { return url.PathEscape(key) }

func imageURL(key string) string { return "/ota-management/firmware/" + escaped(key) }

func upperFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// quiet tells whether nothing happened on some days.
func quiet(days []CalendarDay) bool {
	return !slices.ContainsFunc(days, func(day CalendarDay) bool { return len(day.Items) > 0 })
}
