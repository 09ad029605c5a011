package admin

import (
	"cmp"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"

	"personalcms/handlers/access"
	"personalcms/handlers/problem"
	"personalcms/ota"
	"personalcms/store"

	"github.com/labstack/echo/v4"
)

// rolloutPlan is what a person or script chooses of a rollout.
type rolloutPlan struct {
	ID          string      `json:"-"` // of a form, which keeps it so that sending it twice makes one rollout; "" = a new one
	Name        string      `json:"name"`
	FirmwareKey string      `json:"firmware_key"`
	Filter      ota.Filter  `json:"filter"`
	Stages      []ota.Stage `json:"stages"`
	Rollback    bool        `json:"rollback"` // also where a newer version runs
}

// rollout makes a rollout of a plan, not stored yet. Without device types or devices in its filter it is for the type of
// its image: to turn devices into something else takes naming them.
func (h *Handler) rollout(plan rolloutPlan, by string) (ota.Rollout, error) {
	firmware, err := h.db.Firmware(plan.FirmwareKey)
	if err != nil {
		return ota.Rollout{}, unknownFirmware(err)
	}
	signatures := h.db.Settings().Signatures
	if signatures.Only(firmware.DeviceType) && !signatures.Holds(firmware) {
		return ota.Rollout{}, store.ErrUnsigned
	}
	filter := plan.Filter
	if len(filter.DeviceTypes) == 0 && len(filter.Devices) == 0 {
		filter.DeviceTypes = []string{firmware.DeviceType}
	}
	rollout := ota.Rollout{
		ID: cmp.Or(plan.ID, newRolloutID()), Name: plan.Name, FirmwareKey: firmware.Key, Filter: filter, Rollback: plan.Rollback,
		Status: ota.RolloutRunning, By: by, Created: h.now().UTC(), Updated: h.now().UTC(),
	}
	if rollout.Name == "" {
		rollout.Name = firmware.Key
	}
	for _, stage := range plan.Stages {
		rollout.Stages = append(rollout.Stages, stage.Planned())
	}
	return rollout, refusedRollout(rollout.Check())
}

// newRolloutID is 16 hex digits that nobody guesses.
func newRolloutID() string {
	raw := make([]byte, 8)
	_, _ = rand.Read(raw) // never fails: crypto/rand ends the program instead
	return hex.EncodeToString(raw)
}

// createRollout stores a rollout and begins it.
func (h *Handler) createRollout(c echo.Context, plan rolloutPlan) (ota.Rollout, error) {
	rollout, err := h.rollout(plan, access.Of(c).Name)
	if err != nil {
		return rollout, err
	}
	if err := h.db.CreateRollout(rollout); err != nil {
		return rollout, unknownFirmware(err)
	}
	if err := h.audit(c, "", fmt.Sprintf("began the rollout “%s” of %s", rollout.Name, rollout.FirmwareKey)); err != nil {
		return rollout, err
	}
	if err := h.fleet.Move(h.now()); err != nil {
		return rollout, err
	}
	return h.db.Rollout(rollout.ID)
}

// rolloutSteps are what a person or script can do with a rollout, and how the log names it.
var rolloutSteps = map[string]string{
	"pause": "paused", "resume": "resumed", "cancel": "cancelled", "retry": "had the failed devices of another try",
	"begin": "began the next stage of", "extend": "extended", "rollback": "rolled back",
}

// rolloutOrder is what some steps need to know.
type rolloutOrder struct {
	Stages []ota.Stage `json:"stages"` // of “extend”
	Stage  int         `json:"stage"`  // of “begin”: the one that is meant, from 1; 0 = whichever is next
}

// stepRollout does one of rolloutSteps.
func (h *Handler) stepRollout(c echo.Context, id, step string, order rolloutOrder) (ota.Rollout, error) {
	words, known := rolloutSteps[step]
	if !known {
		return ota.Rollout{}, problem.NotFound
	}
	now := h.now().UTC()
	var rollout ota.Rollout
	var err error
	if step == "retry" {
		rollout, err = h.db.RetryRollout(id, now)
	} else {
		rollout, err = h.db.MoveRollout(id, func(r ota.Rollout) (ota.Rollout, []ota.Member, error) {
			var err error
			switch step {
			case "pause":
				r, err = r.Pause(now)
			case "resume":
				r, err = r.Resume(now)
			case "cancel":
				r, err = r.Cancel(now)
			case "begin":
				if next := nextStage(r); order.Stage != 0 && order.Stage != next+1 {
					return r, nil, &ota.RolloutError{Sentence: fmt.Sprintf("Stage %d is not the next one any more. Look at the rollout again.", order.Stage)}
				}
				r, err = r.Begin(now)
			case "extend":
				r, err = r.Extend(order.Stages, now)
			case "rollback":
				r, err = r.RollBack(now)
			}
			return r, nil, err
		})
	}
	if err != nil {
		return rollout, refusedRollout(unknownRollout(err))
	}
	if err := h.audit(c, "", fmt.Sprintf("%s the rollout “%s”", words, rollout.Name)); err != nil {
		return rollout, err
	}
	if err := h.fleet.Move(now); err != nil {
		return rollout, err
	}
	return h.db.Rollout(id)
}

// nextStage is the one that has not begun yet, from 0; as many as there are when all have.
func nextStage(r ota.Rollout) int {
	if r.Release(r.Stage) {
		return r.Stage + 1
	}
	return r.Stage
}

func (h *Handler) deleteRollout(c echo.Context, id string) error {
	rollout, err := h.db.Rollout(id)
	if err != nil {
		return unknownRollout(err)
	}
	err = h.db.DeleteRollout(id)
	if errors.Is(err, store.ErrInUse) {
		return problem.New(http.StatusConflict, "in_use", "A rollout is deleted once it is cancelled or rolled back. Cancel it first.")
	}
	if err != nil {
		return unknownRollout(err)
	}
	return h.audit(c, "", "deleted the rollout “"+rollout.Name+"”")
}

func unknownRollout(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return problem.New(http.StatusNotFound, "unknown_rollout", "There is no rollout of this id.")
	}
	return err
}

// refusedRollout says what a person can do about a rollout that cannot be so.
func refusedRollout(err error) error {
	var refused *ota.RolloutError
	if !errors.As(err, &refused) {
		return err
	}
	status := http.StatusConflict
	if refused.Field != "" {
		status = http.StatusUnprocessableEntity
	}
	p := problem.New(status, "bad_rollout", refused.Sentence)
	p.Key = refused.Field
	return p
}
