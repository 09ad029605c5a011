package device_test

import (
	"net/http"
	"testing"

	"personalcms/handlers/rig"
	"personalcms/render"
	"personalcms/store"

	"github.com/google/go-cmp/cmp"
)

const preferencesPath = "/api/devices/" + panelID + "/preferences"

func TestPreferencesRefusesBadInput(t *testing.T) {
	put := endpoint{http.MethodPut, "/api/devices/%ID%/preferences", map[string]any{"preferences": map[string]any{}}}
	cases := append(put.jsonCases(), put.idCases(false)...)
	for _, tc := range []struct{ name, inner, key string }{
		{"a list", `["dad_jokes"]`, "preferences"},
		{"a string", `"dad_jokes"`, "preferences"},
		{"a number", `1`, "preferences"},
		{"null", `null`, "preferences"},
		{"jokes as text", `{"jokes":"dad_jokes"}`, "jokes"},
		{"jokes as numbers", `{"jokes":[1]}`, "jokes"},
		{"riddles as an object", `{"riddles":{}}`, "riddles"},
		{"news as true", `{"news":true}`, "news"},
		{"layout as a number", `{"layout":1}`, "layout"},
	} {
		cases = append(
			cases,
			refusal{name: "PUT " + tc.name, body: `{"preferences":` + tc.inner + `}`, status: 400, word: "wrong_type", key: tc.key},
			refusal{name: "POST wrapped, " + tc.name, method: http.MethodPost, body: `{"preferences":` + tc.inner + `}`, status: 400, word: "wrong_type", key: tc.key},
		)
		if tc.inner[0] == '{' {
			cases = append(cases, refusal{name: "POST bare, " + tc.name, method: http.MethodPost, body: tc.inner, status: 400, word: "wrong_type", key: tc.key})
		}
	}
	const says = "Missing required fields"
	cases = append(
		cases,
		refusal{name: "PUT without the object", body: `{"jokes":[]}`, status: 400, word: "missing_fields", key: "preferences", says: says},
		refusal{name: "PUT without a body", status: 400, word: "missing_fields", key: "preferences", says: says},
		refusal{name: "POST without a body", method: http.MethodPost, status: 400, word: "missing_fields", key: "preferences", says: says},
		refusal{name: "POST a list", method: http.MethodPost, body: `["dad_jokes"]`, status: 400, word: "not_an_object"},
		refusal{name: "GET without the token", method: http.MethodGet, auth: "none", status: 401, word: "wrong_token"},
		refusal{name: "GET an unknown device", method: http.MethodGet, path: put.of("nobody"), status: 404, word: "unknown_device", says: "Device not found"},
		refusal{name: "GET a bad id", method: http.MethodGet, path: put.of("no%20body"), status: 400, word: "bad_device_id"},
	)
	put.refuse(t, cases)
}

// TestPreferencesAreKept: both forms, names twice, names nobody knows.
func TestPreferencesAreKept(t *testing.T) {
	t.Parallel()
	r := rig.New(t)
	token := r.Enrol(panelID, panelType)
	for _, tc := range []struct {
		name, method, body string
		want               store.Preferences
		ignored            any
	}{
		{
			"PUT", http.MethodPut, `{"preferences":{"jokes":["dad_jokes","dad_jokes"],"riddles":["math_riddles"],"news":["tech_news"]}}`,
			store.Preferences{Jokes: []string{"dad_jokes"}, Riddles: []string{"math_riddles"}, News: []string{"tech_news"}, Layout: "default"},
			nil,
		},
		{
			"unknown names", http.MethodPut, `{"preferences":{"jokes":["clean_jokes","tech_news"],"riddles":["../x"],"layout":"wild"}}`,
			store.Preferences{Jokes: []string{"clean_jokes"}, Riddles: []string{}, News: []string{}, Layout: "default"},
			[]any{"tech_news", "../x", "wild"},
		},
		{
			"POST bare", http.MethodPost, `{"jokes":["dad_jokes"],"news":["world_news"],"layout":"default"}`,
			store.Preferences{Jokes: []string{"dad_jokes"}, Riddles: []string{}, News: []string{"world_news"}, Layout: "default"},
			nil,
		},
		{
			"POST wrapped", http.MethodPost, `{"preferences":{"jokes":["clean_jokes"]}}`,
			store.Preferences{Jokes: []string{"clean_jokes"}, Riddles: []string{}, News: []string{}, Layout: "default"},
			nil,
		},
		{
			"a ready layout and a pace", http.MethodPut, `{"preferences":{"layout":"` + render.DefaultPhotoLayout + `","refresh_seconds":600}}`,
			store.Preferences{Jokes: []string{}, Riddles: []string{}, News: []string{}, Layout: render.DefaultPhotoLayout, RefreshSeconds: 600},
			nil,
		},
		{
			"further categories that are none, too fast", http.MethodPut, `{"preferences":{"quotes":["nobody"],"theme":"dark","refresh_seconds":5}}`,
			store.Preferences{Jokes: []string{}, Riddles: []string{}, News: []string{}, Layout: "default"},
			[]any{"nobody", "refresh_seconds"},
		},
	} {
		answer := ok(t, r.Do(tc.method, preferencesPath, tc.body, "Authorization", token), http.StatusOK).JSON(t)
		if diff := cmp.Diff(tc.want, deviceOf(t, r, panelID).Preferences); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.name, diff)
		}
		if diff := cmp.Diff(tc.ignored, answer["ignored"]); diff != "" {
			t.Errorf("%s, ignored (-want +got):\n%s", tc.name, diff)
		}
		again := ok(t, r.Do(http.MethodGet, preferencesPath, nil, "Authorization", token), http.StatusOK).JSON(t)
		if diff := cmp.Diff(answer["preferences"], again["preferences"]); diff != "" {
			t.Errorf("%s: GET differs (-put +get):\n%s", tc.name, diff)
		}
	}
}
