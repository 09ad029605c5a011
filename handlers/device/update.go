package device

import (
	"cmp"
	"crypto/rand"
	"encoding/hex"
	"time"

	"personalcms/ota"
	"personalcms/store"

	"github.com/labstack/echo/v4"
)

// checkInOf is what a request says of the image the device runs; where it says nothing, what the
// device said since it started counts.
func (h *Handler) checkInOf(deviceID string, imageSHA256, state string) ota.CheckIn {
	status := h.db.Status(deviceID)
	return ota.CheckIn{ImageSHA256: cmp.Or(imageSHA256, status.ImageSHA256), State: cmp.Or(state, status.OTAState)}
}

// checkIn takes from a device's check-in what became of its updates. Most change nothing and write nothing.
func (h *Handler) checkIn(deviceID string, in ota.CheckIn) error {
	facts, err := h.db.UpdateFacts(deviceID)
	if err != nil {
		return err
	}
	if _, changed := h.settle(facts, in); !changed {
		return nil
	}
	_, err = h.db.StepUpdate(deviceID, func(facts store.UpdateFacts) (store.Changed, error) {
		step, changed := h.settle(facts, in)
		if !changed {
			return step, store.ErrUnchanged
		}
		return step, nil
	})
	return err
}

// settle is the step that follows from what a device says of its image: the attempts that have come
// to an end, and which firmware it runs.
func (h *Handler) settle(facts store.UpdateFacts, in ota.CheckIn) (store.Changed, bool) {
	step, changed, now := store.Changed{Device: facts.Device}, false, h.now()
	for _, attempt := range facts.Attempts {
		if next := attempt.OnCheckIn(in, now); next != attempt {
			note(&step, next, now)
			changed = true
		}
	}
	if in.ImageSHA256 != "" && in.State != "pending_verify" {
		if running := h.db.RunningKey(in.ImageSHA256, step.Device.DeviceType); running != step.Device.RunningKey {
			step.Device.PreviousKey, step.Device.RunningKey = step.Device.RunningKey, running
			changed = true
		}
	}
	return step, changed
}

// note puts a changed attempt into a step, with what its end means for the device and a line in the log.
func note(step *store.Changed, attempt ota.Attempt, now time.Time) {
	step.Attempts = append(step.Attempts, attempt)
	entry := store.Entry{Time: now, Kind: store.LogUpdate, DeviceID: attempt.DeviceID, Level: "info"}
	device := &step.Device
	switch attempt.State {
	case ota.StateConfirmed:
		if device.RunningKey != attempt.FirmwareKey {
			device.PreviousKey, device.RunningKey = device.RunningKey, attempt.FirmwareKey
		}
		entry.Message = "Update to " + attempt.Version + " is confirmed."
	case ota.StateFailed:
		entry.Level, entry.Message = "error", "Update to "+attempt.Version+" failed: "+cmp.Or(attempt.Error, "the device did not say why")+"."
	case ota.StateRolledBack:
		entry.Level, entry.Message = "error", "Update to "+attempt.Version+" was rolled back."
	case ota.StateCancelled:
		entry.Message = "Update to " + attempt.Version + " was called off."
	case ota.StateOffered:
		entry.Message = "Update to " + attempt.Version + " is offered."
	default:
		return
	}
	ended := attempt.State == ota.StateConfirmed || attempt.State == ota.StateRolledBack
	if ended && device.ForcedKey == attempt.FirmwareKey {
		device.ForcedKey = "" // a forced update is used up by its own end and by nothing else
	}
	step.Log = append(step.Log, entry)
}

