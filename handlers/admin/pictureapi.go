package admin

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"time"

	"personalcms/handlers/problem"
	"personalcms/render"
	"personalcms/store"

	"github.com/labstack/echo/v4"
)

// pictureInfo is one picture as scripts read it.
type pictureInfo struct {
	ID       string      `json:"id"`
	Filename string      `json:"filename"`
	Title    string      `json:"title"`
	Width    int         `json:"width"`
	Height   int         `json:"height"`
	Size     int64       `json:"size"`
	Uploaded time.Time   `json:"upload_date"`
	Edit     render.Edit `json:"edit"` // the default one where nobody has edited
	Devices  []string    `json:"devices"`
	Albums   []string    `json:"albums"`
}

func (h *Handler) pictureInfo(picture store.Picture) pictureInfo {
	info := pictureInfo{
		ID: picture.ID, Filename: picture.Filename, Title: picture.Title, Width: picture.Width, Height: picture.Height,
		Size: picture.Size, Uploaded: picture.Uploaded, Edit: picture.Shown(), Devices: []string{}, Albums: []string{},
	}
	for _, device := range h.db.Devices() {
		if slices.Contains(device.Pictures, picture.ID) {
			info.Devices = append(info.Devices, device.ID)
		}
	}
	for _, album := range h.db.Albums() {
		if slices.Contains(album.Pictures, picture.ID) {
			info.Albums = append(info.Albums, album.ID)
		}
	}
	return info
}

// apiPictures lists all pictures, newest first, or with ?album= those of one album in its order.
func (h *Handler) apiPictures(c echo.Context) error {
	pictures, err := h.db.Pictures()
	if err != nil {
		return err
	}
	if pictures, err = chosenPictures(pictures, h.db.Albums(), c.QueryParam("album")); err != nil {
		return err
	}
	infos := []pictureInfo{}
	for _, picture := range pictures {
		infos = append(infos, h.pictureInfo(picture))
	}
	return c.JSON(http.StatusOK, map[string]any{"pictures": infos})
}

func (h *Handler) apiPicture(c echo.Context) error {
	picture, err := h.db.Picture(param(c, "id"))
	if err != nil {
		return unknownPicture(err)
	}
	return c.JSON(http.StatusOK, h.pictureInfo(picture))
}

// apiPatchPicture changes what the body names. Of an edit, too, only the keys that are there change.
func (h *Handler) apiPatchPicture(c echo.Context) error {
	var req struct {
		Title   *string         `json:"title"`
		Edit    json.RawMessage `json:"edit"`
		Devices *[]string       `json:"devices"`
		Albums  *[]string       `json:"albums"`
	}
	if err := decode(c, &req); err != nil {
		return err
	}
	change := pictureChange{title: req.Title, devices: req.Devices, albums: req.Albums}
	if len(req.Edit) > 0 {
		change.edit = func(edit render.Edit) (render.Edit, error) { return patchEdit(edit, req.Edit) }
	}
	picture, err := h.changePicture(c, param(c, "id"), change)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, h.pictureInfo(picture))
}

// patchEdit lays JSON over an edit; null is as if nobody had edited.
func patchEdit(edit render.Edit, raw json.RawMessage) (render.Edit, error) {
	if string(raw) == "null" {
		return render.DefaultEdit(), nil
	}
	if err := json.Unmarshal(raw, &edit); err != nil {
		p := problem.New(http.StatusBadRequest, "wrong_type", "“edit” must be one JSON object.")
		p.Key = "edit"
		var mismatch *json.UnmarshalTypeError
		if errors.As(err, &mismatch) && mismatch.Field != "" {
			p.Detail, p.Key = "The value of “edit."+mismatch.Field+"” has the wrong type.", "edit."+mismatch.Field
		}
		return edit, p
	}
	if wrong := edit.Check(); len(wrong) > 0 {
		return edit, badEdit(wrong)
	}
	return edit, nil
}

func (h *Handler) apiDeletePicture(c echo.Context) error {
	if err := h.deletePicture(c, param(c, "id")); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// albumInfo is one album as scripts read it.
func albumInfo(album store.Album) store.Album {
	album.Pictures = notNil(album.Pictures)
	return album
}

func (h *Handler) apiAlbums(c echo.Context) error {
	albums := []store.Album{}
	for _, album := range h.db.Albums() {
		albums = append(albums, albumInfo(album))
	}
	return c.JSON(http.StatusOK, map[string]any{"albums": albums})
}

func (h *Handler) apiAlbum(c echo.Context) error {
	album, err := h.album(c)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, albumInfo(album))
}

func (h *Handler) apiNewAlbum(c echo.Context) error {
	var req store.Album
	if err := decode(c, &req); err != nil {
		return err
	}
	album, err := h.newAlbum(c, req.Name, req.Pictures)
	if err != nil {
		return err
	}
	c.Response().Header().Set("Location", "/api/v1"+albumURL(album.ID, ""))
	return c.JSON(http.StatusCreated, albumInfo(album))
}

func (h *Handler) apiPutAlbum(c echo.Context) error {
	album, err := h.album(c)
	if err != nil {
		return err
	}
	var req store.Album
	if err := decode(c, &req); err != nil {
		return err
	}
	req.ID = album.ID
	if album, err = h.saveAlbum(c, req); err != nil {
		return err
	}
	return c.JSON(http.StatusOK, albumInfo(album))
}

func (h *Handler) apiDeleteAlbum(c echo.Context) error {
	album, err := h.album(c)
	if err != nil {
		return err
	}
	if err := h.deleteAlbum(c, album); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}
