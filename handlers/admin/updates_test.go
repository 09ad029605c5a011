package admin_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"personalcms/handlers/rig"
	"personalcms/ota"
	"personalcms/ota/otatest"
	"personalcms/store"

	"github.com/google/go-cmp/cmp"
)

// imageRig has T_1.0 that is assigned to type T, and the boards new, runs, large and other (of another type and chip).
func imageRig(t *testing.T) (r *rig.Rig, key string) {
	t.Helper()
	r = rig.New(t)
	for id, deviceType := range map[string]string{"new": "T", "runs": "T", "large": "T", "other": "U"} {
		r.Enrol(id, deviceType)
	}
	image := otatest.Build(otatest.Options{Chip: "esp32", Size: 200 << 10})
	body, contentType := rig.Form(t, "firmware", "x.bin", image, map[string]string{"device_type": "T", "version": "1.0"})
	wants(t, r.Script(http.MethodPost, "/api/ota/upload", body, "Content-Type", contentType), http.StatusOK)
	wants(t, r.Script(http.MethodPut, "/api/v1/assignments", `{"device_type":"T","firmware_key":"T_1.0"}`), http.StatusOK)
	for id, change := range map[string]func(*store.Device){
		"runs":  func(d *store.Device) { d.RunningKey = "T_1.0" },
		"large": func(d *store.Device) { d.OTASlotSize, d.Groups = 100<<10, []string{"garden"} },
		"other": func(d *store.Device) { d.Chip, d.Groups = "esp32s3", []string{"garden"} },
		"new":   func(d *store.Device) { d.Groups = []string{"hall"} },
	} {
		_, err := r.DB.UpdateDevice(id, func(d *store.Device) error { change(d); return nil })
		must(t, err)
	}
	return r, "T_1.0"
}

// tried writes one attempt of a device for T_1.0 that was offered so long ago; one that is not open took two minutes.
func tried(t *testing.T, r *rig.Rig, deviceID string, state ota.State, ago time.Duration) {
	t.Helper()
	_, err := r.DB.StepUpdate(deviceID, func(facts store.UpdateFacts) (store.Changed, error) {
		step, offered := store.Changed{Device: facts.Device}, r.Now().Add(-ago)
		attempt := ota.Attempt{
			ID: fmt.Sprint(ago), DeviceID: deviceID, FirmwareKey: "T_1.0", Version: "1.0", Size: 1000, Bytes: 250, UpdateType: ota.UpdateSameType,
			State: state, Offered: offered, Updated: offered,
		}
		if !attempt.Open() {
			attempt = attempt.End(state, map[ota.State]string{ota.StateFailed: "checksum differs"}[state], offered.Add(2*time.Minute))
		}
		step.Note(attempt, attempt.Updated)
		return step, nil
	})
	must(t, err)
}

func TestImagePage(t *testing.T) {
	r, key := imageRig(t)
	tried(t, r, "runs", ota.StateConfirmed, time.Hour)
	tried(t, r, "large", ota.StateFailed, 50*time.Hour)
	tried(t, r, "new", ota.StateDownloading, 0)
	b := newBrowser(r, false)
	wants(t, b.get("/ota-management/firmware/"+key), http.StatusOK,
		"1 of 3", "gets it now", "50 %", "of 2 attempts came through", "2 min", "1 failed", // numbers
		"Installing 1.0, 250 bytes of 1 KB", "runs it", "its update slot only 102400", // devices
		"It is 102 KB too large.", "1.25 MB", "It fits; 1.1 MB (84 %) stay free.", // slots
		"confirmed after 2 min", "failed after 2 min: checksum differs", "downloading, 250 bytes of 1 KB", // history
		`<option value="group:garden">`, "1 cannot take it: the update slot is too small.", "1 cannot take it: it is for another chip, ESP32.",
		`href="/ota-management/rollouts/new?firmware_key=T_1.0"`, `href="/api/ota/download/T_1.0"`, "It cannot be deleted while it is assigned to all devices of type T",
		"!Older", "!Newer")
	wants(t, b.get("/ota-management/firmware/none"), http.StatusNotFound)
	wants(t, b.get("/partials/firmware/"+key), http.StatusOK, "1 of 3", "!<html")
}

// TestImageThatWouldTurnDevices into another type says so before it is assigned.
func TestImageThatWouldTurnDevices(t *testing.T) {
	r, key := imageRig(t)
	_, err := r.DB.UpdateDevice("other", func(d *store.Device) error { d.Chip = "esp32"; return nil })
	must(t, err)
	wants(t, newBrowser(r, false).get("/ota-management/firmware/"+key), http.StatusOK, "1 would turn into T.", "1 T on ESP32 and 1 U on ESP32")
}

