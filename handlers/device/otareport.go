package device

import (
	"errors"
	"net/http"

	"personalcms/handlers/problem"
	"personalcms/ota"
	"personalcms/store"

	"github.com/labstack/echo/v4"
)

type attemptReport struct {
	Attempt attemptName `json:"attempt"`
	State   string      `json:"state"`
	Bytes   int64       `json:"bytes"`
	Error   string      `json:"error"`
}

// attemptName is the id of an attempt, as text or number.
type attemptName string

// UnmarshalJSON takes both forms.
func (n *attemptName) UnmarshalJSON(raw []byte) error {
	return textOrNumber(raw, (*string)(n))
}

var unknownAttempt = problem.New(http.StatusNotFound, "unknown_attempt", "This device has no attempt of this name.")

// otaReport takes what a device says of an update.
func (h *Handler) otaReport(c echo.Context) error {
	var req attemptReport
	if err := decode(c, &req); err != nil {
		return err
	}
	device, err := h.known(c)
	if err != nil {
		return err
	}
	if req.Attempt == "" {
		p := badRequest("missing_fields", "Missing required fields: attempt.")
		p.Key = "attempt"
		return p
	}
	h.seen(c, device.ID, nil)
	report := ota.Report{State: ota.State(req.State), Bytes: req.Bytes, Error: req.Error}
	_, err = h.db.StepUpdate(device.ID, func(facts store.UpdateFacts) (store.Changed, error) {
		return h.reported(facts, string(req.Attempt), report)
	})
	if err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// reported is the step that follows from a report.
func (h *Handler) reported(facts store.UpdateFacts, id string, report ota.Report) (store.Changed, error) {
	for _, attempt := range facts.Attempts {
		if attempt.ID != id {
			continue
		}
		next, err := attempt.OnReport(report, h.now())
		switch {
		case errors.Is(err, ota.ErrBadState):
			p := badRequest("bad_value", "“state” is downloading, installed, confirmed, failed or rolled_back.")
			p.Key = "state"
			return store.Changed{}, p
		case errors.Is(err, ota.ErrBadBytes):
			p := badRequest("bad_value", "“bytes” lies between 0 and the size of the image.")
			p.Key = "bytes"
			return store.Changed{}, p
		case next == attempt:
			return store.Changed{}, store.ErrUnchanged
		}
		step := store.Changed{Device: facts.Device}
		step.Note(next, h.now())
		return step, nil
	}
	return store.Changed{}, unknownAttempt
}
