package render

import (
	"math"

	"github.com/go-text/typesetting/font"
)

// heights turns the units of a face into pixels at one size. Sideways it only scales; upwards it bends
// small letters so that baseline, the height of small letters and that of capitals fall between two
// rows of pixels, for round letters as for straight ones: what font makers call alignment zones.
type heights struct {
	scale float32 // pixels per unit
	knots []knot  // rising; empty = heights are only scaled
}

type knot struct{ units, pixels float32 }

type heightsKey struct {
	face *font.Face
	size int
}

// maxFitted is the size from which on half a pixel of height cannot be seen, in pixels.
const maxFitted = 40

func newHeights(face *font.Face, size int, latin bool) heights {
	g := heights{scale: float32(size) / float32(face.Upem())}
	small, capital := face.LineMetric(font.XHeight), face.LineMetric(font.CapHeight)
	if size > maxFitted || small*g.scale < 4 || capital <= small {
		return g
	}
	whole := func(units float32) float32 { return float32(math.Round(float64(units * g.scale))) }
	if !latin { // other writings have other heights that count; they only keep in step with Latin ones
		g.knots = []knot{{0, 0}, {small, whole(small)}}
		return g
	}
	over := overshoot(face, small)
	tail := extent(face, 'p').bottom
	g.knots = []knot{
		{tail - over, whole(tail)},
		{tail, whole(tail)},
		{-over, 0},
		{0, 0},
		{small, whole(small)},
		{small + over, whole(small)},
		{capital, whole(capital)},
		{capital + over, whole(capital)},
	}
	return g
}

// height is a height above the baseline in pixels.
func (g heights) height(units float32) float32 {
	n := len(g.knots)
	if n == 0 {
		return units * g.scale
	}
	if n == 2 {
		return units * g.knots[1].pixels / g.knots[1].units
	}
	if first := g.knots[0]; units <= first.units {
		return first.pixels + (units-first.units)*g.scale
	}
	for i := 1; i < n; i++ {
		low, high := g.knots[i-1], g.knots[i]
		if units <= high.units {
			if high.units == low.units {
				return high.pixels
			}
			return low.pixels + (units-low.units)*(high.pixels-low.pixels)/(high.units-low.units)
		}
	}
	last := g.knots[n-1]
	return last.pixels + (units-last.units)*g.scale
}

// overshoot is how far round letters pass the lines that straight ones stand between, in units.
func overshoot(face *font.Face, small float32) float32 {
	o := extent(face, 'o')
	return max(0, o.top-small, -o.bottom)
}

type extents struct{ bottom, top float32 }

// extent is how far a letter reaches down and up, in units of its face.
func extent(face *font.Face, r rune) extents {
	id, _ := face.NominalGlyph(r)
	outline, _ := face.GlyphDataOutline(id)
	var e extents
	for i := range outline.Segments {
		for _, p := range outline.Segments[i].ArgsSlice() {
			e.bottom, e.top = min(e.bottom, p.Y), max(e.top, p.Y)
		}
	}
	return e
}
