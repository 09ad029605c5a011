package schedule

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Limits of a playlist.
const (
	MaxEntries = 100
	MaxWindows = 20 // of an entry, and sleep hours of a playlist
	MaxName    = 64 // characters
)

// Problem is one thing a person has to change before a playlist can be saved.
type Problem struct {
	Field string `json:"field"` // such as entries.2.windows.0.from, counted from 0
	Text  string `json:"text"`  // a sentence
}

// problems collects them; at is the path of what is being looked at.
type problems struct {
	list []Problem
	at   string
}

func (p *problems) add(field, text string, args ...any) {
	p.list = append(p.list, Problem{Field: p.at + field, Text: fmt.Sprintf(text, args...)})
}

// Check lists what is wrong with the playlist; it is empty when all is well. A playlist without entries is.
func (p Playlist) Check() []Problem {
	var found problems
	if n := len([]rune(strings.TrimSpace(p.Name))); n == 0 || n > MaxName {
		found.add("name", "A playlist’s name has 1 to %d characters.", MaxName)
	}
	if len(p.Entries) > MaxEntries {
		found.add("entries", "A playlist has at most %d entries; this one has %d.", MaxEntries, len(p.Entries))
		return found.list
	}
	for i, entry := range p.Entries {
		found.at = fmt.Sprintf("entries.%d.", i)
		found.entry(entry)
	}
	found.at = ""
	if len(p.Sleep) > MaxWindows {
		found.add("sleep", "A playlist has at most %d sleep hours; this one has %d.", MaxWindows, len(p.Sleep))
		return found.list
	}
	for i, sleep := range p.Sleep {
		found.at = fmt.Sprintf("sleep.%d.", i)
		found.window(sleep.Window)
		if !slices.Contains([]string{"", ScreenNight, ScreenKeep}, sleep.Screen) {
			found.add("screen", "A sleeping panel shows “%s” or “%s”, not “%s”.", ScreenNight, ScreenKeep, sleep.Screen)
		}
	}
	return found.list
}

// Check lists what is wrong with the entry; it is empty when all is well.
func (e Entry) Check() []Problem {
	var found problems
	found.entry(e)
	return found.list
}

func (p *problems) entry(e Entry) {
	if !slices.Contains([]string{KindLayout, KindPicture, KindAlbum}, e.Kind) {
		p.add("kind", "An entry is a %s, a %s or an %s, not “%s”.", KindLayout, KindPicture, KindAlbum, e.Kind)
	}
	if e.Ref == "" {
		p.add("ref", "Choose what the entry shows.")
	}
	if e.Seconds != 0 && (e.Seconds < MinSeconds || e.Seconds > MaxSeconds) {
		p.add("seconds", "A turn lasts %d to %d seconds (a minute to a day), not %d.", MinSeconds, MaxSeconds, e.Seconds)
	}
	p.dates(e)
	if len(e.Windows) > MaxWindows {
		p.add("windows", "An entry has at most %d windows; this one has %d.", MaxWindows, len(e.Windows))
		return
	}
	at := p.at
	for i, window := range e.Windows {
		p.at = fmt.Sprintf("%swindows.%d.", at, i)
		p.window(window)
	}
	p.at = at
}

func (p *problems) dates(e Entry) {
	sound := true
	for _, day := range []struct{ field, text string }{{"from", e.From}, {"until", e.Until}} {
		if _, err := time.Parse(dateForm, day.text); day.text != "" && err != nil {
			p.add(day.field, "“%s” is no date; write it like 2026-12-24.", day.text)
			sound = false
		}
	}
	if sound && e.From != "" && e.Until != "" && e.Until < e.From {
		p.add("until", "The last day, %s, is before the first, %s.", e.Until, e.From)
	}
}

func (p *problems) window(w Window) {
	for _, day := range w.Days {
		if !slices.Contains(weekdays[:], day) {
			p.add("days", "“%s” is no weekday; they are mon, tue, wed, thu, fri, sat and sun.", day)
		}
	}
	for _, end := range []struct{ field, text string }{{"from", w.From}, {"to", w.To}} {
		if _, ok := secondOfDay(end.text); !ok {
			p.add(end.field, "“%s” is no time of day; write it like 07:30.", end.text)
		}
	}
}
