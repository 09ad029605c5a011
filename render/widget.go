package render

import (
	"fmt"
	"image"
	"strconv"
	"strings"
	"time"

	"personalcms/content"
)

// Kind is one kind of widget: what it is called, what its owner can choose, what it has to be told, and how it
// is drawn. Each stands in its own file; kinds.go lists them.
//
// Drawing has two steps. view turns an Input into a value that holds exactly what will be seen, in words and
// numbers as they are printed, and nothing else; draw puts that value into a box. The view names the screen
// (Prepared.Key): while it stays equal nothing is drawn, and draw cannot show what is not in it.
type Kind struct {
	Name    string      // in layouts: "agenda"
	Title   string      // for people: "Agenda"
	Hint    string      // one sentence for the page: what it shows
	Options []Option    // beside the common ones
	Needs   Needs       // what whoever composes a screen has to find for it
	Cells   image.Point // columns and rows it gets when it is added to a layout
	Least   image.Point // pixels at 800×480 below which it cannot be read
	Bleeds  bool        // it fills its box up to the edge: no padding

	view func(Input) view
	draw func(c *canvas, box image.Rectangle, shown any)
}

// Needs is what a kind of widget shows beside its options and the time.
type Needs struct {
	Sources  []string // kinds of sources (content.Kind…) it can show; empty = it takes none
	Many     bool     // it can show several sources at once
	Category string   // the item of this category whose turn it is, from the device's preferences or option "from"
	Sensor   bool     // readings: option "sensor" names one, option "device" another device, option "span" how far back
	Picture  bool     // option "picture" or "album" names stored pictures
}

// Input is all a widget is made from.
type Input struct {
	Now     time.Time // in the device's zone, cut to the clock's step
	Locale  Locale
	Options Options // with the kind's defaults filled in
	Device  Facts
	Sources []SourceData   // as the widget names them; those that exist
	Items   []content.Item // of Needs.Category: the one whose turn it is, then those after it
	Before  []content.Item // of Needs.Category: those whose turn was before, the last first; one is enough
	Series  []Series
	Photo   *Photo
	Place   content.Place // the household's, for sun and moon; zero = not set
}

// Facts is what is known of a device.
type Facts struct {
	ID, Name  string
	Battery   *float64 // percent, nil = it has none or did not say
	Voltage   *float64 // of the battery, nil = not said
	RSSI      int      // dBm, 0 = not known
	LastSeen  time.Time
	Online    bool
	Address   string
	Firmware  string
	MobileURL string // its page for the household
}

// SourceData is a source and the last good value it gave.
type SourceData struct {
	ID, Name, Kind, Credit string
	Feed                   content.Feed // At is zero when it never gave any
	Stale                  bool         // it should have been fetched again by now and could not be
	Error                  string       // the sentence of the last failure, "" after a success
}

// Series is the readings of one sensor, in order of time.
type Series struct {
	Sensor, Label, Unit string // "temperature", "Living room", "°C"
	From, To            time.Time
	Points              []Point
	Latest              *Value // the newest of all, however old
}

// Point is one reading.
type Point struct {
	At    time.Time `json:"t"`
	Value float64   `json:"v"`
}

// view is what a widget will show.
type view struct {
	shown any       // given to draw; marshalled to JSON it says all that can be seen
	empty string    // a sentence that stands in the box instead: there is nothing to show, and why
	title string    // above that sentence: which widget it is
	until time.Time // it looks different from then on even if nothing new is known; zero = never
}

// shows is the view of something.
func shows(shown any) view { return view{shown: shown} }

// nothing is the view of a widget that has nothing to show.
func nothing(sentence string) view { return view{empty: sentence} }

// to sets when the view changes by itself.
func (v view) to(t time.Time) view { v.until = t; return v }

// kindOf makes a Kind whose draw takes the type that its view gives.
func kindOf[V any](k Kind, see func(Input) view, draw func(c *canvas, box image.Rectangle, shown V)) Kind {
	k.view = see
	k.draw = func(c *canvas, box image.Rectangle, shown any) { draw(c, box, shown.(V)) }
	return k
}

