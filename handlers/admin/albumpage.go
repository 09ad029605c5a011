package admin

import (
	"net/http"
	"net/url"
	"slices"

	"personalcms/handlers/problem"
	"personalcms/handlers/screen"
	"personalcms/render"
	"personalcms/store"
	"personalcms/views"

	"github.com/labstack/echo/v4"
)

func (h *Handler) formNewAlbum(c echo.Context) error {
	album, err := h.newAlbum(c, c.FormValue("name"), nil)
	if p := refusal(err); p != nil {
		return h.showPictures(c, http.StatusUnprocessableEntity, "", func(model *views.Pictures) {
			model.NewAlbum, model.AlbumError = c.FormValue("name"), p.Detail
		})
	}
	if err != nil {
		return err
	}
	return done(c, albumTab(album.ID), "The album is made. What you upload here goes into it.")
}

// refusal is the problem that is shown beside what was typed, nil for all other errors.
func refusal(err error) *problem.Problem {
	if err == nil {
		return nil
	}
	if p := problem.Of(err); p.Status == http.StatusUnprocessableEntity {
		return p
	}
	return nil
}

func (h *Handler) albumPage(c echo.Context) error {
	album, err := h.album(c)
	if err != nil {
		return err
	}
	model, err := h.albumModel(c, album)
	if err != nil {
		return err
	}
	return show(c, http.StatusOK, views.AlbumPage(model))
}

func (h *Handler) albumModel(c echo.Context, album store.Album) (views.Album, error) {
	model := views.Album{Page: h.page(c, album.Name, "pictures", eventsURL(c)), ID: album.ID, Name: album.Name, Back: albumTab(album.ID)}
	model.Scripts = []string{h.files.URL("pictures.js")}
	all, err := h.db.Pictures()
	if err != nil {
		return model, err
	}
	panel := render.DefaultPanel()
	for _, picture := range picturesOf(all, album) {
		model.Pictures = append(model.Pictures, views.Picture{
			ID: picture.ID, Title: picture.Title, Width: panel.Width, Height: panel.Height,
			Preview: pictureURL(picture.ID, "/preview.png?v="+screen.PictureTag(picture, panel)),
		})
	}
	return model, nil
}

// formAlbum saves an album's name and the order of its pictures, after the button that was pressed moved one of
// them or took it out.
func (h *Handler) formAlbum(c echo.Context) error {
	values, err := c.FormParams()
	if err != nil {
		return problem.TooLarge
	}
	album, err := h.album(c)
	if err != nil {
		return err
	}
	typed := store.Album{ID: album.ID, Name: c.FormValue("name"), Pictures: rearranged(values)}
	saved, err := h.saveAlbum(c, typed)
	htmx := c.Request().Header.Get("HX-Request") != ""
	status, sentence := http.StatusOK, ""
	if p := refusal(err); p != nil {
		status, sentence = http.StatusUnprocessableEntity, p.Detail
	} else if err != nil {
		return err
	} else if !htmx {
		return done(c, albumURL(album.ID, ""), "Saved.")
	} else {
		album = saved
	}
	model, err := h.albumModel(c, album)
	if err != nil {
		return err
	}
	model.Error, model.Saved = sentence, sentence == ""
	if sentence != "" {
		model.Name = typed.Name
	}
	if htmx {
		return show(c, status, views.AlbumForm(model))
	}
	return show(c, status, views.AlbumPage(model))
}

// rearranged are the pictures of the form after its button was pressed: up, down or out with a picture's id.
func rearranged(values url.Values) []string {
	pictures := slices.Clone(values["pictures"])
	swap := func(id string, by int) {
		at := slices.Index(pictures, id)
		if to := at + by; at >= 0 && to >= 0 && to < len(pictures) {
			pictures[at], pictures[to] = pictures[to], pictures[at]
		}
	}
	swap(values.Get("up"), -1)
	swap(values.Get("down"), 1)
	return slices.DeleteFunc(pictures, func(id string) bool { return id == values.Get("out") })
}

func (h *Handler) formDeleteAlbum(c echo.Context) error {
	album, err := h.album(c)
	if err != nil {
		return err
	}
	if err := h.deleteAlbum(c, album); err != nil {
		return err
	}
	return done(c, "/upload", "The album is deleted. Its pictures are still here.")
}
