package admin

import (
	"fmt"
	"net/http"
	"time"

	"personalcms/handlers/access"
	"personalcms/ota"
	"personalcms/views"

	"github.com/labstack/echo/v4"
)

// rolloutView shows a rollout with one of the components that take it: its page, or the live part of that.
func (h *Handler) rolloutView(view viewOf[views.Rollout]) echo.HandlerFunc {
	return func(c echo.Context) error {
		model, err := h.rolloutModel(c, param(c, "rollout_id"))
		if err != nil {
			return err
		}
		return show(c, http.StatusOK, view(model))
	}
}

// rolloutModel is all that is shown of a rollout.
func (h *Handler) rolloutModel(c echo.Context, id string) (views.Rollout, error) {
	r, err := h.db.Rollout(id)
	if err != nil {
		return views.Rollout{}, unknownRollout(err)
	}
	members, err := h.db.Members(id)
	if err != nil {
		return views.Rollout{}, err
	}
	away := h.awayIn(r, members)
	model := views.Rollout{
		Page: h.page(c, r.Name, "firmware", eventsURL(c)), ID: r.ID, Name: r.Name, Sentence: h.rolloutSentence(r),
		About: h.rolloutAbout(r), Acts: rolloutActs(r), May: access.Of(c).May("write"),
	}
	_, model.Class = statusWords(r)
	if r.Status == ota.RolloutHalted {
		model.Why = r.Why
	}
	for i := range r.Stages {
		model.Stages = append(model.Stages, h.rolloutStage(r, i, away[i]))
	}
	if model.May && extendable(r) {
		model.Extend = &views.ExtendForm{ID: r.ID, Stage: h.stageForm(usualStage("100"), h.groupNames(), true)}
	}
	look := lookAt{state: c.QueryParam("state"), page: pageNumber(c.QueryParam("page"))}
	model.Query = look.query()
	model.Lists, err = h.memberLists(r, members, look)
	return model, err
}

// awayIn counts by stage the devices that have something to do and cannot be reached.
func (h *Handler) awayIn(r ota.Rollout, members []ota.Member) []int {
	now := h.now()
	away := make([]int, len(r.Stages))
	for _, member := range members {
		if member.Stage >= len(away) || !r.Pending(member) {
			continue
		}
		device, err := h.db.Device(member.DeviceID)
		if err == nil && !h.fleet.Board(device, now).Reachable {
			away[member.Stage]++
		}
	}
	return away
}

// rolloutSentence says how far a rollout is.
func (h *Handler) rolloutSentence(r ota.Rollout) string {
	all := total(r)
	at := h.moment(r.Updated)
	switch r.Status {
	case ota.RolloutPaused:
		return "Paused since " + at + ". Nothing new is offered until you resume it; what is under way comes to its end."
	case ota.RolloutHalted:
		return "It halted by itself."
	case ota.RolloutFinished:
		return "Finished " + h.moment(r.Ended) + ". Devices that are meant and come later get the image, too."
	case ota.RolloutCancelled:
		return "Cancelled " + h.moment(r.Ended) + ". Its devices keep what they run and follow what is assigned to them."
	case ota.RolloutRollingBack:
		return fmt.Sprintf("It goes back: %d of %d devices run their former image again.", all.Returned, all.Returned+all.Confirmed+all.Active+all.Retrying)
	case ota.RolloutRolledBack:
		return "Rolled back " + h.moment(r.Ended) + ". Its devices stay on their former image as long as the rollout is kept."
	}
	if r.Stage >= len(r.Stages) {
		return "All stages are through."
	}
	return fmt.Sprintf("Stage %d of %d %s.", r.Stage+1, len(r.Stages), h.stageWords(r, r.Stage))
}

// moment is a time where the household is.
func (h *Handler) moment(t time.Time) string { return when(t, h.now(), h.household()) }

// stageWords say what a stage of a rollout that runs is doing, after “stage 2”.
func (h *Handler) stageWords(r ota.Rollout, index int) string {
	stage := r.Stages[index]
	switch {
	case !stage.Finished.IsZero():
		return "finished " + h.moment(stage.Finished)
	case stage.Begun.IsZero() && index > r.Stage:
		return fmt.Sprintf("waits for stage %d", index)
	case stage.Begun.IsZero() && stage.Start == ota.StartByHand:
		return "waits for you to begin it"
	case stage.Begun.IsZero():
		return "begins " + h.moment(stage.At)
	case !stage.Reached.IsZero():
		return "did well and is watched until " + h.moment(stage.Reached.Add(time.Duration(stage.Soak)*time.Second))
	}
	return "runs since " + h.moment(stage.Begun)
}

