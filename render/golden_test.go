package render_test

import (
	"bytes"
	"flag"
	"image"
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

// newRenderer has the fonts that the build step brings.
func newRenderer(t testing.TB) *render.Renderer {
	t.Helper()
	folder := filepath.Join("..", "assets", "dist", "fonts")
	if _, err := os.Stat(filepath.Join(folder, "Inter_500Medium.ttf")); err != nil {
		t.Fatal("the panel’s fonts are not built: run “go tool -modfile=.tools/go.mod task assets” first")
	}
	r, err := render.New(os.DirFS(folder))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func draw(t testing.TB, r *render.Renderer, s render.Screen) *render.Bitmap {
	t.Helper()
	bitmap, err := r.Draw(s)
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

// family is a usual screen.
func family() render.Screen {
	now := noon()
	return render.Screen{
		Kind: "default", Panel: render.DefaultPanel(), Name: "Living room", DeviceID: "panel-1", Now: now,
		Temperature: &render.Value{Value: 21.43, At: now.Add(-time.Minute)}, Humidity: &render.Value{Value: 44.2, At: now.Add(-time.Minute)},
		Joke:     "I told my suitcase there will be no holiday this year. Now I am dealing with emotional baggage.",
		Riddle:   "What gets wet while drying?",
		Answer:   "A towel",
		Headline: "Researchers grow coral that stands two degrees more", HeadlineSource: "From the almanac",
	}
}

func with(change func(*render.Screen)) render.Screen {
	s := family()
	change(&s)
	return s
}

func sized(width, height int) func(*render.Screen) {
	return func(s *render.Screen) { s.Panel = render.Panel{Width: width, Height: height, Colors: 2} }
}

func screens(t *testing.T) map[string]render.Screen {
	photo := &render.Photo{ID: "hills", Data: hills(t), Mode: "fill"}
	long := "The Extraordinarily Long Name Of A Panel That Somebody Typed On A Rainy Sunday Afternoon"
	return map[string]render.Screen{
		"default":       family(),
		"default-photo": with(func(s *render.Screen) { s.Photo = photo }),
		"default-no-sensor": with(func(s *render.Screen) {
			s.Temperature, s.Humidity = nil, nil
		}),
		"default-stale": with(func(s *render.Screen) {
			s.Temperature.At, s.Temperature.Value = s.Now.Add(-5*time.Hour), -12.34
			s.Now = s.Now.AddDate(0, 0, -14)
			s.Temperature.At = s.Now.Add(-5 * time.Hour)
		}),
		"default-long": with(func(s *render.Screen) {
			s.Name = long
			s.Joke = "A physicist, a gardener and a programmer are asked to fence in a flock of sheep with as little wire as possible. " +
				"The gardener builds a circle. The physicist pulls it tight. The programmer wraps a bit of wire around herself and says: I declare this to be the outside."
			s.Riddle = "Two fathers and two sons go fishing. Each of them catches exactly one fish, and yet only three fish come home with them in the evening. None was eaten, none was lost and none was given away. How?"
			s.Answer = "They are grandfather, father and son"
			s.Headline = "Town council spends eleven hours on the question of whether the new bench beside the pond should face the water or the street"
		}),
		"default-scripts": with(func(s *render.Screen) {
			s.Name = "客厅 · غرفة الجلوس · סלון 🎉"
			s.Joke = "为什么程序员总是分不清万圣节和圣诞节？因为 Oct 31 = Dec 25。😀"
			s.Headline = "مرحبا بالعالم: الطقس جميل اليوم في القاهرة"
			s.Riddle, s.Answer = "Τι είναι αυτό; Что это? Ελληνικά и русский", "ชื่อ देवनागरी"
		}),
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
		"stack-400x300":       with(sized(400, 300)),
		"stack-296x128":       with(sized(296, 128)),
		"stack-480x800":       with(sized(480, 800)),
		"stack-480x800-photo": with(func(s *render.Screen) { sized(480, 800)(s); s.Photo = photo }),
		"stack-64x64":         with(sized(64, 64)),
		"columns-1304x984":    with(sized(1304, 984)),
		"columns-640x384":     with(sized(640, 384)),
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
			r, _, _, _ := a.At(x, y).RGBA()
			s, _, _, _ := b.At(x, y).RGBA()
			if r != s {
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
