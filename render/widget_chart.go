package render

import (
	"image"
	"math"
	"slices"
	"time"
)

// chartWidget is up to three sensors over time.
func chartWidget() Kind {
	return kindOf(Kind{
		Name: "chart", Title: "Chart", Hint: "A day, a week or a month of up to three sensors; nights are grey.",
		Options: sensorOptions("24h",
			Option{Name: "sensor2", Title: "Second sensor", Type: "sensor"},
			Option{Name: "sensor3", Title: "Third sensor", Type: "sensor"},
			Option{Name: "nights", Title: "Shade the nights", Type: "check", Default: "true"},
		),
		Needs: Needs{Sensor: true},
		Cells: image.Pt(12, 6), Least: image.Pt(150, 80),
	}, seeChart, drawChart)
}

// chartShown is curves over a time axis, as they are printed.
type chartShown struct {
	Heading   string
	Axis      axis
	Curves    []curveShown
	Nights    [][2]int // along the axis
	High, Low string   // of all curves, when they share one unit
	Legend    bool
}

// curveShown is one curve in runs between gaps; each run is pairs of along (0 to span) and up (0 to rise).
type curveShown struct {
	Name  string
	Range string // its own extremes, where curves have different units
	Runs  [][]image.Point
}

func seeChart(in Input) view {
	var series []Series
	for _, s := range in.Series {
		if s.Points = s.sound(); len(s.Points) > 0 && len(series) < 3 {
			series = append(series, s)
		}
	}
	if len(series) == 0 {
		return nothing(in.Locale.Word("no readings"))
	}
	zone := in.Now.Location()
	from, to := series[0].window(zone)
	title := series[0].name(in.Locale)
	shown := chartShown{Axis: timeAxis(in.Locale, from, to), Legend: len(series) > 1}
	if shown.Legend {
		title = in.Locale.Word("last " + in.Options.Text("span"))
	}
	if !shown.Legend && in.Options.Text("span") != "24h" {
		title = joinDot(title, in.Locale.Word("last "+in.Options.Text("span")))
	}
	shown.Heading = joinDot(in.heading(title), in.oldAge(series[0].latest()))
	if in.Options.Is("nights") && (in.Place.Latitude != 0 || in.Place.Longitude != 0) {
		shown.Nights = nights(from, to, in.Place.Latitude, in.Place.Longitude)
	}
	shared := !slices.ContainsFunc(series, func(s Series) bool { return s.Unit != series[0].Unit })
	low, high := math.Inf(1), math.Inf(-1)
	for _, s := range series {
		l, h := extremes(s.Points)
		low, high = min(low, l), max(high, h)
	}
	if shared {
		shown.Low, shown.High = series[0].print(in.Locale, low), series[0].print(in.Locale, high)
		if series[0].Unit == "°C" {
			shown.Low, shown.High = shown.Low+"°", shown.High+"°"
		}
	}
	for _, s := range series {
		c := curveShown{Name: s.name(in.Locale)}
		if !shared {
			low, high = extremes(s.Points)
			c.Range = s.print(in.Locale, low) + "–" + s.withUnit(in.Locale, high)
		}
		c.Runs = thin(s.Points, from, to, low, high)
		shown.Curves = append(shown.Curves, c)
	}
	return shows(shown).to(to)
}

// thin cuts points at gaps and keeps, of those that fall into one step of the axis, the least and the greatest in
// the order they came, so that thousands of points cost no more than hundreds and no peak is lost.
func thin(points []Point, from, to time.Time, low, high float64) [][]image.Point {
	gap := gapOf(points, to.Sub(from))
	reach := high/2 - low/2 // halved, for from the least to the greatest number there is it is infinitely far
	up := func(v float64) int {
		if reach <= 0 {
			return rise / 2
		}
		return int(math.Round((v/2 - low/2) / reach * rise))
	}
	var runs [][]image.Point
	var run []image.Point
	for i := 0; i < len(points); {
		at := along(points[i].At, from, to)
		if i > 0 && points[i].At.Sub(points[i-1].At) > gap && len(run) > 0 {
			runs, run = append(runs, run), nil
		}
		least, greatest, next := i, i, i+1
		for ; next < len(points) && along(points[next].At, from, to) == at && points[next].At.Sub(points[next-1].At) <= gap; next++ {
			if points[next].Value < points[least].Value {
				least = next
			}
			if points[next].Value > points[greatest].Value {
				greatest = next
			}
		}
		first, second := min(least, greatest), max(least, greatest)
		if at >= 0 && at <= span {
			run = append(run, image.Pt(at, up(points[first].Value)))
			if second != first {
				run = append(run, image.Pt(at, up(points[second].Value)))
			}
		}
		i = next
	}
	if len(run) > 0 {
		runs = append(runs, run)
	}
	return runs
}

