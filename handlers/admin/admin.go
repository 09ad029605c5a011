// Package admin answers people and their scripts: the pages, and the JSON calls of PROTOCOL.md §3.
// A page's form and a script's call end in the same function.
package admin

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"personalcms/assets"
	"personalcms/content"
	"personalcms/handlers/access"
	"personalcms/handlers/feeds"
	"personalcms/handlers/fleet"
	"personalcms/handlers/intake"
	"personalcms/handlers/problem"
	"personalcms/handlers/screen"
	"personalcms/store"
	"personalcms/views"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"
	"github.com/rs/zerolog"
)

// Handler answers the pages and the script API.
type Handler struct {
	db        *store.DB
	access    *access.Access
	intake    *intake.Intake
	screens   *screen.Screens
	feeds     *feeds.Feeds
	fleet     *fleet.Fleet
	library   *content.Library
	files     *assets.Files
	log       zerolog.Logger
	now       func() time.Time
	version   string
	maxUpload int64
	places    func(ctx context.Context, name, language string) ([]content.Place, error)
	held      heldUploads
	drawing   chan struct{} // one preview of a layout is drawn at a time
	asking    chan struct{} // servers that are asked because somebody pressed a button
	pushes    pushLimits
	streams   atomic.Int32 // open event streams
}

// Config is what the pages need beside the store.
type Config struct {
	Access    *access.Access
	Intake    *intake.Intake
	Screens   *screen.Screens
	Feeds     *feeds.Feeds
	Fleet     *fleet.Fleet
	Library   *content.Library
	Files     *assets.Files
	Log       zerolog.Logger
	Now       func() time.Time
	Version   string
	MaxUpload int64 // bytes of one upload

	Places func(ctx context.Context, name, language string) ([]content.Place, error) // finds places by their name
}

// New makes the handler of pages and script API.
func New(db *store.DB, c Config) *Handler {
	return &Handler{
		db: db, access: c.Access, intake: c.Intake, screens: c.Screens, feeds: c.Feeds, fleet: c.Fleet, library: c.Library, files: c.Files, log: c.Log, now: c.Now,
		version: c.Version, maxUpload: c.MaxUpload, drawing: make(chan struct{}, 1),
		places: c.Places,
		asking: make(chan struct{}, askedAtOnce),
	}
}

// Routes adds the addresses of pages and scripts.
func (h *Handler) Routes(e *echo.Echo) {
	e.GET("/setup", h.setupPage)
	e.POST("/setup", h.setup)
	e.GET("/login", h.loginPage, h.owned)
	e.POST("/login", h.login, h.owned)
	e.POST("/api/v1/session", h.apiLogin, h.owned)
	e.DELETE("/api/v1/session", h.apiLogout)

	h.pages(e.Group("", h.person, h.changes("write")))
	h.api(e.Group("", h.script, h.changes("write")))
	h.firmwareAPI(e.Group("", h.script, h.changes("firmware")))
	e.POST("/api/v1/layouts/preview", h.apiPreviewLayout, h.script) // it changes nothing
	h.playlistPages(e.Group("", h.person, h.changes("write")))
	h.screenPages(e.Group("", h.person, h.changes("write")))
	h.householdPages(e.Group("", h.person, h.changes("write")))
	h.rolloutPages(e.Group("", h.person, h.changes("write")))
	h.mobilePages(e.Group("", h.person, h.changes(access.Household)))
	h.playlistAPI(e.Group("", h.script, h.changes("write")))
	e.POST("/api/v1/content/:source_id", h.apiPush) // it asks itself who is calling
	h.updatePages(e.Group("", h.person, h.changes("write")))
	h.updateAPI(e.Group("", h.script, h.changes("write")))
	h.signingPages(e.Group("", h.person, h.changes("write")))
	h.signingAPI(e.Group("", h.script, h.changes("write")))
}

