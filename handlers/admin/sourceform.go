package admin

import (
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"personalcms/content"
	"personalcms/handlers/problem"
	"personalcms/store"
	"personalcms/views"

	"github.com/labstack/echo/v4"
)

// newSourcePage is the blank form of a kind of source.
func (h *Handler) newSourcePage(c echo.Context) error {
	kind := c.QueryParam("kind")
	if !slices.Contains(content.Kinds(), kind) {
		return h.contentPage(c) // where a kind is chosen
	}
	d := sourceDraft{Source: content.Source{Kind: kind, Category: map[string]string{content.KindFeed: "news"}[kind]}}
	return show(c, http.StatusOK, views.SourcePage(h.sourceForm(c, d, nil)))
}

func (h *Handler) sourcePage(c echo.Context) error {
	source, err := h.source(c)
	if err != nil {
		return err
	}
	return show(c, http.StatusOK, views.SourcePage(h.sourceForm(c, sourceDraft{Source: source.Source}, &source)))
}

func (h *Handler) formNewSource(c echo.Context) error { return h.takeSource(c, nil) }

func (h *Handler) formSource(c echo.Context) error {
	source, err := h.source(c)
	if err != nil {
		return err
	}
	return h.takeSource(c, &source)
}

// takeSource does what the button of the form says: save it, test it, or find its place.
func (h *Handler) takeSource(c echo.Context, kept *store.Source) error {
	d, wrong, err := readDraft(c, kept)
	if err != nil {
		return err
	}
	switch c.FormValue("do") {
	case "test":
		return h.tryDraft(c, d, kept)
	case "find":
		return h.findSourcePlace(c, d, kept)
	}
	if kept == nil && d.ID == "" {
		d.ID = h.freeID(nameID(d.Name, "source"))
	}
	if len(wrong) > 0 {
		all := h.check(d, kept)
		maps.Copy(all, wrong) // what could not be read says more than that it is missing
		return h.refuseSource(c, d, kept, all)
	}
	saved, wrong, err := h.saveSource(c, d, kept)
	if err != nil {
		return err
	}
	if len(wrong) > 0 {
		return h.refuseSource(c, d, kept, wrong)
	}
	if saved.Kind == content.KindPush && kept == nil {
		return done(c, sourceURL(saved.ID, ""), saved.Name+" is saved. Make a token for the scripts that send to it.")
	}
	return done(c, "/content-admin", saved.Name+" is saved.")
}

func (h *Handler) refuseSource(c echo.Context, d sourceDraft, kept *store.Source, wrong map[string]string) error {
	model := h.sourceForm(c, d, kept)
	model.Errors = wrong
	return show(c, http.StatusUnprocessableEntity, views.SourcePage(model))
}

// tryDraft tests what stands in the form. htmx gets the result alone, so that the form stays as it is.
func (h *Handler) tryDraft(c echo.Context, d sourceDraft, kept *store.Source) error {
	trial, err := h.testSource(c, d, kept)
	if err != nil {
		return err
	}
	shown := h.trialModel(trial)
	if c.Request().Header.Get("HX-Request") != "" {
		return show(c, http.StatusOK, views.SourceTrialResult(&shown))
	}
	model := h.sourceForm(c, d, kept)
	model.Trial = &shown
	return show(c, http.StatusOK, views.SourcePage(model))
}

// formTestSource tests a source as it is kept.
func (h *Handler) formTestSource(c echo.Context) error {
	source, err := h.source(c)
	if err != nil {
		return err
	}
	d := sourceDraft{Source: source.Source}
	trial, err := h.testSource(c, d, &source)
	if err != nil {
		return err
	}
	model, shown := h.sourceForm(c, d, &source), h.trialModel(trial)
	model.Trial = &shown
	return show(c, http.StatusOK, views.SourcePage(model))
}

// findSourcePlace shows the places that the typed name may mean.
func (h *Handler) findSourcePlace(c echo.Context, d sourceDraft, kept *store.Source) error {
	model := h.sourceForm(c, d, kept)
	model.Place.Query = strings.TrimSpace(c.FormValue("place_query"))
	places, err := h.geocode(c, model.Place.Query)
	switch p := problem.Of(err); {
	case err != nil && (p == problem.Internal || p == problem.Forbidden):
		return err
	case err != nil && p.Status == http.StatusBadRequest:
		model.Place.Message = "Write the name of a place first."
	case err != nil:
		model.Place.Message = p.Detail
	case len(places) == 0:
		model.Place.Message = "No place of this name was found."
	}
	model.Place.Found = placeChoices(places)
	if c.Request().Header.Get("HX-Request") != "" {
		return show(c, http.StatusOK, views.PlaceResults(model.Place))
	}
	return show(c, http.StatusOK, views.SourcePage(model))
}

