package admin

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"personalcms/content/schedule"
	"personalcms/handlers/problem"
	"personalcms/render"
	"personalcms/store"
	"personalcms/views"

	"github.com/labstack/echo/v4"
)

func mobileURL(id, rest string) string { return "/mobile/" + url.PathEscape(id) + rest }

// mobilePages are for everybody of a household.
func (h *Handler) mobilePages(g *echo.Group) {
	g.GET("/mobile/:device_id", h.mobileView(views.MobilePage))
	g.GET("/partials/mobile/:device_id", h.mobileView(views.MobileNow))
	g.POST("/mobile/:device_id/preferences", h.formMobilePreferences)
	g.POST("/mobile/:device_id/messages", h.formMobileMessage)
	g.POST("/mobile/:device_id/step", h.formMobileStep)
}

func (h *Handler) mobileView(view viewOf[views.Mobile]) echo.HandlerFunc {
	return func(c echo.Context) error {
		device, err := h.device(c)
		if err != nil {
			return err
		}
		return show(c, http.StatusOK, view(h.mobileModel(c, device)))
	}
}

// paces are how often a panel may be drawn anew, in seconds.
var paces = []struct {
	seconds int
	label   string
}{{60, "every minute"}, {300, "every 5 minutes"}, {900, "every 15 minutes"}, {1800, "every half hour"}, {3600, "every hour"}, {21600, "every 6 hours"}, {86400, "once a day"}}

func (h *Handler) mobileModel(c echo.Context, device store.Device) views.Mobile {
	model := views.Mobile{
		Page: h.page(c, device.Title(), "", eventsURL(c)), ID: device.ID, Name: device.Title(), Approved: device.Approved,
		Screen: h.screenOf(device), Categories: h.preferenceChoices(device), Errors: map[string]string{},
	}
	if !device.Approved {
		return model
	}
	plan := h.screens.Plan(device, h.now())
	model.Why, model.Credits = plan.Why, h.screens.Credits(plan)
	chosen := device.Preferences.Layout
	if chosen == render.DefaultLayout {
		chosen = ""
	}
	model.Layouts = []views.Option{{Label: "as its playlist says", Selected: chosen == ""}}
	for _, layout := range h.db.Layouts() {
		if layout.ID != render.DefaultLayout {
			model.Layouts = append(model.Layouts, views.Option{Value: layout.ID, Label: layout.Name, Selected: layout.ID == chosen})
		}
	}
	model.Paces = []views.Option{{Label: "as usual here", Selected: device.Preferences.RefreshSeconds == 0}}
	known := device.Preferences.RefreshSeconds == 0
	for _, pace := range paces {
		is := pace.seconds == device.Preferences.RefreshSeconds
		known = known || is
		model.Paces = append(model.Paces, views.Option{Value: strconv.Itoa(pace.seconds), Label: pace.label, Selected: is})
	}
	if !known {
		seconds := strconv.Itoa(device.Preferences.RefreshSeconds)
		model.Paces = append(model.Paces, views.Option{Value: seconds, Label: "every " + seconds + " seconds", Selected: true})
	}
	return model
}

// stay is how long a message from a phone stays.
type stay struct {
	name   string
	length time.Duration // 0 = until it is removed
}

var stays = []stay{{"hour", time.Hour}, {"day", 24 * time.Hour}, {"on", 0}}

func (h *Handler) formMobilePreferences(c echo.Context) error {
	values, err := c.FormParams()
	if err != nil {
		return problem.TooLarge
	}
	wanted := store.Preferences{Layout: values.Get("layout")}
	for _, category := range h.library.Categories() {
		wanted.Choose(category.Name, values[category.Name])
	}
	if text := values.Get("refresh_seconds"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < leastRefresh || n > mostRefresh {
			return problem.New(http.StatusUnprocessableEntity, "bad_value", "Choose one of the times in the list.")
		}
		wanted.RefreshSeconds = n
	}
	if _, ok := h.titleOf(schedule.KindLayout, wanted.Layout); wanted.Layout != "" && !ok {
		return problem.New(http.StatusUnprocessableEntity, "bad_value", "This layout is not there any more. Choose another one.")
	}
	device, err := h.order(c, param(c, "device_id"), "chose its content", func(device *store.Device) error {
		device.Preferences = h.preferences(wanted)
		device.Own("preferences")
		return nil
	})
	if err != nil {
		return err
	}
	if c.Request().Header.Get("HX-Request") == "" {
		return done(c, mobileURL(device.ID, ""), "Saved. The panel follows as soon as it asks.")
	}
	model := h.mobileModel(c, device)
	model.Saved = "preferences"
	return show(c, http.StatusOK, views.MobileChoices(model))
}

func (h *Handler) formMobileMessage(c echo.Context) error {
	device, err := h.device(c)
	if err != nil {
		return err
	}
	req := messageOrder{Text: c.FormValue("text")}
	i := slices.IndexFunc(stays, func(s stay) bool { return s.name == c.FormValue("stays") })
	if i >= 0 && stays[i].length > 0 {
		req.Expires = h.now().Add(stays[i].length)
	}
	p := req.check(h.now())
	if p == nil {
		if _, _, err = h.leaveMessage(c, device.ID, req); err != nil {
			if p = problem.Of(err); p.Status != http.StatusConflict {
				return err
			}
		}
	}
	if p != nil {
		model := h.mobileModel(c, device)
		model.Text, model.Errors = c.FormValue("text"), map[string]string{"text": p.Detail}
		if c.Request().Header.Get("HX-Request") != "" {
			return show(c, http.StatusUnprocessableEntity, views.MobileMessage(model))
		}
		return show(c, http.StatusUnprocessableEntity, views.MobilePage(model))
	}
	if c.Request().Header.Get("HX-Request") == "" {
		return done(c, mobileURL(device.ID, ""), "The message is on its way.")
	}
	model := h.mobileModel(c, device)
	model.Saved = "message"
	return show(c, http.StatusOK, views.MobileMessage(model))
}

func (h *Handler) formMobileStep(c echo.Context) error {
	device, err := h.stepForm(c)
	if err != nil {
		return err
	}
	if c.Request().Header.Get("HX-Request") != "" {
		return c.NoContent(http.StatusNoContent)
	}
	return done(c, mobileURL(device.ID, ""), "Turned. The panel follows as soon as it asks.")
}
