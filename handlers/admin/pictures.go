package admin

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"personalcms/handlers/problem"
	"personalcms/handlers/screen"
	"personalcms/render"
	"personalcms/store"

	"github.com/labstack/echo/v4"
)

// picturePages are for people.
func (h *Handler) picturePages(g *echo.Group) {
	g.GET("/upload", h.picturesPage)
	g.POST("/upload", h.formUploadPictures)
	g.GET("/partials/pictures", h.partialPictures)
	g.POST("/pictures/selected", h.formSelected)
	g.GET("/pictures/:id", h.picturePage)
	g.POST("/pictures/:id/settings", h.formPicture)
	g.POST("/pictures/:id/delete", h.formDeletePicture)
	g.GET("/pictures/:id/preview.png", h.picturePreview)
	g.POST("/albums", h.formNewAlbum)
	g.GET("/albums/:album_id", h.albumPage)
	g.POST("/albums/:album_id", h.formAlbum)
	g.POST("/albums/:album_id/delete", h.formDeleteAlbum)
}

// pictureAPI is for scripts.
func (h *Handler) pictureAPI(g *echo.Group) {
	g.GET("/api/v1/pictures", h.apiPictures)
	g.POST("/api/v1/pictures", h.apiUploadPicture)
	g.GET("/api/v1/pictures/:id", h.apiPicture)
	g.PATCH("/api/v1/pictures/:id", h.apiPatchPicture)
	g.DELETE("/api/v1/pictures/:id", h.apiDeletePicture)
	g.GET("/api/v1/pictures/:id/preview", h.picturePreview)
	g.GET("/api/v1/albums", h.apiAlbums)
	g.POST("/api/v1/albums", h.apiNewAlbum)
	g.GET("/api/v1/albums/:album_id", h.apiAlbum)
	g.PUT("/api/v1/albums/:album_id", h.apiPutAlbum)
	g.DELETE("/api/v1/albums/:album_id", h.apiDeleteAlbum)
}

// pictureChange is what people change of a picture; nil leaves it as it is.
type pictureChange struct {
	title   *string
	edit    func(render.Edit) (render.Edit, error)
	devices *[]string // ids of exactly those that show it
	albums  *[]string // ids of exactly those it is in
}

const maxTitle = 100 // characters

// changePicture changes a picture, or nothing when any of it is refused.
func (h *Handler) changePicture(c echo.Context, id string, change pictureChange) (store.Picture, error) {
	picture, err := h.db.Picture(id)
	if err != nil {
		return picture, unknownPicture(err)
	}
	if err := h.knownPlaces(change); err != nil {
		return picture, err
	}
	picture, err = h.db.UpdatePicture(id, func(picture *store.Picture) error {
		if change.title != nil {
			picture.Title = strings.TrimSpace(*change.title)
			if n := utf8.RuneCountInString(picture.Title); n == 0 || n > maxTitle {
				return badPicture("title", "A title has 1 to 100 characters.")
			}
		}
		if change.edit == nil {
			return nil
		}
		edit, err := change.edit(picture.Shown())
		if err == nil {
			setEdit(picture, edit)
		}
		return err
	})
	if err != nil {
		return picture, unknownPicture(err)
	}
	if change.devices != nil {
		if err := h.db.ShowPicture(id, *change.devices); err != nil {
			return picture, unknownDevice(err)
		}
	}
	if change.albums != nil {
		if err := h.putIntoAlbums(id, *change.albums); err != nil {
			return picture, err
		}
	}
	return picture, h.audit(c, "", "changed picture "+picture.Title)
}

// knownPlaces refuses devices and albums that are not there.
func (h *Handler) knownPlaces(change pictureChange) error {
	if change.devices != nil {
		for _, id := range *change.devices {
			if _, err := h.db.Device(id); err != nil {
				return unknownDevice(err)
			}
		}
	}
	if change.albums != nil {
		for _, id := range *change.albums {
			if _, err := h.db.Album(id); err != nil {
				return unknownAlbum(err)
			}
		}
	}
	return nil
}

// setEdit stores an edit. What is as if nobody had edited is stored as that: files and tags that devices know by
// it keep their names.
func setEdit(picture *store.Picture, edit render.Edit) {
	picture.Mode = "fill"
	if edit.Mode == "fit" {
		picture.Mode = "fit"
	}
	picture.Edit = edit
	if edit == (render.Edit{}).Or(picture.Mode) {
		picture.Edit = render.Edit{}
	}
}

// putIntoAlbums puts a picture into exactly these albums, at the end of those it was not in.
func (h *Handler) putIntoAlbums(id string, albums []string) error {
	for _, album := range h.db.Albums() {
		wanted := slices.Contains(albums, album.ID)
		if wanted == slices.Contains(album.Pictures, id) {
			continue
		}
		_, err := h.db.UpdateAlbum(album.ID, func(album *store.Album) error {
			if wanted {
				album.Pictures = append(album.Pictures, id)
				return tooManyInAlbum(*album)
			}
			album.Pictures = slices.DeleteFunc(album.Pictures, func(other string) bool { return other == id })
			return nil
		})
		if err != nil {
			return unknownAlbum(err)
		}
	}
	return nil
}

func badPicture(key, sentence string) *problem.Problem {
	p := problem.New(http.StatusUnprocessableEntity, "bad_picture", sentence)
	p.Key = key
	return p
}

func unknownPicture(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return problem.UnknownPicture
	}
	return err
}

func (h *Handler) formDeletePicture(c echo.Context) error {
	if err := h.deletePicture(c, param(c, "id")); err != nil {
		return err
	}
	return done(c, "/upload", "The picture is deleted.")
}

func (h *Handler) deletePicture(c echo.Context, id string) error {
	if err := h.db.DeletePicture(id); err != nil {
		return unknownPicture(err)
	}
	return h.audit(c, "", "deleted picture "+id)
}

// pictureThumb is where a picture's preview for a device is.
func pictureThumb(picture store.Picture, deviceID string, panel render.Panel) string {
	return pictureURL(picture.ID, "/preview.png?device_id="+url.QueryEscape(deviceID)+"&v="+screen.PictureTag(picture, panel))
}

func pictureURL(id, rest string) string { return "/pictures/" + url.PathEscape(id) + rest }
