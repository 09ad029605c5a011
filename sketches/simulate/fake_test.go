package simulate

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

const (
	fakeKey     = "ESP32_PersonalCMS_20260102.030405"
	fakeVersion = "20260102.030405"
	fakeAddress = "http://panel.test"
)

// fakeServer answers as PROTOCOL.md says. Tests bend single answers with mangle.
type fakeServer struct {
	began  time.Time
	image  []byte
	mangle func(r *http.Request, a *fakeAnswer)

	mu         sync.Mutex
	requests   []string // method, path and body of each
	tokens     map[string]string
	approveAt  time.Duration // devices registering or beating before are pending
	heartbeats map[string]int
	acked      map[string][]any
	reports    map[string][]string
	downloads  map[string]bool // by signature in the URL: who downloaded completely
	states     map[string][]string
}

type fakeAnswer struct {
	status int
	header http.Header
	body   []byte
}

func newFakeServer() *fakeServer {
	return &fakeServer{
		began: time.Now(), image: fakeImage(0), tokens: map[string]string{}, heartbeats: map[string]int{}, acked: map[string][]any{},
		reports: map[string][]string{}, downloads: map[string]bool{}, states: map[string][]string{},
	}
}

// fakeImage is an ESP32 image with an appended digest and a PCMSFW note.
func fakeImage(chip byte) []byte {
	b := make([]byte, 4096)
	b[0], b[12], b[23] = imageMagic, chip, 1
	copy(b[0x120:], `PCMSFW{"type":"ESP32_PersonalCMS","version":"2.6.0","board":"esp32dev"}`)
	sum := sha256.Sum256(b)
	return append(b, sum[:]...)
}

// fakeScreen is a correct BMP whose first row begins with n.
func fakeScreen(n byte) []byte {
	b := make([]byte, 62, 48062)
	copy(b, "BM")
	for offset, v := range map[int]int{2: 48062, 10: 62, 14: 40, 18: 800, 22: 480, 34: 48000, 46: 2} {
		b[offset], b[offset+1], b[offset+2] = byte(v), byte(v>>8), byte(v>>16)
	}
	b[26], b[28] = 1, 1
	copy(b[54:], []byte{0, 0, 0, 0, 255, 255, 255, 0})
	b = append(b, bytes.Repeat([]byte{0xff}, 48000)...)
	b[62+479*100] = n
	return b
}

// ServeHTTP answers through a recorder, so that mangle can change anything before it is sent.
func (f *fakeServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var body bytes.Buffer
	_, _ = body.ReadFrom(r.Body)
	var in object
	_ = json.Unmarshal(body.Bytes(), &in)
	rec := httptest.NewRecorder()
	f.mu.Lock()
	f.requests = append(f.requests, r.Method+" "+r.URL.Path+" "+body.String())
	f.route(rec, r, in)
	f.mu.Unlock()
	a := &fakeAnswer{status: rec.Code, header: rec.Header(), body: rec.Body.Bytes()}
	if a.status != http.StatusNotModified && a.status != http.StatusNoContent {
		a.header.Set("Content-Length", strconv.Itoa(len(a.body)))
	}
	if f.mangle != nil {
		f.mangle(r, a)
	}
	for name, values := range a.header {
		w.Header()[name] = values
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body)
}

func (f *fakeServer) route(w http.ResponseWriter, r *http.Request, in object) {
	part := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	last := part[len(part)-1]
	switch {
	case r.URL.Path == "/api/devices/register":
		f.register(w, r, in)
	case strings.HasPrefix(r.URL.Path, "/api/ota/check/"):
		f.check(w, r, last)
	case strings.HasPrefix(r.URL.Path, "/api/ota/report/"):
		f.reports[last] = append(f.reports[last], in["state"].(string))
		w.WriteHeader(http.StatusNoContent)
	case strings.HasPrefix(r.URL.Path, "/api/ota/download/"):
		f.download(w, r)
	case strings.HasPrefix(r.URL.Path, "/dashboards/"), strings.HasPrefix(r.URL.Path, "/uploads/"):
		w.Header().Set("Content-Type", "image/bmp")
		_, _ = w.Write(fakeScreen(f.screen()))
	default:
		f.device(w, r, part[2], last, in)
	}
}

