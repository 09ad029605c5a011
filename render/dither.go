package render

import (
	"bytes"
	"image"
)

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
// one lane up. Lane 0 has no lane above and takes them from a buffer, which lane 3 leaves filled for the next four.

const (
	lanes    = 4
	laneBits = 16
	aLane    = 1<<laneBits - 1
	lag      = 2                     // pixels a lane is behind the one above
	deepest  = lag * (lanes - 1)     // pixels lane 3 is behind lane 0
	eachLane = 0x0001_0001_0001_0001 // times a number: that number in every lane
	noErrors = 128 * eachLane        // E of no error
)

// Dither turns grays into black and white dots of the same brightness, by the errors of each pixel spread over its
// neighbours (Floyd–Steinberg). Black (0) stays black and white (255) white. The picture may be a SubImage; its
// upper left corner comes to 0, 0. The same grays give the same bits on every processor.
func Dither(img *image.Gray) *Bitmap {
	width, height := img.Rect.Dx(), img.Rect.Dy()
	stride := (width + 7) / 8
	b := &Bitmap{Width: width, Height: height, Stride: stride, Pix: make([]byte, stride*height)}

	w := wave{width: width, above: bytes.Repeat([]byte{128}, width+2)}
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
		w.fourRows(stride)
	}
	return b
}

// DitherInto dithers a picture on its own, so that nothing around it leaks in, and puts its dots into dst with the
// upper left corner at x, y. What falls outside of dst is cut off.
func DitherInto(dst *Bitmap, x, y int, img *image.Gray) { Dither(img).place(dst, x, y) }

// wave is four rows on their way from left to right.
type wave struct {
	width int
	gray  [lanes][]byte // pixels of each row, width of them
	bits  [lanes][]byte // where the dots go

	// above has at x+1 the E of the row above lane 0 at x; lane 3's replaces it as it passes. The first and the last
	// byte lie beside the picture and stay 128.
	above []byte

	trail trail
	dots  uint64 // of the last 8 steps, in the low byte of each lane, the leftmost on top
}

// trail is the words of E of the last three steps.
type trail struct{ last, second, third uint64 }

// fourRows runs the wave over the whole width, 8 steps and so one byte of each row at a time. A byte is complete
// only once lane 3 has caught up, so each is written 8 steps late, and there are 8 steps more than stride bytes take.
func (w *wave) fourRows(stride int) {
	w.trail = trail{noErrors, noErrors, noErrors}
	w.edge(0)
	full := max(w.width&^7, 8)
	w.inside(8, full)
	for t := full; t < 8*stride+8; t += 8 {
		w.edge(t)
	}
}

// inside runs the steps from…to−1, where all lanes are on the picture; both are multiples of 8 and from is not 0.
func (w *wave) inside(from, to int) {
	e, before := w.trail, w.dots
	for t := from; t < to; t += 8 {
		// Nothing of what is given depends on the steps themselves: apart from them, the processor works ahead.
		var given [8]uint64
		w.given(&given, t)
		behind := (*[8]byte)(w.above[t-deepest+1:])
		var dots uint64
		for i := range given {
			var white uint64
			e, white = e.step(given[i])
			dots = dots<<1 | white
			behind[i] = byte(e.last >> (3 * laneBits))
		}
		w.emit(t/8-1, before<<8|dots)
		before = dots
	}
	w.trail, w.dots = e, before
}

// given is, for 8 steps from t inside, 16 times the grays, the 8 of rounding, and for lane 0 the errors from above.
func (w *wave) given(out *[8]uint64, t int) {
	// Arrays spare the loop every check of an index.
	g0, g1 := (*[8]byte)(w.gray[0][t:]), (*[8]byte)(w.gray[1][t-lag:])
	g2, g3 := (*[8]byte)(w.gray[2][t-2*lag:]), (*[8]byte)(w.gray[3][t-3*lag:])
	above := (*[10]byte)(w.above[t:])
	for i := range out {
		gray := uint64(g0[i]) | uint64(g1[i])<<16 | uint64(g2[i])<<32 | uint64(g3[i])<<48
		out[i] = 16*gray + 8*eachLane + fromAbove(above[i], above[i+1], above[i+2])
	}
}

// fromAbove is what lane 0 gets from the row above.
func fromAbove(northWest, north, northEast byte) uint64 {
	return uint64(northWest) + 5*uint64(north) + 3*uint64(northEast)
}

// step adds to what is given what the lanes get from each other, and tells which are white, in bit 0 of each lane.
func (e trail) step(given uint64) (trail, uint64) {
	// What came earlier is added first: the next step waits for one product and one sum, W and NE at once.
	earlier := given + (5*e.second+e.third)<<laneBits
	sum := earlier + (7+3<<laneBits)*e.last
	white := sum >> 12 & eachLane
	return trail{sum>>4&(255*eachLane) + white, e.last, e.second}, white
}

// edge runs the 8 steps from t where some lanes are beside the picture: these have no error and no dots.
func (w *wave) edge(t int) {
	var dots uint64
	for now := t; now < t+8; now++ {
		var gray, on uint64
		for k := range lanes {
			if x := now - lag*k; x >= 0 && x < w.width {
				gray |= uint64(w.gray[k][x]) << (laneBits * k)
				on |= aLane << (laneBits * k)
			}
		}
		above := w.above[min(now, w.width-1):]
		e, white := w.trail.step(16*gray + 8*eachLane + fromAbove(above[0], above[1], above[2]))
		e.last = e.last&on | noErrors&^on
		w.trail = e
		dots = dots<<1 | white&on
		if x := now - deepest; x >= 0 && x < w.width {
			w.above[x+1] = byte(e.last >> (3 * laneBits))
		}
	}
	if t > 0 {
		w.emit(t/8-1, w.dots<<8|dots)
	}
	w.dots = dots
}

// emit writes byte i of every row. In latest, each lane has its last 16 dots; byte i ended 8 steps ago in lane 0 and
// lag fewer in each lane below.
func (w *wave) emit(i int, latest uint64) {
	w.bits[0][i] = byte(latest >> 8)
	w.bits[1][i] = byte(latest >> (laneBits + 8 - lag))
	w.bits[2][i] = byte(latest >> (2*laneBits + 8 - 2*lag))
	w.bits[3][i] = byte(latest >> (3*laneBits + 8 - 3*lag))
}
