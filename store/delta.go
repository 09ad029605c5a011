package store

import (
	"errors"
	"fmt"
	"time"

	"personalcms/ota"

	"go.etcd.io/bbolt"
)

// Why there is no patch between two images.
const (
	DeltaTooLarge      = "too_large"       // it is not smaller than half of the image
	DeltaImageTooLarge = "image_too_large" // an image is larger than ota.MaxDeltaImage
	DeltaTooHard       = "too_hard"        // the search for it takes too long
	DeltaBad           = "bad"             // it does not give the image
)

// Delta is the patch from one image to another, or why there is none (PROTOCOL §7).
type Delta struct {
	From    string    `json:"from_sha256"` // ImageSHA256 of the old image
	To      string    `json:"to_sha256"`   // SHA256 of the new file
	FromKey string    `json:"from_key"`    // firmware that has them
	ToKey   string    `json:"to_key"`
	Size    int64     `json:"size"`             // of the patch, bytes; 0 = there is none
	SHA256  string    `json:"sha256,omitempty"` // of the patch
	Made    time.Time `json:"made"`
	Seconds float64   `json:"seconds"`       // how long it took
	Why     string    `json:"why,omitempty"` // there is none: DeltaTooLarge …
}

func deltaKey(from, to string) []byte { return []byte(from + "/" + to) }

// AddDelta keeps a patch, or without one why there is none. It is ErrNotFound if one of the images is not stored any more.
func (db *DB) AddDelta(delta Delta, patch []byte) error {
	return db.update(func(tx *transaction) error {
		stored, from, to := delta, false, false
		err := each(tx.Bucket(bucketFirmware), func(_ string, firmware Firmware) error {
			from = from || firmware.Image.ImageSHA256 == delta.From
			to = to || firmware.Image.SHA256 == delta.To
			return nil
		})
		if err != nil {
			return err
		}
		if !from || !to {
			return fmt.Errorf("images of the delta from %s to %s: %w", delta.FromKey, delta.ToKey, ErrNotFound)
		}
		if stored.Size = int64(len(patch)); stored.Size > 0 {
			if stored.SHA256, err = putBlob(tx.Tx, patch); err != nil {
				return err
			}
		}
		tx.after = append(tx.after, func() { db.watchers.tell(Change{Kind: "firmware"}) })
		return put(tx.Bucket(bucketDeltas), deltaKey(delta.From, delta.To), stored)
	})
}

// Delta returns what is known of the patch from the image that a device reports to a file; ErrNotFound if nothing is.
func (db *DB) Delta(from, to string) (Delta, error) {
	var delta Delta
	err := db.view(func(tx *bbolt.Tx) error {
		var err error
		delta, err = get[Delta](tx.Bucket(bucketDeltas), deltaKey(from, to))
		return err
	})
	return delta, err
}

// DeltasTo returns what is known of the patches to a file (its SHA256), in the order of the images they are from.
func (db *DB) DeltasTo(to string) ([]Delta, error) {
	var deltas []Delta
	err := db.view(func(tx *bbolt.Tx) error {
		return each(tx.Bucket(bucketDeltas), func(_ string, delta Delta) error {
			if delta.To == to {
				deltas = append(deltas, delta)
			}
			return nil
		})
	})
	return deltas, err
}

// dropDeltas removes the patches from and to an image that is not stored any more, under whatever key.
func dropDeltas(tx *bbolt.Tx, image ota.Image) error {
	from, to := false, false // whether another firmware has the same image, or the same file
	err := each(tx.Bucket(bucketFirmware), func(_ string, firmware Firmware) error {
		from = from || firmware.Image.ImageSHA256 == image.ImageSHA256
		to = to || firmware.Image.SHA256 == image.SHA256
		return nil
	})
	if err != nil {
		return err
	}
	var gone []Delta
	err = each(tx.Bucket(bucketDeltas), func(_ string, delta Delta) error {
		if (delta.From == image.ImageSHA256 && !from) || (delta.To == image.SHA256 && !to) {
			gone = append(gone, delta)
		}
		return nil
	})
	for _, delta := range gone {
		err = errors.Join(err, tx.Bucket(bucketDeltas).Delete(deltaKey(delta.From, delta.To)))
		if delta.SHA256 != "" {
			err = errors.Join(err, dropBlob(tx, delta.SHA256))
		}
	}
	return err
}
