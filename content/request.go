package content

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const (
	usualTimeout  = 15 * time.Second
	longestFetch  = 60 * time.Second
	usualBytes    = 2 << 20
	mostBytes     = 16 << 20
	usualItems    = 50
	mostItems     = 500
	mostRedirects = 5
)

// answer is what a server said.
type answer struct {
	status      int
	contentType string
	body        []byte // decompressed
	unchanged   bool   // 304: what was fetched before still holds
	etag        string
	modified    string
	until       *time.Time
}

// inquiry is one request a source makes.
type inquiry struct {
	address  *url.URL
	accept   string
	header   http.Header
	etag     string // of the answer fetched before
	modified string
}

func (s Source) timeout() time.Duration {
	if s.TimeoutSeconds <= 0 {
		return usualTimeout
	}
	return min(time.Duration(s.TimeoutSeconds)*time.Second, longestFetch)
}

func (s Source) maxBytes() int64 {
	if s.MaxBytes <= 0 {
		return usualBytes
	}
	return min(s.MaxBytes, mostBytes)
}

func (s Source) maxItems() int {
	if s.MaxItems <= 0 {
		return usualItems
	}
	return min(s.MaxItems, mostItems)
}

// ask sends the inquiry and reads the answer, both within ctx and the source's limits. An answer that is
// neither 200 nor 304 is returned beside the failure, for the page that tests a source.
func (f *Fetcher) ask(ctx context.Context, source Source, q inquiry, now time.Time) (answer, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, q.address.String(), nil)
	if err != nil {
		return answer{}, failure(ErrAddress, "The address cannot be asked.")
	}
	request.Header.Set("Accept", q.accept)
	request.Header.Set("User-Agent", f.userAgent)
	for name, values := range q.header {
		request.Header[name] = values
	}
	if q.etag != "" {
		request.Header.Set("If-None-Match", q.etag)
	}
	if q.modified != "" {
		request.Header.Set("If-Modified-Since", q.modified)
	}
	response, err := f.client(source, q).Do(request)
	if err != nil {
		return answer{}, transportFailure(ctx, source, err)
	}
	defer func() { _ = response.Body.Close() }()
	got := answer{
		status: response.StatusCode, contentType: response.Header.Get("Content-Type"),
		etag: response.Header.Get("ETag"), modified: response.Header.Get("Last-Modified"), until: freshUntil(response.Header, now),
	}
	limit := source.maxBytes()
	got.body, err = io.ReadAll(io.LimitReader(response.Body, limit+1))
	switch {
	case got.status == http.StatusNotModified:
		got.unchanged = true
		return got, nil
	case err != nil:
		return got, transportFailure(ctx, source, err)
	}
	tooLarge := int64(len(got.body)) > limit
	got.body = source.withoutKey(got.body[:min(int64(len(got.body)), limit)])
	switch {
	case tooLarge:
		return got, failure(ErrTooLarge, "The answer is larger than %s.", size(limit))
	case got.status < 200 || got.status > 299:
		return got, statusFailure(got.status, response.Header, now)
	}
	return got, nil
}

// shortestHidden is the length of the shortest key that is taken out of answers; shorter ones stand in them by chance.
const shortestHidden = 6

// withoutKey takes the key out of an answer, however it is written there: some servers repeat what they were asked, and
// answers are kept and shown.
func (s Source) withoutKey(body []byte) []byte {
	if len(s.Secret) < shortestHidden {
		return body
	}
	quoted, err := json.Marshal(s.Secret)
	if err != nil {
		return body // a string can always be written
	}
	for _, written := range []string{s.Secret, url.QueryEscape(s.Secret), url.PathEscape(s.Secret), strings.Trim(string(quoted), `"`)} {
		if bytes.Contains(body, []byte(written)) {
			body = bytes.ReplaceAll(body, []byte(written), []byte("…"))
		}
	}
	return body
}

// client follows at most mostRedirects redirects, each checked like the first address. What a source sends
// along, keys above all, stays with the server it was meant for.
func (f *Fetcher) client(source Source, q inquiry) *http.Client {
	through := f.outside
	if source.OnMyNetwork {
		through = f.inside
	}
	return &http.Client{Transport: through, CheckRedirect: func(next *http.Request, before []*http.Request) error {
		if len(before) > mostRedirects {
			return ErrRedirects
		}
		if next.URL.Scheme != "http" && next.URL.Scheme != "https" {
			return ErrAddress
		}
		next.Header.Del("Referer") // would carry a key from one address to the next
		first := before[0].URL
		if next.URL.Host != first.Host || next.URL.Scheme != first.Scheme {
			for name := range q.header {
				next.Header.Del(name)
			}
			next.Header.Del("Authorization")
			next.Header.Set("User-Agent", f.userAgent)
			next.Header.Set("Accept", q.accept)
		}
		return nil
	}}
}

