package admin

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"personalcms/handlers/problem"
	"personalcms/store"
	"personalcms/views"

	"github.com/labstack/echo/v4"
)

const reenrolWindow = 10 * time.Minute

// approve lets a device in. A device without a token needs the owner to say so.
func (h *Handler) approve(c echo.Context, id string, withoutToken bool) (store.Device, error) {
	device, err := h.db.UpdateDevice(id, func(device *store.Device) error {
		if device.Legacy() && !withoutToken {
			return problem.New(http.StatusConflict, "no_token",
				"This device registered without a token. It can only be approved as “allowed without a token”.")
		}
		device.Approved = true
		device.WithoutToken = device.Legacy()
		return nil
	})
	if err != nil {
		return device, unknownDevice(err)
	}
	h.db.ForgetRefused(id)
	words := "approved"
	if device.WithoutToken {
		words = "approved without a token"
	}
	return device, h.audit(c, id, words)
}

func unknownDevice(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return problem.UnknownDevice
	}
	return err
}

// allowReenrolment opens the window in which a device may fetch a new token.
func (h *Handler) allowReenrolment(c echo.Context, id string) (store.Device, error) {
	device, err := h.db.UpdateDevice(id, func(device *store.Device) error {
		device.ReenrolUntil = h.now().Add(reenrolWindow)
		return nil
	})
	if err != nil {
		return device, unknownDevice(err)
	}
	h.db.ForgetRefused(id)
	return device, h.audit(c, id, "allowed re-enrolment for 10 minutes")
}

// deviceChange is what an owner may set; nil leaves a field as it is.
type deviceChange struct {
	Name     *string   `json:"name"`
	Nickname *string   `json:"nickname"`
	Groups   *[]string `json:"groups"`
	TimeZone *string   `json:"timezone"`
}

const (
	maxName   = 64 // characters
	maxGroups = 32
)

// problems says what is wrong with a change, by field.
func (d deviceChange) problems() map[string]string {
	problems := map[string]string{}
	for field, value := range map[string]*string{"name": d.Name, "nickname": d.Nickname} {
		if value != nil && utf8.RuneCountInString(*value) > maxName {
			problems[field] = "A name has at most 64 characters."
		}
	}
	if d.TimeZone != nil && *d.TimeZone != "" {
		if _, err := time.LoadLocation(*d.TimeZone); err != nil || *d.TimeZone == "Local" {
			problems["timezone"] = "There is no time zone of this name. Write it like Europe/Berlin."
		}
	}
	if d.Groups != nil {
		for _, group := range *d.Groups {
			if group == "" || utf8.RuneCountInString(group) > maxName {
				problems["groups"] = "A group's name has 1 to 64 characters."
			}
		}
		if len(*d.Groups) > maxGroups {
			problems["groups"] = "A device can be in at most 32 groups."
		}
	}
	return problems
}

// apply sets the fields and notes that they are the owner's, so that the device cannot change them back.
func (d deviceChange) apply(device *store.Device) {
	for field, change := range map[string]struct {
		value *string
		into  *string
	}{"name": {d.Name, &device.Name}, "nickname": {d.Nickname, &device.Nickname}, "timezone": {d.TimeZone, &device.TimeZone}} {
		if change.value != nil && strings.TrimSpace(*change.value) != *change.into {
			*change.into = strings.TrimSpace(*change.value)
			device.Own(field)
		}
	}
	if d.Groups != nil {
		device.Groups = slices.Clone(*d.Groups)
	}
}

func (h *Handler) formApprove(c echo.Context) error {
	// The page may be old: another board may have taken the id since its digits were compared.
	if device, err := h.device(c); err == nil && c.FormValue("code") != "" && c.FormValue("code") != device.Code {
		return problem.New(http.StatusConflict, "other_code", "The digits on this page are old. Reload it and compare them again.")
	}
	device, err := h.approve(c, param(c, "device_id"), c.FormValue("without_token") == "true")
	if err != nil {
		return err
	}
	if c.Request().Header.Get("HX-Request") != "" {
		return c.NoContent(http.StatusNoContent) // the tile changes through the event stream
	}
	return done(c, deviceURL(device.ID, ""), device.Title()+" is approved. It shows its own screen when it asks next.")
}

func (h *Handler) formReenrol(c echo.Context) error {
	device, err := h.allowReenrolment(c, param(c, "device_id"))
	if err != nil {
		return err
	}
	return done(c, deviceURL(device.ID, ""), "For 10 minutes this board may fetch a new token.")
}

func (h *Handler) formSettings(c echo.Context) error {
	nickname, name, zone := c.FormValue("nickname"), c.FormValue("name"), strings.TrimSpace(c.FormValue("timezone"))
	groups := []string{}
	for group := range strings.SplitSeq(c.FormValue("groups"), ",") {
		if group = strings.TrimSpace(group); group != "" && !slices.Contains(groups, group) {
			groups = append(groups, group)
		}
	}
	change := deviceChange{Name: &name, Nickname: &nickname, TimeZone: &zone, Groups: &groups}
	panel, sentence := readPanel(c.Request().Form)
	problems := change.problems()
	if sentence != "" {
		problems["panel"] = sentence
	}
	if len(problems) > 0 {
		return h.refuseSettings(c, change, problems)
	}
	device, err := h.db.UpdateDevice(param(c, "device_id"), func(device *store.Device) error {
		change.apply(device)
		setPanel(device, panel)
		return nil
	})
	if err != nil {
		return unknownDevice(err)
	}
	if err := h.audit(c, device.ID, "changed its settings"); err != nil {
		return err
	}
	return h.savedForm(c, device, "settings", views.DeviceSettingsForm)
}

