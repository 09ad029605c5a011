package render

import "image"

// stackFrame is the default screen on a small or upright panel: date and clock in a black bar, the
// room's air, a photograph if there is one, and as many texts as can be read.
func stackFrame(s Screen) frame {
	scale := min(max(min(float64(s.Panel.Width)/400, float64(s.Panel.Height)/300), 0.4), 3)
	f := frame{scale: scale, draw: drawStack}
	top := scaled(scale, barHeight) + scaled(scale, climateHeight)
	if room := s.Panel.Height - top; s.Photo != nil && room > scaled(scale, 120) {
		f.photo = image.Rect(0, top, s.Panel.Width, top+room*6/10)
	}
	return f
}

// Lengths of the stacked arrangement at a scale of 1, in pixels.
const (
	barHeight     = 58
	climateHeight = 66
	stackEdge     = 14
)

// leastText is the room below which a text is left out, in pixels of any panel.
const leastText = 48

func drawStack(c *canvas, s Screen) {
	width, height, edge := s.Panel.Width, s.Panel.Height, c.px(stackEdge)
	y := min(c.px(barHeight), height)
	drawBar(c, s, image.Rect(0, 0, width, y))
	if room := c.px(climateHeight); height-y >= room {
		drawAirLine(c, s, image.Rect(edge, y, width-edge, y+room))
		y += room
	}
	if frame := stackFrame(s); !frame.photo.Empty() {
		y = frame.photo.Max.Y
	}
	y += c.px(12)
	texts := []struct {
		caption, text string
		weight        weight
	}{{"A joke", s.Joke, bold}, {"Headline", s.Headline, semiBold}, {"Riddle", s.Riddle, semiBold}}
	least := max(c.px(66), leastText)
	for i, text := range texts {
		room := height - y + c.px(6)
		if text.text == "" || room < least {
			continue
		}
		share := room
		if left := min(len(texts)-i, room/least); left > 1 {
			share = room / left
		}
		drawBlock(c, text.caption, text.text, text.weight, []int{34, 28, 22, 19, 17, 15, 13}, image.Rect(edge, y, width-edge, y+share-c.px(22)))
		y += share
	}
}

// drawBar is the black bar: the day on the left, the clock on the right.
func drawBar(c *canvas, s Screen, box image.Rectangle) {
	c.box(box.Min.X, box.Min.Y, box.Dx(), box.Dy(), true)
	edge := c.px(stackEdge)
	clock := c.style(extraBold, 40)
	clock.figures = true
	clock.size = min(clock.size, box.Dx()/4)
	middle := func(s style) int { return (box.Dy() - s.capHeight()) / 2 }
	time := c.type_.set(s.Now.Format("15:04"), clock, box.Dx(), 1)
	room := box.Dx() - time.width - 3*edge
	if room < leastText { // a narrow panel has the clock alone
		c.placeInk(time, box.Min.X+(box.Dx()-time.width)/2, middle(clock), time.width, true, false)
		return
	}
	c.placeInk(time, box.Max.X-edge-time.width, middle(clock), time.width, true, false)
	for _, form := range []string{"Monday, 2 January", "Mon 2 January", "Mon 2 Jan", "2 Jan", "2.1."} {
		for _, size := range c.sizes(22, 19, 17) {
			day := c.type_.set(s.Now.Format(form), style{weight: semiBold, size: size}, room, 1)
			if !day.truncated && len(day.lines) == 1 {
				c.placeInk(day, edge, middle(day.style), day.width, true, false)
				return
			}
		}
	}
}

// drawAirLine is the device's name and, as far as known, temperature and humidity in one row.
func drawAirLine(c *canvas, s Screen, box image.Rectangle) {
	big, small := c.style(bold, 40), c.style(semiBold, 17)
	big.figures = true
	baseline := box.Min.Y + (box.Dy()+big.capHeight())/2
	if s.Temperature == nil {
		name := c.type_.fit(s.Name, bold, c.sizes(28, 22, 19, 17), box.Dx(), box.Dy()-c.px(16))
		c.place(name, box.Min.X, box.Min.Y+(box.Dy()-name.height())/2, box.Dx())
		return
	}
	end := box.Min.X + c.write(number(s.Temperature.Value, 1)+"°", big, box.Min.X, baseline, box.Dx()) + c.px(14)
	if room := box.Max.X - end; room > leastText {
		below := s.Temperature.age(s.Now)
		if s.Humidity != nil {
			below = joinDot(number(s.Humidity.Value, 0)+" % humidity", below)
		}
		if c.scale < 0.7 { // there is no room for two lines that can be read
			below = joinDot(s.Name, below)
		} else {
			c.caption(s.Name, end, baseline-c.px(18), room)
		}
		c.write(below, small, end, baseline, room)
	}
	c.rule(box.Min.X, box.Max.Y-c.px(2), box.Dx(), c.px(1))
}
