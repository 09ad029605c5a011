package render

import (
	"image"
	"time"
)

// InkAround draws a widget at a scale into a box that has white on all sides, and counts the black pixels there.
func (r *Renderer) InkAround(w Widget, in Input, width, height int, scale float64) int {
	const white = 40
	s := Screen{
		Kind: KindLayout, Panel: Panel{Width: width + 2*white, Height: height + 2*white, Colors: 2}, Now: in.Now, Locale: in.Locale,
		Layout: Layout{ID: "one", Name: "One", Padding: 20, Widgets: []Widget{w}}, Inputs: []Input{in},
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	c := newCanvas(r.type_, r.icons, s.Panel)
	c.scale = scale
	box := image.Rect(white, white, white+width, white+height)
	drawWidget(c, s.Layout, w, Prepare(s).views[0], box)
	drawn, n := c.bitmap(), 0
	for y := range s.Panel.Height {
		for x := range s.Panel.Width {
			black := drawn.Pix[y*drawn.Stride+x/8]>>(7-x%8)&1 == 0
			if black && !image.Pt(x, y).In(box) {
				n++
			}
		}
	}
	return n
}

// Seen is what a widget will show, and until when.
func Seen(w Widget, in Input) (shown any, empty string, until time.Time) {
	s := Screen{Kind: KindLayout, Now: in.Now, Locale: in.Locale, Layout: Layout{Widgets: []Widget{w}}, Inputs: []Input{in}}
	v := s.view(0)
	return v.shown, v.empty, v.until
}
