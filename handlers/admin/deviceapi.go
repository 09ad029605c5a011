package admin

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"personalcms/content/schedule"
	"personalcms/handlers/problem"
	"personalcms/ota"
	"personalcms/render"
	"personalcms/store"

	"github.com/labstack/echo/v4"
)

// deviceInfo is one device as scripts read it (PROTOCOL §3).
type deviceInfo struct {
	DeviceID        string             `json:"device_id"`
	Name            string             `json:"name"`
	Nickname        string             `json:"nickname"`
	Status          string             `json:"status"`
	Online          bool               `json:"online"`
	DeviceType      string             `json:"device_type"`
	Chip            string             `json:"chip"`
	FirmwareVersion string             `json:"firmware_version"`
	RunningKey      string             `json:"running_key"`
	AssignedKey     string             `json:"assigned_key"`
	ForcedKey       string             `json:"forced_key"`
	UpdateReason    string             `json:"update_reason"`
	UpdateMessage   string             `json:"update_message"`
	LastSeen        *time.Time         `json:"last_seen"`
	Registered      time.Time          `json:"registered"`
	WithoutToken    bool               `json:"without_token"`
	Groups          []string           `json:"groups"`
	TimeZone        string             `json:"timezone"`
	Window          *ota.Window        `json:"window"` // null = as the household
	Panel           render.Panel       `json:"panel"`
	Pictures        []string           `json:"pictures"`
	Playlist        string             `json:"playlist"`
	Mirror          string             `json:"mirror"`
	Preferences     store.Preferences  `json:"preferences"`
	BatteryPercent  *float64           `json:"battery_percent"`
	WiFiRSSI        *int               `json:"wifi_rssi"`
	Readings        map[string]float64 `json:"readings"` // the newest of each sensor
}

func (h *Handler) infoOf(device store.Device) deviceInfo {
	status, now := h.db.Status(device.ID), h.now()
	info := deviceInfo{
		DeviceID: device.ID, Name: device.Title(), Nickname: device.Nickname, Status: "pending", Online: h.online(status, now),
		DeviceType: device.DeviceType, Chip: device.Chip, FirmwareVersion: device.FirmwareVersion, RunningKey: device.RunningKey,
		AssignedKey: device.AssignedKey, ForcedKey: device.ForcedKey, UpdateReason: device.UpdateReason, UpdateMessage: device.UpdateMessage,
		Registered: device.Registered, WithoutToken: device.WithoutToken, Groups: notNil(device.Groups), TimeZone: device.TimeZone,
		Window: device.Window, Panel: device.Panel, Pictures: notNil(device.Pictures), Playlist: device.Playlist, Mirror: device.Mirror,
		Preferences: device.Preferences, Readings: map[string]float64{},
	}
	if device.Approved {
		info.Status = "approved"
	}
	if !status.LastSeen.IsZero() {
		seen := status.LastSeen.UTC()
		info.LastSeen = &seen
	}
	if status.HasBattery {
		info.BatteryPercent = &status.BatteryPercent
	}
	if status.WiFiRSSI != 0 {
		info.WiFiRSSI = &status.WiFiRSSI
	}
	for name, reading := range status.Latest {
		info.Readings[name] = reading.Value
	}
	return info
}

// v1Devices lists all devices as scripts of the old system read them.
func (h *Handler) v1Devices(c echo.Context) error {
	devices := []deviceInfo{}
	for _, device := range h.db.Devices() {
		devices = append(devices, h.infoOf(device))
	}
	return c.JSON(http.StatusOK, map[string]any{"success": true, "devices": devices, "total": len(devices)})
}

func (h *Handler) v1Device(c echo.Context) error {
	device, err := h.device(c)
	if err != nil {
		return v1(err)
	}
	return c.JSON(http.StatusOK, map[string]any{"success": true, "device": h.infoOf(device)})
}

func (h *Handler) apiDeleteDevice(c echo.Context) error {
	device, err := h.device(c)
	if err != nil {
		return v1(err)
	}
	if err := h.deleteDevice(c, device); err != nil {
		return v1(err)
	}
	return c.JSON(http.StatusOK, map[string]any{"success": true, "message": "Device deleted"})
}

// v1Unlink takes a device's approval and token away; what it measured stays. It can enrol again.
func (h *Handler) v1Unlink(c echo.Context) error {
	device, err := h.db.UpdateDevice(param(c, "device_id"), func(device *store.Device) error {
		device.Approved, device.WithoutToken, device.TokenHash = false, false, ""
		return nil
	})
	if err != nil {
		return v1(unknownDevice(err))
	}
	if err := h.audit(c, device.ID, "unlinked "+device.Title()); err != nil {
		return err
	}
	return c.JSON(http.StatusOK, map[string]any{"success": true, "message": "Device unlinked"})
}

const (
	usualPage = 100
	maxPage   = 1000
)

// apiDevices lists devices in the order of their ids, page by page.
func (h *Handler) apiDevices(c echo.Context) error {
	limit, err := intParam(c, "limit", usualPage, 1, maxPage)
	if err != nil {
		return err
	}
	filter, err := filterParams(c)
	if err != nil {
		return err
	}
	wanted, words, now := c.QueryParam("status"), strings.ToLower(c.QueryParam("q")), h.now()
	devices, next := []deviceInfo{}, ""
	for _, device := range h.db.Devices() {
		if device.ID <= c.QueryParam("cursor") || !filter.Matches(h.fleet.Board(device, now), now) {
			continue
		}
		info := h.infoOf(device)
		if wanted != "" && info.Status != wanted || !strings.Contains(strings.ToLower(info.Name+" "+info.DeviceID+" "+info.DeviceType), words) {
			continue
		}
		if len(devices) == limit {
			next = devices[limit-1].DeviceID
			break
		}
		devices = append(devices, info)
	}
	return c.JSON(http.StatusOK, map[string]any{"devices": devices, "next_cursor": next})
}

