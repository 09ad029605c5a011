package store

import (
	"container/list"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"sync"

	"go.etcd.io/bbolt"
)

const blobCacheBytes = 64 << 20

// blobCache keeps blobs in memory, the least recently used go first, so that a slow download never
// holds a transaction open.
type blobCache struct {
	mu    sync.Mutex
	limit int
	size  int
	order list.List // of cachedBlob, most recently used in front
	byKey map[string]*list.Element
}

type cachedBlob struct {
	key  string
	data []byte
}

func (c *blobCache) get(key string) ([]byte, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	element, ok := c.byKey[key]
	if !ok {
		return nil, false
	}
	c.order.MoveToFront(element)
	return element.Value.(cachedBlob).data, true
}

func (c *blobCache) put(key string, data []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.byKey == nil {
		c.byKey = map[string]*list.Element{}
	}
	if _, ok := c.byKey[key]; ok || len(data) > c.limit {
		return
	}
	c.byKey[key] = c.order.PushFront(cachedBlob{key, data})
	for c.size += len(data); c.size > c.limit; {
		last := c.order.Back()
		blob := c.order.Remove(last).(cachedBlob)
		delete(c.byKey, blob.key)
		c.size -= len(blob.data)
	}
}

// Blob returns the bytes with this SHA-256 (lower-case hex), or ErrNotFound. They must not be changed.
func (db *DB) Blob(sum string) ([]byte, error) {
	if data, ok := db.blobs.get(sum); ok {
		return data, nil
	}
	var data []byte
	err := db.view(func(tx *bbolt.Tx) error {
		raw := tx.Bucket(bucketBlobs).Get([]byte(sum))
		if raw == nil {
			return ErrNotFound
		}
		data = slices.Clone(raw)
		return nil
	})
	if err == nil {
		db.blobs.put(sum, data)
	}
	return data, err
}

// putBlob stores bytes once and returns their SHA-256 as lower-case hex.
func putBlob(tx *bbolt.Tx, data []byte) (string, error) {
	digest := sha256.Sum256(data)
	sum := hex.EncodeToString(digest[:])
	bucket := tx.Bucket(bucketBlobs)
	if bucket.Get([]byte(sum)) != nil {
		return sum, nil
	}
	return sum, bucket.Put([]byte(sum), data)
}

// dropBlob removes bytes that no firmware, delta, flash part, picture or source refers to any more.
func dropBlob(tx *bbolt.Tx, sum string) error {
	used := tx.Bucket(bucketParts).Get([]byte(sum)) != nil
	err := each(tx.Bucket(bucketFirmware), func(_ string, firmware Firmware) error {
		used = used || firmware.Image.SHA256 == sum
		return nil
	})
	if err != nil {
		return err
	}
	err = each(tx.Bucket(bucketDeltas), func(_ string, delta Delta) error {
		used = used || delta.SHA256 == sum
		return nil
	})
	if err != nil {
		return err
	}
	err = each(tx.Bucket(bucketPictures), func(_ string, picture Picture) error {
		used = used || picture.SHA256 == sum
		return nil
	})
	if err != nil {
		return err
	}
	err = each(tx.Bucket(bucketFeeds), func(_ string, fetched Fetched) error {
		used = used || fetched.Feed.ImageID == sum
		return nil
	})
	if err != nil {
		return err
	}
	err = each(tx.Bucket(bucketSources), func(_ string, source Source) error {
		used = used || source.Upload == sum
		return nil
	})
	if err != nil || used {
		return err
	}
	return tx.Bucket(bucketBlobs).Delete([]byte(sum))
}
