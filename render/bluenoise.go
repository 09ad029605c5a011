package render

import (
	"math"
	"math/rand/v2"
)

// blueNoise is a square of thresholds of which the first n, for every n, lie evenly but without any pattern: R. A.
// Ulichney, “The void-and-cluster method for dither array generation”, 1993. A dot presses on its surroundings by a
// bell curve, beyond an edge on the other side. Where an empty place is pressed on least, there is the largest void;
// where a dot is pressed on most, the tightest cluster. It takes a tenth of a second or so.
func blueNoise() *thresholds {
	const side = 64
	f := newField(side)
	random := rand.New(rand.NewPCG(1993, side))
	first := side * side / 10
	for n := 0; n < first; {
		if at := random.IntN(side * side); !f.dots[at] {
			f.put(at, true)
			n++
		}
	}
	for { // dots move from clusters into voids until one would go back to where it was
		from := f.cluster()
		f.put(from, false)
		to := f.void()
		f.put(to, true)
		if from == to {
			break
		}
	}
	ranks := make([]uint16, side*side)
	begun := f.copy()
	for n := first - 1; n >= 0; n-- {
		at := begun.cluster()
		begun.put(at, false)
		ranks[at] = uint16(n)
	}
	// Ulichney goes on from the middle by the tightest clusters of empty places. As pressure adds up, these are
	// where dots press least: the largest voids again.
	for n := first; n < len(ranks); n++ {
		at := f.void()
		f.put(at, true)
		ranks[at] = uint16(n)
	}
	return &thresholds{side, ranks}
}

// field is a square with dots, and how much they press on every place.
type field struct {
	side     int
	dots     []bool
	pressure []int32
	bell     []int32 // of a dot at 0, 0
}

func newField(side int) *field {
	const width = 1.5 // of the bell, in pixels: the value Ulichney found best
	f := &field{side: side, dots: make([]bool, side*side), pressure: make([]int32, side*side), bell: make([]int32, side*side)}
	for i := range f.bell {
		x, y := i%side, i/side
		x, y = min(x, side-x), min(y, side-y)
		f.bell[i] = int32(math.Round(1e6 * math.Exp(-float64(x*x+y*y)/(2*width*width))))
	}
	return f
}

func (f *field) copy() *field {
	out := *f
	out.dots, out.pressure = append([]bool(nil), f.dots...), append([]int32(nil), f.pressure...)
	return &out
}

// put sets or takes away a dot.
func (f *field) put(at int, dot bool) {
	f.dots[at] = dot
	sign := int32(-1)
	if dot {
		sign = 1
	}
	const reach = 8 // beyond it the bell is nothing
	x, y := at%f.side, at/f.side
	for dy := -reach; dy <= reach; dy++ {
		for dx := -reach; dx <= reach; dx++ {
			place := (y+dy)&(f.side-1)*f.side + (x+dx)&(f.side-1)
			f.pressure[place] += sign * f.bell[dy&(f.side-1)*f.side+dx&(f.side-1)]
		}
	}
}

// void is the empty place that is pressed on least.
func (f *field) void() int {
	found, least := 0, int32(math.MaxInt32)
	for i, dot := range f.dots {
		if !dot && f.pressure[i] < least {
			found, least = i, f.pressure[i]
		}
	}
	return found
}

// cluster is the dot that is pressed on most.
func (f *field) cluster() int {
	found, most := 0, int32(-1)
	for i, dot := range f.dots {
		if dot && f.pressure[i] > most {
			found, most = i, f.pressure[i]
		}
	}
	return found
}
