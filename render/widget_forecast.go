package render

import (
	"image"
	"time"

	"personalcms/content"
)

// forecastWidget is the weather of the next days or hours.
func forecastWidget() Kind {
	return kindOf(Kind{
		Name: "forecast", Title: "Forecast", Hint: "The next days side by side or in rows, or the next hours as a curve with the rain.",
		Options: []Option{
			{Name: "show", Title: "Show", Type: "choice", Default: "days", Choices: []Choice{{"days", "Days"}, {"hours", "Hours"}}},
			{Name: "days", Title: "Days", Type: "number", Default: "5", Min: 1, Max: 7},
			{Name: "hours", Title: "Hours", Type: "number", Default: "24", Min: 6, Max: 48},
			{Name: "today", Title: "Begin with today", Type: "check", Default: "false", Hint: "Otherwise with tomorrow."},
		},
		Needs: Needs{Sources: []string{content.KindWeather}},
		Cells: image.Pt(12, 5), Least: image.Pt(120, 70),
	}, seeForecast, drawForecast)
}

// forecastShown is days or hours as they are printed.
type forecastShown struct {
	Heading, Age string
	Days         []dayShown
	Hours        *hoursShown
}

type dayShown struct{ Day, Icon, High, Low, Rain string }

func seeForecast(in Input) view {
	source, missing := in.source()
	if missing != nil {
		return *missing
	}
	w := source.Feed.Weather
	if w == nil {
		return nothing(source.Name + ": " + in.Locale.Word("nothing yet"))
	}
	shown := forecastShown{Age: in.age()}
	if in.Options.Text("show") == "hours" {
		shown.Heading = in.heading(in.Locale.Word("next hours"))
		shown.Hours = in.hours(w.Hours)
		if shown.Hours == nil {
			return nothing(in.Locale.Word("no forecast"))
		}
		return shows(shown).to(in.Now.Truncate(time.Hour).Add(time.Hour))
	}
	shown.Heading = in.heading(in.Locale.Word("next days"))
	today := in.Now.Format(time.DateOnly)
	for _, day := range w.Days {
		date := day.Date.Format(time.DateOnly)
		if date < today || (date == today && !in.Options.Is("today")) || len(shown.Days) == in.Options.Int("days") {
			continue
		}
		name := in.Locale.WeekdayShort(day.Date)
		if date == today {
			name = in.Locale.Word("today")
		}
		shown.Days = append(shown.Days, dayShown{name, skyIcon(day.Code, true), in.degrees(day.High), in.degrees(day.Low), in.percent(day.Probability)})
	}
	if len(shown.Days) == 0 {
		return nothing(in.Locale.Word("no forecast"))
	}
	return shows(shown).to(midnight(in.Now))
}

func drawForecast(c *canvas, box image.Rectangle, f forecastShown) {
	if box.Dy() >= c.px(130) || f.Age != "" && box.Dy() >= c.px(100) {
		box = c.heading(f.Heading, box)
	}
	switch {
	case f.Hours != nil:
		drawHours(c, box, *f.Hours)
	case box.Dx()/c.px(52) >= min(3, len(f.Days)) && box.Dx()*4 > box.Dy()*5:
		drawDayColumns(c, box, f.Days)
	default:
		drawDayRows(c, box, f.Days)
	}
}

// drawDayColumns are days side by side, icons between their names and their temperatures.
func drawDayColumns(c *canvas, box image.Rectangle, days []dayShown) {
	days = days[:min(len(days), max(1, box.Dx()/c.px(52)))]
	column := box.Dx() / len(days)
	large := column >= c.px(84) && box.Dy() >= c.px(120)
	size, small := 15, 13
	if large {
		size, small = 19, 15
	}
	name, high, low := c.style(semiBold, size), c.style(bold, size), c.style(medium, small)
	high.figures, low.figures = true, true
	// Rows from the top and from the bottom; the icon fills what is left between them.
	gap := c.px(8)
	bottom := box.Max.Y - low.size/4
	rain := box.Dy() >= c.px(96)
	foot := high.capHeight()
	if rain {
		foot += low.capHeight() + c.px(10)
	}
	icon := min(bottom-foot-box.Min.Y-name.capHeight()-2*gap, column-c.px(8), c.px(96))
	// A high box keeps the rows together rather than far apart.
	slack := max(0, bottom-box.Min.Y-foot-name.capHeight()-2*gap-icon)
	top := box.Min.Y + slack/2
	for i, day := range days {
		center := box.Min.X + i*column + column/2
		c.centred(day.Day, name, center, top, column)
		y := top + name.capHeight() + gap
		if icon >= 16 {
			ink := c.inkOf(day.Icon, icon)
			c.icon(day.Icon, center-(ink.Min.X+ink.Max.X)/2, y+icon/2-(ink.Min.Y+ink.Max.Y)/2, icon)
			y += icon + gap
		}
		c.pair(day.High, day.Low, high, low, center, y, column-c.px(4))
		if rain {
			c.centred(day.Rain, low, center, y+high.capHeight()+c.px(10), column)
		}
	}
}

// centred writes one line about the middle x, the top of its capitals at y.
func (c *canvas) centred(text string, s style, x, y, width int) {
	b := c.type_.set(text, s, width, 1)
	c.place(b, x-b.width/2, y, b.width)
}

// pair writes two figures about the middle x: the second only where there is room.
func (c *canvas) pair(first, second string, a, b style, x, y, width int) {
	one, two := c.type_.set(first, a, width, 1), c.type_.set(second, b, width, 1)
	gap := max(4, a.size/3)
	total := one.width + gap + two.width
	if total > width {
		c.place(one, x-one.width/2, y, one.width)
		return
	}
	c.place(one, x-total/2, y, one.width)
	c.place(two, x-total/2+one.width+gap, y+one.height()-two.height(), two.width)
}

// drawDayRows are days one below the other: name, icon, rain, low, high in columns.
func drawDayRows(c *canvas, box image.Rectangle, days []dayShown) {
	days = days[:min(len(days), max(1, box.Dy()/c.px(26)))]
	row := min(box.Dy()/len(days), c.px(56))
	size := 15
	if row >= c.px(36) && box.Dx() >= c.px(210) {
		size = 19
	}
	name, high, low := c.style(semiBold, size), c.style(bold, size), c.style(medium, size)
	high.figures, low.figures = true, true
	column := c.type_.set("−88°", high, box.Dx(), 1).width
	names := 0
	for _, day := range days {
		names = max(names, c.type_.set(day.Day, name, box.Dx()/2, 1).width)
	}
	icon := min(row-2, c.px(44), max(c.px(22), box.Dx()-names-2*column-c.px(24)))
	for i, day := range days {
		y := box.Min.Y + i*row + (row-name.capHeight())/2
		c.place(c.type_.set(day.Day, name, box.Dx()/2, 1), box.Min.X, y, names)
		x := box.Min.X + names + c.px(10)
		if x+icon+2*column+c.px(12) <= box.Max.X {
			c.icon(day.Icon, x, box.Min.Y+i*row+(row-icon)/2, icon)
			x += icon + c.px(8)
		}
		c.right(day.Low, low, box.Max.X, y)
		c.right(day.High, high, box.Max.X-column-c.px(6), y)
		if x+3*column+c.px(40) <= box.Max.X {
			c.right(day.Rain, low, box.Max.X-2*column-c.px(24), y)
		}
	}
}

// right writes one line that ends at x, the top of its capitals at y.
func (c *canvas) right(text string, s style, x, y int) int {
	b := c.type_.set(text, s, 1<<20, 1)
	c.place(b, x-b.width, y, b.width)
	return b.width
}
