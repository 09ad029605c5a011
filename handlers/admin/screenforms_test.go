package admin_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"personalcms/content"
	"personalcms/content/schedule"
	"personalcms/handlers/rig"
	"personalcms/store"

	"github.com/google/go-cmp/cmp"
)

// stage is a server with a playlist of two days' entries, a panel that shows it and one that mirrors the panel.
func stage(t *testing.T, role string) *rig.Rig {
	t.Helper()
	r := rig.NewAs(t, role)
	must(t, r.DB.SavePlaylist(schedule.Playlist{ID: "day", Name: "Day", Default: true, Entries: []schedule.Entry{
		{Kind: schedule.KindLayout, Ref: "default", Seconds: 86400}, {Kind: schedule.KindLayout, Ref: "default-photo", Seconds: 86400},
	}}))
	must(t, r.DB.CreateDevice(store.Device{ID: "panel", Nickname: "Hall", Approved: true, Groups: []string{"down"}}))
	must(t, r.DB.CreateDevice(store.Device{ID: "twin", Nickname: "Twin", Approved: true, Mirror: "panel"}))
	return r
}

func panelOf(t *testing.T, r *rig.Rig, id string) store.Device {
	t.Helper()
	device, err := r.DB.Device(id)
	must(t, err)
	return device
}

var halfPast = rig.Start.Add(30 * time.Minute)

// orders are the ways to say what a panel shows, as a form and as a call, and what the device keeps of them.
var orders = []struct {
	name, form, body     string
	method, path, script string
	check                func(store.Device) any
	want                 any
}{
	{
		"show", "show", "thing=layout:default-photo&minutes=30", "POST", "show", `{"kind":"layout","ref":"default-photo","seconds":1800}`,
		func(d store.Device) any { return d.Override },
		schedule.Override{Entry: schedule.Entry{Kind: "layout", Ref: "default-photo"}, Until: halfPast},
	},
	{"end what is shown", "show/end", "", "DELETE", "show", "", func(d store.Device) any { return d.Override }, schedule.Override{}},
	{
		"message", "messages", "text=+Dinner+&quiet=true&expires=2026-11-23T12:30", "POST", "messages", `{"text":"Dinner","priority":-1,"expires":"2026-11-23T12:30:00Z"}`,
		func(d store.Device) any {
			m := d.Messages[len(d.Messages)-1]
			m.ID = ""
			return m
		},
		schedule.Message{Text: "Dinner", Priority: -1, From: rig.Start, Expires: halfPast},
	},
	{"remove a message", "messages/remove", "message=old", "DELETE", "messages/old", "", func(d store.Device) any { return len(d.Messages) }, 0},
	{
		"away", "away", "until=2026-11-23T12:30&screen=keep", "PUT", "away", `{"until":"2026-11-23T12:30:00Z","screen":"keep"}`,
		func(d store.Device) any { return d.Away },
		schedule.Away{Since: rig.Start, Until: halfPast, Screen: "keep"},
	},
	{"back again", "away/end", "", "DELETE", "away", "", func(d store.Device) any { return d.Away }, schedule.Away{}},
	{"turn on", "step", "do=next", "POST", "step", `{"by":1}`, func(d store.Device) any { return d.Anchor.At }, rig.Start},
	{"turn back", "step", "do=previous", "POST", "step", `{"by":-1}`, func(d store.Device) any { return d.Anchor.At }, rig.Start},
	{"jump", "step", "do=entry:2", "POST", "step", `{"entry":2}`, func(d store.Device) any { return d.Anchor.Index }, 1},
}

// TestAPanelIsTold by a form and by a script alike; it and its mirror are to fetch their screens.
func TestAPanelIsTold(t *testing.T) {
	for _, test := range orders {
		for _, way := range []string{"page", "htmx", "script"} {
			t.Run(test.name+" "+way, func(t *testing.T) {
				r := stage(t, "owner")
				_, err := r.DB.UpdateDevice("panel", func(device *store.Device) error {
					device.Messages = []schedule.Message{{ID: "old", Text: "Old", From: rig.Start, Expires: rig.Start.Add(time.Hour)}}
					return nil
				})
				must(t, err)
				var answer rig.Answer
				if way == "script" {
					answer = r.Script(test.method, "/api/v1/devices/panel/"+test.path, test.script)
				} else {
					answer = newBrowser(r, way == "htmx").post("/devices/panel/"+test.form, test.body)
				}
				if answer.Status >= 400 {
					t.Fatalf("%d %s", answer.Status, answer.Body)
				}
				device, twin := panelOf(t, r, "panel"), panelOf(t, r, "twin")
				if diff := cmp.Diff(test.want, test.check(device)); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
				if len(device.Commands) != 1 || len(twin.Commands) != 1 || device.Commands[0].Name != "refresh" {
					t.Errorf("commands %+v, of the mirror %+v", device.Commands, twin.Commands)
				}
			})
		}
	}
}

