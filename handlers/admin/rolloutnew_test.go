package admin_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"personalcms/handlers/rig"
	"personalcms/ota"
	"personalcms/ota/otatest"
	"personalcms/store"

	"github.com/google/go-cmp/cmp"
)

// sensors is a server with devices of one type, and an image for them.
type sensors struct {
	r      *rig.Rig
	b      browser
	tokens map[string]string
	key    string // of the image
}

// uploadSensor uploads an image of a version and returns its key.
func uploadSensor(r *rig.Rig, version string) string {
	r.T.Helper()
	image := otatest.Build(otatest.Options{Chip: "esp32", Size: 64 << 10, Marker: `PCMSFW{"type":"sensor","version":"` + version + `","board":"esp32dev"}`})
	body, contentType := rig.Form(r.T, "firmware", "sketch.ino.bin", image, map[string]string{"device_type": "sensor", "version": version})
	answer := r.Script(http.MethodPost, "/api/ota/upload", body, "Content-Type", contentType)
	key, _ := answer.JSON(r.T)["firmware_key"].(string)
	if answer.Status != http.StatusOK || key == "" {
		r.T.Fatalf("upload: %d %s", answer.Status, answer.Body)
	}
	return key
}

func newSensors(t *testing.T, n int) sensors {
	t.Helper()
	r := rig.New(t)
	s := sensors{r: r, tokens: map[string]string{}}
	for i := range n {
		id := fmt.Sprintf("s%02d", i+1)
		s.tokens[id] = r.Enrol(id, "sensor")
	}
	s.key, s.b = uploadSensor(r, "2.0"), newBrowser(r, false)
	return s
}

// check asks for an update and returns the answer's attempt; "" without an offer.
func (s sensors) check(id string) string {
	s.r.T.Helper()
	answer := s.r.Do(http.MethodGet, "/api/ota/check/"+id, nil, "Authorization", s.tokens[id])
	attempt, _ := answer.JSON(s.r.T)["attempt"].(string)
	return attempt
}

// report tells what becomes of an update that a device asks for.
func (s sensors) report(id, state, why string) {
	s.r.T.Helper()
	attempt := s.check(id)
	if attempt == "" {
		s.r.T.Fatalf("%s is offered nothing", id)
	}
	answer := s.r.Do(http.MethodPost, "/api/ota/report/"+id, map[string]any{"attempt": attempt, "state": state, "error": why, "bytes": 1000},
		"Authorization", s.tokens[id])
	if answer.Status != http.StatusNoContent {
		s.r.T.Fatalf("%s: %d %s", id, answer.Status, answer.Body)
	}
}

// begin makes a rollout as a script does, and returns its id and the devices of each stage.
func (s sensors) begin(stages ...ota.Stage) (id string, stage map[int][]string) {
	s.r.T.Helper()
	answer := s.r.Script(http.MethodPost, "/api/v1/rollouts", map[string]any{"name": "Sensors", "firmware_key": s.key, "stages": stages})
	id, _ = answer.JSON(s.r.T)["rollout"].(string)
	members, err := s.r.DB.Members(id)
	if err != nil || answer.Status != http.StatusCreated {
		s.r.T.Fatalf("%d %s %v", answer.Status, answer.Body, err)
	}
	stage = map[int][]string{}
	for _, member := range members {
		stage[member.Stage] = append(stage[member.Stage], member.DeviceID)
	}
	return id, stage
}

// move lets the server look at its rollouts anew.
func (s sensors) move(t *testing.T) {
	t.Helper()
	must(t, s.r.Fleet.Move(s.r.Now()))
}

