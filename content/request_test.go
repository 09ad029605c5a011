package content

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// testTime is the now of tests: a Wednesday, 13:00 in Berlin.
func testTime(t *testing.T) time.Time {
	t.Helper()
	return time.Date(2026, 3, 25, 13, 0, 0, 0, zoneOf(t, "Europe/Berlin"))
}

func zoneOf(t *testing.T, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func testFetcher(t *testing.T) *Fetcher {
	t.Helper()
	start := time.Date(2026, 3, 25, 12, 0, 0, 0, time.UTC)
	ticks := 0
	return NewFetcher(UserAgent("1.2", "https://example.org/"), func() time.Time {
		ticks++
		return start.Add(time.Duration(ticks) * 40 * time.Millisecond)
	})
}

// serve answers every request with a body of that type.
func serve(t *testing.T, contentType, body string) string {
	t.Helper()
	return serveFunc(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		_, _ = w.Write([]byte(body))
	})
}

func serveFunc(t *testing.T, handler http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

func TestPublic(t *testing.T) {
	tests := []struct {
		address string
		want    bool
	}{
		{"93.184.216.34", true},
		{"8.8.8.8", true},
		{"2606:4700::1111", true},
		{"::ffff:8.8.8.8", true},
		{"127.0.0.1", false},
		{"127.8.8.8", false},
		{"10.1.2.3", false},
		{"172.16.0.1", false},
		{"172.31.255.255", false},
		{"172.32.0.1", true},
		{"192.168.1.1", false},
		{"169.254.169.254", false},
		{"100.64.0.1", false},
		{"0.0.0.0", false},
		{"224.0.0.1", false},
		{"255.255.255.255", false},
		{"::1", false},
		{"::", false},
		{"fe80::1", false},
		{"fd00:ec2::254", false},
		{"ff02::1", false},
		{"::ffff:127.0.0.1", false},
		{"::ffff:192.168.1.1", false},
		{"64:ff9b::7f00:1", false},
		{"2002:7f00:1::", false},
		{"2001:db8::1", false},
	}
	for _, tt := range tests {
		t.Run(tt.address, func(t *testing.T) {
			if got := public(netip.MustParseAddr(tt.address)); got != tt.want {
				t.Errorf("public = %v, want %v", got, tt.want)
			}
		})
	}
}

func TestOwnNetworkIsRefused(t *testing.T) {
	asked := false
	address := serveFunc(t, func(w http.ResponseWriter, _ *http.Request) {
		asked = true
		_, _ = w.Write([]byte(`{"text":"inside"}`))
	})
	_, port, _ := net.SplitHostPort(strings.TrimPrefix(address, "http://"))
	for _, host := range []string{"127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0.0.0.0"} {
		t.Run(host, func(t *testing.T) {
			_, err := testFetcher(t).Fetch(t.Context(), Source{ID: "x", Kind: KindJSON, URL: "http://" + host + ":" + port + "/"}, testTime(t))
			if !errors.Is(err, ErrOwnNetwork) || asked {
				t.Errorf("error %v, asked %v", err, asked)
			}
			want := "The address leads to your own network; mark the source as “on my network” if that is meant."
			if diff := cmp.Diff(want, Sentence(err)); diff != "" {
				t.Errorf("sentence (-want +got):\n%s", diff)
			}
		})
	}
	if _, err := testFetcher(t).Fetch(t.Context(), Source{Kind: KindJSON, URL: address, OnMyNetwork: true}, testTime(t)); err != nil || !asked {
		t.Errorf("a source on the own network: %v", err)
	}
}

// TestRedirectInside has a server that may be asked send the fetch to one that may not.
func TestRedirectInside(t *testing.T) {
	asked := false
	inside := serveFunc(t, func(http.ResponseWriter, *http.Request) { asked = true })
	outside := serveFunc(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, inside, http.StatusFound) })
	f := testFetcher(t)
	u, _ := url.Parse(outside)
	f.outside = transport(func(to netip.AddrPort) bool { return to.String() == u.Host || public(to.Addr()) })
	_, err := f.Fetch(t.Context(), Source{Kind: KindJSON, URL: outside}, testTime(t))
	if !errors.Is(err, ErrOwnNetwork) || asked {
		t.Errorf("error %v, asked %v", err, asked)
	}
}

