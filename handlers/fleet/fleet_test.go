package fleet_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"personalcms/handlers/fleet"
	"personalcms/ota"
	"personalcms/store"

	"github.com/google/go-cmp/cmp"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// world is a data file with devices and an image for them.
type world struct {
	*testing.T
	db    *store.DB
	fleet *fleet.Fleet
}

func newWorld(t *testing.T, devices int) world {
	t.Helper()
	db, err := store.Open(t.TempDir())
	must(t, err)
	t.Cleanup(func() { must(t, db.Close()) })
	_, err = db.AddFirmware(store.Firmware{DeviceType: "T", Version: "2", Uploaded: noon, Image: ota.Image{Chip: "esp32", SHA256: "file", ImageSHA256: "image", Size: 4}}, []byte("four"), false)
	must(t, err)
	w := world{t, db, fleet.New(db, noon.Add(-time.Hour))}
	for i := range devices {
		w.add(fmt.Sprintf("d%d", i))
	}
	return w
}

// add has one more device, which was heard of just now.
func (w world) add(id string) {
	w.Helper()
	must(w.T, w.db.CreateDevice(store.Device{ID: id, DeviceType: "T", Approved: true, Registered: noon}))
	w.seen(id, noon)
}

func (w world) seen(id string, at time.Time) {
	w.db.NoteStatus(id, func(status *store.Status) { status.LastSeen = at })
}

// begin begins a rollout to all, with these percentages.
func (w world) begin(id string, at time.Time, percents ...int) {
	w.Helper()
	rollout := ota.Rollout{ID: id, Name: id, FirmwareKey: "T_2", Status: ota.RolloutRunning, Created: at, Filter: ota.Filter{DeviceTypes: []string{"T"}}}
	for _, percent := range percents {
		rollout.Stages = append(rollout.Stages, ota.Stage{Percent: percent}.Planned())
	}
	must(w.T, rollout.Check())
	must(w.T, w.db.CreateRollout(rollout))
	must(w.T, w.fleet.Move(at))
}

// becomes writes what became of the rollout's devices, by id.
func (w world) becomes(rollout string, state ota.State, ids ...string) {
	w.Helper()
	for _, id := range ids {
		_, err := w.db.StepUpdate(id, func(facts store.UpdateFacts) (store.Changed, error) {
			step := store.Changed{Device: facts.Device}
			attempt := ota.Attempt{ID: rollout + id, DeviceID: id, FirmwareKey: "T_2", Rollout: rollout, State: ota.StateOffered, Offered: noon, Updated: noon}
			if state != ota.StateOffered {
				attempt = attempt.End(state, "", noon)
			}
			step.Note(attempt, noon)
			return step, nil
		})
		must(w.T, err)
	}
}

// of are the ids of a rollout's devices by stage.
func (w world) of(rollout string) [][]string {
	w.Helper()
	members, err := w.db.Members(rollout)
	must(w.T, err)
	r, err := w.db.Rollout(rollout)
	must(w.T, err)
	ids := make([][]string, len(r.Stages))
	for _, member := range members {
		ids[member.Stage] = append(ids[member.Stage], member.DeviceID)
	}
	return ids
}

func (w world) is(rollout string, status ota.RolloutStatus, stage int) {
	w.Helper()
	if r, err := w.db.Rollout(rollout); err != nil || r.Status != status || r.Stage != stage {
		w.Errorf("%v: %s is %s in stage %d (%s), want %s in stage %d", err, rollout, r.Status, r.Stage, r.Why, status, stage)
	}
}

