package render

import (
	"image"
	"image/color"
)

// shade is a grey made of a regular pattern: the share of its pixels that are ink, in percent.
type shade int

const (
	shadeLight  shade = 12
	shadeMiddle shade = 25
	shadeDark   shade = 50
)

// inks tells whether a pixel of the screen is ink. Patterns are counted from the screen's corner, so that
// areas side by side join without a seam.
func (s shade) inks(x, y int) bool {
	switch s {
	case shadeLight:
		return y%2 == 0 && (x+y)%4 == 0
	case shadeMiddle:
		return (x+2*y)%4 == 0
	default:
		return (x+y)%2 == 0
	}
}

// shade fills a rectangle with a grey; what was drawn there before shows between its pixels.
func (c *canvas) shade(box image.Rectangle, s shade) {
	img, ink := c.pixels()
	box = box.Intersect(c.drawable())
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			if s.inks(x, y) {
				img.SetRGBA(x, y, ink)
			}
		}
	}
}

// pixels are the canvas itself, for what is drawn pixel by pixel, and the colour of ink.
func (c *canvas) pixels() (*image.RGBA, color.RGBA) {
	ink := color.RGBA{A: 255}
	if c.dark {
		ink = color.RGBA{R: 255, G: 255, B: 255, A: 255}
	}
	return c.Image().(*image.RGBA), ink
}

// drawable is where pixels may be set.
func (c *canvas) drawable() image.Rectangle {
	whole := image.Rect(0, 0, c.Width(), c.Height())
	if c.bounds.Empty() {
		return whole
	}
	return whole.Intersect(c.bounds)
}

// pen is how a curve is drawn.
type pen struct {
	width   int // pixels
	on, off int // lengths of dashes and of the gaps between them in pixels; off 0 = unbroken
}

// curve joins points by straight lines, pixel by pixel; nothing is drawn outside of a rectangle.
func (c *canvas) curve(points []image.Point, p pen, within image.Rectangle) {
	img, ink := c.pixels()
	within = within.Intersect(c.drawable())
	nib := p.nib()
	walked := 0
	dot := func(at image.Point) {
		walked++
		if p.off > 0 && walked%(p.on+p.off) >= p.on {
			return
		}
		for _, d := range nib {
			if q := at.Add(d); q.In(within) {
				img.SetRGBA(q.X, q.Y, ink)
			}
		}
	}
	for i, to := range points {
		if i == 0 {
			dot(to)
			continue
		}
		straight(points[i-1], to, dot)
	}
}

// nib is the pixels about a point that a pen inks: a square of up to two, a disc above.
func (p pen) nib() []image.Point {
	var nib []image.Point
	low := -(p.width - 1) / 2
	for y := low; y < low+p.width; y++ {
		for x := low; x < low+p.width; x++ {
			// Twice the distance from the middle, so that even widths need no halves.
			dx, dy := 2*x-2*low-p.width+1, 2*y-2*low-p.width+1
			if p.width < 3 || dx*dx+dy*dy <= p.width*p.width-2 {
				nib = append(nib, image.Pt(x, y))
			}
		}
	}
	return nib
}

// straight calls dot for the pixels from one point to another, without the first.
func straight(from, to image.Point, dot func(image.Point)) {
	dx, dy := to.X-from.X, to.Y-from.Y
	steps := max(dx, -dx, dy, -dy)
	for i := 1; i <= steps; i++ {
		dot(image.Pt(from.X+rounded(dx*i, steps), from.Y+rounded(dy*i, steps)))
	}
}

// rounded is a/b to the nearest whole number; b is positive.
func rounded(a, b int) int {
	if a < 0 {
		return -((-a + b/2) / b)
	}
	return (a + b/2) / b
}
