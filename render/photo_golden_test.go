package render_test

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"testing"

	"personalcms/render"
)

// bay is a picture in colours made for tests: an evening sky with a low sun over hills, water and a red boat.
func bay(t testing.TB) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 1200, 900))
	for y := range 900 {
		for x := range 1200 {
			img.SetRGBA(x, y, bayColour(float64(x), float64(y)))
		}
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, &jpeg.Options{Quality: 90}); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func bayColour(x, y float64) color.RGBA {
	const shore = 600
	c := skyColour(x, y)
	hill := 470 + 70*math.Sin(x/170) + 24*math.Sin(x/41+1)
	wood := 540 + 30*math.Sin(x/90+2)
	switch {
	case y > shore:
		mirror := skyColour(x, 2*shore-y+8*math.Sin(y/7+x/60))
		c = blend(mirror, color.RGBA{20, 70, 120, 255}, 0.35+0.3*(y-shore)/300)
	case y > wood:
		c = blend(color.RGBA{30, 80, 40, 255}, color.RGBA{110, 150, 60, 255}, 0.5+0.5*math.Sin(x/13+y/5))
	case y > hill:
		c = color.RGBA{80, 105, 130, 255}
	}
	if hull := 740 + (x-350)/160*(x-350)/160*-30; y > 690 && y < hull && math.Abs(x-350) < 160 {
		c = color.RGBA{205, 40, 35, 255}
	}
	if y > 440 && y < 680 && x > 350 && x < 350+(y-440)/1.7 {
		c = color.RGBA{245, 240, 225, 255}
	}
	return c
}

func skyColour(x, y float64) color.RGBA {
	c := blend(color.RGBA{90, 150, 220, 255}, color.RGBA{255, 205, 140, 255}, min(1, max(0, y/560)))
	switch d := math.Hypot(x-860, y-300); {
	case d < 80:
		return color.RGBA{255, 225, 80, 255}
	case d < 260:
		return blend(color.RGBA{255, 190, 90, 255}, c, (d-80)/180)
	}
	return c
}

func blend(a, b color.RGBA, share float64) color.RGBA {
	mix := func(a, b uint8) uint8 { return uint8(float64(a)*(1-share) + float64(b)*share + 0.5) }
	return color.RGBA{mix(a.R, b.R), mix(a.G, b.G), mix(a.B, b.B), 255}
}

// TestGoldenPhotos shows every way of dithering in black and white and in seven colours, and every palette.
func TestGoldenPhotos(t *testing.T) {
	r, photos := newRenderer(t), map[bool][]byte{false: hills(t), true: bay(t)}
	show := func(name, palette, dither string, coloured bool) {
		t.Run(name, func(t *testing.T) {
			edit := render.DefaultEdit()
			edit.Dither = dither
			got, err := r.Preview(name, photos[coloured], render.Panel{Width: 400, Height: 240, Colors: 2, Palette: palette}, edit)
			if err != nil {
				t.Fatal(err)
			}
			compareGolden(t, name, got.PNG())
		})
	}
	for _, d := range render.Dithers() {
		show("dither-"+d.Name, "bw", d.Name, false)
		show("dither-7color-"+d.Name, "7color", d.Name, true)
	}
	for _, p := range render.Palettes() {
		show("palette-"+p.Name, p.Name, render.DefaultDither, true)
	}
}

// TestGoldenEdits shows what edits do to a photograph.
func TestGoldenEdits(t *testing.T) {
	r, photo := newRenderer(t), bay(t)
	for name, change := range map[string]func(*render.Edit){
		"rotated": func(e *render.Edit) { e.Rotate, e.Mode = 90, "fit" },
		"boat":    func(e *render.Edit) { e.Crop = render.Crop{X: 0.1, Y: 0.45, Width: 0.45, Height: 0.45} },
		"harsh":   func(e *render.Edit) { e.Contrast, e.Sharpen, e.Gamma = 40, 60, 1.3 },
	} {
		t.Run(name, func(t *testing.T) {
			edit := render.DefaultEdit()
			change(&edit)
			got, err := r.Preview("bay", photo, render.Panel{Width: 400, Height: 240, Colors: 4}, edit)
			if err != nil {
				t.Fatal(err)
			}
			compareGolden(t, "edit-"+name, got.PNG())
		})
	}
}