// filterParams reads which devices are meant: type, version, group, chip, and hours since they were heard of.
func filterParams(c echo.Context) (ota.Filter, error) {
	var filter ota.Filter
	for name, into := range map[string]*[]string{
		"type": &filter.DeviceTypes, "version": &filter.Versions, "group": &filter.Groups, "chip": &filter.Chips,
	} {
		if value := c.QueryParam(name); value != "" {
			*into = []string{value}
		}
	}
	var err error
	if filter.SeenWithin, err = intParam(c, "seen_within", 0, 1, ota.MaxHours); err == nil {
		filter.NotSeenFor, err = intParam(c, "not_seen_for", 0, 1, ota.MaxHours)
	}
	return filter, err
}

func intParam(c echo.Context, name string, usual, low, high int) (int, error) {
	text := c.QueryParam(name)
	if text == "" {
		return usual, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < low || n > high {
		p := problem.New(http.StatusBadRequest, "bad_value", "“"+name+"” is a whole number from "+strconv.Itoa(low)+" to "+strconv.Itoa(high)+".")
		p.Key = name
		return 0, p
	}
	return n, nil
}

func (h *Handler) apiDevice(c echo.Context) error {
	device, err := h.device(c)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, h.infoOf(device))
}

func (h *Handler) apiApprove(c echo.Context) error {
	var req struct {
		WithoutToken bool `json:"without_token"`
	}
	if c.Request().ContentLength != 0 {
		if err := decode(c, &req); err != nil {
			return err
		}
	}
	device, err := h.approve(c, param(c, "device_id"), req.WithoutToken)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, h.infoOf(device))
}

func (h *Handler) apiReenrol(c echo.Context) error {
	device, err := h.allowReenrolment(c, param(c, "device_id"))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, map[string]any{"until": device.ReenrolUntil.UTC()})
}

// devicePatch is what a script may set of a device.
type devicePatch struct {
	deviceChange
	Panel       *render.Panel      `json:"panel"`
	Preferences *store.Preferences `json:"preferences"`
	Playlist    *string            `json:"playlist"`
	Mirror      *string            `json:"mirror"`
	Pictures    *[]string          `json:"pictures"`
	Window      json.RawMessage    `json:"window"` // null = as the household
}

func (h *Handler) apiPatchDevice(c echo.Context) error {
	var req devicePatch
	if err := decode(c, &req); err != nil {
		return err
	}
	problems := req.problems()
	completePanel(req.Panel)
	if req.Panel != nil && !req.Panel.Valid() {
		problems["panel"] = "A panel is 64 to 2000 pixels wide and high and has 2 to 7 colours; its palette is bw, gray4, bwr, bwy or 7color."
	}
	for _, field := range []string{"name", "nickname", "groups", "timezone", "panel"} {
		if sentence := problems[field]; sentence != "" {
			return wrong(field, sentence)
		}
	}
	var window *ota.Window
	if req.Window != nil {
		var err error
		if window, err = parseWindow(req.Window); err != nil {
			return err
		}
	}
	device, err := h.device(c)
	if err != nil {
		return err
	}
	if p := h.assignmentProblem(device.ID, req.Playlist, req.Mirror); p != nil {
		return p
	}
	if req.Pictures != nil { // first, for it alone can still be refused
		if _, err := h.db.AssignPictures(device.ID, *req.Pictures); errors.Is(err, store.ErrNotFound) {
			p := problem.New(http.StatusBadRequest, "bad_value", "“pictures” names a picture that is not here.")
			p.Key = "pictures"
			return p
		} else if err != nil {
			return err
		}
	}
	device, err = h.db.UpdateDevice(device.ID, func(device *store.Device) error {
		h.patch(device, req)
		if req.Window != nil {
			device.Window = window
		}
		return nil
	})
	if err != nil {
		return unknownDevice(err)
	}
	if err := h.audit(c, device.ID, "changed its settings"); err != nil {
		return err
	}
	return c.JSON(http.StatusOK, h.infoOf(device))
}

func (h *Handler) patch(device *store.Device, req devicePatch) {
	req.apply(device)
	if req.Panel != nil {
		device.Panel = *req.Panel
		device.Own("panel")
	}
	assign(device, req.Playlist, req.Mirror)
	if req.Preferences != nil {
		device.Preferences = h.preferences(*req.Preferences)
		device.Own("preferences")
	}
}

// known are the names that a category has.
func (h *Handler) known(category string, names []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return !h.library.Known(category, name) })
}

// preferences leaves out of what a script wants all that is not there.
func (h *Handler) preferences(wanted store.Preferences) store.Preferences {
	preferences := store.Preferences{Layout: wanted.Layout}
	for _, category := range h.library.Categories() {
		preferences.Choose(category.Name, h.known(category.Name, wanted.Chosen(category.Name)))
	}
	if _, ok := h.titleOf(schedule.KindLayout, wanted.Layout); !ok {
		preferences.Layout = ""
	}
	if wanted.RefreshSeconds >= leastRefresh && wanted.RefreshSeconds <= mostRefresh {
		preferences.RefreshSeconds = wanted.RefreshSeconds
	}
	return preferences
}

// Bounds of how often a panel asks for its screen, in seconds.
const (
	leastRefresh = 60
	mostRefresh  = 604800
)
