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
	"personalcms/ota"
	"personalcms/store"

	"github.com/labstack/echo/v4"
)

var notAllowed = problem.New(http.StatusUnauthorized, "download_not_allowed",
	"This download needs the address from a fresh offer, the device’s token, the OTA user and password, or an API key.")

var badRange = problem.New(http.StatusRequestedRangeNotSatisfiable, "bad_range",
	"The image is not as long as the range begins. Fetch it from its beginning.")

// otaDownload sends an image, whole or from where a broken download ended. Several ranges at once are answered
// with the whole image: what a device has of it could not be told from them. Every download takes a place
// and is counted in the limits, also a person's or a script's: it fills the same line.
func (h *Handler) otaDownload(c echo.Context) error {
	key, request := param(c, "firmware_key"), c.Request()
	deviceID, attemptID, ok := h.mayDownload(c, key)
	if !ok {
		return notAllowed
	}
	firmware, err := h.db.Firmware(key)
	if err != nil {
		return problem.UnknownFirmware
	}
	if has(request.Header, firmware.Image) {
		c.Response().Header().Set("ETag", etag(firmware.Image))
		return c.NoContent(http.StatusNotModified)
	}
	sent := &sentBytes{ResponseWriter: c.Response().Writer, ctx: request.Context(), size: firmware.Image.Size}
	if request.Method == http.MethodGet {
		if sent.place = h.downloads.take(lineOf(deviceID, access.Address(c))); sent.place == nil {
			return noPlace()
		}
		defer sent.place.leave()
		if attemptID == "" && deviceID != "" {
			attemptID = h.openAttempt(deviceID, key)
		}
		if attemptID != "" {
			sent.progress = &progress{h: h, place: sent.place, deviceID: deviceID, attemptID: attemptID}
		}
	}
	data, err := h.db.Blob(firmware.Image.SHA256)
	if err != nil {
		return err
	}
	describe(c.Response().Header(), firmware)
	if strings.Contains(request.Header.Get("Range"), ",") {
		request.Header.Del("Range")
	}
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
	if sent.complete() {
		return h.db.CountDownload(key)
	}
	return nil
}

// lineOf names whose rate a download is counted in: the device's, or that of an address.
func lineOf(deviceID, address string) string {
	if deviceID != "" {
		return "device " + deviceID
	}
	return "address " + address
}

func etag(image ota.Image) string { return `"` + image.SHA256 + `"` }

// has tells whether who asks has the image already: it runs it (HTTPUpdate) or keeps it (caches).
func has(request http.Header, image ota.Image) bool {
	if strings.EqualFold(request.Get("X-ESP32-Sketch-MD5"), image.MD5) {
		return true
	}
	for tag := range strings.SplitSeq(strings.Join(request.Values("If-None-Match"), ","), ",") {
		if tag = strings.TrimSpace(tag); tag == "*" || strings.TrimPrefix(tag, "W/") == etag(image) {
			return true
		}
	}
	return false
}

// describe says in the answer's headers what the image is.
func describe(header http.Header, firmware store.Firmware) {
	header.Set("Content-Type", "application/octet-stream")
	header.Set("ETag", etag(firmware.Image))
	header.Set("x-MD5", firmware.Image.MD5)
	header.Set("X-Firmware-SHA256", firmware.Image.SHA256)
	if firmware.Signature != "" {
		header.Set("X-Firmware-Signature", firmware.Signature)
	}
	header.Set("Cache-Control", "private")
}

// mayDownload tells whether the request may have an image, and for which device and attempt it is.
func (h *Handler) mayDownload(c echo.Context, key string) (deviceID, attemptID string, ok bool) {
	query := c.QueryParams()
	device, attempt, expires := query.Get("d"), query.Get("a"), query.Get("e")
	if h.access.Signed(query.Get("s"), "firmware", key, device, attempt, expires) {
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
