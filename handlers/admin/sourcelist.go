package admin

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"personalcms/content"
	"personalcms/handlers/access"
	"personalcms/handlers/problem"
	"personalcms/render"
	"personalcms/store"
	"personalcms/views"

	"github.com/labstack/echo/v4"
)

func (h *Handler) contentPage(c echo.Context) error {
	return h.showContent(c, http.StatusOK, func(*views.Content) {})
}

// showContent is the page of all content, with what a form wants to say.
func (h *Handler) showContent(c echo.Context, status int, say func(*views.Content)) error {
	model := h.contentModel(c)
	say(&model)
	return show(c, status, views.ContentPage(model))
}

func (h *Handler) partialSources(c echo.Context) error {
	return show(c, http.StatusOK, views.SourceList(h.contentModel(c)))
}

func (h *Handler) contentModel(c echo.Context) views.Content {
	model := views.Content{
		Page: h.page(c, "Content", "screens", eventsURL(c)), MayChange: access.Of(c).May("write"), Ready: h.readyGroups(), Categories: h.categoryRows(),
	}
	for _, source := range h.db.Sources() {
		row := h.sourceRow(source)
		if row.Warm {
			model.Failing++
		}
		model.Sources = append(model.Sources, row)
	}
	for _, kind := range content.Kinds() {
		title, hint := kindWords(kind)
		model.Kinds = append(model.Kinds, views.SourceKind{Title: title, Hint: hint, URL: "/content-admin/sources/new?kind=" + kind})
	}
	return model
}

// worksOf is one word for how a source does: fine, failing, paused or waiting.
func worksOf(source store.Source, fetched store.Fetched) string {
	state := fetched.State
	switch {
	case source.Paused:
		return "paused"
	case state.Failures > 0:
		return "failing"
	case state.LastTry.IsZero() && (source.Kind == content.KindPush || fetched.Feed.At.IsZero()):
		return "waiting"
	}
	return "fine"
}

func (h *Handler) sourceRow(source store.Source) views.SourceRow {
	fetched, now, zone := h.db.Fetched(source.ID), h.now(), h.household()
	title, _ := kindWords(source.Kind)
	row := views.SourceRow{
		ID: source.ID, Name: source.Name, Kind: title, Paused: source.Paused, Fetched: fieldsOf(source.Kind).Fetching,
	}
	if category, known := h.category(source.Category); known {
		row.Category = category.Title
	}
	state := fetched.State
	switch worksOf(source, fetched) {
	case "paused":
		row.State = "Paused"
	case "failing":
		row.Warm, row.Error = true, state.LastError
		row.State = "Has not worked yet"
		if !state.LastGood.IsZero() {
			row.State = "Failing since " + when(state.LastGood, now, zone)
		}
	case "waiting":
		row.State = "Waits for its first fetch"
		if source.Kind == content.KindPush {
			row.State = "Waits for a script"
		}
	default:
		row.State, row.Good = "Fine", true
	}
	row.Facts = h.sourceFacts(source, fetched)
	for _, layout := range h.layoutsWith(source.ID) {
		row.Layouts = append(row.Layouts, views.Link{Text: layout.Name, URL: layoutURL(layout.ID, "")})
	}
	return row
}

// sourceFacts are the numbers of a source.
func (h *Handler) sourceFacts(source store.Source, fetched store.Fetched) []views.Pair {
	state, now, zone := fetched.State, h.now(), h.household()
	value := "none yet"
	if !fetched.Feed.At.IsZero() {
		value = ago(fetched.Feed.At, now)
		if value != "just now" {
			value += " old"
		}
	}
	facts := []views.Pair{{Name: "Last value", Value: value, Warm: state.Failures > 0}}
	if next, ok := content.NextFetch(source.Source, state); ok {
		words := "in a moment"
		if next.After(now) {
			words = when(next, now, zone)
		}
		facts = append(facts, views.Pair{Name: "Next fetch", Value: words})
	}
	name := "Fetched"
	if source.Kind == content.KindPush {
		name = "Received"
	}
	facts = append(facts, views.Pair{Name: name, Value: fmt.Sprintf("%d good, %d failed", state.Successes, state.Fails)})
	if source.Kind != content.KindPush && source.Kind != content.KindText && state.Successes > 0 {
		facts = append(facts, views.Pair{Name: "Takes", Value: strconv.FormatInt(state.AverageMillis, 10) + " ms"})
	}
	return facts
}

// layoutsWith are the layouts with a widget that shows a source.
func (h *Handler) layoutsWith(source string) []store.Layout {
	return slices.DeleteFunc(h.db.Layouts(), func(layout store.Layout) bool {
		return !slices.ContainsFunc(layout.Widgets, func(w render.Widget) bool { return slices.Contains(w.Sources, source) })
	})
}

// kindWords are a kind of source for people: its title and what it is.
func kindWords(kind string) (title, hint string) {
	switch kind {
	case content.KindJSON:
		return "JSON address", "An address that answers JSON; you say where the items stand in it."
	case content.KindFeed:
		return "News feed", "RSS, Atom or JSON Feed."
	case content.KindCalendar:
		return "Calendar", "iCalendar by its address, or a file you upload."
	case content.KindWeather:
		return "Weather", "The forecast of Open-Meteo for a place."
	case content.KindAir:
		return "Air quality", "Air and pollen of Open-Meteo for a place."
	case content.KindText:
		return "Text", "What you type, one item a paragraph."
	case content.KindPush:
		return "Push", "What your own scripts send here."
	case content.KindPicture:
		return "Picture", "A picture at an address, such as the comic of the day."
	}
	return kind, ""
}

