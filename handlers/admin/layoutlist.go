package admin

import (
	"net/http"
	"slices"
	"strings"

	"personalcms/content/schedule"
	"personalcms/handlers/access"
	"personalcms/render"
	"personalcms/store"
	"personalcms/views"

	"github.com/labstack/echo/v4"
)

func (h *Handler) layoutsPage(c echo.Context) error { return h.showLayouts(c, http.StatusOK, "") }

// showLayouts is the page of all layouts; refusal says why nothing was added, "" = nothing was refused.
func (h *Handler) showLayouts(c echo.Context, status int, refusal string) error {
	device, err := h.previewDevice(c)
	if err != nil {
		return err
	}
	model := views.Layouts{
		Page: h.page(c, "Layouts", "screens", ""), MayChange: access.Of(c).May("write"), Refusal: refusal,
		Name: c.FormValue("name"), Text: c.FormValue("text"), Devices: h.deviceOptions(c.QueryParam("device_id"), "The usual panel, 800 × 480"),
	}
	query := c.QueryParams()
	for _, layout := range h.db.Layouts() {
		_, ready := render.ReadyLayout(layout.ID)
		model.Layouts = append(model.Layouts, views.LayoutCard{
			ID: layout.ID, Name: layout.Name, Ready: ready, Changed: layout.Revision > 0, Uses: h.usesOf(layout.ID),
			Picture: views.Screen{
				URL: layoutPictureURL(layout, query), Width: device.Panel.Width, Height: device.Panel.Height, Alt: layout.Name + ", as the panel shows it",
			},
		})
	}
	return show(c, status, views.LayoutsPage(model))
}

// deviceOptions are all approved devices, after one that stands for none.
func (h *Handler) deviceOptions(chosen, none string) []views.Option {
	options := []views.Option{{Label: none, Selected: chosen == ""}}
	for _, device := range h.db.Devices() {
		if device.Approved {
			options = append(options, views.Option{Value: device.ID, Label: device.Title(), Selected: device.ID == chosen})
		}
	}
	return options
}

// usesOf names what shows a layout: playlists, and devices on which it was chosen.
func (h *Handler) usesOf(id string) []views.Link {
	var uses []views.Link
	for _, playlist := range h.db.Playlists() {
		if slices.ContainsFunc(playlist.Entries, func(e schedule.Entry) bool { return e.Kind == schedule.KindLayout && e.Ref == id }) {
			uses = append(uses, views.Link{Text: "playlist " + playlist.Name, URL: "/playlists"})
		}
	}
	for _, device := range h.db.Devices() {
		if h.showsLayout(device, id) {
			uses = append(uses, views.Link{Text: device.Title(), URL: deviceURL(device.ID, "")})
		}
	}
	return uses
}

// showsLayout tells whether a device itself names a layout, or has nothing else to show than this one.
func (h *Handler) showsLayout(device store.Device, id string) bool {
	switch {
	case !device.Approved:
		return false
	case device.Preferences.Layout != "" && device.Preferences.Layout != render.DefaultLayout:
		return device.Preferences.Layout == id
	case len(h.db.PlaylistOf(device).Entries) > 0:
		return false
	case len(device.Pictures) > 0:
		return id == render.DefaultPhotoLayout
	}
	return id == render.DefaultLayout
}

// panelSizes are those that previews offer.
func panelSizes() []string {
	return []string{"296x128", "400x300", "640x384", "800x480", "480x800", "1200x825", "1304x984"}
}

// previewChoices are what a preview may be drawn for.
func (h *Handler) previewChoices(c echo.Context, device store.Device) views.LayoutPreview {
	preview := views.LayoutPreview{
		Width: device.Panel.Width, Height: device.Panel.Height, Devices: h.deviceOptions(c.QueryParam("device_id"), "The usual panel"),
		Sizes:    []views.Option{{Label: "Its own size"}},
		Palettes: []views.Option{{Label: "Its own colours"}},
	}
	for _, size := range panelSizes() {
		preview.Sizes = append(preview.Sizes, views.Option{
			Value: size, Label: strings.Replace(size, "x", " × ", 1), Selected: c.QueryParam("size") == size,
		})
	}
	for _, inks := range render.Palettes() {
		preview.Palettes = append(preview.Palettes, views.Option{Value: inks.Name, Label: inks.Title, Selected: c.QueryParam("palette") == inks.Name})
	}
	return preview
}
