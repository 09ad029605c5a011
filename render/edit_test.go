package render

import (
	"bytes"
	"encoding/json"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func edited(change func(*Edit)) Edit {
	e := DefaultEdit()
	e.AutoLevels = false
	change(&e)
	return e
}

func mustTone(t *testing.T, data []byte, place image.Point, e Edit, coloured bool) planes {
	t.Helper()
	if wrong := e.Check(); len(wrong) > 0 {
		t.Fatal(wrong)
	}
	p, err := toned(data, place, e, coloured)
	if err != nil {
		t.Fatal(err)
	}
	if p.y.Rect != (image.Rectangle{Max: place}) {
		t.Fatalf("%v for a place of %v", p.y.Rect, place)
	}
	return p
}

func colourJPEG(t testing.TB, width, height int, colour func(x, y int) color.RGBA) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			img.SetRGBA(x, y, colour(x, y))
		}
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// quarters has black above white on the left, red above blue on the right.
func quarters(x, y, width, height int) color.RGBA {
	switch {
	case x < width/2 && y < height/2:
		return color.RGBA{0, 0, 0, 255}
	case x < width/2:
		return color.RGBA{255, 255, 255, 255}
	case y < height/2:
		return color.RGBA{255, 0, 0, 255}
	}
	return color.RGBA{0, 0, 255, 255}
}

// cornersOf names the colours in the corners: upper left, upper right, lower left, lower right.
func cornersOf(img image.Image) string {
	var out strings.Builder
	size := img.Bounds().Size()
	for _, at := range []image.Point{{size.X / 8, size.Y / 8}, {size.X * 7 / 8, size.Y / 8}, {size.X / 8, size.Y * 7 / 8}, {size.X * 7 / 8, size.Y * 7 / 8}} {
		c := color.RGBAModel.Convert(img.At(at.X, at.Y)).(color.RGBA)
		switch {
		case c.R > 150 && c.B > 150:
			out.WriteByte('w')
		case c.R > 150:
			out.WriteByte('r')
		case c.B > 150:
			out.WriteByte('b')
		default:
			out.WriteByte('k')
		}
	}
	return out.String()
}

func TestRotateTurnsClockwise(t *testing.T) {
	for _, size := range []image.Point{{160, 96}, {96, 160}, {61, 47}} {
		data := colourJPEG(t, size.X, size.Y, func(x, y int) color.RGBA { return quarters(x, y, size.X, size.Y) })
		for degrees, want := range map[int]string{0: "krwb", 90: "wkbr", 180: "bwrk", 270: "rbkw"} {
			place := image.Pt(80, 48)
			if (degrees%180 == 0) != (size.X > size.Y) {
				place = image.Pt(48, 80)
			}
			for _, mode := range []string{"fill", "fit"} {
				e := edited(func(e *Edit) { e.Rotate, e.Mode = degrees, mode })
				if got := cornersOf(mustTone(t, data, place, e, true).picture()); got != want {
					t.Errorf("%v by %d°, %s: corners are %s, want %s", size, degrees, mode, got, want)
				}
			}
		}
	}
}

// TestTheFocusStaysInView crops pictures of all shapes to all places and looks for the point.
func TestTheFocusStaysInView(t *testing.T) {
	for _, picture := range []image.Point{{1600, 400}, {400, 1600}, {800, 600}, {5, 1000}} {
		for _, place := range []image.Point{{800, 480}, {480, 800}, {64, 64}} {
			for _, crop := range []Crop{{}, {0.2, 0.1, 0.7, 0.8}} {
				for at := range 81 {
					e := Edit{FocusX: float64(at%9) / 8, FocusY: float64(at/9) / 8, Crop: crop}
					part, shown := e.view(picture, place)
					if shown != place || part.Empty() || !part.In(image.Rectangle{Max: picture}) {
						t.Fatalf("%v on %v: %v is shown as %v", picture, place, part, shown)
					}
					// A point outside of the crop, which cannot be in view, is met halfway.
					x, y := e.FocusX*float64(picture.X), e.FocusY*float64(picture.Y)
					if crop.valid() {
						x = min(max(x, crop.X*float64(picture.X)), (crop.X+crop.Width)*float64(picture.X))
						y = min(max(y, crop.Y*float64(picture.Y)), (crop.Y+crop.Height)*float64(picture.Y))
					}
					const rounding = 1
					if x < float64(part.Min.X-rounding) || x > float64(part.Max.X+rounding) || y < float64(part.Min.Y-rounding) || y > float64(part.Max.Y+rounding) {
						t.Fatalf("%v on %v: %.0f, %.0f is not in %v", picture, place, x, y, part)
					}
				}
			}
		}
	}
}

