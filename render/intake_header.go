package render

import (
	"bytes"
	"image"
)

// What decoding a picture costs in memory, from its header and before anything of it is decoded. Each
// follows what the decoder allocates. Where a file could tell this reader one thing and the decoder
// another, the dearest is taken, as a file may be made to look cheap.

// pixels counts them; as the formats allow up to 2³¹ each way, it stops where any cost is over the
// budget and none of them overflows.
func pixels(c image.Config) int64 { return min(int64(c.Width)*int64(c.Height), 1<<40) }

// gifCost is of the first frame, which lies within the screen that the header tells: a byte for each
// pixel, and once more to put interlaced rows in order.
func gifCost(_ []byte, c image.Config) int64 { return pixels(c) * 2 }

func bmpCost(_ []byte, c image.Config) int64 { return pixels(c) * 4 }

// webpCost tells lossy files, held as brightness and a quarter of colours, from those with a lossless
// part, whose colours are held twice while they are looked up in a palette.
func webpCost(data []byte, c image.Config) int64 {
	if bytes.Contains(data, []byte("VP8L")) || bytes.Contains(data, []byte("ALPH")) {
		return pixels(c) * 9
	}
	return pixels(c) * 2
}

// pngCost follows the header's bit depth and colour type; an interlaced file is held twice
// (PNG specification, 11.2.1). Greys cost as much as colours where one of them is transparent.
func pngCost(data []byte, c image.Config) int64 {
	const header = 8 + 8 + 13
	if len(data) < header {
		return 0 // decoding will say that it is broken
	}
	depth, colour, interlaced := data[24], data[25], data[28]
	each := int64(4)
	if colour == 3 || colour == 0 && !bytes.Contains(data, []byte("tRNS")) {
		each = 1
	}
	if depth == 16 {
		each *= 2
	}
	if interlaced != 0 {
		each *= 2
	}
	return pixels(c) * each
}

// dearest is what a pixel of the most wasteful JPEG costs: four samples, each with its coefficient, and
// a second picture of four bytes.
const dearest = 4*(1+4) + 4

// jpegCost finds the frame header (ITU-T T.81, B.2.2). Before it may only stand segments that tell their
// length; the decoder passes over other bytes as well, where this reader could lose its place.
func jpegCost(data []byte, c image.Config) int64 {
	for at := 2; at+9 < len(data) && data[at] == 0xFF; {
		marker := data[at+1]
		length := int(data[at+2])<<8 + int(data[at+3])
		switch {
		case marker == 0xFF: // a fill byte
			at++
			continue
		case marker >= 0xC0 && marker <= 0xC2:
			return frameCost(data[at:], c, marker == 0xC2) + secondPicture(data, data[at:], c)
		case marker == 0, marker >= 0xD0 && marker <= 0xD9, length < 2:
			return pixels(c) * dearest
		}
		at += 2 + length
	}
	return pixels(c) * dearest
}

// frameCost is of the samples: a byte each, and four more for its coefficient in a progressive file,
// which is held whole before it is drawn. They are counted in whole units of 8 × 8 samples times the
// sampling factors of the first component.
func frameCost(frame []byte, c image.Config, progressive bool) int64 {
	components := int(frame[9])
	if len(frame) < 10+3*components || components == 0 {
		return pixels(c) * dearest
	}
	across, down := int(frame[11]>>4), int(frame[11]&15)
	if components == 1 {
		across, down = 1, 1
	}
	if across == 0 || down == 0 {
		return pixels(c) * dearest
	}
	samples := int64(across * down)
	for i := 1; i < components; i++ {
		factors := frame[10+3*i+1]
		samples += int64(factors>>4) * int64(factors&15)
	}
	units := image.Config{Width: (c.Width + 8*across - 1) / (8 * across), Height: (c.Height + 8*down - 1) / (8 * down)}
	each := int64(1)
	if progressive {
		each += 4
	}
	return pixels(units) * 64 * samples * each
}

// secondPicture is what the decoder draws CMYK and RGB into once the samples are read: they are told by
// four components, by the components' names, or by Adobe's segment, which may stand anywhere.
func secondPicture(data, frame []byte, c image.Config) int64 {
	const four = 4
	if frame[9] == four {
		return pixels(c) * four
	}
	if len(frame) >= 19 && frame[10] == 'R' && frame[13] == 'G' && frame[16] == 'B' {
		return pixels(c) * four
	}
	const transform = 11 // where the segment says 0 for RGB
	for at := 0; ; {
		found := bytes.Index(data[at:], []byte("Adobe"))
		if found < 0 {
			return 0
		}
		at += found
		if at >= 4 && data[at-4] == 0xFF && data[at-3] == 0xEE && at+transform < len(data) && data[at+transform] == 0 {
			return pixels(c) * four
		}
		at++
	}
}
