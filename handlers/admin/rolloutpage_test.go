package admin_test

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"personalcms/handlers/rig"
	"personalcms/ota"
	"personalcms/store"
)

func TestARolloutsPageSaysHowFarItIs(t *testing.T) {
	s := newSensors(t, 20)
	id, stage := s.begin(ota.Stage{Percent: 10, Soak: 3600}, ota.Stage{Percent: 50, Failure: 40}, ota.Stage{Percent: 100})
	page := func() rig.Answer {
		answer := s.b.get("/ota-management/rollouts/" + id)
		checkHTML(t, answer)
		return answer
	}
	wants(t, page(), http.StatusOK, "Stage 1 of 3 runs since 12:00.", "waits for stage 1", "Waits for stage 2.", "goes on at 2", "halts at 1 failed",
		"2 waiting", "Update to 2.0 is offered at its next check.")
	for _, device := range stage[0] {
		s.report(device, "confirmed", "")
	}
	s.move(t)
	wants(t, page(), http.StatusOK, "Stage 1 of 3 did well and is watched until 13:00.", "2 confirmed")
	s.r.Pass(time.Hour)
	for device := range s.tokens {
		s.check(device) // they are all online
	}
	s.move(t)
	s.report(stage[1][0], "failed", "the flash could not be written")
	s.report(stage[1][1], "downloading", "")
	s.r.DB.NoteStatus(stage[1][2], func(status *store.Status) {
		status.LastSeen, status.NextRefresh = s.r.Now().Add(-20*time.Minute), s.r.Now().Add(10*time.Minute)
	})
	s.r.DB.NoteStatus(stage[1][3], func(status *store.Status) {
		status.LastSeen, status.NextRefresh = s.r.Now().Add(-3*time.Hour), time.Time{}
	})
	_, err := s.r.DB.UpdateDevice(stage[1][2], func(device *store.Device) error {
		device.Window = &ota.Window{From: "02:00", To: "04:00"}
		return nil
	})
	must(t, err)
	wants(t, page(), http.StatusOK, "Stage 2 of 3 runs since 13:00.", "finished 13:00", "Failed (1)", "2.0 failed: the flash could not be written. It is offered again at 13:02.",
		"Installing 2.0, 1 KB of", "2.0 waits for its window 02:00–04:00", "Asleep, wakes at 13:10.", "Offline, silent for 3 h.",
		"1 of them is offline. It holds up nothing", "/devices/"+stage[1][0], "Confirmed (2)")
	wants(t, s.b.get("/ota-management/rollouts"), http.StatusOK, "Running, stage 2 of 3", "2 of 20 confirmed, 1 failed")
	for _, device := range stage[1][4:7] {
		s.report(device, "failed", "no memory")
	}
	wants(t, page(), http.StatusOK, "It halted by itself. 4 of 8 devices of stage 2 failed; it halts at 40 %.", "Resume", "Retry failed", "Roll back…", "halted")
	wants(t, s.b.get("/ota-management/rollouts"), http.StatusOK, "Halted, stage 2 of 3")
}

func TestAStageThatIsOutOfReachAsAWholeSaysThatItWaits(t *testing.T) {
	s := newSensors(t, 20)
	id, stage := s.begin(ota.Stage{Percent: 10}, ota.Stage{Percent: 100})
	s.r.Pass(3 * time.Hour)
	s.move(t)
	answer := s.b.get("/ota-management/rollouts/" + id)
	wants(t, answer, http.StatusOK, "Stage 1 of 2 runs", "The stage waits until one is back and has confirmed.", "goes on at 1", "18 of them are offline. They hold up nothing")
	s.report(stage[0][0], "confirmed", "")
	wants(t, s.b.get("/ota-management/rollouts/"+id), http.StatusOK, "1 of them is offline. It holds up nothing", "!The stage waits until one is back")
}

func TestWhatARolloutPassesOverIsSaid(t *testing.T) {
	s := newSensors(t, 2)
	_, err := s.r.DB.UpdateDevice("s01", func(device *store.Device) error { device.Chip = "esp32c3"; return nil })
	must(t, err)
	id, _ := s.begin(ota.Stage{Percent: 100})
	s.check("s01")
	s.report("s02", "confirmed", "")
	s.move(t)
	wants(t, s.b.get("/ota-management/rollouts/"+id), http.StatusOK, "Finished 12:00.", "Passed over (1)", "chip esp32c3 needs another image", "1 passed over",
		"Try those passed over again", "!Resume")
}

func TestLongListsArePaged(t *testing.T) {
	s := newSensors(t, 0)
	for i := range 120 {
		must(t, s.r.DB.CreateDevice(store.Device{ID: fmt.Sprintf("s%03d", i+1), DeviceType: "sensor", Chip: "esp32", Approved: true, TokenHash: "x"}))
	}
	id, _ := s.begin(ota.Stage{Percent: 100})
	page := "/ota-management/rollouts/" + id
	wants(t, s.b.get(page), http.StatusOK, "Waiting (120)", "All 120", "s008", "!s009", `hx-get="/partials/rollouts/`+id+`"`)
	wants(t, s.b.get(page+"?state=waiting"), http.StatusOK, "1–50 of 120", "s050", "!s051", page+"?state=waiting&amp;page=2", "!Back<",
		`hx-get="/partials/rollouts/`+id+`?state=waiting"`)
	wants(t, s.b.get(page+"?state=waiting&page=3"), http.StatusOK, "101–120 of 120", "s101", "s120", "!Further")
	wants(t, s.b.get(page+"?state=waiting&page=99"), http.StatusOK, "101–120 of 120")
	wants(t, s.b.get(page+"?state=failed&page=x"), http.StatusOK, "Failed (0)", "!s001")
}