func TestImageHistoryHasPages(t *testing.T) {
	r, key := imageRig(t)
	for i := range 30 {
		tried(t, r, "new", ota.StateCancelled, time.Duration(i+1)*time.Hour)
		tried(t, r, "runs", ota.StateCancelled, time.Duration(i+1)*time.Hour+time.Minute)
	}
	b := newBrowser(r, false)
	for path, want := range map[string]struct {
		lines int
		texts []string
	}{
		"": {50, []string{"page=2#history", "!Newer"}}, "?page=2": {10, []string{"page=1#history", "!Older", `hx-get="/partials/firmware/` + key + `?page=2"`}}, "?page=3": {0, []string{"page=2#history", "!Older"}},
	} {
		answer := b.get("/ota-management/firmware/" + key + path)
		wants(t, answer, http.StatusOK, want.texts...)
		if got := strings.Count(string(answer.Body), "called off"); got != want.lines {
			t.Errorf("%q has %d lines, want %d", path, got, want.lines)
		}
	}
	wants(t, b.get("/ota-management/firmware/"+key+"?page=x"), http.StatusBadRequest)
}

// TestAssignmentGoesBackToTheImage whose page it was made on; groups are named in the list.
func TestAssignmentGoesBackToTheImage(t *testing.T) {
	r, key := imageRig(t)
	b := newBrowser(r, false)
	answer := b.post("/ota-management/assign", query("firmware_key", key, "target", "group:hall", "rollback", "true", "back", "image"))
	wants(t, answer, http.StatusSeeOther)
	if got := answer.Header.Get("Location"); got != "/ota-management/firmware/T_1.0" {
		t.Errorf("led to %q", got)
	}
	wants(t, b.get("/ota-management"), http.StatusOK, "the group hall, also where a newer version runs", "0 of 1 run it", `value="group:hall"`, "group garden (2 devices)")
	wants(t, b.get("/devices/new"), http.StatusOK, "assigned to its group hall", "as its group hall: 1.0")
	wants(t, b.post("/ota-management/unassign", query("target", "group:hall")), http.StatusSeeOther)
	wants(t, b.get("/ota-management"), http.StatusOK, "!the group hall")
}

// TestWhyNot is said on the page of the device, with what ends the wait.
func TestWhyNot(t *testing.T) {
	night := ota.Window{From: "02:00", To: "04:00"}
	for _, test := range []struct {
		name  string
		set   func(*testing.T, *rig.Rig)
		texts []string
	}{
		{"offered", func(*testing.T, *rig.Rig) {}, []string{"Update to 1.0 is offered at its next check.", "assigned to all T", "at any time, as the household", "!id=\"retry\""}},
		{"window of the household", func(t *testing.T, r *rig.Rig) {
			must(t, r.DB.UpdateSettings(func(s *store.Settings) error { s.Updates.Window = night; return nil }))
		}, []string{"1.0 waits for its window 02:00–04:00, which opens on 24 November at 02:00.", "02:00–04:00, as the household"}},
		{"its own window", func(t *testing.T, r *rig.Rig) {
			_, err := r.DB.UpdateDevice("new", func(d *store.Device) error { d.Window = &night; return nil })
			must(t, err)
		}, []string{"waits for its window", "!as the household</dd>"}},
		{"failed once", func(t *testing.T, r *rig.Rig) { tried(t, r, "new", ota.StateFailed, 2*time.Minute) }, []string{"It is offered again at 12:02", "Offer it now"}},
		{"failed thrice", func(t *testing.T, r *rig.Rig) {
			for _, ago := range []time.Duration{9, 6, 3} {
				tried(t, r, "new", ota.StateFailed, ago*time.Hour)
			}
		}, []string{"End the cool-down", "failed after 2 min: checksum differs"}},
		{"rolled back", func(t *testing.T, r *rig.Rig) { tried(t, r, "new", ota.StateRolledBack, time.Hour) }, []string{"Try again", "rolled back after 2 min"}},
		{"asleep", func(_ *testing.T, r *rig.Rig) {
			r.DB.NoteStatus("new", func(s *store.Status) { s.LastSeen, s.NextRefresh = rig.Start, rig.Start.Add(3*time.Hour) })
			r.Pass(time.Hour)
		}, []string{"Asleep", "expected to wake at 15:00"}},
		{"silent", func(_ *testing.T, r *rig.Rig) {
			r.DB.NoteStatus("new", func(s *store.Status) { s.LastSeen = rig.Start })
			r.Pass(3 * time.Hour)
		}, []string{"for 3 h 0 min; updates wait until it is back"}},
		{"in a rollout", func(t *testing.T, r *rig.Rig) {
			must(t, r.DB.CreateRollout(ota.Rollout{
				ID: "w", Name: "Winter", FirmwareKey: "T_1.0", Status: ota.RolloutRunning,
				Filter: ota.Filter{Devices: []string{"new"}}, Stages: []ota.Stage{ota.Stage{Percent: 100, Start: ota.StartByHand}.Planned()},
			}))
			must(t, r.Fleet.Move(r.Now()))
		}, []string{`href="/ota-management/rollouts/w">Winter</a>`, "stage 1 of 1"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			r, _ := imageRig(t)
			r.DB.NoteStatus("new", func(s *store.Status) { s.LastSeen = rig.Start })
			test.set(t, r)
			wants(t, newBrowser(r, true).get("/devices/new"), http.StatusOK, test.texts...)
		})
	}
}

