package device

import (
	"fmt"
	"slices"
	"time"

	"personalcms/handlers/access"
	"personalcms/store"

	"github.com/labstack/echo/v4"
)

const (
	bootTolerance = 30 * time.Second // two estimates of one boot differ by the time of retries
	maxSightings  = 4
)

// watchForTwo finds out whether two boards speak under one id, as firmware 2.4.x with its hard-coded
// ids does when it is flashed twice, and says so in the log and on the device's page.
func (h *Handler) watchForTwo(c echo.Context, device store.Device, uptime int64) {
	address, now := access.Address(c), h.now()
	var found *store.Duplicate
	h.db.NoteStatus(device.ID, func(status *store.Status) {
		before := status.Duplicate
		noteSighting(status, address, now.Add(-time.Duration(uptime)*time.Second), now)
		if before == nil || (status.Duplicate != nil && before.Addresses != status.Duplicate.Addresses) {
			found = status.Duplicate
		}
	})
	if found == nil {
		return
	}
	message := fmt.Sprintf("Two boards speak under this id, from %s and %s. Give one of them another id, or their readings mix.",
		found.Addresses[0], found.Addresses[1])
	h.log.Warn().Str("device_id", device.ID).Strs("addresses", found.Addresses[:]).Msg("two boards speak under one id")
	if err := h.db.AddLog(store.Entry{Time: now, Kind: store.LogEvent, DeviceID: device.ID, Level: "warn", Message: message}); err != nil {
		h.log.Error().Err(err).Str("device_id", device.ID).Msg("log entry")
	}
}

// noteSighting records that a board that booted at a certain time spoke from an address. Two boards
// are proven when one that has not rebooted since speaks again after another with another boot time
// spoke from another address: one board that only changed its address never goes back to its old boot.
func noteSighting(status *store.Status, address string, booted, now time.Time) {
	same := func(a, b time.Time) bool { return a.Sub(b).Abs() <= bootTolerance }
	at := slices.IndexFunc(status.Sightings, func(s store.Sighting) bool { return s.Address == address })
	if at >= 0 && same(status.Sightings[at].Booted, booted) {
		earlier := status.Sightings[at].Last
		for _, other := range status.Sightings {
			if other.Address != address && other.Last.After(earlier) && !same(other.Booted, booted) {
				first := now
				pair := [2]string{min(address, other.Address), max(address, other.Address)}
				if status.Duplicate != nil && status.Duplicate.Addresses == pair {
					first = status.Duplicate.First
				}
				status.Duplicate = &store.Duplicate{Addresses: pair, First: first, Last: now}
			}
		}
	}
	sighting := store.Sighting{Address: address, Booted: booted, Last: now}
	if at >= 0 {
		status.Sightings[at] = sighting
		return
	}
	status.Sightings = append(status.Sightings, sighting)
	if len(status.Sightings) > maxSightings {
		status.Sightings = status.Sightings[1:]
	}
}
