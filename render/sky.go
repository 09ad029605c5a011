package render

import (
	"math"
	"time"
)

// Sun is a day of the sun at a place. Its times are zero where they do not happen on that day.
type Sun struct {
	Rise, Set time.Time // the upper edge at the horizon, refraction included
	Dawn      time.Time // civil twilight begins: the sun 6° below the horizon
	Dusk      time.Time // and ends
	Noon      time.Time // highest
	Up        bool      // it does not set: polar day
	Down      bool      // it does not rise: polar night
}

// Length is how long the sun is up, from rise to set.
func (s Sun) Length() time.Duration {
	switch {
	case s.Up:
		return 24 * time.Hour
	case s.Down:
		return 0
	}
	return s.Set.Sub(s.Rise)
}

// Heights of the sun's middle at rise and at the end of civil twilight, in degrees.
const (
	horizon  = -0.833 // half the disc and the air's refraction
	twilight = -6
)

// SunOn computes the sun on the day of date, in date's time zone, at a latitude (north positive) and a longitude (east
// positive) in degrees; within about a minute between the polar circles. The equations are those of NOAA's solar calculator,
// after Jean Meeus, Astronomical Algorithms, chapter 25.
func SunOn(date time.Time, latitude, longitude float64) Sun {
	midday := time.Date(date.Year(), date.Month(), date.Day(), 12, 0, 0, 0, date.Location())
	noon := midday
	for range 2 { // the equation of time is that of the moment it is used for
		_, equation := solar(noon)
		noon = noonNear(midday, longitude, equation)
	}
	s := Sun{Noon: noon}
	s.Rise, s.Set = crossings(noon, latitude, longitude, horizon)
	s.Dawn, s.Dusk = crossings(noon, latitude, longitude, twilight)
	if s.Rise.IsZero() || s.Set.IsZero() {
		declination, _ := solar(noon)
		s.Rise, s.Set = time.Time{}, time.Time{}
		s.Up = highest(latitude, declination) > horizon
		s.Down = !s.Up
	}
	return s
}

// noonNear is the sun's highest moment on the day around midday.
func noonNear(midday time.Time, longitude, equation float64) time.Time {
	utc := time.Date(midday.Year(), midday.Month(), midday.Day(), 0, 0, 0, 0, time.UTC)
	noon := utc.Add(minutes(720 - 4*longitude - equation))
	for noon.Sub(midday) > 12*time.Hour {
		noon = noon.Add(-24 * time.Hour)
	}
	for midday.Sub(noon) > 12*time.Hour {
		noon = noon.Add(24 * time.Hour)
	}
	return noon.In(midday.Location())
}

// crossings are the moments before and after noon at which the sun stands at some height; zero where it never does.
func crossings(noon time.Time, latitude, longitude, height float64) (before, after time.Time) {
	return crossing(noon, latitude, longitude, height, -1), crossing(noon, latitude, longitude, height, 1)
}

func crossing(noon time.Time, latitude, longitude, height, side float64) time.Time {
	at := noon
	for range 4 { // each step takes the declination of the moment found before
		declination, equation := solar(at)
		cosine := (sine(height) - sine(latitude)*sine(declination)) / (cosine(latitude) * cosine(declination))
		if !(math.Abs(cosine) <= 1) {
			return time.Time{}
		}
		angle := math.Acos(cosine) * 180 / math.Pi
		at = noonNear(noon, longitude, equation).Add(minutes(side * 4 * angle))
	}
	return at
}

// highest is the sun's height at noon in degrees.
func highest(latitude, declination float64) float64 { return 90 - math.Abs(latitude-declination) }

// solar is the sun's declination in degrees and the equation of time in minutes.
func solar(at time.Time) (declination, equation float64) {
	t := century(at)
	mean := math.Mod(280.46646+t*(36000.76983+t*0.0003032), 360)
	anomaly := 357.52911 + t*(35999.05029-0.0001537*t)
	eccentricity := 0.016708634 - t*(0.000042037+0.0000001267*t)
	center := sine(anomaly)*(1.914602-t*(0.004817+0.000014*t)) + sine(2*anomaly)*(0.019993-0.000101*t) + sine(3*anomaly)*0.000289
	node := 125.04 - 1934.136*t
	apparent := mean + center - 0.00569 - 0.00478*sine(node)
	obliquity := 23 + (26+(21.448-t*(46.815+t*(0.00059-t*0.001813)))/60)/60 + 0.00256*cosine(node)
	declination = math.Asin(sine(obliquity)*sine(apparent)) * 180 / math.Pi
	y := math.Pow(math.Tan(obliquity/2*math.Pi/180), 2)
	equation = 4 * 180 / math.Pi * (y*sine(2*mean) - 2*eccentricity*sine(anomaly) + 4*eccentricity*y*sine(anomaly)*cosine(2*mean) -
		y*y/2*sine(4*mean) - 1.25*eccentricity*eccentricity*sine(2*anomaly))
	return declination, equation
}

func sine(degrees float64) float64   { return math.Sin(degrees * math.Pi / 180) }
func cosine(degrees float64) float64 { return math.Cos(degrees * math.Pi / 180) }

func minutes(m float64) time.Duration { return time.Duration(m * float64(time.Minute)) }

// epoch is 1 January 2000, 12:00, from which the equations count.
func epoch() time.Time { return time.Date(2000, 1, 1, 12, 0, 0, 0, time.UTC) }

func days(at time.Time) float64 { return at.Sub(epoch()).Hours() / 24 }

func century(at time.Time) float64 { return days(at) / 36525 }
