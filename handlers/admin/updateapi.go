package admin

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
)

// updateInfo is what a device should run and why it does or does not get it, as scripts read it.
type updateInfo struct {
	DeviceID   string     `json:"device_id"`
	RunningKey string     `json:"running_key"`
	WantedKey  string     `json:"wanted_key"` // "" = nothing
	WantedBy   string     `json:"wanted_by"`  // pin, forced, rollout, group or type
	Rollout    string     `json:"rollout,omitempty"`
	Offered    bool       `json:"offered"` // with its next check
	Reason     string     `json:"reason"`
	Message    string     `json:"message"`
	Until      *time.Time `json:"until"` // when what it waits for ends by itself
}

// apiUpdate says why a device gets an update now or does not, as its page does.
func (h *Handler) apiUpdate(c echo.Context) error {
	device, err := h.device(c)
	if err != nil {
		return err
	}
	d, err := h.decide(device)
	if err != nil {
		return err
	}
	decision := d.decision
	info := updateInfo{
		DeviceID: device.ID, RunningKey: device.RunningKey, WantedBy: decision.Wish, Rollout: decision.Rollout,
		Offered: decision.Offer != nil, Reason: decision.Reason, Message: decision.Message,
	}
	if decision.Wanted != nil {
		info.WantedKey = decision.Wanted.Key
	}
	if !decision.Until.IsZero() {
		until := decision.Until.UTC()
		info.Until = &until
	}
	return c.JSON(http.StatusOK, info)
}

// apiRetry forgives what a device failed at and ends its cool-down.
func (h *Handler) apiRetry(c echo.Context) error {
	device, err := h.retry(c, param(c, "device_id"))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, h.infoOf(device))
}

// assigned is who should run an image, in the words that assign it.
type assigned struct {
	DeviceID    string `json:"device_id,omitempty"`
	Group       string `json:"group,omitempty"`
	DeviceType  string `json:"device_type,omitempty"`
	Once        bool   `json:"once,omitempty"`     // of a device: forced
	Rollback    bool   `json:"rollback,omitempty"` // also where a newer version runs
	FirmwareKey string `json:"firmware_key"`
}

// apiAssignments lists who should run what: types, groups, then devices.
func (h *Handler) apiAssignments(c echo.Context) error {
	assignments, err := h.db.Assignments()
	if err != nil {
		return err
	}
	all := []assigned{}
	for _, a := range assignments {
		all = append(all, assigned{Group: a.Group, DeviceType: a.DeviceType, Rollback: a.Rollback, FirmwareKey: a.FirmwareKey})
	}
	for _, device := range h.db.Devices() {
		if device.AssignedKey != "" {
			all = append(all, assigned{DeviceID: device.ID, FirmwareKey: device.AssignedKey})
		}
		if device.ForcedKey != "" {
			all = append(all, assigned{DeviceID: device.ID, Once: true, FirmwareKey: device.ForcedKey})
		}
	}
	return c.JSON(http.StatusOK, map[string]any{"assignments": all})
}
