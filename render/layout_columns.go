package render

import "image"

// Lengths of the 800×480 arrangement, in pixels.
const (
	margin       = 22
	headerHeight = 148
	columnWidth  = 298 // of the left column, up to the rule
	heavyRule    = 3
)

// columnsFrame is the default screen on a wide panel: the date in black, the clock and the room's air
// beside it, a photograph or the headline on the left, the joke on the right, and along the foot a
// riddle whose answer stands on its head.
func columnsFrame(s Screen) frame {
	scale := min(float64(s.Panel.Width)/800, float64(s.Panel.Height)/480)
	f := frame{scale: scale, draw: drawColumns}
	if s.Photo != nil {
		// The foot is never higher than three lines; the photograph ends where the highest foot
		// begins, so that a riddle's length does not move it.
		top := scaled(scale, headerHeight) + scaled(scale, heavyRule)
		f.photo = image.Rect(0, top, scaled(scale, columnWidth), s.Panel.Height-scaled(scale, footHeight)-scaled(scale, heavyRule))
	}
	return f
}

// footHeight is the room for the riddle below its rule.
const footHeight = 60

func drawColumns(c *canvas, s Screen) {
	width, height := s.Panel.Width, s.Panel.Height
	header, left := c.px(headerHeight), c.px(columnWidth)
	heavy, edge := c.px(heavyRule), c.px(margin)
	foot := height - c.px(footHeight)

	drawDate(c, s.Now, image.Rect(0, 0, left, header))
	drawClock(c, s.Now, left+heavy+edge, header)
	drawClimate(c, s, image.Rect(left+heavy+c.px(262), 0, width-edge, header))
	c.rule(0, header, width, heavy)
	c.box(left, header, heavy, foot-header, true)
	c.rule(0, foot-heavy, width, heavy)

	body := image.Rect(left+heavy+edge, header+heavy+c.px(24), width-edge, foot-heavy-c.px(20))
	if s.Photo == nil {
		drawHeadline(c, s, image.Rect(edge, body.Min.Y, left-edge, body.Max.Y), []int{34, 28, 22, 19, 17})
		drawJoke(c, s, body)
	} else {
		split := body.Max.Y - c.px(92)
		joke := body
		joke.Max.Y = split - c.px(18)
		drawJoke(c, s, joke)
		c.rule(body.Min.X, split, body.Dx(), c.px(1))
		drawHeadline(c, s, image.Rect(body.Min.X, split+c.px(20), body.Max.X, body.Max.Y), []int{22, 19, 17})
	}
	drawRiddle(c, s, image.Rect(edge, foot, width-edge, height))
}
