package device_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"personalcms/handlers/rig"
	"personalcms/store"
)

const checkPath = "/api/ota/check/" + panelID

func TestOTACheckRefusesBadInput(t *testing.T) {
	e := endpoint{http.MethodGet, "/api/ota/check/%ID%", nil}
	cases := e.idCases(false)
	for _, tc := range []struct{ name, header, value, word string }{
		{"type with a slash", "X-Device-Type", "../etc", "bad_device_type"},
		{"type with a space", "X-Device-Type", "my board", "bad_device_type"},
		{"type too long", "X-Device-Type", strings.Repeat("T", 65), "bad_device_type"},
		{"version too long", "X-Device-Version", strings.Repeat("1", 257), "too_long"},
		{"digest too short", "X-Image-SHA256", "abcd", "bad_value"},
		{"digest that is no hex", "X-Image-SHA256", strings.Repeat("xy", 32), "bad_value"},
		{"state that does not exist", "X-OTA-State", "fine", "bad_value"},
		{"slot as text", "X-OTA-Slot-Size", "1.25 MB", "bad_value"},
		{"slot negative", "X-OTA-Slot-Size", "-1", "bad_value"},
		{"slot beyond all flash", "X-OTA-Slot-Size", "999999999999999999999", "bad_value"},
		{"slot of a gigabyte", "X-OTA-Slot-Size", "1073741824", "bad_value"},
	} {
		cases = append(cases, refusal{name: tc.name, headers: []string{tc.header, tc.value}, status: 400, word: tc.word})
	}
	cases = append(cases, refusal{name: "POST", method: http.MethodPost, status: 405, word: "method_not_allowed", router: true})
	e.refuse(t, cases)
}

// check asks for an update as a device does.
func check(t *testing.T, r *rig.Rig, id, auth string, headers ...string) map[string]any {
	t.Helper()
	if auth != "" {
		headers = append(headers, "Authorization", auth)
	}
	return ok(t, r.Do(http.MethodGet, "/api/ota/check/"+id, nil, headers...), http.StatusOK).JSON(t)
}

// offered fails when a check was answered without an offer.
func offered(t *testing.T, answer map[string]any) map[string]any {
	t.Helper()
	if answer["update_available"] != true {
		t.Fatalf("no offer: %v", answer)
	}
	return answer
}

// refusedFor fails when a check was not answered with this reason.
func refusedFor(t *testing.T, answer map[string]any, reason string) {
	t.Helper()
	if answer["update_available"] != false || answer["reason"] != reason {
		t.Fatalf("want no offer because of %s: %v", reason, answer)
	}
}

// TestForgedHostNeverComesBack: addresses in answers begin with the configured one, a confirmed one,
// or the one the connection came in on.
func TestForgedHostNeverComesBack(t *testing.T) {
	t.Parallel()
	r := rig.New(t)
	token := r.Enrol(panelID, panelType)
	data, _ := build(t, 1, "esp32")
	r.Upload(panelType, data, true)
	set(t, r, func(s *store.Settings) { s.ConfirmedHosts = []string{"panels.lan:8080"} })
	port := strings.TrimPrefix(r.URL, "http://127.0.0.1")
	hosts := []struct{ name, host, want string }{
		{"own address", strings.TrimPrefix(r.URL, "http://"), r.URL},
		{"localhost", "localhost" + port, "http://localhost" + port},
		{"confirmed", "panels.lan:8080", "http://panels.lan:8080"},
		{"forged", "evil.example", r.URL},
		{"forged with the right port", "evil.example" + port, r.URL},
		{"another port here", "127.0.0.1:1", r.URL},
		{"confirmed with another port", "panels.lan", r.URL},
		{"user in front", "127.0.0.1" + port + "@evil.example", r.URL},
		{"another address", "198.51.100.7" + port, r.URL},
	}
	for _, tc := range hosts {
		t.Run(tc.name, func(t *testing.T) {
			for _, p := range []string{checkPath, "/api/esp32-debug/" + panelID, "/api/devices/" + panelID + "/content"} {
				answer := r.Do(http.MethodGet, p, nil, "Authorization", token, "Host", tc.host, "X-Forwarded-Host", "evil.example", "Forwarded", "host=evil.example")
				if answer.Status == http.StatusBadRequest {
					return // Go’s server refuses such a Host itself
				}
				ok(t, answer, http.StatusOK)
				if strings.Contains(string(answer.Body), "evil.example") {
					t.Fatalf("%s: %s", p, answer.Body)
				}
				if link, found := answer.JSON(t)["firmware_url"].(string); found && !strings.HasPrefix(link, tc.want+"/api/ota/download/") {
					t.Errorf("firmware_url %q, want it at %s", link, tc.want)
				}
			}
		})
	}
	set(t, r, func(s *store.Settings) { s.PublicURL = "https://panels.example" })
	link := text(t, offered(t, check(t, r, panelID, token)), "firmware_url")
	if parsed, err := url.Parse(link); err != nil || parsed.Host != "panels.example" || parsed.Scheme != "https" {
		t.Errorf("with a public URL: %q, %v", link, err)
	}
}

