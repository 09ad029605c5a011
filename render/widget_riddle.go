package render

import (
	"image"
)

// riddleWidget is a question; its answer stands on its head, or comes with the next question.
func riddleWidget() Kind {
	return kindOf(Kind{
		Name: "riddle", Title: "Riddle", Hint: "One riddle at a time.",
		Options: []Option{
			{Name: "answer", Title: "Its answer", Type: "choice", Default: "upside-down", Choices: []Choice{
				{"upside-down", "In small print, upside down"}, {"later", "Later, beside the next riddle"}, {"none", "Not at all"},
			}},
			{Name: "from", Title: "From", Type: "category", Hint: "None ticked: as chosen for the device."},
			everyOption("60"),
		},
		Needs: Needs{Category: "riddles"},
		Cells: image.Pt(24, 2), Least: image.Pt(180, 44),
	}, seeRiddle, drawRiddle)
}

// riddleShown is a riddle as it is printed.
type riddleShown struct {
	Heading  string
	Question string
	Answer   string // printed upside down
	Last     string // question before this one, with its answer in After
	After    string
}

func seeRiddle(in Input) view {
	if len(in.Items) == 0 {
		return nothing(in.Locale.Word("no items"))
	}
	item := in.Items[0]
	shown := riddleShown{Heading: in.heading(in.Locale.Word("riddle")), Question: item.Question}
	if shown.Question == "" {
		shown.Question = item.Text
	}
	switch in.Options.Text("answer") {
	case "upside-down":
		shown.Answer = item.Answer
	case "later":
		if len(in.Before) > 0 {
			shown.Last, shown.After = in.Before[0].Question, in.Locale.Word("answer")+": "+in.Before[0].Answer
		}
	}
	return shows(shown).to(in.nextItem())
}

func drawRiddle(c *canvas, box image.Rectangle, r riddleShown) {
	if box.Dy() >= c.px(84) {
		box = c.heading(r.Heading, box)
		drawHighRiddle(c, box, r)
		return
	}
	right := c.type_.balance(r.Answer, c.style(semiBold, 16), box.Dx()/3, 2)
	if r.Last != "" {
		right = c.type_.balance(r.After, c.style(medium, 15), box.Dx()/3, 2)
	}
	room := box.Dx()
	if right.width > 0 {
		room -= right.width + c.px(32)
	}
	question := c.type_.fit("“"+r.Question+"”", semiBold, c.sizes(28, 22, 19, 17, 15, 13), room, box.Dy())
	c.place(question, box.Min.X, box.Min.Y+(box.Dy()-question.height())/2, room)
	y := box.Min.Y + (box.Dy()-right.height())/2
	if r.Answer != "" {
		c.placeTurned(right, box.Max.X-right.width, y)
		return
	}
	c.place(right, box.Max.X-right.width, y, right.width)
}

// drawHighRiddle has the question above and the answer below it on the right, or the last riddle below a rule.
func drawHighRiddle(c *canvas, box image.Rectangle, r riddleShown) {
	small := c.style(semiBold, 17)
	if box.Dx() < c.px(260) {
		small = c.style(semiBold, 15)
	} else if box.Dx() >= c.px(420) && box.Dy() >= c.px(200) {
		small = c.style(semiBold, 22)
	}
	question := box
	switch {
	case r.Answer != "":
		answer := c.type_.balance(r.Answer, small, box.Dx()*3/4, 2)
		// Letters on their head hang upwards.
		question.Max.Y -= answer.height() + c.px(32)
		c.placeTurned(answer, box.Max.X-answer.width, box.Max.Y-answer.height())
	case r.Last != "" && box.Dy() > c.px(100):
		last := c.type_.set(r.Last, style{weight: medium, size: small.size}, box.Dx(), 1)
		after := c.type_.set(r.After, small, box.Dx(), 1)
		y := box.Max.Y - small.lineHeight() - small.capHeight()
		c.place(last, box.Min.X, y, box.Dx())
		c.place(after, box.Min.X, y+small.lineHeight(), box.Dx())
		c.rule(box.Min.X, y-c.px(15), box.Dx(), c.px(1))
		question.Max.Y = y - c.px(38)
	}
	text := c.type_.fit(r.Question, bold, c.sizes(64, 52, 46, 40, 34, 28, 22, 19, 17, 15, 13), question.Dx(), question.Dy())
	c.place(text, question.Min.X, question.Min.Y, question.Dx())
}