// form is what the page of a new rollout sends when it is left as it is.
func (s sensors) form(t *testing.T, changes ...string) url.Values {
	t.Helper()
	page := string(s.b.get("/ota-management/rollouts/new?firmware_key=" + s.key).Body)
	hidden := func(name string) string {
		_, rest, found := strings.Cut(page, `name="`+name+`" value="`)
		value, _, _ := strings.Cut(rest, `"`)
		if !found || value == "" {
			t.Fatalf("the page has no %s", name)
		}
		return value
	}
	values := url.Values{"do": {"begin"}, "id": {hidden("id")}, "seen": {hidden("seen")}, "firmware_key": {s.key}}
	for i, stage := range []map[string]string{{"percent": "10", "soak": "1"}, {"percent": "50", "soak": "1"}, {"percent": "100", "soak": "0"}} {
		unit := map[bool]string{true: "minutes", false: "hours"}[stage["soak"] == "0"]
		for name, value := range map[string]string{
			"whom": "", "percent": stage["percent"], "start": "at_once", "at": "", "success": "90", "failure": "10", "min": "0", "soak": stage["soak"], "unit": unit,
		} {
			values.Set(fmt.Sprintf("stages.%d.%s", i, name), value)
		}
	}
	for i := 0; i+1 < len(changes); i += 2 {
		values.Set(changes[i], changes[i+1])
	}
	return values
}

const newRollout = "/ota-management/rollouts/new"

func TestRolloutsBeginWithWordsAndAButton(t *testing.T) {
	s := newSensors(t, 14)
	wants(t, s.b.get("/ota-management/rollouts"), http.StatusOK, "There is no rollout yet.", "New rollout", "!class=\"rollouts\"")
	wants(t, s.b.get("/ota-management"), http.StatusOK, newRollout+"?firmware_key="+s.key, ">Roll out<")
	wants(t, s.b.get(newRollout+"?firmware_key="+s.key), http.StatusOK,
		"14 devices are meant to run sensor_2.0.",
		"Stage 1: 2 of 14 devices, at once. Goes on when 90 % have confirmed and it stayed so for 1 hour; halts when 10 % have failed.",
		"Stage 2: 5 of 14 devices, as soon as the stage before it is through.", "Stage 3: 7 of 14 devices",
		"sensor (14)", "ESP32 (14)")
	form := s.form(t)
	answer := s.b.post(newRollout, form.Encode())
	wants(t, answer, http.StatusSeeOther)
	if got, want := answer.Header.Get("Location"), "/ota-management/rollouts/"+form.Get("id"); got != want {
		t.Errorf("leads to %s, want %s", got, want)
	}
	wants(t, s.b.post(newRollout, form.Encode()), http.StatusSeeOther) // a second press of the button
	rollouts := s.r.DB.Rollouts()
	if len(rollouts) != 1 || rollouts[0].By != "admin" || rollouts[0].Stages[0].Soak != 3600 || rollouts[0].Stages[0].Counts.Waiting != 2 {
		t.Errorf("%+v", rollouts)
	}
	wants(t, s.b.get("/ota-management/rollouts"), http.StatusOK, "Running, stage 1 of 3", "0 of 14 confirmed", "!There is no rollout yet.")
}

func TestARolloutThatWasNotReadDoesNotBegin(t *testing.T) {
	s := newSensors(t, 4)
	form := s.form(t, "stages.0.percent", "40")
	answer := s.b.post(newRollout, form.Encode())
	wants(t, answer, http.StatusOK, "The plan has changed since it was shown.", "Stage 1: 2 of 4 devices")
	if n := len(s.r.DB.Rollouts()); n != 0 {
		t.Fatalf("%d rollouts", n)
	}
	_, rest, _ := strings.Cut(string(answer.Body), `name="seen" value="`)
	seen, _, _ := strings.Cut(rest, `"`)
	form.Set("seen", seen)
	wants(t, s.b.post(newRollout, form.Encode()), http.StatusSeeOther)
}

func TestRefusedRolloutsKeepWhatWasTyped(t *testing.T) {
	s := newSensors(t, 4)
	for _, test := range []struct {
		name    string
		changes []string
		texts   []string
	}{
		{"no number", []string{"stages.0.percent", "ten"}, []string{"A share is 1 to 100 percent.", `value="ten"`}},
		{"no share", []string{"stages.1.percent", ""}, []string{"A share is 1 to 100 percent."}},
		{"falling shares", []string{"stages.1.percent", "5"}, []string{"Percentages rise from stage to stage", `value="5"`}},
		{"threshold", []string{"stages.0.success", "101"}, []string{"A threshold is 1 to 100 percent.", `value="101"`, `id="stage-0-rule" open`}},
		{"time is missing", []string{"stages.2.start", "at_time"}, []string{"Say on which day and at what time it begins."}},
		{"soak", []string{"stages.0.soak", "-1"}, []string{"A time is 0 or more, at most 30 days."}},
		{"hours", []string{"seen_within", "long"}, []string{"Hours are a whole number.", `value="long"`}},
		{"soak that is no number", []string{"stages.0.soak", "NaN"}, []string{"A time is 0 or more, at most 30 days."}},
		{"soak of 31 days", []string{"stages.0.soak", "744"}, []string{"A time is 0 or more, at most 30 days."}},
		{"long name", []string{"name", strings.Repeat("n", 101)}, []string{"Give the rollout a name of at most 100 letters.", strings.Repeat("n", 101)}},
		{"image is gone", []string{"firmware_key", "sensor_9"}, []string{"field-error"}},
	} {
		for _, htmx := range []bool{false, true} {
			t.Run(fmt.Sprint(test.name, htmx), func(t *testing.T) {
				b := newBrowser(s.r, htmx)
				answer := b.post(newRollout, s.form(t, append(test.changes, "groups", "typed")...).Encode())
				wants(t, answer, http.StatusUnprocessableEntity, append(test.texts, `value="typed" checked`)...)
				if whole := strings.Contains(string(answer.Body), "<html"); whole == htmx {
					t.Errorf("a whole page: %v", whole)
				}
			})
		}
	}
	if n := len(s.r.DB.Rollouts()); n != 0 {
		t.Errorf("%d rollouts", n)
	}
}

func TestStagesOfTheFormAreChanged(t *testing.T) {
	s := newSensors(t, 3)
	_, err := s.r.DB.UpdateDevice("s01", func(device *store.Device) error { device.Groups = []string{"Hall"}; return nil })
	must(t, err)
	for _, test := range []struct {
		do     string
		status int
		texts  []string
	}{
		{"plan:once", 200, []string{"Stage 1: 3 of 3 devices, at once.", "!Stage 2:"}},
		{"plan:careful", 200, []string{"Stage 3: "}},
		{"plan:group", 200, []string{"Stage 1: 1 of 3 devices (group Hall), at once.", "Stage 2: 2 of 3 devices"}},
		{"add-stage", 200, []string{"stages.3.whom"}},
		{"remove-stage:0", 200, []string{"stages.1.whom", "!stages.2.whom", "Stage 1: 2 of 3 devices"}},
		{"look", 200, []string{"stages.2.whom"}},
		{"plan:none", 422, nil},
		{"remove-stage:x", 422, nil},
		{"begin-at-once", 422, nil},
	} {
		t.Run(test.do, func(t *testing.T) {
			answer := s.b.post(newRollout, s.form(t, "do", test.do).Encode())
			wants(t, answer, test.status, test.texts...)
			checkHTML(t, answer)
		})
	}
	if n := len(s.r.DB.Rollouts()); n != 0 {
		t.Errorf("%d rollouts", n)
	}
}

