package main

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"testing"
	"time"

	"personalcms/ota"
	"personalcms/sketches/simulate"
)

func sha256Of(data []byte) [sha256.Size]byte { return sha256.Sum256(data) }

// The kinds of boards in TestRolloutsOfAFleet: what their ids begin with.
const (
	kindPanel  = "panel"  // an ESP32 like most
	kindOld    = "old"    // firmware 2.4.x
	kindRISCV  = "riscv"  // the same sketch on another chip
	kindSmall  = "small"  // with an update slot that the later images do not fit
	kindAsleep = "asleep" // wakes every five simulated minutes
	kindAway   = "away"   // without power until the last rollout is through
	kindLate   = "late"   // joins in the middle of it
)

// Sizes of the images: the later ones do not fit a small slot.
const (
	firstSize, laterSize, smallSlot = 64 << 10, 96 << 10, 80 << 10
)

// TestRolloutsOfAFleet brings an image that fails on a tenth of the second stage to 200 boards, which halts, then a
// fixed one to the end, and takes both back.
func TestRolloutsOfAFleet(t *testing.T) {
	p := start(t, t.TempDir(), "", "PERSONALCMS_ADMIN_PASSWORD="+password, "PERSONALCMS_ENROLMENT=open", "DEVICE_ACTIVE_TIMEOUT_SECONDS=10")
	f := playFleet(t, p)
	f.power(kindLate, false)
	for i, c := range []simulate.Config{
		{Prefix: kindPanel, Devices: 105},
		{Prefix: kindOld, Devices: 20, Legacy: 20},
		{Prefix: kindRISCV, Devices: 20, Chip: "esp32c3"},
		{Prefix: kindSmall, Devices: 15, SlotSize: smallSlot},
		{Prefix: kindAsleep, Devices: 10, WakeEvery: 5 * time.Minute},
		{Prefix: kindAway, Devices: 15},
		{Prefix: kindLate, Devices: 15},
	} {
		c.Seed, c.OnlyUpdates = uint64(i+1), c.WakeEvery == 0
		f.join(c)
	}
	first := installFirst(f)
	canaries := f.ids(kindPanel)[:8]
	for _, id := range canaries {
		f.ask(http.MethodPatch, "/api/v1/devices/"+id, map[string]any{"groups": []string{"canary"}}, nil)
	}
	shut := slices.Concat(f.ids(kindPanel)[8:20], f.ids(kindOld)[:3]) // their windows open in the middle of the fixed image's rollout
	f.close(shut)
	f.window(f.ids(kindPanel)[20:30], -2*time.Hour, 4*time.Hour)
	f.power(kindAway, false)

	bad := rollOutBad(f, shut)
	good, before := rollOutFixed(f, shut)
	want := takeBack(f, good, before)
	f.act(bad, "rollback")
	maps.Copy(want, first) // the late ones have no image of the first rollout
	f.run("everything is taken back", want)
	f.wait("the first rollout is rolled back", func() string { return wantStatus(f.rollout(bad), ota.RolloutRolledBack) })

	f.settled()
	f.counted(bad)
	f.counted(good)
	f.run("nothing moves any more", want)
	f.end()
	f.sound()
	p.stop()
}

// installFirst gives all boards their first image and returns which is whose.
func installFirst(f *playedFleet) map[string]string {
	v1 := f.image("1.0.0", "esp32", firstSize, true)
	other := f.image("1.0.0-c3", "esp32c3", firstSize, false)
	f.wait("the boards come", func() string {
		if n := len(f.devices()); n < 185 {
			return fmt.Sprintf("%d of 185", n)
		}
		return ""
	})
	f.ask(http.MethodPut, "/api/v1/assignments", map[string]string{"group": "RISC-V", "firmware_key": other}, nil)
	want := map[string]string{}
	for id := range f.devices() {
		want[id] = v1
		if kindOf(id) == kindRISCV {
			want[id] = other
			f.ask(http.MethodPatch, "/api/v1/devices/"+id, map[string]any{"groups": []string{"RISC-V"}}, nil)
		}
	}
	f.run("the first image is everywhere", want)
	return want
}

func wantStatus(rollout ota.Rollout, want ota.RolloutStatus) string {
	if rollout.Status == want {
		return ""
	}
	return fmt.Sprintf("it is %s in stage %d (%s): %+v", rollout.Status, rollout.Stage+1, rollout.Why, rollout.Stages)
}

