package device

import (
	"bytes"
	"fmt"
	"net/http"
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

// otaDownload sends an image, whole or from where a broken download ended.
func (h *Handler) otaDownload(c echo.Context) error {
	key := param(c, "firmware_key")
	deviceID, attemptID, ok := h.mayDownload(c, key)
	if !ok {
		return notAllowed
	}
	firmware, err := h.db.Firmware(key)
	if err != nil {
		return problem.UnknownFirmware
	}
	if strings.EqualFold(c.Request().Header.Get("X-ESP32-Sketch-MD5"), firmware.Image.MD5) {
		return c.NoContent(http.StatusNotModified)
	}
	data, err := h.db.Blob(firmware.Image.SHA256)
	if err != nil {
		return err
	}
	header := c.Response().Header()
	header.Set("Content-Type", "application/octet-stream")
	header.Set("ETag", `"`+firmware.Image.SHA256+`"`)
	header.Set("x-MD5", firmware.Image.MD5)
	header.Set("X-Firmware-SHA256", firmware.Image.SHA256)
	if firmware.Signature != "" {
		header.Set("X-Firmware-Signature", firmware.Signature)
	}
	header.Set("Cache-Control", "private")
	sent := &sentBytes{ResponseWriter: c.Response().Writer, size: int64(len(data))}
	if deviceID != "" {
		if attemptID == "" {
			attemptID = h.openAttempt(deviceID, key)
		}
		sent.report = func(from, to int64) { h.noteBytes(deviceID, attemptID, from, to) }
	}
	http.ServeContent(sent, c.Request(), "", time.Time{}, bytes.NewReader(data))
	c.Response().Committed = true
	if c.Request().Method == http.MethodGet && sent.counting && sent.to == sent.size {
		return h.db.CountDownload(key)
	}
	return nil
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

// noteBytes counts a piece of an image that was sent on its attempt. A piece completes the download
// when it reaches the end and begins where what was sent before had come to. Who comes back for the rest
// did not have the whole, whatever was sent: that is not counted a second time.
func (h *Handler) noteBytes(deviceID, attemptID string, from, to int64) {
	now := h.now()
	_, err := h.db.StepUpdate(deviceID, func(facts store.UpdateFacts) (store.Changed, error) {
		for _, attempt := range facts.Attempts {
			if attempt.ID != attemptID {
				continue
			}
			complete := to == attempt.Size && from <= attempt.Bytes && (from == 0 || attempt.CompleteDownloads == 0)
			if next := attempt.OnBytes(to, complete, now); next != attempt {
				return store.Changed{Device: facts.Device, Attempts: []ota.Attempt{next}}, nil
			}
		}
		return store.Changed{}, store.ErrUnchanged
	})
	if err != nil {
		h.log.Error().Err(err).Str("device_id", deviceID).Msg("progress of a download")
	}
}

// sentBytes counts what was written of an image. It has no ReadFrom, so that every piece is seen.
type sentBytes struct {
	http.ResponseWriter
	size     int64 // of the whole image, bytes
	from, to int64 // of what was sent, offsets in the image
	told     int64
	counting bool
	report   func(from, to int64)
}

// WriteHeader finds where the answer begins in the image.
func (s *sentBytes) WriteHeader(status int) {
	switch status {
	case http.StatusOK:
		s.counting = true
	case http.StatusPartialContent:
		var end, size int64
		n, err := fmt.Sscanf(s.Header().Get("Content-Range"), "bytes %d-%d/%d", &s.from, &end, &size)
		s.counting = n == 3 && err == nil
	}
	s.to, s.told = s.from, s.from
	s.ResponseWriter.WriteHeader(status)
}

// Write tells how far it came after every tenth of the image and at its end. The last byte waits until
// the end is noted: a device that has the whole image finds that the server knows it.
func (s *sentBytes) Write(p []byte) (int, error) {
	if !s.counting || s.report == nil || len(p) == 0 {
		return s.pass(p)
	}
	if s.to+int64(len(p)) != s.size {
		n, err := s.pass(p)
		if s.to-s.told >= s.size/10 {
			s.report(s.from, s.to)
			s.told = s.to
		}
		return n, err
	}
	n, err := s.pass(p[:len(p)-1])
	if err != nil {
		return n, err
	}
	s.report(s.from, s.size)
	last, err := s.pass(p[len(p)-1:])
	return n + last, err
}

func (s *sentBytes) pass(p []byte) (int, error) {
	n, err := s.ResponseWriter.Write(p)
	s.to += int64(n)
	return n, err
}
