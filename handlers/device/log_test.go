package device_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"personalcms/handlers/rig"
	"personalcms/store"

	"github.com/google/go-cmp/cmp"
)

func logBody(n int, message string) map[string]any {
	entries := []any{}
	for range n {
		entries = append(entries, map[string]any{"level": "info", "message": message})
	}
	return map[string]any{"entries": entries}
}

func TestLogRefusesBadInput(t *testing.T) {
	e := endpoint{http.MethodPost, "/api/devices/%ID%/log", logBody(1, "hello")}
	cases := append(e.jsonCases(), e.idCases(false)...)
	for _, tc := range []struct{ name, entry, key string }{
		{"no level", `{"message":"a"}`, "entries[1].level"},
		{"level that does not exist", `{"level":"loud","message":"a"}`, "entries[1].level"},
		{"no message", `{"level":"info"}`, "entries[1].message"},
		{"empty message", `{"level":"info","message":""}`, "entries[1].message"},
		{"message of 501 characters", `{"level":"info","message":"` + strings.Repeat("ä", 501) + `"}`, "entries[1].message"},
		{"time that is none", `{"level":"info","message":"a","time":"noon"}`, "entries[1].time"},
		{"time as a number", `{"level":"info","message":"a","time":12}`, "entries.time"},
		{"message as a number", `{"level":"info","message":12}`, "entries.message"},
		{"level as a list", `{"level":[],"message":"a"}`, "entries.level"},
		{"entry as text", `"hello"`, "entries"},
	} {
		cases = append(cases, refusal{
			name: tc.name, body: `{"entries":[{"level":"info","message":"good"},` + tc.entry + `]}`, status: 400, word: "wrong_type", key: tc.key,
		})
	}
	cases = append(
		cases,
		refusal{name: "entries as an object", body: `{"entries":{}}`, status: 400, word: "wrong_type", key: "entries"},
		refusal{name: "101 entries", body: logBody(101, "a"), status: 400, word: "too_many_entries"},
	)
	e.refuse(t, cases)
}

func TestLogKeepsEntries(t *testing.T) {
	t.Parallel()
	r := rig.New(t)
	token, path := r.Enrol(panelID, panelType), "/api/devices/"+panelID+"/log"
	body := `{"entries":[{"time":"2026-11-23T11:00:00Z","level":"error","message":"first"},
		{"time":"1970-01-01T00:00:09Z","level":"warn","message":"clock not set"},{"level":"info","message":"` + strings.Repeat("ä", 500) + `"}]}`
	ok(t, r.Do(http.MethodPost, path, body, "Authorization", token), http.StatusNoContent)
	ok(t, r.Do(http.MethodPost, path, `{"entries":[]}`, "Authorization", token), http.StatusNoContent)
	var got []store.Entry
	log, err := r.DB.Log(panelID, 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range log {
		if entry.Kind == store.LogDevice {
			got = append(got, entry)
		}
	}
	want := []store.Entry{
		{Time: rig.Start, Kind: store.LogDevice, DeviceID: panelID, Level: "info", Message: strings.Repeat("ä", 500)},
		{Time: rig.Start, Kind: store.LogDevice, DeviceID: panelID, Level: "warn", Message: "clock not set"},
		{Time: rig.Start.Add(-time.Hour), Kind: store.LogDevice, DeviceID: panelID, Level: "error", Message: "first"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	ok(t, r.Do(http.MethodPost, path, logBody(100, "full"), "Authorization", token), http.StatusNoContent)
}
