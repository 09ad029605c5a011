package admin

import (
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"personalcms/content"
	"personalcms/content/schedule"
	"personalcms/render"
	"personalcms/store"
	"personalcms/views"

	"github.com/labstack/echo/v4"
)

func (h *Handler) householdPages(g *echo.Group) {
	g.POST("/settings/units", h.formUnits)
	g.POST("/settings/place", h.formPlace)
	g.POST("/settings/away", h.formHouseholdAway)
	g.POST("/settings/away/end", h.formEndHouseholdAway)
}

// languageNames are the languages of panels as those who speak them write them.
var languageNames = map[string]string{
	"en-GB": "English", "en-US": "English (United States)", "de": "Deutsch", "de-CH": "Deutsch (Schweiz)", "fr": "Français",
	"es": "Español", "it": "Italiano", "nl": "Nederlands", "pt": "Português", "pt-BR": "Português (Brasil)", "pl": "Polski",
	"cs": "Čeština", "sv": "Svenska", "da": "Dansk", "nb": "Norsk bokmål", "fi": "Suomi", "el": "Ελληνικά", "ru": "Русский",
	"uk": "Українська", "tr": "Türkçe", "ar": "العربية", "he": "עברית", "hi": "हिन्दी", "th": "ไทย", "ja": "日本語", "zh": "中文", "ko": "한국어",
}

// unitChoices are the values of the units, with "" for what is usual.
var unitChoices = map[string][]views.Option{
	"clock":       {{Value: "", Label: "as usual"}, {Value: "24", Label: "24 hours"}, {Value: "12", Label: "12 hours"}},
	"temperature": {{Value: "", Label: "as usual"}, {Value: "C", Label: "°C"}, {Value: "F", Label: "°F"}},
	"wind": {
		{Value: "", Label: "as usual"}, {Value: "km/h", Label: "km/h"}, {Value: "mph", Label: "mph"}, {Value: "m/s", Label: "m/s"}, {Value: "kn", Label: "knots"},
	},
}

// chosen is a list of options with one selected.
func chosen(options []views.Option, value string) []views.Option {
	options = slices.Clone(options)
	for i := range options {
		options[i].Selected = options[i].Value == value
	}
	return options
}

// householdModel is what the settings say of the people who look at the panels.
func (h *Handler) householdModel(settings store.Settings) views.Household {
	var languages []views.Option
	for _, tag := range render.Languages() {
		name := languageNames[tag]
		if name == "" {
			name = tag
		}
		languages = append(languages, views.Option{Value: tag, Label: name})
	}
	language := settings.Units.Language
	if language == "" {
		language = languages[0].Value
	}
	model := views.Household{
		Languages: chosen(languages, language), Clocks: chosen(unitChoices["clock"], settings.Units.Clock),
		Temperatures: chosen(unitChoices["temperature"], settings.Units.Temperature), Winds: chosen(unitChoices["wind"], settings.Units.Wind),
		Place: settings.Place.Name, Away: awayWords("Everybody is away", settings.Away, h.now(), h.household()),
	}
	if settings.Place != (content.Place{}) {
		model.Latitude, model.Longitude = coordinate(settings.Place.Latitude), coordinate(settings.Place.Longitude)
	}
	return model
}

func coordinate(degrees float64) string { return strconv.FormatFloat(degrees, 'f', -1, 64) }

func (h *Handler) formUnits(c echo.Context) error {
	units := render.Units{
		Language: c.FormValue("language"), Clock: c.FormValue("clock"), Temperature: c.FormValue("temperature"), Wind: c.FormValue("wind"),
	}
	known := slices.Contains(render.Languages(), units.Language)
	for name, value := range map[string]string{"clock": units.Clock, "temperature": units.Temperature, "wind": units.Wind} {
		known = known && slices.ContainsFunc(unitChoices[name], func(o views.Option) bool { return o.Value == value })
	}
	if !known {
		return h.showSettings(c, http.StatusUnprocessableEntity, func(model *views.Settings) {
			model.Household.Errors = map[string]string{"units": "Choose from the lists."}
		})
	}
	err := h.db.UpdateSettings(func(settings *store.Settings) error {
		settings.Units = units
		return nil
	})
	if err != nil {
		return err
	}
	if err := h.refreshThose(func(store.Device) bool { return true }); err != nil {
		return err
	}
	return h.savedHousehold(c, "units", "changed language and units")
}

