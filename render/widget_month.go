package render

import (
	"image"
	"strconv"
	"strings"
	"time"

	"personalcms/content"
)

// monthWidget is a month's calendar with today in black and marks on days that have events.
func monthWidget() Kind {
	return kindOf(Kind{
		Name: "month", Title: "Month", Hint: "The month’s calendar; with a calendar chosen, days with events are marked.",
		Options: []Option{
			{Name: "weeks", Title: "Show the numbers of the weeks", Type: "check", Default: "false"},
		},
		Needs: Needs{Sources: []string{content.KindCalendar}, Many: true},
		Cells: image.Pt(9, 8), Least: image.Pt(180, 120),
	}, seeMonth, drawMonth)
}

// monthShown is a month as it is printed.
type monthShown struct {
	Heading  string // its owner's own, and how old the events are
	Name     string // "November"
	Year     string
	Weekdays []string // short names of the columns
	Weeks    []monthWeek
	Today    string // "23"
	Current  int    // of Weeks, the one that has today
}

type monthWeek struct {
	Number string // "" = not shown
	Days   [7]monthDay
}

// monthDay is one square; Number is "" outside of the month.
type monthDay struct {
	Number         string
	Today, Weekend bool
	Events         []string
}

func seeMonth(in Input) view {
	first := dayOf(in.Now, 1-in.Now.Day())
	after := first.AddDate(0, 1, 0)
	shown := monthShown{Heading: in.heading(""), Name: in.Locale.Capital(in.Locale.Month(in.Now)), Year: in.Locale.Year(in.Now), Today: strconv.Itoa(in.Now.Day())}
	events := in.occurrences(first, after)
	start := dayOf(first, -int((7+first.Weekday()-in.Locale.FirstWeekday())%7))
	for i := range 7 {
		shown.Weekdays = append(shown.Weekdays, in.Locale.WeekdayShort(dayOf(start, i)))
	}
	for monday := start; monday.Before(after); monday = dayOf(monday, 7) {
		var week monthWeek
		for i := range week.Days {
			day := dayOf(monday, i)
			if in.Options.Is("weeks") && day.Weekday() == time.Thursday {
				_, n := day.ISOWeek()
				week.Number = strconv.Itoa(n)
			}
			if day.Month() == in.Now.Month() {
				week.Days[i] = in.monthDay(day, events)
			}
		}
		if !in.Now.Before(monday) && in.Now.Before(dayOf(monday, 7)) {
			shown.Current = len(shown.Weeks)
		}
		shown.Weeks = append(shown.Weeks, week)
	}
	return shows(shown).to(midnight(in.Now))
}

func (in Input) monthDay(day time.Time, events []occurrence) monthDay {
	square := monthDay{
		Number: strconv.Itoa(day.Day()), Today: day.Equal(dayOf(in.Now, 0)),
		Weekend: day.Weekday() == time.Saturday || day.Weekday() == time.Sunday,
	}
	for _, event := range events {
		if event.touches(day, dayOf(day, 1)) {
			square.Events = append(square.Events, event.Title)
		}
	}
	return square
}

func drawMonth(c *canvas, box image.Rectangle, m monthShown) {
	box = c.heading(m.Heading, box)
	box = drawMonthName(c, box, m)
	if box.Dy() < smallest {
		return
	}
	if box.Dx() < 7*max(19, c.px(16)) {
		c.place(c.largest(m.Today, extraBold, box.Dx(), min(box.Dy(), c.px(80))), box.Min.X, box.Min.Y, box.Dx())
		return
	}
	numbers := 0
	if m.Weeks[0].Number != "" && box.Dx() >= c.px(200) {
		numbers = c.px(30)
	}
	grid := image.Rect(box.Min.X+numbers, box.Min.Y, box.Max.X, box.Max.Y)
	weeks := m.Weeks
	large := grid.Dx()/7 >= c.px(84) && (grid.Dy()-c.px(24))/len(weeks) >= c.px(52)
	if box.Dy() > c.px(40) {
		grid.Min.Y = drawWeekdays(c, grid, m.Weekdays, large) + c.px(8)
		c.rule(box.Min.X, grid.Min.Y, box.Dx(), c.px(1))
		grid.Min.Y += c.px(6)
	}
	// Where there is no room for all weeks, those from today's on matter.
	if rows := max(1, grid.Dy()/max(smallest+6, c.px(18))); rows < len(weeks) {
		from := min(m.Current, len(weeks)-rows)
		weeks = weeks[from : from+rows]
	}
	height := grid.Dy() / len(weeks)
	for i, week := range weeks {
		row := image.Rect(box.Min.X, grid.Min.Y+i*height, box.Max.X, grid.Min.Y+(i+1)*height)
		if large && i > 0 {
			c.rule(row.Min.X, row.Min.Y-c.px(1), row.Dx(), c.px(1))
		}
		drawMonthWeek(c, row, numbers, week, large)
	}
}

// drawWeekdays writes the names of the days over their columns and returns where they end.
func drawWeekdays(c *canvas, grid image.Rectangle, names []string, large bool) int {
	head, short := c.style(semiBold, 13), false
	for _, size := range c.sizes(13, 11) {
		head.size, short = size, false
		for _, name := range names {
			short = short || c.type_.set(name, head, grid.Dx()/7-2, 1).truncated
		}
		if !short {
			break
		}
	}
	for i, name := range names {
		left, width := monthColumn(grid, i)
		if large {
			c.write(name, head, left+c.px(monthPad), grid.Min.Y+head.capHeight(), width)
			continue
		}
		centred(c, shortened(name, short), head, left, grid.Min.Y, width)
	}
	return grid.Min.Y + head.capHeight()
}

