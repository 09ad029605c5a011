package admin

import (
	"encoding/json"
	"errors"
	"net/http"

	"personalcms/handlers/problem"
	"personalcms/ota"
	"personalcms/store"
	"personalcms/views"

	"github.com/labstack/echo/v4"
)

// updatePages are the pages about one image, about what is installed when, and the forms for that.
func (h *Handler) updatePages(g *echo.Group) {
	g.GET("/ota-management/firmware/:firmware_key", h.imagePage)
	g.GET("/partials/firmware/:firmware_key", h.partialImage)
	g.GET("/ota-management/calendar", h.calendarPage)
	g.GET("/partials/devices/:device_id/updates", h.deviceView(views.DeviceUpdates))
	g.POST("/devices/:device_id/window", h.formWindow)
	g.POST("/settings/updates", h.formUpdates)
}

func (h *Handler) updateAPI(g *echo.Group) {
	g.GET("/api/v1/settings/updates", h.apiUpdates)
	g.PUT("/api/v1/settings/updates", h.apiSetUpdates)
}

const mostBattery = 90 // percent: more would keep boards from updating for ever

func updatesModel(updates store.Updates) views.UpdateSettings {
	return views.UpdateSettings{Window: windowForm(updates.Window, ota.Window{}), LowBattery: whole(updates.LowBattery)}
}

// setUpdates says when devices may install something where their owner has not said otherwise.
func (h *Handler) setUpdates(c echo.Context, updates store.Updates) error {
	err := h.db.UpdateSettings(func(settings *store.Settings) error {
		settings.Updates = updates
		return nil
	})
	if err != nil {
		return err
	}
	return h.audit(c, "", "lets devices install updates "+windowWords(updates.Window)+", with "+whole(updates.LowBattery)+" % of battery")
}

func (h *Handler) formUpdates(c echo.Context) error {
	problems := map[string]string{}
	window, err := chosenWindow(c)
	switch {
	case err != nil && !errors.Is(err, ota.ErrBadWindow):
		return err
	case err != nil || window == nil:
		problems["window"] = windowSentence
	}
	battery := numberField(c, "low_battery", 0, mostBattery, problems)
	if len(problems) > 0 {
		return h.showSettings(c, http.StatusUnprocessableEntity, func(model *views.Settings) {
			typedWindow(&model.Updates.Window, c)
			model.Updates.Window.Error = problems["window"]
			model.Updates.LowBattery, model.Updates.Error = c.FormValue("low_battery"), problems["low_battery"]
		})
	}
	if err := h.setUpdates(c, store.Updates{Window: *window, LowBattery: float64(battery)}); err != nil {
		return err
	}
	return h.showSettings(c, http.StatusOK, func(model *views.Settings) { model.Saved = "updates" })
}

// updatesBody is when devices may install something, as scripts read and write it.
type updatesBody struct {
	Window     json.RawMessage `json:"window"`
	LowBattery *float64        `json:"low_battery"`
}

func (h *Handler) apiUpdates(c echo.Context) error {
	return c.JSON(http.StatusOK, updatesAnswer(h.db.Settings().Updates))
}

// updatesAnswer names a window that is always open, too.
func updatesAnswer(updates store.Updates) any {
	return map[string]any{"window": updates.Window, "low_battery": updates.LowBattery}
}

func (h *Handler) apiSetUpdates(c echo.Context) error {
	var req updatesBody
	if err := decode(c, &req); err != nil {
		return err
	}
	if req.Window == nil || req.LowBattery == nil {
		return problem.New(http.StatusBadRequest, "missing_key", "Send both “window” and “low_battery”.")
	}
	window, err := parseWindow(req.Window)
	switch {
	case err != nil:
		return err
	case window == nil:
		window = &ota.Window{} // the household has none above it
	}
	if *req.LowBattery < 0 || *req.LowBattery > mostBattery {
		return wrong("low_battery", "“low_battery” is 0 to 90 percent.")
	}
	updates := store.Updates{Window: *window, LowBattery: *req.LowBattery}
	if err := h.setUpdates(c, updates); err != nil {
		return err
	}
	return c.JSON(http.StatusOK, updatesAnswer(updates))
}
