package admin

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"personalcms/content/schedule"
	"personalcms/handlers/problem"
	"personalcms/store"
	"personalcms/views"

	"github.com/labstack/echo/v4"
)

func (h *Handler) screenPages(g *echo.Group) {
	g.GET("/partials/devices/:device_id/plan", h.deviceView(views.DevicePlan))
	g.POST("/devices/:device_id/playlist", h.formDevicePlaylist)
	g.POST("/devices/:device_id/show", h.formShow)
	g.POST("/devices/:device_id/show/end", h.formEndShow)
	g.POST("/devices/:device_id/messages", h.formMessage)
	g.POST("/devices/:device_id/messages/remove", h.formRemoveMessage)
	g.POST("/devices/:device_id/away", h.formAway)
	g.POST("/devices/:device_id/away/end", h.formEndAway)
	g.POST("/devices/:device_id/step", h.formStep)
	g.POST("/devices/:device_id/buttons", h.formButtons)
}

// controlled answers a form that was taken: the forms anew to htmx, the device's page to a browser.
func (h *Handler) controlled(c echo.Context, device store.Device, form, sentence string) error {
	if c.Request().Header.Get("HX-Request") == "" {
		return done(c, deviceURL(device.ID, "#on-screen"), sentence)
	}
	control, err := h.screenControl(device)
	if err != nil {
		return err
	}
	control.Saved, control.Open = form, form
	return show(c, http.StatusOK, views.ScreenForms(control))
}

// refuseControl shows the forms again with what was typed and what is wrong with it.
func (h *Handler) refuseControl(c echo.Context, form string, wrong *problem.Problem, typed func(*views.ScreenControl)) error {
	device, err := h.device(c)
	if err != nil {
		return err
	}
	model, err := h.deviceModel(c, device)
	if err != nil {
		return err
	}
	model.Control.Open, model.Control.Errors = form, map[string]string{wrong.Key: wrong.Detail}
	typed(&model.Control)
	if c.Request().Header.Get("HX-Request") != "" {
		return show(c, http.StatusUnprocessableEntity, views.ScreenForms(model.Control))
	}
	return show(c, http.StatusUnprocessableEntity, views.DevicePage(model))
}

func (h *Handler) formDevicePlaylist(c echo.Context) error {
	playlist, mirror := c.FormValue("playlist"), c.FormValue("mirror")
	device, err := h.device(c)
	if err != nil {
		return err
	}
	if p := h.assignmentProblem(device.ID, &playlist, &mirror); p != nil {
		return h.refuseControl(c, "playlist", p, func(*views.ScreenControl) {})
	}
	device, err = h.order(c, device.ID, "chose its playlist", func(device *store.Device) error {
		device.Playlist, device.Mirror = playlist, mirror
		return nil
	})
	if err != nil {
		return err
	}
	return h.controlled(c, device, "playlist", "Saved.")
}

// minutesOf reads a number of minutes as seconds; what is no number is −1, which nothing takes.
func minutesOf(text string) int {
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil || n < 1 || n > int(longestShow/time.Minute) {
		return -1
	}
	return n * 60
}

func (h *Handler) formShow(c echo.Context) error {
	var req showOrder
	req.Kind, req.Ref, _ = strings.Cut(c.FormValue("thing"), ":")
	req.Seconds = minutesOf(c.FormValue("minutes"))
	override, title, p := h.override(req)
	if p != nil {
		if p.Key == "kind" {
			p.Key = "ref"
		}
		return h.refuseControl(c, "show", p, func(control *views.ScreenControl) { control.Minutes = c.FormValue("minutes") })
	}
	device, err := h.showNow(c, param(c, "device_id"), override, title)
	if err != nil {
		return err
	}
	return h.controlled(c, device, "show", "It shows “"+title+"” as soon as it asks.")
}

func (h *Handler) formEndShow(c echo.Context) error {
	device, err := h.endShow(c, param(c, "device_id"))
	if err != nil {
		return err
	}
	return h.controlled(c, device, "show", "It goes on with its playlist.")
}

// localForm is how a browser sends a date and time.
const localForm = "2006-01-02T15:04"

// localTime reads a date and time on the clock of a zone; "" is the zero time.
func localTime(text string, zone *time.Location) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	return time.ParseInLocation(localForm, text[:min(len(text), len(localForm))], zone)
}

// messageForm reads a message from a form.
func (h *Handler) messageForm(c echo.Context, device store.Device) (messageOrder, *problem.Problem) {
	req := messageOrder{Text: c.FormValue("text")}
	if c.FormValue("quiet") == "true" {
		req.Priority = -1
	}
	var err error
	if req.Expires, err = localTime(c.FormValue("expires"), h.db.Settings().Zone(device)); err != nil {
		return req, wrong("expires", "Choose a date and a time, or leave both empty.")
	}
	return req, req.check(h.now())
}

