package admin

import (
	"fmt"
	"strings"

	"personalcms/store"
	"personalcms/views"

	"github.com/labstack/echo/v4"
	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
)

// door is the way to a device's page for phones, as a QR code too.
func (h *Handler) door(c echo.Context, device store.Device) views.Door {
	door := views.Door{URL: h.access.BaseURL(c.Request()) + mobileURL(device.ID, "")}
	matrix, err := qrcode.NewQRCodeWriter().Encode(door.URL, gozxing.BarcodeFormat_QR_CODE, 0, 0, nil)
	if err != nil { // an address too long for any code: the link does it
		return door
	}
	door.Size, door.Path = matrix.GetWidth(), modules(matrix)
	return door
}

// modules is the outline of the dark modules of a QR code, each row's runs as rectangles.
func modules(matrix *gozxing.BitMatrix) string {
	var path strings.Builder
	for y := range matrix.GetHeight() {
		for x := 0; x < matrix.GetWidth(); x++ {
			run := 0
			for x+run < matrix.GetWidth() && matrix.Get(x+run, y) {
				run++
			}
			if run > 0 {
				fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", x, y, run, run)
				x += run
			}
		}
	}
	return path.String()
}
