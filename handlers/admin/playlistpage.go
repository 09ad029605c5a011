package admin

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"personalcms/content/schedule"
	"personalcms/handlers/problem"
	"personalcms/store"
	"personalcms/views"

	"github.com/labstack/echo/v4"
)

func playlistURL(id string) string { return "/playlists/" + url.PathEscape(id) }

func (h *Handler) playlistsPage(c echo.Context) error {
	return h.showPlaylists(c, http.StatusOK, "", "")
}

// showPlaylists lists all, with what was typed for a new one and what is wrong with that.
func (h *Handler) showPlaylists(c echo.Context, status int, name, wrong string) error {
	model := views.Playlists{Page: h.page(c, "Playlists", "screens", ""), Name: name, Error: wrong}
	playlists := h.db.Playlists()
	slices.SortStableFunc(playlists, func(a, b schedule.Playlist) int { return cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) })
	for _, playlist := range playlists {
		entries := fmt.Sprintf("%d entries", len(playlist.Entries))
		if len(playlist.Entries) == 1 {
			entries = "1 entry"
		}
		model.Rows = append(model.Rows, views.PlaylistRow{
			ID: playlist.ID, Name: playlist.Name, Default: playlist.Default, Facts: entries + ", " + shownOn(len(h.showing(playlist.ID))),
			Today: h.playlistDay(playlist, store.Device{}),
		})
	}
	return show(c, status, views.PlaylistsPage(model))
}

func shownOn(devices int) string {
	switch devices {
	case 0:
		return "on no device"
	case 1:
		return "on 1 device"
	}
	return fmt.Sprintf("on %d devices", devices)
}

// playlistDay is what a playlist shows today where a device hangs; the zero Device hangs in the household.
func (h *Handler) playlistDay(playlist schedule.Playlist, device store.Device) views.Timeline {
	zone := h.db.Settings().Zone(device)
	from, to := today(h.now(), zone)
	albums := map[string][]string{}
	for _, album := range h.db.Albums() {
		albums[album.ID] = album.Pictures
	}
	slots := schedule.Preview(schedule.Input{Playlist: playlist, Zone: zone, Albums: albums}, from, to)
	return timeline(slots, h.showName, from, to, h.now())
}

func (h *Handler) formNewPlaylist(c echo.Context) error {
	name := strings.TrimSpace(c.FormValue("name"))
	playlist, found, err := h.newPlaylist(c, schedule.Playlist{Name: name, Default: len(h.db.Playlists()) == 0})
	if err != nil {
		return err
	}
	if len(found) > 0 {
		return h.showPlaylists(c, http.StatusUnprocessableEntity, name, found[0].Text)
	}
	return done(c, playlistURL(playlist.ID), playlist.Name+" is made. Now add what it shows.")
}

func (h *Handler) playlistPage(c echo.Context) error {
	playlist, err := h.playlist(c)
	if err != nil {
		return err
	}
	return h.showPlaylist(c, http.StatusOK, playlist, func(*views.Playlist) {})
}

// showPlaylist is the page of a playlist as it is stored, with what a form wants to say.
func (h *Handler) showPlaylist(c echo.Context, status int, playlist schedule.Playlist, say func(*views.Playlist)) error {
	form, err := h.playlistForm(playlistInput{Playlist: playlist})
	if err != nil {
		return err
	}
	model := views.Playlist{
		Page: h.page(c, playlist.Name, "screens", ""), ID: playlist.ID, Title: playlist.Name, Form: form,
		Zones: []views.Option{{Label: "the household"}},
	}
	model.Scripts = []string{h.files.URL("playlists.js")}
	var chosen store.Device
	for _, device := range h.db.Devices() {
		if !device.Approved {
			continue
		}
		if device.ID == c.QueryParam("device") {
			chosen = device
		}
		zone := h.db.Settings().Zone(device)
		model.Zones = append(model.Zones, views.Option{
			Value: device.ID, Label: device.Title() + " (" + h.now().In(zone).Format("15:04") + ")", Selected: device.ID == chosen.ID,
		})
		model.Devices = append(model.Devices, h.playlistDevice(playlist, device))
		for _, group := range device.Groups {
			if !slices.ContainsFunc(model.Groups, func(o views.Option) bool { return o.Value == group }) {
				model.Groups = append(model.Groups, views.Option{Value: group, Label: group})
			}
		}
	}
	slices.SortFunc(model.Groups, func(a, b views.Option) int { return cmp.Compare(a.Label, b.Label) })
	model.Today = h.playlistDay(playlist, chosen)
	say(&model)
	return show(c, status, views.PlaylistPage(model))
}

