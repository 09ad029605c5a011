package admin

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"personalcms/content/schedule"
	"personalcms/handlers/problem"
	"personalcms/store"

	"github.com/labstack/echo/v4"
)

// refresh is the command that makes a device fetch its screen at once.
const refresh = "refresh"

// Limits of what is ordered for a device's screen.
const (
	usualShow    = 30 * time.Minute
	longestShow  = 7 * 24 * time.Hour
	maxMessages  = 20  // at one device
	maxMessage   = 500 // characters
	mostPriority = 100 // of a message, and as much below 0
	lastYear     = 9998
)

// order changes what a device shows and has its panel, and those that mirror it, fetch it at once.
func (h *Handler) order(c echo.Context, id, words string, change func(*store.Device) error) (store.Device, error) {
	device, err := h.db.UpdateDevice(id, func(device *store.Device) error {
		if err := change(device); err != nil {
			return err
		}
		device.Queue(refresh)
		return nil
	})
	if err != nil {
		return device, unknownDevice(err)
	}
	if err := h.refreshThose(func(other store.Device) bool { return other.Mirror == id }); err != nil {
		return device, err
	}
	return device, h.audit(c, id, words)
}

// refreshThose has the panels of some devices fetch their screens at once.
func (h *Handler) refreshThose(wanted func(store.Device) bool) error {
	for _, device := range h.db.Devices() {
		if !device.Approved || !wanted(device) {
			continue
		}
		_, err := h.db.UpdateDevice(device.ID, func(device *store.Device) error {
			if !device.Queue(refresh) {
				return store.ErrUnchanged
			}
			return nil
		})
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
	}
	return nil
}

// loseMirror lets the devices that mirror one show their own screens again.
func (h *Handler) loseMirror(id string) error {
	for _, device := range h.db.Devices() {
		if device.Mirror != id {
			continue
		}
		_, err := h.db.UpdateDevice(device.ID, func(device *store.Device) error {
			device.Mirror = ""
			device.Queue(refresh)
			return nil
		})
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
	}
	return nil
}

// wrong is a problem with one value of a request.
func wrong(key, sentence string) *problem.Problem {
	p := problem.New(http.StatusBadRequest, "bad_value", sentence)
	p.Key = key
	return p
}

// titleOf is what a layout, picture or album is called; false if there is none.
func (h *Handler) titleOf(kind, ref string) (string, bool) {
	switch kind {
	case schedule.KindLayout:
		layout, err := h.db.Layout(ref)
		return layout.Name, err == nil
	case schedule.KindPicture:
		picture, err := h.db.Picture(ref)
		return picture.Title, err == nil
	case schedule.KindAlbum:
		album, err := h.db.Album(ref)
		return album.Name, err == nil
	}
	return "", false
}

// showOrder is "show this now".
type showOrder struct {
	Kind    string `json:"kind"`
	Ref     string `json:"ref"`
	Seconds int    `json:"seconds"` // 0 = half an hour
}

// override is the order as a device keeps it, and what it shows.
func (h *Handler) override(o showOrder) (schedule.Override, string, *problem.Problem) {
	entry := schedule.Entry{Kind: o.Kind, Ref: o.Ref}
	if found := entry.Check(); len(found) > 0 {
		return schedule.Override{}, "", wrong(found[0].Field, found[0].Text)
	}
	title, ok := h.titleOf(o.Kind, o.Ref)
	if !ok {
		return schedule.Override{}, "", wrong("ref", "There is no "+o.Kind+" of this id.")
	}
	length := time.Duration(o.Seconds) * time.Second
	if o.Seconds == 0 {
		length = usualShow
	}
	if o.Seconds < 0 || o.Seconds > int(longestShow/time.Second) || length < time.Minute {
		return schedule.Override{}, "", wrong("seconds", "Something is shown now for a minute to 7 days.")
	}
	return schedule.Override{Entry: entry, Until: h.now().UTC().Add(length)}, title, nil
}

// showNow shows something in place of the playlist for a while.
func (h *Handler) showNow(c echo.Context, id string, override schedule.Override, title string) (store.Device, error) {
	return h.order(c, id, "shows “"+title+"” until "+override.Until.Format(time.RFC3339), func(device *store.Device) error {
		device.Override = override
		return nil
	})
}

func (h *Handler) endShow(c echo.Context, id string) (store.Device, error) {
	return h.order(c, id, "goes on with its playlist", func(device *store.Device) error {
		device.Override = schedule.Override{}
		return nil
	})
}

// messageOrder is a message to be shown.
type messageOrder struct {
	Text     string    `json:"text"`
	Priority int       `json:"priority"` // below 0: it waits through sleep and absence
	Expires  time.Time `json:"expires"`  // zero = until it is removed
}

func (o *messageOrder) check(now time.Time) *problem.Problem {
	o.Text = strings.TrimSpace(o.Text)
	switch {
	case o.Text == "" || utf8.RuneCountInString(o.Text) > maxMessage:
		return wrong("text", fmt.Sprintf("A message has 1 to %d characters.", maxMessage))
	case o.Priority < -mostPriority || o.Priority > mostPriority:
		return wrong("priority", fmt.Sprintf("A priority is a whole number from −%d to %d.", mostPriority, mostPriority))
	case !o.Expires.IsZero() && !o.Expires.After(now):
		return wrong("expires", "That time is over already.")
	case o.Expires.UTC().Year() > lastYear:
		return wrong("expires", "That time is too far away. Leave it out for a message that stays until it is removed.")
	}
	return nil
}

