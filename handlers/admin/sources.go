package admin

import (
	"bytes"
	"cmp"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"personalcms/content"
	"personalcms/handlers/access"
	"personalcms/handlers/problem"
	"personalcms/store"

	"github.com/labstack/echo/v4"
)

func (h *Handler) contentPages(g *echo.Group) {
	g.GET("/content-admin", h.contentPage)
	g.GET("/partials/sources", h.partialSources)
	g.POST("/content-admin/ready", h.formReady)
	g.GET("/content-admin/sources/new", h.newSourcePage)
	g.POST("/content-admin/sources/new", h.formNewSource)
	g.GET("/content-admin/sources/:source_id", h.sourcePage)
	g.POST("/content-admin/sources/:source_id", h.formSource)
	g.POST("/content-admin/sources/:source_id/test", h.formTestSource)
	g.POST("/content-admin/sources/:source_id/fetch", h.formFetchSource)
	g.POST("/content-admin/sources/:source_id/pause", h.formPauseSource)
	g.POST("/content-admin/sources/:source_id/token", h.formToken)
	g.POST("/content-admin/sources/:source_id/delete", h.formDeleteSource)
	g.POST("/content-admin/items", h.formAddCategory)
	g.POST("/content-admin/items/:category", h.formCategory)
	g.GET("/content-admin/items/:category/:subcategory", h.itemsPage)
	g.POST("/content-admin/items/:category/:subcategory", h.formItems)
}

func (h *Handler) contentAPI(g *echo.Group) {
	g.GET("/api/v1/sources", h.apiSources)
	g.POST("/api/v1/sources", h.apiAddSource)
	g.GET("/api/v1/sources/ready", h.apiReadySources)
	g.POST("/api/v1/sources/test", h.apiTestSource)
	g.GET("/api/v1/sources/:source_id", h.apiSource)
	g.PUT("/api/v1/sources/:source_id", h.apiSaveSource)
	g.DELETE("/api/v1/sources/:source_id", h.apiDeleteSource)
	g.POST("/api/v1/sources/:source_id/fetch", h.apiFetchSource)
	g.PUT("/api/v1/sources/:source_id/calendar", h.apiCalendar)
	g.POST("/api/v1/sources/:source_id/token", h.apiToken)
	g.GET("/api/v1/geocode", h.apiGeocode)
	g.GET("/api/v1/items", h.apiCategories)
	g.POST("/api/v1/items", h.apiAddCategory)
	g.POST("/api/v1/items/:category", h.apiAddSubcategory)
	g.DELETE("/api/v1/items/:category", h.apiDeleteCategory)
	g.GET("/api/v1/items/:category/:subcategory", h.apiItems)
	g.POST("/api/v1/items/:category/:subcategory", h.apiAddItems)
	g.DELETE("/api/v1/items/:category/:subcategory", h.apiDeleteSubcategory)
	g.GET("/api/v1/items/:category/:subcategory/export", h.apiExportItems)
	g.PUT("/api/v1/items/:category/:subcategory/:item", h.apiChangeItem)
	g.PATCH("/api/v1/items/:category/:subcategory/:item", h.apiShowItem)
	g.DELETE("/api/v1/items/:category/:subcategory/:item", h.apiDeleteItem)
}

var (
	unknownSource = problem.New(http.StatusNotFound, "unknown_source", "There is no source with this id.")
	manyAsked     = &problem.Problem{
		Status: http.StatusServiceUnavailable, Word: "busy", RetryAfter: 5,
		Detail: "Two servers are being asked already. Try again in a few seconds.",
	}
)

// askedAtOnce is how many servers are asked at the same time because somebody pressed a button.
const askedAtOnce = 2

// largestCalendar is how large an uploaded calendar may be, in bytes.
const largestCalendar = 2 << 20

// source is the one that the address names.
func (h *Handler) source(c echo.Context) (store.Source, error) {
	source, err := h.db.Source(param(c, "source_id"))
	if errors.Is(err, store.ErrNotFound) {
		return source, unknownSource
	}
	return source, err
}

// ask lets whoever may change things have a server asked, a few at a time.
func (h *Handler) ask(c echo.Context) (end func(), err error) {
	if !access.Of(c).May("write") {
		return nil, problem.Forbidden
	}
	select {
	case h.asking <- struct{}{}:
		return func() { <-h.asking }, nil
	default:
		return nil, manyAsked
	}
}

// sourceDraft is a source as somebody wants it.
type sourceDraft struct {
	content.Source
	NewCategory string // title of a category to be made for it, "" = none
	Calendar    []byte // an uploaded calendar, nil = none
}

// reservedIDs are parts of addresses beside sources.
var reservedIDs = []string{"new", "ready", "test"}

