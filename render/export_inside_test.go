package render

import (
	"image"
	"time"
)

// InkBeside draws a widget into a box in the middle of a white sheet at some scale and counts the black pixels outside of the box.
func (r *Renderer) InkBeside(w Widget, in Input, width, height int, scale float64) (int, error) {
	const edge = 60
	s := Screen{
		Kind: KindLayout, Panel: Panel{Width: width + 2*edge, Height: height + 2*edge, Colors: 2}, Now: in.Now, Locale: in.Locale,
		Layout: Layout{ID: "one", Name: "One", Padding: 10, Widgets: []Widget{w}}, Inputs: []Input{in},
	}
	p := Prepare(s)
	r.mu.Lock()
	c := newCanvas(r.type_, r.icons, s.Panel)
	c.scale = scale
	box := image.Rect(edge, edge, edge+width, edge+height)
	drawWidget(c, s.Layout, w, p.views[0], box)
	r.mu.Unlock()
	for i := range c.photos {
		if err := r.load(&c.photos[i], c.inks); err != nil {
			return 0, err
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	drawn, n := c.bitmap(), 0
	for y := range drawn.Height {
		for x := range drawn.Width {
			black := drawn.Pix[y*drawn.Stride+x/8]&(0x80>>(x%8)) == 0
			if black && !image.Pt(x, y).In(box) {
				n++
			}
		}
	}
	return n, nil
}

// Shares are how much of a large area each grey inks, in percent.
func Shares() map[int]float64 {
	shares := map[int]float64{}
	for _, s := range []shade{shadeLight, shadeMiddle, shadeDark} {
		n := 0
		for y := range 64 {
			for x := range 64 {
				if s.inks(x, y) {
					n++
				}
			}
		}
		shares[int(s)] = float64(n) / 64 / 64 * 100
	}
	return shares
}

// Thin is thin over the series' own extremes.
func Thin(s Series) [][]image.Point {
	low, high := extremes(s.Points)
	return thin(s.Points, s.From, s.To, low, high)
}

// Seen is what a widget will show, and until when.
func Seen(w Widget, in Input) (shown any, empty string, until time.Time) {
	s := Screen{Kind: KindLayout, Now: in.Now, Locale: in.Locale, Layout: Layout{Widgets: []Widget{w}}, Inputs: []Input{in}}
	v := s.view(0)
	return v.shown, v.empty, v.until
}
