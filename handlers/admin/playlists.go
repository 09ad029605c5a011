package admin

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"personalcms/content/schedule"
	"personalcms/handlers/access"
	"personalcms/handlers/problem"
	"personalcms/store"

	"github.com/labstack/echo/v4"
)

// maxPlaylists bounds how many playlists there are.
const maxPlaylists = 200

var (
	unknownPlaylist  = problem.New(http.StatusNotFound, "unknown_playlist", "There is no playlist of this id.")
	tooManyPlaylists = problem.New(http.StatusConflict, "too_many_playlists", "There are 200 playlists already. Delete one first.")
)

func (h *Handler) playlistPages(g *echo.Group) {
	g.GET("/playlists", h.playlistsPage)
	g.POST("/playlists", h.formNewPlaylist)
	g.GET("/playlists/:playlist", h.playlistPage)
	g.POST("/playlists/:playlist", h.formPlaylist)
	g.POST("/playlists/:playlist/devices", h.formPlaylistDevices)
	g.POST("/playlists/:playlist/delete", h.formDeletePlaylist)
}

func (h *Handler) playlistAPI(g *echo.Group) {
	g.GET("/api/v1/playlists", h.apiPlaylists)
	g.POST("/api/v1/playlists", h.apiNewPlaylist)
	g.GET("/api/v1/playlists/:playlist", h.apiPlaylist)
	g.PUT("/api/v1/playlists/:playlist", h.apiPutPlaylist)
	g.DELETE("/api/v1/playlists/:playlist", h.apiDeletePlaylist)
	g.POST("/api/v1/devices/:device_id/show", h.apiShow)
	g.DELETE("/api/v1/devices/:device_id/show", h.apiEndShow)
	g.POST("/api/v1/devices/:device_id/messages", h.apiMessage)
	g.DELETE("/api/v1/devices/:device_id/messages/:message", h.apiRemoveMessage)
	g.PUT("/api/v1/devices/:device_id/away", h.apiAway)
	g.DELETE("/api/v1/devices/:device_id/away", h.apiEndAway)
	g.PUT("/api/v1/away", h.apiHouseholdAway)
	g.DELETE("/api/v1/away", h.apiEndHouseholdAway)
	g.POST("/api/v1/devices/:device_id/step", h.apiStep)
	g.GET("/api/v1/devices/:device_id/now", h.apiNow)
	g.POST("/api/v1/groups/:group/show", h.apiGroupShow)
	g.POST("/api/v1/groups/:group/messages", h.apiGroupMessage)
}

// newID names something that nobody has to type.
func newID() string { return access.Hash(access.NewToken())[:12] }

// playlist is the playlist in the address.
func (h *Handler) playlist(c echo.Context) (schedule.Playlist, error) {
	playlist, err := h.db.Playlist(param(c, "playlist"))
	if errors.Is(err, store.ErrNotFound) {
		return playlist, unknownPlaylist
	}
	return playlist, err
}

// playlistID makes an id of a name: its letters and digits, and a number when there is one like it.
func (h *Handler) playlistID(name string) string {
	var id strings.Builder
	for _, r := range strings.ToLower(name) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			id.WriteRune(r)
		case id.Len() > 0 && !strings.HasSuffix(id.String(), "-"):
			id.WriteByte('-')
		}
	}
	base := strings.Trim(id.String()[:min(id.Len(), 40)], "-")
	if base == "" {
		base = "playlist"
	}
	for n, taken := 1, base; ; n++ {
		if n > 1 {
			taken = fmt.Sprintf("%s-%d", base, n)
		}
		if _, err := h.db.Playlist(taken); err != nil {
			return taken
		}
	}
}

// newPlaylist makes a playlist and returns it with its id, or what is wrong with it.
func (h *Handler) newPlaylist(c echo.Context, playlist schedule.Playlist) (schedule.Playlist, []schedule.Problem, error) {
	if len(h.db.Playlists()) >= maxPlaylists {
		return playlist, nil, tooManyPlaylists
	}
	playlist.ID = h.playlistID(playlist.Name)
	found, err := h.savePlaylist(c, playlist)
	return playlist, found, err
}

