package render_test

import (
	"bytes"
	"flag"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"testing"
	"time"

	"personalcms/render"
)

var update = flag.Bool("update", false, "write the golden screens anew")

// handful is how many pixels may differ between processors, whose floating point rounds differently.
const handful = 12

// newRenderer has the fonts and icons that the build step brings.
func newRenderer(t testing.TB) *render.Renderer {
	t.Helper()
	dist := filepath.Join("..", "assets", "dist")
	if _, err := os.Stat(filepath.Join(dist, "icons", "icons.json")); err != nil {
		t.Fatal("the panel’s fonts and icons are not built: run “go tool -modfile=.tools/go.mod task assets” first")
	}
	r, err := render.New(os.DirFS(filepath.Join(dist, "fonts")), os.DirFS(filepath.Join(dist, "icons")))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func draw(t testing.TB, r *render.Renderer, s render.Screen) *render.Bitmap {
	t.Helper()
	bitmap, err := r.Draw(render.Prepare(s))
	if err != nil {
		t.Fatal(err)
	}
	if bitmap.Width != s.Panel.Width || bitmap.Height != s.Panel.Height {
		t.Fatalf("drawn at %d×%d for a panel of %d×%d", bitmap.Width, bitmap.Height, s.Panel.Width, s.Panel.Height)
	}
	return bitmap
}

func noon() time.Time {
	zone := time.FixedZone("CET", 3600)
	return time.Date(2026, 11, 23, 14, 35, 20, 0, zone)
}

// board is a usual screen.
func board() render.Screen {
	layout, _ := render.ReadyLayout(render.DefaultLayout)
	return screenOf(layout)
}

// screenOf is a ready layout with sample data.
func screenOf(layout render.Layout) render.Screen {
	s := render.Screen{
		Kind: render.KindLayout, Panel: render.DefaultPanel(), Name: "Living room", DeviceID: "panel-1", Now: noon(), Layout: layout,
	}
	for _, w := range layout.Widgets {
		s.Inputs = append(s.Inputs, sample(w))
	}
	return s
}

func with(change func(*render.Screen)) render.Screen {
	s := board()
	change(&s)
	return s
}

func sized(width, height int) func(*render.Screen) {
	return func(s *render.Screen) { s.Panel = render.Panel{Width: width, Height: height, Colors: 2} }
}

func screens(t *testing.T) map[string]render.Screen {
	long := "The Extraordinarily Long Name Of A Panel That Somebody Typed On A Rainy Sunday Afternoon"
	return map[string]render.Screen{
		"approval": with(func(s *render.Screen) {
			s.Kind, s.Code, s.URL = "approval", "482913", "http://personalcms.local:5000/devices/panel-1"
		}),
		"approval-small": with(func(s *render.Screen) {
			s.Kind, s.Code, s.URL = "approval", "482913", "http://192.168.1.20:5000/devices/panel-1"
			sized(296, 128)(s)
		}),
		"approval-upright": with(func(s *render.Screen) {
			s.Kind, s.Code, s.URL, s.Name = "approval", "482913", "http://192.168.1.20:5000/devices/panel-1", long
			sized(480, 800)(s)
		}),
		"status": with(func(s *render.Screen) {
			s.Kind, s.Message = "status", "Nothing could be drawn yet. The server’s log says why; the panel tries again by itself."
		}),
		"message": with(func(s *render.Screen) {
			s.Kind, s.Message = "message", "Dinner is ready. Please bring the big chair from the hall!"
		}),
		"message-small": with(func(s *render.Screen) { s.Kind, s.Message = "message", "Dinner is ready."; sized(296, 128)(s) }),
		"night":         with(func(s *render.Screen) { s.Kind, s.Message = "night", "Good night. The panel wakes at 06:30." }),
		"night-small":   with(func(s *render.Screen) { s.Kind, s.Message = "night", "Wakes at 06:30"; sized(296, 128)(s) }),
		"picture": with(func(s *render.Screen) {
			s.Kind, s.Photo = "picture", &render.Photo{ID: "hills", Data: hills(t), Mode: "fill"}
		}),
	}
}

func TestGoldenScreens(t *testing.T) {
	r := newRenderer(t)
	for name, s := range screens(t) {
		t.Run(name, func(t *testing.T) {
			compareGolden(t, name, draw(t, r, s).PNG())
		})
	}
}

func compareGolden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", "golden", name+".png")
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if n := differ(t, got, want); n > handful {
		folder := t.ArtifactDir()
		if err := os.WriteFile(filepath.Join(folder, name+".got.png"), got, 0o644); err != nil {
			t.Fatal(err)
		}
		t.Errorf("%d pixels differ from %s; what was drawn is in %s; look at both, then run with -update if it is right", n, path, folder)
	}
}

func differ(t *testing.T, got, want []byte) int {
	t.Helper()
	a, b := decodePNG(t, got), decodePNG(t, want)
	if a.Bounds() != b.Bounds() {
		t.Fatalf("drawn at %v, golden is %v", a.Bounds(), b.Bounds())
	}
	n := 0
	for y := a.Bounds().Min.Y; y < a.Bounds().Max.Y; y++ {
		for x := a.Bounds().Min.X; x < a.Bounds().Max.X; x++ {
			if color.RGBAModel.Convert(a.At(x, y)) != color.RGBAModel.Convert(b.At(x, y)) {
				n++
			}
		}
	}
	return n
}

func decodePNG(t *testing.T, data []byte) image.Image {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return img
}