// Option is something an owner can choose of a widget: one field of its form.
type Option struct {
	Name    string
	Title   string // label of the field
	Hint    string // below it, "" = none
	Type    string // "text", "lines", "number", "choice", "check", "date", "sensor", "device", "picture", "album", "category"
	Choices []Choice
	Default string
	Min     float64 // number
	Max     float64
}

// Choice is one value of an option.
type Choice struct{ Value, Title string }

// Options are the chosen values by option name. A check is "true" or "false".
type Options map[string]string

// Text is the value of an option without space around it.
func (o Options) Text(name string) string { return strings.TrimSpace(o[name]) }

// Is tells whether a check is set.
func (o Options) Is(name string) bool { return o[name] == "true" }

// Number is the value of a number, 0 if it is none.
func (o Options) Number(name string) float64 {
	n, err := strconv.ParseFloat(strings.TrimSpace(o[name]), 64)
	if err != nil {
		return 0
	}
	return n
}

// Int is the value of a whole number, 0 if it is none.
func (o Options) Int(name string) int { return int(o.Number(name)) }

// common are the options every kind has.
func common() []Option {
	return []Option{{Name: "title", Title: "Heading", Type: "text", Hint: "Leave empty for the usual one, or write - for none."}}
}

// AllOptions are the kind's options and those every kind has.
func (k Kind) AllOptions() []Option { return append(common(), k.Options...) }

// Complete are the options with the defaults filled in; what the kind does not know is left out.
func (k Kind) Complete(chosen Options) Options {
	all := Options{}
	for _, option := range k.AllOptions() {
		all[option.Name] = option.Default
		if value, ok := chosen[option.Name]; ok && (value != "" || option.Default == "") {
			all[option.Name] = value
		}
	}
	return all
}

// check is what is wrong with a value, "" if nothing is.
func (o Option) check(value string) string {
	if len(value) > maxOption {
		return fmt.Sprintf("“%s” is longer than %d letters.", o.Title, maxOption)
	}
	if value == "" {
		return ""
	}
	switch o.Type {
	case "number":
		n, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
		if within := n >= o.Min && n <= o.Max; err != nil || !within { // NaN is neither
			return fmt.Sprintf("“%s” is a number from %v to %v.", o.Title, o.Min, o.Max)
		}
	case "choice":
		for _, choice := range o.Choices {
			if choice.Value == value {
				return ""
			}
		}
		return fmt.Sprintf("“%s” has no choice “%s”.", o.Title, value)
	case "date":
		if _, err := time.Parse(time.DateOnly, value); err != nil {
			return fmt.Sprintf("“%s” is a date such as 2027-06-30.", o.Title)
		}
	case "check":
		if value != "true" && value != "false" {
			return fmt.Sprintf("“%s” is true or false.", o.Title)
		}
	}
	return ""
}

// maxOption bounds one option's value, in bytes.
const maxOption = 4000

// heading is the widget's own heading or the usual one, and how old what it shows is when that matters; "" = none.
func (in Input) heading(usual string) string {
	title := in.Options.Text("title")
	switch title {
	case "":
		title = usual
	case "-":
		title = ""
	}
	return joinDot(title, in.age())
}

// age is how old the oldest stale source is, in words, "" while all are fresh.
func (in Input) age() string {
	var oldest time.Time
	for _, source := range in.Sources {
		if source.Stale && !source.Feed.At.IsZero() && (oldest.IsZero() || source.Feed.At.Before(oldest)) {
			oldest = source.Feed.At
		}
	}
	if oldest.IsZero() {
		return ""
	}
	return in.Locale.Age(in.Now.Sub(oldest))
}

// source is the first source that gave something. Where there is none, the view says why.
func (in Input) source() (SourceData, *view) {
	for _, source := range in.Sources {
		if !source.Feed.At.IsZero() {
			return source, nil
		}
	}
	if len(in.Sources) == 0 {
		v := nothing(in.Locale.Word("no source"))
		return SourceData{}, &v
	}
	v := nothing(in.Sources[0].Name + ": " + in.Locale.Word("nothing yet"))
	return SourceData{}, &v
}

// midnight is the beginning of the day after t, in t's zone.
func midnight(t time.Time) time.Time {
	year, month, day := t.Date()
	return time.Date(year, month, day+1, 0, 0, 0, 0, t.Location())
}