func TestARolloutGoesThroughItsStages(t *testing.T) {
	w := newWorld(t, 10)
	must(t, w.db.CreateDevice(store.Device{ID: "pending", DeviceType: "T"}))
	must(t, w.db.CreateDevice(store.Device{ID: "other", DeviceType: "U", Approved: true}))
	w.begin("r", noon, 20, 100)
	stages := w.of("r")
	if len(stages[0]) != 2 || len(stages[1]) != 8 {
		t.Fatalf("%v", stages)
	}
	w.is("r", ota.RolloutRunning, 0)
	w.becomes("r", ota.StateConfirmed, stages[0]...)
	must(t, w.fleet.Move(noon))
	w.is("r", ota.RolloutRunning, 1)
	w.becomes("r", ota.StateConfirmed, stages[1]...)
	must(t, w.fleet.Move(noon))
	w.is("r", ota.RolloutFinished, 2)
	// Who comes later is taken in.
	w.add("late")
	must(t, w.fleet.Move(noon.Add(time.Minute)))
	if now := w.of("r"); len(now[0])+len(now[1]) != 11 {
		t.Errorf("%v", now)
	}
	for stage, ids := range stages {
		for _, id := range ids {
			if !slices.Contains(w.of("r")[stage], id) {
				t.Errorf("%s is not in stage %d any more", id, stage)
			}
		}
	}
}

func TestNobodyWhoIsAwayHoldsUpARollout(t *testing.T) {
	for name, row := range map[string]func(w world, id string){
		"offline":         func(w world, id string) { w.seen(id, noon.Add(-time.Hour)) },
		"follows its pin": func(w world, id string) { _, err := w.db.AssignDevice(id, "T_2", false); must(w.T, err) },
		"is forced":       func(w world, id string) { _, err := w.db.AssignDevice(id, "T_2", true); must(w.T, err) },
		"deleted":         func(w world, id string) { must(w.T, w.db.DeleteDevice(id)) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 4)
			w.begin("r", noon, 50, 100)
			first := w.of("r")[0]
			w.becomes("r", ota.StateConfirmed, first[0])
			must(t, w.fleet.Move(noon))
			w.is("r", ota.RolloutRunning, 0)
			row(w, first[1])
			must(t, w.fleet.Move(noon))
			w.is("r", ota.RolloutRunning, 1)
		})
	}
}

// TestAStageWaitsForItsDevicesAfterAStart: the server was away for an hour, not they.
func TestAStageWaitsForItsDevicesAfterAStart(t *testing.T) {
	w := newWorld(t, 4)
	w.begin("r", noon, 100)
	start := noon.Add(time.Hour)
	w.fleet = fleet.New(w.db, start)
	must(t, w.fleet.Move(start.Add(2*time.Second)))
	w.is("r", ota.RolloutRunning, 0)
	must(t, w.fleet.Move(start.Add(10*time.Minute))) // by now those that are there would have been heard of
	w.is("r", ota.RolloutFinished, 1)
}

// TestTwoRolloutsAreTakenBack: the older one waits until all have gone on to what they ran before it.
func TestTwoRolloutsAreTakenBack(t *testing.T) {
	w := newWorld(t, 2)
	_, err := w.db.AddFirmware(store.Firmware{DeviceType: "T", Version: "3", Uploaded: noon, Image: ota.Image{Chip: "esp32", SHA256: "third", ImageSHA256: "three", Size: 5}}, []byte("three"), false)
	must(t, err)
	offered := noon
	becomes := func(rollout, from, to string, returns bool) {
		offered = offered.Add(time.Second)
		for _, id := range []string{"d0", "d1"} {
			_, err := w.db.StepUpdate(id, func(facts store.UpdateFacts) (store.Changed, error) {
				step := store.Changed{Device: facts.Device}
				attempt := ota.Attempt{
					ID: rollout + to, DeviceID: id, FirmwareKey: to, FromKey: from, Rollout: rollout, Returns: returns, State: ota.StateOffered, Offered: offered,
				}
				step.Note(attempt.End(ota.StateConfirmed, "", offered), offered)
				return step, nil
			})
			must(t, err)
		}
		must(t, w.fleet.Move(noon))
	}
	change := func(id string, change func(ota.Rollout) ota.Rollout) {
		_, err := w.db.MoveRollout(id, func(r ota.Rollout) (ota.Rollout, []ota.Member, error) { return change(r), nil, nil })
		must(t, err)
	}
	back := func(r ota.Rollout) ota.Rollout { r.Status = ota.RolloutRollingBack; return r }

	w.begin("old", noon, 100)
	becomes("old", "T_1", "T_2", false)
	w.begin("new", noon.Add(time.Minute), 100)
	change("new", func(r ota.Rollout) ota.Rollout { r.FirmwareKey = "T_3"; return r })
	becomes("new", "T_2", "T_3", false)
	change("new", back)
	becomes("new", "T_3", "T_2", true)
	w.is("new", ota.RolloutRolledBack, 1)
	change("old", back)
	must(t, w.fleet.Move(noon))
	w.is("old", ota.RolloutRollingBack, 1)
	becomes("old", "T_2", "T_1", true)
	w.is("old", ota.RolloutRolledBack, 1)
}