// rolloutStage is one stage as it stands.
func (h *Handler) rolloutStage(r ota.Rollout, index, away int) views.RolloutStage {
	stage := r.Stages[index]
	shown := views.RolloutStage{
		Number: index + 1, Share: shareWords(r, index), State: h.stageWords(r, index), Class: "later",
		Counts: barCounts(stage.Counts), Rule: ruleWords(stage, index == len(r.Stages)-1),
	}
	current := index == r.Stage && !stage.Begun.IsZero()
	switch {
	case !stage.Finished.IsZero():
		shown.Class, shown.Rule = "done", ""
	case r.Status == ota.RolloutHalted && current:
		shown.Class, shown.State = "stopped", "halted"
	case r.Status == ota.RolloutPaused && current:
		shown.Class, shown.State = "stopped", "paused"
	case current:
		shown.Class = "now"
	}
	if over := !r.InEffect() || r.GoesBack(); over && stage.Finished.IsZero() {
		shown.Class, shown.Rule = "later", ""
		shown.State = map[bool]string{true: "never began", false: "did not come to its end"}[stage.Begun.IsZero()]
	}
	first := current && r.WaitsForOne()
	switch {
	case away > 0 && first && away == stage.Counts.Waiting+stage.Counts.Active:
		shown.Away = "None of those that are left can be reached. The stage waits until one is back and has confirmed."
	case away > 0:
		shown.Away = offlineWords(away)
	}
	if first {
		away = max(0, away-1)
	}
	shown.Bar = stageBar(r, index, away, fmt.Sprintf("Stage %d: %s", index+1, countWords(stage.Counts)))
	return shown
}

func offlineWords(away int) string {
	if away == 1 {
		return "1 of them is offline. It holds up nothing and joins when it comes back."
	}
	return fmt.Sprintf("%d of them are offline. They hold up nothing and join when they come back.", away)
}

// shareWords say whom a stage is for: a group, or a share of the devices, which counts those of the stages before.
func shareWords(r ota.Rollout, index int) string {
	stage := r.Stages[index]
	switch {
	case stage.Group != "":
		return "Group " + stage.Group
	case stage.Percent == 100 && index == 0:
		return "All devices"
	case stage.Percent == 100:
		return "All the rest"
	case index == 0:
		return fmt.Sprintf("%d %% of the devices", stage.Percent)
	}
	return fmt.Sprintf("Up to %d %% of the devices", stage.Percent)
}

// ruleWords are the thresholds of a stage; behind the last one nothing goes on.
func ruleWords(stage ota.Stage, last bool) string {
	words := fmt.Sprintf("%s when %d %% have confirmed", map[bool]string{true: "Finished", false: "Goes on"}[last], stage.Success)
	if stage.MinDevices > 0 {
		words += fmt.Sprintf(", at least %s", counted(stage.MinDevices, "device", "devices"))
	}
	if stage.Soak > 0 {
		words += " and it stayed so for " + soakWords(stage.Soak)
	}
	return words + fmt.Sprintf("; halts when %d %% have failed.", stage.Failure)
}

// soakWords is a length of time in the largest unit that divides it.
func soakWords(seconds int) string {
	unit, n := "minute", seconds/60
	switch {
	case seconds%60 != 0:
		unit, n = "second", seconds
	case seconds%3600 == 0:
		unit, n = "hour", seconds/3600
	}
	if n == 1 {
		return "1 " + unit
	}
	return fmt.Sprintf("%d %ss", n, unit)
}

// rolloutAbout is what was chosen when the rollout was made.
func (h *Handler) rolloutAbout(r ota.Rollout) []views.Pair {
	pairs := []views.Pair{{Name: "Image", Value: r.FirmwareKey}}
	for _, row := range []struct {
		name string
		list []string
	}{
		{"Types", r.Filter.DeviceTypes},
		{"Groups", r.Filter.Groups},
		{"Versions", r.Filter.Versions},
		{"Chips", chipNames(r.Filter.Chips)},
	} {
		if len(row.list) > 0 {
			pairs = append(pairs, views.Pair{Name: row.name, Value: list(row.list)})
		}
	}
	if len(r.Filter.Devices) > 0 {
		pairs = append(pairs, views.Pair{Name: "Chosen one by one", Value: counted(len(r.Filter.Devices), "device", "devices")})
	}
	if r.Filter.SeenWithin > 0 {
		pairs = append(pairs, views.Pair{Name: "Heard of within", Value: soakWords(r.Filter.SeenWithin * 3600)})
	}
	if r.Filter.NotSeenFor > 0 {
		pairs = append(pairs, views.Pair{Name: "Silent for", Value: soakWords(r.Filter.NotSeenFor * 3600)})
	}
	newer := "stays"
	if r.Rollback {
		newer = "is replaced, too"
	}
	pairs = append(pairs, views.Pair{Name: "A newer version", Value: newer}, views.Pair{Name: "Devices", Value: fmt.Sprint(total(r).All())})
	begun := h.moment(r.Created)
	if r.By != "" {
		begun += ", " + r.By
	}
	return append(pairs, views.Pair{Name: "Made", Value: begun}, views.Pair{Name: "Last change", Value: h.moment(r.Updated)})
}

func chipNames(chips []string) []string {
	var names []string
	for _, chip := range chips {
		names = append(names, chipName(chip))
	}
	return names
}
