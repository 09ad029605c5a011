package render

import (
	"image"
	"slices"
	"strconv"
	"time"

	"personalcms/content"
)

// holidaysWidget is the next public holidays and how many days it is until each.
func holidaysWidget() Kind {
	return kindOf(Kind{
		Name: "holidays", Title: "Public holidays", Hint: "The next holidays of a source or calendar, with the days until then.",
		Options: []Option{{Name: "count", Title: "How many at most", Type: "number", Default: "5", Min: 1, Max: 12}},
		Needs:   Needs{Sources: []string{content.KindJSON, content.KindCalendar}, Many: true},
		Cells:   image.Pt(9, 6), Least: image.Pt(150, 60),
	}, seeHolidays, drawHolidays)
}

// holidaysShown is holidays in order of time.
type holidaysShown struct {
	Heading  string
	Holidays []holiday
}

type holiday struct {
	Name  string
	Date  []string // in ever shorter forms
	Count string   // "32", or "Today" and "Tomorrow" with an empty Unit
	Unit  string   // "days"
}

// dated is a name and the midnight that begins its day.
type dated struct {
	name string
	day  time.Time
}

func seeHolidays(in Input) view {
	if _, missing := in.source(); missing != nil {
		return *missing
	}
	shown := holidaysShown{Heading: in.heading(in.Locale.Word("holidays"))}
	for _, next := range in.dates() {
		if len(shown.Holidays) == max(1, in.Options.Int("count")) {
			break
		}
		h := holiday{Name: next.name, Date: in.Locale.ShortDay(next.day)}
		h.Count, h.Unit = in.daysTo(next.day)
		shown.Holidays = append(shown.Holidays, h)
	}
	if len(shown.Holidays) == 0 {
		return nothing(in.Locale.Word("no holidays")).to(midnight(in.Now))
	}
	return shows(shown).to(midnight(in.Now))
}

// dates are the days of all items and events that are not over, in order.
func (in Input) dates() []dated {
	var all []dated
	today := dayOf(in.Now, 0)
	for _, source := range in.Sources {
		for _, item := range source.Feed.Items {
			// A date without a time is midnight UTC and means a date.
			day := sameDate(item.Published.UTC(), in.Now.Location())
			if !item.Published.IsZero() && item.Title != "" && !day.Before(today) {
				all = append(all, dated{item.Title, day})
			}
		}
	}
	for _, event := range in.occurrences(today, today.AddDate(2, 0, 0)) {
		day := dayOf(event.Start, 0)
		if day.Before(today) {
			day = today
		}
		all = append(all, dated{event.Title, day})
	}
	slices.SortStableFunc(all, func(a, b dated) int { return a.day.Compare(b.day) })
	return slices.Compact(all)
}

// daysTo is the number of days from today to a day and their unit, or a word for today and tomorrow.
func (in Input) daysTo(day time.Time) (count, unit string) {
	if name := in.Locale.Relative(day, in.Now); name != "" && !day.Before(dayOf(in.Now, 0)) {
		return name, ""
	}
	days := daysBetween(in.Now, day)
	unit = in.Locale.Word("days")
	if days == 1 || days == -1 {
		unit = in.Locale.Word("day")
	}
	return strconv.Itoa(days), unit
}

func drawHolidays(c *canvas, box image.Rectangle, h holidaysShown) {
	box = c.heading(h.Heading, box)
	name, date, unit := c.style(semiBold, 17), c.style(medium, 15), c.style(medium, 13)
	count := c.style(extraBold, 22)
	switch {
	case box.Dx() >= c.px(420) && box.Dy() >= len(h.Holidays)*c.px(76):
		name, date, unit, count = c.style(semiBold, 28), c.style(medium, 19), c.style(medium, 17), c.style(extraBold, 46)
	case box.Dx() >= c.px(320) && box.Dy() >= len(h.Holidays)*c.px(60):
		name, date, unit, count = c.style(semiBold, 22), c.style(medium, 17), c.style(medium, 15), c.style(extraBold, 34)
	}
	count.figures = true
	pitch := name.capHeight() + date.lineHeight() + c.px(14) + name.size/2
	both := true
	if box.Dy() < name.capHeight()+date.lineHeight() {
		both, pitch = false, name.lineHeight()+c.px(6)
	}
	y := box.Min.Y
	for i, day := range h.Holidays {
		height := name.capHeight()
		if both {
			height += date.lineHeight()
		}
		if y+height > box.Max.Y {
			return
		}
		if i > 0 && both {
			c.rule(box.Min.X, y-(pitch-height)/2, box.Dx(), c.px(1))
		}
		room := box.Dx() - drawDaysToGo(c, box, y, height, day, count, unit) - c.px(14)
		title := c.type_.fit(day.Name, semiBold, []int{name.size, max(smallest, name.size*7/8), max(smallest, name.size*3/4)}, room, name.capHeight())
		c.place(title, box.Min.X, y+name.capHeight()-title.style.capHeight(), room)
		if both {
			c.write(c.longest(day.Date, date, room), date, box.Min.X, y+height, room)
		}
		y += pitch
	}
}

// drawDaysToGo writes the days at a row's right end and returns how wide they are.
func drawDaysToGo(c *canvas, box image.Rectangle, y, height int, day holiday, count, unit style) int {
	if day.Unit == "" {
		word := c.type_.set(day.Count, style{weight: bold, size: unit.size + c.px(2)}, box.Dx()/2, 1)
		c.place(word, box.Max.X-word.width, y+(height-word.height())/2, word.width)
		return word.width
	}
	below := c.type_.set(day.Unit, unit, box.Dx()/3, 1)
	if box.Dx() < c.px(180) {
		below = block{}
	}
	if count.capHeight() > height {
		count.size = max(smallest, height)
	}
	days := c.type_.set(day.Count, count, box.Dx()/3, 1)
	x := box.Max.X - below.width
	baseline := y + (height+days.height())/2
	c.place(below, x, baseline-below.height(), below.width)
	c.place(days, x-c.px(6)-days.width, baseline-days.height(), days.width)
	return below.width + c.px(6) + days.width
}

// longest is the longest of ever shorter forms that fits a width.
func (c *canvas) longest(forms []string, s style, width int) string {
	for _, form := range forms {
		if !c.type_.set(form, s, width, 1).truncated {
			return form
		}
	}
	return forms[len(forms)-1]
}
