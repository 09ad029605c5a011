package admin

import (
	"crypto/subtle"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
	"sync"
	"time"

	"personalcms/content"
	"personalcms/handlers/access"
	"personalcms/handlers/problem"
	"personalcms/store"

	"github.com/labstack/echo/v4"
	"golang.org/x/time/rate"
)

const (
	largestPush = 64 << 10 // bytes
	pushEvery   = 2 * time.Second
	pushBurst   = 20
)

var notPushed = problem.New(http.StatusUnprocessableEntity, "not_pushed", "This source fetches by itself. Make one of the kind “push” for scripts to send to.")

// pushLimits keep one script from filling the disk: each source takes a few pushes at once and then one every two
// seconds.
type pushLimits struct {
	mu       sync.Mutex
	bySource map[string]*rate.Limiter
}

// wait is how long a source takes nothing more, 0 = it takes this push.
func (l *pushLimits) wait(source string, now time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.bySource == nil {
		l.bySource = map[string]*rate.Limiter{}
	}
	limit, ok := l.bySource[source]
	if !ok {
		limit = rate.NewLimiter(rate.Every(pushEvery), pushBurst)
		l.bySource[source] = limit
	}
	if limit.AllowN(now, 1) {
		return 0
	}
	return time.Duration((1 - limit.TokensAt(now)) * float64(pushEvery))
}

// apiPush takes what a script sends to a source (PROTOCOL §3). Who may not push learns nothing of which sources there are.
func (h *Handler) apiPush(c echo.Context) error {
	source, err := h.pushed(c)
	if err != nil {
		return err
	}
	if wait := h.pushes.wait(source.ID, h.now()); wait > 0 {
		p := problem.New(http.StatusTooManyRequests, "too_many_pushes", "This source was sent too much in a short time. Wait a little; one push every two seconds is fine.")
		p.RetryAfter = int(wait.Seconds()) + 1
		return p
	}
	contentType := c.Request().Header.Get("Content-Type")
	media, _, err := mime.ParseMediaType(contentType)
	if err != nil || media != "application/json" && media != "text/plain" && !strings.HasSuffix(media, "+json") {
		return problem.New(http.StatusUnsupportedMediaType, "not_json", "Send JSON with the header Content-Type: application/json, or a text as text/plain.")
	}
	body, err := io.ReadAll(io.LimitReader(c.Request().Body, largestPush+1))
	if err != nil {
		return problem.New(http.StatusBadRequest, "unreadable", "The body ended too early. Send it again.")
	}
	if len(body) > largestPush {
		return problem.New(http.StatusRequestEntityTooLarge, "too_large", "A push has at most 64 KB.")
	}
	if err := h.feeds.Push(source, contentType, body); err != nil {
		return pushProblem(err)
	}
	return c.JSON(http.StatusOK, map[string]any{"success": true, "items": len(h.db.Fetched(source.ID).Feed.Items)})
}

// pushed is the source that a caller may push to.
func (h *Handler) pushed(c echo.Context) (store.Source, error) {
	source, err := h.db.Source(param(c, "source_id"))
	known := err == nil
	if token, ok := access.Bearer(c.Request()); ok && equalHash(source.PushHash, access.Hash(token)) {
		access.Keep(c, access.Caller{Name: "token of " + source.ID})
	} else {
		caller, ok := h.access.Caller(c.Request())
		switch {
		case !ok:
			c.Response().Header().Set("WWW-Authenticate", "Bearer")
			return source, problem.Unauthorized
		case !caller.May("write"):
			return source, problem.Forbidden
		}
		access.Keep(c, caller)
	}
	switch {
	case !known:
		return source, unknownSource
	case source.Kind != content.KindPush:
		return source, notPushed
	}
	return source, nil
}

// equalHash compares in a time that tells nothing; a source without a token has none that is right.
func equalHash(kept, sent string) bool {
	return subtle.ConstantTimeCompare([]byte(kept), []byte(sent)) == 1
}

// pushProblem is the answer to what cannot be shown.
func pushProblem(err error) error {
	var failed *content.Failure
	switch {
	case errors.Is(err, store.ErrNotFound):
		return unknownSource
	case !errors.As(err, &failed):
		return err
	case errors.Is(err, content.ErrTooLarge):
		return problem.New(http.StatusRequestEntityTooLarge, "too_large", failed.Sentence)
	case errors.Is(err, content.ErrFormat):
		return problem.New(http.StatusBadRequest, "malformed", failed.Sentence)
	}
	return problem.New(http.StatusUnprocessableEntity, "nothing_found", failed.Sentence)
}
