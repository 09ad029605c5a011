package admin

import (
	"io"
	"net/http"
	"slices"
	"time"

	"personalcms/content"
	"personalcms/handlers/access"
	"personalcms/handlers/problem"
	"personalcms/store"

	"github.com/labstack/echo/v4"
)

// sourceInfo is one source as scripts read it: without its key, which nothing tells.
type sourceInfo struct {
	content.Source
	HasSecret bool          `json:"has_secret"`
	HasToken  bool          `json:"has_token"` // one for pushing was made
	Works     string        `json:"works"`     // fine, failing, paused or waiting
	State     content.State `json:"state"`
	LastGood  *time.Time    `json:"last_good"`  // nil: it never gave anything
	NextFetch *time.Time    `json:"next_fetch"` // nil: it is not fetched by itself
	Items     int           `json:"items"`      // of the last good value
	Events    int           `json:"events"`
	Layouts   []string      `json:"layouts"` // ids of those that show it
}

// infoOfSource is a source as a caller may read it. Who may not change it sees only which server it asks: addresses
// of private calendars and values of headers are as good as keys.
func (h *Handler) infoOfSource(c echo.Context, source store.Source) sourceInfo {
	fetched := h.db.Fetched(source.ID)
	info := sourceInfo{
		Source: source.Source, HasSecret: len(source.Sealed) > 0, HasToken: source.PushHash != "", Works: worksOf(source, fetched),
		State: fetched.State, Items: len(fetched.Feed.Items), Events: len(fetched.Feed.Events), Layouts: []string{},
	}
	if !access.Of(c).May("write") {
		info.Headers = nil
		if info.URL != "" {
			info.URL = origin(info.URL) + "/…"
		}
	}
	if !fetched.Feed.At.IsZero() {
		at := fetched.Feed.At.UTC()
		info.LastGood = &at
	}
	if next, ok := content.NextFetch(source.Source, fetched.State); ok {
		next = later(next, h.now()).UTC()
		info.NextFetch = &next
	}
	for _, layout := range h.layoutsWith(source.ID) {
		info.Layouts = append(info.Layouts, layout.ID)
	}
	return info
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// sourceRequest is a source as scripts write it. Secret is the key: left out, the one that is kept stays; "-" removes it.
type sourceRequest struct {
	content.Source
	Secret string `json:"secret"`
}

// sentSource reads the source a script sent. A file that was uploaded is not named in it.
func sentSource(c echo.Context) (sourceDraft, error) {
	var req sourceRequest
	if err := decode(c, &req); err != nil {
		return sourceDraft{}, err
	}
	req.Source.Secret, req.Upload = req.Secret, ""
	return sourceDraft{Source: req.Source}, nil
}

func (h *Handler) apiSources(c echo.Context) error {
	all := []sourceInfo{}
	for _, source := range h.db.Sources() {
		all = append(all, h.infoOfSource(c, source))
	}
	return c.JSON(http.StatusOK, map[string]any{"sources": all})
}

func (h *Handler) apiSource(c echo.Context) error {
	source, err := h.source(c)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, h.infoOfSource(c, source))
}

// apiReadySources lists the ready-made sources; one is added by sending its “source” with the answers filled in.
func (h *Handler) apiReadySources(c echo.Context) error {
	return c.JSON(http.StatusOK, map[string]any{"ready": content.Ready()})
}

func (h *Handler) apiAddSource(c echo.Context) error {
	d, err := sentSource(c)
	if err != nil {
		return err
	}
	if d.ID == "" {
		d.ID = h.freeID(nameID(d.Name, "source"))
	}
	source, wrong, err := h.saveSource(c, d, nil)
	if err != nil {
		return err
	}
	if len(wrong) > 0 {
		return badSource(wrong)
	}
	return c.JSON(http.StatusCreated, h.infoOfSource(c, source))
}

func (h *Handler) apiSaveSource(c echo.Context) error {
	kept, err := h.source(c)
	if err != nil {
		return err
	}
	d, err := sentSource(c)
	if err != nil {
		return err
	}
	d.ID, d.Upload = kept.ID, kept.Upload
	source, wrong, err := h.saveSource(c, d, &kept)
	if err != nil {
		return err
	}
	if len(wrong) > 0 {
		return badSource(wrong)
	}
	return c.JSON(http.StatusOK, h.infoOfSource(c, source))
}

func (h *Handler) apiDeleteSource(c echo.Context) error {
	if _, err := h.deleteSource(c); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// apiCalendar takes a calendar file as the body, in the place of an address.
func (h *Handler) apiCalendar(c echo.Context) error {
	kept, err := h.source(c)
	if err != nil {
		return err
	}
	if kept.Kind != content.KindCalendar {
		return problem.New(http.StatusUnprocessableEntity, "no_calendar", "This source is not a calendar.")
	}
	data, err := io.ReadAll(io.LimitReader(c.Request().Body, largestCalendar+1))
	if err != nil || len(data) > largestCalendar {
		return problem.New(http.StatusRequestEntityTooLarge, "too_large", "A calendar file has at most 2 MB.")
	}
	if len(data) == 0 {
		return problem.New(http.StatusBadRequest, "no_file", "Send the calendar file as the body.")
	}
	d := sourceDraft{Source: kept.Source, Calendar: data}
	if d.URL != "" && len(kept.Sealed) > 0 {
		d.Secret = "-" // the key was for the address, which goes
	}
	d.URL = ""
	source, wrong, err := h.saveSource(c, d, &kept)
	if err != nil {
		return err
	}
	if len(wrong) > 0 {
		return badSource(wrong)
	}
	return c.JSON(http.StatusOK, h.infoOfSource(c, source))
}

func (h *Handler) apiFetchSource(c echo.Context) error {
	source, fetched, err := h.fetchSource(c)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, map[string]any{"source": h.infoOfSource(c, source), "feed": fetched.Feed})
}

// apiTestSource asks the source of the body and keeps nothing. That of a source which is kept is asked with its key.
func (h *Handler) apiTestSource(c echo.Context) error {
	d, err := sentSource(c)
	if err != nil {
		return err
	}
	if !slices.Contains(content.Kinds(), d.Kind) {
		return badSource(map[string]string{"kind": "Say which kind of source it is."})
	}
	var kept *store.Source
	if source, err := h.db.Source(d.ID); err == nil {
		kept = &source
	}
	trial, err := h.testSource(c, d, kept)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, trial)
}

func (h *Handler) apiToken(c echo.Context) error {
	source, token, err := h.newToken(c)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, map[string]string{"id": source.ID, "token": token})
}

func (h *Handler) apiGeocode(c echo.Context) error {
	if !access.Of(c).May("write") {
		return problem.Forbidden
	}
	places, err := h.geocode(c, c.QueryParam("name"))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, map[string]any{"places": notNil(places)})
}