// TestUpdateHistory shows decisions among the attempts, each thing once.
func TestUpdateHistory(t *testing.T) {
	r, _ := imageRig(t)
	must(t, r.DB.AddLog(store.Entry{Time: rig.Start.Add(-3 * time.Hour), Kind: store.LogUpdate, DeviceID: "new", Level: "info", Message: "1.0 waits for its window 02:00–04:00."}))
	tried(t, r, "new", ota.StateFailed, 2*time.Hour)
	must(t, r.DB.AddLog(store.Entry{Time: rig.Start.Add(-time.Hour), Kind: store.LogUpdate, DeviceID: "new", Level: "info", Message: "1.0 failed. It is offered again."}))
	answer := newBrowser(r, true).get("/partials/devices/new/updates")
	wants(t, answer, http.StatusOK, "!<html", "!Update to 1.0 failed")
	body, at := string(answer.Body), -1
	for _, text := range []string{"1.0 failed. It is offered again.", "failed after 2 min: checksum differs", "1.0 waits for its window"} {
		next := strings.Index(body, text)
		if next <= at || strings.Count(body, text) != 1 {
			t.Errorf("%q stands at %d, after %d", text, next, at)
		}
		at = next
	}
}

// TestStatesInWords: a page has words of its own for every state.
func TestStatesInWords(t *testing.T) {
	for state, want := range map[ota.State]string{
		ota.StateOffered: "offered, not begun yet", ota.StateDownloading: "downloading, 250 bytes of 1 KB", ota.StateRebooting: "written, restarts into it",
		ota.StateOnTrial: "on trial, not confirmed yet", ota.StateConfirmed: "confirmed after 2 min", ota.StateFailed: "failed after 2 min: checksum differs",
		ota.StateRolledBack: "rolled back after 2 min", ota.StateInterrupted: "interrupted after 2 min", ota.StateDeferred: "put off",
		ota.StateSkipped: "skipped", ota.StateCancelled: "called off",
	} {
		t.Run(string(state), func(t *testing.T) {
			r, _ := imageRig(t)
			tried(t, r, "new", state, time.Hour)
			wants(t, newBrowser(r, true).get("/partials/devices/new/updates"), http.StatusOK, ">"+want+"<")
		})
	}
}

func TestWindowByScript(t *testing.T) {
	r, _ := imageRig(t)
	window := func() *ota.Window {
		device, err := r.DB.Device("new")
		must(t, err)
		return device.Window
	}
	for _, step := range []struct {
		body string
		want *ota.Window
	}{
		{`{"window":{"from":"02:00","to":"04:00","days":["sun","sat"]}}`, &ota.Window{From: "02:00", To: "04:00", Days: []string{"sat", "sun"}}},
		{`{"nickname":"x"}`, &ota.Window{From: "02:00", To: "04:00", Days: []string{"sat", "sun"}}},
		{`{"window":{"from":"","to":""}}`, &ota.Window{}},
		{`{"window":null}`, nil},
	} {
		wants(t, r.Script(http.MethodPatch, "/api/v1/devices/new", step.body), http.StatusOK, `"window":`)
		if diff := cmp.Diff(step.want, window()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", step.body, diff)
		}
	}
	for _, body := range []string{`{"window":7}`, `{"window":{"from":"02:00"}}`, `{"window":{"from":"02:00","to":"02:00"}}`, `{"window":{"from":"02:00","to":"04:00","days":["someday"]}}`} {
		unchanged(t, r, func() {
			wantProblem(t, r.Script(http.MethodPatch, "/api/v1/devices/new", body), http.StatusBadRequest, "bad_value", "window")
		})
	}
}

