package fleet_test

import (
	"fmt"
	"testing"

	"personalcms/handlers/fleet"
	"personalcms/ota"
	"personalcms/store"
)

// BenchmarkMoveFleet is one look at a rollout of 10,000 devices that waits for them, as it happens every two seconds.
func BenchmarkMoveFleet(b *testing.B) {
	const devices = 10_000
	db, err := store.Open(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	image := store.Firmware{DeviceType: "T", Version: "2", Uploaded: noon, Image: ota.Image{Chip: "esp32", SHA256: "file", ImageSHA256: "image", Size: 4}}
	if _, err := db.AddFirmware(image, []byte("four"), false); err != nil {
		b.Fatal(err)
	}
	made := make(chan error, devices) // together, so that they share commits
	for i := range devices {
		go func() {
			id := fmt.Sprintf("d%05d", i)
			made <- db.CreateDevice(store.Device{ID: id, DeviceType: "T", Approved: true})
			db.NoteStatus(id, func(status *store.Status) { status.LastSeen = noon })
		}()
	}
	for range devices {
		if err := <-made; err != nil {
			b.Fatal(err)
		}
	}
	rollout := ota.Rollout{ID: "r", Name: "r", FirmwareKey: "T_2", Status: ota.RolloutRunning, Created: noon, Stages: []ota.Stage{ota.Stage{Percent: 100}.Planned()}}
	if err := db.CreateRollout(rollout); err != nil {
		b.Fatal(err)
	}
	all := fleet.New(db, noon)
	if err := all.Move(noon); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := all.Move(noon); err != nil {
			b.Fatal(err)
		}
	}
}
