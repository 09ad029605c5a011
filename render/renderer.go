package render

import (
	"container/list"
	"errors"
	"fmt"
	"image"
	"io/fs"
	"sync"

	"github.com/go-text/typesetting/shaping"
)

// Renderer draws screens. It is safe for concurrent use.
type Renderer struct {
	mu     sync.Mutex // guards type_, whose fonts and caches are not safe for concurrent use
	type_  *typesetter
	photos *photoCache
}

// New makes a Renderer with the outline fonts of a folder; an empty folder gives a plainer set without
// Arabic, Hebrew, Chinese and emoji.
func New(fonts fs.FS) (*Renderer, error) {
	set, err := loadFonts(fonts)
	if err != nil {
		return nil, err
	}
	return &Renderer{
		type_:  &typesetter{fonts: set, shaper: shaping.HarfbuzzShaper{}, glyphs: map[glyphKey]*mask{}},
		photos: newPhotoCache(),
	}, nil
}

// Draw draws a screen at the size of its panel. It fails when the panel's size is impossible or its
// photograph cannot be read.
func (r *Renderer) Draw(s Screen) (*Bitmap, error) {
	if !s.Panel.Valid() {
		return nil, fmt.Errorf("panel of %d×%d pixels", s.Panel.Width, s.Panel.Height)
	}
	frame := frameOf(s)
	var photo *image.Gray
	if s.Photo != nil && s.Kind == "default" && !frame.photo.Empty() {
		var err error
		size := frame.photo.Size()
		if photo, err = r.photos.get(s.Photo.ID, s.Photo.Data, size.X, size.Y, s.Photo.Mode); err != nil {
			return nil, fmt.Errorf("photo %q: %w", s.Photo.ID, err)
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	c := newCanvas(r.type_, s.Panel, frame.scale)
	switch s.Kind {
	case "approval":
		if err := drawApproval(c, s); err != nil {
			return nil, err
		}
	case "status":
		drawStatus(c, s)
	case "default":
		if photo != nil {
			c.picture(frame.photo.Min.X, frame.photo.Min.Y, photo)
		}
		frame.draw(c, s)
	default:
		return nil, errors.New("no such screen: " + s.Kind)
	}
	return c.bitmap(), nil
}

// Preview is a stored picture alone as a panel would show it, dithered. id names the bytes of jpeg.
func (r *Renderer) Preview(id string, jpeg []byte, p Panel, mode string) (*Bitmap, error) {
	gray, err := r.photos.get(id, jpeg, p.Width, p.Height, mode)
	if err != nil {
		return nil, err
	}
	return Dither(gray), nil
}

// Missing lists the letters of a text that none of the fonts has; on a screen a question mark stands
// in their place.
func (r *Renderer) Missing(text string) []rune {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.type_.missing(text)
}

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
