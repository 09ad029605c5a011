package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"personalcms/ota"
	"personalcms/ota/otatest"
	"personalcms/sketches/simulate"

	"github.com/google/go-cmp/cmp"
)

// fleetSpeed makes simulated boards ask for updates every two seconds.
const fleetSpeed = 60

// fleetPatience is how long something may take that takes a few seconds on an idle machine.
const fleetPatience = 2 * time.Minute

// playedFleet is many simulated boards, the server they talk to, and what became of them.
type playedFleet struct {
	t   *testing.T
	p   *process
	key string // Authorization of a script

	runs    sync.WaitGroup
	stop    context.CancelFunc
	ctx     context.Context
	mu      sync.Mutex
	reports []*simulate.Report
	off     map[string]bool                    // by prefix of the device's id: without power
	faults  map[[2]string]simulate.Fault       // by device and firmware key
	written map[string][]simulate.Installation // by device
	closed  map[string][][2]time.Time          // by device: when its window was closed for certain
	chips   map[string]string                  // by firmware key: what the image is for
	images  map[string]string                  // by firmware key: SHA-256 of the file
}

func playFleet(t *testing.T, p *process) *playedFleet {
	t.Helper()
	f := &playedFleet{
		t: t, p: p, key: keyOf(t, p, "admin"), off: map[string]bool{}, faults: map[[2]string]simulate.Fault{},
		written: map[string][]simulate.Installation{}, closed: map[string][][2]time.Time{}, chips: map[string]string{}, images: map[string]string{},
	}
	// Who found no place for its download would wait for up to forty seconds of the server's clock, which no speed shortens.
	f.ask(http.MethodPut, "/api/v1/settings/downloads", map[string]int{"at_once": 0}, nil)
	f.ctx, f.stop = context.WithCancel(t.Context())
	t.Cleanup(func() { f.stop(); f.runs.Wait() })
	return f
}

// join switches boards on.
func (f *playedFleet) join(c simulate.Config) {
	c.Server, c.Speed, c.Duration, c.Now, c.DeviceType = f.p.url, fleetSpeed, time.Hour, time.Now, sketch
	c.Fault, c.Off, c.Installed = f.faultOf, f.isOff, f.wrote
	f.runs.Go(func() {
		report, err := simulate.Run(f.ctx, c)
		if err != nil {
			f.t.Error(err)
			return
		}
		f.mu.Lock()
		defer f.mu.Unlock()
		f.reports = append(f.reports, report)
	})
}

func (f *playedFleet) faultOf(deviceID, firmwareKey, _ string) simulate.Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.faults[[2]string{deviceID, firmwareKey}]
}

func (f *playedFleet) isOff(deviceID string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.off[kindOf(deviceID)]
}

func (f *playedFleet) wrote(i simulate.Installation) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.written[i.DeviceID] = append(f.written[i.DeviceID], i)
}

// firstOf is the key of the first image that a device has written.
func (f *playedFleet) firstOf(deviceID string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.written[deviceID][0].FirmwareKey
}

// power switches all boards of a kind on or off.
func (f *playedFleet) power(kind string, on bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.off[kind] = !on
}

// kindOf is the prefix of a simulated board's id.
func kindOf(deviceID string) string {
	kind, _, _ := strings.Cut(deviceID, "-")
	return kind
}

// end stops all boards and wants that the server broke no rule of the protocol.
func (f *playedFleet) end() {
	f.t.Helper()
	f.stop()
	f.runs.Wait()
	for _, report := range f.reports {
		if report.ViolationCount > 0 {
			f.t.Errorf("the server broke the protocol:\n%s", report)
		}
	}
}

// ask calls the API as a script and decodes the answer into an object of any type; nil takes none.
func (f *playedFleet) ask(method, path string, body, into any) {
	f.t.Helper()
	response, raw, err := f.p.try(method, path, body, "Authorization", f.key)
	if err != nil {
		f.t.Fatal(err)
	}
	if response.StatusCode < 200 || response.StatusCode > 299 {
		f.t.Fatalf("%s %s: %s: %s", method, path, response.Status, raw)
	}
	if into == nil {
		return
	}
	if err := json.Unmarshal(raw, into); err != nil {
		f.t.Fatalf("%s %s: %v: %s", method, path, err, raw)
	}
}

