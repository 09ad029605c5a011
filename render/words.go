package render

import (
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