// savePlaylist stores a playlist unless something is wrong with it, and has the panels that show it, or did until
// now, fetch their screens.
func (h *Handler) savePlaylist(c echo.Context, playlist schedule.Playlist) ([]schedule.Problem, error) {
	if found := h.playlistProblems(playlist); len(found) > 0 {
		return found, nil
	}
	concerned := h.showing(playlist.ID)
	if err := h.db.SavePlaylist(playlist); err != nil {
		return nil, err
	}
	concerned = append(concerned, h.showing(playlist.ID)...)
	if err := h.refreshThose(func(device store.Device) bool { return slices.Contains(concerned, device.ID) }); err != nil {
		return nil, err
	}
	return nil, h.audit(c, "", "saved the playlist "+playlist.Name)
}

// playlistProblems are what a person has to change, among them entries whose layout, picture or album is not there.
func (h *Handler) playlistProblems(playlist schedule.Playlist) []schedule.Problem {
	found := playlist.Check()
	for i, entry := range playlist.Entries {
		if len(found) > 0 && len(playlist.Entries) > schedule.MaxEntries {
			break
		}
		if _, ok := h.titleOf(entry.Kind, entry.Ref); !ok && entry.Ref != "" {
			found = append(found, schedule.Problem{Field: fmt.Sprintf("entries.%d.ref", i), Text: "There is no such layout, picture or album."})
		}
	}
	return found
}

// showing are the ids of the approved devices that turn through a playlist, be it as theirs or as the default one.
func (h *Handler) showing(id string) []string {
	var ids []string
	for _, device := range h.db.Devices() {
		own := device
		if other, err := h.db.Device(device.Mirror); err == nil {
			own = other
		}
		if device.Approved && h.db.PlaylistOf(own).ID == id {
			ids = append(ids, device.ID)
		}
	}
	return ids
}

// deletePlaylist removes a playlist that no device shows.
func (h *Handler) deletePlaylist(c echo.Context, playlist schedule.Playlist) error {
	used := func() error {
		var names []string
		for _, id := range h.showing(playlist.ID) {
			if device, err := h.db.Device(id); err == nil {
				names = append(names, device.Title())
			}
		}
		if len(names) == 0 {
			return nil
		}
		sentence := "It is still shown on " + list(names) + ". Give " + them(len(names)) + " another playlist first."
		if len(names) > 3 {
			sentence = fmt.Sprintf("It is still shown on %s and %d more. Give them another playlist first.", strings.Join(names[:3], ", "), len(names)-3)
		}
		return problem.New(http.StatusConflict, "in_use", sentence)
	}
	if err := used(); err != nil {
		return err
	}
	err := h.db.DeletePlaylist(playlist.ID)
	switch {
	case errors.Is(err, store.ErrInUse): // it was given to a device this very moment
		if named := used(); named != nil {
			return named
		}
		return err
	case errors.Is(err, store.ErrNotFound):
		return unknownPlaylist
	case err != nil:
		return err
	}
	return h.audit(c, "", "deleted the playlist "+playlist.Name)
}

func them(n int) string {
	if n == 1 {
		return "it"
	}
	return "them"
}

// giveOut makes a playlist that of the devices that are wanted. Those that had it and are not go back to the default one.
func (h *Handler) giveOut(c echo.Context, playlist schedule.Playlist, wanted func(store.Device) bool, others bool) error {
	for _, device := range h.db.Devices() {
		give := wanted(device)
		if give == (device.Playlist == playlist.ID) || !give && !others {
			continue
		}
		id, words := playlist.ID, "shows the playlist "+playlist.Name
		if !give {
			id, words = "", "shows the default playlist"
		}
		_, err := h.order(c, device.ID, words, func(device *store.Device) error {
			device.Playlist = id
			return nil
		})
		if err != nil && err != problem.UnknownDevice {
			return err
		}
	}
	return nil
}