func (h *Handler) formMessage(c echo.Context) error {
	device, err := h.device(c)
	if err != nil {
		return err
	}
	req, p := h.messageForm(c, device)
	if p == nil {
		device, _, err = h.leaveMessage(c, device.ID, req)
		if !errors.As(err, &p) && err != nil {
			return err
		}
	}
	if p != nil {
		if p.Key == "" {
			p = wrong("text", p.Detail)
		}
		return h.refuseControl(c, "message", p, func(control *views.ScreenControl) {
			control.Text, control.Quiet, control.Expires = c.FormValue("text"), req.Priority < 0, c.FormValue("expires")
		})
	}
	return h.controlled(c, device, "message", "The message is on its way.")
}

func (h *Handler) formRemoveMessage(c echo.Context) error {
	device, err := h.removeMessage(c, param(c, "device_id"), c.FormValue("message"))
	if err != nil {
		return err
	}
	return h.controlled(c, device, "message", "The message is removed.")
}

// awayForm reads an absence from a form.
func (h *Handler) awayForm(c echo.Context, zone *time.Location) (schedule.Away, *problem.Problem) {
	until, err := localTime(c.FormValue("until"), zone)
	if err != nil {
		return schedule.Away{}, wrong("until", "Choose a date and a time, or leave both empty.")
	}
	return awayOrder{Until: until, Screen: c.FormValue("screen")}.away(h.now())
}

func (h *Handler) formAway(c echo.Context) error {
	device, err := h.device(c)
	if err != nil {
		return err
	}
	away, p := h.awayForm(c, h.db.Settings().Zone(device))
	if p != nil {
		return h.refuseControl(c, "away", p, func(control *views.ScreenControl) {
			control.AwayUntil, control.AwayScreen = c.FormValue("until"), c.FormValue("screen")
		})
	}
	if device, err = h.setAway(c, device.ID, away); err != nil {
		return err
	}
	return h.controlled(c, device, "away", "Noted: away.")
}

func (h *Handler) formEndAway(c echo.Context) error {
	device, err := h.setAway(c, param(c, "device_id"), schedule.Away{})
	if err != nil {
		return err
	}
	return h.controlled(c, device, "away", "Welcome back.")
}

// stepForm turns a playlist as a button of a page says.
func (h *Handler) stepForm(c echo.Context) (store.Device, error) {
	device, err := h.device(c)
	if err != nil {
		return device, err
	}
	what := c.FormValue("do")
	if !doesSomething(what) {
		return device, problem.New(http.StatusUnprocessableEntity, "unknown_button", "There is no such button.")
	}
	return h.turn(c, device, what)
}

func (h *Handler) formStep(c echo.Context) error {
	device, err := h.stepForm(c)
	if err != nil {
		return err
	}
	if c.Request().Header.Get("HX-Request") != "" {
		return c.NoContent(http.StatusNoContent) // the page changes through the event stream
	}
	return done(c, deviceURL(device.ID, "#on-screen"), "Turned. The panel follows as soon as it asks.")
}

// formButtons sets what the presses and cards of a device do; a card that does nothing is forgotten.
func (h *Handler) formButtons(c echo.Context) error {
	values, err := c.FormParams()
	if err != nil {
		return problem.TooLarge
	}
	buttons, bad := readButtons(values)
	if bad != "" {
		return h.refuseControl(c, "buttons", wrong("card", "A card’s number has 2 to 32 hexadecimal digits, such as 04A219BB."),
			func(control *views.ScreenControl) { control.Card = bad })
	}
	device, err := h.db.UpdateDevice(param(c, "device_id"), func(device *store.Device) error {
		device.Buttons = buttons
		return nil
	})
	if err != nil {
		return unknownDevice(err)
	}
	if err := h.audit(c, device.ID, "set what its button and cards do"); err != nil {
		return err
	}
	return h.controlled(c, device, "buttons", "Saved.")
}

// readButtons reads the form of what presses and cards do, and the first card whose number is none.
func readButtons(values url.Values) (buttons store.Buttons, bad string) {
	action := func(text string) string {
		if doesSomething(text) {
			return text
		}
		return ""
	}
	buttons = store.Buttons{Short: action(values.Get("short")), Long: action(values.Get("long")), Double: action(values.Get("double"))}
	cards, actions := values["card"], values["action"]
	for i := range min(len(cards), len(actions), maxCards) {
		uid := cardUID(cards[i])
		if uid == "" && strings.TrimSpace(cards[i]) != "" {
			return buttons, cards[i]
		}
		if uid != "" && action(actions[i]) != "" {
			if buttons.Cards == nil {
				buttons.Cards = map[string]string{}
			}
			buttons.Cards[uid] = actions[i]
		}
	}
	return buttons, ""
}
