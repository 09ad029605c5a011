package simulate

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"
)

// Config says which devices to simulate and for how long. Server and Now are required.
type Config struct {
	// Server is the base URL, such as http://localhost:5000.
	Server string
	// Devices is the number of devices, 1 if zero.
	Devices int
	// Duration is how long Run lasts on Now's clock, a minute if zero; devices live Duration × Speed.
	Duration time.Duration
	// Speed is simulated seconds per second: 1 (also if zero) is real time, 60 a simulated minute per second.
	Speed float64
	// Seed decides ids, readings and jitter: the same seed sends the same.
	Seed uint64
	// ScreensDir, if set, receives the last screen of each device as <device_id>.png.
	ScreensDir string
	// StateDir, if set, is the devices' flash: token and running image as <device_id>.json. Without it a second Run with
	// the same Seed is a set of boards whose flash was erased, which an admin has to re-enrol.
	StateDir string
	// Legacy is how many of the devices (the last ones) behave like firmware 2.4.x.
	Legacy int
	// DeviceType is reported by every device, "ESP32_PersonalCMS" if empty.
	DeviceType string
	// Prefix starts every device id, "sim" if empty.
	Prefix string
	// Chip is reported at registration, "esp32" if empty.
	Chip string
	// Deltas lets devices that are not legacy accept patches once they run an image that they installed in this run.
	Deltas bool
	// CorruptDeltas damages every so many patches on their way, 1 all of them; 0 none. The devices then have to get on without.
	CorruptDeltas int
	// SlotSize is the size of the devices' update slot in bytes, 1966080 if zero.
	SlotSize int
	// WakeEvery makes the devices sleep and do everything no more often than this, simulated; 0 means they never sleep.
	WakeEvery time.Duration
	// OnlyUpdates leaves out screens, readings and logs: for large fleets, where updates are what matters.
	OnlyUpdates bool
	// Fault, if set, says how an image fails on a device. It may be called by many devices at once.
	Fault func(deviceID, firmwareKey, version string) Fault
	// Off, if set, says whether a device is without power now. It may be called by many devices at once.
	Off func(deviceID string) bool
	// Installed, if set, is told of each image that a device has written. It may be called by many devices at once.
	Installed func(Installation)
	// Requests ends the run after so many requests in total; 0 means no bound.
	Requests int
	// HTTP sends the requests; nil makes a client that keeps a connection per device. Redirects are never followed.
	HTTP *http.Client
	// Now is the clock, time.Now in a program.
	Now func() time.Time
	// Sleep waits on Now's clock; nil uses a timer. It returns an error only when ctx ended.
	Sleep func(ctx context.Context, d time.Duration) error
	// Log receives a line per violation, installed update and identify command; nil discards.
	Log io.Writer
}

// Installation is an image that a device has written to its slot.
type Installation struct {
	DeviceID, Chip      string // of the device
	FirmwareKey, SHA256 string // of the image
	Offered             time.Time
}

const (
	defaultDuration = time.Minute
	requestTimeout  = 30 * time.Second
	maxIdleConns    = 1024
)

var prefixForm = regexp.MustCompile(`^[A-Za-z0-9._-]{1,40}$`)

// filled returns c with defaults set, or an error naming the field that cannot be used.
func (c Config) filled() (Config, error) {
	c.Devices = max(c.Devices, 1)
	if c.Duration <= 0 {
		c.Duration = defaultDuration
	}
	if c.Speed == 0 {
		c.Speed = 1
	}
	c.DeviceType = orElse(c.DeviceType, "ESP32_PersonalCMS")
	c.Prefix = orElse(c.Prefix, "sim")
	c.Chip = orElse(c.Chip, "esp32")
	if c.SlotSize == 0 {
		c.SlotSize = usualSlot
	}
	c.Server = strings.TrimRight(c.Server, "/")
	u, err := url.Parse(c.Server)
	switch {
	case err != nil:
		return c, fmt.Errorf("simulate: server %q: %w", c.Server, err)
	case u.Host == "" || (u.Scheme != "http" && u.Scheme != "https"):
		return c, fmt.Errorf("simulate: server %q is not an http:// or https:// address", c.Server)
	case math.IsNaN(c.Speed) || c.Speed <= 0 || c.Speed > 1e6:
		return c, fmt.Errorf("simulate: speed %v is not between 0 and 1000000", c.Speed)
	case c.SlotSize < 0 || c.WakeEvery < 0:
		return c, errors.New("simulate: a slot or a sleep of less than nothing")
	case c.Legacy < 0 || c.Legacy > c.Devices:
		return c, fmt.Errorf("simulate: %d legacy devices of %d", c.Legacy, c.Devices)
	case !prefixForm.MatchString(c.Prefix):
		return c, fmt.Errorf("simulate: prefix %q cannot start a device id", c.Prefix)
	case c.Now == nil:
		return c, errors.New("simulate: no clock (Config.Now)")
	}
	if c.Sleep == nil {
		c.Sleep = sleep
	}
	if c.Log == nil {
		c.Log = io.Discard
	}
	c.HTTP = c.client()
	return c, nil
}

// client is the configured client, or a new one, that hands redirects to the device: HTTPClient on a board does not follow.
func (c Config) client() *http.Client {
	client := &http.Client{}
	if c.HTTP != nil {
		*client = *c.HTTP
	} else {
		client.Transport = &http.Transport{
			MaxIdleConnsPerHost: min(c.Devices, maxIdleConns),
			IdleConnTimeout:     requestTimeout,
			DisableCompression:  true,
		}
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return client
}

func orElse(s, fallback string) string {
	if s == "" {
		return fallback
	}
	return s
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// clock turns real time into simulated time, counted from the start of the run.
type clock struct {
	now   func() time.Time
	sleep func(context.Context, time.Duration) error
	start time.Time
	speed float64
}

func (c clock) elapsed() time.Duration {
	return time.Duration(float64(c.now().Sub(c.start)) * c.speed)
}

// until waits for a simulated time; it sleeps at most once.
func (c clock) until(ctx context.Context, at time.Duration) error {
	if left := at - c.elapsed(); left > 0 {
		return c.sleep(ctx, time.Duration(float64(left)/c.speed))
	}
	return ctx.Err()
}