// check says by field what is wrong with a draft. kept is the source as it is, nil for a new one.
func (h *Handler) check(d sourceDraft, kept *store.Source) map[string]string {
	if len(d.Calendar) > 0 {
		d.Upload = "new"
	}
	wrong := d.Check(kept != nil && len(kept.Sealed) > 0, h.now())
	if kept == nil {
		if _, err := h.db.Source(d.ID); err == nil || slices.Contains(reservedIDs, d.ID) {
			wrong["id"] = "This id is taken. Choose another one."
		}
	}
	if kept != nil && len(kept.Sealed) > 0 && d.Secret == "" && origin(d.URL) != origin(kept.URL) {
		wrong["secret"] = "The address leads to another server now. Type the key again if it is to get it, or - to remove the key."
	}
	if len(d.Calendar) > largestCalendar {
		wrong["calendar"] = "A calendar file has at most 2 MB."
	} else if len(d.Calendar) > 0 {
		if _, err := content.ReadCalendar(d.Calendar, h.household(), h.now()); err != nil {
			wrong["calendar"] = content.Sentence(err)
		}
	}
	if sentence := h.categoryProblem(d); sentence != "" {
		wrong["category"] = sentence
	}
	return wrong
}

// origin is the server that an address leads to.
func origin(address string) string {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil {
		return address
	}
	return strings.ToLower(u.Scheme + "://" + u.Host)
}

// categoryProblem says why a source cannot put its items into its category.
func (h *Handler) categoryProblem(d sourceDraft) string {
	if d.NewCategory != "" {
		return titleProblem(d.NewCategory)
	}
	if d.Category == "" {
		return ""
	}
	if !slices.Contains([]string{content.KindJSON, content.KindFeed, content.KindText, content.KindPush}, d.Kind) {
		return "This kind of source has no items for a category."
	}
	category, known := h.category(d.Category)
	if !known {
		return "There is no category of this name."
	}
	if slices.ContainsFunc(category.Subcategories, func(s content.Subcategory) bool { return s.Name == d.ID && !s.Source }) {
		return category.Title + " has items of its own under the name " + d.ID + ". Give the source another id."
	}
	return ""
}

// saveSource checks and stores a draft; problems by field are returned where it is not as it should be.
func (h *Handler) saveSource(c echo.Context, d sourceDraft, kept *store.Source) (store.Source, map[string]string, error) {
	if wrong := h.check(d, kept); len(wrong) > 0 {
		return store.Source{}, wrong, nil
	}
	if d.NewCategory != "" {
		category, err := h.addCategory(c, d.NewCategory)
		if err != nil {
			return store.Source{}, nil, err
		}
		d.Category = category.Name
	}
	saved, err := h.db.SaveSource(d.ID, d.Calendar, func(source *store.Source, known bool) error {
		if known != (kept != nil) {
			return store.ErrConflict
		}
		upload := source.Upload
		source.Source = d.Source
		if source.Upload = upload; d.Kind != content.KindCalendar || strings.TrimSpace(d.URL) != "" {
			source.Upload = ""
		}
		return nil
	})
	if errors.Is(err, store.ErrConflict) {
		return saved, nil, problem.New(http.StatusConflict, "changed_meanwhile", "Somebody made or deleted a source of this id meanwhile. Reload the page.")
	}
	if err != nil {
		return saved, nil, err
	}
	return saved, nil, h.audit(c, "", "saved source "+saved.ID)
}

// badSource is the answer to a script whose source is not as it should be: the first field that is wrong.
func badSource(wrong map[string]string) error {
	field := slices.Min(slices.Collect(maps.Keys(wrong)))
	p := problem.New(http.StatusUnprocessableEntity, "bad_source", wrong[field])
	p.Key = field
	return p.With(map[string]any{"problems": wrong})
}

// freeID is an id for a source of some name that no other has.
func (h *Handler) freeID(base string) string {
	for n := 1; n <= maxSameName; n++ {
		id := numbered(base, n)
		if _, err := h.db.Source(id); err != nil && !slices.Contains(reservedIDs, id) {
			return id
		}
	}
	return base
}

// changeSource changes one thing of a source.
func (h *Handler) changeSource(c echo.Context, words string, change func(*store.Source)) (store.Source, error) {
	source, err := h.source(c)
	if err != nil {
		return source, err
	}
	source, err = h.db.SaveSource(source.ID, nil, func(source *store.Source, known bool) error {
		if !known {
			return unknownSource
		}
		change(source)
		return nil
	})
	if err != nil {
		return source, err
	}
	return source, h.audit(c, "", words+" source "+source.ID)
}

