package store

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"personalcms/ota"

	"github.com/google/go-cmp/cmp"
)

// staged is a rollout of T_2 in two stages, running its first.
func staged(id string) ota.Rollout {
	rollout := ota.Rollout{
		ID: id, Name: id, FirmwareKey: "T_2", Status: ota.RolloutRunning, Created: noon,
		Stages: []ota.Stage{ota.Stage{Percent: 50}.Planned(), ota.Stage{Percent: 100}.Planned()},
	}
	rollout.Stages[0].Begun = noon
	return rollout
}

// fleetOf has so many devices that run T_1, and a rollout of T_2 that all of them are in.
func fleetOf(t *testing.T, devices int) *DB {
	t.Helper()
	db := open(t)
	for version, data := range map[string]string{"1": "a", "2": "b"} {
		add(t, db, "T", version, data)
	}
	var boards []ota.Board
	for i := range devices {
		device := addDevice(t, db, fmt.Sprintf("d%d", i))
		_, err := db.UpdateDevice(device.ID, func(d *Device) error { d.RunningKey = "T_1"; return nil })
		must(t, err)
		boards = append(boards, ota.Board{ID: device.ID, DeviceType: "T"})
	}
	must(t, db.CreateRollout(staged("r")))
	_, err := db.MoveRollout("r", func(r ota.Rollout) (ota.Rollout, []ota.Member, error) {
		next, members := r.Enter(boards, noon)
		return next, members, nil
	})
	must(t, err)
	return db
}

// attempt writes one attempt of a device for the rollout.
func attempt(t *testing.T, db *DB, deviceID string, state ota.State, at time.Time) {
	t.Helper()
	_, err := db.StepUpdate(deviceID, func(facts UpdateFacts) (Changed, error) {
		step := Changed{Device: facts.Device}
		attempt := ota.Attempt{
			ID: "a" + at.Format("150405"), DeviceID: deviceID, FirmwareKey: "T_2", Version: "2", Rollout: "r", FromKey: "T_1",
			State: state, Offered: at, Updated: at,
		}
		if !attempt.Open() {
			attempt = attempt.End(state, "", at.Add(time.Minute))
		}
		step.Note(attempt, at)
		return step, nil
	})
	must(t, err)
}

// recounted are the counts of a rollout's stages from its devices.
func recounted(t *testing.T, db *DB, id string) []ota.Counts {
	t.Helper()
	rollout, err := db.Rollout(id)
	must(t, err)
	members, err := db.Members(id)
	must(t, err)
	counts := make([]ota.Counts, len(rollout.Stages))
	for i := range rollout.Stages {
		rollout.Stages[i].Counts = ota.Counts{}
	}
	for _, member := range members {
		rollout = rollout.Recount(ota.Member{}, member)
	}
	for i, stage := range rollout.Stages {
		counts[i] = stage.Counts
	}
	return counts
}

func sameCounts(t *testing.T, db *DB, id string) {
	t.Helper()
	rollout, err := db.Rollout(id)
	must(t, err)
	var counts []ota.Counts
	for _, stage := range rollout.Stages {
		counts = append(counts, stage.Counts)
	}
	if diff := cmp.Diff(recounted(t, db, id), counts); diff != "" {
		t.Errorf("the counts differ from the devices (-devices +counts):\n%s", diff)
	}
}

