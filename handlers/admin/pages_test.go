package admin_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"personalcms/content"
	"personalcms/content/schedule"
	"personalcms/handlers/rig"
	"personalcms/ota"
	"personalcms/render"
	"personalcms/store"
)

// nasty is a text that breaks out of attributes and elements where it is not escaped.
const nasty = `"><script>alert(1)</script>'&`

// TestPagesEscape fills every text there is with nasty and walks all pages and partials.
func TestPagesEscape(t *testing.T) {
	r := rig.New(t)
	fillNasty(t, r)
	pictures, err := r.DB.Pictures()
	must(t, err)
	firmware, err := r.DB.AllFirmware()
	must(t, err)
	must(t, r.DB.SaveAlbum(store.Album{ID: "holidays", Name: nasty, Pictures: []string{pictures[0].ID}}))
	for name, htmx := range map[string]bool{"page": false, "htmx": true} {
		b := newBrowser(r, htmx)
		for _, route := range r.Echo.Routes() {
			if route.Method != http.MethodGet || notPage(route.Path) {
				continue
			}
			for _, id := range []string{"approved", "pending", "legacy:a.b-c_d"} {
				path := strings.NewReplacer(":device_id", id, ":layout_id", "mine", ":playlist", "nasty", ":album_id", "holidays", ":id", pictures[0].ID,
					":rollout_id", "nasty", ":source_id", "nasty", ":subcategory", "own", ":category", "nasty", ":item", "none",
					":firmware_key", url.PathEscape(firmware[0].Key)).Replace(route.Path)
				t.Run(path+" "+name, func(t *testing.T) {
					answer := b.get(path)
					wants(t, answer, http.StatusOK, "!<script>alert", "!"+nasty, "!%22%3e%3cscript>")
					checkHTML(t, answer)
				})
				if !strings.Contains(route.Path, ":device_id") {
					break
				}
			}
		}
	}
	b := newBrowser(r, false)
	for _, path := range []string{
		"/", "/devices/approved", "/upload", "/ota-management", "/settings", "/refused", "/playlists", "/playlists/nasty", "/mobile/approved", "/layouts", "/layouts/mine", "/content-admin", "/content-admin/sources/nasty", "/content-admin/items/nasty/own",
		"/ota-management/firmware/" + url.PathEscape(firmware[0].Key), "/ota-management/rollouts", "/ota-management/rollouts/new", "/ota-management/rollouts/nasty", "/ota-management/rollouts/nasty/rollback",
	} {
		wants(t, b.get(path), http.StatusOK, "alert(1)") // it is shown, after all
	}
}

func notPage(path string) bool {
	return strings.HasPrefix(path, "/api/") || strings.Contains(path, ".png") || strings.HasSuffix(path, ".pem") || strings.HasPrefix(path, "/uploads/") ||
		slices.Contains([]string{"/static/:file", "/healthz", "/readyz", "/events", "/dashboards/:file", "/setup", "/login"}, path)
}

// fillNastyContent makes a source that fails and items.
func fillNastyContent(t *testing.T, r *rig.Rig) {
	t.Helper()
	_, err := r.DB.SaveSource("nasty", nil, func(source *store.Source, _ bool) error {
		source.Source = content.Source{
			Name: nasty, Kind: content.KindJSON, Category: nasty, URL: nasty, Headers: []content.Header{{Name: nasty, Value: nasty}},
			Paths: content.Paths{Items: nasty, Title: nasty}, Credit: nasty, Secret: "hush-hush",
		}
		return nil
	})
	must(t, err)
	_, err = r.DB.NoteFetched("nasty", nil, func(store.Fetched) store.Fetched {
		return store.Fetched{
			Feed:  content.Feed{At: rig.Start, Items: []content.Item{{Title: nasty, Text: nasty, Author: nasty}}},
			State: content.State{LastTry: rig.Start, LastGood: rig.Start, Failures: 1, LastError: nasty},
		}
	})
	must(t, err)
	must(t, r.DB.UpdateShelf("nasty", "own", func(shelf *store.Shelf) error {
		shelf.CategoryTitle, shelf.SubcategoryTitle = nasty, nasty
		shelf.Items = []content.Item{{Title: nasty, Text: nasty, Author: nasty, Question: nasty, Answer: nasty, Summary: nasty}}
		return nil
	}))
}

