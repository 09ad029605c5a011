package render

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"
)

// Screen is what a panel should show. Everything visible is in it: two equal screens draw the same bits.
type Screen struct {
	Kind           string // "default"; "approval" while its owner has not approved the device; "status"
	Panel          Panel
	Name           string // of the device
	DeviceID       string
	Now            time.Time // in the device's time zone
	Temperature    *Value    // °C, nil = not known
	Humidity       *Value    // %RH, nil = not known
	Joke           string
	Riddle, Answer string
	Headline       string
	HeadlineSource string
	Photo          *Photo // nil = none
	Code           string // approval: six digits that the page shows as well
	URL            string // approval: the page, also as a QR code
	Message        string // status: what happened, in words
}

// Value is a reading and its time.
type Value struct {
	Value float64
	At    time.Time
}

// Photo is a stored picture on a screen.
type Photo struct {
	ID   string // names the bytes
	Data []byte `json:"-"` // JPEG
	Mode string // "crop" or "fit"
}

// Key names what can be seen of a screen; while it stays the same nothing need be drawn.
func (s Screen) Key() string {
	seen := struct {
		Screen
		Now, Temperature, Humidity string
	}{Screen: s}
	if s.Kind == "default" {
		seen.Now = s.Now.Format("2006-01-02 15:04 Mon")
		seen.Temperature, seen.Humidity = s.Temperature.words(1, s.Now), s.Humidity.words(0, s.Now)
	}
	raw, err := json.Marshal(seen)
	if err != nil {
		return "" // a Screen always marshals
	}
	sum := sha256.Sum256(append(raw, layoutVersion...))
	return hex.EncodeToString(sum[:12])
}

// layoutVersion is raised when the same screen is drawn differently.
const layoutVersion = "1"
