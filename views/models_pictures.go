package views

// Pictures is the page of uploaded pictures.
type Pictures struct {
	Page
	MaxSize string // "16 MB" per file
	Result  []UploadedPicture

	Tabs      []Tab
	Album     string // the tab: an album's id, "-" for pictures in none, "" for all
	AlbumName string // "" unless the tab is an album's
	Pictures  []Picture

	Albums, Devices      []Option // to choose from for the pictures that are ticked
	NewAlbum, AlbumError string   // what was typed and what is wrong with it
}

// Tab is one of several lists of the same things.
type Tab struct {
	Label, URL string
	Count      int
	Current    bool
}

// UploadedPicture says what became of one file.
type UploadedPicture struct {
	Filename string
	Error    string // "" = stored
}

// Picture is one stored picture.
type Picture struct {
	ID, Title     string
	Facts         string // "4032 × 3024, 21 Nov, on 2 devices"
	Preview       string // address of the exact bits of the usual panel
	Width, Height int    // of that panel
}

// PictureEditor is the page of one picture.
type PictureEditor struct {
	Page
	ID, Title     string
	Facts         string
	File          string // address of the picture itself
	Width, Height int    // of the picture

	On                      []Option // panels it can be looked at on
	Preview                 string   // address of the exact bits of the chosen one
	PanelWidth, PanelHeight int

	Fields     map[string]string // values of the fields, by their name: mode, focus_left, crop_across …
	AutoLevels bool
	Rotations  []Option
	Sliders    []Slider
	Dithers    []Dither

	Devices, Albums []Option
	Errors          []string // sentences, after a form that was refused
}

// Slider is a number that is dragged.
type Slider struct{ Name, Label, Value, Min, Max, Step string }

// Dither is a way to make dots of a photograph, with a picture of it.
type Dither struct {
	Name, Title, Hint string
	Preview           string
	Selected          bool
}

// Album is the page of one album.
type Album struct {
	Page
	ID, Name string
	Back     string    // address of its pictures
	Pictures []Picture // in their order
	Error    string
	Saved    bool
}

// PanelForm is what the owner says of a device's panel.
type PanelForm struct {
	Width, Height string // pixels
	Palettes      []Option
}