// pages are for people: without a session they lead to the sign-in page.
func (h *Handler) pages(g *echo.Group) {
	g.POST("/logout", h.logout)
	g.GET("/", h.overviewView(views.OverviewPage))
	g.GET("/events", h.events)
	g.GET("/partials/devices", h.overviewView(views.Devices))
	g.GET("/partials/summary", h.overviewView(views.Summary))
	g.GET("/partials/badge", h.partialBadge)
	g.GET("/partials/refused", h.partialRefused)
	g.GET("/partials/devices/:device_id", h.partialTile)
	g.GET("/partials/devices/:device_id/now", h.deviceView(views.DeviceNow))
	g.GET("/partials/devices/:device_id/firmware", h.deviceView(views.DeviceFirmware))
	g.GET("/devices/:device_id", h.deviceView(views.DevicePage))
	g.GET("/devices/:device_id/screen.png", h.deviceScreen)
	g.POST("/devices/:device_id/approve", h.formApprove)
	g.POST("/devices/:device_id/allow-reenrolment", h.formReenrol)
	g.POST("/devices/:device_id/settings", h.formSettings)
	g.POST("/devices/:device_id/pictures", h.formPictures)
	g.POST("/devices/:device_id/preferences", h.formPreferences)
	g.POST("/devices/:device_id/firmware", h.formFirmware)
	g.POST("/devices/:device_id/retry", h.formRetry)
	g.POST("/devices/:device_id/command", h.formCommand)
	g.POST("/devices/:device_id/two-boards", h.formTwoBoards)
	g.POST("/devices/:device_id/delete", h.formDelete)
	g.GET("/refused", h.refusedPage)
	g.POST("/refused/add", h.formAddDevice)
	g.POST("/refused/forget", h.formForget)
	g.GET("/ota-management", h.firmwarePage)
	g.GET("/partials/firmware", h.partialFirmwareList)
	g.GET("/ota-management/devices", h.fleetPage)
	g.POST("/ota-management/devices/groups", h.formGroups)
	g.POST("/ota-management/upload", h.formUploadFirmware)
	g.POST("/ota-management/held", h.formHeld)
	g.POST("/ota-management/assign", h.formAssign)
	g.POST("/ota-management/unassign", h.formUnassign)
	g.POST("/ota-management/delete", h.formDeleteFirmware)
	g.POST("/ota-management/parts/delete", h.formDeletePart)
	h.picturePages(g)
	h.layoutPages(g)
	h.contentPages(g)
	g.GET("/settings", h.settingsPage)
	g.POST("/settings/enrolment", h.formEnrolment)
	g.POST("/settings/server", h.formServer)
	g.POST("/settings/hosts", h.formAddHost)
	g.POST("/settings/hosts/remove", h.formRemoveHost)
	g.POST("/settings/ota", h.formOTA)
	g.POST("/settings/downloads", h.formDownloads)
	g.POST("/settings/keys", h.formKey)
	g.POST("/settings/keys/revoke", h.formRevokeKey)
	g.POST("/settings/password", h.formPassword)
	g.POST("/settings/logout-everywhere", h.formLogoutEverywhere)
}

// api is for scripts and is what PROTOCOL §3 names.
func (h *Handler) api(g *echo.Group) {
	g.GET("/api/devices", h.v1Devices)
	g.GET("/api/devices/:device_id", h.v1Device)
	g.DELETE("/api/devices/:device_id", h.apiDeleteDevice)
	g.POST("/api/devices/:device_id/unlink", h.v1Unlink)
	g.POST("/api/v1/keys", h.apiCreateKey)
	g.GET("/api/v1/settings/downloads", h.apiDownloads)
	g.PUT("/api/v1/settings/downloads", h.apiSetDownloads)
	g.GET("/api/v1/devices", h.apiDevices)
	g.GET("/api/v1/devices/:device_id", h.apiDevice)
	g.POST("/api/v1/devices/:device_id/approve", h.apiApprove)
	g.POST("/api/v1/devices/:device_id/allow-reenrolment", h.apiReenrol)
	g.PATCH("/api/v1/devices/:device_id", h.apiPatchDevice)
	g.GET("/api/v1/devices/:device_id/readings", h.apiReadings)
	g.GET("/api/v1/groups", h.apiGroups)
	g.POST("/api/v1/groups/:group/devices", h.apiRegroup)
	g.GET("/api/v1/devices/:device_id/attempts", h.apiAttempts)
	h.pictureAPI(g)
	h.layoutAPI(g)
	h.contentAPI(g)
}

