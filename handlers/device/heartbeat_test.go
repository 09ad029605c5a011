package device_test

import (
	"net/http"
	"strings"
	"testing"

	"personalcms/handlers/rig"

	"github.com/google/go-cmp/cmp"
)

func TestHeartbeatRefusesBadInput(t *testing.T) {
	e := endpoint{http.MethodPost, "/api/devices/%ID%/heartbeat", map[string]any{"uptime": 60}}
	cases := append(e.jsonCases(), e.idCases(true)...)
	for key, value := range map[string]any{
		"version": 2.4, "device_name": true, "occupation": 1, "device_type": []int{}, "uptime": "60", "free_heap": "a", "min_free_heap": []int{1},
		"wifi_rssi": true, "current_mode": true, "led_mode": []int{1}, "led_brightness": "bright", "battery_voltage": "3.9", "battery_percent": map[string]int{},
		"reset_reason": 1, "image_sha256": 1, "ota_state": 1, "boot_count": "one", "acks": "1",
	} {
		cases = append(cases, refusal{name: key + " of a wrong type", body: map[string]any{key: value}, status: 400, word: "wrong_type", key: key})
	}
	for _, key := range []string{"version", "device_name", "occupation", "current_mode", "led_mode", "reset_reason", "image_sha256"} {
		cases = append(cases, refusal{
			name: key + " too long", body: map[string]any{key: strings.Repeat("x", 257)}, status: 400, word: "too_long", key: key,
		})
	}
	cases = append(
		cases,
		refusal{name: "number beyond all numbers", body: `{"uptime":1e999}`, status: 400, word: "wrong_type", key: "uptime"},
		refusal{name: "device type with a slash", body: `{"device_type":"../x"}`, status: 400, word: "bad_device_type"},
		refusal{name: "digest that is none", body: `{"image_sha256":"xyz"}`, status: 400, word: "bad_value", key: "image_sha256"},
		refusal{name: "state that does not exist", body: `{"ota_state":"fine"}`, status: 400, word: "bad_value", key: "ota_state"},
		refusal{name: "65 acks", body: map[string]any{"acks": make([]int, 65)}, status: 400, word: "too_many_acks"},
		refusal{name: "ack as an object", body: `{"acks":[{}]}`, status: 400, word: "wrong_type", key: "acks"},
	)
	e.refuse(t, cases)
}

// TestHeartbeatDeliversCommandsUntilAcknowledged also with ids that are numbers and with foreign ones.
func TestHeartbeatDeliversCommandsUntilAcknowledged(t *testing.T) {
	t.Parallel()
	r := rig.New(t)
	token := r.Enrol(panelID, panelType)
	command(t, r, panelID, "identify")
	command(t, r, panelID, "refresh")
	for _, tc := range []struct {
		name string
		body string
		want []string
	}{
		{"first", `{}`, []string{"1 identify", "2 refresh"}},
		{"again, as the answer may have been lost", ``, []string{"1 identify", "2 refresh"}},
		{"a foreign ack", `{"acks":["77"]}`, []string{"1 identify", "2 refresh"}},
		{"one acknowledged", `{"acks":["1"]}`, []string{"2 refresh"}},
		{"the other, as a number", `{"acks":[2]}`, nil},
		{"an ack repeated", `{"acks":[2,"2",1]}`, nil},
	} {
		answer := ok(t, r.Do(http.MethodPost, "/api/devices/"+panelID+"/heartbeat", tc.body, "Authorization", token), http.StatusOK)
		var got []string
		for _, c := range answer.JSON(t)["commands"].([]any) {
			one := c.(map[string]any)
			got = append(got, one["id"].(string)+" "+one["name"].(string))
		}
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.name, diff)
		}
	}
}

// TestHeartbeatIsKept: what a device says of its condition is its status.
func TestHeartbeatIsKept(t *testing.T) {
	t.Parallel()
	r := rig.New(t)
	token := r.Enrol(panelID, panelType)
	ok(t, r.Do(http.MethodPost, "/api/devices/"+panelID+"/heartbeat", `{"version":"2.5.0","uptime":3600,"free_heap":181000,
		"min_free_heap":120000,"wifi_rssi":-61,"current_mode":2,"led_mode":"off","led_brightness":7,"battery_voltage":3.9,
		"battery_percent":81.5,"reset_reason":"power on","boot_count":17}`, "Authorization", token), http.StatusOK)
	status := r.DB.Status(panelID)
	got := []any{
		status.Uptime, status.FreeHeap, status.MinFreeHeap, status.WiFiRSSI, status.Mode, status.LEDMode, status.LEDBrightness,
		status.Latest["battery_voltage"].Value, status.BatteryPercent, status.ResetReason, status.BootCount, status.Address,
		deviceOf(t, r, panelID).FirmwareVersion,
	}
	want := []any{
		int64(3600), int64(181000), int64(120000), -61, "2", "off", 7,
		3.9, 81.5, "power on", int64(17), "127.0.0.1",
		"2.5.0",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	r.Pass(10)
	ok(t, r.Do(http.MethodPost, "/api/devices/"+panelID+"/heartbeat", nil, "Authorization", token), http.StatusOK)
	if status := r.DB.Status(panelID); status.Uptime != 3600 || !status.LastSeen.Equal(r.Now()) {
		t.Errorf("an empty heartbeat left %+v", status)
	}
}

// TestHeartbeatWithNumbersThatCannotBe is taken, but they are left out.
func TestHeartbeatWithNumbersThatCannotBe(t *testing.T) {
	t.Parallel()
	r := rig.New(t)
	token := r.Enrol(panelID, panelType)
	beat := func(body string) {
		t.Helper()
		ok(t, r.Do(http.MethodPost, "/api/devices/"+panelID+"/heartbeat", body, "Authorization", token), http.StatusOK)
	}
	beat(`{"uptime":60,"free_heap":181000,"wifi_rssi":-61,"led_brightness":7,"battery_voltage":3.9,"battery_percent":81.5,"boot_count":3}`)
	before := r.DB.Status(panelID)
	for _, number := range []string{"-999", "1e300", "-1e300"} {
		beat(strings.ReplaceAll(`{"uptime":N,"free_heap":N,"min_free_heap":N,"wifi_rssi":N,"led_brightness":N,"battery_voltage":N,"battery_percent":N,"boot_count":N}`, "N", number))
		if diff := cmp.Diff(before, r.DB.Status(panelID)); diff != "" {
			t.Errorf("%s (-before +after):\n%s", number, diff)
		}
	}
}