func TestFailures(t *testing.T) {
	var bomb bytes.Buffer
	zipped := gzip.NewWriter(&bomb)
	_, _ = zipped.Write(make([]byte, 8<<20))
	_ = zipped.Close()
	tests := []struct {
		name    string
		handler http.HandlerFunc
		reason  error
		want    string
	}{
		{"500", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }, ErrStatus, "The server answered 500."},
		{"404", http.NotFound, ErrStatus, "The server has nothing at this address (404)."},
		{"401", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(401) }, ErrStatus, "The server refused the request (401). Does it want a key?"},
		{"429", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(429) }, ErrStatus, "The server was asked too often (429)."},
		{"endless redirects", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/"+fmt.Sprint(len(r.URL.Path)), http.StatusFound)
		}, ErrRedirects, "The address was redirected more than 5 times."},
		{"redirect to a file", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", "file:///etc/passwd")
			w.WriteHeader(302)
		}, ErrAddress, "The address was redirected to one that cannot be asked."},
		{"too large", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, 3<<20)) }, ErrTooLarge, "The answer is larger than 2 MB."},
		{"bomb", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(bomb.Bytes())
		}, ErrTooLarge, "The answer is larger than 2 MB."},
		{"web page", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<!DOCTYPE html>\n<html>")) }, ErrFormat, "The answer is no JSON: it begins with “<!DOCTYPE html> <html>”."},
		{"nothing", func(http.ResponseWriter, *http.Request) {}, ErrFormat, "The answer is empty."},
		{"breaks off", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "99")
			_, _ = w.Write([]byte("{"))
		}, ErrUnreachable, "The server could not be reached, or broke off."},
		{"too slow", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, ErrTooSlow, "It took longer than 1 second."},
		{"slow body", func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(200)
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		}, ErrTooSlow, "It took longer than 1 second."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			source := Source{ID: "x", Kind: KindJSON, URL: serveFunc(t, tt.handler), OnMyNetwork: true, TimeoutSeconds: 1}
			feed, err := testFetcher(t).Fetch(t.Context(), source, testTime(t))
			if !errors.Is(err, tt.reason) || feed.Document != nil {
				t.Errorf("error %v, want %v", err, tt.reason)
			}
			if diff := cmp.Diff(tt.want, Sentence(err)); diff != "" {
				t.Errorf("sentence (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAddressFailures(t *testing.T) {
	tests := []struct {
		name   string
		source Source
		reason error
	}{
		{"none", Source{Kind: KindJSON}, ErrSettings},
		{"file", Source{Kind: KindJSON, URL: "file:///etc/passwd"}, ErrAddress},
		{"gopher", Source{Kind: KindFeed, URL: "gopher://example.org/"}, ErrAddress},
		{"no host", Source{Kind: KindFeed, URL: "http:///feed"}, ErrAddress},
		{"not an address", Source{Kind: KindFeed, URL: "the news"}, ErrAddress},
		{"open question", Source{Kind: KindJSON, URL: "https://example.org/{country}"}, ErrSettings},
		{"no key", Source{Kind: KindJSON, URL: "https://example.org/?key={secret}"}, ErrSettings},
		{"key as host", Source{Kind: KindJSON, URL: "https://{secret}.example.org/", Secret: "abc"}, ErrAddress},
		{"header with line end", Source{Kind: KindJSON, URL: "https://example.org/", Headers: []Header{{"X-A", "a\r\nHost: b"}}}, ErrSettings},
		{"host header", Source{Kind: KindJSON, URL: "https://example.org/", Headers: []Header{{"host", "b"}}}, ErrSettings},
		{"unknown kind", Source{Kind: "gopher"}, ErrSettings},
		{"push", Source{Kind: KindPush}, ErrSettings},
		{"no place", Source{Kind: KindWeather}, ErrSettings},
		{"uploaded", Source{Kind: KindCalendar, Upload: "ab"}, ErrSettings},
		{"no server", Source{Kind: KindJSON, URL: "http://127.0.0.1:1/", OnMyNetwork: true}, ErrUnreachable},
		{"no name", Source{Kind: KindJSON, URL: "http://nobody.invalid/"}, ErrUnreachable},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := testFetcher(t).Fetch(t.Context(), tt.source, testTime(t))
			if !errors.Is(err, tt.reason) {
				t.Errorf("error %v, want %v", err, tt.reason)
			}
			if s := Sentence(err); !strings.HasSuffix(s, ".") && !strings.HasSuffix(s, "?") {
				t.Errorf("no sentence: %q", s)
			}
		})
	}
}

