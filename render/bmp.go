package render

import "encoding/binary"

const (
	bmpFileHeader = 14
	bmpInfoHeader = 40 // BITMAPINFOHEADER, the version every reader knows
	bmpPalette    = 2 * 4
	bmpPixels     = bmpFileHeader + bmpInfoHeader + bmpPalette // where the rows begin: 62
)

// BMP is the bitmap as a Windows BMP file of 1 bit per pixel, uncompressed, bit 1 = white: a 14-byte file header,
// a 40-byte BITMAPINFOHEADER, a palette of black then white, and the rows from the bottom one up, each filled to a
// multiple of 4 bytes with zeros. 800×480 makes 48,062 bytes. The format is Microsoft's ([MS-WMF] 2.2.2.3 and
// BITMAPFILEHEADER); which fields the firmwares check is in PROTOCOL.md, GET /api/devices/{device_id}/dashboard.
func (b *Bitmap) BMP() []byte {
	stride := (b.Stride + 3) &^ 3
	out := make([]byte, bmpPixels+stride*b.Height)
	b.bmpHeader(out, stride)
	for y := range b.Height {
		row := b.Pix[y*b.Stride:][:b.Stride]
		copy(out[bmpPixels+(b.Height-1-y)*stride:], row)
	}
	return out
}

// bmpHeader writes all that stands before the rows. Fields not named stay 0: reserved ones, no compression,
// no resolution, all colours important.
func (b *Bitmap) bmpHeader(out []byte, stride int) {
	le := binary.LittleEndian
	copy(out, "BM")
	le.PutUint32(out[2:], uint32(len(out))) // bfSize
	le.PutUint32(out[10:], bmpPixels)       // bfOffBits

	info := out[bmpFileHeader:]
	le.PutUint32(info[0:], bmpInfoHeader)            // biSize
	le.PutUint32(info[4:], uint32(b.Width))          // biWidth
	le.PutUint32(info[8:], uint32(b.Height))         // biHeight: positive means the bottom row first
	le.PutUint16(info[12:], 1)                       // biPlanes
	le.PutUint16(info[14:], 1)                       // biBitCount
	le.PutUint32(info[20:], uint32(stride*b.Height)) // biSizeImage: may be 0 by the format, but firmwares check it
	le.PutUint32(info[32:], 2)                       // biClrUsed
	copy(info[bmpInfoHeader+4:], "\xff\xff\xff\x00") // palette: entry 0 is black already, entry 1 white
}
