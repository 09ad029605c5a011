package render

import (
	"fmt"
	"image"
	"math"
	"time"
)

// sunWidget is the day from sunrise to sunset.
func sunWidget() Kind {
	return kindOf(Kind{
		Name: "sun", Title: "Sun", Hint: "Sunrise, sunset and the length of the day, computed for the household's place.",
		Cells: image.Pt(8, 5), Least: image.Pt(120, 56),
	}, seeSun, drawSun)
}

// sunShown is a day of the sun as it is printed.
type sunShown struct {
	Heading           string
	RiseWord, SetWord string
	Rise, Set, Length string
	Part              int    // of the day that is over, in steps of dayParts; below 0: it is night
	Words             string // instead of times, where the sun does not rise or set
}

// dayParts is how many steps the sun takes over its arc.
const dayParts = 60

func seeSun(in Input) view {
	if in.Place.Latitude == 0 && in.Place.Longitude == 0 {
		return nothing(in.Locale.Word("no place"))
	}
	sun := SunOn(in.Now, in.Place.Latitude, in.Place.Longitude)
	shown := sunShown{
		Heading: in.heading(in.Locale.Word("sun")), RiseWord: in.Locale.Word("sunrise"), SetWord: in.Locale.Word("sunset"), Part: -1,
	}
	switch {
	case sun.Up:
		shown.Words = in.Locale.Word("polar day")
		return shows(shown).to(midnight(in.Now))
	case sun.Down || sun.Rise.IsZero() || sun.Set.IsZero():
		shown.Words = in.Locale.Word("polar night")
		return shows(shown).to(midnight(in.Now))
	}
	shown.Rise, shown.Set = in.Locale.Time(sun.Rise), in.Locale.Time(sun.Set)
	length := sun.Length().Round(time.Minute)
	shown.Length = fmt.Sprintf(in.Locale.Word("day length"), fmt.Sprintf("%d:%02d h", int(length.Hours()), int(length.Minutes())%60))
	step := sun.Length() / dayParts
	switch {
	case in.Now.Before(sun.Rise):
		return shows(shown).to(sun.Rise)
	case in.Now.Before(sun.Set):
		shown.Part = int(in.Now.Sub(sun.Rise) / step)
		return shows(shown).to(sun.Rise.Add(step * time.Duration(shown.Part+1)))
	}
	return shows(shown).to(midnight(in.Now))
}

func drawSun(c *canvas, box image.Rectangle, s sunShown) {
	if box.Dy() >= c.px(110) {
		box = c.heading(s.Heading, box)
	}
	if s.Words != "" {
		text := c.type_.fit(s.Words, bold, c.sizes(28, 22, 19, 17, 15), box.Dx(), box.Dy())
		c.place(text, box.Min.X, box.Min.Y, box.Dx())
		return
	}
	times, words := c.style(bold, 22), c.style(medium, 13)
	times.figures = true
	if box.Dx() < c.px(200) {
		times.size = max(smallest, c.px(17))
	}
	below := c.px(10) + times.capHeight() + words.size/4
	worded := box.Dy() >= c.px(96)
	if worded {
		below += c.px(9) + words.capHeight()
	}
	if box.Dy()-below >= c.px(26) {
		arc := image.Rect(box.Min.X, box.Min.Y, box.Max.X, box.Max.Y-below)
		drawArc(c, arc, s)
	} else {
		below = min(below, box.Dy())
	}
	y := box.Max.Y - below + c.px(10)
	c.write(s.Rise, times, box.Min.X, y+times.capHeight(), box.Dx()/2)
	c.right(s.Set, times, box.Max.X, y)
	if worded {
		y += times.capHeight() + c.px(9)
		c.write(s.RiseWord, words, box.Min.X, y+words.capHeight(), box.Dx()/2)
		c.right(s.SetWord, words, box.Max.X, y)
	}
}

// drawArc draws the sun's way over the horizon: what is over as a line, what is to come dotted.
func drawArc(c *canvas, box image.Rectangle, s sunShown) {
	disc := max(6, c.px(9))
	line := c.px(2)
	horizon := box.Max.Y - line
	c.rule(box.Min.X, horizon, box.Dx(), line)
	height := horizon - box.Min.Y - disc - c.px(2)
	half := min(box.Dx()/2-disc-c.px(2), height*2)
	middle := (box.Min.X + box.Max.X) / 2
	at := func(part, of int) image.Point {
		angle := math.Pi * float64(part) / float64(of)
		return image.Pt(middle-int(math.Round(float64(half)*math.Cos(angle))), horizon-int(math.Round(float64(height)*math.Sin(angle))))
	}
	const fine = 4
	var past, ahead []image.Point
	for i := 0; i <= dayParts*fine; i++ {
		if i <= s.Part*fine {
			past = append(past, at(i, dayParts*fine))
		}
		if i >= s.Part*fine {
			ahead = append(ahead, at(i, dayParts*fine))
		}
	}
	above := image.Rect(box.Min.X, box.Min.Y, box.Max.X, horizon)
	c.curve(ahead, pen{width: line, on: 1, off: c.px(5)}, above)
	c.curve(past, pen{width: c.px(3)}, above)
	sun := image.Point{X: -1 << 20}
	if s.Part >= 0 {
		sun = at(s.Part, dayParts)
		c.curve([]image.Point{sun}, pen{width: 2*disc + 1}, image.Rect(box.Min.X, box.Min.Y, box.Max.X, horizon))
	}
	words := c.style(semiBold, 15)
	text := c.type_.set(s.Length, words, 2*half, 1)
	top := horizon - c.px(12) - text.height()
	place := image.Rect(middle-text.width/2, top, middle-text.width/2+text.width, top+text.height())
	// Below the arc its room is as wide as the arc is at the text's upper edge.
	up := float64(horizon-top+c.px(6)) / float64(max(1, height))
	chord := 2*float64(half)*math.Sqrt(max(0, 1-up*up)) - float64(c.px(16))
	if !text.truncated && up < 1 && float64(text.width) <= chord && !sun.In(place.Inset(-disc-c.px(5))) {
		c.place(text, place.Min.X, place.Min.Y, text.width)
	}
}
