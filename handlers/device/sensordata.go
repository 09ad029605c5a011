package device

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"personalcms/handlers/problem"
	"personalcms/handlers/screen"
	"personalcms/store"

	"github.com/labstack/echo/v4"
)

const (
	maxBatch    = 200 // objects in one batch
	maxReadings = 16  // further readings in one object
)

// sensor says what a reading may be.
type sensor struct {
	name     string
	min, max float64
}

var sensors = []sensor{
	{"temperature", -60, 150},
	{"humidity", 0, 100},
	{"pressure", 100, 1200},
	{"light", 0, 200_000},
	{"battery_voltage", 0, 60},
}

var (
	readingName = regexp.MustCompile(`^[a-z0-9_]{1,32}$`)
	nfcUID      = regexp.MustCompile(`^[0-9A-Fa-f]{2}([:-]?[0-9A-Fa-f]{2}){0,15}$`)
)

// measured is what one request said: readings to keep, events, the keys by name.
type measured struct {
	values  []store.Reading
	events  []store.Entry
	presses []press
	stored  []string // top-level keys, in order
	refused []string // keys, such as temperature or batch[3].humidity
	uptime  int64    // seconds; -1 = not said
}

// press is what a person did at a device: one of the two is said.
type press struct{ button, card string }

// object is one JSON object of readings, its keys not yet looked at.
type object map[string]json.RawMessage

// sensorData stores readings and events. Good keys are kept even when others are refused.
func (h *Handler) sensorData(c echo.Context) error {
	raw, err := body(c)
	if err != nil {
		return err
	}
	m, err := readingsOf(raw, h.now())
	if err != nil {
		return err
	}
	device, err := h.known(c)
	if err != nil {
		return err
	}
	if len(m.values) > 0 || len(m.events) > 0 {
		if err := h.db.AddReadings(device.ID, h.now(), m.values, m.eventsOf(device.ID)); err != nil {
			return err
		}
	}
	h.obey(device, m.presses)
	h.seen(c, device.ID, nil)
	if m.uptime >= 0 {
		h.watchForTwo(c, device, m.uptime)
	}
	if len(m.refused) > 0 {
		return m.refusal()
	}
	return c.JSON(http.StatusOK, map[string]any{
		"status": "success", "message": "Sensor data updated: " + strings.Join(m.stored, ", "),
		"stored": append([]string{}, m.stored...), "device": h.summary(device),
	})
}

// obey turns the device's playlist as its button and its cards say. The reading is stored by then: what fails here
// is noted in the log and is no reason for the device to send it again.
func (h *Handler) obey(device store.Device, presses []press) {
	for _, p := range presses {
		what := screen.Action(device.Buttons, p.button, p.card)
		if what == "" || !device.Approved {
			continue
		}
		turned, err := h.screens.Press(device, what, h.now())
		if err == nil && turned {
			device, err = h.db.UpdateDevice(device.ID, func(device *store.Device) error {
				if !device.Queue("refresh") {
					return store.ErrUnchanged
				}
				return nil
			})
		}
		if err != nil {
			h.log.Error().Err(err).Str("device_id", device.ID).Str("action", what).Msg("playlist could not be turned")
			return
		}
	}
}

func (m measured) refusal() error {
	p := problem.New(http.StatusUnprocessableEntity, "out_of_range",
		"These values cannot be: "+strings.Join(m.refused, ", ")+". The others were stored.")
	return p.With(map[string]any{"refused": m.refused, "stored": append([]string{}, m.stored...)})
}

// eventsOf are the events as log entries of a device.
func (m measured) eventsOf(deviceID string) []store.Entry {
	entries := slices.Clone(m.events)
	for i := range entries {
		entries[i].DeviceID = deviceID
	}
	return entries
}

// readingsOf finds the readings in a body. A wrong type is a 400 that names the key, and then
// nothing of the request may be stored.
func readingsOf(raw []byte, now time.Time) (measured, error) {
	var whole object
	if err := decodeBytes(raw, &whole); err != nil {
		return measured{}, err
	}
	m := measured{uptime: -1}
	if err := m.take(whole, "", now); err != nil {
		return measured{}, err
	}
	rawBatch, ok := whole["batch"]
	if !ok || isNull(rawBatch) {
		return m, nil
	}
	var batch []object
	if err := json.Unmarshal(rawBatch, &batch); err != nil {
		return measured{}, wrongType("batch", "a list of objects")
	}
	if len(batch) > maxBatch {
		return measured{}, badRequest("batch_too_long", fmt.Sprintf("A batch has at most %d objects.", maxBatch))
	}
	for i, one := range batch {
		if err := m.take(one, fmt.Sprintf("batch[%d].", i), now); err != nil {
			return measured{}, err
		}
	}
	if len(batch) > 0 {
		m.stored = append(m.stored, "batch")
	}
	return m, nil
}

// take looks at the keys of one object.
func (m *measured) take(o object, prefix string, now time.Time) error {
	at, err := m.timestamp(o, prefix, now)
	if err != nil {
		return err
	}
	for _, s := range sensors {
		if err := m.number(o[s.name], s, prefix, at); err != nil {
			return err
		}
	}
	for _, key := range []string{"motion_detected", "sleep_mode"} {
		if err := m.truth(o[key], key, prefix, at); err != nil {
			return err
		}
	}
	if err := m.event(o, prefix, at); err != nil {
		return err
	}
	return m.further(o["readings"], prefix, at)
}

