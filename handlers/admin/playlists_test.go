package admin_test

import (
	"net/http"
	"net/url"
	"testing"

	"personalcms/content/schedule"
	"personalcms/handlers/rig"
	"personalcms/store"

	"github.com/google/go-cmp/cmp"
)

// twoEntries is a playlist with something to edit.
func twoEntries() schedule.Playlist {
	return schedule.Playlist{
		ID: "day", Name: "Day",
		Entries: []schedule.Entry{
			{Kind: schedule.KindLayout, Ref: "default", Seconds: 600},
			{Kind: schedule.KindLayout, Ref: "default-photo", Windows: []schedule.Window{{Days: []string{"mon", "tue"}, From: "07:00", To: "09:00"}}},
		},
		Sleep: []schedule.Sleep{{Window: schedule.Window{From: "23:00", To: "06:00"}, Screen: "keep"}},
	}
}

// dayForm is the form of twoEntries as a browser sends it, with some fields changed; nil takes one away.
func dayForm(changes map[string][]string) string {
	form := url.Values{
		"name": {"Day"}, "entries.0.ref": {"layout:default"}, "entries.0.seconds": {"10"}, "entries.0.priority": {""},
		"entries.1.ref": {"layout:default-photo"}, "entries.1.seconds": {""}, "entries.1.windows.0": {"here"},
		"entries.1.windows.0.days": {"mon", "tue"}, "entries.1.windows.0.from": {"07:00"}, "entries.1.windows.0.to": {"09:00"},
		"sleep.0": {"here"}, "sleep.0.from": {"23:00"}, "sleep.0.to": {"06:00"}, "sleep.0.screen": {"keep"}, "do": {"save"},
	}
	for name, value := range changes {
		if form[name] = value; value == nil {
			delete(form, name)
		}
	}
	return form.Encode()
}

func TestAPlaylistIsSavedAsItsFormSays(t *testing.T) {
	for _, test := range []struct {
		name    string
		changes map[string][]string
		want    func(*schedule.Playlist)
	}{
		{"as it was", nil, func(*schedule.Playlist) {}},
		{"a name and the default one", map[string][]string{"name": {" Week "}, "default": {"true"}}, func(p *schedule.Playlist) { p.Name, p.Default = "Week", true }},
		{"half minutes", map[string][]string{"entries.0.seconds": {"1,5"}}, func(p *schedule.Playlist) { p.Entries[0].Seconds = 90 }},
		{"a priority and dates", map[string][]string{"entries.0.priority": {"2"}, "entries.0.from": {"2026-12-01"}, "entries.0.until": {"2026-12-26"}}, func(p *schedule.Playlist) {
			p.Entries[0].Priority, p.Entries[0].From, p.Entries[0].Until = 2, "2026-12-01", "2026-12-26"
		}},
		{"without sleep", map[string][]string{"sleep.0": nil}, func(p *schedule.Playlist) { p.Sleep = nil }},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := rig.New(t)
			must(t, r.DB.SavePlaylist(twoEntries()))
			must(t, r.DB.CreateDevice(store.Device{ID: "panel", Approved: true, Playlist: "day"}))
			answer := newBrowser(r, false).post("/playlists/day", dayForm(test.changes))
			wants(t, answer, http.StatusSeeOther)
			want := twoEntries()
			test.want(&want)
			got, err := r.DB.Playlist("day")
			must(t, err)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			device, err := r.DB.Device("panel")
			must(t, err)
			if len(device.Commands) != 1 || device.Commands[0].Name != "refresh" {
				t.Errorf("commands %+v", device.Commands)
			}
		})
	}
}

// TestAWrongPlaylistIsRefused shows what was typed again with a sentence, and saves nothing.
func TestAWrongPlaylistIsRefused(t *testing.T) {
	for _, test := range []struct {
		name    string
		changes map[string][]string
		says    string
	}{
		{"no name", map[string][]string{"name": {" "}}, "name has 1 to 64 characters"},
		{"minutes in words", map[string][]string{"entries.0.seconds": {"long"}}, `value="long"`},
		{"too many minutes", map[string][]string{"entries.0.seconds": {"9999"}}, "1 to 1440 minutes"},
		{"a time that is none", map[string][]string{"entries.1.windows.0.from": {"25:00"}}, "no time of day"},
		{"the last day first", map[string][]string{"entries.0.from": {"2026-12-24"}, "entries.0.until": {"2026-12-01"}}, "before the first"},
		{"a layout that is gone", map[string][]string{"entries.0.ref": {"layout:nothing"}}, "no such layout"},
		{"a kind that is none", map[string][]string{"entries.0.ref": {"film:x"}}, "not “film”"},
		{"a priority in words", map[string][]string{"entries.0.priority": {"high"}}, "whole number"},
		{"sleep on no weekday", map[string][]string{"sleep.0.days": {"someday"}}, "is no weekday"},
	} {
		for how, htmx := range map[string]bool{"page": false, "htmx": true} {
			t.Run(test.name+" "+how, func(t *testing.T) {
				r := rig.New(t)
				must(t, r.DB.SavePlaylist(twoEntries()))
				b := newBrowser(r, htmx)
				unchanged(t, r, func() {
					wants(t, b.post("/playlists/day", dayForm(test.changes)), http.StatusUnprocessableEntity, test.says, "Not saved yet")
				})
			})
		}
	}
}

