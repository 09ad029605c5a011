// Package screen composes what a device's panel shows from what the store knows, and keeps what was
// drawn so that an unchanged screen is never drawn twice.
package screen

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"sync"
	"time"

	"personalcms/content"
	"personalcms/render"
	"personalcms/store"

	"github.com/rs/zerolog"
)

// How long one item stays on a screen.
const (
	JokeInterval     = time.Hour
	RiddleInterval   = time.Hour
	HeadlineInterval = 30 * time.Minute
	PhotoInterval    = 15 * time.Minute
)

// staleReading is the age beyond which a temperature is no longer shown as the present one.
const staleReading = 24 * time.Hour

// Screens draws the screens of all devices.
type Screens struct {
	db       *store.DB
	renderer *render.Renderer
	library  *content.Library
	log      zerolog.Logger

	mu    sync.Mutex
	desks map[string]*desk // by device id
}

// desk is where one device's screen is composed, one at a time. It keeps what is costly to find anew at
// every request.
type desk struct {
	mu    sync.Mutex
	picks map[string]pick // by category
	zone  *time.Location
	named string // the zone's name
}

// pick is the item that was chosen for a time.
type pick struct {
	slot  int64
	names string
	item  content.Item
}

// New makes a Screens.
func New(db *store.DB, renderer *render.Renderer, library *content.Library, log zerolog.Logger) *Screens {
	return &Screens{db: db, renderer: renderer, library: library, log: log, desks: map[string]*desk{}}
}

// Current is what a device should show now. base begins the address in the QR code of a pending
// device. It draws only when something visible has changed. When drawing fails, the last good screen
// stays and the log has the reason.
func (s *Screens) Current(_ context.Context, device store.Device, base string, now time.Time) store.Drawn {
	desk := s.deskOf(device.ID)
	desk.mu.Lock()
	defer desk.mu.Unlock()
	wanted, err := s.compose(desk, device, base, now)
	if err == nil {
		prepared := render.Prepare(wanted)
		key := prepared.Key
		if drawn, err := s.db.Drawn(device.ID); err == nil && drawn.Key == key {
			return drawn
		}
		var bitmap *render.Bitmap
		if bitmap, err = s.renderer.Draw(prepared); err == nil {
			drawn := drawnOf(bitmap, key, name(wanted), now)
			s.db.NoteDrawn(device.ID, drawn)
			return drawn
		}
	}
	s.log.Error().Err(err).Str("device_id", device.ID).Msg("screen could not be drawn; the last good one stays")
	return s.fallback(device, now)
}

// Fallback is the last screen of a device that was drawn without an error, or a status screen.
func (s *Screens) Fallback(device store.Device, now time.Time) store.Drawn {
	desk := s.deskOf(device.ID)
	desk.mu.Lock()
	defer desk.mu.Unlock()
	return s.fallback(device, now)
}

func (s *Screens) fallback(device store.Device, now time.Time) store.Drawn {
	if drawn, err := s.db.Drawn(device.ID); err == nil {
		return drawn
	}
	wanted := render.Screen{
		Kind: "status", Panel: panel(device), Name: device.Title(), DeviceID: device.ID,
		Message: "Nothing could be drawn yet. The server’s log says why; the panel tries again by itself.",
	}
	prepared := render.Prepare(wanted)
	bitmap, err := s.renderer.Draw(prepared)
	if err != nil { // the simplest screen there is: blank paper
		bitmap = render.Paper(panel(device))
	}
	return drawnOf(bitmap, prepared.Key, name(wanted), now)
}

// Bitmap is the picture of a drawn screen.
func Bitmap(drawn store.Drawn) *render.Bitmap {
	return render.BitmapOf(drawn.Width, drawn.Height, drawn.Palette, drawn.Pix)
}

func drawnOf(bitmap *render.Bitmap, key, name string, now time.Time) store.Drawn {
	return store.Drawn{
		Key: key, ETag: bitmap.ETag(), Name: name, At: now,
		Width: bitmap.Width, Height: bitmap.Height, Pix: bitmap.Pix, Palette: bitmap.Palette,
	}
}

func name(s render.Screen) string {
	switch s.Kind {
	case "approval":
		return "Waiting for approval"
	case "status":
		return "Status"
	}
	return "Default"
}

func (s *Screens) deskOf(id string) *desk {
	s.mu.Lock()
	defer s.mu.Unlock()
	found, ok := s.desks[id]
	if !ok {
		found = &desk{picks: map[string]pick{}}
		s.desks[id] = found
	}
	return found
}

// in is the device's time zone, looked up when its name changes.
func (d *desk) in(device store.Device, settings store.Settings) *time.Location {
	if named := device.TimeZone + " " + settings.TimeZone; d.zone == nil || d.named != named {
		d.zone, d.named = Zone(device, settings), named
	}
	return d.zone
}

