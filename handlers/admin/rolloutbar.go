package admin

import (
	"fmt"

	"personalcms/ota"
	"personalcms/views"
)

// gapPercent lies between the stages in the picture of a whole rollout, leastPercent is the width of a stage
// without devices.
const (
	gapPercent   = 1.0
	leastPercent = 3.0
)

// part is a number of devices in one colour of a bar.
type part struct {
	class   string
	devices int
}

// parts are the colours of a stage's bar from left to right: what went well grows from the left, what failed from the
// right, so that each side grows towards its own threshold.
func parts(c ota.Counts) []part {
	return []part{
		{"confirmed", c.Confirmed},
		{"returned", c.Returned},
		{"active", c.Active},
		{"waiting", c.Waiting},
		{"retrying", c.Retrying},
		{"failed", c.Failed},
	}
}

// barParts lays the devices of a stage over a piece of a bar, in percent of the whole.
func barParts(c ota.Counts, from, width float64) []views.BarPart {
	var drawn []views.BarPart
	at := from
	for _, p := range parts(c) {
		if p.devices == 0 {
			continue
		}
		wide := width * float64(p.devices) / float64(c.Fit())
		drawn = append(drawn, views.BarPart{Class: p.class, At: at, Width: wide})
		at += wide
	}
	if len(drawn) == 0 {
		drawn = append(drawn, views.BarPart{Class: "waiting", At: from, Width: width})
	}
	return drawn
}

// wholeBar is all stages side by side, each as wide as it has devices.
func wholeBar(r ota.Rollout, label string) views.RolloutBar {
	bar := views.RolloutBar{Label: label}
	sum := 0.0
	widths := make([]float64, len(r.Stages))
	all := total(r).Fit()
	for i, stage := range r.Stages {
		widths[i] = leastPercent
		if all > 0 {
			widths[i] = max(leastPercent, 100*float64(stage.Counts.Fit())/float64(all))
		}
		sum += widths[i]
	}
	room := 100 - gapPercent*float64(len(r.Stages)-1)
	at := 0.0
	for i, stage := range r.Stages {
		wide := widths[i] / sum * room
		bar.Parts = append(bar.Parts, barParts(stage.Counts, at, wide)...)
		bar.Parts = append(bar.Parts, views.BarPart{Class: "gap", At: at + wide, Width: gapPercent})
		at += wide + gapPercent
	}
	return bar
}

// stageBar is one stage; while it runs, marks show where it goes on and where it halts.
func stageBar(r ota.Rollout, index, away int, label string) views.RolloutBar {
	stage := r.Stages[index]
	c := stage.Counts
	bar := views.RolloutBar{Label: label}
	if c.Fit() == 0 {
		return bar
	}
	bar.Parts = barParts(c, 0, 100)
	runs := index == r.Stage && r.Release(index) && r.InEffect() && !r.GoesBack()
	if !runs {
		return bar
	}
	goal, limit := thresholds(stage, away)
	if goal > 0 {
		words := map[bool]string{true: "finished at %d", false: "goes on at %d"}[index == len(r.Stages)-1]
		bar.Marks = append(bar.Marks, views.BarMark{At: 100 * float64(goal) / float64(c.Fit()), Words: fmt.Sprintf(words, goal)})
	}
	if limit <= c.Fit() {
		bar.Marks = append(bar.Marks, views.BarMark{
			At: 100 - 100*float64(limit)/float64(c.Fit()), Below: true, Words: fmt.Sprintf("halts at %d failed", limit),
		})
	}
	return bar
}

// thresholds are how many devices of a stage have to confirm for it to go on, and how many failures halt it.
func thresholds(stage ota.Stage, away int) (goal, limit int) {
	fit := stage.Counts.Fit()
	goal = max(ota.Share(stage.Success, fit-stage.Excused-away), min(stage.MinDevices, fit-stage.Excused))
	limit = stage.Excused + max(1, ota.Share(stage.Failure, fit))
	return max(0, goal), limit
}

// barCounts say in words what the colours of a stage's bar stand for, and what is not in it.
func barCounts(c ota.Counts) []views.BarCount {
	words := map[string]string{
		"confirmed": "confirmed", "returned": "back", "active": "in progress", "waiting": "waiting",
		"retrying": "failed before, trying again", "failed": "failed",
	}
	var counts []views.BarCount
	for _, p := range parts(c) {
		if p.devices > 0 {
			counts = append(counts, views.BarCount{Class: p.class, Words: fmt.Sprintf("%d %s", p.devices, words[p.class])})
		}
	}
	if c.Skipped > 0 {
		counts = append(counts, views.BarCount{Class: "gap", Words: fmt.Sprintf("%d passed over", c.Skipped)})
	}
	if len(counts) == 0 {
		counts = append(counts, views.BarCount{Class: "waiting", Words: "no device in it yet"})
	}
	return counts
}
