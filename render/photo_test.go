package render

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"testing"
)

func grayJPEG(t testing.TB, width, height int, shade func(x, y int) uint8) []byte {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			img.SetGray(x, y, color.Gray{shade(x, y)})
		}
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestPhotoHasTheSizeAskedFor(t *testing.T) {
	for _, from := range []image.Point{{1600, 1200}, {1200, 1600}, {20, 10}, {1, 1600}, {1600, 1}, {800, 480}} {
		data := grayJPEG(t, from.X, from.Y, func(x, y int) uint8 { return uint8(60 + (x+y)%100) })
		for _, to := range []image.Point{{800, 480}, {480, 800}, {64, 64}, {298, 266}} {
			for _, mode := range []string{"fill", "fit"} {
				photo, err := toned(data, to, Edit{}.Or(mode), false)
				if err != nil {
					t.Fatal(err)
				}
				got := photo.y
				if got.Rect.Size() != to || got.Rect.Min != (image.Point{}) {
					t.Errorf("%v as %s in %v: %v", from, mode, to, got.Rect)
				}
			}
		}
	}
}

// TestFitShowsAllAndFillCuts uses a picture that is dark at its ends and mid-grey between them.
func TestFitShowsAllAndFillCuts(t *testing.T) {
	data := grayJPEG(t, 1600, 400, func(x, _ int) uint8 {
		if x < 200 || x >= 1400 {
			return 0
		}
		return 128
	})
	photo, err := toned(data, image.Pt(800, 480), Edit{}.Or("fit"), false)
	if err != nil {
		t.Fatal(err)
	}
	fit := photo.y
	for _, row := range []struct {
		x, y int
		dark bool
	}{{5, 240, true}, {795, 240, true}, {5, 10, false}, {400, 470, false}} {
		if shade := fit.GrayAt(row.x, row.y).Y; (shade < 40) != row.dark || (!row.dark && shade != 255) {
			t.Errorf("fit: shade %d at %d,%d", shade, row.x, row.y)
		}
	}
	photo, err = toned(data, image.Pt(800, 480), Edit{}.Or("fill"), false)
	if err != nil {
		t.Fatal(err)
	}
	fill := photo.y
	for _, at := range []image.Point{{0, 0}, {799, 0}, {400, 479}} {
		if shade := fill.GrayAt(at.X, at.Y).Y; shade < 60 {
			t.Errorf("fill: the dark ends are still there, shade %d at %v", shade, at)
		}
	}
}

func TestResampleKeepsFlatGreysFlat(t *testing.T) {
	for _, size := range []image.Point{{7, 5}, {100, 80}, {1600, 1000}} {
		source := image.NewGray(image.Rectangle{Max: size})
		for i := range source.Pix {
			source.Pix[i] = 77
		}
		for _, v := range resample(source, source.Rect, 123, 45).Pix {
			if v != 77 {
				t.Fatalf("from %v a flat 77 became %d", size, v)
			}
		}
	}
}

func TestStretchSpreadsTonesButNotTooFar(t *testing.T) {
	ramp := func(low, high int) *image.Gray {
		img := image.NewGray(image.Rect(0, 0, 100, 100))
		for i := range img.Pix {
			img.Pix[i] = uint8(low + (high-low)*(i%100)/99)
		}
		return img
	}
	stretch := func(img *image.Gray) *image.Gray {
		Edit{AutoLevels: true}.develop(img)
		return img
	}
	span := func(img *image.Gray) (low, high int) {
		low, high = 255, 0
		for _, v := range img.Pix {
			low, high = min(low, int(v)), max(high, int(v))
		}
		return low, high
	}
	for _, row := range []struct{ low, high, wantLow, wantHigh int }{
		{0, 255, 0, 255}, {40, 215, 0, 255}, {120, 136, 116, 140}, {200, 255, 172, 255}, {0, 60, 0, 90},
	} {
		low, high := span(stretch(ramp(row.low, row.high)))
		if near := func(a, b int) bool { return a-b < 6 && b-a < 6 }; !near(low, row.wantLow) || !near(high, row.wantHigh) {
			t.Errorf("%d…%d became %d…%d, want about %d…%d", row.low, row.high, low, high, row.wantLow, row.wantHigh)
		}
	}
	if low, high := span(stretch(ramp(128, 128))); high-low > 0 {
		t.Errorf("a flat grey became %d…%d", low, high)
	}
}

func TestThePhotoCacheIsBounded(t *testing.T) {
	data := grayJPEG(t, 64, 64, func(x, y int) uint8 { return uint8(x * y) })
	for _, row := range []struct {
		panel       Panel
		shown, want int // photographs kept
	}{
		{Panel{Width: 64, Height: 64, Colors: 2}, 3 * maxPhotos, maxPhotos},
		{Panel{Width: 1000, Height: 1000, Colors: 7}, 9, 7},
		{Panel{Width: 2000, Height: 2000, Colors: 7}, 2, 1},
	} {
		r, bytes := &Renderer{photos: newPhotoCache()}, 0
		for i := range row.shown {
			if _, err := r.Preview(string(rune('a'+i%(maxPhotos+1))), data, row.panel, Edit{}); err != nil {
				t.Fatal(err)
			}
		}
		for _, entry := range r.photos.entries {
			bytes += entry.Value.(*cachedPhoto).bytes()
		}
		if len(r.photos.entries) != row.want || r.photos.order.Len() != row.want || r.photos.bytes != bytes {
			t.Errorf("%+v: %d photographs are kept, in order %d, of %d bytes, counted %d", row.panel, len(r.photos.entries), r.photos.order.Len(), bytes, r.photos.bytes)
		}
	}
}
