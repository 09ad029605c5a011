package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"personalcms/content/schedule"
	"personalcms/ota"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// FileName is the name of the one data file inside the data folder.
const FileName = "personalcms.db"

// Sentinels that callers turn into answers.
var (
	// ErrNotFound: there is nothing under that name.
	ErrNotFound = errors.New("not found")
	// ErrExists: something is there already.
	ErrExists = errors.New("already exists")
	// ErrInUse: it cannot be deleted while something refers to it.
	ErrInUse = errors.New("still in use")
	// ErrPendingFull: no more devices may wait for approval.
	ErrPendingFull = errors.New("too many devices wait for approval")
	// ErrConflict: somebody else saved it since it was read.
	ErrConflict = errors.New("changed by somebody else meanwhile")
	// ErrUnsigned: an image has no signature where only signed ones are allowed.
	ErrUnsigned = errors.New("not signed, and only signed firmware is allowed for this type")
	// ErrLocked: another process has the data file open.
	ErrLocked = errors.New("the data file is in use by another PersonalCMS; stop that one first or choose another data folder")
	// ErrNewer: the data file was written by a newer program.
	ErrNewer = errors.New("the data file was written by a newer PersonalCMS; install that version or restore a backup")
)

// DB is the open data file. All methods are safe for concurrent use.
type DB struct {
	bolt   *bbolt.DB
	writes chan write
	done   chan struct{}

	gate   sync.RWMutex // guards closed and the sending of writes; never mu, which the writer itself locks
	closed bool

	mu       sync.RWMutex
	devices  map[string]Device
	pending  int
	settings Settings
	live     map[string]*liveStatus
	tokens   map[string]string   // device ids by the hash of their token
	images   map[string][]string // firmware keys by the digest a running image reports
	open     map[string]bool     // ids of devices with an open attempt

	layouts   kept[Layout]
	playlists kept[schedule.Playlist]
	albums    kept[Album]
	sources   kept[Source]
	feeds     kept[Fetched] // by the id of their source
	shelves   kept[Shelf]
	rollouts  kept[ota.Rollout]
	edition   atomic.Pointer[edition] // what Additions answered last

	refused  refusedList
	watchers watchers
	blobs    blobCache
	secret   []byte
	sealKey  []byte // sources' secrets are sealed with a key derived from it
}

// transaction is a write transaction; what is put in after runs once it is on disk.
type transaction struct {
	*bbolt.Tx
	after []func()
}

type write struct {
	apply func(*transaction) error
	done  chan error
}

const (
	maxGroup    = 512 // writes that share one commit
	lockTimeout = time.Second
)

// Open opens or makes the data file in folder and brings it to the current version. A file that
// another process holds is ErrLocked, a newer file ErrNewer.
func Open(folder string) (*DB, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	path := filepath.Join(folder, FileName)
	bolt, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: lockTimeout, FreelistType: bbolt.FreelistMapType})
	if errors.Is(err, bolterrors.ErrTimeout) {
		return nil, fmt.Errorf("%s: %w", path, ErrLocked)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	db := &DB{
		bolt:    bolt,
		writes:  make(chan write, maxGroup),
		done:    make(chan struct{}),
		devices: map[string]Device{},
		live:    map[string]*liveStatus{},
		images:  map[string][]string{},
		tokens:  map[string]string{},
		open:    map[string]bool{},
	}
	db.layouts = kept[Layout]{bucket: bucketLayouts, change: "layouts", id: func(l Layout) string { return l.ID }}
	db.playlists = kept[schedule.Playlist]{bucket: bucketPlaylists, change: "playlists", id: func(p schedule.Playlist) string { return p.ID }}
	db.albums = kept[Album]{bucket: bucketAlbums, change: "albums", id: func(a Album) string { return a.ID }}
	db.sources = kept[Source]{bucket: bucketSources, change: "sources", id: func(s Source) string { return s.ID }}
	db.feeds = kept[Fetched]{bucket: bucketFeeds, change: "feeds", id: func(Fetched) string { return "" }}
	db.shelves = kept[Shelf]{bucket: bucketShelves, change: "shelves", id: func(s Shelf) string { return shelfID(s.Category, s.Subcategory) }}
	db.rollouts = kept[ota.Rollout]{bucket: bucketRollouts, change: "rollouts", id: func(r ota.Rollout) string { return r.ID }}
	db.blobs.limit = blobCacheBytes
	if err := errors.Join(db.migrate(), db.load()); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), bolt.Close())
	}
	go db.writer()
	return db, nil
}

// Close writes what was deferred and closes the file.
func (db *DB) Close() error {
	err := errors.Join(db.Flush(), db.FlushScreens())
	db.gate.Lock()
	if db.closed {
		db.gate.Unlock()
		return nil
	}
	db.closed = true
	close(db.writes)
	db.gate.Unlock()
	<-db.done
	return errors.Join(err, db.bolt.Close())
}

