package simulate

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// once is a fault that each device has with its first image only, and who was asked.
func once(fault Fault) func(deviceID, firmwareKey, version string) Fault {
	var mu sync.Mutex
	had := map[string]bool{}
	return func(deviceID, _, _ string) Fault {
		mu.Lock()
		defer mu.Unlock()
		if had[deviceID] {
			return Sound
		}
		had[deviceID] = true
		return fault
	}
}

func TestFaults(t *testing.T) {
	for name, row := range map[string]struct {
		fault           Fault
		reports, states []string
		updates, back   int
	}{
		"refuses": {Refuses, []string{"downloading", "failed", "downloading", "installed", "confirmed"}, []string{"confirmed", "pending_verify"}, 1, 0},
		"rolls back": {
			RollsBack,
			[]string{"downloading", "installed", "rolled_back", "downloading", "installed", "confirmed"},
			[]string{"confirmed", "pending_verify", "rolled_back"},
			2, 1,
		},
		"falls silent": {
			FallsSilent,
			[]string{"downloading", "installed", "rolled_back", "downloading", "installed", "confirmed"},
			[]string{"confirmed", "rolled_back", "pending_verify"},
			2, 1,
		},
	} {
		t.Run(name, func(t *testing.T) {
			r, f := simulated(t, func(_ *fakeServer, c *Config) { c.Fault, c.OnlyUpdates = once(row.fault), true })
			for _, reports := range f.reports {
				if diff := cmp.Diff(row.reports, reports); diff != "" {
					t.Errorf("reports (-want +got):\n%s", diff)
				}
			}
			for _, states := range f.states {
				if diff := cmp.Diff(row.states, states); diff != "" {
					t.Errorf("ota_state (-want +got):\n%s", diff)
				}
			}
			got := []int{r.Updates, r.Confirmed, r.FailedUpdates, r.RolledBack, r.ViolationCount}
			if diff := cmp.Diff([]int{row.updates, 1, 1, row.back, 0}, got); diff != "" {
				t.Errorf("updates, confirmed, failed, rolled back, violations (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFailShare(t *testing.T) {
	faulty := FailShare(0.25, "2.0")
	counts := map[Fault]int{}
	for i := range 4000 {
		id := strings.Repeat("x", i%40) + string(rune('a'+i/40%26)) + string(rune('a'+i/1040))
		fault := faulty(id, "T_2.0", "2.0")
		counts[fault]++
		if fault != faulty(id, "T_2.0", "2.0") || faulty(id, "T_1.0", "1.0") != Sound {
			t.Fatalf("%s: another fault the second time, or one of another version", id)
		}
	}
	for fault, want := range map[Fault]int{Sound: 3000, Refuses: 333, RollsBack: 333, FallsSilent: 333} {
		if n := counts[fault]; n < want-150 || n > want+150 {
			t.Errorf("fault %d on %d of 4000, not about %d", fault, n, want)
		}
	}
}

func TestInstallationsAreTold(t *testing.T) {
	var mu sync.Mutex
	told := map[string]Installation{}
	r, f := simulated(t, func(_ *fakeServer, c *Config) {
		c.Devices, c.Legacy = 4, 1
		c.Installed = func(i Installation) {
			mu.Lock()
			defer mu.Unlock()
			told[i.DeviceID] = i
		}
	})
	if len(told) != 4 || r.Updates != 4 {
		t.Errorf("%d told of %d", len(told), r.Updates)
	}
	for id, got := range told {
		if got.Offered.Before(f.began) || got.Offered.After(f.began.Add(time.Hour)) {
			t.Errorf("%s: offered at %s", id, got.Offered)
		}
		got.Offered = time.Time{}
		if diff := cmp.Diff(Installation{DeviceID: id, Chip: "esp32", FirmwareKey: fakeKey, SHA256: hexSHA256(f.image)}, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

func TestWithoutPowerNothingIsSent(t *testing.T) {
	const from, to = 10 * time.Minute, 30 * time.Minute
	r, f := simulated(t, func(f *fakeServer, c *Config) {
		c.Off = func(string) bool { return time.Since(f.began) >= from && time.Since(f.began) < to }
		f.mangle = func(r *http.Request, _ *fakeAnswer) {
			if since := time.Since(f.began); since > from && since < to {
				t.Errorf("%s after %s", r.URL.Path, since)
			}
		}
	})
	if n := r.Requests[endRegister]; n != 4 { // first start, restart command, update, power
		t.Errorf("%d registrations", n)
	}
	if beats := r.Requests[endHeartbeat]; beats < 20 || beats > 45 || f.acked == nil || r.ViolationCount != 0 {
		t.Errorf("after twenty minutes without power:\n%s", r)
	}
}

func TestSleepingDevicesAskRarely(t *testing.T) {
	r, _ := simulated(t, func(_ *fakeServer, c *Config) { c.WakeEvery, c.Duration = 15*time.Minute, 4*time.Hour })
	if n := r.Requests[endCheck]; n < 15 || n > 20 || r.Requests[endHeartbeat] > 22 || r.Confirmed != 1 || r.ViolationCount != 0 {
		t.Errorf("in four hours:\n%s", r)
	}
}

func TestOnlyUpdates(t *testing.T) {
	r, _ := simulated(t, func(_ *fakeServer, c *Config) { c.Devices, c.Legacy, c.OnlyUpdates = 2, 1, true })
	for endpoint, n := range r.Requests {
		switch endpoint {
		case endRegister, endHeartbeat, endCheck, endDownload, endReport:
		case endDashboard:
			if n > 2 { // the refresh command
				t.Errorf("%d screens", n)
			}
		default:
			t.Errorf("%d requests to %s", n, endpoint)
		}
	}
	if r.Updates != 2 || r.ViolationCount != 0 {
		t.Error(r)
	}
}

// TestABrokenDownloadGoesOn: a server that is killed breaks the body off; the device has the rest after its next check.
func TestABrokenDownloadGoesOn(t *testing.T) {
	var mu sync.Mutex
	var ranges []string
	r, f := simulated(t, func(f *fakeServer, c *Config) {
		f.mangle = func(_ *http.Request, a *fakeAnswer) { // a restart on command loses what it has
			a.body = bytes.ReplaceAll(a.body, []byte(`"commands"`), []byte(`"remarks_"`))
		}
		inner := c.HTTP.Transport
		c.HTTP.Transport = roundTrip(func(req *http.Request) (*http.Response, error) {
			response, err := inner.RoundTrip(req)
			if err != nil || !strings.Contains(req.URL.Path, "/download/") {
				return response, err
			}
			mu.Lock()
			defer mu.Unlock()
			if ranges = append(ranges, req.Header.Get("Range")); len(ranges) <= 3 {
				response.Body = &breaking{response.Body, 1000}
			}
			return response, nil
		})
	})
	if diff := cmp.Diff([]string{"", "bytes=1000-", "bytes=2000-", "bytes=3000-"}, ranges); diff != "" {
		t.Errorf("ranges (-want +got):\n%s", diff)
	}
	if r.ViolationCount != 0 || r.Updates != 1 || r.Confirmed != 1 || r.FailedUpdates != 0 || r.ConnectionErrors != 3 || len(f.states) != 1 {
		t.Error(r)
	}
}

// breaking is a body whose connection breaks after some bytes.
type breaking struct {
	io.ReadCloser
	left int
}

func (b *breaking) Read(p []byte) (int, error) {
	if b.left == 0 {
		return 0, errors.New("connection reset by peer")
	}
	n, err := b.ReadCloser.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

func TestContextEndsRunWhileOff(t *testing.T) {
	began := time.Now()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Run(ctx, Config{Server: fakeAddress, Now: time.Now, Duration: time.Hour, Off: func(string) bool { return true }}); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took > time.Minute {
		t.Errorf("it took %s", took)
	}
}
