package store

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"personalcms/content"
	"personalcms/content/schedule"
	"personalcms/ota"
	"personalcms/render"

	"go.etcd.io/bbolt"
)

// Enrolment policies for devices nobody has seen before.
const (
	EnrolApprove = "approve" // a new device waits for the owner
	EnrolOpen    = "open"    // every new device is approved
	EnrolClosed  = "closed"  // unknown devices are refused
)

// Settings are the owner's choices for the whole installation.
type Settings struct {
	Enrolment      string        `json:"enrolment"`
	PendingLimit   int           `json:"pending_limit"`   // devices that may wait for approval at once
	PublicURL      string        `json:"public_url"`      // "" or http(s)://host[:port], without a slash at the end
	ConfirmedHosts []string      `json:"confirmed_hosts"` // Host headers the owner has used signed in, host[:port]
	TimeZone       string        `json:"time_zone"`       // IANA name; for devices that name none
	ActiveTimeout  int           `json:"active_timeout"`  // seconds after which a silent device counts as offline
	RefreshSeconds int           `json:"refresh_seconds"` // how often a panel asks for its screen
	Units          render.Units  `json:"units"`           // how panels write times and numbers
	Place          content.Place `json:"place,omitzero"`  // where the household is, for sun and weather
	Away           schedule.Away `json:"away,omitzero"`   // the whole household is
	OTAUser        string        `json:"ota_user"`
	OTAPassword    string        `json:"ota_password"` // argon2id hash; "" = no Basic authentication
	Signatures     Signatures    `json:"signatures,omitzero"`
	Updates        Updates       `json:"updates,omitzero"`
	Downloads      Downloads     `json:"downloads"`
}

// Downloads are the limits on sending images, so that updates leave room for everything else on the line.
type Downloads struct {
	AtOnce    int   `json:"at_once"`                     // images that are sent at the same time; 0 = no limit
	PerDevice int64 `json:"per_device_bytes_per_second"` // 0 = no limit
	Total     int64 `json:"total_bytes_per_second"`      // all devices together; 0 = no limit
}

// Updates is when devices may install something, where their owner has not said otherwise.
type Updates struct {
	Window     ota.Window `json:"window,omitzero"`
	LowBattery float64    `json:"low_battery"` // percent; below it nothing is installed, 0 = whatever it has
}

// usualLowBattery is enough for a download, an erased slot and a restart, in percent.
const usualLowBattery = 20

func defaultSettings() Settings {
	return Settings{
		Enrolment: EnrolApprove, PendingLimit: 100, TimeZone: "UTC", ActiveTimeout: 300, RefreshSeconds: 300,
		Updates:   Updates{LowBattery: usualLowBattery},
		Downloads: Downloads{AtOnce: 8},
	}
}

// Settings returns the current settings.
func (db *DB) Settings() Settings {
	db.mu.RLock()
	defer db.mu.RUnlock()
	settings := db.settings
	settings.ConfirmedHosts = slices.Clone(settings.ConfirmedHosts)
	settings.Signatures = settings.Signatures.clone()
	return settings
}

// readSettings reads inside a transaction, so that it sees what its group wrote before it.
func readSettings(tx *bbolt.Tx) (Settings, error) {
	settings := defaultSettings()
	raw := tx.Bucket(bucketSettings).Get(bucketSettings)
	if raw == nil {
		return settings, nil
	}
	if err := json.Unmarshal(raw, &settings); err != nil {
		return settings, fmt.Errorf("settings: %w", err)
	}
	return settings, nil
}

// UpdateSettings changes the settings; an error of change is returned and nothing is written.
func (db *DB) UpdateSettings(change func(*Settings) error) error {
	return db.update(func(tx *transaction) error {
		settings, err := readSettings(tx.Tx)
		if err != nil {
			return err
		}
		if err := change(&settings); err != nil {
			return err
		}
		tx.after = append(tx.after, func() {
			db.mu.Lock()
			db.settings = settings
			db.mu.Unlock()
			db.watchers.tell(Change{Kind: "settings"})
		})
		return put(tx.Bucket(bucketSettings), bucketSettings, settings)
	})
}

// Zone is the time zone of a device: its own, else the household's, else UTC.
func (s Settings) Zone(device Device) *time.Location {
	for _, name := range []string{device.TimeZone, s.TimeZone} {
		if name == "" {
			continue
		}
		if zone, err := time.LoadLocation(name); err == nil {
			return zone
		}
	}
	return time.UTC
}

// Window is when a device may install something.
func (s Settings) Window(device Device) ota.Window {
	if device.Window != nil {
		return *device.Window
	}
	return s.Updates.Window
}

// Reach is whether a device can be expected to answer.
type Reach string

// A device is online, asleep until a time it was told, or nobody knows where.
const (
	ReachOnline  Reach = "online"
	ReachAsleep  Reach = "asleep"
	ReachOffline Reach = "offline"
)

// Reach says whether a device is heard of, and when one that sleeps is expected to wake.
func (s Settings) Reach(status Status, now time.Time) (Reach, time.Time) {
	grace := time.Duration(s.ActiveTimeout) * time.Second
	switch {
	case now.Sub(status.LastSeen) <= grace:
		return ReachOnline, time.Time{}
	case now.Before(status.NextRefresh.Add(grace)):
		return ReachAsleep, status.NextRefresh
	}
	return ReachOffline, time.Time{}
}
