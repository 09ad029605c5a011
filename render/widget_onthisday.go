package render

import (
	"image"
	"strconv"
	"strings"

	"personalcms/content"
)

// onThisDayWidget is what happened on this date in other years.
func onThisDayWidget() Kind {
	return kindOf(Kind{
		Name: "onthisday", Title: "On this day", Hint: "What happened on this date in another year, from a source whose items have a year.",
		Options: []Option{everyOption("180")},
		Needs:   Needs{Sources: []string{content.KindJSON, content.KindFeed, content.KindPush}},
		Cells:   image.Pt(12, 6), Least: image.Pt(170, 70),
	}, seeOnThisDay, drawOnThisDay)
}

// onThisDayShown is years and what happened in them; where there is room for one only, the first is shown.
type onThisDayShown struct {
	Heading string
	Events  []yearEvent
}

type yearEvent struct{ Year, Text string }

func seeOnThisDay(in Input) view {
	source, missing := in.source()
	if missing != nil {
		return *missing
	}
	shown := onThisDayShown{Heading: in.heading(in.Locale.Word("on this day"))}
	for _, item := range turned(source.Feed.Items, in.turn()) {
		if event := yearOf(item); event.Text != "" && len(shown.Events) < 5 {
			shown.Events = append(shown.Events, event)
		}
	}
	if len(shown.Events) == 0 {
		return nothing(in.Locale.Word("no items"))
	}
	return shows(shown).to(earlier(in.nextItem(), midnight(in.Now)))
}

// yearOf finds the year of an item: its title, the figures its text begins with, or its date.
func yearOf(item content.Item) yearEvent {
	text := item.Text
	if text == "" {
		text = item.Summary
	}
	if isYear(item.Title) && text != "" {
		return yearEvent{strings.TrimSpace(item.Title), text}
	}
	if text == "" {
		text = item.Title
	}
	first, rest, _ := strings.Cut(strings.TrimSpace(text), " ")
	if first = strings.TrimRight(first, ":,"); isYear(first) && rest != "" {
		return yearEvent{first, strings.TrimLeft(rest, "–—-: ")}
	}
	if !item.Published.IsZero() && item.Published.Year() > 0 {
		return yearEvent{strconv.Itoa(item.Published.Year()), text}
	}
	return yearEvent{"", text}
}

func isYear(text string) bool {
	n, err := strconv.Atoi(strings.TrimSpace(text))
	return err == nil && n > 0 && n < 3000
}

func drawOnThisDay(c *canvas, box image.Rectangle, o onThisDayShown) {
	box = c.heading(o.Heading, box)
	first := o.Events[0]
	if box.Dx() >= c.px(420) && box.Dy() >= c.px(220) && len(o.Events) > 1 {
		drawYears(c, box, o.Events)
		return
	}
	year := c.style(extraBold, 64)
	year.figures = true
	switch {
	case first.Year == "":
	case box.Dx() >= c.px(480) && box.Dy() < c.px(150) || box.Dx() >= c.px(340) && box.Dy() < c.px(80):
		year.size = min(year.size, max(smallest, box.Dy()))
		set := c.type_.set(first.Year, year, box.Dx()/2, 1)
		c.place(set, box.Min.X, box.Min.Y, set.width)
		box.Min.X += set.width + c.px(20)
	case box.Dy() >= c.px(110):
		year = c.style(extraBold, 46)
		if box.Dy() < c.px(130) || box.Dx() < c.px(200) {
			year = c.style(extraBold, 28)
		}
		year.figures = true
		c.write(first.Year, year, box.Min.X, box.Min.Y+year.capHeight(), box.Dx())
		box.Min.Y += year.capHeight() + c.px(10) + year.size/4
	default:
		first.Text = first.Year + ": " + first.Text
	}
	c.place(c.type_.fit(first.Text, semiBold, c.sizes(34, 28, 22, 19, 17, 15, 13), box.Dx(), box.Dy()), box.Min.X, box.Min.Y, box.Dx())
}

// drawYears lists years on the left and what happened beside them.
func drawYears(c *canvas, box image.Rectangle, events []yearEvent) {
	year, text := c.style(extraBold, 34), c.style(semiBold, 19)
	if box.Dx() >= c.px(600) {
		text = c.style(semiBold, 22)
	}
	year.figures = true
	column := c.type_.set("0000", year, box.Dx(), 1).width + c.px(22)
	y := box.Min.Y
	for i, event := range events {
		set := c.type_.balance(event.Text, text, box.Dx()-column, 3)
		height := max(set.height(), year.capHeight())
		if i > 0 {
			if y+c.px(36)+height > box.Max.Y {
				return
			}
			c.rule(box.Min.X, y+c.px(18), box.Dx(), c.px(1))
			y += c.px(36)
		}
		c.write(event.Year, year, box.Min.X, y+year.capHeight(), column)
		c.place(set, box.Min.X+column, y+max(0, (year.capHeight()-text.capHeight())/2), box.Dx()-column)
		y += height
	}
}
