package render

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
)

// planes is a photograph as JPEG has it: brightness, and two planes of colour that are nil where only greys are
// wanted.
type planes struct{ y, cb, cr *image.Gray }

// neutral is the value of the planes of colour in a grey.
const neutral = 128

// toned is a stored picture, edited, at the size of its place; coloured if it is asked for.
func toned(data []byte, place image.Point, e Edit, coloured bool) (planes, error) {
	img, err := jpeg.Decode(bytes.NewReader(data))
	if err != nil {
		return planes{}, fmt.Errorf("%w: %w", ErrBrokenPicture, err)
	}
	// The picture is turned once it is small: until then its place and its edits are turned the other way.
	source, size := planesOf(img, coloured), img.Bounds().Size()
	upright := size
	if e.Rotate%180 != 0 {
		upright = image.Pt(size.Y, size.X)
	}
	part, shown := e.view(upright, place)
	part = turnedBack(part, upright, e.Rotate)
	across := shown
	if e.Rotate%180 != 0 {
		across = image.Pt(shown.Y, shown.X)
	}
	var out planes
	out.y = turn(resample(source.y, part.Add(source.y.Rect.Min), across.X, across.Y), e.Rotate)
	e.develop(out.y)
	if coloured {
		out.cb = turn(chroma(source.cb, part, size, across), e.Rotate)
		out.cr = turn(chroma(source.cr, part, size, across), e.Rotate)
	}
	return out.on(place), nil
}

// chroma resamples a plane of colour, which may have fewer pixels than the picture.
func chroma(plane *image.Gray, part image.Rectangle, size, across image.Point) *image.Gray {
	own := plane.Rect.Size()
	x0, x1 := part.Min.X*own.X/size.X, (part.Max.X*own.X+size.X-1)/size.X
	y0, y1 := part.Min.Y*own.Y/size.Y, (part.Max.Y*own.Y+size.Y-1)/size.Y
	return resample(plane, image.Rect(x0, y0, x1, y1).Add(plane.Rect.Min), across.X, across.Y)
}

// on puts a photograph in the middle of a white place, unless it fills it.
func (p planes) on(place image.Point) planes {
	put := func(plane *image.Gray, around uint8) *image.Gray {
		if plane == nil || plane.Rect.Max == place {
			return plane
		}
		out := image.NewGray(image.Rectangle{Max: place})
		for i := range out.Pix {
			out.Pix[i] = around
		}
		size := plane.Rect.Size()
		corner := place.Sub(size).Div(2)
		for y := range size.Y {
			copy(out.Pix[(corner.Y+y)*out.Stride+corner.X:], plane.Pix[y*plane.Stride:][:size.X])
		}
		return out
	}
	return planes{put(p.y, 255), put(p.cb, neutral), put(p.cr, neutral)}
}

// picture is the planes as a picture of Go's library: *image.Gray without colours, else *image.RGBA.
func (p planes) picture() image.Image {
	if p.cb == nil {
		return p.y
	}
	out := image.NewRGBA(p.y.Rect)
	for i, y := range p.y.Pix {
		r, g, b := color.YCbCrToRGB(y, p.cb.Pix[i], p.cr.Pix[i])
		out.Pix[4*i], out.Pix[4*i+1], out.Pix[4*i+2], out.Pix[4*i+3] = r, g, b, 255
	}
	return out
}

// planesOf is the planes of a decoded JPEG, its own where it has them.
func planesOf(img image.Image, coloured bool) planes {
	if img, ok := img.(*image.YCbCr); ok {
		p := planes{y: &image.Gray{Pix: img.Y, Stride: img.YStride, Rect: img.Rect}}
		if coloured {
			corner := img.COffset(img.Rect.Max.X-1, img.Rect.Max.Y-1)
			rect := image.Rect(0, 0, corner%img.CStride+1, corner/img.CStride+1)
			p.cb = &image.Gray{Pix: img.Cb, Stride: img.CStride, Rect: rect}
			p.cr = &image.Gray{Pix: img.Cr, Stride: img.CStride, Rect: rect}
		}
		return p
	}
	if gray, ok := img.(*image.Gray); ok && !coloured {
		return planes{y: gray}
	}
	size := image.Rectangle{Max: img.Bounds().Size()}
	p := planes{image.NewGray(size), image.NewGray(size), image.NewGray(size)}
	read, row := rowsOf(img), make([]uint8, 3*size.Dx())
	for y := range size.Dy() {
		read(y, row)
		for x := range size.Dx() {
			at := y*p.y.Stride + x
			p.y.Pix[at], p.cb.Pix[at], p.cr.Pix[at] = color.RGBToYCbCr(row[3*x], row[3*x+1], row[3*x+2])
		}
	}
	return p
}

// turn turns a plane clockwise.
func turn(plane *image.Gray, degrees int) *image.Gray {
	if degrees == 0 {
		return plane
	}
	size := plane.Rect.Size()
	if degrees%180 != 0 {
		size = image.Pt(size.Y, size.X)
	}
	out := image.NewGray(image.Rectangle{Max: size})
	for y := range size.Y {
		for x := range size.X {
			from := turnedBack(image.Rect(x, y, x+1, y+1), size, degrees).Min
			out.Pix[y*out.Stride+x] = plane.Pix[from.Y*plane.Stride+from.X]
		}
	}
	return out
}

// turnedBack is where a part of a picture of some size was before that was turned clockwise.
func turnedBack(part image.Rectangle, size image.Point, degrees int) image.Rectangle {
	switch degrees {
	case 90:
		return image.Rect(part.Min.Y, size.X-part.Max.X, part.Max.Y, size.X-part.Min.X)
	case 180:
		return image.Rect(size.X-part.Max.X, size.Y-part.Max.Y, size.X-part.Min.X, size.Y-part.Min.Y)
	case 270:
		return image.Rect(size.Y-part.Max.Y, part.Min.X, size.Y-part.Min.Y, part.Max.X)
	}
	return part
}
