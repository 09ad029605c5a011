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