// choose is the item of a category whose turn it is. It stays the same for as long as every says.
func (d *desk) choose(library *content.Library, category string, names []string, deviceID string, now time.Time, every time.Duration) content.Item {
	slot, joined := content.Slot(now, every), strings.Join(names, " ")
	if kept, ok := d.picks[category]; ok && kept.slot == slot && kept.names == joined {
		return kept.item
	}
	item, _ := library.Pick(category, names, deviceID, slot)
	d.picks[category] = pick{slot, joined, item}
	return item
}

// Refresh is how long a device may keep its screen before it asks again. Devices are spread a little,
// so that not all of them come at the same second.
func Refresh(settings store.Settings, deviceID string, now time.Time) time.Duration {
	every := time.Duration(settings.RefreshSeconds) * time.Second
	spread := time.Duration(sha256.Sum256([]byte(deviceID))[0]) * 20 * time.Second / 256
	return (now.Truncate(every).Add(every).Sub(now) + spread).Round(time.Second)
}

func panel(device store.Device) render.Panel {
	if device.Panel.Valid() {
		return device.Panel
	}
	return render.DefaultPanel()
}

// Zone is the time zone of a device: its own, else the household's, else UTC.
func Zone(device store.Device, settings store.Settings) *time.Location {
	for _, name := range []string{device.TimeZone, settings.TimeZone} {
		if name == "" {
			continue
		}
		if zone, err := time.LoadLocation(name); err == nil {
			return zone
		}
	}
	return time.UTC
}

// clockStep is how often the clock on a screen moves on: with every refresh, but not at every request
// of a device that asks more often. A panel flashes when it is drawn.
func clockStep(settings store.Settings) time.Duration {
	return min(time.Duration(settings.RefreshSeconds)*time.Second, 5*time.Minute)
}

func (s *Screens) compose(desk *desk, device store.Device, base string, now time.Time) (render.Screen, error) {
	settings := s.db.Settings()
	local := now.Truncate(clockStep(settings)).In(desk.in(device, settings))
	wanted := render.Screen{Kind: render.KindLayout, Panel: panel(device), Name: device.Title(), DeviceID: device.ID, Now: local}
	if !device.Approved {
		wanted.Kind, wanted.Code, wanted.URL = "approval", device.Code, base+"/devices/"+device.ID
		return wanted, nil
	}
	wanted.Layout, _ = render.ReadyLayout(render.DefaultLayout)
	for _, w := range wanted.Layout.Widgets {
		kind, _ := render.KindNamed(w.Kind)
		var in render.Input
		if kind.Needs.Category != "" {
			in.Items = []content.Item{desk.choose(s.library, kind.Needs.Category, device.Preferences.Jokes, device.ID, now, JokeInterval)}
		}
		wanted.Inputs = append(wanted.Inputs, in)
	}
	return wanted, nil
}

// photo is the assigned picture whose turn it is, nil if there is none.
func (s *Screens) photo(device store.Device, now time.Time) (*render.Photo, error) {
	if len(device.Pictures) == 0 {
		return nil, nil
	}
	id := device.Pictures[int(content.Slot(now, PhotoInterval)%int64(len(device.Pictures)))]
	picture, err := s.db.Picture(id)
	if err != nil {
		return nil, fmt.Errorf("picture %q: %w", id, err)
	}
	data, err := s.db.Blob(picture.SHA256)
	if err != nil {
		return nil, fmt.Errorf("picture %q: %w", id, err)
	}
	return &render.Photo{ID: picture.SHA256, Data: data, Mode: picture.Mode}, nil
}

// Picture is a stored picture alone as the panel of a device would show it, and the tag that changes
// when and only when its bits do.
func (s *Screens) Picture(picture store.Picture, p render.Panel) (*render.Bitmap, error) {
	data, err := s.db.Blob(picture.SHA256)
	if err != nil {
		return nil, fmt.Errorf("picture %q: %w", picture.ID, err)
	}
	return s.renderer.Preview(picture.SHA256, data, p, picture.Mode)
}

// PictureTag names the bits of a picture on a panel without drawing them.
func PictureTag(picture store.Picture, p render.Panel) string {
	named := fmt.Appendf(nil, "%s %s %d %d %d", picture.SHA256, picture.Mode, p.Width, p.Height, p.Colors)
	if inks := p.Inks().Name; inks != "bw" { // devices keep what they have of the names that were given before
		named = append(named, inks...)
	}
	sum := sha256.Sum256(named)
	return hex.EncodeToString(sum[:8])
}

// PanelOf is the panel a device has, the usual one if it never said.
func PanelOf(device store.Device) render.Panel { return panel(device) }