// fillNastyRollout makes a rollout that has halted, with a device in every state.
func fillNastyRollout(t *testing.T, r *rig.Rig, key string) {
	t.Helper()
	rollout := ota.Rollout{
		ID: "nasty", Name: nasty, FirmwareKey: key, Status: ota.RolloutRunning, By: nasty, Created: rig.Start, Updated: rig.Start,
		Filter: ota.Filter{DeviceTypes: []string{nasty}, Versions: []string{nasty}, Groups: []string{nasty}, Chips: []string{nasty}},
		Stages: []ota.Stage{{Group: nasty, Success: 90, Failure: 10, Begun: rig.Start}, {Percent: 100, Success: 90, Failure: 10}},
	}
	must(t, r.DB.CreateRollout(rollout))
	_, err := r.DB.MoveRollout("nasty", func(rollout ota.Rollout) (ota.Rollout, []ota.Member, error) {
		states := []ota.MemberState{ota.MemberFailed, ota.MemberWaiting, ota.MemberConfirmed}
		var members []ota.Member
		for i, id := range []string{"approved", "legacy:a.b-c_d", "pending"} {
			member := ota.Member{DeviceID: id, State: states[i], Reason: nasty, Attempt: "1", Installed: i == 2, Former: key, Updated: rig.Start}
			rollout = rollout.Recount(ota.Member{}, member)
			members = append(members, member)
		}
		rollout.Status, rollout.Why = ota.RolloutHalted, nasty
		return rollout, members, nil
	})
	must(t, err)
}

