package admin

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"

	"personalcms/handlers/problem"
	"personalcms/ota"
	"personalcms/store"
	"personalcms/views"

	"github.com/labstack/echo/v4"
)

// How a form says when something may be installed.
const (
	windowHousehold = "household" // of a device: as the household
	windowAlways    = "always"
	windowHours     = "hours"
)

// windowWords are a window as a person writes it.
func windowWords(window ota.Window) string {
	if window.Always() {
		return "at any time"
	}
	words := window.From + "–" + window.To
	if len(window.Days) > 0 {
		words += " on " + daysWords(window.Days)
	}
	return words
}

// daysWords name days in the order of the week: "Sat and Sun".
func daysWords(days []string) string {
	var names []string
	for _, day := range weekdayNames {
		if slices.Contains(days, day.Value) {
			names = append(names, day.Label)
		}
	}
	return list(names)
}

// windowForm is a window in a form; usual is what it is filled with where there are no hours.
func windowForm(window ota.Window, usual ota.Window) views.UpdateWindow {
	form := views.UpdateWindow{Choice: windowHours, From: window.From, To: window.To, Days: window.Days, Weekdays: weekdayNames}
	if window.Always() {
		form.Choice, form.From, form.To = windowAlways, usual.From, usual.To
	}
	if form.From == "" {
		form.From, form.To = "02:00", "04:00"
	}
	return form
}

// deviceWindow is when a device may install something, in its form.
func deviceWindow(device store.Device, settings store.Settings) views.UpdateWindow {
	form := windowForm(settings.Window(device), settings.Updates.Window)
	if device.Window == nil {
		form.Choice, form.Days = windowHousehold, nil
	}
	form.Household = windowWords(settings.Updates.Window)
	return form
}

// chosenWindow is the window that a form chooses, nil = as the household.
func chosenWindow(c echo.Context) (*ota.Window, error) {
	values, err := c.FormParams()
	if err != nil {
		return nil, problem.TooLarge
	}
	switch values.Get("window") {
	case windowHousehold:
		return nil, nil
	case windowAlways:
		return &ota.Window{}, nil
	case windowHours:
		window := ota.Window{From: strings.TrimSpace(values.Get("from")), To: strings.TrimSpace(values.Get("to")), Days: values["days"]}
		if window.Always() {
			return nil, ota.ErrBadWindow
		}
		return tidyWindow(window)
	}
	return nil, ota.ErrBadWindow
}

// tidyWindow is a window with its days in order, each once, and none where all are meant; ErrBadWindow if it cannot be so.
func tidyWindow(window ota.Window) (*ota.Window, error) {
	if err := window.Check(); err != nil {
		return nil, err
	}
	var days []string
	for _, day := range weekdayNames {
		if slices.Contains(window.Days, day.Value) {
			days = append(days, day.Value)
		}
	}
	if len(days) == len(weekdayNames) || window.Always() {
		days = nil
	}
	window.Days = days
	return &window, nil
}

// windowSentence says what a window needs, for a person.
const windowSentence = "Choose two different times, such as 02:00 and 04:00, and days from Monday to Sunday."

// typedWindow puts what was typed into the form again.
func typedWindow(form *views.UpdateWindow, c echo.Context) {
	values := c.Request().Form
	form.Choice, form.From, form.To, form.Days = values.Get("window"), values.Get("from"), values.Get("to"), values["days"]
	form.Error = windowSentence
}

// formWindow sets when a device may install something.
func (h *Handler) formWindow(c echo.Context) error {
	window, wrong := chosenWindow(c)
	if wrong != nil && !errors.Is(wrong, ota.ErrBadWindow) {
		return wrong
	}
	if wrong != nil {
		return h.refuseWindow(c)
	}
	device, err := h.db.UpdateDevice(param(c, "device_id"), func(device *store.Device) error {
		device.Window = window
		return nil
	})
	if err != nil {
		return unknownDevice(err)
	}
	words := "as the household"
	if window != nil {
		words = windowWords(*window)
	}
	if err := h.audit(c, device.ID, "lets it install updates "+words); err != nil {
		return err
	}
	return h.savedForm(c, device, "window", views.DeviceWindow)
}

// refuseWindow shows the form again with what was typed.
func (h *Handler) refuseWindow(c echo.Context) error {
	device, err := h.device(c)
	if err != nil {
		return err
	}
	model, err := h.deviceModel(c, device)
	if err != nil {
		return err
	}
	typedWindow(&model.Firmware.Window, c)
	if c.Request().Header.Get("HX-Request") != "" {
		return show(c, http.StatusUnprocessableEntity, views.DeviceWindow(model))
	}
	return show(c, http.StatusUnprocessableEntity, views.DevicePage(model))
}

// parseWindow reads a window of a script: null = as the household.
func parseWindow(raw json.RawMessage) (*ota.Window, error) {
	var window *ota.Window
	if err := json.Unmarshal(raw, &window); err != nil {
		return nil, wrong("window", "“window” is an object of “from”, “to” and “days”, or null.")
	}
	if window == nil {
		return nil, nil
	}
	tidy, err := tidyWindow(*window)
	if err != nil {
		return nil, wrong("window", views.UpperFirst(err.Error())+".")
	}
	return tidy, nil
}
