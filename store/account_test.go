package store

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestTheFirstUserIsMadeOnce(t *testing.T) {
	db := open(t)
	must(t, db.SetSetupToken("hash"))
	if token, err := db.SetupToken(); err != nil || token != "hash" {
		t.Errorf("%q, %v", token, err)
	}
	var work sync.WaitGroup
	var mu sync.Mutex
	made := 0
	for i := range 10 {
		work.Go(func() {
			err := db.CreateFirstUser(User{Name: fmt.Sprint("user", i), Role: "owner"})
			if err == nil {
				mu.Lock()
				made++
				mu.Unlock()
			} else if !errors.Is(err, ErrExists) {
				t.Error(err)
			}
		})
	}
	work.Wait()
	token, err := db.SetupToken()
	has, errHas := db.HasUsers()
	if made != 1 || token != "" || err != nil || !has || errHas != nil {
		t.Errorf("%d owners, token %q, %v %v", made, token, err, errHas)
	}
}

func TestSessions(t *testing.T) {
	db := open(t)
	must(t, db.CreateFirstUser(User{Name: "anna", Role: "owner", Password: "old"}))
	for i := range 4 {
		must(t, db.AddSession(fmt.Sprint(i), Session{User: "anna", Expires: noon.Add(time.Duration(i) * time.Hour)}))
	}
	must(t, db.AddSession("other", Session{User: "gone", Expires: noon}))
	session, user, err := db.Session("2")
	if err != nil || user.Name != "anna" || !session.Expires.Equal(noon.Add(2*time.Hour)) {
		t.Errorf("%v: %+v %+v", err, session, user)
	}
	if _, _, err := db.Session("other"); !errors.Is(err, ErrNotFound) {
		t.Errorf("a session of nobody: %v", err)
	}
	must(t, db.DropSessions(noon.Add(90*time.Minute)))
	if n, err := db.Sessions("anna"); err != nil || n != 2 {
		t.Errorf("%d sessions are left, %v", n, err)
	}
	must(t, db.DeleteSession("2"))
	must(t, db.SetPassword("anna", "new"))
	user, err = crash(t, db).User("anna")
	if n, _ := db.Sessions("anna"); err != nil || n != 0 || user.Password != "new" {
		t.Errorf("%v: %d sessions, password %q", err, n, user.Password)
	}
	if err := db.SetPassword("nobody", "x"); !errors.Is(err, ErrNotFound) {
		t.Errorf("got %v", err)
	}
	must(t, db.AddSession("last", Session{User: "anna", Expires: noon}))
	must(t, db.DeleteSessions("anna"))
	if _, _, err := db.Session("last"); !errors.Is(err, ErrNotFound) {
		t.Errorf("got %v", err)
	}
}

func TestKeys(t *testing.T) {
	db := open(t)
	want := []APIKey{{ID: "2", Name: "backup", Hash: "h"}, {ID: "1", Name: "script", Scopes: []string{"read"}}}
	must(t, errors.Join(db.AddKey(want[1]), db.AddKey(want[0])))
	got, err := crash(t, db).Keys()
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	must(t, db.DeleteKey("1"))
	if err := db.DeleteKey("1"); !errors.Is(err, ErrNotFound) {
		t.Errorf("got %v", err)
	}
	if _, err := db.Key("1"); !errors.Is(err, ErrNotFound) {
		t.Errorf("got %v", err)
	}
}

