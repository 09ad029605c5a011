package admin_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"personalcms/handlers/access"
	"personalcms/handlers/rig"

	"github.com/google/go-cmp/cmp"
)

func signIn(r *rig.Rig, name, password, next string) rig.Answer {
	return r.Do(http.MethodPost, "/login", query("username", name, "password", password, "next", next),
		"Content-Type", "application/x-www-form-urlencoded")
}

func apiSignIn(r *rig.Rig, name, password string) rig.Answer {
	return r.Do(http.MethodPost, "/api/v1/session", map[string]any{"username": name, "password": password})
}

// isOpen tells whether a session's cookie still opens pages.
func isOpen(r *rig.Rig, session string) bool {
	return r.Do(http.MethodGet, "/settings", nil, "Cookie", session).Status == http.StatusOK
}

func TestLogin(t *testing.T) {
	r := rig.New(t)
	for _, test := range []struct{ name, user, password string }{
		{"wrong password", "admin", "wrong password"}, {"unknown name", "nobody", rig.Password}, {"nothing", "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			answer := signIn(r, test.user, test.password, "/refused")
			wants(t, answer, http.StatusUnauthorized, "do not belong together", `action="/login"`, `value="`+test.user+`"`, `value="/refused"`, "!wrong password")
			if cookie(t, answer, access.CookieName) != nil {
				t.Error("a session was opened")
			}
		})
	}
	answer := signIn(r, "admin", rig.Password, "/devices/panel?x=1")
	wants(t, answer, http.StatusSeeOther)
	if got := answer.Header.Get("Location"); got != "/devices/panel?x=1" {
		t.Errorf("led to %q", got)
	}
	set := cookie(t, answer, access.CookieName)
	if set == nil || !set.HttpOnly || set.SameSite != http.SameSiteLaxMode || set.Path != "/" || set.MaxAge != 30*24*3600 || set.Secure {
		t.Errorf("cookie %+v", set)
	}
	if !isOpen(r, cookieHeader(t, answer)) {
		t.Error("the session opens nothing")
	}
	if _, _, err := r.DB.Session(set.Value); err == nil {
		t.Error("the session is kept as it is and not as a hash")
	}
}

func TestLoginCannotLeaveTheSite(t *testing.T) {
	r := rig.New(t)
	for _, test := range []struct{ next, want string }{
		{"", "/"},
		{"/", "/"},
		{"/settings", "/settings"},
		{"/devices/a%20b", "/devices/a%20b"},
		{"//evil.example", "/"},
		{"///evil.example", "/"},
		{`/\evil.example`, "/"},
		{`\\evil.example`, "/"},
		{`\/evil.example`, "/"},
		{"https://evil.example", "/"},
		{"evil.example", "/"},
		{"javascript:alert(1)", "/"},
		{" //evil.example", "/"},
		{"/\t/evil.example", "/"},
		{"/\n/evil.example", "/"},
		{"\t//evil.example", "/"},
		{"/x\r\nSet-Cookie: a=b", "/"},
	} {
		t.Run(test.next, func(t *testing.T) {
			answer := signIn(r, "admin", rig.Password, test.next)
			if got := answer.Header.Get("Location"); answer.Status != http.StatusSeeOther || got != test.want {
				t.Errorf("%d, led to %q, want %q", answer.Status, got, test.want)
			}
			page := r.Do(http.MethodGet, "/login?"+query("next", test.next), nil)
			wants(t, page, http.StatusOK, `name="next" value="`+test.want+`"`)
		})
	}
}

