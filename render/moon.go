package render

import (
	"math"
	"time"
)

// Moon is how the moon looks at a moment.
type Moon struct {
	Lit      float64       // part of the disc that is lit, 0 to 1
	Age      time.Duration // since the last new moon
	Waxing   bool          // more of it is lit each night: on the right as seen from the north, on the left from the south
	Name     string        // a word of the vocabulary: "new moon", "waxing crescent", …
	NextNew  time.Time     // in the zone of the moment
	NextFull time.Time
}

// MoonAt computes the moon; the light within a hundredth, new and full moon within some minutes. After Jean Meeus,
// Astronomical Algorithms, chapters 48 and 49, with the larger terms.
func MoonAt(at time.Time) Moon {
	elongation := moonElongation(at)
	m := Moon{Lit: (1 - cosine(elongation)) / 2, Waxing: elongation < 180}
	lunation := math.Floor(days(at)/synodic) - 2
	var last time.Time
	for m.NextNew.IsZero() || m.NextFull.IsZero() {
		if t := phaseTime(lunation); !t.After(at) {
			last = t
		} else if m.NextNew.IsZero() {
			m.NextNew = t.In(at.Location())
		}
		if t := phaseTime(lunation + 0.5); t.After(at) && m.NextFull.IsZero() {
			m.NextFull = t.In(at.Location())
		}
		lunation++
	}
	m.Age = at.Sub(last)
	m.Name = phaseName(elongation)
	return m
}

// synodic is the mean time from new moon to new moon, in days.
const synodic = 29.530588861

// phaseName names the moon by how far it is ahead of the sun, in degrees: new, full and the quarters for about a day each.
func phaseName(elongation float64) string {
	const around = 6.5 // degrees that the moon gains on the sun in half a day
	names := [4][2]string{{"new moon", "waxing crescent"}, {"first quarter", "waxing gibbous"}, {"full moon", "waning gibbous"}, {"last quarter", "waning crescent"}}
	for i, pair := range names {
		if from := float64(i) * 90; elongation < from+around {
			return pair[0]
		} else if elongation < from+90-around {
			return pair[1]
		}
	}
	return "new moon"
}

// moonElongation is how far the moon is ahead of the sun along the sky, 0 to 360 degrees.
func moonElongation(at time.Time) float64 {
	t := century(at)
	d := 297.8501921 + t*(445267.1114034-t*0.0018819)
	m := 357.5291092 + t*(35999.0502909-t*0.0001536)
	mm := 134.9633964 + t*(477198.8675055+t*0.0087414)
	f := 93.2720950 + t*(483202.0175233-t*0.0036539)
	// The moon's longitude over its mean one, less the sun's over its: the larger terms of each.
	ahead := d + 6.288774*sine(mm) + 1.274027*sine(2*d-mm) + 0.658314*sine(2*d) + 0.213618*sine(2*mm) - 0.185116*sine(m) -
		0.114332*sine(2*f) + 0.058793*sine(2*d-2*mm) + 0.057066*sine(2*d-m-mm) + 0.053322*sine(2*d+mm) + 0.045758*sine(2*d-m) -
		0.040923*sine(m-mm) - 0.034720*sine(d) - 0.030383*sine(m+mm) - 1.914602*sine(m) - 0.019993*sine(2*m)
	return math.Mod(math.Mod(ahead, 360)+360, 360)
}

// phaseTime is the moment of a new moon (k whole) or full moon (k and a half), counted from the one of 6 January 2000.
func phaseTime(k float64) time.Time {
	t := k / 1236.85
	day := 2451550.09766 + synodic*k + t*t*0.00015437
	e := 1 - t*(0.002516+t*0.0000074)
	m := 2.5534 + 29.10535670*k - t*t*0.0000014
	mm := 201.5643 + 385.81693528*k + t*t*0.0107582
	f := 160.7108 + 390.67050284*k - t*t*0.0016118
	node := 124.7746 - 1.56375588*k + t*t*0.0020672
	terms := [...]float64{-0.40720, 0.17241, 0.01608, 0.01039, 0.00739, -0.00514, 0.00208, -0.00111, -0.00057, 0.00056, -0.00042, 0.00042, 0.00038, -0.00024}
	if k != math.Floor(k) {
		terms = [...]float64{-0.40614, 0.17302, 0.01614, 0.01043, 0.00734, -0.00515, 0.00209, -0.00111, -0.00057, 0.00056, -0.00042, 0.00042, 0.00038, -0.00024}
	}
	for i, angle := range [len(terms)]float64{mm, m, 2 * mm, 2 * f, mm - m, mm + m, 2 * m, mm - 2*f, mm + 2*f, 2*mm + m, 3 * mm, m + 2*f, m - 2*f, 2*mm - m} {
		term := terms[i] * sine(angle)
		switch i {
		case 1, 4, 5, 9, 11, 12, 13:
			term *= e
		case 6:
			term *= e * e
		}
		day += term
	}
	day += -0.00017*sine(node) + 0.000325*sine(299.77+0.107408*k-0.009173*t*t)
	return epoch().Add(time.Duration((day-2451545)*24*float64(time.Hour)) - dynamical)
}

// dynamical is what the uniform time of the equations is ahead of the clocks in these decades.
const dynamical = 69 * time.Second
