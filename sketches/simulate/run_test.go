package simulate

import (
	"context"
	"errors"
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestCorrectServerHasNoViolations(t *testing.T) {
	dir := t.TempDir()
	r, f := simulated(t, func(_ *fakeServer, c *Config) {
		c.Devices, c.Legacy, c.ScreensDir = 6, 2, dir
	})
	if r.ViolationCount != 0 || r.ConnectionErrors != 0 || len(r.Refused) != 0 {
		t.Errorf("violations, errors or refusals of a correct server:\n%s", r)
	}
	got := []int{r.Devices, r.Approved, r.Updates, r.Confirmed, r.FailedUpdates, r.Commands}
	if diff := cmp.Diff([]int{6, 6, 6, 4, 0, 24}, got); diff != "" {
		t.Errorf("devices, approved, updates, confirmed, failed, commands (-want +got):\n%s", diff)
	}
	if r.Screens < 6*6 || r.NotModified < 4*5 || r.Bytes < int64(r.Screens)*48000 {
		t.Errorf("too few screens:\n%s", r)
	}
	for id, states := range f.states {
		if diff := cmp.Diff([]string{"confirmed", "pending_verify"}, states); diff != "" {
			t.Errorf("%s: ota_state (-want +got):\n%s", id, diff)
		}
		if diff := cmp.Diff([]string{"downloading", "installed", "confirmed"}, f.reports[id]); diff != "" {
			t.Errorf("%s: reports (-want +got):\n%s", id, diff)
		}
	}
	checkScreens(t, dir, 6)
}

// checkScreens looks at the written pictures: white, but for the first row, which holds the number of the last screen.
func checkScreens(t *testing.T, dir string, want int) {
	t.Helper()
	names, _ := filepath.Glob(filepath.Join(dir, "sim-*.png"))
	if len(names) != want {
		t.Fatalf("%d screens written, want %d", len(names), want)
	}
	for _, name := range names {
		file, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		img, err := png.Decode(file)
		_ = file.Close()
		if err != nil || img.Bounds().Dx() != 800 || img.Bounds().Dy() != 480 {
			t.Fatalf("%s: %v, %v", name, img.Bounds(), err)
		}
		for x, white := range []bool{false, false, false, false, false, true, false, true, true} { // screen 5 of the hour
			if r, _, _, _ := img.At(x, 0).RGBA(); (r != 0) != white {
				t.Errorf("%s: pixel %d is white: %v", name, x, !white)
			}
		}
	}
}

func TestSameSeedSendsTheSame(t *testing.T) {
	sent := func(seed uint64) []string {
		_, f := simulated(t, func(_ *fakeServer, c *Config) { c.Seed, c.Devices, c.Legacy, c.Duration = seed, 3, 1, 20*time.Minute })
		slices.Sort(f.requests) // devices act at the same time
		return f.requests
	}
	first := sent(7)
	if diff := cmp.Diff(first, sent(7)); diff != "" {
		t.Errorf("same seed (-first +second):\n%s", diff)
	}
	if cmp.Equal(first, sent(8)) {
		t.Error("another seed sent the same")
	}
}

func TestPendingDeviceWaitsForApproval(t *testing.T) {
	r, f := simulated(t, func(f *fakeServer, c *Config) { f.approveAt = 12*time.Minute + time.Second/2 })
	sensor := slices.IndexFunc(f.requests, func(s string) bool { return strings.Contains(s, "sensor-data") })
	var before []string
	for _, s := range f.requests[:sensor] {
		before = append(before, strings.Fields(s)[1])
	}
	registered := 0
	for _, path := range before {
		if path == "/api/devices/register" {
			registered++
		}
	}
	if registered != 4 || // at the start, after the restart command, and every five minutes
		r.ViolationCount != 0 || r.Approved != 1 || r.Confirmed != 1 {
		t.Errorf("registered %d times while pending, want 4\n%s", registered, r)
	}
}

func TestPendingForEverGetsNoFirmware(t *testing.T) {
	r, _ := simulated(t, func(f *fakeServer, c *Config) { f.approveAt = 24 * time.Hour })
	if r.Approved != 0 || r.Requests[endCheck]+r.Requests[endSensor] != 0 || r.Requests[endDashboard] == 0 || r.ViolationCount != 0 {
		t.Errorf("a pending device did more than poll:\n%s", r)
	}
}

func TestRefusalsAreNotViolations(t *testing.T) {
	for _, status := range []int{401, 403, 404, 409, 429, 503} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			r, f := simulated(t, func(f *fakeServer, c *Config) {
				f.mangle = func(r *http.Request, a *fakeAnswer) {
					if since := time.Since(f.began); since < 20*time.Minute || since > 40*time.Minute {
						return
					}
					rec := problemAnswer(status, object{"retry_after_seconds": 120})
					*a = rec
				}
				c.Devices = 2
			})
			refused := 0
			for _, n := range r.Refused {
				refused += n
			}
			if r.ViolationCount != 0 || refused == 0 || refused > 200 {
				t.Errorf("%d refused\n%s", refused, r)
			}
			if last := f.requests[len(f.requests)-1]; r.Approved != 2 || len(last) == 0 {
				t.Errorf("devices did not come back:\n%s", r)
			}
		})
	}
}