func (h *Handler) deleteSource(c echo.Context) (store.Source, error) {
	source, err := h.source(c)
	if err != nil {
		return source, err
	}
	if err := h.db.DeleteSource(source.ID); err != nil {
		return source, err
	}
	return source, h.audit(c, "", "deleted source "+source.ID)
}

// newToken makes the token with which scripts push to a source; the one before it is worth nothing any more.
func (h *Handler) newToken(c echo.Context) (store.Source, string, error) {
	source, err := h.source(c)
	if err != nil {
		return source, "", err
	}
	if source.Kind != content.KindPush {
		return source, "", notPushed
	}
	token := access.NewToken()
	source, err = h.changeSource(c, "made a new token for", func(source *store.Source) { source.PushHash = access.Hash(token) })
	return source, token, err
}

// fetchSource fetches a source now.
func (h *Handler) fetchSource(c echo.Context) (store.Source, store.Fetched, error) {
	source, err := h.source(c)
	if err != nil {
		return source, store.Fetched{}, err
	}
	end, err := h.ask(c)
	if err != nil {
		return source, store.Fetched{}, err
	}
	defer end()
	if source.Kind == content.KindPush {
		return source, h.db.Fetched(source.ID), nil
	}
	fetched, err := h.feeds.Fetch(c.Request().Context(), source.ID)
	if err != nil {
		return source, fetched, err
	}
	return source, fetched, h.audit(c, "", "fetched source "+source.ID)
}

// testSource asks a source that may not be saved and keeps nothing. kept is the one it is a draft of, nil for a new one.
func (h *Handler) testSource(c echo.Context, d sourceDraft, kept *store.Source) (content.Trial, error) {
	end, err := h.ask(c)
	if err != nil {
		return content.Trial{}, err
	}
	defer end()
	if d.Secret == "-" || kept == nil {
		d.ID = "" // it is not given the key that is kept for the id
	}
	if d.Secret == "-" {
		d.Secret = ""
	}
	if d.Kind != content.KindCalendar || strings.TrimSpace(d.URL) != "" {
		return h.feeds.Test(c.Request().Context(), d.Source)
	}
	data := d.Calendar
	if len(data) == 0 && kept != nil && kept.Upload != "" {
		if data, err = h.db.Blob(kept.Upload); err != nil {
			return content.Trial{}, err
		}
	}
	if len(data) == 0 {
		return h.feeds.Test(c.Request().Context(), d.Source)
	}
	feed, err := content.ReadCalendar(data, h.household(), h.now().In(h.household()))
	raw := bytes.ToValidUTF8(data[:min(len(data), rawOfFile)], nil)
	return content.Trial{ContentType: "text/calendar", Raw: string(raw), Feed: feed, Err: content.Sentence(err)}, nil
}

// rawOfFile is how much of an uploaded file is shown, in bytes.
const rawOfFile = 20 << 10

// geocode finds places by their name.
func (h *Handler) geocode(c echo.Context, name string) ([]content.Place, error) {
	if name = strings.TrimSpace(name); name == "" || utf8.RuneCountInString(name) > maxPlaceName {
		p := problem.New(http.StatusBadRequest, "bad_value", "“name” is the name of a place, at most 200 letters.")
		p.Key = "name"
		return nil, p
	}
	end, err := h.ask(c)
	if err != nil {
		return nil, err
	}
	defer end()
	language, _, _ := strings.Cut(h.db.Settings().Units.Language, "-")
	places, err := h.places(c.Request().Context(), name, cmp.Or(language, "en"))
	if err != nil {
		h.log.Warn().Err(err).Msg("place search")
		return nil, problem.New(http.StatusBadGateway, "no_answer", "The search for places did not answer: "+content.Sentence(err))
	}
	return places, nil
}

// readySource is a ready-made source with the answers to what it asks in it. missing names a question without answer.
func readySource(ready content.ReadySource, country string, place content.Place) (source content.Source, missing string) {
	country = strings.ToUpper(strings.TrimSpace(country))
	for _, question := range ready.Asks {
		switch {
		case question == "country" && !countryCode(country):
			return source, "country"
		case question == "place" && place == content.Place{}:
			return source, "place"
		}
	}
	source = ready.Fill(map[string]string{"country": country})
	if slices.Contains(ready.Asks, "place") {
		source.Place = place
		source.Name += ", " + firstPart(place.Name)
	}
	return source, ""
}

func countryCode(text string) bool {
	return len(text) == 2 && !strings.ContainsFunc(text, func(r rune) bool { return r < 'A' || r > 'Z' })
}

// firstPart is a place's name without region and country.
func firstPart(name string) string {
	part, _, _ := strings.Cut(name, ",")
	return part
}