func TestARolloutCountsWhatBecomesOfAttempts(t *testing.T) {
	db := fleetOf(t, 4)
	members, err := db.Members("r")
	must(t, err)
	var first []string
	for _, member := range members {
		if member.Stage == 0 {
			first = append(first, member.DeviceID)
		}
	}
	if len(members) != 4 || len(first) != 2 {
		t.Fatalf("%d devices, %d in the first stage", len(members), len(first))
	}
	attempt(t, db, first[0], ota.StateOffered, noon)
	sameCounts(t, db, "r")
	if got := db.OpenAttempts(); cmp.Diff([]string{first[0]}, got) != "" {
		t.Errorf("open attempts of %v", got)
	}
	attempt(t, db, first[0], ota.StateConfirmed, noon)
	sameCounts(t, db, "r")
	if got := db.OpenAttempts(); len(got) != 0 {
		t.Errorf("open attempts of %v", got)
	}
	facts, err := db.UpdateFacts(first[0])
	must(t, err)
	if joined := facts.Rollouts[0].Member; joined.State != ota.MemberConfirmed || !joined.Installed || joined.Former != "T_1" {
		t.Errorf("%+v", joined)
	}
	attempt(t, db, first[1], ota.StateFailed, noon)
	sameCounts(t, db, "r")
	after := crash(t, db)
	rollout, err := after.Rollout("r")
	if err != nil || rollout.Status != ota.RolloutHalted {
		t.Errorf("half of the first stage failed: %v, %s", err, rollout.Status)
	}
	sameCounts(t, after, "r")
	firmware, err := after.Firmware("T_2")
	want := ota.Tally{Confirmed: 1, Failed: 1, Seconds: 60}
	if diff := cmp.Diff(want, firmware.Tally); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

func TestRetryForgivesWhatFailed(t *testing.T) {
	db := fleetOf(t, 10)
	for i := range 4 {
		attempt(t, db, fmt.Sprintf("d%d", i), ota.StateFailed, noon.Add(time.Duration(i)*time.Second))
	}
	rollout, err := db.RetryRollout("r", noon)
	if err != nil || rollout.Status != ota.RolloutRunning {
		t.Errorf("%v: %s", err, rollout.Status)
	}
	sameCounts(t, db, "r")
	facts, err := db.UpdateFacts("d0")
	must(t, err)
	if !facts.Attempts[0].Forgiven || facts.Rollouts[0].Member.State != ota.MemberWaiting {
		t.Errorf("%+v", facts)
	}
	if _, err := db.RetryRollout("none", noon); !errors.Is(err, ErrNotFound) {
		t.Errorf("of none: %v", err)
	}
}

func TestADeletedDeviceLeavesItsRollouts(t *testing.T) {
	db := fleetOf(t, 4)
	attempt(t, db, "d1", ota.StateOffered, noon)
	must(t, db.DeleteDevice("d1"))
	sameCounts(t, db, "r")
	members, err := db.Members("r")
	if err != nil || len(members) != 3 || len(db.OpenAttempts()) != 0 {
		t.Errorf("%v: %d devices, open %v", err, len(members), db.OpenAttempts())
	}
	// A device that was deleted while it was taken in does not come back.
	_, err = db.MoveRollout("r", func(r ota.Rollout) (ota.Rollout, []ota.Member, error) {
		next, members := r.Enter([]ota.Board{{ID: "d1"}, {ID: "d2"}}, noon)
		return next, members, nil
	})
	must(t, err)
	sameCounts(t, db, "r")
}

func TestRolloutsAreKeptAndForgotten(t *testing.T) {
	db := fleetOf(t, 2)
	if err := db.CreateRollout(staged("r")); !errors.Is(err, ErrExists) {
		t.Errorf("twice: %v", err)
	}
	other := staged("other")
	other.FirmwareKey = "T_9"
	if err := db.CreateRollout(other); !errors.Is(err, ErrNotFound) {
		t.Errorf("of no image: %v", err)
	}
	newer := staged("s")
	newer.Created = noon.Add(time.Hour)
	must(t, db.CreateRollout(newer))
	if all := db.Rollouts(); len(all) != 2 || all[0].ID != "s" {
		t.Errorf("%+v", all)
	}
	var used *InUseError
	if err := db.DeleteFirmware("T_2"); !errors.As(err, &used) {
		t.Errorf("its image: %v", err)
	}
	if err := db.DeleteRollout("r"); !errors.Is(err, ErrInUse) {
		t.Errorf("while it runs: %v", err)
	}
	for _, id := range []string{"r", "s"} {
		_, err := db.MoveRollout(id, func(r ota.Rollout) (ota.Rollout, []ota.Member, error) {
			next, err := r.Cancel(noon)
			return next, nil, err
		})
		must(t, err)
		must(t, db.DeleteRollout(id))
	}
	members, err := db.Members("r")
	if err != nil || len(members) != 0 || len(crash(t, db).Rollouts()) != 0 {
		t.Errorf("%v: %v left", err, members)
	}
	must(t, db.DeleteFirmware("T_2"))
	if err := db.DeleteRollout("r"); !errors.Is(err, ErrNotFound) {
		t.Errorf("twice: %v", err)
	}
}

func TestTheNewestGroupAssignmentHolds(t *testing.T) {
	db := open(t)
	add(t, db, "T", "1", "a")
	add(t, db, "T", "2", "b")
	addDevice(t, db, "panel")
	_, err := db.UpdateDevice("panel", func(d *Device) error { d.Groups = []string{"hall", "beta", "none"}; return nil })
	must(t, err)
	must(t, db.Assign(Assignment{Group: "beta", FirmwareKey: "T_2", Since: noon.Add(time.Minute), Rollback: true}))
	must(t, db.Assign(Assignment{Group: "hall", FirmwareKey: "T_1", Since: noon}))
	facts, err := db.UpdateFacts("panel")
	must(t, err)
	in := facts.Input(ota.CheckIn{}, Status{})
	if in.ByGroup == nil || in.ByGroup.Key != "T_2" || in.ByGroup.Name != "beta" || !in.ByGroup.Rollback || in.ByType != nil {
		t.Errorf("%+v", in.ByGroup)
	}
	var used *InUseError
	if err := db.DeleteFirmware("T_2"); !errors.As(err, &used) || used.By[0] != "the group beta" {
		t.Errorf("%v", err)
	}
	must(t, db.Assign(Assignment{Group: "beta"}))
	all, err := db.Assignments()
	if diff := cmp.Diff([]Assignment{{Group: "hall", FirmwareKey: "T_1", Since: noon}}, all); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

// TestAnAttemptThatWaitedForItsRestart keeps its place when the file is brought up to date.
func TestAnAttemptThatWaitedForItsRestart(t *testing.T) {
	db := open(t)
	addDevice(t, db, "panel")
	must(t, db.update(func(tx *transaction) error {
		old := ota.Attempt{ID: "a", DeviceID: "panel", State: ota.ReportInstalled, Offered: noon}
		if err := put(tx.Bucket(bucketAttempts), attemptKey("panel", noon), old); err != nil {
			return err
		}
		return createFleetBuckets(tx.Tx)
	}))
	attempts, err := crash(t, db).Attempts("panel")
	if err != nil || attempts[0].State != ota.StateRebooting || !attempts[0].Written {
		t.Errorf("%v: %+v", err, attempts)
	}
}

func TestReach(t *testing.T) {
	settings := Settings{ActiveTimeout: 300}
	for name, row := range map[string]struct {
		status Status
		want   Reach
		wakes  time.Time
	}{
		"just heard of":          {Status{LastSeen: noon.Add(-time.Minute)}, ReachOnline, time.Time{}},
		"asleep":                 {Status{LastSeen: noon.Add(-time.Hour), NextRefresh: noon.Add(time.Hour)}, ReachAsleep, noon.Add(time.Hour)},
		"a little late":          {Status{LastSeen: noon.Add(-time.Hour), NextRefresh: noon.Add(-time.Minute)}, ReachAsleep, noon.Add(-time.Minute)},
		"late":                   {Status{LastSeen: noon.Add(-time.Hour), NextRefresh: noon.Add(-6 * time.Minute)}, ReachOffline, time.Time{}},
		"never said when":        {Status{LastSeen: noon.Add(-time.Hour)}, ReachOffline, time.Time{}},
		"never heard of":         {Status{}, ReachOffline, time.Time{}},
		"clock of the past turn": {Status{LastSeen: noon.Add(time.Minute)}, ReachOnline, time.Time{}},
	} {
		if got, wakes := settings.Reach(row.status, noon); got != row.want || !wakes.Equal(row.wakes) {
			t.Errorf("%s: %s until %s", name, got, wakes)
		}
	}
}

// TestToForgiveAnOldFailureUndoesNothing: the device has come through since, and its rollout goes by that.
func TestToForgiveAnOldFailureUndoesNothing(t *testing.T) {
	db := fleetOf(t, 4)
	attempt(t, db, "d0", ota.StateFailed, noon)
	attempt(t, db, "d0", ota.StateConfirmed, noon.Add(time.Hour))
	_, err := db.StepUpdate("d0", func(facts UpdateFacts) (Changed, error) {
		old := facts.Attempts[0]
		old.Forgiven = true
		return Changed{Device: facts.Device, Attempts: []ota.Attempt{old}}, nil
	})
	must(t, err)
	facts, err := db.UpdateFacts("d0")
	must(t, err)
	if member := facts.Rollouts[0].Member; member.State != ota.MemberConfirmed || !facts.Attempts[0].Forgiven {
		t.Errorf("%+v, forgiven %v", member, facts.Attempts[0].Forgiven)
	}
	sameCounts(t, db, "r")
}

// TestWhoWasPassedOverGetsATry when a person forgives that; the rollout counts it as waiting again.
func TestWhoWasPassedOverGetsATry(t *testing.T) {
	db := fleetOf(t, 4)
	attempt(t, db, "d0", ota.StateSkipped, noon)
	_, err := db.StepUpdate("d0", func(facts UpdateFacts) (Changed, error) {
		skipped := facts.Attempts[0]
		skipped.Forgiven = true
		return Changed{Device: facts.Device, Attempts: []ota.Attempt{skipped}}, nil
	})
	must(t, err)
	facts, err := db.UpdateFacts("d0")
	must(t, err)
	if member := facts.Rollouts[0].Member; member.State != ota.MemberWaiting || member.Reason != "" {
		t.Errorf("%+v", member)
	}
	sameCounts(t, db, "r")
}
