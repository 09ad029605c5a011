package device_test

import (
	"maps"
	"net/http"
	"strings"
	"testing"
)

// registration is a good registration with some keys changed; a nil value leaves the key out.
func registration(changes map[string]any) map[string]any {
	body := map[string]any{
		"device_id": "new-panel", "device_name": "New", "occupation": "panel", "device_type": panelType,
	}
	maps.Copy(body, changes)
	maps.DeleteFunc(body, func(_ string, value any) bool { return value == nil })
	return body
}

func TestRegisterRefusesBadInput(t *testing.T) {
	e := endpoint{http.MethodPost, "/api/devices/register", registration(nil)}
	cases := e.jsonCases()
	for _, key := range []string{"device_id", "device_name", "occupation", "device_type"} {
		for name, value := range map[string]any{"missing": nil, "empty": "", "blank": "  "} {
			cases = append(cases, refusal{
				name: key + " " + name, body: registration(map[string]any{key: value}), auth: "none",
				status: 400, word: "missing_fields", says: "Missing required fields",
			})
		}
	}
	for key, value := range map[string]any{
		"device_id": 7, "device_name": []string{"a"}, "occupation": true, "device_type": map[string]any{}, "nickname": 1, "wifi_ssid": 2,
		"firmware_version": 2.4, "capabilities": 5, "auth": true, "mac": 1, "chip": 32, "flash_size": "4MB", "ota_slot_size": "1",
		"image_sha256": 1, "panel": "800x480", "timezone": 2, "preferences": []string{"dad_jokes"}, "temperature": "21",
		"humidity": []int{1}, "motion_detected": 1, "sleep_mode": "no", "nfc_uid": 4, "button": false, "readings": 3, "batch": map[string]any{},
		"timestamp": true,
	} {
		cases = append(cases, refusal{
			name: key + " of a wrong type", body: registration(map[string]any{key: value}), auth: "none",
			status: 400, word: "wrong_type", key: key,
		})
	}
	for _, key := range []string{"device_name", "occupation", "nickname", "wifi_ssid", "firmware_version", "mac", "chip", "timezone", "image_sha256"} {
		cases = append(cases, refusal{
			name: key + " too long", body: registration(map[string]any{key: strings.Repeat("x", 257)}), auth: "none",
			status: 400, word: "too_long", key: key,
		})
	}
	cases = append(cases, registerValues()...)
	cases = append(cases, registerIDs()...)
	e.refuse(t, cases)
}

// registerValues have the right type and cannot be.
func registerValues() []refusal {
	var cases []refusal
	for _, tc := range []struct {
		name, word, key string
		changes         map[string]any
	}{
		{"auth unknown", "bad_auth", "", map[string]any{"auth": "password"}},
		{"device type with a slash", "bad_device_type", "", map[string]any{"device_type": "../etc"}},
		{"device type too long", "bad_device_type", "", map[string]any{"device_type": strings.Repeat("T", 65)}},
		{"panel too small", "bad_panel", "", map[string]any{"panel": map[string]int{"width": 1, "height": 480, "colors": 2}}},
		{"panel too large", "bad_panel", "", map[string]any{"panel": map[string]int{"width": 800, "height": 1 << 30, "colors": 2}}},
		{"panel width as text", "wrong_type", "panel.width", map[string]any{"panel": map[string]any{"width": "800"}}},
		{"negative flash", "bad_value", "", map[string]any{"flash_size": -1}},
		{"negative slot", "bad_value", "", map[string]any{"ota_slot_size": -1}},
		{"65 capabilities", "bad_value", "", map[string]any{"capabilities": strings.Repeat("a,", 65)}},
		{"digest that is none", "bad_value", "image_sha256", map[string]any{"image_sha256": "abc"}},
		{"jokes as text", "wrong_type", "jokes", map[string]any{"preferences": map[string]any{"jokes": "dad_jokes"}}},
	} {
		cases = append(cases, refusal{name: tc.name, body: registration(tc.changes), auth: "none", status: 400, word: tc.word, key: tc.key})
	}
	return cases
}

func registerIDs() []refusal {
	var cases []refusal
	for name, id := range map[string]string{
		"a space": "new panel", "a way out": "../../etc", "65 characters": strings.Repeat("a", 65), "umlaut": "küche",
		"line feed": "panel\n", "NUL": "panel\x00", "slash": "a/b", "emoji": "📟", "leading space": " panel", "no-break space": "a\u00a0b",
	} {
		cases = append(cases, refusal{name: "id: " + name, body: registration(map[string]any{"device_id": id}), auth: "none", status: 400, word: "bad_device_id"})
	}
	known := map[string]any{"device_id": panelID}
	return append(
		cases,
		refusal{name: "known device without its token", body: registration(known), auth: "none", status: 401, word: "wrong_token"},
		refusal{name: "known device with a wrong token", body: registration(known), auth: "Bearer x", status: 401, word: "wrong_token"},
	)
}
