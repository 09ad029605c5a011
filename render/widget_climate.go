package render

import (
	"image"
)

// climateWidget is the air of a room.
func climateWidget() Kind {
	return kindOf(Kind{
		Name: "climate", Title: "Room climate", Hint: "Temperature and humidity of a room, with the last day as a curve.",
		Options: []Option{
			{Name: "device", Title: "Device", Type: "device", Hint: "Leave empty for the screen’s own device."},
			{Name: "sensor", Title: "Temperature", Type: "sensor", Default: "temperature"},
			{Name: "sensor2", Title: "Humidity", Type: "sensor", Default: "humidity"},
			{Name: "curve", Title: "Show the last day", Type: "check", Default: "true"},
		},
		Needs: Needs{Sensor: true},
		Cells: image.Pt(7, 7), Least: image.Pt(110, 56),
	}, seeClimate, drawClimate)
}

// climateShown is a room's air as it is printed.
type climateShown struct {
	Heading, Number, Unit string
	Humidity, Age         string
	Curve                 *chartShown
}

func seeClimate(in Input) view {
	if len(in.Series) == 0 || in.Series[0].latest() == nil {
		return nothing(in.Locale.Word("no readings"))
	}
	s := in.Series[0]
	value := s.latest().Value
	_, unit := s.inUnits(in.Locale, value)
	name := s.Label
	if name == "" {
		name = in.Device.Name
	}
	shown := climateShown{Heading: in.heading(name), Number: s.print(in.Locale, value), Unit: unit, Age: in.oldAge(s.latest())}
	if len(in.Series) > 1 && in.Series[1].latest() != nil {
		second := in.Series[1]
		shown.Humidity = second.withUnit(in.Locale, second.latest().Value) + " " + in.Locale.Word(second.Sensor)
	}
	until := in.agesAt(s.latest())
	if points := s.sound(); in.Options.Is("curve") && len(points) > 1 {
		zone := in.Now.Location()
		from, to := s.window(zone)
		low, high := extremes(points)
		shown.Curve = &chartShown{
			Axis: timeAxis(in.Locale, from, to), Curves: []curveShown{{Runs: thin(points, from, to, low, high)}},
			High: s.print(in.Locale, high) + "°", Low: s.print(in.Locale, low) + "°",
		}
		if until.IsZero() || to.Before(until) {
			until = to
		}
	}
	return shows(shown).to(until)
}

func drawClimate(c *canvas, box image.Rectangle, s climateShown) {
	if box.Dy() >= c.px(54) {
		box = c.heading(s.Heading, box)
	}
	words := c.style(semiBold, 15)
	step := words.capHeight() + c.px(14)
	line := joinDot(s.Humidity, s.Age)
	value := box
	beside := s.Curve != nil && box.Dx() >= c.px(330) && box.Dy() >= c.px(50)
	if beside {
		value.Max.X = box.Min.X + box.Dx()*2/5
	}
	under := s.Curve != nil && !beside && box.Dy() >= c.px(132)
	if under {
		value.Max.Y = box.Min.Y + max(c.px(70), min(c.px(96), box.Dy()*2/5))
	}
	if line != "" && value.Dy() >= step+c.px(16) {
		value.Max.Y -= step
	} else {
		line = ""
	}
	a := c.amount(s.Number, s.Unit, false, value.Dx(), value.Dy(), 92, 76, 64, 54, 46, 40, 34, 28, 22, 17, 13)
	c.putAmount(a, box.Min.X, box.Min.Y)
	y := box.Min.Y + a.height() + c.px(14)
	if line != "" {
		c.place(c.type_.set(line, words, value.Dx(), 1), box.Min.X, y, value.Dx())
		y += words.capHeight() + c.px(16)
	}
	switch {
	case beside:
		drawChart(c, image.Rect(value.Max.X+c.px(24), box.Min.Y, box.Max.X, box.Max.Y), *s.Curve)
	case under && box.Max.Y-y >= c.px(50):
		drawChart(c, image.Rect(box.Min.X, y, box.Max.X, min(box.Max.Y, y+c.px(190))), *s.Curve)
	}
}
