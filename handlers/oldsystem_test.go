package handlers_test

import (
	"bytes"
	"fmt"
	"image/color"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"personalcms/handlers/rig"
	"personalcms/ota"
	"personalcms/ota/otatest"

	"golang.org/x/image/bmp"
)

// What went wrong with the system that this one replaces has a test each, named after it. Two more are
// in render: names in other writings drawn as boxes, and long names that run off the panel; the
// picture of 13300×13300 is in the tests of the whole program, which can see its memory.

func check(r *rig.Rig, id, token string, headers ...string) map[string]any {
	r.T.Helper()
	if token != "" {
		headers = append(headers, "Authorization", token)
	}
	answer := r.Do(http.MethodGet, "/api/ota/check/"+id, nil, headers...)
	if answer.Status != http.StatusOK {
		r.T.Fatalf("check: %d %s", answer.Status, answer.Body)
	}
	return answer.JSON(r.T)
}

// download fetches what an offer names.
func download(r *rig.Rig, offer map[string]any) rig.Answer {
	r.T.Helper()
	at, _ := offer["firmware_url"].(string)
	return r.Do(http.MethodGet, strings.TrimPrefix(at, r.URL), nil)
}

func TestReinstallForEver(t *testing.T) {
	r := rig.New(t)
	r.EnrolLegacy("lamp", "ESP32_LED_Blink")
	r.Upload("ESP32_LED_Blink", otatest.Build(otatest.Options{}), true)
	installed := 0
	for range 50 { // the board reports the version it was compiled with, whatever it installs
		offer := check(r, "lamp", "", "X-Device-Version", "2.4.1", "X-Device-Type", "ESP32_LED_Blink")
		if offer["update_available"] == true {
			if answer := download(r, offer); answer.Status != http.StatusOK {
				t.Fatalf("download: %d %s", answer.Status, answer.Body)
			}
			installed++
		}
		r.Do(http.MethodPost, "/api/devices/lamp/heartbeat", map[string]any{"version": "2.4.1", "uptime": 10})
		r.Pass(2 * time.Minute)
	}
	if installed != 1 {
		t.Errorf("one image was installed %d times", installed)
	}
}

func TestAnImageOfOneChipOrTypeOfferedToAnother(t *testing.T) {
	r := rig.New(t)
	token := r.Enrol("panel", "ESP32_PersonalCMS")
	r.Upload("ESP32_LED_Blink", otatest.Build(otatest.Options{Seed: 1}), true)
	if offer := check(r, "panel", token); offer["update_available"] != false || offer["reason"] != ota.ReasonNoAssignment {
		t.Errorf("another type’s image: %v", offer)
	}
	r.Upload("ESP32_PersonalCMS", otatest.Build(otatest.Options{Chip: "esp32s3", Seed: 2}), true)
	if offer := check(r, "panel", token); offer["update_available"] != false || offer["reason"] != ota.ReasonWrongChip {
		t.Errorf("another chip’s image: %v", offer)
	}
}

func TestFirmwareURLTakenFromAForgedHost(t *testing.T) {
	r := rig.New(t)
	token := r.Enrol("panel", "T")
	r.Upload("T", otatest.Build(otatest.Options{}), true)
	offer := check(r, "panel", token, "Host", "evil.example:5000", "X-Forwarded-Host", "evil.example")
	if at, _ := offer["firmware_url"].(string); !strings.HasPrefix(at, r.URL+"/api/ota/download/") {
		t.Errorf("firmware_url is %q", at)
	}
}