// TestWayToLogin: pages lead to the sign-in page and back, partials tell htmx, pictures say 401.
func TestWayToLogin(t *testing.T) {
	r := rig.New(t)
	for _, test := range []struct {
		name, method, path, htmx string
		status                   int
		location, redirect       string
	}{
		{"first page", "GET", "/", "", 303, "/login", ""},
		{"page", "GET", "/devices/panel?a=b&c=d", "", 303, "/login?next=%2Fdevices%2Fpanel%3Fa%3Db%26c%3Dd", ""},
		{"form", "POST", "/settings/server", "", 303, "/login", ""},
		{"partial", "GET", "/partials/devices", "true", 401, "", "/login"},
		{"form of htmx", "POST", "/devices/panel/settings", "true", 401, "", "/login"},
		{"picture", "GET", "/devices/panel/screen.png", "", 401, "", ""},
		{"stream", "GET", "/events", "", 401, "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			headers := []string{}
			if test.htmx != "" {
				headers = append(headers, "HX-Request", test.htmx)
			}
			answer := r.Do(test.method, test.path, nil, headers...)
			got := []any{answer.Status, answer.Header.Get("Location"), answer.Header.Get("HX-Redirect")}
			if diff := cmp.Diff([]any{test.status, test.location, test.redirect}, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestGuessingIsLimited(t *testing.T) {
	r := rig.New(t)
	for range 7 {
		wantProblem(t, apiSignIn(r, "admin", "wrong password"), http.StatusUnauthorized, "wrong_password", "")
	}
	wants(t, apiSignIn(r, "admin", rig.Password), http.StatusNoContent) // gives the tries back
	for range 8 {
		wantProblem(t, apiSignIn(r, "admin", "wrong password"), http.StatusUnauthorized, "wrong_password", "")
	}
	answer := apiSignIn(r, "admin", rig.Password)
	wantProblem(t, answer, http.StatusTooManyRequests, "too_many_tries", "")
	wait, _ := answer.JSON(t)["retry_after_seconds"].(float64)
	if wait < 1 || wait > 13 || answer.Header.Get("Retry-After") == "" {
		t.Errorf("wait %v seconds, Retry-After %q", wait, answer.Header.Get("Retry-After"))
	}
	wants(t, signIn(r, "admin", rig.Password, "/"), http.StatusTooManyRequests, "Wait a few minutes", `action="/login"`)
	r.Pass(time.Duration(wait) * time.Second)
	wants(t, signIn(r, "admin", rig.Password, "/"), http.StatusSeeOther)
	reasons := map[string]bool{}
	for _, refusal := range r.DB.Refused() {
		reasons[refusal.Reason] = true
	}
	if !reasons["too_many_tries"] {
		t.Errorf("the owner’s list shows %v", reasons)
	}
}

func TestSessionEnds(t *testing.T) {
	for _, test := range []struct {
		name string
		end  func(r *rig.Rig, session string) rig.Answer
		want int
	}{
		{"signed out", func(r *rig.Rig, session string) rig.Answer {
			return r.Do(http.MethodPost, "/logout", nil, "Cookie", session)
		}, http.StatusSeeOther},
		{"signed out by a script", func(r *rig.Rig, session string) rig.Answer {
			return r.Do(http.MethodDelete, "/api/v1/session", nil, "Cookie", session)
		}, http.StatusNoContent},
		{"signed out everywhere", func(r *rig.Rig, session string) rig.Answer {
			return r.Do(http.MethodPost, "/settings/logout-everywhere", nil, "Cookie", session)
		}, http.StatusSeeOther},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := rig.New(t)
			session, other := r.Session(), r.Session()
			answer := test.end(r, session)
			wants(t, answer, test.want)
			if set := cookie(t, answer, access.CookieName); set == nil || set.MaxAge >= 0 || set.Value != "" {
				t.Errorf("the browser keeps its cookie: %+v", set)
			}
			if isOpen(r, session) {
				t.Error("the session is still open")
			}
			if everywhere := test.name == "signed out everywhere"; isOpen(r, other) == everywhere {
				t.Errorf("the other browser is signed in: %v", !everywhere)
			}
		})
	}
	t.Run("expired", func(t *testing.T) {
		r := rig.New(t)
		session := r.Session()
		r.Pass(30*24*time.Hour - time.Second)
		if !isOpen(r, session) {
			t.Error("it ended before 30 days")
		}
		r.Pass(time.Second)
		if isOpen(r, session) {
			t.Error("it is open after 30 days")
		}
	})
}

func TestPasswordChangeEndsOtherSessions(t *testing.T) {
	r := rig.New(t)
	b, other := newBrowser(r, false), r.Session()
	form := func(current, new, again string) rig.Answer {
		return b.post("/settings/password", query("current", current, "new", new, "again", again))
	}
	for _, test := range []struct{ name, current, new, again, sentence string }{
		{"wrong password", "not mine at all", "another password", "another password", "do not belong together"},
		{"too short", rig.Password, "short", "short", "at least 10 characters"},
		{"typed differently", rig.Password, "another password", "an other password", "two passwords differ"},
	} {
		t.Run(test.name, func(t *testing.T) {
			unchanged(t, r, func() {
				answer := form(test.current, test.new, test.again)
				wants(t, answer, http.StatusUnprocessableEntity, test.sentence, `action="/settings/password"`, "!"+test.new+`"`)
			})
		})
	}
	answer := form(rig.Password, "another password", "another password")
	wants(t, answer, http.StatusOK)
	if isOpen(r, other) || isOpen(r, b.cookie) {
		t.Error("another session is still open")
	}
	if !isOpen(r, cookieHeader(t, answer)) {
		t.Error("this browser is signed out")
	}
	wants(t, signIn(r, "admin", rig.Password, "/"), http.StatusUnauthorized)
	wants(t, signIn(r, "admin", "another password", "/"), http.StatusSeeOther)
}

func setUp(r *rig.Rig, host, token, name, password, again string) rig.Answer {
	return r.Do(http.MethodPost, "/setup", query("token", token, "username", name, "password", password, "again", again),
		"Content-Type", "application/x-www-form-urlencoded", "Host", host)
}

func TestSetUpLink(t *testing.T) {
	r := rig.NewAs(t, "")
	wants(t, r.Do(http.MethodGet, "/setup?token=", nil), http.StatusForbidden) // no link was made
	must(t, r.DB.SetSetupToken(access.Hash("link")))
	wants(t, r.Do(http.MethodGet, "/setup?token=link", nil), http.StatusOK, `action="/setup"`, `value="link"`, `value="admin"`)
	for _, path := range []string{"/setup", "/setup?token=wrong", "/setup?token=" + access.Hash("link")} {
		wants(t, r.Do(http.MethodGet, path, nil), http.StatusForbidden, "does not work any more")
	}
	for _, test := range []struct {
		name, token, user, password, again string
		status                             int
		sentence                           string
	}{
		{"wrong token", "wrong", "anna", "right password", "right password", 403, "does not work any more"},
		{"weak password", "link", "anna", "short", "short", 422, "at least 10 characters"},
		{"typed differently", "link", "anna", "right password", "left password", 422, "two passwords differ"},
		{"no name", "link", "  ", "right password", "right password", 422, "Take a name of up to 64"},
		{"name that is none", "link", `"><script>`, "right password", "right password", 422, "Take a name of up to 64"},
	} {
		t.Run(test.name, func(t *testing.T) {
			texts := []string{test.sentence, "!" + test.password + `"`, "!<script>"}
			if test.status == 422 {
				texts = append(texts, `action="/setup"`, `value="link"`)
			}
			if test.user == "anna" && test.status == 422 {
				texts = append(texts, `value="anna"`)
			}
			wants(t, setUp(r, "localhost", test.token, test.user, test.password, test.again), test.status, texts...)
			if has, err := r.DB.HasUsers(); has || err != nil {
				t.Errorf("there is a user, %v", err)
			}
		})
	}
	answer := setUp(r, "cms.home:5000", "link", " anna ", "right password", "right password")
	wants(t, answer, http.StatusSeeOther)
	if !isOpen(r, cookieHeader(t, answer)) || answer.Header.Get("Location") != "/" {
		t.Error("the owner is not signed in")
	}
	if user, err := r.DB.User("anna"); err != nil || user.Role != "owner" {
		t.Errorf("%+v, %v", user, err)
	}
	if diff := cmp.Diff([]string{"cms.home:5000"}, r.DB.Settings().ConfirmedHosts); diff != "" {
		t.Errorf("confirmed names (-want +got):\n%s", diff)
	}
	wants(t, r.Do(http.MethodGet, "/setup?token=link", nil), http.StatusForbidden)
	wants(t, setUp(r, "localhost", "link", "eve", "right password", "right password"), http.StatusForbidden)
	if _, err := r.DB.User("eve"); err == nil {
		t.Error("the link worked twice")
	}
}

// TestSetUpLinkOfTwo: the link is shared by nobody, yet two who press at once make one owner.
func TestSetUpLinkOfTwo(t *testing.T) {
	r := rig.NewAs(t, "")
	must(t, r.DB.SetSetupToken(access.Hash("link")))
	status := make(chan int)
	for _, name := range []string{"anna", "bert"} {
		go func() {
			status <- setUp(r, "localhost", "link", name, "right password", "right password").Status
		}()
	}
	if a, b := <-status, <-status; a+b != http.StatusSeeOther+http.StatusForbidden {
		t.Errorf("%d and %d", a, b)
	}
}

func TestAPISession(t *testing.T) {
	r := rig.New(t)
	answer := apiSignIn(r, "admin", rig.Password)
	wants(t, answer, http.StatusNoContent)
	session := cookieHeader(t, answer)
	wants(t, r.Do(http.MethodGet, "/api/v1/devices", nil, "Cookie", session), http.StatusOK)
	for _, test := range []struct {
		name   string
		body   any
		status int
		word   string
		key    string
	}{
		{"wrong password", map[string]any{"username": "admin", "password": "wrong"}, 401, "wrong_password", ""},
		{"empty", map[string]any{}, 401, "wrong_password", ""},
		{"wrong type", map[string]any{"username": 7}, 400, "wrong_type", "username"},
		{"not JSON", "username=admin", 400, "malformed_json", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			wantProblem(t, r.Do(http.MethodPost, "/api/v1/session", test.body), test.status, test.word, test.key)
		})
	}
	wantProblem(t, r.Script(http.MethodDelete, "/api/v1/session", nil), http.StatusUnauthorized, "sign_in", "")
}

// TestNothingIsServedToPeopleBeforeThereIsAnOwner but the way to become it.
func TestNothingIsServedToPeopleBeforeThereIsAnOwner(t *testing.T) {
	r := rig.NewAs(t, "")
	for _, path := range []string{"/login", "/setup?token=guess"} {
		if answer := r.Do(http.MethodGet, path, nil); answer.Status != http.StatusForbidden || strings.Contains(string(answer.Body), "<form") {
			t.Errorf("%s: %d", path, answer.Status)
		}
	}
	for _, path := range []string{"/", "/devices/panel", "/settings", "/upload"} {
		if answer := r.Do(http.MethodGet, path, nil); answer.Status != http.StatusSeeOther {
			t.Errorf("%s: %d", path, answer.Status)
		}
	}
	answer := r.Do(http.MethodPost, "/api/v1/session", map[string]string{"username": "admin", "password": "x"})
	if detail, _ := answer.JSON(t)["detail"].(string); answer.Status != http.StatusForbidden || !strings.Contains(detail, "no owner yet") {
		t.Errorf("signing in: %d %s", answer.Status, answer.Body)
	}
}
