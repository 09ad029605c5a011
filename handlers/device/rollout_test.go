package device_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"personalcms/handlers/rig"
	"personalcms/ota"
	"personalcms/store"
)

// staged is a device that runs v1, and v2 beside it.
type staged struct {
	*rig.Rig
	t              *testing.T
	token          string
	one, two       *ota.Image
	keyOne, keyTwo string
}

func newStaged(t *testing.T, chip string) staged {
	t.Helper()
	s := staged{Rig: rig.New(t), t: t}
	s.token = s.Enrol(panelID, panelType)
	data, one := build(t, 1, "esp32")
	s.one, s.keyOne = one, s.Upload(panelType, data, false)
	s.Pass(time.Second)
	data, two := build(t, 2, chip)
	s.two, s.keyTwo = two, s.Upload(panelType, data, false)
	s.check(s.one)
	return s
}

// check asks for an update while an image runs.
func (s staged) check(running *ota.Image, headers ...string) map[string]any {
	s.t.Helper()
	return check(s.t, s.Rig, panelID, s.token, append(headers, "X-Image-SHA256", running.ImageSHA256)...)
}

// rollout begins a rollout of v2 whose first stage starts so.
func (s staged) rollout(start string) string {
	s.t.Helper()
	answer := s.Script(http.MethodPost, "/api/v1/rollouts", map[string]any{
		"name": "Winter", "firmware_key": s.keyTwo, "stages": []map[string]any{{"percent": 100, "start": start}},
	})
	id, _ := ok(s.t, answer, http.StatusCreated).JSON(s.t)["rollout"].(string)
	return id
}

func (s staged) does(id, action string) {
	s.t.Helper()
	ok(s.t, s.Script(http.MethodPost, "/api/v1/rollouts/"+id+"/"+action, nil), http.StatusOK)
}

// install takes an offer to its confirmation.
func (s staged) install(offer map[string]any, image *ota.Image) {
	s.t.Helper()
	attempt := text(s.t, offered(s.t, offer), "attempt")
	ok(s.t, fetch(s.t, s.Rig, path(s.Rig, text(s.t, offer, "firmware_url"))), http.StatusOK)
	report(s.t, s.Rig, s.token, attempt, `"state":"installed"`)
	s.Pass(time.Minute)
	refusedFor(s.t, s.check(image, "X-OTA-State", "pending_verify"), "on_trial")
	report(s.t, s.Rig, s.token, attempt, `"state":"confirmed"`)
}

func (s staged) attempts() []ota.Attempt {
	s.t.Helper()
	attempts, err := s.DB.Attempts(panelID)
	if err != nil {
		s.t.Fatal(err)
	}
	return attempts
}

func (s staged) rolloutIs(id string, status ota.RolloutStatus) {
	s.t.Helper()
	if err := s.Fleet.Move(s.Now()); err != nil {
		s.t.Fatal(err)
	}
	if r, err := s.DB.Rollout(id); err != nil || r.Status != status {
		s.t.Errorf("%v: the rollout is %s, want %s: %s", err, r.Status, status, r.Why)
	}
}

// TestARolloutComesToADevice and is taken back again.
func TestARolloutComesToADevice(t *testing.T) {
	t.Parallel()
	s := newStaged(t, "esp32")
	id := s.rollout("by_hand")
	refusedFor(t, s.check(s.one), "waits_for_stage")
	s.does(id, "begin")
	offer := s.check(s.one)
	if offer["update_type"] != "same_type" || offer["firmware_key"] != s.keyTwo {
		t.Errorf("%v", offer)
	}
	s.install(offer, s.two)
	refusedFor(t, s.check(s.two), "already_installed")
	s.rolloutIs(id, ota.RolloutFinished)

	s.does(id, "rollback")
	s.rolloutIs(id, ota.RolloutRollingBack)
	offer = s.check(s.two)
	if offer["update_type"] != "rollback" || offer["firmware_key"] != s.keyOne {
		t.Errorf("the way back: %v", offer)
	}
	s.install(offer, s.one)
	s.rolloutIs(id, ota.RolloutRolledBack)
	refusedFor(t, s.check(s.one), "already_installed")
	for _, attempt := range s.attempts() {
		if attempt.Open() {
			t.Errorf("left open: %+v", attempt)
		}
	}
}

