package access

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"personalcms/store"

	"github.com/google/go-cmp/cmp"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// clock is a time that tests set.
type clock struct{ time.Time }

func (c *clock) now() time.Time { return c.Time }

func open(t *testing.T) (*Access, *store.DB, *clock) {
	t.Helper()
	db, err := store.Open(t.TempDir())
	must(t, err)
	t.Cleanup(func() { must(t, db.Close()) })
	c := &clock{noon}
	return New(db, []byte("secret"), false, c.now), db, c
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestSignedAddresses(t *testing.T) {
	a, db, _ := open(t)
	signature := a.Sign("firmware", "T_1.0", "panel", "7", "1795435200")
	for _, test := range []struct {
		name      string
		signature string
		parts     []string
		want      bool
	}{
		{"as signed", signature, []string{"firmware", "T_1.0", "panel", "7", "1795435200"}, true},
		{"other kind", signature, []string{"upload", "T_1.0", "panel", "7", "1795435200"}, false},
		{"other key", signature, []string{"firmware", "T_1.1", "panel", "7", "1795435200"}, false},
		{"other device", signature, []string{"firmware", "T_1.0", "panel2", "7", "1795435200"}, false},
		{"other attempt", signature, []string{"firmware", "T_1.0", "panel", "8", "1795435200"}, false},
		{"later", signature, []string{"firmware", "T_1.0", "panel", "7", "1795435201"}, false},
		{"a part less", signature, []string{"firmware", "T_1.0", "panel", "7"}, false},
		{"a part more", signature, []string{"firmware", "T_1.0", "panel", "7", "1795435200", ""}, false},
		{"letters moved to the next part", signature, []string{"firmware", "T_1.", "0panel", "7", "1795435200"}, false},
		{"no signature", "", []string{"firmware", "T_1.0", "panel", "7", "1795435200"}, false},
		{"cut signature", signature[:15], []string{"firmware", "T_1.0", "panel", "7", "1795435200"}, false},
		{"longer signature", signature + "A", []string{"firmware", "T_1.0", "panel", "7", "1795435200"}, false},
		{"upper case", strings.ToUpper(signature), []string{"firmware", "T_1.0", "panel", "7", "1795435200"}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := a.Signed(test.signature, test.parts...); got != test.want {
				t.Errorf("%v, want %v", got, test.want)
			}
		})
	}
	if len(signature) != 16 {
		t.Errorf("the signature has %d letters", len(signature))
	}
	if New(db, []byte("another secret"), false, time.Now).Signed(signature, "firmware", "T_1.0", "panel", "7", "1795435200") {
		t.Error("a server with another secret takes the signature")
	}
}

func TestCallerOfKey(t *testing.T) {
	a, db, _ := open(t)
	id, key := NewKey()
	must(t, db.AddKey(store.APIKey{ID: id, Name: "script", Hash: Hash(key), Scopes: []string{"read"}}))
	wanted := Caller{Name: "key script", Role: "editor", Scopes: []string{"read"}}
	for _, test := range []struct {
		name, header string
		want         Caller
	}{
		{"right", "Bearer " + key, wanted},
		{"scheme in small letters", "bearer " + key, wanted},
		{"spaces around", "Bearer   " + key + " ", wanted},
		{"nothing", "", Caller{}},
		{"only the scheme", "Bearer", Caller{}},
		{"empty key", "Bearer ", Caller{}},
		{"other scheme", "Basic " + key, Caller{}},
		{"only the prefix", "Bearer pcms_", Caller{}},
		{"empty id", "Bearer pcms__" + NewToken(), Caller{}},
		{"only the id", "Bearer pcms_" + id, Caller{}},
		{"id and nothing", "Bearer pcms_" + id + "_", Caller{}},
		{"wrong secret", "Bearer pcms_" + id + "_" + NewToken(), Caller{}},
		{"cut", "Bearer " + key[:len(key)-1], Caller{}},
		{"longer", "Bearer " + key + "A", Caller{}},
		{"the hash of it", "Bearer pcms_" + id + "_" + Hash(key), Caller{}},
		{"another server's", "Bearer " + strings.Replace(key, "pcms_", "other_", 1), Caller{}},
		{"a long one", "Bearer pcms_" + strings.Repeat("a", 60_000) + "_b", Caller{}},
		{"bytes", "Bearer pcms_\xff\xfe_\x80", Caller{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			request := httptest.NewRequest(http.MethodGet, "/", nil)
			request.Header.Set("Authorization", test.header)
			caller, ok := a.Caller(request)
			if diff := cmp.Diff(test.want, caller); diff != "" || ok != (test.want.Name != "") {
				t.Errorf("%v (-want +got):\n%s", ok, diff)
			}
		})
	}
}

