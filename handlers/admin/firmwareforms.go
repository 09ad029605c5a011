package admin

import (
	"errors"
	"net/http"
	"strings"

	"personalcms/handlers/access"
	"personalcms/handlers/problem"
	"personalcms/ota"
	"personalcms/store"
	"personalcms/views"

	"github.com/labstack/echo/v4"
)

func (h *Handler) formUploadFirmware(c echo.Context) error {
	upload, err := readFirmwareForm(c)
	if err != nil {
		return h.uploadAnswer(c, upload, views.Uploaded{Kind: "refused", Sentence: problem.Of(err).Detail}, err)
	}
	return h.takeUpload(c, upload)
}

// takeUpload stores an upload and answers on the page.
func (h *Handler) takeUpload(c echo.Context, upload firmwareUpload) error {
	result, err := h.intakeFirmware(upload)
	var p *problem.Problem
	if err != nil {
		if p = problem.Of(err); p == problem.Internal {
			return err
		}
		return h.uploadAnswer(c, upload, views.Uploaded{Kind: "refused", Sentence: p.Detail}, p)
	}
	if result.ask != "" {
		return h.uploadAnswer(c, upload, h.question(c, upload, result), nil)
	}
	if err := h.audit(c, "", "uploaded firmware "+result.firmware.Key); err != nil {
		return err
	}
	firmware := result.firmware
	sentence := "Stored. Assign it below to a type or a device."
	if upload.autoAssign {
		sentence = "Stored and assigned to all devices of type " + firmware.DeviceType + "."
	}
	c.Response().Header().Set("HX-Trigger", "firmware")
	return h.uploadAnswer(c, firmwareUpload{}, views.Uploaded{
		Kind: "stored", Sentence: sentence, Key: firmware.Key, Warnings: result.warnings,
		Facts: []string{chipName(firmware.Image.Chip), size(firmware.Image.Size), h.signedWords(firmware)},
	}, nil)
}

// question keeps the file and asks what to do with it.
func (h *Handler) question(c echo.Context, upload firmwareUpload, result intake) views.Uploaded {
	asked := views.Uploaded{Kind: "question", Sentence: result.sentence, Held: h.held.hold(access.Of(c).Name, upload, h.now())}
	switch result.ask {
	case "extract":
		for _, slot := range result.slots {
			if slot.IsOTA() {
				asked.Facts = append(asked.Facts, slot.Label+" "+optionalSize(slot.Size))
			}
		}
		asked.Choices = []views.Choice{{Value: "extract", Label: "Take the sketch out", Primary: true, Hint: "The rest of the file is not kept."}}
	case "type":
		asked.Choices = []views.Choice{
			{Value: "marker", Label: "As " + result.marker.Type, Primary: true, Hint: "What the image says of itself."},
			{Value: "given", Label: "As " + upload.deviceType, Hint: "Devices of this type would then run another sketch."},
		}
	}
	asked.Choices = append(asked.Choices, views.Choice{Value: "drop", Label: "Do not keep it"})
	return asked
}

// uploadAnswer is the answer alone for htmx, the page with it for a browser without scripts.
func (h *Handler) uploadAnswer(c echo.Context, upload firmwareUpload, result views.Uploaded, err error) error {
	status := http.StatusOK
	switch {
	case err != nil && problem.Of(err).Status == http.StatusRequestEntityTooLarge:
		status = http.StatusRequestEntityTooLarge
	case err != nil:
		status = http.StatusUnprocessableEntity // as every form that is refused
	case result.Kind != "stored":
		status = http.StatusUnprocessableEntity
	}
	if c.Request().Header.Get("HX-Request") != "" {
		if status != http.StatusOK {
			status = http.StatusUnprocessableEntity // the only refusal that the page shows in place
		}
		return show(c, status, views.UploadResult(result))
	}
	return h.showFirmware(c, status, views.FirmwareUpload{
		DeviceType: upload.deviceType, Description: upload.description, Version: upload.version, Signature: upload.signature,
		AutoAssign: upload.autoAssign, Result: &result,
	})
}

// formHeld is the answer to a question about an upload.
func (h *Handler) formHeld(c echo.Context) error {
	upload, ok := h.held.take(access.Of(c).Name, c.FormValue("held"), h.now())
	if !ok {
		p := problem.New(http.StatusUnprocessableEntity, "not_held", "The file is no longer here. Upload it again.")
		return h.uploadAnswer(c, firmwareUpload{}, views.Uploaded{Kind: "refused", Sentence: p.Detail}, p)
	}
	switch c.FormValue("choice") {
	case "extract":
		upload.extract = true
	case "marker":
		upload.deviceType = ""
	case "given":
		upload.typeSure = true
	default:
		return h.uploadAnswer(c, firmwareUpload{}, views.Uploaded{Kind: "stored", Sentence: "Nothing was kept."}, nil)
	}
	return h.takeUpload(c, upload)
}