// gapOf is how long nothing may come before the curve is broken: several times the usual distance of readings.
func gapOf(points []Point, length time.Duration) time.Duration {
	distances := make([]time.Duration, 0, len(points))
	for i := 1; i < len(points); i++ {
		distances = append(distances, points[i].At.Sub(points[i-1].At))
	}
	if len(distances) == 0 {
		return length
	}
	slices.Sort(distances)
	return max(distances[len(distances)/2]*7/2, length/150)
}

// nights are the times between sunset and sunrise along an axis.
func nights(from, to time.Time, latitude, longitude float64) [][2]int {
	var dark [][2]int
	add := func(a, b time.Time) {
		left, right := max(0, along(a, from, to)), min(span, along(b, from, to))
		if right > left {
			dark = append(dark, [2]int{left, right})
		}
	}
	year, month, day := from.Date()
	next := SunOn(time.Date(year, month, day-1, 12, 0, 0, 0, from.Location()), latitude, longitude)
	for i := -1; i < 40; i++ {
		today := time.Date(year, month, day+i, 12, 0, 0, 0, from.Location())
		if today.AddDate(0, 0, -1).After(to) {
			break
		}
		sun := next
		next = SunOn(today.AddDate(0, 0, 1), latitude, longitude)
		switch {
		case sun.Down:
			add(midnight(today).AddDate(0, 0, -1), midnight(today))
		case !sun.Set.IsZero() && !next.Rise.IsZero():
			add(sun.Set, next.Rise)
		}
	}
	return dark
}

func drawChart(c *canvas, box image.Rectangle, s chartShown) {
	label := c.style(semiBold, 13)
	label.figures = true
	switch {
	case box.Dy() >= c.px(90):
		box = drawChartHeading(c, box, s)
	case s.High != "" && s.Heading != "" && box.Dy() >= c.px(40):
		// No room for labels on the curve: they stand above it.
		c.write(s.Low+"–"+s.High, label, box.Min.X, box.Min.Y+label.capHeight(), box.Dx())
		box.Min.Y += label.capHeight() + c.px(8)
		s.High = ""
	}
	if box.Dy() > c.px(44) {
		box.Max.Y -= c.axisHeight()
		defer func(box image.Rectangle) { c.axis(s.Axis, box.Min.X, box.Max.Y+c.px(8), box.Dx()) }(box)
	}
	line := c.px(2)
	thick := max(2, c.px(3))
	if box.Dx() < c.px(300) || box.Dy() < c.px(70) {
		thick = max(2, c.px(2))
	}
	for _, night := range s.Nights {
		left, right := box.Min.X+night[0]*box.Dx()/span, box.Min.X+night[1]*box.Dx()/span
		c.shade(image.Rect(left, box.Min.Y, right, box.Max.Y-line), shadeLight)
	}
	c.rule(box.Min.X, box.Max.Y-line, box.Dx(), line)
	plot := image.Rect(box.Min.X, box.Min.Y+thick, box.Max.X, box.Max.Y-line-thick-c.px(2))
	labelled := s.High != "" && plot.Dy() >= c.px(46) && box.Dx() >= c.px(90)
	if labelled {
		plot.Min.Y += label.capHeight() + c.px(6)
		plot.Max.Y -= label.capHeight() + c.px(6)
	}
	high, low := c.curves(s, plot, box, thick)
	if !labelled {
		return
	}
	if high != nil {
		c.mark(s.High, label, *high, -c.px(6)-label.capHeight(), box)
	}
	if low != nil && s.Low != s.High {
		c.mark(s.Low, label, *low, c.px(6), image.Rect(box.Min.X, box.Min.Y, box.Max.X, box.Max.Y-line))
	}
}

