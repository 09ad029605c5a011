package ota

import (
	"cmp"
	"slices"
	"time"
)

// Filter says which devices are meant. Within a list any may match, of several lists each has to; an empty list
// matches all.
type Filter struct {
	DeviceTypes []string `json:"device_types,omitempty"`
	Versions    []string `json:"versions,omitempty"` // of what they run
	Groups      []string `json:"groups,omitempty"`
	Chips       []string `json:"chips,omitempty"`
	Devices     []string `json:"devices,omitempty"`      // ids
	SeenWithin  int      `json:"seen_within,omitempty"`  // hours: heard of since; 0 = whenever
	NotSeenFor  int      `json:"not_seen_for,omitempty"` // hours: silent for; 0 = whenever
}

// Board is what a filter and a rollout know of a device.
type Board struct {
	ID, DeviceType, Version, Chip string
	Groups                        []string
	LastSeen                      time.Time
	Reachable                     bool // it is online, or asleep and expected back
}

// Matches tells whether a device is meant.
func (f Filter) Matches(b Board, now time.Time) bool {
	silent := now.Sub(b.LastSeen)
	return among(f.DeviceTypes, b.DeviceType) && among(f.Versions, b.Version) && among(f.Groups, b.Groups...) &&
		among(f.Chips, cmp.Or(b.Chip, defaultChip)) && among(f.Devices, b.ID) &&
		(f.SeenWithin == 0 || silent <= time.Duration(f.SeenWithin)*time.Hour) &&
		(f.NotSeenFor == 0 || silent > time.Duration(f.NotSeenFor)*time.Hour)
}

// among tells whether any of the names is in the list; everything is in an empty one.
func among(list []string, names ...string) bool {
	return len(list) == 0 || slices.ContainsFunc(names, func(name string) bool { return slices.Contains(list, name) })
}