func TestDeviceTypeOrFileNameAsAPath(t *testing.T) {
	r := rig.New(t)
	for _, deviceType := range []string{"../x", "/abs", `..\x`, "a/b", "..", "a..b", ".hidden"} {
		body, contentType := rig.Form(t, "firmware", "../../etc/passwd", otatest.Build(otatest.Options{}), map[string]string{"device_type": deviceType})
		if answer := r.Script(http.MethodPost, "/api/ota/upload", body, "Content-Type", contentType); answer.Status != http.StatusBadRequest {
			t.Errorf("device type %q: %d %s", deviceType, answer.Status, answer.Body)
		}
		answer := r.Do(http.MethodPost, "/api/devices/register", map[string]any{"device_id": "d", "device_type": deviceType, "auth": "token"})
		if answer.Status != http.StatusBadRequest {
			t.Errorf("registering %q: %d", deviceType, answer.Status)
		}
	}
	key := r.Upload("T", otatest.Build(otatest.Options{}), false)
	body, contentType := rig.Form(t, "firmware", "../../etc/passwd", otatest.Build(otatest.Options{Seed: 2}), map[string]string{"device_type": "T"})
	info, _ := r.Script(http.MethodPost, "/api/ota/upload", body, "Content-Type", contentType).JSON(t)["firmware_info"].(map[string]any)
	if info["filename"] != "passwd" {
		t.Errorf("the file name is kept as %q", info["filename"])
	}
	if all, err := r.DB.AllFirmware(); err != nil || len(all) != 2 || strings.ContainsAny(key, `/\`) {
		t.Errorf("%d images, %v, key %q", len(all), err, key)
	}
}

func TestFifteenBytesOfTextTakenAsFirmware(t *testing.T) {
	r := rig.New(t)
	body, contentType := rig.Form(t, "firmware", "firmware.bin", []byte("not a firmware\n"), map[string]string{"device_type": "T"})
	answer := r.Script(http.MethodPost, "/api/ota/upload", body, "Content-Type", contentType)
	if sentence, _ := answer.JSON(t)["error"].(string); answer.Status != http.StatusUnprocessableEntity || !strings.Contains(sentence, "text, not firmware") {
		t.Errorf("%d %s", answer.Status, answer.Body)
	}
	if all, _ := r.DB.AllFirmware(); len(all) != 0 {
		t.Error("it was stored")
	}
}

func TestAnHTMLOrSVGFileStoredAsAPicture(t *testing.T) {
	r := rig.New(t)
	for name, data := range map[string]string{
		"page.jpg": "<!DOCTYPE html><script>alert(1)</script>",
		"icon.png": `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`,
		"both.gif": "GIF89a<script>alert(1)</script>",
	} {
		body, contentType := rig.Form(t, "file", name, []byte(data), nil)
		if answer := r.Script(http.MethodPost, "/api/v1/pictures", body, "Content-Type", contentType); answer.Status != 415 && answer.Status != 422 {
			t.Errorf("%s: %d %s", name, answer.Status, answer.Body)
		}
	}
	if pictures, _ := r.DB.Pictures(); len(pictures) != 0 {
		t.Errorf("%d were stored", len(pictures))
	}
}

func TestANicknameWithQuotesAndScript(t *testing.T) {
	r := rig.New(t)
	const nasty = `"><script>alert('x')</script>&amp;`
	r.Do(http.MethodPost, "/api/devices/register", map[string]any{
		"device_id": "panel", "device_type": "T", "auth": "token", "nickname": nasty, "device_name": nasty, "occupation": nasty, "wifi_ssid": nasty,
	})
	r.Approve("panel", false)
	r.Upload("T", otatest.Build(otatest.Options{Project: "<script>", Version: nasty[:20]}), true)
	cookie := r.Session()
	for _, page := range []string{
		"/", "/devices/panel", "/ota-management", "/upload", "/refused", "/settings", "/partials/devices", "/partials/summary", "/partials/firmware",
		"/partials/pictures", "/partials/devices/panel", "/partials/devices/panel/now", "/partials/devices/panel/firmware",
	} {
		answer := r.Do(http.MethodGet, page, nil, "Cookie", cookie)
		if answer.Status != http.StatusOK {
			t.Errorf("%s: %d", page, answer.Status)
		}
		if bytes.Contains(answer.Body, []byte("<script>")) || bytes.Contains(answer.Body, []byte(nasty)) {
			t.Errorf("%s shows it unescaped", page)
		}
	}
}

func TestCrossOriginFormPosts(t *testing.T) {
	r := rig.New(t)
	r.Enrol("panel", "T")
	cookie := r.Session()
	for _, path := range []string{"/devices/panel/delete", "/settings/enrolment", "/logout", "/ota-management/delete", "/devices/panel/command"} {
		for name, headers := range map[string][]string{
			"Sec-Fetch-Site": {"Sec-Fetch-Site", "cross-site"},
			"Origin":         {"Origin", "https://evil.example"},
		} {
			headers = append(headers, "Cookie", cookie, "Content-Type", "application/x-www-form-urlencoded")
			if answer := r.Do(http.MethodPost, path, "command=restart&enrolment=open&pending_limit=5", headers...); answer.Status != http.StatusForbidden {
				t.Errorf("%s with %s: %d", path, name, answer.Status)
			}
		}
	}
	if device, err := r.DB.Device("panel"); err != nil || len(device.Commands) != 0 || r.DB.Settings().Enrolment != "approve" {
		t.Error("something was carried out")
	}
}

func TestThousandsOfUnknownIDs(t *testing.T) {
	r := rig.New(t)
	refused := 0
	for i := range 1200 {
		path := fmt.Sprintf("/api/devices/flood-%d/heartbeat", i)
		switch answer := r.Do(http.MethodPost, path, "{}"); answer.Status {
		case http.StatusOK:
		case http.StatusTooManyRequests:
			refused++
			if answer.JSON(t)["retry_after_seconds"] == nil || answer.Header.Get("Retry-After") == "" {
				t.Fatalf("no time to wait: %s", answer.Body)
			}
		default:
			t.Fatalf("%d %s", answer.Status, answer.Body)
		}
	}
	if pending := r.DB.PendingDevices(); pending != 100 || refused != 1100 {
		t.Errorf("%d wait, %d were refused", pending, refused)
	}
	if kinds := len(r.DB.Refused()); kinds > 200 {
		t.Errorf("%d kinds of refusals are kept", kinds)
	}
}

func TestTwoUploadsInOneSecond(t *testing.T) {
	r := rig.New(t)
	first := r.Upload("T", otatest.Build(otatest.Options{Seed: 1}), false)
	second := r.Upload("T", otatest.Build(otatest.Options{Seed: 2}), false)
	if first == second || first != "T_20261123.120000" || second != "T_20261123.120001" {
		t.Errorf("keys %q and %q", first, second)
	}
}

func TestATornBMPUnderConcurrentReadsAndWrites(t *testing.T) {
	r := rig.New(t)
	token := r.Enrol("panel", "T")
	var work sync.WaitGroup
	for range 4 {
		work.Go(func() {
			for range 40 {
				answer := r.Do(http.MethodGet, "/api/devices/panel/dashboard", nil, "Authorization", token)
				img, err := bmp.Decode(bytes.NewReader(answer.Body))
				if answer.Status != http.StatusOK || len(answer.Body) != 48062 || err != nil {
					t.Errorf("%d, %d bytes, %v", answer.Status, len(answer.Body), err)
					return
				}
				if corner := color.GrayModel.Convert(img.At(2, 2)); corner != (color.Gray{Y: 0}) {
					t.Errorf("the date’s black corner is %v", corner)
				}
				r.Pass(7 * time.Second) // other minutes, other screens
			}
		})
		work.Go(func() {
			for i := range 40 {
				r.Do(http.MethodPost, "/api/devices/panel/sensor-data", map[string]any{"temperature": i}, "Authorization", token)
			}
		})
	}
	work.Wait()
}

func TestRegistrationAfterARebootWipesNicknameAndPreferences(t *testing.T) {
	r := rig.New(t)
	token := r.Enrol("panel", "T")
	patch := map[string]any{"nickname": "Kitchen", "groups": []string{"ground floor"}, "preferences": map[string]any{"jokes": []string{"dad_jokes"}}}
	if answer := r.Script(http.MethodPatch, "/api/v1/devices/panel", patch); answer.Status != http.StatusOK {
		t.Fatalf("%d %s", answer.Status, answer.Body)
	}
	r.Do(http.MethodPost, "/api/devices/register", map[string]any{
		"device_id": "panel", "device_type": "T", "device_name": "panel", "auth": "token", "nickname": "", "preferences": map[string]any{"jokes": []string{}},
	}, "Authorization", token)
	device, err := r.DB.Device("panel")
	if err != nil || device.Nickname != "Kitchen" || fmt.Sprint(device.Groups) != "[ground floor]" || fmt.Sprint(device.Preferences.Jokes) != "[dad_jokes]" {
		t.Errorf("%v: %+v", err, device)
	}
}

func TestAnEmptyHeartbeatBody(t *testing.T) {
	r := rig.New(t)
	token := r.Enrol("panel", "T")
	answer := r.Do(http.MethodPost, "/api/devices/panel/heartbeat", nil, "Authorization", token)
	if answer.Status != http.StatusOK || answer.JSON(t)["status"] != "heartbeat_received" {
		t.Errorf("%d %s", answer.Status, answer.Body)
	}
}

func TestInfinityNullAndTextAsATemperature(t *testing.T) {
	r := rig.New(t)
	token := r.Enrol("panel", "T")
	for body, want := range map[string]int{
		`{"temperature":1e999,"humidity":40}`: 422, `{"temperature":null,"humidity":40}`: 422, `{"temperature":-61}`: 422,
		`{"temperature":"warm","humidity":40}`: 400, `{"temperature":NaN}`: 400,
	} {
		answer := r.Do(http.MethodPost, "/api/devices/panel/sensor-data", body, "Authorization", token)
		if answer.Status != want {
			t.Errorf("%s: %d %s", body, answer.Status, answer.Body)
		}
	}
	readings, err := r.DB.Readings("panel", "temperature", rig.Start.Add(-time.Hour), rig.Start.Add(time.Hour))
	if err != nil || len(readings) != 0 {
		t.Errorf("%d temperatures were stored, %v", len(readings), err)
	}
}

func TestPreferencesSentAsAList(t *testing.T) {
	r := rig.New(t)
	token := r.Enrol("panel", "T")
	for _, body := range []string{`["dad_jokes"]`, `{"preferences":["dad_jokes"]}`} {
		if answer := r.Do(http.MethodPut, "/api/devices/panel/preferences", body, "Authorization", token); answer.Status != http.StatusBadRequest {
			t.Errorf("%s: %d %s", body, answer.Status, answer.Body)
		}
	}
}

func TestAForcedUpdateUsedUpBySomebodyElse(t *testing.T) {
	r := rig.New(t)
	token, other := r.Enrol("panel", "T"), r.Enrol("other", "T")
	key := r.Upload("T", otatest.Build(otatest.Options{}), false)
	if answer := r.Script(http.MethodPost, "/api/ota/force-update/panel", map[string]any{"firmware_type": "T"}); answer.Status != http.StatusOK {
		t.Fatalf("%d %s", answer.Status, answer.Body)
	}
	if offer := check(r, "other", other); offer["update_available"] != false {
		t.Errorf("another device is offered it: %v", offer)
	}
	r.Do(http.MethodGet, "/api/ota/check/panel", nil) // somebody without the token asks
	for range 3 {                                     // and it is still there, however often its own device asks
		if offer := check(r, "panel", token); offer["firmware_key"] != key || offer["update_type"] != "forced" {
			t.Fatalf("the offer is gone: %v", offer)
		}
	}
	if device, err := r.DB.Device("panel"); err != nil || device.ForcedKey != key {
		t.Errorf("it is not on disk: %v %q", err, device.ForcedKey)
	}
}

func TestRandomContentRedrawnAtEveryPoll(t *testing.T) {
	r := rig.New(t)
	token := r.Enrol("panel", "T")
	etag := func() string {
		return r.Do(http.MethodGet, "/api/devices/panel/dashboard", nil, "Authorization", token).Header.Get("ETag")
	}
	first := etag()
	for range 20 {
		if again := etag(); again != first {
			t.Fatal("the screen changed by being asked for")
		}
	}
	for range 4 { // a board that asks every minute redraws with the refresh, not with the clock
		if r.Pass(time.Minute); etag() != first {
			t.Fatal("the clock moved on between two refreshes")
		}
	}
	r.Pass(time.Hour)
	if etag() == first {
		t.Error("an hour later it is still the same")
	}
}