// TestAPausePutsAnAttemptOff until the rollout goes on.
func TestAPausePutsAnAttemptOff(t *testing.T) {
	t.Parallel()
	s := newStaged(t, "esp32")
	id := s.rollout("at_once")
	offered(t, s.check(s.one))
	s.does(id, "pause")
	refusedFor(t, s.check(s.one), "rollout_paused")
	if attempts := s.attempts(); len(attempts) != 1 || attempts[0].State != ota.StateDeferred {
		t.Errorf("%+v", attempts)
	}
	s.does(id, "resume")
	s.Pass(time.Minute)
	s.install(s.check(s.one), s.two)
	s.rolloutIs(id, ota.RolloutFinished)
}

// TestAFailureHaltsTheRollout, and a person lets it go on.
func TestAFailureHaltsTheRollout(t *testing.T) {
	t.Parallel()
	s := newStaged(t, "esp32")
	id := s.rollout("at_once")
	report(t, s.Rig, s.token, text(t, offered(t, s.check(s.one)), "attempt"), `"state":"rolled_back","error":"no network"`)
	refusedFor(t, s.check(s.one), "rollout_halted")
	s.does(id, "retry")
	s.Pass(time.Minute)
	s.install(s.check(s.one), s.two)
	s.rolloutIs(id, ota.RolloutFinished)
}

// TestARolloutPassesOver who cannot have its image.
func TestARolloutPassesOver(t *testing.T) {
	t.Parallel()
	s := newStaged(t, "esp32c3")
	id := s.rollout("at_once")
	refusedFor(t, s.check(s.one), "wrong_chip")
	refusedFor(t, s.check(s.one), "skipped")
	attempts := s.attempts()
	if len(attempts) != 1 || attempts[0].State != ota.StateSkipped || !strings.Contains(attempts[0].Error, "chip esp32 needs another image") {
		t.Errorf("%+v", attempts)
	}
	s.rolloutIs(id, ota.RolloutFinished)
}

