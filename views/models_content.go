package views

// Content is the page of sources and items.
type Content struct {
	Page
	MayChange  bool
	Sources    []SourceRow
	Failing    int // sources that do not work
	Ready      []ReadyGroup
	Kinds      []SourceKind // the blank forms
	Categories []ContentCategory
	Refusal    string // why nothing was added, "" = nothing was refused
	NewTitle   string // of a category, as typed
}

// SourceKind is a kind of source that can be added.
type SourceKind struct{ Title, Hint, URL string }

// SourceRow is one source in the list.
type SourceRow struct {
	ID, Name, Kind, Category string
	State                    string // in words
	Good, Warm               bool
	Error                    string // the sentence of a failing one
	Facts                    []Pair
	Layouts                  []Link
	Paused, Fetched          bool // Fetched: it is one that is fetched by itself
}

// ReadyGroup is some ready-made sources.
type ReadyGroup struct {
	Title string
	Ready []ReadySource
}

// ReadySource is a source that is added with one click, or with the answer to one question.
type ReadySource struct {
	ID, Name, Note, Homepage string
	Asks                     string // "", "place" or "country"
	Answer                   string // as typed
	Error                    string
	Places                   []PlaceChoice // that were found by the name
	Here                     bool          // it was added already
}

// PlaceChoice is one place that was found; Value holds all of it.
type PlaceChoice struct{ Value, Name, Detail string }

// ContentCategory is one category with its subcategories.
type ContentCategory struct {
	Name, Title string
	Own         bool // made by the owner: it can be deleted
	Parts       []ContentPart
}

// ContentPart is one subcategory.
type ContentPart struct {
	Name, Title string
	Items       int
	Detail      string // "3 of your own, 2 hidden"
	Source      bool   // its items come from a source
	Own         bool   // it can be deleted
	Devices     []Link // that choose it
}

// SourceForm is the page of one source.
type SourceForm struct {
	Page
	MayChange     bool
	New           bool
	URL           string // where the form is sent
	ID, Name      string
	Kind          string
	KindTitle     string
	KindHint      string
	Has           SourceFields
	Category      []Option
	NewCategory   string
	Address       string
	Headers       string
	HasSecret     bool
	SecretDropped bool // one was typed and is not shown again
	Paths         []PathField
	Place         PlaceFields
	Text          string
	HasUpload     bool
	Interval      string
	UsualInterval string
	Timeout       string
	MaxKilobytes  string
	MaxItems      string
	OnMyNetwork   bool
	Paused        bool
	Credit        string
	Errors        map[string]string
	Status        *SourceRow // of one that is kept
	HasToken      bool
	NewToken      string // shown once
	PushExample   string
	Trial         *SourceTrial
}

// SourceFields are the parts of the form that a kind of source has.
type SourceFields struct {
	Address, AddressOptional, Upload, Headers, Paths, Place, Text, Category, Fetching, Push, Items bool
}

// PathField is one JSONPath of a source.
type PathField struct{ Name, Label, Value, Hint, Example string }

// PlaceFields are the place of a source.
type PlaceFields struct {
	Query                               string // the name that is looked for
	Name, Latitude, Longitude, TimeZone string
	Found                               []PlaceChoice
	Message                             string // what the search came to
}

// SourceTrial is what came of testing a source.
type SourceTrial struct {
	Error   string
	Summary string // "200 OK, application/json, 230 ms"
	Raw     string
	Found   string // "12 items"
	Items   []TrialItem
	More    int // found and not shown
}

// TrialItem is one thing found in an answer.
type TrialItem struct {
	Title, Text, Detail string
}

// Items is the page of one subcategory.
type Items struct {
	Page
	MayChange                bool
	Category, CategoryTitle  string
	Subcategory              string
	URL                      string // of this page
	Source                   string // id of the source they come from, "" = none
	Own                      bool   // the subcategory can be deleted
	Query                    string
	Total, Found, PageNumber int
	Pages                    int
	Items                    []ItemRow
	Parts                    []ItemField // empty fields of a new item
	Problems                 []string    // of an import
	Refusal                  string      // why something was not done
	Adding                   bool        // the form of a new item is open
	Importing                bool
	Paste                    string
	Devices                  []Link
}

// ItemRow is one item.
type ItemRow struct {
	ID     string
	State  string // "", "hidden", "changed", "your own"
	Main   string
	Second string // author, answer or summary
	Hidden bool
	Edited bool
	Own    bool
	Parts  []ItemField
	Error  string
}

// ItemField is one part of an item in its form.
type ItemField struct {
	Name, Label, Value string
	Long               bool
}