// image uploads an image for a chip and returns its key.
func (f *playedFleet) image(version, chip string, size int, assign bool) string {
	f.t.Helper()
	data := otatest.Build(otatest.Options{
		Chip: chip, Size: size, Seed: uint64(len(f.chips) + 1),
		Marker: fmt.Sprintf(`PCMSFW{"type":"%s","version":"%s","board":"%s"}`, sketch, version, chip),
	})
	status := f.p.upload(f.t, f.key, "/api/ota/upload", "firmware", version+".bin", data, map[string]string{
		"device_type": sketch, "version": version, "auto_assign": fmt.Sprint(assign),
	})
	if status != http.StatusOK {
		f.t.Fatalf("upload of %s: %d", version, status)
	}
	key := ota.FirmwareKey(sketch, version)
	f.chips[key], f.images[key] = chip, fmt.Sprintf("%x", sha256Of(data))
	return key
}

// deviceView is a device as scripts read it.
type deviceView struct {
	DeviceID   string `json:"device_id"`
	RunningKey string `json:"running_key"`
	TimeZone   string `json:"timezone"`
	Chip       string `json:"chip"`
	Message    string `json:"update_message"`
}

// devices are all devices by id.
func (f *playedFleet) devices() map[string]deviceView {
	f.t.Helper()
	var answer struct{ Devices []deviceView }
	f.ask(http.MethodGet, "/api/v1/devices?limit=1000", nil, &answer)
	devices := map[string]deviceView{}
	for _, device := range answer.Devices {
		devices[device.DeviceID] = device
	}
	return devices
}

// ids are the ids of some kinds of boards, in order.
func (f *playedFleet) ids(kinds ...string) []string {
	f.t.Helper()
	return slices.DeleteFunc(slices.Sorted(maps.Keys(f.devices())), func(id string) bool { return !slices.Contains(kinds, kindOf(id)) })
}

func (f *playedFleet) attempts(deviceID string) []ota.Attempt {
	f.t.Helper()
	var answer struct{ Attempts []ota.Attempt }
	f.ask(http.MethodGet, "/api/v1/devices/"+deviceID+"/attempts", nil, &answer)
	return answer.Attempts
}

func (f *playedFleet) rollout(id string) ota.Rollout {
	f.t.Helper()
	var rollout ota.Rollout
	f.ask(http.MethodGet, "/api/v1/rollouts/"+id, nil, &rollout)
	return rollout
}

func (f *playedFleet) members(id string) map[string]ota.Member {
	f.t.Helper()
	var answer struct{ Devices []ota.Member }
	f.ask(http.MethodGet, "/api/v1/rollouts/"+id+"/devices", nil, &answer)
	members := map[string]ota.Member{}
	for _, member := range answer.Devices {
		members[member.DeviceID] = member
	}
	return members
}

// act does something with a rollout, such as “begin”.
func (f *playedFleet) act(id, action string) {
	f.t.Helper()
	f.ask(http.MethodPost, "/api/v1/rollouts/"+id+"/"+action, nil, nil)
}

// begin makes a rollout and returns its id.
func (f *playedFleet) begin(key string, stages ...ota.Stage) string {
	f.t.Helper()
	var rollout ota.Rollout
	f.ask(http.MethodPost, "/api/v1/rollouts", map[string]any{"name": key, "firmware_key": key, "stages": stages}, &rollout)
	return rollout.ID
}

// counted wants that a rollout's counts are those of its devices. Both are read while boards go on, so they are read
// again where they differ; counts that were wrong once would stay wrong.
func (f *playedFleet) counted(id string) {
	f.t.Helper()
	f.wait("the counts of rollout "+id, func() string {
		rollout := f.rollout(id)
		counts := make([]ota.Counts, len(rollout.Stages))
		for _, member := range f.members(id) {
			stage := &counts[member.Stage]
			*map[ota.MemberState]*int{
				ota.MemberWaiting: &stage.Waiting, ota.MemberActive: &stage.Active, ota.MemberConfirmed: &stage.Confirmed,
				ota.MemberFailed: &stage.Failed, ota.MemberRetrying: &stage.Retrying, ota.MemberSkipped: &stage.Skipped,
				ota.MemberReturned: &stage.Returned,
			}[member.State]++
		}
		for i, stage := range rollout.Stages {
			if diff := cmp.Diff(counts[i], stage.Counts); diff != "" {
				return fmt.Sprintf("those of stage %d are not those of its devices (-devices +counts):\n%s", i+1, diff)
			}
		}
		return ""
	})
}