// refuseSettings shows the form again with what was typed.
func (h *Handler) refuseSettings(c echo.Context, change deviceChange, problems map[string]string) error {
	device, err := h.device(c)
	if err != nil {
		return err
	}
	model, err := h.deviceModel(c, device)
	if err != nil {
		return err
	}
	model.Settings.Nickname, model.Settings.Name, model.Settings.TimeZone = *change.Nickname, *change.Name, *change.TimeZone
	model.Settings.Groups, model.Settings.Errors = c.FormValue("groups"), problems
	typedPanel(&model.Settings.Panel, c.Request().Form)
	if c.Request().Header.Get("HX-Request") != "" {
		return show(c, http.StatusUnprocessableEntity, views.DeviceSettingsForm(model))
	}
	return show(c, http.StatusUnprocessableEntity, views.DevicePage(model))
}

func (h *Handler) formPictures(c echo.Context) error {
	values, err := c.FormParams()
	if err != nil {
		return problem.TooLarge
	}
	device, err := h.device(c)
	if err != nil {
		return err
	}
	if device, err = h.db.AssignPictures(device.ID, values["pictures"]); err != nil {
		return unknownPicture(err)
	}
	if err := h.audit(c, device.ID, "chose its pictures"); err != nil {
		return err
	}
	return h.savedForm(c, device, "pictures", views.DevicePictures)
}

func (h *Handler) formPreferences(c echo.Context) error {
	values, err := c.FormParams()
	if err != nil {
		return problem.TooLarge
	}
	device, err := h.db.UpdateDevice(param(c, "device_id"), func(device *store.Device) error {
		for _, category := range h.library.Categories() {
			device.Preferences.Choose(category.Name, h.known(category.Name, values[category.Name]))
		}
		device.Own("preferences")
		return nil
	})
	if err != nil {
		return unknownDevice(err)
	}
	if err := h.audit(c, device.ID, "chose its content"); err != nil {
		return err
	}
	return h.savedForm(c, device, "preferences", views.DevicePreferences)
}

func (h *Handler) formFirmware(c echo.Context) error {
	key := c.FormValue("firmware_key")
	device, err := h.assignDevice(c, param(c, "device_id"), key, c.FormValue("force") == "true" && key != "")
	if err != nil {
		return err
	}
	return h.savedForm(c, device, "firmware", views.DeviceAssign)
}

// formRetry lets the offers of an image that was given up begin again.
func (h *Handler) formRetry(c echo.Context) error {
	device, err := h.retry(c, param(c, "device_id"))
	if err != nil {
		return err
	}
	if c.Request().Header.Get("HX-Request") != "" {
		return c.NoContent(http.StatusNoContent)
	}
	return done(c, deviceURL(device.ID, ""), "The update is offered again with the next check.")
}

var commandNames = []string{"refresh", "restart", "identify", "check_update"}

func (h *Handler) formCommand(c echo.Context) error {
	name := c.FormValue("command")
	if !slices.Contains(commandNames, name) {
		return problem.New(http.StatusUnprocessableEntity, "unknown_command", "A device does not know this command.")
	}
	device, err := h.db.UpdateDevice(param(c, "device_id"), func(device *store.Device) error {
		if device.Queue(name) {
			return nil
		}
		if slices.ContainsFunc(device.Commands, func(command store.Command) bool { return command.Name == name }) {
			return store.ErrUnchanged
		}
		return problem.New(http.StatusConflict, "too_many_commands", "Too many commands wait for this device already.")
	})
	if err != nil {
		return unknownDevice(err)
	}
	if err := h.audit(c, device.ID, "command "+name); err != nil {
		return err
	}
	if c.Request().Header.Get("HX-Request") != "" {
		return c.NoContent(http.StatusNoContent)
	}
	return done(c, deviceURL(device.ID, ""), "The command goes out with the next heartbeat.")
}

// formTwoBoards notes that the owner has mended two boards under one id.
func (h *Handler) formTwoBoards(c echo.Context) error {
	device, err := h.db.UpdateDevice(param(c, "device_id"), func(device *store.Device) error {
		device.DuplicateClears = h.now()
		return nil
	})
	if err != nil {
		return unknownDevice(err)
	}
	if err := h.audit(c, device.ID, "put an end to the warning of two boards"); err != nil {
		return err
	}
	return done(c, deviceURL(device.ID, ""), "Noted. The warning comes back if both boards speak again.")
}

func (h *Handler) formDelete(c echo.Context) error {
	device, err := h.device(c)
	if err != nil {
		return err
	}
	if err := h.deleteDevice(c, device); err != nil {
		return err
	}
	return done(c, "/", device.Title()+" is deleted.")
}

func (h *Handler) deleteDevice(c echo.Context, device store.Device) error {
	if err := h.db.DeleteDevice(device.ID); err != nil {
		return unknownDevice(err)
	}
	h.db.ForgetRefused(device.ID)
	h.screens.Forget(device.ID)
	if err := h.loseMirror(device.ID); err != nil {
		return err
	}
	return h.audit(c, device.ID, "deleted "+device.Title())
}

// savedForm answers a form that was taken: the form itself to htmx, the device's page to a browser.
func (h *Handler) savedForm(c echo.Context, device store.Device, form string, view viewOf[views.Device]) error {
	if c.Request().Header.Get("HX-Request") == "" {
		return done(c, deviceURL(device.ID, ""), "Saved.")
	}
	model, err := h.deviceModel(c, device)
	if err != nil {
		return err
	}
	model.Saved = form
	return show(c, http.StatusOK, view(model))
}
