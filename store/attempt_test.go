package store

import (
	"testing"
	"time"

	"personalcms/ota"

	"github.com/google/go-cmp/cmp"
)

// TestEndedSince finds what has ended in the last days, whenever it began.
func TestEndedSince(t *testing.T) {
	db := fleetOf(t, 2)
	attempt(t, db, "d0", ota.StateFailed, noon.AddDate(0, 0, -30))
	attempt(t, db, "d0", ota.StateConfirmed, noon.AddDate(0, 0, -3))
	attempt(t, db, "d1", ota.StateConfirmed, noon.AddDate(0, 0, -1))
	attempt(t, db, "d1", ota.StateOffered, noon)
	for days, want := range map[int][]string{40: {"d0", "d0", "d1"}, 3: {"d0", "d1"}, 2: {"d1"}, 0: nil} {
		ended, err := db.EndedSince(noon.AddDate(0, 0, -days))
		must(t, err)
		var got []string
		for _, attempt := range ended {
			got = append(got, attempt.DeviceID)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("of %d days (-want +got):\n%s", days, diff)
		}
	}
}

// TestUpdateLog is only what happened to one device's updates, newest first.
func TestUpdateLog(t *testing.T) {
	db := fleetOf(t, 2)
	for i, kind := range []string{LogUpdate, LogAudit, LogUpdate, LogEvent, LogUpdate} {
		for _, device := range []string{"d0", "d1"} {
			must(t, db.AddLog(Entry{
				Time: noon.Add(time.Duration(i) * time.Minute), Kind: kind, DeviceID: device, Level: "info",
				Message: device + string(rune('0'+i)) + ` "kind":"update"`,
			}))
		}
	}
	log, err := db.UpdateLog("d1", 2)
	must(t, err)
	var got []string
	for _, entry := range log {
		got = append(got, entry.Message[:3])
	}
	if diff := cmp.Diff([]string{"d14", "d12"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
