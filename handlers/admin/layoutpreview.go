package admin

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"personalcms/handlers/problem"
	"personalcms/handlers/screen"
	"personalcms/render"
	"personalcms/store"

	"github.com/labstack/echo/v4"
)

// previewWait is how long a preview waits for those before it.
const previewWait = 8 * time.Second

// previewDevice is whose data a preview shows and on which panel: the one of ?device_id=, else the first that is
// approved; on ?width=, ?height= (or, as forms send both, ?size=800x480) and ?palette= instead of its own panel.
// Without a device named the panel is the usual one.
func (h *Handler) previewDevice(c echo.Context) (store.Device, error) {
	var device store.Device
	if id := c.QueryParam("device_id"); id != "" {
		found, err := h.db.Device(id)
		if err != nil {
			return device, unknownDevice(err)
		}
		device, device.Panel = found, screen.PanelOf(found)
	} else {
		for _, other := range h.db.Devices() {
			if other.Approved {
				device = other
				break
			}
		}
		device.Panel = render.DefaultPanel()
	}
	var err error
	device.Panel, err = panelParams(c, device.Panel)
	return device, err
}

// panelParams is a panel with what the address says in place of its own: ?width=, ?height= (or, as forms send both,
// ?size=800x480) and ?palette=.
func panelParams(c echo.Context, panel render.Panel) (render.Panel, error) {
	if _, err := fmt.Sscanf(c.QueryParam("size"), "%dx%d", &panel.Width, &panel.Height); err != nil && c.QueryParam("size") != "" {
		return panel, badPanel
	}
	var err error
	if panel.Width, err = intParam(c, "width", panel.Width, 64, 2000); err != nil {
		return panel, err
	}
	if panel.Height, err = intParam(c, "height", panel.Height, 64, 2000); err != nil {
		return panel, err
	}
	if name := c.QueryParam("palette"); name != "" {
		inks, ok := render.PaletteNamed(name)
		if !ok {
			p := problem.New(http.StatusBadRequest, "bad_value", "“palette” is bw, gray4, bwr, bwy or 7color.")
			p.Key = "palette"
			return panel, p
		}
		panel.Palette, panel.Colors = name, len(inks.Colors)
	}
	if !panel.Valid() {
		return panel, badPanel
	}
	return panel, nil
}

var badPanel = problem.New(http.StatusBadRequest, "bad_panel", "A panel is 64 to 2000 pixels wide and high.")

// drawPreview draws a layout as a panel would show it now; one at a time, so that they cost the work of one.
func (h *Handler) drawPreview(c echo.Context, device store.Device, layout render.Layout) (*render.Bitmap, error) {
	wait := time.NewTimer(previewWait)
	defer wait.Stop()
	select {
	case h.drawing <- struct{}{}:
		defer func() { <-h.drawing }()
	case <-wait.C:
		return nil, problem.Busy
	case <-c.Request().Context().Done():
		return nil, problem.Busy
	}
	return h.screens.PreviewLayout(device, layout, h.now())
}

// apiPreviewLayout draws a layout that need not be saved. Headers say what the picture does not: whether it stands
// on the panel as on the grid, and which letters of its own words no font has.
func (h *Handler) apiPreviewLayout(c echo.Context) error {
	var layout render.Layout
	if err := decode(c, &layout); err != nil {
		return err
	}
	device, err := h.previewDevice(c)
	if err != nil {
		return err
	}
	if sentences := layout.Check(); len(sentences) > 0 {
		return badLayout(sentences)
	}
	bitmap, err := h.drawPreview(c, device, layout)
	if err != nil {
		return err
	}
	c.Response().Header().Set("X-Grid", gridWord(layout, device.Panel))
	if missing := h.screens.MissingIn(layout); len(missing) > 0 {
		c.Response().Header().Set("X-Missing-Letters", url.PathEscape(string(missing)))
	}
	return sendPNG(c, bitmap)
}

// gridWord is "kept" where a layout is drawn as it stands on the grid, else "rearranged".
func gridWord(layout render.Layout, panel render.Panel) string {
	if layout.KeepsGrid(panel) {
		return "kept"
	}
	return "rearranged"
}

// layoutPicture is a stored layout as a panel would show it now.
func (h *Handler) layoutPicture(c echo.Context) error {
	layout, err := h.layout(c)
	if err != nil {
		return err
	}
	device, err := h.previewDevice(c)
	if err != nil {
		return err
	}
	bitmap, err := h.drawPreview(c, device, layout.Layout)
	if err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "private, max-age=60") // its address changes with the layout
	return sendPNG(c, bitmap)
}

// layoutPictureURL is where that picture is, on the panel that query names.
func layoutPictureURL(layout store.Layout, query url.Values) string {
	values := url.Values{"v": {strconv.Itoa(layout.Revision)}}
	for name, value := range query {
		if len(value) > 0 && value[0] != "" {
			values[name] = value
		}
	}
	return layoutURL(layout.ID, "/preview.png?"+values.Encode())
}

// inlinePicture is the picture of a layout that is not stored, as an address that holds it; "" where it cannot be drawn.
func (h *Handler) inlinePicture(c echo.Context, device store.Device, layout render.Layout) (string, error) {
	if len(layout.Check()) > 0 {
		return "", nil
	}
	bitmap, err := h.drawPreview(c, device, layout)
	if err != nil {
		return "", err
	}
	return "data:image/png;base64," + base64.StdEncoding.EncodeToString(bitmap.PNG()), nil
}
