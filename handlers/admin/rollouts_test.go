package admin_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"personalcms/handlers/rig"
	"personalcms/ota/otatest"
	"personalcms/store"

	"github.com/google/go-cmp/cmp"
)

// fleetRig has an image of type T and devices of it: five of them heard of, one silent, one of another chip.
func fleetRig(t *testing.T) (*rig.Rig, string) {
	t.Helper()
	r := rig.New(t)
	key := r.Upload("T", otatest.Build(otatest.Options{Seed: 1}), false)
	for i := range 7 {
		id := fmt.Sprintf("d%d", i)
		must(t, r.DB.CreateDevice(store.Device{ID: id, DeviceType: "T", Chip: "esp32", Approved: true, Registered: rig.Start}))
		if i < 6 {
			r.DB.NoteStatus(id, func(s *store.Status) { s.LastSeen = rig.Start })
		}
	}
	_, err := r.DB.UpdateDevice("d5", func(d *store.Device) error { d.Chip, d.Groups = "esp32s3", []string{"hall"}; return nil })
	must(t, err)
	return r, key
}

func stagesOf(percents ...int) []map[string]any {
	var stages []map[string]any
	for _, percent := range percents {
		stages = append(stages, map[string]any{"percent": percent})
	}
	return stages
}

func TestARolloutByScript(t *testing.T) {
	r, key := fleetRig(t)
	answer := r.Script(http.MethodPost, "/api/v1/rollouts", map[string]any{"name": "Winter", "firmware_key": key, "stages": stagesOf(20, 100)})
	wants(t, answer, http.StatusCreated)
	rollout := answer.JSON(t)
	id, _ := rollout["rollout"].(string)
	first := rollout["stages"].([]any)[0].(map[string]any)
	if id == "" || rollout["status"] != "running" || first["begun"] != "2026-11-23T12:00:00Z" || first["success_percent"] != 90.0 || first["failure_percent"] != 10.0 {
		t.Errorf("%s", answer.Body)
	}
	if diff := cmp.Diff(map[string]any{"device_types": []any{"T"}}, rollout["filter"]); diff != "" {
		t.Errorf("it is for the type of its image (-want +got):\n%s", diff)
	}
	devices := r.Script(http.MethodGet, "/api/v1/rollouts/"+id+"/devices", nil).JSON(t)["devices"].([]any)
	if len(devices) != 7 {
		t.Errorf("%d devices", len(devices))
	}
	for _, step := range []struct{ action, status string }{
		{"pause", "paused"}, {"resume", "running"}, {"begin", "running"}, {"retry", "running"}, {"rollback", "rolled_back"},
	} {
		answer := r.Script(http.MethodPost, "/api/v1/rollouts/"+id+"/"+step.action, nil)
		if wants(t, answer, http.StatusOK); answer.JSON(t)["status"] != step.status {
			t.Errorf("%s: %s", step.action, answer.Body)
		}
	}
	wants(t, r.Script(http.MethodDelete, "/api/v1/rollouts/"+id, nil), http.StatusNoContent)
	wants(t, r.Script(http.MethodGet, "/api/v1/rollouts/"+id, nil), http.StatusNotFound)
	log, err := r.DB.Log("", 20)
	must(t, err)
	var said []string
	for _, entry := range log {
		if strings.Contains(entry.Message, "Winter") {
			said = append(said, entry.Message)
		}
	}
	if len(said) != 7 {
		t.Errorf("the log says %q", said)
	}
}

