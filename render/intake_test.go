package render_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"runtime"
	"strings"
	"testing"

	"personalcms/render"

	"golang.org/x/image/bmp"
)

// corners is a picture whose four quarters are red, green, blue and white, so that it can be told which
// way up it is.
func corners(width, height int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			c := color.RGBA{220, 20, 20, 255}
			switch {
			case x >= width/2 && y < height/2:
				c = color.RGBA{20, 220, 20, 255}
			case x < width/2 && y >= height/2:
				c = color.RGBA{20, 20, 220, 255}
			case x >= width/2:
				c = color.RGBA{250, 250, 250, 255}
			}
			img.SetRGBA(x, y, c)
		}
	}
	return img
}

func encoded(t testing.TB, write func(*bytes.Buffer) error) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func asJPEG(t testing.TB, img image.Image) []byte {
	return encoded(t, func(out *bytes.Buffer) error { return jpeg.Encode(out, img, &jpeg.Options{Quality: 95}) })
}

func asPNG(t testing.TB, img image.Image) []byte {
	return encoded(t, func(out *bytes.Buffer) error { return png.Encode(out, img) })
}

// quarters names the colour in the middle of each quarter, row by row.
func quarters(t testing.TB, data []byte) string {
	t.Helper()
	img, err := jpeg.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	var names strings.Builder
	size := img.Bounds().Size()
	for _, at := range []image.Point{{1, 1}, {3, 1}, {1, 3}, {3, 3}} {
		r, g, b, _ := img.At(size.X*at.X/4, size.Y*at.Y/4).RGBA()
		switch {
		case r > 0xA000 && g > 0xA000:
			names.WriteByte('w')
		case r > 0x8000:
			names.WriteByte('r')
		case g > 0x8000:
			names.WriteByte('g')
		case b > 0x8000:
			names.WriteByte('b')
		default:
			names.WriteByte('?')
		}
	}
	return names.String()
}

func TestIntakeTakesEveryFormat(t *testing.T) {
	small := corners(64, 40)
	deep := image.NewNRGBA64(image.Rect(0, 0, 64, 40))
	paletted := image.NewPaletted(image.Rect(0, 0, 64, 40), color.Palette{
		color.RGBA{220, 20, 20, 255}, color.RGBA{20, 220, 20, 255}, color.RGBA{20, 20, 220, 255}, color.RGBA{250, 250, 250, 255},
	})
	for y := range 40 {
		for x := range 64 {
			deep.Set(x, y, small.At(x, y))
			paletted.Set(x, y, small.At(x, y))
		}
	}
	for name, data := range map[string][]byte{
		"JPEG": asJPEG(t, small), "PNG": asPNG(t, small), "PNG of 16 bits": asPNG(t, deep), "PNG with a palette": asPNG(t, paletted),
		"GIF":  encoded(t, func(out *bytes.Buffer) error { return gif.Encode(out, paletted, nil) }),
		"BMP":  encoded(t, func(out *bytes.Buffer) error { return bmp.Encode(out, small) }),
		"WebP": cornersWebP(64, 40),
	} {
		t.Run(name, func(t *testing.T) {
			picture, err := render.Intake(data)
			if err != nil {
				t.Fatal(err)
			}
			if picture.Width != 64 || picture.Height != 40 {
				t.Errorf("%d×%d", picture.Width, picture.Height)
			}
			if got := quarters(t, picture.JPEG); got != "rgbw" {
				t.Errorf("quarters %q", got)
			}
		})
	}
}

// turned is a JPEG with an EXIF orientation.
func turned(t testing.TB, img image.Image, orientation uint16) []byte {
	t.Helper()
	data := asJPEG(t, img)
	tiff := []byte("Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01")
	tiff = append(binary.BigEndian.AppendUint16(tiff, orientation), 0, 0, 0, 0, 0, 0)
	segment := binary.BigEndian.AppendUint16([]byte{0xFF, 0xE1}, uint16(len(tiff)+2))
	return append(append(append([]byte{}, data[:2]...), append(segment, tiff...)...), data[2:]...)
}

func TestIntakeTurnsPicturesUpright(t *testing.T) {
	// What a camera stores in each orientation for a scene that is red, green / blue, white.
	for orientation, want := range map[uint16]string{
		1: "rgbw", 2: "grwb", 3: "wbgr", 4: "bwrg", 5: "rbgw", 6: "brwg", 7: "wgbr", 8: "gwrb",
	} {
		picture, err := render.Intake(turned(t, corners(64, 40), orientation))
		if err != nil {
			t.Fatal(err)
		}
		wide := picture.Width == 64 && picture.Height == 40
		if wide != (orientation < 5) {
			t.Errorf("orientation %d: %d×%d", orientation, picture.Width, picture.Height)
		}
		if got := quarters(t, picture.JPEG); got != want {
			t.Errorf("orientation %d: quarters %q, want %q", orientation, got, want)
		}
		if bytes.Contains(picture.JPEG, []byte("Exif")) {
			t.Error("metadata is left")
		}
	}
	if _, err := render.Intake(turned(t, corners(64, 40), 99)); err != nil {
		t.Errorf("an impossible orientation: %v", err)
	}
}

