package render

import (
	"crypto/sha256"
	"encoding/hex"
	"image"
	"image/color"
	"image/png"
	"bytes"
)

type Bitmap struct {
	Width, Height, Stride int
	Pix                   []byte
}

func (b *Bitmap) BMP() []byte { return nil }
func (b *Bitmap) PNG() []byte {
	var o bytes.Buffer
	_ = png.Encode(&o, b.Image())
	return o.Bytes()
}
func (b *Bitmap) Raw() []byte { return b.Pix }
func (b *Bitmap) ETag() string {
	s := sha256.Sum256(b.Pix)
	return hex.EncodeToString(s[:16])
}
func (b *Bitmap) Image() image.Image {
	g := image.NewGray(image.Rect(0, 0, b.Width, b.Height))
	for y := range b.Height {
		for x := range b.Width {
			if b.Pix[y*b.Stride+x/8]>>(7-x%8)&1 == 1 {
				g.SetGray(x, y, color.Gray{255})
			}
		}
	}
	return g
}
func Blank(w, h int) *image.Gray {
	g := image.NewGray(image.Rect(0, 0, w, h))
	for i := range g.Pix {
		g.Pix[i] = 255
	}
	return g
}
func Dither(g *image.Gray) *Bitmap { return newBitmap(g.Rect.Dx(), g.Rect.Dy()) }
