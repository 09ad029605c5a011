package views

// DeviceUpdate is what a device runs, should run, and how it got there.
type DeviceUpdate struct {
	Running, RunningKey string // version and key; Running "" = it did not say
	Confirmed           string // "confirmed 21 Nov", …
	Decision            string // what is decided about an update now, and why
	Settled             bool   // there is nothing to install
	Warm                bool   // the decision needs a look
	Progress            *Progress
	Retry               string // the button that lets what failed be offered again; "" = nothing has failed
	Facts               []LinkedPair
	History             UpdateHistory
	Window              UpdateWindow
	Choices             []Option // "" = as its type; else firmware keys
}

// LinkedPair is a name and what it is, where the first words of that may lead somewhere.
type LinkedPair struct {
	Name, Text, URL string
	More            string // words behind Text
	Warm            bool   // it needs a look
}

// UpdateHistory is what became of updates, newest first.
type UpdateHistory struct {
	Lines, Older []UpdateLine // Older unfold
}

// UpdateLine is an attempt to install something, or a decision about that.
type UpdateLine struct {
	When       string
	Decision   string // why something was not offered; "" = it is an attempt
	Device     Link   // of an attempt, where it is not clear from the page
	Kind       string // "update to", "back to", …
	Version    string
	URL        string // of the image
	State      string // "confirmed after 2 min", "failed: signature is wrong"
	OK, Failed bool
	Rollout    Link // it belongs to; without a text it belongs to none
}

// UpdateWindow is the form of when something may be installed.
type UpdateWindow struct {
	Choice    string // household, always or hours
	Household string // what the household's is, in words; "" = it is the household's form
	From, To  string
	Days      []string
	Weekdays  []Option
	Error     string
}

// UpdateSettings is the form of when devices install updates where their owner has not said otherwise.
type UpdateSettings struct {
	Window     UpdateWindow
	LowBattery string // percent
	Error      string // of the battery
}

// ImagePage is the page of one image.
type ImagePage struct {
	Page
	Image FirmwareImage
	Facts []Pair // what it says of itself
	File  FileBar
	Slots []SlotBar
	Notes []string // devices that are not in Slots, in words
	Now   ImageNow

	Targets []OptionGroup
	Groups  []GroupNote
}

// ImageNow is what changes by itself on the page of an image.
type ImageNow struct {
	Key       string
	Stats     []Stat
	Devices   []ImageDevice
	More      string // how many devices are not named
	History   []UpdateLine
	Failures  string // "2 failed, 1 was rolled back"
	Older     string // address of the next page of the history; "" = there is none
	Newer     string
	Query     string // which page of the history this is, for when it is fetched again
	OnlySince string // why there is no older one
}

// FileBar is a file as a bar of its parts.
type FileBar struct {
	Label string
	Parts []TimelinePart
	Keys  []TimelineKey
}

// SlotBar is an image beside the update slot of some devices, in units of a TimelineWidth.
type SlotBar struct {
	Slot, Devices string // "1.25 MB", "12 devices"
	Words         string // "fits, 160 KB (12 %) stay free"
	Fits          bool
	Image, Width  int // of image and slot
}

// ImageDevice is a device that runs an image, should run it, or gets it.
type ImageDevice struct {
	Link
	State    string // "runs it"
	By       string // "its type", "rollout Winter"
	OK, Warm bool
	Progress *Progress
}

// GroupNote says what an assignment to a group would mean.
type GroupNote struct {
	Name, Words string
	Warnings    []string
}

// UpdateCalendar is the page of when what is installed.
type UpdateCalendar struct {
	Page
	AnyTime string // who has no window
	Zone    string
	Coming  []CalendarDay
	Past    []CalendarDay
}

// CalendarDay is a day with what happens then.
type CalendarDay struct {
	Name  string // "Mon 23 Nov"
	Date  string // 2026-11-23
	Today bool
	Items []CalendarItem
}

// CalendarItem is something that happens on a day.
type CalendarItem struct {
	Time  string // "14:00", "02:00–04:00"; "" = none
	Words string
	Link  Link   // the rollout, device or image it is about
	Kind  string // window, plan, good or warm
}
