package views

// OnScreen is what a device shows now, why, and what comes next, in words.
type OnScreen struct {
	ID       string
	Why      string // "Shows “Family board” until 18:00, then it sleeps."
	Wake     string // when it asks again and why
	Told     string // when it was told to ask again, as the device knows it
	Warnings []string
	Credits  []string // what the terms of its sources ask to be shown
	Today    Timeline
}

// ScreenControl are the forms that say what a device shows.
type ScreenControl struct {
	ID        string
	Playlists []Option
	Edit      string // address of the playlist it shows; "" = none
	Mirrors   []Option
	Mirrored  string // which devices mirror this one; "" = none

	Things   []OptionGroup
	Minutes  string
	Override string // "“Sea” until 14:30", "" = nothing is shown in place of the playlist

	Messages []MessageLine
	Text     string // of a new message, as it was typed
	Quiet    bool
	Expires  string

	Away       string // "since 12:00, until 18:00", "" = it is not
	Household  string // the same of the whole household
	AwayUntil  string
	AwayScreen string

	Presses []PressChoice
	Cards   []PressChoice // Name is the UID
	Seen    []string      // cards that were held to it lately and do nothing yet
	Card    string        // UID of a new one, as it was typed
	Actions []Option      // for a new card

	Errors map[string]string
	Saved  string // form just saved: playlist, show, message, away or buttons
	Open   string // form that stays unfolded
}

// MessageLine is a message that a device has.
type MessageLine struct{ ID, Text, Facts string }

// PressChoice says what a press or a card does.
type PressChoice struct {
	Name, Label string
	Actions     []Option
}

// Mobile is the page of one device for everybody of a household.
type Mobile struct {
	Page
	ID, Name   string
	Approved   bool
	Screen     Screen
	Why        string
	Credits    []string // what the terms of its sources ask to be shown
	Categories []Category
	Layouts    []Option // "" = as the playlist says
	Paces      []Option // seconds between two drawings, "" = the household's
	Text       string   // of a message, as it was typed
	Errors     map[string]string
	Saved      string // form just saved: preferences
}

// Door is the way to a device's page for phones.
type Door struct {
	URL  string
	Path string // of the QR code of the address, one unit to a module
	Size int    // modules with the quiet zone
}
