package render

// newBitmap is a bitmap all black.
func newBitmap(width, height int) *Bitmap {
	stride := (width + 7) / 8
	return &Bitmap{Width: width, Height: height, Stride: stride, Pix: make([]byte, stride*height)}
}

// set makes one pixel white or black; a pixel outside is none.
func (b *Bitmap) set(x, y int, white bool) {
	if x < 0 || y < 0 || x >= b.Width || y >= b.Height {
		return
	}
	bit := byte(0x80) >> (x % 8)
	if white {
		b.Pix[y*b.Stride+x/8] |= bit
	} else {
		b.Pix[y*b.Stride+x/8] &^= bit
	}
}
