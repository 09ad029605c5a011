package render

import (
	"image"
	"strconv"
	"strings"
	"time"
)

// countdownWidget is how many days it is until a date, or since then.
func countdownWidget() Kind {
	return kindOf(Kind{
		Name: "countdown", Title: "Countdown", Hint: "Days until a date, or since then.",
		Options: []Option{
			{Name: "date", Title: "Date", Type: "date"},
			{Name: "label", Title: "Of what", Type: "text", Hint: "Such as: Summer holidays"},
			{Name: "up", Title: "Go on counting afterwards", Type: "check", Default: "false"},
		},
		Cells: image.Pt(7, 5), Least: image.Pt(100, 60),
	}, seeCountdown, drawCountdown)
}

// countdownShown is a number of days with the words around it; on the day Number is empty.
type countdownShown struct {
	Heading, Number string
	Words           string // "days until"
	Label           string
	Date            []string
	Large           string // instead of a number
}

func seeCountdown(in Input) view {
	date, err := time.ParseInLocation(time.DateOnly, in.Options.Text("date"), in.Now.Location())
	if err != nil {
		return nothing(in.Locale.Word("no date"))
	}
	days := daysBetween(in.Now, date)
	shown := countdownShown{Heading: in.heading(""), Label: in.Options.Text("label"), Date: []string{in.dateWithYear(date)}}
	if shown.Label == "" {
		shown.Label, shown.Date = shown.Date[0], nil
	}
	unit := "days"
	if days == 1 || days == -1 {
		unit = "day"
	}
	switch {
	case days > 0:
		shown.Number, shown.Words = strconv.Itoa(days), in.Locale.Word(unit+" until")
	case days == 0:
		shown.Large = in.Locale.Word("today") + "!"
	case in.Options.Is("up"):
		shown.Number, shown.Words = strconv.Itoa(-days), in.Locale.Word(unit+" since")
	default:
		shown.Large = in.Locale.Word("over")
	}
	return shows(shown).to(midnight(in.Now))
}

// dateWithYear is a date with its year where that is another one.
func (in Input) dateWithYear(date time.Time) string {
	text := in.Locale.DayMonth(date)
	if date.Year() != in.Now.Year() {
		text += " " + in.Locale.Year(date)
	}
	return text
}

func drawCountdown(c *canvas, box image.Rectangle, d countdownShown) {
	box = c.heading(d.Heading, box)
	if box.Dy() < c.px(70) {
		drawCountdownLine(c, box, d)
		return
	}
	words, label, date := c.style(medium, 17), c.style(bold, 22), c.style(medium, 15)
	if box.Dx() >= c.px(380) && box.Dy() >= c.px(240) {
		words, label, date = c.style(medium, 28), c.style(bold, 46), c.style(medium, 22)
	}
	gap := c.px(6) + words.size*2/3
	if d.Large != "" {
		gap += c.px(12) // words hang below their line, figures do not
	}
	name := c.type_.balance(d.Label, label, box.Dx(), 2)
	below := gap + name.height()
	if d.Words != "" {
		below += words.capHeight() + gap
	}
	dated := len(d.Date) > 0 && box.Dy() >= below+c.px(60)+date.lineHeight()
	if dated {
		below += date.lineHeight() + c.px(4)
	}
	text := d.Number + d.Large
	number := c.largest(text, extraBold, box.Dx(), min(max(c.px(22), box.Dy()-below), c.px(200)))
	y := box.Min.Y + max(0, (box.Dy()-below-number.height())/2)
	c.place(number, box.Min.X-c.bearing(number), y, box.Dx())
	y += number.height() + gap
	if d.Words != "" && y+words.capHeight()+gap+label.capHeight() <= box.Max.Y {
		c.write(d.Words, words, box.Min.X, y+words.capHeight(), box.Dx())
		y += words.capHeight() + gap
	}
	if y+name.height() > box.Max.Y {
		name = c.type_.set(d.Label, label, box.Dx(), 1)
	}
	c.place(name, box.Min.X, min(y, box.Max.Y-name.height()), box.Dx())
	if dated {
		c.write(d.Date[0], date, box.Min.X, y+name.height()+date.lineHeight()+c.px(4), box.Dx())
	}
}

// bearing is how far inside of its first letter's place the ink begins; large figures would stand beside the edge.
func (c *canvas) bearing(b block) int {
	first := 0
	for _, l := range b.lines[:min(1, len(b.lines))] {
		found := false
		c.type_.walk(l, b.style.size, 0, 0, func(m *mask, x, _ int) {
			if !found || x+m.x < first {
				first, found = x+m.x, true
			}
		})
	}
	return max(0, first)
}

// drawCountdownLine has the number on the left and the words beside it.
func drawCountdownLine(c *canvas, box image.Rectangle, d countdownShown) {
	number := c.largest(d.Number+d.Large, extraBold, box.Dx()/2, min(box.Dy(), c.px(50)))
	y := box.Min.Y + (box.Dy()-number.height())/2
	c.place(number, box.Min.X, y, number.width)
	x := box.Min.X + number.width + c.px(12)
	text := strings.TrimSpace(d.Words + " " + d.Label)
	beside := c.type_.fit(text, semiBold, c.sizes(22, 19, 17, 15, 13, 11), box.Max.X-x, box.Dy())
	c.place(beside, x, box.Min.Y+(box.Dy()-beside.height())/2, box.Max.X-x)
}
