package admin

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

// apiAttempts lists what a device has tried to install, oldest first.
func (h *Handler) apiAttempts(c echo.Context) error {
	device, err := h.device(c)
	if err != nil {
		return err
	}
	attempts, err := h.db.Attempts(device.ID)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, map[string]any{"attempts": notNil(attempts)})
}

// apiImageAttempts lists the newest attempts of all devices to install an image, newest first.
func (h *Handler) apiImageAttempts(c echo.Context) error {
	limit, err := intParam(c, "limit", usualPage, 1, maxPage)
	if err != nil {
		return err
	}
	firmware, err := h.db.Firmware(param(c, "firmware_key"))
	if err != nil {
		return unknownFirmware(err)
	}
	attempts, err := h.db.AttemptsWith(firmware.Key, limit)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, map[string]any{"attempts": notNil(attempts)})
}
