package render

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"image"
	"image/color"
)

// Bitmap is a picture in the inks of a panel, the form in which every screen leaves this package.
type Bitmap struct {
	Width, Height int // pixels, at least 1 each

	// Stride is how many bytes a row takes: (Width·bits+7)/8.
	Stride int

	// Pix holds Height rows of Stride bytes, the top row first. Within a row the most significant bits of the first
	// byte are the leftmost pixel, an index into the palette's colours; of black and white, 1 is white. Bits of a
	// row's last byte beyond Width are 0.
	Pix []byte

	// Palette names the inks; empty is black and white, 1 bit a pixel.
	Palette string
}

// newBitmap is a bitmap all black.
func newBitmap(width, height int, p Palette) *Bitmap {
	return BitmapOf(width, height, p.Name, make([]byte, (width*p.Bits+7)/8*height))
}

// BitmapOf is a bitmap from the name of its palette and its rows, which it keeps.
func BitmapOf(width, height int, palette string, pix []byte) *Bitmap {
	b := &Bitmap{Width: width, Height: height, Pix: pix, Palette: palette}
	if palette == "bw" {
		b.Palette = ""
	}
	b.Stride = (width*b.Inks().Bits + 7) / 8
	return b
}

// Paper is a panel with nothing on it: all white.
func Paper(p Panel) *Bitmap {
	inks := p.Inks()
	b := newBitmap(p.Width, p.Height, inks)
	row := bytes.Repeat([]byte{inks.White}, p.Width)
	for y := range p.Height {
		b.pack(y, inks.Bits, row)
	}
	return b
}

// pack sets a row of pixels of a bitmap that is black there.
func (b *Bitmap) pack(y, bits int, inks []uint8) {
	row := b.Pix[y*b.Stride:][:b.Stride]
	for x, ink := range inks {
		at := x * bits
		row[at/8] |= ink << (8 - bits - at%8)
	}
}

// Inks is the bitmap's palette; a name there is none for counts as black and white.
func (b *Bitmap) Inks() Palette {
	p, _ := PaletteNamed(b.Palette)
	return p
}

// Ink is the index of a pixel's colour in the palette. It panics outside of the bitmap.
func (b *Bitmap) Ink(x, y int) uint8 { return b.ink(x, y, b.Inks().Bits) }

func (b *Bitmap) ink(x, y, bits int) uint8 {
	if x < 0 || x >= b.Width {
		panic("render: pixel outside of the bitmap")
	}
	at := x * bits
	return b.Pix[y*b.Stride+at/8] << (at % 8) >> (8 - bits)
}

// White tells whether a pixel is white. It panics outside of the bitmap.
func (b *Bitmap) White(x, y int) bool {
	if b.Palette == "" { // asked for every pixel, so worth a way of its own
		return b.ink(x, y, 1) != 0
	}
	p := b.Inks()
	return b.ink(x, y, p.Bits) == p.White
}

// Raw is the rows as they are in Pix, without any header: Stride × Height bytes. It is not a copy.
func (b *Bitmap) Raw() []byte { return b.Pix }

// ETag is a name of the pixels: 32 hexadecimal digits, the first 16 bytes of the SHA-256 over width and height
// (each 4 bytes, big endian), the palette's name where it is not black and white, and Pix. Equal bitmaps have equal
// names. The quotes of the HTTP header are the caller's.
func (b *Bitmap) ETag() string {
	h := sha256.New()
	size := binary.BigEndian.AppendUint32(nil, uint32(b.Width))
	size = binary.BigEndian.AppendUint32(size, uint32(b.Height))
	h.Write(append(size, b.Palette...))
	h.Write(b.Pix)
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// Image is the bitmap as a picture of Go's library, for previews and tests: an *image.Gray where all inks are greys,
// else an *image.Paletted.
func (b *Bitmap) Image() image.Image {
	p, where := b.Inks(), image.Rect(0, 0, b.Width, b.Height)
	if !p.coloured() {
		img := image.NewGray(where)
		for y := range b.Height {
			for x := range b.Width {
				img.Pix[y*img.Stride+x] = p.Colors[b.ink(x, y, p.Bits)].R
			}
		}
		return img
	}
	colors := make(color.Palette, len(p.Colors))
	for i, c := range p.Colors {
		colors[i] = c
	}
	img := image.NewPaletted(where, colors)
	for y := range b.Height {
		for x := range b.Width {
			img.Pix[y*img.Stride+x] = b.ink(x, y, p.Bits)
		}
	}
	return img
}

// place copies the bitmap over the part of dst, of the same palette, whose upper left corner is x, y; what falls
// outside of dst is cut off. In a row it counts bits, not pixels.
func (b *Bitmap) place(dst *Bitmap, x, y int) {
	each := dst.Inks().Bits
	x *= each
	left, right := max(x, 0), min(x+b.Width*each, dst.Width*each)
	if left >= right {
		return
	}
	for row := max(-y, 0); row < min(b.Height, dst.Height-y); row++ {
		from, to := b.Pix[row*b.Stride:][:b.Stride], dst.Pix[(y+row)*dst.Stride:][:dst.Stride]
		for i := left / 8; i <= (right-1)/8; i++ {
			ours := byte(0xff)
			if before := left - i*8; before > 0 {
				ours &= 0xff >> before
			}
			if after := i*8 + 8 - right; after > 0 {
				ours &= 0xff << after
			}
			to[i] = to[i]&^ours | eightBits(from, i*8-x)&ours
		}
	}
}

// eightBits is the 8 bits of a row from bit number at, which may lie up to 7 before the row; bits outside are 0.
func eightBits(row []byte, at int) byte {
	var pair uint
	if i := at >> 3; i >= 0 {
		pair = uint(row[i]) << 8
	}
	if i := at>>3 + 1; i < len(row) {
		pair |= uint(row[i])
	}
	return byte(pair >> (8 - at&7))
}

// Blank is an empty sheet to draw on: w × h pixels, all white (255).
func Blank(w, h int) *image.Gray {
	img := image.NewGray(image.Rect(0, 0, w, h))
	for i := range img.Pix {
		img.Pix[i] = 255
	}
	return img
}
