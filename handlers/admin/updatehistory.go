package admin

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
	"time"

	"personalcms/ota"
	"personalcms/store"
	"personalcms/views"
)

const (
	historyLog   = 60 // steps of a device's updates that are looked through
	historyFirst = 8  // lines that are shown at once; the others unfold
)

func rolloutURL(id string) string { return "/ota-management/rollouts/" + url.PathEscape(id) }

// updateHistory is what was decided about a device's updates and what became of its attempts, newest first.
func (h *Handler) updateHistory(d decided) (views.UpdateHistory, error) {
	entries, err := h.db.UpdateLog(d.facts.Device.ID, historyLog)
	if err != nil {
		return views.UpdateHistory{}, err
	}
	type dated struct {
		at   time.Time
		line views.UpdateLine
	}
	var lines []dated
	names := h.rolloutNames()
	for _, attempt := range d.facts.Attempts {
		lines = append(lines, dated{attempt.Updated, attemptLine(attempt, names, h.now(), d.zone)})
	}
	for _, entry := range entries {
		if !ofAttempt(entry, d.facts.Attempts) {
			lines = append(lines, dated{entry.Time, views.UpdateLine{When: when(entry.Time, h.now(), d.zone), Decision: entry.Message}})
		}
	}
	slices.SortStableFunc(lines, func(a, b dated) int { return b.at.Compare(a.at) })
	var history views.UpdateHistory
	for i, line := range lines {
		if i < historyFirst {
			history.Lines = append(history.Lines, line.line)
		} else {
			history.Older = append(history.Older, line.line)
		}
	}
	return history, nil
}

// ofAttempt tells whether an attempt that is kept says the same as a line of the log.
func ofAttempt(entry store.Entry, attempts []ota.Attempt) bool {
	return len(attempts) > 0 && strings.HasPrefix(entry.Message, "Update to ") && !entry.Time.Before(attempts[0].Offered)
}

// rolloutNames are the names of all rollouts, by their ids.
func (h *Handler) rolloutNames() map[string]string {
	names := map[string]string{}
	for _, rollout := range h.db.Rollouts() {
		names[rollout.ID] = rollout.Name
	}
	return names
}

// updateKinds are how an image relates to what the device ran.
var updateKinds = map[string]string{
	ota.UpdateRollback: "back to", ota.UpdateForced: "forced", ota.UpdateCrossFirmware: "change to",
}

func attemptLine(attempt ota.Attempt, rollouts map[string]string, now time.Time, zone *time.Location) views.UpdateLine {
	line := views.UpdateLine{
		When: when(attempt.Updated, now, zone), Kind: cmp.Or(updateKinds[attempt.UpdateType], "update to"), Version: attempt.Version,
		URL: imageURL(attempt.FirmwareKey), State: stateWords(attempt), OK: attempt.State == ota.StateConfirmed, Failed: attempt.Bad(),
	}
	if name := rollouts[attempt.Rollout]; name != "" {
		line.Rollout = views.Link{Text: name, URL: rolloutURL(attempt.Rollout)}
	}
	if attempt.Forgiven && attempt.Bad() {
		line.State += " (forgiven)"
	}
	return line
}

// stateWords say how far an attempt has come, how long it took and why it ended so.
func stateWords(attempt ota.Attempt) string {
	took := ""
	if lasted := attempt.Ended.Sub(attempt.Offered); !attempt.Ended.IsZero() && lasted >= time.Second {
		took = " after " + span(lasted)
	}
	why := ""
	if attempt.Error != "" {
		why = ": " + strings.TrimSuffix(attempt.Error, ".")
	}
	switch attempt.State {
	case ota.StateOffered:
		return "offered, not begun yet"
	case ota.StateDownloading:
		if attempt.Bytes == 0 && attempt.DeltaBytes > 0 {
			return "downloading, " + size(attempt.DeltaBytes) + " of a patch of " + size(attempt.DeltaSize)
		}
		return "downloading, " + size(attempt.Bytes) + " of " + size(attempt.Size)
	case ota.StateRebooting:
		return "written, restarts into it"
	case ota.StateOnTrial:
		return "on trial, not confirmed yet"
	case ota.StateConfirmed:
		if saved := attempt.Saved(); saved > 0 {
			took += ", by a patch of " + size(attempt.DeltaSize)
		}
		return "confirmed" + took
	case ota.StateFailed:
		return "failed" + took + cmp.Or(why, ": the device did not say why")
	case ota.StateRolledBack:
		return "rolled back" + took + why
	case ota.StateInterrupted:
		return "interrupted" + took + why
	case ota.StateDeferred:
		return "put off" + why
	case ota.StateSkipped:
		return "skipped" + why
	}
	return "called off" + why
}