// playlistDevice is a device in the list of those that may show a playlist.
func (h *Handler) playlistDevice(playlist schedule.Playlist, device store.Device) views.PlaylistDevice {
	shown := views.PlaylistDevice{ID: device.ID, Name: device.Title(), Chosen: device.Playlist == playlist.ID}
	other, mirrors := h.db.Device(device.Mirror)
	own := h.db.PlaylistOf(device)
	switch {
	case mirrors == nil:
		shown.Note = "mirrors " + other.Title()
	case shown.Chosen:
	case own.ID == playlist.ID:
		shown.Note = "shows it already, as the default one"
	case own.Name != "":
		shown.Note = "shows " + own.Name
	}
	return shown
}

// formPlaylist saves a playlist, or adds, moves or removes a row of its form.
func (h *Handler) formPlaylist(c echo.Context) error {
	playlist, err := h.playlist(c)
	if err != nil {
		return err
	}
	values, err := c.FormParams()
	if err != nil {
		return problem.TooLarge
	}
	in := readPlaylist(values)
	in.ID = playlist.ID
	if do := values.Get("do"); do != "" && do != "save" {
		first := ""
		if things, err := h.things(""); err == nil && len(things) > 0 {
			first = things[0].Options[0].Value
		}
		if !in.edit(do, first) {
			return problem.New(http.StatusUnprocessableEntity, "unknown_button", "There is no such button.")
		}
		in.errors = nil // of fields that may have moved
		return h.playlistAnswer(c, http.StatusOK, playlist, in, func(form *views.PlaylistForm) { form.Unsaved = true })
	}
	if len(in.errors) == 0 {
		found, err := h.savePlaylist(c, in.Playlist)
		if err != nil {
			return err
		}
		for _, p := range found {
			in.errors[p.Field] = p.Text
		}
	}
	if len(in.errors) > 0 {
		return h.playlistAnswer(c, http.StatusUnprocessableEntity, playlist, in, func(form *views.PlaylistForm) { form.Unsaved = true })
	}
	return done(c, playlistURL(playlist.ID), in.Name+" is saved.")
}

// playlistAnswer shows the form as it was typed: alone to htmx, on its page to a browser.
func (h *Handler) playlistAnswer(c echo.Context, status int, playlist schedule.Playlist, in playlistInput, say func(*views.PlaylistForm)) error {
	form, err := h.playlistForm(in)
	if err != nil {
		return err
	}
	say(&form)
	if c.Request().Header.Get("HX-Request") != "" {
		return show(c, status, views.PlaylistEditor(form))
	}
	return h.showPlaylist(c, status, playlist, func(model *views.Playlist) { model.Form = form })
}

// formPlaylistDevices gives a playlist to the ticked devices, or to all of a group.
func (h *Handler) formPlaylistDevices(c echo.Context) error {
	playlist, err := h.playlist(c)
	if err != nil {
		return err
	}
	values, err := c.FormParams()
	if err != nil {
		return problem.TooLarge
	}
	if group := values.Get("group"); group != "" {
		err = h.giveOut(c, playlist, func(device store.Device) bool { return device.Approved && slices.Contains(device.Groups, group) }, false)
		if err != nil {
			return err
		}
		return done(c, playlistURL(playlist.ID), "All devices of “"+group+"” show "+playlist.Name+".")
	}
	ticked := values["devices"]
	err = h.giveOut(c, playlist, func(device store.Device) bool {
		return device.Approved && slices.Contains(ticked, device.ID) || !device.Approved && device.Playlist == playlist.ID
	}, true)
	if err != nil {
		return err
	}
	return done(c, playlistURL(playlist.ID), "Saved.")
}

func (h *Handler) formDeletePlaylist(c echo.Context) error {
	playlist, err := h.playlist(c)
	if err != nil {
		return err
	}
	if err := h.deletePlaylist(c, playlist); err != nil {
		p := problem.Of(err)
		if p.Status != http.StatusConflict {
			return err
		}
		return h.showPlaylist(c, http.StatusConflict, playlist, func(model *views.Playlist) { model.Refused = p.Detail })
	}
	return done(c, "/playlists", playlist.Name+" is deleted.")
}

// deviceDay is what a device shows today.
func (h *Handler) deviceDay(device store.Device, now time.Time) views.Timeline {
	from, to := today(now, h.db.Settings().Zone(device))
	return timeline(h.screens.Preview(device, from, to), h.showName, from, to, now)
}
