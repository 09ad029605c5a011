package render

import (
	"image"
	"time"

	"personalcms/content"
)

// weatherWidget is the weather now.
func weatherWidget() Kind {
	return kindOf(Kind{
		Name: "weather", Title: "Weather now", Hint: "Temperature, sky, and what the next hours bring.",
		Options: []Option{
			{Name: "details", Title: "Show what it feels like, humidity and rain", Type: "check", Default: "true"},
		},
		Needs: Needs{Sources: []string{content.KindWeather}},
		Cells: image.Pt(12, 5), Least: image.Pt(130, 60),
	}, seeWeather, drawWeather)
}

// weatherShown is the weather as it is printed.
type weatherShown struct {
	Heading     string // the place and how old it is
	Icon        string
	Number      string // degrees without a unit
	Unit        string
	Line, Extra string // what comes; wind and sun
	Age         string
	Details     []detail
}

// detail is one small fact: an icon, a value, and what it is.
type detail struct{ Icon, Value, Words string }

func seeWeather(in Input) view {
	source, missing := in.source()
	if missing != nil {
		return *missing
	}
	w := source.Feed.Weather
	if w == nil {
		return nothing(source.Name + ": " + in.Locale.Word("nothing yet"))
	}
	now := weatherNow(w, in.Now)
	shown := weatherShown{
		Heading: in.heading(w.Place), Icon: skyIcon(now.Code, now.Day), Age: in.age(),
		Number: in.Locale.Number(in.Locale.Temperature(now.Temperature), 0), Unit: in.Locale.TemperatureUnit(),
		Line:  in.comes(w.Hours, now.Code),
		Extra: joinDot(in.Locale.Word("wind")+" "+in.Locale.Wind(now.Wind)+" "+in.Locale.Compass(now.WindDirection), in.sunTurn(w.Days)),
	}
	if in.Options.Is("details") {
		shown.Details = []detail{
			{"thermometer", in.degrees(now.Feels), in.Locale.Word("feels like")},
			{"water-percent", in.percent(now.Humidity), in.Locale.Word("humidity")},
		}
		if len(w.Days) > 0 {
			shown.Details = append(shown.Details, detail{"umbrella", in.percent(w.Days[0].Probability), in.Locale.Word("rain")})
		}
	}
	return shows(shown).to(in.Now.Truncate(time.Hour).Add(time.Hour))
}

func drawWeather(c *canvas, box image.Rectangle, w weatherShown) {
	headed := box.Dy() >= c.px(150)
	if headed {
		box = c.heading(w.Heading, box)
	} else {
		w.Line = joinDot(w.Line, w.Age)
	}
	if box.Dy() < c.px(74) && box.Dx() > 3*box.Dy() {
		drawWeatherFlat(c, box, w)
		return
	}
	below := weatherBelow(c, &box, w)
	icon := min(box.Dy()+box.Dy()/6, box.Dx()*2/5, c.px(150))
	top := box.Min.Y
	middle := top + box.Dy()/2
	x := box.Min.X
	if box.Dx() >= c.px(110) && icon >= 20 {
		x += c.iconAt(w.Icon, x, middle, min(icon, box.Dy()+box.Dy()/8)) + max(6, icon/4)
	}
	a := c.amount(w.Number, w.Unit, true, box.Max.X-x, box.Dy(), 150, 128, 110, 92, 76, 64, 54, 46, 34, 28, 22, 17)
	c.putAmount(a, x, middle-a.height()/2)
	below()
}

// weatherBelow sets what stands below icon and temperature, as much as there is room for, takes that room off
// the box, and returns what places it.
func weatherBelow(c *canvas, box *image.Rectangle, w weatherShown) func() {
	var draws []func()
	left, width := box.Min.X, box.Dx()
	if len(w.Details) > 0 && box.Dy() >= c.px(190) && width >= c.px(170) {
		height := c.px(34)
		row := image.Rect(left, box.Max.Y-height, box.Max.X, box.Max.Y)
		draws = append(draws, func() { c.details(w.Details, row, c.px(86)) })
		box.Max.Y -= height + c.px(20)
	}
	text := c.lines(w.Line, w.Extra, width, box.Dy()*2/5)
	if len(text) > 0 {
		bottom := box.Max.Y
		height := 0
		for i, b := range text {
			if i > 0 {
				height += c.px(12)
			}
			height += b.height()
		}
		descent := text[len(text)-1].style.size / 4
		y := bottom - height - descent
		draws = append(draws, func() {
			for _, b := range text {
				c.place(b, left, y, width)
				y += b.height() + c.px(12)
			}
		})
		box.Max.Y = y - max(8, c.px(18))
	}
	return func() {
		for _, draw := range draws {
			draw()
		}
	}
}

// lines sets two sentences: in one line where they fit, else one below the other, else the first alone, else none.
func (c *canvas) lines(first, second string, width, height int) []block {
	one := style{weight: semiBold, size: max(smallest, c.px(15))}
	if second != "" {
		if b := c.type_.set(first+". "+second, one, width, 1); !b.truncated && b.height() <= height {
			return []block{b}
		}
	}
	for _, size := range c.sizes(17, 15) {
		s := style{weight: semiBold, size: size}
		a, b := c.type_.balance(first, s, width, 2), c.type_.set(second, style{weight: medium, size: size}, width, 1)
		switch {
		case !a.truncated && second != "" && !b.truncated && a.height()+b.height()+c.px(14) <= height:
			return []block{a, b}
		case !a.truncated && a.height() <= height && size == c.sizes(15)[0]:
			return []block{a}
		}
	}
	// Half a sentence says less than the larger icon that its place gives.
	if b := c.type_.set(first, one, width, 1); !b.truncated && b.height() <= height {
		return []block{b}
	}
	return nil
}

// detailsHeight is what a row of small facts needs.
func (c *canvas) detailsHeight() int {
	return max(c.px(36), c.style(bold, 19).capHeight()+c.style(medium, 13).capHeight()+c.px(8)+4)
}

// details are small facts side by side in columns of equal width, none narrower than least.
func (c *canvas) details(all []detail, row image.Rectangle, least int) {
	count := min(len(all), max(1, row.Dx()/least))
	value, words := c.style(bold, 19), c.style(medium, 13)
	value.figures = true
	column := min(row.Dx()/count, c.px(150))
	for i, d := range all[:count] {
		x := row.Min.X + i*column
		top := row.Min.Y + value.capHeight()
		c.write(d.Value, value, x, top, column-c.px(8))
		c.write(d.Words, words, x, min(row.Max.Y-words.size/4, top+c.px(8)+words.capHeight()), column-c.px(8))
	}
}

// drawWeatherFlat is for a low wide box: icon, temperature and one line side by side.
func drawWeatherFlat(c *canvas, box image.Rectangle, w weatherShown) {
	middle := box.Min.Y + box.Dy()/2
	x := box.Min.X
	x += c.iconAt(w.Icon, x, middle, min(box.Dy(), c.px(72))) + c.px(12)
	a := c.amount(w.Number, w.Unit, true, box.Dx()/3, box.Dy(), 64, 54, 46, 40, 34, 28, 22, 17)
	c.putAmount(a, x, middle-a.height()/2)
	x += a.width() + c.px(20)
	if box.Max.X-x < c.px(90) {
		return
	}
	text := c.type_.fit(w.Line+". "+w.Extra, semiBold, c.sizes(17, 15), box.Max.X-x, max(c.px(11), box.Dy()-c.px(6)))
	c.place(text, x, middle-text.height()/2, box.Max.X-x)
}
