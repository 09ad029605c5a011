package simulate

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
)

const (
	panelWidth  = 800
	panelHeight = 480
	bmpHeader   = 62
)

var bmpPalette = []byte{0, 0, 0, 0, 0xff, 0xff, 0xff, 0}

// CheckBMP reports in which field a screen differs from the 1-bit BMP of PROTOCOL.md for a panel of this size.
func CheckBMP(b []byte, width, height int) error {
	stride := bmpStride(width)
	size := bmpHeader + stride*height
	if len(b) < bmpHeader {
		return fmt.Errorf("BMP of %d bytes is shorter than its header", len(b))
	}
	if string(b[:2]) != "BM" {
		return errors.New("BMP does not start with BM")
	}
	for _, f := range []struct {
		name     string
		offset   int
		bytes    int
		expected int
	}{
		{"bfSize", 2, 4, size},
		{"bfOffBits", 10, 4, bmpHeader},
		{"biSize", 14, 4, 40},
		{"biWidth", 18, 4, width},
		{"biHeight", 22, 4, height},
		{"biPlanes", 26, 2, 1},
		{"biBitCount", 28, 2, 1},
		{"biCompression", 30, 4, 0},
		{"biSizeImage", 34, 4, stride * height},
		{"biClrUsed", 46, 4, 2},
	} {
		got := int(int32(binary.LittleEndian.Uint32(b[f.offset:])))
		if f.bytes == 2 {
			got = int(binary.LittleEndian.Uint16(b[f.offset:]))
		}
		if got != f.expected {
			return fmt.Errorf("BMP %s is %d, not %d", f.name, got, f.expected)
		}
	}
	if !bytes.Equal(b[54:bmpHeader], bmpPalette) {
		return fmt.Errorf("BMP palette is % x, not black then white", b[54:bmpHeader])
	}
	if len(b) != size {
		return fmt.Errorf("BMP is %d bytes long, not %d", len(b), size)
	}
	return nil
}

// bmpStride is the length of a row of 1-bit pixels, padded to 4 bytes.
func bmpStride(width int) int { return (width + 31) / 32 * 4 }

// bmpImage is the picture in a BMP that CheckBMP accepted.
func bmpImage(b []byte, width, height int) image.Image {
	img := image.NewPaletted(image.Rect(0, 0, width, height), color.Palette{color.Black, color.White})
	stride := bmpStride(width)
	for y := range height {
		row := b[bmpHeader+(height-1-y)*stride:]
		for x := range width {
			img.Pix[y*img.Stride+x] = row[x/8] >> (7 - x%8) & 1
		}
	}
	return img
}

// writePNG replaces dir/<id>.png with the picture in a checked BMP.
func writePNG(dir, id string, b []byte, width, height int) error {
	var buf bytes.Buffer
	if err := png.Encode(&buf, bmpImage(b, width, height)); err != nil {
		return fmt.Errorf("screen of %s: %w", id, err)
	}
	return replaceFile(filepath.Join(dir, id+".png"), buf.Bytes())
}

// replaceFile writes a file so that a reader sees the old or the new one.
func replaceFile(name string, data []byte) error {
	if err := os.WriteFile(name+".tmp", data, 0o600); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	if err := os.Rename(name+".tmp", name); err != nil {
		return fmt.Errorf("replace %s: %w", name, err)
	}
	return nil
}
