package views

// Playlists is the page of all playlists.
type Playlists struct {
	Page
	Rows  []PlaylistRow
	Name  string // what was typed for a new one
	Error string
}

// PlaylistRow is one playlist in the list of all.
type PlaylistRow struct {
	ID, Name string
	Default  bool
	Facts    string // "3 entries, shown on 2 devices"
	Today    Timeline
}

// TimelineWidth is how many units wide a timeline is drawn.
const TimelineWidth = 1000

// Timeline is what is shown on one day as a bar.
type Timeline struct {
	Label string // what it is, in words
	Parts []TimelinePart
	Keys  []TimelineKey
	Hours []TimelineHour
	Now   int    // where the day stands, in units; below 0: it is another day
	Note  string // why the bar ends early; "" = it does not
}

// TimelinePart is a stretch of a timeline.
type TimelinePart struct {
	Class       string
	From, Width int    // units
	Words       string // "07:00–09:00 Family board"
}

// TimelineKey says what a colour of a timeline stands for.
type TimelineKey struct{ Class, Name, Lasts string }

// TimelineHour is a time written below a timeline.
type TimelineHour struct {
	At   int // units
	Text string
}

// OptionGroup is a part of a list to choose from.
type OptionGroup struct {
	Label   string
	Options []Option
}

// Playlist is the page of one playlist.
type Playlist struct {
	Page
	ID, Title string // as they are saved
	Form      PlaylistForm
	Today     Timeline
	Zones     []Option // devices for whose zone the day is shown
	Devices   []PlaylistDevice
	Groups    []Option
	Refused   string // why it was not deleted or given away; "" = nothing was refused
	Saved     string // form just saved: playlist or devices
}

// PlaylistDevice is a device that may show a playlist.
type PlaylistDevice struct {
	ID, Name, Note string // Note says what it shows instead, or why
	Chosen         bool
}

// PlaylistForm is a playlist as its form holds it, in the words that were typed.
type PlaylistForm struct {
	ID       string
	Name     string
	Default  bool
	Entries  []EntryForm
	Sleep    []WindowForm
	Errors   map[string]string // by field, such as entries.2.windows.0.from
	Unsaved  bool              // rows were added, moved or removed and nothing is saved yet
	Saved    bool
	Weekdays []Option
}

// EntryForm is an entry of a playlist in its form.
type EntryForm struct {
	Title    string // what it shows, in words
	Things   []OptionGroup
	Minutes  string
	Priority string
	From     string
	Until    string
	Windows  []WindowForm
	Limits   string // "Mon–Fri 07:00–09:00", "" = always
	Open     bool   // the limits are unfolded
}

// WindowForm is a time of day on some weekdays in a form.
type WindowForm struct {
	Days     []string
	From, To string
	Screen   string // of sleep hours: night or keep
}
