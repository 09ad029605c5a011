package render

import (
	"image"
	"time"
)

// clockWidget is the time of day.
func clockWidget() Kind {
	return kindOf(Kind{
		Name: "clock", Title: "Clock", Hint: "The time, as exact as the panel's refresh.",
		Options: []Option{
			{Name: "date", Title: "Show the date below it", Type: "check", Default: "false"},
		},
		Cells: image.Pt(8, 5), Least: image.Pt(90, 36),
	}, seeClock, drawClock)
}

// clockShown is a time of day as it is printed.
type clockShown struct {
	Time, Half string   // Half is am or pm, "" in 24 hours
	Day        []string // forms of the date, the longest first; none = it is not shown
}

func seeClock(in Input) view {
	shown := clockShown{}
	shown.Time, shown.Half = in.Locale.Clock(in.Now)
	if in.Options.Is("date") {
		shown.Day = in.Locale.ShortDay(in.Now)
	}
	return shows(shown).to(in.Now.Truncate(time.Minute).Add(time.Minute))
}

func drawClock(c *canvas, box image.Rectangle, t clockShown) {
	half := c.style(semiBold, 22)
	room := box.Dx()
	if t.Half != "" {
		room -= c.type_.set(t.Half, half, room, 1).width + c.px(6)
	}
	height, below := box.Dy(), 0
	if len(t.Day) > 0 {
		below = c.px(46)
		height -= below
	}
	line := c.largest(t.Time, extraBold, room, height)
	y := box.Min.Y + max(0, (box.Dy()-below-line.height())/2)
	c.place(line, box.Min.X, y, room)
	if t.Half != "" {
		c.write(t.Half, half, box.Min.X+line.width+c.px(6), y+line.height(), box.Dx())
	}
	if below > 0 {
		drawDateLine(c, image.Rect(box.Min.X, y+line.height()+c.px(14), box.Max.X, box.Max.Y), dateShown{Forms: t.Day})
	}
}

// largest is one line of figures in the largest letters that fit a box.
func (c *canvas) largest(text string, w weight, width, height int) block {
	low, high := smallest, max(smallest, height*1000/700)
	for low < high {
		size := (low + high + 1) / 2
		line := c.type_.set(text, style{weight: w, size: size, figures: true}, width, 1)
		if line.truncated || line.height() > height {
			high = size - 1
		} else {
			low = size
		}
	}
	return c.type_.set(text, style{weight: w, size: low, figures: true}, width, 1)
}
