package store

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"personalcms/ota"

	"go.etcd.io/bbolt"
)

// Firmware is one uploaded image.
type Firmware struct {
	Key           string    `json:"firmware_key"` // <device_type>_<version>
	DeviceType    string    `json:"device_type"`
	Version       string    `json:"version"`
	Filename      string    `json:"filename"` // as uploaded, for people; never a path
	Description   string    `json:"description"`
	Uploaded      time.Time `json:"upload_date"`
	DownloadCount int       `json:"download_count"` // complete downloads
	Image         ota.Image `json:"image"`
	Signature     string    `json:"signature,omitempty"` // base64 of DER (PROTOCOL §6); "" = not signed
	KeyID         string    `json:"key_id,omitempty"`    // of the key that signed it
	Signer        string    `json:"signer,omitempty"`    // the name of that key when it signed
	Tally         ota.Tally `json:"tally,omitzero"`      // what became of the attempts to install it
}

// FlashPart is a bootloader or partition table: nothing to install over the air, kept for flashing by wire.
type FlashPart struct {
	SHA256   string     `json:"sha256"`
	Kind     string     `json:"kind"` // "bootloader" or "partition-table"
	Filename string     `json:"filename"`
	Size     int64      `json:"size"` // bytes
	Uploaded time.Time  `json:"upload_date"`
	Slots    []ota.Slot `json:"slots"` // of a partition table
}

// Assignment says which image all devices of a type, or of a group, should run.
type Assignment struct {
	DeviceType  string    `json:"device_type,omitempty"`
	Group       string    `json:"group,omitempty"` // instead of the type
	FirmwareKey string    `json:"firmware_key"`
	Rollback    bool      `json:"rollback,omitempty"` // also where a newer version runs
	Since       time.Time `json:"since"`
}

// bucket is where the assignment is kept, and under which key.
func (a Assignment) bucket(tx *bbolt.Tx) (*bbolt.Bucket, []byte) {
	if a.Group != "" {
		return tx.Bucket(bucketGroups), []byte(a.Group)
	}
	return tx.Bucket(bucketAssignments), []byte(a.DeviceType)
}

// DuplicateImageError says that these very bytes are stored already, under Key.
type DuplicateImageError struct{ Key string }

func (e *DuplicateImageError) Error() string { return "identical to " + e.Key }

// AddFirmware stores an image. A version that is empty is made from the time of upload, so that two
// uploads in one second still differ. Identical bytes for the same type are a *DuplicateImageError,
// a version that is taken ErrExists. A signature it comes with must hold (*ota.SigningError); without one the
// server's key signs it, if there is one; ErrUnsigned if its type takes signed images only. With assign the type
// is assigned to it in the same transaction.
func (db *DB) AddFirmware(firmware Firmware, data []byte, assign bool) (Firmware, error) {
	err := db.update(func(tx *transaction) error {
		bucket := tx.Bucket(bucketFirmware)
		version := firmware.Version
		if version == "" {
			version = ota.NewVersion(firmware.Uploaded, func(v string) bool {
				return bucket.Get([]byte(ota.FirmwareKey(firmware.DeviceType, v))) != nil
			})
		}
		err := each(bucket, func(_ string, other Firmware) error {
			if other.Image.SHA256 == firmware.Image.SHA256 && other.DeviceType == firmware.DeviceType {
				return &DuplicateImageError{Key: other.Key}
			}
			return nil
		})
		if err != nil {
			return err
		}
		stored := firmware
		stored.Version, stored.Key = version, ota.FirmwareKey(firmware.DeviceType, version)
		if bucket.Get([]byte(stored.Key)) != nil {
			return fmt.Errorf("firmware %q: %w", stored.Key, ErrExists)
		}
		if err := db.settleSignature(tx, &stored); err != nil {
			return err
		}
		if _, err := putBlob(tx.Tx, data); err != nil {
			return err
		}
		if err := put(bucket, []byte(stored.Key), stored); err != nil {
			return err
		}
		tx.after = append(tx.after, func() {
			firmware = stored
			db.cacheImage(stored, true)
			db.watchers.tell(Change{Kind: "firmware"})
		})
		if !assign {
			return nil
		}
		return putAssignment(tx.Tx, Assignment{DeviceType: stored.DeviceType, FirmwareKey: stored.Key, Since: firmware.Uploaded})
	})
	return firmware, err
}

