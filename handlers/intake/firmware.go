package intake

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"personalcms/handlers/problem"
	"personalcms/ota"
	"personalcms/store"
)

// Upload is a firmware file and what was said of it.
type Upload struct {
	Filename     string // as people know it, never a path
	Data         []byte
	DeviceType   string // "" = what the image says of itself
	UnmarkedType string // the device type of an image that does not say its own, where DeviceType is empty
	Version      string // "" = the time of the upload
	Description  string
	Signature    string // made elsewhere, base64; "" = none came with it
	AutoAssign   bool
	Extract      bool // cut the application out of an image of the whole flash
	TypeSure     bool // the type is meant as given, whatever the image says
}

// Result is what became of an upload: an image that was stored, or a question that has to be answered
// before anything is stored. A file that was refused and kept all the same for flashing by wire is in Part.
type Result struct {
	Firmware store.Firmware
	Warnings []string
	Ask      string // "", "extract" or "type"
	Sentence string // of the question
	Slots    []ota.Slot
	Marker   *ota.Marker
	Part     *store.FlashPart
}

const maxDescription = 500 // characters

// Firmware checks an upload and stores it. What is refused is a problem with a sentence for the person who
// uploaded it, or an error of the store; a bootloader or partition table is refused and kept for flashing by wire.
func (in *Intake) Firmware(up Upload, now time.Time) (Result, error) {
	if up.Extract {
		app, err := ota.ExtractApp(up.Data)
		if err != nil {
			return Result{}, refusedFile(err)
		}
		up.Data = app
	}
	img, err := ota.ReadImage(up.Data)
	var wrong *ota.WrongFileError
	if errors.As(err, &wrong) {
		return in.notAnImage(up, wrong, now)
	}
	if err != nil {
		return Result{}, err
	}
	up.complete(img.Marker)
	if err := up.check(); err != nil {
		return Result{}, err
	}
	result := Result{Marker: img.Marker, Warnings: slices.Clone(img.Warnings)}
	if img.Marker != nil && img.Marker.Type != up.DeviceType && !up.TypeSure {
		result.Ask = "type"
		result.Sentence = fmt.Sprintf("The image says it is %s, you wrote %s. Under which type shall it be kept?", img.Marker.Type, up.DeviceType)
		return result, nil
	}
	if err := in.checkSlots(up.DeviceType, img, &result); err != nil {
		return Result{}, err
	}
	result.Firmware, err = in.db.AddFirmware(store.Firmware{
		DeviceType: up.DeviceType, Version: up.Version, Filename: up.Filename, Description: up.Description,
		Uploaded: now.UTC(), Image: *img, Signature: up.Signature,
	}, up.Data, up.AutoAssign)
	if err != nil {
		return result, err
	}
	result.Warnings = append(result.Warnings, in.signatureWarnings(result.Firmware)...)
	return result, nil
}

// complete fills in what nobody said from what the image says of itself.
func (up *Upload) complete(marker *ota.Marker) {
	switch {
	case up.DeviceType != "":
	case marker != nil:
		up.DeviceType = marker.Type
	default:
		up.DeviceType = up.UnmarkedType
	}
	if up.Signature != "" && up.Version == "" && marker != nil {
		up.Version = marker.Version
	}
}

// check looks at what was said of the file.
func (up Upload) check() error {
	switch {
	case up.DeviceType == "":
		return problem.New(http.StatusUnprocessableEntity, "no_device_type",
			"The image does not say for which device type it is. Fill in the device type and upload it again.")
	case !ota.ValidDeviceType(up.DeviceType):
		return problem.New(http.StatusBadRequest, "bad_device_type",
			"A device type has 1 to 64 letters, digits, dots, dashes and underscores, and begins with a letter or digit.")
	case up.Version != "" && !ota.ValidVersion(up.Version):
		return problem.New(http.StatusBadRequest, "bad_version",
			"A version has 1 to 32 letters, digits, dots, dashes and plus signs, such as 2.5.1.")
	case up.Version == "" && up.Signature != "":
		return problem.New(http.StatusUnprocessableEntity, "no_version",
			"A signature names a version. Fill in the one that was signed and send it again.")
	case utf8.RuneCountInString(up.Description) > maxDescription:
		return problem.New(http.StatusBadRequest, "too_long", "A description has at most 500 characters.")
	}
	return nil
}

