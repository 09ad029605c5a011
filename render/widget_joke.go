package render

import (
	"image"
	"time"
)

// jokeWidget is one joke, as large as it fits.
func jokeWidget() Kind {
	return kindOf(Kind{
		Name: "joke", Title: "Joke", Hint: "One joke at a time.",
		Options: []Option{{Name: "from", Title: "From", Type: "category", Hint: "None ticked: as chosen for the device."}, everyOption("60")},
		Needs:   Needs{Category: "jokes"},
		Cells:   image.Pt(15, 8), Least: image.Pt(180, 80),
	}, seeJoke, drawTextBlock)
}

// everyOption is how long one item stays.
func everyOption(minutes string) Option {
	return Option{Name: "every", Title: "Minutes until the next", Type: "number", Default: minutes, Min: 1, Max: 10_080}
}

// textBlock is a heading and a text.
type textBlock struct {
	Heading, Text, Foot string
	Weight              weight
	Sizes               []int // of the text at 800×480, the largest first
}

func seeJoke(in Input) view {
	if len(in.Items) == 0 {
		return nothing(in.Locale.Word("no items"))
	}
	return shows(textBlock{
		Heading: in.heading(in.Locale.Word("joke")), Text: in.Items[0].Text, Weight: bold, Sizes: []int{64, 52, 46, 40, 34, 28, 22, 19, 17, 15, 13},
	}).to(in.nextItem())
}

// nextItem is when the next item's turn comes.
func (in Input) nextItem() time.Time {
	every := time.Duration(max(1, in.Options.Int("every"))) * time.Minute
	return in.Now.Truncate(every).Add(every)
}

func drawTextBlock(c *canvas, box image.Rectangle, t textBlock) {
	box = c.heading(t.Heading, box)
	if t.Foot != "" && box.Dy() > c.px(80) {
		c.write(t.Foot, c.style(medium, 15), box.Min.X, box.Max.Y, box.Dx())
		box.Max.Y -= c.px(30)
	}
	c.place(c.type_.fit(t.Text, t.Weight, c.sizes(t.Sizes...), box.Dx(), box.Dy()), box.Min.X, box.Min.Y, box.Dx())
}
