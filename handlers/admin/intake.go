package admin

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"personalcms/handlers/problem"
	"personalcms/ota"
	"personalcms/store"

	"github.com/labstack/echo/v4"
)

// firmwareUpload is an uploaded file and what was said of it.
type firmwareUpload struct {
	filename    string
	data        []byte
	deviceType  string // "" = what the image says of itself
	version     string // "" = the time of the upload
	description string
	signature   string // made elsewhere, base64; "" = none came with it
	autoAssign  bool
	extract     bool // cut the application out of an image of the whole flash
	typeSure    bool // the type is meant as given, whatever the image says
}

// intake is what became of an upload: an image that was stored, or a question that has to be answered
// before anything is stored.
type intake struct {
	firmware store.Firmware
	warnings []string
	ask      string // "", "extract" or "type"
	sentence string // of the question
	slots    []ota.Slot
	marker   *ota.Marker
}

const maxDescription = 500 // characters

// intakeFirmware checks an upload and stores it. What is refused is a problem with a sentence for the
// person who uploaded it; a bootloader or partition table is refused and kept for flashing by wire.
func (h *Handler) intakeFirmware(up firmwareUpload) (intake, error) {
	if up.extract {
		app, err := ota.ExtractApp(up.data)
		if err != nil {
			return intake{}, refusedFile(err)
		}
		up.data = app
	}
	img, err := ota.ReadImage(up.data)
	var wrong *ota.WrongFileError
	if errors.As(err, &wrong) {
		return h.notAnImage(up, wrong)
	}
	if err != nil {
		return intake{}, err
	}
	result := intake{marker: img.Marker, warnings: slices.Clone(img.Warnings)}
	if up.deviceType == "" && img.Marker != nil {
		up.deviceType = img.Marker.Type
	}
	if up.signature != "" && up.version == "" && img.Marker != nil {
		up.version = img.Marker.Version
	}
	if err := up.check(); err != nil {
		return intake{}, err
	}
	if img.Marker != nil && img.Marker.Type != up.deviceType && !up.typeSure {
		result.ask = "type"
		result.sentence = fmt.Sprintf("The image says it is %s, you wrote %s. Under which type shall it be kept?", img.Marker.Type, up.deviceType)
		return result, nil
	}
	if err := h.checkSlots(up.deviceType, img, &result); err != nil {
		return intake{}, err
	}
	result.firmware, err = h.db.AddFirmware(store.Firmware{
		DeviceType: up.deviceType, Version: up.version, Filename: up.filename, Description: up.description,
		Uploaded: h.now().UTC(), Image: *img, Signature: up.signature,
	}, up.data, up.autoAssign)
	if err != nil {
		return result, err
	}
	result.warnings = append(result.warnings, h.signatureWarnings(result.firmware)...)
	return result, nil
}

// check looks at what was said of the file.
func (up firmwareUpload) check() error {
	switch {
	case up.deviceType == "":
		return problem.New(http.StatusUnprocessableEntity, "no_device_type",
			"The image does not say for which device type it is. Fill in the device type and upload it again.")
	case !ota.ValidDeviceType(up.deviceType):
		return problem.New(http.StatusBadRequest, "bad_device_type",
			"A device type has 1 to 64 letters, digits, dots, dashes and underscores, and begins with a letter or digit.")
	case up.version != "" && !ota.ValidVersion(up.version):
		return problem.New(http.StatusBadRequest, "bad_version",
			"A version has 1 to 32 letters, digits, dots, dashes and plus signs, such as 2.5.1.")
	case up.version == "" && up.signature != "":
		return problem.New(http.StatusUnprocessableEntity, "no_version",
			"A signature names a version. Fill in the one that was signed and send it again.")
	case utf8.RuneCountInString(up.description) > maxDescription:
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
func (h *Handler) notAnImage(up firmwareUpload, wrong *ota.WrongFileError) (intake, error) {
	switch wrong.Kind {
	case ota.KindFullFlash:
		return intake{ask: "extract", slots: wrong.Slots, sentence: wrong.Sentence + " Shall the sketch be taken out of it and kept?"}, nil
	case ota.KindBootloader, ota.KindPartitionTable:
		_, err := h.db.AddFlashPart(store.FlashPart{
			Kind: string(wrong.Kind), Filename: up.filename, Size: int64(len(up.data)), Uploaded: h.now().UTC(), Slots: wrong.Slots,
		}, up.data)
		if err != nil {
			return intake{}, err
		}
		kept := *wrong
		kept.Sentence += " It is kept below for that."
		return intake{}, refusedFile(&kept)
	}
	return intake{}, refusedFile(wrong)
}

// usualSlot is the largest update slot that Arduino's partition schemes give a board with 4 MB.
const usualSlot = 1_966_080

// checkSlots refuses an image that no known device of its type has room for, and warns where some have not.
func (h *Handler) checkSlots(deviceType string, img *ota.Image, result *intake) error {
	known, small, largest := 0, []string{}, int64(0)
	for _, device := range h.db.Devices() {
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
		result.warnings = append(result.warnings, "It does not fit the update slot of "+list(small)+"; it is not offered there.")
	case known == 0 && img.Size > usualSlot:
		result.warnings = append(result.warnings, "It is larger than the largest usual update slot of a board with 4 MB.")
	}
	return nil
}

// readUpload reads the one file of a multipart form. The router bounds the body.
func readUpload(c echo.Context, field string) (*multipart.FileHeader, []byte, error) {
	if err := parseForm(c); err != nil {
		return nil, nil, err
	}
	files := c.Request().MultipartForm.File[field]
	if len(files) == 0 {
		return nil, nil, problem.New(http.StatusBadRequest, "no_file", "No file came with the request. Choose one and send it again.")
	}
	data, err := readFile(files[0])
	return files[0], data, err
}

// maxFormMemory keeps whole uploads in memory: the body is bounded, and nothing is left on the disk.
const maxFormMemory = 64 << 20

func parseForm(c echo.Context) error {
	err := c.Request().ParseMultipartForm(maxFormMemory)
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return problem.TooLarge
	case err != nil:
		return problem.New(http.StatusBadRequest, "bad_form", "The request is not a multipart form with a file, or it ended too early.")
	}
	return nil
}

func readFile(header *multipart.FileHeader) ([]byte, error) {
	file, err := header.Open()
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	return io.ReadAll(file)
}

// plainName is a file's name for people: never a path, never long.
func plainName(name string) string {
	name = path.Base(strings.ReplaceAll(strings.ToValidUTF8(name, ""), `\`, "/"))
	if name == "." || name == "/" || name == ".." {
		name = ""
	}
	runes := []rune(name)
	return cmp.Or(string(runes[:min(len(runes), 100)]), "without a name")
}

// readFirmwareForm reads the form of an upload, from the page or a script.
func readFirmwareForm(c echo.Context) (firmwareUpload, error) {
	file, data, err := readUpload(c, "firmware")
	if err != nil {
		return firmwareUpload{}, err
	}
	value := func(name string) string { return strings.TrimSpace(c.Request().FormValue(name)) }
	return firmwareUpload{
		filename: plainName(file.Filename), data: data, deviceType: value("device_type"), version: value("version"),
		description: value("description"), signature: value("signature"), autoAssign: value("auto_assign") == "true", extract: value("extract") == "true",
		typeSure: value("type_sure") == "true",
	}, nil
}
