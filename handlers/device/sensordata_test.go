package device_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"personalcms/handlers/rig"
	"personalcms/store"

	"github.com/google/go-cmp/cmp"
)

const sensorPath = "/api/devices/" + panelID + "/sensor-data"

func TestSensorDataRefusesBadInput(t *testing.T) {
	e := endpoint{http.MethodPost, "/api/devices/%ID%/sensor-data", map[string]any{"temperature": 21.5}}
	cases := append(e.jsonCases(), e.idCases(false)...)
	for key, value := range map[string]string{
		"temperature": `"21.5"`, "humidity": `true`, "pressure": `[]`, "light": `{}`, "battery_voltage": `"full"`,
		"motion_detected": `1`, "sleep_mode": `"no"`, "nfc_uid": `4711`, "button": `true`, "readings": `[1]`, "batch": `{"a":1}`, "timestamp": `true`,
	} {
		cases = append(cases, refusal{
			name: key + " of a wrong type", body: `{"light":5,"humidity":50,"` + key + `":` + value + `}`,
			status: 400, word: "wrong_type", key: key,
		})
	}
	cases = append(
		cases,
		refusal{name: "motion null", body: `{"motion_detected":null,"humidity":50}`, status: 400, word: "wrong_type", key: "motion_detected"},
		refusal{name: "time that is none", body: `{"timestamp":"yesterday","humidity":50}`, status: 400, word: "wrong_type", key: "timestamp"},
		refusal{name: "batch of numbers", body: `{"humidity":50,"batch":[1]}`, status: 400, word: "wrong_type", key: "batch"},
		refusal{name: "text in a batch", body: `{"humidity":50,"batch":[{"humidity":51},{"humidity":"52"}]}`, status: 400, word: "wrong_type", key: "batch[1].humidity"},
		refusal{name: "201 in a batch", body: `{"humidity":50,"batch":[{}` + strings.Repeat(",{}", 200) + `]}`, status: 400, word: "batch_too_long"},
		refusal{name: "17 readings", body: `{"humidity":50,"readings":` + manyReadings(17) + `}`, status: 400, word: "too_many_readings"},
		refusal{name: "text as further reading", body: `{"humidity":50,"readings":{"co2":"600"}}`, status: 400, word: "wrong_type", key: "readings.co2"},
	)
	e.refuse(t, cases)
}

func manyReadings(n int) string {
	var keys []string
	for i := range n {
		keys = append(keys, fmt.Sprintf(`"r%d":%d`, i, i))
	}
	return "{" + strings.Join(keys, ",") + "}"
}

// TestSensorDataRefusesValuesThatCannotBe: 422 lists them; the good keys of the request are kept.
func TestSensorDataRefusesValuesThatCannotBe(t *testing.T) {
	for _, tc := range []struct {
		name, body string
		refused    []any
		stored     []any
	}{
		{"NaN as null", `{"temperature":null,"humidity":44}`, []any{"temperature"}, []any{"humidity"}},
		{"1e999", `{"temperature":1e999,"humidity":44}`, []any{"temperature"}, []any{"humidity"}},
		{"-1e999", `{"humidity":44,"temperature":-1e999}`, []any{"temperature"}, []any{"humidity"}},
		{"DHT22 without wire", `{"temperature":-999,"humidity":-999}`, []any{"temperature", "humidity"}, []any{}},
		{"just too cold", `{"temperature":-60.01}`, []any{"temperature"}, []any{}},
		{"just too hot", `{"temperature":150.01}`, []any{"temperature"}, []any{}},
		{"too wet", `{"humidity":100.5,"pressure":1000}`, []any{"humidity"}, []any{"pressure"}},
		{"no pressure", `{"pressure":0,"light":-1,"battery_voltage":100}`, []any{"pressure", "light", "battery_voltage"}, []any{}},
		{"card that is no hex", `{"nfc_uid":"hello","humidity":44}`, []any{"nfc_uid"}, []any{"humidity"}},
		{"card of half a byte", `{"nfc_uid":"04A"}`, []any{"nfc_uid"}, []any{}},
		{"card with markup", `{"nfc_uid":"<b>04</b>"}`, []any{"nfc_uid"}, []any{}},
		{"button held for ever", `{"button":"forever","humidity":44}`, []any{"button"}, []any{"humidity"}},
		{"reading with capitals", `{"readings":{"CO2":600,"co2":601}}`, []any{"readings.CO2"}, []any{"co2"}},
		{"reading with a space", `{"readings":{"co 2":600}}`, []any{"readings.co 2"}, []any{}},
		{"reading without a name", `{"readings":{"":600}}`, []any{"readings."}, []any{}},
		{"name of 33 letters", `{"readings":{"` + strings.Repeat("a", 33) + `":1}}`, []any{"readings." + strings.Repeat("a", 33)}, []any{}},
		{"further reading 1e999", `{"readings":{"co2":1e999}}`, []any{"readings.co2"}, []any{}},
		{"known sensor by another door", `{"readings":{"temperature":200}}`, []any{"readings.temperature"}, []any{}},
		{"one of a batch", `{"batch":[{"humidity":50},{"humidity":150}]}`, []any{"batch[1].humidity"}, []any{"batch"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			r := rig.New(t)
			token := r.Enrol(panelID, panelType)
			answer := r.Do(http.MethodPost, sensorPath, tc.body, "Authorization", token)
			isProblem(t, answer, http.StatusUnprocessableEntity, "out_of_range")
			body := answer.JSON(t)
			if diff := cmp.Diff(map[string]any{"refused": tc.refused, "stored": tc.stored}, map[string]any{"refused": body["refused"], "stored": body["stored"]}); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			kept := map[string]float64{}
			for sensor, reading := range r.DB.Status(panelID).Latest {
				kept[sensor] = reading.Value
			}
			for _, key := range tc.refused {
				if value, found := kept[key.(string)]; found {
					t.Errorf("%s is kept as %v", key, value)
				}
			}
			if len(kept) == 0 && len(tc.stored) > 0 {
				t.Errorf("nothing is kept, want %v", tc.stored)
			}
			if log, err := r.DB.Log(panelID, 10); err != nil || strings.Contains(fmt.Sprint(log), "NFC") || strings.Contains(fmt.Sprint(log), "forever") {
				t.Errorf("log %v, %v", log, err)
			}
		})
	}
}