func TestCropShowsOnlyItsPart(t *testing.T) {
	data := colourJPEG(t, 400, 400, func(x, y int) color.RGBA { return quarters(x, y, 400, 400) })
	for want, crop := range map[string]Crop{
		"kkkk": {0.05, 0.05, 0.4, 0.4}, "rrrr": {0.55, 0, 0.45, 0.45}, "wwww": {0, 0.55, 0.45, 0.45}, "bbbb": {0.55, 0.55, 0.45, 0.45}, "krwb": {0, 0, 1, 1},
	} {
		for _, mode := range []string{"fill", "fit"} {
			e := edited(func(e *Edit) { e.Crop, e.Mode = crop, mode })
			if got := cornersOf(mustTone(t, data, image.Pt(64, 64), e, true).picture()); got != want {
				t.Errorf("%+v, %s: corners are %s, want %s", crop, mode, got, want)
			}
		}
	}
	// The crop is of the rotated picture: its upper left quarter was the lower left one.
	turned := edited(func(e *Edit) { e.Crop, e.Rotate = Crop{0, 0, 0.45, 0.45}, 90 })
	if got := cornersOf(mustTone(t, data, image.Pt(64, 64), turned, true).picture()); got != "wwww" {
		t.Errorf("of the rotated picture it shows %s", got)
	}
}

func TestFitLeavesWhiteAroundColours(t *testing.T) {
	data := colourJPEG(t, 400, 100, func(int, int) color.RGBA { return color.RGBA{200, 20, 20, 255} })
	img := mustTone(t, data, image.Pt(80, 80), edited(func(e *Edit) { e.Mode = "fit" }), true).picture()
	if c := color.RGBAModel.Convert(img.At(40, 5)).(color.RGBA); c != (color.RGBA{255, 255, 255, 255}) {
		t.Errorf("around it is %v", c)
	}
	if c := color.RGBAModel.Convert(img.At(40, 40)).(color.RGBA); c.R < 190 || c.G > 40 {
		t.Errorf("it is %v", c)
	}
}

func TestGreysOfAColourPhotoAreThoseOfAGreyOne(t *testing.T) {
	data := colourJPEG(t, 300, 200, func(x, y int) color.RGBA { return color.RGBA{uint8(x), uint8(y), uint8(x + y), 255} })
	for _, e := range []Edit{DefaultEdit(), edited(func(e *Edit) { e.Gamma, e.Sharpen, e.Mode, e.Rotate = 0.7, 30, "fit", 270 })} {
		gray, colour := mustTone(t, data, image.Pt(90, 70), e, false), mustTone(t, data, image.Pt(90, 70), e, true)
		if !bytes.Equal(gray.y.Pix, colour.y.Pix) || gray.cb != nil || colour.cb == nil || colour.cr == nil {
			t.Errorf("%+v gives other tones with colours", e)
		}
	}
}

func TestTonesChangeAsTheirNamesSay(t *testing.T) {
	plain := edited(func(*Edit) {}).curve()
	for v, tone := range plain {
		if int(tone) != v {
			t.Fatalf("without edits %d becomes %d", v, tone)
		}
	}
	at := func(change func(*Edit)) [3]uint8 {
		tones := edited(change).curve()
		for v := 1; v < 256; v++ {
			if tones[v] < tones[v-1] {
				t.Fatalf("%d becomes darker than %d", v, v-1)
			}
		}
		return [3]uint8{tones[64], tones[128], tones[192]}
	}
	for name, row := range map[string]struct {
		change func(*Edit)
		want   [3]uint8
	}{
		"brighter":      {func(e *Edit) { e.Brightness = 20 }, [3]uint8{90, 154, 218}},
		"darkest":       {func(e *Edit) { e.Brightness = -100 }, [3]uint8{0, 1, 65}},
		"more contrast": {func(e *Edit) { e.Contrast = 50 }, [3]uint8{1, 129, 255}},
		"no contrast":   {func(e *Edit) { e.Contrast = -100 }, [3]uint8{128, 128, 128}},
		"lighter gamma": {func(e *Edit) { e.Gamma = 2 }, [3]uint8{128, 181, 221}},
		"darker gamma":  {func(e *Edit) { e.Gamma = 0.5 }, [3]uint8{16, 64, 145}},
		"gamma of one":  {func(e *Edit) { e.Gamma = 1 }, [3]uint8{64, 128, 192}},
	} {
		if diff := cmp.Diff(row.want, at(row.change)); diff != "" {
			t.Errorf("%s: 64, 128 and 192 -want +got\n%s", name, diff)
		}
	}
}

