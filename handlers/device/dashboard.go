package device

import (
	"bytes"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"personalcms/handlers/access"
	"personalcms/handlers/problem"
	"personalcms/handlers/screen"
	"personalcms/render"
	"personalcms/store"

	"github.com/labstack/echo/v4"
)

// format is one form in which a screen is sent.
type format struct {
	contentType string
	suffix      string // of the ETag, so that each form has its own
	encode      func(*render.Bitmap) []byte
}

var formats = map[string]format{
	"":    {"image/bmp", "", (*render.Bitmap).BMP},
	"bmp": {"image/bmp", "", (*render.Bitmap).BMP},
	"png": {"image/png", "-png", (*render.Bitmap).PNG},
	"raw": {"application/octet-stream", "-raw", (*render.Bitmap).Raw},
}

// dashboard is the device's current screen.
func (h *Handler) dashboard(c echo.Context) error {
	device, err := h.known(c)
	if err != nil {
		return err
	}
	form, ok := formats[c.QueryParam("format")]
	if !ok {
		return badRequest("bad_format", "“format” is bmp, png or raw.")
	}
	return h.sendCurrent(c, device, form)
}

func (h *Handler) sendCurrent(c echo.Context, device store.Device, form format) error {
	now := h.now()
	current := h.screens.Current(device, h.access.BaseURL(c.Request()), now)
	h.seen(c, device.ID, func(status *store.Status) { status.NextRefresh = current.Wake })
	c.Response().Header().Set("X-Refresh-Seconds", strconv.Itoa(current.RefreshSeconds(now)))
	return sendDrawn(c, current.Drawn, form)
}

// sendDrawn answers 304 when the device has these bits already.
func sendDrawn(c echo.Context, drawn store.Drawn, form format) error {
	header := c.Response().Header()
	etag := `"` + drawn.ETag + form.suffix + `"`
	header.Set("ETag", etag)
	header.Set("X-Screen", drawn.Name)
	header.Set("Cache-Control", "no-cache")
	if matches(c.Request().Header.Get("If-None-Match"), etag) {
		return c.NoContent(http.StatusNotModified)
	}
	return sendBytes(c, form.contentType, form.encode(screen.Bitmap(drawn)))
}

// sendBytes sends a body with its length in one piece.
func sendBytes(c echo.Context, contentType string, data []byte) error {
	header := c.Response().Header()
	header.Set("Content-Type", contentType)
	header.Set("Content-Length", strconv.Itoa(len(data)))
	c.Response().WriteHeader(http.StatusOK)
	if c.Request().Method == http.MethodHead {
		return nil
	}
	_, err := bytes.NewReader(data).WriteTo(c.Response())
	return err
}

// matches tells whether an If-None-Match names the tag (RFC 9110 §13.1.2, weak comparison). Devices
// that leave the quotes out are understood.
func matches(header, etag string) bool {
	for part := range strings.SplitSeq(header, ",") {
		part = strings.TrimPrefix(strings.TrimSpace(part), "W/")
		if part == "*" || (part != "" && strings.Trim(part, `"`) == strings.Trim(etag, `"`)) {
			return true
		}
	}
	return false
}

// dashboardFile is the v1 address of the same bytes: <device_id>_current.bmp and _fallback.bmp.
func (h *Handler) dashboardFile(c echo.Context) error {
	stem, ok := strings.CutSuffix(param(c, "file"), ".bmp")
	id, kind, cut := cutLast(stem, "_")
	if !ok || !cut || !store.ValidID(id) || (kind != "current" && kind != "fallback") {
		return problem.NotFound
	}
	c.Set(claimedID, id)
	device, err := h.db.Device(id)
	if errors.Is(err, store.ErrNotFound) {
		return problem.UnknownDevice
	}
	if err != nil {
		return err
	}
	version := c.QueryParam("v")
	if !h.access.Signed(c.QueryParam("s"), "dashboard", id, kind, version) && !h.access.Device(c.Request(), device) && !h.signedIn(c) {
		return wrongToken
	}
	if kind == "current" {
		return h.sendCurrent(c, device, formats["bmp"])
	}
	h.seen(c, device.ID, nil)
	return sendDrawn(c, h.screens.Fallback(device, h.now()), formats["bmp"])
}

func (h *Handler) signedIn(c echo.Context) bool {
	_, ok := h.access.Caller(c.Request())
	return ok
}

