package admin_test

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"personalcms/handlers/rig"
	"personalcms/ota"
	"personalcms/ota/otatest"
	"personalcms/store"

	"github.com/google/go-cmp/cmp"
)

const marker = `PCMSFW{"type":"Clock","version":"2.5.0","board":"esp32dev"}`

// upload sends an image as a script does.
func upload(t *testing.T, r *rig.Rig, filename string, data []byte, values map[string]string) rig.Answer {
	t.Helper()
	body, contentType := rig.Form(t, "firmware", filename, data, values)
	return r.Script(http.MethodPost, "/api/ota/upload", body, "Content-Type", contentType)
}

func TestV1Upload(t *testing.T) {
	r := rig.New(t)
	image := otatest.Build(otatest.Options{Marker: marker})
	answer := upload(t, r, "../../clock.ino.bin", image, map[string]string{"device_type": "Clock", "description": "Stays on time", "auto_assign": "true"})
	wants(t, answer, http.StatusOK)
	body := answer.JSON(t)
	info, _ := body["firmware_info"].(map[string]any)
	img, err := ota.ReadImage(image)
	must(t, err)
	want := map[string]any{
		"firmware_key": "Clock_20261123.120000", "version": "20261123.120000", "device_type": "Clock", "filename": "clock.ino.bin",
		"description": "Stays on time", "upload_date": "2026-11-23T12:00:00Z", "file_size": float64(len(image)), "file_hash": img.SHA256,
		"download_count": 0.0, "is_active": true, "chip": "esp32", "project_name": "arduino-lib-builder", "idf_version": "v5.5.1-255-g07e9bf4970",
		"md5": img.MD5, "signed": false,
	}
	if diff := cmp.Diff(want, info); diff != "" {
		t.Errorf("firmware_info (-want +got):\n%s", diff)
	}
	keys := slices.Sorted(maps.Keys(body))
	if diff := cmp.Diff([]string{"firmware_info", "firmware_key", "success", "version", "warnings"}, keys); diff != "" || body["success"] != true {
		t.Errorf("keys (-want +got):\n%s", diff)
	}
	if _, list := body["warnings"].([]any); !list {
		t.Errorf("warnings: %v", body["warnings"])
	}
}