func refusedFile(err error) error {
	var wrong *ota.WrongFileError
	if !errors.As(err, &wrong) {
		return err
	}
	p := problem.New(http.StatusUnprocessableEntity, string(wrong.Kind), wrong.Sentence)
	if len(wrong.Slots) > 0 {
		p = p.With(map[string]any{"slots": wrong.Slots})
	}
	return p
}

// notAnImage keeps what is of use for flashing by wire, asks about an image of the whole flash, and
// refuses the rest.
func (in *Intake) notAnImage(up Upload, wrong *ota.WrongFileError, now time.Time) (Result, error) {
	switch wrong.Kind {
	case ota.KindFullFlash:
		return Result{Ask: "extract", Slots: wrong.Slots, Sentence: wrong.Sentence + " Shall the sketch be taken out of it and kept?"}, nil
	case ota.KindBootloader, ota.KindPartitionTable:
		part, err := in.db.AddFlashPart(store.FlashPart{
			Kind: string(wrong.Kind), Filename: up.Filename, Size: int64(len(up.Data)), Uploaded: now.UTC(), Slots: wrong.Slots,
		}, up.Data)
		if err != nil {
			return Result{}, err
		}
		kept := *wrong
		kept.Sentence += " It is kept below for that."
		return Result{Part: &part}, refusedFile(&kept)
	}
	return Result{}, refusedFile(wrong)
}

// usualSlot is the largest update slot that Arduino's partition schemes give a board with 4 MB.
const usualSlot = 1_966_080

// checkSlots refuses an image that no known device of its type has room for, and warns where some have not.
func (in *Intake) checkSlots(deviceType string, img *ota.Image, result *Result) error {
	known, small, largest := 0, []string{}, int64(0)
	for _, device := range in.db.Devices() {
		if device.DeviceType != deviceType || device.OTASlotSize == 0 {
			continue
		}
		known++
		largest = max(largest, device.OTASlotSize)
		if !ota.FitsSlot(img, device.OTASlotSize) {
			small = append(small, device.Title())
		}
	}
	switch {
	case known > 0 && len(small) == known:
		return problem.New(http.StatusUnprocessableEntity, "too_large", fmt.Sprintf(
			"The image has %d bytes; the update slot of these devices has only %d. Build it with a smaller partition scheme’s limits, or flash the boards by wire with a scheme such as “Minimal SPIFFS”.",
			img.Size, largest))
	case len(small) > 0:
		result.Warnings = append(result.Warnings, "It does not fit the update slot of "+strings.Join(small, ", ")+"; it is not offered there.")
	case known == 0 && img.Size > usualSlot:
		result.Warnings = append(result.Warnings, "It is larger than the largest usual update slot of a board with 4 MB.")
	}
	return nil
}

// signatureWarnings are what a person should know who uploaded an image: that it is not signed although there is a key,
// or by another key than boards remember.
func (in *Intake) signatureWarnings(firmware store.Firmware) []string {
	signatures := in.db.Settings().Signatures
	pinned, pins := signatures.Pinned()
	switch {
	case firmware.Signature == "" && signatures.Own != nil:
		return []string{"It is not signed: the server’s key cannot be opened. See the settings."}
	case firmware.Signature == "" && pins:
		return []string{"It is not signed: boards that remember the key " + pinned.Name + " will refuse it."}
	case firmware.Signature != "" && pins && pinned.ID != firmware.KeyID:
		return []string{"It is signed by " + firmware.Signer + ": boards that remember the key " + pinned.Name + " will refuse it."}
	}
	return nil
}
