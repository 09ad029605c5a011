package main

import (
	"net/http"
	"testing"
	"time"

	"personalcms/ota/otatest"
)

// newFirmware is the image that furnishUpdates brings.
const newFirmware = sketch + "_2.7.0"

// furnishUpdates gives boards something to wait for: a window, a group, a rollout in two stages, an update that fails,
// one that is under way, and one that does not fit.
func furnishUpdates(t *testing.T, p *process, key string) {
	t.Helper()
	image := otatest.Build(otatest.Options{
		Chip: "esp32", Size: 1180 << 10, Marker: `PCMSFW{"type":"` + sketch + `","version":"2.7.0","board":"esp32dev"}`, Seed: 27,
		Project: "arduino-lib-builder", Version: "esp-idf: v5.5", IDF: "v5.5", Date: "Nov 24 2026", Time: "18:30:00",
	})
	values := map[string]string{"version": "2.7.0", "description": "Sleeps deeper, and tells how full its battery is"}
	if status := p.upload(t, key, "/api/ota/upload", "firmware", "PersonalCMS.ino.bin", image, values); status != http.StatusOK {
		t.Fatalf("the image was answered %d", status)
	}
	script := func(method, path string, body any) {
		t.Helper()
		if response, answer := p.call(method, path, body, "Authorization", key); response.StatusCode >= http.StatusBadRequest {
			t.Fatalf("%s %s: %s %v", method, path, response.Status, answer)
		}
	}
	script(http.MethodPut, "/api/v1/settings/updates", map[string]any{"window": map[string]any{"from": "02:00", "to": "04:00"}, "low_battery": 20})
	anyTime := map[string]any{"from": "", "to": ""}
	greenhouse := p.enrol(t, key, "greenhouse-1", "esp32", 1310720, map[string]any{"nickname": "Greenhouse", "groups": []string{"garden"}, "window": anyTime})
	shed := p.enrol(t, key, "shed-1", "esp32", 1310720, map[string]any{"nickname": "Garden shed", "groups": []string{"garden"}, "window": anyTime})
	p.enrol(t, key, "cellar-1", "esp32", 1048576, map[string]any{"nickname": "Cellar", "groups": []string{"below"}, "window": map[string]any{"from": "22:00", "to": "05:00", "days": []string{"fri", "sat"}}})
	p.enrol(t, key, "attic-1", "esp32s3", 3342336, map[string]any{"nickname": "Attic", "groups": []string{"garden"}})
	script(http.MethodPut, "/api/v1/assignments", map[string]any{"group": "garden", "firmware_key": newFirmware, "rollback": true})
	p.tryUpdate(t, "greenhouse-1", greenhouse, map[string]any{"state": "failed", "error": "checksum differs"})
	p.tryUpdate(t, "shed-1", shed, map[string]any{"state": "downloading", "bytes": 480000})
	script(http.MethodPost, "/api/v1/rollouts", map[string]any{
		"name": "Winter", "firmware_key": newFirmware, "filter": map[string]any{"device_types": []string{sketch}},
		"stages": []map[string]any{
			{"percent": 40, "soak_seconds": 86400},
			{"percent": 100, "start": "at_time", "at": time.Now().Add(72 * time.Hour).UTC().Format(time.RFC3339)},
		},
	})
}

// enrol makes a board of the sketch known and returns its Authorization header's value.
func (p *process) enrol(t *testing.T, key, id, chip string, slot int, patch map[string]any) string {
	t.Helper()
	_, answer := p.call(http.MethodPost, "/api/devices/register", map[string]any{
		"device_id": id, "device_type": sketch, "auth": "token", "chip": chip, "ota_slot_size": slot, "firmware_version": "2.5.1",
	})
	token, _ := answer["token"].(string)
	p.call(http.MethodPost, "/api/v1/devices/"+id+"/approve", nil, "Authorization", key)
	if response, answer := p.call(http.MethodPatch, "/api/v1/devices/"+id, patch, "Authorization", key); response.StatusCode != http.StatusOK || token == "" {
		t.Fatalf("%s: %s %v", id, response.Status, answer)
	}
	return "Bearer " + token
}

// tryUpdate lets a board ask for an update and say what became of it.
func (p *process) tryUpdate(t *testing.T, id, token string, report map[string]any) {
	t.Helper()
	_, offer := p.call(http.MethodGet, "/api/ota/check/"+id, nil, "Authorization", token, "X-Device-Type", sketch)
	report["attempt"] = offer["attempt"]
	if response, _ := p.call(http.MethodPost, "/api/ota/report/"+id, report, "Authorization", token); response.StatusCode != http.StatusNoContent {
		t.Fatalf("%s: the report of %v was answered %s", id, offer, response.Status)
	}
	p.call(http.MethodGet, "/api/ota/check/"+id, nil, "Authorization", token, "X-Device-Type", sketch)
}
