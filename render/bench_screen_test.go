package render_test

import (
	"fmt"
	"testing"
	"time"

	"personalcms/render"
)

// BenchmarkScreen draws whole screens at 800×480, letters and photograph cached as they are in a
// running server, and encodes them.
func BenchmarkScreen(b *testing.B) {
	r := newRenderer(b)
	photo := &render.Photo{ID: "hills", Data: hills(b), Mode: "fill"}
	for name, s := range map[string]render.Screen{
		"default": board(),
		"picture": with(func(s *render.Screen) { s.Kind, s.Photo = "picture", photo }),
		"approval": with(func(s *render.Screen) {
			s.Kind, s.Code, s.URL = "approval", "482913", "http://192.168.1.20:5000/devices/panel-1"
		}),
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				s.Now = s.Now.Add(time.Minute) // another time each time
				draw(b, r, s).BMP()
			}
			b.ReportMetric(b.Elapsed().Seconds()*1e3/float64(b.N), "ms/screen")
		})
	}
}

// BenchmarkNewPhotoEdits is the same with what an edit can ask for, on panels of other colours.
func BenchmarkNewPhotoEdits(b *testing.B) {
	r, data := newRenderer(b), bay(b)
	e := render.DefaultEdit()
	e.Rotate, e.Gamma, e.Sharpen, e.Dither = 90, 1.2, 40, "stucki"
	for _, palette := range []string{"bw", "gray4", "7color"} {
		b.Run(palette, func(b *testing.B) {
			p := render.DefaultPanel()
			p.Palette = palette
			for i := 0; b.Loop(); i++ {
				if _, err := r.Preview(fmt.Sprint(i), data, p, e); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(b.Elapsed().Seconds()*1e3/float64(b.N), "ms/photo")
		})
	}
}

// BenchmarkNewPhoto decodes, scales and dithers a photograph that is not cached.
func BenchmarkNewPhoto(b *testing.B) {
	r, data := newRenderer(b), hills(b)
	for i := 0; b.Loop(); i++ {
		if _, err := r.Preview(fmt.Sprint(i), data, render.DefaultPanel(), render.Edit{}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(b.Elapsed().Seconds()*1e3/float64(b.N), "ms/photo")
}
