package render_test

import (
	"fmt"
	"runtime"
	"slices"
	"testing"
	"time"

	"personalcms/render"
)

// fullBoard is the family board with everything an owner can wish for on it: weather and forecast, an agenda of six
// events, four headlines, a room's day as a chart, and in the place of the riddle a photograph.
func fullBoard(t testing.TB) render.Screen {
	layout, _ := render.ReadyLayout("family-board")
	layout.Widgets = slices.DeleteFunc(layout.Widgets, func(w render.Widget) bool { return w.ID == "riddle" })
	for i, w := range layout.Widgets {
		switch w.ID {
		case "agenda", "news":
			layout.Widgets[i].H = 11
		case "climate":
			layout.Widgets[i].H = 7
		}
	}
	layout.Widgets = append(layout.Widgets, render.Widget{ID: "photo", Kind: "photo", X: 18, Y: 12, W: 6, H: 4})
	s := furnished(t, layout, 800, 480, "")
	for i, w := range layout.Widgets {
		if w.ID == "agenda" {
			family, work := s.Inputs[i].Sources[0], s.Inputs[i].Sources[1]
			family.Feed.Events = family.Feed.Events[1:] // the first is over
			work.Feed.Events = work.Feed.Events[:1]
			s.Inputs[i].Sources = []render.SourceData{family, work}
		}
	}
	return s
}

// TestFullBoard shows that the board that is measured has on it what it says.
func TestFullBoard(t *testing.T) {
	compareGolden(t, "layout-family-board-full", draw(t, newRenderer(t), fullBoard(t)).PNG())
}

// minutes gives a screen another minute each time, over one day, so that it is really prepared and drawn.
func minutes(s render.Screen) func() render.Screen {
	start, n := s.Now, 0
	return func() render.Screen {
		n++
		s.Now = start.Add(time.Duration(n%(9*60)) * time.Minute)
		return s
	}
}

// BenchmarkScreen draws whole screens at 800×480, letters and photograph cached as they are in a
// running server, and encodes them.
func BenchmarkScreen(b *testing.B) {
	r := newRenderer(b)
	photo := &render.Photo{ID: "hills", Data: hills(b), Mode: "fill"}
	for name, s := range map[string]render.Screen{
		"family-board": fullBoard(b),
		"default":      board(),
		"picture":      with(func(s *render.Screen) { s.Kind, s.Photo = "picture", photo }),
		"approval": with(func(s *render.Screen) {
			s.Kind, s.Code, s.URL = "approval", "482913", "http://192.168.1.20:5000/devices/panel-1"
		}),
	} {
		b.Run(name, func(b *testing.B) {
			next := minutes(s)
			draw(b, r, next()).BMP()
			var took []time.Duration
			b.ReportAllocs()
			for b.Loop() {
				from := time.Now()
				draw(b, r, next()).BMP()
				took = append(took, time.Since(from))
			}
			slices.Sort(took)
			b.ReportMetric(took[len(took)/2].Seconds()*1e3, "ms/screen-median")
		})
	}
}

// BenchmarkPrepareScreen finds out what will be seen, which happens for every heartbeat of a device.
func BenchmarkPrepareScreen(b *testing.B) {
	next := minutes(fullBoard(b))
	b.ReportAllocs()
	for b.Loop() {
		render.Prepare(next())
	}
}

// BenchmarkScreenMemory draws ten thousand screens and says by how much the memory in use grew after the first
// thousand.
func BenchmarkScreenMemory(b *testing.B) {
	for b.Loop() {
		b.ReportMetric(float64(growth(b, 1000, 10_000))/1024, "KiB-grown")
	}
}

// TestMemoryDoesNotGrow is the same with fewer screens: each shows another minute, most of them another text.
func TestMemoryDoesNotGrow(t *testing.T) {
	const most = 2 << 20
	if grown := growth(t, 100, 500); grown > most {
		t.Errorf("400 screens left %d bytes behind", grown)
	}
}

// growth is by how many bytes the memory in use grows between two numbers of screens drawn.
func growth(t testing.TB, from, to int) int64 {
	r := newRenderer(t)
	next := minutes(fullBoard(t))
	inUse := func() int64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	var before int64
	for i := range to {
		if i == from {
			before = inUse()
		}
		s := next()
		s.Layout.Widgets = slices.Clone(s.Layout.Widgets)
		for j, w := range s.Layout.Widgets {
			if w.ID == "news" {
				s.Layout.Widgets[j].Options = render.Options{"title": fmt.Sprintf("News %d", i)}
			}
		}
		draw(t, r, s)
	}
	after := inUse()
	runtime.KeepAlive(r)
	return after - before
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
