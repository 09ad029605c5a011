package store

import "sync"

// Change says what was written: a device's id, or "" with Kind for things that belong to no device.
type Change struct {
	Kind     string // "device", "devices" (one came or went), "firmware", "pictures", "refused", "settings", "layouts", "playlists", "albums", "sources", "feeds", "shelves"
	DeviceID string
	ID       string // of a layout, playlist, album or source
}

// watchers hands every change to whoever watches. A watcher that is slow loses changes but never
// the knowledge that there were some: its channel holds watchBuffer of them and then one overflow mark.
type watchers struct {
	mu    sync.Mutex
	open  map[chan Change]struct{}
	count uint64
}

const watchBuffer = 64

// Watch gives a channel of changes from now on, and the function that ends it. A watcher that does
// not keep up finds a Change of kind "overflow" and should look at everything anew.
func (db *DB) Watch() (<-chan Change, func()) {
	w := &db.watchers
	changes := make(chan Change, watchBuffer+1)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.open == nil {
		w.open = map[chan Change]struct{}{}
	}
	w.open[changes] = struct{}{}
	return changes, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.open, changes)
	}
}

// Changes counts the changes since the program started. Who read something at one count and watches
// from a later one has missed what lies between.
func (db *DB) Changes() uint64 {
	db.watchers.mu.Lock()
	defer db.watchers.mu.Unlock()
	return db.watchers.count
}

func (w *watchers) tell(change Change) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.count++
	for changes := range w.open {
		switch n := len(changes); {
		case n < watchBuffer:
			changes <- change
		case n == watchBuffer:
			changes <- Change{Kind: "overflow"}
		}
	}
}
