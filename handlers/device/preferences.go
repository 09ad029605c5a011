package device

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"slices"

	"personalcms/handlers/problem"
	"personalcms/render"
	"personalcms/store"

	"github.com/labstack/echo/v4"
)

var noPreferences = &problem.Problem{
	Status: http.StatusBadRequest, Word: "missing_fields", V1: "Missing required fields", Key: "preferences",
	Detail: "Missing required fields: preferences.",
}

// Bounds of refresh_seconds.
const (
	leastRefresh = 60
	mostRefresh  = 604800
)

// parsePreferences reads PROTOCOL §4. Names that no category has are dropped and returned.
func (h *Handler) parsePreferences(raw json.RawMessage) (store.Preferences, []string, error) {
	var given store.Preferences
	if !bytes.HasPrefix(bytes.TrimSpace(raw), []byte("{")) {
		return given, nil, wrongType("preferences", "an object")
	}
	if err := decodeBytes(raw, &given); err != nil {
		return given, nil, err
	}
	ignored := []string{}
	known := func(category string, names []string) []string {
		kept := []string{}
		for _, name := range names {
			switch {
			case !h.library.Known(category, name):
				ignored = append(ignored, name)
			case !slices.Contains(kept, name):
				kept = append(kept, name)
			}
		}
		return kept
	}
	preferences := store.Preferences{
		Jokes: known("jokes", given.Jokes), Riddles: known("riddles", given.Riddles), News: known("news", given.News), Layout: given.Layout,
	}
	for _, category := range slices.Sorted(maps.Keys(given.More)) {
		preferences.Choose(category, known(category, given.More[category]))
	}
	if given.Layout != "" && given.Layout != render.DefaultLayout {
		if _, err := h.db.Layout(given.Layout); err != nil {
			ignored, preferences.Layout = append(ignored, given.Layout), ""
		}
	}
	if preferences.Layout == "" {
		preferences.Layout = render.DefaultLayout
	}
	switch {
	case given.RefreshSeconds >= leastRefresh && given.RefreshSeconds <= mostRefresh:
		preferences.RefreshSeconds = given.RefreshSeconds
	case given.RefreshSeconds != 0:
		ignored = append(ignored, "refresh_seconds")
	}
	return preferences, ignored, nil
}

// shown are the preferences as a device gets them: nothing chosen means everything.
func (h *Handler) shown(preferences store.Preferences) store.Preferences {
	for _, chosen := range []struct {
		category string
		names    *[]string
	}{{"jokes", &preferences.Jokes}, {"riddles", &preferences.Riddles}, {"news", &preferences.News}} {
		if len(*chosen.names) == 0 {
			*chosen.names = h.subcategories(chosen.category)
		}
	}
	if preferences.Layout == "" {
		preferences.Layout = render.DefaultLayout
	}
	return preferences
}

// preferences answers what a device shows.
func (h *Handler) preferences(c echo.Context) error {
	device, err := h.known(c)
	if err != nil {
		return err
	}
	h.seen(c, device.ID, nil)
	return c.JSON(http.StatusOK, h.preferencesAnswer(device))
}

func (h *Handler) preferencesAnswer(device store.Device) map[string]any {
	return map[string]any{
		"status": "success", "device_id": device.ID, "device_name": device.Title(), "preferences": h.shown(device.Preferences),
	}
}

// putPreferences takes {"preferences":{…}}.
func (h *Handler) putPreferences(c echo.Context) error {
	var req struct {
		Preferences json.RawMessage `json:"preferences"`
	}
	if err := decode(c, &req); err != nil {
		return err
	}
	if req.Preferences == nil {
		return noPreferences
	}
	return h.savePreferences(c, req.Preferences)
}

// postPreferences takes the bare object, and the wrapped one too.
func (h *Handler) postPreferences(c echo.Context) error {
	raw, err := body(c)
	if err != nil {
		return err
	}
	var wrapped struct {
		Preferences json.RawMessage `json:"preferences"`
	}
	if err := decodeBytes(raw, &wrapped); err != nil {
		return err
	}
	if wrapped.Preferences != nil {
		raw = wrapped.Preferences
	}
	if len(bytes.TrimSpace(raw)) == 0 {
		return noPreferences // an empty body must not make a device forget its choice
	}
	return h.savePreferences(c, raw)
}

func (h *Handler) savePreferences(c echo.Context, raw json.RawMessage) error {
	preferences, ignored, err := h.parsePreferences(raw)
	if err != nil {
		return err
	}
	device, err := h.known(c)
	if err != nil {
		return err
	}
	h.seen(c, device.ID, nil)
	device, err = h.db.UpdateDevice(device.ID, func(device *store.Device) error {
		device.Preferences = preferences
		device.Own("preferences")
		return nil
	})
	if err != nil {
		return err
	}
	answer := h.preferencesAnswer(device)
	answer["message"] = "Preferences saved"
	if len(ignored) > 0 {
		answer["ignored"] = ignored
	}
	return c.JSON(http.StatusOK, answer)
}
