package render_test

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/image/bmp"

	"personalcms/render"
)

// anyInks is a bitmap of random pixels in a palette.
func anyInks(width, height int, p render.Palette, seed uint64) *render.Bitmap {
	random := rand.New(rand.NewPCG(seed, 7))
	stride := (width*p.Bits + 7) / 8
	pix := make([]byte, stride*height)
	for y := range height {
		for x := range width {
			at := x * p.Bits
			pix[y*stride+at/8] |= byte(random.IntN(len(p.Colors))) << (8 - p.Bits - at%8)
		}
	}
	return render.BitmapOf(width, height, p.Name, pix)
}

func TestEveryPaletteHasBlackFirstAndItsWhite(t *testing.T) {
	names := []string{}
	for _, p := range render.Palettes() {
		names = append(names, p.Name)
		white := color.RGBA{255, 255, 255, 255}
		if p.Colors[0] != (color.RGBA{A: 255}) || p.Colors[p.White] != white || len(p.Colors) > 1<<p.Bits || int(p.Accent) >= len(p.Colors) {
			t.Errorf("%+v", p)
		}
		if found, ok := render.PaletteNamed(p.Name); !ok || found.Title != p.Title {
			t.Errorf("%s is not found by its name", p.Name)
		}
	}
	if diff := cmp.Diff([]string{"bw", "gray4", "bwr", "bwy", "7color"}, names); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if p, ok := render.PaletteNamed(""); !ok || p.Name != "bw" {
		t.Errorf("no name is %q", p.Name)
	}
	if _, ok := render.PaletteNamed("sepia"); ok {
		t.Error("there is a palette named sepia")
	}
}

func TestPaletteOfAPanel(t *testing.T) {
	for _, row := range []struct {
		colors int
		name   string
		want   string
		valid  bool
	}{
		{2, "", "bw", true},
		{3, "", "bwr", true},
		{4, "", "gray4", true},
		{5, "", "bw", true},
		{6, "", "bw", true},
		{7, "", "7color", true},
		{3, "bwy", "bwy", true},
		{2, "gray4", "gray4", true},
		{7, "bw", "bw", true},
		{3, "sepia", "bw", false},
	} {
		panel := render.Panel{Width: 400, Height: 300, Colors: row.colors, Palette: row.name}
		if got := panel.Inks().Name; got != row.want || panel.Valid() != row.valid {
			t.Errorf("%d colours, palette %q: drawn in %q, valid is %v", row.colors, row.name, got, panel.Valid())
		}
	}
}

// TestFilesDecodeToTheInks reads BMP and PNG of every palette with other people's decoders.
func TestFilesDecodeToTheInks(t *testing.T) {
	for _, p := range render.Palettes() {
		for i, size := range append([]image.Point{{120, 90}}, oddSizes[:8]...) {
			b := anyInks(size.X, size.Y, p, uint64(i))
			fromBMP, err := bmp.Decode(bytes.NewReader(b.BMP()))
			if err != nil {
				t.Fatalf("%s %v: BMP: %v", p.Name, size, err)
			}
			fromPNG, err := png.Decode(bytes.NewReader(b.PNG()))
			if err != nil {
				t.Fatalf("%s %v: PNG: %v", p.Name, size, err)
			}
			for what, img := range map[string]image.Image{"BMP": fromBMP, "PNG": fromPNG, "Image": b.Image()} {
				sameInks(t, p.Name+" "+what, img, b)
			}
		}
	}
}

func sameInks(t *testing.T, what string, got image.Image, want *render.Bitmap) {
	t.Helper()
	if got.Bounds() != image.Rect(0, 0, want.Width, want.Height) {
		t.Fatalf("%s: decoded to %v, was %d×%d", what, got.Bounds(), want.Width, want.Height)
	}
	p := want.Inks()
	for y := range want.Height {
		for x := range want.Width {
			ink := want.Ink(x, y)
			if c := color.RGBAModel.Convert(got.At(x, y)).(color.RGBA); c != p.Colors[ink] {
				t.Fatalf("%s %d×%d: pixel %d, %d decoded to %v, was ink %d, %v", what, want.Width, want.Height, x, y, c, ink, p.Colors[ink])
			}
			if want.White(x, y) != (ink == p.White) {
				t.Fatalf("%s: pixel %d, %d of ink %d: white is %v", what, x, y, ink, want.White(x, y))
			}
		}
	}
}

