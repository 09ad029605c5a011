package admin_test

import (
	"net/http"
	"testing"

	"personalcms/handlers/rig"
	"personalcms/ota/otatest"

	"github.com/google/go-cmp/cmp"
)

func TestAttemptsOfADevice(t *testing.T) {
	r := rig.New(t)
	token := r.Enrol("panel", "T")
	attempts := func() []any {
		answer := r.Script(http.MethodGet, "/api/v1/devices/panel/attempts", nil)
		wants(t, answer, http.StatusOK)
		return answer.JSON(t)["attempts"].([]any)
	}
	if diff := cmp.Diff([]any{}, attempts()); diff != "" {
		t.Errorf("before there was one (-want +got):\n%s", diff)
	}
	key := r.Upload("T", otatest.Build(otatest.Options{}), true)
	wants(t, r.Do(http.MethodGet, "/api/ota/check/panel", nil, "Authorization", token), http.StatusOK, key)
	got := attempts()
	if len(got) != 1 {
		t.Fatalf("%d attempts", len(got))
	}
	attempt := got[0].(map[string]any)
	if attempt["firmware_key"] != key || attempt["state"] != "offered" || attempt["device_id"] != "panel" {
		t.Errorf("%v", attempt)
	}
	ofImage := r.Script(http.MethodGet, "/api/v1/firmware/"+key+"/attempts?limit=5", nil)
	wants(t, ofImage, http.StatusOK)
	if diff := cmp.Diff(got, ofImage.JSON(t)["attempts"]); diff != "" {
		t.Errorf("those of the image (-device's +image's):\n%s", diff)
	}
	wants(t, r.Script(http.MethodGet, "/api/v1/firmware/"+key+"/attempts?limit=0", nil), http.StatusBadRequest)
	wantProblem(t, r.Script(http.MethodGet, "/api/v1/firmware/T_9/attempts", nil), http.StatusNotFound, "unknown_firmware", "")
	wantProblem(t, r.Script(http.MethodGet, "/api/v1/devices/nobody/attempts", nil), http.StatusNotFound, "unknown_device", "")
}
