package render

import (
	"container/list"
	"image"
	"sync"
)

// maxPhotos bounds the cache of scaled photographs: at 800×480 each has 384 KB.
const maxPhotos = 12

type photoKey struct {
	id            string
	width, height int
	mode          string
}

// photoCache keeps the photographs used last, scaled and grey: a clock beside a photograph must not
// have it decoded every minute.
type photoCache struct {
	mu      sync.Mutex
	entries map[photoKey]*list.Element
	order   list.List // of cachedPhoto, newest first
}

type cachedPhoto struct {
	key  photoKey
	gray *image.Gray
}

func newPhotoCache() *photoCache { return &photoCache{entries: map[photoKey]*list.Element{}} }

func (c *photoCache) get(id string, jpeg []byte, width, height int, mode string) (*image.Gray, error) {
	key := photoKey{id, width, height, mode}
	c.mu.Lock()
	if found, ok := c.entries[key]; ok {
		c.order.MoveToFront(found)
		c.mu.Unlock()
		return found.Value.(cachedPhoto).gray, nil
	}
	c.mu.Unlock()
	gray, err := photoGray(jpeg, width, height, mode)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.entries[key]; !ok {
		c.entries[key] = c.order.PushFront(cachedPhoto{key, gray})
	}
	for c.order.Len() > maxPhotos {
		oldest := c.order.Back()
		delete(c.entries, oldest.Value.(cachedPhoto).key)
		c.order.Remove(oldest)
	}
	return gray, nil
}