// TestTwoUploadsInOneSecond get two versions.
func TestTwoUploadsInOneSecond(t *testing.T) {
	r := rig.New(t)
	first := r.Upload("T", otatest.Build(otatest.Options{Seed: 1}), false)
	second := r.Upload("T", otatest.Build(otatest.Options{Seed: 2}), false)
	if diff := cmp.Diff([]string{"T_20261123.120000", "T_20261123.120001"}, []string{first, second}); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func versions(t *testing.T, r *rig.Rig, path string) []string {
	t.Helper()
	body := r.Script(http.MethodGet, path, nil).JSON(t)
	var keys []string
	for _, row := range body["versions"].([]any) {
		keys = append(keys, fmt.Sprint(row.(map[string]any)["firmware_key"]))
	}
	if body["total"] != float64(len(keys)) || body["success"] != true {
		t.Errorf("%v", body)
	}
	return keys
}

func TestV1Lists(t *testing.T) {
	r := rig.New(t)
	one, two := r.Upload("T", otatest.Build(otatest.Options{Seed: 1}), false), r.Upload("U", otatest.Build(otatest.Options{Seed: 2}), false)
	r.Pass(1e9 * 60)
	three := r.Upload("T", otatest.Build(otatest.Options{Seed: 3}), false)
	for path, want := range map[string][]string{
		"/api/ota/versions?device_type=T": {three, one}, "/api/ota/versions?device_type=none": nil, "/api/ota/versions?device_type=U": {two},
	} {
		if diff := cmp.Diff(want, versions(t, r, path)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", path, diff)
		}
	}
	if all := versions(t, r, "/api/ota/firmware"); len(all) != 3 || all[0] != three {
		t.Errorf("all: %v", all)
	}
	types := r.Script(http.MethodGet, "/api/ota/firmware-types", nil).JSON(t)
	if diff := cmp.Diff([]any{"T", "U"}, types["firmware_types"]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	stats, _ := r.Script(http.MethodGet, "/api/ota/stats", nil).JSON(t)["stats"].(map[string]any)
	if stats["total_firmware"] != 3.0 || stats["total_downloads"] != 0.0 || fmt.Sprint(stats["firmware_by_type"]) != "map[T:2 U:1]" {
		t.Errorf("stats: %v", stats)
	}
}

func TestV1DeleteWhileAssigned(t *testing.T) {
	r := rig.New(t)
	r.Enrol("panel", "T")
	key := r.Upload("T", otatest.Build(otatest.Options{}), true)
	assign := func(body string) { wants(t, r.Script(http.MethodPut, "/api/v1/assignments", body), http.StatusOK) }
	inUse := func(by string) {
		t.Helper()
		answer := r.Script(http.MethodDelete, "/api/ota/delete/"+key, nil)
		wantProblem(t, answer, http.StatusConflict, "in_use", "")
		wants(t, answer, http.StatusConflict, by, `"success":false`)
	}
	inUse("all T devices")
	assign(`{"device_type":"T","firmware_key":null}`)
	assign(`{"device_id":"panel","firmware_key":"` + key + `"}`)
	inUse("panel")
	assign(`{"device_id":"panel","firmware_key":null}`)
	wants(t, r.Script(http.MethodDelete, "/api/ota/delete/"+key, nil), http.StatusOK, `"success":true`)
	wantProblem(t, r.Script(http.MethodDelete, "/api/ota/delete/"+key, nil), http.StatusNotFound, "unknown_firmware", "")
}

func TestV1ForceUpdate(t *testing.T) {
	r := rig.New(t)
	token := r.Enrol("panel", "T")
	r.Upload("U", otatest.Build(otatest.Options{Seed: 1}), false)
	r.Pass(1e9 * 60)
	key := r.Upload("U", otatest.Build(otatest.Options{Seed: 2}), false)
	for _, test := range []struct {
		name, id, body string
		status         int
		word, key      string
	}{
		{"unknown type", "panel", `{"firmware_type":"none"}`, 404, "unknown_firmware", ""},
		{"no type", "panel", `{}`, 404, "unknown_firmware", ""},
		{"unknown device", "nobody", `{"firmware_type":"U"}`, 404, "unknown_device", ""},
		{"wrong type", "panel", `{"firmware_type":7}`, 400, "wrong_type", "firmware_type"},
	} {
		t.Run(test.name, func(t *testing.T) {
			unchanged(t, r, func() {
				wantProblem(t, r.Script(http.MethodPost, "/api/ota/force-update/"+test.id, test.body), test.status, test.word, test.key)
			})
		})
	}
	answer := r.Script(http.MethodPost, "/api/ota/force-update/panel", `{"firmware_type":"U"}`)
	wants(t, answer, http.StatusOK, `"success":true`, `"firmware_key":"`+key+`"`, `"device_id":"panel"`)
	check := r.Do(http.MethodGet, "/api/ota/check/panel", nil, "Authorization", token).JSON(t)
	if diff := cmp.Diff([]any{true, key, "forced"}, []any{check["update_available"], check["firmware_key"], check["update_type"]}); diff != "" {
		t.Errorf("the next check (-want +got):\n%s", diff)
	}
}

func TestAssignments(t *testing.T) {
	r := rig.New(t)
	r.Enrol("panel", "T")
	key := r.Upload("T", otatest.Build(otatest.Options{Seed: 1}), false)
	other := r.Upload("T", otatest.Build(otatest.Options{Seed: 2, Chip: "esp32s3"}), false)
	for _, test := range []struct {
		name, body string
		status     int
		word, key  string
	}{
		{"nothing", `{}`, 400, "bad_target", ""},
		{"both", `{"device_id":"panel","device_type":"T","firmware_key":"` + key + `"}`, 400, "bad_target", ""},
		{"unknown device", `{"device_id":"nobody","firmware_key":"` + key + `"}`, 404, "unknown_device", ""},
		{"unknown device, to end", `{"device_id":"nobody","firmware_key":null}`, 404, "unknown_device", ""},
		{"unknown firmware", `{"device_id":"panel","firmware_key":"T_0"}`, 404, "unknown_firmware", ""},
		{"unknown firmware for a type", `{"device_type":"T","firmware_key":"T_0"}`, 404, "unknown_firmware", ""},
		{"another chip", `{"device_id":"panel","firmware_key":"` + other + `"}`, 409, "wrong_chip", ""},
		{"group whose name nobody can read", `{"group":"` + strings.Repeat("g", 40_000) + `","firmware_key":"` + key + `"}`, 422, "bad_group", ""},
		{"type that is a path", `{"device_type":"../x","firmware_key":"` + key + `"}`, 400, "bad_device_type", ""},
		{"wrong type", `{"device_id":7,"firmware_key":null}`, 400, "wrong_type", "device_id"},
		{"not JSON", `device_id=panel`, 400, "malformed_json", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			unchanged(t, r, func() {
				wantProblem(t, r.Script(http.MethodPut, "/api/v1/assignments", test.body), test.status, test.word, test.key)
			})
		})
	}
	for _, step := range []struct{ body, device, ofType string }{
		{`{"device_id":"panel","firmware_key":"` + key + `"}`, key, ""},
		{`{"device_type":"T","firmware_key":"` + other + `"}`, key, other},
		{`{"device_type":"T","firmware_key":"` + key + `"}`, key, key},
		{`{"device_id":"panel","firmware_key":null}`, "", key},
		{`{"device_type":"T","firmware_key":null}`, "", ""},
	} {
		wants(t, r.Script(http.MethodPut, "/api/v1/assignments", step.body), http.StatusOK)
		device, err := r.DB.Device("panel")
		must(t, err)
		assignments, err := r.DB.Assignments()
		must(t, err)
		ofType := ""
		for _, assignment := range assignments {
			ofType = assignment.FirmwareKey
		}
		if diff := cmp.Diff([]string{step.device, step.ofType}, []string{device.AssignedKey, ofType}); diff != "" {
			t.Errorf("after %s (-want +got):\n%s", step.body, diff)
		}
	}
}

func TestFirmwareRecord(t *testing.T) {
	r := rig.New(t)
	r.Enrol("panel", "T")
	key := r.Upload("T", otatest.Build(otatest.Options{Marker: strings.Replace(marker, "Clock", "T", 1)}), true)
	_, err := r.DB.UpdateDevice("panel", func(device *store.Device) error { device.RunningKey = key; return nil })
	must(t, err)
	body := r.Script(http.MethodGet, "/api/v1/firmware/"+key, nil).JSON(t)
	image, _ := body["image"].(map[string]any)
	said, _ := image["marker"].(map[string]any)
	segments, _ := image["segments"].([]any)
	got := []any{body["firmware_key"], body["is_active"], body["run_by"], said["board"], len(segments)}
	if diff := cmp.Diff([]any{key, true, []any{"panel"}, "esp32dev", 4}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]any{[]any{}, map[string]any{"confirmed": 0.0, "failed": 0.0, "rolled_back": 0.0, "interrupted": 0.0, "seconds": 0.0, "saved": 0.0}},
		[]any{body["deltas"], body["tally"]}); diff != "" {
		t.Errorf("patches and attempts (-want +got):\n%s", diff)
	}
	wantProblem(t, r.Script(http.MethodGet, "/api/v1/firmware/none", nil), http.StatusNotFound, "unknown_firmware", "")
}

