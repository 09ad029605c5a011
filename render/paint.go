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

// copyTo puts the bitmap into another one with its upper left corner at x, y.
func (b *Bitmap) copyTo(dst *Bitmap, x, y int) {
	for row := range b.Height {
		for column := range b.Width {
			dst.set(x+column, y+row, b.Pix[row*b.Stride+column/8]&(0x80>>(column%8)) != 0)
		}
	}
}
