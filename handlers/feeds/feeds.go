// Package feeds fetches sources that are due and keeps what they gave. Screens never wait for it.
package feeds

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"time"

	"personalcms/content"
	"personalcms/render"
	"personalcms/store"

	"github.com/rs/zerolog"
)

// atOnce is how many sources are fetched at the same time.
const atOnce = 3

// Feeds fetches sources.
type Feeds struct {
	db      *store.DB
	fetcher *content.Fetcher
	log     zerolog.Logger
	now     func() time.Time

	slots chan struct{}
	work  sync.WaitGroup

	mu   sync.Mutex
	busy map[string]bool // ids of sources that are being fetched
}

// New makes a Feeds.
func New(db *store.DB, fetcher *content.Fetcher, log zerolog.Logger, now func() time.Time) *Feeds {
	return &Feeds{db: db, fetcher: fetcher, log: log, now: now, slots: make(chan struct{}, atOnce), busy: map[string]bool{}}
}

// Due begins to fetch the sources that are due, as many as there is room for, and returns at once.
func (f *Feeds) Due(ctx context.Context) {
	now := f.now()
	for _, source := range f.db.Sources() {
		if !content.Due(source.Source, f.db.Fetched(source.ID).State, now) || !f.begin(source.ID) {
			continue
		}
		select {
		case f.slots <- struct{}{}:
		default:
			f.end(source.ID)
			return
		}
		f.work.Go(func() {
			defer func() { <-f.slots; f.end(source.ID) }()
			if _, err := f.fetch(ctx, source); err != nil {
				f.log.Error().Err(err).Str("source", source.ID).Msg("what a source gave could not be kept")
			}
		})
	}
}

// Wait returns when nothing is being fetched any more.
func (f *Feeds) Wait() { f.work.Wait() }

// Fetch fetches one source now, whatever its state, and returns what is kept of it. While it is being fetched already
// what was kept before is returned. An unknown source is store.ErrNotFound.
func (f *Feeds) Fetch(ctx context.Context, id string) (store.Fetched, error) {
	source, err := f.db.Source(id)
	if err != nil {
		return store.Fetched{}, err
	}
	if !f.begin(id) {
		return f.db.Fetched(id), nil
	}
	defer f.end(id)
	return f.fetch(ctx, source)
}

// Test asks a source that may not be saved yet and reports the raw answer and what was found in it. Without a secret
// of its own it is given the one that is kept for its id, but only where that one would be sent to the same place.
func (f *Feeds) Test(ctx context.Context, source content.Source) (content.Trial, error) {
	if kept, err := f.db.Source(source.ID); err == nil && source.Secret == "" && kept.URL == source.URL {
		if source.Secret, err = f.db.SourceSecret(kept); err != nil {
			return content.Trial{}, err
		}
	}
	return f.fetcher.Test(ctx, source, f.local()), nil
}

// Geocode finds places by name.
func (f *Feeds) Geocode(ctx context.Context, name, language string) ([]content.Place, error) {
	return f.fetcher.Geocode(ctx, name, language)
}

// Push keeps what a script sent to a source of kind push.
func (f *Feeds) Push(source store.Source, contentType string, body []byte) error {
	feed, err := content.ReadPush(contentType, body, source.Source, f.local())
	if err != nil {
		return err
	}
	_, err = f.db.NoteFetched(source.ID, nil, func(was store.Fetched) store.Fetched {
		return store.Fetched{Feed: feed, State: was.State.After(feed, nil, 0, f.now())}
	})
	return err
}

func (f *Feeds) begin(id string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.busy[id] {
		return false
	}
	f.busy[id] = true
	return true
}

func (f *Feeds) end(id string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.busy, id)
}

// local is now in the household's zone, which dates in addresses and calendars are in.
func (f *Feeds) local() time.Time {
	return f.now().In(f.db.Settings().Zone(store.Device{}))
}

// fetch asks a source and keeps what came of it. The error is one of the store; what goes wrong with the source is kept
// in its state.
func (f *Feeds) fetch(ctx context.Context, source store.Source) (store.Fetched, error) {
	started := f.now()
	feed, picture, err := f.ask(ctx, source)
	if err != nil && ctx.Err() == nil {
		f.log.Warn().Str("source", source.ID).Str("reason", content.Sentence(err)).Msg("source could not be fetched")
	}
	fetched, failed := f.db.NoteFetched(source.ID, picture, func(was store.Fetched) store.Fetched {
		state := was.State.After(feed, err, f.now().Sub(started), f.now())
		if err != nil {
			return store.Fetched{Feed: was.Feed, State: state} // the last good value stays
		}
		return store.Fetched{Feed: feed, State: state}
	})
	if failed == nil {
		failed = f.again(source)
	}
	return fetched, failed
}

// again makes a source due that was changed while it was fetched as it was before.
func (f *Feeds) again(was store.Source) error {
	is, err := f.db.Source(was.ID)
	if errors.Is(err, store.ErrNotFound) || reflect.DeepEqual(is, was) {
		return nil // it was deleted, or nobody touched it
	}
	if err != nil {
		return err
	}
	_, err = f.db.SaveSource(was.ID, nil, func(_ *store.Source, known bool) error {
		if !known {
			return store.ErrUnchanged
		}
		return nil
	})
	return err
}

// ask gets a source's answer; picture is what is to be stored of one that gives pictures. A parser that panics fails
// the fetch, not the program.
func (f *Feeds) ask(ctx context.Context, source store.Source) (feed content.Feed, picture []byte, err error) {
	defer func() {
		if broken := recover(); broken != nil {
			err = fmt.Errorf("source %q: reading its answer panicked: %v", source.ID, broken)
		}
	}()
	if source.Upload != "" {
		data, err := f.db.Blob(source.Upload)
		if err != nil {
			return feed, nil, err
		}
		feed, err = content.ReadCalendar(data, f.local().Location(), f.local())
		return feed, nil, err
	}
	asked := source.Source
	if asked.Secret, err = f.db.SourceSecret(source); err != nil {
		return feed, nil, err
	}
	feed, err = f.fetcher.FetchAgain(ctx, asked, f.db.Fetched(source.ID).Feed, f.local())
	if err != nil || len(feed.Picture) == 0 {
		return feed, nil, err
	}
	taken, err := render.Intake(feed.Picture)
	if err != nil {
		return feed, nil, &content.Failure{Reason: err, Sentence: "The answer is a picture that cannot be read."}
	}
	feed.Picture = nil
	return feed, taken.JPEG, nil
}