func TestUpdateSettingsByScript(t *testing.T) {
	r := rig.New(t)
	wants(t, r.Script(http.MethodGet, "/api/v1/settings/updates", nil), http.StatusOK, `{"low_battery":20,"window":{"from":"","to":""}}`)
	for _, test := range []struct{ body, word, key string }{
		{`{"window":null}`, "missing_key", ""},
		{`{"low_battery":20}`, "missing_key", ""},
		{`{"window":null,"low_battery":91}`, "bad_value", "low_battery"},
		{`{"window":null,"low_battery":-1}`, "bad_value", "low_battery"},
		{`{"window":{"from":"2:00","to":"04:00"},"low_battery":20}`, "bad_value", "window"},
	} {
		unchanged(t, r, func() {
			wantProblem(t, r.Script(http.MethodPut, "/api/v1/settings/updates", test.body), http.StatusBadRequest, test.word, test.key)
		})
	}
	wants(t, r.Script(http.MethodPut, "/api/v1/settings/updates", `{"window":{"from":"02:00","to":"04:00"},"low_battery":0}`), http.StatusOK, `"from":"02:00"`)
	want := store.Updates{Window: ota.Window{From: "02:00", To: "04:00"}}
	if diff := cmp.Diff(want, r.DB.Settings().Updates); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestCalendar(t *testing.T) {
	r, _ := imageRig(t)
	must(t, r.DB.UpdateSettings(func(s *store.Settings) error {
		s.Updates.Window, s.TimeZone = ota.Window{From: "02:00", To: "04:00", Days: []string{"sat"}}, "Europe/Berlin"
		return nil
	}))
	for id, change := range map[string]func(*store.Device){
		"runs":  func(d *store.Device) { d.Window = &ota.Window{} },
		"other": func(d *store.Device) { d.TimeZone = "America/New_York" },
	} {
		_, err := r.DB.UpdateDevice(id, func(d *store.Device) error { change(d); return nil })
		must(t, err)
	}
	tried(t, r, "runs", ota.StateConfirmed, 4*24*time.Hour)
	tried(t, r, "new", ota.StateConfirmed, 4*24*time.Hour)
	for _, ago := range []time.Duration{9, 6, 3} {
		tried(t, r, "large", ota.StateFailed, ago*time.Hour)
	}
	_, err := r.DB.UpdateDevice("large", func(d *store.Device) error { d.UpdateReason, d.OTASlotSize = ota.ReasonCoolDown, 1<<20; return nil })
	must(t, err)
	stages := []ota.Stage{
		ota.Stage{Percent: 10, Soak: 3600}.Planned(), ota.Stage{Percent: 100, Start: ota.StartAtTime, At: rig.Start.Add(49 * time.Hour)}.Planned(),
	}
	stages[0].Begun, stages[0].Reached = rig.Start, rig.Start
	must(t, r.DB.CreateRollout(ota.Rollout{ID: "w", Name: "Winter", FirmwareKey: "T_1.0", Status: ota.RolloutRunning, Stages: stages}))
	answer := newBrowser(r, false).get("/ota-management/calendar")
	wants(t, answer, http.StatusOK, "1 device may install updates at any time. The others have windows", "Time of Europe/Berlin")
	for _, want := range []struct {
		day   string
		texts []string
	}{
		{"2026-11-19", []string{"2 installed", "T_"}},
		{"2026-11-23", []string{"today", "3 failed", "14:00</strong> <span>Stage 1 of 2 has soaked"}},
		{"2026-11-24", []string{"Tries again after failures:", "large"}},
		{"2026-11-25", []string{"14:00</strong> <span>Stage 2 of 2 may begin", "Winter"}},
		{"2026-11-28", []string{"02:00–04:00</strong> <span>2 devices<", "1 device, time of America/New_York"}},
		{"2026-12-06", nil},
	} {
		shown := dayOf(t, answer, want.day)
		for _, text := range want.texts {
			if !strings.Contains(shown, text) {
				t.Errorf("%s does not say %q: %s", want.day, text, shown)
			}
		}
		if want.texts == nil && strings.Contains(shown, "device") {
			t.Errorf("%s is not quiet: %s", want.day, shown)
		}
	}
}

// dayOf is what the calendar says of a day.
func TestCalendarOfDevicesWithoutWindows(t *testing.T) {
	r, _ := imageRig(t)
	must(t, r.DB.UpdateSettings(func(s *store.Settings) error { s.Updates.Window = ota.Window{}; return nil }))
	wants(t, newBrowser(r, false).get("/ota-management/calendar"), http.StatusOK, "devices may install updates at any time.", "!The others have windows")
}

func dayOf(t *testing.T, answer rig.Answer, day string) string {
	t.Helper()
	_, rest, found := strings.Cut(string(answer.Body), `datetime="`+day+`"`)
	if !found {
		t.Fatalf("no %s in the calendar", day)
	}
	shown, _, _ := strings.Cut(rest, "<time")
	return shown
}
