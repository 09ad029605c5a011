package device_test

import (
	"net/http"
	"strings"
	"testing"

	"personalcms/handlers/rig"
)

// refusal is a request that must not be carried out.
type refusal struct {
	name    string
	method  string // "" = that of the endpoint
	path    string // "" = that of the endpoint for the enrolled device
	body    any
	headers []string // beside the token
	auth    string   // "" = the device's token, "none" = no header
	status  int
	word    string
	key     string // the JSON key that the answer names
	says    string // v1's message, where it is fixed
	router  bool   // refused before it reached a handler of devices: without the v1 keys
}

// endpoint is an address of devices and how its refusals are tested.
type endpoint struct {
	method string
	path   string // with %ID% for the device id
	body   any    // a good one
}

func (e endpoint) of(id string) string { return strings.Replace(e.path, "%ID%", id, 1) }

// refuses sends each request of a table to one server and makes sure that nothing came of it.
func (e endpoint) refuses(t *testing.T, r *rig.Rig, token string, cases []refusal) {
	t.Helper()
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			before := snap(t, r)
			headers := tc.headers
			switch tc.auth {
			case "":
				headers = append([]string{"Authorization", token}, headers...)
			case "none":
			default:
				headers = append([]string{"Authorization", tc.auth}, headers...)
			}
			method, path := e.method, e.of(panelID)
			if tc.method != "" {
				method = tc.method
			}
			if tc.path != "" {
				path = tc.path
			}
			answer := r.Do(method, path, tc.body, headers...)
			if tc.router {
				isPlainProblem(t, answer, tc.status, tc.word)
				unchanged(t, r, before)
				return
			}
			isProblem(t, answer, tc.status, tc.word)
			body := answer.JSON(t)
			if tc.key != "" && body["key"] != tc.key {
				t.Errorf("it names the key %v, want %q: %s", body["key"], tc.key, answer.Body)
			}
			if tc.says != "" && (body["message"] != tc.says || body["error"] != tc.says) {
				t.Errorf("v1 reads %v, want %q", body["message"], tc.says)
			}
			unchanged(t, r, before)
		})
	}
}

// jsonCases are what every endpoint that takes JSON refuses.
func (e endpoint) jsonCases() []refusal {
	return []refusal{
		{name: "malformed JSON", body: `{"a":`, status: 400, word: "malformed_json"},
		{name: "two objects", body: `{} {}`, status: 400, word: "malformed_json"},
		{name: "NaN", body: `{"temperature":NaN}`, status: 400, word: "malformed_json"},
		{name: "not JSON at all", body: "temperature=21", status: 400, word: "malformed_json"},
		{name: "nested too deeply", body: `{"a":` + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000) + `}`, status: 400, word: "malformed_json"},
		{name: "a list", body: `[1]`, status: 400, word: "not_an_object"},
		{name: "a string", body: `"hello"`, status: 400, word: "not_an_object"},
		{name: "null", body: `null`, status: 400, word: "not_an_object"},
		{name: "one byte over 64 KiB", body: `{"a":"` + strings.Repeat("x", 64<<10-7) + `"}`, status: 413, word: "too_large"},
		{name: "64 KiB without a length", body: chunked(`{"a":"` + strings.Repeat("x", 80_000) + `"}`), status: 413, word: "too_large"},
	}
}

// chunked hides the length of a body.
func chunked(body string) any { return struct{ *strings.Reader }{strings.NewReader(body)} }

// idCases are what every endpoint of one device refuses; makes says that it makes unknown devices.
func (e endpoint) idCases(makes bool) []refusal {
	cases := []refusal{
		{name: "a token too many letters", auth: "Bearer " + strings.Repeat("A", 43), body: e.body, status: 401, word: "wrong_token"},
		{name: "no token", auth: "none", body: e.body, status: 401, word: "wrong_token"},
		{name: "an empty token", auth: "Bearer ", body: e.body, status: 401, word: "wrong_token"},
		{name: "the token as Basic", auth: "Basic YTpi", body: e.body, status: 401, word: "wrong_token"},
		{name: "a token of another device", auth: "other", body: e.body, status: 401, word: "wrong_token"},
	}
	for name, id := range map[string]string{
		"a space": "kitchen%20panel", "a way out": "..%2F..%2Fetc%2Fpasswd", "65 characters": strings.Repeat("a", 65), "empty": "",
		"umlaut": "k%C3%BCche", "not UTF-8": "%FF%FE", "line feed": "panel%0A", "NUL": "panel%00", "quote": "%22%3E%3Cscript%3E", "percent": "%25",
	} {
		tc := refusal{name: "id: " + name, path: e.of(id), body: e.body, auth: "none", status: 400, word: "bad_device_id"}
		if id == "" && strings.HasSuffix(e.path, "%ID%") {
			tc.status, tc.word, tc.router = 404, "not_found", true // nothing is at the address without an id
		}
		cases = append(cases, tc)
	}
	if !makes {
		cases = append(cases, refusal{
			name: "unknown device", path: e.of("nobody"), body: e.body, auth: "none",
			status: 404, word: "unknown_device", says: "Device not found",
		})
	}
	return cases
}

// stage is a server with a device that keeps a token, and another whose token is of no use to it.
func stage(t *testing.T, cases []refusal) (*rig.Rig, string) {
	t.Helper()
	r := rig.New(t)
	token, other := r.Enrol(panelID, panelType), r.Enrol("other-panel", panelType)
	for i := range cases {
		if cases[i].auth == "other" {
			cases[i].auth = other
		}
	}
	return r, token
}

// refuse runs a table against a new stage.
func (e endpoint) refuse(t *testing.T, cases []refusal) {
	t.Helper()
	t.Parallel()
	r, token := stage(t, cases)
	e.refuses(t, r, token, cases)
	if strings.Contains(r.Log.String(), `"level":"error"`) {
		t.Errorf("refused requests were logged as errors of the server:\n%s", r.Log)
	}
}

// TestVeryLargeBodyIsRefusedBeforeItIsRead: such a body never reaches a device handler.
func TestVeryLargeBodyIsRefusedBeforeItIsRead(t *testing.T) {
	t.Parallel()
	r := rig.New(t)
	before := snap(t, r)
	answer := r.Do(http.MethodPost, "/api/devices/register", `{"a":"`+strings.Repeat("x", 300<<10)+`"}`)
	if answer.Status != http.StatusRequestEntityTooLarge || answer.Header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("%d %s %s", answer.Status, answer.Header.Get("Content-Type"), answer.Body)
	}
	unchanged(t, r, before)
}