// Firmware returns one image's record, or ErrNotFound.
func (db *DB) Firmware(key string) (Firmware, error) {
	var firmware Firmware
	err := db.view(func(tx *bbolt.Tx) error {
		var err error
		firmware, err = get[Firmware](tx.Bucket(bucketFirmware), []byte(key))
		return err
	})
	return firmware, err
}

// AllFirmware returns the records of all images, newest first.
func (db *DB) AllFirmware() ([]Firmware, error) {
	var all []Firmware
	err := db.view(func(tx *bbolt.Tx) error {
		return each(tx.Bucket(bucketFirmware), func(_ string, firmware Firmware) error {
			all = append(all, firmware)
			return nil
		})
	})
	slices.SortFunc(all, func(a, b Firmware) int {
		if c := b.Uploaded.Compare(a.Uploaded); c != 0 {
			return c
		}
		return strings.Compare(b.Key, a.Key)
	})
	return all, err
}

// CountDownload adds one complete download of an image.
func (db *DB) CountDownload(key string) error {
	return db.update(func(tx *transaction) error {
		firmware, err := get[Firmware](tx.Bucket(bucketFirmware), []byte(key))
		if err != nil {
			return err
		}
		firmware.DownloadCount++
		return put(tx.Bucket(bucketFirmware), []byte(key), firmware)
	})
}

// InUseError says where an image is still assigned.
type InUseError struct{ By []string }

func (e *InUseError) Error() string { return "assigned to " + strings.Join(e.By, ", ") }

// Unwrap makes it an ErrInUse.
func (e *InUseError) Unwrap() error { return ErrInUse }

// DeleteFirmware removes an image, or is an *InUseError that names the types and devices it is
// assigned to. The patches from and to it go with it.
func (db *DB) DeleteFirmware(key string) error {
	return db.update(func(tx *transaction) error {
		firmware, err := get[Firmware](tx.Bucket(bucketFirmware), []byte(key))
		if err != nil {
			return err
		}
		users, err := usersOfFirmware(tx.Tx, key)
		if err != nil {
			return err
		}
		if len(users) > 0 {
			return &InUseError{By: users}
		}
		if err := tx.Bucket(bucketFirmware).Delete([]byte(key)); err != nil {
			return err
		}
		tx.after = append(tx.after, func() {
			db.cacheImage(firmware, false)
			db.watchers.tell(Change{Kind: "firmware"})
		})
		if err := dropDeltas(tx.Tx, firmware.Image); err != nil {
			return err
		}
		return dropBlob(tx.Tx, firmware.Image.SHA256)
	})
}

// cacheImage keeps or forgets which firmware an image's digest belongs to.
func (db *DB) cacheImage(firmware Firmware, keep bool) {
	db.mu.Lock()
	defer db.mu.Unlock()
	digest := firmware.Image.ImageSHA256
	keys := without(db.images[digest], firmware.Key)
	if keep {
		keys = append(keys, firmware.Key)
	}
	db.images[digest] = keys
	if len(keys) == 0 {
		delete(db.images, digest)
	}
}

// RunningKey is the firmware whose image a device of this type reports, "" if it is none of those
// stored. The same image may be stored under several types; the device's own comes first.
func (db *DB) RunningKey(imageSHA256, deviceType string) string {
	db.mu.RLock()
	defer db.mu.RUnlock()
	keys := db.images[imageSHA256]
	for _, key := range keys {
		if strings.HasPrefix(key, deviceType+"_") {
			return key
		}
	}
	if len(keys) > 0 {
		return keys[0]
	}
	return ""
}