func (f *fakeServer) device(w http.ResponseWriter, r *http.Request, id, what string, in object) {
	if token := f.tokens[id]; token != "" && r.Header.Get("Authorization") != "Bearer "+token {
		w.Header().Set("WWW-Authenticate", "Bearer")
		fakeProblem(w, http.StatusUnauthorized, nil)
		return
	}
	switch what {
	case endHeartbeat:
		f.heartbeat(w, id, in)
	case endSensor:
		fakeJSON(w, object{"status": "success", "message": "Sensor data updated: temperature", "device": object{"device_id": id}})
	case endDashboard:
		f.dashboard(w, r)
	case endPreferences:
		fakeJSON(w, object{"status": "success", "device_id": id, "device_name": "x", "preferences": object{"layout": "default"}})
	case endLog:
		w.WriteHeader(http.StatusNoContent)
	case endContent:
		f.content(w, id)
	case endSequence:
		fakeJSON(w, object{
			"success": true, "message": "Content generated", "device_id": id, "dashboard_url": "/dashboards/x", "fallback_url": "/dashboards/y",
			"content_categories": []string{"jokes"}, "assigned_images": []object{{
				"id": 7, "filename": "a.jpg", "url": "/uploads/a.jpg?s", "bmp_url": "/uploads/a.jpg/bmp?s", "file_size": 9,
				"duration_seconds": 300, "etag": "e",
			}},
		})
	default:
		fakeProblem(w, http.StatusNotFound, nil)
	}
}

func (f *fakeServer) status() string {
	if time.Since(f.began) < f.approveAt {
		return "pending"
	}
	return "approved"
}

// screen changes every ten minutes.
func (f *fakeServer) screen() byte { return byte(time.Since(f.began) / (10 * time.Minute)) }

// register hands out a token again to whoever lost it: its admin allows re-enrolment at once.
func (f *fakeServer) register(w http.ResponseWriter, r *http.Request, in object) {
	id := in["device_id"].(string)
	out := object{
		"success": true, "message": "Device registered successfully", "device_id": id, "status": f.status(),
		"server_time": time.Now().UTC().Format(time.RFC3339),
	}
	if in["auth"] == "token" && (f.tokens[id] == "" || r.Header.Get("Authorization") == "") {
		f.tokens[id] = strings.Repeat("t", 43-len(id)) + id
		out["token"] = f.tokens[id]
	}
	fakeJSON(w, out)
}

// heartbeat sends all commands with the third beat, and again until they are acknowledged.
func (f *fakeServer) heartbeat(w http.ResponseWriter, id string, in object) {
	f.heartbeats[id]++
	if acks, ok := in["acks"].([]any); ok {
		f.acked[id] = append(f.acked[id], acks...)
	}
	if state, ok := in["ota_state"].(string); ok && !slices.Contains(f.states[id], state) {
		f.states[id] = append(f.states[id], state)
	}
	out := object{
		"status": "heartbeat_received", "timestamp": time.Now().UTC().Format(time.RFC3339), "device_status": f.status(),
		"next_heartbeat_seconds": 60,
	}
	if f.heartbeats[id] >= 3 && len(f.acked[id]) == 0 {
		var list []object
		for i, name := range []string{"refresh", "identify", "check_update", "set_interval", "led", "restart"} {
			list = append(list, object{"id": i, "name": name, "args": object{"seconds": 90, "mode": "blink", "brightness": 3}})
		}
		out["commands"] = list
	}
	fakeJSON(w, out)
}

func (f *fakeServer) dashboard(w http.ResponseWriter, r *http.Request) {
	b := fakeScreen(f.screen())
	etag := `"` + hexSHA256(b)[:16] + `"`
	w.Header().Set("ETag", etag)
	w.Header().Set("X-Refresh-Seconds", "300")
	w.Header().Set("X-Screen", "default")
	if r.Header.Get("If-None-Match") == etag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Header().Set("Content-Type", "image/bmp")
	_, _ = w.Write(b)
}

