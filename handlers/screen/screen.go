// Package screen composes what a device's panel shows from what the store knows, and keeps what was
// drawn so that an unchanged screen is never drawn twice.
package screen

import (
	"fmt"
	"sync"
	"time"

	"personalcms/content"
	"personalcms/content/schedule"
	"personalcms/render"
	"personalcms/store"

	"github.com/rs/zerolog"
)

// How long one item stays on a screen unless a widget says otherwise.
const (
	JokeInterval     = time.Hour
	RiddleInterval   = time.Hour
	HeadlineInterval = 30 * time.Minute
	PhotoInterval    = 15 * time.Minute
)

// brokenFor is how long an entry of a playlist that could not be drawn is passed over.
const brokenFor = 10 * time.Minute

// Screens draws the screens of all devices.
type Screens struct {
	db       *store.DB
	renderer *render.Renderer
	library  *content.Library
	log      zerolog.Logger

	mu    sync.Mutex
	desks map[string]*desk // by device id
}

// New makes a Screens.
func New(db *store.DB, renderer *render.Renderer, library *content.Library, log zerolog.Logger) *Screens {
	return &Screens{db: db, renderer: renderer, library: library, log: log, desks: map[string]*desk{}}
}

// Shown is what a panel shows.
type Shown struct {
	store.Drawn
	Wake time.Time         // when the device should ask again
	Plan schedule.Decision // what its playlist says; zero while the device is not approved
}

// RefreshSeconds is how long the device may keep its screen before it asks again, at least 5.
func (s Shown) RefreshSeconds(now time.Time) int {
	return max(5, int(s.Wake.Sub(now).Round(time.Second)/time.Second))
}

// Current is what a device should show now. base begins the address in the QR code of a pending
// device. It draws only when something visible has changed. An entry of the playlist that cannot be drawn is
// passed over; when nothing can be drawn the last good screen stays. The log has the reason once.
func (s *Screens) Current(device store.Device, base string, now time.Time) Shown {
	desk := s.deskOf(device.ID)
	desk.mu.Lock()
	defer desk.mu.Unlock()
	settings := s.db.Settings()
	if !device.Approved {
		drawing, err := s.draw(device, s.approval(desk, device, settings, base, now), now)
		if err != nil {
			s.failed(device, err)
			drawing.Drawn = s.fallback(device, now)
		}
		drawing.Wake = grid(every(device, settings), device.ID, now)
		return drawing.Shown
	}
	device = s.mirrored(device)
	for {
		plan := schedule.Decide(s.planOf(desk, device, settings, now, false), now)
		shown, err := s.show(desk, device, settings, plan, now)
		if err == nil {
			return shown
		}
		s.failed(device, err)
		if index := plan.Show.Index; index >= schedule.Overridden && !desk.broken[thing(plan.Show.Kind, plan.Show.Ref)].After(now) {
			desk.broken[thing(plan.Show.Kind, plan.Show.Ref)] = now.Add(brokenFor)
			continue
		}
		return Shown{Drawn: s.fallback(device, now), Wake: grid(every(device, settings), device.ID, now), Plan: plan}
	}
}

// mirrored is a device that shows what another one shows, on its own panel.
func (s *Screens) mirrored(device store.Device) store.Device {
	if device.Mirror == "" {
		return device
	}
	other, err := s.db.Device(device.Mirror)
	if err != nil {
		return device
	}
	device.Playlist, device.Preferences, device.Pictures, device.Anchor = other.Playlist, other.Preferences, other.Pictures, other.Anchor
	device.Override = other.Override
	return device
}

