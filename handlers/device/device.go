// Package device answers devices: the protocol of PROTOCOL.md §1, §2 and §4, and what firmware 2.4.x
// expects of it.
package device

import (
	"errors"
	"net/http"
	"net/url"
	"time"

	"personalcms/content"
	"personalcms/handlers/access"
	"personalcms/handlers/problem"
	"personalcms/handlers/screen"
	"personalcms/store"

	"github.com/labstack/echo/v4"
	"github.com/rs/zerolog"
)

// Handler answers the device endpoints.
type Handler struct {
	db      *store.DB
	access  *access.Access
	screens *screen.Screens
	library *content.Library
	now     func() time.Time
	log     zerolog.Logger

	downloads *throttle
}

// New makes the handler of the device endpoints.
func New(db *store.DB, a *access.Access, screens *screen.Screens, library *content.Library, log zerolog.Logger, now func() time.Time) *Handler {
	return &Handler{
		db: db, access: a, screens: screens, library: library, now: now, log: log,
		downloads: newThrottle(func() store.Downloads { return db.Settings().Downloads }),
	}
}

// Routes adds every address that devices call.
func (h *Handler) Routes(e *echo.Echo) {
	g := e.Group("", h.dated, h.refusals)
	g.POST("/api/devices/register", h.register)
	g.POST("/api/devices/:device_id/heartbeat", h.heartbeat)
	g.POST("/api/devices/:device_id/sensor-data", h.sensorData)
	g.GET("/api/devices/:device_id/content", h.content)
	g.GET("/api/devices/:device_id/dashboard", h.dashboard)
	g.HEAD("/api/devices/:device_id/dashboard", h.dashboard)
	g.GET("/dashboards/:file", h.dashboardFile)
	g.HEAD("/dashboards/:file", h.dashboardFile)
	g.GET("/api/devices/:device_id/images-sequence", h.imagesSequence)
	g.GET("/uploads/:file", h.upload)
	g.HEAD("/uploads/:file", h.upload)
	g.GET("/uploads/:file/bmp", h.uploadBMP)
	g.HEAD("/uploads/:file/bmp", h.uploadBMP)
	g.GET("/api/ota/check/:device_id", h.otaCheck)
	g.GET("/api/ota/download/:firmware_key", h.otaDownload)
	g.HEAD("/api/ota/download/:firmware_key", h.otaDownload)
	g.POST("/api/ota/report/:device_id", h.otaReport)
	g.POST("/api/devices/:device_id/log", h.deviceLog)
	g.GET("/api/devices/:device_id/preferences", h.preferences)
	g.PUT("/api/devices/:device_id/preferences", h.putPreferences)
	g.POST("/api/devices/:device_id/preferences", h.postPreferences)
	g.POST("/api/devices/:device_id/ping", h.ping)
	g.GET("/api/categories", h.categories)
	g.GET("/api/esp32-debug/:device_id", h.debug)
}

// dated puts the server's time into every answer, so that a device without NTP can set its clock.
func (h *Handler) dated(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		c.Response().Header().Set("Date", h.now().UTC().Format(http.TimeFormat))
		return next(c)
	}
}

// refusals notes a refused request for the owner's list unless it only came too early, logs it once and gives the answer the
// keys of firmware 2.4.x.
func (h *Handler) refusals(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		err := next(c)
		if err == nil || c.Response().Committed {
			return err
		}
		p := problem.Of(err)
		if p == problem.Internal {
			return err // the error handler logs it
		}
		id := param(c, "device_id")
		if !store.ValidID(id) {
			id = ""
		}
		if known, ok := c.Get(claimedID).(string); ok {
			id = known
		}
		if p.Status != http.StatusServiceUnavailable { // who comes back later needs nobody's help
			h.db.NoteRefused(store.Refusal{
				Reason: p.Word, DeviceID: id, Address: access.Address(c), Detail: p.Detail, Last: h.now(),
			})
		}
		h.log.Warn().Str("device_id", id).Str("address", access.Address(c)).Str("path", c.Path()).
			Int("status", p.Status).Str("reason", p.Word).Msg("refused")
		if p.Status == http.StatusUnauthorized {
			c.Response().Header().Set("WWW-Authenticate", "Bearer")
		}
		return p.ForDevice()
	}
}

// claimedID is where a handler notes the device id it found in a body.
const claimedID = "claimed_id"

func param(c echo.Context, name string) string {
	value := c.Param(name)
	if decoded, err := url.PathUnescape(value); err == nil {
		return decoded
	}
	return value
}

var (
	badID = badRequest("bad_device_id",
		"A device id has 1 to 64 of the characters A–Z a–z 0–9 . _ : - and nothing else.")
	wrongToken = problem.New(http.StatusUnauthorized, "wrong_token",
		"This device has a token and the request did not bear it. If it lost the token, register again.")
	enrolmentClosed = problem.New(http.StatusForbidden, "enrolment_closed",
		"New devices are not taken at the moment. The owner can change that in the settings.")
)

// known finds the device in the address and makes sure that the request may speak as it.
func (h *Handler) known(c echo.Context) (store.Device, error) {
	id := param(c, "device_id")
	if !store.ValidID(id) {
		return store.Device{}, badID
	}
	device, err := h.db.Device(id)
	if errors.Is(err, store.ErrNotFound) {
		return device, problem.UnknownDevice
	}
	if err == nil && !h.access.Device(c.Request(), device) {
		return device, wrongToken
	}
	return device, err
}

// knownOrNew is known, but a device nobody has seen is made as the enrolment policy says: firmware
// 2.4.x counts on it.
func (h *Handler) knownOrNew(c echo.Context, describe func(*store.Device)) (store.Device, error) {
	device, err := h.known(c)
	if err != problem.UnknownDevice {
		return device, err
	}
	device = store.Device{ID: param(c, "device_id")}
	describe(&device)
	device, err = h.enrol(device)
	if errors.Is(err, store.ErrExists) {
		return h.known(c) // another request of the device was faster
	}
	return device, err
}

// seen notes that a device spoke.
func (h *Handler) seen(c echo.Context, id string, more func(*store.Status)) {
	address, now := access.Address(c), h.now()
	h.db.NoteStatus(id, func(status *store.Status) {
		status.LastSeen, status.Address = now, address
		if more != nil {
			more(status)
		}
	})
}