// TestWhatAPanelIsToldIsRefused and nothing changes.
func TestWhatAPanelIsToldIsRefused(t *testing.T) {
	long := strings.Repeat("x", 501)
	for _, test := range []struct{ form, body, method, path, script, key string }{
		{"show", "thing=layout:nothing&minutes=30", "POST", "show", `{"kind":"layout","ref":"nothing"}`, "ref"},
		{"show", "thing=&minutes=30", "POST", "show", `{"ref":"default"}`, "kind"},
		{"show", "thing=layout:default&minutes=0", "POST", "show", `{"kind":"layout","ref":"default","seconds":5}`, "seconds"},
		{"show", "thing=layout:default&minutes=99999", "POST", "show", `{"kind":"layout","ref":"default","seconds":9999999}`, "seconds"},
		{"messages", "text=+", "POST", "messages", `{"text":""}`, "text"},
		{"messages", "text=" + long, "POST", "messages", `{"text":"` + long + `"}`, "text"},
		{"messages", "text=x&expires=2020-01-01T10:00", "POST", "messages", `{"text":"x","expires":"2020-01-01T10:00:00Z"}`, "expires"},
		{"messages", "text=x&expires=soon", "POST", "messages", `{"text":"x","priority":101}`, "priority"},
		{"away", "until=2020-01-01T10:00", "PUT", "away", `{"until":"2020-01-01T10:00:00Z"}`, "until"},
		{"messages", "text=x&expires=9999-12-31T23:59", "POST", "messages", `{"text":"x","expires":"9999-12-31T23:59:59-12:00"}`, "expires"},
		{"away", "until=9999-12-31T23:59", "PUT", "away", `{"until":"9999-12-31T23:59:59-12:00"}`, "until"},
		{"away", "screen=blue", "PUT", "away", `{"screen":"blue"}`, "screen"},
		{"step", "do=sideways", "POST", "step", `{"by":2}`, "by"},
		{"step", "do=entry:0", "POST", "step", `{"entry":0}`, "entry"},
		{"playlist", "playlist=nothing", "PATCH", "", `{"playlist":"nothing"}`, "playlist"},
		{"playlist", "mirror=twin", "PATCH", "", `{"mirror":"twin"}`, "mirror"},
		{"buttons", "card=xyz&action=next", "PATCH", "", `{"mirror":"panel"}`, "mirror"},
	} {
		t.Run(test.form+" "+test.body[:min(len(test.body), 40)], func(t *testing.T) {
			r := stage(t, "owner")
			b := newBrowser(r, false)
			r.Key()
			unchanged(t, r, func() {
				wants(t, b.post("/devices/panel/"+test.form, test.body), http.StatusUnprocessableEntity)
				wantProblem(t, r.Script(test.method, strings.TrimSuffix("/api/v1/devices/panel/"+test.path, "/"), test.script), http.StatusBadRequest, "bad_value", test.key)
			})
		})
	}
}

func TestButtonsAndCardsAreSet(t *testing.T) {
	r := stage(t, "owner")
	b := newBrowser(r, false)
	must(t, r.DB.AddLog(store.Entry{Time: rig.Start, Kind: store.LogEvent, DeviceID: "panel", Level: "info", Message: "NFC card 04:a2:19:bb"}))
	wants(t, b.get("/devices/panel"), http.StatusOK, "Seen lately: 04A219BB", "go to 2: Default with a photo")
	wants(t, b.post("/devices/panel/buttons", "short=next&long=entry:2&double=nonsense&card=04A2&action=&card=04:a2:19:bb&action=previous"), http.StatusSeeOther)
	want := store.Buttons{Short: "next", Long: "entry:2", Cards: map[string]string{"04A219BB": "previous"}}
	if diff := cmp.Diff(want, panelOf(t, r, "panel").Buttons); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	wants(t, b.get("/devices/panel"), http.StatusOK, "Card 04A219BB", "!Seen lately")
}

