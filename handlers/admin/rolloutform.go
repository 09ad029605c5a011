package admin

import (
	"fmt"
	"math"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"personalcms/ota"
	"personalcms/views"
)

// rolloutInput is what was typed into the form of a new rollout.
type rolloutInput struct {
	id            string // the rollout will have
	key, name     string
	rollback      bool
	filter        ota.Filter
	within, quiet string // hours of the filter, as typed
	stages        []views.StageForm
	seen          string // the plan that was looked at
	errors        map[string]string
}

var rolloutIDForm = regexp.MustCompile(`^[0-9a-f]{16}$`)

// readRollout reads the form and keeps all of it as it was typed.
func readRollout(values url.Values) rolloutInput {
	in := rolloutInput{
		id: values.Get("id"), key: values.Get("firmware_key"), name: strings.TrimSpace(values.Get("name")), rollback: values.Get("rollback") == "true",
		within: strings.TrimSpace(values.Get("seen_within")), quiet: strings.TrimSpace(values.Get("not_seen_for")), seen: values.Get("seen"),
		filter: ota.Filter{
			DeviceTypes: values["device_types"], Versions: values["versions"], Groups: values["groups"], Chips: values["chips"],
		},
	}
	if !rolloutIDForm.MatchString(in.id) {
		in.id = newRolloutID()
	}
	for i := 0; i < ota.MaxStages && values.Has(stageField(i, "whom")); i++ {
		in.stages = append(in.stages, readStage(values, i))
	}
	return in
}

func stageField(i int, name string) string { return fmt.Sprintf("stages.%d.%s", i, name) }

func readStage(values url.Values, i int) views.StageForm {
	get := func(name string) string { return strings.TrimSpace(values.Get(stageField(i, name))) }
	return views.StageForm{
		Whom: get("whom"), Percent: get("percent"), Start: get("start"), At: get("at"), Success: get("success"), Failure: get("failure"),
		Min: get("min"), Soak: get("soak"), Unit: get("unit"),
	}
}

// usualStage is a stage for a share of the devices with the usual thresholds.
func usualStage(percent string) views.StageForm {
	return views.StageForm{Percent: percent, Start: ota.StartAtOnce, Success: "90", Failure: "10", Min: "0", Soak: "0", Unit: "minutes"}
}

// readyPlans are the stages of the plans that are offered; group is the first one there is.
func readyPlans(name, group string) ([]views.StageForm, bool) {
	watched := func(stage views.StageForm, hours string) views.StageForm {
		stage.Soak, stage.Unit = hours, "hours"
		return stage
	}
	switch name {
	case "once":
		return []views.StageForm{usualStage("100")}, true
	case "careful":
		return []views.StageForm{watched(usualStage("10"), "1"), watched(usualStage("50"), "1"), usualStage("100")}, true
	case "group":
		first := watched(usualStage(""), "1")
		first.Whom = "group:" + group
		return []views.StageForm{first, usualStage("100")}, true
	}
	return nil, false
}

// edit does what a button of the form says: plan:careful, add-stage, remove-stage:2. It tells whether there is such a
// button.
func (in *rolloutInput) edit(do, group string) bool {
	name, rest, _ := strings.Cut(do, ":")
	switch name {
	case "plan":
		stages, known := readyPlans(rest, group)
		if known {
			in.stages = stages
		}
		return known
	case "add-stage":
		if len(in.stages) < ota.MaxStages {
			in.stages = append(in.stages, usualStage("100"))
		}
		return true
	case "remove-stage":
		at, err := strconv.Atoi(rest)
		if err != nil || at < 0 {
			return false
		}
		in.stages = remove(in.stages, at)
		return true
	}
	return do == "look" || do == ""
}

// plan is what was typed as a plan; what cannot be read or cannot be so is noted in the errors by field.
func (in *rolloutInput) plan(zone *time.Location) rolloutPlan {
	in.errors = map[string]string{}
	plan := rolloutPlan{ID: in.id, Name: in.name, FirmwareKey: in.key, Filter: in.filter, Rollback: in.rollback}
	plan.Filter.SeenWithin = in.hours("seen_within", in.within)
	plan.Filter.NotSeenFor = in.hours("not_seen_for", in.quiet)
	for i, typed := range in.stages {
		stage, found := planStage(typed, i, zone)
		for field, sentence := range found {
			in.errors[field] = sentence
			in.stages[i].Open = in.stages[i].Open || slices.Contains([]string{"success", "failure", "min", "soak"}, field[strings.LastIndex(field, ".")+1:])
		}
		plan.Stages = append(plan.Stages, stage)
	}
	if len(in.errors) == 0 {
		in.checkStages(plan)
	}
	return plan
}

// checkStages finds the stage that cannot stand behind those before it.
func (in *rolloutInput) checkStages(plan rolloutPlan) {
	for i := range plan.Stages {
		err := ota.Rollout{Name: "x", Stages: plan.Stages[:i+1]}.Check()
		if err != nil {
			in.errors[stageField(i, "stage")] = err.Error()
			return
		}
	}
}

func (in *rolloutInput) hours(field, text string) int {
	hours, ok := wholeNumber(text, 0, ota.MaxHours)
	if !ok {
		in.errors[field] = "Hours are a whole number. Leave it empty for “whenever”."
	}
	return hours
}

// wholeNumber reads a number between two others; an empty text is 0.
func wholeNumber(text string, least, most int) (int, bool) {
	if text == "" {
		return 0, true
	}
	n, err := strconv.Atoi(text)
	return n, err == nil && n >= least && n <= most
}

// planStage is a stage as it was typed, with what is wrong with it by field.
func planStage(typed views.StageForm, i int, zone *time.Location) (ota.Stage, map[string]string) {
	found := map[string]string{}
	number := func(name, text string, least, most int, sentence string) int {
		n, ok := wholeNumber(text, least, most)
		if !ok {
			found[stageField(i, name)] = sentence
		}
		return n
	}
	stage := ota.Stage{
		Start:      typed.Start,
		Success:    number("success", typed.Success, 1, 100, "A threshold is 1 to 100 percent."),
		Failure:    number("failure", typed.Failure, 1, 100, "A threshold is 1 to 100 percent."),
		MinDevices: number("min", typed.Min, 0, 100_000, "A number of devices is 0 or more."),
	}
	if group, ok := strings.CutPrefix(typed.Whom, "group:"); ok {
		stage.Group = group
	} else if stage.Percent = number("percent", typed.Percent, 1, 100, "A share is 1 to 100 percent."); typed.Percent == "" {
		found[stageField(i, "percent")] = "A share is 1 to 100 percent."
	}
	if typed.Start == ota.StartAtTime {
		at, err := time.ParseInLocation("2006-01-02T15:04", typed.At, zone)
		if err != nil {
			found[stageField(i, "at")] = "Say on which day and at what time it begins."
		}
		stage.At = at.UTC()
	}
	var ok bool
	if stage.Soak, ok = soakSeconds(typed.Soak, typed.Unit); !ok {
		found[stageField(i, "soak")] = "A time is 0 or more, at most 30 days."
	}
	return stage.Planned(), found
}

// soakSeconds reads a time of hours or minutes, at most 30 days; an empty text is 0.
func soakSeconds(text, unit string) (int, bool) {
	if text == "" {
		return 0, true
	}
	n, err := strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64)
	seconds := n * map[bool]float64{true: 3600, false: 60}[unit == "hours"]
	if err != nil || math.IsNaN(n) || seconds < 0 || seconds > 30*24*3600 {
		return 0, false
	}
	return int(math.Round(seconds)), true
}
