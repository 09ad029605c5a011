package render

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
)

// photoGray is a stored picture in greys, width × height pixels: “fit” shows all of it on white, anything
// else fills the rectangle and cuts off what is over, the same on both sides. Its tones are stretched a
// little, as e-ink shows few of them.
func photoGray(data []byte, width, height int, mode string) (*image.Gray, error) {
	img, err := jpeg.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBrokenPicture, err)
	}
	source := luma(img)
	size := source.Rect.Size()
	wide := size.X*height > size.Y*width // wider than the rectangle
	if mode == "fit" {
		inner := image.Pt(width, max(1, (size.Y*width+size.X/2)/size.X))
		if !wide {
			inner = image.Pt(max(1, (size.X*height+size.Y/2)/size.Y), height)
		}
		out := Blank(width, height)
		scaled := stretch(resample(source, source.Rect, inner.X, inner.Y))
		corner := image.Pt((width-inner.X)/2, (height-inner.Y)/2)
		for y := range inner.Y {
			copy(out.Pix[(corner.Y+y)*out.Stride+corner.X:], scaled.Pix[y*scaled.Stride:][:inner.X])
		}
		return out, nil
	}
	part := source.Rect
	if wide {
		cut := (size.X - max(1, size.Y*width/height)) / 2
		part.Min.X, part.Max.X = part.Min.X+cut, part.Max.X-cut
	} else {
		cut := (size.Y - max(1, size.X*height/width)) / 2
		part.Min.Y, part.Max.Y = part.Min.Y+cut, part.Max.Y-cut
	}
	return stretch(resample(source, part, width, height)), nil
}

// luma is the brightness of a decoded JPEG, its own plane where it has one.
func luma(img image.Image) *image.Gray {
	switch img := img.(type) {
	case *image.Gray:
		return img
	case *image.YCbCr:
		return &image.Gray{Pix: img.Y, Stride: img.YStride, Rect: img.Rect}
	}
	bounds := img.Bounds()
	out := image.NewGray(bounds)
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			out.SetGray(x, y, color.GrayModel.Convert(img.At(x, y)).(color.Gray))
		}
	}
	return out
}

// tap is what one pixel of a result takes of a line of the source: weights that add up to 1, from
// index first on.
type tap struct {
	first   int
	weights []float32
}

// taps are a triangle as wide as two pixels of the coarser of source and result, about the middle of
// each pixel: linear where a picture grows, a soft mean where it shrinks.
func taps(from, to int) []tap {
	ratio := float64(from) / float64(to)
	reach := max(1, ratio)
	out := make([]tap, to)
	for i := range out {
		middle := (float64(i)+0.5)*ratio - 0.5
		first, last := max(0, int(middle-reach)), min(from-1, int(middle+reach+1))
		weights, sum := make([]float32, 0, last-first+1), float32(0)
		for j := first; j <= last; j++ {
			distance := float64(j) - middle
			if distance < 0 {
				distance = -distance
			}
			weight := float32(max(0, 1-distance/reach))
			weights, sum = append(weights, weight), sum+weight
		}
		for j := range weights {
			weights[j] /= sum
		}
		out[i] = tap{first, weights}
	}
	return out
}

// resample is a part of a picture at another size.
func resample(source *image.Gray, part image.Rectangle, width, height int) *image.Gray {
	columns, rows := taps(part.Dx(), width), taps(part.Dy(), height)
	lines := make([]float32, part.Dy()*width) // the source made width wide
	for y := range part.Dy() {
		from := source.Pix[source.PixOffset(part.Min.X, part.Min.Y+y):][:part.Dx()]
		line := lines[y*width:][:width]
		for x, tap := range columns {
			sum := float32(0)
			for j, v := range from[tap.first:][:len(tap.weights)] {
				sum += float32(v) * tap.weights[j]
			}
			line[x] = sum
		}
	}
	out := image.NewGray(image.Rect(0, 0, width, height))
	sums := make([]float32, width)
	for y, tap := range rows {
		clear(sums)
		for j, weight := range tap.weights {
			for x, v := range lines[(tap.first+j)*width:][:width] {
				sums[x] += v * weight
			}
		}
		for x, v := range sums {
			out.Pix[y*out.Stride+x] = uint8(min(255, max(0, v+0.5)))
		}
	}
	return out
}

const (
	clipped = 200 // one in so many pixels may become black, and as many white
	maxGain = 1.5 // tones are spread no further than this
)

// stretch spreads the tones of a picture towards black and white.
func stretch(img *image.Gray) *image.Gray {
	var counts [256]int
	for _, v := range img.Pix {
		counts[v]++
	}
	low, high := 0, 255
	for n := counts[0]; low < 254 && n <= len(img.Pix)/clipped; n += counts[low] {
		low++
	}
	for n := counts[255]; high > low+1 && n <= len(img.Pix)/clipped; n += counts[high] {
		high--
	}
	span := float64(high - low)
	gain := min(maxGain, 255/span)
	black := float64(low) - span*(gain-1)/2 // where low comes to: the tones grow about their own middle
	black = min(max(black, 0), 255-span*gain)
	var tones [256]uint8
	for v := range tones {
		tones[v] = uint8(min(255, max(0, black+float64(v-low)*gain+0.5)))
	}
	for i, v := range img.Pix {
		img.Pix[i] = tones[v]
	}
	return img
}
