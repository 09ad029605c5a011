package fleet_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"testing"
	"time"

	"personalcms/handlers/fleet"
	"personalcms/handlers/rig"
	"personalcms/ota"
	"personalcms/ota/otatest"
	"personalcms/store"

	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"
)

// shelf is a data file with the images "0" to "2" of one sketch, one that has nothing in common with them, one that is
// too large for patches and one that is damaged, all of type T.
type shelf struct {
	*testing.T
	db     *store.DB
	deltas *fleet.Deltas
	images map[string]store.Firmware
}

func newShelf(t *testing.T) shelf {
	t.Helper()
	db, err := store.Open(t.TempDir())
	s := shelf{t, db, nil, map[string]store.Firmware{}}
	s.check(err)
	t.Cleanup(func() { s.check(db.Close()) })
	now := func() time.Time { return rig.Start }
	s.deltas = fleet.NewDeltas(db, zerolog.Nop(), now)
	for edition := range 3 {
		s.add(fmt.Sprint(edition), otatest.ProgramImage(edition, 30_000))
	}
	s.add("another", otatest.Build(otatest.Options{Seed: 5, Size: 30_000}))
	s.add("large", make([]byte, ota.MaxDeltaImage+1))
	s.add("damaged", []byte("no image"))
	return s
}

func (s shelf) check(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

func (s shelf) add(version string, data []byte) {
	s.Helper()
	sum := sha256.Sum256(data)
	image := ota.Image{Chip: "esp32", Size: int64(len(data)), SHA256: hex.EncodeToString(sum[:])}
	image.ImageSHA256 = image.SHA256
	if read, err := ota.ReadImage(data); err == nil {
		image = *read
	}
	stored, err := s.db.AddFirmware(store.Firmware{DeviceType: "T", Version: version, Uploaded: rig.Start, Image: image}, data, false)
	s.check(err)
	s.images[version] = stored
}

// device has a board of type T that runs an image and accepts patches.
func (s shelf) device(id, runs string, change func(*store.Device, *store.Status)) {
	s.Helper()
	device := store.Device{ID: id, DeviceType: "T", Approved: true, Registered: rig.Start}
	status := store.Status{LastSeen: rig.Start, ImageSHA256: s.images[runs].Image.ImageSHA256, AcceptsDelta: true}
	change(&device, &status)
	s.check(s.db.CreateDevice(device))
	s.db.NoteStatus(id, func(known *store.Status) { *known = status })
}

// made are the pairs that were tried, with why there is no patch where there is none.
func (s shelf) made() map[string]string {
	s.Helper()
	made := map[string]string{}
	for _, to := range s.images {
		deltas, err := s.db.DeltasTo(to.Image.SHA256)
		s.check(err)
		for _, delta := range deltas {
			made[delta.FromKey+" "+delta.ToKey] = delta.Why
			if (delta.Size > 0) != (delta.Why == "") || 2*delta.Size >= to.Image.Size {
				s.Errorf("a patch of %d bytes for an image of %d, %q", delta.Size, to.Image.Size, delta.Why)
			}
		}
	}
	return made
}

func TestDeltasAreMadeForWhoWantsThem(t *testing.T) {
	as := func(assigned string) func(*store.Device, *store.Status) {
		return func(device *store.Device, _ *store.Status) { device.AssignedKey = "T_" + assigned }
	}
	for _, tc := range []struct {
		name   string
		runs   string
		change func(*store.Device, *store.Status)
		want   map[string]string
	}{
		{"pinned", "0", as("2"), map[string]string{"T_0 T_2": ""}},
		{"back to an older one", "2", as("0"), map[string]string{"T_2 T_0": ""}},
		{"forced", "0", func(d *store.Device, _ *store.Status) { d.ForcedKey = "T_2" }, map[string]string{"T_0 T_2": ""}},
		{"of the type", "0", func(*store.Device, *store.Status) {}, map[string]string{"T_0 T_1": ""}},
		{"runs it already", "1", as("1"), map[string]string{}},
		{"forced to what it runs", "1", func(d *store.Device, _ *store.Status) { d.ForcedKey = "T_1" }, map[string]string{}},
		{"does not accept patches", "0", func(d *store.Device, s *store.Status) { d.AssignedKey, s.AcceptsDelta = "T_2", false }, map[string]string{}},
		{"does not name its image", "0", func(d *store.Device, s *store.Status) { d.AssignedKey, s.ImageSHA256 = "T_2", "" }, map[string]string{}},
		{"runs what is not stored", "0", func(d *store.Device, s *store.Status) { d.AssignedKey, s.ImageSHA256 = "T_2", "unknown" }, map[string]string{}},
		{"not approved", "0", func(d *store.Device, _ *store.Status) { d.AssignedKey, d.Approved = "T_2", false }, map[string]string{}},
		{"another chip", "0", func(d *store.Device, _ *store.Status) { d.AssignedKey, d.Chip = "T_2", "esp32c3" }, map[string]string{}},
		{"does not fit", "0", func(d *store.Device, _ *store.Status) { d.AssignedKey, d.OTASlotSize = "T_2", 1000 }, map[string]string{}},
		{"nothing in common", "0", as("another"), map[string]string{"T_0 T_another": store.DeltaTooLarge}},
		{"too large", "0", as("large"), map[string]string{"T_0 T_large": store.DeltaImageTooLarge}},
		{"from a damaged image", "damaged", as("2"), map[string]string{"T_damaged T_2": store.DeltaBad}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s := newShelf(t)
			s.check(s.db.Assign(store.Assignment{DeviceType: "T", FirmwareKey: "T_1", Since: rig.Start}))
			s.device("panel", tc.runs, tc.change)
			for range 2 { // what was tried is not tried again
				s.check(s.deltas.Make(t.Context()))
				if diff := cmp.Diff(tc.want, s.made()); diff != "" {
					t.Fatalf("(-want +got):\n%s", diff)
				}
			}
		})
	}
}

