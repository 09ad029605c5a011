package admin

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"personalcms/handlers/problem"
	"personalcms/handlers/screen"
	"personalcms/ota"
	"personalcms/store"
	"personalcms/views"

	"github.com/labstack/echo/v4"
)

// overviewView shows all devices with one of the components that take them: the first page, or a part
// of it.
func (h *Handler) overviewView(view viewOf[views.Overview]) echo.HandlerFunc {
	return func(c echo.Context) error {
		model, err := h.overviewModel(c)
		if err != nil {
			return err
		}
		return show(c, http.StatusOK, view(model))
	}
}

func (h *Handler) partialBadge(c echo.Context) error {
	return show(c, http.StatusOK, views.Badge(len(h.db.Refused())))
}

func (h *Handler) partialTile(c echo.Context) error {
	device, err := h.device(c)
	if err != nil {
		return err
	}
	tile, err := h.tile(device, h.now())
	if err != nil {
		return err
	}
	return show(c, http.StatusOK, views.DeviceTile(tile))
}

// device is the device in the address.
func (h *Handler) device(c echo.Context) (store.Device, error) {
	device, err := h.db.Device(param(c, "device_id"))
	if errors.Is(err, store.ErrNotFound) {
		return device, problem.UnknownDevice
	}
	return device, err
}

func param(c echo.Context, name string) string {
	value := c.Param(name)
	if decoded, err := url.PathUnescape(value); err == nil {
		return decoded
	}
	return value
}

func (h *Handler) overviewModel(c echo.Context) (views.Overview, error) {
	now := h.now()
	model := views.Overview{Page: h.page(c, "Devices", "devices", eventsURL(c)), Server: h.access.BaseURL(c.Request())}
	devices := h.db.Devices()
	slices.SortStableFunc(devices, func(a, b store.Device) int {
		if a.Approved != b.Approved {
			if b.Approved {
				return -1
			}
			return 1
		}
		return cmp.Or(strings.Compare(strings.ToLower(a.Title()), strings.ToLower(b.Title())), strings.Compare(a.ID, b.ID))
	})
	online, pending, updating := 0, 0, 0
	for _, device := range devices {
		tile, err := h.tile(device, now)
		if err != nil {
			return model, err
		}
		model.Tiles = append(model.Tiles, tile)
		model.Banners = append(model.Banners, h.banners(device, tile, now)...)
		switch {
		case tile.Pending:
			pending++
		case tile.Online:
			online++
		}
		if tile.Progress != nil {
			updating++
		}
	}
	refused := len(h.db.Refused())
	model.Stats = []views.Stat{
		{Value: fmt.Sprintf("%d of %d", online, len(devices)-pending), Label: "devices online"},
		{Value: fmt.Sprint(pending), Label: waitingWords(pending), Warm: pending > 0},
		{Value: fmt.Sprint(updating), Label: "updating now", URL: "/ota-management"},
		{Value: fmt.Sprint(refused), Label: refusedWords(refused), URL: "/refused", Warm: refused > 0},
	}
	return model, nil
}

func waitingWords(n int) string {
	if n == 1 {
		return "waits for your approval"
	}
	return "wait for your approval"
}

func refusedWords(n int) string {
	if n == 1 {
		return "kind of request refused"
	}
	return "kinds of requests refused"
}

// banners are the problems of one device.
func (h *Handler) banners(device store.Device, tile views.Tile, now time.Time) []views.Banner {
	var banners []views.Banner
	see := views.Action{Label: "See why", URL: "/devices/" + url.PathEscape(device.ID)}
	status := h.db.Status(device.ID)
	if device.Approved && !tile.Online && !status.LastSeen.IsZero() {
		text := fmt.Sprintf("%s has been silent for %s.", device.Title(), span(now.Sub(status.LastSeen)))
		if status.WiFiRSSI != 0 {
			text += fmt.Sprintf(" Last Wi-Fi %s dBm.", whole(float64(status.WiFiRSSI)))
		}
		banners = append(banners, views.Banner{Text: text, Action: see})
	}
	for _, warning := range h.warnings(device, status) {
		see.Label = "Mend it"
		banners = append(banners, views.Banner{Text: device.Title() + ": " + warning, Action: see})
	}
	return banners
}

