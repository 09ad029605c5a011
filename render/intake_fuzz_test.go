package render_test

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/jpeg"
	"runtime"
	"strings"
	"testing"

	"personalcms/render"
)

// The pictures here are made byte by byte: files no encoder at hand writes, and files that lie.

// madeJPEG is a flat grey JPEG: each block of samples is the shortest code of its table, so that the
// coded data are zeros. factors has a byte of sampling factors for each component.
func madeJPEG(frame byte, width, height int, ids string, factors ...byte) []byte {
	out := []byte{0xFF, 0xD8, 0xFF, 0xDB, 0, 67, 0}
	out = append(out, bytes.Repeat([]byte{1}, 64)...)
	out = append(out, 0xFF, frame, 0, byte(8+3*len(factors)), 8, byte(height>>8), byte(height), byte(width>>8), byte(width), byte(len(factors)))
	blocks := 0
	for i, factor := range factors {
		out = append(out, ids[i], factor, 0)
		blocks += int(factor>>4) * int(factor&15)
	}
	for _, table := range []byte{0x00, 0x10} { // one code of one bit, for the value 0
		out = append(out, 0xFF, 0xC4, 0, 20, table, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
	}
	out = append(out, 0xFF, 0xDA, 0, byte(6+2*len(factors)), byte(len(factors)))
	for i := range factors {
		out = append(out, ids[i], 0)
	}
	bits, last := 2, byte(63) // of each block: its mean, and that nothing else follows
	if frame == 0xC2 {
		bits, last = 1, 0
	}
	out = append(out, 0, last, 0)
	across, down := 8*int(factors[0]>>4), 8*int(factors[0]&15)
	units := ((width + across - 1) / across) * ((height + down - 1) / down)
	out = append(out, make([]byte, (units*blocks*bits+7)/8)...)
	return append(out, 0xFF, 0xD9)
}

// inserted puts a segment into a JPEG, right behind its first two bytes.
func inserted(data []byte, segment string) []byte {
	return []byte(string(data[:2]) + segment + string(data[2:]))
}

func adobe(transform byte) string {
	return "\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00" + string(transform)
}

func pngChunk(name string, data []byte) string {
	body := append([]byte(name), data...)
	out := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	return string(binary.BigEndian.AppendUint32(append(out, body...), crc32.ChecksumIEEE(body)))
}

// madePNG is a black picture; chunks stand before its pixels.
func madePNG(t testing.TB, width, height uint32, depth, colour, interlace byte, bytesOfRow int, chunks string) []byte {
	header := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, width), height)
	header = append(header, depth, colour, 0, 0, interlace)
	pixels := encoded(t, func(out *bytes.Buffer) error {
		z, row := zlib.NewWriter(out), make([]byte, 1+bytesOfRow)
		for range height {
			if _, err := z.Write(row); err != nil {
				return err
			}
		}
		return z.Close()
	})
	return []byte("\x89PNG\r\n\x1a\n" + pngChunk("IHDR", header) + chunks + pngChunk("IDAT", pixels) + pngChunk("IEND", nil))
}

func webpFile(chunks ...string) []byte {
	body := "WEBP"
	for i := 0; i < len(chunks); i += 2 {
		data := chunks[i+1]
		body += chunks[i] + string(binary.LittleEndian.AppendUint32(nil, uint32(len(data)))) + data + strings.Repeat("\x00", len(data)%2)
	}
	return []byte("RIFF" + string(binary.LittleEndian.AppendUint32(nil, uint32(len(body)))) + body)
}

// losslessWebP is the data of a picture with one colour: each of its five codes has a single symbol,
// so that pixels take no bits at all (WebP Lossless Bitstream Specification, 6.2.1).
func losslessWebP(width, height int, red, green, blue, alpha uint64) string {
	var out []byte
	value, filled := uint64(0), 0
	put := func(v uint64, bits int) {
		value, filled = value|v<<filled, filled+bits
		for ; filled >= 8; filled -= 8 {
			out, value = append(out, byte(value)), value>>8
		}
	}
	put(0x2F, 8)
	put(uint64(width-1), 14)
	put(uint64(height-1), 14)
	put(1, 1)   // alpha is used
	put(0, 3+3) // version; no transforms, no cache, one group of codes
	simple := uint64(1 | 0<<1 | 1<<2)
	for _, symbol := range []uint64{green, red, blue, alpha, 0} {
		put(simple, 3)
		put(symbol, 8)
	}
	put(0, 8)
	return string(out)
}