// TestAnOutageReleasesNoStage: with the network down every device is out of reach, and the stages wait.
func TestAnOutageReleasesNoStage(t *testing.T) {
	w := newWorld(t, 4)
	w.begin("r", noon, 50, 100)
	for i := range 4 {
		w.seen(fmt.Sprintf("d%d", i), noon.Add(-time.Hour))
	}
	must(t, w.fleet.Move(noon))
	w.is("r", ota.RolloutRunning, 0)
	first := w.of("r")[0]
	w.seen(first[0], noon)
	w.becomes("r", ota.StateConfirmed, first[0])
	must(t, w.fleet.Move(noon))
	w.is("r", ota.RolloutFinished, 2) // nobody waits for the last ones
}

func TestANewerRolloutFreesAnOlderOne(t *testing.T) {
	w := newWorld(t, 4)
	w.begin("old", noon, 100)
	w.becomes("old", ota.StateConfirmed, "d0")
	w.begin("new", noon.Add(time.Minute), 100)
	must(t, w.fleet.Move(noon.Add(time.Minute)))
	w.is("old", ota.RolloutFinished, 1)
	w.is("new", ota.RolloutRunning, 0)
}

func TestAFailureHaltsAtOnce(t *testing.T) {
	w := newWorld(t, 10)
	w.begin("r", noon, 100)
	w.becomes("r", ota.StateFailed, "d0")
	w.is("r", ota.RolloutHalted, 0)
	must(t, w.fleet.Move(noon))
	w.is("r", ota.RolloutHalted, 0)
}

func TestSilentAttemptsEnd(t *testing.T) {
	w := newWorld(t, 2)
	w.begin("r", noon, 100)
	w.becomes("r", ota.StateOffered, "d0")
	must(t, w.fleet.Expire(noon.Add(23*time.Hour)))
	if open := w.db.OpenAttempts(); len(open) != 1 {
		t.Errorf("open: %v", open)
	}
	must(t, w.fleet.Expire(noon.Add(25*time.Hour)))
	attempts, err := w.db.Attempts("d0")
	if err != nil || attempts[0].State != ota.StateInterrupted || attempts[0].Error == "" || len(w.db.OpenAttempts()) != 0 {
		t.Errorf("%v: %+v", err, attempts)
	}
	if members, err := w.db.Members("r"); err != nil || members[0].State != ota.MemberWaiting {
		t.Errorf("%v: %+v", err, members)
	}
}

func TestBoardsAreWhatFiltersSee(t *testing.T) {
	w := newWorld(t, 1)
	_, err := w.db.UpdateDevice("d0", func(d *store.Device) error {
		d.RunningKey, d.FirmwareVersion, d.Groups, d.Chip = "T_2", "2.4.1", []string{"hall", " "}, "esp32"
		return nil
	})
	must(t, err)
	boards := w.fleet.Boards(noon)
	want := []ota.Board{{ID: "d0", DeviceType: "T", Version: "2", Chip: "esp32", Groups: []string{"hall", " "}, LastSeen: noon, Reachable: true}}
	if diff := cmp.Diff(want, boards); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]int{"hall": 1}, fleet.Groups(boards)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if meant := fleet.Match(boards, ota.Filter{Versions: []string{"1"}}, noon); len(meant) != 0 {
		t.Errorf("%v", meant)
	}
}
