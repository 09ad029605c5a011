package handlers_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"personalcms/content"
	"personalcms/content/schedule"
	"personalcms/handlers/access"
	"personalcms/handlers/rig"
	"personalcms/ota"
	"personalcms/render"
	"personalcms/store"

	"github.com/google/go-cmp/cmp"
)

// callers are all who may send a request, in the order of a policy's letters.
var callers = []string{"nobody", "pending", "other", "own", "key read", "key write", "key firmware", "viewer", "owner"}

// policies say what each caller gets: a allowed, 1 = 401, l = led to /login, 3 = 403, 4 = 404.
var policies = map[string]string{
	//             nobody pending other own | read write firmware | viewer owner
	"public":      "aaaa" + "aaa" + "aa",
	"device":      "1a1a" + "111" + "11",
	"screen file": "1a1a" + "aaa" + "aa",
	"file":        "11aa" + "aaa" + "aa",
	"page":        "llll" + "lll" + "aa",
	"in page":     "1111" + "111" + "aa", // pictures and events: a redirect would be of no use there
	"form":        "llll" + "lll" + "3a",
	"household":   "llll" + "lll" + "aa", // the little that a viewer may change
	"sign out":    "llll" + "lll" + "aa",
	"session":     "1111" + "111" + "aa",
	"read":        "1111" + "aaa" + "aa",
	"write":       "1111" + "3a3" + "3a",
	"firmware":    "1111" + "33a" + "3a",
	"used up":     "3333" + "333" + "33",
}

