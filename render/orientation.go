package render

import (
	"bytes"
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
	formats := map[string]imagemeta.ImageFormat{"\xff\xd8": imagemeta.JPEG, "\x89P": imagemeta.PNG, "RI": imagemeta.WebP}
	format, ok := formats[string(data[:2])]
	if !ok {
		return 1
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
