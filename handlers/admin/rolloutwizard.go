package admin

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"personalcms/handlers/fleet"
	"personalcms/handlers/problem"
	"personalcms/ota"
	"personalcms/store"
	"personalcms/views"

	"github.com/labstack/echo/v4"
)

// newRolloutPage is the form of a new rollout, for the image that the address names or the newest one.
func (h *Handler) newRolloutPage(c echo.Context) error {
	all, err := h.db.AllFirmware()
	if err != nil {
		return err
	}
	in := rolloutInput{id: newRolloutID(), key: c.QueryParam("firmware_key")}
	in.stages, _ = readyPlans("careful", "")
	if in.key == "" && len(all) > 0 {
		in.key = all[0].Key
	}
	plan := in.plan(h.household())
	in.seen = fingerprint(plan)
	return h.showRolloutForm(c, http.StatusOK, in, plan, false)
}

// formNewRollout begins a rollout, or changes its form. It begins only what was shown in words before.
func (h *Handler) formNewRollout(c echo.Context) error {
	values, err := c.FormParams()
	if err != nil {
		return problem.TooLarge
	}
	in, do := readRollout(values), values.Get("do")
	if do != "begin" {
		if !in.edit(do, h.firstGroup()) {
			return problem.New(http.StatusUnprocessableEntity, "unknown_button", "There is no such button.")
		}
		plan := in.plan(h.household())
		if do != "look" {
			in.errors = nil // of fields that may have moved
		}
		return h.showRolloutForm(c, http.StatusOK, in, plan, false)
	}
	plan := in.plan(h.household())
	if len(in.errors) == 0 {
		if _, err := h.rollout(plan, ""); err != nil && !in.note(err) {
			return err
		}
	}
	switch {
	case len(in.errors) > 0:
		return h.showRolloutForm(c, http.StatusUnprocessableEntity, in, plan, false)
	case in.seen != fingerprint(plan):
		return h.showRolloutForm(c, http.StatusOK, in, plan, true)
	}
	rollout, err := h.createRollout(c, plan)
	if errors.Is(err, store.ErrExists) {
		return done(c, rolloutURL(plan.ID), "") // the form was sent twice
	}
	if err != nil {
		return err
	}
	return done(c, rolloutURL(rollout.ID), "The rollout has begun.")
}

// note keeps what is wrong with a plan at its field; it tells whether there is such a field.
func (in *rolloutInput) note(err error) bool {
	p := problem.Of(err)
	switch {
	case p.Key != "":
		in.errors[p.Key] = p.Detail
	case p == problem.UnknownFirmware || p.Word == "unsigned":
		in.errors["firmware_key"] = p.Detail
	default:
		return false
	}
	return true
}

// partialLook is what would come of the form as it is typed at the moment.
func (h *Handler) partialLook(c echo.Context) error {
	values, err := c.FormParams()
	if err != nil {
		return problem.TooLarge
	}
	in := readRollout(values)
	plan := in.plan(h.household())
	look, err := h.rolloutLook(in, plan)
	if err != nil {
		return err
	}
	return show(c, http.StatusOK, views.RolloutLooked(look))
}

// showRolloutForm shows the form as it was typed: alone to htmx, on its page to a browser.
func (h *Handler) showRolloutForm(c echo.Context, status int, in rolloutInput, plan rolloutPlan, again bool) error {
	form, err := h.rolloutForm(in)
	if err != nil {
		return err
	}
	if form.Look, err = h.rolloutLook(in, plan); err != nil {
		return err
	}
	form.Look.Again = again
	if c.Request().Header.Get("HX-Request") != "" && c.Request().Method == http.MethodPost {
		return show(c, status, views.NewRolloutForm(form))
	}
	form.Page = h.page(c, "New rollout", "firmware", "")
	return show(c, status, views.NewRolloutPage(form))
}

