package admin

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"personalcms/handlers/problem"
	"personalcms/handlers/screen"
	"personalcms/render"
	"personalcms/store"

	"github.com/labstack/echo/v4"
)

// photoWait is how long the preview of a picture waits for what is decoded before it.
const photoWait = 8 * time.Second

// picturePreview is a picture alone as a panel shows it, for the page and for scripts. The parameters of editOf try
// out what is not stored.
func (h *Handler) picturePreview(c echo.Context) error {
	picture, err := h.db.Picture(param(c, "id"))
	if err != nil {
		return unknownPicture(err)
	}
	if err := tryOut(c, &picture); err != nil {
		return err
	}
	panel, err := h.photoPanel(c)
	if err != nil {
		return err
	}
	etag := `"` + screen.PictureTag(picture, panel) + `"`
	c.Response().Header().Set("ETag", etag)
	c.Response().Header().Set("Cache-Control", "private, no-cache")
	if c.QueryParam("v") != "" { // such an address changes with the picture
		c.Response().Header().Set("Cache-Control", "private, max-age=86400")
	}
	if c.Request().Header.Get("If-None-Match") == etag {
		return c.NoContent(http.StatusNotModified)
	}
	bitmap, err := h.drawPhoto(c.Request().Context(), picture, panel)
	if err != nil {
		c.Response().Header().Del("ETag")
		c.Response().Header().Set("Cache-Control", "no-store")
		return err
	}
	return sendPNG(c, bitmap)
}

// tryOut changes a picture, which is not stored, as the address says.
func tryOut(c echo.Context, picture *store.Picture) error {
	edit, wrong := editOf(picture.Shown(), c.QueryParams())
	switch {
	case edit.Mode != "fill" && edit.Mode != "fit" && edit.Mode != "":
		return problem.New(http.StatusBadRequest, "bad_mode", "“mode” is fill or fit.")
	case !knownDither(edit.Dither):
		return problem.New(http.StatusBadRequest, "bad_dither", fmt.Sprintf("There is no dithering called “%s”.", edit.Dither))
	}
	if wrong = append(wrong, edit.Check()...); len(wrong) > 0 {
		return badEdit(wrong)
	}
	setEdit(picture, edit)
	return nil
}

func knownDither(name string) bool {
	return name == "" || slices.ContainsFunc(render.Dithers(), func(d render.Dithering) bool { return d.Name == name })
}

// badEdit names the first thing that is wrong in its sentence and lists all.
func badEdit(wrong []string) *problem.Problem {
	p := problem.New(http.StatusUnprocessableEntity, "bad_edit", wrong[0])
	p.Key = "edit"
	return p.With(map[string]any{"problems": wrong})
}

// drawPhoto draws a picture alone; one is decoded at a time, and who waits too long is told to come again.
func (h *Handler) drawPhoto(ctx context.Context, picture store.Picture, panel render.Panel) (*render.Bitmap, error) {
	ctx, stop := context.WithTimeout(ctx, photoWait)
	defer stop()
	end, err := h.intake.PictureTurn(ctx)
	if err != nil {
		return nil, err
	}
	defer end()
	return h.screens.Picture(picture, panel)
}

// Values of the choice of a panel begin with these.
const (
	onDevice  = "device:"
	onPalette = "palette:"
)

// photoPanel is the panel that a preview is for: that of ?device_id=, or the one that ?on= of the page names, with
// what panelParams reads in place of its own.
func (h *Handler) photoPanel(c echo.Context) (render.Panel, error) {
	panel := render.DefaultPanel()
	id := c.QueryParam("device_id")
	if id == "" {
		on := c.QueryParam("on")
		if found, ok := strings.CutPrefix(on, onDevice); ok {
			id = found
		}
		if name, ok := strings.CutPrefix(on, onPalette); ok {
			inks, known := render.PaletteNamed(name)
			if !known {
				return panel, badPanel
			}
			panel.Palette, panel.Colors = name, len(inks.Colors)
		}
	}
	if id != "" {
		device, err := h.db.Device(id)
		if err != nil {
			return panel, unknownDevice(err)
		}
		panel = screen.PanelOf(device)
	}
	return panelParams(c, panel)
}