// TestFirmwareRecordListsPatches that make the image, and why there is none from another.
func TestFirmwareRecordListsPatches(t *testing.T) {
	r := rig.New(t)
	old, fresh := r.Upload("T", otatest.ProgramImage(0, 30_000), false), r.Upload("T", otatest.ProgramImage(1, 30_000), false)
	from, err := r.DB.Firmware(old)
	must(t, err)
	to, err := r.DB.Firmware(fresh)
	must(t, err)
	delta := store.Delta{From: from.Image.ImageSHA256, To: to.Image.SHA256, FromKey: old, ToKey: fresh, Made: rig.Start, Seconds: 0.5, Why: store.DeltaTooLarge}
	must(t, r.DB.AddDelta(delta, nil))
	want := map[string]any{
		"from_sha256": delta.From, "to_sha256": delta.To, "from_key": old, "to_key": fresh, "size": 0.0,
		"made": rig.Start.Format(time.RFC3339), "seconds": 0.5, "why": "too_large",
	}
	if diff := cmp.Diff([]any{want}, r.Script(http.MethodGet, "/api/v1/firmware/"+fresh, nil).JSON(t)["deltas"]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]any{}, r.Script(http.MethodGet, "/api/v1/firmware/"+old, nil).JSON(t)["deltas"]); diff != "" {
		t.Errorf("to the old one (-want +got):\n%s", diff)
	}
}

// TestFullFlashImage: a script is told what the file is, and sends it again with extract=true.
func TestFullFlashImage(t *testing.T) {
	r := rig.New(t)
	r.Key()
	app := otatest.Build(otatest.Options{})
	flash := otatest.FullFlash(app, otatest.PartitionTable(otatest.DefaultPartitions()...), otatest.Bootloader("esp32"), 0x1000)
	unchanged(t, r, func() {
		answer := upload(t, r, "merged.bin", flash, map[string]string{"device_type": "T"})
		wantProblem(t, answer, http.StatusUnprocessableEntity, "full-flash", "")
		wants(t, answer, http.StatusUnprocessableEntity, "extract=true", `"label":"app0"`)
	})
	answer := upload(t, r, "merged.bin", flash, map[string]string{"device_type": "T", "extract": "true"})
	wants(t, answer, http.StatusOK)
	kept, err := r.DB.Firmware(fmt.Sprint(answer.JSON(t)["firmware_key"]))
	must(t, err)
	data, err := r.DB.Blob(kept.Image.SHA256)
	must(t, err)
	if !bytes.Equal(data, app) {
		t.Errorf("%d bytes are kept, the sketch has %d", len(data), len(app))
	}
}

// TestImageOfAnotherType is asked about, and stored when the script is sure.
func TestImageOfAnotherType(t *testing.T) {
	r := rig.New(t)
	r.Key()
	image := otatest.Build(otatest.Options{Marker: marker})
	unchanged(t, r, func() {
		answer := upload(t, r, "x.bin", image, map[string]string{"device_type": "Lamp"})
		wantProblem(t, answer, http.StatusConflict, "other_type", "")
		wants(t, answer, http.StatusConflict, "it is Clock, you wrote Lamp", "type_sure=true", `"success":false`)
	})
	sure := upload(t, r, "x.bin", image, map[string]string{"device_type": "Lamp", "type_sure": "true"})
	wants(t, sure, http.StatusOK, `"device_type":"Lamp"`)
	said := upload(t, r, "x.bin", image, nil)
	wants(t, said, http.StatusOK, `"device_type":"Clock"`)
}
