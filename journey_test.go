package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"personalcms/ota/otatest"

	"github.com/chromedp/chromedp"
)

const (
	owner    = "anna"
	password = "correct horse battery"
	sketch   = "ESP32_PersonalCMS"
)

// TestTheFirstJourney is the whole way of a new owner: set up, enrol a board, approve it, see its
// screen, give it a picture and new firmware, watch it install, and pull the plug.
func TestTheFirstJourney(t *testing.T) {
	data := t.TempDir()
	p := start(t, data, "")
	b := newBrowser(t)
	setUp(t, b, p)

	run := simulateOne(t, p)
	id := approveInBrowser(t, b, p)
	key := apiKey(t, p)
	seeScreen(t, p)
	uploadPicture(t, b, p, id)
	updateAndWatch(t, b, p, id)
	if err := run.Wait(); err != nil {
		t.Errorf("the simulated device: %v\n%s", err, run.Stdout)
	}
	b.noComplaints(t)
	pullThePlug(t, p, data, key)
}

// setUp makes the owner through the one-time link.
func setUp(t *testing.T, b *browser, p *process) {
	t.Helper()
	link := p.setupLink()
	b.do(t, chromedp.Navigate(link), chromedp.SetValue("#username", owner),
		chromedp.SendKeys("#password", password), chromedp.SendKeys("#again", password), chromedp.Submit("#again"))
	b.see(t, "Devices")
	if response, _ := p.call(http.MethodGet, strings.TrimPrefix(link, p.url), nil); response.StatusCode != http.StatusForbidden {
		t.Errorf("the set-up link answers %s a second time", response.Status)
	}
}

// simulateOne runs one device that enrols with a token, in the background.
func simulateOne(t *testing.T, p *process) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(built, "simulate", "--server", p.url, "--devices", "1", "--duration", "25s", "--speed", "60",
		"--type", sketch, "--screens", t.TempDir())
	out := &bytes.Buffer{}
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	return cmd
}

// approveInBrowser waits for the new device to appear by itself, compares and presses Approve.
func approveInBrowser(t *testing.T, b *browser, p *process) string {
	t.Helper()
	b.mark(t)
	b.see(t, "Compare with its screen")
	id := b.eval(t, `document.querySelector('form[action$="/approve"]').getAttribute('action').split('/')[2]`)
	id, err := url.PathUnescape(id)
	if err != nil {
		t.Fatal(err)
	}
	b.do(t, chromedp.Click(`form[action$="/approve"] button`))
	b.gone(t, "Compare with its screen")
	b.unmoved(t)
	return id
}

// apiKey makes a key as a script's owner would.
func apiKey(t *testing.T, p *process) string {
	t.Helper()
	return keyOf(t, p, owner)
}

func keyOf(t *testing.T, p *process, user string) string {
	t.Helper()
	response, _ := p.call(http.MethodPost, "/api/v1/session", map[string]string{"username": user, "password": password})
	cookie := response.Header.Get("Set-Cookie")
	_, answer := p.call(http.MethodPost, "/api/v1/keys", map[string]any{"name": "journey", "scopes": []string{"read", "write", "firmware"}}, "Cookie", cookie)
	key, _ := answer["key"].(string)
	if !strings.HasPrefix(key, "pcms_") {
		t.Fatalf("no key: %v", answer)
	}
	return "Bearer " + key
}

// seeScreen enrols a second board over HTTP, approves it by script, and gets its screen with 200 and 304.
func seeScreen(t *testing.T, p *process) {
	t.Helper()
	_, answer := p.call(http.MethodPost, "/api/devices/register", map[string]string{"device_id": "curl-1", "device_type": "my_board", "auth": "token"})
	token := "Bearer " + answer["token"].(string)
	key := apiKey(t, p)
	if response, _ := p.call(http.MethodPost, "/api/v1/devices/curl-1/approve", map[string]bool{}, "Authorization", key); response.StatusCode != http.StatusOK {
		t.Fatalf("approve: %s", response.Status)
	}
	for try := 1; ; try++ { // the clock on the screen may move on between the two requests
		response, bmp, err := p.try(http.MethodGet, "/api/devices/curl-1/dashboard", nil, "Authorization", token)
		if err != nil || response.StatusCode != http.StatusOK || len(bmp) != 48062 {
			t.Fatalf("screen: %v, %v, %d bytes", err, response, len(bmp))
		}
		again, body, err := p.try(http.MethodGet, "/api/devices/curl-1/dashboard", nil, "Authorization", token, "If-None-Match", response.Header.Get("ETag"))
		if err != nil {
			t.Fatal(err)
		}
		if again.StatusCode == http.StatusNotModified && len(body) == 0 {
			return
		}
		if try == 3 {
			t.Fatalf("an unchanged screen answers %s with %d bytes", again.Status, len(body))
		}
	}
}

