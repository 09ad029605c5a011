package store

import (
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"personalcms/content/schedule"
	"personalcms/ota"
	"personalcms/render"

	"go.etcd.io/bbolt"
)

// Device is one board: who it says it is and what its owner set. What it said last is its Status.
type Device struct {
	ID              string       `json:"device_id"`
	Name            string       `json:"name"`     // what the device calls itself, or what the owner named it
	Nickname        string       `json:"nickname"` // the owner's name for it; it wins over Name
	Occupation      string       `json:"occupation"`
	DeviceType      string       `json:"device_type"`
	MAC             string       `json:"mac"`
	Chip            string       `json:"chip"`
	FlashSize       int64        `json:"flash_size"`    // bytes
	OTASlotSize     int64        `json:"ota_slot_size"` // bytes, 0 = unknown
	Panel           render.Panel `json:"panel"`
	FirmwareVersion string       `json:"firmware_version"` // as compiled into what it runs
	Capabilities    []string     `json:"capabilities"`
	WiFiSSID        string       `json:"wifi_ssid"`
	TimeZone        string       `json:"timezone"` // IANA name; "" = the household's
	Groups          []string     `json:"groups"`
	Pictures        []string     `json:"pictures"` // ids, in the order they are shown
	Playlist        string       `json:"playlist"` // id; "" = the default playlist
	Preferences     Preferences  `json:"preferences"`

	Away     schedule.Away      `json:"away,omitzero"`
	Override schedule.Override  `json:"override,omitzero"` // shown in place of the playlist for a while
	Messages []schedule.Message `json:"messages,omitempty"`
	Anchor   schedule.Anchor    `json:"anchor,omitzero"`  // where its playlist was stepped to by hand
	Mirror   string             `json:"mirror,omitempty"` // id of the device whose screen it shows too; "" = its own
	Buttons  Buttons            `json:"buttons,omitzero"`

	Registered time.Time `json:"registered"`
	Approved   bool      `json:"approved"`
	Code       string    `json:"code"` // six digits, shown on the panel and on the page while it is pending

	TokenHash    string      `json:"token_hash"` // hex SHA-256; "" = a legacy device
	WithoutToken bool        `json:"without_token"`
	ReenrolAsked time.Time   `json:"reenrol_asked"`    // it came without its token; zero = it did not
	ReenrolUntil time.Time   `json:"reenrol_until"`    // the owner lets it have a new token until then
	SetByOwner   []string    `json:"set_by_owner"`     // fields that registering again must not change
	Window       *ota.Window `json:"window,omitempty"` // when it may install something; nil = as the household

	AssignedKey     string    `json:"assigned_key"`     // firmware pinned to this device
	ForcedKey       string    `json:"forced_key"`       // firmware to install once, whatever is assigned
	RunningKey      string    `json:"running_key"`      // firmware the server knows or takes it to run
	PreviousKey     string    `json:"previous_key"`     // what it ran before that
	UpdateMessage   string    `json:"update_message"`   // the last update decision in words
	UpdateReason    string    `json:"update_reason"`    // the same as a machine word
	LastCommand     int       `json:"last_command"`     // number of the newest command
	Commands        []Command `json:"commands"`         // not acknowledged yet
	DuplicateClears time.Time `json:"duplicate_clears"` // the owner has seen the warning of two boards
}

// Buttons say what a device's button and NFC cards do to its playlist.
type Buttons struct {
	Short  string            `json:"short"`           // "next", "previous", "entry:<number from 1>" or "" = nothing; likewise the others
	Long   string            `json:"long"`            // the button was held
	Double string            `json:"double"`          // it was pressed twice
	Cards  map[string]string `json:"cards,omitempty"` // by UID, upper-case hex without separators
}

// Command is something a device is told to do with its next heartbeat, until it acknowledges it.
type Command struct {
	ID   string         `json:"id"`
	Name string         `json:"name"`
	Args map[string]any `json:"args"`
}

// MaxCommands is how many commands may wait at one device.
const MaxCommands = 16

// Queue gives the device a command to carry out. It tells whether it did: not when the same one or MaxCommands
// wait already.
func (d *Device) Queue(name string) bool {
	waits := slices.ContainsFunc(d.Commands, func(command Command) bool { return command.Name == name })
	if waits || len(d.Commands) >= MaxCommands {
		return false
	}
	d.LastCommand++
	d.Commands = append(slices.Clone(d.Commands), Command{ID: strconv.Itoa(d.LastCommand), Name: name, Args: map[string]any{}})
	return true
}

