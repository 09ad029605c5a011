package render

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// fresh is how old a value may be before its age is shown beside it.
const fresh = time.Hour

// number is a value with some decimal places and a real minus sign.
func number(value float64, places int) string {
	text := strconv.FormatFloat(value, 'f', places, 64)
	if math.Signbit(value) && strings.Trim(text, "-0.") == "" {
		text = text[1:] // −0.0 is 0.0
	}
	return strings.Replace(text, "-", "−", 1)
}

// words is all that a screen shows of a value.
func (v *Value) words(places int, now time.Time) string {
	if v == nil {
		return ""
	}
	return number(v.Value, places) + " " + v.age(now)
}

// age says how old a value is, "" while it is fresh.
func (v *Value) age(now time.Time) string {
	if old := now.Sub(v.At); old >= fresh {
		return fmt.Sprintf("%d h ago", int(old.Hours()))
	}
	return ""
}

func upper(text string) string { return strings.ToUpper(text) }

// joinDot puts a dot between two texts where there are two.
func joinDot(a, b string) string {
	switch "" {
	case a:
		return b
	case b:
		return a
	}
	return a + " · " + b
}
