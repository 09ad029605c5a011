package admin

import (
	"fmt"
	"net/http"

	"personalcms/content/schedule"
	"personalcms/handlers/problem"

	"github.com/labstack/echo/v4"
)

// playlistInfo is a playlist as scripts read it.
type playlistInfo struct {
	schedule.Playlist
	Devices []string `json:"devices"` // that show it, also as the default one
}

func (h *Handler) playlistInfo(playlist schedule.Playlist) playlistInfo {
	if playlist.Entries == nil {
		playlist.Entries = []schedule.Entry{}
	}
	if playlist.Sleep == nil {
		playlist.Sleep = []schedule.Sleep{}
	}
	return playlistInfo{Playlist: playlist, Devices: notNil(h.showing(playlist.ID))}
}

func (h *Handler) apiPlaylists(c echo.Context) error {
	playlists := []playlistInfo{}
	for _, playlist := range h.db.Playlists() {
		playlists = append(playlists, h.playlistInfo(playlist))
	}
	return c.JSON(http.StatusOK, map[string]any{"playlists": playlists})
}

func (h *Handler) apiPlaylist(c echo.Context) error {
	playlist, err := h.playlist(c)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, h.playlistInfo(playlist))
}

func (h *Handler) apiNewPlaylist(c echo.Context) error {
	var playlist schedule.Playlist
	if err := decode(c, &playlist); err != nil {
		return err
	}
	playlist, found, err := h.newPlaylist(c, playlist)
	if err != nil {
		return err
	}
	if len(found) > 0 {
		return wrongPlaylist(found)
	}
	c.Response().Header().Set("Location", "/api/v1/playlists/"+playlist.ID)
	return c.JSON(http.StatusCreated, h.playlistInfo(playlist))
}

func (h *Handler) apiPutPlaylist(c echo.Context) error {
	old, err := h.playlist(c)
	if err != nil {
		return err
	}
	var playlist schedule.Playlist
	if err := decode(c, &playlist); err != nil {
		return err
	}
	playlist.ID = old.ID
	found, err := h.savePlaylist(c, playlist)
	if err != nil {
		return err
	}
	if len(found) > 0 {
		return wrongPlaylist(found)
	}
	return c.JSON(http.StatusOK, h.playlistInfo(playlist))
}

func (h *Handler) apiDeletePlaylist(c echo.Context) error {
	playlist, err := h.playlist(c)
	if err != nil {
		return err
	}
	if err := h.deletePlaylist(c, playlist); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// wrongPlaylist names the first problem in its sentence and lists all.
func wrongPlaylist(found []schedule.Problem) error {
	sentence := found[0].Text
	if len(found) > 1 {
		sentence += fmt.Sprintf(" “problems” lists %d more.", len(found)-1)
	}
	p := problem.New(http.StatusUnprocessableEntity, "bad_playlist", sentence)
	p.Key = found[0].Field
	return p.With(map[string]any{"problems": found})
}
