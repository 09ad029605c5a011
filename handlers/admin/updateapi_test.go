package admin_test

import (
	"net/http"
	"testing"
	"time"

	"personalcms/ota"

	"github.com/google/go-cmp/cmp"
)

func TestWhyNotByScript(t *testing.T) {
	r, key := imageRig(t)
	for _, ago := range []time.Duration{9, 6, 3} {
		tried(t, r, "new", ota.StateFailed, ago*time.Hour)
	}
	of := func(id string) map[string]any {
		t.Helper()
		answer := r.Script(http.MethodGet, "/api/v1/devices/"+id+"/update", nil)
		wants(t, answer, http.StatusOK)
		update := answer.JSON(t)
		delete(update, "message")
		return update
	}
	want := map[string]any{
		"device_id": "new", "running_key": "", "wanted_key": key, "wanted_by": "type", "offered": false, "reason": "cool_down", "until": "2026-11-24T09:02:00Z",
	}
	if diff := cmp.Diff(want, of("new")); diff != "" {
		t.Errorf("after three failures (-want +got):\n%s", diff)
	}
	wants(t, r.Script(http.MethodPost, "/api/v1/devices/new/retry", nil), http.StatusOK, "The update is offered again at its next check.")
	want["offered"], want["reason"], want["until"] = true, "update_available", nil
	if diff := cmp.Diff(want, of("new")); diff != "" {
		t.Errorf("after the cool-down was ended (-want +got):\n%s", diff)
	}
	want = map[string]any{
		"device_id": "other", "running_key": "", "wanted_key": "", "wanted_by": "", "offered": false, "reason": "no_assignment", "until": nil,
	}
	if diff := cmp.Diff(want, of("other")); diff != "" {
		t.Errorf("of a type without an image (-want +got):\n%s", diff)
	}
	wantProblem(t, r.Script(http.MethodGet, "/api/v1/devices/nobody/update", nil), http.StatusNotFound, "unknown_device", "")
	wantProblem(t, r.Script(http.MethodPost, "/api/v1/devices/nobody/retry", nil), http.StatusNotFound, "unknown_device", "")
}

func TestAssignmentsByScript(t *testing.T) {
	r, key := imageRig(t)
	assign := func(body string) {
		t.Helper()
		wants(t, r.Script(http.MethodPut, "/api/v1/assignments", body), http.StatusOK)
	}
	assign(`{"group":"hall","rollback":true,"firmware_key":"` + key + `"}`)
	assign(`{"device_id":"new","once":true,"firmware_key":"` + key + `"}`)
	assign(`{"device_id":"large","firmware_key":"` + key + `"}`)
	all := func() any {
		return r.Script(http.MethodGet, "/api/v1/assignments", nil).JSON(t)["assignments"]
	}
	want := []any{
		map[string]any{"device_type": "T", "firmware_key": key},
		map[string]any{"group": "hall", "rollback": true, "firmware_key": key},
		map[string]any{"device_id": "large", "firmware_key": key},
		map[string]any{"device_id": "new", "once": true, "firmware_key": key},
	}
	if diff := cmp.Diff(any(want), all()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	assign(`{"device_id":"new","once":true,"firmware_key":null}`)
	if diff := cmp.Diff(any(want[:3]), all()); diff != "" {
		t.Errorf("after what was forced ended (-want +got):\n%s", diff)
	}
	wantProblem(t, r.Script(http.MethodPut, "/api/v1/assignments", `{"device_type":"T","once":true,"firmware_key":"`+key+`"}`), http.StatusBadRequest, "bad_value", "once")
}

func TestAnImageOfARolloutIsNotToBeDeleted(t *testing.T) {
	r, key := imageRig(t)
	wants(t, r.Script(http.MethodPut, "/api/v1/assignments", `{"device_type":"T","firmware_key":null}`), http.StatusOK)
	b := newBrowser(r, false)
	wants(t, b.get("/ota-management/firmware/"+key), http.StatusOK, "Delete it for good")
	wants(t, r.Script(http.MethodPost, "/api/v1/rollouts", map[string]any{"name": "Winter", "firmware_key": key, "stages": stagesOf(100)}), http.StatusCreated)
	wants(t, b.get("/ota-management/firmware/"+key), http.StatusOK, "It cannot be deleted while it is assigned to the rollout “Winter”.", "!Delete it for good")
}
