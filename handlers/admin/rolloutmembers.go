package admin

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strconv"

	"personalcms/ota"
	"personalcms/store"
	"personalcms/views"
)

// How many devices of a state are shown beside the other states, and how many on a page of its own.
const (
	membersBeside = 8
	membersOnPage = 50
)

// lookAt is which of a rollout's devices a person looks at.
type lookAt struct {
	state string // "" = the first of each state
	page  int    // from 1
}

func (l lookAt) query() string {
	switch {
	case l.state == "":
		return ""
	case l.page <= 1:
		return "?state=" + url.QueryEscape(l.state)
	}
	return "?state=" + url.QueryEscape(l.state) + "&page=" + strconv.Itoa(l.page)
}

func pageNumber(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		return 1
	}
	return max(1, n)
}

// memberStates are the states of a rollout's devices in the order they are shown: what needs a look first.
var memberStates = []struct {
	state ota.MemberState
	title string
}{
	{ota.MemberFailed, "Failed"},
	{ota.MemberRetrying, "Failed before, trying again"},
	{ota.MemberActive, "In progress"},
	{ota.MemberWaiting, "Waiting"},
	{ota.MemberConfirmed, "Confirmed"},
	{ota.MemberSkipped, "Passed over"},
	{ota.MemberReturned, "Back on their former image"},
}

// memberLists are a rollout's devices by state.
func (h *Handler) memberLists(r ota.Rollout, members []ota.Member, look lookAt) ([]views.MemberList, error) {
	byState := map[ota.MemberState][]ota.Member{}
	for _, member := range members {
		byState[member.State] = append(byState[member.State], member)
	}
	var lists []views.MemberList
	for _, row := range memberStates {
		of := byState[row.state]
		if len(of) == 0 && string(row.state) != look.state || look.state != "" && look.state != string(row.state) {
			continue
		}
		shown := views.MemberList{State: string(row.state), Title: fmt.Sprintf("%s (%d)", row.title, len(of))}
		for _, member := range h.cut(r, of, look, &shown) {
			line, err := h.memberRow(r, member)
			if err != nil {
				return nil, err
			}
			shown.Rows = append(shown.Rows, line)
		}
		lists = append(lists, shown)
	}
	return lists, nil
}

// cut is the devices of a state that are shown, in their order: by stage, then by name.
func (h *Handler) cut(r ota.Rollout, of []ota.Member, look lookAt, shown *views.MemberList) []ota.Member {
	names := make(map[string]string, len(of))
	for _, member := range of {
		if device, err := h.db.Device(member.DeviceID); err == nil {
			names[member.DeviceID] = device.Title()
		}
	}
	slices.SortStableFunc(of, func(a, b ota.Member) int {
		return cmp.Or(cmp.Compare(a.Stage, b.Stage), cmp.Compare(names[a.DeviceID], names[b.DeviceID]))
	})
	if look.state == "" {
		if len(of) > membersBeside {
			shown.More = fmt.Sprintf("All %d", len(of))
		}
		return of[:min(len(of), membersBeside)]
	}
	last := max(1, (len(of)+membersOnPage-1)/membersOnPage)
	at := min(look.page, last)
	from, to := (at-1)*membersOnPage, min(at*membersOnPage, len(of))
	shown.Pages = fmt.Sprintf("%d–%d of %d", min(from+1, to), to, len(of))
	address := rolloutURL(r.ID)
	if at > 1 {
		shown.Newer = address + lookAt{look.state, at - 1}.query()
	}
	if at < last {
		shown.Older = address + lookAt{look.state, at + 1}.query()
	}
	return of[from:to]
}

// memberRow is one device of a rollout.
func (h *Handler) memberRow(r ota.Rollout, member ota.Member) (views.MemberRow, error) {
	row := views.MemberRow{URL: deviceURL(member.DeviceID, ""), Title: member.DeviceID, When: h.moment(member.Updated), Words: member.Reason}
	if len(r.Stages) > 1 {
		row.Stage = fmt.Sprintf("stage %d", member.Stage+1)
	}
	device, err := h.db.Device(member.DeviceID)
	if err != nil {
		return row, nil //nolint:nilerr // it is just being deleted
	}
	row.Title = device.Title()
	switch member.State {
	case ota.MemberConfirmed, ota.MemberReturned:
		row.Words = ""
		return row, nil
	case ota.MemberSkipped:
		return row, nil
	}
	d, err := h.decide(device)
	if err != nil {
		return row, err
	}
	memberWords(&row, r, member, d.decision)
	if at := slices.IndexFunc(d.facts.Attempts, func(a ota.Attempt) bool { return a.ID == member.Attempt && a.Open() }); at >= 0 {
		row.Progress = progressOf(d.facts.Attempts[at])
	}
	row.Reach = h.reachWords(d.status)
	return row, nil
}

// memberWords say why a device failed and what it waits for.
func memberWords(row *views.MemberRow, r ota.Rollout, member ota.Member, decision ota.Decision) {
	switch {
	case member.State == ota.MemberFailed:
		row.Warm, row.Words = true, views.UpperFirst(cmp.Or(member.Reason, "the device did not say why"))+"."
		if again := decision.Reason; decision.Rollout == r.ID && (again == ota.ReasonBackOff || again == ota.ReasonCoolDown || again == ota.ReasonGivenUp) {
			row.Words = decision.Message
		}
	case member.State != ota.MemberWaiting:
		row.Words = ""
	case !r.Release(member.Stage) && !r.GoesBack():
		row.Words, row.When = fmt.Sprintf("Waits for stage %d.", member.Stage+1), ""
	case decision.Rollout == r.ID && (decision.Reason == ota.ReasonRolloutPaused || decision.Reason == ota.ReasonRolloutHalted):
		row.Words, row.When = "Waits until the rollout goes on.", ""
	case !r.InEffect():
		row.Words = "It was not offered the image."
	default:
		row.Words, row.When = decision.Message, ""
	}
}

// reachWords say when a device that does not answer now is expected; "" if it is online.
func (h *Handler) reachWords(status store.Status) string {
	now := h.now()
	switch reach, wakes := h.db.Settings().Reach(status, now); {
	case reach == store.ReachAsleep && wakes.After(now):
		return "Asleep, wakes at " + h.moment(wakes) + "."
	case reach == store.ReachAsleep:
		return "Asleep, wakes any moment."
	case reach == store.ReachOffline && status.LastSeen.IsZero():
		return "Offline, never heard of."
	case reach == store.ReachOffline:
		return "Offline, silent for " + ago(status.LastSeen, now) + "."
	}
	return ""
}