// TestRowsMoveWithoutBeingSaved presses each button of the form.
func TestRowsMoveWithoutBeingSaved(t *testing.T) {
	const first, second = `name="entries.0.ref"`, `name="entries.1.ref"`
	for _, test := range []struct {
		do     string
		status int
		texts  []string
	}{
		{"add", 200, []string{`name="entries.2.ref"`, "Not saved yet"}},
		{"remove:0", 200, []string{first, "!" + second, "Mon, Tue 07:00–09:00"}},
		{"up:1", 200, []string{`name="entries.0.windows.0.from"`, `value="10"`}},
		{"down:0", 200, []string{`name="entries.0.windows.0.from"`}},
		{"move:1:0", 200, []string{`name="entries.0.windows.0.from"`}},
		{"up:0", 200, []string{`name="entries.1.windows.0.from"`}},
		{"remove:99", 200, []string{first, second}},
		{"add-window:0", 200, []string{`name="entries.0.windows.0.from"`}},
		{"remove-window:1:0", 200, []string{`!name="entries.1.windows.0.from"`}},
		{"add-window:99", 422, nil},
		{"add-sleep", 200, []string{`name="sleep.1.from"`}},
		{"remove-sleep:0", 200, []string{`!name="sleep.0.from"`}},
		{"dance", 422, nil},
		{"up:-1", 422, nil},
		{"up:1:2:3", 422, nil},
	} {
		t.Run(test.do, func(t *testing.T) {
			r := rig.New(t)
			must(t, r.DB.SavePlaylist(twoEntries()))
			b := newBrowser(r, false)
			unchanged(t, r, func() {
				wants(t, b.post("/playlists/day", dayForm(map[string][]string{"do": {test.do}})), test.status, test.texts...)
			})
		})
	}
}

func TestAPlaylistIsGivenOutAndDeleted(t *testing.T) {
	r := rig.New(t)
	must(t, r.DB.SavePlaylist(twoEntries()))
	for _, device := range []store.Device{
		{ID: "a", Nickname: "Hall", Approved: true, Groups: []string{"down"}},
		{ID: "b", Nickname: "Bath", Approved: true, Groups: []string{"down"}},
		{ID: "c", Nickname: "Attic", Approved: true},
		{ID: "d", Groups: []string{"down"}},
	} {
		must(t, r.DB.CreateDevice(device))
	}
	b := newBrowser(r, false)
	has := func(want ...string) {
		t.Helper()
		var got []string
		for _, device := range r.DB.Devices() {
			if device.Playlist == "day" {
				got = append(got, device.ID)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("devices with the playlist (-want +got):\n%s", diff)
		}
	}
	wants(t, b.post("/playlists/day/devices", "group=down"), http.StatusSeeOther)
	has("a", "b")
	wants(t, b.post("/playlists/day/devices", "devices=b&devices=c"), http.StatusSeeOther)
	has("b", "c")
	wants(t, b.post("/playlists/day/delete", ""), http.StatusConflict, "still shown on Bath and Attic. Give them another")
	wantProblem(t, r.Script(http.MethodDelete, "/api/v1/playlists/day", nil), http.StatusConflict, "in_use", "")
	wants(t, b.post("/playlists/day/devices", ""), http.StatusSeeOther)
	has()
	wants(t, b.post("/playlists/day/delete", ""), http.StatusSeeOther)
	wantProblem(t, r.Script(http.MethodGet, "/api/v1/playlists/day", nil), http.StatusNotFound, "unknown_playlist", "")
}

func TestPlaylistsByScript(t *testing.T) {
	r := rig.New(t)
	const body = `{"name":"Schöner Abend!","entries":[{"kind":"layout","ref":"default","seconds":600}],"sleep":[{"from":"23:00","to":"06:00","screen":"night"}]}`
	for _, want := range []string{"sch-ner-abend", "sch-ner-abend-2"} {
		answer := r.Script(http.MethodPost, "/api/v1/playlists", body)
		wants(t, answer, http.StatusCreated, `"id":"`+want+`"`, `"devices":[]`)
		wants(t, r.Script(http.MethodGet, answer.Header.Get("Location"), nil), http.StatusOK, `"id":"`+want+`"`)
	}
	wants(t, r.Script(http.MethodPut, "/api/v1/playlists/sch-ner-abend", `{"id":"other","name":"Evening"}`), http.StatusOK, `"id":"sch-ner-abend"`, `"entries":[]`)
	wants(t, r.Script(http.MethodGet, "/api/v1/playlists", nil), http.StatusOK, `"name":"Evening"`, `"name":"Schöner Abend!"`)
	wants(t, r.Script(http.MethodDelete, "/api/v1/playlists/sch-ner-abend", nil), http.StatusNoContent)
	for _, test := range []struct{ name, body, key string }{
		{"no name", `{"entries":[]}`, "name"},
		{"an entry without a thing", `{"name":"x","entries":[{"kind":"layout"}]}`, "entries.0.ref"},
		{"a layout that is not there", `{"name":"x","entries":[{"kind":"layout","ref":"nothing"}]}`, "entries.0.ref"},
		{"a second too short", `{"name":"x","entries":[{"kind":"layout","ref":"default","seconds":5}]}`, "entries.0.seconds"},
		{"a screen that is none", `{"name":"x","sleep":[{"from":"23:00","to":"06:00","screen":"off"}]}`, "sleep.0.screen"},
	} {
		t.Run(test.name, func(t *testing.T) {
			wantProblem(t, r.Script(http.MethodPost, "/api/v1/playlists", test.body), http.StatusUnprocessableEntity, "bad_playlist", test.key)
			wantProblem(t, r.Script(http.MethodPut, "/api/v1/playlists/sch-ner-abend-2", test.body), http.StatusUnprocessableEntity, "bad_playlist", test.key)
		})
	}
}
