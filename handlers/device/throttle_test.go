package device

import (
	"fmt"
	"io"
	"math"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"personalcms/store"
)

// TestDownloadsKeepToTheirRate: how long downloads of 100,000 bytes take that begin together; 16 KiB are free.
func TestDownloadsKeepToTheirRate(t *testing.T) {
	const one, two = (100_000 - rateBurst) / 10_000.0, (200_000 - rateBurst) / 10_000.0
	for _, tc := range []struct {
		name    string
		limits  store.Downloads
		devices []string
		seconds float64
	}{
		{"no limit", store.Downloads{}, []string{"a", "b"}, 0},
		{"per device", store.Downloads{PerDevice: 10_000}, []string{"a"}, one},
		{"two devices", store.Downloads{PerDevice: 10_000}, []string{"a", "b"}, one},
		{"two downloads of one device share", store.Downloads{PerDevice: 10_000}, []string{"a", "a"}, two},
		{"two of one address share", store.Downloads{PerDevice: 10_000}, []string{"", ""}, two},
		{"in total", store.Downloads{Total: 10_000}, []string{"a", "b"}, two},
		{"the total is the narrower", store.Downloads{PerDevice: 50_000, Total: 10_000}, []string{"a"}, one},
		{"the device is the narrower", store.Downloads{PerDevice: 10_000, Total: 50_000}, []string{"a"}, one},
	} {
		t.Run(tc.name, func(t *testing.T) {
			mirrored(t, tc.limits, func(m *mirror) {
				began := time.Now()
				var all sync.WaitGroup
				for _, device := range tc.devices {
					all.Go(func() { m.status(http.MethodGet, device) })
				}
				all.Wait()
				if took := time.Since(began).Seconds(); math.Abs(took-tc.seconds) > 0.1 {
					t.Errorf("it took %.2f s, want %.2f s", took, tc.seconds)
				}
			})
		})
	}
}

// TestNewRateHoldsForRunningDownloads after the piece that waits.
func TestNewRateHoldsForRunningDownloads(t *testing.T) {
	mirrored(t, store.Downloads{PerDevice: 4000}, func(m *mirror) {
		began := time.Now()
		answer := m.ask(http.MethodGet, "a", "")
		go func() {
			time.Sleep(5 * time.Second)
			m.limit(store.Downloads{})
		}()
		n, err := io.Copy(io.Discard, answer.Body)
		if took := time.Since(began); err != nil || n != m.image.Size || took < 5*time.Second || took > 7*time.Second {
			t.Errorf("%d bytes in %v, %v", n, took, err)
		}
	})
}

func TestMoreDownloadsThanAllowedComeBackLater(t *testing.T) {
	mirrored(t, store.Downloads{AtOnce: 2}, func(m *mirror) {
		first, second := m.ask(http.MethodGet, "a", ""), m.ask(http.MethodGet, "b", "")
		waits := map[int]bool{}
		for range 60 {
			answer := m.ask(http.MethodGet, "c", "")
			body, err := io.ReadAll(answer.Body)
			m.must(err)
			wait, err := strconv.Atoi(answer.Header.Get("Retry-After"))
			if answer.StatusCode != http.StatusServiceUnavailable || err != nil || wait < 10 || wait > 40 || answer.Header.Get("ETag") != "" ||
				!strings.Contains(string(body), fmt.Sprintf(`"retry_after_seconds":%d`, wait)) || !strings.Contains(string(body), "/problems/downloads_full") {
				t.Fatalf("%d %v %s", answer.StatusCode, answer.Header, body)
			}
			waits[wait] = true
		}
		if len(waits) < 5 {
			t.Errorf("60 devices come back at only %d moments", len(waits))
		}
		if refused := m.db.Refused(); len(refused) > 0 {
			t.Errorf("the owner is shown %+v", refused)
		}
		for name, want := range map[string]struct {
			method  string
			status  int
			headers []string
		}{
			"HEAD":         {http.MethodHead, 200, nil},
			"same sketch":  {http.MethodGet, 304, []string{"x-ESP32-sketch-md5", m.image.MD5}},
			"same tag":     {http.MethodGet, 304, []string{"If-None-Match", `"0000", W/"` + m.image.SHA256 + `"`}},
			"another tag":  {http.MethodGet, 503, []string{"If-None-Match", `"0000"`}},
			"only a piece": {http.MethodGet, 503, []string{"Range", "bytes=0-0"}},
		} {
			if got := m.status(want.method, "c", want.headers...); got != want.status {
				t.Errorf("%s: %d, want %d", name, got, want.status)
			}
		}
		m.limit(store.Downloads{AtOnce: 3})
		if got := m.status(http.MethodGet, "c"); got != 200 {
			t.Errorf("with another place: %d", got)
		}
		m.limit(store.Downloads{AtOnce: 2})
		if got := m.status(http.MethodGet, "c"); got != 503 {
			t.Errorf("with the place taken away: %d", got)
		}
		_, err := io.Copy(io.Discard, first.Body)
		m.must(err)
		synctest.Wait()
		if got := m.status(http.MethodGet, "c"); got != 200 {
			t.Errorf("after the end of one: %d", got)
		}
		_ = second.Body.Close() // broken off
		synctest.Wait()
		if got := m.h.downloads.running; got != 0 {
			t.Errorf("%d places are still taken", got)
		}
		m.limit(store.Downloads{})
		if got := m.status(http.MethodGet, "c"); got != 200 {
			t.Errorf("without a limit: %d", got)
		}
	})
}

