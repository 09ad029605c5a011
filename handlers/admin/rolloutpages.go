package admin

import (
	"fmt"
	"net/http"

	"personalcms/handlers/access"
	"personalcms/ota"
	"personalcms/views"

	"github.com/labstack/echo/v4"
)

// rolloutPages are the pages of rollouts; what scripts do with them is in firmwareAPI.
func (h *Handler) rolloutPages(g *echo.Group) {
	g.GET("/ota-management/rollouts", h.rolloutsView(views.RolloutsPage))
	g.GET("/partials/rollouts", h.rolloutsView(views.RolloutList))
	g.GET("/ota-management/rollouts/new", h.newRolloutPage)
	g.POST("/ota-management/rollouts/new", h.formNewRollout)
	g.POST("/ota-management/rollouts/look", h.partialLook)
	g.GET("/ota-management/rollouts/:rollout_id", h.rolloutView(views.RolloutPage))
	g.GET("/partials/rollouts/:rollout_id", h.rolloutView(views.RolloutNow))
	g.GET("/ota-management/rollouts/:rollout_id/rollback", h.askRollout("rollback"))
	g.GET("/ota-management/rollouts/:rollout_id/cancel", h.askRollout("cancel"))
	g.GET("/ota-management/rollouts/:rollout_id/delete", h.askRollout("delete"))
	g.POST("/ota-management/rollouts/:rollout_id/:action", h.formRollout)
}

// rolloutsView shows all rollouts with one of the components that take them.
func (h *Handler) rolloutsView(view viewOf[views.Rollouts]) echo.HandlerFunc {
	return func(c echo.Context) error {
		model := views.Rollouts{Page: h.page(c, "Rollouts", "firmware", eventsURL(c)), May: access.Of(c).May("write")}
		all, err := h.db.AllFirmware()
		if err != nil {
			return err
		}
		model.Images = len(all) > 0
		for _, rollout := range h.db.Rollouts() {
			model.Rows = append(model.Rows, h.rolloutRow(rollout))
		}
		return show(c, http.StatusOK, view(model))
	}
}

func (h *Handler) rolloutRow(r ota.Rollout) views.RolloutRow {
	status, class := statusWords(r)
	row := views.RolloutRow{
		ID: r.ID, Name: r.Name, Key: r.FirmwareKey, Status: status, Class: class, Counts: countWords(total(r)),
		When: "begun " + when(r.Created, h.now(), h.household()),
	}
	row.Bar = wholeBar(r, status+": "+row.Counts)
	if r.By != "" {
		row.When += " by " + r.By
	}
	if !r.Ended.IsZero() {
		row.When += ", ended " + when(r.Ended, h.now(), h.household())
	}
	return row
}

// statusWords say in a few words how far a rollout is, and how that is coloured.
func statusWords(r ota.Rollout) (words, class string) {
	stage := fmt.Sprintf("stage %d of %d", min(r.Stage+1, len(r.Stages)), len(r.Stages))
	switch r.Status {
	case ota.RolloutPaused:
		return "Paused, " + stage, "warm"
	case ota.RolloutHalted:
		return "Halted, " + stage, "warm"
	case ota.RolloutFinished:
		return "Finished", "good"
	case ota.RolloutCancelled:
		return "Cancelled", "soft"
	case ota.RolloutRollingBack:
		return "Going back", "warm"
	case ota.RolloutRolledBack:
		return "Rolled back", "soft"
	}
	if !r.Release(r.Stage) {
		return "Waits, " + stage, "good"
	}
	return "Running, " + stage, "good"
}

// total counts the devices of all stages.
func total(r ota.Rollout) ota.Counts {
	var all ota.Counts
	for _, stage := range r.Stages {
		c := stage.Counts
		all.Waiting += c.Waiting
		all.Active += c.Active
		all.Confirmed += c.Confirmed
		all.Failed += c.Failed
		all.Retrying += c.Retrying
		all.Skipped += c.Skipped
		all.Returned += c.Returned
	}
	return all
}

func countWords(c ota.Counts) string {
	words := fmt.Sprintf("%d of %d confirmed", c.Confirmed, c.Fit())
	if c.Fit() == 0 {
		words = "no device yet"
	}
	if c.Bad() > 0 {
		words += fmt.Sprintf(", %d failed", c.Bad())
	}
	if c.Returned > 0 {
		words += fmt.Sprintf(", %d back on their former image", c.Returned)
	}
	if c.Skipped > 0 {
		words += fmt.Sprintf(", %d passed over", c.Skipped)
	}
	return words
}
