package render_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"image"
	"image/color"
	"image/png"
	"testing"

	"golang.org/x/image/bmp"

	"personalcms/render"
)

// oddSizes has widths on both sides of a byte and of BMP's 4 bytes.
var oddSizes = []image.Point{{1, 1}, {7, 2}, {8, 3}, {9, 5}, {31, 4}, {32, 4}, {33, 4}, {101, 13}, {400, 300}, {800, 480}}

// sameDots compares a decoded file with the bitmap it was made of.
func sameDots(t *testing.T, got image.Image, want *render.Bitmap) {
	t.Helper()
	if got.Bounds() != image.Rect(0, 0, want.Width, want.Height) {
		t.Fatalf("decoded to %v, was %d×%d", got.Bounds(), want.Width, want.Height)
	}
	for y := range want.Height {
		for x := range want.Width {
			gray := color.GrayModel.Convert(got.At(x, y)).(color.Gray).Y
			if want.White(x, y) && gray != 255 || !want.White(x, y) && gray != 0 {
				t.Fatalf("%d×%d: pixel %d, %d decoded to %d, white was %v", want.Width, want.Height, x, y, gray, want.White(x, y))
			}
		}
	}
}

func decodesTo(t *testing.T, b *render.Bitmap) {
	t.Helper()
	fromBMP, err := bmp.Decode(bytes.NewReader(b.BMP()))
	if err != nil {
		t.Fatalf("%d×%d: BMP: %v", b.Width, b.Height, err)
	}
	sameDots(t, fromBMP, b)
	fromPNG, err := png.Decode(bytes.NewReader(b.PNG()))
	if err != nil {
		t.Fatalf("%d×%d: PNG: %v", b.Width, b.Height, err)
	}
	sameDots(t, fromPNG, b)
	sameDots(t, b.Image(), b)
}

func TestBMPAndPNGDecodeToTheBitmap(t *testing.T) {
	for _, size := range oddSizes {
		decodesTo(t, render.Dither(noise(size.X, size.Y, 20)))
	}
}

// FuzzBMPAndPNGDecodeToTheBitmap makes bitmaps of any bits, whatever the dithering would have put there.
func FuzzBMPAndPNGDecodeToTheBitmap(f *testing.F) {
	f.Add(uint16(1), []byte{0x80})
	f.Add(uint16(9), []byte{0xff, 0x80, 0, 0, 0x55, 0x80})
	f.Add(uint16(33), bytes.Repeat([]byte{0xa5, 0x5a, 0, 0xff, 0x80}, 7))
	f.Fuzz(func(t *testing.T, width uint16, pix []byte) {
		stride := (int(width) + 7) / 8
		if width == 0 || len(pix) < stride {
			t.Skip("no bitmap")
		}
		b := &render.Bitmap{Width: int(width), Height: len(pix) / stride, Stride: stride, Pix: bytes.Clone(pix)}
		for end := stride; end <= len(pix); end += stride {
			b.Pix[end-1] &= 0xff << (stride*8 - int(width))
		}
		decodesTo(t, b)
	})
}

func TestBMPOfAPanelIsWhatFirmwareChecks(t *testing.T) {
	b := render.Dither(noise(800, 480, 21))
	got := b.BMP()
	if len(got) != 48062 {
		t.Fatalf("%d bytes", len(got))
	}
	want := []byte{
		'B', 'M', 0xbe, 0xbb, 0, 0, 0, 0, 0, 0, 62, 0, 0, 0, // 48,062 bytes, rows begin at 62
		40, 0, 0, 0, 0x20, 0x03, 0, 0, 0xe0, 0x01, 0, 0, 1, 0, 1, 0, // 800×480, 1 plane of 1 bit
		0, 0, 0, 0, 0x80, 0xbb, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, // not compressed, 48,000 bytes of rows
		2, 0, 0, 0, 0, 0, 0, 0, // two colours
		0, 0, 0, 0, 0xff, 0xff, 0xff, 0, // black, white
	}
	if !bytes.Equal(got[:62], want) {
		t.Errorf("header -want +got\n-% x\n+% x", want, got[:62])
	}
	if !bytes.Equal(got[62:162], b.Pix[479*100:]) || !bytes.Equal(got[len(got)-100:], b.Pix[:100]) {
		t.Error("rows are not from the bottom up")
	}
}

func TestBMPFillsRowsTo4Bytes(t *testing.T) {
	for width, stride := range map[int]int{1: 4, 31: 4, 32: 4, 33: 8, 65: 12} {
		got := render.Dither(render.Blank(width, 2)).BMP()
		if len(got) != 62+2*stride {
			t.Errorf("width %d: %d bytes", width, len(got))
		}
		if size := binary.LittleEndian.Uint32(got[34:]); size != uint32(2*stride) {
			t.Errorf("width %d: biSizeImage %d", width, size)
		}
		whole := (width + 7) / 8
		if filler := got[62+whole : 62+stride]; !bytes.Equal(filler, make([]byte, stride-whole)) {
			t.Errorf("width %d: filled with % x", width, filler)
		}
	}
}

