package render

import (
	"errors"
	"fmt"
	"image"
	"io/fs"
	"slices"
	"sync"
)

// Renderer draws screens. It is safe for concurrent use.
type Renderer struct {
	mu     sync.Mutex // guards type_ and icons, whose caches are not safe for concurrent use
	type_  *typesetter
	icons  *iconSet
	photos *photoCache
	noise  func() *thresholds // blue noise, made when it is first wanted
}

// New makes a Renderer with the outline fonts of one folder and the icons of another; empty folders give a
// plainer set without other writings and emoji, and no icons. The .ttf and .otf files of the folders in more
// draw what those lack; a folder that does not exist has none.
func New(fonts, icons fs.FS, more ...fs.FS) (*Renderer, error) {
	set, err := loadFonts(fonts, more...)
	if err != nil {
		return nil, err
	}
	drawings, err := loadIcons(icons)
	if err != nil {
		return nil, err
	}
	return &Renderer{
		type_:  typesetterFor(set),
		icons:  drawings,
		photos: newPhotoCache(),
		noise:  sync.OnceValue(blueNoise),
	}, nil
}

// Draw draws a screen at the size of its panel. It fails when the panel's size is impossible or a photograph on
// it cannot be read.
func (r *Renderer) Draw(p Prepared) (*Bitmap, error) {
	if !p.screen.Panel.Valid() {
		return nil, fmt.Errorf("panel of %d×%d pixels", p.screen.Panel.Width, p.screen.Panel.Height)
	}
	c, err := r.compose(p)
	if err != nil {
		return nil, err
	}
	// Photographs are decoded and dithered while others may draw.
	for i := range c.photos {
		if err := r.load(&c.photos[i], c.inks); err != nil {
			return nil, err
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return c.bitmap(), nil
}

// compose draws everything but photographs. A widget that panics fails the screen, not the program.
func (r *Renderer) compose(p Prepared) (c *canvas, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	defer func() {
		if broken := recover(); broken != nil {
			err = fmt.Errorf("drawing panicked: %v", broken)
		}
	}()
	s := p.screen
	c = newCanvas(r.type_, r.icons, s.Panel)
	switch s.Kind {
	case KindApproval:
		err = drawApproval(c, s)
	case KindStatus:
		drawStatus(c, s)
	case KindMessage:
		drawMessage(c, s)
	case KindNight:
		drawNight(c, s)
	case KindPicture:
		if s.Photo == nil {
			return nil, errors.New("a picture screen without a picture")
		}
		c.photo(s.Photo, image.Rect(0, 0, s.Panel.Width, s.Panel.Height))
	case KindLayout:
		drawLayout(c, s.Layout, p.views)
	default:
		err = errors.New("no such screen: " + s.Kind)
	}
	return c, err
}

// load finds the dots of a photograph.
func (r *Renderer) load(at *placedPhoto, inks Palette) (err error) {
	at.dots, err = r.photo(*at.source, at.size, inks)
	return err
}

// Preview is a stored picture alone as a panel would show it, dithered; its bits must not be changed. id names the
// bytes of jpeg. The zero Edit stands for the default one.
func (r *Renderer) Preview(id string, jpeg []byte, p Panel, edit Edit) (*Bitmap, error) {
	return r.photo(Photo{ID: id, Data: jpeg, Edit: edit}, image.Pt(p.Width, p.Height), p.Inks())
}

// Missing lists the letters of texts that none of the fonts has, each once; on a screen a question
// mark stands in their place. It draws nothing and is quick.
func (r *Renderer) Missing(texts ...string) []rune {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.type_.missing(texts...)
}

// FontProblems says which fonts could not be used, and why. A font that is first needed later may
// add one.
func (r *Renderer) FontProblems() []error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.type_.fonts.problems)
}
