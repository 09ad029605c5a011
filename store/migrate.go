package store

import (
	"crypto/rand"
	"fmt"
	"strconv"

	"personalcms/ota"

	"go.etcd.io/bbolt"
)

var (
	bucketMeta        = []byte("meta")
	bucketSettings    = []byte("settings")
	bucketUsers       = []byte("users")
	bucketSessions    = []byte("sessions")
	bucketKeys        = []byte("keys")
	bucketDevices     = []byte("devices")
	bucketStatus      = []byte("status")
	bucketScreens     = []byte("screens")
	bucketAttempts    = []byte("attempts")
	bucketFirmware    = []byte("firmware")
	bucketParts       = []byte("parts")
	bucketAssignments = []byte("assignments")
	bucketPictures    = []byte("pictures")
	bucketBlobs       = []byte("blobs")
	bucketLog         = []byte("log")
	bucketTail        = []byte("tail")
	bucketChunks      = []byte("chunks")
	bucketLayouts     = []byte("layouts")
	bucketPlaylists   = []byte("playlists")
	bucketAlbums      = []byte("albums")
	bucketSources     = []byte("sources")
	bucketFeeds       = []byte("feeds")
	bucketShelves     = []byte("shelves")
	bucketGroups      = []byte("group_assignments")
	bucketRollouts    = []byte("rollouts")
	bucketMembers     = []byte("members")
	bucketDeltas      = []byte("deltas")

	keyVersion = []byte("version")
	keySecret  = []byte("secret")
	keySetup   = []byte("setup")
)

// migrations bring a file from version n to n+1, n being the place in this list. A migration that
// has been released is never changed: a later one mends what it did.
var migrations = []func(*bbolt.Tx) error{
	createBuckets,        // 0 -> 1
	createContentBuckets, // 1 -> 2
	createFleetBuckets,   // 2 -> 3
}

// migrate runs the migrations the file has not seen, all in one transaction.
func (db *DB) migrate() error {
	return db.bolt.Update(func(tx *bbolt.Tx) error {
		version, err := fileVersion(tx)
		if err != nil {
			return err
		}
		if version > len(migrations) {
			return ErrNewer
		}
		for n := version; n < len(migrations); n++ {
			if err := migrations[n](tx); err != nil {
				return fmt.Errorf("migration %d: %w", n+1, err)
			}
		}
		return tx.Bucket(bucketMeta).Put(keyVersion, []byte(strconv.Itoa(len(migrations))))
	})
}

func fileVersion(tx *bbolt.Tx) (int, error) {
	meta := tx.Bucket(bucketMeta)
	if meta == nil {
		return 0, nil
	}
	version, err := strconv.Atoi(string(meta.Get(keyVersion)))
	if err != nil {
		return 0, fmt.Errorf("version of the data file: %w", err)
	}
	return version, nil
}

func createBuckets(tx *bbolt.Tx) error {
	for _, name := range [][]byte{
		bucketMeta, bucketSettings, bucketUsers, bucketSessions, bucketKeys, bucketDevices, bucketStatus, bucketScreens,
		bucketAttempts, bucketFirmware, bucketParts, bucketAssignments, bucketPictures, bucketBlobs, bucketLog, bucketTail, bucketChunks,
	} {
		if _, err := tx.CreateBucketIfNotExists(name); err != nil {
			return err
		}
	}
	secret := make([]byte, 32)
	if _, err := rand.Read(secret); err != nil {
		return err
	}
	return tx.Bucket(bucketMeta).Put(keySecret, secret)
}

// createContentBuckets makes room for what screens show.
func createContentBuckets(tx *bbolt.Tx) error {
	for _, name := range [][]byte{bucketLayouts, bucketPlaylists, bucketAlbums, bucketSources, bucketFeeds, bucketShelves} {
		if _, err := tx.CreateBucketIfNotExists(name); err != nil {
			return err
		}
	}
	return nil
}

// createFleetBuckets makes room for rollouts, and gives attempts the name of the state they are in: what a device
// reports as installed is an attempt that waits for its restart.
func createFleetBuckets(tx *bbolt.Tx) error {
	for _, name := range [][]byte{bucketGroups, bucketRollouts, bucketMembers, bucketDeltas} {
		if _, err := tx.CreateBucketIfNotExists(name); err != nil {
			return err
		}
	}
	changed := map[string]ota.Attempt{}
	err := each(tx.Bucket(bucketAttempts), func(key string, attempt ota.Attempt) error {
		if attempt.State == ota.ReportInstalled {
			attempt.State, attempt.Written = ota.StateRebooting, true
			changed[key] = attempt
		}
		return nil
	})
	if err != nil {
		return err
	}
	for key, attempt := range changed {
		if err := put(tx.Bucket(bucketAttempts), []byte(key), attempt); err != nil {
			return err
		}
	}
	return nil
}
