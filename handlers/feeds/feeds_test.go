package feeds_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"personalcms/content"
	"personalcms/handlers/feeds"
	"personalcms/store"

	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"
)

var start = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// bench is a store and the feeds that fill it.
type bench struct {
	t     *testing.T
	db    *store.DB
	feeds *feeds.Feeds
	log   *bytes.Buffer
	now   atomic.Int64 // Unix seconds
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{t: t, log: &bytes.Buffer{}}
	b.now.Store(start.Unix())
	var err error
	if b.db, err = store.Open(t.TempDir()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.must(b.db.Close()) })
	b.feeds = feeds.New(b.db, content.NewFetcher("test", b.clock), zerolog.New(zerolog.SyncWriter(b.log)), b.clock)
	t.Cleanup(b.feeds.Wait)
	return b
}

func (b *bench) clock() time.Time     { return time.Unix(b.now.Load(), 0).UTC() }
func (b *bench) pass(d time.Duration) { b.now.Add(int64(d / time.Second)) }

func (b *bench) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

// add keeps a source on the own network.
func (b *bench) add(source content.Source, upload []byte) store.Source {
	b.t.Helper()
	saved, err := b.db.SaveSource(source.ID, upload, func(kept *store.Source, _ bool) error {
		kept.Source = source
		kept.OnMyNetwork = true
		return nil
	})
	b.must(err)
	return saved
}

func serve(t *testing.T, handler http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

func write(w http.ResponseWriter, body string) { _, _ = w.Write([]byte(body)) }

func TestDueFetchesAFewAtATimeInTheBackground(t *testing.T) {
	b := newBench(t)
	arrived, release := make(chan string, 10), make(chan bool)
	var inside, most atomic.Int32
	address := serve(t, func(w http.ResponseWriter, r *http.Request) {
		for n := inside.Add(1); n > most.Load(); {
			most.Store(n)
		}
		arrived <- r.URL.Path
		<-release
		inside.Add(-1)
		write(w, `{"text":"`+r.URL.Path+`"}`)
	})
	for i := range 5 {
		b.add(content.Source{ID: fmt.Sprintf("s%d", i), Kind: content.KindJSON, URL: fmt.Sprintf("%s/s%d", address, i)}, nil)
	}
	b.feeds.Due(t.Context()) // returns although no server has answered
	for range 3 {
		<-arrived
	}
	b.feeds.Due(t.Context()) // no room, and those under way are not asked twice
	close(release)
	b.feeds.Wait()
	if got := most.Load(); got != 3 {
		t.Errorf("%d were asked at once, want 3", got)
	}
	b.feeds.Due(t.Context())
	b.feeds.Wait()
	got := map[string]string{}
	for _, source := range b.db.Sources() {
		for _, item := range b.db.Fetched(source.ID).Feed.Items {
			got[source.ID] += item.Text
		}
	}
	want := map[string]string{"s0": "/s0", "s1": "/s1", "s2": "/s2", "s3": "/s3", "s4": "/s4"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if n := len(arrived); n != 2 {
		t.Errorf("%d more requests, want 2", n)
	}
	b.feeds.Due(t.Context())
	b.feeds.Wait()
	if n := len(arrived); n != 2 {
		t.Error("what is not due was asked")
	}
}

func TestASlowSourceHoldsNoOther(t *testing.T) {
	b := newBench(t)
	release := make(chan bool)
	address := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/slow" {
			<-release
		}
		write(w, `{"text":"hello"}`)
	})
	b.add(content.Source{ID: "a-slow", Kind: content.KindJSON, URL: address + "/slow"}, nil)
	b.add(content.Source{ID: "b-fast", Kind: content.KindJSON, URL: address + "/fast"}, nil)
	changes, end := b.db.Watch()
	defer end()
	b.feeds.Due(t.Context())
	for change := range changes {
		if change.Kind == "feeds" {
			if change.ID != "b-fast" {
				t.Errorf("%s came first", change.ID)
			}
			break
		}
	}
	// While it is being fetched a button gives what was there before, at once.
	fetched, err := b.feeds.Fetch(t.Context(), "a-slow")
	if err != nil || !fetched.Feed.At.IsZero() {
		t.Errorf("%v %+v", err, fetched)
	}
	close(release)
	b.feeds.Wait()
	if items := b.db.Fetched("a-slow").Feed.Items; len(items) != 1 {
		t.Errorf("the slow one gave %+v", items)
	}
}

func TestAFailureKeepsTheLastGoodValue(t *testing.T) {
	b := newBench(t)
	broken := atomic.Bool{}
	address := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		if broken.Load() {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		write(w, `{"text":"good"}`)
	})
	source := b.add(content.Source{ID: "s", Kind: content.KindJSON, URL: address}, nil)
	good, err := b.feeds.Fetch(t.Context(), "s")
	b.must(err)
	broken.Store(true)
	b.pass(time.Hour)
	bad, err := b.feeds.Fetch(t.Context(), "s")
	b.must(err)
	if diff := cmp.Diff(good.Feed, bad.Feed); diff != "" {
		t.Errorf("what it gave changed (-good +bad):\n%s", diff)
	}
	want := content.State{
		LastTry: start.Add(time.Hour), LastGood: start, Failures: 1, Successes: 1, Fails: 1, LastError: "The server answered 500.",
	}
	if diff := cmp.Diff(want, bad.State); diff != "" {
		t.Errorf("state (-want +got):\n%s", diff)
	}
	if next, ok := content.NextFetch(source.Source, bad.State); !ok || next.Before(start.Add(90*time.Minute)) {
		t.Errorf("it is asked again at %v", next)
	}
	if !strings.Contains(b.log.String(), "The server answered 500.") {
		t.Errorf("the log does not say it: %s", b.log)
	}
}