// TestPNGIsGrayscaleOfOneBit holds TRMNL's firmware to mind: it shows palettes inverted.
func TestPNGIsGrayscaleOfOneBit(t *testing.T) {
	got := render.Dither(slope(800, 480)).PNG()
	want := []byte{
		0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n',
		0, 0, 0, 13, 'I', 'H', 'D', 'R', 0, 0, 0x03, 0x20, 0, 0, 0x01, 0xe0,
		1, 0, 0, 0, 0, // bit depth, colour type, compression, filters, interlace
	}
	if !bytes.HasPrefix(got, want) {
		t.Errorf("-want +got\n-% x\n+% x", want, got[:len(want)])
	}
	end := []byte{0, 0, 0, 0, 'I', 'E', 'N', 'D', 0xae, 0x42, 0x60, 0x82}
	if !bytes.HasSuffix(got, end) {
		t.Errorf("ends with % x", got[len(got)-12:])
	}
}

// TestPNGFitsTRMNL has the picture that packs worst: its clients take 90,000 bytes at most.
func TestPNGFitsTRMNL(t *testing.T) {
	b := render.Dither(noise(800, 480, 22))
	copy(b.Pix, noise(100, 480, 23).Pix)
	if n := len(b.PNG()); n > 90_000 {
		t.Errorf("%d bytes", n)
	}
}

func TestBitmapRawIsTheRows(t *testing.T) {
	if n := len(render.Dither(render.Blank(800, 480)).Raw()); n != 48_000 {
		t.Errorf("%d bytes", n)
	}
	if got := render.Dither(render.Blank(9, 2)).Raw(); !bytes.Equal(got, []byte{0xff, 0x80, 0xff, 0x80}) {
		t.Errorf("white 9×2 is % x", got)
	}
}

func TestBitmapETagNamesThePixels(t *testing.T) {
	white := render.Dither(render.Blank(16, 4))
	// printf '\0\0\0\x10\0\0\0\4\xff\xff\xff\xff\xff\xff\xff\xff' | sha256sum
	if got, want := white.ETag(), "40d70ea40490c45fcb17ed6c8c88476f"; got != want {
		t.Errorf("-want +got\n-%s\n+%s", want, got)
	}
	names := map[string]string{}
	for what, b := range map[string]*render.Bitmap{
		"white 16×4": white, "white 32×2": render.Dither(render.Blank(32, 2)), "white 8×8": render.Dither(render.Blank(8, 8)),
		"black 16×4": render.Dither(flat(16, 4, 0)), "white 13×4": render.Dither(render.Blank(13, 4)),
	} {
		if other, taken := names[b.ETag()]; taken {
			t.Errorf("%s and %s have the same name", what, other)
		}
		names[b.ETag()] = what
	}
}

func TestBitmapWhitePanicsOutside(t *testing.T) {
	b := render.Dither(render.Blank(9, 2))
	for _, at := range []image.Point{{-1, 0}, {9, 0}, {0, -1}, {0, 2}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%v is a pixel", at)
				}
			}()
			b.White(at.X, at.Y)
		}()
	}
}

func TestPanelOfABitmap(t *testing.T) {
	if p := render.DefaultPanel(); !p.Valid() || p != (render.Panel{Width: 800, Height: 480, Colors: 2}) {
		t.Errorf("default panel is %+v", p)
	}
	for _, test := range []struct {
		panel render.Panel
		want  bool
	}{
		{render.Panel{Width: 64, Height: 64, Colors: 2}, true},
		{render.Panel{Width: 2000, Height: 2000, Colors: 7}, true},
		{render.Panel{Width: 63, Height: 64, Colors: 2}, false},
		{render.Panel{Width: 64, Height: 63, Colors: 2}, false},
		{render.Panel{Width: 2001, Height: 64, Colors: 2}, false},
		{render.Panel{Width: 64, Height: 2001, Colors: 2}, false},
		{render.Panel{Width: 64, Height: 64, Colors: 1}, false},
		{render.Panel{Width: 64, Height: 64, Colors: 8}, false},
		{render.Panel{}, false},
	} {
		if got := test.panel.Valid(); got != test.want {
			t.Errorf("%+v: valid is %v", test.panel, got)
		}
	}
	got, err := json.Marshal(render.DefaultPanel())
	if want := `{"width":800,"height":480,"colors":2}`; err != nil || string(got) != want {
		t.Errorf("-want +got\n-%s\n+%s %v", want, got, err)
	}
}
