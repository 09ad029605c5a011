package render

import (
	"image"
	"math"
)

// develop changes the tones of a picture as an edit says.
func (e Edit) develop(img *image.Gray) {
	tones := e.curve()
	if e.AutoLevels {
		levels := levelled(img)
		for v, level := range levels {
			levels[v] = tones[level]
		}
		tones = levels
	}
	for i, v := range img.Pix {
		img.Pix[i] = tones[v]
	}
	if e.Sharpen > 0 {
		sharpen(img, e.Sharpen)
	}
}

// curve is gamma, contrast and brightness, in this order.
func (e Edit) curve() (tones [256]uint8) {
	steepness := 1 + float64(e.Contrast)/50 // three times as steep at 100
	if e.Contrast < 0 {
		steepness = 1 + float64(e.Contrast)/100
	}
	for v := range tones {
		tone := float64(v)
		if e.Gamma > 0 && e.Gamma != 1 {
			tone = 255 * math.Pow(tone/255, 1/e.Gamma)
		}
		tone = (tone-127.5)*steepness + 127.5 + float64(e.Brightness)*1.275
		tones[v] = uint8(min(255, max(0, tone+0.5)))
	}
	return tones
}

// sharpen adds to every pixel what it differs by from the soft mean of the nine about it, at 100 twice that.
func sharpen(img *image.Gray, amount int) {
	width, height := img.Rect.Dx(), img.Rect.Dy()
	soft := func(row []uint8, x int) int { // of a row, in quarters
		return int(row[max(0, x-1)]) + 2*int(row[x]) + int(row[min(width-1, x+1)])
	}
	above, here, below := make([]int, width), make([]int, width), make([]int, width)
	line := func(y int) []uint8 { return img.Pix[min(y, height-1)*img.Stride:][:width] } // the last one twice
	for x := range width {
		here[x] = soft(line(0), x)
	}
	copy(above, here)
	for y := range height {
		row, next := line(y), line(y+1)
		for x := range width {
			below[x] = soft(next, x)
		}
		for x, v := range row {
			differs := 16*int(v) - above[x] - 2*here[x] - below[x] // in sixteenths
			row[x] = uint8(min(255, max(0, int(v)+differs*amount/(8*100))))
		}
		above, here, below = here, below, above
	}
}

const (
	clipped = 200 // one in so many pixels may become black, and as many white
	maxGain = 1.5 // tones are spread no further than this
)

// levelled spreads the tones of a picture towards black and white: what each becomes.
func levelled(img *image.Gray) (tones [256]uint8) {
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
	for v := range tones {
		tones[v] = uint8(min(255, max(0, black+float64(v-low)*gain+0.5)))
	}
	return tones
}
