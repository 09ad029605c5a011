package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"personalcms/ota/otatest"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// TestPages walks every page in a browser, on a phone and on a desk, light and dark: no error on the
// console, nothing beside the page, no request that leaves the host, and nothing serious for axe-core.
// With SCREENSHOTS set to a folder it leaves a picture of each there.
func TestPages(t *testing.T) {
	p := start(t, t.TempDir(), "", "PERSONALCMS_ADMIN_PASSWORD="+password, "PERSONALCMS_ENROLMENT=open")
	b := newBrowser(t)
	furnish(t, p)
	axe, err := os.ReadFile(filepath.Join("assets", "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatal("axe-core is not there: run “go tool -modfile=.tools/go.mod task assets” first")
	}
	walkAs := func(name, path string) {
		for _, width := range []int64{390, 1280} {
			for _, scheme := range []string{"light", "dark"} {
				t.Run(fmt.Sprintf("%s %d %s", name, width, scheme), func(t *testing.T) {
					b.open(t, p.url+path, width, scheme)
					b.inspect(t, string(axe))
					b.shoot(t, name, width, scheme)
				})
			}
		}
	}
	walk := func(path string) { walkAs(path, path) }
	walk("/login")
	b.do(t, chromedp.SetValue("#username", "admin"), chromedp.SendKeys("#password", password), chromedp.Submit("#password"))
	b.see(t, "online")
	for _, path := range []string{
		"/", "/devices/pending-1", "/devices/legacy-1", "/devices/hall-1", "/devices/greenhouse-1", "/ota-management", "/ota-management/devices", "/ota-management/firmware/" + newFirmware, "/ota-management/calendar", "/upload", "/layouts", "/layouts/default", "/playlists", "/playlists/weekdays", "/mobile/hall-1",
		"/content-admin", "/content-admin/sources/village", "/content-admin/sources/washer", "/content-admin/items/jokes/dad_jokes", "/refused", "/settings", "/nothing-here",
	} {
		walk(path)
	}
	walkAs("/ota-management/rollouts/none", "/ota-management/rollouts")
	rollouts := furnishRollouts(t, p)
	walk("/ota-management/rollouts")
	walkAs("/ota-management/rollouts/new", "/ota-management/rollouts/new?firmware_key=room_sensor_2.1.0")
	walkAs("/ota-management/rollouts/back", rollouts["running"]+"/rollback")
	for _, name := range []string{"running", "halted", "finished"} {
		walkAs("/ota-management/rollouts/"+name, rollouts[name])
	}
	b.forgive("/nothing-here")
	b.noComplaints(t)
}

// furnish fills a server with what its pages show.
func furnish(t *testing.T, p *process) {
	t.Helper()
	key := keyOf(t, p, "admin")
	firmware := otatest.Build(otatest.Options{
		Chip: "esp32", Size: 200 << 10, Marker: `PCMSFW{"type":"` + sketch + `","version":"2.6.0","board":"esp32dev"}`,
		Project: "arduino-lib-builder", Version: "esp-idf: v5.5", IDF: "v5.5", Date: "Nov 20 2026", Time: "10:00:00",
	})
	furnishKeys(t, p, key)
	stored := p.upload(t, key, "/api/ota/upload", "firmware", "PersonalCMS.ino.bin", firmware, map[string]string{"auto_assign": "true", "description": "Quieter panel, fewer wake-ups"})
	seen := p.upload(t, key, "/api/v1/pictures", "file", "Meadow in May.jpg", meadow(t), nil)
	if stored != http.StatusOK || seen != http.StatusCreated {
		t.Fatalf("the image was answered %d, the picture %d", stored, seen)
	}
	out, err := exec.Command(built, "simulate", "--server", p.url, "--devices", "3", "--legacy", "1", "--duration", "8s", "--speed", "60").CombinedOutput()
	if err != nil {
		t.Fatalf("simulate: %v\n%s", err, out)
	}
	for _, device := range []map[string]any{
		{"device_id": "hall-1", "device_type": "my_board", "auth": "token", "nickname": "Hall", "temperature": 19.5, "panel": map[string]int{"width": 296, "height": 128, "colors": 2}},
	} {
		p.call(http.MethodPost, "/api/devices/register", device)
	}
	furnishUpdates(t, p, key)
	p.setEnrolment(t, "approve")
	p.call(http.MethodPost, "/api/devices/register", map[string]any{"device_id": "pending-1", "device_type": "my_board", "auth": "token", "nickname": "Workshop"})
	p.call(http.MethodPost, "/api/devices/register", map[string]any{"device_id": "legacy-1", "device_type": "ESP32_LED_Blink", "device_name": "Old lamp", "occupation": "lamp"})
	p.call(http.MethodPost, "/api/devices/hall-1/heartbeat", map[string]any{"uptime": 5})
	furnishPlaylists(t, p, key)
	furnishContent(t, p, key)
	p.call(http.MethodPost, "/api/devices/unknown-7/sensor-data", map[string]any{"temperature": 20})
}

// furnishKeys gives the server a key that signs the image the simulated boards install, and one more that it trusts.
func furnishKeys(t *testing.T, p *process, key string) {
	t.Helper()
	public, err := os.ReadFile(filepath.Join("ota", "testdata", "signatures", "public.pem"))
	if err != nil {
		t.Fatal(err)
	}
	for path, body := range map[string]any{
		"/api/v1/signing/key":     map[string]string{"name": "this server"},
		"/api/v1/signing/trusted": map[string]string{"name": "release-2026", "public_key": string(public)},
	} {
		if response, answer := p.call(http.MethodPost, path, body, "Authorization", key); response.StatusCode != http.StatusCreated {
			t.Fatalf("%s: %s %v", path, response.Status, answer)
		}
	}
}

// setEnrolment changes the policy as the form does.
func (p *process) setEnrolment(t *testing.T, policy string) {
	t.Helper()
	session, _ := p.call(http.MethodPost, "/api/v1/session", map[string]string{"username": "admin", "password": password})
	body := strings.NewReader("enrolment=" + policy + "&pending_limit=100")
	request, err := http.NewRequest(http.MethodPost, p.url+"/settings/enrolment", body)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Cookie", session.Header.Get("Set-Cookie"))
	response, err := http.DefaultClient.Do(request)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("enrolment: %v %v", err, response)
	}
	_ = response.Body.Close()
}

