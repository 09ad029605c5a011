package render

import (
	"fmt"
	"image"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Columns and Rows are the grid of every layout: at 800×480 a cell is 33⅓ × 30 pixels.
const (
	Columns = 24
	Rows    = 16
)

// Layout is how widgets are arranged on a screen.
type Layout struct {
	ID      string   `json:"id"`
	Name    string   `json:"name"`
	Dark    bool     `json:"dark,omitempty"`   // white on black; photographs stay as they are
	Margin  int      `json:"margin,omitempty"` // around everything, pixels at 800×480, 0 to 60
	Padding int      `json:"padding"`          // inside each widget's box, pixels at 800×480, 0 to 60
	Widgets []Widget `json:"widgets"`          // drawn in this order; where a panel has no room for all the last are left out
}

// Widget is one thing on a layout.
type Widget struct {
	ID      string   `json:"id"`                // unique in its layout
	Kind    string   `json:"kind"`              // name of a Kind
	X       int      `json:"x"`                 // column of its left edge, 0 to 23
	Y       int      `json:"y"`                 // row of its upper edge, 0 to 15
	W       int      `json:"w"`                 // columns, at least 1
	H       int      `json:"h"`                 // rows, at least 1
	Border  []string `json:"border,omitempty"`  // sides that get a line: top, right, bottom, left
	Line    int      `json:"line,omitempty"`    // how thick that is, pixels at 800×480, 1 to 6; 0 = 3
	Dark    bool     `json:"dark,omitempty"`    // white on black; on a dark layout black on white
	Sources []string `json:"sources,omitempty"` // ids of what it shows
	Options Options  `json:"options,omitempty"`
}

// MaxWidgets bounds a layout.
const MaxWidgets = 40

var (
	layoutIDForm = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,39}$`)
	widgetIDForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,20}$`)
)

// Sides are what a border can have.
func Sides() []string { return []string{"top", "right", "bottom", "left"} }

// Check says what is wrong with a layout, one sentence each; none = it can be drawn.
func (l Layout) Check() []string {
	var wrong []string
	say := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	if !layoutIDForm.MatchString(l.ID) {
		say("The layout’s id %q is not 1 to 40 small letters, figures, - and _.", l.ID)
	}
	if l.Name == "" || len(l.Name) > 80 || strings.ContainsFunc(l.Name, unicode.IsControl) { // it goes into a header
		say("A layout has a name of 1 to 80 letters in one line.")
	}
	if l.Margin < 0 || l.Margin > 60 || l.Padding < 0 || l.Padding > 60 {
		say("Margin and padding are 0 to 60 pixels.")
	}
	if len(l.Widgets) > MaxWidgets {
		say("A layout has at most %d widgets.", MaxWidgets)
	}
	seen := map[string]bool{}
	for _, w := range l.Widgets {
		if seen[w.ID] {
			say("Two widgets have the id %q.", w.ID)
		}
		seen[w.ID] = true
		wrong = append(wrong, w.check()...)
	}
	return wrong
}

func (w Widget) check() []string {
	var wrong []string
	say := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	kind, ok := KindNamed(w.Kind)
	if !ok {
		return []string{fmt.Sprintf("There is no widget %q.", w.Kind)}
	}
	if !widgetIDForm.MatchString(w.ID) {
		say("The id %q of %s is not 1 to 20 letters and figures.", w.ID, kind.Title)
	}
	if w.X < 0 || w.Y < 0 || w.W < 1 || w.H < 1 || w.X+w.W > Columns || w.Y+w.H > Rows {
		say("%s lies outside of the %d×%d cells.", kind.Title, Columns, Rows)
	}
	if w.Line < 0 || w.Line > 6 {
		say("A line of %s is 1 to 6 pixels thick.", kind.Title)
	}
	for _, side := range w.Border {
		if !slices.Contains(Sides(), side) {
			say("%s cannot have a border on side %q.", kind.Title, side)
		}
	}
	if len(w.Sources) > 12 {
		say("%s shows at most 12 sources.", kind.Title)
	}
	for _, option := range kind.AllOptions() {
		if problem := option.check(w.Options[option.Name]); problem != "" {
			say("%s: %s", kind.Title, problem)
		}
	}
	for name := range w.Options {
		if !slices.ContainsFunc(kind.AllOptions(), func(o Option) bool { return o.Name == name }) {
			say("%s has no option %q.", kind.Title, name)
		}
	}
	return wrong
}

// NewWidgetID is an id no widget of the layout has.
func (l Layout) NewWidgetID() string {
	for n := len(l.Widgets) + 1; ; n++ {
		id := "w" + strconv.Itoa(n)
		if !slices.ContainsFunc(l.Widgets, func(w Widget) bool { return w.ID == id }) {
			return id
		}
	}
}

// placed is a widget and its pixels.
type placed struct {
	index  int // in Layout.Widgets
	box    image.Rectangle
	border []string // sides that get a line
}
