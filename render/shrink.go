package render

import (
	"image"
	"image/color"
)

// shrink makes a picture no longer than longSide and opaque on white. Each pixel of the result is the
// mean of the area it covers; the source is read once, row by row, so that a large one is never held
// in a second form.
func shrink(img image.Image) *image.RGBA {
	size := img.Bounds().Size()
	width, height := size.X, size.Y
	if longer := max(width, height); longer > longSide {
		width, height = max(1, width*longSide/longer), max(1, height*longSide/longer)
	}
	out := image.NewRGBA(image.Rect(0, 0, width, height))
	columns := shares(size.X, width)
	source, line, sum := make([]uint8, size.X*3), make([]float32, width*3), make([]float32, width*3)
	read := rowsOf(img)
	row := 0
	for y, part := range shares(size.Y, height) {
		read(y, source)
		squeeze(source, columns, line)
		for i, v := range line {
			sum[i] += v * part.first
		}
		if part.to == row && !part.ends {
			continue
		}
		put(out, row, sum)
		row++
		for i, v := range line {
			sum[i] = v * part.second
		}
	}
	return out
}

// share says how one line of the source is divided among the lines of the result: first to line to,
// and what is left to the one after. ends says that line to is complete with it.
type share struct {
	to            int
	first, second float32
	ends          bool
}

// shares divides from lines of a source among to ≤ from lines.
func shares(from, to int) []share {
	out := make([]share, from)
	for i := range out {
		line := i * to / from
		edge := (line + 1) * from // both counted in parts of 1/to of a source line
		begin, end := i*to, (i+1)*to
		s := share{to: line, first: float32(to) / float32(from)}
		if end >= edge {
			s.ends = true
			s.first = float32(edge-begin) / float32(from)
			s.second = float32(end-edge) / float32(from)
		}
		out[i] = s
	}
	return out
}

// squeeze is one row of three channels, made narrower.
func squeeze(source []uint8, columns []share, line []float32) {
	clear(line)
	for x, part := range columns {
		from, to := source[3*x:3*x+3], 3*part.to
		for i := range 3 {
			line[to+i] += float32(from[i]) * part.first
		}
		if part.second > 0 {
			for i := range 3 {
				line[to+3+i] += float32(from[i]) * part.second
			}
		}
	}
}

func put(out *image.RGBA, row int, sum []float32) {
	if row >= out.Rect.Dy() {
		return
	}
	line := out.Pix[row*out.Stride:]
	for x := range out.Rect.Dx() {
		for i := range 3 {
			line[4*x+i] = uint8(min(255, sum[3*x+i]+0.5))
		}
		line[4*x+3] = 255
	}
}

// rowsOf reads rows of a picture as red, green and blue on white.
func rowsOf(img image.Image) func(y int, into []uint8) {
	origin := img.Bounds().Min
	switch img := img.(type) {
	case *image.YCbCr:
		return func(y int, into []uint8) {
			for x := range len(into) / 3 {
				at, chroma := img.YOffset(origin.X+x, origin.Y+y), img.COffset(origin.X+x, origin.Y+y)
				into[3*x], into[3*x+1], into[3*x+2] = color.YCbCrToRGB(img.Y[at], img.Cb[chroma], img.Cr[chroma])
			}
		}
	case *image.Gray:
		return func(y int, into []uint8) {
			for x, v := range img.Pix[y*img.Stride:][:len(into)/3] {
				into[3*x], into[3*x+1], into[3*x+2] = v, v, v
			}
		}
	}
	at := colourOf(img)
	return func(y int, into []uint8) {
		for x := range len(into) / 3 {
			c := at(origin.X+x, origin.Y+y)
			white := 0xFFFF - c.A // colours are multiplied by their alpha already
			into[3*x], into[3*x+1], into[3*x+2] = uint8((c.R+white)>>8), uint8((c.G+white)>>8), uint8((c.B+white)>>8)
		}
	}
}

// colourOf reads single pixels. All decoders' pictures can tell them without putting each into an
// interface, which would leave more garbage than the picture is large.
func colourOf(img image.Image) func(x, y int) color.RGBA64 {
	if img, ok := img.(image.RGBA64Image); ok {
		return img.RGBA64At
	}
	return func(x, y int) color.RGBA64 { return color.RGBA64Model.Convert(img.At(x, y)).(color.RGBA64) }
}