// uploadPicture uploads a JPEG, sees it dithered, and gives it to the device.
func uploadPicture(t *testing.T, b *browser, p *process, id string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "meadow.jpg")
	if err := os.WriteFile(file, meadow(t), 0o600); err != nil {
		t.Fatal(err)
	}
	b.do(t, chromedp.Navigate(p.url+"/upload"), chromedp.SetUploadFiles("#files", []string{file}), chromedp.Click(`.upload button`))
	b.see(t, "meadow")
	b.wait(t, `document.querySelector('.photo img')?.naturalWidth === 800`)
	b.do(t, chromedp.Click(`.photo h2 a`))
	b.wait(t, `document.querySelector('[data-shown]')`)
	b.do(t, chromedp.Click(`input[name="devices"][value="`+id+`"]`), chromedp.Click(`.save .primary`))
	b.see(t, "Saved.")
	b.do(t, chromedp.Navigate(p.url+"/upload"))
	b.see(t, "on 1 device")
}

func meadow(t *testing.T) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 1200, 800))
	for y := range 800 {
		for x := range 1200 {
			img.Set(x, y, color.RGBA{uint8(x / 5), uint8(y / 4), uint8((x + y) / 9), 255})
		}
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// updateAndWatch uploads an image in the browser, assigns it, and watches the device's page turn to
// “confirmed” by itself.
func updateAndWatch(t *testing.T, b *browser, p *process, id string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "PersonalCMS.ino.bin")
	firmware := otatest.Build(otatest.Options{
		Chip: "esp32", Size: 300 << 10, Marker: `PCMSFW{"type":"` + sketch + `","version":"2.6.0","board":"esp32dev"}`, Seed: 7,
	})
	if err := os.WriteFile(file, firmware, 0o600); err != nil {
		t.Fatal(err)
	}
	b.do(t, chromedp.Navigate(p.url+"/ota-management"), chromedp.SetUploadFiles("#firmware", []string{file}),
		chromedp.SendKeys("#version", "2.6.0"), chromedp.Click(`input[name="auto_assign"]`), chromedp.Submit("#firmware"))
	b.see(t, "Stored and assigned")
	b.do(t, chromedp.Navigate(p.url+"/devices/"+url.PathEscape(id)))
	b.mark(t)
	b.wait(t, `/2\.6\.0[\s\S]*confirmed/.test(document.querySelector('.running')?.textContent)`)
	b.unmoved(t)
	_, answer := p.call(http.MethodGet, "/api/v1/firmware/"+sketch+"_2.6.0", nil, "Authorization", apiKey(t, p))
	sum := fmt.Sprintf("%x", sha256.Sum256(firmware))
	if answer["file_hash"] != sum || fmt.Sprint(answer["run_by"]) != "["+id+"]" {
		t.Errorf("the record says %v and is run by %v", answer["file_hash"], answer["run_by"])
	}
}

// pullThePlug kills the server while devices write, starts it again, and finds every reading that was
// answered 200.
func pullThePlug(t *testing.T, p *process, data, key string) {
	t.Helper()
	_, answer := p.call(http.MethodPost, "/api/devices/register", map[string]string{"device_id": "writer", "device_type": "my_board", "auth": "token"})
	token := "Bearer " + answer["token"].(string)
	var mu sync.Mutex
	stored := map[float64]bool{}
	var next atomic.Int64
	var writers sync.WaitGroup
	for range 8 {
		writers.Go(func() {
			for {
				value := float64(next.Add(1)) / 8
				response, _, err := p.try(http.MethodPost, "/api/devices/writer/sensor-data",
					map[string]any{"readings": map[string]float64{"level": value}}, "Authorization", token)
				if err != nil {
					return // the plug was pulled
				}
				if response.StatusCode == http.StatusOK {
					mu.Lock()
					stored[value] = true
					mu.Unlock()
				}
			}
		})
	}
	for deadline := time.Now().Add(20 * time.Second); next.Load() < 400 && time.Now().Before(deadline); {
		time.Sleep(10 * time.Millisecond)
	}
	p.kill()
	writers.Wait()
	if len(stored) < 300 {
		t.Fatalf("only %d readings were answered 200 before the plug was pulled", len(stored))
	}
	again := start(t, data, strings.TrimPrefix(p.url, "http://"))
	found := readings(t, again, key)
	lost := 0
	for value := range stored {
		if !found[value] {
			lost++
		}
	}
	if lost > 0 {
		t.Errorf("%d of %d readings that were answered 200 are lost", lost, len(stored))
	}
	t.Logf("%d readings answered 200, all found after SIGKILL", len(stored))
	again.stop()
}

func readings(t *testing.T, p *process, key string) map[float64]bool {
	t.Helper()
	response, raw, err := p.try(http.MethodGet, "/api/v1/devices/writer/readings?sensor=level&points=10000", nil, "Authorization", key)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("readings: %v, %v: %s", err, response, raw)
	}
	var answer struct{ Points [][2]any }
	if err := json.Unmarshal(raw, &answer); err != nil {
		t.Fatal(err)
	}
	found := map[float64]bool{}
	for _, point := range answer.Points {
		if value, ok := point[1].(float64); ok {
			found[value] = true
		}
	}
	return found
}