func usersOfFirmware(tx *bbolt.Tx, key string) ([]string, error) {
	var users []string
	err := eachAssignment(tx, func(assignment Assignment) error {
		switch {
		case assignment.FirmwareKey != key:
		case assignment.Group != "":
			users = append(users, "the group "+assignment.Group)
		default:
			users = append(users, "all "+assignment.DeviceType+" devices")
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = each(tx.Bucket(bucketRollouts), func(_ string, rollout ota.Rollout) error {
		if rollout.Needs(key) {
			users = append(users, "the rollout “"+rollout.Name+"”")
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = each(tx.Bucket(bucketDevices), func(_ string, device Device) error {
		if device.AssignedKey == key || device.ForcedKey == key {
			users = append(users, device.Title())
		}
		return nil
	})
	return users, err
}

// Assign says which image a type or a group should run; an empty key ends the assignment.
func (db *DB) Assign(assignment Assignment) error {
	return db.update(func(tx *transaction) error {
		tx.after = append(tx.after, func() { db.watchers.tell(Change{Kind: "firmware"}) })
		if assignment.FirmwareKey == "" {
			bucket, key := assignment.bucket(tx.Tx)
			return bucket.Delete(key)
		}
		if tx.Bucket(bucketFirmware).Get([]byte(assignment.FirmwareKey)) == nil {
			return fmt.Errorf("firmware %q: %w", assignment.FirmwareKey, ErrNotFound)
		}
		return putAssignment(tx.Tx, assignment)
	})
}

// AssignDevice pins an image to one device, or with force has it installed once; an empty key ends it.
func (db *DB) AssignDevice(deviceID, key string, force bool) (Device, error) {
	var device Device
	err := db.update(func(tx *transaction) error {
		var err error
		if device, err = get[Device](tx.Bucket(bucketDevices), []byte(deviceID)); err != nil {
			return err
		}
		if key != "" && tx.Bucket(bucketFirmware).Get([]byte(key)) == nil {
			return fmt.Errorf("firmware %q: %w", key, ErrNotFound)
		}
		if force {
			device.ForcedKey = key
		} else {
			device.AssignedKey = key
		}
		return db.putDevice(tx, device, false)
	})
	return device, err
}

func putAssignment(tx *bbolt.Tx, assignment Assignment) error {
	bucket, key := assignment.bucket(tx)
	return put(bucket, key, assignment)
}

// Assignments returns what is assigned to types, then what is assigned to groups, in the order of their names.
func (db *DB) Assignments() ([]Assignment, error) {
	var all []Assignment
	err := db.view(func(tx *bbolt.Tx) error {
		return eachAssignment(tx, func(assignment Assignment) error {
			all = append(all, assignment)
			return nil
		})
	})
	return all, err
}

func eachAssignment(tx *bbolt.Tx, visit func(Assignment) error) error {
	for _, name := range [][]byte{bucketAssignments, bucketGroups} {
		err := each(tx.Bucket(name), func(_ string, assignment Assignment) error { return visit(assignment) })
		if err != nil {
			return err
		}
	}
	return nil
}

// AddFlashPart keeps a bootloader or partition table, once: then the record that exists is returned.
func (db *DB) AddFlashPart(part FlashPart, data []byte) (FlashPart, error) {
	var stored FlashPart
	err := db.update(func(tx *transaction) error {
		sum, err := putBlob(tx.Tx, data)
		if err != nil {
			return err
		}
		if stored, err = get[FlashPart](tx.Bucket(bucketParts), []byte(sum)); err == nil {
			return nil
		}
		stored = part
		stored.SHA256 = sum
		tx.after = append(tx.after, func() { db.watchers.tell(Change{Kind: "firmware"}) })
		return put(tx.Bucket(bucketParts), []byte(sum), stored)
	})
	return stored, err
}

// FlashParts returns the kept bootloaders and partition tables.
func (db *DB) FlashParts() ([]FlashPart, error) {
	var all []FlashPart
	err := db.view(func(tx *bbolt.Tx) error {
		return each(tx.Bucket(bucketParts), func(_ string, part FlashPart) error {
			all = append(all, part)
			return nil
		})
	})
	return all, err
}

// DeleteFlashPart removes a kept bootloader or partition table.
func (db *DB) DeleteFlashPart(sum string) error {
	return db.update(func(tx *transaction) error {
		if tx.Bucket(bucketParts).Get([]byte(sum)) == nil {
			return ErrNotFound
		}
		if err := tx.Bucket(bucketParts).Delete([]byte(sum)); err != nil {
			return err
		}
		tx.after = append(tx.after, func() { db.watchers.tell(Change{Kind: "firmware"}) })
		return dropBlob(tx.Tx, sum)
	})
}