// TestADeviceWaits for its window, in its own zone, and for its battery; a forced update waits for the battery alone.
func TestADeviceWaits(t *testing.T) {
	t.Parallel()
	s := newStaged(t, "esp32")
	must := func(_ store.Device, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(s.DB.UpdateDevice(panelID, func(d *store.Device) error {
		d.TimeZone, d.Window = "Europe/Berlin", &ota.Window{From: "14:00", To: "15:00"}
		return nil
	}))
	if err := s.DB.Assign(store.Assignment{DeviceType: panelType, FirmwareKey: s.keyTwo, Since: s.Now()}); err != nil {
		t.Fatal(err)
	}
	refusedFor(t, s.check(s.one), "window") // it is 13:00 in Berlin
	s.Pass(time.Hour)
	s.DB.NoteStatus(panelID, func(status *store.Status) {
		status.HasBattery, status.BatteryPercent, status.BatterySeen = true, 19, status.LastSeen
	})
	refusedFor(t, s.check(s.one), "low_battery")
	s.DB.NoteStatus(panelID, func(status *store.Status) { status.BatterySeen = status.LastSeen.Add(-24 * time.Hour) })
	if facts, err := s.DB.UpdateFacts(panelID); err != nil || facts.Input(ota.CheckIn{}, s.DB.Status(panelID)).Battery != 100 {
		t.Errorf("%v: what it said of its battery a day ago still counts", err)
	}
	s.DB.NoteStatus(panelID, func(status *store.Status) { status.BatterySeen, status.BatteryPercent = status.LastSeen, 80 })
	offered(t, s.check(s.one))
	s.Pass(time.Hour)
	refusedFor(t, s.check(s.one), "window")
	must(s.DB.AssignDevice(panelID, s.keyTwo, true))
	offered(t, s.check(s.one))

	log, err := s.DB.Log(panelID, 50)
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	for _, entry := range log {
		said = append(said, entry.Message)
	}
	for _, part := range []string{"waits for its window 14:00–15:00, which opens at 14:00.", "waits until its battery has 20 %", "is put off.", "is offered."} {
		if !strings.Contains(strings.Join(said, "\n"), part) {
			t.Errorf("the history does not say %q:\n%s", part, strings.Join(said, "\n"))
		}
	}
}

// TestABoardFlashedByWire with a newer image keeps it.
func TestABoardFlashedByWire(t *testing.T) {
	t.Parallel()
	s := newStaged(t, "esp32")
	if err := s.DB.Assign(store.Assignment{DeviceType: panelType, FirmwareKey: s.keyOne, Since: s.Now()}); err != nil {
		t.Fatal(err)
	}
	refusedFor(t, s.check(s.two), "older")
	if err := s.DB.Assign(store.Assignment{DeviceType: panelType, FirmwareKey: s.keyOne, Since: s.Now(), Rollback: true}); err != nil {
		t.Fatal(err)
	}
	if offer := offered(t, s.check(s.two)); offer["update_type"] != "rollback" {
		t.Errorf("%v", offer)
	}
}

// TestAnOldRollBackSaysNothingOfANewAttempt: a heartbeat before the restart does not repeat what the board said once.
func TestAnOldRollBackSaysNothingOfANewAttempt(t *testing.T) {
	t.Parallel()
	s := newStaged(t, "esp32")
	if err := s.DB.Assign(store.Assignment{DeviceType: panelType, FirmwareKey: s.keyTwo, Since: s.Now()}); err != nil {
		t.Fatal(err)
	}
	attempt := text(t, offered(t, s.check(s.one, "X-OTA-State", "rolled_back")), "attempt")
	report(t, s.Rig, s.token, attempt, `"state":"installed"`)
	ok(t, s.Do(http.MethodPost, "/api/devices/"+panelID+"/heartbeat", `{"uptime":60}`, "Authorization", s.token), http.StatusOK)
	if got := s.attempts()[0].State; got != ota.StateRebooting {
		t.Errorf("it is %s", got)
	}
	s.check(s.one, "X-OTA-State", "rolled_back")
	if got := s.attempts()[0].State; got != ota.StateRolledBack {
		t.Errorf("it is %s", got)
	}
}

// TestAHeartbeatWithoutAnImageConfirmsNothing of a board that names its image in its checks: else an image that never
// comes to run would be confirmed, and installed again, for ever.
func TestAHeartbeatWithoutAnImageConfirmsNothing(t *testing.T) {
	t.Parallel()
	s := newStaged(t, "esp32")
	if err := s.DB.Assign(store.Assignment{DeviceType: panelType, FirmwareKey: s.keyTwo, Since: s.Now()}); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		offer := offered(t, s.check(s.one))
		ok(t, fetch(t, s.Rig, path(s.Rig, text(t, offer, "firmware_url"))), http.StatusOK)
		s.Pass(time.Minute)
		ok(t, s.Do(http.MethodPost, "/api/devices/register", map[string]any{
			"device_id": panelID, "device_type": panelType, "device_name": "Panel", "occupation": "Panel",
		}, "Authorization", s.token), http.StatusOK)
		ok(t, s.Do(http.MethodPost, "/api/devices/"+panelID+"/heartbeat", `{"uptime":9}`, "Authorization", s.token), http.StatusOK)
		if got := s.attempts()[0].State; got != ota.StateDownloading {
			t.Errorf("it is %s", got)
		}
	}
	if answer := s.check(s.one); answer["update_available"] != false {
		t.Errorf("offered for a third time: %v", answer)
	}
}
