package ota_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"personalcms/ota"
)

// fleet is a server and its boards, played against a virtual clock: everything that decides is the real thing,
// everything that can go wrong is left to chance. What has to hold is checked at every step.
type fleet struct {
	t      testing.TB
	seed   uint64
	random *rand.Rand
	now    time.Time

	images  map[string]*ota.Target // that the server has
	gadgets []*gadget
	rollout ota.Rollout
	byType  *ota.Assigned
	bad     float64       // how often the new image comes to no good end on a board
	every   time.Duration // about as often a board checks
	calm    bool          // nobody goes away or comes any more
	stale   bool          // newcomers are looked for at the next tick

	made    int   // boards
	meant   int   // the most devices that were ever meant at a time
	offered []int // by stage: devices that were offered the image and are not deleted
	seen    map[ota.RolloutStatus]bool
}

// gadget is a board: what it really is and does, and what the server keeps of it.
type gadget struct {
	id, deviceType, chip string
	groups               []string
	slot                 int64
	window               ota.Window
	zone                 *time.Location
	battery              float64
	names, reports       bool // it names its image, it reports attempts; firmware 2.4.x does neither
	stubborn             bool // whatever it installs fails

	runs, former *ota.Target // really
	trial, back  bool        // it tries its image out; it has gone back by itself
	phase        phase
	fate         fate
	doing        int // the attempt it is at
	wake, absent time.Time

	key            string // of the image that the server takes it to run
	pinned, forced *ota.Target
	attempts       []ota.Attempt
	open           bool // one of them is
	member         ota.Member
	stage          int  // that it came into
	had            bool // it was offered what is rolled out
}

type phase int

const (
	idle phase = iota
	fetching
	restarting
	lost
)

// fate is what comes of an installation.
type fate int

const (
	goesWell fate = iota
	ignores       // it is offered the image and does nothing
	isCut         // the download, and the board is away for a while
	fails
	isDud   // all of it is fetched, and the board still runs the one before
	revolts // it goes back by itself
	isLost  // it is silent after it has written the image, for hours or days
	dies    // it is never heard of again
)

var (
	farOff = noon.AddDate(50, 0, 0)
	zones  = []string{"UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"}
)

// is is a happening of some probability.
func (f *fleet) is(probability float64) bool { return f.random.Float64() < probability }

// within is a random time of at least one minute.
func (f *fleet) within(longest time.Duration) time.Duration {
	return time.Duration(1+f.random.IntN(int(longest/time.Minute))) * time.Minute
}

func (f *fleet) fatal(format string, args ...any) {
	f.t.Helper()
	f.t.Fatalf("seed %d, %s, rollout %s in stage %d: %s", f.seed, f.now.Format(time.DateTime), f.rollout.Status, f.rollout.Stage, fmt.Sprintf(format, args...))
}

// newImages are what the server has: of type T version 2 is the new one and 1 and 1.5 are before it, 0.1 is not
// stored any more, 9 is newer than what is rolled out.
func newImages() map[string]*ota.Target {
	images := map[string]*ota.Target{}
	for _, version := range []string{"1", "1.5", "2", "9"} {
		image := target("T", version)
		images[image.Key] = image
	}
	other := target("U", "1")
	images[other.Key] = other
	return images
}

// join makes a board.
func (f *fleet) join() *gadget {
	f.made++
	g := &gadget{
		id: fmt.Sprintf("d%05d", f.made), deviceType: "T", chip: "esp32", slot: 1500, battery: 100,
		zone: location(zones[f.random.IntN(len(zones))]), stubborn: f.is(0.01), wake: f.now.Add(f.within(f.every)),
	}
	kind := f.random.IntN(4)
	g.names, g.reports = kind > 0, kind > 1
	version := "1"
	switch dice := f.random.IntN(100); {
	case dice < 20:
		version = "1.5"
	case dice < 23:
		version = "0.1"
	case dice < 25:
		version = "9"
	case dice < 27:
		version = "2"
	}
	g.runs = f.known(version)
	g.key = g.runs.Key
	f.odds(g)
	f.gadgets = append(f.gadgets, g)
	f.stale = true
	return g
}

// known is an image whether or not the server has it.
func (f *fleet) known(version string) *ota.Target {
	if image, kept := f.images[ota.FirmwareKey("T", version)]; kept {
		return image
	}
	return target("T", version)
}

// odds are what is unusual about a board.
func (f *fleet) odds(g *gadget) {
	switch f.random.IntN(100) {
	case 0, 1:
		g.chip = "esp32c3"
	case 2, 3:
		g.slot = 900
	case 4:
		g.slot = 0
	case 5:
		g.key = ""
	case 6, 7:
		g.pinned = f.images["T_1"]
	case 8, 9:
		g.battery = 10
	}
	switch f.random.IntN(10) {
	case 0, 1:
		g.window = ota.Window{From: "01:00", To: "05:00"}
	case 2:
		g.window = ota.Window{From: "22:00", To: "06:00", Days: []string{"mon", "wed", "sat"}}
	}
	for _, group := range []string{"hall", "roof"} {
		if f.is(0.1) {
			g.groups = append(g.groups, group)
		}
	}
}