// show draws what the plan says.
func (s *Screens) show(desk *desk, device store.Device, settings store.Settings, plan schedule.Decision, now time.Time) (Shown, error) {
	if plan.Show.Kind == schedule.KindKeep {
		if plan.Stalled { // nothing of its playlist could be drawn lately; it is tried again soon
			return Shown{Drawn: s.fallback(device, now), Wake: grid(every(device, settings), device.ID, now), Plan: plan}, nil
		}
		// What asks for approval is out of date by now, and no screen to keep.
		if drawn, err := s.db.Drawn(device.ID); err == nil && fits(drawn, device) && drawn.Name != name(render.Screen{Kind: render.KindApproval}) {
			return Shown{Drawn: drawn, Wake: spread(device.ID, plan.Wake), Plan: plan}, nil
		}
	}
	c := composer{Screens: s, desk: desk, device: device, settings: settings, now: now}
	wanted, err := c.compose(plan)
	if err != nil {
		return Shown{}, err
	}
	shown, err := s.draw(device, wanted, now)
	if err != nil {
		return Shown{}, err
	}
	shown.Plan = plan
	shown.Wake = c.wake(plan, shown.changes)
	return shown.Shown, nil
}

// drawing is a screen as it is shown and when it looks different by itself.
type drawing struct {
	Shown
	changes time.Time
}

// draw draws a screen unless it was drawn already.
func (s *Screens) draw(device store.Device, wanted render.Screen, now time.Time) (drawing, error) {
	prepared := render.Prepare(wanted)
	if drawn, err := s.db.Drawn(device.ID); err == nil && drawn.Key == prepared.Key {
		return drawing{Shown: Shown{Drawn: drawn}, changes: prepared.Until}, nil
	}
	bitmap, err := s.renderer.Draw(prepared)
	if err != nil {
		return drawing{}, fmt.Errorf("%s: %w", name(wanted), err)
	}
	drawn := drawnOf(bitmap, prepared.Key, name(wanted), now)
	s.db.NoteDrawn(device.ID, drawn)
	return drawing{Shown: Shown{Drawn: drawn}, changes: prepared.Until}, nil
}

func (s *Screens) failed(device store.Device, err error) {
	s.log.Error().Err(err).Str("device_id", device.ID).Msg("screen could not be drawn")
}

// Fallback is the last screen of a device that was drawn without an error, or a status screen.
func (s *Screens) Fallback(device store.Device, now time.Time) store.Drawn {
	desk := s.deskOf(device.ID)
	desk.mu.Lock()
	defer desk.mu.Unlock()
	return s.fallback(device, now)
}

func (s *Screens) fallback(device store.Device, now time.Time) store.Drawn {
	if drawn, err := s.db.Drawn(device.ID); err == nil && fits(drawn, device) {
		return drawn
	}
	wanted := render.Screen{
		Kind: render.KindStatus, Panel: PanelOf(device), Name: device.Title(), DeviceID: device.ID,
		Message: "Nothing could be drawn yet. The server’s log says why; the panel tries again by itself.",
	}
	prepared := render.Prepare(wanted)
	bitmap, err := s.renderer.Draw(prepared)
	if err != nil { // the simplest screen there is: blank paper
		bitmap = render.Paper(PanelOf(device))
	}
	return drawnOf(bitmap, prepared.Key, name(wanted), now)
}

// fits tells whether a drawn screen is one for the panel that the device has now.
func fits(drawn store.Drawn, device store.Device) bool {
	panel := PanelOf(device)
	return drawn.Width == panel.Width && drawn.Height == panel.Height && Bitmap(drawn).Inks().Name == panel.Inks().Name
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

// name is what a screen is called in X-Screen and on pages.
func name(s render.Screen) string {
	switch s.Kind {
	case render.KindApproval:
		return "Waiting for approval"
	case render.KindStatus:
		return "Status"
	case render.KindMessage:
		return "Message"
	case render.KindNight:
		return "Night"
	case render.KindPicture:
		return "Picture"
	}
	return s.Layout.Name
}

// PanelOf is the panel a device has, the usual one if it never said.
func PanelOf(device store.Device) render.Panel {
	if device.Panel.Valid() {
		return device.Panel
	}
	return render.DefaultPanel()
}
