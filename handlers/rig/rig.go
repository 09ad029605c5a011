// Package rig runs the whole router on a real data file in a temporary folder, with a clock that
// tests set. It is used by tests only.
package rig

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"personalcms/assets"
	"personalcms/content"
	"personalcms/handlers"
	"personalcms/handlers/access"
	"personalcms/handlers/admin"
	"personalcms/handlers/device"
	"personalcms/handlers/feeds"
	"personalcms/handlers/fleet"
	"personalcms/handlers/intake"
	"personalcms/handlers/screen"
	"personalcms/render"
	"personalcms/store"

	"github.com/labstack/echo/v4"
	"github.com/rs/zerolog"
)

// Start is what the clock of a new rig shows.
var Start = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// MaxUpload is the limit of uploads in a rig, in bytes.
const MaxUpload = 4 << 20

// Password is that of the owner "admin".
const Password = "correct horse battery"

// Rig is a running server.
type Rig struct {
	T      testing.TB
	DB     *store.DB
	Access *access.Access
	Fleet  *fleet.Fleet
	Deltas *fleet.Deltas
	Echo   *echo.Echo // the router
	URL    string     // http://127.0.0.1:port
	Log    *bytes.Buffer

	// Places are what the search for a place finds, by its name.
	Places map[string][]content.Place

	mu  sync.Mutex
	now time.Time
	key string
}

// New starts a server with an owner; it ends with the test.
func New(t testing.TB) *Rig {
	t.Helper()
	return NewAs(t, "owner")
}

// NewAs is New where the user "admin" has another role; with "" there is no user yet.
func NewAs(t testing.TB, role string) *Rig {
	t.Helper()
	r := &Rig{T: t, now: Start, Log: &bytes.Buffer{}}
	db, err := store.Open(t.TempDir())
	r.must(err)
	t.Cleanup(func() { r.must(db.Close()) })
	files, err := assets.Load()
	r.must(err)
	renderer, err := render.New(os.DirFS(fonts(t)), os.DirFS(fonts(t)))
	r.must(err)
	library, err := content.NewLibrary(db.Additions)
	r.must(err)
	log := zerolog.New(zerolog.SyncWriter(r.Log))
	a := access.New(db, db.Secret(), false, r.Now)
	screens := screen.New(db, renderer, library, log)
	sources := feeds.New(db, content.NewFetcher(content.UserAgent("test", ""), r.Now), log, r.Now)
	r.Fleet, r.Deltas = fleet.New(db, Start.Add(-time.Hour)), fleet.NewDeltas(db, log, r.Now)
	pages := admin.New(db, admin.Config{
		Access: a, Intake: intake.New(db), Screens: screens, Feeds: sources, Fleet: r.Fleet, Library: library, Files: files, Log: log, Now: r.Now, Version: "test", MaxUpload: MaxUpload,
		Places: r.find,
	})
	r.Echo = handlers.New(db, files, a, device.New(db, a, screens, library, log, r.Now), pages, MaxUpload, log)
	server := httptest.NewServer(r.Echo)
	t.Cleanup(server.Close)
	r.DB, r.Access, r.URL = db, a, server.URL
	if role == "" {
		return r
	}
	r.must(db.CreateFirstUser(store.User{Name: "admin", Role: role, Password: access.HashPassword(Password), Created: Start}))
	return r
}

// fonts finds the built fonts from any package's folder; without them Go's letters do.
func fonts(t testing.TB) string {
	for folder := "."; len(folder) < 20; folder += "/.." {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			built := filepath.Join(folder, "assets", "dist", "fonts")
			if _, err := os.Stat(built); err != nil {
				return t.TempDir()
			}
			return built
		}
	}
	t.Fatal("no go.mod above the test’s folder")
	return ""
}

func (r *Rig) must(err error) {
	r.T.Helper()
	if err != nil {
		r.T.Fatal(err)
	}
}

// find stands in for the place search of the web, which it does not reach when Places is nil.
func (r *Rig) find(_ context.Context, name, _ string) ([]content.Place, error) {
	if r.Places == nil {
		return nil, content.ErrUnreachable
	}
	return r.Places[name], nil
}

// Now is what the clock shows.
func (r *Rig) Now() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.now
}

// Pass lets time pass.
func (r *Rig) Pass(d time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now = r.now.Add(d)
}

// Answer is what came back.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// JSON is the body as an object; it fails the test when it is none.
func (a Answer) JSON(t testing.TB) map[string]any {
	t.Helper()
	var object map[string]any
	if err := json.Unmarshal(a.Body, &object); err != nil {
		t.Fatalf("status %d, not an object: %v: %.300s", a.Status, err, a.Body)
	}
	return object
}

