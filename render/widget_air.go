package render

import (
	"image"
	"math"
	"slices"

	"personalcms/content"
)

// airWidget is the quality of the air and what flies in it.
func airWidget() Kind {
	return kindOf(Kind{
		Name: "air", Title: "Air and pollen", Hint: "The European air quality index in words, particles and gases, and the pollen.",
		Options: []Option{
			{Name: "pollen", Title: "Show pollen", Type: "check", Default: "true"},
			{Name: "details", Title: "Show particles and gases", Type: "check", Default: "true"},
		},
		Needs: Needs{Sources: []string{content.KindAir}},
		Cells: image.Pt(9, 6), Least: image.Pt(110, 60),
	}, seeAir, drawAir)
}

// airShown is the air as it is printed.
type airShown struct {
	Heading, Age string
	Index, Words string // "" = not known
	Details      []detail
	Pollen       []pollenShown
	None         string // said where no pollen flies
}

type pollenShown struct {
	Plant, Words string
	Level        int // 1 to 4
}

func seeAir(in Input) view {
	source, missing := in.source()
	if missing != nil {
		return *missing
	}
	air := source.Feed.Air
	if air == nil {
		return nothing(source.Name + ": " + in.Locale.Word("nothing yet"))
	}
	shown := airShown{Heading: in.heading(in.Locale.Word("air quality")), Age: in.age()}
	if air.Index != nil {
		shown.Index, shown.Words = in.Locale.Number(*air.Index, 0), in.Locale.Capital(in.Locale.Word(airWord(*air.Index)))
	}
	if in.Options.Is("details") {
		for _, part := range []struct {
			name  string
			value *float64
		}{{"PM2.5", air.PM25}, {"PM10", air.PM10}, {"O₃", air.Ozone}, {"NO₂", air.NitrogenDioxide}} {
			if part.value != nil {
				shown.Details = append(shown.Details, detail{Value: in.Locale.Number(*part.value, 0), Words: part.name})
			}
		}
	}
	if in.Options.Is("pollen") && len(air.Pollen) > 0 {
		shown.Pollen = in.pollen(air.Pollen)
		if len(shown.Pollen) == 0 {
			shown.None = in.Locale.Word("no pollen")
		}
	}
	if shown.Index == "" && len(shown.Details) == 0 && len(shown.Pollen) == 0 {
		return nothing(in.Locale.Word("no data"))
	}
	return shows(shown)
}

// airWord is the European index in words.
func airWord(index float64) string {
	words := []string{"air good", "air fair", "air moderate", "air poor", "air very poor", "air extremely poor"}
	return words[min(max(0, int(math.Ceil(index/20))-1), len(words)-1)]
}

// pollen is what flies, the most first.
func (in Input) pollen(all []content.Pollen) []pollenShown {
	words := []string{"", "pollen low", "pollen moderate", "pollen high", "pollen very high"}
	var shown []pollenShown
	for _, p := range all {
		if level := pollenLevel(p); level > 0 {
			shown = append(shown, pollenShown{in.Locale.Capital(in.Locale.Word(p.Plant)), in.Locale.Word(words[level]), level})
		}
	}
	slices.SortStableFunc(shown, func(a, b pollenShown) int { return b.Level - a.Level })
	return shown
}

// pollenLevel is 0 (none) to 4 (very high): people feel fewer grains of grasses than of trees.
func pollenLevel(p content.Pollen) int {
	bounds := []float64{0.5, 15, 90, 1500}
	switch p.Plant {
	case "grass":
		bounds = []float64{0.5, 5, 20, 200}
	case "mugwort", "ragweed":
		bounds = []float64{0.5, 10, 50, 500}
	}
	level := 0
	for level < len(bounds) && p.Grains >= bounds[level] {
		level++
	}
	return level
}

func drawAir(c *canvas, box image.Rectangle, a airShown) {
	if box.Dy() >= c.px(70) || a.Age != "" && box.Dy() >= c.px(50) {
		box = c.heading(a.Heading, box)
	}
	wide := box.Dx() >= c.px(380) && len(a.Pollen) > 0
	right := image.Rectangle{}
	if wide {
		right = image.Rect(box.Min.X+box.Dx()*56/100, box.Min.Y, box.Max.X, box.Max.Y)
		box.Max.X = right.Min.X - c.px(24)
	}
	y := drawAirIndex(c, box, a)
	if height := c.detailsHeight(); len(a.Details) > 0 && box.Max.Y-y >= c.px(18)+height {
		y += c.px(18)
		row := image.Rect(box.Min.X, y, box.Max.X, y+height)
		c.details(a.Details, row, max(40, c.px(56)))
		y = row.Max.Y
	}
	if !wide {
		right = image.Rect(box.Min.X, y+c.px(16), box.Max.X, box.Max.Y)
	}
	drawPollen(c, right, a)
}

// drawAirIndex writes the index and its words, and returns where what follows may begin.
func drawAirIndex(c *canvas, box image.Rectangle, a airShown) int {
	if a.Index == "" {
		return box.Min.Y - c.px(18)
	}
	height := min(box.Dy(), c.px(46))
	if rest := box.Dy() - c.px(18) - c.detailsHeight(); len(a.Details) > 0 && rest >= c.px(26) {
		height = min(height, rest)
	}
	number := c.amount(a.Index, "", false, box.Dx()/2, height, 64, 54, 46, 40, 34, 28, 22, 17)
	c.putAmount(number, box.Min.X, box.Min.Y)
	x := box.Min.X + number.width() + c.px(14)
	words := c.fitWords(a.Words, bold, c.sizes(22, 19, 17, 15, 13), box.Max.X-x, number.height())
	c.place(words, x, box.Min.Y+max(0, number.height()-words.height()), box.Max.X-x)
	return box.Min.Y + number.height()
}

// drawPollen writes plants below each other, each with a bar of four parts.
func drawPollen(c *canvas, box image.Rectangle, a airShown) {
	name, words := c.style(semiBold, 15), c.style(medium, 15)
	step := name.capHeight() + c.px(13)
	if len(a.Pollen) == 0 && a.None != "" && box.Dy() >= step {
		c.write(a.None, words, box.Min.X, box.Min.Y+name.capHeight(), box.Dx())
		return
	}
	part := c.px(16)
	bar := 4*part + 3*c.px(2)
	names := 0
	for _, p := range a.Pollen {
		names = max(names, c.type_.set(p.Plant, name, box.Dx(), 1).width)
	}
	y := box.Min.Y
	for _, p := range a.Pollen {
		if y+name.capHeight()+name.size/4 > box.Max.Y || names+c.px(12)+bar > box.Dx() {
			return
		}
		c.write(p.Plant, name, box.Min.X, y+name.capHeight(), names)
		x := box.Min.X + names + c.px(12)
		for i := range 4 {
			segment := image.Rect(x, y, x+part, y+name.capHeight())
			if i < p.Level {
				c.box(segment.Min.X, segment.Min.Y, segment.Dx(), segment.Dy(), true)
			} else {
				c.shade(segment, shadeMiddle)
			}
			x += part + c.px(2)
		}
		x += c.px(8)
		if text := c.type_.set(p.Words, words, max(0, box.Max.X-x), 1); !text.truncated {
			c.place(text, x, y, text.width)
		}
		y += step
	}
}