func cutLast(s, sep string) (before, after string, ok bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

// dashboardURL is relative to the server, as firmware 2.4.x joins it to the server's address, and
// changes when and only when the bytes behind it do.
func (h *Handler) dashboardURL(id, kind, etag string) string {
	return "/dashboards/" + url.PathEscape(id+"_"+kind+".bmp") + "?v=" + etag + "&s=" + h.access.Sign("dashboard", id, kind, etag)
}

func (h *Handler) pictureURL(picture store.Picture, device store.Device) string {
	tag := screen.PictureTag(picture, screen.PanelOf(device))
	return "/uploads/" + picture.Filename + "/bmp?d=" + url.QueryEscape(device.ID) + "&v=" + tag +
		"&s=" + h.access.Sign("picture", picture.Filename, device.ID, tag)
}

// sequenceImage is one picture of images-sequence.
type sequenceImage struct {
	ID              string `json:"id"`
	Filename        string `json:"filename"`
	URL             string `json:"url"`
	BMPURL          string `json:"bmp_url"`
	FileSize        int64  `json:"file_size"`
	DurationSeconds int    `json:"duration_seconds"`
	ETag            string `json:"etag"`
}

// imagesSequence lists the pictures of a device in the order they are shown.
func (h *Handler) imagesSequence(c echo.Context) error {
	device, err := h.known(c)
	if err != nil {
		return err
	}
	h.seen(c, device.ID, nil)
	images := []sequenceImage{}
	if device.Approved {
		if images, err = h.sequence(device); err != nil {
			return err
		}
	}
	current := h.screens.Current(device, h.access.BaseURL(c.Request()), h.now())
	names := []string{}
	if device.Approved {
		names = h.categoryNames()
	}
	return c.JSON(http.StatusOK, map[string]any{
		"success": true, "message": "Content generated", "device_id": device.ID,
		"dashboard_url":   h.dashboardURL(device.ID, "current", current.ETag),
		"fallback_url":    h.dashboardURL(device.ID, "fallback", current.ETag),
		"assigned_images": images, "content_categories": names,
	})
}

func (h *Handler) sequence(device store.Device) ([]sequenceImage, error) {
	images := []sequenceImage{}
	for _, id := range device.Pictures {
		picture, err := h.db.Picture(id)
		if err != nil {
			return nil, err
		}
		images = append(images, sequenceImage{
			ID: picture.ID, Filename: picture.Filename, FileSize: picture.Size,
			URL:             "/uploads/" + picture.Filename + "?s=" + h.access.Sign("upload", picture.Filename),
			BMPURL:          h.pictureURL(picture, device),
			DurationSeconds: int(screen.PhotoInterval / time.Second),
			ETag:            screen.PictureTag(picture, screen.PanelOf(device)),
		})
	}
	return images, nil
}

// pictureOf finds the picture behind a file name.
func (h *Handler) pictureOf(c echo.Context) (store.Picture, error) {
	id, ok := strings.CutSuffix(param(c, "file"), ".jpg")
	if !ok {
		return store.Picture{}, problem.UnknownPicture
	}
	picture, err := h.db.Picture(id)
	if errors.Is(err, store.ErrNotFound) {
		return picture, problem.UnknownPicture
	}
	return picture, err
}

// mayFetch tells whether the request may see pictures: it bears a device's token, or a person or
// script is signed in.
func (h *Handler) mayFetch(c echo.Context) bool {
	_, known := h.bearer(c)
	return known || h.signedIn(c)
}

// bearer is the approved device whose token the request bears.
func (h *Handler) bearer(c echo.Context) (store.Device, bool) {
	token, ok := access.Bearer(c.Request())
	if !ok {
		return store.Device{}, false
	}
	device, err := h.db.DeviceWithToken(access.Hash(token))
	return device, err == nil && device.Approved
}

// upload is the stored picture.
func (h *Handler) upload(c echo.Context) error {
	if !h.access.Signed(c.QueryParam("s"), "upload", param(c, "file")) && !h.mayFetch(c) {
		return problem.Unauthorized
	}
	picture, err := h.pictureOf(c)
	if err != nil {
		return err
	}
	data, err := h.db.Blob(picture.SHA256)
	if err != nil {
		return err
	}
	return sendTagged(c, "image/jpeg", picture.SHA256, data)
}

func sendTagged(c echo.Context, contentType, tag string, data []byte) error {
	etag := `"` + tag + `"`
	c.Response().Header().Set("ETag", etag)
	if matches(c.Request().Header.Get("If-None-Match"), etag) {
		return c.NoContent(http.StatusNotModified)
	}
	return sendBytes(c, contentType, data)
}

// uploadBMP is the picture's bits for the device's panel.
func (h *Handler) uploadBMP(c echo.Context) error {
	id, tag := c.QueryParam("d"), c.QueryParam("v")
	if !h.access.Signed(c.QueryParam("s"), "picture", param(c, "file"), id, tag) && !h.mayFetch(c) {
		return problem.Unauthorized
	}
	picture, err := h.pictureOf(c)
	if err != nil {
		return err
	}
	panel := render.DefaultPanel()
	if device, err := h.db.Device(id); err == nil {
		panel = screen.PanelOf(device)
	} else if device, ok := h.bearer(c); ok {
		panel = screen.PanelOf(device)
	}
	bitmap, err := h.screens.Picture(picture, panel)
	if err != nil {
		return err
	}
	return sendTagged(c, "image/bmp", bitmap.ETag(), bitmap.BMP())
}
