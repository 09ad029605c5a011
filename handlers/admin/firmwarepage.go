package admin

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"personalcms/ota"
	"personalcms/store"
	"personalcms/views"

	"github.com/labstack/echo/v4"
)

func (h *Handler) firmwarePage(c echo.Context) error {
	return h.showFirmware(c, http.StatusOK, views.FirmwareUpload{})
}

// showFirmware is the whole page, with an upload form as it was filled in.
func (h *Handler) showFirmware(c echo.Context, status int, form views.FirmwareUpload) error {
	model, err := h.firmwareModel(c)
	if err != nil {
		return err
	}
	form.Types, form.MaxSize, form.Several = model.Upload.Types, model.Upload.MaxSize, severalFiles
	model.Upload = form
	return show(c, status, views.FirmwarePage(model))
}

func (h *Handler) partialFirmwareList(c echo.Context) error {
	model, err := h.firmwareModel(c)
	if err != nil {
		return err
	}
	return show(c, http.StatusOK, views.FirmwareList(model))
}

func (h *Handler) firmwareModel(c echo.Context) (views.Firmware, error) {
	model := views.Firmware{Page: h.page(c, "Firmware", "firmware", eventsURL(c))}
	model.Scripts = []string{h.files.URL("firmware.js")}
	all, err := h.db.AllFirmware()
	if err != nil {
		return model, err
	}
	assignments, err := h.db.Assignments()
	if err != nil {
		return model, err
	}
	parts, err := h.db.FlashParts()
	if err != nil {
		return model, err
	}
	devices := h.db.Devices()
	types := typesOf(devices, all)
	model.Upload = views.FirmwareUpload{Types: types, MaxSize: optionalSize(h.maxUpload)}
	model.Assignments = assignmentRows(assignments, devices)
	model.Targets = targets(types, devices)
	if len(devices) > maxTargets { // every image has them all in its form
		model.Targets = slices.DeleteFunc(model.Targets, func(target views.Target) bool { return !target.IsType && !target.IsGroup })
	}
	for _, firmware := range all {
		model.Images = append(model.Images, h.imageCard(firmware, assignments, devices))
	}
	for _, part := range parts {
		model.Parts = append(model.Parts, h.partCard(part))
	}
	return model, nil
}

// maxTargets is up to how many devices each image of the list can be assigned to a single one; beyond, the page of an
// image or device does that.
const maxTargets = 50

func typesOf(devices []store.Device, all []store.Firmware) []string {
	var types []string
	for _, device := range devices {
		types = append(types, device.DeviceType)
	}
	for _, firmware := range all {
		types = append(types, firmware.DeviceType)
	}
	slices.Sort(types)
	return slices.DeleteFunc(slices.Compact(types), func(name string) bool { return name == "" })
}

func targets(types []string, devices []store.Device) []views.Target {
	var rows []views.Target
	for _, name := range types {
		rows = append(rows, views.Target{Value: "type:" + name, Label: "all " + name, IsType: true, DeviceType: name})
	}
	groups := groupsOf(devices)
	for _, name := range slices.Sorted(maps.Keys(groups)) {
		rows = append(rows, views.Target{Value: "group:" + name, Label: "group " + name + " (" + counted(len(groups[name]), "device", "devices") + ")", IsGroup: true})
	}
	for _, device := range devices {
		rows = append(rows, views.Target{Value: "device:" + device.ID, Label: device.Title(), DeviceType: device.DeviceType})
	}
	return rows
}

// whomWords say who an assignment is for.
func whomWords(assignment store.Assignment) string {
	if assignment.Group != "" {
		return "the group " + assignment.Group
	}
	return "all devices of type " + assignment.DeviceType
}

