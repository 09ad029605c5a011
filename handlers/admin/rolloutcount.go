package admin

import (
	"personalcms/handlers/fleet"
	"personalcms/ota"
	"personalcms/store"
)

// rolloutCount is what a rollout would reach if it began now.
type rolloutCount struct {
	Devices int            `json:"devices"` // that are meant
	Stages  []stageCount   `json:"stages"`
	Outside int            `json:"outside"`         // meant, but no stage has room for them
	Passed  map[string]int `json:"passed_over"`     // those that will not install it, by reason: wrong_chip, too_large, already_installed, older, unsigned, pinned
	Turned  map[string]int `json:"change_type_for"` // those that will become what the image is, by their type now
}

// stageCount is how many devices a stage would have, and what is to be known of them before it begins.
type stageCount struct {
	Devices int `json:"devices"`
	Offline int `json:"offline"`
	Unfit   int `json:"unfit"` // another chip, or too small a slot
}

// reasonPinned: the owner pinned another image to the device, which is stronger than any rollout.
const reasonPinned = "pinned"

// countRollout counts what a rollout would reach: each of its devices is decided on as if its stage had begun.
func (h *Handler) countRollout(rollout ota.Rollout) (rolloutCount, error) {
	all, err := h.db.AllFirmware()
	if err != nil {
		return rolloutCount{}, err
	}
	images := make(map[string]store.Firmware, len(all))
	for _, firmware := range all {
		images[firmware.Key] = firmware
	}
	image, known := images[rollout.FirmwareKey]
	if !known {
		return rolloutCount{}, unknownFirmware(store.ErrNotFound)
	}
	now := h.now()
	boards := fleet.Match(h.fleet.Boards(now), rollout.Filter, now)
	byID := make(map[string]ota.Board, len(boards))
	for _, board := range boards {
		byID[board.ID] = board
	}
	_, members := rollout.Enter(boards, now)
	count := rolloutCount{
		Devices: len(boards), Stages: make([]stageCount, len(rollout.Stages)), Outside: len(boards) - len(members),
		Passed: map[string]int{}, Turned: map[string]int{},
	}
	for _, member := range members {
		board := byID[member.DeviceID]
		reason := h.passedOver(rollout, member, images)
		switch {
		case reason != "":
			count.Passed[reason]++
		case board.DeviceType != image.DeviceType:
			count.Turned[board.DeviceType]++
		}
		count.Stages[member.Stage].note(board, reason)
	}
	return count, nil
}

func (s *stageCount) note(board ota.Board, reason string) {
	s.Devices++
	if !board.Reachable {
		s.Offline++
	}
	if reason == ota.ReasonWrongChip || reason == ota.ReasonTooLarge {
		s.Unfit++
	}
}

// passedOver is why a device will not install the image of a rollout whatever it waits for, as a machine word; "" if
// it will.
func (h *Handler) passedOver(rollout ota.Rollout, member ota.Member, images map[string]store.Firmware) string {
	device, err := h.db.Device(member.DeviceID)
	if err != nil {
		return "" // it is gone since
	}
	now, status := h.now(), h.db.Status(device.ID)
	rollout.Status, rollout.Stages = ota.RolloutRunning, append([]ota.Stage(nil), rollout.Stages...)
	rollout.Stages[member.Stage].Begun = now
	facts := store.UpdateFacts{
		Device: device, Firmware: images, Settings: h.db.Settings(), Rollouts: []store.Joined{{Rollout: rollout, Member: member}},
	}
	decision := ota.Decide(facts.Input(ota.CheckIn{ImageSHA256: status.ImageSHA256}, status), now)
	switch {
	case decision.Wish == ota.WishPin:
		return reasonPinned
	case decision.Skip:
		return decision.Reason
	}
	return ""
}
