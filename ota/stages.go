package ota

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"time"
)

// Enter takes devices that are meant and are not in the rollout yet into its stages, and counts them. They come in
// the order of a hash of rollout and device, so chance decides who is first, and always in the same way. The stages
// up to one with a percentage never hold more than that share of all devices, rounded up; whoever finds no place
// stays outside.
func (r Rollout) Enter(boards []Board, now time.Time) (Rollout, []Member) {
	r = r.clone()
	all := len(boards)
	for _, stage := range r.Stages {
		all += stage.Counts.All()
	}
	var members []Member
	for _, next := range r.order(boards) {
		index := r.place(next.stage, all)
		if index < 0 {
			continue
		}
		r.Stages[index].Counts.Waiting++
		members = append(members, Member{DeviceID: next.id, Stage: index, State: MemberWaiting, Updated: now})
	}
	return r, members
}

// entrant is a device that may come into a rollout.
type entrant struct {
	id    string
	stage int    // that is for one of its groups; as many as there are if none is
	rank  uint64 // in the order of its rollout
}

// order are devices as they come in: those of groups first, each lot by rank.
func (r Rollout) order(boards []Board) []entrant {
	entrants := make([]entrant, len(boards))
	for i, board := range boards {
		sum := sha256.Sum256([]byte(r.ID + "\x00" + board.ID))
		entrants[i] = entrant{id: board.ID, stage: r.groupStage(board), rank: binary.BigEndian.Uint64(sum[:])}
	}
	slices.SortFunc(entrants, func(a, b entrant) int {
		return cmp.Or(cmp.Compare(a.stage, b.stage), cmp.Compare(a.rank, b.rank))
	})
	return entrants
}

// groupStage is the first stage that is for a group of the device; as many as there are stages if there is none.
func (r Rollout) groupStage(b Board) int {
	for i, stage := range r.Stages {
		if stage.Group != "" && slices.Contains(b.Groups, stage.Group) {
			return i
		}
	}
	return len(r.Stages)
}

// place is the stage for a device that has this one for its group, of so many devices in all; -1 if none has room.
func (r Rollout) place(group, all int) int {
	if group < len(r.Stages) {
		return group
	}
	for i, stage := range r.Stages {
		if stage.Group == "" && r.room(i, all) {
			return i
		}
	}
	return -1
}

// room tells whether a stage with a percentage can take one more of all devices, so that neither it nor a later one
// gets more than its share. Stages for groups count with those behind them.
func (r Rollout) room(index, all int) bool {
	taken := 0
	for i, stage := range r.Stages {
		if stage.Group == "" || i < index {
			taken += stage.Counts.All()
		}
		if stage.Group == "" && i >= index && taken >= Share(stage.Percent, all) {
			return false
		}
	}
	return true
}

// Share is a percentage of devices, rounded up: the smallest stage of five devices has one.
func Share(percent, all int) int { return (percent*all + 99) / 100 }

// Advance moves the rollout on: it begins stages that are due, ends those that have come to their thresholds, halts
// where that cannot happen any more. away is how many devices of each stage that are Pending cannot be reached, or
// follow a stronger wish: they hold up nothing but the least number of a stage, and join when they come back.
func (r Rollout) Advance(away []int, now time.Time) Rollout {
	r = r.clone()
	switch r.Status {
	case RolloutRunning:
		for r.Status == RolloutRunning && r.Stage < len(r.Stages) {
			at := r.Stage
			r = r.step(away[at], now)
			if r.Stage == at {
				return r
			}
		}
		if r.Status == RolloutRunning {
			r.Status, r.Updated, r.Ended = RolloutFinished, now, now
		}
	case RolloutRollingBack:
		left := 0
		for i, stage := range r.Stages {
			left += stage.Counts.Confirmed + stage.Counts.Active + stage.Counts.Retrying - away[i]
		}
		if left <= 0 {
			r.Status, r.Updated, r.Ended = RolloutRolledBack, now, now
		}
	}
	return r
}

// step begins or ends the current stage. The stages are the rollout's own.
func (r Rollout) step(away int, now time.Time) Rollout {
	stage := &r.Stages[r.Stage]
	if stage.Begun.IsZero() {
		due := stage.Released || stage.Start == StartAtOnce || (stage.Start == StartAtTime && !now.Before(stage.At))
		if !due {
			return r
		}
		stage.Begun, r.Updated = now, now
	}
	if r = r.guard(r.Stage, now); r.Status != RolloutRunning {
		return r
	}
	counts := stage.Counts
	expected, coming := counts.Fit()-stage.Excused-away, counts.Waiting+counts.Active+counts.Retrying
	least := min(stage.MinDevices, counts.Fit()-stage.Excused)
	enough := counts.Confirmed*100 >= stage.Success*expected
	switch {
	case !enough && coming-away <= 0:
		return r.halt(fmt.Sprintf("Stage %d came to its end with %d of %d devices; %d %% were wanted.",
			r.Stage+1, counts.Confirmed, expected, stage.Success), now)
	case counts.Confirmed < least && coming <= 0:
		return r.halt(fmt.Sprintf("Stage %d came to its end with %d devices; %d were wanted.", r.Stage+1, counts.Confirmed, least), now)
	case !enough || counts.Confirmed < least:
		stage.Reached = time.Time{}
		return r
	case stage.Reached.IsZero():
		stage.Reached = now
	}
	if now.Sub(stage.Reached) < time.Duration(stage.Soak)*time.Second {
		return r
	}
	stage.Finished, r.Updated = now, now
	r.Stage++
	return r
}
