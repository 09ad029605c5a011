package ota

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Window is when a device may install something, in its own zone. The zero Window is always open.
type Window struct {
	From string   `json:"from"`           // "02:00"; the window opens then
	To   string   `json:"to"`             // "04:00"; it closes then, on the next day if that is not after From
	Days []string `json:"days,omitempty"` // "mon" … "sun": the days it opens on; empty = every day
}

// Weekdays are the names of the days of a Window, in the order of time.Weekday.
var Weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// ErrBadWindow: a window cannot be so.
var ErrBadWindow = errors.New("a window has two different times such as 02:00 and 04:00, and days from mon to sun; or nothing at all")

// Always tells whether the window never closes.
func (w Window) Always() bool { return w.From == "" && w.To == "" }

// Check is ErrBadWindow if the window cannot be so.
func (w Window) Check() error {
	if w.Always() && len(w.Days) == 0 {
		return nil
	}
	_, from := minutes(w.From)
	_, to := minutes(w.To)
	if !from || !to || w.From == w.To {
		return ErrBadWindow
	}
	for _, day := range w.Days {
		if !slices.Contains(Weekdays, day) {
			return ErrBadWindow
		}
	}
	return nil
}

// minutes are those since midnight of a time such as "02:00".
func minutes(text string) (int, bool) {
	at, err := time.Parse("15:04", text)
	return at.Hour()*60 + at.Minute(), err == nil && len(text) == len("15:04")
}

// Open tells whether the window is open at a time, which is taken in its own zone.
func (w Window) Open(local time.Time) bool {
	if w.Always() {
		return true
	}
	from, _ := minutes(w.From)
	to, _ := minutes(w.To)
	at := local.Hour()*60 + local.Minute()
	switch {
	case from < to:
		return at >= from && at < to && w.opensOn(local.Weekday())
	case at >= from:
		return w.opensOn(local.Weekday())
	}
	return at < to && w.opensOn((local.Weekday()+6)%7)
}

func (w Window) opensOn(day time.Weekday) bool {
	return len(w.Days) == 0 || slices.Contains(w.Days, Weekdays[day])
}

// Opens is when the window opens next after a time, which is taken in its own zone; that time itself if it is open.
// Where clocks are put forward into the window it opens with that, and a time that comes twice opens it twice.
func (w Window) Opens(local time.Time) time.Time {
	if w.Open(local) {
		return local
	}
	from, _ := minutes(w.From)
	change, back := nextChange(local)
	next := local.AddDate(0, 0, 8)
	try := func(at time.Time) {
		if at.After(local) && at.Before(next) && w.Open(at) {
			next = at
		}
	}
	try(change)
	for day := range 8 {
		at := time.Date(local.Year(), local.Month(), local.Day()+day, from/60, from%60, 0, 0, local.Location())
		try(at.Add(-back))
		try(at)
		try(at.Add(back))
	}
	return next
}

// nextChange is when the clocks of a zone are changed next, and how far they go back then; zero if they never are.
func nextChange(local time.Time) (time.Time, time.Duration) {
	_, change := local.ZoneBounds()
	if change.IsZero() {
		return change, 0
	}
	_, before := local.Zone()
	_, after := change.Zone()
	return change, time.Duration(before-after) * time.Second
}

// OpensOn tells whether the window opens on a weekday.
func (w Window) OpensOn(day time.Weekday) bool { return !w.Always() && w.opensOn(day) }

// Words are the window as a person writes it: "02:00–04:00", "02:00–04:00 on sat and sun".
func (w Window) Words() string {
	if w.Always() {
		return "any time"
	}
	words := w.From + "–" + w.To
	if len(w.Days) > 0 {
		words += fmt.Sprintf(" (%s)", strings.Join(w.Days, ", "))
	}
	return words
}
