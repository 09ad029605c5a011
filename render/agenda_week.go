package render

import (
	"image"
	"strconv"
	"strings"
)

// drawWeek draws seven days side by side, today's head in black.
func drawWeek(c *canvas, box image.Rectangle, a agendaShown) {
	head := c.style(bold, 19)
	if box.Dx() < c.px(620) {
		head = c.style(bold, 15)
	}
	head.figures = true
	pad := c.px(8)
	top := head.capHeight() + 2*c.px(8)
	title := c.weekTitles(a.Days, box.Dx()/len(a.Days)-2*pad)
	for i, day := range a.Days {
		left := box.Min.X + box.Dx()*i/len(a.Days)
		right := box.Min.X + box.Dx()*(i+1)/len(a.Days)
		if i > 0 {
			c.box(left, box.Min.Y+top+c.px(10), 1, box.Dy()-top-c.px(10), true)
		}
		width := right - left - 2*pad
		if day.Today {
			c.box(left, box.Min.Y, right-left, top, true)
		}
		name := c.type_.set(day.Short+" "+day.Number, head, width, 1)
		c.placeInk(name, left+pad, box.Min.Y+c.px(8), width, day.Today, false)
		drawWeekDay(c, image.Rect(left+pad, box.Min.Y+top+c.px(14), right-pad, box.Max.Y), title, day.Entries)
	}
	c.rule(box.Min.X, box.Min.Y+top, box.Dx(), c.px(2))
}

// weekTitles is the largest style in which no title's word is wider than a column.
func (c *canvas) weekTitles(days []agendaDay, width int) style {
	for _, size := range []int{17, 15} {
		s, fits := c.style(semiBold, size), true
		for _, day := range days {
			for _, entry := range day.Entries {
				fits = fits && !c.splits(entry.Title, s, width)
			}
		}
		if fits {
			return s
		}
	}
	return c.style(semiBold, 13)
}

// splits tells whether a word of a text is wider than a column, so that it would be torn.
func (c *canvas) splits(text string, s style, width int) bool {
	for word := range strings.FieldsSeq(text) {
		if c.type_.set(word, s, width, 1).truncated {
			return true
		}
	}
	return false
}

// drawWeekDay lists a day's events in a narrow column: the time, below it up to five lines of title.
func drawWeekDay(c *canvas, box image.Rectangle, title style, entries []agendaEntry) {
	clock := c.style(bold, 13)
	if title.size > c.px(15) {
		clock = c.style(bold, 15)
	}
	clock.figures = true
	lines := 3
	if box.Dy() > c.px(240) {
		lines = 5
	}
	y, more := box.Min.Y, clock.capHeight()+c.px(8)
	for i, entry := range entries {
		text := c.type_.set(entry.Title, title, box.Dx(), lines)
		height := clock.lineHeight() + text.height() + c.px(2)
		room := box.Max.Y
		if i < len(entries)-1 {
			room -= more
		}
		if y+height > room {
			c.write("+"+strconv.Itoa(len(entries)-i), clock, box.Min.X, box.Max.Y, box.Dx())
			return
		}
		time := c.type_.set(entry.Time, clock, box.Dx(), 1)
		if entry.Now {
			mark := c.px(3)
			c.box(box.Min.X-mark, y-mark, time.width+2*mark, clock.capHeight()+2*mark, true)
		}
		c.placeInk(time, box.Min.X, y, time.width, entry.Now, false)
		c.place(text, box.Min.X, y+clock.lineHeight()+c.px(2), box.Dx())
		y += height + c.px(20)
	}
}
