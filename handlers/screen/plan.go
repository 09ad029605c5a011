package screen

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"personalcms/content/schedule"
	"personalcms/render"
	"personalcms/store"
)

// Plan is what a device shows now, what comes next and why, in words.
func (s *Screens) Plan(device store.Device, now time.Time) schedule.Decision {
	return schedule.Decide(s.input(device, now), now)
}

// Credits are the lines that the terms of the sources on a device's present screen ask to be shown, each once.
func (s *Screens) Credits(plan schedule.Decision) []string {
	if plan.Show.Kind != schedule.KindLayout {
		return nil
	}
	layout, err := s.db.Layout(plan.Show.Ref)
	if err != nil {
		return nil
	}
	var credits []string
	for _, widget := range layout.Widgets {
		for _, id := range widget.Sources {
			source, err := s.db.Source(id)
			if err == nil && source.Credit != "" && !slices.Contains(credits, source.Credit) {
				credits = append(credits, source.Credit)
			}
		}
	}
	return credits
}

// Preview lists what a device shows between two times.
func (s *Screens) Preview(device store.Device, from, to time.Time) []schedule.Slot {
	return schedule.Preview(s.input(device, from), from, to)
}

func (s *Screens) input(device store.Device, now time.Time) schedule.Input {
	desk := s.deskOf(device.ID)
	desk.mu.Lock()
	defer desk.mu.Unlock()
	return s.planOf(desk, s.mirrored(device), s.db.Settings(), now, true)
}

// planOf is all that decides what a device shows; named adds the titles that sentences need.
func (s *Screens) planOf(desk *desk, device store.Device, settings store.Settings, now time.Time, named bool) schedule.Input {
	playlist := s.db.PlaylistOf(device)
	chosen := device.Preferences.Layout
	if _, err := s.db.Layout(chosen); err != nil {
		chosen = "" // it is gone: the playlist goes on
	}
	if chosen != "" && chosen != render.DefaultLayout {
		playlist.Entries = []schedule.Entry{{Kind: schedule.KindLayout, Ref: chosen}}
	} else if playlist.ID == "" { // there is none
		playlist.Entries = []schedule.Entry{{Kind: schedule.KindLayout, Ref: render.DefaultLayout}}
	}
	in := schedule.Input{
		Playlist: playlist, Zone: desk.in(device, settings), Away: device.Away, Override: device.Override,
		Messages: device.Messages, Anchor: device.Anchor, Refresh: every(device, settings), Albums: map[string][]string{},
	}
	if in.Away.Since.IsZero() {
		in.Away = settings.Away
	}
	in.Broken = desk.passedOver(playlist.Entries, device.Override.Entry, now)
	for _, entry := range append(playlist.Entries[:len(playlist.Entries):len(playlist.Entries)], device.Override.Entry) {
		if entry.Kind == schedule.KindAlbum {
			if album, err := s.db.Album(entry.Ref); err == nil {
				in.Albums[entry.Ref] = album.Pictures
			}
		}
	}
	if named {
		in.Names = s.names()
	}
	return in
}

// passedOver are the entries that could not be drawn lately, by index.
func (d *desk) passedOver(entries []schedule.Entry, override schedule.Entry, now time.Time) map[int]bool {
	for what, until := range d.broken {
		if !until.After(now) {
			delete(d.broken, what)
		}
	}
	if len(d.broken) == 0 {
		return nil
	}
	broken := map[int]bool{}
	for i, entry := range entries {
		_, broken[i] = d.broken[thing(entry.Kind, entry.Ref)]
	}
	_, broken[schedule.Overridden] = d.broken[thing(override.Kind, override.Ref)]
	return broken
}

// names are the titles of all that a playlist can show.
func (s *Screens) names() map[string]string {
	names := map[string]string{}
	for _, layout := range s.db.Layouts() {
		names[layout.ID] = layout.Name
	}
	for _, album := range s.db.Albums() {
		names[album.ID] = album.Name
	}
	if pictures, err := s.db.Pictures(); err == nil {
		for _, picture := range pictures {
			names[picture.ID] = picture.Title
		}
	}
	return names
}

// Press turns a device's playlist on as its button or a card says; what is "next", "previous" or "entry:<number>",
// counted from 1. Anything else does nothing. It tells whether something was turned. Pressed at a device that mirrors
// another one, it turns that one's.
func (s *Screens) Press(device store.Device, what string, now time.Time) (bool, error) {
	if other, err := s.db.Device(device.Mirror); err == nil {
		device = other
	}
	in := s.input(device, now)
	anchor, turned := in.Anchor, false
	switch number, isEntry := strings.CutPrefix(what, "entry:"); {
	case what == "next":
		anchor, turned = schedule.Step(in, now, 1), true
	case what == "previous":
		anchor, turned = schedule.Step(in, now, -1), true
	case isEntry:
		if n, err := strconv.Atoi(number); err == nil {
			anchor, turned = schedule.Jump(in, now, n-1)
		}
	}
	if !turned || anchor == in.Anchor {
		return false, nil
	}
	_, err := s.db.UpdateDevice(device.ID, func(device *store.Device) error {
		device.Anchor = anchor
		return nil
	})
	return err == nil, err
}

// Action is what a device does when its button is pressed ("short", "long", "double") or a card is held to it.
func Action(buttons store.Buttons, press, card string) string {
	if card != "" {
		return buttons.Cards[strings.ToUpper(strings.NewReplacer(":", "", "-", "").Replace(card))]
	}
	return map[string]string{"short": buttons.Short, "long": buttons.Long, "double": buttons.Double}[press]
}
