package render

import (
	"image"
	"math"
	"time"

	"personalcms/content"
)

// hoursShown is the next hours as a curve of the temperature over bars of the rain.
type hoursShown struct {
	Axis axis
	Line [][2]int // along the axis (0 to span) and up (0 to rise)
	Bars [][3]int // from and to along the axis, up 0 to rise
	High string
	Low  string
	Peak [2]int // where High and Low are on the line
	Pit  [2]int
	Rain string // the most in one hour, "" = dry
}

// rise is the height of a curve in steps.
const rise = 1000

// leastRain is what fills the height of the bars at least, in mm an hour: drizzle stays small.
const leastRain = 3

func (in Input) hours(all []content.WeatherHour) *hoursShown {
	var hours []content.WeatherHour
	for _, h := range all {
		if h.Time.Add(time.Hour).After(in.Now) && len(hours) < in.Options.Int("hours")+1 && !math.IsNaN(h.Temperature) {
			hours = append(hours, h)
		}
	}
	if len(hours) < 2 {
		return nil
	}
	zone := in.Now.Location()
	from, to := hours[0].Time.In(zone), hours[len(hours)-1].Time.In(zone)
	low, high, wettest := 0, 0, 0
	for i, h := range hours {
		if h.Temperature < hours[low].Temperature {
			low = i
		}
		if h.Temperature > hours[high].Temperature {
			high = i
		}
		if h.Rain > hours[wettest].Rain {
			wettest = i
		}
	}
	base, reach := hours[low].Temperature, max(4, hours[high].Temperature-hours[low].Temperature)
	full := max(leastRain, hours[wettest].Rain)
	shown := &hoursShown{
		Axis: timeAxis(in.Locale, from, to),
		High: in.degrees(hours[high].Temperature), Low: in.degrees(hours[low].Temperature),
	}
	for i, h := range hours {
		at := [2]int{along(h.Time, from, to), int((h.Temperature - base) / reach * rise)}
		shown.Line = append(shown.Line, at)
		if i == high {
			shown.Peak = at
		}
		if i == low {
			shown.Pit = at
		}
		if h.Rain >= 0.05 && i < len(hours)-1 {
			shown.Bars = append(shown.Bars, [3]int{at[0], along(h.Time.Add(time.Hour), from, to), int(h.Rain / full * rise)})
		}
	}
	if hours[wettest].Rain >= 0.05 {
		shown.Rain = in.Locale.Number(hours[wettest].Rain, 1) + " mm"
	}
	return shown
}

func drawHours(c *canvas, box image.Rectangle, h hoursShown) {
	label := c.style(semiBold, 13)
	label.figures = true
	if box.Dy() > c.px(50) {
		box.Max.Y -= c.axisHeight()
		c.axis(h.Axis, box.Min.X, box.Max.Y+c.px(8), box.Dx())
	}
	c.rule(box.Min.X, box.Max.Y-c.px(2), box.Dx(), c.px(2))
	plot := image.Rect(box.Min.X, box.Min.Y, box.Max.X, box.Max.Y-c.px(2))
	across := func(at int) int { return plot.Min.X + at*(plot.Dx()-1)/span }
	for _, bar := range h.Bars {
		top := plot.Max.Y - max(2, bar[2]*plot.Dy()*45/100/rise)
		left, right := across(bar[0])+1, across(bar[1])
		c.shade(image.Rect(left, top, right, plot.Max.Y), shadeDark)
		c.box(left, top, right-left, 1, true)
	}
	// The curve keeps clear of the labels above and below it.
	clear := label.capHeight() + c.px(7)
	line := image.Rect(plot.Min.X, plot.Min.Y+clear, plot.Max.X, plot.Max.Y-clear-c.px(2))
	if line.Dy() < c.px(14) {
		line = plot.Inset(c.px(2))
	}
	at := func(p [2]int) image.Point { return image.Pt(across(p[0]), line.Max.Y-1-p[1]*(line.Dy()-1)/rise) }
	points := make([]image.Point, len(h.Line))
	for i, p := range h.Line {
		points[i] = at(p)
	}
	c.curve(points, pen{width: max(2, c.px(3))}, plot)
	if line.Dy() < c.px(14) || line.Dx() < c.px(60) {
		return
	}
	c.mark(h.High, label, at(h.Peak), -c.px(6)-label.capHeight(), plot)
	c.mark(h.Low, label, at(h.Pit), c.px(6), plot)
}

// mark writes a label above or below a point of a curve, on paper so that it can be read over bars.
func (c *canvas) mark(text string, s style, at image.Point, dy int, within image.Rectangle) {
	b := c.type_.set(text, s, within.Dx(), 1)
	x := min(max(at.X-b.width/2, within.Min.X), within.Max.X-b.width)
	c.box(x-1, at.Y+dy-2, b.width+2, b.height()+4, false)
	c.place(b, x, at.Y+dy, b.width)
}
