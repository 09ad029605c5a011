package views

// Firmware is the page of images and who runs them.
type Firmware struct {
	Page
	Upload      FirmwareUpload
	Images      []FirmwareImage // newest first
	Assignments []Assignment
	Parts       []FlashPart
	Targets     []Target // whom an image can be assigned to
}

// FirmwareUpload is the upload form with what was typed.
type FirmwareUpload struct {
	DeviceType, Description, Version string
	Signature                        string
	AutoAssign                       bool
	Types                            []string // known device types, offered while typing
	MaxSize                          string   // "16 MB"
	Several                          string   // why several files are refused with a version or signature
	Results                          []Uploaded
}

// Uploaded is what became of an uploaded file.
type Uploaded struct {
	Kind     string // "stored", "refused", "dropped" by choice, or "question": nothing is stored before a choice is made
	Filename string // "" where the answer is not about one file
	Sentence string
	Key      string   // of the stored image
	Facts    []string // "ESP32-S3", "1.2 MB", "signed"
	Warnings []string
	Held     string // names the file that is kept while the question stands
	Choices  []Choice
}

// Choice is one answer to a question about an upload.
type Choice struct {
	Value, Label string // Value goes back in the field "choice"
	Hint         string
	Primary      bool
}

// FirmwareImage is one uploaded image.
type FirmwareImage struct {
	Key, DeviceType, Version string
	Description              string
	Chip, Size, Uploaded     string
	Downloads                int
	Signed                   string // "signed by release-2026", "" = not signed
	Distrusted               string // "signed by release-2025, no longer trusted", "" = not so
	SignNow                  bool   // it can be signed with the server's key
	RunBy                    []Link
	AssignedTo               []string // why it cannot be deleted; empty = it can
	Segments                 []Segment
}

// Segment is one part of an image as it lies in the chip's memory.
type Segment struct{ Address, Size, Kind string }

// Target is whom firmware can be assigned to; Value is "device:<id>", "group:<name>" or "type:<type>".
type Target struct {
	Value, Label    string
	IsType, IsGroup bool
	DeviceType      string
}

// Assignment says which image a device or a type should run.
type Assignment struct {
	Target   string // as in Target.Value
	Words    string // "all devices of type ESP32_LED_Blink"
	URL      string // of the device; "" for a type
	Key      string
	Progress string // "3 of 5 run it"
}

// FlashPart is a bootloader or partition table, kept for flashing by wire.
type FlashPart struct {
	SHA256, Kind, Filename, Size, Uploaded string
	Slots                                  []Pair
}

// Settings is the page of choices for the whole installation.
type Settings struct {
	Page
	Enrolment    string // approve, open or closed
	PendingLimit int

	PublicURL      string
	TimeZone       string
	TimeZones      []string
	ActiveTimeout  int // seconds
	RefreshSeconds int

	Household Household
	Signing   Signing
	Downloads Downloads
	Updates   UpdateSettings

	Hosts       []string // confirmed names
	ThisHost    string   // the name this page was opened under, when it is not confirmed yet
	OTAUser     string
	OTAPassword bool // one is set

	Keys   []Key
	NewKey string // shown once, right after it was made

	Sessions int // of this user, on all devices
	Errors   map[string]string
	Saved    string // form just saved: enrolment, server, hosts, ota, updates, keys, password
}

// Key is an API key; what it is was shown once and is not known any more.
type Key struct {
	ID, Name, Scopes, Created string
}