// upload sends a file as a script does and returns the status of the answer.
func (p *process) upload(t *testing.T, key, path, field, name string, data []byte, values map[string]string) int {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, value := range values {
		if err := form.WriteField(name, value); err != nil {
			t.Fatal(err)
		}
	}
	part, err := form.CreateFormFile(field, name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequest(http.MethodPost, p.url+path, &body)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", form.FormDataContentType())
	request.Header.Set("Authorization", key)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	return response.StatusCode
}

// open shows a page at a width, in light or dark, and waits until its pictures are there.
func (b *browser) open(t *testing.T, url string, width int64, scheme string) {
	t.Helper()
	b.look(t, width, scheme)
	b.do(t, chromedp.Navigate(url))
	b.wait(t, `document.readyState === 'complete' && [...document.images].every((img) => img.complete || img.loading === 'lazy')`)
}

// look shows the page that is open at a width, in light or dark.
func (b *browser) look(t *testing.T, width int64, scheme string) {
	t.Helper()
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}
	if _, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, media); err != nil {
		t.Fatal(err)
	}
	b.do(t, chromedp.EmulateViewport(width, 800))
}

// finding is what axe-core has found.
type finding struct {
	ID, Impact, Help string
	Nodes            []struct{ HTML string }
}

// inspect looks for what would trouble a person on this page.
func (b *browser) inspect(t *testing.T, axe string) {
	t.Helper()
	if beside := b.eval(t, `String(document.documentElement.scrollWidth - document.documentElement.clientWidth)`); beside != "0" {
		t.Errorf("the page is %s pixels wider than the screen", beside)
	}
	b.do(t, chromedp.Evaluate[chromedp.Void](axe))
	raw, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](
		`axe.run(document, {resultTypes: ['violations']}).then((found) => JSON.stringify(found.violations))`, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatal(err)
	}
	var findings []finding
	if err := json.Unmarshal([]byte(raw), &findings); err != nil {
		t.Fatal(err)
	}
	for _, found := range findings {
		if found.Impact == "serious" || found.Impact == "critical" {
			t.Errorf("axe-core: %s (%s): %s: %s", found.ID, found.Impact, found.Help, found.Nodes[0].HTML)
		}
	}
}

// shoot leaves a picture of the whole page in the folder of SCREENSHOTS, if that is set.
func (b *browser) shoot(t *testing.T, path string, width int64, scheme string) {
	t.Helper()
	folder := os.Getenv("SCREENSHOTS")
	if folder == "" {
		return
	}
	picture, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	if err == nil {
		err = os.MkdirAll(folder, 0o755)
	}
	name := strings.Trim(strings.ReplaceAll(path, "/", "-"), "-")
	if name == "" {
		name = "devices"
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, fmt.Sprintf("%s-%d-%s.png", name, width, scheme)), picture, 0o644)
	}
	if err != nil {
		t.Error(err)
	}
}

// forgive takes back complaints about an address that a test asked for on purpose.
func (b *browser) forgive(path string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	kept := b.problems[:0]
	for _, problem := range b.problems {
		if !strings.Contains(problem, "404") && !strings.Contains(problem, path) {
			kept = append(kept, problem)
		}
	}
	b.problems = kept
}
