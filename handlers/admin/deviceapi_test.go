package admin_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"personalcms/content/schedule"
	"personalcms/handlers/rig"
	"personalcms/render"
	"personalcms/store"

	"github.com/google/go-cmp/cmp"
)

func scopedKey(t *testing.T, r *rig.Rig, scopes ...string) (header, id string) {
	t.Helper()
	answer := r.Script(http.MethodPost, "/api/v1/keys", map[string]any{"name": "test", "scopes": scopes})
	wants(t, answer, http.StatusCreated)
	body := answer.JSON(t)
	return "Bearer " + fmt.Sprint(body["key"]), fmt.Sprint(body["id"])
}

func TestKeys(t *testing.T) {
	r := rig.New(t)
	r.Enrol("panel", "T")
	header, id := scopedKey(t, r, "read")
	if !strings.HasPrefix(header, "Bearer pcms_"+id+"_") || len(header) < 60 {
		t.Errorf("key %q of %q", header, id)
	}
	kept, err := r.DB.Key(id)
	must(t, err)
	if strings.Contains(fmt.Sprintf("%+v", kept), header[7:]) {
		t.Error("the key is kept as it is and not as a hash")
	}
	wants(t, r.Do(http.MethodGet, "/api/v1/devices", nil, "Authorization", header), http.StatusOK)
	unchanged(t, r, func() {
		wantProblem(t, r.Do(http.MethodPatch, "/api/v1/devices/panel", `{"nickname":"x"}`, "Authorization", header), http.StatusForbidden, "forbidden", "")
		wantProblem(t, r.Do(http.MethodPost, "/api/v1/keys", `{"name":"more","scopes":["write"]}`, "Authorization", header), http.StatusForbidden, "forbidden", "")
	})
	must(t, r.DB.DeleteKey(id))
	wantProblem(t, r.Do(http.MethodGet, "/api/v1/devices", nil, "Authorization", header), http.StatusUnauthorized, "sign_in", "")
}

// TestKeyOfFirmwareOnly: a build server may bring images and nothing else.
func TestKeyOfFirmwareOnly(t *testing.T) {
	r := rig.New(t)
	r.Enrol("panel", "T")
	header, _ := scopedKey(t, r, "firmware")
	wantProblem(t, r.Do(http.MethodPatch, "/api/v1/devices/panel", `{"nickname":"x"}`, "Authorization", header), http.StatusForbidden, "forbidden", "")
	wantProblem(t, r.Do(http.MethodPost, "/api/v1/keys", `{"name":"k","scopes":["write"]}`, "Authorization", header), http.StatusForbidden, "forbidden", "")
	wants(t, r.Do(http.MethodPut, "/api/v1/assignments", `{"device_type":"T","firmware_key":null}`, "Authorization", header), http.StatusOK)
}

func TestKeysRefused(t *testing.T) {
	r := rig.New(t)
	r.Key()
	for _, test := range []struct {
		name, body, word, key string
	}{
		{"no name", `{"scopes":["read"]}`, "bad_value", "name"},
		{"long name", `{"name":"` + strings.Repeat("x", 65) + `","scopes":["read"]}`, "bad_value", "name"},
		{"no scopes", `{"name":"k"}`, "bad_value", "scopes"},
		{"unknown scope", `{"name":"k","scopes":["read","root"]}`, "bad_value", "scopes"},
		{"name is a number", `{"name":7,"scopes":["read"]}`, "wrong_type", "name"},
		{"scopes are a string", `{"name":"k","scopes":"read"}`, "wrong_type", "scopes"},
		{"not JSON", `name=k`, "malformed_json", ""},
		{"a list", `[]`, "not_an_object", ""},
		{"two objects", `{"name":"k","scopes":["read"]}{}`, "malformed_json", ""},
		{"nothing", ``, "malformed_json", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			unchanged(t, r, func() {
				wantProblem(t, r.Script(http.MethodPost, "/api/v1/keys", test.body), http.StatusBadRequest, test.word, test.key)
			})
		})
	}
}