// Preferences say which content a device shows (PROTOCOL §4); the lists name subcategories.
type Preferences struct {
	Jokes   []string            `json:"jokes"`
	Riddles []string            `json:"riddles"`
	News    []string            `json:"news"`
	More    map[string][]string `json:"-"`      // of further categories, by their name; each is a key of its own in JSON
	Layout  string              `json:"layout"` // id; "" or "default" = what its playlist says

	RefreshSeconds int `json:"refresh_seconds,omitempty"` // least time between two drawings; 0 = the household's
}

// Chosen are the subcategories of a category; none = all of them.
func (p Preferences) Chosen(category string) []string {
	switch category {
	case "jokes":
		return p.Jokes
	case "riddles":
		return p.Riddles
	case "news":
		return p.News
	}
	return p.More[category]
}

// Choose sets the subcategories of a category.
func (p *Preferences) Choose(category string, names []string) {
	switch category {
	case "jokes":
		p.Jokes = names
	case "riddles":
		p.Riddles = names
	case "news":
		p.News = names
	default:
		more := maps.Clone(p.More)
		if more == nil {
			more = map[string][]string{}
		}
		if more[category] = names; len(names) == 0 {
			delete(more, category)
		}
		if len(more) == 0 {
			more = nil
		}
		p.More = more
	}
}

var idForm = regexp.MustCompile(`^[A-Za-z0-9._:-]{1,64}$`)

// ValidID tells whether a text can be a device id: 1 to 64 of A–Z a–z 0–9 . _ : -.
func ValidID(id string) bool { return idForm.MatchString(id) }

// NewCode makes the six digits that a pending device shows and its owner compares.
func NewCode() string {
	n, _ := rand.Int(rand.Reader, big.NewInt(1_000_000)) // never fails: crypto/rand ends the program instead
	return fmt.Sprintf("%06d", n)
}

// Title is the name people read: the owner's, else the device's own, else its id.
func (d Device) Title() string {
	for _, name := range []string{d.Nickname, d.Name} {
		if strings.TrimSpace(name) != "" {
			return name
		}
	}
	return d.ID
}

// Version is that of the image it is known to run, else what it was compiled with.
func (d Device) Version() string {
	if version, ok := strings.CutPrefix(d.RunningKey, d.DeviceType+"_"); ok {
		return version
	}
	return d.FirmwareVersion
}

// Legacy tells whether the device registered without asking for a token.
func (d Device) Legacy() bool { return d.TokenHash == "" }

// Owned tells whether the owner set this field, named as in JSON.
func (d Device) Owned(field string) bool { return slices.Contains(d.SetByOwner, field) }

// Own notes that the owner set this field.
func (d *Device) Own(field string) {
	if !d.Owned(field) {
		d.SetByOwner = append(slices.Clone(d.SetByOwner), field)
	}
}

// Device returns one device, or ErrNotFound. The lists in it must not be changed.
func (db *DB) Device(id string) (Device, error) {
	db.mu.RLock()
	defer db.mu.RUnlock()
	device, ok := db.devices[id]
	if !ok {
		return Device{}, ErrNotFound
	}
	return device, nil
}

// DeviceWithToken returns the device whose token has this hash, or ErrNotFound.
func (db *DB) DeviceWithToken(hash string) (Device, error) {
	db.mu.RLock()
	defer db.mu.RUnlock()
	id, ok := db.tokens[hash]
	if !ok {
		return Device{}, ErrNotFound
	}
	return db.devices[id], nil
}

// Devices returns all devices in the order of their ids.
func (db *DB) Devices() []Device {
	db.mu.RLock()
	devices := make([]Device, 0, len(db.devices))
	for _, device := range db.devices {
		devices = append(devices, device)
	}
	db.mu.RUnlock()
	slices.SortFunc(devices, func(a, b Device) int { return strings.Compare(a.ID, b.ID) })
	return devices
}

// PendingDevices counts the devices that wait for approval.
func (db *DB) PendingDevices() int {
	db.mu.RLock()
	defer db.mu.RUnlock()
	return db.pending
}

// CreateDevice stores a new device. It is ErrExists if the id is known, ErrPendingFull if the
// device is not approved and as many as the settings allow wait already.
func (db *DB) CreateDevice(device Device) error {
	return db.update(func(tx *transaction) error {
		bucket := tx.Bucket(bucketDevices)
		if bucket.Get([]byte(device.ID)) != nil {
			return ErrExists
		}
		if !device.Approved {
			if err := checkPending(tx.Tx); err != nil {
				return err
			}
		}
		return db.putDevice(tx, device, true)
	})
}