func (f *fakeServer) content(w http.ResponseWriter, id string) {
	url := fmt.Sprintf("/dashboards/%s_current.bmp?v=%d", id, f.screen())
	fakeJSON(w, object{
		"device_id": id, "timestamp": "2026-01-02T03:04:05Z", "dashboard_url": url, "fallback_url": "/dashboards/" + id + "_fallback.bmp?v=1",
		"images": []object{{"filename": "a.jpg", "bmp_url": "/uploads/a.jpg/bmp" + url[strings.Index(url, "?"):], "upload_date": "2026"}},
		"content": object{
			"jokes": object{"dad_jokes": []string{"…"}}, "riddles": object{"easy_riddles": []object{{"question": "q", "answer": "a"}}},
			"news": object{"tech_news": []object{{"title": "t", "summary": "s", "published": "p", "url": "u"}}},
		},
		"status": "success", "etag": "e", "refresh_seconds": 300,
	})
}

func (f *fakeServer) check(w http.ResponseWriter, r *http.Request, id string) {
	named := r.Header.Get("X-Image-SHA256")
	if named == imageDigest(f.image) || (named == "" && f.downloads[id]) {
		fakeJSON(w, object{
			"update_available": false, "message": "No update", "current_version": r.Header.Get("X-Device-Version"), "reason": "current",
			"check_interval_seconds": 120,
		})
		return
	}
	fakeJSON(w, object{
		"update_available": true, "version": fakeVersion, "description": "new", "file_size": len(f.image), "release_date": "2026-01-02T03:04:05Z",
		"firmware_url": "http://" + r.Host + "/api/ota/download/" + fakeKey + "?device=" + id, "update_type": "same_type",
		"target_firmware": "ESP32_PersonalCMS", "firmware_key": fakeKey, "sha256": hexSHA256(f.image), "md5": hexMD5(f.image), "attempt": 5,
	})
}

func (f *fakeServer) download(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("x-MD5", hexMD5(f.image))
	w.Header().Set("ETag", `"`+hexSHA256(f.image)+`"`)
	w.Header().Set("X-Firmware-SHA256", strings.ToUpper(hex.EncodeToString(sum(f.image))))
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(f.image))
	f.downloads[r.URL.Query().Get("device")] = true
}

func sum(b []byte) []byte {
	s := sha256.Sum256(b)
	return s[:]
}

func fakeJSON(w http.ResponseWriter, o object) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(w).Encode(o)
}

func fakeProblem(w http.ResponseWriter, status int, more object) {
	o := object{"type": "about:blank", "title": http.StatusText(status), "status": status, "detail": "No.", "success": false, "message": "No.", "error": "No."}
	for key, value := range more {
		o[key] = value
	}
	w.Header().Set("Content-Type", problemType)
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(o)
}

// pipes is a listener without a network, so that time can be virtual.
type pipes struct {
	accepted chan net.Conn
	closed   chan struct{}
	once     sync.Once
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.accepted:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}
func (p *pipes) Close() error   { p.once.Do(func() { close(p.closed) }); return nil }
func (p *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 5000} }
func (p *pipes) dial() (net.Conn, error) {
	mine, theirs := net.Pipe()
	select {
	case p.accepted <- theirs:
		return mine, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

// simulated runs c against f in virtual time and returns the report.
func simulated(t *testing.T, prepare func(f *fakeServer, c *Config)) (report *Report, fake *fakeServer) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		f := newFakeServer()
		p := &pipes{accepted: make(chan net.Conn), closed: make(chan struct{})}
		server := httptest.NewUnstartedServer(f)
		_ = server.Listener.Close()
		server.Listener = p
		server.Start()
		c := Config{Server: fakeAddress, Duration: time.Hour, Seed: 1, Now: time.Now, Log: t.Output()}
		transport := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) { return p.dial() }, MaxIdleConnsPerHost: 9}
		c.HTTP = &http.Client{Transport: transport}
		prepare(f, &c)
		r, err := Run(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		transport.CloseIdleConnections()
		server.Close()
		report, fake = r, f
	})
	return report, fake
}
