package admin

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"personalcms/content/schedule"
	"personalcms/handlers/problem"
	"personalcms/store"

	"github.com/labstack/echo/v4"
)

// nowInfo is what a device shows now and why, as scripts read it.
type nowInfo struct {
	schedule.Decision
	DeviceID    string     `json:"device_id"`
	Drawn       string     `json:"drawn"`        // the name of what it was given last
	DrawnAt     *time.Time `json:"drawn_at"`     // when that was drawn; null = nothing was
	NextRefresh *time.Time `json:"next_refresh"` // when it was told to ask again; null = it never asked
}

func (h *Handler) sendNow(c echo.Context, id string) error {
	device, err := h.db.Device(id)
	if err != nil {
		return unknownDevice(err)
	}
	info := nowInfo{DeviceID: id, Decision: h.screens.Plan(device, h.now())}
	if drawn, err := h.db.Drawn(id); err == nil {
		at := drawn.At.UTC()
		info.Drawn, info.DrawnAt = drawn.Name, &at
	}
	if next := h.db.Status(id).NextRefresh; !next.IsZero() {
		next = next.UTC()
		info.NextRefresh = &next
	}
	return c.JSON(http.StatusOK, info)
}

func (h *Handler) apiNow(c echo.Context) error { return h.sendNow(c, param(c, "device_id")) }

// readShow reads "show this now" from a request.
func (h *Handler) readShow(c echo.Context) (schedule.Override, string, error) {
	var req showOrder
	if err := decode(c, &req); err != nil {
		return schedule.Override{}, "", err
	}
	override, title, p := h.override(req)
	if p != nil {
		return override, "", p
	}
	return override, title, nil
}

func (h *Handler) apiShow(c echo.Context) error {
	override, title, err := h.readShow(c)
	if err != nil {
		return err
	}
	device, err := h.showNow(c, param(c, "device_id"), override, title)
	if err != nil {
		return err
	}
	return h.sendNow(c, device.ID)
}

func (h *Handler) apiEndShow(c echo.Context) error {
	if _, err := h.endShow(c, param(c, "device_id")); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

func (h *Handler) readMessage(c echo.Context) (messageOrder, error) {
	var req messageOrder
	if err := decode(c, &req); err != nil {
		return req, err
	}
	if p := req.check(h.now()); p != nil {
		return req, p
	}
	return req, nil
}

func (h *Handler) apiMessage(c echo.Context) error {
	req, err := h.readMessage(c)
	if err != nil {
		return err
	}
	_, message, err := h.leaveMessage(c, param(c, "device_id"), req)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, message)
}

func (h *Handler) apiRemoveMessage(c echo.Context) error {
	if _, err := h.removeMessage(c, param(c, "device_id"), param(c, "message")); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// readAway reads an absence; an empty body is one until further notice.
func (h *Handler) readAway(c echo.Context) (schedule.Away, error) {
	var req awayOrder
	if c.Request().ContentLength != 0 {
		if err := decode(c, &req); err != nil {
			return schedule.Away{}, err
		}
	}
	away, p := req.away(h.now())
	if p != nil {
		return away, p
	}
	return away, nil
}

func (h *Handler) apiAway(c echo.Context) error {
	away, err := h.readAway(c)
	if err != nil {
		return err
	}
	if _, err := h.setAway(c, param(c, "device_id"), away); err != nil {
		return err
	}
	return c.JSON(http.StatusOK, away)
}

func (h *Handler) apiEndAway(c echo.Context) error {
	if _, err := h.setAway(c, param(c, "device_id"), schedule.Away{}); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

func (h *Handler) apiHouseholdAway(c echo.Context) error {
	away, err := h.readAway(c)
	if err != nil {
		return err
	}
	if err := h.setHouseholdAway(c, away); err != nil {
		return err
	}
	return c.JSON(http.StatusOK, away)
}

func (h *Handler) apiEndHouseholdAway(c echo.Context) error {
	if err := h.setHouseholdAway(c, schedule.Away{}); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// apiStep turns a device's playlist: {"by":1}, {"by":-1} or {"entry":3}, counted from 1.
func (h *Handler) apiStep(c echo.Context) error {
	var req struct {
		By    int  `json:"by"`
		Entry *int `json:"entry"`
	}
	if err := decode(c, &req); err != nil {
		return err
	}
	var what string
	switch {
	case req.Entry != nil && req.By == 0 && *req.Entry >= 1:
		what = fmt.Sprintf("entry:%d", *req.Entry)
	case req.Entry != nil:
		return wrong("entry", "“entry” is the number of an entry, counted from 1, and stands alone.")
	case req.By == 1:
		what = "next"
	case req.By == -1:
		what = "previous"
	default:
		return wrong("by", "“by” is 1 or -1.")
	}
	device, err := h.device(c)
	if err != nil {
		return err
	}
	if _, err := h.turn(c, device, what); err != nil {
		return err
	}
	return h.sendNow(c, device.ID)
}

var emptyGroup = problem.New(http.StatusNotFound, "unknown_group", "No approved device is in this group.")

// eachOfGroup does something with every approved device of the group in the address and answers with their ids.
func (h *Handler) eachOfGroup(c echo.Context, do func(id string) error) error {
	ids := []string{}
	for _, device := range h.db.Devices() {
		if device.Approved && slices.Contains(device.Groups, param(c, "group")) {
			ids = append(ids, device.ID)
		}
	}
	if len(ids) == 0 {
		return emptyGroup
	}
	for _, id := range ids {
		if err := do(id); err != nil {
			return err
		}
	}
	return c.JSON(http.StatusOK, map[string]any{"devices": ids})
}

func (h *Handler) apiGroupShow(c echo.Context) error {
	override, title, err := h.readShow(c)
	if err != nil {
		return err
	}
	return h.eachOfGroup(c, func(id string) error {
		_, err := h.showNow(c, id, override, title)
		return err
	})
}

func (h *Handler) apiGroupMessage(c echo.Context) error {
	req, err := h.readMessage(c)
	if err != nil {
		return err
	}
	return h.eachOfGroup(c, func(id string) error {
		_, _, err := h.leaveMessage(c, id, req)
		return err
	})
}

// assignmentProblem looks at what PATCH says of what a device shows: a playlist that is there, "" for the default one, and
// another device to mirror, "" for none.
func (h *Handler) assignmentProblem(id string, playlist, mirror *string) *problem.Problem {
	if playlist != nil && *playlist != "" {
		if _, err := h.db.Playlist(*playlist); err != nil {
			return wrong("playlist", "There is no playlist of this id.")
		}
	}
	if mirror != nil {
		if sentence := h.mirrorProblem(id, *mirror); sentence != "" {
			return wrong("mirror", sentence)
		}
	}
	return nil
}

// assign notes playlist and mirror; nil leaves one as it is.
func assign(device *store.Device, playlist, mirror *string) {
	if playlist == nil && mirror == nil {
		return
	}
	if playlist != nil {
		device.Playlist = *playlist
	}
	if mirror != nil {
		device.Mirror = *mirror
	}
	device.Queue(refresh)
}