func TestWhatIsStoppedCountsForNothing(t *testing.T) {
	b := newBench(t)
	ctx, stop := context.WithCancel(t.Context())
	address := serve(t, func(http.ResponseWriter, *http.Request) { stop() })
	b.add(content.Source{ID: "s", Kind: content.KindJSON, URL: address}, nil)
	fetched, err := b.feeds.Fetch(ctx, "s")
	if diff := cmp.Diff(store.Fetched{}, fetched); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if _, err := b.feeds.Fetch(t.Context(), "none"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("an unknown source: %v", err)
	}
}

// picture is a PNG of one grey.
func picture(t *testing.T, grey uint8) string {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, 40, 30))
	for i := range img.Pix {
		img.Pix[i] = color.Gray{Y: grey}.Y
	}
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestPicturesAreEncodedAnewAndStoredOnce(t *testing.T) {
	b := newBench(t)
	var body atomic.Value
	body.Store(picture(t, 100))
	address := serve(t, func(w http.ResponseWriter, _ *http.Request) { write(w, body.Load().(string)) })
	b.add(content.Source{ID: "comic", Kind: content.KindPicture, URL: address}, nil)
	first, err := b.feeds.Fetch(t.Context(), "comic")
	b.must(err)
	data, err := b.db.Blob(first.Feed.ImageID)
	b.must(err)
	if size, err := jpeg.DecodeConfig(bytes.NewReader(data)); err != nil || size.Width != 40 || size.Height != 30 {
		t.Errorf("stored is %v %v", size, err)
	}
	again, err := b.feeds.Fetch(t.Context(), "comic")
	b.must(err)
	if again.Feed.ImageID != first.Feed.ImageID {
		t.Error("the same picture was stored under another name")
	}
	if _, err := b.db.Blob(first.Feed.ImageID); err != nil {
		t.Errorf("after the second fetch the picture is gone: %v", err)
	}
	body.Store(picture(t, 200))
	other, err := b.feeds.Fetch(t.Context(), "comic")
	b.must(err)
	if other.Feed.ImageID == first.Feed.ImageID {
		t.Error("another picture has the same name")
	}
	if _, err := b.db.Blob(other.Feed.ImageID); err != nil {
		t.Error(err)
	}
	body.Store("no picture at all")
	broken, err := b.feeds.Fetch(t.Context(), "comic")
	b.must(err)
	if broken.Feed.ImageID != other.Feed.ImageID || broken.State.LastError == "" {
		t.Errorf("after a broken one: %+v", broken)
	}
}

const calendar = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Dentist\r\nDTSTART:20261124T090000Z\r\nDTEND:20261124T093000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"

func TestAnUploadedCalendarIsReadAgainAndAgain(t *testing.T) {
	b := newBench(t)
	b.add(content.Source{ID: "family", Kind: content.KindCalendar}, []byte(calendar))
	b.feeds.Due(t.Context())
	b.feeds.Wait()
	fetched := b.db.Fetched("family")
	if len(fetched.Feed.Events) != 1 || fetched.Feed.Events[0].Title != "Dentist" || fetched.State.Successes != 1 {
		t.Errorf("%+v", fetched)
	}
	b.pass(24 * time.Hour)
	b.feeds.Due(t.Context())
	b.feeds.Wait()
	if n := b.db.Fetched("family").State.Successes; n != 2 {
		t.Errorf("read %d times, want 2", n)
	}
}

func TestATestIsGivenTheKeyOnlyForTheSameAddress(t *testing.T) {
	b := newBench(t)
	address := serve(t, func(w http.ResponseWriter, r *http.Request) { write(w, `{"text":"key `+r.Header.Get("Key")+`"}`) })
	source := content.Source{ID: "s", Kind: content.KindJSON, URL: address + "/a", Headers: []content.Header{{Name: "Key", Value: "{secret}"}}, Secret: "hush"}
	b.add(source, nil)
	source.Secret, source.OnMyNetwork = "", true
	same, err := b.feeds.Test(t.Context(), source)
	b.must(err)
	if same.Err != "" || strings.Contains(same.Raw, "hush") || !strings.Contains(same.Raw, "key …") {
		t.Errorf("the same address: %+v", same)
	}
	source.URL = address + "/b"
	other, err := b.feeds.Test(t.Context(), source)
	b.must(err)
	if other.Err == "" || other.Status != 0 {
		t.Errorf("another address was asked with the key: %+v", other)
	}
	if diff := cmp.Diff(store.Fetched{}, b.db.Fetched("s")); diff != "" {
		t.Errorf("a test left something (-want +got):\n%s", diff)
	}
}

func TestPush(t *testing.T) {
	b := newBench(t)
	source := b.add(content.Source{ID: "washer", Kind: content.KindPush}, nil)
	b.must(b.feeds.Push(source, "application/json", []byte(`{"text":"done"}`)))
	if err := b.feeds.Push(source, "application/json", []byte(`{`)); err == nil {
		t.Error("broken JSON was taken")
	}
	want := store.Fetched{
		Feed:  content.Feed{At: start, Items: []content.Item{{Text: "done"}}, Document: []byte(`{"text":"done"}`)},
		State: content.State{LastTry: start, LastGood: start, Successes: 1},
	}
	if diff := cmp.Diff(want, b.db.Fetched("washer")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
