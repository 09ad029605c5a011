package render

import (
	"image"
	"image/color"
)

// set gives one pixel an ink; bits is the palette's. A pixel outside is none.
func (b *Bitmap) set(x, y, bits int, ink uint8) {
	if x < 0 || y < 0 || x >= b.Width || y >= b.Height {
		return
	}
	at := x * bits
	shift := 8 - bits - at%8
	byteAt := &b.Pix[y*b.Stride+at/8]
	*byteAt = *byteAt&^(byte(1<<bits-1)<<shift) | ink<<shift
}

// cut turns shapes into inks without dithering: an edge that falls between pixels must not become noise.
func cut(img *image.RGBA, p Palette) *Bitmap {
	out := newBitmap(img.Rect.Dx(), img.Rect.Dy(), p)
	if p.Bits == 1 {
		cutAtHalf(img, out)
		return out
	}
	last, ink := uint32(0), uint8(0) // black to begin with; most pixels are like the one before
	for y := range out.Height {
		row := img.Pix[y*img.Stride:]
		for x := range out.Width {
			r, g, b := row[4*x], row[4*x+1], row[4*x+2]
			if seen := uint32(r)<<16 | uint32(g)<<8 | uint32(b); seen != last {
				last, ink = seen, p.snap(color.RGBA{r, g, b, 255})
			}
			out.set(x, y, p.Bits, ink)
		}
	}
	return out
}

// cutAtHalf makes what is darker than half grey black.
func cutAtHalf(img *image.RGBA, out *Bitmap) {
	for y := range out.Height {
		row := img.Pix[y*img.Stride : y*img.Stride+out.Width*4]
		bits := out.Pix[y*out.Stride : (y+1)*out.Stride]
		whole := out.Width / 8
		for i := range whole { // eight pixels at a time: this is a fifth of all the time a screen takes
			p := row[32*i : 32*i+32 : 32*i+32]
			bits[i] = p[0]&0x80 | p[4]>>1&0x40 | p[8]>>2&0x20 | p[12]>>3&0x10 |
				p[16]>>4&0x08 | p[20]>>5&0x04 | p[24]>>6&0x02 | p[28]>>7
		}
		for x := whole * 8; x < out.Width; x++ {
			bits[x/8] |= row[x*4] >> 7 << (7 - x%8)
		}
	}
}

// snap is the ink for a colour of a shape. Of greys it is the nearest. With colours, what is neither of the inks is
// the edge of a shape, a mixture of two of them: pink between red and white must become one of these, though orange
// may look nearer. So the lines from black and from white to every other ink are searched for the one that the
// colour lies on, and of that line's ends the nearer is taken.
func (p Palette) snap(c color.RGBA) uint8 {
	if !p.coloured() {
		last := int32(len(p.Colors) - 1)
		return uint8((brightness(int32(c.R), int32(c.G), int32(c.B))*last + 127) / 255)
	}
	best, ink := int64(-1), uint8(0)
	for _, from := range []uint8{0, p.White} {
		for to := range p.Colors {
			if uint8(to) == from {
				continue
			}
			distance, second := aside(c, p.Colors[from], p.Colors[to])
			if best < 0 || distance < best {
				best, ink = distance, from
				if second {
					ink = uint8(to)
				}
			}
		}
	}
	return ink
}

// aside is how far a colour lies from the line between two others, squared, and whether it is nearer to the second.
func aside(c, from, to color.RGBA) (distance int64, second bool) {
	x, y, z := int64(to.R)-int64(from.R), int64(to.G)-int64(from.G), int64(to.B)-int64(from.B)
	u, v, w := int64(c.R)-int64(from.R), int64(c.G)-int64(from.G), int64(c.B)-int64(from.B)
	length := x*x + y*y + z*z
	along := min(max(0, u*x+v*y+w*z), length)
	// In 1/256: the colours of an edge are rounded, which must not decide between two lines.
	u, v, w = u*256-x*256*along/length, v*256-y*256*along/length, w*256-z*256*along/length
	return u*u + v*v + w*w, 2*along >= length
}
