package admin

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

// apiRollouts lists all rollouts, newest first.
func (h *Handler) apiRollouts(c echo.Context) error {
	return c.JSON(http.StatusOK, map[string]any{"rollouts": notNil(h.db.Rollouts())})
}

func (h *Handler) apiCreateRollout(c echo.Context) error {
	var plan rolloutPlan
	if err := decode(c, &plan); err != nil {
		return err
	}
	rollout, err := h.createRollout(c, plan)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, rollout)
}

// apiCountRollout says how many devices each stage of a plan would have; nothing begins.
func (h *Handler) apiCountRollout(c echo.Context) error {
	var plan rolloutPlan
	if err := decode(c, &plan); err != nil {
		return err
	}
	rollout, err := h.rollout(plan, "")
	if err != nil {
		return err
	}
	count, err := h.countRollout(rollout)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, count)
}

func (h *Handler) apiRollout(c echo.Context) error {
	rollout, err := h.db.Rollout(param(c, "rollout_id"))
	if err != nil {
		return unknownRollout(err)
	}
	return c.JSON(http.StatusOK, rollout)
}

// apiRolloutDevices lists the devices of a rollout and how far each has come.
func (h *Handler) apiRolloutDevices(c echo.Context) error {
	id := param(c, "rollout_id")
	if _, err := h.db.Rollout(id); err != nil {
		return unknownRollout(err)
	}
	members, err := h.db.Members(id)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, map[string]any{"devices": notNil(members)})
}

// apiRolloutAction pauses, resumes, cancels … a rollout.
func (h *Handler) apiRolloutAction(c echo.Context) error {
	var order rolloutOrder
	if c.Request().ContentLength != 0 {
		if err := decode(c, &order); err != nil {
			return err
		}
	}
	rollout, err := h.stepRollout(c, param(c, "rollout_id"), param(c, "action"), order)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, rollout)
}

func (h *Handler) apiDeleteRollout(c echo.Context) error {
	if err := h.deleteRollout(c, param(c, "rollout_id")); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}