// rows are all routes of the program: policy and, where they need one, a body. Paths name the device
// "panel" as :device_id; the pending device calls its own.
var rows = map[string]struct{ policy, body string }{
	"GET /static/:file": {"public", ""},
	"GET /healthz":      {"public", ""},
	"GET /readyz":       {"public", ""},
	"GET /setup":        {"used up", ""}, // there is an owner already
	"POST /setup":       {"used up", ""},
	"GET /login":        {"public", ""},
	"POST /login":       {"public", "username=admin&password=correct+horse+battery"},

	"POST /api/v1/session":   {"public", `{"username":"admin","password":"correct horse battery"}`},
	"DELETE /api/v1/session": {"session", ""},

	"POST /api/devices/register":                        {"public", `{"device_id":"new","device_type":"T","auth":"token"}`},
	"POST /api/devices/:device_id/heartbeat":            {"device", `{}`},
	"POST /api/devices/:device_id/sensor-data":          {"device", `{"temperature":21}`},
	"GET /api/devices/:device_id/content":               {"device", ""},
	"GET /api/devices/:device_id/dashboard":             {"device", ""},
	"HEAD /api/devices/:device_id/dashboard":            {"device", ""},
	"GET /api/devices/:device_id/images-sequence":       {"device", ""},
	"POST /api/devices/:device_id/log":                  {"device", `{"entries":[{"level":"info","message":"hello"}]}`},
	"GET /api/devices/:device_id/preferences":           {"device", ""},
	"PUT /api/devices/:device_id/preferences":           {"device", `{"preferences":{}}`},
	"POST /api/devices/:device_id/preferences":          {"device", `{}`},
	"POST /api/devices/:device_id/ping":                 {"device", `{}`},
	"GET /api/ota/check/:device_id":                     {"device", ""},
	"POST /api/ota/report/:device_id":                   {"device", `{}`},
	"GET /api/esp32-debug/:device_id":                   {"device", ""},
	"GET /api/categories":                               {"public", ""},
	"GET /dashboards/:file":                             {"screen file", ""},
	"HEAD /dashboards/:file":                            {"screen file", ""},
	"GET /uploads/:file":                                {"file", ""},
	"HEAD /uploads/:file":                               {"file", ""},
	"GET /uploads/:file/bmp":                            {"file", ""},
	"HEAD /uploads/:file/bmp":                           {"file", ""},
	"GET /api/ota/download/:firmware_key":               {"file", ""},
	"HEAD /api/ota/download/:firmware_key":              {"file", ""},
	"GET /":                                             {"page", ""},
	"GET /events":                                       {"in page", ""},
	"GET /partials/devices":                             {"page", ""},
	"GET /partials/summary":                             {"page", ""},
	"GET /partials/badge":                               {"page", ""},
	"GET /partials/refused":                             {"page", ""},
	"GET /partials/firmware":                            {"page", ""},
	"GET /partials/pictures":                            {"page", ""},
	"GET /partials/devices/:device_id":                  {"page", ""},
	"GET /partials/devices/:device_id/now":              {"page", ""},
	"GET /partials/devices/:device_id/firmware":         {"page", ""},
	"GET /devices/:device_id":                           {"page", ""},
	"GET /devices/:device_id/screen.png":                {"in page", ""},
	"GET /refused":                                      {"page", ""},
	"GET /ota-management":                               {"page", ""},
	"GET /upload":                                       {"page", ""},
	"GET /pictures/:id/preview.png":                     {"in page", ""},
	"GET /layouts":                                      {"page", ""},
	"GET /layouts/:layout_id":                           {"page", ""},
	"GET /layouts/:layout_id/preview.png":               {"in page", ""},
	"POST /layouts":                                     {"form", "do=new&name=x"},
	"POST /layouts/:layout_id":                          {"form", "name=Mine&do=save"},
	"POST /layouts/:layout_id/copy":                     {"form", ""},
	"POST /layouts/:layout_id/delete":                   {"form", ""},
	"GET /api/v1/layouts":                               {"read", ""},
	"POST /api/v1/layouts":                              {"write", `{"name":"x"}`},
	"GET /api/v1/layouts/:layout_id":                    {"read", ""},
	"PUT /api/v1/layouts/:layout_id":                    {"write", `{"name":"Mine"}`},
	"DELETE /api/v1/layouts/:layout_id":                 {"write", ""},
	"POST /api/v1/layouts/preview":                      {"read", `{"id":"x","name":"x"}`}, // it draws and changes nothing
	"GET /api/v1/widgets":                               {"read", ""},
	"GET /settings":                                     {"page", ""},
	"POST /logout":                                      {"sign out", ""},
	"POST /devices/:device_id/approve":                  {"form", ""},
	"POST /devices/:device_id/allow-reenrolment":        {"form", ""},
	"POST /devices/:device_id/settings":                 {"form", "nickname=x"},
	"POST /devices/:device_id/pictures":                 {"form", ""},
	"POST /devices/:device_id/preferences":              {"form", ""},
	"POST /devices/:device_id/firmware":                 {"form", ""},
	"POST /devices/:device_id/retry":                    {"form", ""},
	"POST /devices/:device_id/command":                  {"form", "command=restart"},
	"POST /devices/:device_id/two-boards":               {"form", ""},
	"POST /devices/:device_id/delete":                   {"form", ""},
	"POST /refused/add":                                 {"form", "device_id=added"},
	"POST /refused/forget":                              {"form", ""},
	"GET /ota-management/devices":                       {"page", ""},
	"POST /ota-management/devices/groups":               {"form", "device=panel&group=x"},
	"GET /api/v1/groups":                                {"read", ""},
	"POST /api/v1/groups/:group/devices":                {"write", `{"add":["panel"]}`},
	"POST /ota-management/upload":                       {"form", ""},
	"POST /ota-management/held":                         {"form", ""},
	"POST /ota-management/assign":                       {"form", ""},
	"POST /ota-management/unassign":                     {"form", "target=type:T"},
	"POST /ota-management/delete":                       {"form", "firmware_key=T_1.0"},
	"POST /ota-management/parts/delete":                 {"form", "sha256=37a680133bd09342f934afb8dd2c7d9e1b624da5f35e3a38adb103e37c055ed1"},
	"POST /upload":                                      {"form", ""},
	"GET /pictures/:id":                                 {"page", ""},
	"POST /pictures/selected":                           {"form", "do=delete"},
	"POST /pictures/:id/settings":                       {"form", "mode=fit"},
	"POST /pictures/:id/delete":                         {"form", ""},
	"GET /albums/:album_id":                             {"page", ""},
	"POST /albums":                                      {"form", "name="},
	"POST /albums/:album_id":                            {"form", "name=Holidays"},
	"POST /albums/:album_id/delete":                     {"form", ""},
	"POST /settings/enrolment":                          {"form", "enrolment=approve&pending_limit=100"},
	"POST /settings/server":                             {"form", ""},
	"POST /settings/hosts":                              {"form", ""},
	"POST /settings/hosts/remove":                       {"form", "host=x"},
	"POST /settings/ota":                                {"form", ""},
	"POST /settings/downloads":                          {"form", "at_once=4"},
	"GET /api/v1/settings/downloads":                    {"read", ""},
	"PUT /api/v1/settings/downloads":                    {"write", `{"at_once":4}`},
	"POST /settings/keys":                               {"form", "name=k&scopes=read"},
	"POST /settings/keys/revoke":                        {"form", "id=firmware"},
	"POST /settings/password":                           {"form", ""},
	"POST /settings/logout-everywhere":                  {"form", ""},
	"GET /api/devices":                                  {"read", ""},
	"GET /api/devices/:device_id":                       {"read", ""},
	"DELETE /api/devices/:device_id":                    {"write", ""},
	"POST /api/devices/:device_id/unlink":               {"write", ""},
	"POST /api/v1/keys":                                 {"write", `{"name":"k","scopes":["read"]}`},
	"GET /api/v1/devices":                               {"read", ""},
	"GET /api/v1/devices/:device_id":                    {"read", ""},
	"POST /api/v1/devices/:device_id/approve":           {"write", `{}`},
	"POST /api/v1/devices/:device_id/allow-reenrolment": {"write", ""},
	"PATCH /api/v1/devices/:device_id":                  {"write", `{"nickname":"x"}`},
	"GET /api/v1/devices/:device_id/readings":           {"read", ""},
	"GET /api/v1/devices/:device_id/attempts":           {"read", ""},
	"GET /api/v1/devices/:device_id/update":             {"read", ""},
	"POST /api/v1/devices/:device_id/retry":             {"firmware", ""},
	"GET /api/v1/assignments":                           {"read", ""},
	"GET /api/v1/pictures":                              {"read", ""},
	"GET /api/v1/pictures/:id":                          {"read", ""},
	"PATCH /api/v1/pictures/:id":                        {"write", `{"title":"sea"}`},
	"GET /api/v1/albums":                                {"read", ""},
	"POST /api/v1/albums":                               {"write", `{"name":""}`},
	"GET /api/v1/albums/:album_id":                      {"read", ""},
	"PUT /api/v1/albums/:album_id":                      {"write", `{"name":"Holidays"}`},
	"DELETE /api/v1/albums/:album_id":                   {"write", ""},
	"POST /api/v1/pictures":                             {"write", ""},
	"GET /api/v1/pictures/:id/preview":                  {"read", ""},
	"DELETE /api/v1/pictures/:id":                       {"write", ""},
	"POST /api/ota/upload":                              {"firmware", ""},
	"DELETE /api/ota/delete/:firmware_key":              {"firmware", ""},
	"GET /api/ota/versions":                             {"read", ""},
	"GET /api/ota/firmware":                             {"read", ""},
	"GET /api/ota/firmware-types":                       {"read", ""},
	"GET /api/ota/stats":                                {"read", ""},
	"POST /api/ota/force-update/:device_id":             {"firmware", `{"firmware_type":"T"}`},
	"GET /api/v1/rollouts":                              {"read", ""},
	"POST /api/v1/rollouts":                             {"firmware", `{"firmware_key":"T_1.0","stages":[{"percent":100}]}`},
	"POST /api/v1/rollouts/count":                       {"firmware", `{"firmware_key":"T_1.0","stages":[{"percent":100}]}`},
	"GET /api/v1/rollouts/:rollout_id":                  {"read", ""},
	"GET /api/v1/rollouts/:rollout_id/devices":          {"read", ""},
	"POST /api/v1/rollouts/:rollout_id/:action":         {"firmware", ""},
	"DELETE /api/v1/rollouts/:rollout_id":               {"firmware", ""},
	"GET /ota-management/rollouts":                      {"page", ""},
	"GET /partials/rollouts":                            {"page", ""},
	"GET /ota-management/rollouts/new":                  {"page", ""},
	"POST /ota-management/rollouts/new":                 {"form", "do=look"},
	"POST /ota-management/rollouts/look":                {"form", ""},
	"GET /ota-management/rollouts/:rollout_id":          {"page", ""},
	"GET /partials/rollouts/:rollout_id":                {"page", ""},
	"GET /ota-management/rollouts/:rollout_id/rollback": {"page", ""},
	"GET /ota-management/rollouts/:rollout_id/cancel":   {"page", ""},
	"GET /ota-management/rollouts/:rollout_id/delete":   {"page", ""},
	"POST /ota-management/rollouts/:rollout_id/:action": {"form", ""},
	"PUT /api/v1/assignments":                           {"firmware", `{"device_type":"T","firmware_key":"T_1.0"}`},
	"GET /api/v1/firmware/:firmware_key":                {"read", ""},
	"GET /api/v1/firmware/:firmware_key/attempts":       {"read", ""},

	"GET /ota-management/firmware/:firmware_key":          {"page", ""},
	"GET /partials/firmware/:firmware_key":                {"page", ""},
	"GET /ota-management/calendar":                        {"page", ""},
	"GET /partials/devices/:device_id/updates":            {"page", ""},
	"POST /devices/:device_id/window":                     {"form", "window=always"},
	"POST /settings/updates":                              {"form", "window=always&low_battery=20"},
	"GET /api/v1/settings/updates":                        {"read", ""},
	"PUT /api/v1/settings/updates":                        {"write", `{"window":null,"low_battery":20}`},
	"GET /partials/devices/:device_id/plan":               {"page", ""},
	"POST /devices/:device_id/playlist":                   {"form", ""},
	"POST /devices/:device_id/show":                       {"form", "thing=layout:default&minutes=30"},
	"POST /devices/:device_id/show/end":                   {"form", ""},
	"POST /devices/:device_id/messages":                   {"form", "text=x"},
	"POST /devices/:device_id/messages/remove":            {"form", "message=m"},
	"POST /devices/:device_id/away":                       {"form", ""},
	"POST /devices/:device_id/away/end":                   {"form", ""},
	"POST /devices/:device_id/step":                       {"form", "do=next"},
	"POST /devices/:device_id/buttons":                    {"form", ""},
	"POST /settings/units":                                {"form", "language=de"},
	"POST /settings/place":                                {"form", "name=Bern&latitude=47&longitude=7"},
	"POST /settings/away":                                 {"form", ""},
	"POST /settings/away/end":                             {"form", ""},
	"GET /mobile/:device_id":                              {"page", ""},
	"GET /partials/mobile/:device_id":                     {"page", ""},
	"POST /mobile/:device_id/preferences":                 {"household", ""},
	"POST /mobile/:device_id/messages":                    {"household", "text=x"},
	"POST /mobile/:device_id/step":                        {"household", "do=next"},
	"GET /settings/signing/public.pem":                    {"page", ""},
	"POST /settings/signing/key":                          {"form", ""},
	"POST /settings/signing/key/remove":                   {"form", ""},
	"POST /settings/signing/trusted":                      {"form", ""},
	"POST /settings/signing/trusted/remove":               {"form", "key_id=${key}"},
	"POST /settings/signing/policy":                       {"form", ""},
	"POST /ota-management/sign":                           {"form", "firmware_key=T_1.0"},
	"GET /api/v1/signing":                                 {"read", ""},
	"POST /api/v1/signing/key":                            {"write", `{"name":"x"}`},
	"DELETE /api/v1/signing/key":                          {"write", ""},
	"POST /api/v1/signing/trusted":                        {"write", `{"name":"x"}`},
	"DELETE /api/v1/signing/trusted/:key_id":              {"write", ""},
	"PUT /api/v1/signing/policy":                          {"write", `{"signed_only":[]}`},
	"POST /api/v1/firmware/:firmware_key/sign":            {"firmware", `{}`},
	"GET /playlists":                                      {"page", ""},
	"POST /playlists":                                     {"form", "name=x"},
	"GET /playlists/:playlist":                            {"page", ""},
	"POST /playlists/:playlist":                           {"form", "name=x"},
	"POST /playlists/:playlist/devices":                   {"form", ""},
	"POST /playlists/:playlist/delete":                    {"form", ""},
	"GET /api/v1/playlists":                               {"read", ""},
	"POST /api/v1/playlists":                              {"write", `{"name":"x"}`},
	"GET /api/v1/playlists/:playlist":                     {"read", ""},
	"PUT /api/v1/playlists/:playlist":                     {"write", `{"name":"x"}`},
	"DELETE /api/v1/playlists/:playlist":                  {"write", ""},
	"POST /api/v1/devices/:device_id/show":                {"write", `{"kind":"layout","ref":"default"}`},
	"DELETE /api/v1/devices/:device_id/show":              {"write", ""},
	"POST /api/v1/devices/:device_id/messages":            {"write", `{"text":"x"}`},
	"DELETE /api/v1/devices/:device_id/messages/:message": {"write", ""},
	"PUT /api/v1/devices/:device_id/away":                 {"write", ""},
	"DELETE /api/v1/devices/:device_id/away":              {"write", ""},
	"PUT /api/v1/away":                                    {"write", ""},
	"DELETE /api/v1/away":                                 {"write", ""},
	"POST /api/v1/devices/:device_id/step":                {"write", `{"by":1}`},
	"GET /api/v1/devices/:device_id/now":                  {"read", ""},
	"POST /api/v1/groups/:group/show":                     {"write", `{"kind":"layout","ref":"default"}`},
	"POST /api/v1/groups/:group/messages":                 {"write", `{"text":"x"}`},

	"GET /content-admin":                                {"page", ""},
	"GET /partials/sources":                             {"page", ""},
	"POST /content-admin/ready":                         {"form", "ready=xkcd"},
	"GET /content-admin/sources/new":                    {"page", ""},
	"POST /content-admin/sources/new":                   {"form", "kind=text&name=x&text=y"},
	"GET /content-admin/sources/:source_id":             {"page", ""},
	"POST /content-admin/sources/:source_id":            {"form", "name=x&text=y"},
	"POST /content-admin/sources/:source_id/test":       {"form", ""},
	"POST /content-admin/sources/:source_id/fetch":      {"form", ""},
	"POST /content-admin/sources/:source_id/pause":      {"form", "paused=true"},
	"POST /content-admin/sources/:source_id/token":      {"form", ""},
	"POST /content-admin/sources/:source_id/delete":     {"form", ""},
	"POST /content-admin/items":                         {"form", "title=x"},
	"POST /content-admin/items/:category":               {"form", "title=x"},
	"GET /content-admin/items/:category/:subcategory":   {"page", ""},
	"POST /content-admin/items/:category/:subcategory":  {"form", "do=add&text=x"},
	"GET /api/v1/sources":                               {"read", ""},
	"POST /api/v1/sources":                              {"write", `{"kind":"text","name":"x","text":"y"}`},
	"GET /api/v1/sources/ready":                         {"read", ""},
	"POST /api/v1/sources/test":                         {"write", `{"kind":"text","text":"y"}`},
	"GET /api/v1/sources/:source_id":                    {"read", ""},
	"PUT /api/v1/sources/:source_id":                    {"write", `{"kind":"text","name":"x","text":"y"}`},
	"DELETE /api/v1/sources/:source_id":                 {"write", ""},
	"POST /api/v1/sources/:source_id/fetch":             {"write", ""},
	"PUT /api/v1/sources/:source_id/calendar":           {"write", "BEGIN:VCALENDAR"},
	"POST /api/v1/sources/:source_id/token":             {"write", ""},
	"GET /api/v1/geocode":                               {"write", ""}, // it makes the server ask another one
	"POST /api/v1/content/:source_id":                   {"write", `{"text":"x"}`},
	"GET /api/v1/items":                                 {"read", ""},
	"POST /api/v1/items":                                {"write", `{"title":"x"}`},
	"POST /api/v1/items/:category":                      {"write", `{"title":"x"}`},
	"DELETE /api/v1/items/:category":                    {"write", ""},
	"GET /api/v1/items/:category/:subcategory":          {"read", ""},
	"POST /api/v1/items/:category/:subcategory":         {"write", `{"text":"x"}`},
	"DELETE /api/v1/items/:category/:subcategory":       {"write", ""},
	"GET /api/v1/items/:category/:subcategory/export":   {"read", ""},
	"PUT /api/v1/items/:category/:subcategory/:item":    {"write", `{"text":"new"}`},
	"PATCH /api/v1/items/:category/:subcategory/:item":  {"write", `{"hidden":true}`},
	"DELETE /api/v1/items/:category/:subcategory/:item": {"write", ""},
}

