package device

import (
	"fmt"
	"net/http"
	"slices"
	"time"
	"unicode/utf8"

	"personalcms/store"

	"github.com/labstack/echo/v4"
)

const (
	maxEntries = 100
	maxMessage = 500 // characters
)

// deviceLog keeps what a device has to tell.
func (h *Handler) deviceLog(c echo.Context) error {
	var req struct {
		Entries []struct {
			Time    string `json:"time"`
			Level   string `json:"level"`
			Message string `json:"message"`
		} `json:"entries"`
	}
	if err := decode(c, &req); err != nil {
		return err
	}
	if len(req.Entries) > maxEntries {
		return badRequest("too_many_entries", fmt.Sprintf("At most %d entries can be sent at once.", maxEntries))
	}
	entries := make([]store.Entry, 0, len(req.Entries))
	for i, sent := range req.Entries {
		entry := store.Entry{Kind: store.LogDevice, Level: sent.Level, Message: sent.Message, Time: h.now()}
		if !slices.Contains([]string{"error", "warn", "info"}, sent.Level) {
			return wrongType(fmt.Sprintf("entries[%d].level", i), "error, warn or info")
		}
		if n := utf8.RuneCountInString(sent.Message); n == 0 || n > maxMessage {
			return wrongType(fmt.Sprintf("entries[%d].message", i), fmt.Sprintf("1 to %d characters", maxMessage))
		}
		if sent.Time != "" {
			at, err := time.Parse(time.RFC3339, sent.Time)
			if err != nil {
				return wrongType(fmt.Sprintf("entries[%d].time", i), "an RFC 3339 time")
			}
			if at.Year() >= 2020 && at.Before(h.now().Add(time.Hour)) {
				entry.Time = at.UTC()
			}
		}
		entries = append(entries, entry)
	}
	device, err := h.known(c)
	if err != nil {
		return err
	}
	for i := range entries {
		entries[i].DeviceID = device.ID
	}
	h.seen(c, device.ID, nil)
	if err := h.db.AddLog(entries...); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// debug answers the diagnostic keys of firmware 2.4.x, with the real host.
func (h *Handler) debug(c echo.Context) error {
	device, err := h.known(c)
	if err != nil {
		return err
	}
	base := h.access.BaseURL(c.Request())
	current := h.screens.Current(device, base, h.now())
	return c.JSON(http.StatusOK, map[string]any{
		"success": true, "status": "success", "device_id": device.ID, "device_found": true, "device_name": device.Title(),
		"device_type": device.DeviceType, "device_status": statusWord(device), "server_url": base, "server_time": h.now().UTC(),
		"dashboard_url":   base + h.dashboardURL(device.ID, "current", current.ETag),
		"fallback_url":    base + h.dashboardURL(device.ID, "fallback", current.ETag),
		"content_url":     base + "/api/devices/" + device.ID + "/content",
		"heartbeat_url":   base + "/api/devices/" + device.ID + "/heartbeat",
		"sensor_data_url": base + "/api/devices/" + device.ID + "/sensor-data",
		"ota_check_url":   base + "/api/ota/check/" + device.ID,
		"assigned_images": len(device.Pictures), "dashboard_exists": true, "dashboard_size": 62 + current.Height*((current.Width+31)/32*4),
	})
}
