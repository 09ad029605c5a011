package ota

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
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
	boards = slices.Clone(boards)
	slices.SortFunc(boards, func(a, b Board) int { return cmp.Compare(r.rank(a.ID), r.rank(b.ID)) })
	slices.SortStableFunc(boards, func(a, b Board) int { return cmp.Compare(r.groupStage(a), r.groupStage(b)) })
	var members []Member
	for _, board := range boards {
		index := r.place(board, all)
		if index < 0 {
			continue
		}
		member := Member{DeviceID: board.ID, Stage: index, State: MemberWaiting, Updated: now}
		r.Stages[index].Counts.Waiting++
		members = append(members, member)
	}
	return r, members
}

// rank is the place of a device in the order of its rollout.
func (r Rollout) rank(deviceID string) string {
	sum := sha256.Sum256([]byte(r.ID + "\x00" + deviceID))
	return hex.EncodeToString(sum[:8])
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

// place is the stage for a device, of so many devices in all; -1 if none has room.
func (r Rollout) place(b Board, all int) int {
	if i := r.groupStage(b); i < len(r.Stages) {
		return i
	}
	taken := 0
	for i, stage := range r.Stages {
		taken += stage.Counts.All()
		if stage.Group == "" && taken < Share(stage.Percent, all) {
			return i
		}
	}
	return -1
}

// Share is a percentage of devices, rounded up: the smallest stage of five devices has one.
func Share(percent, all int) int { return (percent*all + 99) / 100 }

// Advance moves the rollout on: it begins stages that are due, ends those that have come to their thresholds, halts
// where that cannot happen any more. away is how many devices of each stage that are Pending cannot be reached: they
// hold up nothing, and join when they come back.
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
	expected := counts.Fit() - stage.Excused - away
	enough := counts.Confirmed*100 >= stage.Success*expected
	switch {
	case !enough && counts.Waiting+counts.Active-away <= 0:
		return r.halt(fmt.Sprintf("Stage %d came to its end with %d of %d devices; %d %% were wanted.",
			r.Stage+1, counts.Confirmed, expected, stage.Success), now)
	case !enough || counts.Confirmed < min(stage.MinDevices, counts.Fit()-stage.Excused):
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
