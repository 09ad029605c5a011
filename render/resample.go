package render

import "image"

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