// TestOfferIsRepeatedUnchanged: asking twice is one attempt.
func TestOfferIsRepeatedUnchanged(t *testing.T) {
	t.Parallel()
	r := rig.New(t)
	token := r.Enrol(panelID, panelType)
	data, _ := build(t, 1, "esp32")
	r.Upload(panelType, data, true)
	first := offered(t, check(t, r, panelID, token))
	before := snap(t, r)
	again := offered(t, check(t, r, panelID, token))
	if first["attempt"] != again["attempt"] {
		t.Errorf("attempts %v and %v", first["attempt"], again["attempt"])
	}
	unchanged(t, r, before)
}

// TestWrongChipIsNeverOffered, whichever way it was assigned.
func TestWrongChipIsNeverOffered(t *testing.T) {
	for _, tc := range []struct {
		name, chip, reason string
		assign             func(*rig.Rig, string) error
	}{
		{"assigned to its type", "esp32s3", "wrong_chip", func(r *rig.Rig, key string) error {
			return r.DB.Assign(store.Assignment{DeviceType: panelType, FirmwareKey: key, Since: r.Now()})
		}},
		{"pinned", "esp32c3", "wrong_chip", func(r *rig.Rig, key string) error { _, err := r.DB.AssignDevice(panelID, key, false); return err }},
		{"forced", "esp32s2", "wrong_chip", func(r *rig.Rig, key string) error { _, err := r.DB.AssignDevice(panelID, key, true); return err }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			r := rig.New(t)
			token := r.Enrol(panelID, panelType)
			data, _ := build(t, 1, tc.chip)
			key := r.Upload("Other_"+tc.chip, data, false)
			if err := tc.assign(r, key); err != nil {
				t.Fatal(err)
			}
			refusedFor(t, check(t, r, panelID, token), tc.reason)
			r.EnrolLegacy("old", panelType) // never said its chip: taken for an ESP32
			if tc.name == "assigned to its type" {
				refusedFor(t, check(t, r, "old", ""), tc.reason)
			}
		})
	}
}

// TestTooLargeIsNeverOffered: the slot the device names counts at once.
func TestTooLargeIsNeverOffered(t *testing.T) {
	t.Parallel()
	r := rig.New(t)
	token := r.Enrol(panelID, panelType)
	data, _ := build(t, 1, "esp32")
	r.Upload(panelType, data, true)
	refusedFor(t, check(t, r, panelID, token, "X-OTA-Slot-Size", "8192"), "too_large")
	refusedFor(t, check(t, r, panelID, token), "too_large")
	offered(t, check(t, r, panelID, token, "X-OTA-Slot-Size", "65536"))
}
