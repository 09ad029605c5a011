package admin

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"personalcms/handlers/fleet"
	"personalcms/ota"
	"personalcms/store"
	"personalcms/views"

	"github.com/labstack/echo/v4"
)

// fleetRows is how many devices one page has.
const fleetRows = 50

// hours are how long ago a device was heard of, as a filter offers it.
var hours = []struct {
	value, label string
	filter       ota.Filter
}{
	{"1h", "within an hour", ota.Filter{SeenWithin: 1}},
	{"24h", "within a day", ota.Filter{SeenWithin: 24}},
	{"-24h", "not for a day", ota.Filter{NotSeenFor: 24}},
	{"-168h", "not for a week", ota.Filter{NotSeenFor: 168}},
}

// facetNames are the fields of the filter of the page.
var facetNames = []struct {
	name, label string
	of          func(ota.Board) []string
	set         func(*ota.Filter, string)
}{
	{"type", "Type", func(b ota.Board) []string { return []string{b.DeviceType} }, func(f *ota.Filter, v string) { f.DeviceTypes = []string{v} }},
	{"version", "Version", func(b ota.Board) []string { return []string{b.Version} }, func(f *ota.Filter, v string) { f.Versions = []string{v} }},
	{"group", "Group", func(b ota.Board) []string { return b.Groups }, func(f *ota.Filter, v string) { f.Groups = []string{v} }},
	{"chip", "Chip", func(b ota.Board) []string { return []string{b.Chip} }, func(f *ota.Filter, v string) { f.Chips = []string{v} }},
}

// fleetFilter reads the filter of an address, leaving out one of its fields.
func fleetFilter(query url.Values, without string) ota.Filter {
	var filter ota.Filter
	for _, row := range hours {
		if without != "seen" && query.Get("seen") == row.value {
			filter = row.filter
		}
	}
	for _, facet := range facetNames {
		if value := query.Get(facet.name); value != "" && facet.name != without {
			facet.set(&filter, value)
		}
	}
	return filter
}

// fleetQuery is the filter of an address alone.
func fleetQuery(query url.Values) url.Values {
	kept := url.Values{}
	keep := func(name string) {
		if value := query.Get(name); value != "" {
			kept.Set(name, value)
		}
	}
	for _, facet := range facetNames {
		keep(facet.name)
	}
	keep("seen")
	return kept
}

func (h *Handler) fleetPage(c echo.Context) error {
	return h.showFleet(c, http.StatusOK, "")
}

func (h *Handler) showFleet(c echo.Context, status int, refused string) error {
	now := h.now()
	query := fleetQuery(c.QueryParams())
	boards := h.fleet.Boards(now)
	meant := fleet.Match(boards, fleetFilter(query, ""), now)
	from, _ := strconv.Atoi(c.QueryParam("from"))
	from = max(0, min(from, len(meant)-1)) / fleetRows * fleetRows
	model := views.Fleet{
		Page: h.page(c, "Firmware of devices", "firmware", eventsURL(c)), Facets: facets(boards, query, now), Query: query.Encode(),
		All: len(meant), From: from + 1, Groups: slices.Sorted(maps.Keys(fleet.Groups(boards))), Error: refused,
	}
	pageAt := func(from int) string {
		query.Set("from", strconv.Itoa(from))
		return "/ota-management/devices?" + query.Encode()
	}
	model.Live = pageAt(from)
	if from > 0 {
		model.Older = pageAt(from - fleetRows)
	}
	if from+fleetRows < len(meant) {
		model.Newer = pageAt(from + fleetRows)
	}
	for _, board := range meant[from:min(from+fleetRows, len(meant))] {
		row, err := h.fleetRow(board, now)
		if err != nil {
			return err
		}
		model.Rows = append(model.Rows, row)
	}
	return show(c, status, views.FleetPage(model))
}

// facets are the fields of the filter: each choice with how many devices it would leave of those that the other
// fields leave.
func facets(boards []ota.Board, query url.Values, now time.Time) []views.Facet {
	var all []views.Facet
	for _, facet := range facetNames {
		others := fleet.Match(boards, fleetFilter(query, facet.name), now)
		counts := map[string]int{}
		for _, board := range others {
			for _, value := range facet.of(board) {
				if value != "" {
					counts[value]++
				}
			}
		}
		chosen := query.Get(facet.name)
		if _, there := counts[chosen]; chosen != "" && !there {
			counts[chosen] = 0
		}
		shown := views.Facet{Name: facet.name, Label: facet.label, Options: []views.FacetOption{{Label: "any", Count: len(others)}}}
		for _, value := range slices.Sorted(maps.Keys(counts)) {
			label := value
			if facet.name == "chip" {
				label = chipName(value)
			}
			shown.Options = append(shown.Options, views.FacetOption{Value: value, Label: label, Count: counts[value], Selected: value == chosen})
		}
		all = append(all, shown)
	}
	others := fleet.Match(boards, fleetFilter(query, "seen"), now)
	seen := views.Facet{Name: "seen", Label: "Heard of", Options: []views.FacetOption{{Label: "whenever", Count: len(others)}}}
	for _, row := range hours {
		seen.Options = append(seen.Options, views.FacetOption{
			Value: row.value, Label: row.label, Count: len(fleet.Match(others, row.filter, now)), Selected: query.Get("seen") == row.value,
		})
	}
	return append(all, seen)
}

func (h *Handler) fleetRow(board ota.Board, now time.Time) (views.FleetRow, error) {
	device, err := h.db.Device(board.ID)
	if err != nil {
		return views.FleetRow{}, err
	}
	update, err := h.deviceUpdate(device)
	settings, status := h.db.Settings(), h.db.Status(device.ID)
	reach, wakes := settings.Reach(status, now)
	row := views.FleetRow{
		ID: device.ID, Title: device.Title(), URL: deviceURL(device.ID, ""), DeviceType: device.DeviceType, Version: device.Version(),
		Chip: chipName(device.Chip), Groups: device.Groups, Reach: h.seen(status, now), Online: reach == store.ReachOnline,
		Decision: update.Decision, Warm: update.Warm, Progress: update.Progress,
	}
	if reach == store.ReachAsleep {
		row.Reach = "asleep until " + when(wakes, now, settings.Zone(device))
	}
	return row, err
}
