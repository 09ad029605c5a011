package render

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/bmp"
	"golang.org/x/image/webp"
)

// Why a file is not taken as a picture.
var (
	// ErrNotPicture: it is not a JPEG, PNG, GIF, WebP or BMP, whatever its name says.
	ErrNotPicture = errors.New("not a picture that can be read")
	// ErrTooManyPixels: decoding it would need more memory than one picture may have.
	ErrTooManyPixels = errors.New("too many pixels")
	// ErrBrokenPicture: it begins as a picture and cannot be read to its end.
	ErrBrokenPicture = errors.New("broken picture")
)

// Picture is an uploaded picture as it is kept: upright, of a size that suits panels, encoded anew, so
// that nothing of the file but its pixels is left.
type Picture struct {
	Width, Height int    // pixels, the longer side at most 1600
	JPEG          []byte // without metadata
}

const (
	longSide    = 1600     // pixels of the longer side that are kept: the largest panels have 1304
	budget      = 96 << 20 // bytes that decoding one picture may take
	jpegQuality = 88
)

// kind is one format of pictures: how it begins, how it is read, and what reading costs.
type kind struct {
	magic  string
	config func(io.Reader) (image.Config, error)
	decode func(io.Reader) (image.Image, error)
	cost   func(data []byte, c image.Config) int64 // bytes of memory that decoding takes, at worst
}

func kinds() []kind {
	return []kind{
		{"\xff\xd8\xff", jpeg.DecodeConfig, jpeg.Decode, jpegCost},
		{"\x89PNG\r\n\x1a\n", png.DecodeConfig, png.Decode, pngCost},
		{"GIF8", gif.DecodeConfig, gif.Decode, perPixel(2)},
		{"RIFF????WEBP", webp.DecodeConfig, webp.Decode, perPixel(8)},
		{"BM", bmp.DecodeConfig, bmp.Decode, perPixel(4)},
	}
}

func (k kind) begins(data []byte) bool {
	if len(data) < len(k.magic) {
		return false
	}
	for i := range k.magic {
		if k.magic[i] != '?' && k.magic[i] != data[i] {
			return false
		}
	}
	return true
}

// Intake reads an uploaded picture of any kind by its content, turns it upright, makes it no larger
// than panels can show, and encodes it anew. What decoding costs is known from the header and bounded
// before it begins; the caller sees to it that not many are read at once. It is ErrNotPicture,
// ErrTooManyPixels or ErrBrokenPicture.
func Intake(data []byte) (*Picture, error) {
	for _, k := range kinds() {
		if k.begins(data) {
			return k.intake(data)
		}
	}
	return nil, ErrNotPicture
}

func (k kind) intake(data []byte) (picture *Picture, err error) {
	defer func() { // decoders of foreign bytes have been known to panic
		if r := recover(); r != nil {
			picture, err = nil, fmt.Errorf("%w: %v", ErrBrokenPicture, r)
		}
	}()
	config, err := k.config(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBrokenPicture, err)
	}
	if config.Width < 1 || config.Height < 1 {
		return nil, ErrBrokenPicture
	}
	if k.cost(data, config) > budget {
		return nil, ErrTooManyPixels
	}
	img, err := k.decode(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBrokenPicture, err)
	}
	small := upright(shrink(img), orientation(data))
	var out bytes.Buffer
	if err := jpeg.Encode(&out, small, &jpeg.Options{Quality: jpegQuality}); err != nil {
		return nil, fmt.Errorf("encode: %w", err)
	}
	return &Picture{Width: small.Rect.Dx(), Height: small.Rect.Dy(), JPEG: out.Bytes()}, nil
}

func perPixel(bytes int64) func([]byte, image.Config) int64 {
	return func(_ []byte, c image.Config) int64 { return pixels(c) * bytes }
}

// pixels counts without overflow: the formats allow up to 2³¹ each way.
func pixels(c image.Config) int64 { return min(int64(c.Width), 1<<24) * min(int64(c.Height), 1<<24) }

// pngCost follows the header's bit depth and colour type; an interlaced file is held twice
// (PNG specification, 11.2.1).
func pngCost(data []byte, c image.Config) int64 {
	const header = 8 + 8 + 13
	if len(data) < header {
		return 0 // decoding will say that it is broken
	}
	depth, colour, interlaced := data[24], data[25], data[28]
	each := int64(4)
	switch {
	case colour == 0 && depth <= 8 || colour == 3:
		each = 1
	case depth == 16:
		each = 8
	}
	if interlaced != 0 {
		each *= 2
	}
	return pixels(c) * each
}

// jpegCost follows the frame header: a sample takes a byte, and four more for its coefficient in a
// progressive file, which is held whole before it is drawn (ITU-T T.81, B.2.2).
func jpegCost(data []byte, c image.Config) int64 {
	for at := 2; at+9 < len(data) && data[at] == 0xFF; {
		marker := data[at+1]
		if marker == 0xFF {
			at++
			continue
		}
		if marker >= 0xC0 && marker <= 0xC2 {
			return frameCost(data[at:], c, marker == 0xC2)
		}
		at += 2 + int(data[at+2])<<8 + int(data[at+3])
	}
	return pixels(c) * 20
}

func frameCost(frame []byte, c image.Config, progressive bool) int64 {
	components := int(frame[9])
	if len(frame) < 10+3*components || components == 0 {
		return pixels(c) * 20
	}
	most, samples := int64(1), int64(0)
	for i := range components {
		factors := frame[10+3*i+1]
		n := int64(factors>>4) * int64(factors&15)
		most, samples = max(most, n), samples+n
	}
	each := int64(1)
	if progressive {
		each += 4
	}
	if components == 4 {
		each++ // CMYK is drawn into a second picture
	}
	return pixels(c) * samples * each / most
}
