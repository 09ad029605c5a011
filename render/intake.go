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
	budget      = 90 << 20 // bytes that decoding one picture may take
	jpegQuality = 88
)

// kind is one format of pictures: how it begins, how it is read, and what reading costs.
type kind struct {
	name   string
	magic  string // “?” stands for any byte
	config func(io.Reader) (image.Config, error)
	decode func(io.Reader) (image.Image, error)
	cost   func(data []byte, c image.Config) int64 // bytes of memory that decoding takes, at worst
}

func kinds() []kind {
	return []kind{
		{"JPEG", "\xff\xd8\xff", jpeg.DecodeConfig, jpeg.Decode, jpegCost},
		{"PNG", "\x89PNG\r\n\x1a\n", png.DecodeConfig, png.Decode, pngCost},
		{"GIF", "GIF8?a", gif.DecodeConfig, gif.Decode, gifCost},
		{"WebP", "RIFF????WEBPVP8", webp.DecodeConfig, webp.Decode, webpCost},
		// The reserved zeros tell a bitmap from a text that begins with “BM”.
		{"BMP", "BM????\x00\x00\x00\x00", bmp.DecodeConfig, bmp.Decode, bmpCost},
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
	return nil, fmt.Errorf("%w: it begins with %q", ErrNotPicture, data[:min(len(data), 12)])
}

func (k kind) intake(data []byte) (picture *Picture, err error) {
	defer func() { // decoders of foreign bytes have been known to panic
		if r := recover(); r != nil {
			picture, err = nil, fmt.Errorf("%w: %s: %v", ErrBrokenPicture, k.name, r)
		}
	}()
	config, err := k.config(bytes.NewReader(data))
	if err != nil {
		return nil, k.refused(err)
	}
	if config.Width < 1 || config.Height < 1 {
		return nil, fmt.Errorf("%w: %s of %d×%d pixels", ErrBrokenPicture, k.name, config.Width, config.Height)
	}
	if cost := k.cost(data, config); cost > budget {
		return nil, fmt.Errorf("%w: %s of %d×%d pixels would take %d MiB", ErrTooManyPixels, k.name, config.Width, config.Height, cost>>20)
	}
	img, err := k.decode(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrBrokenPicture, k.name, err)
	}
	small := upright(shrink(img), orientation(data))
	var out bytes.Buffer
	if err := jpeg.Encode(&out, small, &jpeg.Options{Quality: jpegQuality}); err != nil {
		return nil, fmt.Errorf("encode: %w", err)
	}
	return &Picture{Width: small.Rect.Dx(), Height: small.Rect.Dy(), JPEG: out.Bytes()}, nil
}

// refused tells a header that is damaged from one of a variety that no decoder here reads, as JPEG with
// arithmetic coding or compressed BMP: copying such a file once more would not help.
func (k kind) refused(err error) error {
	var unsupportedJPEG jpeg.UnsupportedError
	var unsupportedPNG png.UnsupportedError
	if errors.As(err, &unsupportedJPEG) || errors.As(err, &unsupportedPNG) || errors.Is(err, bmp.ErrUnsupported) {
		return fmt.Errorf("%w: %s: %w", ErrNotPicture, k.name, err)
	}
	return fmt.Errorf("%w: %s: %w", ErrBrokenPicture, k.name, err)
}
