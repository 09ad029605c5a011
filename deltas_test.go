package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"personalcms/handlers/rig"
	"personalcms/ota/otatest"
	"personalcms/sketches/simulate"
)

// uploadEdition uploads an image by script and returns its key.
func (p *process) uploadEdition(key string, edition int, assign bool) (string, []byte) {
	p.t.Helper()
	data := otatest.ProgramImage(edition, 300<<10)
	body, contentType := rig.Form(p.t, "firmware", "sketch.ino.bin", data, map[string]string{"device_type": sketch, "auto_assign": fmt.Sprint(assign)})
	request, err := http.NewRequest(http.MethodPost, p.url+"/api/ota/upload", bytes.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	request.Header.Set("Content-Type", contentType)
	request.Header.Set("Authorization", key)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	var answer struct {
		Key string `json:"firmware_key"`
	}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil || answer.Key == "" {
		p.t.Fatalf("upload: %s, %v", response.Status, err)
	}
	return answer.Key, data
}

// until asks for a firmware's record until it is as it should be.
func (p *process) until(key, firmware, what string, holds func(record map[string]any) bool) map[string]any {
	p.t.Helper()
	var record map[string]any
	for end := time.Now().Add(90 * time.Second); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		if _, record = p.call(http.MethodGet, "/api/v1/firmware/"+firmware, nil, "Authorization", key); holds(record) {
			return record
		}
	}
	p.t.Fatalf("%s: not within 90 s: %v\n%s", what, record, p.log)
	return nil
}

// TestAFleetUpdatesByPatches: the patch is there before the rollout begins, boards install by it, one whose patch is
// damaged gets on with the whole image in the same attempt, and a board with firmware 2.4.x never hears of it.
func TestAFleetUpdatesByPatches(t *testing.T) {
	const boards, legacy, damaged = 6, 1, 3 // the third patch is damaged
	p := start(t, t.TempDir(), "", "PERSONALCMS_ADMIN_PASSWORD="+password, "PERSONALCMS_ENROLMENT=open")
	key := keyOf(t, p, "admin")
	first, _ := p.uploadEdition(key, 0, true)
	ctx, end := context.WithCancel(t.Context())
	defer end()
	reports := make(chan *simulate.Report, 1)
	go func() {
		report, err := simulate.Run(ctx, simulate.Config{
			Server: p.url, Devices: boards, Legacy: legacy, Duration: 4 * time.Minute, Speed: 60, DeviceType: sketch, Deltas: true, CorruptDeltas: damaged, Now: time.Now,
		})
		if err != nil {
			t.Error(err)
		}
		reports <- report
	}()
	runBy := func(record map[string]any) bool { return len(record["run_by"].([]any)) == boards }
	p.until(key, first, "all run the first image", runBy)

	second, data := p.uploadEdition(key, 1, false)
	response, rollout := p.call(http.MethodPost, "/api/v1/rollouts", map[string]any{
		"name": "second", "firmware_key": second, "filter": map[string]any{"device_types": []string{sketch}},
		"stages": []any{map[string]any{"percent": 100, "start": "by_hand"}},
	}, "Authorization", key)
	if response.StatusCode != http.StatusCreated {
		t.Fatalf("rollout: %s %v", response.Status, rollout)
	}
	record := p.until(key, second, "the patch is made", func(record map[string]any) bool { return len(record["deltas"].([]any)) == 1 })
	patch := record["deltas"].([]any)[0].(map[string]any)
	size := patch["size"].(float64)
	if size <= 0 || 2*size >= float64(len(data)) || patch["from_key"] != first {
		t.Fatalf("the patch is %v", patch)
	}
	if response, answer := p.call(http.MethodPost, fmt.Sprintf("/api/v1/rollouts/%v/begin", rollout["rollout"]), nil, "Authorization", key); response.StatusCode != http.StatusOK {
		t.Fatalf("begin: %s %v", response.Status, answer)
	}
	record = p.until(key, second, "all run the second image", func(record map[string]any) bool {
		tally, _ := record["tally"].(map[string]any)
		return runBy(record) && tally["confirmed"] == float64(boards)
	})
	end()
	report := <-reports
	if report.ViolationCount > 0 || report.DeltaUpdates != boards-legacy-1 || report.DeltaFallbacks != 1 || report.FailedUpdates != 0 ||
		report.Updates != 2*boards || report.DeltaBytes != int64(size)*(boards-legacy-1) {
		t.Errorf("%s", report)
	}
	saved := (boards - legacy - 1) * (float64(len(data)) - size)
	if tally := record["tally"].(map[string]any); tally["saved"] != saved || tally["failed"] != 0.0 || tally["interrupted"] != 0.0 {
		t.Errorf("the image’s attempts came to %v, want %v bytes saved", tally, saved)
	}
	p.stop()
}
