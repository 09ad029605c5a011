package render_test

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"testing"
)

// hills is a picture made for tests: a sun over three ranges of hills, with soft tones to dither.
func hills(t testing.TB) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 1200, 900))
	for y := range 900 {
		for x := range 1200 {
			img.Set(x, y, hillColor(float64(x), float64(y)))
		}
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, &jpeg.Options{Quality: 90}); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func hillColor(x, y float64) color.RGBA {
	shade := 235 - y/900*90
	if d := math.Hypot(x-820, y-260); d < 110 {
		shade = 255
	} else if d < 260 {
		shade += (260 - d) / 260 * 30
	}
	for i, base := range []float64{470, 590, 730} {
		k := float64(i + 1)
		edge := base + 60*math.Sin(x/(210/k)+k*2) + 25*math.Sin(x/(67*k)+k)
		if y > edge {
			shade = 150 - 45*k + (y-edge)/8 + 6*math.Sin(x/9+y/7)
		}
	}
	v := uint8(min(255, max(0, shade)))
	return color.RGBA{v, v, uint8(min(255, float64(v)+12)), 255}
}
