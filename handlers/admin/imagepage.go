package admin

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"personalcms/ota"
	"personalcms/store"
	"personalcms/views"

	"github.com/labstack/echo/v4"
)

const (
	imageAttempts = 2000 // newest attempts that are looked at
	historyPage   = 50   // of them on one page
)

func imageURL(key string) string { return "/ota-management/firmware/" + url.PathEscape(key) }

// imageOf is the image in the address, what is assigned, and the devices that may have firmware.
func (h *Handler) imageOf(c echo.Context) (store.Firmware, []store.Assignment, []store.Device, error) {
	firmware, err := h.db.Firmware(param(c, "firmware_key"))
	if err != nil {
		return firmware, nil, nil, unknownFirmware(err)
	}
	assignments, err := h.db.Assignments()
	return firmware, assignments, h.approved(), err
}

// imagePage is all there is to say about one image.
func (h *Handler) imagePage(c echo.Context) error {
	firmware, assignments, devices, err := h.imageOf(c)
	if err != nil {
		return err
	}
	model := views.ImagePage{
		Page: h.page(c, firmware.Key, "firmware", eventsURL(c)), Image: h.imageCard(firmware, assignments, devices),
		Facts: imageFacts(firmware), File: fileBar(firmware.Image), Targets: h.targetGroups(devices, firmware.DeviceType), Groups: groupNotes(firmware, devices),
	}
	model.Slots, model.Notes = slotBars(firmware, meant(firmware, assignments, devices))
	if model.Now, err = h.imageNow(c, firmware, assignments, devices); err != nil {
		return err
	}
	return show(c, http.StatusOK, views.FirmwareImagePage(model))
}

// partialImage is what changes by itself on the page of an image.
func (h *Handler) partialImage(c echo.Context) error {
	firmware, assignments, devices, err := h.imageOf(c)
	if err != nil {
		return err
	}
	model, err := h.imageNow(c, firmware, assignments, devices)
	if err != nil {
		return err
	}
	return show(c, http.StatusOK, views.FirmwareImageNow(model))
}

// approved are the devices that may have firmware, in the order of their names.
func (h *Handler) approved() []store.Device {
	devices := slices.DeleteFunc(h.db.Devices(), func(device store.Device) bool { return !device.Approved })
	slices.SortStableFunc(devices, func(a, b store.Device) int {
		return strings.Compare(strings.ToLower(a.Title()), strings.ToLower(b.Title()))
	})
	return devices
}

// meant are the devices that an image is for: of its type, or told to run it.
func meant(firmware store.Firmware, assignments []store.Assignment, devices []store.Device) []store.Device {
	var found []store.Device
	for _, device := range devices {
		if device.DeviceType == firmware.DeviceType || device.RunningKey == firmware.Key || assignedBy(firmware.Key, device, assignments) != "" {
			found = append(found, device)
		}
	}
	return found
}

// assignedBy says why a device should run an image; "" if it should not.
func assignedBy(key string, device store.Device, assignments []store.Assignment) string {
	if wanted, by := wantedOf(device, assignments); wanted == key {
		return by
	}
	return ""
}

// wantedOf is the image that a device should run by its pin, force, group or type, the strongest alone, and which of
// them it is. Rollouts are not looked at.
func wantedOf(device store.Device, assignments []store.Assignment) (key, by string) {
	switch {
	case device.AssignedKey != "":
		return device.AssignedKey, "pinned"
	case device.ForcedKey != "":
		return device.ForcedKey, "once"
	}
	var ofGroup, ofType store.Assignment
	for _, assignment := range assignments {
		newest := ofGroup.Group == "" || assignment.Since.After(ofGroup.Since)
		switch {
		case assignment.Group == "" && assignment.DeviceType == device.DeviceType:
			ofType = assignment
		case assignment.Group != "" && slices.Contains(device.Groups, assignment.Group) && newest:
			ofGroup = assignment
		}
	}
	if ofGroup.Group != "" {
		return ofGroup.FirmwareKey, "group " + ofGroup.Group
	}
	return ofType.FirmwareKey, "its type"
}

