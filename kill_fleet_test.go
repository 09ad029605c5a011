package main

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"personalcms/ota"
	"personalcms/sketches/simulate"
)

const (
	kills       = 50
	longestLife = 2200 * time.Millisecond // rollouts are moved on every two seconds, and whenever their owner does something
)

// TestTheServerIsKilledDuringRollouts pulls the server's plug at random moments while one rollout follows another. What it
// finds when it starts again must agree with itself, and in the end all boards run the newest image.
// KILL_SEED repeats the moments of a run that failed.
func TestTheServerIsKilledDuringRollouts(t *testing.T) {
	seed, err := strconv.ParseUint(os.Getenv("KILL_SEED"), 10, 64)
	if err != nil {
		seed = rand.Uint64()
	}
	t.Logf("KILL_SEED=%d", seed)
	chance := rand.New(rand.NewPCG(seed, 0))
	data := t.TempDir()
	f := playFleet(t, start(t, data, "", "PERSONALCMS_ADMIN_PASSWORD="+password, "PERSONALCMS_ENROLMENT=open"))
	f.join(simulate.Config{Prefix: kindPanel, Devices: 32, Seed: seed, OnlyUpdates: true})
	f.join(simulate.Config{Prefix: kindOld, Devices: 6, Legacy: 6, Seed: seed + 1, OnlyUpdates: true})
	f.join(simulate.Config{Prefix: kindRISCV, Devices: 4, Chip: "esp32c3", Seed: seed + 2, OnlyUpdates: true})
	f.image("1.0.0", "esp32", firstSize, true)
	f.wait("the boards come", func() string {
		if n := len(f.devices()); n < 42 {
			return fmt.Sprintf("%d of 42", n)
		}
		return ""
	})
	s := &siege{playedFleet: f, chance: chance}
	for range kills {
		s.next()
		time.Sleep(time.Duration(chance.Int64N(int64(longestLife))))
		f.p.kill()
		f.p = start(t, data, strings.TrimPrefix(f.p.url, "http://"))
		s.consistent()
	}
	s.finish()
	f.end()
	f.sound()
	f.p.stop()
	t.Logf("%d rollouts over %d kills", len(s.rollouts), kills)
}

// siege is what happens to rollouts between two kills.
type siege struct {
	*playedFleet
	chance   *rand.Rand
	rollouts []string // ids, oldest first
}

// next does something with the newest rollout, as its owner might, or begins another one.
func (s *siege) next() {
	s.t.Helper()
	if len(s.rollouts) == 0 {
		s.again()
		return
	}
	id := s.rollouts[len(s.rollouts)-1]
	switch rollout := s.rollout(id); rollout.Status {
	case ota.RolloutFinished, ota.RolloutRolledBack:
		s.again()
	case ota.RolloutPaused:
		s.act(id, "resume")
	case ota.RolloutHalted:
		s.act(id, "retry")
	case ota.RolloutRunning:
		switch s.chance.IntN(10) {
		case 0:
			s.act(id, "pause")
		case 1:
			s.act(id, "rollback")
		case 2, 3, 4:
			if rollout.Stage < len(rollout.Stages)-1 {
				s.act(id, "begin")
			}
		default: // whoever resumes does not wait for the two seconds
			s.act(id, "pause")
			s.act(id, "resume")
		}
	}
}

// again begins the rollout of another image.
func (s *siege) again() string {
	s.t.Helper()
	key := s.image(fmt.Sprintf("2.%d.0", len(s.rollouts)), "esp32", firstSize, false)
	s.rollouts = append(s.rollouts, s.begin(key,
		ota.Stage{Percent: 10, Success: 100, MinDevices: 1}, ota.Stage{Percent: 50, Success: 90, MinDevices: 1}, ota.Stage{Percent: 100}))
	return key
}

// consistent wants that what is stored agrees with itself right after a start.
func (s *siege) consistent() {
	s.t.Helper()
	if response, raw, err := s.p.try(http.MethodGet, "/readyz", nil); err != nil || response.StatusCode != http.StatusOK {
		s.t.Fatalf("it is not ready after a kill: %v: %s", err, raw)
	}
	for _, id := range s.rollouts {
		s.counted(id)
	}
	for id := range s.devices() {
		var open []string
		for _, attempt := range s.attempts(id) {
			if attempt.Open() {
				open = append(open, fmt.Sprintf("%s (%s)", attempt.FirmwareKey, attempt.State))
			}
		}
		if len(open) > 1 {
			s.t.Errorf("%s has open attempts with %v", id, open)
		}
	}
}

// finish lets the newest rollout come to its end and brings one more to all boards, without kills.
func (s *siege) finish() {
	s.t.Helper()
	last := s.rollouts[len(s.rollouts)-1]
	s.wait("the last rollout under fire comes to its end", func() string {
		rollout := s.rollout(last)
		if slices.Contains([]ota.RolloutStatus{ota.RolloutPaused, ota.RolloutHalted}, rollout.Status) {
			s.next()
		}
		if slices.Contains([]ota.RolloutStatus{ota.RolloutFinished, ota.RolloutRolledBack}, rollout.Status) {
			return ""
		}
		return wantStatus(rollout, ota.RolloutFinished)
	})
	key, want := s.again(), map[string]string{}
	for _, id := range s.ids(kindPanel, kindOld) {
		want[id] = key
	}
	for _, id := range s.ids(kindRISCV) {
		want[id] = "" // nothing here is for its chip
	}
	s.run("the newest image is everywhere", want)
	s.wait("the last rollout is finished", func() string { return wantStatus(s.rollout(s.rollouts[len(s.rollouts)-1]), ota.RolloutFinished) })
	s.settled()
	s.consistent()
}
