package render

import (
	"container/list"
	"fmt"
	"image"
	"sync"
)

// The cache of photographs is bounded by their number and by their size: at 800×480 each has 384 KB, three times as
// much with colours, and its dots; on the largest panel one alone has 12 MB.
const (
	maxPhotos     = 12
	maxPhotoBytes = 24 << 20
)

// photoKey names the tones of a photograph: all of its edit but the dithering counts.
type photoKey struct {
	id       string
	place    image.Point
	edit     Edit
	coloured bool
}

// photoCache keeps the photographs used last, scaled and edited, and the dots made of each last: a clock beside a
// photograph must not have it decoded or dithered every minute, and ways to dither it are tried on the same tones.
type photoCache struct {
	mu      sync.Mutex
	entries map[photoKey]*list.Element
	order   list.List // of *cachedPhoto, newest first
	bytes   int       // of all of them
}

type cachedPhoto struct {
	key    photoKey
	tones  planes
	dots   *Bitmap // made last; never changed
	dither string  // how they were made
}

func (p *cachedPhoto) bytes() int {
	n := len(p.tones.y.Pix) + len(p.dots.Pix)
	if p.tones.cb != nil {
		n += len(p.tones.cb.Pix) + len(p.tones.cr.Pix)
	}
	return n
}

func newPhotoCache() *photoCache { return &photoCache{entries: map[photoKey]*list.Element{}} }

// photo is the dots of a stored picture on a place. They are shared and must not be changed.
func (r *Renderer) photo(photo Photo, place image.Point, inks Palette) (*Bitmap, error) {
	edit := photo.Edit.Or(photo.Mode)
	if wrong := edit.Check(); len(wrong) > 0 {
		return nil, fmt.Errorf("photo %q: its edit: %s", photo.ID, wrong[0])
	}
	dither := edit.Dither
	edit.Dither = ""
	key := photoKey{photo.ID, place, edit, inks.coloured()}
	tones, dots := r.photos.find(key, dither, inks)
	if dots != nil {
		return dots, nil
	}
	if tones.y == nil {
		var err error
		if tones, err = toned(photo.Data, place, edit, inks.coloured()); err != nil {
			return nil, fmt.Errorf("photo %q: %w", photo.ID, err)
		}
	}
	dots = r.dots(tones.picture(), inks, dither)
	r.photos.keep(&cachedPhoto{key, tones, dots, dither})
	return dots, nil
}

// find is what is kept of a photograph: nothing, its tones, or the very dots.
func (c *photoCache) find(key photoKey, dither string, inks Palette) (planes, *Bitmap) {
	c.mu.Lock()
	defer c.mu.Unlock()
	found, ok := c.entries[key]
	if !ok {
		return planes{}, nil
	}
	c.order.MoveToFront(found)
	kept := found.Value.(*cachedPhoto)
	if kept.dither == dither && kept.dots.Inks().Name == inks.Name {
		return kept.tones, kept.dots
	}
	return kept.tones, nil
}

// keep adds a photograph, in place of what was kept of it, and drops those that were not used for longest. The newest
// stays, however large.
func (c *photoCache) keep(photo *cachedPhoto) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if old, ok := c.entries[photo.key]; ok {
		c.drop(old)
	}
	c.entries[photo.key] = c.order.PushFront(photo)
	c.bytes += photo.bytes()
	for c.order.Len() > maxPhotos || c.bytes > maxPhotoBytes && c.order.Len() > 1 {
		c.drop(c.order.Back())
	}
}

func (c *photoCache) drop(entry *list.Element) {
	gone := c.order.Remove(entry).(*cachedPhoto)
	delete(c.entries, gone.key)
	c.bytes -= gone.bytes()
}