// TestADevicesPageSaysWhatItShows now, why, when it wakes, and what is wrong.
func TestADevicesPageSaysWhatItShows(t *testing.T) {
	r := stage(t, "owner")
	b := newBrowser(r, true)
	r.DB.NoteStatus("panel", func(status *store.Status) { status.NextRefresh = halfPast })
	wants(t, b.get("/partials/devices/panel/plan"), http.StatusOK, "Shows “Default", "until tomorrow 00:00", "told to ask again at 12:30", "<svg")
	wants(t, b.get("/partials/devices/twin/plan"), http.StatusOK, "Mirrors Hall. Shows “Default")
	r.Pass(time.Hour)
	wants(t, b.get("/partials/devices/panel/plan"), http.StatusOK, "12:30 and has not done so yet")
	must(t, r.DB.SavePlaylist(schedule.Playlist{ID: "day", Name: "Day", Default: true, Entries: []schedule.Entry{{Kind: schedule.KindAlbum, Ref: "gone"}}}))
	wants(t, b.get("/partials/devices/panel/plan"), http.StatusOK, "plan-warning")
	now := r.Script(http.MethodGet, "/api/v1/devices/panel/now", nil)
	wants(t, now, http.StatusOK, `"stalled":true`, `"next_refresh":"2026-11-23T12:30:00Z"`, `"drawn_at":null`)
	wantProblem(t, r.Script(http.MethodGet, "/api/v1/devices/nobody/now", nil), http.StatusNotFound, "unknown_device", "")
}

func TestAGroupIsTold(t *testing.T) {
	r := stage(t, "owner")
	wants(t, r.Script(http.MethodPost, "/api/v1/groups/down/show", `{"kind":"layout","ref":"default-photo"}`), http.StatusOK, `{"devices":["panel"]}`)
	wants(t, r.Script(http.MethodPost, "/api/v1/groups/down/messages", `{"text":"Hello"}`), http.StatusOK, `{"devices":["panel"]}`)
	if device := panelOf(t, r, "panel"); device.Override.Entry.Ref != "default-photo" || len(device.Messages) != 1 {
		t.Errorf("%+v", device)
	}
	wantProblem(t, r.Script(http.MethodPost, "/api/v1/groups/up/show", `{"kind":"layout","ref":"default"}`), http.StatusNotFound, "unknown_group", "")
}

// TestADeletedDeviceIsMirroredNoMore.
func TestADeletedDeviceIsMirroredNoMore(t *testing.T) {
	r := stage(t, "owner")
	wants(t, r.Script(http.MethodDelete, "/api/devices/panel", nil), http.StatusOK)
	if twin := panelOf(t, r, "twin"); twin.Mirror != "" || len(twin.Commands) != 1 {
		t.Errorf("%+v", twin)
	}
}

func TestMessagesMakeRoomWhenTheyExpire(t *testing.T) {
	r := stage(t, "owner")
	for range 20 {
		wants(t, r.Script(http.MethodPost, "/api/v1/devices/panel/messages", `{"text":"x","expires":"2026-11-23T12:30:00Z"}`), http.StatusCreated)
	}
	wantProblem(t, r.Script(http.MethodPost, "/api/v1/devices/panel/messages", `{"text":"x"}`), http.StatusConflict, "too_many_messages", "")
	wants(t, newBrowser(r, false).post("/devices/panel/messages", "text=stays"), http.StatusUnprocessableEntity, "has 20 messages already", ">stays</textarea>")
	r.Pass(time.Hour)
	wants(t, r.Script(http.MethodPost, "/api/v1/devices/panel/messages", `{"text":"x"}`), http.StatusCreated)
	if n := len(panelOf(t, r, "panel").Messages); n != 1 {
		t.Errorf("%d messages", n)
	}
}