// transportFailure turns what the network said into a failure. The text of err is dropped: it has the
// whole address in it, and with it the key.
func transportFailure(ctx context.Context, source Source, err error) error {
	var name *net.DNSError
	var redirected *url.Error
	switch {
	case errors.Is(err, ErrOwnNetwork):
		return failure(ErrOwnNetwork, "The address leads to your own network; mark the source as “on my network” if that is meant.")
	case errors.Is(err, ErrRedirects):
		return failure(ErrRedirects, "The address was redirected more than %d times.", mostRedirects)
	case errors.Is(err, ErrAddress):
		return failure(ErrAddress, "The address was redirected to one that cannot be asked.")
	case errors.Is(err, context.Canceled):
		return fmt.Errorf("source %q: %w", source.ID, context.Canceled)
	case errors.Is(ctx.Err(), context.DeadlineExceeded), errors.Is(err, context.DeadlineExceeded):
		return tooSlow(source)
	case errors.As(err, &name):
		return failure(ErrUnreachable, "The name of the server was not found.")
	case errors.As(err, &redirected) && redirected.Timeout():
		return tooSlow(source)
	case strings.Contains(err.Error(), "tls: ") || strings.Contains(err.Error(), "x509: "):
		return failure(ErrUnreachable, "No safe connection to the server was possible: its certificate was not accepted.")
	}
	return failure(ErrUnreachable, "The server could not be reached, or broke off.")
}

func tooSlow(source Source) error {
	return failure(ErrTooSlow, "It took longer than %s.", counted(int(source.timeout()/time.Second), "second"))
}

func statusFailure(status int, header http.Header, now time.Time) error {
	f := failure(ErrStatus, "The server answered %d.", status)
	f.Status, f.RetryAt = status, retryAfter(header, now)
	switch status {
	case http.StatusTooManyRequests:
		f.Sentence = "The server was asked too often (429)."
	case http.StatusUnauthorized, http.StatusForbidden:
		f.Sentence = fmt.Sprintf("The server refused the request (%d). Does it want a key?", status)
	case http.StatusNotFound, http.StatusGone:
		f.Sentence = fmt.Sprintf("The server has nothing at this address (%d).", status)
	}
	return f
}

// retryAfter reads the header of that name, seconds or a date, at most a day ahead.
func retryAfter(header http.Header, now time.Time) time.Time {
	value := strings.TrimSpace(header.Get("Retry-After"))
	until := time.Time{}
	if seconds, err := strconv.ParseUint(value, 10, 31); err == nil {
		until = now.Add(time.Duration(seconds) * time.Second)
	} else if date, err := http.ParseTime(value); err == nil {
		until = date
	}
	if !until.After(now) {
		return time.Time{}
	}
	if latest := now.Add(24 * time.Hour); until.After(latest) {
		return latest
	}
	return until.UTC()
}

// freshUntil says until when an answer holds by its own account, at most six hours ahead: some servers
// promise a year.
func freshUntil(header http.Header, now time.Time) *time.Time {
	if until := retryAfter(header, now); !until.IsZero() {
		return &until
	}
	for directive := range strings.SplitSeq(header.Get("Cache-Control"), ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(directive), "=")
		age, err := strconv.ParseUint(value, 10, 31)
		if !strings.EqualFold(name, "max-age") || err != nil || age == 0 {
			continue
		}
		until := now.Add(min(time.Duration(age)*time.Second, 6*time.Hour)).UTC()
		return &until
	}
	return nil
}

func size(bytes int64) string {
	switch {
	case bytes >= 1<<20 && bytes%(1<<20) == 0:
		return fmt.Sprintf("%d MB", bytes>>20)
	case bytes >= 1<<10:
		return fmt.Sprintf("%d KB", bytes>>10)
	}
	return counted(int(bytes), "byte")
}

// counted is a number with its noun: 1 second, 15 seconds.
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}