// warnings are what needs a person at one device, in words.
func (h *Handler) warnings(device store.Device, status store.Status) []string {
	var warnings []string
	if twoBoards(device, status) {
		warnings = append(warnings, fmt.Sprintf("two boards speak under this id, from %s and %s.",
			status.Duplicate.Addresses[0], status.Duplicate.Addresses[1]))
	}
	if !device.ReenrolAsked.IsZero() {
		warnings = append(warnings, "it asks for a new token and waits for you to allow it.")
	}
	if device.UpdateReason == ota.ReasonGivenUp {
		warnings = append(warnings, lowerFirst(device.UpdateMessage))
	}
	return warnings
}

func twoBoards(device store.Device, status store.Status) bool {
	return status.Duplicate != nil && status.Duplicate.Last.After(device.DuplicateClears)
}

func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

func (h *Handler) online(status store.Status, now time.Time) bool {
	return now.Sub(status.LastSeen) <= time.Duration(h.db.Settings().ActiveTimeout)*time.Second
}

func (h *Handler) seen(status store.Status, now time.Time) string {
	switch {
	case status.LastSeen.IsZero():
		return "never seen"
	case h.online(status, now):
		return "online"
	}
	return "silent " + ago(status.LastSeen, now)
}

func (h *Handler) tile(device store.Device, now time.Time) (views.Tile, error) {
	status := h.db.Status(device.ID)
	tile := views.Tile{
		ID: device.ID, Title: device.Title(), Screen: h.screenOf(device), Online: h.online(status, now), Seen: h.seen(status, now),
		Pending: !device.Approved, Code: device.Code, Legacy: device.Legacy(),
	}
	tile.Facts = facts(status)
	update, err := h.deviceUpdate(device)
	if err != nil {
		return tile, err
	}
	tile.Progress = update.Progress
	if update.Running != "" {
		tile.Firmware = append(tile.Firmware, strings.TrimSpace(update.Running+" "+update.Confirmed))
	}
	if !update.Settled && update.Decision != "" && device.UpdateReason != ota.ReasonGivenUp { // that is a warning already
		tile.Firmware = append(tile.Firmware, update.Decision)
	}
	if warnings := h.warnings(device, status); len(warnings) > 0 {
		tile.Warning = views.UpperFirst(warnings[0])
	}
	return tile, nil
}

func facts(status store.Status) []string {
	var words []string
	temperature, warm := status.Latest["temperature"]
	humidity, damp := status.Latest["humidity"]
	switch {
	case warm && damp:
		words = append(words, decimal(temperature.Value)+" °C · "+whole(humidity.Value)+" %")
	case warm:
		words = append(words, decimal(temperature.Value)+" °C")
	case damp:
		words = append(words, whole(humidity.Value)+" %")
	}
	if status.WiFiRSSI != 0 {
		words = append(words, whole(float64(status.WiFiRSSI))+" dBm")
	}
	if battery, ok := status.Latest["battery_voltage"]; ok {
		words = append(words, fmt.Sprintf("%.2f V", battery.Value))
	}
	return words
}

// screenOf is what a panel shows, as its device got it last.
func (h *Handler) screenOf(device store.Device) views.Screen {
	panel := screen.PanelOf(device)
	shown := views.Screen{Width: panel.Width, Height: panel.Height, Alt: "Screen of " + device.Title()}
	drawn, err := h.db.Drawn(device.ID)
	if err != nil {
		return shown
	}
	zone := h.db.Settings().Zone(device)
	shown.URL = "/devices/" + url.PathEscape(device.ID) + "/screen.png?v=" + drawn.ETag
	shown.Width, shown.Height = drawn.Width, drawn.Height
	shown.Caption = drawn.Name + ", drawn " + when(drawn.At, h.now(), zone)
	return shown
}

// deviceScreen is the exact picture of a device's panel.
func (h *Handler) deviceScreen(c echo.Context) error {
	device, err := h.device(c)
	if err != nil {
		return err
	}
	drawn, err := h.db.Drawn(device.ID)
	if errors.Is(err, store.ErrNotFound) {
		return problem.NotFound
	}
	if err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "private, no-cache")
	return sendPNG(c, screen.Bitmap(drawn))
}
