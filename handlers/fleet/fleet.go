// Package fleet moves rollouts on, and ends attempts whose devices are not heard of any more.
package fleet

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"personalcms/ota"
	"personalcms/store"
)

// Fleet looks after all devices at once.
type Fleet struct {
	db    *store.DB
	since time.Time

	mu     sync.Mutex // guards looked, and lets one Move run at a time
	looked time.Time  // when new devices were last looked for while no rollout moved
}

// idle is how long new devices wait to be taken into rollouts while none moves: to look for them reads all members.
const idle = 30 * time.Second

// New makes a Fleet that looks after the devices since a time.
func New(db *store.DB, since time.Time) *Fleet { return &Fleet{db: db, since: since} }

// Boards are the approved devices as filters and rollouts know them.
func (f *Fleet) Boards(now time.Time) []ota.Board {
	var boards []ota.Board
	for _, device := range f.db.Devices() {
		if device.Approved {
			boards = append(boards, f.Board(device, now))
		}
	}
	return boards
}

// Board is one device as filters and rollouts know it. After a start nobody has been heard of for as long as the server
// was away: silence only counts from then on, or every rollout would go on without all of its devices.
func (f *Fleet) Board(device store.Device, now time.Time) ota.Board {
	status, silent := f.db.Status(device.ID), store.Status{LastSeen: f.since}
	settings := f.db.Settings()
	reach, _ := settings.Reach(status, now)
	unheard, _ := settings.Reach(silent, now)
	return ota.Board{
		ID: device.ID, DeviceType: device.DeviceType, Version: device.Version(), Chip: device.Chip, Groups: device.Groups,
		LastSeen: status.LastSeen, Reachable: reach != store.ReachOffline || unheard != store.ReachOffline,
	}
}

// Match are those of the devices that a filter means.
func Match(boards []ota.Board, filter ota.Filter, now time.Time) []ota.Board {
	var meant []ota.Board
	for _, board := range boards {
		if filter.Matches(board, now) {
			meant = append(meant, board)
		}
	}
	return meant
}

// Move takes new devices into rollouts and begins and ends their stages. One rollout's error does not hold up the others.
func (f *Fleet) Move(now time.Time) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	rollouts := slices.DeleteFunc(f.db.Rollouts(), func(r ota.Rollout) bool { return !r.InEffect() })
	if len(rollouts) == 0 || (!slices.ContainsFunc(rollouts, ota.Rollout.Moves) && now.Sub(f.looked) < idle) {
		return nil
	}
	f.looked = now
	var failed error
	boards := f.Boards(now)
	free := f.free(boards)
	for _, rollout := range rollouts { // newest first: it wins where two have a device
		if err := f.move(rollout, boards, free, now); err != nil && !errors.Is(err, store.ErrNotFound) {
			failed = errors.Join(failed, fmt.Errorf("rollout %q: %w", rollout.ID, err))
		}
	}
	return failed
}

// freedom is what a stronger wish leaves of a device to a rollout.
type freedom struct {
	all  bool   // it can be reached and follows no stronger wish
	from string // or at least: it may be taken back from this image

	silent bool // it follows no stronger wish, but cannot be reached
}

// lets tells whether the device can do what the rollout wants.
func (d freedom) lets(r ota.Rollout) bool {
	return d.all || (d.from != "" && r.GoesBack() && r.FirmwareKey == d.from)
}

// under is what a rollout that has the device leaves of it to older ones.
func (d freedom) under(r ota.Rollout, m ota.Member) freedom {
	switch {
	case !r.Claims(m):
		return d
	case d.lets(r) && m.State == ota.MemberReturned:
		return freedom{from: m.Former}
	}
	return freedom{}
}

