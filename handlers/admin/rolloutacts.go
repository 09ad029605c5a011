package admin

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"

	"personalcms/handlers/problem"
	"personalcms/ota"
	"personalcms/views"

	"github.com/labstack/echo/v4"
)

// rolloutActs are the buttons for what can be done with a rollout now, the likeliest first.
func rolloutActs(r ota.Rollout) []views.RolloutAct {
	var acts []views.RolloutAct
	add := func(possible bool, act views.RolloutAct) {
		if possible {
			acts = append(acts, act)
		}
	}
	all, next := total(r), nextStage(r)
	runs, stopped := r.Status == ota.RolloutRunning, r.Status == ota.RolloutPaused || r.Status == ota.RolloutHalted
	add(stopped, views.RolloutAct{Name: "resume", Label: "Resume", Class: "primary"})
	begin := views.RolloutAct{Name: "begin", Label: fmt.Sprintf("Begin stage %d now", next+1), Fields: []views.Field{{Name: "stage", Value: strconv.Itoa(next + 1)}}}
	if next == r.Stage {
		begin.Class = "primary"
		add(runs && next < len(r.Stages), begin)
	}
	add(runs || r.Status == ota.RolloutFinished, views.RolloutAct{Name: "pause", Label: "Pause"})
	add(runs && next > r.Stage && next < len(r.Stages), begin)
	add(all.Failed+all.Skipped > 0 && r.InEffect() && r.Status != ota.RolloutRolledBack, views.RolloutAct{Name: "retry", Label: retryLabel(all)})
	add(r.InEffect() && !r.GoesBack() && all.Confirmed+all.Active+all.Retrying > 0, views.RolloutAct{Name: "rollback", Label: "Roll back…", Class: "danger", Ask: true})
	add(r.InEffect() && r.Status != ota.RolloutRolledBack, views.RolloutAct{Name: "cancel", Label: "Cancel…", Class: "danger", Ask: true})
	add(r.Status == ota.RolloutCancelled || r.Status == ota.RolloutRolledBack, views.RolloutAct{Name: "delete", Label: "Delete…", Class: "danger", Ask: true})
	return acts
}

func retryLabel(all ota.Counts) string {
	if all.Failed == 0 {
		return "Try those passed over again"
	}
	return "Retry failed"
}

// extendable tells whether a further stage could have devices.
func extendable(r ota.Rollout) bool {
	if !r.InEffect() || r.GoesBack() || len(r.Stages) >= ota.MaxStages {
		return false
	}
	return !slices.ContainsFunc(r.Stages, func(stage ota.Stage) bool { return stage.Percent >= 100 })
}

// rolloutDone says what a step did.
var rolloutDone = map[string]string{
	"pause":    "It is paused. Nothing new is offered.",
	"resume":   "It goes on. What failed until now counts no more towards the next halt.",
	"cancel":   "It is cancelled. Its devices keep what they run.",
	"retry":    "The devices that failed get another try with their next check.",
	"begin":    "The stage has begun.",
	"extend":   "The stage is added.",
	"rollback": "It goes back. Each device gets its former image with its next check.",
}

// formRollout does one of the steps of a rollout, or deletes it.
func (h *Handler) formRollout(c echo.Context) error {
	id, action := param(c, "rollout_id"), param(c, "action")
	switch action {
	case "delete":
		if err := h.deleteRollout(c, id); err != nil {
			return err
		}
		return done(c, "/ota-management/rollouts", "The rollout is deleted. What its devices run stays as it is.")
	case "extend":
		return h.formExtend(c, id)
	}
	stage, _ := strconv.Atoi(c.FormValue("stage"))
	rollout, err := h.stepRollout(c, id, action, rolloutOrder{Stage: stage})
	if err != nil {
		return err
	}
	words := rolloutDone[action]
	if action == "retry" && rollout.Status == ota.RolloutPaused {
		words = "The devices that failed get another try when you resume the rollout."
	}
	return done(c, rolloutURL(id), words)
}

