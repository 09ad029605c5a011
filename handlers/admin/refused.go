package admin

import (
	"errors"
	"net/http"
	"net/url"

	"personalcms/handlers/problem"
	"personalcms/store"
	"personalcms/views"

	"github.com/labstack/echo/v4"
)

func (h *Handler) refusedPage(c echo.Context) error {
	return show(c, http.StatusOK, views.RefusedPage(h.refusedModel(c)))
}

func (h *Handler) partialRefused(c echo.Context) error {
	return show(c, http.StatusOK, views.RefusedList(h.refusedModel(c)))
}

// formForget empties the list.
func (h *Handler) formForget(c echo.Context) error {
	h.db.ForgetRefused("")
	if err := h.audit(c, "", "emptied the list of refused requests"); err != nil {
		return err
	}
	return done(c, "/refused", "The list is empty.")
}

// formAddDevice makes a device known that speaks and does not register; it waits for approval.
func (h *Handler) formAddDevice(c echo.Context) error {
	id := c.FormValue("device_id")
	if !store.ValidID(id) {
		return problem.New(http.StatusUnprocessableEntity, "bad_device_id", "This cannot be a device’s id.")
	}
	err := h.db.CreateDevice(store.Device{ID: id, Registered: h.now(), Code: store.NewCode()})
	if err != nil && !errors.Is(err, store.ErrExists) {
		return err
	}
	h.db.ForgetRefused(id)
	if err := h.audit(c, id, "added a device that does not register"); err != nil {
		return err
	}
	return done(c, deviceURL(id, ""), "It is added and waits for your approval.")
}

func (h *Handler) refusedModel(c echo.Context) views.Refused {
	model := views.Refused{Page: h.page(c, "Refused requests", "refused", eventsURL(c)), Since: "the program started"}
	zone := h.household()
	for _, refusal := range h.db.Refused() {
		row := views.RefusedRow{
			DeviceID: refusal.DeviceID, Address: refusal.Address, Count: refusal.Count,
			First: when(refusal.First, h.now(), zone), Last: when(refusal.Last, h.now(), zone),
		}
		device, err := h.db.Device(refusal.DeviceID)
		known := err == nil
		if known {
			row.DeviceURL = deviceURL(device.ID, "")
		}
		row.Reason, row.Hint, row.Mend = mending(refusal, device, known)
		model.Rows = append(model.Rows, row)
	}
	return model
}

// mending says a reason in words, what it means, and the button that mends it.
func mending(refusal store.Refusal, device store.Device, known bool) (reason, hint string, mend *views.Action) {
	post := func(label, rest string) *views.Action {
		if !known {
			return nil
		}
		return &views.Action{Label: label, URL: "/devices/" + url.PathEscape(device.ID) + rest, Method: http.MethodPost}
	}
	enrolment := &views.Action{Label: "New devices", URL: "/settings"}
	switch refusal.Reason {
	case "unknown_device":
		hint = "A device spoke that never registered here, or was deleted. It registers by itself when it restarts. If it never does, add it; it then waits for your approval."
		return "Unknown id", hint, &views.Action{
			Label: "Add it", URL: "/refused/add", Method: http.MethodPost, Fields: []views.Field{{Name: "device_id", Value: refusal.DeviceID}},
		}
	case "wrong_token":
		return "Wrong token", "It did not bear its token: its memory was erased, or something else uses its id. If it is your board, allow it a new token.",
			post("Allow re-enrolment", "/allow-reenrolment")
	case "reenrol_requested":
		return "Lost its token", "The board registered again without its token. If it is yours, allow it a new one within ten minutes.",
			post("Allow re-enrolment", "/allow-reenrolment")
	case "too_many_pending":
		return "Too many wait", "As many devices wait for approval as the settings allow. Approve or delete some, or raise the number.", enrolment
	case "enrolment_closed":
		return "New devices are refused", "The settings say that no new device may come.", enrolment
	case "wrong_password", "too_many_tries":
		return "Wrong password", "Somebody tried to sign in.", nil
	case "download_not_allowed":
		return "Download refused", "A firmware download came without a valid address, token or password.",
			&views.Action{Label: "Downloads with a password", URL: "/settings"}
	}
	return "Bad request", refusal.Detail, nil
}