// drawChartHeading writes the heading, at its right the legend where there is room for it, else below.
func drawChartHeading(c *canvas, box image.Rectangle, s chartShown) image.Rectangle {
	if !s.Legend {
		return c.heading(s.Heading, box)
	}
	label := c.style(semiBold, 13)
	stroke := c.px(22)
	texts, total := c.legend(s.Curves, label, stroke, box.Dx(), true)
	if total > box.Dx() {
		texts, total = c.legend(s.Curves, label, stroke, box.Dx(), false)
	}
	caption := c.style(bold, 13)
	caption.tracking = c.px(1)
	head := c.type_.set(upper(s.Heading), caption, box.Dx(), 1)
	top := box.Min.Y
	x := box.Max.X - total
	rest := c.heading(s.Heading, box)
	if head.width+c.px(24)+total > box.Dx() {
		// Below the heading, one line each where they do not stand side by side.
		top, x = rest.Min.Y-c.px(4), box.Min.X
		if s.Heading == "" {
			top = box.Min.Y
		}
		rest.Min.Y = top + label.capHeight() + c.px(12)
	} else if s.Heading == "" {
		rest.Min.Y += label.capHeight() + c.px(14)
	}
	width := max(2, c.px(2))
	pens := []pen{{width: width}, {width: width, on: 3 * width, off: 2 * width}, {width: width, on: 1, off: 2 * width}}
	for i, text := range texts {
		if x+stroke+c.px(6)+text.width > box.Max.X {
			break
		}
		middle := top + label.capHeight()/2
		c.curve([]image.Point{{x, middle}, {x + stroke - 1, middle}}, pens[i], box)
		c.place(text, x+stroke+c.px(6), top, text.width)
		x += stroke + c.px(6) + text.width + c.px(16)
	}
	return rest
}

// legend sets the names of curves, each behind a stroke of its pen, and says how wide they are side by side.
func (c *canvas) legend(curves []curveShown, label style, stroke, room int, ranges bool) (texts []block, total int) {
	for i, curve := range curves {
		text := curve.Name
		if ranges && curve.Range != "" {
			text += " " + curve.Range
		}
		texts = append(texts, c.type_.set(text, label, room-stroke-c.px(8), 1))
		total += stroke + c.px(6) + texts[i].width
	}
	return texts, total + (len(texts)-1)*c.px(16)
}

// curves draws the curves into plot and returns where the highest and the lowest value are.
func (c *canvas) curves(s chartShown, plot, box image.Rectangle, thick int) (high, low *image.Point) {
	pens := []pen{{width: thick}, {width: thick, on: 7 * thick / 2, off: 5 * thick / 2}, {width: thick, on: max(1, thick/2), off: 2 * thick}}
	for i, curve := range s.Curves {
		for _, run := range curve.Runs {
			points := make([]image.Point, len(run))
			for j, p := range run {
				points[j] = image.Pt(plot.Min.X+p.X*(plot.Dx()-1)/span, plot.Max.Y-1-p.Y*(plot.Dy()-1)/rise)
				if (p.Y >= rise || s.High == s.Low) && high == nil {
					high = &points[j]
				}
				if p.Y <= 0 && low == nil {
					low = &points[j]
				}
			}
			p := pens[i]
			if len(points) > box.Dx() {
				p.width = max(1, p.width-1)
			}
			if len(points) == 1 {
				p = pen{width: thick + 3}
			}
			c.curve(points, p, box)
		}
	}
	return high, low
}

// window is the time a chart shows: it moves in steps, so that a screen does not change with every minute.
func (s Series) window(zone *time.Location) (from, to time.Time) {
	length := s.To.Sub(s.From)
	step := length / 288 // five minutes of a day
	if step <= 0 {
		return s.From.In(zone), s.To.In(zone)
	}
	to = s.To.Truncate(step).Add(step).In(zone)
	return to.Add(-length), to
}
