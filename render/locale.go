package render

import (
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Units are how the people of a house want words, times and values; every field may be empty.
type Units struct {
	Language    string `json:"language"`    // a tag such as "en-GB" or "de"; "" and unknown ones are English
	Clock       string `json:"clock"`       // "24" or "12"; "" = as usual for the language
	Temperature string `json:"temperature"` // "C" or "F"; "" = as usual
	Wind        string `json:"wind"`        // "km/h", "mph", "m/s" or "kn"; "" = as usual
}

// Languages are the tags that Units.Language may have, English first.
func Languages() []string {
	return []string{
		"en-GB", "en-US", "de", "de-CH", "fr", "es", "it", "nl", "pt", "pt-BR", "pl", "cs", "sv", "da", "nb", "fi", "el", "ru", "uk", "tr",
		"ar", "he", "hi", "th", "ja", "zh", "ko",
	}
}

// Locale writes days, times, values and the screens' own words as the people of a house want them. The
// zero Locale is that of empty Units: English with a 24-hour clock and metric units.
type Locale struct {
	made *habits // nil in the zero Locale; nobody changes it
}

// NewLocale makes the Locale of some units; what it does not know is as in English.
func NewLocale(u Units) Locale {
	h := habitsOf(u.Language)
	if u.Clock != "" {
		h.hours12 = u.Clock == "12"
	}
	if u.Temperature != "" {
		h.fahrenheit = u.Temperature == "F"
	}
	if u.Wind != "" {
		h.wind = u.Wind
	}
	return Locale{&h}
}

func (l Locale) habits() habits {
	if l.made == nil {
		return habitsOf("")
	}
	return *l.made
}

// Tag is the language tag in use, such as "de-CH".
func (l Locale) Tag() string { return l.habits().tag }

// RightToLeft tells whether the language is read from right to left.
func (l Locale) RightToLeft() bool { return l.habits().rightToLeft }

// Time is a time of day in one piece: "14:05", "2:05 pm", "오후 2:05".
func (l Locale) Time(t time.Time) string {
	digits, half := l.Clock(t)
	switch {
	case half == "":
		return digits
	case l.habits().halfFirst:
		return half + nbsp + digits
	}
	return digits + nbsp + half
}

// Clock is a time of day in two pieces, so that the half of the day can be drawn smaller; half is "" on a clock of 24 hours.
func (l Locale) Clock(t time.Time) (digits, half string) {
	minutes := t.Format("04")
	if !l.habits().hours12 {
		hours := t.Format("15")
		if l.habits().tag == "fi" { // Finns write no zero before the hour
			hours = strconv.Itoa(t.Hour())
		}
		return hours + l.habits().timeMark + minutes, ""
	}
	return strconv.Itoa((t.Hour()+11)%12+1) + l.habits().timeMark + minutes, item(l.habits().halves, t.Hour()/12)
}

// HalfFirst tells whether the half of the day stands before the digits.
func (l Locale) HalfFirst() bool { return l.habits().halfFirst }

// Weekday is the name of t's weekday: "Monday".
func (l Locale) Weekday(t time.Time) string { return item(l.habits().days, int(t.Weekday())) }

// WeekdayShort is its short name: "Mon".
func (l Locale) WeekdayShort(t time.Time) string { return item(l.habits().shortDays, int(t.Weekday())) }

// Month is the name of t's month as it stands alone: "November".
func (l Locale) Month(t time.Time) string { return item(l.habits().months, int(t.Month())-1) }

// MonthShort is its short name: "Nov".
func (l Locale) MonthShort(t time.Time) string { return item(l.habits().shortMonths, int(t.Month())-1) }

// MonthYear heads a calendar: "November 2026", "noviembre de 2026", "2026年11月".
func (l Locale) MonthYear(t time.Time) string {
	return l.fill(l.habits().monthYear, t, l.Month(t))
}

// Year is the year, of the calendar that the language's people use.
func (l Locale) Year(t time.Time) string { return strconv.Itoa(t.Year() + l.habits().yearsMore) }

// DayMonth is a day of the year: "23 November", "November 23", "23. November".
func (l Locale) DayMonth(t time.Time) string { return l.fill(l.habits().date, t, l.monthOf(t)) }

// ShortDay are ways to write a day, from the longest to the shortest: "Monday, 23 November", "Mon 23 November", "Mon 23 Nov",
// "23 Nov", "23/11". A widget takes the first that fits.
func (l Locale) ShortDay(t time.Time) []string {
	long, short, digits := l.DayMonth(t), l.fill(l.habits().shortDate, t, l.MonthShort(t)), l.fill(l.habits().digits, t, "")
	day := func(pattern, date string) string {
		return strings.NewReplacer("EEEE", l.Weekday(t), "EEE", l.WeekdayShort(t), "#", date).Replace(pattern)
	}
	var forms []string
	for _, form := range []string{day(l.habits().withDay, long), day(l.habits().withShortDay, long), day(l.habits().withShortDay, short), short, digits} {
		if len(forms) == 0 || forms[len(forms)-1] != form {
			forms = append(forms, form)
		}
	}
	return forms
}

func (l Locale) monthOf(t time.Time) string {
	if l.habits().monthsOf != "" {
		return item(l.habits().monthsOf, int(t.Month())-1)
	}
	return l.Month(t)
}

func (l Locale) fill(pattern string, t time.Time, month string) string {
	day := strconv.Itoa(t.Day())
	if l.habits().tag == "fr" && day == "1" && month != "" {
		day = "1er"
	}
	return strings.NewReplacer("MMMM", month, "MMM", month, "de", "de", "d", day,
		"m", strconv.Itoa(int(t.Month())), "y", l.Year(t)).Replace(pattern)
}

// item is one of a list divided by bars.
func item(list string, i int) string { return strings.Split(list, "|")[i] }

// Number is a value with some decimal places, the language's decimal mark and a real minus sign; from 10,000 on its thousands are
// divided. A value that is no number is a dash.
func (l Locale) Number(v float64, places int) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "–"
	}
	text := number(v, places)
	sign, text := splitSign(text)
	whole, fraction, _ := strings.Cut(text, ".")
	if len(whole) >= 5 {
		whole = l.divide(whole)
	}
	if fraction != "" {
		whole += l.habits().decimal + fraction
	}
	return sign + whole
}