func TestRequest(t *testing.T) {
	var got *http.Request
	address := serveFunc(t, func(w http.ResponseWriter, r *http.Request) {
		got = r
		_, _ = w.Write([]byte(`{"text":"x"}`))
	})
	source := Source{
		Kind: KindJSON, OnMyNetwork: true, Secret: "a b/c", URL: address + "/{year}/{month}/{day}?key={secret}&on={date}",
		Headers: []Header{{"Authorization", "Bearer {secret}"}, {"X-Plain", "yes"}},
	}
	if _, err := testFetcher(t).Fetch(t.Context(), source, testTime(t)); err != nil {
		t.Fatal(err)
	}
	want := []string{"/2026/03/25?key=a+b%2Fc&on=2026-03-25", "Bearer a b/c", "yes", "PersonalCMS/1.2 (+https://example.org/)"}
	if diff := cmp.Diff(want, []string{got.RequestURI, got.Header.Get("Authorization"), got.Header.Get("X-Plain"), got.UserAgent()}); diff != "" {
		t.Errorf("request (-want +got):\n%s", diff)
	}
	if accept := got.Header.Get("Accept"); !strings.Contains(accept, "application/json") {
		t.Errorf("Accept %q", accept)
	}
}

// TestSecretStaysHome redirects to another server, and has servers repeat the key in what they answer.
func TestSecretStaysHome(t *testing.T) {
	const secret = "hush-hush-42"
	var seen http.Header
	other := serveFunc(t, func(w http.ResponseWriter, r *http.Request) {
		seen = r.Header
		w.WriteHeader(500)
	})
	first := serveFunc(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, other+"/", http.StatusFound) })
	echo := serveFunc(t, func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write([]byte("key " + r.Header.Get("X-Key"))) })
	for _, address := range []string{first + "/?k={secret}", echo, "http://127.0.0.1:1/{secret}", "http://nobody.invalid/{secret}"} {
		source := Source{Kind: KindJSON, OnMyNetwork: true, URL: address, Secret: secret, Headers: []Header{{"X-Key", "{secret}"}, {"Authorization", "{secret}"}}}
		trial := testFetcher(t).Test(t.Context(), source, testTime(t))
		_, err := testFetcher(t).Fetch(t.Context(), source, testTime(t))
		if err == nil || trial.Err == "" {
			t.Fatalf("%s: no error", address)
		}
		for inner := err; inner != nil; inner = errors.Unwrap(inner) {
			if strings.Contains(inner.Error(), secret) {
				t.Errorf("%s: key in %q", address, inner)
			}
		}
		if strings.Contains(fmt.Sprintf("%+v", trial), secret) {
			t.Errorf("%s: key in %+v", address, trial)
		}
	}
	for name, values := range seen {
		if strings.Contains(strings.Join(values, " "), secret) {
			t.Errorf("the other server got %s: %v", name, values)
		}
	}
}

// TestKeysAreTakenOutOfAnswers has a server repeat the key in a good answer, however it may be written.
func TestKeysAreTakenOutOfAnswers(t *testing.T) {
	const secret = `hush "42"/&`
	address := serveFunc(t, func(w http.ResponseWriter, r *http.Request) {
		raw, _ := json.Marshal(map[string]string{"text": "the key is " + r.URL.Query().Get("k"), "url": "https://example.org" + r.RequestURI})
		_, _ = w.Write(raw)
	})
	source := Source{Kind: KindJSON, OnMyNetwork: true, URL: address + "/?k={secret}", Secret: secret}
	feed, err := testFetcher(t).Fetch(t.Context(), source, testTime(t))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]Item{{Text: "the key is …", URL: "https://example.org/?k=…"}}, feed.Items); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if document := string(feed.Document); strings.Contains(document, "42") {
		t.Errorf("key in %s", document)
	}
	source.Secret = "text" // as short as a word that stands there by chance
	if feed, err := testFetcher(t).Fetch(t.Context(), source, testTime(t)); err != nil || len(feed.Items) != 1 {
		t.Errorf("%+v %v", feed, err)
	}
}

