package admin

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"personalcms/ota"
	"personalcms/store"
	"personalcms/views"
)

// segmentWords say what the kinds of segments are.
var segmentWords = map[string]string{
	"IROM": "program, read from flash", "DROM": "constants and texts, read from flash", "IRAM": "program, copied into memory",
	"DRAM": "variables, copied into memory", "RTC": "kept while it sleeps", "RAM": "copied into memory",
	"flash": "program and constants, read from flash", "padding": "filler",
}

// segmentClass is the colour of a kind of segment.
func segmentClass(kind string) string {
	switch kind {
	case "IROM", "flash":
		return "colour-0"
	case "IRAM", "RAM":
		return "colour-1"
	case "DROM":
		return "colour-3"
	case "DRAM":
		return "colour-2"
	case "RTC":
		return "colour-4"
	case "padding", "":
		return "nothing"
	}
	return "colour-5"
}

// segmentName is a kind of segment as people read it.
func segmentName(kind string) string {
	if words := segmentWords[kind]; words != "" && kind != "padding" {
		return kind + " (" + words + ")"
	}
	return cmp.Or(kind, "unknown")
}

// fileBar is an image's file as a bar of its segments, where they lie.
func fileBar(img ota.Image) views.FileBar {
	bar := views.FileBar{Label: "What the file holds: "}
	if img.Size == 0 {
		return bar
	}
	sizes, left := map[string]int64{}, img.Size
	for _, segment := range img.Segments {
		sizes[segment.Kind] += segment.Size
		left -= segment.Size
		bar.Parts = append(bar.Parts, views.TimelinePart{
			Class: segmentClass(segment.Kind), From: int(segment.Offset * views.TimelineWidth / img.Size),
			Width: max(1, int(segment.Size*views.TimelineWidth/img.Size)), Words: cmp.Or(segment.Kind, "unknown") + ", " + size(segment.Size),
		})
	}
	kinds := slices.SortedFunc(maps.Keys(sizes), func(a, b string) int { return cmp.Or(cmp.Compare(sizes[b], sizes[a]), cmp.Compare(a, b)) })
	var words []string
	for _, kind := range kinds {
		bar.Keys = append(bar.Keys, views.TimelineKey{Class: segmentClass(kind), Name: segmentName(kind), Lasts: size(sizes[kind])})
		words = append(words, cmp.Or(kind, "unknown")+" "+size(sizes[kind]))
	}
	if left > 0 {
		words = append(words, size(left)+" of headers and digest")
	}
	bar.Label += list(words)
	return bar
}

// slotBars are an image beside the update slots of the devices it is for, the smallest first, and what is to be said
// of the others.
func slotBars(firmware store.Firmware, devices []store.Device) ([]views.SlotBar, []string) {
	slots, unknown, chips := map[int64]int{}, 0, map[string]int{}
	for _, device := range devices {
		switch {
		case !ota.Fits(&firmware.Image, device.Chip, 0):
			chips[cmp.Or(device.Chip, "esp32")]++
		case device.OTASlotSize == 0:
			unknown++
		default:
			slots[device.OTASlotSize]++
		}
	}
	var bars []views.SlotBar
	for _, slot := range slices.Sorted(maps.Keys(slots)) {
		bars = append(bars, slotBar(firmware.Image.Size, slot, slots[slot]))
	}
	var notes []string
	if unknown > 0 {
		notes = append(notes, map[bool]string{true: "1 device did", false: fmt.Sprintf("%d devices did", unknown)}[unknown == 1]+" not say how large its update slot is.")
	}
	for _, chip := range slices.Sorted(maps.Keys(chips)) {
		notes = append(notes, fmt.Sprintf("%s on %s cannot run it: it is for %s.", counted(chips[chip], "device", "devices"), chipName(chip), chipName(firmware.Image.Chip)))
	}
	return bars, notes
}

func slotBar(image, slot int64, devices int) views.SlotBar {
	whole := max(image, slot)
	bar := views.SlotBar{
		Slot: optionalSize(slot), Devices: counted(devices, "device", "devices"), Fits: image <= slot,
		Image: int(image * views.TimelineWidth / whole), Width: int(slot * views.TimelineWidth / whole),
	}
	free := slot - image
	if bar.Fits {
		bar.Words = fmt.Sprintf("It fits; %s (%d %%) stay free.", size(free), free*100/slot)
	} else {
		bar.Words = fmt.Sprintf("It is %s too large.", size(-free))
	}
	return bar
}

// imageFacts are what an image says of itself, who signed it, and its digests.
func imageFacts(firmware store.Firmware) []views.Pair {
	img := firmware.Image
	pairs := []views.Pair{{Name: "Chip", Value: chipName(img.Chip)}, {Name: "File", Value: firmware.Filename}}
	if marker := img.Marker; marker != nil {
		pairs = append(pairs, views.Pair{Name: "Says it is", Value: strings.TrimSpace(marker.Type + " " + marker.Version + " for " + marker.Board)})
	}
	if app := img.App; app != nil {
		pairs = append(pairs,
			views.Pair{Name: "Project", Value: strings.TrimSpace(app.Project + " " + app.Version)}, views.Pair{Name: "Built", Value: app.Date},
			views.Pair{Name: "ESP-IDF", Value: app.IDF})
	}
	pairs = append(pairs,
		views.Pair{Name: "Size", Value: fmt.Sprintf("%s (%d bytes)", size(img.Size), img.Size)}, views.Pair{Name: "For flash of", Value: optionalSize(img.FlashSize)},
		views.Pair{Name: "Flash mode", Value: strings.ToUpper(img.FlashMode)}, views.Pair{Name: "Starts at", Value: fmt.Sprintf("0x%08X", img.Entry)},
		views.Pair{Name: "Behind the image", Value: img.Trailer},
		views.Pair{Name: "SHA-256 of the file", Value: img.SHA256}, views.Pair{Name: "SHA-256 a board reports", Value: img.ImageSHA256},
		views.Pair{Name: "MD5", Value: img.MD5},
		views.Pair{Name: "Signed by", Value: firmware.Signer}, views.Pair{Name: "Signing key", Value: firmware.KeyID}, views.Pair{Name: "Signature", Value: firmware.Signature})
	return slices.DeleteFunc(pairs, func(pair views.Pair) bool { return strings.TrimSpace(pair.Value) == "" })
}
