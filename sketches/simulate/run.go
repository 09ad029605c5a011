package simulate

import (
	"context"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// firstInterval is the simulated time over which the devices are switched on, at most a quarter of the run.
const firstInterval = time.Minute

// Run simulates devices until c.Duration is over, c.Requests are used up or ctx ends, and reports what they saw. It fails
// only when c cannot be used; what the server does wrong is in the report.
func Run(ctx context.Context, c Config) (*Report, error) {
	ownClient := c.HTTP == nil
	c, err := c.filled()
	if err != nil {
		return nil, err
	}
	for _, dir := range []string{c.ScreensDir, c.StateDir} {
		if dir == "" {
			continue
		}
		if err := os.MkdirAll(dir, 0o750); err != nil {
			return nil, fmt.Errorf("simulate: folder %q: %w", dir, err)
		}
	}
	sim := &simulation{
		Config: c, recorder: newRecorder(c),
		clock: clock{now: c.Now, sleep: c.Sleep, start: c.Now(), speed: c.Speed},
	}
	sim.end = time.Duration(float64(c.Duration) * c.Speed)
	spread := min(firstInterval, sim.end/4)
	var wg sync.WaitGroup
	for i := range c.Devices {
		d := newDevice(sim, i)
		d.due[actRegister] = spread * time.Duration(i) / time.Duration(c.Devices)
		wg.Go(func() { d.run(ctx) })
	}
	wg.Wait()
	if ownClient {
		c.HTTP.CloseIdleConnections()
	}
	return sim.finish(), nil
}

// simulation is what all devices of one Run share.
type simulation struct {
	Config
	*recorder
	clock clock
	end   time.Duration // simulated

	images  sync.Map     // digest -> what it covers of an image that some device installed, for patches
	patches atomic.Int64 // that arrived
}
