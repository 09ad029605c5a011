package screen

import (
	"sync"
	"time"

	"personalcms/content"
	"personalcms/render"
	"personalcms/store"
)

// desk is where one device's screen is composed, one at a time. It keeps what is costly to find anew at
// every request.
type desk struct {
	mu     sync.Mutex
	broken map[string]time.Time // things that could not be drawn, until when they are passed over
	items  map[string]kept[[]content.Item]
	series map[string]kept[[]render.Point]
	zone   *time.Location
	named  string // the zone's name
}

// thing names what an entry of a playlist shows, wherever it stands.
func thing(kind, ref string) string { return kind + " " + ref }

// kept is something that was found for a time.
type kept[T any] struct {
	key   string // what it was found for
	value T
}

// keep is what was found for a key before, or what find gives now. slot names the place it is kept in.
func keep[T any](in map[string]kept[T], slot, key string, find func() (T, error)) (T, error) {
	if found, ok := in[slot]; ok && found.key == key {
		return found.value, nil
	}
	value, err := find()
	if err == nil {
		in[slot] = kept[T]{key, value}
	}
	return value, err
}

func newDesk() *desk {
	return &desk{broken: map[string]time.Time{}, items: map[string]kept[[]content.Item]{}, series: map[string]kept[[]render.Point]{}}
}

func (s *Screens) deskOf(id string) *desk {
	s.mu.Lock()
	defer s.mu.Unlock()
	found, ok := s.desks[id]
	if !ok {
		found = newDesk()
		s.desks[id] = found
	}
	return found
}

// Forget drops what is kept for a device that is gone.
func (s *Screens) Forget(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.desks, id)
}

// in is the device's time zone, looked up when its name changes.
func (d *desk) in(device store.Device, settings store.Settings) *time.Location {
	if named := device.TimeZone + " " + settings.TimeZone; d.zone == nil || d.named != named {
		d.zone, d.named = settings.Zone(device), named
	}
	return d.zone
}