func fillNasty(t *testing.T, r *rig.Rig) {
	t.Helper()
	fillNastyContent(t, r)
	_, err := r.DB.AddFirmware(store.Firmware{
		Version: "1.0", DeviceType: nasty, Filename: nasty, Description: nasty, Uploaded: rig.Start,
		Image: ota.Image{
			Chip: nasty, Size: 8, SHA256: nasty, MD5: nasty, Trailer: nasty, Marker: &ota.Marker{Type: nasty, Version: nasty, Board: nasty},
			App: &ota.AppDescriptor{Project: nasty, Version: nasty, Date: nasty, IDF: nasty}, Segments: []ota.Segment{{Kind: nasty}},
		},
	}, []byte("an image"), true)
	must(t, err)
	_, err = r.DB.AddFlashPart(store.FlashPart{Kind: nasty, Filename: nasty, Slots: []ota.Slot{{Label: nasty}}}, []byte("a part"))
	must(t, err)
	picture := addPicture(t, r, nasty, 64, 48)
	firmware, err := r.DB.AllFirmware()
	must(t, err)
	for _, id := range []string{"approved", "pending", "legacy:a.b-c_d"} {
		device := store.Device{
			ID: id, Nickname: nasty, Name: nasty, Occupation: nasty, DeviceType: nasty, MAC: nasty, Chip: nasty, FirmwareVersion: nasty,
			Capabilities: []string{nasty}, WiFiSSID: nasty, Groups: []string{nasty}, Pictures: []string{picture.ID}, Playlist: nasty,
			Approved: id != "pending", Code: nasty, ReenrolAsked: rig.Start, UpdateMessage: nasty, UpdateReason: ota.ReasonGivenUp,
			AssignedKey: firmware[0].Key, ForcedKey: firmware[0].Key, RunningKey: firmware[0].Key,
			Commands: []store.Command{{ID: "1", Name: nasty}}, Mirror: nasty, Away: schedule.Away{Since: rig.Start, Screen: nasty},
			Override: schedule.Override{Entry: schedule.Entry{Kind: schedule.KindPicture, Ref: picture.ID}, Until: rig.Start.Add(time.Hour)},
			Messages: []schedule.Message{{ID: nasty, Text: nasty, From: rig.Start}},
			Buttons:  store.Buttons{Short: nasty, Long: "entry:1", Cards: map[string]string{nasty: nasty}},
		}
		if !strings.HasPrefix(id, "legacy") {
			device.TokenHash = "x"
		}
		must(t, r.DB.CreateDevice(device))
		r.DB.NoteStatus(id, func(status *store.Status) {
			status.LastSeen, status.Address, status.Mode, status.ResetReason = rig.Start.AddDate(0, 0, -3), nasty, nasty, nasty
			status.Duplicate = &store.Duplicate{Addresses: [2]string{nasty, nasty}, Last: rig.Start}
		})
		must(t, r.DB.AddReadings(id, rig.Start, []store.Reading{{Sensor: nasty, Value: 1, Time: rig.Start}}, nil))
		must(t, r.DB.AddLog(store.Entry{DeviceID: id, Time: rig.Start, Level: "error", Actor: nasty, Message: nasty}))
		r.DB.NoteDrawn(id, store.Drawn{ETag: "x", Name: nasty, Width: 8, Height: 1, Pix: []byte{1}, At: rig.Start})
		r.DB.NoteRefused(store.Refusal{Reason: nasty, DeviceID: id, Address: nasty, Detail: nasty, Last: rig.Start})
		_, err := r.DB.StepUpdate(id, func(facts store.UpdateFacts) (store.Changed, error) {
			return store.Changed{Device: facts.Device, Attempts: []ota.Attempt{{
				ID: "1", FirmwareKey: firmware[0].Key, Version: nasty, UpdateType: nasty, State: ota.StateFailed, Error: nasty, Updated: rig.Start,
			}, {ID: "2", FirmwareKey: firmware[0].Key, Version: nasty, State: ota.StateDownloading, Size: 8, Updated: rig.Start}}}, nil
		})
		must(t, err)
	}
	fillNastyRollout(t, r, firmware[0].Key)
	layout := render.Layout{ID: "mine", Name: nasty, Widgets: []render.Widget{
		{ID: "w1", Kind: nasty}, {ID: "w2", Kind: "joke", Sources: []string{nasty}, Options: render.Options{"title": nasty, "from": nasty, "every": nasty}},
	}}
	_, err = r.DB.SaveLayout(layout, 0, rig.Start)
	must(t, err)
	must(t, r.DB.SaveAlbum(store.Album{ID: "album", Name: nasty, Pictures: []string{picture.ID}}))
	must(t, r.DB.SavePlaylist(schedule.Playlist{
		ID: "nasty", Name: nasty, Default: true, Sleep: []schedule.Sleep{{Window: schedule.Window{From: nasty, To: nasty, Days: []string{nasty}}, Screen: nasty}},
		Entries: []schedule.Entry{
			{Kind: schedule.KindAlbum, Ref: "album", Windows: []schedule.Window{{From: nasty, To: nasty, Days: []string{nasty}}}, From: nasty, Until: nasty},
			{Kind: nasty, Ref: nasty},
			{Kind: schedule.KindLayout, Ref: "mine"},
			{Kind: schedule.KindPicture, Ref: picture.ID},
		},
	}))
	must(t, r.DB.AddKey(store.APIKey{ID: "k", Name: nasty, Scopes: []string{nasty}}))
	must(t, r.DB.UpdateSettings(func(settings *store.Settings) error {
		settings.PublicURL, settings.OTAUser, settings.ConfirmedHosts = nasty, nasty, []string{nasty}
		return nil
	}))
}

var (
	tagForm  = regexp.MustCompile(`<(/?)([a-z][a-z0-9]*)((?:\s+[a-zA-Z@:-]+(?:="[^"<>]*")?)*)\s*(/?)>`)
	attrForm = regexp.MustCompile(`\s([a-zA-Z@:-]+)(?:="([^"]*)")?`)
	voids    = []string{"wbr", "col", "meta", "link", "input", "img", "br", "hr", "use"}
)

// checkHTML finds tags that are not closed in order, attributes and ids given twice, and text that was
// meant as a tag.
func checkHTML(t *testing.T, answer rig.Answer) {
	t.Helper()
	if got := answer.Header.Get("Content-Type"); got != "text/html; charset=utf-8" {
		t.Errorf("Content-Type %q", got)
	}
	html := strings.TrimPrefix(string(answer.Body), "<!doctype html>")
	if rest := tagForm.ReplaceAllString(html, ""); strings.ContainsAny(rest, "<>") {
		at := strings.IndexAny(rest, "<>")
		t.Errorf("not a tag: %q", rest[max(0, at-60):min(len(rest), at+60)])
	}
	var open []string
	ids := map[string]bool{}
	for _, tag := range tagForm.FindAllStringSubmatch(html, -1) {
		closes, name := tag[1] == "/", tag[2]
		switch {
		case closes && len(open) > 0 && open[len(open)-1] == name:
			open = open[:len(open)-1]
		case closes:
			t.Errorf("%s closes %v", tag[0], open)
			return
		case !slices.Contains(voids, name) && tag[4] == "":
			open = append(open, name)
		}
		checkAttributes(t, tag[0], tag[3], ids)
	}
	if len(open) > 0 {
		t.Errorf("never closed: %v", open)
	}
}