// TestSharpenByHand has an edge between 100 and 140: an eighth of a quarter of the difference, twice, on either side.
func TestSharpenByHand(t *testing.T) {
	img := image.NewGray(image.Rect(0, 0, 6, 3))
	for i := range img.Pix {
		img.Pix[i] = 100
		if i%6 >= 3 {
			img.Pix[i] = 140
		}
	}
	sharpen(img, 50)
	want := []uint8{100, 100, 90, 150, 140, 140}
	for y := range 3 {
		if diff := cmp.Diff(want, img.Pix[6*y:6*y+6]); diff != "" {
			t.Errorf("row %d -want +got\n%s", y, diff)
		}
	}
	dot := image.NewGray(image.Rect(0, 0, 5, 5))
	for i := range dot.Pix {
		dot.Pix[i] = 100
	}
	dot.Pix[12] = 116
	sharpen(dot, 100)
	// The dot is 12 above its soft mean; beside it the mean is 2 too high, at its corners 1.
	if diff := cmp.Diff([]uint8{100, 98, 96, 98, 100, 100, 96, 140, 96, 100, 100, 98, 96, 98, 100}, dot.Pix[5:20]); diff != "" {
		t.Errorf("about a dot -want +got\n%s", diff)
	}
}

func TestCheckSaysWhatIsWrong(t *testing.T) {
	if wrong := DefaultEdit().Check(); wrong != nil {
		t.Errorf("the default edit: %v", wrong)
	}
	for word, change := range map[string]func(*Edit){
		"rotated":    func(e *Edit) { e.Rotate = 45 },
		"focus":      func(e *Edit) { e.FocusX = 1.1 },
		"part":       func(e *Edit) { e.Crop = Crop{0.5, 0, 0.6, 1} },
		"hundredth":  func(e *Edit) { e.Crop = Crop{0.5, 0, 0.001, 1} },
		"within":     func(e *Edit) { e.Crop = Crop{math.NaN(), 0, 1, 1} },
		"fitted":     func(e *Edit) { e.Mode = "stretch" },
		"Brightness": func(e *Edit) { e.Brightness = 101 },
		"Contrast":   func(e *Edit) { e.Contrast = -101 },
		"Gamma":      func(e *Edit) { e.Gamma = 0.2 },
		"Sharpness":  func(e *Edit) { e.Sharpen = -1 },
		"“random”":   func(e *Edit) { e.Dither = "random" },
	} {
		e := DefaultEdit()
		change(&e)
		if wrong := e.Check(); len(wrong) != 1 || !strings.Contains(wrong[0], word) || !strings.HasSuffix(wrong[0], ".") {
			t.Errorf("%s: %q", word, wrong)
		}
	}
	all := Edit{Rotate: 1, FocusY: -1, Crop: Crop{Width: -1}, Mode: "x", Brightness: 200, Contrast: 200, Gamma: math.NaN(), Sharpen: 101, Dither: "x"}
	if wrong := all.Check(); len(wrong) != 9 {
		t.Errorf("%d of 9 faults are found: %q", len(wrong), wrong)
	}
}

