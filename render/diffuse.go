package render

// Error diffusion for any palette: each pixel takes the ink nearest to what it should be, and what it is then too
// bright or too dark goes on to neighbours still to come. Rows run from left to right, as in Dither, which is the
// same for black and white by Floyd and Steinberg's weights, only faster.

// kernel is how an error is divided. It is written from the side of the one who takes: how much a pixel gets of the
// error of the pixel dx to the side and up rows above it.
type kernel struct {
	divisor int32
	row     [2]int32 // from the pixel before it, and from the one before that
	above   []above
}

type above struct {
	dx, up int
	weight int32
}

// floydSteinberg: R. W. Floyd and L. Steinberg, “An adaptive algorithm for spatial greyscale”, 1976.
func floydSteinberg() kernel {
	return kernel{16, [2]int32{7, 0}, []above{{1, 1, 3}, {0, 1, 5}, {-1, 1, 1}}}
}

// atkinson hands on only three quarters of an error: B. Atkinson's way on the first Macintosh, 1984.
func atkinson() kernel {
	return kernel{8, [2]int32{1, 1}, []above{{1, 1, 1}, {0, 1, 1}, {-1, 1, 1}, {0, 2, 1}}}
}

// jarvis: J. F. Jarvis, C. N. Judice and W. H. Ninke, “A survey of techniques for the display of continuous tone
// pictures on bilevel displays”, 1976.
func jarvis() kernel {
	return kernel{48, [2]int32{7, 5}, []above{
		{2, 1, 3},
		{1, 1, 5},
		{0, 1, 7},
		{-1, 1, 5},
		{-2, 1, 3},
		{2, 2, 1},
		{1, 2, 3},
		{0, 2, 5},
		{-1, 2, 3},
		{-2, 2, 1},
	}}
}

// stucki: P. Stucki, “MECCA – a multiple-error correction computation algorithm for bilevel image hardcopy
// reproduction”, 1981.
func stucki() kernel {
	return kernel{42, [2]int32{8, 4}, []above{
		{2, 1, 2},
		{1, 1, 4},
		{0, 1, 8},
		{-1, 1, 4},
		{-2, 1, 2},
		{2, 2, 1},
		{1, 2, 2},
		{0, 2, 4},
		{-1, 2, 2},
		{-2, 2, 1},
	}}
}

// diffusion is the errors on their way down a picture of one or three channels.
type diffusion struct {
	kernel
	channels int
	errors   [3][]int32 // of this row and the two above, with two pixels more on both sides
	given    []int32    // of this row: what comes from above, not yet divided
}

func newDiffusion(k kernel, width, channels int) *diffusion {
	d := &diffusion{kernel: k, channels: channels, given: make([]int32, width*channels)}
	for i := range d.errors {
		d.errors[i] = make([]int32, (width+4)*channels)
	}
	return d
}

// begin begins the next row.
func (d *diffusion) begin() {
	e := d.errors
	d.errors = [3][]int32{e[2], e[0], e[1]}
	clear(d.given)
	for _, a := range d.above {
		from := d.errors[a.up][(2+a.dx)*d.channels:]
		for i := range d.given {
			d.given[i] += a.weight * from[i]
		}
	}
}

// Sums of errors are divided by a product and a shift, exactly for all that can occur: an error is at most 255 either
// way, and the weights add up to no more than the divisor.
const (
	inverseBits = 21
	beforeZero  = 256 // added to a quotient so that it is not negative
)

// taken is the error that the channel i of a row gets, to the nearest whole number, halves up; inverse is that of the
// divisor.
func (d *diffusion) taken(i int, inverse uint32) int32 {
	line := d.errors[0]
	sum := d.given[i] + d.row[0]*line[i+d.channels] + d.row[1]*line[i]
	return int32(uint32(sum+d.divisor/2+beforeZero*d.divisor)*inverse>>inverseBits) - beforeZero
}

func (d *diffusion) inverse() uint32 {
	return uint32((1<<inverseBits + d.divisor - 1) / d.divisor)
}

// hand keeps the error of channel i of a row.
func (d *diffusion) hand(i int, e int32) { d.errors[0][i+2*d.channels] = e }

// grays dithers a row of greys into the inks of a scale.
func (d *diffusion) grays(s *scale, row []uint8, inks []uint8) {
	inverse := d.inverse()
	for x, gray := range row {
		v := int32(gray) + d.taken(x, inverse)
		step := s.nearest[v+offScale]
		inks[x] = s.inks[step]
		d.hand(x, v-s.values[step])
	}
}

// offScale is how far a grey with the errors it is given can be beyond black or white.
const offScale = 256

// scale is the greys of a palette from black to white.
type scale struct {
	inks    []uint8
	values  []int32
	nearest [256 + 2*offScale]uint8 // which of them is nearest to a value from −offScale on; halves are the lighter
}

func (p Palette) scale() *scale {
	s := &scale{inks: p.greys()}
	for _, ink := range s.inks {
		s.values = append(s.values, int32(p.Colors[ink].R))
	}
	step := 0
	for i := range s.nearest {
		for v := int32(i - offScale); step+1 < len(s.values) && 2*v >= s.values[step]+s.values[step+1]; {
			step++
		}
		s.nearest[i] = uint8(step)
	}
	return s
}

// colours dithers a row of red, green and blue, four bytes a pixel. What is dithered are the colours that the inks can
// be mixed to: an error that no ink can make good would go on for ever, and show where it comes to a stop.
func (d *diffusion) colours(m *mixer, row []uint8, inks []uint8) {
	inverse := d.inverse()
	var v [3]int32
	for x := range inks {
		for i, c := range m.colour(m.mix(int32(row[4*x]), int32(row[4*x+1]), int32(row[4*x+2]))) {
			v[i] = c + d.taken(3*x+i, inverse)
		}
		ink := m.nearest(v)
		inks[x] = ink
		for i, c := range m.inks[ink] {
			d.hand(3*x+i, min(max(v[i]-c, -255), 255))
		}
	}
}