// free says of each device whether it can be reached and follows no stronger wish than a rollout.
func (f *Fleet) free(boards []ota.Board) map[string]freedom {
	free := make(map[string]freedom, len(boards))
	for _, board := range boards {
		device, err := f.db.Device(board.ID)
		mayFollow := err == nil && device.AssignedKey == "" && device.ForcedKey == ""
		free[board.ID] = freedom{all: mayFollow && board.Reachable, silent: mayFollow && !board.Reachable}
	}
	return free
}

// move moves one rollout on. The devices it has released are not free for older ones any more.
func (f *Fleet) move(rollout ota.Rollout, boards []ota.Board, free map[string]freedom, now time.Time) error {
	members, err := f.db.Members(rollout.ID)
	if err != nil {
		return err
	}
	in := make(map[string]bool, len(members))
	for _, member := range members {
		in[member.DeviceID] = true
	}
	var fresh []ota.Board
	for _, board := range boards {
		if !in[board.ID] && !rollout.GoesBack() && rollout.Filter.Matches(board, now) {
			fresh = append(fresh, board)
		}
	}
	change := func(r ota.Rollout) (ota.Rollout, []ota.Member, error) {
		next, entered := r.Enter(fresh, now)
		next = next.Advance(away(next, append(members[:len(members):len(members)], entered...), free), now)
		if len(entered) == 0 && reflect.DeepEqual(r, next) {
			return r, nil, store.ErrUnchanged
		}
		return next, entered, nil
	}
	if _, _, err = change(rollout); err == nil {
		rollout, err = f.db.MoveRollout(rollout.ID, change)
	}
	for _, member := range members {
		free[member.DeviceID] = free[member.DeviceID].under(rollout, member)
	}
	if errors.Is(err, store.ErrUnchanged) {
		return nil
	}
	return err
}

// away counts by stage the devices that have still to do something and are not free to. Of a stage that others follow,
// and in which nobody has confirmed yet, one that is only out of reach is waited for: when the network is down all
// are, and no stage must pass because of that.
func away(r ota.Rollout, members []ota.Member, free map[string]freedom) []int {
	counts, silent := make([]int, len(r.Stages)), make([]int, len(r.Stages))
	for _, member := range members {
		freedom := free[member.DeviceID]
		if member.Stage >= len(counts) || !r.Pending(member) || freedom.lets(r) {
			continue
		}
		counts[member.Stage]++
		if freedom.silent {
			silent[member.Stage]++
		}
	}
	if r.WaitsForOne() && silent[r.Stage] > 0 {
		counts[r.Stage]--
	}
	return counts
}

// Expire ends the attempts that have been silent for too long.
func (f *Fleet) Expire(now time.Time) error {
	var failed error
	for _, id := range f.db.OpenAttempts() {
		if err := f.expire(id, now); err != nil && !errors.Is(err, store.ErrNotFound) {
			failed = errors.Join(failed, fmt.Errorf("attempts of %q: %w", id, err))
		}
	}
	return failed
}

func (f *Fleet) expire(deviceID string, now time.Time) error {
	attempts, err := f.db.Attempts(deviceID)
	if err != nil || len(expired(attempts, now)) == 0 {
		return err
	}
	_, err = f.db.StepUpdate(deviceID, func(facts store.UpdateFacts) (store.Changed, error) {
		step := store.Changed{Device: facts.Device}
		for _, attempt := range expired(facts.Attempts, now) {
			step.Note(attempt, now)
		}
		if len(step.Attempts) == 0 {
			return step, store.ErrUnchanged
		}
		return step, nil
	})
	return err
}

func expired(attempts []ota.Attempt, now time.Time) []ota.Attempt {
	var ended []ota.Attempt
	for _, attempt := range attempts {
		if next := attempt.OnTime(now); next.State != attempt.State {
			ended = append(ended, next)
		}
	}
	return ended
}

// Groups counts the devices of each group.
func Groups(boards []ota.Board) map[string]int {
	groups := map[string]int{}
	for _, board := range boards {
		for _, group := range board.Groups {
			if strings.TrimSpace(group) != "" {
				groups[group]++
			}
		}
	}
	return groups
}
