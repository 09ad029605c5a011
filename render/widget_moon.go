package render

import (
	"image"
	"image/color"
	"math"
	"time"
)

// moonWidget is the moon as it looks now.
func moonWidget() Kind {
	return kindOf(Kind{
		Name: "moon", Title: "Moon", Hint: "The moon as it looks tonight, and the next full and new moon; computed.",
		Cells: image.Pt(7, 5), Least: image.Pt(60, 56),
	}, seeMoon, drawMoon)
}

// moonShown is the moon as it is drawn and printed.
type moonShown struct {
	Heading    string
	Lit        int  // percent of the disc
	LightRight bool // the lit edge is on the right
	Name       string
	Next       [][]string // full moon and new moon, the nearer first, each in ever shorter forms
}

func seeMoon(in Input) view {
	moon := MoonAt(in.Now)
	shown := moonShown{
		Heading: in.heading(in.Locale.Word("moon")), Lit: int(math.Round(moon.Lit * 100)),
		LightRight: moon.Waxing == (in.Place.Latitude >= 0), Name: in.Locale.Word(moon.Name),
	}
	day := func(key string, at time.Time) []string {
		forms := in.Locale.ShortDay(at)
		var texts []string
		for _, form := range forms[min(2, len(forms)-1):] {
			texts = append(texts, in.Locale.Word(key)+" · "+form)
		}
		return texts
	}
	full, dark := day("full moon", moon.NextFull), day("new moon", moon.NextNew)
	shown.Next = [][]string{full, dark}
	if moon.NextNew.Before(moon.NextFull) {
		shown.Next = [][]string{dark, full}
	}
	return shows(shown).to(in.Now.Truncate(time.Hour).Add(time.Hour))
}

func drawMoon(c *canvas, box image.Rectangle, m moonShown) {
	side := min(box.Dy(), box.Dx(), c.px(260))
	wide := box.Dx() >= box.Dy()+c.px(80)
	if wide {
		side = min(side, box.Dx()*45/100)
	}
	name, words := c.style(bold, 22), c.style(medium, 15)
	if box.Dx() < c.px(260) {
		name.size = max(smallest, c.px(17))
	}
	below := c.px(16) + name.capHeight() + name.size/4
	if !wide && box.Dy() >= c.px(84) {
		side = min(side, box.Dy()-below)
		if box.Dy() >= c.px(170) {
			side = min(side, box.Dy()-below-2*(words.capHeight()+c.px(12)))
		}
	}
	if wide {
		c.moon(image.Rect(box.Min.X, box.Min.Y+(box.Dy()-side)/2, box.Min.X+side, box.Min.Y+(box.Dy()-side)/2+side), m)
		c.moonWords(image.Rect(box.Min.X+side+c.px(20), box.Min.Y, box.Max.X, box.Max.Y), m, name, words)
		return
	}
	left := box.Min.X + (box.Dx()-side)/2
	c.moon(image.Rect(left, box.Min.Y, left+side, box.Min.Y+side), m)
	if rest := box.Max.Y - box.Min.Y - side; rest >= below {
		middle, y := (box.Min.X+box.Max.X)/2, box.Min.Y+side+c.px(16)
		c.centred(m.Name, name, middle, y, box.Dx())
		y += name.capHeight() + c.px(12)
		for _, next := range m.Next {
			if y+words.capHeight()+words.size/4 <= box.Max.Y {
				c.centred(c.oneOf(next, words, box.Dx()), words, middle, y, box.Dx())
			}
			y += words.capHeight() + c.px(10)
		}
	}
}

// moonWords writes the moon's name and what comes next beside it.
func (c *canvas) moonWords(box image.Rectangle, m moonShown, name, words style) {
	title := c.fitWords(m.Name, bold, []int{name.size, max(smallest, c.px(17)), max(smallest, c.px(15))}, box.Dx(), box.Dy())
	step := words.capHeight() + c.px(11)
	lines := min(len(m.Next), max(0, box.Dy()-title.height()-c.px(14))/step)
	y := box.Min.Y + max(0, (box.Dy()-title.height()-lines*step-c.px(4))/2)
	c.place(title, box.Min.X, y, box.Dx())
	y += title.height() + c.px(15)
	for _, next := range m.Next[:lines] {
		c.place(c.type_.set(c.oneOf(next, words, box.Dx()), words, box.Dx(), 1), box.Min.X, y, box.Dx())
		y += step
	}
}

// oneOf is the first of some texts that fits a width, else the last.
func (c *canvas) oneOf(texts []string, s style, width int) string {
	for _, text := range texts {
		if !c.type_.set(text, s, width, 1).truncated {
			return text
		}
	}
	return texts[len(texts)-1]
}

// moon draws the disc: what is lit is white and the rest black on every screen, a line in ink goes around it. The
// edge between both is half an ellipse, so the part that is white is exactly the part that is lit.
func (c *canvas) moon(square image.Rectangle, m moonShown) {
	img, ink := c.pixels()
	room := c.drawable()
	radius := float64(square.Dx()) / 2
	line := float64(max(1, c.px(2)))
	for y := square.Min.Y; y < square.Max.Y; y++ {
		for x := square.Min.X; x < square.Max.X; x++ {
			dx, dy := float64(x-square.Min.X)+0.5-radius, float64(y-square.Min.Y)+0.5-radius
			if dx*dx+dy*dy > radius*radius || !image.Pt(x, y).In(room) {
				continue
			}
			if dx*dx+dy*dy > (radius-line)*(radius-line) {
				img.SetRGBA(x, y, ink)
				continue
			}
			if !m.LightRight {
				dx = -dx
			}
			edge := math.Sqrt((radius-line)*(radius-line)-dy*dy) * (1 - 2*float64(m.Lit)/100)
			shine := color.RGBA{A: 255}
			if dx >= edge {
				shine = color.RGBA{R: 255, G: 255, B: 255, A: 255}
			}
			img.SetRGBA(x, y, shine)
		}
	}
}
