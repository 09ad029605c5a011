package render

import (
	"image"
	"slices"
)

// defaultLine is how thick a widget's border is, in pixels at 800×480.
const defaultLine = 3

// drawLayout draws the widgets of a layout, each into its box.
func drawLayout(c *canvas, l Layout, views []view) {
	a := arrange(l, Panel{Width: c.Width(), Height: c.Height()})
	c.scale = a.scale
	c.dark = l.Dark
	if l.Dark {
		c.box(0, 0, c.Width(), c.Height(), false)
	}
	for _, at := range a.placed {
		w := l.Widgets[at.index]
		w.Border = at.border
		drawWidget(c, l, w, views[at.index], at.box)
	}
}

func drawWidget(c *canvas, l Layout, w Widget, v view, box image.Rectangle) {
	kind, ok := KindNamed(w.Kind)
	c.dark = l.Dark != w.Dark
	defer func() { c.dark, c.bounds = l.Dark, image.Rectangle{} }()
	if w.Dark {
		c.box(box.Min.X, box.Min.Y, box.Dx(), box.Dy(), false)
	}
	box = drawBorder(c, w, box)
	c.bounds = box
	if !ok || !kind.Bleeds || v.shown == nil {
		box = c.inset(box, max(scaled(c.scale, l.Padding), min(l.Padding, 6)))
	}
	if box.Dx() < smallest || box.Dy() < smallest {
		return
	}
	if v.shown == nil {
		drawNothing(c, v, box)
		return
	}
	kind.draw(c, box, v.shown)
}

// inset takes the padding off a box. A low strip keeps a third of its height for what stands in it, if one line of
// small letters finds room there.
func (c *canvas) inset(box image.Rectangle, pad int) image.Rectangle {
	low := pad
	if third := box.Dy() / 3; third < pad && box.Dy()-2*third >= c.style(medium, 17).capHeight() {
		low = third
	}
	return image.Rectangle{box.Min.Add(image.Pt(pad, low)), box.Max.Sub(image.Pt(pad, low))}
}

// drawBorder draws the lines on a widget's sides and returns what is left of its box.
func drawBorder(c *canvas, w Widget, box image.Rectangle) image.Rectangle {
	line := w.Line
	if line == 0 {
		line = defaultLine
	}
	line = c.px(line)
	inner := box
	for _, side := range Sides() {
		if !slices.Contains(w.Border, side) {
			continue
		}
		switch side {
		case "top":
			c.box(box.Min.X, box.Min.Y, box.Dx(), line, true)
			inner.Min.Y += line
		case "right":
			c.box(box.Max.X-line, box.Min.Y, line, box.Dy(), true)
			inner.Max.X -= line
		case "bottom":
			c.box(box.Min.X, box.Max.Y-line, box.Dx(), line, true)
			inner.Max.Y -= line
		case "left":
			c.box(box.Min.X, box.Min.Y, line, box.Dy(), true)
			inner.Min.X += line
		}
	}
	return inner
}

// drawNothing says which widget this is and why there is nothing to see of it.
func drawNothing(c *canvas, v view, box image.Rectangle) {
	if box.Dy() >= c.px(60) {
		box = c.heading(v.title, box)
	}
	c.calm(v.empty, box)
}

// calm writes a sentence that stands in place of what a widget usually shows.
func (c *canvas) calm(sentence string, box image.Rectangle) {
	c.place(c.type_.fit(sentence, medium, c.sizes(17, 15, 13), box.Dx(), box.Dy()), box.Min.X, box.Min.Y, box.Dx())
}

// heading writes a widget's caption, if it has one, and returns what is left of the box below it.
func (c *canvas) heading(title string, box image.Rectangle) image.Rectangle {
	if title == "" {
		return box
	}
	capital := c.style(bold, 13).capHeight()
	c.caption(title, box.Min.X, box.Min.Y+capital, box.Dx())
	box.Min.Y = min(box.Max.Y, box.Min.Y+capital+c.px(18))
	return box
}