// TestThePhonesPage is for everybody who can sign in, a viewer too, who may change nothing else.
func TestThePhonesPage(t *testing.T) {
	for _, role := range []string{"owner", "viewer"} {
		for way, htmx := range map[string]bool{"page": false, "htmx": true} {
			t.Run(role+" "+way, func(t *testing.T) {
				r := stage(t, role)
				b, fine := newBrowser(r, htmx), http.StatusSeeOther
				if htmx {
					fine = http.StatusOK
				}
				wants(t, b.get("/mobile/panel"), http.StatusOK, "Hall", "Dad jokes", "as its playlist says", "Shows “Default")
				wants(t, b.post("/mobile/panel/preferences", "layout=default-photo&refresh_seconds=900&jokes=dad_jokes&jokes=nonsense"), fine)
				want := store.Preferences{Jokes: []string{"dad_jokes"}, Layout: "default-photo", RefreshSeconds: 900}
				if diff := cmp.Diff(want, panelOf(t, r, "panel").Preferences); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
				wants(t, b.post("/mobile/panel/messages", "text=Hello&stays=hour"), fine)
				wants(t, b.post("/mobile/panel/messages", "text="), http.StatusUnprocessableEntity, "1 to 500 characters")
				if got := panelOf(t, r, "panel").Messages; len(got) != 1 || !got[0].Expires.Equal(rig.Start.Add(time.Hour)) {
					t.Errorf("%+v", got)
				}
				wants(t, b.post("/mobile/panel/preferences", "layout=nothing"), http.StatusUnprocessableEntity)
				wants(t, b.post("/mobile/panel/preferences", "refresh_seconds=1"), http.StatusUnprocessableEntity)
				if role == "viewer" {
					wants(t, b.post("/devices/panel/messages", "text=Hello"), http.StatusForbidden)
				}
			})
		}
	}
}

func TestTheHousehold(t *testing.T) {
	r := stage(t, "owner")
	b := newBrowser(r, false)
	wants(t, b.post("/settings/units", "language=de&clock=12&temperature=F&wind=mph"), http.StatusOK)
	wants(t, b.post("/settings/units", "language=tlh"), http.StatusUnprocessableEntity, "Choose from the lists")
	wants(t, b.post("/settings/place", "name=Bern&latitude=46,95&longitude=7.44&timezone=Europe/Zurich"), http.StatusOK, `value="46.95"`)
	wants(t, b.post("/settings/place", "name=Moon&latitude=91&longitude=x"), http.StatusUnprocessableEntity, "A latitude is", "A longitude is", `value="Moon"`)
	wants(t, b.post("/settings/place", "name=Ulm&do=find"), http.StatusUnprocessableEntity, "cannot be reached")
	r.Places = map[string][]content.Place{"Ulm": {{Name: "Ulm, Germany", Latitude: 48.4, Longitude: 10, TimeZone: "Europe/Berlin"}}}
	wants(t, b.post("/settings/place", "name=Ulm&do=find"), http.StatusOK, "Ulm, Germany", `value="48.4"`)
	wants(t, b.post("/settings/place", "name=Nowhere&do=find"), http.StatusOK, "No place called “Nowhere”")
	wants(t, b.post("/settings/away", "until=2020-01-01T10:00"), http.StatusUnprocessableEntity, "over already")
	wants(t, b.post("/settings/away", "until=2026-11-23T12:30&screen=keep"), http.StatusOK, "Everybody is away since 12:00, until 12:30.")
	settings := r.DB.Settings()
	got := []any{settings.Units.Language, settings.Units.Clock, settings.Place.Name, settings.Place.TimeZone, settings.Away.Until, settings.Away.Screen}
	if diff := cmp.Diff([]any{"de", "12", "Bern", "Europe/Zurich", halfPast, "keep"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	wants(t, b.get("/devices/panel"), http.StatusOK, "The whole household is away since 12:00")
	wants(t, r.Script(http.MethodDelete, "/api/v1/away", nil), http.StatusNoContent)
	wants(t, r.Script(http.MethodPut, "/api/v1/away", nil), http.StatusOK, `"since":"2026-11-23T12:00:00Z"`)
	wants(t, b.post("/settings/away/end", ""), http.StatusOK, "Away from now on")
	if n := len(panelOf(t, r, "panel").Commands); n != 1 {
		t.Errorf("%d commands wait", n)
	}
}
