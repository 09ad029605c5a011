package ota_test

import (
	"testing"
	"time"

	"personalcms/ota"
)

func TestAFilterMatches(t *testing.T) {
	device := ota.Board{
		ID: "d1", DeviceType: "T", Version: "2.5.0", Chip: "esp32c3", Groups: []string{"hall", "upstairs"},
		LastSeen: noon.Add(-2 * time.Hour),
	}
	for _, row := range []struct {
		name   string
		filter ota.Filter
		want   bool
	}{
		{"empty", ota.Filter{}, true},
		{"its type", ota.Filter{DeviceTypes: []string{"T"}}, true},
		{"one of types", ota.Filter{DeviceTypes: []string{"U", "T"}}, true},
		{"another type", ota.Filter{DeviceTypes: []string{"U"}}, false},
		{"a type is not a beginning", ota.Filter{DeviceTypes: []string{"Ta"}}, false},
		{"its version", ota.Filter{Versions: []string{"2.5.0"}}, true},
		{"another version", ota.Filter{Versions: []string{"2.5"}}, false},
		{"its first group", ota.Filter{Groups: []string{"hall"}}, true},
		{"its second group", ota.Filter{Groups: []string{"cellar", "upstairs"}}, true},
		{"another group", ota.Filter{Groups: []string{"cellar"}}, false},
		{"its chip", ota.Filter{Chips: []string{"esp32c3"}}, true},
		{"another chip", ota.Filter{Chips: []string{"esp32"}}, false},
		{"itself", ota.Filter{Devices: []string{"d0", "d1"}}, true},
		{"another device", ota.Filter{Devices: []string{"d0"}}, false},
		{"seen within three hours", ota.Filter{SeenWithin: 3}, true},
		{"seen within two hours, to the second", ota.Filter{SeenWithin: 2}, true},
		{"seen within an hour", ota.Filter{SeenWithin: 1}, false},
		{"silent for an hour", ota.Filter{NotSeenFor: 1}, true},
		{"silent for more than two hours", ota.Filter{NotSeenFor: 2}, false},
		{"seen within three hours and silent for one", ota.Filter{SeenWithin: 3, NotSeenFor: 1}, true},
		{"seen within one hour and silent for three", ota.Filter{SeenWithin: 1, NotSeenFor: 3}, false},
		{"all together", ota.Filter{
			DeviceTypes: []string{"T"}, Versions: []string{"2.5.0"}, Groups: []string{"hall"}, Chips: []string{"esp32c3"},
			Devices: []string{"d1"}, SeenWithin: 24,
		}, true},
		{"all but one together", ota.Filter{
			DeviceTypes: []string{"T"}, Versions: []string{"2.5.0"}, Groups: []string{"cellar"}, Chips: []string{"esp32c3"},
			Devices: []string{"d1"}, SeenWithin: 24,
		}, false},
	} {
		if got := row.filter.Matches(device, noon); got != row.want {
			t.Errorf("%s: %v, want %v", row.name, got, row.want)
		}
	}
}

func TestAFilterOnABoardThatSaidLittle(t *testing.T) {
	for _, row := range []struct {
		name   string
		filter ota.Filter
		want   bool
	}{
		{"empty", ota.Filter{}, true},
		{"no group", ota.Filter{Groups: []string{"hall"}}, false},
		{"a chip it never named is an esp32", ota.Filter{Chips: []string{"esp32"}}, true},
		{"and not an esp32c3", ota.Filter{Chips: []string{"esp32c3"}}, false},
		{"never seen is not seen within a year", ota.Filter{SeenWithin: 365 * 24}, false},
		{"never seen is silent", ota.Filter{NotSeenFor: 365 * 24}, true},
	} {
		if got := row.filter.Matches(ota.Board{ID: "d2"}, noon); got != row.want {
			t.Errorf("%s: %v, want %v", row.name, got, row.want)
		}
	}
}
