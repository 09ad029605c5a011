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
// device said before counts. That it once went back says nothing of what it was given since.
func (h *Handler) checkInOf(deviceID string, imageSHA256, state string) ota.CheckIn {
	status := h.db.Status(deviceID)
	if imageSHA256 == "" && state == "" && status.OTAState != "rolled_back" {
		state = status.OTAState
	}
	return ota.CheckIn{ImageSHA256: cmp.Or(imageSHA256, status.ImageSHA256), State: state}
}

// checkIn takes from a device's check-in what became of its updates, and what it says of itself; it returns the facts as
// they are then. Most change nothing and write nothing.
func (h *Handler) checkIn(deviceID string, in ota.CheckIn, said checkHeaders) (store.UpdateFacts, error) {
	facts, err := h.db.UpdateFacts(deviceID)
	if err != nil {
		return facts, err
	}
	if _, changed := h.settle(facts, in, said); !changed {
		return facts, nil
	}
	return h.db.StepUpdate(deviceID, func(facts store.UpdateFacts) (store.Changed, error) {
		step, changed := h.settle(facts, in, said)
		if !changed {
			return step, store.ErrUnchanged
		}
		return step, nil
	})
}

// settle is the step that follows from what a device says of its image: the attempts that have come
// to an end, and which firmware it runs.
func (h *Handler) settle(facts store.UpdateFacts, in ota.CheckIn, said checkHeaders) (store.Changed, bool) {
	step, now := store.Changed{Device: facts.Device}, h.now()
	changed := said.describe(&step.Device)
	for i, attempt := range facts.Attempts {
		if !attempt.Open() && i < len(facts.Attempts)-1 {
			continue // only the newest can still come through after it was given up
		}
		if next := attempt.OnCheckIn(in, now); next != attempt {
			step.Note(next, now)
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

// offer decides what to install and is the step that follows from it.
func (h *Handler) offer(facts store.UpdateFacts, running ota.CheckIn) (ota.Decision, *ota.Attempt, store.Changed, bool) {
	step, now := store.Changed{Device: facts.Device}, h.now()
	device := &step.Device
	decision := ota.Decide(facts.Input(running, h.db.Status(device.ID)), now)
	changed := noteDecision(&step, decision, now)
	var current *ota.Attempt
	for _, attempt := range facts.Attempts {
		switch {
		case !attempt.Open():
		case continues(attempt, decision):
			current = &attempt
		case !attempt.Running() || decision.Offer != nil:
			step.Note(calledOff(attempt, decision, now), now)
			changed = true
		}
	}
	switch {
	case decision.Offer != nil && current == nil:
		attempt := newAttempt(*device, decision, now)
		attempt.Named = running.ImageSHA256 != ""
		current, changed = &attempt, true
		step.Note(attempt, now)
	case decision.Skip:
		changed = true
		step.Note(newAttempt(*device, decision, now).End(ota.StateSkipped, decision.Message, now), now)
	}
	return decision, current, step, changed
}

// noteDecision keeps a decision that differs from the one before, and tells whether it does. A battery that
// loses a percent is no news for the history.
func noteDecision(step *store.Changed, decision ota.Decision, now time.Time) bool {
	device := &step.Device
	if device.UpdateReason == decision.Reason && device.UpdateMessage == decision.Message {
		return false
	}
	same := device.UpdateReason == decision.Reason && decision.Reason == ota.ReasonLowBattery
	device.UpdateReason, device.UpdateMessage = decision.Reason, decision.Message
	if decision.Offer == nil && !same {
		step.Log = append(step.Log, store.Entry{Time: now, Kind: store.LogUpdate, DeviceID: device.ID, Level: "info", Message: decision.Message})
	}
	return true
}

// continues tells whether an open attempt is the one that a decision offers.
func continues(attempt ota.Attempt, decision ota.Decision) bool {
	return decision.Offer != nil && attempt.FirmwareKey == decision.Offer.Key && attempt.UpdateType == decision.UpdateType &&
		attempt.Rollout == decision.Rollout && attempt.Returns == decision.Returns
}

// calledOff is an open attempt that must not go on: put off where the device only has to wait, else cancelled.
func calledOff(attempt ota.Attempt, decision ota.Decision, now time.Time) ota.Attempt {
	if decision.Waits && decision.Wanted != nil && decision.Wanted.Key == attempt.FirmwareKey {
		return attempt.End(ota.StateDeferred, decision.Message, now)
	}
	return attempt.End(ota.StateCancelled, "", now)
}

// newAttempt is a device's attempt to install what a decision wants.
func newAttempt(device store.Device, decision ota.Decision, now time.Time) ota.Attempt {
	raw := make([]byte, 8)
	_, _ = rand.Read(raw) // never fails: crypto/rand ends the program instead
	attempt := ota.Attempt{
		ID: hex.EncodeToString(raw), DeviceID: device.ID, UpdateType: decision.UpdateType, Rollout: decision.Rollout, Returns: decision.Returns,
		FromKey: device.RunningKey, FromVersion: device.FirmwareVersion, State: ota.StateOffered, Offered: now, Updated: now,
	}
	if target := decision.Wanted; target != nil {
		attempt.FirmwareKey, attempt.Version, attempt.Size = target.Key, target.Version, target.Image.Size
		attempt.SHA256, attempt.ImageSHA256 = target.Image.SHA256, target.Image.ImageSHA256
	}
	return attempt
}

// checkHeaders are what a device says of itself when it asks for updates.
type checkHeaders struct {
	version, deviceType string
	slotSize            int64 // bytes, 0 = it does not say
	acceptsDelta        bool  // it can apply patches (ota.DeltaFormat)
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
	said.acceptsDelta = header.Get("X-Accept-Delta") == ota.DeltaFormat
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
