package store

import "testing"

func TestZone(t *testing.T) {
	for name, row := range map[string]struct{ device, household, want string }{
		"its own":       {"Asia/Tokyo", "Europe/Berlin", "Asia/Tokyo"},
		"the household": {"", "Europe/Berlin", "Europe/Berlin"},
		"none":          {"", "", "UTC"},
		"an unknown":    {"Mars/Olympus", "Europe/Berlin", "Europe/Berlin"},
	} {
		if got := (Settings{TimeZone: row.household}).Zone(Device{TimeZone: row.device}).String(); got != row.want {
			t.Errorf("%s: %s", name, got)
		}
	}
}
