package store

import (
	"sync"
	"testing"
)

// With more writes waiting than the writer takes at once, those that sent and the writer waited for each other for ever.
func TestMoreWritesThanFitAllEnd(t *testing.T) {
	db := open(t)
	must(t, db.CreateDevice(Device{ID: "panel", DeviceType: "T"}))
	var work sync.WaitGroup
	for range 4 * maxGroup {
		work.Go(func() {
			if _, err := db.UpdateDevice("panel", func(device *Device) error { device.LastCommand++; return nil }); err != nil {
				t.Error(err)
			}
		})
	}
	work.Wait()
	if device, err := db.Device("panel"); err != nil || device.LastCommand != 4*maxGroup {
		t.Errorf("%d, %v", device.LastCommand, err)
	}
}