// drawMonthWeek draws a week, its number in the first pixels of the row if it has some.
func drawMonthWeek(c *canvas, row image.Rectangle, numbers int, week monthWeek, large bool) {
	grid := image.Rect(row.Min.X+numbers, row.Min.Y, row.Max.X, row.Max.Y)
	square := min(grid.Dx()/7, grid.Dy(), c.px(44))
	if numbers > 0 {
		s := c.style(medium, 13)
		s.figures = true
		c.place(c.type_.set(week.Number, s, numbers, 1), row.Min.X, row.Min.Y+(square-s.capHeight())/2-max(2, square/10)/2, numbers)
	}
	for i, day := range week.Days {
		left, width := monthColumn(grid, i)
		drawMonthDay(c, image.Rect(left, row.Min.Y, left+width, row.Max.Y), square, day, large)
	}
}

// drawMonthName writes month and year where there is height for it, and returns what is left below.
func drawMonthName(c *canvas, box image.Rectangle, m monthShown) image.Rectangle {
	name := c.style(bold, 22)
	if box.Dy() > c.px(360) && box.Dx() > c.px(500) {
		name = c.style(bold, 34)
	}
	if box.Dy() < c.px(150) {
		name = c.style(bold, 15)
	}
	if box.Dy() < name.capHeight() {
		return image.Rectangle{}
	}
	month := c.type_.set(m.Name, name, box.Dx(), 1)
	c.place(month, box.Min.X, box.Min.Y, box.Dx())
	year := name
	year.weight, year.figures = medium, true
	if text := c.type_.set(m.Year, year, box.Dx(), 1); month.width+text.width+c.px(12) < box.Dx() {
		x := box.Max.X - text.width
		if month.rtl {
			x = box.Min.X
		}
		c.place(text, x, box.Min.Y, text.width)
	}
	box.Min.Y += name.capHeight() + c.px(10) + name.size/4
	return box
}

func monthColumn(grid image.Rectangle, i int) (left, width int) {
	left = grid.Min.X + grid.Dx()*i/7
	return left, grid.Min.X + grid.Dx()*(i+1)/7 - left
}

// shortened is a weekday's name, or its first letter where there is no room for all names. In Arabic all of them
// begin with the article.
func shortened(name string, short bool) string {
	for _, first := range strings.TrimPrefix(name, "ال") {
		if short {
			return string(first)
		}
	}
	return name
}

// centred writes text in the middle of a width, its capitals from y on.
func centred(c *canvas, text string, s style, x, y, width int) {
	set := c.type_.set(text, s, width, 1)
	c.place(set, x+(width-set.width)/2, y, set.width)
}

// drawMonthDay draws a day: with much room its number above the names of its events, else in the middle above a mark.
func drawMonthDay(c *canvas, cell image.Rectangle, square int, day monthDay, large bool) {
	if day.Number == "" {
		return
	}
	s := style{weight: semiBold, size: max(smallest, min(square*11/20, c.px(22))), figures: true}
	if day.Weekend || day.Today {
		s.weight = extraBold
	}
	if large {
		drawMonthCell(c, cell, s, day)
		return
	}
	left := cell.Min.X + (cell.Dx()-square)/2
	if day.Today {
		c.stress(left+1, cell.Min.Y+1, square-2, square-2)
	}
	number := c.type_.set(day.Number, s, square+c.px(8), 1)
	mark := max(2, square/10)
	y := cell.Min.Y + (square-s.capHeight())/2 - mark/2
	if len(day.Events) > 0 {
		width := min(square/2, max(number.width, 2*mark))
		c.box(left+(square-width)/2, y+s.capHeight()+mark+1, width, mark, !day.Today)
	}
	c.placeDay(number, left+(square-number.width)/2, y, day.Today)
}

// placeDay places a day's number; today's stands on the panel's accent.
func (c *canvas) placeDay(number block, x, y int, today bool) {
	if today {
		c.placeStressed(number, x, y, number.width)
		return
	}
	c.place(number, x, y, number.width)
}

// monthPad is the white around what stands in a large square, at 800×480.
const monthPad = 6

// drawMonthCell is a large square: the number in its corner, events by name below.
func drawMonthCell(c *canvas, cell image.Rectangle, s style, day monthDay) {
	s.size = c.px(17)
	pad := c.px(monthPad)
	number := c.type_.set(day.Number, s, cell.Dx(), 1)
	x, y := cell.Min.X+pad, cell.Min.Y+pad
	if day.Today {
		c.stress(cell.Min.X, cell.Min.Y, number.width+2*pad, s.capHeight()+2*pad)
	}
	c.placeDay(number, x, y, day.Today)
	y += s.capHeight() + c.px(11)
	name := c.style(medium, 13)
	for i, event := range day.Events {
		last := y+name.lineHeight()+name.capHeight() > cell.Max.Y-pad
		if last && i < len(day.Events)-1 {
			event = "+" + strconv.Itoa(len(day.Events)-i)
		}
		if y+name.capHeight() > cell.Max.Y-pad {
			return
		}
		c.write(event, name, x, y+name.capHeight(), cell.Dx()-2*pad)
		y += name.lineHeight()
		if last {
			return
		}
	}
}
