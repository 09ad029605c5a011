package admin

import (
	"fmt"
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
	for _, firmware := range all {
		model.Images = append(model.Images, h.imageCard(firmware, assignments, devices))
	}
	for _, part := range parts {
		model.Parts = append(model.Parts, h.partCard(part))
	}
	return model, nil
}

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
	for _, device := range devices {
		rows = append(rows, views.Target{Value: "device:" + device.ID, Label: device.Title(), DeviceType: device.DeviceType})
	}
	return rows
}

// assignmentRows are who should run what: types first, then single devices.
func assignmentRows(assignments []store.Assignment, devices []store.Device) []views.Assignment {
	var rows []views.Assignment
	for _, assignment := range assignments {
		of, run := 0, 0
		for _, device := range devices {
			if device.DeviceType == assignment.DeviceType && device.AssignedKey == "" {
				of++
				if device.RunningKey == assignment.FirmwareKey {
					run++
				}
			}
		}
		progress := "no device of this type yet"
		if of > 0 {
			progress = fmt.Sprintf("%d of %d run it", run, of)
		}
		rows = append(rows, views.Assignment{
			Target: "type:" + assignment.DeviceType, Words: "all devices of type " + assignment.DeviceType, Key: assignment.FirmwareKey, Progress: progress,
		})
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

// maxRunBy is how many devices are named that run an image.
const maxRunBy = 12

func (h *Handler) imageCard(firmware store.Firmware, assignments []store.Assignment, devices []store.Device) views.FirmwareImage {
	img := firmware.Image
	card := views.FirmwareImage{
		Key: firmware.Key, DeviceType: firmware.DeviceType, Version: firmware.Version, Description: firmware.Description,
		Chip: chipName(img.Chip), Size: size(img.Size), Uploaded: h.day(firmware), Downloads: firmware.DownloadCount,
		Details: imageDetails(firmware),
	}
	h.signatureOn(&card, firmware)
	for _, assignment := range assignments {
		if assignment.FirmwareKey == firmware.Key {
			card.AssignedTo = append(card.AssignedTo, "all devices of type "+assignment.DeviceType)
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
		card.RunBy = append(card.RunBy[:maxRunBy:maxRunBy], views.Link{Text: fmt.Sprintf("and %d more", more), URL: "/"})
	}
	for _, segment := range img.Segments {
		card.Segments = append(card.Segments, views.Segment{Address: fmt.Sprintf("0x%08X", segment.Address), Size: size(segment.Size), Kind: segment.Kind})
	}
	return card
}

func (h *Handler) day(firmware store.Firmware) string {
	return when(firmware.Uploaded, h.now(), h.household())
}

// imageDetails are what an image says of itself, as far as it does.
func imageDetails(firmware store.Firmware) []views.Pair {
	img := firmware.Image
	pairs := []views.Pair{{Name: "File", Value: firmware.Filename}}
	if marker := img.Marker; marker != nil {
		pairs = append(pairs, views.Pair{Name: "Says it is", Value: strings.TrimSpace(marker.Type + " " + marker.Version + " for " + marker.Board)})
	}
	if app := img.App; app != nil {
		pairs = append(pairs,
			views.Pair{Name: "Project", Value: app.Project + " " + app.Version}, views.Pair{Name: "Built", Value: app.Date},
			views.Pair{Name: "ESP-IDF", Value: app.IDF})
	}
	pairs = append(pairs,
		views.Pair{Name: "Bytes", Value: fmt.Sprint(img.Size)}, views.Pair{Name: "For flash of", Value: optionalSize(img.FlashSize)},
		views.Pair{Name: "Entry", Value: fmt.Sprintf("0x%08X", img.Entry)},
		views.Pair{Name: "SHA-256 of the file", Value: img.SHA256}, views.Pair{Name: "SHA-256 a board reports", Value: img.ImageSHA256},
		views.Pair{Name: "MD5", Value: img.MD5}, views.Pair{Name: "Behind the image", Value: img.Trailer},
		views.Pair{Name: "Signing key", Value: firmware.KeyID}, views.Pair{Name: "Signature", Value: firmware.Signature})
	return slices.DeleteFunc(pairs, func(pair views.Pair) bool { return strings.TrimSpace(pair.Value) == "" })
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
