package render

import (
	"image"
	"strconv"
)

// dateWidget is the day: its number large, month and year beside it, the weekday below.
func dateWidget() Kind {
	return kindOf(Kind{
		Name: "date", Title: "Date", Hint: "Day, month, year and weekday.",
		Options: []Option{
			{Name: "year", Title: "Show the year", Type: "check", Default: "true"},
		},
		Cells: image.Pt(9, 5), Least: image.Pt(110, 30),
	}, seeDate, drawDate)
}

// dateShown is the parts of a date as they are printed.
type dateShown struct {
	Day, Month, Year, Weekday string
	Forms                     []string // the whole date in one line, the longest form first
}

func seeDate(in Input) view {
	shown := dateShown{
		Day: strconv.Itoa(in.Now.Day()), Month: in.Locale.Capital(in.Locale.Month(in.Now)), Weekday: in.Locale.Capital(in.Locale.Weekday(in.Now)),
		Forms: in.Locale.ShortDay(in.Now),
	}
	if in.Options.Is("year") {
		shown.Year = in.Locale.Year(in.Now)
	}
	return shows(shown).to(midnight(in.Now))
}

func drawDate(c *canvas, box image.Rectangle, d dateShown) {
	small := c.style(semiBold, 22)
	weekday := small.capHeight() + c.px(28)
	for _, size := range []int{76, 64, 54} {
		big := c.style(extraBold, size)
		big.figures = true
		if box.Dy() >= big.capHeight()+weekday && box.Dx() >= c.px(200) {
			drawDateBlock(c, box, d, big, small)
			return
		}
	}
	drawDateLine(c, box, d)
}

// drawDateBlock is the number with month and year beside it, and the weekday below.
func drawDateBlock(c *canvas, box image.Rectangle, d dateShown, big, small style) {
	weekday := small.capHeight() + c.px(28)
	y := box.Min.Y + max(0, (box.Dy()-big.capHeight()-weekday)/2)
	day := c.type_.set(d.Day, big, box.Dx(), 1)
	c.place(day, box.Min.X, y, box.Dx())
	beside, step := box.Min.X+day.width+c.px(12), c.px(26)
	top := y + max(0, (big.capHeight()-small.capHeight()-step)/2)
	month := c.type_.set(d.Month, small, box.Max.X-beside, 1)
	c.place(month, beside, top, month.width) // beside the day, in whatever direction it is read
	if d.Year != "" {
		c.write(d.Year, small, beside, top+step+small.capHeight(), box.Max.X-beside)
	}
	name := c.type_.set(d.Weekday, small, box.Dx(), 1)
	c.place(name, box.Min.X, y+big.capHeight()+weekday-small.capHeight(), name.width)
}

// drawDateLine is the date in one line, in the longest form and the largest letters that fit.
func drawDateLine(c *canvas, box image.Rectangle, d dateShown) {
	for _, form := range d.Forms {
		for _, size := range c.sizes(46, 34, 28, 22, 19, 17, 15) {
			line := c.type_.set(form, style{weight: semiBold, size: size}, box.Dx(), 1)
			if !line.truncated && line.height() <= box.Dy() {
				c.place(line, box.Min.X, box.Min.Y+(box.Dy()-line.height())/2, line.width)
				return
			}
		}
	}
	day := c.largest(d.Day, bold, box.Dx(), min(box.Dy(), c.px(34)))
	c.place(day, box.Min.X, box.Min.Y+(box.Dy()-day.height())/2, box.Dx())
}
