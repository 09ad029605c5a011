package simulate

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"time"
)

// Fault is how an image fails on a device.
type Fault int

// The faults. Firmware 2.4.x cannot tell of any, so its devices are always sound.
const (
	Sound       Fault = iota // it does not
	Refuses                  // the device reports that it cannot install it
	RollsBack                // the image starts and is not well; the device goes back to its former one
	FallsSilent              // nothing is heard of the device for a while, then it runs its former image
)

// silence is for how long a device that falls silent is not heard of, simulated.
const silence = 5 * time.Minute

// FailShare makes the images of one version, or all with "", fail on a share of the devices (0 to 1): always on the same
// ones, each in its own way.
func FailShare(share float64, version string) func(deviceID, firmwareKey, version string) Fault {
	return func(deviceID, _, offered string) Fault {
		sum := sha256.Sum256([]byte(deviceID))
		chance := float64(binary.BigEndian.Uint32(sum[:])) / (1 << 32)
		if chance >= share || (version != "" && version != offered) {
			return Sound
		}
		return Refuses + Fault(sum[4])%FallsSilent
	}
}

func (d *device) fault(f offer) Fault {
	if d.sim.Fault == nil || d.legacy {
		return Sound
	}
	return d.sim.Fault(d.id, f.key, f.version)
}

// former is what a device goes back to.
type former struct {
	deviceType, version, image, fileSHA string
}

func (d *device) former() *former {
	return &former{d.DeviceType, d.Version, d.Image, d.update.fileSHA}
}

// rollBack is what the bootloader does with an image that was never confirmed. The device is heard of again after a while.
func (d *device) rollBack(after time.Duration) {
	f := d.update.former
	d.DeviceType, d.Version, d.Image, d.update.fileSHA = f.deviceType, f.version, f.image, f.fileSHA
	d.otaState, d.update.former, d.update.told = "rolled_back", nil, false
	d.sim.count(func(r *Report) { r.FailedUpdates++; r.RolledBack++ })
	d.reboot("panic")
	d.due[actRegister] = max(d.due[actRegister], d.at+after)
}

// settle does with a new image what its first heartbeat that was answered decides: it is confirmed, or given up.
func (d *device) settle(ctx context.Context) {
	switch {
	case d.otaState == "pending_verify" && d.update.former != nil:
		d.rollBack(0)
	case d.otaState == "pending_verify":
		d.confirm(ctx)
	case d.otaState == "rolled_back" && !d.update.told && d.update.attempt != nil:
		d.update.told = d.report(ctx, d.update.attempt, object{"state": "rolled_back"})
	}
}

// powered tells whether the board has power; one that gets it back boots.
func (d *device) powered() bool {
	switch off := d.sim.Off != nil && d.sim.Off(d.id); {
	case off:
		d.dark, d.wait = true, lookAgain
		d.unregister()
		return false
	case d.dark:
		d.dark = false
		d.reboot("power_on")
		return false
	}
	return true
}

// lookAgain is how often it is looked whether a board has power again, simulated.
const lookAgain = 30 * time.Second
