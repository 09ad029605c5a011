package render

import (
	"fmt"
	"image"
	"math"
)

// sensorWidget is one value of one sensor.
func sensorWidget() Kind {
	return kindOf(Kind{
		Name: "sensor", Title: "Sensor", Hint: "One value, large, with its trend or what it means.",
		Options: sensorOptions("24h",
			Option{Name: "below", Title: "Warn below", Type: "number", Min: -1e9, Max: 1e9},
			Option{Name: "above", Title: "Warn above", Type: "number", Min: -1e9, Max: 1e9},
			Option{Name: "sentence", Title: "What to do then", Type: "text", Hint: "Such as: water again below 30 %. It stands below the value and turns black when it is time."},
		),
		Needs: Needs{Sensor: true},
		Cells: image.Pt(8, 6), Least: image.Pt(110, 60),
	}, seeSensor, drawSensor)
}

// sensorShown is a value as it is printed.
type sensorShown struct {
	Heading, Number, Unit string
	Trend                 int    // 1 up, −1 down, 0 neither
	TrendWords            string // "4 in the last hour"
	TrendBy               string // "4", where there is no room for the words
	Range                 string // "min 11.2 · max 24.9 today"
	Sentence              string
	Warn                  bool // the sentence is due
	Age                   string
}

func seeSensor(in Input) view {
	if len(in.Series) == 0 || in.Series[0].latest() == nil {
		return nothing(in.Locale.Word("no readings"))
	}
	s := in.Series[0]
	value := s.latest().Value
	text, unit := s.split(in.Locale, value)
	shown := sensorShown{
		Heading: in.heading(s.name(in.Locale)), Number: text, Unit: unit,
		Age: in.oldAge(s.latest()),
	}
	shown.Warn, shown.Sentence = in.warning(s, value)
	if shown.Age == "" {
		shown.Trend, shown.TrendWords, shown.TrendBy = in.trend(s)
		shown.Range = in.rangeToday(s)
	}
	until := midnight(in.Now)
	if at := in.agesAt(s.latest()); at.After(in.Now) && at.Before(until) {
		until = at
	}
	return shows(shown).to(until)
}

// warning tells whether a value is beyond its owner's bounds, and the sentence to show.
func (in Input) warning(s Series, value float64) (bool, string) {
	value, unit := s.inUnits(in.Locale, value)
	sentence := in.Options.Text("sentence")
	for _, bound := range []struct {
		name   string
		beyond func(limit float64) bool
	}{
		{"below", func(limit float64) bool { return value < limit }},
		{"above", func(limit float64) bool { return value > limit }},
	} {
		if in.Options.Text(bound.name) == "" || !bound.beyond(in.Options.Number(bound.name)) {
			continue
		}
		if sentence == "" {
			limit, places := in.Options.Number(bound.name), 0
			if limit != math.Trunc(limit) {
				places = 1
			}
			sentence = in.Locale.Word(bound.name) + " " + short(in.Locale, limit, places) + " " + unit
		}
		return true, sentence
	}
	return false, sentence
}

// trend is where a value went in the last hour, in words and as a number, when it moved by what can be seen of it.
func (in Input) trend(s Series) (way int, words, number string) {
	by, ok := s.change()
	if !ok {
		return 0, "", ""
	}
	if s.Unit == "°C" {
		by = in.Locale.Temperature(by) - in.Locale.Temperature(0)
	}
	places := s.places(s.latest().Value)
	number = short(in.Locale, math.Abs(by), places)
	if number == in.Locale.Number(0, places) {
		return 0, in.Locale.Word("steady for an hour"), ""
	}
	return int(math.Copysign(1, by)), fmt.Sprintf(in.Locale.Word("%s in the last hour"), number), number
}

// rangeToday is the least and the greatest value since midnight, "" when there are fewer than two.
func (in Input) rangeToday(s Series) string {
	start := midnight(in.Now).AddDate(0, 0, -1)
	var today []Point
	for _, p := range s.sound() {
		if !p.At.Before(start) {
			today = append(today, p)
		}
	}
	if len(today) < 2 {
		return ""
	}
	low, high := extremes(today)
	return fmt.Sprintf(in.Locale.Word("min %s · max %s today"), s.print(in.Locale, low), s.print(in.Locale, high))
}

func drawSensor(c *canvas, box image.Rectangle, s sensorShown) {
	if box.Dy() >= c.px(56) {
		box = c.heading(s.Heading, box)
	}
	words := c.style(semiBold, 15)
	step := words.capHeight() + c.px(15)
	rows := 0
	arrow := words.capHeight()*5/4 + 1 + c.px(6)
	if s.Trend != 0 && c.type_.set(s.TrendWords, words, box.Dx()-arrow, 1).truncated {
		s.TrendWords = s.TrendBy
	}
	if c.type_.set(s.Range, words, box.Dx(), 1).truncated {
		s.Range = "" // half of it would mislead
	}
	lines := s.lines()
	// The value keeps at least as much height as it needs to be seen from afar.
	for rows < min(2, len(lines)) && box.Dy()-step*(rows+1) >= c.px(28) {
		rows++
	}
	a := c.amount(s.Number, s.Unit, false, box.Dx(), box.Dy()-rows*step, 150, 120, 92, 76, 64, 54, 46, 40, 34, 28, 22, 17, 13)
	if a.number.style.size < c.px(76) && rows == 2 && box.Dx() > c.px(200) {
		rows = 1
		a = c.amount(s.Number, s.Unit, false, box.Dx(), box.Dy()-step, 76, 64, 54, 46, 40, 34, 28, 22, 17, 13)
	}
	c.putAmount(a, box.Min.X, box.Min.Y)
	y := box.Min.Y + a.height() + c.px(15)
	for _, line := range lines[:rows] {
		line.draw(c, words, box, y)
		y += step
	}
}

// sensorLine is one line below a value.
type sensorLine struct {
	text  string
	trend int
	warn  bool
}

// lines are what stands below a value, the most important first.
func (s sensorShown) lines() []sensorLine {
	var lines []sensorLine
	add := func(l sensorLine) {
		if l.text != "" {
			lines = append(lines, l)
		}
	}
	add(sensorLine{text: s.Sentence, warn: s.Warn})
	add(sensorLine{text: s.Age})
	add(sensorLine{text: s.TrendWords, trend: s.Trend})
	add(sensorLine{text: s.Range})
	return lines
}

// draw places a line, the top of its capitals at y.
func (l sensorLine) draw(c *canvas, s style, box image.Rectangle, y int) {
	x := box.Min.X
	switch {
	case l.warn:
		text := c.type_.set(l.text, style{weight: bold, size: s.size}, box.Dx()-2*c.px(8), 1)
		c.stress(x, y-c.px(6), text.width+2*c.px(8), text.height()+2*c.px(6))
		c.placeStressed(text, x+c.px(8), y, text.width)
		return
	case l.trend != 0:
		x += c.arrow(l.trend > 0, x, y, s.capHeight()) + c.px(6)
	}
	c.place(c.type_.set(l.text, s, box.Max.X-x, 1), x, y, box.Max.X-x)
}

// arrow is a black triangle as high as capitals that points up or down. It returns its width.
func (c *canvas) arrow(up bool, x, y, height int) int {
	width := height + height/4
	width += 1 - width%2
	for row := range height {
		part := row
		if !up {
			part = height - 1 - row
		}
		half := (part + 1) * (width / 2) / height
		c.box(x+width/2-half, y+row, 2*half+1, 1, true)
	}
	return width
}
