package store

import (
	"maps"
	"slices"
	"time"

	"go.etcd.io/bbolt"
)

// Status is what a device said of itself most recently. It is kept in memory and written every
// flush, so a crash may lose its last half minute; nothing else depends on it being newer.
type Status struct {
	LastSeen       time.Time          `json:"last_seen"`
	Address        string             `json:"address"` // IP address without port
	Uptime         int64              `json:"uptime"`  // seconds
	FreeHeap       int64              `json:"free_heap"`
	MinFreeHeap    int64              `json:"min_free_heap"`
	WiFiRSSI       int                `json:"wifi_rssi"` // dBm, 0 = unknown
	BatteryPercent float64            `json:"battery_percent"`
	HasBattery     bool               `json:"has_battery"`
	BatterySeen    time.Time          `json:"battery_seen,omitzero"` // it said so then
	Mode           string             `json:"current_mode"`
	LEDMode        string             `json:"led_mode"`
	LEDBrightness  int                `json:"led_brightness"`
	ResetReason    string             `json:"reset_reason"`
	BootCount      int64              `json:"boot_count"`
	ImageSHA256    string             `json:"image_sha256"` // of the running image, lower-case hex; "" = it does not say
	OTAState       string             `json:"ota_state"`
	AcceptsDelta   bool               `json:"accepts_delta,omitempty"` // it can apply patches to its image (ota.DeltaFormat)
	Latest         map[string]Reading `json:"latest"`                  // newest reading by sensor
	Sightings      []Sighting         `json:"sightings"`
	Duplicate      *Duplicate         `json:"duplicate"`
	NextRefresh    time.Time          `json:"next_refresh"` // when its panel is expected to ask again
}

// Sighting is one address that spoke under a device's id, and when that board booted.
type Sighting struct {
	Address string    `json:"address"`
	Booted  time.Time `json:"booted"`
	Last    time.Time `json:"last"`
}

// Duplicate is the finding that two boards speak under one id.
type Duplicate struct {
	Addresses [2]string `json:"addresses"`
	First     time.Time `json:"first"`
	Last      time.Time `json:"last"`
}

// Drawn is the last good screen of a device.
type Drawn struct {
	Key    string    `json:"key"`  // render.Screen.Key of what was drawn
	ETag   string    `json:"etag"` // of its pixels
	Name   string    `json:"name"` // what is shown, in words
	At     time.Time `json:"at"`
	Width  int       `json:"width"`
	Height int       `json:"height"`
	Pix    []byte    `json:"pix"` // as in a render.Bitmap: packed rows, top-down, most significant bit left

	Palette string `json:"palette,omitempty"` // of the pixels; empty is black and white, 1 = white
}

type liveStatus struct {
	status     Status
	dirty      bool
	drawn      *Drawn
	drawnDirty bool
}

// Status returns what the device said last; the zero Status if it never said anything.
func (db *DB) Status(id string) Status {
	db.mu.RLock()
	defer db.mu.RUnlock()
	live, ok := db.live[id]
	if !ok {
		return Status{}
	}
	return live.status.clone()
}

func (s Status) clone() Status {
	s.Latest = maps.Clone(s.Latest)
	s.Sightings = slices.Clone(s.Sightings)
	return s
}

// NoteStatus changes what is known of a device's condition. It reaches the disk with the next flush.
func (db *DB) NoteStatus(id string, change func(*Status)) {
	db.mu.Lock()
	live := db.liveOf(id)
	status := live.status.clone()
	change(&status)
	live.status, live.dirty = status, true
	db.mu.Unlock()
	db.watchers.tell(Change{Kind: "device", DeviceID: id})
}

// liveOf returns the entry of a device and makes it when there is none; the caller holds the lock.
func (db *DB) liveOf(id string) *liveStatus {
	live, ok := db.live[id]
	if !ok {
		live = &liveStatus{}
		db.live[id] = live
	}
	return live
}

// Drawn returns the last good screen of a device, or ErrNotFound.
func (db *DB) Drawn(id string) (Drawn, error) {
	db.mu.RLock()
	live, ok := db.live[id]
	if ok && live.drawn != nil {
		defer db.mu.RUnlock()
		return *live.drawn, nil
	}
	db.mu.RUnlock()
	var drawn Drawn
	err := db.view(func(tx *bbolt.Tx) error {
		var err error
		drawn, err = get[Drawn](tx.Bucket(bucketScreens), []byte(id))
		return err
	})
	if err != nil {
		return Drawn{}, err
	}
	db.mu.Lock()
	defer db.mu.Unlock()
	if live := db.liveOf(id); live.drawn == nil {
		live.drawn = &drawn
	}
	return *db.live[id].drawn, nil
}

// NoteDrawn keeps a good screen of a device. It reaches the disk with the next FlushScreens.
func (db *DB) NoteDrawn(id string, drawn Drawn) {
	db.mu.Lock()
	live := db.liveOf(id)
	live.drawn, live.drawnDirty = &drawn, true
	db.mu.Unlock()
	db.watchers.tell(Change{Kind: "device", DeviceID: id})
}

// Flush writes the status of the devices that spoke since the last time. A job calls it every half
// minute, Close once more.
func (db *DB) Flush() error {
	db.mu.Lock()
	statuses := map[string]any{}
	for id, live := range db.live {
		if live.dirty {
			statuses[id], live.dirty = live.status.clone(), false
		}
	}
	db.mu.Unlock()
	return db.putOfDevices(bucketStatus, statuses)
}

// FlushScreens writes the screens drawn since the last time. Screens with a clock change every
// minute, so a job calls it rarely, to spare the card; Close does once more.
func (db *DB) FlushScreens() error {
	db.mu.Lock()
	screens := map[string]any{}
	for id, live := range db.live {
		if live.drawnDirty {
			screens[id], live.drawnDirty = *live.drawn, false
		}
	}
	db.mu.Unlock()
	return db.putOfDevices(bucketScreens, screens)
}

// putOfDevices writes records by device id, but those of devices that were deleted meanwhile.
func (db *DB) putOfDevices(bucket []byte, records map[string]any) error {
	if len(records) == 0 {
		return nil
	}
	return db.update(func(tx *transaction) error {
		for id, record := range records {
			if tx.Bucket(bucketDevices).Get([]byte(id)) == nil {
				continue
			}
			if err := put(tx.Bucket(bucket), []byte(id), record); err != nil {
				return err
			}
		}
		return nil
	})
}