func TestIntakeRefuses(t *testing.T) {
	good := asJPEG(t, corners(300, 200))
	header := func(width, height uint32, depth, colour byte) []byte {
		out := asPNG(t, corners(2, 2))
		binary.BigEndian.PutUint32(out[16:], width)
		binary.BigEndian.PutUint32(out[20:], height)
		out[24], out[25] = depth, colour
		return fixPNG(out)
	}
	wide := append([]byte{}, good...)
	at := bytes.Index(wide, []byte{0xFF, 0xC0})
	binary.BigEndian.PutUint16(wide[at+5:], 60000)
	binary.BigEndian.PutUint16(wide[at+7:], 60000)
	for name, row := range map[string]struct {
		data []byte
		want error
	}{
		"nothing":                  {nil, render.ErrNotPicture},
		"text":                     {[]byte("a picture, honestly"), render.ErrNotPicture},
		"HTML":                     {[]byte("<!DOCTYPE html><img>"), render.ErrNotPicture},
		"SVG":                      {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), render.ErrNotPicture},
		"PDF":                      {[]byte("%PDF-1.7"), render.ErrNotPicture},
		"HEIC":                     {[]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00"), render.ErrNotPicture},
		"half a JPEG":              {good[:len(good)/2], render.ErrBrokenPicture},
		"a JPEG's beginning":       {good[:5], render.ErrBrokenPicture},
		"GIF that is a script":     {[]byte("GIF89a<script>alert(1)</script>"), render.ErrTooManyPixels},
		"half a PNG":               {asPNG(t, corners(64, 64))[:60], render.ErrBrokenPicture},
		"BMP header alone":         {[]byte("BM\x00\x00"), render.ErrNotPicture},
		"WebP header alone":        {[]byte("RIFF\x04\x00\x00\x00WEBP"), render.ErrNotPicture},
		"PNG of 13300×13300":       {header(13300, 13300, 1, 0), render.ErrTooManyPixels},
		"PNG of 5000×5000, 64 bit": {header(5000, 5000, 16, 6), render.ErrTooManyPixels},
		"JPEG of 60000×60000":      {wide, render.ErrTooManyPixels},
	} {
		t.Run(name, func(t *testing.T) {
			before := allocated()
			picture, err := render.Intake(row.data)
			if !errors.Is(err, row.want) || picture != nil {
				t.Errorf("got %v, want %v", err, row.want)
			}
			if used := allocated() - before; used > 8<<20 {
				t.Errorf("refusing it took %d KB", used>>10)
			}
		})
	}
}

func allocated() uint64 {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.TotalAlloc
}

func TestIntakeMakesLargePicturesSmaller(t *testing.T) {
	for _, row := range []struct{ width, height, wantWidth, wantHeight int }{
		{3200, 2000, 1600, 1000}, {1000, 4000, 400, 1600}, {1601, 3, 1600, 2}, {1600, 1600, 1600, 1600}, {1, 1, 1, 1}, {5000, 2, 1600, 1},
	} {
		picture, err := render.Intake(asPNG(t, corners(row.width, row.height)))
		if err != nil {
			t.Fatal(err)
		}
		if picture.Width != row.wantWidth || picture.Height != row.wantHeight {
			t.Errorf("%d×%d became %d×%d", row.width, row.height, picture.Width, picture.Height)
		}
		if row.wantHeight > 100 && quarters(t, picture.JPEG) != "rgbw" {
			t.Errorf("%d×%d: quarters %q", row.width, row.height, quarters(t, picture.JPEG))
		}
	}
}

func TestTransparentBecomesWhite(t *testing.T) {
	img := image.NewNRGBA(image.Rect(0, 0, 32, 32))
	for i := range img.Pix {
		img.Pix[i] = 0 // black, and not there
	}
	picture, err := render.Intake(asPNG(t, img))
	if err != nil {
		t.Fatal(err)
	}
	if got := quarters(t, picture.JPEG); got != "wwww" {
		t.Errorf("quarters %q", got)
	}
}

func FuzzIntake(f *testing.F) {
	f.Add(asJPEG(f, corners(16, 12)))
	f.Add(asPNG(f, corners(16, 12)))
	f.Add(turned(f, corners(8, 8), 6))
	f.Add(encoded(f, func(out *bytes.Buffer) error { return bmp.Encode(out, corners(8, 8)) }))
	f.Add([]byte("GIF89a"))
	f.Fuzz(func(t *testing.T, data []byte) {
		picture, err := render.Intake(data)
		if err != nil {
			return
		}
		img, err := jpeg.Decode(bytes.NewReader(picture.JPEG))
		if err != nil || img.Bounds().Dx() != picture.Width || img.Bounds().Dy() != picture.Height || max(picture.Width, picture.Height) > 1600 {
			t.Errorf("%v: %d×%d", err, picture.Width, picture.Height)
		}
	})
}