// TestDeltasForARollout are there before its later stages begin, and for the way back.
func TestDeltasForARollout(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	for i := range 4 {
		s.device(fmt.Sprint("panel", i), fmt.Sprint(i%2), func(*store.Device, *store.Status) {})
	}
	devices := fleet.New(s.db, time.Time{})
	s.check(s.db.CreateRollout(ota.Rollout{
		ID: "r", Name: "r", FirmwareKey: "T_2", Status: ota.RolloutRunning, Created: rig.Start,
		Filter: ota.Filter{DeviceTypes: []string{"T"}}, Stages: []ota.Stage{{Percent: 1, Start: ota.StartByHand}, {Percent: 100, Start: ota.StartByHand}},
	}))
	s.check(devices.Move(rig.Start))
	s.check(s.deltas.Make(t.Context()))
	if diff := cmp.Diff(map[string]string{"T_0 T_2": "", "T_1 T_2": ""}, s.made()); diff != "" {
		members, _ := s.db.Members("r")
		t.Errorf("(-want +got):\n%s%+v", diff, members)
	}
}

// TestDeltasOfALargeFleet come to every device in its turn.
func TestDeltasOfALargeFleet(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	for i := range 450 {
		runs := "0"
		if i == 449 {
			runs = "1"
		}
		s.device(fmt.Sprintf("panel%03d", i), runs, func(device *store.Device, _ *store.Status) { device.AssignedKey = "T_2" })
	}
	for look, want := range []int{1, 1, 2, 2} {
		s.check(s.deltas.Make(t.Context()))
		if made := s.made(); len(made) != want {
			t.Errorf("after look %d: %v", look+1, made)
		}
	}
}

// TestDeltasEndWithTheProgram and are made after the next start.
func TestDeltasEndWithTheProgram(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	s.device("panel", "0", func(device *store.Device, _ *store.Status) { device.AssignedKey = "T_2" })
	ended, end := context.WithCancel(t.Context())
	end()
	s.check(s.deltas.Make(ended))
	s.deltas.Due(ended)
	s.deltas.Wait()
	if made := s.made(); len(made) != 0 {
		t.Errorf("made after the end: %v", made)
	}
	s.deltas.Due(t.Context())
	s.deltas.Wait()
	if diff := cmp.Diff(map[string]string{"T_0 T_2": ""}, s.made()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
