package content

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"
)

const secretMark = "{secret}"

var (
	openMark   = regexp.MustCompile(`\{[a-z]+\}`)
	headerName = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")
)

// Expand replaces {date} (2006-01-02), {year}, {month} and {day} (two digits each) in an address by those of
// now, in now's zone.
func Expand(address string, now time.Time) string {
	return strings.NewReplacer(
		"{date}", now.Format(time.DateOnly), "{year}", now.Format("2006"),
		"{month}", now.Format("01"), "{day}", now.Format("02"),
	).Replace(address)
}

// address is the URL to ask for a source: dates and secret put in.
func (s Source) address(now time.Time) (*url.URL, error) {
	plain := Expand(strings.TrimSpace(s.URL), now)
	if plain == "" {
		return nil, failure(ErrSettings, "The source has no address yet.")
	}
	if rest, found := strings.CutPrefix(plain, "webcal://"); found {
		plain = "https://" + rest // how calendars are shared; it means nothing else
	}
	if strings.Contains(plain, secretMark) && s.Secret == "" {
		return nil, failure(ErrSettings, "The address asks for a key, but the source has none.")
	}
	if open := openMark.FindString(strings.ReplaceAll(plain, secretMark, "")); open != "" {
		return nil, failure(ErrSettings, "The address still has %s in it: put the real value there.", open)
	}
	path, query, asked := strings.Cut(plain, "?")
	full := strings.ReplaceAll(path, secretMark, url.PathEscape(s.Secret))
	if asked {
		full += "?" + strings.ReplaceAll(query, secretMark, url.QueryEscape(s.Secret))
	}
	u, err := url.Parse(full)
	if err != nil || u.Host == "" || u.Hostname() == "" {
		return nil, failure(ErrAddress, "The address is not one of the web: it should look like https://example.org/feed.")
	}
	if u.Scheme != "http" && u.Scheme != "https" {
		return nil, failure(ErrAddress, "Only addresses that begin with http:// or https:// can be asked.")
	}
	if s.Secret != "" && strings.Contains(u.Host, url.PathEscape(s.Secret)) {
		return nil, failure(ErrAddress, "A key may not stand in the name of the server.")
	}
	return u, nil
}

// header is what the source sends with its request.
func (s Source) header() (http.Header, error) {
	header := http.Header{}
	for _, h := range s.Headers {
		name, value := http.CanonicalHeaderKey(strings.TrimSpace(h.Name)), strings.TrimSpace(h.Value)
		switch name {
		case "Host", "Connection", "Content-Length", "Transfer-Encoding", "Accept-Encoding", "Range", "Upgrade":
			return nil, failure(ErrSettings, "The header %s cannot be set.", name)
		}
		if strings.Contains(value, secretMark) && s.Secret == "" {
			return nil, failure(ErrSettings, "The header %s asks for a key, but the source has none.", name)
		}
		value = strings.ReplaceAll(value, secretMark, s.Secret)
		if !headerName.MatchString(name) || strings.ContainsFunc(value, isControl) {
			return nil, failure(ErrSettings, "A header has letters that cannot be sent.")
		}
		header.Add(name, value)
	}
	return header, nil
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }
