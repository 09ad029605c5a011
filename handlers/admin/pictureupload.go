package admin

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"path"
	"slices"
	"strings"

	"personalcms/handlers/problem"
	"personalcms/render"
	"personalcms/store"
	"personalcms/views"

	"github.com/labstack/echo/v4"
)

// pictureTurn waits until no other picture is decoded, so that many cost the memory of one. The returned function ends
// the turn.
func (h *Handler) pictureTurn(ctx context.Context) (func(), error) {
	select {
	case h.decoding <- struct{}{}:
		return func() { <-h.decoding }, nil
	case <-ctx.Done():
		return nil, problem.Busy
	}
}

// addPicture decodes an upload under limits, encodes it anew and stores it.
func (h *Handler) addPicture(c echo.Context, filename string, data []byte) (store.Picture, error) {
	end, err := h.pictureTurn(c.Request().Context())
	if err != nil {
		return store.Picture{}, err
	}
	defer end()
	picture, err := render.Intake(data)
	if err != nil {
		return store.Picture{}, pictureProblem(err, data)
	}
	title := plainName(filename)
	title = strings.TrimSuffix(title, path.Ext(title))
	stored, err := h.db.AddPicture(store.Picture{
		Title: title, Width: picture.Width, Height: picture.Height, Mode: "fill", Size: int64(len(picture.JPEG)), Uploaded: h.now().UTC(),
	}, picture.JPEG)
	if err != nil {
		return stored, err
	}
	return stored, h.audit(c, "", "uploaded picture "+title)
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

// MaxFiles is how many pictures one form may bring.
const MaxFiles = 32

// formUploadPictures stores the pictures of a form one after the other, as they arrive, so that many
// cost the memory of one. A field “album” before them names where they go.
func (h *Handler) formUploadPictures(c echo.Context) error {
	form, err := c.Request().MultipartReader()
	var result []views.UploadedPicture
	album := ""
	for err == nil {
		var part *multipart.Part
		if part, err = form.NextPart(); err != nil {
			continue
		}
		if part.FormName() == "album" {
			if album, err = h.readAlbum(part); err != nil {
				return err
			}
			continue
		}
		if part.FormName() != "files" || part.FileName() == "" {
			continue
		}
		if len(result) == MaxFiles {
			result = append(result, views.UploadedPicture{Filename: "The rest", Error: fmt.Sprintf("At most %d pictures are taken at once. Send the rest again.", MaxFiles)})
			break
		}
		row := views.UploadedPicture{Filename: plainName(part.FileName())}
		if err := h.takePicture(c, part, album); err != nil {
			p := problem.Of(err)
			if p == problem.Internal {
				return err
			}
			row.Error = p.Detail
		}
		result = append(result, row)
	}
	switch {
	case err != nil && !errors.Is(err, io.EOF):
		result = append(result, views.UploadedPicture{Filename: "The rest", Error: "The upload ended too early or is too large. Send the rest again."})
	case len(result) == 0:
		result = []views.UploadedPicture{{Filename: "Nothing was stored.", Error: "Choose one or more pictures and upload again."}}
	}
	c.Response().Header().Set("HX-Trigger", "pictures")
	return h.picturesAnswer(c, album, result)
}

// readAlbum reads which album the pictures of a form go to; "" is none.
func (h *Handler) readAlbum(part *multipart.Part) (string, error) {
	id, err := io.ReadAll(io.LimitReader(part, 200))
	if err != nil {
		return "", problem.New(http.StatusBadRequest, "bad_form", "The upload ended too early. Send it again.")
	}
	if len(id) == 0 {
		return "", nil
	}
	if _, err := h.db.Album(string(id)); err != nil {
		return "", unknownAlbum(err)
	}
	return string(id), nil
}

// takePicture reads and stores one file of a form.
func (h *Handler) takePicture(c echo.Context, part *multipart.Part, album string) error {
	data, err := io.ReadAll(io.LimitReader(part, h.maxUpload+1))
	if err != nil {
		return problem.New(http.StatusBadRequest, "bad_form", "The upload ended before this file did. Send it again.")
	}
	if int64(len(data)) > h.maxUpload {
		return problem.New(http.StatusRequestEntityTooLarge, "too_large", "The file is larger than "+optionalSize(h.maxUpload)+".")
	}
	picture, err := h.addPicture(c, part.FileName(), data)
	if err != nil || album == "" {
		return err
	}
	return h.addToAlbum(album, []string{picture.ID})
}

func (h *Handler) picturesAnswer(c echo.Context, album string, result []views.UploadedPicture) error {
	status := http.StatusOK
	if slices.ContainsFunc(result, func(row views.UploadedPicture) bool { return row.Error != "" }) {
		status = http.StatusUnprocessableEntity
	}
	if c.Request().Header.Get("HX-Request") != "" {
		return show(c, status, views.PictureUploadResult(result))
	}
	return h.showPictures(c, status, album, func(model *views.Pictures) { model.Result = result })
}

func (h *Handler) apiUploadPicture(c echo.Context) error {
	file, data, err := readUpload(c, "file")
	if err != nil {
		return err
	}
	picture, err := h.addPicture(c, file.Filename, data)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, map[string]any{
		"id": picture.ID, "filename": picture.Filename, "width": picture.Width, "height": picture.Height,
	})
}
