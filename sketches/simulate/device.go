package simulate

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"
)

// action is something a device does again and again.
type action int

const (
	actRegister action = iota
	actHeartbeat
	actSensor
	actScreen
	actCheck
	actContent
	actSequence
	actions
)

// Endpoint names in the report.
const (
	endRegister    = "register"
	endHeartbeat   = "heartbeat"
	endSensor      = "sensor-data"
	endDashboard   = "dashboard"
	endContent     = "content"
	endSequence    = "images-sequence"
	endPicture     = "picture"
	endCheck       = "check"
	endDownload    = "download"
	endReport      = "report"
	endLog         = "log"
	endPreferences = "preferences"
)

const (
	never = time.Duration(-1)

	heartbeatInterval = time.Minute
	sensorInterval    = time.Minute
	screenInterval    = 5 * time.Minute // when the server does not say
	checkInterval     = 2 * time.Minute
	contentInterval   = 2 * time.Minute
	sequenceInterval  = 5 * time.Minute
	pendingInterval   = 5 * time.Minute // between registrations of a pending device

	shortestWait  = 5 * time.Second
	longestWait   = 5 * time.Minute
	forbiddenWait = 2 * time.Minute
	conflictWait  = time.Minute

	usualSlot = 1966080
	flashSize = 4 << 20
)

// device is one simulated board: what it keeps in flash, in memory, and when it acts next.
type device struct {
	sim    *simulation
	id     string
	mac    string
	number int
	legacy bool
	flash  // what a restart does not lose

	registered, approved, spent bool
	dark                        bool // without power

	otaState, resetReason string
	bootAt                time.Duration
	heartbeatEvery        time.Duration
	ledMode               string
	ledBrightness         int

	values, jitter *rand.Rand
	due            [actions]time.Duration
	at             time.Duration // simulated time of the action being done
	failures       int
	wait           time.Duration // after an action that failed

	commands commands
	screen   screen
	update   update
	sensors  sensors
	v1       v1State
}

// flash is what a board keeps without power.
type flash struct {
	Token      string `json:"token"`
	DeviceType string `json:"device_type"`
	Version    string `json:"firmware_version"`
	Image      string `json:"image_sha256"` // digest that the running image says of itself, hex
	Boots      int    `json:"boot_count"`
	PublicKey  string `json:"ota_pubkey,omitempty"` // PEM; installs only what it signed, "" = whatever is offered
}

func newDevice(sim *simulation, number int) *device {
	identity := rand.New(rand.NewPCG(sim.Seed, uint64(number)<<2))
	serial := identity.Uint32N(1 << 24)
	d := &device{
		sim: sim, number: number + 1,
		id:     fmt.Sprintf("%s-%04d-%06x", sim.Prefix, number+1, serial),
		mac:    fmt.Sprintf("24:6F:28:%02X:%02X:%02X", serial>>16, serial>>8&0xff, serial&0xff),
		legacy: number >= sim.Devices-sim.Legacy,
		values: rand.New(rand.NewPCG(sim.Seed, uint64(number)<<2|1)),
		jitter: rand.New(rand.NewPCG(sim.Seed, uint64(number)<<2|2)),

		otaState: "confirmed", resetReason: "power_on", heartbeatEvery: heartbeatInterval, ledMode: "off",
	}
	factory := sha256.Sum256(fmt.Appendf(nil, "factory image of %s seed %d", sim.Chip, sim.Seed))
	d.flash = flash{DeviceType: sim.DeviceType, Version: factoryVersion, Image: hex.EncodeToString(factory[:])}
	if d.legacy {
		d.Version = legacyVersion
	}
	d.load()
	d.Boots++
	d.sensors = newSensors(d.values)
	for a := range d.due {
		d.due[a] = never
	}
	return d
}

// run does what is due until the simulation ends.
func (d *device) run(ctx context.Context) {
	defer d.close()
	for {
		a := d.next()
		if d.spent || a == actions || d.due[a] >= d.sim.end {
			break
		}
		if d.sim.clock.until(ctx, d.due[a]) != nil {
			return
		}
		d.at = d.due[a]
		d.due[a] = never
		if !d.powered() {
			continue
		}
		again := d.do(ctx, a)
		if ctx.Err() != nil {
			return
		}
		d.schedule(a, again)
	}
	if !d.spent {
		_ = d.sim.clock.until(ctx, d.sim.end) // only ctx can end it early, and then there is nothing left to do
	}
}

// next is the action due first, or actions if none is.
func (d *device) next() action {
	first := actions
	for a := range actions {
		if d.due[a] != never && (first == actions || d.due[a] < d.due[first]) {
			first = a
		}
	}
	return first
}

// schedule makes a due after a time, unless doing it has already decided otherwise or the device has to register first. A
// device that fell behind does not catch up, as with millis() in a sketch.
func (d *device) schedule(a action, after time.Duration) {
	if after == never || d.due[a] != never || (!d.registered && a != actRegister) {
		return
	}
	if d.registered && a != actRegister {
		after = max(after, d.sim.WakeEvery)
	}
	d.due[a] = d.at + after
	if now := d.sim.clock.elapsed(); d.due[a] < now {
		d.due[a] = now + after
	}
}

// do performs one action and returns after how long it is due again.
func (d *device) do(ctx context.Context, a action) time.Duration {
	switch a {
	case actRegister:
		return d.register(ctx)
	case actHeartbeat:
		return d.heartbeat(ctx)
	case actSensor:
		return d.sendSensors(ctx)
	case actScreen:
		return d.fetchScreen(ctx)
	case actCheck:
		return d.checkUpdate(ctx)
	case actContent:
		return d.fetchContent(ctx)
	case actSequence:
		return d.fetchSequence(ctx)
	}
	return never
}

// close counts what the device ended as and stores its flash.
func (d *device) close() {
	if d.approved {
		d.sim.count(func(r *Report) { r.Approved++ })
	}
	d.save()
}

// backOff sets d.wait: at least least, doubling with every failure in a row, spread so that a fleet does not return at once.
func (d *device) backOff(least time.Duration) {
	wait := min(shortestWait<<min(d.failures, 10), longestWait)
	d.failures++
	wait = time.Duration(float64(wait) * (0.5 + d.jitter.Float64()))
	d.wait = max(wait, least+time.Duration(float64(least)*0.2*d.jitter.Float64()))
}

// unregister makes the device register before it does anything else.
func (d *device) unregister() {
	d.registered = false
	for a := range d.due {
		d.due[a] = never
	}
	d.due[actRegister] = d.at + d.wait
}

// uptime is the whole seconds since the device booted.
func (d *device) uptime() int { return int((d.at - d.bootAt) / time.Second) }

// path is an endpoint of this device.
func (d *device) path(name string) string { return "/api/devices/" + d.id + "/" + name }

func (d *device) get(endpoint, target string) call {
	return call{endpoint: endpoint, method: http.MethodGet, target: target}
}

func (d *device) post(endpoint, target string, body object) call {
	return call{endpoint: endpoint, method: http.MethodPost, target: target, body: body}
}

func (d *device) violate(endpoint, what string) {
	d.sim.violation(Violation{Device: d.id, Endpoint: endpoint, What: what})
}

func (d *device) violateEach(endpoint string, what []string) {
	for _, w := range what {
		d.violate(endpoint, w)
	}
}