// checkPending counts inside the transaction, so that two new devices in one group both count.
func checkPending(tx *bbolt.Tx) error {
	settings, err := readSettings(tx)
	if err != nil {
		return err
	}
	pending := 0
	err = each(tx.Bucket(bucketDevices), func(_ string, device Device) error {
		if !device.Approved {
			pending++
		}
		return nil
	})
	if err == nil && pending >= settings.PendingLimit {
		return ErrPendingFull
	}
	return err
}

// ErrUnchanged is returned by a change that found nothing to do: nothing is written and the caller
// gets no error.
var ErrUnchanged = errors.New("unchanged")

// UpdateDevice changes one device and returns it as it is now on disk. An error of change is
// returned and nothing is written.
func (db *DB) UpdateDevice(id string, change func(*Device) error) (Device, error) {
	var device Device
	err := db.update(func(tx *transaction) error {
		var err error
		device, err = get[Device](tx.Bucket(bucketDevices), []byte(id))
		if err != nil {
			return err
		}
		if err := change(&device); err != nil {
			return err
		}
		return db.putDevice(tx, device, false)
	})
	if errors.Is(err, ErrUnchanged) {
		return db.Device(id)
	}
	return device, err
}

// UpdateDevices changes several devices in one transaction and says how many are changed. Ids that are not known are
// passed over, as are devices whose change is ErrUnchanged; with any other error of change nothing is written.
func (db *DB) UpdateDevices(ids []string, change func(*Device) error) (int, error) {
	changed := 0
	err := db.update(func(tx *transaction) error {
		changed = 0
		for _, id := range ids {
			device, err := get[Device](tx.Bucket(bucketDevices), []byte(id))
			if errors.Is(err, ErrNotFound) {
				continue
			}
			if err != nil {
				return err
			}
			err = change(&device)
			if errors.Is(err, ErrUnchanged) {
				continue
			}
			if err != nil {
				return err
			}
			if err := db.putDevice(tx, device, false); err != nil {
				return err
			}
			changed++
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return changed, nil
}

// DeleteDevice removes a device and everything that belongs to it alone.
func (db *DB) DeleteDevice(id string) error {
	return db.update(func(tx *transaction) error {
		key := []byte(id)
		if tx.Bucket(bucketDevices).Get(key) == nil {
			return ErrNotFound
		}
		for _, name := range [][]byte{bucketDevices, bucketStatus, bucketScreens} {
			if err := tx.Bucket(name).Delete(key); err != nil {
				return err
			}
		}
		prefix := append(key[:len(key):len(key)], 0)
		for _, name := range [][]byte{bucketAttempts, bucketChunks} {
			if err := deletePrefix(tx.Bucket(name), prefix); err != nil {
				return err
			}
		}
		if err := deleteTail(tx.Bucket(bucketTail), id); err != nil {
			return err
		}
		if err := db.leaveRollouts(tx, id); err != nil {
			return err
		}
		tx.after = append(tx.after, func() { db.forgetDevice(id) })
		return nil
	})
}

func (db *DB) putDevice(tx *transaction, device Device, created bool) error {
	tx.after = append(tx.after, func() {
		db.mu.Lock()
		db.cacheDevice(device)
		db.mu.Unlock()
		if created {
			db.watchers.tell(Change{Kind: "devices", DeviceID: device.ID})
		} else {
			db.watchers.tell(Change{Kind: "device", DeviceID: device.ID})
		}
	})
	return put(tx.Bucket(bucketDevices), []byte(device.ID), device)
}

// cacheDevice keeps the device in memory; the caller holds the lock.
func (db *DB) cacheDevice(device Device) {
	db.uncacheDevice(device.ID)
	if !device.Approved {
		db.pending++
	}
	if device.TokenHash != "" {
		db.tokens[device.TokenHash] = device.ID
	}
	db.devices[device.ID] = device
}

// uncacheDevice forgets the device in memory; the caller holds the lock.
func (db *DB) uncacheDevice(id string) {
	old, ok := db.devices[id]
	if !ok {
		return
	}
	if !old.Approved {
		db.pending--
	}
	delete(db.tokens, old.TokenHash)
	delete(db.devices, id)
}

func (db *DB) forgetDevice(id string) {
	db.mu.Lock()
	db.uncacheDevice(id)
	delete(db.live, id)
	delete(db.open, id)
	db.mu.Unlock()
	db.watchers.tell(Change{Kind: "devices", DeviceID: id})
}

func deletePrefix(bucket *bbolt.Bucket, prefix []byte) error {
	cursor := bucket.Cursor()
	for key, _ := cursor.Seek(prefix); key != nil && strings.HasPrefix(string(key), string(prefix)); key, _ = cursor.Seek(prefix) {
		if err := bucket.Delete(key); err != nil {
			return err
		}
	}
	return nil
}
