package store

import (
	"cmp"
	"time"

	"personalcms/ota"
)

// Changed is what a step of an update writes: the device, its attempts and
// log lines, all in one transaction.
type Changed struct {
	Device   Device
	Attempts []ota.Attempt
	Log      []Entry
}

// Note puts a changed attempt into the step, with what its end means for the device and a line in the log.
func (c *Changed) Note(attempt ota.Attempt, now time.Time) {
	c.Attempts = append(c.Attempts, attempt)
	device := &c.Device
	if attempt.State == ota.StateConfirmed && device.RunningKey != attempt.FirmwareKey {
		device.PreviousKey, device.RunningKey = device.RunningKey, attempt.FirmwareKey
	}
	ended := attempt.State == ota.StateConfirmed || attempt.State == ota.StateRolledBack
	if ended && device.ForcedKey == attempt.FirmwareKey {
		device.ForcedKey = "" // a forced update is used up by its own end and by nothing else
	}
	if level, message := told(attempt); message != "" {
		c.Log = append(c.Log, Entry{Time: now, Kind: LogUpdate, DeviceID: attempt.DeviceID, Level: level, Message: message})
	}
}

// told is what the log says of an attempt; "" where something else says it.
func told(attempt ota.Attempt) (level, message string) {
	update := "Update to " + attempt.Version
	switch attempt.State {
	case ota.StateOffered:
		return "info", update + " is offered."
	case ota.StateConfirmed:
		return "info", update + " is confirmed."
	case ota.StateFailed:
		return "error", update + " failed: " + cmp.Or(attempt.Error, "the device did not say why") + "."
	case ota.StateRolledBack:
		return "error", update + " was rolled back."
	case ota.StateInterrupted:
		return "warn", update + " was interrupted: " + attempt.Error + "."
	case ota.StateDeferred:
		return "info", update + " is put off."
	case ota.StateCancelled:
		return "info", update + " was called off."
	}
	return "", ""
}
