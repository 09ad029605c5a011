package admin_test

import (
	"net/http"
	"testing"

	"personalcms/handlers/rig"
	"personalcms/store"

	"github.com/google/go-cmp/cmp"
)

func TestDownloadsForm(t *testing.T) {
	r := rig.New(t)
	b := newBrowser(r, false)
	wants(t, b.get("/settings"), http.StatusOK, `name="at_once" type="number" min="0" max="1000" value="8"`, `name="total" type="number" min="0" max="1000000" step="any" value="0"`)
	for _, tc := range []struct{ name, atOnce, perDevice, total, sentence string }{
		{"too many", "1001", "0", "0", "Take a whole number from 1 to 1000"},
		{"fewer than none", "-1", "0", "0", "Take a whole number from 1 to 1000"},
		{"no number", "many", "0", "0", "Take a whole number from 1 to 1000"},
		{"nothing", "", "0", "0", "Take a whole number from 1 to 1000"},
		{"too slow", "8", "3.999", "0", "Take a number from 4 to 1000000"},
		{"nearly nothing", "8", "0.0001", "0", "Take a number from 4 to 1000000"},
		{"too fast", "8", "0", "1000001", "Take a number from 4 to 1000000"},
		{"negative", "8", "0", "-5", "Take a number from 4 to 1000000"},
		{"not a number", "8", "NaN", "0", "Take a number from 4 to 1000000"},
		{"endless", "8", "0", "Inf", "Take a number from 4 to 1000000"},
		{"words", "8", "fast", "0", "Take a number from 4 to 1000000"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			unchanged(t, r, func() {
				answer := b.post("/settings/downloads", query("at_once", tc.atOnce, "per_device", tc.perDevice, "total", tc.total))
				wants(t, answer, http.StatusUnprocessableEntity, `action="/settings/downloads"`, tc.sentence, `value="`+tc.perDevice+`"`, `value="`+tc.total+`"`, "!Saved")
			})
		})
	}
	for _, tc := range []struct {
		name, form string
		want       store.Downloads
		audit      string
	}{
		{"all", "at_once=3&per_device=20&total=100", store.Downloads{AtOnce: 3, PerDevice: 20_000, Total: 100_000}, "limited downloads to 3 at once, 20 kB/s per device, 100 kB/s in total"},
		{"none", "at_once=0&per_device=0&total=", store.Downloads{}, "limited downloads to any number at once, no limit per device, no limit in total"},
		{"parts of a kilobyte", "at_once=1&per_device=4.5&total=12,345", store.Downloads{AtOnce: 1, PerDevice: 4500, Total: 12_345}, "limited downloads to 1 at once, 4.5 kB/s per device, 12.345 kB/s in total"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			wants(t, b.post("/settings/downloads", tc.form), http.StatusOK, "Saved")
			if diff := cmp.Diff(tc.want, r.DB.Settings().Downloads); diff != "" || lastAudit(t, r) != tc.audit {
				t.Errorf("audit %q, (-want +got):\n%s", lastAudit(t, r), diff)
			}
		})
	}
}

func TestDownloadsByScript(t *testing.T) {
	const address = "/api/v1/settings/downloads"
	r := rig.New(t)
	r.Key()
	wants(t, r.Script(http.MethodGet, address, nil), http.StatusOK, `{"at_once":8,"per_device_bytes_per_second":0,"total_bytes_per_second":0}`)
	for _, tc := range []struct {
		body   string
		status int
		word   string
		key    string
	}{
		{`{"at_once":1001}`, 422, "bad_limit", "at_once"},
		{`{"at_once":-1}`, 422, "bad_limit", "at_once"},
		{`{"per_device_bytes_per_second":3999}`, 422, "bad_limit", "per_device_bytes_per_second"},
		{`{"total_bytes_per_second":1000000001}`, 422, "bad_limit", "total_bytes_per_second"},
		{`{"total_bytes_per_second":-1}`, 422, "bad_limit", "total_bytes_per_second"},
		{`{"at_once":"8"}`, 400, "wrong_type", "at_once"},
		{`{"at_once":1.5}`, 400, "wrong_type", "at_once"},
		{`[]`, 400, "not_an_object", ""},
		{`{`, 400, "malformed_json", ""},
	} {
		t.Run(tc.body, func(t *testing.T) {
			unchanged(t, r, func() { wantProblem(t, r.Script(http.MethodPut, address, tc.body), tc.status, tc.word, tc.key) })
		})
	}
	wants(t, r.Script(http.MethodPut, address, `{"at_once":2,"total_bytes_per_second":4000,"unknown":1}`), http.StatusOK, `"at_once":2`)
	wants(t, r.Script(http.MethodPut, address, `{"per_device_bytes_per_second":1000000000}`), http.StatusOK)
	if diff := cmp.Diff(store.Downloads{AtOnce: 2, PerDevice: 1_000_000_000, Total: 4000}, r.DB.Settings().Downloads); diff != "" {
		t.Errorf("what is not named stays (-want +got):\n%s", diff)
	}
	wants(t, r.Script(http.MethodPut, address, `{"at_once":0}`), http.StatusOK, `"at_once":0`)
}