// formExtend adds a stage; a refused one is shown as it was typed.
func (h *Handler) formExtend(c echo.Context, id string) error {
	values, err := c.FormParams()
	if err != nil {
		return problem.TooLarge
	}
	typed := readStage(values, 0)
	stage, found := planStage(typed, 0, h.household())
	if len(found) == 0 {
		_, err = h.stepRollout(c, id, "extend", rolloutOrder{Stages: []ota.Stage{stage}})
		if err == nil {
			return done(c, rolloutURL(id), rolloutDone["extend"])
		}
		p := problem.Of(err)
		if p.Key != "stages" {
			return err
		}
		found["stages"] = p.Detail
	}
	typed.Open = true
	form := views.ExtendForm{ID: id, Stage: h.stageForm(typed, h.groupNames(), true), Errors: found, Open: true}
	if c.Request().Header.Get("HX-Request") != "" {
		return show(c, http.StatusUnprocessableEntity, views.ExtendRollout(form))
	}
	model, err := h.rolloutModel(c, id)
	if err != nil {
		return err
	}
	model.Extend = &form
	return show(c, http.StatusUnprocessableEntity, views.RolloutPage(model))
}

// askRollout is the page that says what a step would do before it is done.
func (h *Handler) askRollout(action string) echo.HandlerFunc {
	return func(c echo.Context) error {
		r, err := h.db.Rollout(param(c, "rollout_id"))
		if err != nil {
			return unknownRollout(err)
		}
		model := views.RolloutConfirm{Page: h.page(c, r.Name, "firmware", ""), ID: r.ID, Name: r.Name, Action: action}
		switch action {
		case "rollback":
			model.Heading, model.Label = "Roll back “"+r.Name+"”?", "Roll back"
			if model.Sentences, err = h.wayBackWords(r); err != nil {
				return err
			}
		case "cancel":
			model.Heading, model.Label = "Cancel “"+r.Name+"”?", "Cancel the rollout"
			model.Sentences = []string{
				fmt.Sprintf("%s that run the image keep it. Nothing new is offered, and no device joins any more.", counted(total(r).Confirmed, "device", "devices")),
				"From then on its devices follow what is assigned to them, to their groups or to their type. This cannot be undone.",
			}
		case "delete":
			model.Heading, model.Label = "Delete “"+r.Name+"”?", "Delete it for good"
			model.Sentences = []string{"What became of each device is forgotten; what the devices run stays as it is, and they follow what is assigned to them."}
		}
		return show(c, http.StatusOK, views.RolloutConfirmPage(model))
	}
}

// wayBackWords say how many devices go back to what.
func (h *Handler) wayBackWords(r ota.Rollout) ([]string, error) {
	members, err := h.db.Members(r.ID)
	if err != nil {
		return nil, err
	}
	back, lost, open := map[string]int{}, 0, 0
	for _, member := range members {
		switch {
		case member.Installed && h.stored(member.Former):
			back[member.Former]++
		case member.Installed:
			lost++
		case member.State == ota.MemberActive || member.State == ota.MemberRetrying:
			open++
		}
	}
	var words []string
	for _, key := range slices.Sorted(maps.Keys(back)) {
		words = append(words, fmt.Sprintf("%s to %s: with the next check, in the devices’ windows.", counted(back[key], "device goes back", "devices go back"), key))
	}
	if len(back) == 0 {
		words = append(words, "No device has an image to go back to.")
	}
	if lost > 0 {
		words = append(words, counted(lost, "device keeps what it runs: its", "devices keep what they run: their")+" former image is not known or not stored here.")
	}
	if open > 0 {
		words = append(words, counted(open, "device", "devices")+" just installing the image may come to run it and then go back as well.")
	}
	return append(words, "Devices that do not have the image yet are not offered it any more. This cannot be undone."), nil
}

func (h *Handler) stored(key string) bool {
	if key == "" {
		return false
	}
	_, err := h.db.Firmware(key)
	return err == nil
}