func checkAttributes(t *testing.T, tag, attributes string, ids map[string]bool) {
	t.Helper()
	seen := map[string]bool{}
	for _, attribute := range attrForm.FindAllStringSubmatch(attributes, -1) {
		name, value := attribute[1], attribute[2]
		if seen[name] {
			t.Errorf("%s twice in %s", name, tag)
		}
		seen[name] = true
		if name == "id" {
			if ids[value] {
				t.Errorf("two elements have the id %q", value)
			}
			ids[value] = true
		}
		if strings.HasPrefix(name, "on") || name == "style" {
			t.Errorf("the content policy forbids %s in %s", name, tag)
		}
		if (name == "href" || name == "src" || name == "action" || name == "hx-get" || name == "hx-post") &&
			!strings.HasPrefix(value, "/") && !strings.HasPrefix(value, "#") && !strings.HasPrefix(value, "data:image/") {
			t.Errorf("%s leads elsewhere: %q", name, value)
		}
	}
}

// TestBarePagesEscape: what visitors type before they are signed in.
func TestBarePagesEscape(t *testing.T) {
	r := rig.New(t)
	for name, answer := range map[string]rig.Answer{
		"login":       r.Do(http.MethodGet, "/login?"+query("next", "/"+nasty), nil),
		"wrong login": signIn(r, nasty, "wrong password", "/"+nasty),
		"not found":   r.Do(http.MethodGet, "/x"+`%22%3E%3Cscript%3Ealert(1)%3C/script%3E`, nil),
	} {
		t.Run(name, func(t *testing.T) {
			wants(t, answer, answer.Status, "!<script>alert", "!"+nasty)
			checkHTML(t, answer)
		})
	}
}

// TestErrorsAreForWhoAsks: a page for people, a toast for htmx, problem+json for scripts.
func TestErrorsAreForWhoAsks(t *testing.T) {
	r := rig.New(t)
	session := r.Session()
	for _, test := range []struct {
		name, path  string
		headers     []string
		contentType string
	}{
		{"page", "/devices/nobody", nil, "text/html; charset=utf-8"},
		{"htmx", "/devices/nobody", []string{"HX-Request", "true"}, ""},
		{"script", "/api/v1/devices/nobody", nil, "application/problem+json"},
		{"v1 script", "/api/devices/nobody", nil, "application/problem+json"},
	} {
		t.Run(test.name, func(t *testing.T) {
			answer := r.Do(http.MethodGet, test.path, nil, append(test.headers, "Cookie", session)...)
			wants(t, answer, http.StatusNotFound)
			if got := answer.Header.Get("Content-Type"); got != test.contentType {
				t.Errorf("Content-Type %q", got)
			}
			if test.name == "htmx" && !strings.Contains(answer.Header.Get("HX-Trigger"), `{"toast":{"kind":"problem","text":"No device`) {
				t.Errorf("HX-Trigger %q", answer.Header.Get("HX-Trigger"))
			}
		})
	}
	v1 := r.Do(http.MethodGet, "/api/devices/nobody", nil, "Cookie", session).JSON(t)
	if got := fmt.Sprint(v1["success"], v1["error"]); got != "falseDevice not found" && got != "false Device not found" {
		t.Errorf("v1 keys: %v", v1)
	}
}

// TestEmptyPages: a new installation has nothing to show, and says what to do.
func TestEmptyPages(t *testing.T) {
	r := rig.New(t)
	must(t, r.DB.UpdateSettings(func(settings *store.Settings) error {
		settings.PublicURL = nasty
		return nil
	}))
	b := newBrowser(r, false)
	for _, route := range r.Echo.Routes() {
		if route.Method != http.MethodGet || notPage(route.Path) || strings.Contains(route.Path, ":") {
			continue
		}
		t.Run(route.Path, func(t *testing.T) {
			answer := b.get(route.Path)
			wants(t, answer, http.StatusOK, "!<script>alert")
			checkHTML(t, answer)
		})
	}
}
