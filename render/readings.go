package render

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// sensorOptions are the options of a kind that shows one sensor.
func sensorOptions(span string, more ...Option) []Option {
	return append([]Option{
		{Name: "sensor", Title: "Sensor", Type: "sensor", Default: "temperature"},
		{Name: "device", Title: "Device", Type: "device", Hint: "Leave empty for the screen’s own device."},
		spanOption(span),
	}, more...)
}

func spanOption(usual string) Option {
	return Option{Name: "span", Title: "How far back", Type: "choice", Default: usual, Choices: []Choice{{"24h", "24 hours"}, {"7d", "7 days"}, {"30d", "30 days"}}}
}

// name is what a sensor is called on a screen: its kind in the household's language.
func (s Series) name(l Locale) string {
	word := l.Word(strings.ToLower(s.Sensor))
	return l.Capital(strings.ReplaceAll(word, "_", " "))
}

// inUnits is a value and its unit as the household wants it: temperatures may be in °F.
func (s Series) inUnits(l Locale, value float64) (float64, string) {
	if s.Unit == "°C" {
		return l.Temperature(value), l.TemperatureUnit()
	}
	return value, s.Unit
}

// places is how many decimals a sensor's values are printed with: as many as help.
func (s Series) places(value float64) int {
	size := math.Abs(value)
	switch {
	case s.Unit == "%" || s.Unit == "hPa" || s.Unit == "lx" || s.Unit == "ppm" || size >= 1000:
		return 0
	case s.Unit == "V" || size < 1 && size > 0 && s.Unit != "°C":
		return 2
	case value == math.Trunc(value) && s.Unit != "°C":
		return 0
	}
	return 1
}

// print is a value without its unit: "21.4", "1.2 M".
func (s Series) print(l Locale, value float64) string {
	value, _ = s.inUnits(l, value)
	return short(l, value, s.places(value))
}

// short is a number that stays short when it is huge.
func short(l Locale, value float64, places int) string {
	for _, step := range []struct {
		from float64
		sign string
	}{{1e15, ""}, {1e12, " T"}, {1e9, " G"}, {1e6, " M"}} {
		if math.Abs(value) >= step.from {
			if step.sign == "" {
				return fmt.Sprintf("%.1e", value)
			}
			return l.Number(value/step.from, 2) + step.sign
		}
	}
	return l.Number(value, places)
}

// withUnit is a value and its unit in one piece: "44 %", "21.4 °C".
func (s Series) withUnit(l Locale, value float64) string {
	text, unit := s.split(l, value)
	return strings.TrimSpace(text + " " + unit)
}

// split is a value and its unit: "1.2" and "Mlx".
func (s Series) split(l Locale, value float64) (text, unit string) {
	_, unit = s.inUnits(l, value)
	text, thousands, _ := strings.Cut(s.print(l, value), " ")
	return text, thousands + unit
}

// sound are the points that are numbers.
func (s Series) sound() []Point {
	return slices.DeleteFunc(slices.Clone(s.Points), func(p Point) bool { return math.IsNaN(p.Value) || math.IsInf(p.Value, 0) })
}

// latest is the newest value there is, nil when there is none that can be printed.
func (s Series) latest() *Value {
	if s.Latest == nil || math.IsNaN(s.Latest.Value) || math.IsInf(s.Latest.Value, 0) {
		return nil
	}
	return s.Latest
}

// extremes are the least and the greatest of some points.
func extremes(points []Point) (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, p := range points {
		low, high = min(low, p.Value), max(high, p.Value)
	}
	return low, high
}

// change is how far a value moved in the hour before the latest; ok is false when it is not known.
func (s Series) change() (by float64, ok bool) {
	latest := s.latest()
	if latest == nil {
		return 0, false
	}
	before := latest.At.Add(-time.Hour)
	for _, p := range slices.Backward(s.sound()) {
		if !p.At.After(before) {
			return latest.Value - p.Value, before.Sub(p.At) < 30*time.Minute
		}
	}
	return 0, false
}

// oldAge is how old a value is in words, "" while it is fresh.
func (in Input) oldAge(v *Value) string {
	if v == nil || in.Now.Sub(v.At) < fresh {
		return ""
	}
	return in.Locale.Age(in.Now.Sub(v.At))
}

// agesAt is when an age that is shown has to be said anew; zero when none is shown and none will be soon.
func (in Input) agesAt(v *Value) time.Time {
	if v == nil {
		return time.Time{}
	}
	old := in.Now.Sub(v.At)
	switch {
	case old < fresh:
		return v.At.Add(fresh)
	case old < 48*time.Hour:
		return v.At.Add(old.Truncate(time.Hour) + time.Hour)
	}
	return v.At.Add(old.Truncate(24*time.Hour) + 24*time.Hour)
}
