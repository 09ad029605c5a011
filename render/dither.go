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
// needs from above are those that lane k−1 had one, two and three steps ago: the word of errors, one lane up.

const (
	lanes    = 4
	lag      = 2                     // pixels a lane is behind the one above
	eachLane = 0x0001_0001_0001_0001 // times a number: that number in every lane
	noErrors = 128 * eachLane        // E of no error
	aLane    = 0xffff                // all bits of lane 0
	deepest  = lag * (lanes - 1)     // pixels lane 3 is behind lane 0
	fromWest = 7                     // weight of the lane's own last error
	fromNE   = 3                     // weight of the last error one lane up
	pull     = fromWest | fromNE<<16 // times the last errors: both of these at once, lane by lane
	rounding = 8 * eachLane
)

// Dither turns grays into black and white dots of the same brightness, by the errors of each pixel spread over its
// neighbours (Floyd–Steinberg). Black (0) stays black and white (255) white. The picture may be a SubImage; its
// upper left corner comes to 0, 0. The same grays give the same bits on every processor.
func Dither(img *image.Gray) *Bitmap {
	width, height := img.Rect.Dx(), img.Rect.Dy()
	stride := (width + 7) / 8
	b := &Bitmap{Width: width, Height: height, Stride: stride, Pix: make([]byte, stride*height)}

	w := wave{width: width, above: make([]byte, width+1)}
	for i := range w.above {
		w.above[i] = 128
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
	above []byte        // E of the row above lane 0, replaced by lane 3's as it passes; above[width] stays 128

	// What the lanes remember between steps. north and northWest hold what the lane above had, and in lane 0 what
	// above has.
	west, north, northWest uint64
	dots                   uint64 // of the 8 steps before, in the low byte of each lane, the first pixel on top
}

// fourRows runs the wave over the whole width, 8 steps at a time; stride more bytes are due, one per 8 steps, and
// each is complete only when lane 3 has caught up, in the 8 steps that follow.
func (w *wave) fourRows(stride int) {
	w.west, w.northWest = noErrors, noErrors
	w.north = noErrors&^aLane | uint64(w.above[0])
	w.dots = 0
	w.edge(0)
	inner := max(w.width&^7, 8)
	w.inside(8, inner)
	for t := inner; t < 8*stride+8; t += 8 {
		w.edge(t)
	}
}

// weigh is one step's 16·V in every lane: grays and the errors taken up, northEast being that of lane 0 alone.
func weigh(gray, west, north, northWest, northEast uint64) uint64 {
	return gray<<4 + rounding + 5*north + northWest + fromNE*northEast + pull*west
}

// inside runs the steps from…to−1, where all lanes are on the picture; both are multiples of 8 and from is not 0.
func (w *wave) inside(from, to int) {
	west, north, northWest, before := w.west, w.north, w.northWest, w.dots
	for t := from; t < to; t += 8 {
		// Arrays of 8 spare the loop every check of an index.
		g0, g1 := (*[8]byte)(w.gray[0][t:]), (*[8]byte)(w.gray[1][t-lag:])
		g2, g3 := (*[8]byte)(w.gray[2][t-2*lag:]), (*[8]byte)(w.gray[3][t-3*lag:])
		ahead, behind := (*[8]byte)(w.above[t+1:]), (*[8]byte)(w.above[t-deepest:])
		var dots uint64
		for i := range 8 {
			gray := uint64(g0[i]) | uint64(g1[i])<<16 | uint64(g2[i])<<32 | uint64(g3[i])<<48
			northEast := uint64(ahead[i])
			sum := weigh(gray, west, north, northWest, northEast)
			northWest, north = north, west<<16|northEast
			white := sum >> 12 & eachLane
			west = sum>>4&(255*eachLane) + white
			dots = dots<<1 | white
			behind[i] = byte(west >> 48)
		}
		w.emit(t/8-1, before<<8|dots)
		before = dots
	}
	w.west, w.north, w.northWest, w.dots = west, north, northWest, before
}

// edge runs the 8 steps from t where some lanes are beside the picture: these have no error and no dots.
func (w *wave) edge(t int) {
	var dots uint64
	for now := t; now < t+8; now++ {
		var gray, on uint64
		for k := range lanes {
			if x := now - lag*k; x >= 0 && x < w.width {
				gray |= uint64(w.gray[k][x]) << (16 * k)
				on |= aLane << (16 * k)
			}
		}
		northEast := uint64(w.above[min(now+1, w.width)])
		sum := weigh(gray, w.west, w.north, w.northWest, northEast)
		w.northWest, w.north = w.north, w.west<<16|northEast
		white := sum >> 12 & eachLane
		w.west = (sum>>4&(255*eachLane)+white)&on | noErrors&^on
		dots = dots<<1 | white&on
		if x := now - deepest; x >= 0 && x < w.width {
			w.above[x] = byte(w.west >> 48)
		}
	}
	if t > 0 {
		w.emit(t/8-1, w.dots<<8|dots)
	}
	w.dots = dots
}

// emit writes byte i of every row. In last, each lane has its latest 16 dots; byte i ended 8 steps ago in lane 0 and
// lag fewer in each lane below.
func (w *wave) emit(i int, last uint64) {
	w.bits[0][i] = byte(last >> 8)
	w.bits[1][i] = byte(last >> (16 + 8 - lag))
	w.bits[2][i] = byte(last >> (32 + 8 - 2*lag))
	w.bits[3][i] = byte(last >> (48 + 8 - 3*lag))
}
