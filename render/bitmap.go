package render

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"image"
)

// Bitmap is a picture of 1 bit per pixel, the form in which every screen leaves this package.
type Bitmap struct {
	Width, Height int // pixels, at least 1 each

	// Stride is how many bytes a row takes: (Width+7)/8.
	Stride int

	// Pix holds Height rows of Stride bytes, the top row first. Within a row the most significant bit of the
	// first byte is the leftmost pixel; 1 is white. Bits of a row's last byte beyond Width are 0.
	Pix []byte
}

// White tells whether a pixel is white. It panics outside of the bitmap.
func (b *Bitmap) White(x, y int) bool {
	if x < 0 || x >= b.Width {
		panic("render: pixel outside of the bitmap")
	}
	return b.Pix[y*b.Stride+x/8]&(0x80>>(x%8)) != 0
}

// Raw is the rows as they are in Pix, without any header: Stride × Height bytes. It is not a copy.
func (b *Bitmap) Raw() []byte { return b.Pix }

// ETag is a name of the pixels: 32 hexadecimal digits, the first 16 bytes of the SHA-256 over width and height
// (each 4 bytes, big endian) and Pix. Equal bitmaps have equal names. The quotes of the HTTP header are the caller's.
func (b *Bitmap) ETag() string {
	h := sha256.New()
	size := binary.BigEndian.AppendUint32(nil, uint32(b.Width))
	h.Write(binary.BigEndian.AppendUint32(size, uint32(b.Height)))
	h.Write(b.Pix)
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// Image is the bitmap as a picture of Go's library, for previews and tests: an *image.Gray of 0 and 255.
func (b *Bitmap) Image() image.Image {
	img := image.NewGray(image.Rect(0, 0, b.Width, b.Height))
	for y := range b.Height {
		for x := range b.Width {
			if b.White(x, y) {
				img.Pix[y*img.Stride+x] = 255
			}
		}
	}
	return img
}

// place copies the bitmap over the part of dst whose upper left corner is x, y; what falls outside of dst is cut off.
func (b *Bitmap) place(dst *Bitmap, x, y int) {
	left, right := max(x, 0), min(x+b.Width, dst.Width)
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

// eightBits is the 8 pixels of a row from bit number at, which may lie up to 7 before the row; pixels outside are 0.
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
