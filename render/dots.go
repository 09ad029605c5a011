package render

import (
	"image"
	"slices"
)

// Dithering is a way to turn the tones of a picture into dots.
type Dithering struct {
	Name  string // in an Edit
	Title string // for people
	Hint  string // for people: what it is good at
}

// DefaultDither is the way that is used where none is chosen.
const DefaultDither = "floyd-steinberg"

// Dithers lists the ways, the default first.
func Dithers() []Dithering {
	return []Dithering{
		{DefaultDither, "Floyd–Steinberg", "For most photographs: fine grain, true tones."},
		{"atkinson", "Atkinson", "More contrast: pale areas become clean white, dark ones black."},
		{"jarvis", "Jarvis–Judice–Ninke", "Soft, even tones with coarser grain."},
		{"stucki", "Stucki", "Like Jarvis–Judice–Ninke, a little sharper."},
		{"bayer", "Bayer", "A regular pattern, as in old newspapers and games."},
		{"blue-noise", "Blue noise", "Even grain without worms or patterns."},
		{"threshold", "Threshold", "No grain at all: for drawings and comics."},
	}
}

func isDither(name string) bool {
	return slices.ContainsFunc(Dithers(), func(d Dithering) bool { return d.Name == name })
}

// dots dithers a picture into the inks of a palette: an *image.Gray into its greys, an *image.RGBA, which must be
// opaque and begin at 0, 0, into all of them. A name there is none for is the default.
func (r *Renderer) dots(img image.Image, p Palette, name string) *Bitmap {
	switch name {
	case "atkinson":
		return diffuse(img, p, atkinson())
	case "jarvis":
		return diffuse(img, p, jarvis())
	case "stucki":
		return diffuse(img, p, stucki())
	case "bayer":
		return order(img, p, bayer().choose)
	case "blue-noise":
		return order(img, p, r.noise().choose)
	case "threshold":
		return order(img, p, foremost)
	}
	return floyd(img, p)
}

// floyd is the default way.
func floyd(img image.Image, p Palette) *Bitmap {
	if gray, ok := img.(*image.Gray); ok && p.Bits == 1 {
		return Dither(gray)
	}
	return diffuse(img, p, floydSteinberg())
}

// diffuse dithers by handing errors on.
func diffuse(img image.Image, p Palette, k kernel) *Bitmap {
	size := img.Bounds().Size()
	if gray, ok := img.(*image.Gray); ok {
		d, s := newDiffusion(k, size.X, 1), p.scale()
		return byRow(size, p, func(y int, inks []uint8) {
			d.begin()
			d.grays(s, gray.Pix[y*gray.Stride:][:size.X], inks)
		})
	}
	colour, d, m := img.(*image.RGBA), newDiffusion(k, size.X, 3), newMixer(p)
	return byRow(size, p, func(y int, inks []uint8) {
		d.begin()
		d.colours(m, colour.Pix[y*colour.Stride:][:4*size.X], inks)
	})
}

// byRow makes a bitmap of rows of inks.
func byRow(size image.Point, p Palette, row func(y int, inks []uint8)) *Bitmap {
	out, inks := newBitmap(size.X, size.Y, p), make([]uint8, size.X)
	for y := range size.Y {
		row(y, inks)
		out.pack(y, p.Bits, inks)
	}
	return out
}
