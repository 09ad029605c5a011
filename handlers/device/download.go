package device

import (
	"bytes"
	"errors"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"personalcms/handlers/access"
	"personalcms/handlers/problem"

	"github.com/labstack/echo/v4"
)

var notAllowed = problem.New(http.StatusUnauthorized, "download_not_allowed",
	"This download needs the address from a fresh offer, the device’s token, the OTA user and password, or an API key.")

var badRange = problem.New(http.StatusRequestedRangeNotSatisfiable, "bad_range",
	"The image is not as long as the range begins. Fetch it from its beginning.")

// otaDownload sends an image or a patch for it, whole or from where a broken download ended. Every download takes a
// place and is counted in the limits, also a person's or a script's: it fills the same line.
func (h *Handler) otaDownload(c echo.Context) error {
	key, request := param(c, "firmware_key"), c.Request()
	deviceID, attemptID, ok := h.mayDownload(c, key)
	if !ok {
		return notAllowed
	}
	file, err := h.fileOf(key, c.QueryParams())
	if err != nil {
		return err
	}
	if file.with(request.Header) {
		c.Response().Header().Set("ETag", file.etag())
		return c.NoContent(http.StatusNotModified)
	}
	sent := &sentBytes{ResponseWriter: c.Response().Writer, ctx: request.Context(), size: file.size}
	if request.Method == http.MethodGet {
		if sent.place = h.downloads.take(lineOf(deviceID, access.Address(c))); sent.place == nil {
			return noPlace()
		}
		defer sent.place.leave()
		sent.progress = h.progressOf(sent.place, file, deviceID, attemptID)
	}
	data, err := h.db.Blob(file.sum)
	if err != nil {
		return err
	}
	file.describe(c.Response().Header())
	oneRange(request.Header)
	http.ServeContent(sent, request, "", time.Time{}, bytes.NewReader(data))
	if sent.unsatisfiable {
		return badRange
	}
	c.Response().Committed = true
	if request.Method != http.MethodGet {
		return nil
	}
	if sent.ended(); errors.Is(sent.failed, os.ErrDeadlineExceeded) {
		h.log.Warn().Str("device_id", deviceID).Str("firmware_key", key).Int64("bytes", sent.to).Msg("download stalled")
	}
	if sent.complete() && !file.patch {
		return h.db.CountDownload(key)
	}
	return nil
}

// oneRange lets several ranges at once be answered with the whole file: what a device has of it could not be told from them.
func oneRange(request http.Header) {
	if strings.Contains(request.Get("Range"), ",") {
		request.Del("Range")
	}
}

// lineOfDevice begins the name of a device's line.
const lineOfDevice = "device "

// lineOf names whose rate a download is counted in: the device's, or that of an address.
func lineOf(deviceID, address string) string {
	if deviceID != "" {
		return lineOfDevice + deviceID
	}
	return "address " + address
}

// mayDownload tells whether the request may have an image, and for which device and attempt it is.
func (h *Handler) mayDownload(c echo.Context, key string) (deviceID, attemptID string, ok bool) {
	query := c.QueryParams()
	device, attempt, expires := query.Get("d"), query.Get("a"), query.Get("e")
	if h.access.Signed(query.Get("s"), signedParts(query, key, device, attempt, expires)...) {
		if until, err := strconv.ParseInt(expires, 10, 64); err == nil && h.now().Unix() <= until {
			return device, attempt, true
		}
	}
	if device, ok := h.bearer(c); ok {
		return device.ID, "", true
	}
	return "", "", h.signedIn(c) || h.access.OTAPassword(c.Request(), access.Address(c))
}

// openAttempt is the attempt of a device that a download without an attempt's name belongs to.
func (h *Handler) openAttempt(deviceID, key string) string {
	attempts, err := h.db.Attempts(deviceID)
	if err != nil {
		h.log.Error().Err(err).Str("device_id", deviceID).Msg("attempts")
	}
	for _, attempt := range attempts {
		if attempt.Open() && attempt.FirmwareKey == key {
			return attempt.ID
		}
	}
	return ""
}
