package content

import (
	"context"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"
)

// Fetcher asks the servers of sources. Any number of goroutines may use it at once.
type Fetcher struct {
	userAgent string
	clock     func() time.Time
	outside   *http.Transport // for sources on the internet
	inside    *http.Transport // for sources on the owner's network
	geocoding string          // address of the place search
}

// NewFetcher returns a fetcher that calls itself userAgent (see UserAgent). The clock is read only to
// measure how long a test took.
func NewFetcher(userAgent string, clock func() time.Time) *Fetcher {
	return &Fetcher{
		userAgent: userAgent, clock: clock, geocoding: geocodingAddress,
		outside: transport(func(to netip.AddrPort) bool { return public(to.Addr()) }),
		inside:  transport(func(netip.AddrPort) bool { return true }),
	}
}

// UserAgent is how the program calls itself to servers it asks: its name, its version and where those who
// run them learn more, which may be empty.
func UserAgent(version, home string) string {
	agent := "PersonalCMS/" + strings.ReplaceAll(version, " ", "-")
	if home != "" {
		agent += " (+" + home + ")"
	}
	return agent
}

// reader asks for a kind of source and reads what it gets. The answer is what the server said last, for
// the page that tests a source.
type reader func(ctx context.Context, f *Fetcher, source Source, last Feed, now time.Time) (Feed, answer, error)

// kind is how one kind of source works.
type kind struct {
	name     string
	interval time.Duration // its usual one, 0 = never fetched
	read     reader
}

// kinds is the table of all of them; each reader stands in its own file.
func kinds() []kind {
	return []kind{
		{KindJSON, 30 * time.Minute, fetchJSON},
		{KindFeed, 30 * time.Minute, fetchFeed},
		{KindCalendar, 30 * time.Minute, fetchCalendar},
		{KindWeather, 30 * time.Minute, fetchWeather},
		{KindAir, time.Hour, fetchAir},
		{KindText, 0, fetchText},
		{KindPush, 0, fetchPush},
		{KindPicture, 6 * time.Hour, fetchPicture},
	}
}

// Kinds are the names of all kinds of sources.
func Kinds() []string {
	var names []string
	for _, k := range kinds() {
		names = append(names, k.name)
	}
	return names
}

// Fetch asks a source for what it has. Dates in addresses and times without a zone in calendars are in
// now's zone. It fails with a Failure, or when ctx ends.
func (f *Fetcher) Fetch(ctx context.Context, source Source, now time.Time) (Feed, error) {
	return f.FetchAgain(ctx, source, Feed{}, now)
}

// FetchAgain is Fetch for a source that gave last before, with the same settings: where the server says
// that nothing changed, last is returned as fetched now. Of an unchanged picture only the ImageID is.
func (f *Fetcher) FetchAgain(ctx context.Context, source Source, last Feed, now time.Time) (Feed, error) {
	feed, _, err := f.fetch(ctx, source, last, now)
	return feed, err
}

func (f *Fetcher) fetch(ctx context.Context, source Source, last Feed, now time.Time) (feed Feed, got answer, err error) {
	// Answers are read by parsers of others; one that trips over a hostile answer must not end the program.
	defer func() {
		if recover() != nil {
			feed, err = Feed{}, failure(ErrFormat, "The answer is so broken that reading it failed.")
		}
	}()
	all := kinds()
	at := slices.IndexFunc(all, func(k kind) bool { return k.name == source.Kind })
	if at < 0 {
		return Feed{}, answer{}, failure(ErrSettings, "This kind of source is not known.")
	}
	ctx, cancel := context.WithTimeout(ctx, source.timeout())
	defer cancel()
	feed, got, err = all[at].read(ctx, f, source, last, now)
	if err != nil {
		return Feed{}, got, source.withoutSecret(err)
	}
	feed.At = now.UTC()
	if got.until != nil {
		feed.Until = got.until
	}
	feed.ETag, feed.Modified = got.etag, got.modified
	if got.unchanged && feed.ETag == "" {
		feed.ETag, feed.Modified = last.ETag, last.Modified
	}
	return feed, got, nil
}

// withoutSecret takes the key out of what is told about a failure: a server may repeat it in its answer.
func (s Source) withoutSecret(err error) error {
	f, ok := err.(*Failure)
	if !ok || s.Secret == "" {
		return err
	}
	clean := *f
	clean.Sentence = strings.ReplaceAll(f.Sentence, s.Secret, "…")
	return &clean
}

// get asks the source's own address, and only for what changed since last where that can be.
func (f *Fetcher) get(ctx context.Context, source Source, accept string, last Feed, now time.Time) (answer, error) {
	address, err := source.address(now)
	if err != nil {
		return answer{}, err
	}
	header, err := source.header()
	if err != nil {
		return answer{}, err
	}
	q := inquiry{address: address, accept: accept, header: header}
	if !strings.Contains(source.URL, "{") {
		q.etag, q.modified = last.ETag, last.Modified
	}
	return f.ask(ctx, source, q, now)
}

// rawShown is how much of an answer the page that tests a source shows.
const rawShown = 20 << 10

// Trial is what came of testing a source.
type Trial struct {
	Status      int           `json:"status"` // of the answer, 0 when there was none
	ContentType string        `json:"content_type,omitempty"`
	Raw         string        `json:"raw,omitempty"` // the first 20 KB of the answer as text
	Feed        Feed          `json:"feed"`
	Err         string        `json:"error,omitempty"` // a sentence; empty = it worked
	Took        time.Duration `json:"took"`            // nanoseconds
}

// Test asks a source and reports the raw answer beside what was found in it.
func (f *Fetcher) Test(ctx context.Context, source Source, now time.Time) Trial {
	started := f.clock()
	feed, got, err := f.fetch(ctx, source, Feed{}, now)
	trial := Trial{
		Status: got.status, ContentType: got.contentType, Feed: feed, Err: Sentence(err),
		Took: f.clock().Sub(started),
	}
	if sniffPicture(got.body) == "" {
		raw := toUTF8(got.body, got.contentType)
		trial.Raw = strings.ToValidUTF8(raw[:min(len(raw), rawShown)], "")
	}
	if source.Secret != "" {
		trial.Raw = strings.ReplaceAll(trial.Raw, source.Secret, "…")
	}
	return trial
}