func TestSettings(t *testing.T) {
	db := open(t)
	want := Settings{Enrolment: EnrolApprove, PendingLimit: 100, TimeZone: "UTC", ActiveTimeout: 300, RefreshSeconds: 300, Updates: Updates{LowBattery: 20}, Downloads: Downloads{AtOnce: 8}}
	if diff := cmp.Diff(want, db.Settings()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	refused := errors.New("no")
	if err := db.UpdateSettings(func(settings *Settings) error {
		settings.Enrolment = EnrolOpen
		return refused
	}); !errors.Is(err, refused) || db.Settings().Enrolment != EnrolApprove {
		t.Errorf("%v, %s", err, db.Settings().Enrolment)
	}
	must(t, db.UpdateSettings(func(settings *Settings) error {
		settings.Enrolment, settings.ConfirmedHosts = EnrolClosed, []string{"pi:5000"}
		return nil
	}))
	want.Enrolment, want.ConfirmedHosts = EnrolClosed, []string{"pi:5000"}
	if diff := cmp.Diff(want, crash(t, db).Settings()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	db.Settings().ConfirmedHosts[0] = "changed"
	if db.Settings().ConfirmedHosts[0] != "pi:5000" {
		t.Error("who reads the settings can change them")
	}
}

func TestPictures(t *testing.T) {
	db := open(t)
	for _, id := range []string{"a", "b"} {
		addDevice(t, db, id)
	}
	first, err := db.AddPicture(Picture{Title: "Meadow", Mode: "fill", Uploaded: noon}, []byte("jpeg"))
	must(t, err)
	again, err := db.AddPicture(Picture{Title: "Another name", Uploaded: noon.Add(time.Hour)}, []byte("jpeg"))
	if err != nil || again != first {
		t.Errorf("the same picture again: %v, %+v", err, again)
	}
	second, err := db.AddPicture(Picture{Title: "Sea", Uploaded: noon.Add(time.Hour)}, []byte("other"))
	must(t, err)
	if all, err := db.Pictures(); err != nil || len(all) != 2 || all[0].ID != second.ID {
		t.Errorf("%v: %v", err, all)
	}
	if _, err := db.AssignPictures("a", []string{first.ID, "nothing"}); !errors.Is(err, ErrNotFound) {
		t.Errorf("an unknown picture: %v", err)
	}
	_, err = db.AssignPictures("a", []string{second.ID, first.ID})
	must(t, err)
	must(t, db.ShowPicture(first.ID, []string{"b"}))
	if err := db.ShowPicture(first.ID, []string{"nobody"}); !errors.Is(err, ErrNotFound) {
		t.Errorf("an unknown device: %v", err)
	}
	shown := func(db *DB) map[string][]string {
		lists := map[string][]string{}
		for _, device := range db.Devices() {
			lists[device.ID] = device.Pictures
		}
		return lists
	}
	if diff := cmp.Diff(map[string][]string{"a": {second.ID}, "b": {first.ID}}, shown(crash(t, db))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	must(t, db.DeletePicture(first.ID))
	if diff := cmp.Diff(map[string][]string{"a": {second.ID}, "b": {}}, shown(db)); diff != "" {
		t.Errorf("after it was deleted (-want +got):\n%s", diff)
	}
	if _, err := crash(t, db).Blob(first.SHA256); !errors.Is(err, ErrNotFound) {
		t.Errorf("its bytes are still there: %v", err)
	}
	if _, err := db.UpdatePicture(first.ID, func(*Picture) error { return nil }); !errors.Is(err, ErrNotFound) {
		t.Errorf("got %v", err)
	}
}

func TestRefusedRequestsAreCountedByKind(t *testing.T) {
	db := open(t)
	for i := range 5 {
		db.NoteRefused(Refusal{Reason: "wrong_token", DeviceID: "a", Address: "10.0.0.1", Last: noon.Add(time.Duration(i) * time.Second)})
	}
	db.NoteRefused(Refusal{Reason: "wrong_token", DeviceID: "b", Address: "10.0.0.1", Last: noon})
	rows := db.Refused()
	if len(rows) != 2 || rows[0].DeviceID != "b" || rows[1].Count != 5 || !rows[1].First.Equal(noon) || !rows[1].Last.Equal(noon.Add(4*time.Second)) {
		t.Errorf("%+v", rows)
	}
	for i := range 500 {
		db.NoteRefused(Refusal{Reason: "unknown_device", DeviceID: fmt.Sprint(i)})
	}
	if rows := db.Refused(); len(rows) != maxRefusals || rows[0].DeviceID != "499" {
		t.Errorf("%d rows", len(rows))
	}
	db.ForgetRefused("499")
	if rows := db.Refused(); len(rows) != maxRefusals-1 || rows[0].DeviceID != "498" {
		t.Errorf("%d rows", len(rows))
	}
	db.ForgetRefused("")
	if len(db.Refused()) != 0 {
		t.Error("the list is not empty")
	}
}

func TestWatchersHearEverythingOrThatTheyMissedSome(t *testing.T) {
	db := open(t)
	changes, stop := db.Watch()
	before := db.Changes()
	addDevice(t, db, "panel")
	if got := <-changes; got != (Change{Kind: "devices", DeviceID: "panel"}) {
		t.Errorf("%+v", got)
	}
	if db.Changes() != before+1 {
		t.Errorf("%d changes", db.Changes()-before)
	}
	for range 3 * watchBuffer {
		db.NoteStatus("panel", func(*Status) {})
	}
	heard, missed := 0, 0
	for len(changes) > 0 {
		if (<-changes).Kind == "overflow" {
			missed++
		} else {
			heard++
		}
	}
	if heard != watchBuffer || missed != 1 {
		t.Errorf("%d heard, %d marks that some are missing", heard, missed)
	}
	stop()
	db.NoteStatus("panel", func(*Status) {})
	if len(changes) != 0 {
		t.Error("a watcher hears after it has stopped")
	}
}

func TestStatusAndScreensReachTheDiskWithAFlush(t *testing.T) {
	db := open(t)
	addDevice(t, db, "panel")
	db.NoteStatus("panel", func(status *Status) { status.Uptime = 77 })
	db.NoteStatus("deleted", func(status *Status) { status.Uptime = 1 })
	drawn := Drawn{Key: "k", ETag: "e", Width: 16, Height: 1, Pix: []byte{1, 2}, At: noon}
	db.NoteDrawn("panel", drawn)
	if after := crash(t, db); after.Status("panel").Uptime != 0 {
		t.Error("it is there before the flush")
	}
	must(t, errors.Join(db.Flush(), db.FlushScreens()))
	after := crash(t, db)
	if after.Status("panel").Uptime != 77 || after.Status("deleted").Uptime != 0 {
		t.Errorf("%+v", after.Status("panel"))
	}
	got, err := after.Drawn("panel")
	if diff := cmp.Diff(drawn, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if _, err := after.Drawn("nobody"); !errors.Is(err, ErrNotFound) {
		t.Errorf("got %v", err)
	}
	status := db.Status("panel")
	status.Latest = map[string]Reading{"x": {}}
	if len(db.Status("panel").Latest) != 0 {
		t.Error("who reads a status can change it")
	}
}