// lossyWebP is a key frame whose arithmetic code is all zeros, which says “no” to whatever is asked
// (RFC 6386): a flat picture.
func lossyWebP(width, height int) string {
	first := 4<<10 + min(width*height>>8, 64<<10)
	tag := uint32(1<<4 | first<<5) // shown; the size of the first partition
	out := []byte{byte(tag), byte(tag >> 8), byte(tag >> 16), 0x9D, 0x01, 0x2A}
	out = binary.LittleEndian.AppendUint16(out, uint16(width))
	out = binary.LittleEndian.AppendUint16(out, uint16(height))
	return string(append(out, make([]byte, 2*first)...))
}

// tiff is EXIF that tells only an orientation.
func tiff(orientation uint16) []byte {
	out := []byte("MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01")
	return append(binary.BigEndian.AppendUint16(out, orientation), 0, 0, 0, 0, 0, 0)
}

// extended is a WebP file with the orientation behind its picture.
func extended(width, height int, orientation uint16, chunk, data string) []byte {
	header := []byte{1 << 3, 0, 0, 0, byte(width - 1), byte((width - 1) >> 8), 0, byte(height - 1), byte((height - 1) >> 8), 0}
	return webpFile("VP8X", string(header), chunk, data, "EXIF", "Exif\x00\x00"+string(tiff(orientation)))
}

func TestIntakeTakesWhatNoEncoderHereWrites(t *testing.T) {
	grey, size := "\x80\x80\x80", image.Pt(70, 30)
	for name, row := range map[string]struct {
		data []byte
		size image.Point
		want string // red, green and blue of the middle
	}{
		"progressive JPEG":            {madeJPEG(0xC2, 70, 30, "\x01\x02\x03", 0x22, 0x11, 0x11), size, grey},
		"grey JPEG, odd factors":      {madeJPEG(0xC0, 70, 30, "\x01", 0x22), size, grey},
		"extended sequential":         {madeJPEG(0xC1, 70, 30, "\x01\x02\x03", 0x21, 0x11, 0x11), size, grey},
		"RGB JPEG by names":           {madeJPEG(0xC0, 70, 30, "RGB", 0x11, 0x11, 0x11), size, grey},
		"RGB JPEG by Adobe":           {inserted(madeJPEG(0xC0, 70, 30, "\x01\x02\x03", 0x11, 0x11, 0x11), adobe(0)), size, grey},
		"CMYK JPEG":                   {inserted(madeJPEG(0xC0, 70, 30, "CMYK", 0x11, 0x11, 0x11, 0x11), adobe(0)), size, "\x40\x40\x40"},
		"YCCK JPEG":                   {inserted(madeJPEG(0xC2, 70, 30, "\x01\x02\x03\x04", 0x22, 0x11, 0x11, 0x22), adobe(2)), size, "\x40\x40\x40"},
		"fill bytes in a JPEG":        {inserted(madeJPEG(0xC0, 70, 30, "\x01", 0x11), "\xff\xff\xff\xfe\x00\x04hi"), size, grey},
		"lossless WebP":               {webpFile("VP8L", losslessWebP(70, 30, 200, 100, 50, 255)), size, "\xc8\x64\x32"},
		"transparent WebP":            {webpFile("VP8L", losslessWebP(70, 30, 200, 100, 50, 0)), size, "\xff\xff\xff"},
		"lossy WebP":                  {webpFile("VP8 ", lossyWebP(70, 30)), size, ""},
		"WebP on its side":            {extended(70, 30, 6, "VP8L", losslessWebP(70, 30, 200, 100, 50, 255)), image.Pt(30, 70), "\xc8\x64\x32"},
		"lossy WebP on its side":      {extended(70, 30, 8, "VP8 ", lossyWebP(70, 30)), image.Pt(30, 70), ""},
		"WebP without EXIF after all": {extended(70, 30, 9, "VP8 ", lossyWebP(70, 30)), size, ""},
		"PNG on its side":             {madePNG(t, 70, 30, 8, 0, 0, 70, pngChunk("eXIf", tiff(6))), image.Pt(30, 70), "\x00\x00\x00"},
		"interlaced PNG":              {madePNG(t, 1, 30, 8, 0, 1, 1, ""), image.Pt(1, 30), "\x00\x00\x00"},
		"PNG with absent black":       {madePNG(t, 70, 30, 8, 0, 0, 70, pngChunk("tRNS", []byte{0, 0})), size, "\xff\xff\xff"},
		"PNG of 16 bit greys":         {madePNG(t, 70, 30, 16, 0, 0, 140, ""), size, "\x00\x00\x00"},
	} {
		t.Run(name, func(t *testing.T) {
			picture, err := render.Intake(row.data)
			if err != nil {
				t.Fatal(err)
			}
			img, err := jpeg.Decode(bytes.NewReader(picture.JPEG))
			if err != nil || img.Bounds().Size() != row.size || picture.Width != row.size.X || picture.Height != row.size.Y {
				t.Fatalf("%v: %d×%d, want %v", err, picture.Width, picture.Height, row.size)
			}
			r, g, b, _ := img.At(row.size.X/2, row.size.Y/2).RGBA()
			for i, v := range []uint32{r, g, b} {
				if row.want != "" && max(v>>8, uint32(row.want[i]))-min(v>>8, uint32(row.want[i])) > 4 {
					t.Errorf("colour %d,%d,%d, want %v", r>>8, g>>8, b>>8, []byte(row.want))
				}
			}
			if bytes.Contains(picture.JPEG, []byte("Exif")) || bytes.Contains(picture.JPEG, []byte("MM\x00*")) {
				t.Error("metadata is left")
			}
		})
	}
}