func isNull(raw json.RawMessage) bool { return string(bytes.TrimSpace(raw)) == "null" }

func (m *measured) keep(prefix, key string, reading store.Reading) {
	m.values = append(m.values, reading)
	m.done(prefix, key)
}

func (m *measured) done(prefix, key string) {
	if prefix == "" {
		m.stored = append(m.stored, key)
	}
}

// number takes one value of a sensor. null is how ArduinoJson writes NaN: refused like every value
// that cannot be, as is 1e999.
func (m *measured) number(raw json.RawMessage, s sensor, prefix string, at time.Time) error {
	if raw == nil {
		return nil
	}
	if isNull(raw) {
		m.refused = append(m.refused, prefix+s.name)
		return nil
	}
	value, err := strconv.ParseFloat(string(raw), 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return wrongType(prefix+s.name, "a number")
	}
	if math.IsInf(value, 0) || math.IsNaN(value) || value < s.min || value > s.max {
		m.refused = append(m.refused, prefix+s.name)
		return nil
	}
	m.keep(prefix, s.name, store.Reading{Sensor: s.name, Time: at, Value: value})
	return nil
}

func (m *measured) truth(raw json.RawMessage, key, prefix string, at time.Time) error {
	if raw == nil {
		return nil
	}
	var value bool
	if isNull(raw) || json.Unmarshal(raw, &value) != nil {
		return wrongType(prefix+key, "true or false")
	}
	reading := store.Reading{Sensor: key, Time: at}
	if value {
		reading.Value = 1
	}
	m.keep(prefix, key, reading)
	return nil
}

func (m *measured) event(o object, prefix string, at time.Time) error {
	for _, kind := range []struct {
		key, words string
		valid      func(string) bool
	}{
		{"nfc_uid", "NFC card ", nfcUID.MatchString},
		{"button", "Button pressed: ", func(s string) bool { return slices.Contains([]string{"short", "long", "double"}, s) }},
	} {
		raw, ok := o[kind.key]
		if !ok {
			continue
		}
		var value string
		if isNull(raw) || json.Unmarshal(raw, &value) != nil {
			return wrongType(prefix+kind.key, "a string")
		}
		if !kind.valid(value) {
			m.refused = append(m.refused, prefix+kind.key)
			continue
		}
		m.events = append(m.events, store.Entry{Time: at, Kind: store.LogEvent, Level: "info", Message: kind.words + value})
		if kind.key == "button" {
			m.presses = append(m.presses, press{button: value})
		} else {
			m.presses = append(m.presses, press{card: value})
		}
		m.done(prefix, kind.key)
	}
	return nil
}

// further takes the object of readings whose names the device chose.
func (m *measured) further(raw json.RawMessage, prefix string, at time.Time) error {
	if raw == nil || isNull(raw) {
		return nil
	}
	var readings object
	if err := json.Unmarshal(raw, &readings); err != nil {
		return wrongType(prefix+"readings", "an object of numbers")
	}
	if len(readings) > maxReadings {
		return badRequest("too_many_readings", fmt.Sprintf("“readings” has at most %d keys.", maxReadings))
	}
	names := make([]string, 0, len(readings))
	for name := range readings {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if !readingName.MatchString(name) {
			m.refused = append(m.refused, prefix+"readings."+name)
			continue
		}
		s := sensor{name: name, min: -math.MaxFloat64, max: math.MaxFloat64}
		if i := slices.IndexFunc(sensors, func(known sensor) bool { return known.name == name }); i >= 0 {
			s = sensors[i]
		}
		count := len(m.values)
		if err := m.number(readings[name], s, prefix+"readings.", at); err != nil {
			return err
		}
		if len(m.values) > count {
			m.done(prefix, name)
		}
	}
	return nil
}

// timestamp is when the values of an object were measured: an RFC 3339 time, or the time of receipt
// when the device has no clock (a small number is its uptime) or its clock cannot be right.
func (m *measured) timestamp(o object, prefix string, now time.Time) (time.Time, error) {
	raw, ok := o["timestamp"]
	if !ok || isNull(raw) {
		return now, nil
	}
	if number, err := strconv.ParseFloat(string(raw), 64); err == nil {
		if prefix == "" && number >= 0 && number < 1e9 {
			m.uptime = int64(number)
		}
		return now, nil
	}
	var text string
	if json.Unmarshal(raw, &text) != nil {
		return now, wrongType(prefix+"timestamp", "an RFC 3339 time or a number of seconds")
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return now, wrongType(prefix+"timestamp", "an RFC 3339 time such as 2026-11-23T14:05:00Z")
	}
	if at.Year() < 2020 || at.After(now.Add(time.Hour)) {
		return now, nil
	}
	return at.UTC(), nil
}

// summary is the device as firmware 2.4.x expects it in answers.
func (h *Handler) summary(device store.Device) map[string]any {
	status := h.db.Status(device.ID)
	summary := map[string]any{
		"device_id": device.ID, "device_name": device.Title(), "device_type": device.DeviceType, "occupation": device.Occupation,
		"firmware_version": device.FirmwareVersion, "last_seen": status.LastSeen.UTC(), "status": statusWord(device),
	}
	for _, s := range sensors {
		if reading, ok := status.Latest[s.name]; ok {
			summary[s.name] = reading.Value
		}
	}
	for _, key := range []string{"motion_detected", "sleep_mode"} {
		if reading, ok := status.Latest[key]; ok {
			summary[key] = reading.Value != 0
		}
	}
	return summary
}