// rolloutForm is the form of what was typed, with all that can be chosen.
func (h *Handler) rolloutForm(in rolloutInput) (views.RolloutForm, error) {
	form := views.RolloutForm{
		ID: in.id, SeenWithin: in.within, NotSeenFor: in.quiet, Rollback: in.rollback, Name: in.name, Errors: in.errors,
	}
	all, err := h.db.AllFirmware()
	if err != nil {
		return form, err
	}
	form.Images = imageGroups(all, in.key)
	boards := h.fleet.Boards(h.now())
	count := func(of func(ota.Board) string, chosen []string, label func(string) string) []views.Option {
		counts := map[string]int{}
		for _, board := range boards {
			if name := of(board); strings.TrimSpace(name) != "" {
				counts[name]++
			}
		}
		return withCounts(counts, chosen, label)
	}
	same := func(name string) string { return name }
	form.Types = count(func(b ota.Board) string { return b.DeviceType }, in.filter.DeviceTypes, same)
	form.Versions = count(func(b ota.Board) string { return b.Version }, in.filter.Versions, same)
	form.Chips = count(func(b ota.Board) string { return b.Chip }, in.filter.Chips, chipName)
	groups := fleet.Groups(boards)
	names := slices.Sorted(maps.Keys(groups))
	form.Groups = withCounts(groups, in.filter.Groups, same)
	for i, typed := range in.stages {
		form.Stages = append(form.Stages, h.stageForm(typed, names, i == len(in.stages)-1))
	}
	return form, nil
}

// withCounts are names to choose from with the number of devices of each; a chosen one that no device has stays.
func withCounts(counts map[string]int, chosen []string, label func(string) string) []views.Option {
	for _, name := range chosen {
		if _, known := counts[name]; !known {
			counts[name] = 0
		}
	}
	var options []views.Option
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		options = append(options, views.Option{
			Value: name, Label: fmt.Sprintf("%s (%d)", label(name), counts[name]), Selected: slices.Contains(chosen, name),
		})
	}
	return options
}

// imageGroups are all images by their type, newest first.
func imageGroups(all []store.Firmware, chosen string) []views.OptionGroup {
	var groups []views.OptionGroup
	for _, firmware := range all {
		at := slices.IndexFunc(groups, func(g views.OptionGroup) bool { return g.Label == firmware.DeviceType })
		if at < 0 {
			at = len(groups)
			groups = append(groups, views.OptionGroup{Label: firmware.DeviceType})
		}
		label := firmware.DeviceType + " " + firmware.Version + ", " + chipName(firmware.Image.Chip)
		groups[at].Options = append(groups[at].Options, views.Option{Value: firmware.Key, Label: label, Selected: firmware.Key == chosen})
	}
	return groups
}

// stageForm is a stage as it was typed, with whom it can be for and its thresholds in words.
func (h *Handler) stageForm(typed views.StageForm, groups []string, last bool) views.StageForm {
	typed.Whoms = []views.Option{{Label: "A share of the devices"}}
	if group, ok := strings.CutPrefix(typed.Whom, "group:"); ok && !slices.Contains(groups, group) {
		groups = append(slices.Clip(groups), group)
	}
	for _, group := range groups {
		value := "group:" + group
		typed.Whoms = append(typed.Whoms, views.Option{Value: value, Label: "Group " + group, Selected: value == typed.Whom})
	}
	stage, _ := planStage(typed, 0, h.household())
	typed.Rule = ruleWords(stage, last)
	typed.Unit = cmp.Or(typed.Unit, "minutes")
	return typed
}

// groupNames are the groups that devices are in.
func (h *Handler) groupNames() []string {
	return slices.Sorted(maps.Keys(fleet.Groups(h.fleet.Boards(h.now()))))
}

// firstGroup is the first group there is; "" if there is none.
func (h *Handler) firstGroup() string {
	if names := h.groupNames(); len(names) > 0 {
		return names[0]
	}
	return ""
}
