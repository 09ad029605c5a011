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
