package admin

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// ago says how long ago a time was: "just now", "5 min", "3 h", "2 days".
func ago(t, now time.Time) string {
	d := now.Sub(t)
	switch {
	case d < time.Minute:
		return "just now"
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d.Hours()))
	}
	return fmt.Sprintf("%d days", int(d.Hours()/24))
}

// span says a length of time in its largest one or two units.
func span(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 24*time.Hour:
		return fmt.Sprintf("%d h %d min", int(d.Hours()), int(d.Minutes())%60)
	case d < 48*time.Hour:
		return fmt.Sprintf("1 day %d h", int(d.Hours())-24)
	}
	return fmt.Sprintf("%d days %d h", int(d.Hours())/24, int(d.Hours())%24)
}

// when is a time as a person writes it: the clock for today, with the day before that, with the year
// before this one.
func when(t, now time.Time, zone *time.Location) string {
	if t.IsZero() {
		return "never"
	}
	t, now = t.In(zone), now.In(zone)
	switch {
	case t.Format(time.DateOnly) == now.Format(time.DateOnly):
		return t.Format("15:04")
	case t.Year() == now.Year():
		return t.Format("2 Jan 15:04")
	}
	return t.Format("2 Jan 2006 15:04")
}

// size says a number of bytes: "48 KB", "1.2 MB".
func size(n int64) string {
	switch {
	case n < 1000:
		return fmt.Sprintf("%d bytes", n)
	case n < 999_500:
		return fmt.Sprintf("%.0f KB", float64(n)/1000)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/1e6)
}

// decimal is a number with one place and a real minus sign.
func decimal(value float64) string {
	return strings.Replace(strconv.FormatFloat(value, 'f', 1, 64), "-", "−", 1)
}

// whole is a whole number with a real minus sign.
func whole(value float64) string {
	return strings.Replace(strconv.FormatFloat(value, 'f', 0, 64), "-", "−", 1)
}

// list joins words as in a sentence.
func list(words []string) string {
	switch len(words) {
	case 0:
		return ""
	case 1:
		return words[0]
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

// chipName is a chip as its maker writes it.
func chipName(chip string) string {
	name := strings.ToUpper(chip)
	if rest, ok := strings.CutPrefix(name, "ESP32"); ok && rest != "" && !strings.HasPrefix(rest, "-") {
		return "ESP32-" + rest
	}
	return name
}
