package views

import (
	"net/url"
	"strconv"
	"strings"
)

func rolloutURL(id string, rest ...string) string {
	return "/ota-management/rollouts/" + url.PathEscape(id) + strings.Join(rest, "")
}

func newRolloutURL(firmwareKey string) string {
	return "/ota-management/rollouts/new?firmware_key=" + url.QueryEscape(firmwareKey)
}

// share is a percentage in the form that SVG takes.
func share(percent float64) string { return strconv.FormatFloat(percent, 'f', 2, 64) + "%" }

func markedClass(bar RolloutBar) string {
	if len(bar.Marks) > 0 {
		return "marked"
	}
	return "bare-bar"
}

// barTop is where a bar begins under the words above it.
func barTop(bar RolloutBar) string {
	if len(bar.Marks) > 0 {
		return "20"
	}
	return "0"
}

// markSide and markGap put the words of a mark on the side of it where there is more room.
func markSide(mark BarMark) string {
	if mark.At > 50 {
		return "mark-before"
	}
	return "mark-after"
}

func markGap(mark BarMark) string {
	if mark.At > 50 {
		return "-6"
	}
	return "6"
}

// stageField is the name of a field of a stage, stageID its id on the page.
func stageField(i int, name string) string { return "stages." + strconv.Itoa(i) + "." + name }

func stageID(i int, name string) string { return "stage-" + strconv.Itoa(i) + "-" + name }

// atOnce is what “at once” means for a stage.
func atOnce(i int) string {
	if i == 0 {
		return "at once"
	}
	return "after the one before"
}
