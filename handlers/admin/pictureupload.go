package admin

import (
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"slices"

	"personalcms/handlers/intake"
	"personalcms/handlers/problem"
	"personalcms/store"
	"personalcms/views"

	"github.com/labstack/echo/v4"
)

// addPicture takes an uploaded picture in.
func (h *Handler) addPicture(c echo.Context, filename string, data []byte) (store.Picture, error) {
	picture, err := h.intake.Picture(c.Request().Context(), filename, data, h.now())
	if err != nil {
		return picture, err
	}
	return picture, h.audit(c, "", "uploaded picture "+picture.Title)
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
		row := views.UploadedPicture{Filename: intake.PlainName(part.FileName())}
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