// Do sends a request without following redirects. body is nil, a string, []byte, or something that
// is sent as JSON; headers are pairs of name and value.
func (r *Rig) Do(method, path string, body any, headers ...string) Answer {
	r.T.Helper()
	var reader io.Reader
	switch body := body.(type) {
	case nil:
	case string:
		reader = strings.NewReader(body)
	case []byte:
		reader = bytes.NewReader(body)
	case io.Reader:
		reader = body
	default:
		raw, err := json.Marshal(body)
		r.must(err)
		reader = bytes.NewReader(raw)
	}
	request, err := http.NewRequest(method, r.URL+path, reader)
	r.must(err)
	for i := 0; i+1 < len(headers); i += 2 {
		if headers[i] == "Host" {
			request.Host = headers[i+1]
			continue
		}
		request.Header.Set(headers[i], headers[i+1])
	}
	client := http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport:     &http.Transport{DisableCompression: true, DisableKeepAlives: true},
	}
	response, err := client.Do(request)
	r.must(err)
	defer func() { _ = response.Body.Close() }()
	raw, err := io.ReadAll(response.Body)
	r.must(err)
	return Answer{response.StatusCode, response.Header, raw}
}

// Key is an API key with all scopes, as an Authorization header's value.
func (r *Rig) Key() string {
	r.T.Helper()
	if r.key == "" {
		id, key := access.NewKey()
		r.must(r.DB.AddKey(store.APIKey{ID: id, Name: "test", Hash: access.Hash(key), Scopes: []string{"read", "write", "firmware"}, Created: Start}))
		r.key = "Bearer " + key
	}
	return r.key
}

// Script sends a request with an API key that may do everything.
func (r *Rig) Script(method, path string, body any, headers ...string) Answer {
	r.T.Helper()
	return r.Do(method, path, body, append([]string{"Authorization", r.Key()}, headers...)...)
}

// Session is the cookie of a new session of the owner, as a Cookie header's value.
func (r *Rig) Session() string {
	r.T.Helper()
	request := httptest.NewRequest(http.MethodGet, "/", nil)
	cookie, err := r.Access.OpenSession(request, "admin")
	r.must(err)
	return cookie.Name + "=" + cookie.Value
}

// Form is the body and content type of a multipart form with one file.
func Form(t testing.TB, field, filename string, data []byte, values map[string]string) (body []byte, contentType string) {
	t.Helper()
	var out bytes.Buffer
	w := multipart.NewWriter(&out)
	for name, value := range values {
		if err := w.WriteField(name, value); err != nil {
			t.Fatal(err)
		}
	}
	part, err := w.CreateFormFile(field, filename)
	if err == nil {
		_, err = part.Write(data)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), w.FormDataContentType()
}

// Enrol registers a device of a type that keeps a token, approves it, and returns its Authorization
// header's value.
func (r *Rig) Enrol(id, deviceType string) string {
	r.T.Helper()
	answer := r.Do(http.MethodPost, "/api/devices/register", map[string]any{
		"device_id": id, "device_type": deviceType, "device_name": id, "auth": "token", "chip": "esp32", "ota_slot_size": 1310720,
	})
	token, _ := answer.JSON(r.T)["token"].(string)
	if answer.Status != http.StatusOK || token == "" {
		r.T.Fatalf("register: %d %s", answer.Status, answer.Body)
	}
	r.Approve(id, false)
	return "Bearer " + token
}

// EnrolLegacy makes a device that behaves like firmware 2.4.x known and approves it without a token.
func (r *Rig) EnrolLegacy(id, deviceType string) {
	r.T.Helper()
	answer := r.Do(http.MethodPost, "/api/devices/register", map[string]any{
		"device_id": id, "device_type": deviceType, "device_name": id, "occupation": "panel",
	})
	if answer.Status != http.StatusOK {
		r.T.Fatalf("register: %d %s", answer.Status, answer.Body)
	}
	r.Approve(id, true)
}

// Approve approves a device as its owner would.
func (r *Rig) Approve(id string, withoutToken bool) {
	r.T.Helper()
	answer := r.Script(http.MethodPost, "/api/v1/devices/"+id+"/approve", map[string]any{"without_token": withoutToken})
	if answer.Status != http.StatusOK {
		r.T.Fatalf("approve: %d %s", answer.Status, answer.Body)
	}
}

// Upload uploads a firmware image and returns its key.
func (r *Rig) Upload(deviceType string, image []byte, assign bool) string {
	r.T.Helper()
	values := map[string]string{"device_type": deviceType}
	if assign {
		values["auto_assign"] = "true"
	}
	body, contentType := Form(r.T, "firmware", "sketch.ino.bin", image, values)
	answer := r.Script(http.MethodPost, "/api/ota/upload", body, "Content-Type", contentType)
	key, _ := answer.JSON(r.T)["firmware_key"].(string)
	if answer.Status != http.StatusOK || key == "" {
		r.T.Fatalf("upload: %d %s", answer.Status, answer.Body)
	}
	return key
}
