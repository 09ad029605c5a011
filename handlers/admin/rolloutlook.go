package admin

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"personalcms/handlers/problem"
	"personalcms/ota"
	"personalcms/views"
)

// fingerprint names a plan, so that nothing begins that was not shown in words before.
func fingerprint(plan rolloutPlan) string {
	raw, err := json.Marshal(plan)
	if err != nil {
		return "" // a plan always marshals
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:8])
}

// rolloutLook says what would come of a plan.
func (h *Handler) rolloutLook(in rolloutInput, plan rolloutPlan) (views.RolloutLook, error) {
	look := views.RolloutLook{Seen: fingerprint(plan)}
	if len(in.errors) > 0 {
		look.Problem = "Nothing can be said yet: something above is not right."
		return look, nil
	}
	rollout, err := h.rollout(plan, "")
	if err != nil {
		p := problem.Of(err)
		if p == problem.Internal {
			return look, err
		}
		look.Problem = p.Detail
		return look, nil
	}
	count, err := h.countRollout(rollout)
	if err != nil {
		return look, err
	}
	firmware, err := h.db.Firmware(rollout.FirmwareKey)
	if err != nil {
		return look, unknownFirmware(err)
	}
	look.Meant = h.meantWords(rollout, count)
	look.Notes = passedWords(count, chipName(firmware.Image.Chip))
	look.Warnings = warningWords(count, firmware.DeviceType)
	for i, stage := range rollout.Stages {
		look.Stages = append(look.Stages, h.stageSentence(stage, i, count))
	}
	for i, stage := range count.Stages {
		rollout.Stages[i].Counts = ota.Counts{Waiting: stage.Devices}
	}
	look.Bar = wholeBar(rollout, "The stages as shares of all devices")
	return look, nil
}

func (h *Handler) meantWords(r ota.Rollout, count rolloutCount) string {
	offline := 0
	for _, stage := range count.Stages {
		offline += stage.Offline
	}
	words := "No device is meant at the moment."
	if count.Devices > 0 {
		words = fmt.Sprintf("%s meant to run %s.", counted(count.Devices, "device is", "devices are"), r.FirmwareKey)
	}
	switch {
	case offline == 1:
		words += " 1 of them is offline now; it joins when it comes back."
	case offline > 1:
		words += fmt.Sprintf(" %d of them are offline now; they join when they come back.", offline)
	}
	return words
}

// passedWords say which devices will not install the image and why.
func passedWords(count rolloutCount, chip string) []string {
	var words []string
	for _, row := range []struct{ reason, one, many string }{
		{ota.ReasonAlreadyInstalled, "1 device runs it already.", "%d devices run it already."},
		{ota.ReasonWrongChip, "1 device cannot have it: it has another chip than " + chip + ".", "%d devices cannot have it: they have another chip than " + chip + "."},
		{ota.ReasonTooLarge, "1 device cannot have it: the image is larger than its update slot.", "%d devices cannot have it: the image is larger than their update slots."},
		{ota.ReasonOlder, "1 device runs a newer version and keeps it.", "%d devices run a newer version and keep it."},
		{ota.ReasonUnsigned, "1 device takes signed firmware only, and the image is not signed.", "%d devices take signed firmware only, and the image is not signed."},
		{reasonPinned, "1 device has another image pinned to it and keeps to that.", "%d devices have another image pinned to them and keep to that."},
	} {
		switch n := count.Passed[row.reason]; {
		case n == 1:
			words = append(words, row.one)
		case n > 1:
			words = append(words, fmt.Sprintf(row.many, n))
		}
	}
	switch {
	case count.Outside == 1:
		words = append(words, "1 device is in no stage and stays as it is.")
	case count.Outside > 1:
		words = append(words, fmt.Sprintf("%d devices are in no stage and stay as they are.", count.Outside))
	}
	return words
}

// warningWords say which devices would become something else.
func warningWords(count rolloutCount, imageType string) []string {
	var words []string
	for _, name := range slices.Sorted(maps.Keys(count.Turned)) {
		words = append(words, fmt.Sprintf("%s of type %s will become %s: another sketch with other settings.", counted(count.Turned[name], "device", "devices"), name, imageType))
	}
	return words
}

// stageSentence is a stage that has not begun, in words.
func (h *Handler) stageSentence(stage ota.Stage, index int, count rolloutCount) string {
	start := "at once"
	if index > 0 {
		start = "as soon as the stage before it is through"
	}
	switch stage.Start {
	case ota.StartAtTime:
		start = "at " + h.moment(stage.At)
	case ota.StartByHand:
		start = "when you begin it"
	}
	whom := fmt.Sprintf("%d of %s", count.Stages[index].Devices, counted(count.Devices, "device", "devices"))
	if stage.Group != "" {
		whom += " (group " + stage.Group + ")"
	}
	return fmt.Sprintf("Stage %d: %s, %s. %s", index+1, whom, start, ruleWords(stage, index == len(count.Stages)-1))
}
