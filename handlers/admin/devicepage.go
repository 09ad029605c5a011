package admin

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"personalcms/handlers/screen"
	"personalcms/render"
	"personalcms/store"
	"personalcms/views"

	"github.com/labstack/echo/v4"
)

const logShown = 30

// deviceView shows a device with one of the components that take it: its page, or a part of that.
func (h *Handler) deviceView(view viewOf[views.Device]) echo.HandlerFunc {
	return func(c echo.Context) error {
		device, err := h.device(c)
		if err != nil {
			return err
		}
		model, err := h.deviceModel(c, device)
		if err != nil {
			return err
		}
		return show(c, http.StatusOK, view(model))
	}
}

// deviceModel is all that is shown of one device.
func (h *Handler) deviceModel(c echo.Context, device store.Device) (views.Device, error) {
	now, status := h.now(), h.db.Status(device.ID)
	zone := h.db.Settings().Zone(device)
	model := views.Device{
		Page: h.page(c, device.Title(), "devices", eventsURL(c)),
		ID:   device.ID, Name: device.Title(), Approved: device.Approved, Code: device.Code, Legacy: device.Legacy(),
		Online: h.online(status, now), Seen: h.seen(status, now), Screen: h.screenOf(device),
		Status: h.statusPairs(status, zone), About: h.aboutPairs(device, zone),
		Readings: h.readingCards(device, status, zone), Commands: commandWords(device),
		Settings: h.settingsForm(device), Preferences: h.preferenceChoices(device),
	}
	if !device.ReenrolAsked.IsZero() {
		model.ReenrolAsked = "It came back without its token at " + when(device.ReenrolAsked, now, zone) +
			". If you erased its flash or changed the board, let it have a new one. If you did not, somebody else is using its id."
		if device.Legacy() {
			model.ReenrolAsked = "It asked for a token at " + when(device.ReenrolAsked, now, zone) +
				". If you gave it firmware that keeps one, let it have it: from then on nobody else can speak as it. If you did not, somebody else is using its id."
		}
	}
	if now.Before(device.ReenrolUntil) {
		model.ReenrolUntil = device.ReenrolUntil.In(zone).Format("15:04")
	}
	if twoBoards(device, status) {
		model.Warnings = append(model.Warnings, views.Banner{
			Text: fmt.Sprintf("Two boards speak under this id, from %s and %s. Their readings mix. Give one of them another id, then press the button.",
				status.Duplicate.Addresses[0], status.Duplicate.Addresses[1]),
			Action: views.Action{Label: "I have mended it", URL: deviceURL(device.ID, "/two-boards"), Method: http.MethodPost},
		})
	}
	var err error
	if device.Approved {
		model.OnScreen, model.Door = h.onScreen(device), h.door(c, device)
		if model.Control, err = h.screenControl(device); err != nil {
			return model, err
		}
	}
	if model.Firmware, err = h.deviceFirmware(device); err != nil {
		return model, err
	}
	if model.Pictures, err = h.pictureChoices(device); err != nil {
		return model, err
	}
	model.Log, err = h.logLines(device.ID, zone)
	return model, err
}

func deviceURL(id, rest string) string { return "/devices/" + url.PathEscape(id) + rest }

func (h *Handler) statusPairs(status store.Status, zone *time.Location) []views.Pair {
	var pairs []views.Pair
	add := func(name, value string, known, warm bool) {
		if known {
			pairs = append(pairs, views.Pair{Name: name, Value: value, Warm: warm})
		}
	}
	now := h.now()
	add("Last seen", when(status.LastSeen, now, zone), true, false)
	add("Address", status.Address, status.Address != "", false)
	add("Running for", span(time.Duration(status.Uptime)*time.Second), status.Uptime > 0, false)
	add("Wi-Fi", whole(float64(status.WiFiRSSI))+" dBm, "+wifiWords(status.WiFiRSSI), status.WiFiRSSI != 0, status.WiFiRSSI < -80)
	add("Free memory", size(status.FreeHeap), status.FreeHeap > 0, status.FreeHeap < 20_000)
	battery, known := status.Latest["battery_voltage"]
	add("Battery", fmt.Sprintf("%.2f V", battery.Value), known, battery.Value < 3.4)
	add("Charge", whole(status.BatteryPercent)+" %", status.HasBattery, status.BatteryPercent < 15)
	add("Last reset", status.ResetReason, status.ResetReason != "", false)
	add("Shows", status.Mode, status.Mode != "", false)
	add("Asks again", when(status.NextRefresh, now, zone), status.NextRefresh.After(now), false)
	return pairs
}

func wifiWords(rssi int) string {
	switch {
	case rssi >= -60:
		return "good"
	case rssi >= -72:
		return "fair"
	case rssi >= -80:
		return "weak"
	}
	return "very weak"
}

func (h *Handler) aboutPairs(device store.Device, zone *time.Location) []views.Pair {
	panel := screen.PanelOf(device)
	credentials := "sends its token with every request"
	if device.Legacy() {
		credentials = "none: it registered without a token"
	}
	var pairs []views.Pair
	for _, pair := range []views.Pair{
		{Name: "Type", Value: device.DeviceType},
		{Name: "Does", Value: device.Occupation},
		{Name: "Chip", Value: chipName(device.Chip)},
		{Name: "Flash", Value: optionalSize(device.FlashSize)},
		{Name: "Update slot", Value: optionalSize(device.OTASlotSize)},
		{Name: "Panel", Value: panelWords(panel)},
		{Name: "MAC", Value: device.MAC},
		{Name: "Wi-Fi network", Value: device.WiFiSSID},
		{Name: "Can", Value: strings.Join(device.Capabilities, ", ")},
		{Name: "First seen", Value: when(device.Registered, h.now(), zone)},
		{Name: "Credentials", Value: credentials, Warm: device.Legacy()},
	} {
		if pair.Value != "" {
			pairs = append(pairs, pair)
		}
	}
	return pairs
}