var locations = map[string]*time.Location{}

func location(name string) *time.Location {
	if locations[name] == nil {
		at, err := time.LoadLocation(name)
		if err != nil {
			panic(err)
		}
		locations[name] = at
	}
	return locations[name]
}

// reachable is what the server thinks of a board.
func (g *gadget) reachable(now time.Time) bool { return !now.Before(g.absent) }

// checkIn is what a board says of its image.
func (g *gadget) checkIn() ota.CheckIn {
	if !g.names {
		return ota.CheckIn{}
	}
	in := ota.CheckIn{ImageSHA256: g.runs.Image.ImageSHA256, State: "confirmed"}
	switch {
	case g.trial:
		in.State = "pending_verify"
	case g.back:
		in.State = "rolled_back"
	}
	return in
}

// live is what a board does when it wakes.
func (f *fleet) live(g *gadget) {
	g.wake = f.now.Add(f.every/2 + f.within(f.every))
	switch g.phase {
	case idle:
		f.check(g)
		if g.phase == idle && !f.calm && f.is(0.01) {
			f.leave(g)
		}
	case fetching:
		f.fetched(g)
	case restarting:
		f.restarted(g)
	case lost:
		g.fate, g.phase = []fate{goesWell, revolts}[f.random.IntN(2)], restarting
		if !g.names {
			g.fate = goesWell
		}
		f.restarted(g)
	}
	g.battery = max(g.battery, float64(f.random.IntN(120)))
}

// leave sends a board away, for hours, days or good.
func (f *fleet) leave(g *gadget) {
	g.absent = f.now.Add(f.within(72 * time.Hour))
	if f.is(0.1) {
		g.absent = farOff
	}
	g.wake = g.absent
}

// begin starts what a board was offered.
func (f *fleet) begin(g *gadget, at int) {
	f.draw(g, at)
	if g.fate == ignores {
		return
	}
	f.become(g, at, g.attempts[at].OnBytes(g.attempts[at].Size/2, false, f.now))
	g.phase, g.doing, g.wake = fetching, at, f.now.Add(f.within(40*time.Minute))
}

// draw is the fate of an installation.
func (f *fleet) draw(g *gadget, at int) {
	bad := 0.02
	if g.attempts[at].FirmwareKey == "T_2" {
		bad = f.bad
	}
	g.fate = goesWell
	if g.stubborn || f.is(bad) {
		g.fate = []fate{ignores, isCut, fails, isLost, dies, isDud, revolts, fails, revolts}[f.random.IntN(9)]
	}
	if !g.names && (g.fate == isDud || g.fate == revolts) {
		g.fate = fails // nobody could tell
	}
	if f.calm && (g.fate == isLost || g.fate == dies || g.fate == isCut) {
		g.fate = fails
	}
}

// fetched is a download that came to its end or was cut.
func (f *fleet) fetched(g *gadget) {
	at := g.attempts[g.doing]
	g.phase = idle
	switch g.fate {
	case isCut:
		f.leave(g)
	case fails:
		if g.reports {
			f.report(g, ota.Report{State: ota.StateFailed, Error: "flash"})
		}
	case isDud:
		f.become(g, g.doing, at.OnBytes(at.Size, true, f.now))
	default:
		f.become(g, g.doing, at.OnBytes(at.Size, true, f.now))
		if g.reports {
			f.report(g, ota.Report{State: ota.ReportInstalled})
		}
		g.former, g.runs = g.runs, f.images[at.FirmwareKey]
		g.deviceType = g.runs.DeviceType
		g.trial, g.back, g.phase, g.wake = g.names, false, restarting, f.now.Add(f.within(5*time.Minute))
	}
}

// restarted is a board with a new image.
func (f *fleet) restarted(g *gadget) {
	switch g.fate {
	case isLost, dies:
		g.phase = lost
		g.absent = f.now.Add(f.within(96 * time.Hour))
		if g.fate == dies {
			g.absent = farOff
		}
		g.wake = g.absent
		return
	case revolts:
		g.runs, g.trial, g.back = g.former, false, true
		g.deviceType = g.runs.DeviceType
	}
	g.phase = idle
	f.check(g)
	if !g.trial || g.phase != idle {
		return
	}
	g.trial = false
	if g.reports {
		f.report(g, ota.Report{State: ota.StateConfirmed})
	}
	f.check(g)
}

// report is what a board says of the attempt it is at.
func (f *fleet) report(g *gadget, report ota.Report) {
	next, err := g.attempts[g.doing].OnReport(report, f.now)
	if err != nil {
		f.fatal("%s: %v", g.id, err)
	}
	f.become(g, g.doing, next)
}
