package admin

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"personalcms/ota"
	"personalcms/store"
	"personalcms/views"
)

// decided is what an update of a device rests on, and what is decided about it now.
type decided struct {
	facts    store.UpdateFacts
	status   store.Status
	decision ota.Decision
	zone     *time.Location
}

func (h *Handler) decide(device store.Device) (decided, error) {
	facts, err := h.db.UpdateFacts(device.ID)
	if err != nil {
		return decided{}, err
	}
	status := h.db.Status(device.ID)
	running := ota.CheckIn{ImageSHA256: status.ImageSHA256, State: status.OTAState}
	return decided{facts, status, ota.Decide(facts.Input(running, status), h.now()), facts.Settings.Zone(device)}, nil
}

// deviceUpdate is what a device runs and what it waits for, as its tile shows it.
func (h *Handler) deviceUpdate(device store.Device) (views.DeviceUpdate, error) {
	d, err := h.decide(device)
	if err != nil {
		return views.DeviceUpdate{}, err
	}
	return h.updateNow(device, d), nil
}

// deviceFirmware is all there is to say about a device's firmware, as its own page shows it.
func (h *Handler) deviceFirmware(device store.Device) (views.DeviceUpdate, error) {
	d, err := h.decide(device)
	if err != nil {
		return views.DeviceUpdate{}, err
	}
	update := h.updateNow(device, d)
	update.Facts = h.updateFacts(device, d)
	update.Window = deviceWindow(device, d.facts.Settings)
	if update.History, err = h.updateHistory(d); err != nil {
		return update, err
	}
	update.Choices, err = h.firmwareChoices(device, d.facts)
	return update, err
}

func (h *Handler) updateNow(device store.Device, d decided) views.DeviceUpdate {
	decision, now := d.decision, h.now()
	update := views.DeviceUpdate{Running: device.FirmwareVersion, RunningKey: device.RunningKey, Decision: decision.Message}
	update.Settled = decision.Reason == ota.ReasonNoAssignment || decision.Reason == ota.ReasonAlreadyInstalled
	if device.RunningKey != "" {
		update.Running = strings.TrimPrefix(device.RunningKey, device.DeviceType+"_")
	}
	for _, attempt := range slices.Backward(d.facts.Attempts) {
		if attempt.FirmwareKey == device.RunningKey && attempt.State == ota.StateConfirmed && update.Confirmed == "" {
			update.Confirmed = "confirmed " + when(attempt.Ended, now, d.zone)
		}
		if attempt.Open() && update.Progress == nil {
			update.Progress = progressOf(attempt)
		}
	}
	update.Warm = slices.Contains([]string{
		ota.ReasonWrongChip, ota.ReasonTooLarge, ota.ReasonGivenUp, ota.ReasonCoolDown, ota.ReasonUnsigned, ota.ReasonRolloutHalted,
	}, decision.Reason)
	switch decision.Reason {
	case ota.ReasonCoolDown:
		update.Retry = "End the cool-down"
	case ota.ReasonBackOff:
		update.Retry = "Offer it now"
	case ota.ReasonGivenUp:
		update.Retry = "Try again"
	}
	return update
}

// updateFacts are what the decision rests on, in the order a person would ask.
func (h *Handler) updateFacts(device store.Device, d decided) []views.LinkedPair {
	var facts []views.LinkedPair
	if wanted := d.decision.Wanted; wanted != nil {
		fact := views.LinkedPair{Name: "Should run", Text: wanted.Version, URL: imageURL(wanted.Key), More: wishWords(device, d)}
		if wanted.DeviceType != device.DeviceType {
			fact.Text = wanted.Key
		}
		facts = append(facts, fact)
	}
	for _, joined := range d.facts.Rollouts {
		facts = append(facts, views.LinkedPair{
			Name: "Rollout", Text: joined.Rollout.Name, URL: rolloutURL(joined.Rollout.ID),
			More: fmt.Sprintf("stage %d of %d", joined.Member.Stage+1, len(joined.Rollout.Stages)),
		})
	}
	window := views.LinkedPair{Name: "May install", More: windowWords(d.facts.Settings.Window(device))}
	if device.Window == nil {
		window.More += ", as the household"
	}
	facts = append(facts, window)
	switch reach, wakes := d.facts.Settings.Reach(d.status, h.now()); {
	case reach == store.ReachAsleep:
		facts = append(facts, views.LinkedPair{Name: "Asleep", More: "expected to wake " + atTime(wakes, h.now(), d.zone)})
	case reach == store.ReachOffline && !d.status.LastSeen.IsZero():
		facts = append(facts, views.LinkedPair{Name: "Silent", More: "for " + span(h.now().Sub(d.status.LastSeen)) + "; updates wait until it is back", Warm: true})
	}
	return facts
}

// wishWords say who wants a device to run what it should.
func wishWords(device store.Device, d decided) string {
	switch d.decision.Wish {
	case ota.WishPin:
		return "pinned to this device"
	case ota.WishForced:
		return "once, as you asked"
	case ota.WishRollout:
		if d.decision.Returns {
			return "a rollout is taken back"
		}
		return "by a rollout"
	case ota.WishGroup:
		return "assigned to its group " + d.facts.Group.Group
	}
	return "assigned to all " + device.DeviceType
}

// atTime is a time as a person writes it after a verb.
func atTime(t, now time.Time, zone *time.Location) string {
	words := when(t, now, zone)
	if len(words) == len("15:04") {
		return "at " + words
	}
	return "on " + words
}

func progressOf(attempt ota.Attempt) *views.Progress {
	words := "Offered " + attempt.Version + ", not begun yet"
	switch attempt.State {
	case ota.StateDownloading:
		words = fmt.Sprintf("Installing %s, %s of %s", attempt.Version, size(attempt.Bytes), size(attempt.Size))
	case ota.StateRebooting:
		words = "Installed " + attempt.Version + ", waits for its first check-in"
	case ota.StateOnTrial:
		words = "Runs " + attempt.Version + " on trial"
	}
	return &views.Progress{Done: attempt.Bytes, Total: attempt.Size, Words: words}
}

// firmwareChoices are the images that could run on a device, its own type first.
func (h *Handler) firmwareChoices(device store.Device, facts store.UpdateFacts) ([]views.Option, error) {
	all, err := h.db.AllFirmware()
	if err != nil {
		return nil, err
	}
	label := "as its type: nothing assigned"
	switch {
	case facts.Group != nil:
		label = "as its group " + facts.Group.Group + ": " + facts.Firmware[facts.Group.FirmwareKey].Version
	case facts.Type != nil:
		label = "as its type: " + facts.Firmware[facts.Type.FirmwareKey].Version
	}
	choices := []views.Option{{Value: "", Label: label, Selected: device.AssignedKey == ""}}
	slices.SortStableFunc(all, func(a, b store.Firmware) int {
		return boolOrder(b.DeviceType == device.DeviceType, a.DeviceType == device.DeviceType)
	})
	for _, firmware := range all {
		if device.Chip != "" && firmware.Image.Chip != device.Chip {
			continue
		}
		label := firmware.Version
		if firmware.DeviceType != device.DeviceType {
			label = firmware.DeviceType + " " + firmware.Version
		}
		choices = append(choices, views.Option{Value: firmware.Key, Label: label, Selected: device.AssignedKey == firmware.Key})
	}
	return choices, nil
}

func boolOrder(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}