func (h *Handler) firmwareAPI(g *echo.Group) {
	g.POST("/api/ota/upload", h.v1Upload)
	g.DELETE("/api/ota/delete/:firmware_key", h.v1DeleteFirmware)
	g.GET("/api/ota/versions", h.v1Versions)
	g.GET("/api/ota/firmware", h.v1Versions)
	g.GET("/api/ota/firmware-types", h.v1FirmwareTypes)
	g.GET("/api/ota/stats", h.v1Stats)
	g.POST("/api/ota/force-update/:device_id", h.v1ForceUpdate)
	g.GET("/api/v1/assignments", h.apiAssignments)
	g.PUT("/api/v1/assignments", h.apiAssign)
	g.GET("/api/v1/devices/:device_id/update", h.apiUpdate)
	g.POST("/api/v1/devices/:device_id/retry", h.apiRetry)
	g.GET("/api/v1/rollouts", h.apiRollouts)
	g.POST("/api/v1/rollouts", h.apiCreateRollout)
	g.POST("/api/v1/rollouts/count", h.apiCountRollout)
	g.GET("/api/v1/rollouts/:rollout_id", h.apiRollout)
	g.GET("/api/v1/rollouts/:rollout_id/devices", h.apiRolloutDevices)
	g.POST("/api/v1/rollouts/:rollout_id/:action", h.apiRolloutAction)
	g.DELETE("/api/v1/rollouts/:rollout_id", h.apiDeleteRollout)
	g.GET("/api/v1/firmware/:firmware_key", h.apiFirmware)
	g.GET("/api/v1/firmware/:firmware_key/attempts", h.apiImageAttempts)
	g.POST("/api/v1/firmware/:firmware_key/sign", h.apiSignFirmware)
}

// person lets signed-in people in and leads others to the sign-in page.
func (h *Handler) person(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		caller, ok := h.access.Caller(c.Request())
		if !ok || caller.Session == "" {
			return h.toLogin(c)
		}
		access.Keep(c, caller)
		c.Set(readAt, h.db.Changes())
		c.Response().Header().Set("Cache-Control", "no-store")
		return next(c)
	}
}

// readAt is where the count of changes is kept that a page was read at.
const readAt = "read_at"

// eventsURL is the event stream of a page; it begins with what changed since the page was read.
func eventsURL(c echo.Context) string {
	count, _ := c.Get(readAt).(uint64)
	return "/events?since=" + strconv.FormatUint(count, 10)
}

// toLogin leads to the sign-in page and back again afterwards.
func (h *Handler) toLogin(c echo.Context) error {
	target := "/login"
	if c.Request().Method == http.MethodGet && c.Request().Header.Get("HX-Request") == "" && c.Request().URL.Path != "/" {
		target += "?next=" + url.QueryEscape(c.Request().URL.RequestURI())
	}
	if c.Request().Header.Get("HX-Request") != "" {
		c.Response().Header().Set("HX-Redirect", target)
		return c.NoContent(http.StatusUnauthorized)
	}
	if strings.HasSuffix(c.Request().URL.Path, ".png") || c.Request().URL.Path == "/events" {
		return problem.Unauthorized
	}
	return c.Redirect(http.StatusSeeOther, target)
}

// script lets in who bears an API key or is signed in.
func (h *Handler) script(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		caller, ok := h.access.Caller(c.Request())
		if !ok {
			c.Response().Header().Set("WWW-Authenticate", "Bearer")
			return problem.Unauthorized
		}
		access.Keep(c, caller)
		c.Response().Header().Set("Cache-Control", "no-store")
		return next(c)
	}
}

// changes refuses whatever changes something to callers without that scope.
func (h *Handler) changes(scope string) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			reads := c.Request().Method == http.MethodGet || c.Request().Method == http.MethodHead
			if !reads && c.Path() != "/logout" && !access.Of(c).May(scope) {
				return problem.Forbidden
			}
			return next(c)
		}
	}
}

