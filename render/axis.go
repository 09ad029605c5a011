package render

import (
	"image"
	"time"
)

// span is the width of a time axis in steps, so that a view can say where on it something lies before anybody
// knows how many pixels it gets.
const span = 1200

// tick is a label on a time axis.
type tick struct {
	At    int // 0 to span: where it is centred
	Label string
}

// axis is a time axis as it is printed: several sets of labels, the densest first, of which a box takes the
// first that has room.
type axis struct{ Sets [][]tick }

// along is where a time lies between two others, 0 to span.
func along(t, from, to time.Time) int {
	if !to.After(from) {
		return 0
	}
	return int(float64(t.Sub(from)) / float64(to.Sub(from)) * span)
}

// timeAxis labels the time between two instants: hours up to two days, weekdays up to eight, then dates.
func timeAxis(l Locale, from, to time.Time) axis {
	length := to.Sub(from)
	switch {
	case length <= 0:
		return axis{}
	case length <= 50*time.Hour:
		return axis{[][]tick{hourTicks(l, from, to, 3), hourTicks(l, from, to, 6), hourTicks(l, from, to, 12), hourTicks(l, from, to, 24)}}
	case length <= 8*24*time.Hour+time.Hour:
		return axis{[][]tick{dayTicks(from, to, 1, l.WeekdayShort), dayTicks(from, to, 2, l.WeekdayShort), dayTicks(from, to, 4, l.WeekdayShort)}}
	}
	date := func(t time.Time) string { forms := l.ShortDay(t); return forms[max(0, len(forms)-2)] }
	return axis{[][]tick{dayTicks(from, to, 5, date), dayTicks(from, to, 10, date), dayTicks(from, to, 15, date)}}
}

// hourTicks are at whole hours, every so many.
func hourTicks(l Locale, from, to time.Time, every int) []tick {
	var ticks []tick
	year, month, day := from.Date()
	for hour := 0; hour < 24*4; hour += every {
		t := time.Date(year, month, day, hour, 0, 0, 0, from.Location())
		if !t.Before(from) && !t.After(to) {
			ticks = append(ticks, tick{along(t, from, to), l.Time(t)})
		}
	}
	return ticks
}

// dayTicks are at noons, every so many days counted back from the last.
func dayTicks(from, to time.Time, every int, label func(time.Time) string) []tick {
	var ticks []tick
	year, month, day := to.Date()
	for i := 0; i < 400; i += every {
		t := time.Date(year, month, day-i, 12, 0, 0, 0, to.Location())
		if t.Before(from) {
			break
		}
		if !t.After(to) {
			ticks = append(ticks, tick{along(t, from, to), label(t)})
		}
	}
	return ticks
}

// axis draws labels in a row, their capitals' top at y: those of the first set that do not touch.
func (c *canvas) axis(a axis, x, y, width int) {
	s := c.style(semiBold, 13)
	for i, set := range a.Sets {
		blocks := make([]block, len(set))
		spots := make([]image.Point, len(set)) // from and to
		room := true
		for j, t := range set {
			blocks[j] = c.type_.set(t.Label, s, width, 1)
			left := x + t.At*width/span - blocks[j].width/2
			spots[j] = image.Pt(left, left+blocks[j].width)
			for k := range j {
				room = room && (spots[k].Y+c.px(12) <= left || spots[j].Y+c.px(12) <= spots[k].X)
			}
		}
		if !room && i < len(a.Sets)-1 {
			continue
		}
		last := -1
		for j, b := range blocks {
			if spots[j].X < x || spots[j].Y > x+width || (!room && last >= 0 && spots[j].X < last) {
				continue
			}
			c.place(b, spots[j].X, y, b.width)
			last = spots[j].Y + c.px(12)
		}
		return
	}
}

// axisHeight is how much of a box a row of labels below a line takes.
func (c *canvas) axisHeight() int {
	s := c.style(semiBold, 13)
	return c.px(8) + s.capHeight() + s.size/4
}
