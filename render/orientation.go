package render

import (
	"bytes"
	"encoding/binary"
	"image"

	"github.com/bep/imagemeta"
)

// orientation is the EXIF orientation of a picture, 1 to 8; 1 where it says none. Metadata that cannot
// be read is no reason to refuse a picture.
func orientation(data []byte) (turn int) {
	defer func() {
		if recover() != nil {
			turn = 1
		}
	}()
	turn = 1
	format := imagemeta.JPEG
	switch {
	case bytes.HasPrefix(data, []byte("\x89PNG")):
		format = imagemeta.PNG
	case bytes.HasPrefix(data, []byte("RIFF")):
		data, format = webpEXIF(data), imagemeta.TIFF
	case !bytes.HasPrefix(data, []byte("\xff\xd8")):
		return turn
	}
	_, _ = imagemeta.Decode(imagemeta.Options{
		R: bytes.NewReader(data), ImageFormat: format, Sources: imagemeta.EXIF,
		ShouldHandleTag: func(tag imagemeta.TagInfo) bool { return tag.Tag == "Orientation" },
		HandleTag: func(tag imagemeta.TagInfo) error {
			if value, ok := tag.Value.(uint16); ok && value >= 1 && value <= 8 && tag.Namespace == "IFD0" {
				turn = int(value)
			}
			return nil
		},
	})
	return turn
}

// webpEXIF is the EXIF of a WebP file, which is a TIFF. It is looked for here because imagemeta v1.0.1
// does not pass over the byte that follows a chunk of odd length, and so misses it in half of all files.
func webpEXIF(data []byte) []byte {
	const riff, head = 12, 8
	for data = data[min(riff, len(data)):]; len(data) > head; {
		size := int64(binary.LittleEndian.Uint32(data[4:]))
		if size > int64(len(data)-head) {
			return nil
		}
		if string(data[:4]) == "EXIF" {
			return bytes.TrimPrefix(data[head:head+size], []byte("Exif\x00\x00")) // some write JPEG's introduction too
		}
		data = data[min(head+size+size%2, int64(len(data))):]
	}
	return nil
}

// upright turns a picture as its EXIF orientation says (Exif 2.32, 4.6.4: 2 mirrored, 3 upside down,
// 4 both, 5 to 8 the same with rows and columns exchanged).
func upright(img *image.RGBA, turn int) *image.RGBA {
	if turn <= 1 || turn > 8 {
		return img
	}
	width, height := img.Rect.Dx(), img.Rect.Dy()
	size := image.Rect(0, 0, width, height)
	if turn >= 5 {
		size = image.Rect(0, 0, height, width)
	}
	out := image.NewRGBA(size)
	for y := range size.Dy() {
		for x := range size.Dx() {
			fromX, fromY := x, y
			if turn >= 5 {
				fromX, fromY = y, x
			}
			switch turn {
			case 2, 3, 7, 8:
				fromX = width - 1 - fromX
			}
			switch turn {
			case 3, 4, 6, 7:
				fromY = height - 1 - fromY
			}
			copy(out.Pix[out.PixOffset(x, y):][:4], img.Pix[img.PixOffset(fromX, fromY):])
		}
	}
	return out
}