// TestSensorDataIsKeptWithItsTime: what was measured when, for clocks that are right, wrong, or missing.
func TestSensorDataIsKeptWithItsTime(t *testing.T) {
	now := rig.Start
	for _, tc := range []struct {
		name, body string
		want       []store.Reading
	}{
		{"no time", `{"temperature":21.5}`, []store.Reading{{Sensor: "temperature", Time: now, Value: 21.5}}},
		{"uptime", `{"temperature":21.5,"timestamp":73}`, []store.Reading{{Sensor: "temperature", Time: now, Value: 21.5}}},
		{"time null", `{"temperature":21.5,"timestamp":null}`, []store.Reading{{Sensor: "temperature", Time: now, Value: 21.5}}},
		{"zone", `{"temperature":21.5,"timestamp":"2026-11-23T12:55:00+01:00"}`, []store.Reading{{Sensor: "temperature", Time: now.Add(-5 * time.Minute), Value: 21.5}}},
		{"clock at 1970", `{"temperature":21.5,"timestamp":"1970-01-01T00:01:13Z"}`, []store.Reading{{Sensor: "temperature", Time: now, Value: 21.5}}},
		{"clock ahead", `{"temperature":21.5,"timestamp":"2030-01-01T00:00:00Z"}`, []store.Reading{{Sensor: "temperature", Time: now, Value: 21.5}}},
		{"limits", `{"batch":[{"temperature":-60},{"temperature":150}]}`, []store.Reading{
			{Sensor: "temperature", Time: now, Value: -60},
			{Sensor: "temperature", Time: now, Value: 150},
		}},
		{"batch", `{"batch":[{"timestamp":"2026-11-23T11:30:00Z","temperature":19},{"timestamp":"2026-11-23T11:00:00Z","temperature":18}]}`, []store.Reading{
			{Sensor: "temperature", Time: now.Add(-time.Hour), Value: 18},
			{Sensor: "temperature", Time: now.Add(-time.Hour / 2), Value: 19},
		}},
		{"200 in a batch", `{"batch":[{"temperature":1}` + strings.Repeat(",{}", 199) + `]}`, []store.Reading{{Sensor: "temperature", Time: now, Value: 1}}},
		{"nothing", `{}`, nil},
		{"unknown keys", `{"firmware_mood":"good"}`, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			r := rig.New(t)
			token := r.Enrol(panelID, panelType)
			ok(t, r.Do(http.MethodPost, sensorPath, tc.body, "Authorization", token), http.StatusOK)
			if diff := cmp.Diff(tc.want, readings(t, r, panelID, "temperature")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestSensorDataEvents: a card and a button are log entries of the device.
func TestSensorDataEvents(t *testing.T) {
	t.Parallel()
	r := rig.New(t)
	token := r.Enrol(panelID, panelType)
	ok(t, r.Do(http.MethodPost, sensorPath, `{"nfc_uid":"04:a2:2b","button":"double","motion_detected":true,"readings":`+manyReadings(16)+`}`,
		"Authorization", token), http.StatusOK)
	log, err := r.DB.Log(panelID, 2)
	if err != nil {
		t.Fatal(err)
	}
	want := []store.Entry{
		{Time: rig.Start, Kind: store.LogEvent, DeviceID: panelID, Level: "info", Message: "Button pressed: double"},
		{Time: rig.Start, Kind: store.LogEvent, DeviceID: panelID, Level: "info", Message: "NFC card 04:a2:2b"},
	}
	if diff := cmp.Diff(want, log); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := readings(t, r, panelID, "motion_detected"); len(got) != 1 || got[0].Value != 1 {
		t.Errorf("motion: %v", got)
	}
}