func TestCallerOfSession(t *testing.T) {
	a, db, clock := open(t)
	must(t, db.CreateFirstUser(store.User{Name: "anna", Role: "owner"}))
	request := httptest.NewRequest(http.MethodGet, "/", nil)
	request.Header.Set("User-Agent", strings.Repeat("x", 1000))
	cookie, err := a.OpenSession(request, "anna")
	must(t, err)
	request.AddCookie(cookie)
	known := func() bool { _, ok := a.Caller(request); return ok }
	if !known() {
		t.Error("a new session is not known")
	}
	session, _, err := db.Session(Hash(cookie.Value))
	must(t, err)
	if len(session.Agent) != 200 {
		t.Errorf("%d bytes of the browser's name are kept", len(session.Agent))
	}
	clock.Time = session.Expires.Add(-time.Second)
	if !known() {
		t.Error("the session ended too early")
	}
	clock.Time = session.Expires
	if known() {
		t.Error("the session did not end")
	}
}

func TestCookies(t *testing.T) {
	_, db, clock := open(t)
	for _, test := range []struct {
		name   string
		secure bool
	}{{"plain", false}, {"under TLS", true}} {
		t.Run(test.name, func(t *testing.T) {
			a := New(db, []byte("secret"), test.secure, clock.now)
			cookie, err := a.OpenSession(httptest.NewRequest(http.MethodGet, "/", nil), "anna")
			must(t, err)
			want := &http.Cookie{
				Name: CookieName, Value: cookie.Value, Path: "/", MaxAge: 30 * 24 * 3600, HttpOnly: true, Secure: test.secure, SameSite: http.SameSiteLaxMode,
			}
			if diff := cmp.Diff(want, cookie); diff != "" || len(cookie.Value) != 43 {
				t.Errorf("%d letters (-want +got):\n%s", len(cookie.Value), diff)
			}
			want.Value, want.MaxAge = "", -1
			if diff := cmp.Diff(want, a.EmptyCookie()); diff != "" {
				t.Errorf("to forget (-want +got):\n%s", diff)
			}
		})
	}
}

func TestMay(t *testing.T) {
	for _, test := range []struct {
		name            string
		caller          Caller
		write, firmware bool
	}{
		{"nobody", Caller{}, false, false},
		{"owner", Caller{Role: "owner", Session: "s"}, true, true},
		{"editor", Caller{Role: "editor", Session: "s"}, true, true},
		{"viewer", Caller{Role: "viewer", Session: "s"}, false, false},
		{"unknown role", Caller{Role: "", Session: "s"}, false, false},
		{"reading key", Caller{Role: "editor", Scopes: []string{"read"}}, false, false},
		{"firmware key", Caller{Role: "editor", Scopes: []string{"firmware"}}, false, true},
		{"writing key", Caller{Role: "editor", Scopes: []string{"write"}}, true, false},
		{"key without scopes", Caller{Role: "editor"}, false, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := test.caller.May("write"); got != test.write {
				t.Errorf("write: %v", got)
			}
			if got := test.caller.May("firmware"); got != test.firmware {
				t.Errorf("firmware: %v", got)
			}
		})
	}
}

func TestDevice(t *testing.T) {
	a, _, _ := open(t)
	for _, test := range []struct {
		name, hash, header string
		want               bool
	}{
		{"its token", Hash("token"), "Bearer token", true},
		{"no token sent", Hash("token"), "", false},
		{"another", Hash("token"), "Bearer other", false},
		{"its hash", Hash("token"), "Bearer " + Hash("token"), false},
		{"as Basic", Hash("token"), "Basic token", false},
		{"legacy without", "", "", true},
		{"legacy with any", "", "Bearer any", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			request := httptest.NewRequest(http.MethodGet, "/", nil)
			request.Header.Set("Authorization", test.header)
			if got := a.Device(request, store.Device{TokenHash: test.hash}); got != test.want {
				t.Errorf("%v, want %v", got, test.want)
			}
		})
	}
}