// optionalSize says a size of memory as it is printed on the chip, in units of 1024; "" where it is not known.
func optionalSize(n int64) string {
	switch {
	case n == 0:
		return ""
	case n%(1<<20) == 0:
		return fmt.Sprintf("%d MB", n>>20)
	case n >= 1<<20:
		return fmt.Sprintf("%.2f MB", float64(n)/(1<<20))
	}
	return fmt.Sprintf("%d KB", n>>10)
}

// sensorWords are the names and units of the sensors PROTOCOL knows, in the order they are shown.
var sensorWords = []struct{ key, label, unit string }{
	{"temperature", "Temperature", "°C"},
	{"humidity", "Humidity", "%"},
	{"pressure", "Pressure", "hPa"},
	{"light", "Light", "lx"},
	{"battery_voltage", "Battery", "V"},
	{"motion_detected", "Motion", ""},
	{"sleep_mode", "Asleep", ""},
}

// readingCards are the newest values, with the curve of the last day.
func (h *Handler) readingCards(device store.Device, status store.Status, zone *time.Location) []views.Reading {
	var cards []views.Reading
	shown := map[string]bool{}
	for _, known := range sensorWords {
		if reading, ok := status.Latest[known.key]; ok {
			cards = append(cards, h.readingCard(device, reading, known.label, known.unit, zone))
		}
		shown[known.key] = true
	}
	var others []string
	for name := range status.Latest {
		if !shown[name] {
			others = append(others, name)
		}
	}
	slices.Sort(others)
	for _, name := range others {
		cards = append(cards, h.readingCard(device, status.Latest[name], views.UpperFirst(strings.ReplaceAll(name, "_", " ")), "", zone))
	}
	return cards
}

const sparkPoints = 60

func (h *Handler) readingCard(device store.Device, reading store.Reading, label, unit string, zone *time.Location) views.Reading {
	card := views.Reading{Label: label, Unit: unit, Value: decimal(reading.Value), When: when(reading.Time, h.now(), zone)}
	switch reading.Sensor {
	case "motion_detected", "sleep_mode":
		card.Value = map[bool]string{true: "yes", false: "no"}[reading.Value != 0]
		return card
	case "humidity", "light", "pressure":
		card.Value = whole(reading.Value)
	case "battery_voltage":
		card.Value = fmt.Sprintf("%.2f", reading.Value)
	}
	day, err := h.db.Readings(device.ID, reading.Sensor, h.now().Add(-24*time.Hour), h.now().Add(time.Minute))
	if err != nil {
		h.log.Error().Err(err).Str("device_id", device.ID).Msg("readings")
	}
	for _, point := range store.Thin(day, sparkPoints) {
		card.Points = append(card.Points, point.Value)
	}
	return card
}

func commandWords(device store.Device) []string {
	var words []string
	for _, command := range device.Commands {
		words = append(words, "“"+views.UpperFirst(command.Name)+"” goes out with its next heartbeat.")
	}
	return words
}

func (h *Handler) logLines(deviceID string, zone *time.Location) ([]views.LogEntry, error) {
	entries, err := h.db.Log(deviceID, logShown)
	if err != nil {
		return nil, err
	}
	var lines []views.LogEntry
	for _, entry := range entries {
		message := entry.Message
		if entry.Actor != "" {
			message = entry.Actor + ": " + message
		}
		lines = append(lines, views.LogEntry{When: when(entry.Time, h.now(), zone), Level: entry.Level, Message: message})
	}
	return lines, nil
}

func (h *Handler) settingsForm(device store.Device) views.DeviceSettings {
	return views.DeviceSettings{
		Nickname: device.Nickname, Name: device.Name, Groups: strings.Join(device.Groups, ", "), TimeZone: device.TimeZone,
		TimeZones: timeZones, HouseholdZone: h.db.Settings().TimeZone, Panel: panelForm(screen.PanelOf(device)),
	}
}

func (h *Handler) preferenceChoices(device store.Device) []views.Category {
	var categories []views.Category
	for _, category := range h.library.Categories() {
		shown := views.Category{Name: category.Name, Label: category.Title}
		for _, sub := range category.Subcategories {
			names := device.Preferences.Chosen(category.Name)
			shown.Parts = append(shown.Parts, views.Option{
				Value: sub.Name, Label: sub.Title, Selected: len(names) == 0 || slices.Contains(names, sub.Name),
			})
		}
		categories = append(categories, shown)
	}
	return categories
}

func (h *Handler) pictureChoices(device store.Device) ([]views.PictureChoice, error) {
	pictures, err := h.db.Pictures()
	if err != nil {
		return nil, err
	}
	panel := screen.PanelOf(device)
	var choices []views.PictureChoice
	for _, picture := range pictures {
		choices = append(choices, views.PictureChoice{
			ID: picture.ID, Title: picture.Title, Chosen: slices.Contains(device.Pictures, picture.ID),
			Thumb: pictureThumb(picture, device.ID, panel),
		})
	}
	return choices, nil
}

func sendPNG(c echo.Context, bitmap *render.Bitmap) error {
	return c.Blob(http.StatusOK, "image/png", bitmap.PNG())
}
