package admin_test

import (
	"bufio"
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"personalcms/handlers/rig"
)

// stream is an open stream of events.
type stream struct {
	t      *testing.T
	lines  *bufio.Scanner
	status int
}

// listen opens the event stream of a signed-in page; it ends with the test.
func listen(t *testing.T, r *rig.Rig, session, since string) stream {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute) // a stream that says nothing fails the test
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, r.URL+"/events?since="+since, nil)
	must(t, err)
	request.Header.Set("Cookie", session)
	response, err := http.DefaultTransport.RoundTrip(request)
	must(t, err)
	t.Cleanup(func() { cancel(); _ = response.Body.Close() })
	return stream{t, bufio.NewScanner(response.Body), response.StatusCode}
}

// next is the name of the next event.
func (s stream) next() string {
	s.t.Helper()
	for s.lines.Scan() {
		if name, ok := strings.CutPrefix(s.lines.Text(), "event: "); ok {
			return name
		}
	}
	s.t.Fatalf("the stream ended: %v", s.lines.Err())
	return ""
}

// since is what a page says it was read at.
func since(t *testing.T, page rig.Answer) string {
	t.Helper()
	_, rest, ok := strings.Cut(string(page.Body), `sse-connect="/events?since=`)
	count, _, _ := strings.Cut(rest, `"`)
	if !ok {
		t.Fatal("the page has no event stream")
	}
	return count
}

func TestEvents(t *testing.T) {
	r := rig.New(t)
	r.Enrol("panel", "T")
	session := r.Session()
	page := r.Do(http.MethodGet, "/", nil, "Cookie", session)
	s := listen(t, r, session, since(t, page))
	if got := s.next(); got != "hello" {
		t.Errorf("first %q: nothing changed since the page", got)
	}
	wants(t, r.Script(http.MethodPatch, "/api/v1/devices/panel", `{"nickname":"Kitchen"}`), http.StatusOK)
	if got := s.next(); got != "device:panel" {
		t.Errorf("after a change of the device: %q", got)
	}
	if got := s.next(); got != "summary" {
		t.Errorf("then %q", got)
	}
	late := listen(t, r, session, since(t, page))
	if got := late.next(); got != "again" {
		t.Errorf("a page that missed a change gets %q", got)
	}
}

// TestStreamsAreFew: open streams hold memory and a connection each.
func TestStreamsAreFew(t *testing.T) {
	r := rig.New(t)
	session := r.Session()
	for range 64 {
		listen(t, r, session, "0").next()
	}
	if s := listen(t, r, session, "0"); s.status != http.StatusServiceUnavailable {
		t.Errorf("one more: %d", s.status)
	}
}