func TestFilesOfPalettesByTheByte(t *testing.T) {
	for _, row := range []struct {
		palette    string
		raw        []byte // of the pixels 0 1 2 and 0
		png        []byte // depth and colour type
		bmp        []byte // the two rows
		bmpColours int
	}{
		{"gray4", []byte{0x1b, 0x00, 0x00, 0x00}, []byte{2, 0}, []byte{0x00, 0x00, 0x00, 0, 0x01, 0x23, 0x00, 0}, 4},
		{"bwy", []byte{0x18, 0x00, 0x00, 0x00}, []byte{2, 3}, []byte{0x00, 0x00, 0x00, 0, 0x01, 0x20, 0x00, 0}, 3},
		{"7color", []byte{0x01, 0x26, 0x50, 0x00, 0x00, 0x00}, []byte{4, 3}, []byte{0, 0, 0, 0, 0x01, 0x26, 0x50, 0}, 7},
	} {
		b := render.BitmapOf(5, 2, row.palette, row.raw)
		if len(row.raw) != 2*b.Stride || !bytes.Equal(b.Raw(), row.raw) {
			t.Errorf("%s: rows of %d bytes", row.palette, b.Stride)
		}
		if got := b.PNG()[24:26]; !bytes.Equal(got, row.png) {
			t.Errorf("%s: PNG -want +got\n-% x\n+% x", row.palette, row.png, got)
		}
		got := b.BMP()
		pixels := 54 + 4*row.bmpColours
		if !bytes.Equal(got[pixels:], row.bmp) || got[10] != byte(pixels) || got[28] != 4 || got[34] != 8 || got[46] != byte(row.bmpColours) {
			t.Errorf("%s: BMP header % x, rows -want +got\n-% x\n+% x", row.palette, got[:54], row.bmp, got[pixels:])
		}
	}
}

// TestETagTellsPalettesApart has the same bytes in all of them.
func TestETagTellsPalettesApart(t *testing.T) {
	names := map[string]string{}
	for _, p := range render.Palettes() {
		b := render.BitmapOf(8/p.Bits, 2, p.Name, []byte{0x10, 0x10})
		b.Width = 2
		if other, taken := names[b.ETag()]; taken {
			t.Errorf("%s and %s have the same name", p.Name, other)
		}
		names[b.ETag()] = p.Name
	}
}

func TestPaperIsWhite(t *testing.T) {
	for _, p := range render.Palettes() {
		b := render.Paper(render.Panel{Width: 67, Height: 64, Colors: 2, Palette: p.Name})
		if n := whites(b); n != 67*64 || b.Inks().Name != p.Name {
			t.Errorf("%s: %d of %d pixels are white, in %s", p.Name, n, 67*64, b.Inks().Name)
		}
	}
}

// TestScreensInEveryPalette draws words, rules and icons for each kind of panel: without accents they are the same
// dots in black and white on all of them.
func TestScreensInEveryPalette(t *testing.T) {
	r, usual := newRenderer(t), screens(t)
	usual["board"] = board()
	for name, s := range usual {
		if s.Kind == render.KindPicture {
			continue
		}
		want := draw(t, r, s)
		for _, p := range render.Palettes() {
			s.Panel.Palette = p.Name
			got := draw(t, r, s)
			if got.Inks().Name != p.Name {
				t.Fatalf("%s is drawn in %s for %s", name, got.Inks().Name, p.Name)
			}
			for y := range got.Height {
				for x := range got.Width {
					if p.Name != "gray4" && got.White(x, y) != want.White(x, y) {
						t.Fatalf("%s in %s: pixel %d, %d is another than in black and white", name, p.Name, x, y)
					}
				}
			}
		}
	}
}

func BenchmarkPNGOfSevenColours(b *testing.B) {
	p, _ := render.PaletteNamed("7color")
	bitmap := anyInks(800, 480, p, 1)
	for b.Loop() {
		bitmap.PNG()
	}
	b.ReportMetric(float64(len(bitmap.PNG())), "bytes")
}

func FuzzFilesDecodeToTheInks(f *testing.F) {
	f.Add(uint16(1), uint8(1), []byte{0x80})
	f.Add(uint16(9), uint8(4), []byte{0x12, 0x34, 0x56, 0x01, 0x20})
	f.Add(uint16(33), uint8(2), bytes.Repeat([]byte{0x18, 0x24, 0x18}, 9))
	f.Fuzz(func(t *testing.T, width uint16, which uint8, pix []byte) {
		p := render.Palettes()[int(which)%len(render.Palettes())]
		stride := (int(width)*p.Bits + 7) / 8
		if width == 0 || len(pix) < stride {
			t.Skip("no bitmap")
		}
		random := uint64(len(pix))
		for _, v := range pix {
			random = random*31 + uint64(v)
		}
		b := anyInks(int(width), len(pix)/stride, p, random)
		img, err := png.Decode(bytes.NewReader(b.PNG()))
		if err != nil {
			t.Fatal(err)
		}
		sameInks(t, fmt.Sprint(p.Name, " PNG"), img, b)
	})
}