// Ready is nil while the file can be read.
func (db *DB) Ready() error { return db.view(func(*bbolt.Tx) error { return nil }) }

// Size is the length of the data file in bytes.
func (db *DB) Size() int64 {
	info, err := os.Stat(db.bolt.Path())
	if err != nil {
		return 0
	}
	return info.Size()
}

// update runs apply in a write transaction that it may share with others and returns when it is on
// disk. apply may run more than once (when a neighbour in the group fails), so it must set its
// results anew each time.
func (db *DB) update(apply func(*transaction) error) error {
	w := write{apply: apply, done: make(chan error, 1)}
	db.gate.RLock()
	if db.closed {
		db.gate.RUnlock()
		return bolterrors.ErrDatabaseNotOpen
	}
	db.writes <- w
	db.gate.RUnlock()
	return <-w.done
}

func (db *DB) view(read func(*bbolt.Tx) error) error { return db.bolt.View(read) }

// writer is the only goroutine that writes: it commits all that is waiting at once.
func (db *DB) writer() {
	defer close(db.done)
	for first := range db.writes {
		group := []write{first}
	collect:
		for len(group) < maxGroup {
			select {
			case next, ok := <-db.writes:
				if !ok {
					break collect
				}
				group = append(group, next)
			default:
				break collect
			}
		}
		db.commit(group)
	}
}

// commit writes a group in one transaction. When one member fails, the transaction is rolled back,
// that member gets its error and the others are tried again without it.
func (db *DB) commit(group []write) {
	for len(group) > 0 {
		failed := -1
		var tx *transaction
		err := db.bolt.Update(func(raw *bbolt.Tx) error {
			tx = &transaction{Tx: raw}
			for i, w := range group {
				if err := apply(w, tx); err != nil {
					failed = i
					return err
				}
			}
			return nil
		})
		if err != nil && failed >= 0 {
			group[failed].done <- err
			group = append(group[:failed:failed], group[failed+1:]...)
			continue
		}
		if err == nil {
			for _, run := range tx.after {
				run()
			}
		}
		for _, w := range group {
			w.done <- err
		}
		return
	}
}

// apply keeps a panic of one writer from taking the program and its neighbours down.
func apply(w write, tx *transaction) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("write panicked: %v", r)
		}
	}()
	return w.apply(tx)
}

// load fills what is kept in memory: devices, their status, settings, the secret.
func (db *DB) load() error {
	return db.view(func(tx *bbolt.Tx) error {
		db.secret = append([]byte(nil), tx.Bucket(bucketMeta).Get(keySecret)...)
		db.sealKey = db.secret
		var err error
		if db.settings, err = readSettings(tx); err != nil {
			return err
		}
		err = each(tx.Bucket(bucketDevices), func(_ string, device Device) error {
			db.cacheDevice(device)
			return nil
		})
		if err != nil {
			return err
		}
		err = each(tx.Bucket(bucketFirmware), func(_ string, firmware Firmware) error {
			db.images[firmware.Image.ImageSHA256] = append(db.images[firmware.Image.ImageSHA256], firmware.Key)
			return nil
		})
		if err != nil {
			return err
		}
		err = each(tx.Bucket(bucketStatus), func(id string, status Status) error {
			db.live[id] = &liveStatus{status: status}
			return nil
		})
		return errors.Join(err, db.layouts.load(tx), db.playlists.load(tx), db.albums.load(tx), db.sources.load(tx), db.feeds.load(tx), db.shelves.load(tx),
			db.rollouts.load(tx), db.loadOpen(tx))
	})
}

// Secret is the random key of this installation, 32 bytes; what needs a key derives its own from it.
func (db *DB) Secret() []byte { return db.secret }

func get[T any](bucket *bbolt.Bucket, key []byte) (T, error) {
	var value T
	raw := bucket.Get(key)
	if raw == nil {
		return value, ErrNotFound
	}
	if err := json.Unmarshal(raw, &value); err != nil {
		return value, fmt.Errorf("record %q: %w", key, err)
	}
	return value, nil
}

func put(bucket *bbolt.Bucket, key []byte, value any) error {
	raw, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("record %q: %w", key, err)
	}
	return bucket.Put(key, raw)
}

func each[T any](bucket *bbolt.Bucket, visit func(key string, value T) error) error {
	return bucket.ForEach(func(key, raw []byte) error {
		var value T
		if err := json.Unmarshal(raw, &value); err != nil {
			return fmt.Errorf("record %q: %w", key, err)
		}
		return visit(string(key), value)
	})
}
