package render

import "image"

// drawMessage is words somebody sent to the panel, as large as they fit.
func drawMessage(c *canvas, s Screen) {
	box := c.sheet(48)
	name := c.style(semiBold, 17)
	c.rule(box.Min.X, box.Min.Y, c.px(64), c.px(6))
	c.write(joinDot(s.Name, s.Locale.Time(s.Now)), name, box.Min.X, box.Max.Y, box.Dx())
	box.Min.Y += c.px(34)
	box.Max.Y -= c.px(46)
	text := c.type_.fit(s.Message, bold, c.sizes(84, 76, 64, 54, 46, 40, 34, 28, 22, 19, 17), box.Dx(), box.Dy())
	c.place(text, box.Min.X, box.Min.Y+max(0, (box.Dy()-text.height())/2), box.Dx())
}

// drawNight is what a panel shows while it sleeps: a moon, and when it wakes.
func drawNight(c *canvas, s Screen) {
	c.dark = true
	c.box(0, 0, s.Panel.Width, s.Panel.Height, false)
	box := c.sheet(48)
	side := min(c.px(150), box.Dy()/2)
	text := c.type_.fit(s.Message, semiBold, c.sizes(28, 22, 19, 17), box.Dx(), box.Dy()/4)
	gap := c.px(28)
	y := box.Min.Y + max(0, (box.Dy()-side-gap-text.height())/2)
	c.icon("weather-night", box.Min.X+(box.Dx()-side)/2, y, side)
	for i, l := range text.lines {
		one := block{lines: text.lines[i : i+1], style: text.style, width: l.width, rtl: text.rtl}
		c.place(one, box.Min.X+(box.Dx()-l.width)/2, y+side+gap+i*text.style.lineHeight(), l.width)
	}
}

// sheet scales the canvas by its panel and returns all of it but an edge.
func (c *canvas) sheet(edge int) image.Rectangle {
	wide, high := float64(c.Width()), float64(c.Height())
	c.scale = max(min(wide/800, high/480), 0.35)
	if high > wide {
		c.scale = max(min(wide/480, high/800), 0.35)
	}
	return image.Rect(0, 0, c.Width(), c.Height()).Inset(c.px(edge))
}
