package admin

import (
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"

	"personalcms/handlers/problem"
	"personalcms/handlers/screen"
	"personalcms/render"
	"personalcms/store"
	"personalcms/views"

	"github.com/labstack/echo/v4"
)

func (h *Handler) picturesPage(c echo.Context) error { return h.showPictures(c, http.StatusOK, nil) }

func (h *Handler) showPictures(c echo.Context, status int, result []views.UploadedPicture) error {
	model, err := h.picturesModel(c)
	if err != nil {
		return err
	}
	model.Result = result
	return show(c, status, views.PicturesPage(model))
}

func (h *Handler) partialPictures(c echo.Context) error {
	model, err := h.picturesModel(c)
	if err != nil {
		return err
	}
	return show(c, http.StatusOK, views.PictureList(model))
}

func (h *Handler) picturesModel(c echo.Context) (views.Pictures, error) {
	model := views.Pictures{Page: h.page(c, "Pictures", "pictures", eventsURL(c)), MaxSize: optionalSize(h.maxUpload)}
	pictures, err := h.db.Pictures()
	if err != nil {
		return model, err
	}
	devices, panel := h.db.Devices(), render.DefaultPanel()
	for _, picture := range pictures {
		shown := views.Picture{
			ID: picture.ID, Title: picture.Title, Mode: picture.Mode, Width: panel.Width, Height: panel.Height,
			Facts:          fmt.Sprintf("%d × %d, %s, %s", picture.Width, picture.Height, size(picture.Size), when(picture.Uploaded, h.now(), h.household())),
			PreviewVersion: screen.PictureTag(picture, panel),
		}
		for _, device := range devices {
			shown.Devices = append(shown.Devices, views.Option{
				Value: device.ID, Label: device.Title(), Selected: slices.Contains(device.Pictures, picture.ID),
			})
		}
		model.Pictures = append(model.Pictures, shown)
	}
	return model, nil
}