// formAssign assigns an image to a type or pins it to a device.
func (h *Handler) formAssign(c echo.Context) error {
	key := c.FormValue("firmware_key")
	kind, name, _ := strings.Cut(c.FormValue("target"), ":")
	switch {
	case key == "" || name == "":
		return problem.New(http.StatusUnprocessableEntity, "bad_target", "Choose a type or a device and assign again.")
	case kind == "type":
		if err := h.assign(c, store.Assignment{DeviceType: name, FirmwareKey: key, Rollback: c.FormValue("rollback") == "true"}); err != nil {
			return err
		}
		return done(c, "/ota-management", "All devices of type "+name+" get it with their next check.")
	case kind == "group":
		if err := h.assign(c, store.Assignment{Group: name, FirmwareKey: key, Rollback: c.FormValue("rollback") == "true"}); err != nil {
			return err
		}
		return done(c, "/ota-management", "All devices of the group "+name+" get it with their next check.")
	case kind == "device":
		device, err := h.assignDevice(c, name, key, false)
		if err != nil {
			return err
		}
		return done(c, "/ota-management", device.Title()+" gets it with its next check.")
	}
	return problem.New(http.StatusUnprocessableEntity, "bad_target", "Choose a type or a device and assign again.")
}

func (h *Handler) formUnassign(c echo.Context) error {
	kind, name, _ := strings.Cut(c.FormValue("target"), ":")
	var err error
	switch kind {
	case "type":
		err = h.assign(c, store.Assignment{DeviceType: name})
	case "group":
		err = h.assign(c, store.Assignment{Group: name})
	case "device", "forced":
		_, err = h.assignDevice(c, name, "", kind == "forced")
	default:
		err = problem.New(http.StatusUnprocessableEntity, "bad_target", "There is no such assignment any more.")
	}
	if err != nil {
		return err
	}
	return done(c, "/ota-management", "The assignment is removed. What runs stays as it is.")
}

func (h *Handler) formDeleteFirmware(c echo.Context) error {
	key := c.FormValue("firmware_key")
	if err := h.deleteFirmware(c, key); err != nil {
		return err
	}
	return done(c, "/ota-management", key+" is deleted.")
}

// formDeletePart removes a bootloader or partition table that is kept for flashing by wire.
func (h *Handler) formDeletePart(c echo.Context) error {
	if err := h.db.DeleteFlashPart(c.FormValue("sha256")); err != nil {
		return err
	}
	if err := h.audit(c, "", "deleted a flash part"); err != nil {
		return err
	}
	return done(c, "/ota-management", "It is deleted.")
}

func (h *Handler) deleteFirmware(c echo.Context, key string) error {
	if err := h.db.DeleteFirmware(key); err != nil {
		return unknownFirmware(err)
	}
	return h.audit(c, "", "deleted firmware "+key)
}

func unknownFirmware(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return problem.UnknownFirmware
	}
	return err
}

// assign says which image a type or a group should run; an empty key ends it.
func (h *Handler) assign(c echo.Context, assignment store.Assignment) error {
	whom := "all " + assignment.DeviceType
	switch {
	case assignment.Group != "":
		whom = "the group " + assignment.Group
	case !ota.ValidDeviceType(assignment.DeviceType):
		return problem.New(http.StatusBadRequest, "bad_device_type", "There is no such device type.")
	}
	assignment.Since = h.now()
	if err := h.db.Assign(assignment); err != nil {
		return unknownFirmware(err)
	}
	switch {
	case assignment.FirmwareKey == "":
		return h.audit(c, "", "ended the assignment of "+whom)
	case assignment.Rollback:
		whom += ", also where a newer version runs"
	}
	return h.audit(c, "", "assigned "+assignment.FirmwareKey+" to "+whom)
}

// assignDevice pins an image to a device, or has it installed once; "" ends it. An image for another
// chip is refused here already.
func (h *Handler) assignDevice(c echo.Context, id, key string, force bool) (store.Device, error) {
	if key != "" {
		device, err := h.db.Device(id)
		if err != nil {
			return device, unknownDevice(err)
		}
		firmware, err := h.db.Firmware(key)
		if err != nil {
			return device, unknownFirmware(err)
		}
		if force && device.AssignedKey != "" && device.AssignedKey != key {
			return device, problem.New(http.StatusConflict, "pinned",
				device.Title()+" is pinned to "+device.AssignedKey+", and a pin is stronger than a forced update. Remove the pin first.")
		}
		if device.Chip != "" && device.Chip != firmware.Image.Chip {
			return device, problem.New(http.StatusConflict, "wrong_chip",
				key+" is for an "+chipName(firmware.Image.Chip)+", "+device.Title()+" is an "+chipName(device.Chip)+".")
		}
	}
	device, err := h.db.AssignDevice(id, key, force)
	if err != nil {
		return device, unknownDevice(err)
	}
	words := "assigned " + key
	switch {
	case key == "":
		words = "ended its firmware assignment"
	case force:
		words = "forced " + key + " once"
	}
	return device, h.audit(c, id, words)
}

// retry forgives what failed, so that offers begin again.
func (h *Handler) retry(c echo.Context, id string) (store.Device, error) {
	facts, err := h.db.StepUpdate(id, func(facts store.UpdateFacts) (store.Changed, error) {
		step := store.Changed{Device: facts.Device}
		step.Device.UpdateReason, step.Device.UpdateMessage = "", "The update is offered again at its next check."
		for _, attempt := range facts.Attempts {
			if attempt.Forgiven || attempt.State == ota.StateConfirmed {
				continue
			}
			if attempt.Open() {
				attempt.State, attempt.Ended = ota.StateCancelled, h.now()
			}
			attempt.Forgiven = true
			step.Attempts = append(step.Attempts, attempt)
		}
		return step, nil
	})
	if err != nil {
		return facts.Device, unknownDevice(err)
	}
	return facts.Device, h.audit(c, id, "asked for another try of its update")
}
