package admin_test

import (
	"bytes"
	"encoding/json"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"personalcms/handlers/access"
	"personalcms/handlers/rig"
	"personalcms/store"

	"github.com/google/go-cmp/cmp"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// state is everything people can change, as JSON lines that differ readably.
func state(t *testing.T, r *rig.Rig) string {
	t.Helper()
	var out strings.Builder
	note := func(what string, value any, err error) {
		must(t, err)
		raw, err := json.MarshalIndent(value, "", " ")
		must(t, err)
		out.WriteString(what + " " + string(raw) + "\n")
	}
	firmware, err := r.DB.AllFirmware()
	note("firmware", firmware, err)
	assignments, err := r.DB.Assignments()
	note("assignments", assignments, err)
	parts, err := r.DB.FlashParts()
	note("parts", parts, err)
	pictures, err := r.DB.Pictures()
	note("pictures", pictures, err)
	keys, err := r.DB.Keys()
	note("keys", keys, err)
	sessions, err := r.DB.Sessions("admin")
	note("sessions", sessions, err)
	log, err := r.DB.Log("", 1000)
	note("log", log, err)
	note("albums", r.DB.Albums(), nil)
	note("devices", r.DB.Devices(), nil)
	note("playlists", r.DB.Playlists(), nil)
	note("settings", r.DB.Settings(), nil)
	note("layouts", r.DB.Layouts(), nil)
	return out.String()
}

// unchanged runs do and reports what it changed.
func unchanged(t *testing.T, r *rig.Rig, do func()) {
	t.Helper()
	before := state(t, r)
	do()
	if diff := cmp.Diff(before, state(t, r)); diff != "" {
		t.Errorf("something changed (-before +after):\n%s", diff)
	}
}

// browser sends forms and opens pages with one session.
type browser struct {
	r      *rig.Rig
	cookie string
	htmx   bool
}

func newBrowser(r *rig.Rig, htmx bool) browser { return browser{r, r.Session(), htmx} }

func (b browser) headers(more ...string) []string {
	headers := append([]string{"Cookie", b.cookie}, more...)
	if b.htmx {
		headers = append(headers, "HX-Request", "true")
	}
	return headers
}

func (b browser) get(path string) rig.Answer {
	return b.r.Do(http.MethodGet, path, nil, b.headers()...)
}

// post sends a form, written as in an address.
func (b browser) post(path, form string) rig.Answer {
	return b.r.Do(http.MethodPost, path, form, b.headers("Content-Type", "application/x-www-form-urlencoded")...)
}

// upload sends a form with one file.
func (b browser) upload(path, field, filename string, data []byte, values map[string]string) rig.Answer {
	b.r.T.Helper()
	body, contentType := rig.Form(b.r.T, field, filename, data, values)
	return b.r.Do(http.MethodPost, path, body, b.headers("Content-Type", contentType)...)
}

// wants compares an answer's status, and what its body says and does not say ("!…").
func wants(t *testing.T, answer rig.Answer, status int, texts ...string) {
	t.Helper()
	if answer.Status != status {
		t.Errorf("status %d, want %d: %.400s", answer.Status, status, answer.Body)
	}
	for _, text := range texts {
		unwanted, not := strings.CutPrefix(text, "!")
		switch found := strings.Contains(string(answer.Body), unwanted); {
		case not && found:
			t.Errorf("the answer holds %q: %.2000s", unwanted, answer.Body)
		case !not && !found:
			t.Errorf("the answer does not hold %q: %s", text, answer.Body)
		}
	}
}

// wantProblem compares a problem's status, word and key.
func wantProblem(t *testing.T, answer rig.Answer, status int, word, key string) {
	t.Helper()
	body := answer.JSON(t)
	got := []any{answer.Status, answer.Header.Get("Content-Type"), body["type"], body["key"]}
	want := []any{status, "application/problem+json", "/problems/" + word, any(key)}
	if key == "" {
		want[3] = nil
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s\n%s", diff, answer.Body)
	}
}

// cookie is what an answer sets, nil where it does not.
func cookie(t *testing.T, answer rig.Answer, name string) *http.Cookie {
	t.Helper()
	for _, line := range answer.Header.Values("Set-Cookie") {
		set, err := http.ParseSetCookie(line)
		must(t, err)
		if set.Name == name {
			return set
		}
	}
	return nil
}

// cookieHeader is a session's cookie as a browser sends it back.
func cookieHeader(t *testing.T, answer rig.Answer) string {
	t.Helper()
	set := cookie(t, answer, access.CookieName)
	if set == nil || set.Value == "" {
		t.Fatalf("no session: %d %.300s", answer.Status, answer.Body)
	}
	return set.Name + "=" + set.Value
}

func query(pairs ...string) string {
	values := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		values.Add(pairs[i], pairs[i+1])
	}
	return values.Encode()
}

// gradient is a picture from black to white.
func gradient(width, height int) image.Image {
	img := image.NewGray(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			img.SetGray(x, y, color.Gray{Y: uint8(x * 255 / width)})
		}
	}
	return img
}

func pngOf(t testing.TB, width, height int) []byte {
	t.Helper()
	var out bytes.Buffer
	must(t, png.Encode(&out, gradient(width, height)))
	return out.Bytes()
}

// addPicture puts a picture into the store without the way through an upload.
func addPicture(t testing.TB, r *rig.Rig, title string, width, height int) store.Picture {
	t.Helper()
	var out bytes.Buffer
	must(t, jpeg.Encode(&out, gradient(width, height), nil))
	picture, err := r.DB.AddPicture(store.Picture{
		Title: title, Width: width, Height: height, Mode: "fill", Size: int64(out.Len()), Uploaded: rig.Start,
	}, out.Bytes())
	must(t, err)
	return picture
}

// screenOf is a white screen, as it is kept of a device.
func screenOf(width, height int) store.Drawn {
	return store.Drawn{
		ETag: "x", Name: "white", At: rig.Start, Width: width, Height: height, Pix: bytes.Repeat([]byte{0xFF}, (width+7)/8*height),
	}
}
