package admin_test

import (
	"net/http"
	"strings"
	"testing"

	"personalcms/handlers/rig"
	"personalcms/ota"
	"personalcms/store"

	"github.com/google/go-cmp/cmp"
)

// pageForm is one form of /settings: refused, then taken.
type pageForm struct {
	path, bad, sentence, typed string // typed is what was typed and stands in the form again
	good                       string
	check                      func(store.Settings) any
	want                       any
}

// TestSettingsForms refuses each form once, with the form, a sentence and what was typed, and takes it once.
func TestSettingsForms(t *testing.T) {
	for _, test := range []pageForm{
		{
			path: "/settings/enrolment", bad: "enrolment=closed&pending_limit=0", sentence: "whole number from 1 to 10000",
			good:  "enrolment=closed&pending_limit=7",
			check: func(s store.Settings) any { return []any{s.Enrolment, s.PendingLimit} }, want: []any{"closed", 7},
		},
		{
			path: "/settings/server", bad: "public_url=ftp://x&time_zone=Nowhere/Land&active_timeout=1&refresh_seconds=x", sentence: "Write it like http://",
			typed: `value="Nowhere/Land"`, good: "public_url=http://cms.home:5000/&time_zone=Europe/Berlin&active_timeout=600&refresh_seconds=900",
			check: func(s store.Settings) any {
				return []any{s.PublicURL, s.TimeZone, s.ActiveTimeout, s.RefreshSeconds}
			},
			want: []any{"http://cms.home:5000", "Europe/Berlin", 600, 900},
		},
		{
			path: "/settings/ota", bad: "ota_user=ota&ota_password=short", sentence: "at least 10 characters", typed: `value="ota"`,
			good: "ota_user=ota&ota_password=right+password", check: func(s store.Settings) any { return []any{s.OTAUser, s.OTAPassword != ""} },
			want: []any{"ota", true},
		},
		{
			path: "/settings/updates", bad: "window=hours&from=02:00&to=02:00&low_battery=91", sentence: "Choose two different times", typed: `value="91"`,
			good:  "window=hours&from=22:00&to=05:00&days=sun&days=mon&low_battery=15",
			check: func(s store.Settings) any { return s.Updates },
			want:  store.Updates{Window: ota.Window{From: "22:00", To: "05:00", Days: []string{"mon", "sun"}}, LowBattery: 15},
		},
	} {
		t.Run(test.path, func(t *testing.T) {
			r := rig.New(t)
			b := newBrowser(r, false)
			unchanged(t, r, func() {
				answer := b.post(test.path, test.bad)
				wants(t, answer, http.StatusUnprocessableEntity, `action="`+test.path+`"`, test.sentence, test.typed, "<html")
			})
			wants(t, b.post(test.path, test.good), http.StatusOK, "<html", "Saved")
			if diff := cmp.Diff(test.want, test.check(r.DB.Settings())); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestPublicURL(t *testing.T) {
	b := newBrowser(rig.New(t), false)
	for address, fine := range map[string]bool{
		"": true, "http://cms.home": true, "https://cms.example:8443/": true, "http://192.0.2.7:5000": true,
		"cms.home:5000": false, "javascript:alert(1)": false, "http://": false, "http://a/b": false, "http://a?b": false, "http://a#b": false,
		"http://user:password@a": false, "//a": false, "http://" + strings.Repeat("a", 200): false,
	} {
		t.Run(address, func(t *testing.T) {
			want := http.StatusUnprocessableEntity
			if fine {
				want = http.StatusOK
			}
			wants(t, b.post("/settings/server", query("public_url", address, "time_zone", "UTC", "active_timeout", "300", "refresh_seconds", "300")), want)
		})
	}
}

func TestOTAPasswordForm(t *testing.T) {
	r := rig.New(t)
	b := newBrowser(r, false)
	wants(t, b.post("/settings/ota", "ota_user=ota"), http.StatusUnprocessableEntity, "at least 10 characters")
	wants(t, b.post("/settings/ota", "ota_user=&ota_password=right+password"), http.StatusUnprocessableEntity, "Take a name")
	wants(t, b.post("/settings/ota", "ota_user=ota&ota_password=right+password"), http.StatusOK, "!right password")
	before := r.DB.Settings().OTAPassword
	wants(t, b.post("/settings/ota", "ota_user=other&ota_password="), http.StatusOK)
	if now := r.DB.Settings(); now.OTAPassword != before || now.OTAUser != "other" {
		t.Errorf("an empty password changed the kept one: %+v", now)
	}
	wants(t, b.post("/settings/ota", "remove=true&ota_user=x"), http.StatusOK)
	if now := r.DB.Settings(); now.OTAPassword != "" || now.OTAUser != "" {
		t.Errorf("still there: %+v", now)
	}
}

func TestHostForms(t *testing.T) {
	r := rig.New(t)
	b := newBrowser(r, false)
	post := func(path, host, header string) rig.Answer {
		return r.Do(http.MethodPost, path, query("host", host), b.headers("Content-Type", "application/x-www-form-urlencoded", "Host", header)...)
	}
	unchanged(t, r, func() {
		wants(t, post("/settings/hosts", "evil.example", "cms.home:5000"), http.StatusUnprocessableEntity, "Only the name under which")
		wants(t, post("/settings/hosts", "", "cms.home:5000"), http.StatusUnprocessableEntity)
		wants(t, post("/settings/hosts", "a<b", "a<b"), http.StatusUnprocessableEntity)
	})
	page := r.Do(http.MethodGet, "/settings", nil, b.headers("Host", "cms.home:5000")...)
	wants(t, page, http.StatusOK, "Confirm this name")
	wants(t, post("/settings/hosts", "cms.home:5000", "cms.home:5000"), http.StatusOK, "!Confirm this name")
	if diff := cmp.Diff([]string{"cms.home:5000"}, r.DB.Settings().ConfirmedHosts); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	wants(t, post("/settings/hosts/remove", "cms.home:5000", "127.0.0.1"), http.StatusOK)
	if hosts := r.DB.Settings().ConfirmedHosts; len(hosts) > 0 {
		t.Errorf("still confirmed: %v", hosts)
	}
}

func TestKeyForms(t *testing.T) {
	r := rig.New(t)
	b := newBrowser(r, false)
	for name, form := range map[string]string{
		"no name": "name=+&scopes=read", "long name": query("name", strings.Repeat("ä", 65), "scopes", "read"), "no scope": "name=k", "unknown scope": "name=k&scopes=root",
	} {
		t.Run(name, func(t *testing.T) {
			unchanged(t, r, func() {
				wants(t, b.post("/settings/keys", form), http.StatusUnprocessableEntity, "field-error", `action="/settings/keys"`, "!pcms_0")
			})
		})
	}
	answer := b.post("/settings/keys", "name=script&scopes=read&scopes=firmware")
	wants(t, answer, http.StatusOK, "it is not shown again", "pcms_", "scopes read and firmware")
	keys, err := r.DB.Keys()
	must(t, err)
	if len(keys) != 1 || !strings.Contains(string(answer.Body), "pcms_"+keys[0].ID+"_") {
		t.Fatalf("keys: %+v", keys)
	}
	wants(t, b.get("/settings"), http.StatusOK, "!pcms_"+keys[0].ID+"_", "script")
	wants(t, b.post("/settings/keys/revoke", "id=none"), http.StatusNotFound)
	wants(t, b.post("/settings/keys/revoke", "id="+keys[0].ID), http.StatusOK, "!pcms_"+keys[0].ID)
	if keys, err = r.DB.Keys(); len(keys) != 0 || err != nil {
		t.Errorf("keys: %+v %v", keys, err)
	}
}

// deviceForm is one form of a device's page.
type deviceForm struct {
	name, path, bad string
	status          int // of the refusal
	sentence        string
	page            bool // the refusal shows the form again
	good            string
	typed           []string // is in the form that comes again
	again           bool     // taken, htmx gets the form again
	check           func(store.Device) any
	want            any
}

var deviceForms = []deviceForm{
	{
		name: "settings", path: "/settings", bad: query("nickname", strings.Repeat("ä", 65), "timezone", "Nowhere/Land", "groups", "a, b"), status: 422,
		sentence: "at most 64 characters", page: true, typed: []string{"ä", "a, b", "Nowhere/Land"}, good: query("nickname", " Kitchen ", "name", "P", "timezone", "Asia/Tokyo", "groups", "a, b,,a"), again: true,
		check: func(d store.Device) any { return []any{d.Nickname, d.Name, d.TimeZone, d.Groups} },
		want:  []any{"Kitchen", "P", "Asia/Tokyo", []string{"a", "b"}},
	},
	{
		name: "pictures", path: "/pictures", bad: "pictures=none", status: 404, sentence: "There is no picture with this id", good: "pictures=PICTURE", again: true,
		check: func(d store.Device) any { return len(d.Pictures) }, want: 1,
	},
	{
		name: "preferences", path: "/preferences", good: "jokes=dad_jokes&jokes=nonsense", again: true,
		check: func(d store.Device) any { return d.Preferences.Jokes }, want: []string{"dad_jokes"},
	},
	{
		name: "firmware", path: "/firmware", bad: "firmware_key=T_none", status: 404, sentence: "There is no firmware with this key",
		good: "firmware_key=", again: true, check: func(d store.Device) any { return d.AssignedKey }, want: "",
	},
	{
		name: "command", path: "/command", bad: "command=format", status: 422, sentence: "does not know this command", good: "command=restart",
		check: func(d store.Device) any { return d.Commands },
		want:  []store.Command{{ID: "1", Name: "restart", Args: map[string]any{}}},
	},
	{
		name: "approval", path: "/approve", bad: "", status: 409, sentence: "registered without a token", good: "without_token=true",
		check: func(d store.Device) any { return []bool{d.Approved, d.WithoutToken} }, want: []bool{true, true},
	},
	{
		name: "re-enrolment", path: "/allow-reenrolment", good: "", check: func(d store.Device) any { return d.ReenrolUntil.Sub(rig.Start).String() }, want: "10m0s",
	},
	{
		name: "two boards", path: "/two-boards", good: "", check: func(d store.Device) any { return d.DuplicateClears.Equal(rig.Start) }, want: true,
	},
	{
		name: "window", path: "/window", bad: "window=hours&from=03:00&to=03:00&days=tue", status: 422, sentence: "Choose two different times", page: true,
		typed: []string{`value="03:00"`, `value="hours" checked`, `value="tue" checked`},
		good:  "window=hours&from=02:00&to=04:00&days=sat&days=fri", again: true, check: func(d store.Device) any { return d.Window },
		want: &ota.Window{From: "02:00", To: "04:00", Days: []string{"fri", "sat"}},
	},
	{name: "no window", path: "/window", good: "window=always", again: true, check: func(d store.Device) any { return d.Window }, want: &ota.Window{}},
	{name: "the household's window", path: "/window", good: "window=household", again: true, check: func(d store.Device) any { return d.Window == nil }, want: true},
	{name: "retry", path: "/retry", good: "", check: func(d store.Device) any { return d.UpdateMessage }, want: "The update is offered again at its next check."},
}

// TestDeviceForms refuses and takes each form of a device's page, from htmx and from a browser without scripts.
func TestDeviceForms(t *testing.T) {
	for _, test := range deviceForms {
		for name, htmx := range map[string]bool{"page": false, "htmx": true} {
			t.Run(test.name+" "+name, func(t *testing.T) {
				r := rig.New(t)
				r.EnrolLegacy("panel", "T")
				if test.name == "approval" {
					wants(t, r.Script(http.MethodPost, "/api/devices/panel/unlink", nil), http.StatusOK)
				}
				picture := addPicture(t, r, "sea", 64, 48)
				b := newBrowser(r, htmx)
				if test.status != 0 {
					unchanged(t, r, func() { refusedForm(t, test, b.post("/devices/panel"+test.path, test.bad), htmx) })
				}
				answer := b.post("/devices/panel"+test.path, strings.ReplaceAll(test.good, "PICTURE", picture.ID))
				takenForm(t, test, answer, htmx)
				device, err := r.DB.Device("panel")
				must(t, err)
				if diff := cmp.Diff(test.want, test.check(device)); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
				if log, err := r.DB.Log("panel", 1); err != nil || len(log) == 0 || log[0].Actor != "admin" {
					t.Errorf("not in the log of changes: %+v %v", log, err)
				}
				unchanged(t, r, func() {
					wants(t, b.post("/devices/nobody"+test.path, strings.ReplaceAll(test.good, "PICTURE", picture.ID)), http.StatusNotFound)
				})
			})
		}
	}
}

func refusedForm(t *testing.T, test deviceForm, answer rig.Answer, htmx bool) {
	t.Helper()
	switch {
	case test.page && htmx:
		wants(t, answer, test.status, `action="/devices/panel`+test.path+`"`, test.sentence, "!<html")
		wants(t, answer, test.status, test.typed...)
	case test.page:
		wants(t, answer, test.status, `action="/devices/panel`+test.path+`"`, test.sentence, "<html")
		wants(t, answer, test.status, test.typed...)
	case htmx:
		wants(t, answer, test.status)
		if answer.Header.Get("HX-Reswap") != "none" || !strings.Contains(answer.Header.Get("HX-Trigger"), test.sentence) {
			t.Errorf("no toast: %v", answer.Header)
		}
	default:
		wants(t, answer, test.status, "<html", test.sentence)
	}
}

func takenForm(t *testing.T, test deviceForm, answer rig.Answer, htmx bool) {
	t.Helper()
	switch {
	case !htmx:
		wants(t, answer, http.StatusSeeOther)
		if got := answer.Header.Get("Location"); got != "/devices/panel" || cookie(t, answer, "personalcms_said") == nil {
			t.Errorf("led to %q with %v", got, answer.Header.Values("Set-Cookie"))
		}
	case test.again:
		wants(t, answer, http.StatusOK, `action="/devices/panel`+test.path+`"`, "!<html")
	default:
		wants(t, answer, http.StatusNoContent)
	}
}

func TestDeleteForm(t *testing.T) {
	for name, htmx := range map[string]bool{"page": false, "htmx": true} {
		t.Run(name, func(t *testing.T) {
			r := rig.New(t)
			r.EnrolLegacy("panel", "T")
			b := newBrowser(r, htmx)
			answer := b.post("/devices/panel/delete", "")
			got, want := answer.Header.Get("Location"), http.StatusSeeOther
			if htmx {
				got, want = answer.Header.Get("HX-Redirect"), http.StatusNoContent
			}
			wants(t, answer, want)
			if _, err := r.DB.Device("panel"); err == nil || got != "/" {
				t.Errorf("%v, led to %q", err, got)
			}
			wants(t, b.post("/devices/panel/delete", ""), http.StatusNotFound)
		})
	}
}

// TestSentenceIsShownOnce: what a form did is said on the next page and not on the one after it.
func TestSentenceIsShownOnce(t *testing.T) {
	r := rig.New(t)
	r.EnrolLegacy("panel", "T")
	b := newBrowser(r, false)
	said := cookie(t, b.post("/devices/panel/settings", query("nickname", "Küche <b>")), "personalcms_said")
	page := r.Do(http.MethodGet, "/devices/panel", nil, "Cookie", b.cookie+"; personalcms_said="+said.Value)
	wants(t, page, http.StatusOK, "Saved.")
	if set := cookie(t, page, "personalcms_said"); set == nil || set.MaxAge >= 0 {
		t.Errorf("it would be shown again: %+v", set)
	}
}

// TestAnUnknownIDIsAdded from the list of refused requests, and waits for approval like any other.
func TestAnUnknownIDIsAdded(t *testing.T) {
	r := rig.New(t)
	r.Do(http.MethodPost, "/api/devices/stray-7/sensor-data", map[string]any{"temperature": 20})
	cookie := r.Session()
	form := func(id string) rig.Answer {
		return r.Do(http.MethodPost, "/refused/add", "device_id="+id, "Cookie", cookie, "Content-Type", "application/x-www-form-urlencoded")
	}
	if page := r.Do(http.MethodGet, "/refused", nil, "Cookie", cookie); !strings.Contains(string(page.Body), `value="stray-7"`) {
		t.Error("the list has no button for it")
	}
	if answer := form("..%2Fx"); answer.Status != http.StatusUnprocessableEntity || len(r.DB.Devices()) != 0 {
		t.Errorf("an impossible id: %d", answer.Status)
	}
	if answer := form("stray-7"); answer.Status != http.StatusSeeOther || answer.Header.Get("Location") != "/devices/stray-7" {
		t.Errorf("%d %s", answer.Status, answer.Header.Get("Location"))
	}
	device, err := r.DB.Device("stray-7")
	if err != nil || device.Approved || len(device.Code) != 6 || len(r.DB.Refused()) != 0 {
		t.Errorf("%v: %+v, %d refused", err, device, len(r.DB.Refused()))
	}
	if again := form("stray-7"); again.Status != http.StatusSeeOther {
		t.Errorf("a second time: %d", again.Status)
	}
}