// leaveMessage leaves a message at a device. Those that have expired make room.
func (h *Handler) leaveMessage(c echo.Context, id string, o messageOrder) (store.Device, schedule.Message, error) {
	now := h.now().UTC()
	message := schedule.Message{ID: newID(), Text: o.Text, Priority: o.Priority, From: now, Expires: o.Expires.UTC()}
	if o.Expires.IsZero() {
		message.Expires = time.Time{}
	}
	device, err := h.order(c, id, "got a message", func(device *store.Device) error {
		device.Messages = slices.DeleteFunc(slices.Clone(device.Messages), func(m schedule.Message) bool {
			return !m.Expires.IsZero() && !m.Expires.After(now)
		})
		if len(device.Messages) >= maxMessages {
			return problem.New(http.StatusConflict, "too_many_messages", "It has 20 messages already. Remove some first.")
		}
		device.Messages = append(device.Messages, message)
		return nil
	})
	return device, message, err
}

var unknownMessage = problem.New(http.StatusNotFound, "unknown_message", "There is no message of this id. It may have been removed already.")

func (h *Handler) removeMessage(c echo.Context, id, message string) (store.Device, error) {
	return h.order(c, id, "lost a message", func(device *store.Device) error {
		kept := slices.DeleteFunc(slices.Clone(device.Messages), func(m schedule.Message) bool { return m.ID == message })
		if len(kept) == len(device.Messages) {
			return unknownMessage
		}
		device.Messages = kept
		return nil
	})
}

// awayOrder says that nobody is there to look.
type awayOrder struct {
	Until  time.Time `json:"until"`  // zero = until further notice
	Screen string    `json:"screen"` // night or keep; "" = night
}

func (o awayOrder) away(now time.Time) (schedule.Away, *problem.Problem) {
	switch {
	case !o.Until.IsZero() && !o.Until.After(now):
		return schedule.Away{}, wrong("until", "That time is over already.")
	case o.Until.UTC().Year() > lastYear:
		return schedule.Away{}, wrong("until", "That time is too far away. Leave it out for an absence until further notice.")
	case !slices.Contains([]string{"", schedule.ScreenNight, schedule.ScreenKeep}, o.Screen):
		return schedule.Away{}, wrong("screen", "A panel shows “night” or “keep” meanwhile.")
	}
	away := schedule.Away{Since: now.UTC(), Screen: o.Screen}
	if !o.Until.IsZero() {
		away.Until = o.Until.UTC()
	}
	return away, nil
}

// setAway notes that nobody is at a device, or with the zero Away that somebody is.
func (h *Handler) setAway(c echo.Context, id string, away schedule.Away) (store.Device, error) {
	words := "is away"
	if away.Since.IsZero() {
		words = "is no longer away"
	}
	return h.order(c, id, words, func(device *store.Device) error {
		device.Away = away
		return nil
	})
}

// setHouseholdAway is setAway for all devices at once.
func (h *Handler) setHouseholdAway(c echo.Context, away schedule.Away) error {
	err := h.db.UpdateSettings(func(settings *store.Settings) error {
		settings.Away = away
		return nil
	})
	if err != nil {
		return err
	}
	if err := h.refreshThose(func(store.Device) bool { return true }); err != nil {
		return err
	}
	words := "the household is away"
	if away.Since.IsZero() {
		words = "the household is no longer away"
	}
	return h.audit(c, "", words)
}

var notTurned = problem.New(http.StatusConflict, "not_turned", "Its playlist has nothing else to show at the moment.")

// turn steps or jumps a device's playlist; what is as screen.Press takes it.
func (h *Handler) turn(c echo.Context, device store.Device, what string) (store.Device, error) {
	turned, err := h.screens.Press(device, what, h.now())
	if err != nil {
		return device, err
	}
	if !turned {
		return device, notTurned
	}
	if device.Mirror != "" {
		if _, err := h.order(c, device.Mirror, "turned to "+what, func(*store.Device) error { return nil }); err != nil {
			return device, err
		}
		return h.db.Device(device.ID)
	}
	return h.order(c, device.ID, "turned to "+what, func(*store.Device) error { return nil })
}

// mirrorProblem says why a device cannot mirror another one; "" is no mirror.
func (h *Handler) mirrorProblem(id, mirror string) string {
	if mirror == "" {
		return ""
	}
	other, err := h.db.Device(mirror)
	switch {
	case err != nil || !other.Approved:
		return "There is no such device to mirror."
	case mirror == id:
		return "A device cannot mirror itself."
	case other.Mirror != "":
		return other.Title() + " mirrors another device itself. Choose that one."
	}
	for _, third := range h.db.Devices() {
		if third.Mirror == id {
			return third.Title() + " mirrors this device, so this one cannot mirror another."
		}
	}
	return ""
}
