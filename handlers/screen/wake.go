package screen

import (
	"crypto/sha256"
	"time"

	"personalcms/content/schedule"
	"personalcms/store"
)

// longestLayout is how long a layout stays at most before the device asks again: its owner may have changed it.
const longestLayout = time.Hour

// every is the least time between two drawings of a device's screen.
func every(device store.Device, settings store.Settings) time.Duration {
	seconds := settings.RefreshSeconds
	if device.Preferences.RefreshSeconds > 0 {
		seconds = device.Preferences.RefreshSeconds
	}
	return time.Duration(max(seconds, schedule.MinSeconds)) * time.Second
}

// clockStep is how often the clock on a screen moves on: with every refresh, but not at every request
// of a device that asks more often. A panel flashes when it is drawn.
func clockStep(device store.Device, settings store.Settings) time.Duration {
	return min(every(device, settings), 5*time.Minute)
}

// grid is the next of the times at which a device asks when nothing else tells it to.
func grid(every time.Duration, deviceID string, now time.Time) time.Time {
	return spread(deviceID, now.Truncate(every).Add(every))
}

// spread puts devices a little apart, so that not all of them come at the same second.
func spread(deviceID string, t time.Time) time.Time {
	return t.Add(time.Duration(sha256.Sum256([]byte(deviceID))[0]) * 20 * time.Second / 256)
}

// wake is when the device should ask again: when its playlist goes on, or when something on its layout will have
// changed, but not more often than its owner wants.
func (c *composer) wake(plan schedule.Decision, changes time.Time) time.Time {
	switch plan.Show.Kind {
	case schedule.KindLayout, schedule.KindNothing:
	default:
		return spread(c.device.ID, plan.Wake)
	}
	soonest := c.now.Truncate(every(c.device, c.settings)).Add(every(c.device, c.settings))
	at := c.now.Add(max(longestLayout, every(c.device, c.settings)))
	for _, t := range append(c.expected, changes) {
		if !t.IsZero() && t.Before(at) {
			at = t
		}
	}
	if at.Before(soonest) {
		at = soonest
	}
	if !plan.Until.IsZero() && plan.Until.Before(at) {
		at = plan.Until
	}
	return spread(c.device.ID, at)
}