// assignmentRows are who should run what: types first, then groups, then single devices.
func assignmentRows(assignments []store.Assignment, devices []store.Device) []views.Assignment {
	var rows []views.Assignment
	for _, assignment := range assignments {
		row := views.Assignment{
			Target: "type:" + assignment.DeviceType, Words: whomWords(assignment), Key: assignment.FirmwareKey, Progress: assignmentProgress(assignment, devices),
		}
		if assignment.Group != "" {
			row.Target = "group:" + assignment.Group
		}
		if assignment.Rollback {
			row.Words += ", also where a newer version runs"
		}
		rows = append(rows, row)
	}
	for _, device := range devices {
		row := views.Assignment{Words: device.Title(), URL: deviceURL(device.ID, ""), Progress: device.UpdateMessage}
		if device.AssignedKey != "" {
			row.Target, row.Key = "device:"+device.ID, device.AssignedKey
			rows = append(rows, row)
		}
		if device.ForcedKey != "" {
			row.Target, row.Key, row.Words = "forced:"+device.ID, device.ForcedKey, device.Title()+", once"
			rows = append(rows, row)
		}
	}
	return rows
}

// assignmentProgress is how many of the devices that an assignment is for run what it wants.
func assignmentProgress(assignment store.Assignment, devices []store.Device) string {
	of, run := 0, 0
	for _, device := range devices {
		meant := device.DeviceType == assignment.DeviceType
		if assignment.Group != "" {
			meant = slices.Contains(device.Groups, assignment.Group)
		}
		if meant && device.AssignedKey == "" {
			of++
			if device.RunningKey == assignment.FirmwareKey {
				run++
			}
		}
	}
	switch {
	case of > 0:
		return fmt.Sprintf("%d of %d run it", run, of)
	case assignment.Group != "":
		return "no device in this group yet"
	}
	return "no device of this type yet"
}

// maxRunBy is how many devices are named that run an image.
const maxRunBy = 12

func (h *Handler) imageCard(firmware store.Firmware, assignments []store.Assignment, devices []store.Device) views.FirmwareImage {
	img := firmware.Image
	card := views.FirmwareImage{
		Key: firmware.Key, DeviceType: firmware.DeviceType, Version: firmware.Version, Description: firmware.Description,
		Chip: chipName(img.Chip), Size: size(img.Size), Uploaded: h.day(firmware), Downloads: firmware.DownloadCount,
	}
	h.signatureOn(&card, firmware)
	for _, assignment := range assignments {
		if assignment.FirmwareKey == firmware.Key {
			card.AssignedTo = append(card.AssignedTo, whomWords(assignment))
		}
	}
	for _, rollout := range h.db.Rollouts() {
		if rollout.Needs(firmware.Key) {
			card.AssignedTo = append(card.AssignedTo, "the rollout “"+rollout.Name+"”")
		}
	}
	for _, device := range devices {
		if device.RunningKey == firmware.Key {
			card.RunBy = append(card.RunBy, views.Link{Text: device.Title(), URL: deviceURL(device.ID, "")})
		}
		if device.AssignedKey == firmware.Key || device.ForcedKey == firmware.Key {
			card.AssignedTo = append(card.AssignedTo, device.Title())
		}
	}
	if more := len(card.RunBy) - maxRunBy; more > 0 {
		card.RunBy = append(card.RunBy[:maxRunBy:maxRunBy], views.Link{Text: fmt.Sprintf("and %d more", more), URL: imageURL(firmware.Key)})
	}
	for _, segment := range img.Segments {
		card.Segments = append(card.Segments, views.Segment{Address: fmt.Sprintf("0x%08X", segment.Address), Size: size(segment.Size), Kind: segmentName(segment.Kind)})
	}
	return card
}

func (h *Handler) day(firmware store.Firmware) string {
	return when(firmware.Uploaded, h.now(), h.household())
}

func (h *Handler) partCard(part store.FlashPart) views.FlashPart {
	card := views.FlashPart{
		SHA256: part.SHA256, Kind: strings.ReplaceAll(part.Kind, "-", " "), Filename: part.Filename, Size: size(part.Size),
		Uploaded: when(part.Uploaded, h.now(), h.household()),
	}
	for _, slot := range part.Slots {
		card.Slots = append(card.Slots, slotPair(slot))
	}
	return card
}

func slotPair(slot ota.Slot) views.Pair {
	return views.Pair{Name: slot.Label, Value: fmt.Sprintf("%s, %s at 0x%X", slot.Subtype, optionalSize(slot.Size), slot.Offset)}
}
