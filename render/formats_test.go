package render_test

import (
	"encoding/binary"
	"hash/crc32"
)

// fixPNG makes the checksum of a PNG's header right again after the header was changed.
func fixPNG(data []byte) []byte {
	binary.BigEndian.PutUint32(data[29:], crc32.ChecksumIEEE(data[12:29]))
	return data
}

// bits collects bits, the least significant first, as lossless WebP stores them.
type bits struct {
	out  []byte
	used int
}

func (b *bits) add(value uint32, n int) {
	for i := range n {
		if b.used%8 == 0 {
			b.out = append(b.out, 0)
		}
		b.out[b.used/8] |= byte(value>>i&1) << (b.used % 8)
		b.used++
	}
}

// cornersWebP is the picture of corners as a lossless WebP, after the “WebP Lossless Bitstream
// Specification”: no transforms, and for each channel a code of one bit for its two values, 20 and 220.
func cornersWebP(width, height int) []byte {
	b := &bits{}
	b.add(0x2F, 8)
	b.add(uint32(width-1), 14)
	b.add(uint32(height-1), 14)
	b.add(0, 1+3)   // no alpha, version 0
	b.add(0, 1+1+1) // no transform, no colour cache, one group of codes
	for range 3 {   // green, red and blue: a simple code of two symbols, of 8 bits each
		b.add(1, 1)
		b.add(1, 1)
		b.add(1, 1)
		b.add(20, 8)
		b.add(220, 8)
	}
	b.add(1, 1) // alpha: the one symbol 255, which then takes no bits
	b.add(0, 1)
	b.add(1, 1)
	b.add(255, 8)
	b.add(1, 1) // distances: the one symbol 0
	b.add(0, 1+1+1)
	for y := range height {
		for x := range width {
			right, low := x >= width/2, y >= height/2
			b.add(bit(right), 1)                          // green above and below on the right
			b.add(bit(right && low || !right && !low), 1) // red in the first quarter and in white
			b.add(bit(low), 1)                            // blue in the lower half
		}
	}
	data := append(binary.LittleEndian.AppendUint32([]byte("WEBPVP8L"), uint32(len(b.out))), b.out...)
	if len(data)%2 == 1 {
		data = append(data, 0)
	}
	return append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(data))), data...)
}

func bit(on bool) uint32 {
	if on {
		return 1
	}
	return 0
}
