package views

// Fleet is the page of all approved devices and their firmware.
type Fleet struct {
	Page
	Facets []Facet
	Query  string // of the address, as it is filtered now, without its page
	Live   string // address of the rows shown, to fetch them again
	All    int    // devices that match
	Rows   []FleetRow
	From   int    // number of the first row shown, from 1
	Older  string // address of the rows before, "" = none
	Newer  string // address of the rows after, "" = none
	Groups []string
	Error  string // why the groups were not changed
}

// Facet is one thing devices are filtered by.
type Facet struct {
	Name, Label string // Name is the field's
	Options     []FacetOption
}

// FacetOption is one choice with how many devices it leaves.
type FacetOption struct {
	Value, Label string
	Count        int
	Selected     bool
}

// FleetRow is one device.
type FleetRow struct {
	ID, Title, URL string
	DeviceType     string
	Version        string
	Chip           string
	Groups         []string
	Reach          string // "online", "asleep until 14:20", "silent 3 h"
	Online         bool
	Decision       string // why it gets something, or why not
	Warm           bool   // the owner should look
	Progress       *Progress
}
