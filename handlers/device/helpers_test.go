package device_test

import (
	"bytes"
	"encoding/json"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"personalcms/handlers/rig"
	"personalcms/ota"
	"personalcms/ota/otatest"
	"personalcms/store"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

const (
	panelID   = "kitchen-panel"
	panelType = "ESP32_PersonalCMS"
)

// sensorNames are all sensors that tests here write.
var sensorNames = []string{
	"temperature", "humidity", "pressure", "light", "battery_voltage", "motion_detected", "sleep_mode", "co2", "soil_1",
}

// snapshot is all that a device can change.
type snapshot struct {
	Devices  []store.Device
	Statuses map[string]store.Status
	Readings map[string][]store.Reading
	Attempts map[string][]ota.Attempt
	Log      []store.Entry
	Firmware []store.Firmware
	Settings store.Settings
}

func snap(t testing.TB, r *rig.Rig) snapshot {
	t.Helper()
	s := snapshot{
		Devices: r.DB.Devices(), Settings: r.DB.Settings(),
		Statuses: map[string]store.Status{}, Readings: map[string][]store.Reading{}, Attempts: map[string][]ota.Attempt{},
	}
	var err error
	for _, device := range s.Devices {
		s.Statuses[device.ID] = r.DB.Status(device.ID)
		for _, sensor := range sensorNames {
			s.Readings[device.ID+" "+sensor] = readings(t, r, device.ID, sensor)
		}
		if s.Attempts[device.ID], err = r.DB.Attempts(device.ID); err != nil {
			t.Fatal(err)
		}
	}
	if s.Log, err = r.DB.Log("", 100000); err != nil {
		t.Fatal(err)
	}
	if s.Firmware, err = r.DB.AllFirmware(); err != nil {
		t.Fatal(err)
	}
	return s
}

func readings(t testing.TB, r *rig.Rig, id, sensor string) []store.Reading {
	t.Helper()
	found, err := r.DB.Readings(id, sensor, time.Unix(0, 0), r.Now().AddDate(10, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// unchanged fails when the store differs from before.
func unchanged(t testing.TB, r *rig.Rig, before snapshot) {
	t.Helper()
	if diff := cmp.Diff(before, snap(t, r), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("a refused request changed the store (-before +after):\n%s", diff)
	}
}

// innards are words that no outsider should read: Go's error texts, file names, addresses in memory.
var innards = regexp.MustCompile(`json:|strconv|[Uu]nmarshal|invalid character|cannot parse|parsing|bbolt|bolt|goroutine|runtime|` +
	`\.go\b|/tmp|/work|/home|\.db\b|0x[0-9a-f]{6}|nil|EOF|panic|http:|%!`)

// isProblem checks the form of an answer to a device that is not a success.
func isProblem(t testing.TB, answer rig.Answer, status int, word string) {
	t.Helper()
	isPlainProblem(t, answer, status, word)
	for _, line := range mismatches("", map[string]any{"success": false, "message": "$string", "error": "$string"}, any(answer.JSON(t))) {
		t.Error(line)
	}
	if challenge := answer.Header.Get("WWW-Authenticate"); (challenge == "Bearer") != (status == http.StatusUnauthorized) {
		t.Errorf("status %d with WWW-Authenticate %q", status, challenge)
	}
}

// isPlainProblem is isProblem without the keys of v1.
func isPlainProblem(t testing.TB, answer rig.Answer, status int, word string) {
	t.Helper()
	if answer.Status != status {
		t.Fatalf("status %d, want %d: %.300s", answer.Status, status, answer.Body)
	}
	if got := answer.Header.Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("Content-Type %q", got)
	}
	want := map[string]any{
		"type": "/problems/" + word, "title": http.StatusText(status), "status": float64(status), "detail": "$string",
	}
	for _, line := range mismatches("", want, any(answer.JSON(t))) {
		t.Error(line)
	}
	if found := innards.Find(answer.Body); found != nil {
		t.Errorf("the answer shows %q: %s", found, answer.Body)
	}
}

// ok fails when an answer has another status.
func ok(t testing.TB, answer rig.Answer, status int) rig.Answer {
	t.Helper()
	if answer.Status != status {
		t.Fatalf("status %d, want %d: %.500s", answer.Status, status, answer.Body)
	}
	return answer
}

// deviceOf reads a device's record.
func deviceOf(t testing.TB, r *rig.Rig, id string) store.Device {
	t.Helper()
	device, err := r.DB.Device(id)
	if err != nil {
		t.Fatalf("device %q: %v", id, err)
	}
	return device
}

// set changes the settings.
func set(t testing.TB, r *rig.Rig, change func(*store.Settings)) {
	t.Helper()
	err := r.DB.UpdateSettings(func(settings *store.Settings) error { change(settings); return nil })
	if err != nil {
		t.Fatal(err)
	}
}

// build makes an image that differs for every seed.
func build(t testing.TB, seed uint64, chip string) ([]byte, *ota.Image) {
	t.Helper()
	data := otatest.Build(otatest.Options{Seed: seed, Chip: chip, Size: 20_000})
	img, err := ota.ReadImage(data)
	if err != nil {
		t.Fatal(err)
	}
	return data, img
}

// addPicture uploads a picture and assigns it to a device.
func addPicture(t testing.TB, r *rig.Rig, id string) store.Picture {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, 160, 96))
	for i := range img.Pix {
		img.SetGray(i%160, i/160, color.Gray{Y: uint8(i % 160)})
	}
	var data bytes.Buffer
	if err := jpeg.Encode(&data, img, nil); err != nil {
		t.Fatal(err)
	}
	body, contentType := rig.Form(t, "file", "holiday.jpg", data.Bytes(), nil)
	made := ok(t, r.Script(http.MethodPost, "/api/v1/pictures", body, "Content-Type", contentType), http.StatusCreated).JSON(t)
	ok(t, r.Script(http.MethodPatch, "/api/v1/devices/"+id, map[string]any{"pictures": []any{made["id"]}}), http.StatusOK)
	picture, err := r.DB.Picture(made["id"].(string))
	if err != nil {
		t.Fatal(err)
	}
	return picture
}

// command gives a device something to do, as its page does.
func command(t testing.TB, r *rig.Rig, id, name string) {
	t.Helper()
	form := "command=" + name
	ok(t, r.Do(http.MethodPost, "/devices/"+id+"/command", form, "Cookie", r.Session(),
		"Content-Type", "application/x-www-form-urlencoded"), http.StatusSeeOther)
}

// text is the value of a key as a string.
func text(t testing.TB, object map[string]any, key string) string {
	t.Helper()
	value, isText := object[key].(string)
	if !isText {
		t.Fatalf("%q is %v", key, object[key])
	}
	return value
}

// path is an address of this server without its beginning.
func path(r *rig.Rig, url string) string { return strings.TrimPrefix(url, r.URL) }

func parse(t testing.TB, raw []byte) any {
	t.Helper()
	var value any
	if err := json.Unmarshal(raw, &value); err != nil {
		t.Fatalf("not JSON: %v: %.300s", err, raw)
	}
	return value
}

// fetch gets an address and waits until the server is done with it: connections are served one
// request after the other, so a second one on the same connection is answered after that.
func fetch(t testing.TB, r *rig.Rig, address string, headers ...string) rig.Answer {
	t.Helper()
	transport := &http.Transport{DisableCompression: true, MaxConnsPerHost: 1}
	defer transport.CloseIdleConnections()
	get := func(address string, headers ...string) rig.Answer {
		request, err := http.NewRequest(http.MethodGet, r.URL+address, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i+1 < len(headers); i += 2 {
			request.Header.Set(headers[i], headers[i+1])
		}
		response, err := transport.RoundTrip(request)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		return rig.Answer{Status: response.StatusCode, Header: response.Header, Body: body}
	}
	answer := get(address, headers...)
	get("/healthz")
	return answer
}
