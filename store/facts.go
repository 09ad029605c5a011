package store

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"personalcms/ota"

	"go.etcd.io/bbolt"
)

// UpdateFacts is all that an update decision for one device rests on, read in one transaction.
type UpdateFacts struct {
	Device   Device
	Type     *Assignment         // of its type; nil = none
	Group    *Assignment         // the newest of its groups; nil = none
	Rollouts []Joined            // in effect that have the device, newest first
	Firmware map[string]Firmware // by key: all that is named here and stored
	Attempts []ota.Attempt       // oldest first
	Settings Settings
}

// Joined is a rollout that has a device.
type Joined struct {
	Rollout ota.Rollout
	Member  ota.Member
}

// UpdateFacts reads what an update decision needs; ErrNotFound if the device is unknown.
func (db *DB) UpdateFacts(deviceID string) (UpdateFacts, error) {
	var facts UpdateFacts
	err := db.view(func(tx *bbolt.Tx) error {
		var err error
		facts, err = updateFacts(tx, deviceID)
		return err
	})
	return facts, err
}

func updateFacts(tx *bbolt.Tx, deviceID string) (UpdateFacts, error) {
	device, err := get[Device](tx.Bucket(bucketDevices), []byte(deviceID))
	if err != nil {
		return UpdateFacts{}, err
	}
	facts := UpdateFacts{Device: device, Firmware: map[string]Firmware{}}
	if facts.Settings, err = readSettings(tx); err != nil {
		return facts, err
	}
	if err := facts.readAssignments(tx); err != nil {
		return facts, err
	}
	if err := facts.readRollouts(tx); err != nil {
		return facts, err
	}
	if err := facts.readFirmware(tx); err != nil {
		return facts, err
	}
	facts.Attempts, err = attemptsOf(tx, deviceID)
	return facts, err
}

// readAssignments finds what is assigned to the device's type and groups.
func (f *UpdateFacts) readAssignments(tx *bbolt.Tx) error {
	var err error
	if f.Type, err = assignmentOf(tx, Assignment{DeviceType: f.Device.DeviceType}); err != nil {
		return err
	}
	for _, group := range f.Device.Groups {
		assignment, err := assignmentOf(tx, Assignment{Group: group})
		if err != nil {
			return err
		}
		if assignment != nil && (f.Group == nil || assignment.Since.After(f.Group.Since)) {
			f.Group = assignment
		}
	}
	return nil
}

// assignmentOf is what is kept for the same type or group, nil if there is nothing.
func assignmentOf(tx *bbolt.Tx, whom Assignment) (*Assignment, error) {
	bucket, key := whom.bucket(tx)
	assignment, err := get[Assignment](bucket, key)
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	return &assignment, err
}

// readRollouts finds the rollouts in effect that have the device.
func (f *UpdateFacts) readRollouts(tx *bbolt.Tx) error {
	err := tx.Bucket(bucketRollouts).ForEach(func(id, _ []byte) error {
		member, err := get[ota.Member](tx.Bucket(bucketMembers), memberKey(string(id), f.Device.ID))
		if errors.Is(err, ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		rollout, err := get[ota.Rollout](tx.Bucket(bucketRollouts), id)
		if err == nil && rollout.InEffect() {
			f.Rollouts = append(f.Rollouts, Joined{rollout, member})
		}
		return err
	})
	slices.SortFunc(f.Rollouts, func(a, b Joined) int { return newestFirst(a.Rollout, b.Rollout) })
	return err
}

// readFirmware reads the images that are named. One that a person chose is there; a former one may be gone.
func (f *UpdateFacts) readFirmware(tx *bbolt.Tx) error {
	chosen, former := []string{f.Device.ForcedKey, f.Device.AssignedKey}, []string{f.Device.RunningKey}
	for _, assignment := range []*Assignment{f.Type, f.Group} {
		if assignment != nil {
			chosen = append(chosen, assignment.FirmwareKey)
		}
	}
	for _, joined := range f.Rollouts {
		former = append(former, joined.Rollout.FirmwareKey, joined.Member.Former)
	}
	for i, key := range append(chosen, former...) {
		if _, known := f.Firmware[key]; known || key == "" {
			continue
		}
		firmware, err := get[Firmware](tx.Bucket(bucketFirmware), []byte(key))
		if errors.Is(err, ErrNotFound) && i >= len(chosen) {
			continue
		}
		if err != nil {
			return fmt.Errorf("firmware %q: %w", key, err)
		}
		f.Firmware[key] = firmware
	}
	return nil
}

// batteryHolds is how long what a device said of its battery counts while it says nothing more of it: other firmware may
// run by then, or a cable be plugged in.
const batteryHolds = 24 * time.Hour

// Input is the facts as a decision takes them. running is what the device says of its image, with ""
// where it does not say, and status what it said last of itself.
func (f UpdateFacts) Input(running ota.CheckIn, status Status) ota.Input {
	device := f.Device
	in := ota.Input{
		Approved: device.Approved, DeviceType: device.DeviceType, Chip: device.Chip, SlotSize: device.OTASlotSize,
		ImageSHA256: running.ImageSHA256, OnTrial: running.State == "pending_verify",
		RunningKey: device.RunningKey, Running: f.target(device.RunningKey),
		Battery: 100, LowBattery: f.Settings.Updates.LowBattery,
		Window: f.Settings.Window(device), Zone: f.Settings.Zone(device),
		Forced: f.target(device.ForcedKey), Pinned: f.target(device.AssignedKey), Attempts: f.Attempts,
	}
	if status.HasBattery && status.LastSeen.Sub(status.BatterySeen) < batteryHolds {
		in.Battery = status.BatteryPercent
	}
	if f.Type != nil {
		in.ByType = &ota.Assigned{Target: f.target(f.Type.FirmwareKey), Name: f.Type.DeviceType, Rollback: f.Type.Rollback, Since: f.Type.Since}
	}
	if f.Group != nil {
		in.ByGroup = &ota.Assigned{Target: f.target(f.Group.FirmwareKey), Name: f.Group.Group, Rollback: f.Group.Rollback, Since: f.Group.Since}
	}
	for _, joined := range f.Rollouts {
		if target := f.target(joined.Rollout.FirmwareKey); target != nil || joined.Rollout.GoesBack() {
			in.Rollouts = append(in.Rollouts, ota.Joined{
				Rollout: joined.Rollout, Member: joined.Member, Target: target, Former: f.target(joined.Member.Former),
			})
		}
	}
	return in
}

// target is a stored image as a decision takes it, nil if it is not stored.
func (f UpdateFacts) target(key string) *ota.Target {
	firmware, stored := f.Firmware[key]
	if !stored {
		return nil
	}
	signatures := f.Settings.Signatures
	return &ota.Target{
		Key: firmware.Key, DeviceType: firmware.DeviceType, Version: firmware.Version, Uploaded: firmware.Uploaded, Image: &firmware.Image,
		Signed: signatures.Holds(firmware), SignedOnly: signatures.Only(firmware.DeviceType, f.Device.DeviceType),
	}
}