func TestBodyTooLarge(t *testing.T) {
	r := rig.New(t)
	r.Enrol("panel", "T")
	long := `{"nickname":"` + strings.Repeat("x", 300<<10) + `"}`
	unchanged(t, r, func() {
		wantProblem(t, r.Script(http.MethodPatch, "/api/v1/devices/panel", long), http.StatusRequestEntityTooLarge, "too_large", "")
		chunked := struct{ *strings.Reader }{strings.NewReader(long)} // of no known length
		wantProblem(t, r.Script(http.MethodPatch, "/api/v1/devices/panel", chunked), http.StatusRequestEntityTooLarge, "too_large", "")
	})
}

// listed asks for devices and returns their ids and the cursor.
func listed(t *testing.T, r *rig.Rig, search string) (ids []string, next string) {
	t.Helper()
	answer := r.Script(http.MethodGet, "/api/v1/devices?"+search, nil)
	wants(t, answer, http.StatusOK)
	body := answer.JSON(t)
	for _, device := range body["devices"].([]any) {
		ids = append(ids, fmt.Sprint(device.(map[string]any)["device_id"]))
	}
	return ids, fmt.Sprint(body["next_cursor"])
}

func TestDevicesList(t *testing.T) {
	r := rig.New(t)
	for _, device := range []store.Device{
		{ID: "a", Name: "Kitchen", DeviceType: "Clock", Approved: true, Groups: []string{"ground floor", "food"}},
		{ID: "b", Nickname: "Küche", Name: "x", DeviceType: "Clock", Approved: true, Groups: []string{"food"}},
		{ID: "c", DeviceType: "Panel"},
		{ID: "d", DeviceType: "Panel", Approved: true},
		{ID: "e", DeviceType: "Panel"},
	} {
		must(t, r.DB.CreateDevice(device))
	}
	for _, test := range []struct {
		search string
		ids    []string
		next   string
	}{
		{"", []string{"a", "b", "c", "d", "e"}, ""},
		{"status=pending", []string{"c", "e"}, ""},
		{"status=approved", []string{"a", "b", "d"}, ""},
		{"status=nonsense", nil, ""},
		{"group=food", []string{"a", "b"}, ""},
		{"group=ground+floor", []string{"a"}, ""},
		{"group=foo", nil, ""},
		{"q=kitchen", []string{"a"}, ""},
		{"q=K%C3%9CCHE", []string{"b"}, ""},
		{"q=panel&status=pending", []string{"c", "e"}, ""},
		{"limit=2", []string{"a", "b"}, "b"},
		{"limit=2&cursor=b", []string{"c", "d"}, "d"},
		{"limit=2&cursor=d", []string{"e"}, ""},
		{"limit=5", []string{"a", "b", "c", "d", "e"}, ""},
		{"limit=1&status=pending", []string{"c"}, "c"},
		{"limit=1&status=pending&cursor=c", []string{"e"}, ""},
		{"cursor=zzz", nil, ""},
	} {
		t.Run(test.search, func(t *testing.T) {
			ids, next := listed(t, r, test.search)
			if diff := cmp.Diff(test.ids, ids); diff != "" || next != test.next {
				t.Errorf("cursor %q, want %q (-want +got):\n%s", next, test.next, diff)
			}
		})
	}
	for _, limit := range []string{"0", "-1", "1001", "x", "1.5", "99999999999999999999"} {
		t.Run("limit "+limit, func(t *testing.T) {
			wantProblem(t, r.Script(http.MethodGet, "/api/v1/devices?limit="+limit, nil), http.StatusBadRequest, "bad_value", "limit")
		})
	}
}