func problemAnswer(status int, more object) fakeAnswer {
	w := &headerOnly{header: http.Header{}}
	fakeProblem(w, status, more)
	w.header.Set("WWW-Authenticate", "Bearer")
	return fakeAnswer{status: status, header: w.header, body: w.body}
}

type headerOnly struct {
	header http.Header
	body   []byte
}

func (h *headerOnly) Header() http.Header         { return h.header }
func (h *headerOnly) WriteHeader(int)             {}
func (h *headerOnly) Write(b []byte) (int, error) { h.body = append(h.body, b...); return len(b), nil }

func TestServerRestartIsNotAViolation(t *testing.T) {
	r, f := simulated(t, func(f *fakeServer, c *Config) {
		inner := c.HTTP.Transport
		c.HTTP.Transport = roundTrip(func(req *http.Request) (*http.Response, error) {
			if since := time.Since(f.began); since > 10*time.Minute && since < 15*time.Minute {
				return nil, errors.New("connection refused")
			}
			return inner.RoundTrip(req)
		})
		c.Devices = 2
	})
	if r.ViolationCount != 0 || r.ConnectionErrors == 0 || r.ConnectionErrors > 80 || r.Approved != 2 {
		t.Errorf("after a restart of the server:\n%s", r)
	}
	if n := r.Requests[endRegister]; n != 2*3 { // first start, restart command, update
		t.Errorf("%d registrations; a restart of the server needs none", n)
	}
	if len(f.tokens) != 2 {
		t.Errorf("%d tokens", len(f.tokens))
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestRequestsAreBounded(t *testing.T) {
	r, f := simulated(t, func(_ *fakeServer, c *Config) { c.Devices, c.Requests, c.Duration = 5, 42, 1000*time.Hour })
	if r.Total() != 42 || len(f.requests) != 42 {
		t.Errorf("%d sent, %d arrived", r.Total(), len(f.requests))
	}
}

func TestContextEndsRun(t *testing.T) {
	r, _ := simulated(t, func(f *fakeServer, c *Config) {
		c.Sleep = func(_ context.Context, d time.Duration) error {
			if time.Since(f.began) > 5*time.Minute {
				return context.Canceled
			}
			time.Sleep(d)
			return nil
		}
	})
	if r.Total() == 0 || r.Total() > 60 || r.ViolationCount != 0 {
		t.Errorf("after five minutes:\n%s", r)
	}
}

func TestSpeed(t *testing.T) {
	var took time.Duration
	r, _ := simulated(t, func(f *fakeServer, c *Config) {
		c.Speed, c.Duration = 60, time.Minute
		f.mangle = func(*http.Request, *fakeAnswer) { took = time.Since(f.began) }
	})
	if n := r.Requests[endHeartbeat]; n < 55 || n > 65 || took > time.Minute {
		t.Errorf("%d heartbeats in a simulated hour, which took %s\n%s", n, took, r)
	}
}

func TestStateDirKeepsTokens(t *testing.T) {
	dir := t.TempDir()
	var tokens map[string]string
	for run := range 2 {
		r, f := simulated(t, func(f *fakeServer, c *Config) {
			c.StateDir, c.Devices = dir, 2
			if run > 0 {
				f.tokens = tokens
			}
		})
		tokens = f.tokens
		if r.ViolationCount != 0 || r.Updates != 2*(1-run) || r.Refused["heartbeat 401"] != 0 {
			t.Errorf("run %d:\n%s", run, r)
		}
	}
}

func TestConfigIsChecked(t *testing.T) {
	good := Config{Server: fakeAddress, Now: time.Now}
	for name, change := range map[string]func(*Config){
		"no server": func(c *Config) { c.Server = "" },
		"ftp":       func(c *Config) { c.Server = "ftp://x" },
		"speed":     func(c *Config) { c.Speed = -1 },
		"legacy":    func(c *Config) { c.Legacy = 2 },
		"prefix":    func(c *Config) { c.Prefix = "../x" },
		"clock":     func(c *Config) { c.Now = nil },
		"folder":    func(c *Config) { c.ScreensDir = "/dev/null/x" },
	} {
		c := good
		change(&c)
		if _, err := Run(t.Context(), c); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestOverARealNetwork(t *testing.T) {
	server := httptest.NewServer(newFakeServer())
	defer server.Close()
	r, err := Run(t.Context(), Config{
		Server: server.URL + "/", Devices: 4, Legacy: 1, Speed: 36000, Duration: 50 * time.Millisecond, Now: time.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	if r.ViolationCount != 0 || r.ConnectionErrors != 0 || r.Approved != 4 || r.Updates == 0 || r.Latency[endHeartbeat].P50 <= 0 {
		t.Error(r)
	}
}
