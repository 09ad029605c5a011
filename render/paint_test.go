package render

import (
	"bytes"
	"image"
	"image/color"
	"testing"
)

// TestEdgesBecomeOneOfTheirSides blends every ink with black and with white, as gg does at an edge: only the two may
// come of it, and the nearer one.
func TestEdgesBecomeOneOfTheirSides(t *testing.T) {
	for _, p := range Palettes() {
		if !p.coloured() {
			continue
		}
		for _, ground := range []uint8{0, p.White} {
			for ink := range p.Colors {
				if uint8(ink) == ground {
					continue
				}
				for cover := 0; cover <= 255; cover++ {
					blend := func(a, b uint8) uint8 { return uint8((int(a)*(255-cover) + int(b)*cover + 127) / 255) }
					from, to := p.Colors[ground], p.Colors[ink]
					c := color.RGBA{blend(from.R, to.R), blend(from.G, to.G), blend(from.B, to.B), 255}
					want := ground
					if cover > 127 {
						want = uint8(ink)
					}
					got := p.snap(c)
					if got != want && (cover < 120 || cover > 136 || got != ground && got != uint8(ink)) {
						t.Fatalf("%s: %d of 255 of ink %d on %d is cut to %d", p.Name, cover, ink, ground, got)
					}
				}
			}
		}
	}
}

func TestGreysOfShapesBecomeTheNearest(t *testing.T) {
	p, _ := PaletteNamed("gray4")
	for gray, want := range map[uint8]uint8{0: 0, 42: 0, 43: 1, 85: 1, 127: 1, 128: 2, 170: 2, 212: 2, 213: 3, 255: 3} {
		if got := p.snap(color.RGBA{gray, gray, gray, 255}); got != want {
			t.Errorf("grey %d is cut to %d, want %d", gray, got, want)
		}
	}
}

// TestAccentsOnACanvas draws a shape and a word in the accent of each palette.
func TestAccentsOnACanvas(t *testing.T) {
	for _, p := range Palettes() {
		c := newCanvas(newTypesetter(t), nil, Panel{Width: 128, Height: 64, Colors: 2, Palette: p.Name})
		c.SetColor(c.accent())
		c.DrawRectangle(0, 0, 10, 10)
		c.Fill()
		b := c.type_.set("Word", style{weight: bold, size: 22}, 100, 1)
		c.placeIn(c.accentInk(), b, 20, 20, 100, false)
		c.box(0, 50, 128, 14, true)
		c.placeInk(b, 20, 51, 100, true, false)
		out := c.bitmap()
		if got := out.Ink(5, 5); got != p.Accent {
			t.Errorf("%s: the shape is of ink %d", p.Name, got)
		}
		counts := map[uint8]int{}
		for y := range 50 {
			for x := 12; x < 128; x++ {
				counts[out.Ink(x, y)]++
			}
		}
		if counts[p.Accent] < 100 || len(counts) != 2 {
			t.Errorf("%s: inks of the word and around it: %v", p.Name, counts)
		}
		bar := map[uint8]int{}
		for x := range 128 {
			bar[out.Ink(x, 55)]++
		}
		if bar[0] < 50 || bar[p.White] < 5 || len(bar) != 2 {
			t.Errorf("%s: inks of the bar: %v", p.Name, bar)
		}
	}
}

// TestPlacingCutsAtEveryEdge puts a small bitmap everywhere over and around a larger one.
func TestPlacingCutsAtEveryEdge(t *testing.T) {
	for _, p := range Palettes() {
		last := uint8(len(p.Colors) - 1)
		for _, size := range []image.Point{{1, 1}, {3, 2}, {8, 3}, {13, 5}, {30, 1}} {
			small := newBitmap(size.X, size.Y, p)
			for y := range size.Y {
				for x := range size.X {
					small.set(x, y, p.Bits, uint8((x+y)%len(p.Colors)))
				}
			}
			for x := -size.X - 1; x <= 20; x++ {
				for _, y := range []int{-1, 0, 6} {
					dst := newBitmap(19, 7, p)
					for y := range dst.Height {
						dst.pack(y, p.Bits, bytes.Repeat([]byte{last}, dst.Width))
					}
					small.place(dst, x, y)
					checkInks(t, dst, small, image.Pt(x, y), last)
				}
			}
		}
	}
}

func checkInks(t *testing.T, dst, small *Bitmap, at image.Point, around uint8) {
	t.Helper()
	for y := range dst.Height {
		for x := range dst.Width {
			want := around
			if p := image.Pt(x, y).Sub(at); p.In(image.Rect(0, 0, small.Width, small.Height)) {
				want = small.Ink(p.X, p.Y)
			}
			if got := dst.Ink(x, y); got != want {
				t.Fatalf("%s: %d×%d at %v: pixel %d, %d is %d, want %d", small.Inks().Name, small.Width, small.Height, at, x, y, got, want)
			}
		}
	}
}

// TestCutIsTheSameInEveryWidth compares what is cut eight pixels at a time with what is cut one by one.
func TestCutIsTheSameInEveryWidth(t *testing.T) {
	p, _ := PaletteNamed("bw")
	for width := 1; width < 36; width++ {
		img := image.NewRGBA(image.Rect(0, 0, width, 3))
		for i := range width * 3 {
			shade := uint8(i * 89)
			img.SetRGBA(i%width, i/width, color.RGBA{shade, shade, shade, 255})
		}
		out := cut(img, p)
		for i := range width * 3 {
			x, y := i%width, i/width
			if out.White(x, y) != (img.RGBAAt(x, y).R >= 128) {
				t.Fatalf("%d wide: pixel %d, %d of %d is white: %v", width, x, y, img.RGBAAt(x, y).R, out.White(x, y))
			}
		}
	}
}

// TestStress draws the one thing that matters on every palette, on white and on black: what stands in it can be read.
func TestStress(t *testing.T) {
	type inks struct{ Box, Word uint8 }
	for name, want := range map[string][2]inks{
		"bw": {{0, 1}, {1, 0}}, "gray4": {{0, 3}, {3, 0}}, "bwr": {{2, 1}, {2, 1}}, "bwy": {{2, 0}, {2, 0}}, "7color": {{4, 1}, {4, 1}},
	} {
		for i, dark := range []bool{false, true} {
			c := newCanvas(newTypesetter(t), nil, Panel{Width: 60, Height: 40, Palette: name})
			c.dark = dark
			c.stress(0, 0, 60, 40)
			c.placeStressed(c.type_.set("14:00", style{weight: bold, size: 17}, 60, 1), 4, 10, 50)
			out := c.bitmap()
			got := inks{Box: out.Ink(1, 1), Word: out.Ink(1, 1)}
			for at := range 60 * 40 {
				if ink := out.Ink(at%60, at/60); ink != got.Box {
					got.Word = ink
				}
			}
			if got != want[i] {
				t.Errorf("%s, dark %v: box and word are %v, want %v", name, dark, got, want[i])
			}
		}
	}
}