// imageNow is who runs an image, and how it went.
func (h *Handler) imageNow(c echo.Context, firmware store.Firmware, assignments []store.Assignment, devices []store.Device) (views.ImageNow, error) {
	page, err := intParam(c, "page", 1, 1, imageAttempts/historyPage)
	if err != nil {
		return views.ImageNow{}, err
	}
	attempts, err := h.db.AttemptsWith(firmware.Key, imageAttempts)
	if err != nil {
		return views.ImageNow{}, err
	}
	model := views.ImageNow{Key: firmware.Key, Failures: failureWords(firmware.Tally)}
	rollouts, err := h.membersOf(firmware.Key)
	if err != nil {
		return model, err
	}
	roles := rolesOf(firmware.Key, devices, assignments, rollouts, attempts)
	if model.Devices, err = h.imageDevices(firmware, roles); err != nil {
		return model, err
	}
	if more := roles.all() - len(model.Devices); more > 0 {
		model.More = fmt.Sprintf("And %d more.", more)
	}
	model.Stats = imageStats(firmware.Tally, attempts, roles)
	h.imageHistory(&model, attempts, titlesOf(devices), page)
	return model, nil
}

// imageHistory is one page of the attempts to install an image, newest first.
func (h *Handler) imageHistory(model *views.ImageNow, attempts []ota.Attempt, titles map[string]string, page int) {
	names, zone := h.rolloutNames(), h.household()
	from := min((page-1)*historyPage, len(attempts))
	for _, attempt := range attempts[from:min(from+historyPage, len(attempts))] {
		line := attemptLine(attempt, names, h.now(), zone)
		line.Version, line.Kind = "", strings.TrimSuffix(strings.TrimSuffix(line.Kind, " to"), "update")
		if line.Device = (views.Link{Text: attempt.DeviceID}); titles[attempt.DeviceID] != "" {
			line.Device = views.Link{Text: titles[attempt.DeviceID], URL: deviceURL(attempt.DeviceID, "")}
		}
		model.History = append(model.History, line)
	}
	switch more := len(attempts) - from - historyPage; {
	case more > 0:
		model.Older = fmt.Sprintf("%s?page=%d", imageURL(model.Key), page+1)
	case len(attempts) == imageAttempts:
		model.OnlySince = fmt.Sprintf("The newest %d attempts are shown here; each device’s page keeps its own.", imageAttempts)
	}
	if page > 1 {
		model.Query = fmt.Sprintf("?page=%d", page)
		model.Newer = fmt.Sprintf("%s?page=%d", imageURL(model.Key), page-1)
	}
}

func titlesOf(devices []store.Device) map[string]string {
	titles := make(map[string]string, len(devices))
	for _, device := range devices {
		titles[device.ID] = device.Title()
	}
	return titles
}

// imageStats are the numbers of an image.
func imageStats(tally ota.Tally, attempts []ota.Attempt, roles imageRoles) []views.Stat {
	stats := []views.Stat{
		{Value: fmt.Sprintf("%d of %d", roles.run, roles.all()), Label: "devices that should run it do"},
		{Value: fmt.Sprint(len(roles.getting)), Label: map[bool]string{true: "gets it now", false: "get it now"}[len(roles.getting) == 1]},
		{Value: "–", Label: "nobody has tried it yet"},
		{Value: "–", Label: "no duration yet"},
	}
	if tried := tally.Tried(); tried > 0 {
		rate := tally.Confirmed * 100 / tried
		stats[2] = views.Stat{Value: fmt.Sprintf("%d %%", rate), Label: fmt.Sprintf("of %s came through", counted(tried, "attempt", "attempts")), Warm: rate < 90}
	}
	if tally.Confirmed > 0 {
		mean := time.Duration(tally.Seconds/int64(tally.Confirmed)) * time.Second
		stats[3] = views.Stat{Value: span(median(attempts, mean)), Label: "from offer to confirmation (median); " + span(mean) + " on average"}
	}
	if tally.Saved > 0 {
		stats = append(stats, views.Stat{Value: size(tally.Saved), Label: "saved by patches"})
	}
	return stats
}

// median is how long a confirmed attempt took, in the middle of all that are looked at; usual if there is none.
func median(attempts []ota.Attempt, usual time.Duration) time.Duration {
	var took []time.Duration
	for _, attempt := range attempts {
		if attempt.State == ota.StateConfirmed {
			took = append(took, attempt.Ended.Sub(attempt.Offered))
		}
	}
	if len(took) == 0 {
		return usual
	}
	slices.Sort(took)
	return took[len(took)/2]
}

func failureWords(tally ota.Tally) string {
	var words []string
	for _, kind := range []struct {
		count int
		words string
	}{{tally.Failed, "failed"}, {tally.RolledBack, "rolled back"}, {tally.Interrupted, "interrupted"}} {
		if kind.count > 0 {
			words = append(words, fmt.Sprintf("%d %s", kind.count, kind.words))
		}
	}
	return list(words)
}
