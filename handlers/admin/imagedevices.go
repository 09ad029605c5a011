package admin

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"personalcms/ota"
	"personalcms/store"
	"personalcms/views"
)

const maxImageDevices = 60 // named on the page of an image

// imageRoles are the devices that have to do with an image.
type imageRoles struct {
	getting, waiting, running []store.Device         // each device in one of them
	attempts                  map[string]ota.Attempt // of those that are getting it
	by                        map[string]string      // why a device should run it
	run                       int                    // how many run it, whatever else they do
}

func (r imageRoles) all() int { return len(r.getting) + len(r.waiting) + len(r.running) }

// rolesOf sorts the devices that have to do with an image; rollouts are those that bring it, by device.
func rolesOf(key string, devices []store.Device, assignments []store.Assignment, rollouts map[string]string, attempts []ota.Attempt) imageRoles {
	roles := imageRoles{attempts: map[string]ota.Attempt{}, by: map[string]string{}}
	for _, attempt := range attempts {
		if attempt.Open() {
			roles.attempts[attempt.DeviceID] = attempt
		}
	}
	for _, device := range devices {
		roles.by[device.ID] = cmp.Or(rollouts[device.ID], assignedBy(key, device, assignments))
		_, getting := roles.attempts[device.ID]
		runs := device.RunningKey == key
		if runs {
			roles.run++
		}
		switch {
		case getting:
			roles.getting = append(roles.getting, device)
		case runs:
			roles.running = append(roles.running, device)
		case roles.by[device.ID] != "":
			roles.waiting = append(roles.waiting, device)
		}
	}
	return roles
}

// imageDevices names the devices that get an image, should run it, or run it, as many as there is room for.
func (h *Handler) imageDevices(firmware store.Firmware, roles imageRoles) ([]views.ImageDevice, error) {
	var rows []views.ImageDevice
	room := func(devices []store.Device) []store.Device {
		return devices[:min(len(devices), max(0, maxImageDevices-len(rows)))]
	}
	for _, device := range room(roles.getting) {
		rows = append(rows, views.ImageDevice{Link: deviceLink(device), Progress: progressOf(roles.attempts[device.ID]), By: roles.by[device.ID]})
	}
	for _, device := range room(roles.waiting) {
		row, err := h.waitingDevice(device, firmware, roles.by[device.ID])
		if err != nil {
			return rows, err
		}
		rows = append(rows, row)
	}
	for _, device := range room(roles.running) {
		rows = append(rows, views.ImageDevice{Link: deviceLink(device), State: "runs it", OK: true, By: roles.by[device.ID]})
	}
	return rows, nil
}

func deviceLink(device store.Device) views.Link {
	return views.Link{Text: device.Title(), URL: deviceURL(device.ID, "")}
}

// waitingDevice is a device that should run an image and does not, with the reason.
func (h *Handler) waitingDevice(device store.Device, firmware store.Firmware, by string) (views.ImageDevice, error) {
	d, err := h.decide(device)
	if err != nil {
		return views.ImageDevice{}, err
	}
	row := views.ImageDevice{Link: deviceLink(device), State: d.decision.Message, By: by, Warm: h.updateNow(device, d).Warm}
	waits := d.decision.Reason == ota.ReasonWaitsForStage || d.decision.Reason == ota.ReasonSkipped
	if wanted := d.decision.Wanted; wanted != nil && wanted.Key != firmware.Key && !waits {
		row.State = "It is to run " + wanted.Key + " instead. " + d.decision.Message
	}
	return row, nil
}

// membersOf are the names of the rollouts that bring an image, by the devices that are in them.
func (h *Handler) membersOf(key string) (map[string]string, error) {
	names := map[string]string{}
	for _, rollout := range h.db.Rollouts() {
		if rollout.FirmwareKey != key || !rollout.InEffect() || rollout.GoesBack() {
			continue
		}
		members, err := h.db.Members(rollout.ID)
		if err != nil {
			return nil, err
		}
		for _, member := range members {
			names[member.DeviceID] = "rollout " + rollout.Name
		}
	}
	return names, nil
}

// targetGroups are whom an image can be assigned to, its own type first.
func (h *Handler) targetGroups(devices []store.Device, deviceType string) []views.OptionGroup {
	types, groups, single := views.OptionGroup{Label: "Types"}, views.OptionGroup{Label: "Groups"}, views.OptionGroup{Label: "Devices"}
	known := typesOf(devices, nil)
	if !slices.Contains(known, deviceType) {
		known = append([]string{deviceType}, known...)
	}
	for _, target := range targets(known, devices) {
		option := views.Option{Value: target.Value, Label: target.Label, Selected: target.IsType && target.DeviceType == deviceType}
		switch {
		case target.IsType:
			types.Options = append(types.Options, option)
		case target.IsGroup:
			groups.Options = append(groups.Options, option)
		default:
			single.Options = append(single.Options, option)
		}
	}
	return slices.DeleteFunc([]views.OptionGroup{types, groups, single}, func(group views.OptionGroup) bool { return len(group.Options) == 0 })
}

// groupsOf are the devices of each group.
func groupsOf(devices []store.Device) map[string][]store.Device {
	groups := map[string][]store.Device{}
	for _, device := range devices {
		for _, group := range device.Groups {
			groups[group] = append(groups[group], device)
		}
	}
	return groups
}

// groupNotes say what an assignment of an image to each group would mean for its devices.
func groupNotes(firmware store.Firmware, devices []store.Device) []views.GroupNote {
	groups := groupsOf(devices)
	var notes []views.GroupNote
	for _, name := range slices.Sorted(maps.Keys(groups)) {
		kinds := map[string]int{}
		turn, chip, large := 0, 0, 0
		for _, device := range groups[name] {
			kinds[device.DeviceType+" on "+chipName(cmp.Or(device.Chip, "esp32"))]++
			switch {
			case !ota.Fits(&firmware.Image, device.Chip, 0):
				chip++
			case !ota.FitsSlot(&firmware.Image, device.OTASlotSize):
				large++
			case device.DeviceType != firmware.DeviceType:
				turn++
			}
		}
		note := views.GroupNote{Name: name, Words: counted(len(groups[name]), "device", "devices") + ": " + typeWords(kinds) + "."}
		if turn > 0 {
			note.Warnings = append(note.Warnings, fmt.Sprintf("%d would turn into %s.", turn, firmware.DeviceType))
		}
		if chip > 0 {
			note.Warnings = append(note.Warnings, fmt.Sprintf("%d cannot take it: it is for another chip, %s.", chip, chipName(firmware.Image.Chip)))
		}
		if large > 0 {
			note.Warnings = append(note.Warnings, fmt.Sprintf("%d cannot take it: the update slot is too small.", large))
		}
		notes = append(notes, note)
	}
	return notes
}

func typeWords(kinds map[string]int) string {
	var words []string
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		words = append(words, fmt.Sprintf("%d %s", kinds[kind], kind))
	}
	return list(words)
}
