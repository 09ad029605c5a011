package render

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"
)

// PNG is the bitmap as a PNG file, not interlaced, as deep as its own pixels. Greys are colour type 0 (grayscale), so
// that black and white is 1 bit deep with bit 1 = white: the one kind TRMNL's firmware shows as it is meant
// (PROTOCOL.md), and image/png does not write it. Colours are colour type 3, with a palette. The format is the W3C's,
// https://www.w3.org/TR/png-3/.
func (b *Bitmap) PNG() []byte {
	const grayscale, indexed = 0, 3
	p, kind := b.Inks(), byte(grayscale)
	if p.coloured() {
		kind = indexed
	}
	header := binary.BigEndian.AppendUint32(nil, uint32(b.Width))
	header = binary.BigEndian.AppendUint32(header, uint32(b.Height))
	header = append(header, byte(p.Bits), kind, 0, 0, 0) // deflate, the usual filters, not interlaced

	out := []byte("\x89PNG\r\n\x1a\n")
	out = appendChunk(out, "IHDR", header)
	if kind == indexed {
		var colors []byte
		for _, c := range p.Colors {
			colors = append(colors, c.R, c.G, c.B)
		}
		out = appendChunk(out, "PLTE", colors)
	}
	out = appendChunk(out, "IDAT", b.deflated())
	return appendChunk(out, "IEND", nil)
}

// deflated is the rows, each after its filter byte, as a zlib stream.
func (b *Bitmap) deflated() []byte {
	// Filters compare bytes, and neighbouring bytes of dots have nothing in common: every row keeps filter 0, none.
	rows := make([]byte, 0, (1+b.Stride)*b.Height)
	for y := range b.Height {
		rows = append(rows, 0)
		rows = append(rows, b.Pix[y*b.Stride:][:b.Stride]...)
	}
	var out bytes.Buffer
	z := zlib.NewWriter(&out)
	_, err := z.Write(rows)
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		panic("render: a buffer in memory refused bytes: " + err.Error())
	}
	return out.Bytes()
}

// appendChunk adds a chunk: the length of its data, its name, the data, and the CRC-32 of name and data.
func appendChunk(out []byte, name string, data []byte) []byte {
	out = binary.BigEndian.AppendUint32(out, uint32(len(data)))
	start := len(out)
	out = append(out, name...)
	out = append(out, data...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[start:]))
}
