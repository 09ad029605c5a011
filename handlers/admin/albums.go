package admin

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"personalcms/content/schedule"
	"personalcms/handlers/problem"
	"personalcms/store"

	"github.com/labstack/echo/v4"
)

const (
	maxAlbums       = 200
	maxAlbumName    = 64   // characters
	maxAlbumLetters = 40   // of an id
	maxInAlbum      = 1000 // pictures
)

var errUnknownAlbum = problem.New(http.StatusNotFound, "unknown_album", "There is no album with this id.")

func unknownAlbum(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return errUnknownAlbum
	}
	return err
}

// album is the one in the address.
func (h *Handler) album(c echo.Context) (store.Album, error) {
	album, err := h.db.Album(param(c, "album_id"))
	return album, unknownAlbum(err)
}

func badAlbum(key, sentence string) *problem.Problem {
	p := problem.New(http.StatusUnprocessableEntity, "bad_album", sentence)
	p.Key = key
	return p
}

func tooManyInAlbum(album store.Album) error {
	if len(album.Pictures) > maxInAlbum {
		return badAlbum("pictures", fmt.Sprintf("An album holds at most %d pictures.", maxInAlbum))
	}
	return nil
}

// newAlbum makes an album and names it by its id.
func (h *Handler) newAlbum(c echo.Context, name string, pictures []string) (store.Album, error) {
	album := store.Album{Name: strings.TrimSpace(name), Pictures: pictures}
	albums := h.db.Albums()
	if len(albums) >= maxAlbums {
		return album, badAlbum("", fmt.Sprintf("There are %d albums already, which is all there can be. Delete one first.", maxAlbums))
	}
	if err := h.checkAlbum(album); err != nil {
		return album, err
	}
	album.ID = albumID(album.Name, albums)
	if err := h.db.SaveAlbum(store.Album{ID: album.ID, Name: album.Name}); err != nil {
		return album, err
	}
	return h.saveAlbum(c, album)
}

// saveAlbum changes the name and the pictures of an album that is there.
func (h *Handler) saveAlbum(c echo.Context, wanted store.Album) (store.Album, error) {
	wanted.Name = strings.TrimSpace(wanted.Name)
	if err := h.checkAlbum(wanted); err != nil {
		return wanted, err
	}
	album, err := h.db.UpdateAlbum(wanted.ID, func(album *store.Album) error {
		*album = wanted
		return nil
	})
	if err != nil {
		return album, unknownAlbum(err)
	}
	return album, h.audit(c, "", "saved the album "+album.Name)
}

// checkAlbum says in a problem what a person has to change.
func (h *Handler) checkAlbum(album store.Album) error {
	if n := utf8.RuneCountInString(album.Name); n == 0 || n > maxAlbumName {
		return badAlbum("name", fmt.Sprintf("An album’s name has 1 to %d characters.", maxAlbumName))
	}
	for _, other := range h.db.Albums() {
		if other.ID != album.ID && strings.EqualFold(other.Name, album.Name) {
			return badAlbum("name", "There is an album of this name already. Choose another name.")
		}
	}
	for _, id := range album.Pictures {
		if _, err := h.db.Picture(id); errors.Is(err, store.ErrNotFound) {
			return badAlbum("pictures", "The album names a picture that is not here any more.")
		} else if err != nil {
			return err
		}
	}
	return tooManyInAlbum(album)
}

// albumID makes an id of a name's letters that no other album has.
func albumID(name string, albums []store.Album) string {
	var id strings.Builder
	for _, r := range strings.ToLower(name) {
		switch {
		case id.Len() >= maxAlbumLetters:
		case r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			id.WriteRune(r)
		case id.Len() > 0 && !strings.HasSuffix(id.String(), "-"):
			id.WriteRune('-')
		}
	}
	base := strings.Trim(id.String(), "-")
	if base == "" {
		base = "album"
	}
	found := base
	for n := 2; slices.ContainsFunc(albums, func(album store.Album) bool { return album.ID == found }); n++ {
		found = fmt.Sprintf("%s-%d", base, n)
	}
	return found
}

// addToAlbum puts pictures at the end of an album.
func (h *Handler) addToAlbum(id string, pictures []string) error {
	_, err := h.db.UpdateAlbum(id, func(album *store.Album) error {
		album.Pictures = append(album.Pictures, pictures...)
		return tooManyInAlbum(*album)
	})
	return unknownAlbum(err)
}

// deleteAlbum removes an album that no playlist shows. Its pictures stay.
func (h *Handler) deleteAlbum(c echo.Context, album store.Album) error {
	err := h.db.DeleteAlbum(album.ID)
	if errors.Is(err, store.ErrInUse) {
		return problem.New(http.StatusConflict, "in_use", "The playlist "+h.playlistWith(album.ID)+" shows this album. Take it out there first.")
	}
	if err != nil {
		return unknownAlbum(err)
	}
	return h.audit(c, "", "deleted the album "+album.Name)
}

// playlistWith is the name of a playlist that shows an album.
func (h *Handler) playlistWith(album string) string {
	for _, playlist := range h.db.Playlists() {
		for _, entry := range playlist.Entries {
			if entry.Kind == schedule.KindAlbum && entry.Ref == album {
				return "“" + playlist.Name + "”"
			}
		}
	}
	return "of a device"
}

func albumURL(id, rest string) string { return "/albums/" + url.PathEscape(id) + rest }