// page is what all pages share.
func (h *Handler) page(c echo.Context, title, nav, events string) views.Page {
	return views.Page{
		Title: title, Nav: nav, User: access.Of(c).Name, CSS: h.files.URL("app.css"), JS: h.files.URL("app.js"),
		Unstyled: !h.files.Built(), Problems: len(h.db.Refused()), Events: events, Version: h.version,
		Flash: flash(c), FlashKind: "done",
	}
}

// viewOf is a component that takes a view model.
type viewOf[M any] func(M) templ.Component

// show sends a page or a partial.
func show(c echo.Context, status int, component templ.Component) error {
	c.Response().Header().Set("Content-Type", "text/html; charset=utf-8")
	c.Response().WriteHeader(status)
	return component.Render(c.Request().Context(), c.Response())
}

const flashCookie = "personalcms_said"

// say leaves a sentence for the next page.
func say(c echo.Context, sentence string) {
	c.SetCookie(&http.Cookie{
		Name: flashCookie, Value: url.QueryEscape(sentence), Path: "/", MaxAge: 60, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

// flash takes the sentence the last page left.
func flash(c echo.Context) string {
	cookie, err := c.Cookie(flashCookie)
	if err != nil || cookie.Value == "" || c.Request().Header.Get("HX-Request") != "" {
		return ""
	}
	c.SetCookie(&http.Cookie{Name: flashCookie, Path: "/", MaxAge: -1, HttpOnly: true, SameSite: http.SameSiteLaxMode})
	sentence, _ := url.QueryUnescape(cookie.Value)
	return sentence
}

// done ends a form: back to a page, with a sentence about what was done.
func done(c echo.Context, target, sentence string) error {
	if sentence != "" {
		say(c, sentence)
	}
	if c.Request().Header.Get("HX-Request") != "" {
		c.Response().Header().Set("HX-Redirect", target)
		return c.NoContent(http.StatusNoContent)
	}
	return c.Redirect(http.StatusSeeOther, target)
}

// audit notes who did what.
func (h *Handler) audit(c echo.Context, deviceID, message string) error {
	return h.db.AddLog(store.Entry{
		Time: h.now(), Kind: store.LogAudit, DeviceID: deviceID, Actor: access.Of(c).Name, Level: "info", Message: message,
	})
}

// Error is the page for an answer that is not a success; htmx requests get a toast instead.
func (h *Handler) Error(c echo.Context, p *problem.Problem) error {
	if c.Request().Header.Get("HX-Request") != "" {
		c.Response().Header().Set("HX-Reswap", "none")
		c.Response().Header().Set("HX-Trigger", toast(p.Detail))
		return c.NoContent(p.Status)
	}
	if p.RetryAfter > 0 {
		c.Response().Header().Set("Retry-After", strconv.Itoa(p.RetryAfter))
	}
	page := h.page(c, http.StatusText(p.Status), "", "")
	return show(c, p.Status, views.ErrorPage(views.Error{
		Page: page, Status: p.Status, Heading: heading(p.Status), Sentence: p.Detail,
		Back: views.Action{Label: "To the devices", URL: "/"},
	}))
}

// toast is the HX-Trigger header that shows a message: JSON in ASCII, as headers are.
func toast(text string) string {
	raw, err := json.Marshal(map[string]any{"toast": map[string]string{"kind": "problem", "text": text}})
	if err != nil {
		return "" // strings always marshal
	}
	var ascii strings.Builder
	for _, r := range string(raw) {
		if r < utf8.RuneSelf {
			ascii.WriteRune(r)
			continue
		}
		for _, unit := range utf16.Encode([]rune{r}) {
			fmt.Fprintf(&ascii, "\\u%04x", unit)
		}
	}
	return ascii.String()
}

func heading(status int) string {
	switch {
	case status == http.StatusNotFound:
		return "There is nothing here"
	case status >= http.StatusInternalServerError:
		return "That went wrong"
	}
	return "That cannot be done"
}
