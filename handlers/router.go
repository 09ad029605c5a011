// Package handlers puts the addresses of the program together: middleware, the error table's way out,
// static files, and the handlers of devices and of people.
package handlers

import (
	"errors"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"

	"personalcms/assets"
	"personalcms/handlers/access"
	"personalcms/handlers/admin"
	"personalcms/handlers/device"
	"personalcms/handlers/problem"
	"personalcms/store"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
	"github.com/rs/zerolog"
)

// New puts the router together.
func New(db *store.DB, files *assets.Files, a *access.Access, devices *device.Handler, pages *admin.Handler, maxUpload int64, log zerolog.Logger) *echo.Echo {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.IPExtractor = echo.ExtractIPDirect()
	e.HTTPErrorHandler = answerError(pages, log)
	e.Use(recovered(log), secured, sameOrigin, bounded(maxUpload))
	e.GET("/static/:file", static(files))
	e.GET("/healthz", func(c echo.Context) error { return c.String(http.StatusOK, "ok\n") })
	e.GET("/readyz", func(c echo.Context) error {
		if err := db.Ready(); err != nil {
			return err
		}
		return c.String(http.StatusOK, "ready\n")
	})
	devices.Routes(e)
	pages.Routes(e)
	// Groups with middleware claim all other addresses for themselves; these take them back.
	e.RouteNotFound("/", elsewhere(e))
	e.RouteNotFound("/*", elsewhere(e))
	return e
}

// elsewhere answers what no route matches: 405 where another method would be answered, else 404.
func elsewhere(e *echo.Echo) echo.HandlerFunc {
	methods := []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}
	routes := map[string]bool{}
	for _, route := range e.Routes() {
		routes[route.Method+" "+route.Path] = true
	}
	return func(c echo.Context) error {
		var allowed []string
		for _, method := range methods {
			probe := e.AcquireContext()
			e.Router().Find(method, echo.GetPath(c.Request()), probe)
			if routes[method+" "+probe.Path()] {
				allowed = append(allowed, method)
			}
			e.ReleaseContext(probe)
		}
		if len(allowed) == 0 {
			return problem.NotFound
		}
		c.Response().Header().Set("Allow", strings.Join(allowed, ", "))
		return problem.MethodNotAllowed
	}
}

// recovered turns a panic into the answer to an unexpected error.
func recovered(log zerolog.Logger) echo.MiddlewareFunc {
	return middleware.RecoverWithConfig(middleware.RecoverConfig{
		DisableErrorHandler: true,
		LogErrorFunc: func(c echo.Context, err error, stack []byte) error {
			log.Error().Err(err).Str("path", c.Path()).Bytes("stack", stack).Msg("panic")
			return err
		},
	})
}

const policy = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; " +
	"base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// secured sets the headers every answer carries.
func secured(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		header := c.Response().Header()
		header.Set("Content-Security-Policy", policy)
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Referrer-Policy", "same-origin")
		return next(c)
	}
}

// sameOrigin refuses what a browser sends here from another site.
func sameOrigin(next echo.HandlerFunc) echo.HandlerFunc {
	protection := http.NewCrossOriginProtection()
	return func(c echo.Context) error {
		if err := protection.Check(c.Request()); err != nil {
			return problem.CrossOrigin
		}
		return next(c)
	}
}

// maxBody bounds the body of everything that is no upload, in bytes.
const maxBody = 256 << 10

// maxDiscard is what is read of a body that is too large, in bytes.
const maxDiscard = 64 << 20

// uploads are the routes that take files, and how many at once.
var uploads = map[string]int64{
	"/ota-management/upload": admin.MaxImages, "/upload": admin.MaxFiles, "/api/ota/upload": 1, "/api/v1/pictures": 1,
	"/content-admin/sources/new": 1, "/content-admin/sources/:source_id": 1, "/api/v1/sources/:source_id/calendar": 1,
	"/content-admin/items/:category/:subcategory": 1, "/api/v1/items/:category/:subcategory": 1,
}

// bounded keeps a body from being larger than its address takes; what reads it finds out.
func bounded(maxUpload int64) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			request := c.Request()
			limit := uploads[c.Path()]*maxUpload + maxBody // the form around the files
			if request.ContentLength > limit {
				// Whoever is still sending does not read the answer: a little more is taken and thrown away.
				_, _ = io.CopyN(io.Discard, request.Body, min(request.ContentLength, maxDiscard))
				return problem.TooLarge
			}
			request.Body = http.MaxBytesReader(c.Response(), request.Body, limit)
			return next(c)
		}
	}
}

// static sends embedded files; names that carry their hash may be kept for ever.
func static(files *assets.Files) echo.HandlerFunc {
	return func(c echo.Context) error {
		name := c.Param("file")
		data, immutable, err := files.Static(name)
		if errors.Is(err, fs.ErrNotExist) {
			return problem.NotFound
		}
		if err != nil {
			return err
		}
		if immutable {
			c.Response().Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		} else {
			c.Response().Header().Set("Cache-Control", "public, max-age=3600")
		}
		return c.Blob(http.StatusOK, mime.TypeByExtension(path.Ext(name)), data)
	}
}

// answerError is the one place where an error becomes an answer: problem+json for devices and
// scripts, a page for people. What nobody expected is logged here, once.
func answerError(pages *admin.Handler, log zerolog.Logger) echo.HTTPErrorHandler {
	return func(err error, c echo.Context) {
		if c.Response().Committed {
			return
		}
		p := problemOf(err)
		if p == problem.Internal {
			log.Error().Err(err).Str("method", c.Request().Method).Str("path", c.Request().URL.Path).
				Str("address", access.Address(c)).Msg("request failed")
		}
		if !isScript(c.Request()) {
			err = pages.Error(c, p)
		} else {
			err = p.Write(c.Response())
		}
		if err != nil {
			log.Debug().Err(err).Msg("error page not sent")
		}
	}
}

// problemOf also knows the errors of the router itself.
func problemOf(err error) *problem.Problem {
	var echoed *echo.HTTPError
	if !errors.As(err, &echoed) {
		return problem.Of(err)
	}
	switch echoed.Code {
	case http.StatusNotFound:
		return problem.NotFound
	case http.StatusMethodNotAllowed:
		return problem.MethodNotAllowed
	case http.StatusRequestEntityTooLarge:
		return problem.TooLarge
	}
	return problem.Of(err)
}

func isScript(r *http.Request) bool {
	for _, prefix := range []string{"/api/", "/dashboards/", "/uploads/", "/static/", "/healthz", "/readyz", "/metrics"} {
		if strings.HasPrefix(r.URL.Path, prefix) {
			return true
		}
	}
	return false
}
