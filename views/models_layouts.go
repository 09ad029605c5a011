package views

// Layouts is the page of all layouts.
type Layouts struct {
	Page
	MayChange bool
	Layouts   []LayoutCard
	Devices   []Option // whose panel the pictures are drawn for; "" = the usual panel
	Refusal   string   // why nothing was added, "" = nothing was refused
	Name      string   // as typed
	Text      string   // as pasted
}

// LayoutCard is one layout on that page.
type LayoutCard struct {
	ID, Name string
	Picture  Screen
	Ready    bool // it came with the program
	Changed  bool // the owner saved it
	Uses     []Link
}

// State is where the layout comes from, in words.
func (l LayoutCard) State() string {
	switch {
	case l.Ready && l.Changed:
		return "changed by you"
	case l.Ready:
		return "ready"
	}
	return "made by you"
}

// LayoutEditor is the page of one layout. Its form holds all of the layout, so that it works without a script.
type LayoutEditor struct {
	Page
	ID, Name  string
	Dark      bool
	Margin    string // pixels at 800×480, as typed
	Padding   string
	Revision  int // of the layout that the form began with
	Columns   int // of the grid
	Rows      int
	MayChange bool
	Unsaved   bool     // the form holds what is not stored
	Problems  []string // why it cannot be saved, one sentence each
	Conflict  *LayoutConflict
	Widgets   []WidgetForm
	Groups    []WidgetGroup
	Preview   LayoutPreview
	Sensors   []string // that devices have sent
	Full      bool     // no more widgets can be added
}

// LayoutConflict is two people's versions of a layout: the one in the form and the one stored meanwhile.
type LayoutConflict struct {
	When          string // the other was saved
	Gone          bool   // it was deleted; there is no picture of it
	Mine, Theirs  string // addresses of their pictures; Mine "" = it cannot be drawn
	Width, Height int    // of the pictures
}

// LayoutPreview is the picture of the layout and what it is drawn for.
type LayoutPreview struct {
	URL           string // "" = it cannot be drawn
	Width, Height int
	Rearranged    bool   // the panel is not the grid's shape
	Missing       string // letters that no font has, separated by spaces
	Devices       []Option
	Sizes         []Option
	Palettes      []Option
}

// WidgetGroup is some kinds of widgets that can be added.
type WidgetGroup struct {
	Title string
	Kinds []WidgetKind
}

// WidgetKind is one of them.
type WidgetKind struct{ Kind, Title, Hint string }

// WidgetForm is the fields of one widget. Cells are counted from 1.
type WidgetForm struct {
	ID, Kind, Title, Hint   string
	Column, Row, Wide, High string // as typed
	Border                  []Option
	Line                    string // pixels, "" = the usual
	Dark                    bool
	TakesSources            bool
	Many                    bool // more than one source is shown
	Sources                 []Option
	Fields                  []WidgetField
}

// WidgetField is one option of a widget.
type WidgetField struct {
	Name, Title, Hint string
	Type              string // text, lines, number, choice, check, date, sensor, category (ticks) or list (one of Choices)
	Value, Default    string
	Min, Max          string // number
	Choices           []Option
}

// id is where a field of the widget is on the page, and its name in the form.
func (w WidgetForm) id(field string) string { return w.ID + "." + field }