var letters = map[byte]string{'a': "allowed", '1': "401", 'l': "login", '3': "403", '4': "404"}

// classOf sorts an answer. What a handler says of the request itself, such as 400 or 409, counts as
// allowed: the caller got that far.
func classOf(status int, location string) string {
	switch {
	case status == http.StatusSeeOther && strings.HasPrefix(location, "/login?"), status == http.StatusSeeOther && location == "/login":
		return "login"
	case status >= 500:
		return fmt.Sprint(status)
	case status == http.StatusUnauthorized, status == http.StatusForbidden, status == http.StatusNotFound, status == http.StatusMethodNotAllowed:
		return fmt.Sprint(status)
	}
	return "allowed"
}

// TestWhoMayCallWhat sends every route once from every caller.
func TestWhoMayCallWhat(t *testing.T) {
	w := newWorld(t)
	var routes []string
	for _, route := range w.owner.Echo.Routes() {
		if !strings.HasPrefix(route.Method, "echo_") {
			routes = append(routes, route.Method+" "+route.Path)
		}
	}
	slices.Sort(routes)
	if diff := cmp.Diff(slices.Sorted(maps.Keys(rows)), routes); diff != "" {
		t.Fatalf("rows and routes differ (-rows +routes):\n%s", diff)
	}
	for _, route := range routes {
		t.Run(route, func(t *testing.T) {
			row, got, want := rows[route], map[string]string{}, map[string]string{}
			for i, caller := range callers {
				want[caller] = letters[policies[row.policy][i]]
				got[caller] = w.send(t, caller, route, row.body)
			}
			// These two end at /login for who is signed in, too.
			if route == "POST /logout" || route == "POST /settings/logout-everywhere" {
				want["owner"] = "login"
				if route == "POST /logout" {
					want["viewer"] = "login"
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// world is a server with one of everything, and its twin whose user is a viewer.
type world struct{ owner, viewer *rig.Rig }

func newWorld(t *testing.T) world {
	t.Helper()
	return world{owner: rig.NewAs(t, "owner"), viewer: rig.NewAs(t, "viewer")}
}

// send sends one request and tells its class. What the request before it took away is there again.
func (w world) send(t *testing.T, caller, route, body string) string {
	t.Helper()
	r := w.owner
	if caller == "viewer" {
		r = w.viewer
	}
	device := "panel"
	if caller == "pending" {
		device = "pending"
	}
	picture := restore(t, r)
	restoreRollout(t, r)
	trusted := restoreKeys(t, r)
	body = strings.ReplaceAll(body, "${key}", trusted)
	method, path, _ := strings.Cut(route, " ")
	file := picture.Filename
	switch {
	case strings.HasPrefix(path, "/dashboards/"):
		file = device + "_current.bmp"
	case strings.HasPrefix(path, "/static/"):
		file = "app.css"
	}
	path = strings.NewReplacer(":device_id", device, ":file", file, ":firmware_key", "T_1.0", ":album_id", "holidays",
		":layout_id", "mine", ":rollout_id", "staged", ":action", "pause", ":id", picture.ID, ":playlist", "day", ":message", "m", ":group", "hall",
		":source_id", "note", ":subcategory", "dad_jokes", ":category", "jokes", ":item", ownItem, ":key_id", trusted).Replace(path)
	request, err := http.NewRequest(method, r.URL+path, strings.NewReader(body))
	must(t, err)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if strings.HasPrefix(path, "/api/") {
		request.Header.Set("Content-Type", "application/json")
	}
	switch caller {
	case "nobody":
	case "viewer", "owner":
		request.AddCookie(&http.Cookie{Name: access.CookieName, Value: "session"})
	case "key read", "key write", "key firmware":
		request.Header.Set("Authorization", "Bearer "+keyOf(caller))
	default:
		request.Header.Set("Authorization", "Bearer token of "+caller)
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	must(t, err)
	must(t, response.Body.Close()) // unread: one of them never ends
	return classOf(response.StatusCode, response.Header.Get("Location"))
}

func keyOf(caller string) string { return "pcms_" + strings.TrimPrefix(caller, "key ") + "_secret" }

// restoreRollout makes a rollout that runs.
func restoreRollout(t *testing.T, r *rig.Rig) {
	t.Helper()
	rollout := ota.Rollout{
		ID: "staged", Name: "Staged", FirmwareKey: "T_1.0", Status: ota.RolloutRunning,
		Stages: []ota.Stage{ota.Stage{Percent: 100, Start: ota.StartByHand}.Planned()},
	}
	if _, err := r.DB.Rollout("staged"); err != nil {
		must(t, r.DB.CreateRollout(rollout))
	}
	_, err := r.DB.MoveRollout("staged", func(ota.Rollout) (ota.Rollout, []ota.Member, error) { return rollout, nil, nil })
	must(t, err)
}

// ownItem is the id of the item that restore puts beside the presets.
var ownItem = content.ItemID(content.Item{Text: "of my own"})

// restoreContent makes a source and an item of the owner's.
func restoreContent(t *testing.T, r *rig.Rig) {
	t.Helper()
	_, err := r.DB.SaveSource("note", nil, func(source *store.Source, _ bool) error {
		source.Name, source.Kind, source.Text = "Note", content.KindText, "x"
		return nil
	})
	must(t, err)
	must(t, r.DB.UpdateShelf("jokes", "dad_jokes", func(shelf *store.Shelf) error {
		shelf.Items = []content.Item{{Text: "of my own"}}
		return nil
	}))
}

// restore makes whatever of the world is missing and returns its picture.
func restore(t *testing.T, r *rig.Rig) store.Picture {
	t.Helper()
	for _, device := range []store.Device{
		{
			ID: "panel", DeviceType: "T", Approved: true, TokenHash: access.Hash("token of own"), Groups: []string{"hall"},
			Messages: []schedule.Message{{ID: "m", Text: "x", From: rig.Start}},
		},
		{ID: "other", DeviceType: "T", Approved: true, TokenHash: access.Hash("token of other")},
		{ID: "pending", DeviceType: "T", TokenHash: access.Hash("token of pending")},
	} {
		if now, err := r.DB.Device(device.ID); err == nil && now.Approved == device.Approved && now.TokenHash == device.TokenHash && len(now.Messages) == len(device.Messages) {
			continue
		}
		if err := r.DB.DeleteDevice(device.ID); err != nil && !errors.Is(err, store.ErrNotFound) {
			t.Fatal(err)
		}
		must(t, r.DB.CreateDevice(device))
		r.DB.NoteDrawn(device.ID, store.Drawn{Width: 8, Height: 1, Pix: []byte{0}, ETag: "x", At: rig.Start})
	}
	if _, _, err := r.DB.Session(access.Hash("session")); err != nil {
		must(t, r.DB.AddSession(access.Hash("session"), store.Session{User: "admin", Created: rig.Start, Expires: rig.Start.Add(time.Hour)}))
	}
	for _, scope := range []string{"read", "write", "firmware"} {
		if _, err := r.DB.Key(scope); err != nil {
			must(t, r.DB.AddKey(store.APIKey{ID: scope, Name: scope, Hash: access.Hash(keyOf(scope)), Scopes: []string{scope}}))
		}
	}
	if _, err := r.DB.Firmware("T_1.0"); err != nil {
		data := []byte("an image")
		sum := sha256.Sum256(data)
		_, err := r.DB.AddFirmware(store.Firmware{
			DeviceType: "T", Version: "1.0", Uploaded: rig.Start, Image: ota.Image{SHA256: hex.EncodeToString(sum[:]), Size: int64(len(data))},
		}, data, false)
		must(t, err)
	}
	if _, err := r.DB.Layout("mine"); err != nil {
		_, err := r.DB.SaveLayout(render.Layout{ID: "mine", Name: "Mine"}, 0, rig.Start)
		must(t, err)
	}
	must(t, r.DB.SavePlaylist(schedule.Playlist{ID: "day", Name: "Day"}))
	restoreContent(t, r)
	_, err := r.DB.AddFlashPart(store.FlashPart{Kind: "bootloader", Filename: "boot.bin"}, []byte("part"))
	must(t, err)
	must(t, r.DB.SaveAlbum(store.Album{ID: "holidays", Name: "Holidays"}))
	return restorePicture(t, r)
}

// restoreKeys gives the server a key, makes it trust another, and returns the id of that.
func restoreKeys(t *testing.T, r *rig.Rig) string {
	t.Helper()
	key, err := ota.NewSigningKey()
	must(t, err)
	signatures := r.DB.Settings().Signatures
	if signatures.Own == nil {
		_, err := r.DB.SetOwnKey(key, "own", rig.Start)
		must(t, err)
	}
	if len(signatures.Trusted) > 0 {
		return signatures.Trusted[0].ID
	}
	other, err := ota.NewSigningKey()
	must(t, err)
	trusted, err := r.DB.TrustKey(&other.PublicKey, "release", rig.Start)
	must(t, err)
	return trusted.ID
}

func restorePicture(t *testing.T, r *rig.Rig) store.Picture {
	t.Helper()
	pictures, err := r.DB.Pictures()
	must(t, err)
	if len(pictures) > 0 {
		return pictures[0]
	}
	var data bytes.Buffer
	must(t, jpeg.Encode(&data, image.NewGray(image.Rect(0, 0, 16, 16)), nil))
	picture, err := r.DB.AddPicture(store.Picture{Title: "grey", Width: 16, Height: 16, Mode: "fill", Uploaded: rig.Start}, data.Bytes())
	must(t, err)
	return picture
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestAddressesThatAreNone answers 404, or 405 where another method would do, to everybody.
func TestAddressesThatAreNone(t *testing.T) {
	r := rig.New(t)
	for _, test := range []struct {
		method, path string
		status       int
		allow        string
	}{
		{"GET", "/nope", 404, ""},
		{"GET", "/api/nope", 404, ""},
		{"GET", "/login/", 404, ""},
		{"GET", "/devices/a/b/c", 404, ""},
		{"PUT", "/login", 405, "GET, POST"},
		{"PUT", "/", 405, "GET"},
		{"DELETE", "/api/categories", 405, "GET"},
		{"POST", "/static/app.css", 405, "GET"},
	} {
		t.Run(test.method+" "+test.path, func(t *testing.T) {
			for name, answer := range map[string]rig.Answer{
				"nobody": r.Do(test.method, test.path, nil),
				"owner":  r.Do(test.method, test.path, nil, "Cookie", r.Session()),
			} {
				if answer.Status != test.status || (test.allow != "" && answer.Header.Get("Allow") != test.allow) {
					t.Errorf("%s: %d, Allow %q", name, answer.Status, answer.Header.Get("Allow"))
				}
			}
		})
	}
	if refused := r.DB.Refused(); len(refused) > 0 {
		t.Errorf("noted as refused: %+v", refused)
	}
}
