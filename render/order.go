package render

import "image"

// Ordered dithering compares every pixel with a threshold that depends only on its place. A pixel is a mixture of
// inks; laid out from the lightest to the darkest, they fill a scale, and the threshold says which of them is taken.
// Over a square of all thresholds each ink then gets its part.

// thresholds is a square of the ranks 0 … side²−1 that is laid side by side over the picture. side is a power of two.
type thresholds struct {
	side  int
	ranks []uint16
}

// bayer is the square of 8 × 8 by B. E. Bayer, “An optimum method for two-level rendition of continuous-tone
// pictures”, 1973: ranks that follow each other are as far apart as they can be.
func bayer() *thresholds {
	const side, steps = 8, 3
	t := &thresholds{side: side}
	for y := range side {
		for x := range side {
			rank := 0
			for bit := range steps { // the lowest bits of the place decide most
				rank = rank<<2 | (x^y)>>bit&1<<1 | y>>bit&1
			}
			t.ranks = append(t.ranks, uint16(rank))
		}
	}
	return t
}

// order gives every pixel one of the inks that it is a mixture of, without regard to its neighbours.
func order(img image.Image, p Palette, choose func(of *mixture, x, y int) uint8) *Bitmap {
	size := img.Bounds().Size()
	if gray, ok := img.(*image.Gray); ok {
		mixtures := p.scale().mixtures()
		return byRow(size, p, func(y int, inks []uint8) {
			for x, v := range gray.Pix[y*gray.Stride:][:size.X] {
				inks[x] = choose(&mixtures[v], x, y)
			}
		})
	}
	colour, m := img.(*image.RGBA), newMixer(p)
	var mixed mixture // outside of the loop, which would leave one for every pixel
	return byRow(size, p, func(y int, inks []uint8) {
		row := colour.Pix[y*colour.Stride:]
		for x := range inks {
			mixed = m.mix(int32(row[4*x]), int32(row[4*x+1]), int32(row[4*x+2]))
			inks[x] = choose(&mixed, x, y)
		}
	})
}

// choose is the ink at the threshold of a place.
func (t *thresholds) choose(of *mixture, x, y int) uint8 {
	threshold := (2*int32(t.ranks[y&(t.side-1)*t.side+x&(t.side-1)]) + 1) * whole
	parts := int32(0)
	for i := len(of.inks) - 1; i > 0; i-- {
		if parts += of.parts[i]; parts*2*int32(len(t.ranks)) > threshold {
			return of.inks[i]
		}
	}
	return of.inks[0]
}

// foremost is the ink of which there is most, the lighter of two.
func foremost(of *mixture, _, _ int) uint8 {
	found := 0
	for i, parts := range of.parts {
		if parts >= of.parts[found] {
			found = i
		}
	}
	return of.inks[found]
}

// mixtures are of every grey: of the two of the scale that it lies between.
func (s *scale) mixtures() *[256]mixture {
	var out [256]mixture
	step := 0
	for v := range out {
		for int32(v) > s.values[step+1] {
			step++
		}
		dark, light := s.values[step], s.values[step+1]
		parts := (int32(v) - dark) * whole / (light - dark)
		out[v].inks[0], out[v].inks[3] = s.inks[step], s.inks[step+1]
		out[v].parts[0], out[v].parts[3] = whole-parts, parts
	}
	return &out
}