func TestAnEditAsJSON(t *testing.T) {
	for want, e := range map[string]Edit{
		`{"rotate":0,"focus_x":0.5,"focus_y":0.5,"mode":"fill","auto_levels":true,"brightness":0,"contrast":0,"sharpen":0}`: DefaultEdit(),
		`{"rotate":90,"crop":{"x":0.1,"y":0.2,"width":0.5,"height":0.25},"focus_x":0,"focus_y":0,"mode":"fit","auto_levels":false,` +
			`"brightness":-5,"contrast":7,"gamma":1.2,"sharpen":30,"dither":"atkinson"}`: {
			Rotate: 90, Crop: Crop{0.1, 0.2, 0.5, 0.25}, Mode: "fit", Brightness: -5, Contrast: 7, Gamma: 1.2, Sharpen: 30, Dither: "atkinson",
		},
	} {
		got, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, string(got)); diff != "" {
			t.Errorf("-want +got\n%s", diff)
		}
		var back Edit
		if err := json.Unmarshal(got, &back); err != nil || back != e {
			t.Errorf("%+v came back as %+v, %v", e, back, err)
		}
	}
}

// TestThePhotoCacheKeepsTonesForAllDithers asks a second time with bytes that cannot be decoded.
func TestThePhotoCacheKeepsTonesForAllDithers(t *testing.T) {
	r, panel := &Renderer{photos: newPhotoCache(), noise: sharedNoise}, Panel{Width: 80, Height: 64, Colors: 2}
	data := grayJPEG(t, 64, 64, func(x, y int) uint8 { return uint8(3 * x) })
	first, err := r.Preview("a", data, panel, Edit{})
	if err != nil {
		t.Fatal(err)
	}
	tags := map[string]string{}
	for _, d := range Dithers() {
		e := DefaultEdit()
		e.Dither = d.Name
		got, err := r.Preview("a", nil, panel, e)
		if err != nil {
			t.Fatalf("%s: decoded again: %v", d.Name, err)
		}
		if other, taken := tags[got.ETag()]; taken {
			t.Errorf("%s gives the dots of %s", d.Name, other)
		}
		tags[got.ETag()] = d.Name
	}
	if tags[first.ETag()] != DefaultDither {
		t.Error("without a choice it is not the default")
	}
	if again, err := r.Preview("a", nil, panel, Edit{}); err != nil || again.ETag() != first.ETag() {
		t.Errorf("after all the others it is another picture: %v", err)
	}
	for name, change := range map[string]func(*Edit){
		"rotate": func(e *Edit) { e.Rotate = 90 }, "crop": func(e *Edit) { e.Crop = Crop{0, 0, 0.5, 0.5} }, "focus": func(e *Edit) { e.FocusX = 0 },
		"gamma": func(e *Edit) { e.Gamma = 2 }, "mode": func(e *Edit) { e.Mode = "fit" }, "levels": func(e *Edit) { e.AutoLevels = false },
	} {
		e := DefaultEdit()
		change(&e)
		if _, err := r.Preview("a", nil, panel, e); err == nil {
			t.Errorf("another %s is taken for the same tones", name)
		}
	}
}

func TestAWrongEditDrawsNothing(t *testing.T) {
	r := &Renderer{photos: newPhotoCache()}
	data := grayJPEG(t, 64, 64, func(x, _ int) uint8 { return uint8(x) })
	if _, err := r.Preview("a", data, DefaultPanel(), Edit{Rotate: 45}); err == nil {
		t.Error("a picture is turned by 45°")
	}
}

// FuzzEditView shows any part of any picture on any place: something of the picture, and no larger than the place.
func FuzzEditView(f *testing.F) {
	f.Add(uint16(1600), uint16(1200), uint16(800), uint16(480), 0.5, 0.5, 0.0, 0.0, 1.0, 1.0, false)
	f.Add(uint16(1), uint16(1600), uint16(2000), uint16(64), 1.0, 0.0, 0.99, 0.99, 0.01, 0.01, true)
	f.Fuzz(func(t *testing.T, width, height, across, down uint16, focusX, focusY, x, y, w, h float64, fit bool) {
		picture, place := image.Pt(int(width%1600)+1, int(height%1600)+1), image.Pt(int(across%2000)+1, int(down%2000)+1)
		e := Edit{FocusX: focusX, FocusY: focusY, Crop: Crop{x, y, w, h}}
		if fit {
			e.Mode = "fit"
		}
		if len(e.Check()) > 0 {
			t.Skip("refused")
		}
		part, shown := e.view(picture, place)
		if part.Empty() || !part.In(image.Rectangle{Max: picture}) || shown.X < 1 || shown.Y < 1 || shown.X > place.X || shown.Y > place.Y {
			t.Fatalf("%+v of %v on %v: %v as %v", e, picture, place, part, shown)
		}
	})
}
