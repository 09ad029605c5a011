package render

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"time"
)

// Kinds of screens.
const (
	KindLayout   = "layout"   // widgets on a grid
	KindPicture  = "picture"  // one photograph over the whole panel
	KindMessage  = "message"  // words somebody sent to the panel
	KindNight    = "night"    // the panel sleeps
	KindApproval = "approval" // its owner has not approved the device yet
	KindStatus   = "status"   // there is nothing else to show
)

// Screen is what a panel should show. Everything visible is in it: two equal screens draw the same bits.
type Screen struct {
	Kind     string // one of the kinds above
	Panel    Panel
	Name     string // of the device
	DeviceID string
	Now      time.Time // in the device's time zone
	Locale   Locale
	Layout   Layout  // layout
	Inputs   []Input // layout: what its widgets are made from, in their order; Now, Locale and Options are filled in
	Photo    *Photo  // picture
	Code     string  // approval: six digits that the page shows as well
	URL      string  // approval: the page, also as a QR code
	Message  string  // message, status, night: words
}

// Value is a reading and its time.
type Value struct {
	Value float64
	At    time.Time
}

// Photo is a stored picture on a screen.
type Photo struct {
	ID      string // names the bytes
	Data    []byte `json:"-"` // JPEG
	Mode    string // "fill" or "fit"; only heeded while there is no Edit
	Edit    Edit   `json:",omitzero"`
	Caption string // its title, for widgets that show it
}

// Prepared is a screen that is ready to be drawn.
type Prepared struct {
	// Key names what can be seen; while it stays the same nothing need be drawn.
	Key string
	// Until is when the screen looks different even if nothing new becomes known; zero = never.
	Until time.Time

	screen Screen
	views  []view // of the layout's widgets
}

// Prepare finds out what will be seen of a screen. It draws nothing and reads nothing.
func Prepare(s Screen) Prepared {
	p := Prepared{screen: s}
	seen := struct {
		Screen
		Now, Inputs, Locale any // hidden: what can be seen of them is in Views
		Views               []any
	}{Screen: s}
	for i := range s.Layout.Widgets {
		if s.Kind != KindLayout {
			break
		}
		v := s.view(i)
		p.views = append(p.views, v)
		seen.Views = append(seen.Views, v.shown, v.empty, v.title)
		if !v.until.IsZero() && v.until.After(s.Now) && (p.Until.IsZero() || v.until.Before(p.Until)) {
			p.Until = v.until
		}
	}
	raw, err := json.Marshal(seen)
	if err != nil {
		// A view that cannot be told from another is drawn every time.
		raw = []byte(s.Now.String() + err.Error())
	}
	sum := sha256.Sum256(append(raw, layoutVersion...))
	p.Key = hex.EncodeToString(sum[:12])
	return p
}

// view is what one widget of the layout will show.
func (s Screen) view(i int) view {
	w := s.Layout.Widgets[i]
	kind, ok := KindNamed(w.Kind)
	if !ok {
		return nothing("There is no widget “" + w.Kind + "” in this version.")
	}
	var in Input
	if i < len(s.Inputs) {
		in = s.Inputs[i]
	}
	in.Now, in.Locale, in.Options = s.Now, s.Locale, kind.Complete(w.Options)
	v := guarded(kind.view, in)
	if v.shown == nil {
		v.title = in.heading(s.Locale.Word(strings.ToLower(kind.Title)))
	}
	return v
}

// guarded is the view of a widget, and a sentence in place of one that panics: what sources give is not to cost the
// rest of the screen.
func guarded(see func(Input) view, in Input) (v view) {
	defer func() {
		if recover() != nil {
			v = nothing("What its source gave cannot be shown.")
		}
	}()
	return see(in)
}

// layoutVersion is raised when the same screen is drawn differently.
const layoutVersion = "3"
