package render_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"personalcms/render"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
)

// TestApprovalCodeIsReadByACamera decodes the QR code from the finished bits, at every size that has one.
func TestApprovalCodeIsReadByACamera(t *testing.T) {
	r := newRenderer(t)
	for _, url := range []string{"http://192.168.1.20:5000/devices/panel-1", "https://personalcms.example.org/devices/" + strings.Repeat("x", 64)} {
		for _, size := range [][2]int{{800, 480}, {480, 800}, {400, 300}, {296, 128}, {1304, 984}, {640, 384}} {
			s := with(func(s *render.Screen) {
				s.Kind, s.Code, s.URL = "approval", "482913", url
				sized(size[0], size[1])(s)
			})
			source := gozxing.NewLuminanceSourceFromImage(draw(t, r, s).Image())
			picture, err := gozxing.NewBinaryBitmap(gozxing.NewGlobalHistgramBinarizer(source))
			if err != nil {
				t.Fatal(err)
			}
			hints := map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true}
			result, err := qrcode.NewQRCodeReader().Decode(picture, hints)
			if err != nil || result.GetText() != url {
				t.Errorf("%d×%d with %d characters: %v", size[0], size[1], len(url), err)
			}
		}
	}
}

// TestLongNamesThatRunOffThePanel looks at the margins: only pictures, bars and rules may touch them.
func TestLongNamesThatRunOffThePanel(t *testing.T) {
	r := newRenderer(t)
	for name, long := range map[string]string{
		"words": strings.Repeat("a very long name ", 30), "one word": strings.Repeat("Donaudampfschiff", 30),
		"Chinese": strings.Repeat("客厅", 200), "Arabic": strings.Repeat("غرفة الجلوس ", 60),
	} {
		s := with(func(s *render.Screen) {
			s.Name, s.Joke, s.Headline, s.HeadlineSource, s.Riddle, s.Answer = long, long, long, long, long, long
		})
		bitmap := draw(t, r, s)
		for y := range 480 {
			for _, x := range []int{790, 795, 799} {
				onRule := y >= 148 && y < 151 || y >= 417 && y < 420
				if !onRule && !bitmap.White(x, y) {
					t.Fatalf("%s: ink in the right margin at %d,%d", name, x, y)
				}
			}
		}
		for x := range 800 {
			if !bitmap.White(x, 479) {
				t.Fatalf("%s: ink in the last row at %d", name, x)
			}
		}
	}
}

func TestEverySizeOfPanelIsDrawn(t *testing.T) {
	r := newRenderer(t)
	photo := &render.Photo{ID: "hills", Data: hills(t), Mode: "fit"}
	for _, width := range []int{64, 122, 250, 400, 600, 800, 1304, 2000} {
		for _, height := range []int{64, 122, 250, 360, 480, 984, 2000} {
			for _, kind := range []string{"default", "approval", "status"} {
				s := with(func(s *render.Screen) {
					s.Kind, s.Code, s.URL, s.Message, s.Photo = kind, "482913", "http://192.168.1.20:5000/devices/panel-1", "A message", photo
					sized(width, height)(s)
				})
				draw(t, r, s)
			}
		}
	}
}

func TestDrawRefusesWhatCannotBeDrawn(t *testing.T) {
	r := newRenderer(t)
	for name, s := range map[string]render.Screen{
		"tiny panel":   with(sized(10, 10)),
		"huge panel":   with(sized(4000, 480)),
		"no such kind": with(func(s *render.Screen) { s.Kind = "other" }),
		"broken photo": with(func(s *render.Screen) { s.Photo = &render.Photo{ID: "x", Data: []byte("no JPEG")} }),
		"URL too long": with(func(s *render.Screen) { s.Kind, s.URL = "approval", strings.Repeat("x", 5000) }),
	} {
		if bitmap, err := r.Draw(s); err == nil || bitmap != nil {
			t.Errorf("%s is drawn", name)
		}
	}
	if _, err := r.Preview("x", []byte("no JPEG"), render.DefaultPanel(), "fill"); !errors.Is(err, render.ErrBrokenPicture) {
		t.Errorf("preview of a broken picture: %v", err)
	}
}

func TestKeyChangesExactlyWithWhatIsSeen(t *testing.T) {
	base := family().Key()
	for name, change := range map[string]func(*render.Screen){
		"seconds":              func(s *render.Screen) { s.Now = s.Now.Add(30 * time.Second) },
		"hundredths of degree": func(s *render.Screen) { s.Temperature.Value += 0.004 },
		"a fresher reading":    func(s *render.Screen) { s.Temperature.At = s.Now },
		"photo data":           func(s *render.Screen) {},
	} {
		if with(change).Key() != base {
			t.Errorf("%s: nothing can be seen of it, and the key changes", name)
		}
	}
	seen := map[string]string{base: "the usual"}
	for name, change := range map[string]func(*render.Screen){
		"a minute":        func(s *render.Screen) { s.Now = s.Now.Add(time.Minute) },
		"a year":          func(s *render.Screen) { s.Now = s.Now.AddDate(1, 0, 0) },
		"a tenth":         func(s *render.Screen) { s.Temperature.Value += 0.1 },
		"humidity":        func(s *render.Screen) { s.Humidity.Value++ },
		"no temperature":  func(s *render.Screen) { s.Temperature = nil },
		"an old reading":  func(s *render.Screen) { s.Temperature.At = s.Now.Add(-3 * time.Hour) },
		"joke":            func(s *render.Screen) { s.Joke = "Another." },
		"riddle":          func(s *render.Screen) { s.Riddle = "Another?" },
		"answer":          func(s *render.Screen) { s.Answer = "Other" },
		"headline":        func(s *render.Screen) { s.Headline = "Other" },
		"source":          func(s *render.Screen) { s.HeadlineSource = "Other" },
		"name":            func(s *render.Screen) { s.Name = "Hall" },
		"panel":           sized(400, 300),
		"photo":           func(s *render.Screen) { s.Photo = &render.Photo{ID: "a"} },
		"another photo":   func(s *render.Screen) { s.Photo = &render.Photo{ID: "b"} },
		"mode of a photo": func(s *render.Screen) { s.Photo = &render.Photo{ID: "a", Mode: "fit"} },
		"kind":            func(s *render.Screen) { s.Kind = "status" },
	} {
		key := with(change).Key()
		if other, ok := seen[key]; ok {
			t.Errorf("%s has the key of %s", name, other)
		}
		seen[key] = name
	}
}

func TestTheSameScreenIsTheSameBits(t *testing.T) {
	first, second := newRenderer(t), newRenderer(t)
	for name, s := range screens(t) {
		once, again, elsewhere := draw(t, first, s).ETag(), draw(t, first, s).ETag(), draw(t, second, s).ETag()
		if once != again || once != elsewhere {
			t.Errorf("%s is drawn differently a second time", name)
		}
	}
}

func TestDrawingAtTheSameTime(t *testing.T) {
	r := newRenderer(t)
	want := draw(t, r, family()).ETag()
	done := make(chan string)
	for range 8 {
		go func() {
			bitmap, err := r.Draw(family())
			if err != nil {
				done <- err.Error()
				return
			}
			done <- bitmap.ETag()
		}()
	}
	for range 8 {
		if got := <-done; got != want {
			t.Errorf("drawn as %s, alone as %s", got, want)
		}
	}
}
