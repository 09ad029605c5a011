package render

import "image"

// dots dithers a picture into the inks of a palette: an *image.Gray into its greys, an *image.RGBA, which must be
// opaque and begin at 0, 0, into all of them.
func dots(img image.Image, p Palette) *Bitmap {
	gray, isGray := img.(*image.Gray)
	if isGray && p.Bits == 1 {
		return Dither(gray)
	}
	size := img.Bounds().Size()
	out, inks := newBitmap(size.X, size.Y, p), make([]uint8, size.X)
	if isGray {
		d, s := newDiffusion(floydSteinberg(), size.X, 1), p.scale()
		for y := range size.Y {
			d.begin()
			d.grays(s, gray.Pix[y*gray.Stride:][:size.X], inks)
			out.pack(y, p.Bits, inks)
		}
		return out
	}
	colour, d, m := img.(*image.RGBA), newDiffusion(floydSteinberg(), size.X, 3), newMixer(p)
	for y := range size.Y {
		d.begin()
		d.colours(m, colour.Pix[y*colour.Stride:][:4*size.X], inks)
		out.pack(y, p.Bits, inks)
	}
	return out
}
