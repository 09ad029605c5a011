package main

import (
	"fmt"
	"net/http"
	"slices"
	"testing"

	"personalcms/ota/otatest"
)

// board is a device that is played request by request.
type board struct {
	p         *process
	id, token string
}

// newBoard registers a board that is approved at once.
func (p *process) newBoard(t *testing.T, id, deviceType, name, chip string) board {
	t.Helper()
	_, answer := p.call(http.MethodPost, "/api/devices/register", map[string]any{
		"device_id": id, "device_type": deviceType, "device_name": name, "auth": "token", "chip": chip, "ota_slot_size": 1310720, "firmware_version": "2.0.0",
	})
	token, _ := answer["token"].(string)
	if token == "" {
		t.Fatalf("%s: %v", id, answer)
	}
	return board{p, id, "Bearer " + token}
}

// install asks for an update and reports what becomes of it; nothing with “waits”.
func (b board) install(t *testing.T, state, why string) {
	t.Helper()
	if state == "waits" {
		return
	}
	_, offer := b.p.call(http.MethodGet, "/api/ota/check/"+b.id, nil, "Authorization", b.token)
	attempt, _ := offer["attempt"].(string)
	if attempt == "" {
		return
	}
	report := map[string]any{"attempt": attempt, "state": state, "error": why}
	if state == "downloading" {
		report["bytes"] = 74_000
	}
	if response, answer := b.p.call(http.MethodPost, "/api/ota/report/"+b.id, report, "Authorization", b.token); response.StatusCode != http.StatusNoContent {
		t.Fatalf("%s: report: %s %v", b.id, response.Status, answer)
	}
}

// boards is some boards of a type and a rollout for them.
type boards struct {
	p       *process
	key     string // API key
	of      map[string]board
	rollout string
}

// newFleet makes boards, an image for them and a rollout of it.
func (p *process) newFleet(t *testing.T, key, deviceType, name string, rooms int, stages []map[string]any) boards {
	t.Helper()
	f := boards{p: p, key: key, of: map[string]board{}}
	for i := range rooms {
		id := fmt.Sprintf("%s-%02d", deviceType, i+1)
		f.of[id] = p.newBoard(t, id, deviceType, fmt.Sprintf("%s %d", name, i+1), "esp32")
	}
	image := otatest.Build(otatest.Options{Chip: "esp32", Size: 180 << 10, Marker: `PCMSFW{"type":"` + deviceType + `","version":"2.1.0","board":"esp32dev"}`})
	if status := p.upload(t, key, "/api/ota/upload", "firmware", deviceType+".ino.bin", image, map[string]string{"version": "2.1.0"}); status != http.StatusOK {
		t.Fatalf("%s: the image was answered %d", deviceType, status)
	}
	response, answer := p.call(http.MethodPost, "/api/v1/rollouts", map[string]any{
		"name": name + "s 2.1.0", "firmware_key": deviceType + "_2.1.0", "stages": stages,
	}, "Authorization", key)
	f.rollout, _ = answer["rollout"].(string)
	if response.StatusCode != http.StatusCreated {
		t.Fatalf("%s: %s %v", deviceType, response.Status, answer)
	}
	return f
}

// play lets the boards of a stage do what is said, in turn; the last word is for all the others.
func (f boards) play(t *testing.T, stage int, what ...string) {
	t.Helper()
	_, answer := f.p.call(http.MethodGet, "/api/v1/rollouts/"+f.rollout+"/devices", nil, "Authorization", f.key)
	members, _ := answer["devices"].([]any)
	var ids []string
	for _, member := range members {
		member := member.(map[string]any)
		if member["stage"] == float64(stage) {
			ids = append(ids, member["device_id"].(string))
		}
	}
	slices.Sort(ids)
	for i, id := range ids {
		why := ""
		if what[min(i, len(what)-1)] == "failed" {
			why = []string{"the flash could not be written", "no memory for the download"}[i%2]
		}
		f.of[id].install(t, what[min(i, len(what)-1)], why)
	}
}

// act does a step of the rollout.
func (f boards) act(t *testing.T, action string) {
	t.Helper()
	response, answer := f.p.call(http.MethodPost, "/api/v1/rollouts/"+f.rollout+"/"+action, nil, "Authorization", f.key)
	if response.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s %v", action, response.Status, answer)
	}
}

// furnishRollouts makes a rollout in the middle of its second stage with failures, one that has halted and one that is
// finished, and returns their addresses by what they are.
func furnishRollouts(t *testing.T, p *process) map[string]string {
	t.Helper()
	p.setEnrolment(t, "open")
	key := keyOf(t, p, "admin")
	careful := []map[string]any{{"percent": 10}, {"percent": 50, "failure_percent": 40}, {"percent": 100, "soak_seconds": 3600}}
	running := p.newFleet(t, key, "room_sensor", "Room sensor", 24, careful)
	running.play(t, 0, "confirmed")
	running.act(t, "begin")
	running.play(t, 1, "confirmed", "failed", "confirmed", "downloading", "confirmed", "failed", "installed", "waits")
	halted := p.newFleet(t, key, "desk_lamp", "Desk lamp", 10, []map[string]any{{"percent": 50}, {"percent": 100, "start": "by_hand"}})
	halted.play(t, 0, "confirmed", "failed", "waits")
	finished := p.newFleet(t, key, "door_bell", "Door bell", 4, []map[string]any{{"percent": 100}})
	p.call(http.MethodPatch, "/api/v1/devices/door_bell-01", map[string]any{"groups": []string{"Hall"}}, "Authorization", key)
	finished.play(t, 0, "confirmed")
	finished.act(t, "retry") // it looks at the rollout anew
	p.setEnrolment(t, "approve")
	return map[string]string{
		"running":  "/ota-management/rollouts/" + running.rollout,
		"halted":   "/ota-management/rollouts/" + halted.rollout,
		"finished": "/ota-management/rollouts/" + finished.rollout,
	}
}
