// Package views draws the pages. A component takes one view model, which holds exactly what is
// shown, in words: handlers format times, sizes and sentences. A partial for htmx and the full page
// share the component. There is no script and no style in the markup; forms work without either.
package views

// Page is what every page shows around its content. It is embedded in each page's model.
type Page struct {
	Title     string   // of the page and the browser's tab, without the program's name
	Nav       string   // which entry is current: devices, screens, pictures, firmware, refused or settings
	User      string   // who is signed in; "" shows neither navigation nor sign-out
	CSS, JS   string   // addresses of the style sheet and the script
	Scripts   []string // addresses of further scripts, of this page alone
	Unstyled  bool     // the program was built without them: a banner says so
	Flash     string   // a sentence about what was just done; "" = none
	FlashKind string   // "done" or "problem"
	Problems  int      // kinds of refused requests, the badge in the navigation
	Events    string   // address of the event stream that keeps the page current; "" = none
	Version   string   // of the program
}

// Notice is a short message that comes and goes.
type Notice struct {
	Kind string // "done" or "problem"
	Text string
}

// Field is a hidden field of a form that is only a button.
type Field struct{ Name, Value string }

// Action is a button that leads somewhere: a link when Method is "GET" or empty, else a form that
// posts Fields.
type Action struct {
	Label, URL string
	Method     string
	Fields     []Field
}

// Option is one entry of a list to choose from.
type Option struct {
	Value, Label string
	Selected     bool
}

// Pair is a name and what it is.
type Pair struct {
	Name, Value string
	Warm        bool // it needs a look
}

// Link is a text that may lead somewhere.
type Link struct{ Text, URL string }

// Setup is the first page of a new installation.
type Setup struct {
	Page
	Token    string // of the one-time link
	Username string
	Errors   map[string]string // by field: username, password, again, or "" for the whole form
}

// Login is the sign-in page.
type Login struct {
	Page
	Username string
	Next     string // where to go afterwards, a path on this server
	Error    string
}

// Overview is the first page.
type Overview struct {
	Page
	Stats   []Stat
	Banners []Banner // problems, worst first
	Tiles   []Tile   // pending devices first
	Server  string   // base URL of this server, for the commands shown while there is no device
}

// Stat is one number that matters.
type Stat struct {
	Value, Label string
	URL          string // where to see more; "" = nowhere
	Warm         bool   // it needs a look
}

// Banner is a problem with the button that leads to its mending.
type Banner struct {
	Text   string
	Action Action
}

// Screen is what a panel shows.
type Screen struct {
	URL           string // of a picture with the panel's exact pixels; "" = nothing was drawn yet
	Width, Height int
	Alt           string // what it shows, in words
	Caption       string // "Family board, drawn 14:05"
}

// Progress is something under way.
type Progress struct {
	Done, Total int64
	Words       string // "Installing 2.5.1, 19 of 31 KB"
}

// Tile is one device on the first page.
type Tile struct {
	ID, Title string
	Screen    Screen
	Online    bool
	Seen      string // "online", "silent 3 h", "never seen"
	Pending   bool
	Code      string   // six digits, while it is pending
	Legacy    bool     // it registered without a token
	Facts     []string // "Family board", "21.4 °C · 44 %", "−61 dBm"
	Firmware  []string // "2.5.1 confirmed", "waits for window 02:00–04:00"
	Progress  *Progress
	Warning   string // one sentence, "" = none
}

// Refused is the page of requests that were refused.
type Refused struct {
	Page
	Rows  []RefusedRow
	Since string // when counting began
}

// RefusedRow is one kind of refused request.
type RefusedRow struct {
	Reason      string // "Wrong token"
	Hint        string // what it means and what can be done
	DeviceID    string
	DeviceURL   string // "" = there is no such device
	Address     string
	Count       int
	First, Last string
	Mend        *Action // nil = there is nothing to press
}

// Device is the page of one device.
type Device struct {
	Page
	ID, Name string // Name is the title people read
	Approved bool
	Code     string // six digits, while it is pending
	Legacy   bool   // it registered without a token
	Online   bool
	Seen     string // "online", "silent 3 h"
	Screen   Screen
	Warnings []Banner
	Status   []Pair // last seen, address, uptime, Wi-Fi, memory, battery, next refresh
	About    []Pair // type, chip, flash, panel, MAC, registered, credentials

	ReenrolAsked string // "it came back without its token at 14:05", "" = no
	ReenrolUntil string // "14:15", while a new token may be had

	Readings []Reading
	Commands []string // sent and not acknowledged yet, in words
	Log      []LogEntry
	Firmware DeviceUpdate

	OnScreen OnScreen
	Control  ScreenControl
	Door     Door

	Settings    DeviceSettings
	Pictures    []PictureChoice
	Preferences []Category
	Saved       string // form just saved: settings, pictures, preferences or firmware
}

// Reading is the newest value of one sensor.
type Reading struct {
	Label, Value, Unit string
	When               string
	Points             []float64 // the last day, for the small curve; fewer than two draw none
}

// LogEntry is one line of what happened to a device.
type LogEntry struct {
	When, Level, Message string // Level is error, warn or info
}

// DeviceSettings is the form of what the owner may set.
type DeviceSettings struct {
	Nickname, Name, Groups string
	TimeZone               string
	TimeZones              []string
	HouseholdZone          string
	Panel                  PanelForm
	Errors                 map[string]string
}

// PictureChoice is a picture that a device may show.
type PictureChoice struct {
	ID, Title, Thumb string
	Chosen           bool
}

// Category is a kind of content with its parts.
type Category struct {
	Name, Label string // Name is the form field: jokes, riddles, news
	Parts       []Option
}

// Error is a page that says what went wrong.
type Error struct {
	Page
	Status   int
	Heading  string
	Sentence string
	Back     Action
}

// Confirm asks before something that cannot be undone.
type Confirm struct {
	Page
	Heading, Sentence string
	Do                Action
	Back              string
}
