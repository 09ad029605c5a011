package intake

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"

	"personalcms/handlers/problem"
	"personalcms/render"
	"personalcms/store"
)

// Picture decodes a picture under limits, encodes it anew and stores it under its file's name. A picture that is
// here already is returned as it is stored, with the time it came first. What is refused is a problem with a sentence.
func (in *Intake) Picture(ctx context.Context, filename string, data []byte, now time.Time) (store.Picture, error) {
	end, err := in.PictureTurn(ctx)
	if err != nil {
		return store.Picture{}, err
	}
	defer end()
	picture, err := render.Intake(data)
	if err != nil {
		return store.Picture{}, pictureProblem(err, data)
	}
	return in.db.AddPicture(store.Picture{
		Title: titleOf(filename), Width: picture.Width, Height: picture.Height, Mode: "fill",
		Size: int64(len(picture.JPEG)), Uploaded: now.UTC(),
	}, picture.JPEG)
}

// titleOf is what a picture is called before somebody gives it another title.
func titleOf(filename string) string {
	title := PlainName(filename)
	return strings.TrimSuffix(title, path.Ext(title))
}

func pictureProblem(err error, data []byte) error {
	switch {
	case errors.Is(err, render.ErrNotPicture) && isHEIF(data):
		return problem.New(http.StatusUnsupportedMediaType, "not_a_picture",
			"HEIC and AVIF pictures cannot be read here. Send it as JPEG: on an iPhone choose Settings, Camera, Formats, Most Compatible.")
	case errors.Is(err, render.ErrNotPicture):
		return problem.New(http.StatusUnsupportedMediaType, "not_a_picture",
			"This is not a picture that can be read here. JPEG, PNG, GIF, WebP and BMP can.")
	case errors.Is(err, render.ErrTooManyPixels):
		return problem.New(http.StatusUnprocessableEntity, "too_many_pixels",
			"The picture has too many pixels. Make it smaller, 4000 × 3000 is plenty, and upload it again.")
	case errors.Is(err, render.ErrBrokenPicture):
		return problem.New(http.StatusUnprocessableEntity, "broken_picture",
			"The picture is damaged: it begins well and cannot be read to its end. Copy it once more and upload it again.")
	}
	return err
}

// isHEIF tells whether a file is of the family of HEIC and AVIF (ISO/IEC 14496-12, 4.3): a box “ftyp” with a brand
// of theirs.
func isHEIF(data []byte) bool {
	if len(data) < 12 || !bytes.Equal(data[4:8], []byte("ftyp")) {
		return false
	}
	return slices.Contains([]string{"heic", "heix", "hevc", "mif1", "msf1", "avif", "avis"}, string(data[8:12]))
}
