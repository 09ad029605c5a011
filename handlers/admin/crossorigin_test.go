package admin_test

import (
	"net/http"
	"strings"
	"testing"

	"personalcms/handlers/rig"
)

// TestCrossOriginChangesNothing sends every changing request as a page of another site would, signed
// in and with an API key.
func TestCrossOriginChangesNothing(t *testing.T) {
	r := rig.New(t)
	r.Enrol("panel", "T")
	picture := addPicture(t, r, "sea", 64, 48)
	session, key := r.Session(), r.Key()
	fill := strings.NewReplacer(":device_id", "panel", ":album_id", "holidays", ":id", picture.ID, ":firmware_key", "T_1.0", ":file", "x")
	unchanged(t, r, func() {
		for _, route := range r.Echo.Routes() {
			switch route.Method {
			case http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete:
			default:
				continue
			}
			for name, headers := range map[string][]string{
				"cross-site":  {"Sec-Fetch-Site", "cross-site"},
				"same-site":   {"Sec-Fetch-Site", "same-site"},
				"old browser": {"Origin", "http://evil.example"},
				"no origin":   {"Origin", "null"},
			} {
				t.Run(route.Method+" "+route.Path+" "+name, func(t *testing.T) {
					headers = append(headers, "Cookie", session, "Authorization", key, "Content-Type", "application/x-www-form-urlencoded")
					answer := r.Do(route.Method, fill.Replace(route.Path), "username=admin", headers...)
					wants(t, answer, http.StatusForbidden, "came from another site")
				})
			}
		}
	})
}

// TestSameOriginIsTaken: what the browser says of our own pages, and scripts that say nothing.
func TestSameOriginIsTaken(t *testing.T) {
	r := rig.New(t)
	for name, headers := range map[string][]string{
		"same-origin":        {"Sec-Fetch-Site", "same-origin"},
		"typed":              {"Sec-Fetch-Site", "none"},
		"old browser":        {"Origin", r.URL},
		"script":             {},
		"link to a page":     {"Sec-Fetch-Site", "cross-site", "X-Method", "GET"},
		"old link to a page": {"Origin", "http://evil.example", "X-Method", "GET"},
	} {
		t.Run(name, func(t *testing.T) {
			method, path, want := http.MethodPost, "/refused/forget", http.StatusSeeOther
			if len(headers) == 4 {
				method, path, want = http.MethodGet, "/refused", http.StatusOK
			}
			wants(t, r.Do(method, path, nil, append(headers, "Cookie", r.Session())...), want)
		})
	}
}

func TestHeadersOfEveryAnswer(t *testing.T) {
	r := rig.New(t)
	session := r.Session()
	for _, path := range []string{"/", "/login", "/nope", "/healthz", "/api/v1/devices", "/api/nope", "/static/nope"} {
		t.Run(path, func(t *testing.T) {
			answer := r.Do(http.MethodGet, path, nil, "Cookie", session)
			policy := answer.Header.Get("Content-Security-Policy")
			for _, part := range []string{"script-src 'self'", "frame-ancestors 'none'", "form-action 'self'", "base-uri 'none'"} {
				if !strings.Contains(policy, part) {
					t.Errorf("policy %q lacks %s", policy, part)
				}
			}
			if got := answer.Header.Get("X-Content-Type-Options"); got != "nosniff" {
				t.Errorf("X-Content-Type-Options %q", got)
			}
		})
	}
}
