package render

import (
	"image"
	"strconv"
)

// titleWidget is a line of text, with a rule below it if its owner wants one.
func titleWidget() Kind {
	return kindOf(Kind{
		Name: "title", Title: "Title", Hint: "A line of your own words.",
		Options: []Option{
			{Name: "text", Title: "Text", Type: "text", Hint: "Leave empty for the device’s name."},
			{Name: "style", Title: "Letters", Type: "choice", Default: "large", Choices: []Choice{{"large", "As large as they fit"}, {"capitals", "Small capitals"}}},
			{Name: "align", Title: "Where", Type: "choice", Default: "left", Choices: []Choice{{"left", "On the left"}, {"middle", "In the middle"}}},
			{Name: "rule", Title: "A line below it", Type: "check", Default: "false"},
		},
		Cells: image.Pt(12, 2), Least: image.Pt(100, 30),
	}, seeTitle, drawTitle)
}

// titleShown is a line of text as it is printed.
type titleShown struct {
	Heading, Text          string
	Capitals, Middle, Rule bool
}

func seeTitle(in Input) view {
	shown := titleShown{
		Heading: in.heading(""), Text: in.Options.Text("text"), Rule: in.Options.Is("rule"),
		Capitals: in.Options.Text("style") == "capitals", Middle: in.Options.Text("align") == "middle",
	}
	if shown.Text == "" {
		shown.Text = in.Device.Name
	}
	return shows(shown)
}

func drawTitle(c *canvas, box image.Rectangle, t titleShown) {
	box = c.heading(t.Heading, box)
	room := box.Dy()
	if t.Rule {
		room -= c.px(12)
	}
	var text block
	if t.Capitals {
		s := c.style(bold, 13)
		if box.Dy() >= c.px(40) {
			s = c.style(bold, 17)
		}
		s.tracking = c.px(1)
		text = c.type_.set(upper(t.Text), s, box.Dx(), 1)
	} else {
		text = c.type_.fit(t.Text, extraBold, c.sizes(96, 76, 64, 46, 34, 28, 22, 17, 13), box.Dx(), max(room, 1))
	}
	height := text.height()
	if t.Rule {
		height += c.px(10) + text.style.size/4
	}
	x, y := box.Min.X, box.Min.Y+max(0, (box.Dy()-height)/2)
	if t.Middle {
		x += (box.Dx() - text.width) / 2
		c.place(text, x, y, text.width)
	} else {
		c.place(text, x, y, box.Dx())
	}
	if t.Rule {
		c.rule(box.Min.X, min(y+height, box.Max.Y)-c.px(2), box.Dx(), c.px(2))
	}
}

// dividerWidget is a line along the longer side of its box.
func dividerWidget() Kind {
	return kindOf(Kind{
		Name: "divider", Title: "Divider", Hint: "A line, across or upright as its box is.",
		Options: []Option{{Name: "thickness", Title: "Thickness in pixels", Type: "number", Default: "2", Min: 1, Max: 6}},
		Cells:   image.Pt(8, 1), Least: image.Pt(6, 6), Bleeds: true,
	}, seeDivider, drawDivider)
}

func seeDivider(in Input) view { return shows(strconv.Itoa(max(1, in.Options.Int("thickness")))) }

func drawDivider(c *canvas, box image.Rectangle, thickness string) {
	n, _ := strconv.Atoi(thickness)
	line := min(c.px(n), box.Dx(), box.Dy())
	if box.Dx() >= box.Dy() {
		c.rule(box.Min.X, box.Min.Y+(box.Dy()-line)/2, box.Dx(), line)
		return
	}
	c.box(box.Min.X+(box.Dx()-line)/2, box.Min.Y, line, box.Dy(), true)
}