func TestStepsOfARollout(t *testing.T) {
	s := newSensors(t, 4)
	id, stage := s.begin(ota.Stage{Percent: 50, Start: ota.StartByHand}, ota.Stage{Percent: 75})
	page := "/ota-management/rollouts/" + id
	status := func(want ota.RolloutStatus, at int) {
		t.Helper()
		got, err := s.r.DB.Rollout(id)
		must(t, err)
		if got.Status != want || got.Stage != at {
			t.Fatalf("%s at stage %d, want %s at %d", got.Status, got.Stage, want, at)
		}
	}
	step := func(action, form string, want int, texts ...string) {
		t.Helper()
		wants(t, s.b.post(page+"/"+action, form), want, texts...)
	}
	wants(t, s.b.get(page), http.StatusOK, "Stage 1 of 2 waits for you to begin it.", "Begin stage 1 now", "Add a stage", "!Delete…", "!Roll back…")
	step("begin", "stage=1", http.StatusSeeOther)
	step("begin", "stage=1", http.StatusConflict, "Stage 1 is not the next one any more.")
	status(ota.RolloutRunning, 0)
	step("pause", "", http.StatusSeeOther)
	wants(t, s.b.get(page), http.StatusOK, "Paused since 12:00.", "Resume", "!Begin stage")
	step("pause", "", http.StatusConflict, "Only a rollout that runs can be paused.")
	said := cookie(t, s.b.post(page+"/retry", ""), "personalcms_said")
	if want := url.QueryEscape("The devices that failed get another try when you resume the rollout."); said == nil || said.Value != want {
		t.Errorf("it says %v of another try while it is paused", said)
	}
	step("resume", "", http.StatusSeeOther)
	s.report(stage[0][0], "failed", "flash")
	status(ota.RolloutHalted, 0)
	step("retry", "", http.StatusSeeOther)
	status(ota.RolloutRunning, 0)
	step("extend", "stages.0.whom=&stages.0.percent=60&stages.0.start=at_once&stages.0.success=90", http.StatusUnprocessableEntity,
		"Percentages rise from stage to stage", `value="60"`, "Stage 1 of 2")
	step("extend", "stages.0.whom=&stages.0.percent=100&stages.0.start=by_hand&stages.0.soak=2&stages.0.unit=hours", http.StatusSeeOther)
	wants(t, s.b.get(page), http.StatusOK, "All the rest", "!Add a stage")
	step("stop", "", http.StatusNotFound)
	wants(t, s.b.post("/ota-management/rollouts/none/pause", ""), http.StatusNotFound)
	step("delete", "", http.StatusConflict, "Cancel it first.")
	wants(t, s.b.get(page+"/cancel"), http.StatusOK, "Cancel “Sensors”?", "0 devices that run the image keep it.", "Leave it as it is")
	step("cancel", "", http.StatusSeeOther)
	wants(t, s.b.get(page), http.StatusOK, "Cancelled 12:00.", "Delete…", "!Pause", "!Roll back…")
	wants(t, s.b.get(page+"/delete"), http.StatusOK, "Delete it for good")
	step("delete", "", http.StatusSeeOther)
	wants(t, s.b.get(page), http.StatusNotFound)
}

func TestARollbackSaysWhoGoesBackToWhat(t *testing.T) {
	s := newSensors(t, 4)
	former := uploadSensor(s.r, "1.0")
	for _, id := range []string{"s01", "s02", "s03"} {
		_, err := s.r.DB.UpdateDevice(id, func(device *store.Device) error {
			if device.RunningKey = former; id == "s03" {
				device.RunningKey = ""
			}
			return nil
		})
		must(t, err)
	}
	id, _ := s.begin(ota.Stage{Percent: 100})
	for _, device := range []string{"s01", "s02", "s03"} {
		s.report(device, "confirmed", "")
	}
	s.report("s04", "downloading", "")
	page := "/ota-management/rollouts/" + id
	wants(t, s.b.get(page+"/rollback"), http.StatusOK, "Roll back “Sensors”?", "2 devices go back to sensor_1.0", "1 device keeps what it runs",
		"1 device just installing the image")
	wants(t, s.b.post(page+"/rollback", ""), http.StatusSeeOther)
	wants(t, s.b.get(page), http.StatusOK, "It goes back: 0 of 4 devices", "!Roll back…", "Cancel…")
	s.report("s01", "confirmed", "")
	wants(t, s.b.get(page), http.StatusOK, "It goes back: 1 of 4 devices", "Back on their former image (1)", "1 back")
	wants(t, s.b.get("/ota-management/rollouts"), http.StatusOK, "Going back", "1 back on their former image")
}

// TestViewersSeeNoButtonsOfRollouts: they may look, and pressing would be refused.
func TestViewersSeeNoButtonsOfRollouts(t *testing.T) {
	r := rig.NewAs(t, "viewer")
	key := uploadSensor(r, "2.0")
	must(t, r.DB.CreateRollout(ota.Rollout{
		ID: "one", Name: "One", FirmwareKey: key, Status: ota.RolloutRunning, Stages: []ota.Stage{ota.Stage{Percent: 50, Start: ota.StartByHand}.Planned()},
	}))
	b := newBrowser(r, false)
	wants(t, b.get("/ota-management/rollouts"), http.StatusOK, "One", "!New rollout")
	wants(t, b.get("/ota-management/rollouts/one"), http.StatusOK, "waits for you", "!Begin stage", "!Cancel…", "!Add a stage")
}