func TestDeviceInfo(t *testing.T) {
	r := rig.New(t)
	token := r.Enrol("panel", "T")
	wants(t, r.Do(http.MethodPost, "/api/devices/panel/heartbeat", `{"battery_percent":81,"wifi_rssi":-61,"version":"2.5"}`, "Authorization", token), http.StatusOK)
	wants(t, r.Do(http.MethodPost, "/api/devices/panel/sensor-data", `{"temperature":21.5}`, "Authorization", token), http.StatusOK)
	want := map[string]any{
		"device_id": "panel", "name": "panel", "status": "approved", "online": true, "device_type": "T", "battery_percent": 81.0,
		"wifi_rssi": -61.0, "groups": []any{}, "last_seen": "2026-11-23T12:00:00Z", "running_key": "", "readings": map[string]any{"temperature": 21.5},
	}
	pick := func(from map[string]any) map[string]any {
		picked := map[string]any{}
		for key := range want {
			picked[key] = from[key]
		}
		return picked
	}
	for path, within := range map[string]string{"/api/v1/devices/panel": "", "/api/devices/panel": "device"} {
		body := r.Script(http.MethodGet, path, nil).JSON(t)
		if within != "" {
			body, _ = body[within].(map[string]any)
		}
		if diff := cmp.Diff(want, pick(body)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", path, diff)
		}
	}
	r.Pass(301 * time.Second)
	if body := r.Script(http.MethodGet, "/api/v1/devices/panel", nil).JSON(t); body["online"] != false {
		t.Error("a silent device is online")
	}
	all := r.Script(http.MethodGet, "/api/devices", nil).JSON(t)
	if all["success"] != true || all["total"] != 1.0 {
		t.Errorf("%v", all)
	}
}

func TestApprove(t *testing.T) {
	for _, test := range []struct {
		name, id, body string
		status         int
		word           string
		approved, bare bool
	}{
		{"with a token", "token", `{"without_token":false}`, 200, "", true, false},
		{"without a body", "token", ``, 200, "", true, false},
		{"with a token, though allowed without", "token", `{"without_token":true}`, 200, "", true, false},
		{"legacy", "legacy", `{"without_token":true}`, 200, "", true, true},
		{"legacy, not said", "legacy", `{}`, 409, "no_token", false, false},
		{"unknown", "nobody", `{}`, 404, "unknown_device", false, false},
		{"wrong type", "legacy", `{"without_token":"yes"}`, 400, "wrong_type", false, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := rig.New(t)
			must(t, r.DB.CreateDevice(store.Device{ID: "token", TokenHash: "x"}))
			must(t, r.DB.CreateDevice(store.Device{ID: "legacy"}))
			answer := r.Script(http.MethodPost, "/api/v1/devices/"+test.id+"/approve", test.body)
			if test.word != "" {
				key := map[string]string{"wrong_type": "without_token"}[test.word]
				wantProblem(t, answer, test.status, test.word, key)
			} else if body := answer.JSON(t); answer.Status != 200 || body["status"] != "approved" || body["device_id"] != test.id {
				t.Errorf("%d %v", answer.Status, body)
			}
			device, _ := r.DB.Device(test.id)
			if device.Approved != test.approved || device.WithoutToken != test.bare {
				t.Errorf("%+v", device)
			}
		})
	}
}

func TestAllowReenrolment(t *testing.T) {
	r := rig.New(t)
	r.Enrol("panel", "T")
	register := map[string]any{"device_id": "panel", "device_type": "T", "auth": "token"}
	wants(t, r.Do(http.MethodPost, "/api/devices/register", register), http.StatusConflict)
	answer := r.Script(http.MethodPost, "/api/v1/devices/panel/allow-reenrolment", nil)
	wants(t, answer, http.StatusOK)
	if got := answer.JSON(t)["until"]; got != "2026-11-23T12:10:00Z" {
		t.Errorf("until %v", got)
	}
	r.Pass(10*time.Minute + time.Second)
	wants(t, r.Do(http.MethodPost, "/api/devices/register", register), http.StatusConflict)
	wantProblem(t, r.Script(http.MethodPost, "/api/v1/devices/nobody/allow-reenrolment", nil), http.StatusNotFound, "unknown_device", "")
}

func TestUnlinkAndDelete(t *testing.T) {
	r := rig.New(t)
	r.Enrol("panel", "T")
	wants(t, r.Script(http.MethodPost, "/api/devices/panel/unlink", nil), http.StatusOK, `"success":true`)
	device, err := r.DB.Device("panel")
	must(t, err)
	if device.Approved || device.TokenHash != "" {
		t.Errorf("%+v", device)
	}
	wants(t, r.Script(http.MethodDelete, "/api/devices/panel", nil), http.StatusOK, `"success":true`)
	for _, call := range []string{"DELETE /api/devices/panel", "GET /api/devices/panel", "POST /api/devices/panel/unlink"} {
		method, path, _ := strings.Cut(call, " ")
		answer := r.Script(method, path, nil)
		wantProblem(t, answer, http.StatusNotFound, "unknown_device", "")
		wants(t, answer, http.StatusNotFound, `"success":false`, `"error":"Device not found"`)
	}
}