func TestUnchanged(t *testing.T) {
	address := serveFunc(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"one"`)
		w.Header().Set("Cache-Control", "public, max-age=600")
		if r.Header.Get("If-None-Match") == `"one"` {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		_, _ = w.Write([]byte(`{"text":"x"}`))
	})
	source := Source{Kind: KindJSON, OnMyNetwork: true, URL: address}
	f, now := testFetcher(t), testTime(t)
	first, err := f.Fetch(t.Context(), source, now)
	if err != nil {
		t.Fatal(err)
	}
	if first.Until == nil || !first.Until.Equal(now.Add(10*time.Minute)) {
		t.Errorf("until %v", first.Until)
	}
	again, err := f.FetchAgain(t.Context(), source, first, now.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	want, until := first, now.Add(70*time.Minute).UTC()
	want.At, want.Until = now.Add(time.Hour).UTC(), &until
	if diff := cmp.Diff(want, again); diff != "" {
		t.Errorf("feed (-want +got):\n%s", diff)
	}
}

func TestRetryAfter(t *testing.T) {
	now := testTime(t)
	tests := []struct {
		name, header string
		want         time.Time
	}{
		{"seconds", "120", now.Add(2 * time.Minute)},
		{"date", now.Add(time.Hour).UTC().Format(http.TimeFormat), now.Add(time.Hour)},
		{"years", "99999999", now.Add(24 * time.Hour)},
		{"past", "Mon, 02 Jan 2006 15:04:05 GMT", time.Time{}},
		{"none", "", time.Time{}},
		{"nonsense", "soon", time.Time{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			address := serveFunc(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Retry-After", tt.header)
				w.WriteHeader(http.StatusTooManyRequests)
			})
			_, err := testFetcher(t).Fetch(t.Context(), Source{Kind: KindFeed, URL: address, OnMyNetwork: true}, now)
			if got := RetryAt(err); !got.Equal(tt.want) {
				t.Errorf("RetryAt %v, want %v", got, tt.want)
			}
		})
	}
}

func TestStopped(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	address := serveFunc(t, func(_ http.ResponseWriter, r *http.Request) { cancel(); <-r.Context().Done() })
	_, err := testFetcher(t).Fetch(ctx, Source{ID: "x", Kind: KindJSON, URL: address, OnMyNetwork: true}, testTime(t))
	if !errors.Is(err, context.Canceled) || Sentence(err) != "The fetch was stopped." {
		t.Errorf("error %v, %q", err, Sentence(err))
	}
}

func TestTrial(t *testing.T) {
	source := Source{Kind: KindJSON, OnMyNetwork: true, URL: serve(t, "application/json", `{"jokes":["Ha."]}`), Paths: Paths{Items: "$.jokes[*]"}}
	got := testFetcher(t).Test(t.Context(), source, testTime(t))
	want := Trial{Status: 200, ContentType: "application/json", Raw: `{"jokes":["Ha."]}`, Took: 40 * time.Millisecond, Feed: Feed{
		At: testTime(t).UTC(), Items: []Item{{Text: "Ha."}}, Document: []byte(`{"jokes":["Ha."]}`),
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("trial (-want +got):\n%s", diff)
	}
	source.URL = serve(t, "text/plain; charset=utf-8", strings.Repeat("ä", 30_000))
	got = testFetcher(t).Test(t.Context(), source, testTime(t))
	if len(got.Raw) != rawShown || got.Err != "The answer is no JSON: it begins with “"+strings.Repeat("ä", 40)+"”." {
		t.Errorf("%d bytes, %q", len(got.Raw), got.Err)
	}
}
