package store

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"personalcms/render"

	"go.etcd.io/bbolt"
)

// Picture is one uploaded picture, as it is served: decoded and encoded anew as JPEG.
type Picture struct {
	ID       string    `json:"id"`
	Filename string    `json:"filename"` // unique, safe in a URL: v1 devices ask by it
	Title    string    `json:"title"`    // as uploaded, for people
	Width    int       `json:"width"`    // pixels, upright
	Height   int       `json:"height"`
	Mode     string    `json:"mode"` // "fill" crops to the panel, "fit" shows all of it; while Edit is zero
	Size     int64     `json:"size"` // bytes of the stored JPEG
	SHA256   string    `json:"sha256"`
	Uploaded time.Time `json:"upload_date"`

	Edit render.Edit `json:"edit,omitzero"` // what people changed; zero: nothing
}

// Shown is how the picture is brought onto a panel.
func (p Picture) Shown() render.Edit { return p.Edit.Or(p.Mode) }

// SetMode makes the picture fill panels ("fill") or fit into them ("fit").
func (p *Picture) SetMode(mode string) {
	p.Mode = mode
	if p.Edit != (render.Edit{}) {
		p.Edit.Mode = mode
	}
}

// AddPicture stores a picture; its id and file name are made from its content, so the same picture
// is stored once: then the record that exists is returned.
func (db *DB) AddPicture(picture Picture, data []byte) (Picture, error) {
	var stored Picture
	err := db.update(func(tx *transaction) error {
		sum, err := putBlob(tx.Tx, data)
		if err != nil {
			return err
		}
		bucket := tx.Bucket(bucketPictures)
		stored = picture
		stored.SHA256, stored.ID = sum, sum[:16]
		stored.Filename = stored.ID + ".jpg"
		if known, err := get[Picture](bucket, []byte(stored.ID)); err == nil {
			stored = known
			return nil
		}
		tx.after = append(tx.after, func() { db.watchers.tell(Change{Kind: "pictures"}) })
		return put(bucket, []byte(stored.ID), stored)
	})
	return stored, err
}

// Picture returns one picture's record, or ErrNotFound.
func (db *DB) Picture(id string) (Picture, error) {
	var picture Picture
	err := db.view(func(tx *bbolt.Tx) error {
		var err error
		picture, err = get[Picture](tx.Bucket(bucketPictures), []byte(id))
		return err
	})
	return picture, err
}

// Pictures returns all pictures, newest first.
func (db *DB) Pictures() ([]Picture, error) {
	var all []Picture
	err := db.view(func(tx *bbolt.Tx) error {
		return each(tx.Bucket(bucketPictures), func(_ string, picture Picture) error {
			all = append(all, picture)
			return nil
		})
	})
	slices.SortFunc(all, func(a, b Picture) int {
		if c := b.Uploaded.Compare(a.Uploaded); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return all, err
}

// UpdatePicture changes how a picture is shown.
func (db *DB) UpdatePicture(id string, change func(*Picture) error) (Picture, error) {
	var picture Picture
	err := db.update(func(tx *transaction) error {
		var err error
		if picture, err = get[Picture](tx.Bucket(bucketPictures), []byte(id)); err != nil {
			return err
		}
		if err := change(&picture); err != nil {
			return err
		}
		tx.after = append(tx.after, func() { db.watchers.tell(Change{Kind: "pictures"}) })
		return put(tx.Bucket(bucketPictures), []byte(id), picture)
	})
	return picture, err
}

// AssignPictures sets which pictures a device shows, in order; an unknown id is ErrNotFound.
func (db *DB) AssignPictures(deviceID string, ids []string) (Device, error) {
	var device Device
	err := db.update(func(tx *transaction) error {
		var err error
		if device, err = get[Device](tx.Bucket(bucketDevices), []byte(deviceID)); err != nil {
			return err
		}
		for _, id := range ids {
			if tx.Bucket(bucketPictures).Get([]byte(id)) == nil {
				return fmt.Errorf("picture %q: %w", id, ErrNotFound)
			}
		}
		device.Pictures = slices.Clone(ids)
		return db.putDevice(tx, device, false)
	})
	return device, err
}

// ShowPicture puts a picture on exactly these devices: it is added where it is missing and taken
// away from all others.
func (db *DB) ShowPicture(id string, deviceIDs []string) error {
	return db.update(func(tx *transaction) error {
		if tx.Bucket(bucketPictures).Get([]byte(id)) == nil {
			return fmt.Errorf("picture %q: %w", id, ErrNotFound)
		}
		for _, deviceID := range deviceIDs {
			if tx.Bucket(bucketDevices).Get([]byte(deviceID)) == nil {
				return fmt.Errorf("device %q: %w", deviceID, ErrNotFound)
			}
		}
		return db.changePictures(tx, func(device Device) []string {
			shown, wanted := slices.Contains(device.Pictures, id), slices.Contains(deviceIDs, device.ID)
			switch {
			case wanted && !shown:
				return append(slices.Clone(device.Pictures), id)
			case shown && !wanted:
				return without(device.Pictures, id)
			}
			return device.Pictures
		})
	})
}

// DeletePicture removes a picture, from the devices that show it too.
func (db *DB) DeletePicture(id string) error {
	return db.update(func(tx *transaction) error {
		picture, err := get[Picture](tx.Bucket(bucketPictures), []byte(id))
		if err != nil {
			return err
		}
		if err := tx.Bucket(bucketPictures).Delete([]byte(id)); err != nil {
			return err
		}
		tx.after = append(tx.after, func() { db.watchers.tell(Change{Kind: "pictures"}) })
		err = db.changePictures(tx, func(device Device) []string { return without(device.Pictures, id) })
		if err != nil {
			return err
		}
		if err := db.forgetPicture(tx, id); err != nil {
			return err
		}
		return dropBlob(tx.Tx, picture.SHA256)
	})
}

// changePictures gives every device the list that change returns and writes those that differ.
func (db *DB) changePictures(tx *transaction, change func(Device) []string) error {
	var changed []Device
	err := each(tx.Bucket(bucketDevices), func(_ string, device Device) error {
		pictures := change(device)
		if !slices.Equal(pictures, device.Pictures) {
			device.Pictures = pictures
			changed = append(changed, device)
		}
		return nil
	})
	for _, device := range changed {
		if err := db.putDevice(tx, device, false); err != nil {
			return err
		}
	}
	return err
}

func without(list []string, gone string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return s == gone })
}