// patched is one field of PATCH: good values, and bad ones with the key that the answer names.
var patched = []struct {
	key, good string
	check     func(store.Device) any
	want      any
	bad       []string
}{
	{"name", `"Panel 1"`, func(d store.Device) any { return d.Name }, "Panel 1", []string{`"` + strings.Repeat("ä", 65) + `"`, `7`, `{}`}},
	{"nickname", `" Küche "`, func(d store.Device) any { return d.Nickname }, "Küche", []string{`"` + strings.Repeat("ä", 65) + `"`, `[]`}},
	{
		"groups", `["a","b"]`, func(d store.Device) any { return d.Groups },
		[]string{"a", "b"},
		[]string{`[""]`, `["` + strings.Repeat("x", 65) + `"]`, `"a"`, `[` + strings.TrimSuffix(strings.Repeat(`"g",`, 33), ",") + `]`},
	},
	{"timezone", `"Asia/Tokyo"`, func(d store.Device) any { return d.TimeZone }, "Asia/Tokyo", []string{`"Nowhere/Land"`, `"Local"`, `"../etc/passwd"`, `7`}},
	{
		"panel", `{"width":400,"height":300,"colors":2}`, func(d store.Device) any { return d.Panel },
		render.Panel{Width: 400, Height: 300, Colors: 2},
		[]string{`{"width":1,"height":300,"colors":2}`, `{"width":400,"height":99999,"colors":2}`, `{}`, `"800x480"`},
	},
	{"playlist", `"morning"`, func(d store.Device) any { return d.Playlist }, "morning", []string{`"evening"`, `7`}},
	{"mirror", `"free"`, func(d store.Device) any { return d.Mirror }, "free", []string{`"panel"`, `"nobody"`, `"chained"`, `"pending"`, `7`}},
	{
		"preferences", `{"jokes":["dad_jokes","nonsense"],"layout":"default"}`, func(d store.Device) any { return d.Preferences.Jokes },
		[]string{"dad_jokes"},
		[]string{`"all"`},
	},
	{"pictures", `["PICTURE"]`, func(d store.Device) any { return len(d.Pictures) }, 1, []string{`["none"]`, `"PICTURE"`}},
}

func TestPatchDevice(t *testing.T) {
	for _, test := range patched {
		t.Run(test.key, func(t *testing.T) {
			r := rig.New(t)
			r.Enrol("panel", "T")
			picture := addPicture(t, r, "sea", 64, 48)
			must(t, r.DB.SavePlaylist(schedule.Playlist{ID: "morning", Name: "Morning"}))
			for _, other := range []store.Device{{ID: "free", Approved: true}, {ID: "chained", Approved: true, Mirror: "free"}, {ID: "pending"}} {
				must(t, r.DB.CreateDevice(other))
			}
			patch := func(id, value string) rig.Answer {
				body := `{"` + test.key + `":` + strings.ReplaceAll(value, "PICTURE", picture.ID) + `}`
				if test.key != "nickname" { // a good key beside a bad one is not taken either
					body = `{"nickname":"new",` + body[1:]
				}
				return r.Script(http.MethodPatch, "/api/v1/devices/"+id, body)
			}
			for _, bad := range test.bad {
				unchanged(t, r, func() {
					answer := patch("panel", bad)
					wants(t, answer, http.StatusBadRequest)
					if key := fmt.Sprint(answer.JSON(t)["key"]); key != test.key && !strings.HasPrefix(key, test.key+".") {
						t.Errorf("%s: the answer names %q", bad, key)
					}
				})
			}
			wantProblem(t, patch("nobody", test.good), http.StatusNotFound, "unknown_device", "")
			wants(t, patch("panel", test.good), http.StatusOK, `"device_id":"panel"`)
			device, err := r.DB.Device("panel")
			must(t, err)
			if diff := cmp.Diff(test.want, test.check(device)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