func TestARolloutIsRefused(t *testing.T) {
	r, key := fleetRig(t)
	created := r.Script(http.MethodPost, "/api/v1/rollouts", map[string]any{"firmware_key": key, "stages": stagesOf(100)}).JSON(t)
	if created["name"] != key {
		t.Errorf("it is called %v", created["name"])
	}
	id := created["rollout"].(string)
	must(t, r.DB.UpdateSettings(func(s *store.Settings) error { s.Signatures.SignedOnly = []string{"U"}; return nil }))
	for name, row := range map[string]struct {
		method, path string
		body         any
		status       int
		word         string
	}{
		"no such image":        {http.MethodPost, "", map[string]any{"firmware_key": "T_9", "stages": stagesOf(100)}, http.StatusNotFound, "unknown_firmware"},
		"no stages":            {http.MethodPost, "", map[string]any{"firmware_key": key}, http.StatusUnprocessableEntity, "bad_rollout"},
		"falling percentages":  {http.MethodPost, "", map[string]any{"firmware_key": key, "stages": stagesOf(50, 20)}, http.StatusUnprocessableEntity, "bad_rollout"},
		"a number for a name":  {http.MethodPost, "", `{"name":3}`, http.StatusBadRequest, "wrong_type"},
		"no such rollout":      {http.MethodPost, "/none/pause", nil, http.StatusNotFound, "unknown_rollout"},
		"no such action":       {http.MethodPost, "/" + id + "/dance", nil, http.StatusNotFound, "not_found"},
		"resumed as it runs":   {http.MethodPost, "/" + id + "/resume", nil, http.StatusConflict, "bad_rollout"},
		"extended beyond all":  {http.MethodPost, "/" + id + "/extend", map[string]any{"stages": stagesOf(100)}, http.StatusUnprocessableEntity, "bad_rollout"},
		"deleted as it runs":   {http.MethodDelete, "/" + id, nil, http.StatusConflict, "in_use"},
		"devices of none":      {http.MethodGet, "/none/devices", nil, http.StatusNotFound, "unknown_rollout"},
		"counted without plan": {http.MethodPost, "/count", map[string]any{"firmware_key": key}, http.StatusUnprocessableEntity, "bad_rollout"},
	} {
		t.Run(name, func(t *testing.T) {
			var answer rig.Answer
			unchanged(t, r, func() { answer = r.Script(row.method, "/api/v1/rollouts"+row.path, row.body) })
			wants(t, answer, row.status)
			if kind, _ := answer.JSON(t)["type"].(string); !strings.HasSuffix(kind, row.word) {
				t.Errorf("want %s: %s", row.word, answer.Body)
			}
		})
	}
	wants(t, r.Script(http.MethodDelete, "/api/ota/delete/"+key, nil), http.StatusConflict)
}

func TestCountingARollout(t *testing.T) {
	r, key := fleetRig(t)
	answer := r.Script(http.MethodPost, "/api/v1/rollouts/count", map[string]any{
		"firmware_key": key, "stages": []map[string]any{{"group": "hall"}, {"percent": 50}, {"percent": 100}},
	})
	wants(t, answer, http.StatusOK)
	stages := answer.JSON(t)["stages"].([]any)
	hall := stages[0].(map[string]any)
	if diff := cmp.Diff(map[string]any{"devices": 1.0, "offline": 0.0, "unfit": 1.0}, hall); diff != "" || answer.JSON(t)["devices"] != 7.0 {
		t.Errorf("%s (-want +got):\n%s", answer.Body, diff)
	}
	sum, offline := 0.0, 0.0
	for _, stage := range stages {
		sum += stage.(map[string]any)["devices"].(float64)
		offline += stage.(map[string]any)["offline"].(float64)
	}
	if sum != 7 || offline != 1 || len(r.DB.Rollouts()) != 0 {
		t.Errorf("%s", answer.Body)
	}
}

func TestAnImageForAGroup(t *testing.T) {
	r, key := fleetRig(t)
	answer := r.Script(http.MethodPut, "/api/v1/assignments", map[string]any{"group": "hall", "firmware_key": key, "rollback": true})
	wants(t, answer, http.StatusOK)
	all, err := r.DB.Assignments()
	if diff := cmp.Diff([]store.Assignment{{Group: "hall", FirmwareKey: key, Rollback: true, Since: rig.Start}}, all); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	wants(t, r.Script(http.MethodPut, "/api/v1/assignments", map[string]any{"group": "hall", "device_type": "T", "firmware_key": key}), http.StatusBadRequest)
	wants(t, r.Script(http.MethodPut, "/api/v1/assignments", map[string]any{"group": "hall", "firmware_key": nil}), http.StatusOK)
	if all, err := r.DB.Assignments(); err != nil || len(all) != 0 {
		t.Errorf("%v: %v", err, all)
	}
}

// TestALargeFleetIsNotInEveryForm: single devices are chosen on the page of an image then.
func TestALargeFleetIsNotInEveryForm(t *testing.T) {
	r, key := fleetRig(t)
	b := newBrowser(r, false)
	wants(t, b.get("/ota-management"), http.StatusOK, `value="device:d0"`)
	for i := range 50 {
		must(t, r.DB.CreateDevice(store.Device{ID: fmt.Sprintf("more-%d", i), DeviceType: "T", Approved: true}))
	}
	wants(t, b.get("/ota-management"), http.StatusOK, `value="type:T"`, `value="group:hall"`, `!value="device:d0"`)
	wants(t, b.get("/ota-management/firmware/"+key), http.StatusOK, `value="device:d0"`)
}