// addPicture decodes an upload under limits, encodes it anew and stores it. One picture is decoded at
// a time, so that many cost the memory of one.
func (h *Handler) addPicture(c echo.Context, filename string, data []byte) (store.Picture, error) {
	select {
	case h.decoding <- struct{}{}:
		defer func() { <-h.decoding }()
	case <-c.Request().Context().Done():
		return store.Picture{}, problem.Busy
	}
	picture, err := render.Intake(data)
	if err != nil {
		return store.Picture{}, pictureProblem(err)
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

func pictureProblem(err error) error {
	switch {
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

// MaxFiles is how many pictures one form may bring.
const MaxFiles = 32

// formUploadPictures stores the pictures of a form one after the other, as they arrive, so that many
// cost the memory of one.
func (h *Handler) formUploadPictures(c echo.Context) error {
	form, err := c.Request().MultipartReader()
	var result []views.UploadedPicture
	for err == nil {
		var part *multipart.Part
		if part, err = form.NextPart(); err != nil || part.FormName() != "files" || part.FileName() == "" {
			continue
		}
		if len(result) == MaxFiles {
			result = append(result, views.UploadedPicture{Filename: "The rest", Error: fmt.Sprintf("At most %d pictures are taken at once. Send the rest again.", MaxFiles)})
			break
		}
		row := views.UploadedPicture{Filename: plainName(part.FileName())}
		if err := h.takePicture(c, part); err != nil {
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
	return h.picturesAnswer(c, result)
}

// takePicture reads and stores one file of a form.
func (h *Handler) takePicture(c echo.Context, part *multipart.Part) error {
	data, err := io.ReadAll(io.LimitReader(part, h.maxUpload+1))
	if err != nil {
		return problem.New(http.StatusBadRequest, "bad_form", "The upload ended before this file did. Send it again.")
	}
	if int64(len(data)) > h.maxUpload {
		return problem.New(http.StatusRequestEntityTooLarge, "too_large", "The file is larger than "+optionalSize(h.maxUpload)+".")
	}
	_, err = h.addPicture(c, part.FileName(), data)
	return err
}

func (h *Handler) picturesAnswer(c echo.Context, result []views.UploadedPicture) error {
	status := http.StatusOK
	if slices.ContainsFunc(result, func(row views.UploadedPicture) bool { return row.Error != "" }) {
		status = http.StatusUnprocessableEntity
	}
	if c.Request().Header.Get("HX-Request") != "" {
		return show(c, status, views.PictureUploadResult(result))
	}
	return h.showPictures(c, status, result)
}

// formPicture sets how a picture fits the panel and which devices show it.
func (h *Handler) formPicture(c echo.Context) error {
	id, mode := param(c, "id"), c.FormValue("mode")
	if mode != "fill" && mode != "fit" {
		return problem.New(http.StatusUnprocessableEntity, "bad_mode", "A picture fills the panel or fits it. Choose one.")
	}
	values, err := c.FormParams()
	if err != nil {
		return problem.TooLarge
	}
	if _, err := h.db.Picture(id); err != nil {
		return unknownPicture(err)
	}
	if err := h.db.ShowPicture(id, values["devices"]); err != nil {
		return unknownDevice(err)
	}
	picture, err := h.db.UpdatePicture(id, func(picture *store.Picture) error {
		picture.SetMode(mode)
		return nil
	})
	if err != nil {
		return unknownPicture(err)
	}
	if err := h.audit(c, "", "changed picture "+picture.Title); err != nil {
		return err
	}
	if c.Request().Header.Get("HX-Request") != "" {
		return c.NoContent(http.StatusNoContent)
	}
	return done(c, "/upload", "Saved.")
}

func unknownPicture(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return problem.UnknownPicture
	}
	return err
}

func (h *Handler) formDeletePicture(c echo.Context) error {
	if err := h.deletePicture(c); err != nil {
		return err
	}
	return done(c, "/upload", "The picture is deleted.")
}

func (h *Handler) deletePicture(c echo.Context) error {
	id := param(c, "id")
	if err := h.db.DeletePicture(id); err != nil {
		return unknownPicture(err)
	}
	return h.audit(c, "", "deleted picture "+id)
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

func (h *Handler) apiDeletePicture(c echo.Context) error {
	if err := h.deletePicture(c); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// picturePreview is a picture alone as a panel shows it, for the page and for scripts. “mode” and “dither” try out
// what is not stored.
func (h *Handler) picturePreview(c echo.Context) error {
	picture, err := h.db.Picture(param(c, "id"))
	if err != nil {
		return unknownPicture(err)
	}
	switch mode := c.QueryParam("mode"); mode {
	case "":
	case "fill", "fit":
		picture.SetMode(mode)
	default:
		return problem.New(http.StatusBadRequest, "bad_mode", "“mode” is fill or fit.")
	}
	if dither := c.QueryParam("dither"); dither != "" {
		picture.Edit = picture.Shown()
		picture.Edit.Dither = dither
		if wrong := picture.Edit.Check(); len(wrong) > 0 {
			return problem.New(http.StatusBadRequest, "bad_dither", wrong[0])
		}
	}
	panel := render.DefaultPanel()
	if id := c.QueryParam("device_id"); id != "" {
		device, err := h.db.Device(id)
		if err != nil {
			return unknownDevice(err)
		}
		panel = screen.PanelOf(device)
	}
	etag := `"` + screen.PictureTag(picture, panel) + `"`
	c.Response().Header().Set("ETag", etag)
	c.Response().Header().Set("Cache-Control", "private, max-age=86400")
	if c.Request().Header.Get("If-None-Match") == etag {
		return c.NoContent(http.StatusNotModified)
	}
	bitmap, err := h.screens.Picture(picture, panel)
	if err != nil {
		return err
	}
	return sendPNG(c, bitmap)
}

// pictureThumb is where a picture's preview for a device is.
func pictureThumb(picture store.Picture, deviceID string, panel render.Panel) string {
	return "/pictures/" + url.PathEscape(picture.ID) + "/preview.png?device_id=" + url.QueryEscape(deviceID) + "&v=" + screen.PictureTag(picture, panel)
}
