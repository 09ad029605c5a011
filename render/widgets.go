package render

import (
	"image"
	"time"
)

// drawDate is the black block: the day's number, month and year beside it, the weekday below.
func drawDate(c *canvas, now time.Time, box image.Rectangle) {
	c.box(box.Min.X, box.Min.Y, box.Dx(), box.Dy(), true)
	x, width := box.Min.X+c.px(margin), box.Dx()-c.px(2*margin)
	big, small := c.style(extraBold, 76), c.style(semiBold, 22)
	big.figures = true
	day := c.type_.set(now.Format("2"), big, width, 1)
	c.placeInk(day, x, box.Min.Y+c.px(26), width, true, false)
	beside := x + day.width + c.px(12)
	for i, text := range []string{now.Format("January"), now.Format("2006")} {
		c.placeInk(c.type_.set(text, small, box.Max.X-beside, 1), beside, box.Min.Y+c.px(33)+i*c.px(26), width, true, false)
	}
	c.placeInk(c.type_.set(now.Format("Monday"), small, width, 1), x, box.Min.Y+c.px(108), width, true, false)
}

// drawClock is the time of day, in the middle of the header's height.
func drawClock(c *canvas, now time.Time, x, header int) {
	s := c.style(extraBold, 76)
	s.figures = true
	c.write(now.Format("15:04"), s, x, (header+s.capHeight())/2, c.px(240))
}

// drawClimate is the room's name and its air; without a sensor only the name.
func drawClimate(c *canvas, s Screen, box image.Rectangle) {
	if s.Temperature == nil && s.Humidity == nil {
		name := c.type_.fit(s.Name, bold, c.sizes(28, 22, 19, 17), box.Dx(), c.px(70))
		c.place(name, box.Min.X, (box.Dy()-name.height())/2, box.Dx())
		return
	}
	c.caption(s.Name, box.Min.X, box.Min.Y+c.px(36), box.Dx())
	big, unit, small := c.style(bold, 64), c.style(semiBold, 24), c.style(semiBold, 17)
	big.figures = true
	baseline := box.Min.Y + c.px(99)
	value, symbol, below := s.Temperature, "°C", ""
	if s.Humidity != nil {
		below = number(s.Humidity.Value, 0) + " % humidity"
	}
	places := 1
	if value == nil {
		value, symbol, below, places = s.Humidity, "%", "humidity", 0
	}
	if age := value.age(s.Now); age != "" {
		below = joinDot(below, age)
	}
	end := c.write(number(value.Value, places), big, box.Min.X, baseline, box.Dx())
	c.write(symbol, unit, box.Min.X+end+c.px(4), baseline-big.capHeight()+unit.capHeight(), c.px(60))
	c.write(below, small, box.Min.X, box.Min.Y+c.px(127), box.Dx())
}

func joinDot(a, b string) string {
	switch "" {
	case a:
		return b
	case b:
		return a
	}
	return a + " · " + b
}

// drawJoke is one joke, as large as it fits.
func drawJoke(c *canvas, s Screen, box image.Rectangle) {
	drawBlock(c, "A joke", s.Joke, bold, []int{40, 34, 28, 22, 19, 17, 15}, box)
}

// drawHeadline is one headline and where it comes from.
func drawHeadline(c *canvas, s Screen, box image.Rectangle, sizes []int) {
	source := c.style(medium, 15)
	text := box
	if s.HeadlineSource != "" && box.Dy() > c.px(100) {
		c.write(s.HeadlineSource, source, box.Min.X, box.Max.Y, box.Dx())
		text.Max.Y -= c.px(34)
	}
	drawBlock(c, "Headline", s.Headline, semiBold, sizes, text)
}

// drawBlock is a caption and below it a text, as large as it fits.
func drawBlock(c *canvas, caption, text string, w weight, sizes []int, box image.Rectangle) {
	if text == "" {
		return
	}
	top := box.Min.Y + (style{size: c.px(13)}).capHeight()
	c.caption(caption, box.Min.X, top, box.Dx())
	top += c.px(18)
	c.place(c.type_.fit(text, w, c.sizes(sizes...), box.Dx(), box.Max.Y-top), box.Min.X, top, box.Dx())
}

// sizes are sizes of the 800×480 layout on this canvas, none below what can be read.
func (c *canvas) sizes(sizes ...int) []int {
	var out []int
	for _, size := range sizes {
		out = append(out, max(smallest, c.px(size)))
	}
	return out
}

// drawRiddle is a question with its answer standing on its head beside it.
func drawRiddle(c *canvas, s Screen, box image.Rectangle) {
	if s.Riddle == "" {
		return
	}
	answerStyle := c.style(semiBold, 16)
	answer := c.type_.balance(s.Answer, answerStyle, box.Dx()/3, 2)
	room := box.Dx() - answer.width - c.px(40)
	question := c.type_.fit("“"+s.Riddle+"”", semiBold, c.sizes(22, 19, 17, 15), room, box.Dy()-c.px(10))
	c.place(question, box.Min.X, box.Min.Y+(box.Dy()-question.height())/2, room)
	c.placeTurned(answer, box.Max.X-answer.width, box.Min.Y+(box.Dy()-answer.height())/2)
}

// placeTurned places a block standing on its head.
func (c *canvas) placeTurned(b block, x, y int) {
	for i, l := range b.lines {
		c.words = append(c.words, placedText{
			line: l, size: b.style.size, x: x + b.width - l.width, turned: true,
			baseline: y + b.style.capHeight() + (len(b.lines)-1-i)*b.style.lineHeight(),
		})
	}
}
