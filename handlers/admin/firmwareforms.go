package admin

import (
	"errors"
	"net/http"
	"strings"

	"personalcms/handlers/problem"
	"personalcms/ota"
	"personalcms/store"

	"github.com/labstack/echo/v4"
)

// firmwareBack is the page that a form about an image came from.
func firmwareBack(c echo.Context, key string) string {
	if c.FormValue("back") == "image" {
		return imageURL(key)
	}
	return "/ota-management"
}

// formAssign assigns an image to a type or a group, or pins it to a device.
func (h *Handler) formAssign(c echo.Context) error {
	key := c.FormValue("firmware_key")
	kind, name, _ := strings.Cut(c.FormValue("target"), ":")
	switch {
	case key == "" || name == "":
		return problem.New(http.StatusUnprocessableEntity, "bad_target", "Choose a type, a group or a device and assign again.")
	case kind == "type":
		if err := h.assign(c, store.Assignment{DeviceType: name, FirmwareKey: key, Rollback: c.FormValue("rollback") == "true"}); err != nil {
			return err
		}
		return done(c, firmwareBack(c, key), "All devices of type "+name+" get it with their next check.")
	case kind == "group":
		if err := h.assign(c, store.Assignment{Group: name, FirmwareKey: key, Rollback: c.FormValue("rollback") == "true"}); err != nil {
			return err
		}
		return done(c, firmwareBack(c, key), "All devices of the group "+name+" get it with their next check.")
	case kind == "device":
		device, err := h.assignDevice(c, name, key, false)
		if err != nil {
			return err
		}
		return done(c, firmwareBack(c, key), device.Title()+" gets it with its next check.")
	}
	return problem.New(http.StatusUnprocessableEntity, "bad_target", "Choose a type, a group or a device and assign again.")
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
	case assignment.Group != "" && assignment.FirmwareKey != "" && !groupName(assignment.Group):
		return badGroup
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
