package render

import "encoding/binary"

const (
	bmpFileHeader = 14
	bmpInfoHeader = 40 // BITMAPINFOHEADER, the version every reader knows
	bmpHeaders    = bmpFileHeader + bmpInfoHeader
)

// BMP is the bitmap as an uncompressed Windows BMP file: a 14-byte file header, a 40-byte BITMAPINFOHEADER, the
// palette, and the rows from the bottom one up, each filled to a multiple of 4 bytes with zeros. Black and white is
// 1 bit per pixel, bit 1 = white, palette black then white: 800×480 makes 48,062 bytes. Other palettes are 4 bits per
// pixel, as the format knows no 2. The format is Microsoft's ([MS-WMF] 2.2.2.3 and BITMAPFILEHEADER); which fields
// the firmwares check is in PROTOCOL.md, GET /api/devices/{device_id}/dashboard.
func (b *Bitmap) BMP() []byte {
	p, bits := b.Inks(), 1
	if p.Bits != 1 {
		bits = 4
	}
	pixels := bmpHeaders + 4*len(p.Colors) // where the rows begin
	stride := ((b.Width*bits+7)/8 + 3) &^ 3
	out := make([]byte, pixels+stride*b.Height)
	b.bmpHeader(out, stride, bits, p)
	for y := range b.Height {
		row := out[pixels+(b.Height-1-y)*stride:][:stride]
		if p.Bits == bits {
			copy(row, b.Pix[y*b.Stride:][:b.Stride])
			continue
		}
		for x := range b.Width {
			row[x/2] |= b.ink(x, y, p.Bits) << (4 - x%2*4)
		}
	}
	return out
}

// bmpHeader writes all that stands before the rows. Fields not named stay 0: reserved ones, no compression,
// no resolution, all colours important.
func (b *Bitmap) bmpHeader(out []byte, stride, bits int, p Palette) {
	le := binary.LittleEndian
	copy(out, "BM")
	le.PutUint32(out[2:], uint32(len(out)))                    // bfSize
	le.PutUint32(out[10:], uint32(bmpHeaders+4*len(p.Colors))) // bfOffBits

	info := out[bmpFileHeader:]
	le.PutUint32(info[0:], bmpInfoHeader)            // biSize
	le.PutUint32(info[4:], uint32(b.Width))          // biWidth
	le.PutUint32(info[8:], uint32(b.Height))         // biHeight: positive means the bottom row first
	le.PutUint16(info[12:], 1)                       // biPlanes
	le.PutUint16(info[14:], uint16(bits))            // biBitCount
	le.PutUint32(info[20:], uint32(stride*b.Height)) // biSizeImage: may be 0 by the format, but firmwares check it
	le.PutUint32(info[32:], uint32(len(p.Colors)))   // biClrUsed
	for i, c := range p.Colors {
		copy(out[bmpHeaders+4*i:], []byte{c.B, c.G, c.R})
	}
}
