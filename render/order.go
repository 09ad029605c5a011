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

// half is one threshold in the middle of the scale: every pixel gets the ink of middle brightness among its own.
func half() *thresholds { return &thresholds{1, []uint16{0}} }

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

// order dithers with thresholds.
func order(img image.Image, p Palette, t *thresholds) *Bitmap {
	size := img.Bounds().Size()
	if gray, ok := img.(*image.Gray); ok {
		mixtures := p.scale().mixtures()
		return byRow(size, p, func(y int, inks []uint8) {
			ranks := t.row(y)
			for x, v := range gray.Pix[y*gray.Stride:][:size.X] {
				inks[x] = mixtures[v].at(ranks[x&(t.side-1)], len(t.ranks))
			}
		})
	}
	colour, m := img.(*image.RGBA), newMixer(p)
	return byRow(size, p, func(y int, inks []uint8) {
		ranks, row := t.row(y), colour.Pix[y*colour.Stride:]
		for x := range inks {
			mixed := m.mix(int32(row[4*x]), int32(row[4*x+1]), int32(row[4*x+2]))
			inks[x] = mixed.at(ranks[x&(t.side-1)], len(t.ranks))
		}
	})
}

func (t *thresholds) row(y int) []uint16 { return t.ranks[y&(t.side-1)*t.side:][:t.side] }

// at is the ink of a mixture at a threshold, one of so many.
func (mixed *mixture) at(rank uint16, ranks int) uint8 {
	threshold := (2*int32(rank) + 1) * whole
	parts := int32(0)
	for i := len(mixed.inks) - 1; i > 0; i-- {
		if parts += mixed.parts[i]; parts*2*int32(ranks) > threshold {
			return mixed.inks[i]
		}
	}
	return mixed.inks[0]
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