// readyGroups are the ready-made sources by what they are about.
func (h *Handler) readyGroups() []views.ReadyGroup {
	groups := []views.ReadyGroup{{Title: "Weather and days"}, {Title: "News"}, {Title: "To smile and to think"}}
	for _, ready := range content.Ready() {
		at := 0
		switch {
		case ready.Source.Category == "news":
			at = 1
		case ready.Source.Category != "" || ready.Source.Kind == content.KindPicture:
			at = 2
		}
		shown := views.ReadySource{ID: ready.Source.ID, Name: ready.Source.Name, Note: ready.Note, Homepage: siteName(ready.Homepage)}
		if len(ready.Asks) > 0 {
			shown.Asks = ready.Asks[0]
		}
		if home := h.db.Settings().Place; shown.Asks == "place" && home != (content.Place{}) {
			shown.Places = placeChoices([]content.Place{home})
		}
		_, err := h.db.Source(ready.Source.ID)
		shown.Here = err == nil
		groups[at].Ready = append(groups[at].Ready, shown)
	}
	return groups
}

// siteName is an address as a person reads it.
func siteName(address string) string {
	_, name, _ := strings.Cut(address, "://")
	return strings.TrimSuffix(strings.TrimPrefix(name, "www."), "/")
}

// formReady adds a ready-made source, or asks what it has to know first.
func (h *Handler) formReady(c echo.Context) error {
	all := content.Ready()
	at := slices.IndexFunc(all, func(r content.ReadySource) bool { return r.Source.ID == c.FormValue("ready") })
	if at < 0 {
		return problem.New(http.StatusUnprocessableEntity, "unknown_ready", "There is no ready-made source of this name.")
	}
	place, _ := parsePlace(c.FormValue("place"))
	source, missing := readySource(all[at], c.FormValue("country"), place)
	if missing != "" {
		return h.askReady(c, all[at], missing)
	}
	source.ID = h.freeID(source.ID)
	saved, wrong, err := h.saveSource(c, sourceDraft{Source: source}, nil)
	if err != nil {
		return err
	}
	if len(wrong) > 0 {
		return badSource(wrong)
	}
	return done(c, "/content-admin", saved.Name+" is added and is fetched in a moment. Choose it in a widget of a layout.")
}

// askReady shows the page again with the question of a ready-made source, and the places that its answer may mean.
func (h *Handler) askReady(c echo.Context, ready content.ReadySource, missing string) error {
	asked := views.ReadySource{Answer: strings.TrimSpace(c.FormValue("name"))}
	status := http.StatusUnprocessableEntity
	if missing == "country" {
		asked.Answer, asked.Error = c.FormValue("country"), "Write the country’s two letters, such as DE or GB."
	} else {
		places, err := h.geocode(c, asked.Answer)
		switch p := problem.Of(err); {
		case err != nil && p.Status == http.StatusBadRequest:
			asked.Error = "Write the name of a place."
		case err != nil && (p == problem.Internal || p == problem.Forbidden):
			return err
		case err != nil:
			asked.Error = p.Detail
		case len(places) == 0:
			asked.Error = "No place of this name was found."
		default:
			asked.Places, status = placeChoices(places), http.StatusOK
		}
	}
	return h.showContent(c, status, func(model *views.Content) {
		for _, group := range model.Ready {
			for i := range group.Ready {
				if one := &group.Ready[i]; one.ID == ready.Source.ID {
					one.Answer, one.Error, one.Places = asked.Answer, asked.Error, asked.Places
				}
			}
		}
	})
}

// placeChoices are places to choose from; all of a place is in the value of its choice.
func placeChoices(places []content.Place) []views.PlaceChoice {
	var choices []views.PlaceChoice
	for _, place := range places {
		raw, err := json.Marshal(place)
		if err != nil {
			continue // a place is always one of numbers and letters
		}
		choices = append(choices, views.PlaceChoice{
			Value: string(raw), Name: place.Name, Detail: fmt.Sprintf("%.2f, %.2f", place.Latitude, place.Longitude),
		})
	}
	return choices
}

// parsePlace reads a chosen place back.
func parsePlace(text string) (place content.Place, ok bool) {
	return place, text != "" && json.Unmarshal([]byte(text), &place) == nil
}

func sourceURL(id, rest string) string { return "/content-admin/sources/" + url.PathEscape(id) + rest }

func (h *Handler) formFetchSource(c echo.Context) error {
	source, fetched, err := h.fetchSource(c)
	if err != nil {
		return err
	}
	if fetched.State.Failures > 0 {
		return done(c, "/content-admin", source.Name+" could not be fetched: "+fetched.State.LastError)
	}
	return done(c, "/content-admin", source.Name+" is fetched.")
}

// formPauseSource stops the fetches of a source, or lets them go on.
func (h *Handler) formPauseSource(c echo.Context) error {
	pause, words, said := c.FormValue("paused") == "true", "resumed", " is fetched again."
	if pause {
		words, said = "paused", " is paused. What it gave last stays on the screens."
	}
	source, err := h.changeSource(c, words, func(source *store.Source) { source.Paused = pause })
	if err != nil {
		return err
	}
	return done(c, "/content-admin", source.Name+said)
}

func (h *Handler) formDeleteSource(c echo.Context) error {
	source, err := h.deleteSource(c)
	if errors.Is(err, store.ErrNotFound) {
		return unknownSource
	}
	if err != nil {
		return err
	}
	return done(c, "/content-admin", source.Name+" is deleted.")
}