// TestNoFileLooksCheaperThanItIs: each of these would take more than a panel's server has, and most
// pretend that they would not.
func TestNoFileLooksCheaperThanItIs(t *testing.T) {
	cheap := "\xff\xc0\x00\x0b\x08\x00\x01\x00\x01\x01\x01\x11\x00" // a frame of one grey pixel
	big := func(frame byte, ids string, factors ...byte) []byte {
		small := madeJPEG(frame, 8, 8, ids, factors...)
		at := bytes.Index(small, []byte{0xFF, frame, 0})
		copy(small[at+5:], []byte{0x13, 0x88, 0x13, 0x88}) // 5000 × 5000
		return small
	}
	gif := []byte("GIF89a\xff\xff\xff\xff\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\x02\x00\x02\x00\x00\x02\x02\x4c\x01\x00;")
	bmp := []byte("BM\x00\x00\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00\x28\x00\x00\x00\x00\x40\x00\x00\x00\x40\x00\x00\x01\x00\x18\x00" + strings.Repeat("\x00", 24))
	late := big(0xC0, "\x01\x02\x03", 0x11, 0x11, 0x11)
	late = append(late[:len(late)-2:len(late)-2], adobe(0)+"\xff\xd9"...)
	for name, data := range map[string][]byte{
		"13300 × 13300 in 21 KB":              madePNG(t, 13300, 13300, 1, 0, 0, 1663, ""),
		"13300 × 13300 of a palette":          madePNG(t, 13300, 13300, 1, 3, 0, 1, pngChunk("PLTE", make([]byte, 6))),
		"greys with an absent one":            madePNG(t, 9000, 9000, 1, 0, 0, 1, pngChunk("tRNS", []byte{0, 0})),
		"interlaced PNG":                      madePNG(t, 4000, 3000, 8, 6, 1, 1, ""),
		"16 bits of four":                     madePNG(t, 4000, 3000, 16, 6, 0, 1, ""),
		"largest PNG there can be":            madePNG(t, 1<<31-1, 1, 1, 0, 0, 1, ""),
		"progressive JPEG":                    big(0xC2, "\x01\x02\x03", 0x11, 0x11, 0x11),
		"RGB JPEG":                            big(0xC0, "RGB", 0x11, 0x11, 0x11),
		"RGB JPEG, which it says at its end":  late,
		"CMYK JPEG":                           inserted(big(0xC0, "CMYK", 0x11, 0x11, 0x11, 0x11), adobe(0)),
		"cheap frame in a segment":            inserted(big(0xC2, "\x01\x02\x03", 0x11, 0x11, 0x11), "\xff\xfe\x00\x0f"+cheap),
		"cheap frame behind a restart marker": inserted(big(0xC2, "\x01\x02\x03", 0x11, 0x11, 0x11), "\xff\xd0\xff\xfe\x00\x0f"+cheap),
		"cheap frame behind stray bytes":      inserted(big(0xC2, "\x01\x02\x03", 0x11, 0x11, 0x11), "\xff\xfe\x00\x02\x00\xff\xfe\x00\x0f"+cheap),
		"GIF with a huge screen":              gif,
		"BMP of 16384 × 16384":                bmp,
		"lossless WebP of 16384 × 16384":      webpFile("VP8L", losslessWebP(16384, 16384, 0, 0, 0, 255)),
		"lossy WebP of 16383 × 16383":         webpFile("VP8 ", lossyWebP(16383, 16383)),
	} {
		t.Run(name, func(t *testing.T) {
			if len(data) > 256<<10 {
				t.Fatalf("made with %d KB", len(data)>>10)
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := render.Intake(data)
			runtime.ReadMemStats(&after)
			if !errors.Is(err, render.ErrTooManyPixels) {
				t.Errorf("%v", err)
			}
			if used := after.TotalAlloc - before.TotalAlloc; used > 1<<20 {
				t.Errorf("refusing it took %d KB", used>>10)
			}
		})
	}
}

func TestTwelveMegapixelsAreTakenInEveryUsualWay(t *testing.T) {
	for name, data := range map[string][]byte{
		"JPEG":             madeJPEG(0xC0, 4032, 3024, "\x01\x02\x03", 0x22, 0x11, 0x11),
		"progressive JPEG": madeJPEG(0xC2, 4032, 3024, "\x01\x02\x03", 0x22, 0x11, 0x11),
		"PNG":              madePNG(t, 4032, 3024, 8, 2, 0, 3*4032, ""),
		"lossy WebP":       webpFile("VP8 ", lossyWebP(4032, 3024)),
	} {
		t.Run(name, func(t *testing.T) {
			picture, err := render.Intake(data)
			if err != nil {
				t.Fatal(err)
			}
			if picture.Width != 1600 || picture.Height != 1200 {
				t.Errorf("%d×%d", picture.Width, picture.Height)
			}
		})
	}
}

// TestUnreadableVarietiesAreNotCalledDamaged: to copy such a file once more would not help.
func TestUnreadableVarietiesAreNotCalledDamaged(t *testing.T) {
	arithmetic := madeJPEG(0xC9, 8, 8, "\x01", 0x11)
	compressed := []byte("BM\x00\x00\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00\x28\x00\x00\x00\x08\x00\x00\x00\x08\x00\x00\x00\x01\x00\x08\x00\x01" + strings.Repeat("\x00", 23))
	for name, row := range map[string]struct {
		data []byte
		want error
	}{
		"arithmetic JPEG":         {arithmetic, render.ErrNotPicture},
		"compressed BMP":          {compressed, render.ErrNotPicture},
		"text about a car":        {[]byte("BMW makes cars and motorcycles"), render.ErrNotPicture},
		"three bytes of a JPEG":   {[]byte("\xff\xd8\xff"), render.ErrBrokenPicture},
		"PNG without its pixels":  {[]byte("\x89PNG\r\n\x1a\n" + pngChunk("IEND", nil)), render.ErrBrokenPicture},
		"PNG of no width":         {madePNG(t, 0, 1, 8, 0, 0, 1, ""), render.ErrBrokenPicture},
		"JPEG of no height":       {madeJPEG(0xC0, 8, 0, "\x01", 0x11), render.ErrBrokenPicture},
		"PNG with too few pixels": {madePNG(t, 70, 30, 8, 0, 0, 3, ""), render.ErrBrokenPicture},
	} {
		if _, err := render.Intake(row.data); !errors.Is(err, row.want) {
			t.Errorf("%s: %v, want %v", name, err, row.want)
		}
	}
}

// FuzzIntakeOfMadePictures: whatever comes, the answer is a picture that can be read or one of the
// three refusals.
func FuzzIntakeOfMadePictures(f *testing.F) {
	f.Add(madeJPEG(0xC2, 20, 12, "\x01\x02\x03", 0x22, 0x11, 0x11))
	f.Add(inserted(madeJPEG(0xC0, 9, 9, "CMYK", 0x11, 0x11, 0x11, 0x11), adobe(0)))
	f.Add(inserted(madeJPEG(0xC0, 9, 9, "RGB", 0x11, 0x11, 0x11), "\xff\xe1\x00\x22Exif\x00\x00"+string(tiff(6))))
	f.Add(extended(9, 5, 6, "VP8L", losslessWebP(9, 5, 1, 2, 3, 4)))
	f.Add(webpFile("VP8 ", lossyWebP(17, 3)))
	f.Add(madePNG(f, 9, 5, 8, 0, 0, 9, pngChunk("eXIf", tiff(8))))
	f.Add(madePNG(f, 1, 5, 8, 0, 1, 1, pngChunk("tRNS", []byte{0, 0})))
	f.Fuzz(func(t *testing.T, data []byte) {
		picture, err := render.Intake(data)
		if err != nil {
			if !errors.Is(err, render.ErrNotPicture) && !errors.Is(err, render.ErrTooManyPixels) && !errors.Is(err, render.ErrBrokenPicture) {
				t.Errorf("an error of its own: %v", err)
			}
			return
		}
		img, err := jpeg.Decode(bytes.NewReader(picture.JPEG))
		if err != nil || img.Bounds().Size() != image.Pt(picture.Width, picture.Height) || max(picture.Width, picture.Height) > 1600 {
			t.Errorf("%v: %d×%d", err, picture.Width, picture.Height)
		}
	})
}
