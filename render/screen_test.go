package render_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"personalcms/content"
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

func TestEverySizeOfPanelIsDrawn(t *testing.T) {
	r := newRenderer(t)
	photo := &render.Photo{ID: "hills", Data: hills(t), Mode: "fit"}
	for _, width := range []int{64, 122, 250, 400, 600, 800, 1304, 2000} {
		for _, height := range []int{64, 122, 250, 360, 480, 984, 2000} {
			for _, kind := range []string{"layout", "picture", "message", "night", "approval", "status"} {
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
	broken := &render.Photo{ID: "x", Data: []byte("no JPEG")}
	for name, s := range map[string]render.Screen{
		"tiny panel":   with(sized(10, 10)),
		"huge panel":   with(sized(4000, 480)),
		"no such kind": with(func(s *render.Screen) { s.Kind = "other" }),
		"no photo":     with(func(s *render.Screen) { s.Kind = "picture" }),
		"broken photo": with(func(s *render.Screen) { s.Kind, s.Photo = "picture", broken }),
		"URL too long": with(func(s *render.Screen) { s.Kind, s.URL = "approval", strings.Repeat("x", 5000) }),
	} {
		if bitmap, err := r.Draw(render.Prepare(s)); err == nil || bitmap != nil {
			t.Errorf("%s is drawn", name)
		}
	}
	if _, err := r.Preview("x", []byte("no JPEG"), render.DefaultPanel(), render.Edit{}); !errors.Is(err, render.ErrBrokenPicture) {
		t.Errorf("preview of a broken picture: %v", err)
	}
}

func TestKeyChangesExactlyWithWhatIsSeen(t *testing.T) {
	key := func(change func(*render.Screen)) string { return render.Prepare(with(change)).Key }
	base := key(func(*render.Screen) {})
	for name, change := range map[string]func(*render.Screen){
		"seconds":          func(s *render.Screen) { s.Now = s.Now.Add(30 * time.Second) },
		"a joke after it":  func(s *render.Screen) { s.Inputs[2].Items = append(s.Inputs[2].Items, content.Item{Text: "Next."}) },
		"the same options": func(s *render.Screen) { s.Inputs[0].Options = render.Options{"x": "y"} },
	} {
		if key(change) != base {
			t.Errorf("%s: nothing can be seen of it, and the key changes", name)
		}
	}
	seen := map[string]string{base: "the usual"}
	for name, change := range map[string]func(*render.Screen){
		"a minute":      func(s *render.Screen) { s.Now = s.Now.Add(time.Minute) },
		"a year":        func(s *render.Screen) { s.Now = s.Now.AddDate(1, 0, 0) },
		"12 hours":      func(s *render.Screen) { s.Locale = render.NewLocale(render.Units{Clock: "12"}) },
		"joke":          func(s *render.Screen) { s.Inputs[2].Items = []content.Item{{Text: "Another."}} },
		"no joke":       func(s *render.Screen) { s.Inputs[2].Items = nil },
		"panel":         sized(400, 300),
		"dark":          func(s *render.Screen) { s.Layout.Dark = true },
		"photo":         func(s *render.Screen) { s.Kind, s.Photo = "picture", &render.Photo{ID: "a"} },
		"another photo": func(s *render.Screen) { s.Kind, s.Photo = "picture", &render.Photo{ID: "b"} },
		"its edit": func(s *render.Screen) {
			s.Kind, s.Photo = "picture", &render.Photo{ID: "a", Edit: render.DefaultEdit()}
		},
		"its mode": func(s *render.Screen) { s.Kind, s.Photo = "picture", &render.Photo{ID: "a", Mode: "fit"} },
		"kind":     func(s *render.Screen) { s.Kind = "status" },
	} {
		if other, ok := seen[key(change)]; ok {
			t.Errorf("%s has the key of %s", name, other)
		}
		seen[key(change)] = name
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
	want := draw(t, r, board()).ETag()
	done := make(chan string)
	for range 8 {
		go func() {
			bitmap, err := r.Draw(render.Prepare(board()))
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
