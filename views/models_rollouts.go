package views

// Rollouts is the page that lists all rollouts.
type Rollouts struct {
	Page
	Rows   []RolloutRow // newest first
	Images bool         // there is an image that could be rolled out
	May    bool         // who looks may change something
}

// RolloutRow is one rollout in the list.
type RolloutRow struct {
	ID, Name, Key string
	Status        string // "Running, stage 2 of 3"
	Class         string // of the status: good, warm or soft
	Bar           RolloutBar
	Counts        string // "41 of 120 confirmed, 3 failed"
	When          string // "begun 14:05 by admin"
}

// RolloutBar is a picture of how far devices have come. Places and widths are percentages of the whole.
type RolloutBar struct {
	Label string // the same in words
	Parts []BarPart
	Marks []BarMark
}

// BarPart is a part of a bar; Class says what it stands for: confirmed, active, waiting, failed, retrying, returned.
type BarPart struct {
	Class     string
	At, Width float64
}

// BarMark is a threshold at a place of a bar, with what happens there.
type BarMark struct {
	At    float64
	Below bool // it is drawn below the bar
	Words string
}

// Rollout is the page of one rollout.
type Rollout struct {
	Page
	ID, Name string
	Class    string // of the sentence: good, warm or soft
	Sentence string // how far it is
	Why      string // it was halted; "" = it was not
	About    []Pair
	Stages   []RolloutStage
	Acts     []RolloutAct
	Lists    []MemberList
	Query    string // what of the lists is looked at, for the address of the live part
	Extend   *ExtendForm
	May      bool // who looks may change something
}

// RolloutStage is one stage as it stands.
type RolloutStage struct {
	Number int
	Share  string // "10 % of the devices", "group Hall"
	State  string // "finished 14:20", "running since 14:05", "waits for stage 1"
	Class  string // done, now, stopped or later
	Rule   string // "Goes on when 90 % have confirmed, halts when 10 % have failed."
	Bar    RolloutBar
	Counts []BarCount
	Away   string // "2 of them are offline; they join when they come back"
}

// BarCount is how many devices a colour of the bar stands for.
type BarCount struct{ Class, Words string }

// RolloutAct is a button of a rollout's page.
type RolloutAct struct {
	Name, Label string // Name is the last part of its address
	Class       string
	Ask         bool // it leads to a page that asks first
	Fields      []Field
}

// MemberList is devices of a rollout in one state, cut to what is shown.
type MemberList struct {
	State, Title string
	Rows         []MemberRow
	More         string // "All 412", leads to the state alone; "" = these are all
	Newer, Older string // addresses of other pages of this list, "" = there are none
	Pages        string // "51–100 of 412"
}

// MemberRow is one device of a rollout.
type MemberRow struct {
	URL, Title string
	Stage      string // "stage 2"
	Words      string // why it failed or what it waits for
	Reach      string // "asleep, wakes at 14:20"; "" = it is online
	Warm       bool
	Progress   *Progress
	When       string
}

// RolloutConfirm asks before something that changes many devices or cannot be undone.
type RolloutConfirm struct {
	Page
	ID, Name  string
	Heading   string
	Sentences []string
	Action    string // last part of the address
	Label     string
}

// RolloutForm makes a rollout, with what was typed.
type RolloutForm struct {
	Page
	ID         string // the new rollout will have it, so that a form that is sent twice makes one rollout
	Images     []OptionGroup
	Types      []Option // labels with the number of devices
	Versions   []Option
	Groups     []Option
	Chips      []Option
	SeenWithin string // hours
	NotSeenFor string // hours
	Rollback   bool
	Name       string
	Stages     []StageForm
	Look       RolloutLook
	Errors     map[string]string // by field
}

// StageForm is one stage of a form, as it was typed.
type StageForm struct {
	Whom    string // "" = a share, "group:<name>"
	Percent string
	Start   string // at_once, at_time or by_hand
	At      string // "2026-11-24T14:00"
	Success string // percent
	Failure string // percent
	Min     string // devices
	Soak    string
	Unit    string // of Soak: minutes or hours

	Whoms []Option
	Rule  string // the thresholds in words
	Open  bool   // the thresholds are unfolded
}

// ExtendForm adds a stage to a rollout.
type ExtendForm struct {
	ID     string // of the rollout
	Stage  StageForm
	Errors map[string]string
	Open   bool
}

// RolloutLook is what would come of a plan.
type RolloutLook struct {
	Seen     string // names the plan that was looked at
	Again    bool   // the plan has changed since it was looked at
	Problem  string // why nothing can be said yet
	Meant    string
	Notes    []string
	Warnings []string
	Stages   []string
	Bar      RolloutBar
}
