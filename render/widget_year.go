package render

import (
	"image"
	"strconv"
	"time"
)

// yearWidget is how much of the year is over.
func yearWidget() Kind {
	return kindOf(Kind{
		Name: "year", Title: "Year", Hint: "How much of the year is over, with the day’s and the week’s number.",
		Cells: image.Pt(9, 4), Least: image.Pt(120, 50),
	}, seeYear, drawYear)
}

// yearShown is a year's progress as it is printed.
type yearShown struct {
	Heading, Year, Percent string
	Day, Of                int
	Days, Week             string   // "day 327 of 365", "week 48"
	Months                 []string // their first letters, or their numbers
	Starts                 []int    // days of the year before each month
}

func seeYear(in Input) view {
	year := in.Now.Year()
	shown := yearShown{
		Heading: in.heading(""), Year: in.Locale.Year(in.Now), Day: in.Now.YearDay(),
		Of: time.Date(year, 12, 31, 0, 0, 0, 0, time.UTC).YearDay(),
	}
	shown.Percent = in.Locale.Percent(float64(shown.Day*100/shown.Of), 0)
	shown.Days = in.Locale.Word("day no") + " " + strconv.Itoa(shown.Day) + " / " + strconv.Itoa(shown.Of)
	shown.Week = in.Locale.Week(in.Now)
	for month := time.January; month <= time.December; month++ {
		first := time.Date(year, month, 1, 0, 0, 0, 0, in.Now.Location())
		shown.Months = append(shown.Months, upper(string([]rune(in.Locale.Month(first))[:1])))
		shown.Starts = append(shown.Starts, first.YearDay()-1)
	}
	if shown.Months[9] == shown.Months[10] {
		// Where months are counted, such as in Chinese, a first letter says nothing.
		for i := range shown.Months {
			shown.Months[i] = strconv.Itoa(i + 1)
		}
	}
	return shows(shown).to(midnight(in.Now))
}

func drawYear(c *canvas, box image.Rectangle, y yearShown) {
	box = c.heading(y.Heading, box)
	head, small := c.style(extraBold, 34), c.style(semiBold, 15)
	switch {
	case box.Dx() >= c.px(560) && box.Dy() >= c.px(230):
		head, small = c.style(extraBold, 76), c.style(semiBold, 22)
	case box.Dy() < c.px(90) || box.Dx() < c.px(200):
		head = c.style(extraBold, 22)
	}
	head.figures, small.figures = true, true
	percent := c.type_.set(y.Percent, head, box.Dx(), 1)
	thick := min(max(c.px(14), box.Dy()/6), c.px(44))
	months := box.Dx() >= c.px(240) && box.Dy() >= head.capHeight()+thick+c.px(64)
	below := box.Dy() >= head.capHeight()+thick+small.capHeight()+c.px(22)
	height := head.capHeight() + c.px(12) + thick
	if months {
		height += c.px(22)
	}
	if below {
		height += small.capHeight() + c.px(10) + small.size/2
	}
	top := box.Min.Y + max(0, (box.Dy()-height)/2)
	c.place(percent, box.Min.X, top, percent.width)
	if year := c.type_.set(y.Year, head, box.Dx(), 1); percent.width+year.width+c.px(20) <= box.Dx() {
		year.style.weight = medium
		c.place(year, box.Max.X-year.width, top, year.width)
	}
	at := top + head.capHeight() + c.px(12)
	bar := image.Rect(box.Min.X, at, box.Max.X, min(at+thick, box.Max.Y))
	drawYearBar(c, bar, y, months)
	if below {
		baseline := min(top+height, box.Max.Y)
		end := c.write(y.Days, small, box.Min.X, baseline, box.Dx())
		if week := c.type_.set(y.Week, small, box.Dx(), 1); end+week.width+c.px(16) <= box.Dx() {
			c.place(week, box.Max.X-week.width, baseline-week.height(), week.width)
		}
	}
}

// drawYearBar is black for the days that are over and hatched for those to come.
func drawYearBar(c *canvas, bar image.Rectangle, y yearShown, months bool) {
	line := c.px(2)
	end := bar.Min.X + bar.Dx()*y.Day/y.Of
	c.box(bar.Min.X, bar.Min.Y, bar.Dx(), bar.Dy(), true)
	c.box(bar.Min.X+line, bar.Min.Y+line, bar.Dx()-2*line, bar.Dy()-2*line, false)
	c.box(bar.Min.X, bar.Min.Y, end-bar.Min.X, bar.Dy(), true)
	hatched := image.Rect(end+line, bar.Min.Y+2*line, bar.Max.X-2*line, bar.Max.Y-2*line)
	step := c.px(4)
	for row := hatched.Min.Y; row < hatched.Max.Y; row++ {
		for x := hatched.Min.X; x < hatched.Max.X; x++ {
			if (x+row)%step == 0 {
				c.box(x, row, 1, 1, true)
			}
		}
	}
	if !months {
		return
	}
	s := c.style(semiBold, 13)
	for i, name := range y.Months {
		x := bar.Min.X + bar.Dx()*y.Starts[i]/y.Of
		if i > 0 {
			c.box(x, bar.Max.Y, 1, c.px(5), true)
		}
		letter := c.type_.set(name, s, c.px(30), 1)
		c.place(letter, x+c.px(4), bar.Max.Y+c.px(6), letter.width)
	}
}
