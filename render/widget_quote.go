package render

import (
	"image"

	"personalcms/content"
)

// quoteWidget is a quotation in large letters and who said it.
func quoteWidget() Kind {
	return kindOf(Kind{
		Name: "quote", Title: "Quote", Hint: "One quotation at a time, of a source or of the device’s categories.",
		Options: []Option{{Name: "from", Title: "From", Type: "category", Hint: "Without a source. None ticked: as chosen for the device."}, everyOption("1440")},
		Needs:   Needs{Sources: []string{content.KindJSON, content.KindFeed, content.KindText, content.KindPush}, Category: "quotes"},
		Cells:   image.Pt(15, 6), Least: image.Pt(160, 70),
	}, seeQuote, drawQuote)
}

// quoteShown is a quotation without its marks.
type quoteShown struct {
	Heading, Text, Author string
}

func seeQuote(in Input) view {
	items, credit := in.Items, ""
	if len(in.Sources) > 0 {
		source, missing := in.source()
		if missing != nil {
			return *missing
		}
		credit = source.Credit
		items = turned(source.Feed.Items, in.turn())
	}
	if len(items) == 0 {
		return nothing(in.Locale.Word("no items"))
	}
	shown := quoteShown{Heading: in.heading(""), Text: unquoted(items[0].Text), Author: items[0].Author}
	if shown.Text == "" {
		shown.Text = unquoted(items[0].Title)
	} else if shown.Author == "" {
		shown.Author = items[0].Title
	}
	shown.Author = joinDot(shown.Author, credit)
	return shows(shown).to(in.nextItem())
}

// turn counts the items whose turn has been, by option "every".
func (in Input) turn() int {
	every := int64(max(1, in.Options.Int("every"))) * 60
	return int(in.Now.Unix() / every)
}

// turned are items beginning with the one whose turn it is.
func turned(items []content.Item, turn int) []content.Item {
	if len(items) == 0 {
		return nil
	}
	at := turn % len(items)
	return append(append([]content.Item{}, items[at:]...), items[:at]...)
}

// unquoted is text without the quotation marks around it.
func unquoted(text string) string {
	runes := []rune(text)
	if len(runes) > 2 && isQuotation(runes[0]) && isQuotation(runes[len(runes)-1]) {
		return string(runes[1 : len(runes)-1])
	}
	return text
}

func isQuotation(r rune) bool {
	switch r {
	case '"', '“', '”', '„', '«', '»':
		return true
	}
	return false
}

func drawQuote(c *canvas, box image.Rectangle, q quoteShown) {
	box = c.heading(q.Heading, box)
	text := box
	author := c.style(semiBold, 19)
	switch {
	case box.Dy() < c.px(160):
		author = c.style(semiBold, 15)
	case box.Dy() > c.px(300) && box.Dx() > c.px(500):
		author = c.style(semiBold, 28)
	}
	if q.Author != "" && box.Dy() >= c.px(50) {
		text.Max.Y -= author.capHeight() + author.size*3/4 + c.px(6)
	}
	// The mark hangs in its own column, so that the lines share their edge.
	mark := c.style(extraBold, 120)
	if box.Dx() < c.px(460) || box.Dy() < c.px(150) {
		mark = c.style(extraBold, 64)
	}
	sign := c.type_.set("“", mark, box.Dx(), 1)
	hang := sign.width + c.px(8)
	if box.Dx() < c.px(240) || box.Dy() < c.px(64) {
		hang, q.Text = 0, "“"+q.Text+"”"
	}
	text.Min.X += hang
	set := c.type_.fit(q.Text, semiBold, c.sizes(64, 52, 46, 40, 34, 28, 22, 19, 17, 15, 13), text.Dx(), text.Dy())
	below := 0
	if q.Author != "" && text.Max.Y < box.Max.Y {
		below = set.style.size*2/5 + author.size + author.capHeight()/2
	}
	top := text.Min.Y + max(0, (box.Dy()-set.height()-below)/2)
	if hang > 0 && !set.rtl {
		c.place(sign, box.Min.X, top, hang)
	}
	c.place(set, text.Min.X, top, text.Dx())
	if below > 0 {
		y := min(box.Max.Y, top+set.height()+below)
		c.write("— "+q.Author, author, text.Min.X, y, text.Dx())
	}
}