func splitSign(text string) (sign, rest string) {
	if rest, ok := strings.CutPrefix(text, "−"); ok {
		return "−", rest
	}
	return "", text
}

func (l Locale) divide(digits string) string {
	size, out := 3, ""
	for len(digits) > size {
		out = l.habits().group + digits[len(digits)-size:] + out
		digits = digits[:len(digits)-size]
		if l.habits().lakh {
			size = 2
		}
	}
	return digits + out
}

// Percent is a value with the language's percent sign: "44%", "44 %", "%44".
func (l Locale) Percent(v float64, places int) string {
	return strings.Replace(l.habits().percent, "#", l.Number(v, places), 1)
}

// Temperature is a temperature in the wanted unit.
func (l Locale) Temperature(celsius float64) float64 {
	if l.habits().fahrenheit {
		return celsius*9/5 + 32
	}
	return celsius
}

// TemperatureUnit is "°C" or "°F".
func (l Locale) TemperatureUnit() string {
	if l.habits().fahrenheit {
		return "°F"
	}
	return "°C"
}

// Degrees is a temperature in the wanted unit as it stands alone: "−3°".
func (l Locale) Degrees(celsius float64, places int) string {
	return l.Number(l.Temperature(celsius), places) + "°"
}

// WindSpeed is a speed in the wanted unit.
func (l Locale) WindSpeed(kmh float64) float64 {
	switch l.habits().wind {
	case "mph":
		return kmh / 1.609344
	case "m/s":
		return kmh / 3.6
	case "kn":
		return kmh / 1.852
	}
	return kmh
}

// WindUnit is "km/h", "mph", "m/s" or "kn".
func (l Locale) WindUnit() string {
	switch unit := l.habits().wind; unit {
	case "mph", "m/s", "kn":
		return unit
	}
	return "km/h"
}

// Wind is a speed given in km/h, with the wanted unit: "14 km/h".
func (l Locale) Wind(kmh float64) string {
	return l.Number(l.WindSpeed(kmh), 0) + nbsp + l.WindUnit()
}

// FirstWeekday is the day that weeks begin with.
func (l Locale) FirstWeekday() time.Weekday { return l.habits().first }

// Capital is text with its first letter a capital: many languages write days and months small, but not where they begin a line.
func (l Locale) Capital(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	if l.habits().tag == "tr" && first == 'i' {
		return "İ" + text[size:]
	}
	return string(unicode.ToTitle(first)) + text[size:]
}