// offer decides what to install and is the step that follows from it.
func (h *Handler) offer(facts store.UpdateFacts, running ota.CheckIn, said checkHeaders) (ota.Decision, *ota.Attempt, store.Changed, bool) {
	step, changed := h.settle(facts, running)
	now, device := h.now(), &step.Device
	if said.describe(device) {
		changed = true
	}
	facts.Device, facts.Attempts = step.Device, merge(facts.Attempts, step.Attempts)
	if facts.Forced != nil && device.ForcedKey == "" {
		facts.Forced = nil
	}
	decision := ota.Decide(facts.Input(running), now)
	if device.UpdateReason != decision.Reason || device.UpdateMessage != decision.Message {
		device.UpdateReason, device.UpdateMessage, changed = decision.Reason, decision.Message, true
	}
	wanted := ""
	if decision.Offer != nil {
		wanted = decision.Offer.Key
	}
	var current *ota.Attempt
	for _, attempt := range facts.Attempts {
		switch {
		case !attempt.Open():
		case attempt.FirmwareKey == wanted && attempt.UpdateType == decision.UpdateType:
			current = &attempt
		case attempt.State != ota.StateInstalled || wanted != "":
			attempt.State, attempt.Updated, attempt.Ended = ota.StateCancelled, now, now
			note(&step, attempt, now)
			changed = true
		}
	}
	if decision.Offer != nil && current == nil {
		attempt := newAttempt(*device, decision, now)
		current, changed = &attempt, true
		note(&step, attempt, now)
	}
	return decision, current, step, changed
}

// merge replaces attempts by their newer states.
func merge(attempts, newer []ota.Attempt) []ota.Attempt {
	merged := append([]ota.Attempt(nil), attempts...)
	for _, next := range newer {
		for i := range merged {
			if merged[i].ID == next.ID {
				merged[i] = next
			}
		}
	}
	return merged
}

func newAttempt(device store.Device, decision ota.Decision, now time.Time) ota.Attempt {
	raw := make([]byte, 8)
	_, _ = rand.Read(raw) // never fails: crypto/rand ends the program instead
	target := decision.Offer
	return ota.Attempt{
		ID: hex.EncodeToString(raw), DeviceID: device.ID, FirmwareKey: target.Key, Version: target.Version,
		SHA256: target.Image.SHA256, ImageSHA256: target.Image.ImageSHA256, Size: target.Image.Size,
		UpdateType: decision.UpdateType, FromKey: device.RunningKey, FromVersion: device.FirmwareVersion,
		State: ota.StateOffered, Offered: now, Updated: now,
	}
}

// checkHeaders are what a device says of itself when it asks for updates.
type checkHeaders struct {
	version, deviceType string
	slotSize            int64 // bytes, 0 = it does not say
}

// describe puts them into the device's record and tells whether that changed it.
func (s checkHeaders) describe(device *store.Device) bool {
	version, deviceType := cmp.Or(s.version, device.FirmwareVersion), cmp.Or(s.deviceType, device.DeviceType)
	slot := cmp.Or(s.slotSize, device.OTASlotSize)
	if version == device.FirmwareVersion && deviceType == device.DeviceType && slot == device.OTASlotSize {
		return false
	}
	device.FirmwareVersion, device.DeviceType, device.OTASlotSize = version, deviceType, slot
	return true
}

// readCheckHeaders reads and checks the headers of an update check.
func readCheckHeaders(c echo.Context) (checkHeaders, ota.CheckIn, error) {
	header := c.Request().Header
	said := checkHeaders{version: header.Get("X-Device-Version"), deviceType: header.Get("X-Device-Type")}
	running := ota.CheckIn{ImageSHA256: lower(header.Get("X-Image-SHA256")), State: header.Get("X-OTA-State")}
	if said.deviceType != "" && !ota.ValidDeviceType(said.deviceType) {
		return said, running, badDeviceType
	}
	if len(said.version) > maxText {
		return said, running, badRequest("too_long", "The version is too long.")
	}
	if !validDigest(running.ImageSHA256) {
		return said, running, badRequest("bad_value", "“X-Image-SHA256” has 64 hexadecimal digits.")
	}
	if !validOTAState(running.State) {
		return said, running, badRequest("bad_value", "“X-OTA-State” is confirmed, pending_verify or rolled_back.")
	}
	var err error
	said.slotSize, err = slotSize(header.Get("X-OTA-Slot-Size"))
	return said, running, err
}
