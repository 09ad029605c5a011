package render

import "image"

// DrawOne draws a widget alone at the scale of 800×480, into a box of some pixels with the usual padding.
func (r *Renderer) DrawOne(w Widget, in Input, width, height int) (*Bitmap, error) {
	s := Screen{
		Kind: KindLayout, Panel: Panel{Width: width, Height: height, Colors: 2}, Now: in.Now, Locale: in.Locale,
		Layout: Layout{ID: "one", Name: "One", Padding: 20, Widgets: []Widget{w}}, Inputs: []Input{in},
	}
	p := Prepare(s)
	r.mu.Lock()
	c := newCanvas(r.type_, r.icons, s.Panel)
	drawWidget(c, s.Layout, w, p.views[0], image.Rect(0, 0, width, height))
	r.mu.Unlock()
	for i := range c.photos {
		if err := r.load(&c.photos[i], c.inks); err != nil {
			return nil, err
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return c.bitmap(), nil
}

// Dots dithers a picture.
func (r *Renderer) Dots(img image.Image, palette, dither string) *Bitmap {
	p, _ := PaletteNamed(palette)
	return r.dots(img, p, dither)
}

// BlueNoise makes the thresholds of blue noise.
func BlueNoise() { blueNoise() }
