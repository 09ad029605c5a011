package render_test

import (
	"image"
	"math"
	"testing"

	"personalcms/render"
)

// photoLike is 800×480 of soft tones with a little grain, as a photograph has.
func photoLike() *image.Gray {
	img, grain := slope(800, 480), noise(800, 480, 30)
	for i := range img.Pix {
		x, y := float64(i%800), float64(i/800)
		tone := float64(img.Pix[i]) + 40*math.Sin(x/37)*math.Cos(y/53) + float64(grain.Pix[i])/16 - 8
		img.Pix[i] = byte(min(max(tone, 0), 255))
	}
	return img
}

func perPixel(b *testing.B, img *image.Gray) {
	pixels := float64(img.Bounds().Dx() * img.Bounds().Dy())
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/pixels, "ns/pixel")
}

func BenchmarkDither(b *testing.B) {
	img := photoLike()
	b.ReportAllocs()
	for b.Loop() {
		render.Dither(img)
	}
	perPixel(b, img)
}

// BenchmarkDitherReference is the textbook's way, for the ratio.
func BenchmarkDitherReference(b *testing.B) {
	img := photoLike()
	for b.Loop() {
		ditherByTheBook(img)
	}
	perPixel(b, img)
}

// BenchmarkDithers is every way of dithering, with the tones of a photograph ready: into black and white, into four
// greys, and from colours into seven.
func BenchmarkDithers(b *testing.B) {
	r, gray := newRenderer(b), photoLike()
	colour := image.NewRGBA(gray.Rect)
	for y := range 480 {
		for x := range 800 {
			colour.SetRGBA(x, y, bayColour(float64(x)*1.5, float64(y)*1.875))
		}
	}
	for _, d := range render.Dithers() {
		for palette, img := range map[string]image.Image{"bw": gray, "gray4": gray, "7color": colour} {
			b.Run(d.Name+"-"+palette, func(b *testing.B) {
				r.Dots(img, palette, d.Name) // makes blue noise before the clock runs
				for b.Loop() {
					r.Dots(img, palette, d.Name)
				}
				perPixel(b, gray)
			})
		}
	}
}

// BenchmarkDitherBlueNoise makes the square of thresholds, once for each Renderer.
func BenchmarkDitherBlueNoise(b *testing.B) {
	for b.Loop() {
		render.BlueNoise()
	}
}

func BenchmarkBMP(b *testing.B) {
	bitmap := render.Dither(photoLike())
	b.ReportAllocs()
	for b.Loop() {
		bitmap.BMP()
	}
}

func BenchmarkPNG(b *testing.B) {
	bitmap := render.Dither(photoLike())
	b.ReportAllocs()
	for b.Loop() {
		bitmap.PNG()
	}
	b.ReportMetric(float64(len(bitmap.PNG())), "bytes")
}