// TestOneDeviceDoesNotTakeAllPlaces, however often it begins anew; behind an address without a device there may be many.
func TestOneDeviceDoesNotTakeAllPlaces(t *testing.T) {
	mirrored(t, store.Downloads{AtOnce: 7}, func(m *mirror) {
		for i, row := range []struct {
			device string
			want   int
		}{{"", 200}, {"", 200}, {"a", 200}, {"a", 200}, {"a", 200}, {"a", 503}, {"", 200}} {
			answer := m.ask(http.MethodGet, row.device, "")
			defer func() { _ = answer.Body.Close() }()
			if answer.StatusCode != row.want {
				t.Errorf("download %d, of %q: %d, want %d", i+1, row.device, answer.StatusCode, row.want)
			}
		}
		if got := m.status(http.MethodGet, "b"); got != 200 {
			t.Errorf("another device: %d", got)
		}
	})
}

// TestStalledReceiverLosesItsPlace after a minute without a byte taken; a slow one keeps it.
func TestStalledReceiverLosesItsPlace(t *testing.T) {
	mirrored(t, store.Downloads{AtOnce: 1}, func(m *mirror) {
		stalled := m.ask(http.MethodGet, "a", "")
		_, err := io.ReadFull(stalled.Body, make([]byte, 10_000))
		m.must(err)
		time.Sleep(59 * time.Second)
		if got := m.status(http.MethodGet, "b"); got != 503 {
			t.Errorf("while it may still go on: %d", got)
		}
		time.Sleep(2 * time.Second)
		slow := m.ask(http.MethodGet, "b", "")
		if slow.StatusCode != 200 {
			t.Fatalf("after it stalled: %d", slow.StatusCode)
		}
		if n, err := io.Copy(io.Discard, stalled.Body); err == nil {
			t.Errorf("it got %d more bytes and a good end", n)
		}
		for range m.image.Size / 5000 {
			time.Sleep(25 * time.Second)
			if _, err := io.ReadFull(slow.Body, make([]byte, 5000)); err != nil {
				t.Fatalf("the slow one: %v", err)
			}
		}
	})
}

// TestLostDeviceFreesItsPlace although its download waits for its rate.
func TestLostDeviceFreesItsPlace(t *testing.T) {
	mirrored(t, store.Downloads{AtOnce: 1, PerDevice: 10}, func(m *mirror) {
		lost := m.ask(http.MethodGet, "a", "")
		_, err := io.ReadFull(lost.Body, make([]byte, rateBurst))
		m.must(err)
		began := time.Now()
		_ = lost.Body.Close()
		synctest.Wait()
		if m.h.downloads.running != 0 || time.Since(began) > 0 {
			t.Errorf("%d places are taken after %v", m.h.downloads.running, time.Since(began))
		}
	})
}

// TestLastByteWaitsForTheNote also when pieces wait for their rate: every tenth is noted, and who has the whole
// image finds that the server knows it.
func TestLastByteWaitsForTheNote(t *testing.T) {
	mirrored(t, store.Downloads{PerDevice: 8000}, func(m *mirror) {
		m.attempted()
		answer := m.ask(http.MethodGet, "a", "1")
		for read := int64(0); read < m.image.Size; {
			n, err := io.ReadFull(answer.Body, make([]byte, min(5000, m.image.Size-read)))
			m.must(err)
			read += int64(n)
			got := m.attempt()
			if got.Bytes < read-m.image.Size/10-2*pieceSize || got.Bytes > read+3*pieceSize {
				t.Errorf("%d bytes are noted when %d have arrived", got.Bytes, read)
			}
			if got.CompleteDownloads > 0 && read < m.image.Size-3*pieceSize {
				t.Errorf("it counts as complete when %d bytes have arrived", read)
			}
		}
		if got := m.attempt(); got.CompleteDownloads != 1 || got.Bytes != m.image.Size {
			t.Errorf("the whole image has arrived, noted are %d bytes, %d complete", got.Bytes, got.CompleteDownloads)
		}
	})
}

// TestDeviceReturnsBeforeItsLossIsNoticed: the rest joins what was sent, though the store knows only of the last tenth.
func TestDeviceReturnsBeforeItsLossIsNoticed(t *testing.T) {
	mirrored(t, store.Downloads{}, func(m *mirror) {
		m.attempted()
		const arrived = 14_000
		first := m.ask(http.MethodGet, "a", "1")
		_, err := io.ReadFull(first.Body, make([]byte, arrived))
		m.must(err)
		synctest.Wait()
		if got := m.attempt().Bytes; got >= arrived {
			t.Fatalf("%d bytes are noted already", got)
		}
		rest := m.ask(http.MethodGet, "a", "1", "Range", fmt.Sprintf("bytes=%d-", arrived))
		n, err := io.Copy(io.Discard, rest.Body)
		m.must(err)
		_ = first.Body.Close()
		synctest.Wait()
		if got := m.attempt(); n != m.image.Size-arrived || got.CompleteDownloads != 1 || got.Bytes != m.image.Size {
			t.Errorf("%d bytes came, %d are noted, %d complete downloads", n, got.Bytes, got.CompleteDownloads)
		}
	})
}

// TestIdleDevicesAreForgotten, but not so soon that coming back brings a new burst.
func TestIdleDevicesAreForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limiter := newThrottle(func() store.Downloads { return store.Downloads{PerDevice: rateBurst} })
		visit := func(who string) time.Duration {
			began := time.Now()
			place := limiter.take(who)
			defer place.leave()
			if err := place.wait(t.Context(), rateBurst); err != nil {
				t.Fatal(err)
			}
			return time.Since(began)
		}
		if first, again := visit("a"), visit("a"); first != 0 || again != time.Second {
			t.Errorf("the first burst took %v, the next %v", first, again)
		}
		for i := range 1000 {
			visit(strconv.Itoa(i))
			time.Sleep(100 * time.Millisecond)
			if n := len(limiter.lanes); n > 15 {
				t.Fatalf("%d devices are remembered", n)
			}
		}
	})
}
