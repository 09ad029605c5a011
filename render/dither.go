package render

import "image"

// Dithering is Floyd–Steinberg's error diffusion (1976), every row from left to right. Each pixel takes the errors
// of four neighbours done before it, in sixteenths: 7 from the west, 3 north-east, 5 north, 1 north-west; beyond the
// picture's edge they are 0. With g the gray and e the errors,
//
//	v = g + floor((7·W + 3·NE + 5·N + NW + 8) / 16),  white if v ≥ 128,  e = v, or v − 255 if white
//
// Errors are kept as E = e + 128. The weights add up to 16, so the same sum over E is 16·128 too large and gives
// V = v + 128 at once. Then V ≥ 256 is white: the bit is V>>8. Where it is 0, the new E = v + 128 = V = V&255; where
// it is 1, E = v − 255 + 128 = V − 255 = V&255 + 1. Both are V&255 + V>>8. If every E is in 1…255, V is in 1…510 and
// the new E in 1…255 again: nothing ever needs a clamp, an E fits a byte, and a sum of 16·510 + 8 fits 16 bits.
//
// One pixel waits for the one before it, so a row at a time leaves the processor idle. Four rows go side by side
// instead, in the 16-bit lanes of one word, each two pixels behind the row above: by then that row's north-east
// error is there. This is why no row runs from right to left. At step t, lane k is at x = t − 2k, and the errors it
// needs from above are those of lane k−1 one step ago (NE), two (N) and three (NW): earlier words of errors, shifted
// one lane up. What lane 3 would hand on that way is kept for lane 0 of the next four rows.

const (
	lanes    = 4
	laneBits = 16
	aLane    = 1<<laneBits - 1
	lag      = 2                     // pixels a lane is behind the one above
	handed   = lag * lanes           // pixels lane 0 is ahead of what lane 3 hands down
	eachLane = 0x0001_0001_0001_0001 // times a number: that number in every lane
	noErrors = 128 * eachLane        // E of no error
	rounding = 8
)

// Dither turns grays into black and white dots of the same brightness, by the errors of each pixel spread over its
// neighbours (Floyd–Steinberg). Black (0) stays black and white (255) white. The picture may be a SubImage; its
// upper left corner comes to 0, 0. The same grays give the same bits on every processor.
func Dither(img *image.Gray) *Bitmap {
	width, height := img.Rect.Dx(), img.Rect.Dy()
	stride := (width + 7) / 8
	b := &Bitmap{Width: width, Height: height, Stride: stride, Pix: make([]byte, stride*height)}

	w := wave{width: width, above: make([]uint16, width)}
	for x := range w.above {
		w.above[x] = (3+5+1)*128 + rounding
	}
	nowhere := make([]byte, stride)
	for y := 0; y < height; y += lanes {
		for k := range lanes {
			// Lanes below the picture repeat its last row and write nowhere: no row above takes errors from them.
			row := min(y+k, height-1)
			w.gray[k] = img.Pix[row*img.Stride:][:width]
			w.bits[k] = nowhere
			if y+k < height {
				w.bits[k] = b.Pix[row*stride:][:stride]
			}
		}
		w.fourRows()
	}
	return b
}

// wave is four rows on their way from left to right.
type wave struct {
	width int
	gray  [lanes][]byte // pixels of each row, width of them
	bits  [lanes][]byte // where the dots go
	above []uint16      // 3·NE + 5·N + NW + 8 for lane 0 at each x; what lane 3 hands down replaces it
	trail trail
	dots  uint64 // the last 16 of each lane, the rightmost in bit 0
}

// trail is the errors E of all lanes in the last three steps.
type trail struct{ last, second, third uint64 }

// fourRows runs the wave over the whole width. Eight dots are a byte, but are written only 8 steps after lane 0 made
// them, when lane 3 has caught up; so there are 8 steps more than dots in a row of whole bytes.
func (w *wave) fourRows() {
	w.trail = trail{noErrors, noErrors, noErrors}
	w.dots = 0
	w.edge(0, handed)
	full := max(w.width, handed)
	w.inside(handed, full)
	w.edge(full, (w.width+7)&^7+8)
}

// step adds to what the lanes are given, 16 times the gray and in lane 0 what comes from above, the errors they get
// from each other. It returns which lanes are white, in bit 0 of each, and what lane 3 hands down.
func (e trail) step(given uint64) (next trail, white uint64, down uint16) {
	// Earlier errors come first, so that a step waits for the one before it only by a product and a sum.
	earlier := 5*e.second + (e.third + rounding*eachLane)
	sum := (given + earlier<<laneBits) + (7+3<<laneBits)*e.last
	white = sum >> 12 & eachLane
	next = trail{sum>>4&(255*eachLane) + white, e.last, e.second}
	return next, white, uint16((earlier + 3*e.last) >> (3 * laneBits))
}

// inside runs the steps from…to−1, where all lanes are on the picture; from is at least handed.
func (w *wave) inside(from, to int) {
	if from >= to {
		return
	}
	// Slices of one length, which the compiler sees, spare the loop every check of an index.
	n := to - from
	g0, g1 := w.gray[0][from:][:n], w.gray[1][from-lag:][:n]
	g2, g3 := w.gray[2][from-2*lag:][:n], w.gray[3][from-3*lag:][:n]
	above, below := w.above[from:][:n], w.above[from-handed:][:n]
	e, dots := w.trail, w.dots
	for i := range n {
		gray := uint64(g0[i]) + uint64(g1[i])<<16 + uint64(g2[i])<<32 + uint64(g3[i])<<48
		var white uint64
		e, white, below[i] = e.step(16*gray + uint64(above[i]))
		dots = dots<<1&^eachLane | white
		if i&7 == 7 {
			w.emit((from+i)/8, dots)
		}
	}
	w.trail, w.dots = e, dots
}

// edge runs the steps from…to−1, of which some lanes are beside the picture: those are black, which no errors make
// white, and hand on none.
func (w *wave) edge(from, to int) {
	for t := from; t < to; t++ {
		var given, on uint64
		for k := range lanes {
			if x := t - lag*k; x >= 0 && x < w.width {
				given |= 16 * uint64(w.gray[k][x]) << (laneBits * k)
				on |= aLane << (laneBits * k)
			}
		}
		if t < w.width {
			given += uint64(w.above[t])
		}
		next, white, down := w.trail.step(given)
		next.last = next.last&on | noErrors&^on
		w.trail = next
		if x := t - handed; x >= 0 && x < w.width {
			w.above[x] = down
		}
		w.dots = w.dots<<1&^eachLane | white
		if t&7 == 7 && t > 8 {
			w.emit(t/8, w.dots)
		}
	}
}

// emit writes, after the last of steps 8·i…8·i+7, the byte before byte i in every row. It ended 8 dots ago in lane 0
// and lag fewer in each lane below.
func (w *wave) emit(i int, dots uint64) {
	w.bits[0][i-1] = byte(dots >> 8)
	w.bits[1][i-1] = byte(dots >> (laneBits + 8 - lag))
	w.bits[2][i-1] = byte(dots >> (2*laneBits + 8 - 2*lag))
	w.bits[3][i-1] = byte(dots >> (3*laneBits + 8 - 3*lag))
}