func (h *Handler) savedHousehold(c echo.Context, form, words string) error {
	if err := h.audit(c, "", words); err != nil {
		return err
	}
	return h.showSettings(c, http.StatusOK, func(model *views.Settings) { model.Household.Saved = form })
}

// degrees reads a coordinate.
func degrees(text string, most float64) (float64, bool) {
	value, err := strconv.ParseFloat(strings.Replace(strings.TrimSpace(text), ",", ".", 1), 64)
	return value, err == nil && math.Abs(value) <= most
}

const maxPlaceName = 200 // characters

// formPlace notes where the household is, or looks its name up.
func (h *Handler) formPlace(c echo.Context) error {
	name := strings.TrimSpace(c.FormValue("name"))
	problems := map[string]string{}
	if name == "" || utf8.RuneCountInString(name) > maxPlaceName {
		problems["name"] = "A place’s name has 1 to 200 characters."
	}
	find := c.FormValue("do") == "find"
	if find && len(problems) == 0 {
		return h.findPlace(c, name)
	}
	place := content.Place{Name: name}
	var ok bool
	if place.Latitude, ok = degrees(c.FormValue("latitude"), 90); !ok && !find {
		problems["latitude"] = "A latitude is −90 to 90 degrees, north above 0."
	}
	if place.Longitude, ok = degrees(c.FormValue("longitude"), 180); !ok && !find {
		problems["longitude"] = "A longitude is −180 to 180 degrees, east above 0."
	}
	if zone := c.FormValue("timezone"); zone != "" {
		if _, err := time.LoadLocation(zone); err == nil && zone != "Local" {
			place.TimeZone = zone
		}
	}
	if len(problems) > 0 {
		return h.showPlaces(c, http.StatusUnprocessableEntity, func(model *views.Household) { model.Errors = problems })
	}
	err := h.db.UpdateSettings(func(settings *store.Settings) error {
		settings.Place = place
		return nil
	})
	if err != nil {
		return err
	}
	if err := h.refreshThose(func(store.Device) bool { return true }); err != nil {
		return err
	}
	return h.savedHousehold(c, "place", "moved the household to "+name)
}

// showPlaces is the settings page with what was typed about the place.
func (h *Handler) showPlaces(c echo.Context, status int, say func(*views.Household)) error {
	return h.showSettings(c, status, func(model *views.Settings) {
		model.Household.Place, model.Household.Latitude, model.Household.Longitude = c.FormValue("name"), c.FormValue("latitude"), c.FormValue("longitude")
		say(&model.Household)
	})
}

func (h *Handler) findPlace(c echo.Context, name string) error {
	found, err := h.geocode(c, name)
	if err != nil {
		return h.showPlaces(c, http.StatusUnprocessableEntity, func(model *views.Household) {
			model.Errors = map[string]string{"name": "The place search cannot be reached. Try again later, or type the coordinates."}
		})
	}
	return h.showPlaces(c, http.StatusOK, func(model *views.Household) {
		model.Search = name
		for _, place := range found {
			model.Found = append(model.Found, views.Place{
				Name: place.Name, Latitude: coordinate(place.Latitude), Longitude: coordinate(place.Longitude), TimeZone: place.TimeZone,
			})
		}
	})
}

func (h *Handler) formHouseholdAway(c echo.Context) error {
	away, p := h.awayForm(c, h.household())
	if p != nil {
		return h.showSettings(c, http.StatusUnprocessableEntity, func(model *views.Settings) {
			model.Household.AwayUntil, model.Household.AwayScreen = c.FormValue("until"), c.FormValue("screen")
			model.Household.Errors = map[string]string{p.Key: p.Detail}
		})
	}
	if err := h.setHouseholdAway(c, away); err != nil {
		return err
	}
	return h.showSettings(c, http.StatusOK, func(model *views.Settings) { model.Household.Saved = "away" })
}

func (h *Handler) formEndHouseholdAway(c echo.Context) error {
	if err := h.setHouseholdAway(c, schedule.Away{}); err != nil {
		return err
	}
	return h.showSettings(c, http.StatusOK, func(model *views.Settings) { model.Household.Saved = "away" })
}