// wait asks until the answer is "", which means that it has come so far; else it is what is still to come.
func (f *playedFleet) wait(what string, left func() string) {
	f.t.Helper()
	var last string
	began := time.Now()
	for time.Since(began) < fleetPatience {
		if last = left(); last == "" {
			if took := time.Since(began); took > time.Second {
				f.t.Logf("%s: after %v", what, took.Round(100*time.Millisecond))
			}
			return
		}
		time.Sleep(200 * time.Millisecond)
	}
	f.t.Fatalf("%s: after %v still: %s", what, fleetPatience, last)
}

// run waits until devices run what they should.
func (f *playedFleet) run(what string, want map[string]string) {
	f.t.Helper()
	f.wait(what, func() string {
		devices := f.devices()
		var others []string
		for id, key := range want {
			if got := devices[id].RunningKey; got != key {
				others = append(others, fmt.Sprintf("%s runs %q, not %q: %s", id, got, key, devices[id].Message))
			}
		}
		return strings.Join(others[:min(len(others), 5)], "\n")
	})
}

// settled waits until no attempt is open.
func (f *playedFleet) settled() {
	f.t.Helper()
	f.wait("the end of all attempts", func() string {
		for id := range f.devices() {
			for _, attempt := range f.attempts(id) {
				if attempt.Open() {
					return fmt.Sprintf("%s is %s with %s since %s", id, attempt.State, attempt.FirmwareKey, attempt.Updated)
				}
			}
		}
		return ""
	})
}

// window gives devices a window that begins and ends so long from now, each in its own zone.
func (f *playedFleet) window(ids []string, from, to time.Duration) {
	f.t.Helper()
	devices := f.devices()
	for _, id := range ids {
		zone, err := time.LoadLocation(devices[id].TimeZone) // "" is UTC, as it is for the server
		if err != nil {
			f.t.Fatal(err)
		}
		now := time.Now().In(zone)
		window := ota.Window{From: now.Add(from).Format("15:04"), To: now.Add(to).Format("15:04")}
		f.ask(http.MethodPatch, "/api/v1/devices/"+id, map[string]any{"window": window}, nil)
	}
}

// close gives devices a window that is closed now; open opens it.
func (f *playedFleet) close(ids []string) {
	f.t.Helper()
	f.window(ids, 2*time.Hour, 4*time.Hour)
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, id := range ids {
		f.closed[id] = append(f.closed[id], [2]time.Time{time.Now()})
	}
}

func (f *playedFleet) open(ids []string) {
	f.t.Helper()
	f.mu.Lock()
	for _, id := range ids {
		f.closed[id][len(f.closed[id])-1][1] = time.Now()
	}
	f.mu.Unlock()
	f.window(ids, -2*time.Hour, 4*time.Hour)
}

// sound wants that no device ever got an image for another chip, other bytes than were uploaded, or anything while its
// window was closed.
func (f *playedFleet) sound() {
	f.t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	for id, written := range f.written {
		for _, i := range written {
			if f.chips[i.FirmwareKey] != i.Chip {
				f.t.Errorf("%s, an %s, got %s, which is for an %s", id, i.Chip, i.FirmwareKey, f.chips[i.FirmwareKey])
			}
			if f.images[i.FirmwareKey] != i.SHA256 {
				f.t.Errorf("%s got other bytes of %s than were uploaded", id, i.FirmwareKey)
			}
			if f.wasClosed(id, i.Offered) {
				f.t.Errorf("%s was offered %s at %s, while its window was closed: %v", id, i.FirmwareKey, i.Offered, f.closed[id])
			}
		}
		for _, attempt := range f.attempts(id) {
			if attempt.State != ota.StateSkipped && f.wasClosed(id, attempt.Offered) {
				f.t.Errorf("%s: an attempt with %s began while its window was closed", id, attempt.FirmwareKey)
			}
		}
	}
}

func (f *playedFleet) wasClosed(id string, at time.Time) bool {
	return slices.ContainsFunc(f.closed[id], func(span [2]time.Time) bool {
		return at.After(span[0]) && (span[1].IsZero() || at.Before(span[1]))
	})
}