// TestALookSaysWhoWillNotHaveIt counts what the rules of updates would say of each device.
func TestALookSaysWhoWillNotHaveIt(t *testing.T) {
	s := newSensors(t, 6)
	newer := uploadSensor(s.r, "3.0")
	change := func(id string, change func(*store.Device)) {
		_, err := s.r.DB.UpdateDevice(id, func(device *store.Device) error { change(device); return nil })
		must(t, err)
	}
	change("s01", func(d *store.Device) { d.Chip = "esp32c3" })
	change("s02", func(d *store.Device) { d.OTASlotSize = 1000 })
	change("s03", func(d *store.Device) { d.RunningKey = s.key })
	change("s04", func(d *store.Device) { d.RunningKey = newer })
	change("s05", func(d *store.Device) { d.AssignedKey = newer })
	s.r.Enrol("lamp", "lamp")
	s.r.DB.NoteStatus("s06", func(status *store.Status) { status.LastSeen = rig.Start.Add(-time.Hour) })
	look := func(form url.Values) rig.Answer {
		return newBrowser(s.r, true).post("/ota-management/rollouts/look", form.Encode())
	}
	wants(t, look(s.form(t)), http.StatusOK,
		"6 devices are meant to run sensor_2.0. 1 of them is offline now; it joins when it comes back.",
		"1 device cannot have it: it has another chip than ESP32.", "1 device cannot have it: the image is larger than its update slot.",
		"1 device runs it already.", "1 device runs a newer version and keeps it.", "1 device has another image pinned to it and keeps to that.",
		"!will become", "!<html")
	wants(t, look(s.form(t, "rollback", "true")), http.StatusOK, "!newer version and keeps")
	turned := s.form(t)
	turned["device_types"] = []string{"sensor", "lamp"}
	wants(t, look(turned), http.StatusOK, "7 devices are meant", "1 device of type lamp will become sensor: another sketch with other settings.")
	half := s.form(t)
	for name := range half {
		if strings.HasPrefix(name, "stages.2.") {
			half.Del(name)
		}
	}
	wants(t, look(half), http.StatusOK, "3 devices are in no stage and stay as they are.")
	wants(t, look(s.form(t, "stages.0.percent", "x")), http.StatusOK, "Nothing can be said yet")
	wants(t, look(s.form(t, "seen_within", "1", "not_seen_for", "2")), http.StatusOK, "No device is meant at the moment.")
}

func TestALookReadsTimesWhereTheHouseholdIs(t *testing.T) {
	s := newSensors(t, 2)
	must(t, s.r.DB.UpdateSettings(func(settings *store.Settings) error { settings.TimeZone = "Europe/Berlin"; return nil }))
	form := s.form(t, "stages.0.start", "at_time", "stages.0.at", "2026-11-24T14:30", "stages.1.start", "by_hand")
	answer := newBrowser(s.r, true).post("/ota-management/rollouts/look", form.Encode())
	wants(t, answer, http.StatusOK, "at 24 Nov 14:30.", "when you begin it.")
	_, rest, _ := strings.Cut(string(answer.Body), `name="seen" value="`)
	form.Set("seen", rest[:16])
	wants(t, s.b.post(newRollout, form.Encode()), http.StatusSeeOther)
	got := s.r.DB.Rollouts()[0].Stages[0].At
	if want := time.Date(2026, 11, 24, 13, 30, 0, 0, time.UTC); !got.Equal(want) {
		t.Errorf("begins %s, want %s", got, want)
	}
}

func TestRolloutEvents(t *testing.T) {
	s := newSensors(t, 2)
	id, _ := s.begin(ota.Stage{Percent: 50, Start: ota.StartByHand}, ota.Stage{Percent: 100})
	session := s.r.Session()
	stream := listen(t, s.r, session, since(t, s.r.Do(http.MethodGet, "/ota-management/rollouts/"+id, nil, "Cookie", session)))
	stream.next()
	act := func(action string) {
		wants(t, s.r.Script(http.MethodPost, "/api/v1/rollouts/"+id+"/"+action, nil), http.StatusOK)
	}
	act("pause")
	got := []string{stream.next(), stream.next()}
	act("resume")
	act("pause")
	wants(t, s.r.Script(http.MethodPatch, "/api/v1/devices/s01", `{"nickname":"Kitchen"}`), http.StatusOK)
	for range 4 {
		got = append(got, stream.next())
	}
	want := []string{"rollouts", "rollout:" + id, "device:s01", "summary", "rollouts", "rollout:" + id}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("events about rollouts rest for a second, others do not (-want +got):\n%s", diff)
	}
}
