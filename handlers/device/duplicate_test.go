package device_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"personalcms/handlers/rig"
)

// board is one of two boards that speak under the same id, from an address of its own.
type board struct {
	rig     *rig.Rig
	address string
	booted  time.Time
}

// says sends its uptime, as a heartbeat or with its readings as firmware 2.4.x does.
func (b board) says(t *testing.T, path, format string) {
	t.Helper()
	dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(b.address)}}
	transport := &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			return dialer.DialContext(ctx, network, address)
		},
	}
	uptime := int(b.rig.Now().Sub(b.booted).Seconds())
	request, err := http.NewRequest(http.MethodPost, b.rig.URL+path, strings.NewReader(fmt.Sprintf(format, uptime)))
	if err != nil {
		t.Fatal(err)
	}
	response, err := transport.RoundTrip(request)
	if err != nil {
		t.Skipf("this machine cannot speak from %s: %v", b.address, err)
	}
	defer func() { _ = response.Body.Close() }()
	if body, _ := io.ReadAll(response.Body); response.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s", response.Status, body)
	}
}

// TestTwoBoardsUnderOneID are found by their boot times and addresses; one board that restarts or
// gets another address is not taken for two.
func TestTwoBoardsUnderOneID(t *testing.T) {
	const (
		one, two  = "127.0.0.1", "127.0.0.2"
		heartbeat = "/api/devices/" + panelID + "/heartbeat"
	)
	for _, tc := range []struct {
		name   string
		speaks []string // address, with "restarted" behind it when it did just before
		path   string
		format string
		found  bool
	}{
		{"taking turns", []string{one, two, one}, heartbeat, `{"uptime":%d}`, true},
		{"taking turns for long", []string{one, two, one, two, one, two}, heartbeat, `{"uptime":%d}`, true},
		{"taking turns with readings of v1", []string{one, two, one}, sensorPath, `{"temperature":20,"timestamp":%d}`, true},
		{"one restarts meanwhile", []string{one, two, two + " restarted", one}, heartbeat, `{"uptime":%d}`, true},
		{"one board", []string{one, one, one}, heartbeat, `{"uptime":%d}`, false},
		{"it restarts again and again", []string{one, one + " restarted", one + " restarted"}, heartbeat, `{"uptime":%d}`, false},
		{"it gets another address", []string{one, one, two + " restarted", two}, heartbeat, `{"uptime":%d}`, false},
		{"and its former one", []string{one, two + " restarted", one + " restarted", one}, heartbeat, `{"uptime":%d}`, false},
		{"no uptime", []string{one, two, one}, heartbeat, `{"free_heap":%d}`, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			r := rig.New(t)
			r.EnrolLegacy(panelID, panelType)
			boards := map[string]*board{
				one: {r, one, r.Now().Add(-time.Hour)}, two: {r, two, r.Now().Add(-5 * time.Minute)},
			}
			for _, speaks := range tc.speaks {
				r.Pass(time.Minute)
				address, restarted := strings.CutSuffix(speaks, " restarted")
				if restarted {
					boards[address].booted = r.Now().Add(-8 * time.Second)
				}
				boards[address].says(t, tc.path, tc.format)
			}
			reported(t, r, tc.found)
		})
	}
}

// reported checks status and log.
func reported(t *testing.T, r *rig.Rig, found bool) {
	t.Helper()
	duplicate := r.DB.Status(panelID).Duplicate
	if (duplicate != nil) != found {
		t.Fatalf("two boards: %+v, want %v", duplicate, found)
	}
	log, err := r.DB.Log(panelID, 100)
	if err != nil {
		t.Fatal(err)
	}
	warnings := 0
	for _, entry := range log {
		if entry.Level == "warn" && strings.Contains(entry.Message, "Two boards") {
			warnings++
			if !strings.Contains(entry.Message, "127.0.0.1") || !strings.Contains(entry.Message, "127.0.0.2") {
				t.Errorf("%q does not name both addresses", entry.Message)
			}
		}
	}
	want := 0
	if found {
		want = 1
		if duplicate.Addresses != [2]string{"127.0.0.1", "127.0.0.2"} {
			t.Errorf("addresses %v", duplicate.Addresses)
		}
	}
	if warnings != want {
		t.Errorf("%d warnings in the log, want %d", warnings, want)
	}
}
