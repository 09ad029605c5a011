package device_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"personalcms/handlers/rig"
	"personalcms/ota"

	"github.com/google/go-cmp/cmp"
)

const reportPath = "/api/ota/report/" + panelID

func TestOTAReportRefusesBadInput(t *testing.T) {
	t.Parallel()
	e := endpoint{http.MethodPost, "/api/ota/report/%ID%", map[string]any{"attempt": "x", "state": "failed"}}
	cases := append(e.jsonCases(), e.idCases(false)...)
	for key, value := range map[string]string{"attempt": `true`, "state": `5`, "bytes": `"4096"`, "error": `{}`} {
		cases = append(cases, refusal{
			name: key + " of a wrong type", body: `{"attempt":"%A%","state":"failed","` + key + `":` + value + `}`,
			status: 400, word: "wrong_type", key: key,
		})
	}
	for _, tc := range []struct{ name, body, word, key string }{
		{"no attempt", `{"state":"failed"}`, "missing_fields", "attempt"},
		{"no body", ``, "missing_fields", "attempt"},
		{"no state", `{"attempt":"%A%"}`, "bad_value", "state"},
		{"state that does not exist", `{"attempt":"%A%","state":"finished"}`, "bad_value", "state"},
		{"state only the server uses", `{"attempt":"%A%","state":"cancelled"}`, "bad_value", "state"},
		{"negative bytes", `{"attempt":"%A%","state":"downloading","bytes":-1}`, "bad_value", "bytes"},
		{"more bytes than there are", `{"attempt":"%A%","state":"downloading","bytes":20001}`, "bad_value", "bytes"},
		{"half a byte", `{"attempt":"%A%","state":"downloading","bytes":0.5}`, "wrong_type", "bytes"},
		{"bytes beyond all numbers", `{"attempt":"%A%","state":"downloading","bytes":1e999}`, "wrong_type", "bytes"},
	} {
		cases = append(cases, refusal{name: tc.name, body: tc.body, status: 400, word: tc.word, key: tc.key})
	}
	cases = append(
		cases,
		refusal{name: "unknown attempt", body: `{"attempt":"ffff","state":"failed"}`, status: 404, word: "unknown_attempt"},
		refusal{name: "attempt of another device", path: e.of("other-panel"), auth: "other", body: `{"attempt":"%A%","state":"failed"}`, status: 404, word: "unknown_attempt"},
	)
	r, token := stage(t, cases)
	data, _ := build(t, 1, "esp32")
	r.Upload(panelType, data, true)
	attempt := text(t, offered(t, check(t, r, panelID, token)), "attempt")
	for i := range cases {
		if body, isText := cases[i].body.(string); isText {
			cases[i].body = strings.ReplaceAll(body, "%A%", attempt)
		}
	}
	e.refuses(t, r, token, cases)
}

// report sends what a device says of an attempt.
func report(t *testing.T, r *rig.Rig, token, attempt, rest string) {
	t.Helper()
	ok(t, r.Do(http.MethodPost, reportPath, fmt.Sprintf(`{"attempt":%q,%s}`, attempt, rest), "Authorization", token), http.StatusNoContent)
}

// states are the attempts of a device in the order of their offers.
func states(t *testing.T, r *rig.Rig, id string) []ota.State {
	t.Helper()
	attempts, err := r.DB.Attempts(id)
	if err != nil {
		t.Fatal(err)
	}
	var all []ota.State
	for _, attempt := range attempts {
		all = append(all, attempt.State)
	}
	return all
}

// TestReportsMoveAnAttempt: from offer to end, and a report about a closed attempt changes nothing.
func TestReportsMoveAnAttempt(t *testing.T) {
	for _, tc := range []struct {
		name    string
		reports []string
		want    ota.State
	}{
		{"downloading", []string{`"state":"downloading","bytes":4096`}, ota.StateDownloading},
		{"installed", []string{`"state":"downloading","bytes":4096`, `"state":"installed"`}, ota.StateRebooting},
		{"confirmed", []string{`"state":"installed"`, `"state":"confirmed"`}, ota.StateConfirmed},
		{"failed", []string{`"state":"downloading"`, `"state":"failed","error":"bad_signature"`}, ota.StateFailed},
		{"rolled back", []string{`"state":"installed"`, `"state":"rolled_back","error":"no Wi-Fi"`}, ota.StateRolledBack},
		{"progress that comes late", []string{`"state":"installed"`, `"state":"downloading","bytes":1`}, ota.StateRebooting},
		{"error of 10,000 letters", []string{`"state":"failed","error":"` + strings.Repeat("ä", 5000) + `"`}, ota.StateFailed},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			r := rig.New(t)
			token := r.Enrol(panelID, panelType)
			data, _ := build(t, 1, "esp32")
			key := r.Upload(panelType, data, true)
			attempt := text(t, offered(t, check(t, r, panelID, token)), "attempt")
			for _, rest := range tc.reports {
				report(t, r, token, attempt, rest)
			}
			if diff := cmp.Diff([]ota.State{tc.want}, states(t, r, panelID)); diff != "" {
				t.Fatalf("(-want +got):\n%s", diff)
			}
			if running := deviceOf(t, r, panelID).RunningKey; (running == key) != (tc.want == ota.StateConfirmed) {
				t.Errorf("it is taken to run %q", running)
			}
			attempts, _ := r.DB.Attempts(panelID)
			if attempts[0].Open() {
				return
			}
			if len(attempts[0].Error) > 200 {
				t.Errorf("%d bytes of error are kept", len(attempts[0].Error))
			}
			r.Pass(time.Minute)
			before := snap(t, r)
			for _, late := range []string{`"state":"confirmed"`, `"state":"failed","error":"late"`, `"state":"downloading","bytes":9`, tc.reports[len(tc.reports)-1]} {
				report(t, r, token, attempt, late)
			}
			after := snap(t, r)
			after.Statuses = before.Statuses // it was seen
			if diff := cmp.Diff(before, after); diff != "" {
				t.Errorf("a report of a closed attempt changed something (-before +after):\n%s", diff)
			}
		})
	}
}

// TestFailedUpdateWaits: after a failure the image is not offered for two minutes, then ten, after the third for a day,
// each time as a new attempt, and the fourth failure ends it.
func TestFailedUpdateWaits(t *testing.T) {
	t.Parallel()
	r := rig.New(t)
	token := r.Enrol(panelID, panelType)
	data, _ := build(t, 1, "esp32")
	r.Upload(panelType, data, true)
	for i, row := range []struct {
		pause  time.Duration
		reason string
	}{{2 * time.Minute, "back_off"}, {10 * time.Minute, "back_off"}, {24 * time.Hour, "cool_down"}} {
		attempt := text(t, offered(t, check(t, r, panelID, token)), "attempt")
		report(t, r, token, attempt, `"state":"failed","error":"flash"`)
		refusedFor(t, check(t, r, panelID, token), row.reason)
		r.Pass(row.pause - time.Second)
		refusedFor(t, check(t, r, panelID, token), row.reason)
		r.Pass(time.Second)
		if got := len(states(t, r, panelID)); got != i+1 {
			t.Fatalf("%d attempts after %d failures", got, i+1)
		}
	}
	attempt := text(t, offered(t, check(t, r, panelID, token)), "attempt")
	report(t, r, token, attempt, `"state":"failed","error":"flash"`)
	r.Pass(1000 * time.Hour)
	refusedFor(t, check(t, r, panelID, token), "given_up")
}
