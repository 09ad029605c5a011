package render_test

import (
	"bytes"
	"image"
	"math"
	"sync"
	"testing"

	"personalcms/render"
)

// Worked out by hand. One row of 100: v = 100, 100+44, 100−49, 100+22. The two rows: v = 200, 26, 111 and 18, 161, 85.
func TestDitherByHand(t *testing.T) {
	for name, test := range map[string]struct {
		width int
		grays []byte
		want  []byte
	}{
		"one row":         {4, []byte{100, 100, 100, 100}, []byte{0b0100_0000}},
		"two rows":        {3, []byte{200, 50, 100, 30, 128, 90}, []byte{0b1000_0000, 0b0100_0000}},
		"just black":      {1, []byte{127}, []byte{0}},
		"just white":      {1, []byte{128}, []byte{0b1000_0000}},
		"nine in a row":   {9, []byte{255, 0, 0, 0, 0, 0, 0, 255, 255}, []byte{0b1000_0001, 0b1000_0000}},
		"five in columns": {1, []byte{255, 0, 255, 0, 255}, []byte{0x80, 0, 0x80, 0, 0x80}},
	} {
		t.Run(name, func(t *testing.T) {
			img := &image.Gray{Pix: test.grays, Stride: test.width, Rect: image.Rect(0, 0, test.width, len(test.grays)/test.width)}
			if got := render.Dither(img).Pix; !bytes.Equal(got, test.want) {
				t.Errorf("-want +got\n-%08b\n+%08b", test.want, got)
			}
		})
	}
}

func whites(b *render.Bitmap) int {
	n := 0
	for y := range b.Height {
		for x := range b.Width {
			if b.White(x, y) {
				n++
			}
		}
	}
	return n
}

func TestDitherKeepsBrightness(t *testing.T) {
	const width, height = 800, 480
	worst := 0.0
	for gray := range 256 {
		mean := 255 * float64(whites(render.Dither(flat(width, height, byte(gray))))) / (width * height)
		worst = max(worst, math.Abs(mean-float64(gray)))
		if math.Abs(mean-float64(gray)) > 1 {
			t.Errorf("flat gray %d came out %.2f bright", gray, mean)
		}
	}
	t.Logf("at most %.3f of 255 off", worst)
}

func TestDitherKeepsBlackAndWhite(t *testing.T) {
	for _, size := range []image.Point{{1, 1}, {7, 3}, {8, 4}, {67, 45}, {800, 480}} {
		if n := whites(render.Dither(flat(size.X, size.Y, 0))); n != 0 {
			t.Errorf("%v: %d white pixels in black", size, n)
		}
		if n := whites(render.Dither(render.Blank(size.X, size.Y))); n != size.X*size.Y {
			t.Errorf("%v: %d white pixels in white", size, n)
		}
	}
}

// TestDitherSharesNothing is for the race detector.
func TestDitherSharesNothing(t *testing.T) {
	img := noise(203, 101, 10)
	want := render.Dither(img)
	before := bytes.Clone(img.Pix)
	var done sync.WaitGroup
	for range 8 {
		done.Go(func() {
			for range 20 {
				if !bytes.Equal(render.Dither(img).Pix, want.Pix) {
					t.Error("the same picture gave other dots")
				}
			}
		})
	}
	done.Wait()
	if !bytes.Equal(img.Pix, before) {
		t.Error("the picture was changed")
	}
}
