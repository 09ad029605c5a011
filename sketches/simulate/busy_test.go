package simulate

import (
	"bytes"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestBusyDownloadIsTriedAgain when the server says, with the whole image and with its rest; nothing is reported as failed.
func TestBusyDownloadIsTriedAgain(t *testing.T) {
	const wait, busyFor = 30 * time.Second, 12 * time.Minute
	for name, busy := range map[string]func(r *http.Request) bool{
		"every download": func(*http.Request) bool { return true },
		"only the rest":  func(r *http.Request) bool { return r.Header.Get("Range") != "" },
	} {
		t.Run(name, func(t *testing.T) {
			var mu sync.Mutex
			asked := map[string][]time.Duration{} // by device: when it was sent away
			report, fake := simulated(t, func(f *fakeServer, c *Config) {
				c.Devices, c.Legacy = 6, 2
				f.mangle = func(r *http.Request, a *fakeAnswer) {
					a.body = bytes.ReplaceAll(a.body, []byte(`"commands"`), []byte(`"remarks_"`)) // a person may ask for a check at any time
					since := time.Since(f.began)
					if !strings.HasPrefix(r.URL.Path, "/api/ota/download/") || !busy(r) || since > busyFor {
						return
					}
					device := r.URL.Query().Get("device")
					mu.Lock()
					asked[device] = append(asked[device], since)
					mu.Unlock()
					f.mu.Lock()
					delete(f.downloads, device)
					f.mu.Unlock()
					*a = problemAnswer(http.StatusServiceUnavailable, object{"retry_after_seconds": wait.Seconds()})
				}
			})
			if report.ViolationCount != 0 || report.FailedUpdates != 0 || report.Updates != 6 || report.Confirmed != 4 || report.Refused["download 503"] < 8 {
				t.Errorf("%s", report)
			}
			for device, reports := range fake.reports {
				if slices.Contains(reports, "failed") {
					t.Errorf("%s reports %v", device, reports)
				}
			}
			for device, times := range asked {
				for i, at := range times[1:] {
					if pause := at - times[i]; pause < wait || pause > checkInterval+wait {
						t.Errorf("%s comes back after %v", device, pause)
					}
				}
			}
		})
	}
}