// rollOutBad rolls out an image that fails on a tenth of the second stage, in each way there is, and wants it to halt.
func rollOutBad(f *playedFleet, shut []string) string {
	t := f.t
	const failure = 5 // percent
	key := f.image("2.0.0", "esp32", laterSize, false)
	id := f.begin(key,
		ota.Stage{Group: "canary", Success: 100, Failure: 10, MinDevices: 8, Soak: 1},
		ota.Stage{Percent: 40, Start: ota.StartByHand, Success: 80, Failure: failure},
		ota.Stage{Percent: 100, Success: 90, Failure: 10})
	f.wait("the canaries have the new image", func() string {
		if rollout := f.rollout(id); rollout.Stage != 1 {
			return wantStatus(rollout, "in stage 2")
		}
		return ""
	})
	var second, able []string
	for id, member := range f.members(id) {
		if member.Stage == 1 {
			second = append(second, id)
			if kindOf(id) == kindPanel && !slices.Contains(shut, id) {
				able = append(able, id)
			}
		}
	}
	slices.Sort(able)
	f.mu.Lock()
	for i, device := range able[:(len(second)+9)/10] {
		f.faults[[2]string{device, key}] = []simulate.Fault{simulate.Refuses, simulate.RollsBack, simulate.FallsSilent}[i%3]
	}
	f.mu.Unlock()
	f.act(id, "begin")
	f.wait("it halts", func() string { return wantStatus(f.rollout(id), ota.RolloutHalted) })

	halted := f.rollout(id)
	var failed, of, stage, percent int
	if _, err := fmt.Sscanf(halted.Why, "%d of %d devices of stage %d failed; it halts at %d", &failed, &of, &stage, &percent); err != nil {
		t.Fatalf("it halted because %q", halted.Why)
	}
	if stage != 2 || percent != failure || failed*100 < failure*of || (failed-1)*100 >= failure*(of+1) {
		t.Errorf("it did not halt when it crossed its threshold: %s", halted.Why)
	}
	f.settled() // those that fell silent come back
	f.counted(id)
	for device, member := range f.members(id) {
		for _, attempt := range f.attempts(device) {
			switch late := attempt.Offered.Sub(halted.Updated); {
			case attempt.FirmwareKey != key:
			case member.Stage == 2:
				t.Errorf("%s of the third stage was offered the bad image", device)
			case late > 5*time.Second: // what was decided in the same moment
				t.Errorf("%s was offered the bad image %v after it halted", device, late)
			}
		}
	}
	return id
}

// rollOutFixed rolls out the fixed image to the end, over all that was in the way. It returns what ran before.
func rollOutFixed(f *playedFleet, shut []string) (string, map[string]string) {
	t := f.t
	before := map[string]string{}
	for id, device := range f.devices() {
		before[id] = device.RunningKey
	}
	key := f.image("3.0.0", "esp32", laterSize, false)
	id := f.begin(key,
		ota.Stage{Group: "canary", Success: 100, Failure: 10, MinDevices: 8, Soak: 1},
		ota.Stage{Percent: 40, Success: 60, Failure: 10},
		ota.Stage{Percent: 100, Success: 100, Failure: 10})
	f.wait("its last stage begins without those that are away", func() string {
		if rollout := f.rollout(id); rollout.Stage != 2 {
			return wantStatus(rollout, "in stage 3")
		}
		return ""
	})
	f.power(kindLate, true)
	want := map[string]string{}
	for device := range before {
		if kind := kindOf(device); kind == kindPanel || kind == kindOld || kind == kindAsleep {
			want[device] = key
		}
	}
	for _, device := range shut {
		want[device] = before[device]
	}
	f.run("all have it whose window is open", want)
	if rollout := f.rollout(id); rollout.Status != ota.RolloutRunning {
		t.Errorf("with %d windows closed it is %s", len(shut), rollout.Status)
	}
	f.open(shut)
	f.wait("it is finished", func() string { return wantStatus(f.rollout(id), ota.RolloutFinished) })

	f.power(kindAway, true)
	for device := range f.devices() {
		if kind := kindOf(device); kind != kindRISCV && kind != kindSmall {
			want[device] = key
		}
	}
	f.wait("the late ones are here", func() string { return map[bool]string{false: "not yet"}[len(f.ids(kindLate)) == 15] })
	for _, device := range f.ids(kindLate) {
		want[device] = key
	}
	f.run("all have it that can", want)
	f.settled()
	f.counted(id)
	for device, member := range f.members(id) {
		kind := kindOf(device)
		if skipped := kind == kindRISCV || kind == kindSmall; skipped != (member.State == ota.MemberSkipped) {
			t.Errorf("%s is %s: %s", device, member.State, member.Reason)
		}
	}
	return id, before
}

// takeBack rolls the fixed image back and returns what each device has to run then: what it ran before. Those that came
// late and had no image of the server's before cannot go back.
func takeBack(f *playedFleet, id string, before map[string]string) map[string]string {
	shut := f.ids(kindPanel)[30:36]
	f.close(shut)
	f.act(id, "rollback")
	fixed, want := f.rollout(id).FirmwareKey, map[string]string{}
	for device := range f.devices() {
		if kindOf(device) == kindLate {
			before[device] = f.firstOf(device)
		}
		want[device] = before[device]
		if slices.Contains(shut, device) {
			want[device] = fixed
		}
	}
	f.run("all have gone back whose window is open", want)
	if rollout := f.rollout(id); rollout.Status != ota.RolloutRollingBack {
		f.t.Errorf("with %d windows closed it is %s", len(shut), rollout.Status)
	}
	f.open(shut)
	for _, device := range shut {
		want[device] = before[device]
	}
	f.run("all have gone back", want)
	f.wait("it is rolled back", func() string { return wantStatus(f.rollout(id), ota.RolloutRolledBack) })
	return want
}