// formToken makes a token for scripts and shows it once.
func (h *Handler) formToken(c echo.Context) error {
	source, token, err := h.newToken(c)
	if err != nil {
		return err
	}
	model := h.sourceForm(c, sourceDraft{Source: source.Source}, &source)
	model.NewToken = token
	return show(c, http.StatusOK, views.SourcePage(model))
}

// readDraft reads the form; what cannot be read is a problem by field.
func readDraft(c echo.Context, kept *store.Source) (sourceDraft, map[string]string, error) {
	if _, err := c.FormParams(); err != nil {
		return sourceDraft{}, nil, problem.TooLarge
	}
	wrong := map[string]string{}
	text := func(name string) string { return strings.TrimSpace(c.FormValue(name)) }
	d := sourceDraft{Source: content.Source{
		ID: text("id"), Name: text("name"), Kind: text("kind"), Category: text("category"), URL: text("url"), Secret: text("secret"),
		Paths: content.Paths{
			Items: text("path_items"), Title: text("path_title"), Text: text("path_text"), Question: text("path_question"),
			Answer: text("path_answer"), Author: text("path_author"), Date: text("path_date"), URL: text("path_url"), Image: text("path_image"),
		},
		Text: c.FormValue("text"), OnMyNetwork: text("on_my_network") == "true", Paused: text("paused") == "true", Credit: text("credit"),
	}}
	if kept != nil {
		d.ID, d.Kind, d.Upload = kept.ID, kept.Kind, kept.Upload
	}
	if d.Category == newCategory {
		if d.Category, d.NewCategory = "", text("new_category"); d.NewCategory == "" {
			wrong["category"] = "Give the new category a name."
		}
	}
	d.Headers, wrong = headersOf(c.FormValue("headers"), wrong)
	d.IntervalSeconds = 60 * optionalNumber(text("interval"), "interval_seconds", wrong)
	d.TimeoutSeconds = optionalNumber(text("timeout"), "timeout_seconds", wrong)
	d.MaxBytes = 1024 * int64(optionalNumber(text("max_kilobytes"), "max_bytes", wrong))
	d.MaxItems = optionalNumber(text("max_items"), "max_items", wrong)
	d.Place = placeOf(c, wrong)
	var err error
	d.Calendar, err = uploadedCalendar(c)
	return d, wrong, err
}

// newCategory is the choice that a category is to be made; no name of one has such letters.
const newCategory = "+"

// optionalNumber is a whole number, 0 where nothing was typed.
func optionalNumber(text, field string, wrong map[string]string) int {
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > 1_000_000 {
		wrong[field] = "Write a whole number."
		return 0
	}
	return n
}

// headersOf reads one header a line.
func headersOf(text string, wrong map[string]string) ([]content.Header, map[string]string) {
	var headers []content.Header
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			wrong["headers"] = "Write one header a line, such as Accept: application/json."
		}
		headers = append(headers, content.Header{Name: strings.TrimSpace(name), Value: strings.TrimSpace(value)})
	}
	return headers, wrong
}

// placeOf is the chosen place, or the one in the fields.
func placeOf(c echo.Context, wrong map[string]string) content.Place {
	if place, ok := parsePlace(c.FormValue("place_found")); ok {
		return place
	}
	place := content.Place{Name: strings.TrimSpace(c.FormValue("place_name")), TimeZone: strings.TrimSpace(c.FormValue("place_zone"))}
	for _, field := range []struct {
		name string
		into *float64
	}{{"latitude", &place.Latitude}, {"longitude", &place.Longitude}} {
		text := strings.Replace(strings.TrimSpace(c.FormValue(field.name)), ",", ".", 1)
		if text == "" {
			continue
		}
		n, err := strconv.ParseFloat(text, 64)
		if err != nil {
			wrong["place"] = "Latitude and longitude are numbers in degrees, such as 52.52 and 13.40."
		}
		*field.into = n
	}
	return place
}

// uploadedCalendar is the file of the form, nil where there is none.
func uploadedCalendar(c echo.Context) ([]byte, error) {
	file, err := c.FormFile("calendar")
	if err != nil || file.Size == 0 {
		return nil, nil //nolint:nilerr // a form without the file is as good
	}
	opened, err := file.Open()
	if err != nil {
		return nil, err
	}
	defer func() { _ = opened.Close() }()
	return io.ReadAll(io.LimitReader(opened, largestCalendar+1))
}
