package render

import (
	"image"
	"time"

	"personalcms/content"
)

// newsWidget is headlines between rules.
func newsWidget() Kind {
	return kindOf(Kind{
		Name: "news", Title: "News", Hint: "Headlines of one or several sources; without a source those of the device’s categories.",
		Options: []Option{
			{Name: "count", Title: "How many at most", Type: "number", Default: "4", Min: 1, Max: 20, Hint: "Fewer are shown where there is no room; 1 is one in large letters."},
			{Name: "summary", Title: "Show the first lines of the story", Type: "check", Default: "false"},
			{Name: "source", Title: "Name where and when", Type: "check", Default: "false"},
			{Name: "from", Title: "From", Type: "category", Hint: "Without a source. None ticked: as chosen for the device."},
			everyOption("60"),
		},
		Needs: Needs{Sources: []string{content.KindFeed, content.KindJSON, content.KindPush, content.KindText}, Many: true, Category: "news"},
		Cells: image.Pt(9, 10), Least: image.Pt(150, 70),
	}, seeNews, drawNews)
}

// newsShown is headlines as they are printed, the first the most important.
type newsShown struct {
	Heading string
	Stories []story
}

type story struct {
	Title   string
	Summary string
	Meta    string // where and when
}

func seeNews(in Input) view {
	shown := newsShown{Heading: in.heading(in.Locale.Word("news"))}
	count := max(1, in.Options.Int("count"))
	if len(in.Sources) == 0 {
		for _, item := range in.Items[:min(count, len(in.Items))] {
			shown.Stories = append(shown.Stories, in.story(item, ""))
		}
		if len(shown.Stories) == 0 {
			return nothing(in.Locale.Word("no items"))
		}
		return shows(shown).to(earlier(in.nextItem(), midnight(in.Now)))
	}
	if _, missing := in.source(); missing != nil {
		return *missing
	}
	// Sources take turns, so that a busy one does not push out the others.
	for i := 0; len(shown.Stories) < count; i++ {
		more := false
		for _, source := range in.Sources {
			if i < len(source.Feed.Items) && len(shown.Stories) < count {
				more = true
				if s := in.story(source.Feed.Items[i], source.Name); s.Title != "" {
					shown.Stories = append(shown.Stories, s)
				}
			}
		}
		if !more {
			break
		}
	}
	if len(shown.Stories) == 0 {
		return nothing(in.Locale.Word("no items"))
	}
	return shows(shown).to(midnight(in.Now))
}

// story is an item as a headline.
func (in Input) story(item content.Item, source string) story {
	s := story{Title: item.Title, Summary: item.Summary}
	if s.Summary == "" {
		s.Summary = item.Text
	}
	if s.Title == "" {
		s.Title, s.Summary = s.Summary, ""
	}
	if !in.Options.Is("summary") || s.Summary == s.Title {
		s.Summary = ""
	}
	if in.Options.Is("source") {
		s.Meta = joinDot(source, in.when(item.Published))
	}
	return s
}

// when is the time of something today, else its day; a panel that hangs for hours cannot say "5 min ago".
func (in Input) when(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(in.Now.Location())
	switch {
	case dayOf(t, 0).Equal(dayOf(in.Now, 0)):
		return in.Locale.Time(t)
	case in.Locale.Relative(t, in.Now) != "":
		return in.Locale.Relative(t, in.Now)
	}
	return in.Locale.DayMonth(t)
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// newsLevel is how generously headlines are set, at 800×480.
type newsLevel struct {
	title, text int
	lines       int // of summary
	gap         int // above and below each rule
}

func newsLevels() []newsLevel {
	return []newsLevel{{28, 17, 3, 20}, {22, 17, 3, 17}, {22, 15, 2, 17}, {19, 15, 2, 15}, {17, 15, 2, 14}, {17, 15, 1, 14}, {17, 15, 0, 14}, {17, 15, 0, 8}}
}

func drawNews(c *canvas, box image.Rectangle, n newsShown) {
	box = c.heading(n.Heading, box)
	if len(n.Stories) > 1 {
		var best newsRows
		for _, level := range newsLevels() {
			rows := setNews(c, box, n.Stories, level)
			if len(rows.titles) == len(n.Stories) && !rows.cut {
				rows.draw(c, box)
				return
			}
			if len(rows.titles) >= len(best.titles) {
				best = rows
			}
		}
		if len(best.titles) > 1 {
			best.draw(c, box)
			return
		}
	}
	drawStory(c, box, n.Stories[0])
}

// newsRows are headlines that fit a box.
type newsRows struct {
	titles, summaries []block
	metas             []string
	heights           []int
	meta              style
	gap               int  // above and below each rule
	cut               bool // a headline is cut off
}

func setNews(c *canvas, box image.Rectangle, stories []story, level newsLevel) newsRows {
	rows := newsRows{meta: c.style(medium, min(level.text, 15)), gap: c.px(level.gap)}
	title, text := c.style(semiBold, level.title), c.style(medium, level.text)
	y := 0
	for _, s := range stories {
		set := c.type_.balance(s.Title, title, box.Dx(), 3)
		height, summary := set.height(), block{}
		if s.Summary != "" && level.lines > 0 {
			summary = c.type_.balance(s.Summary, text, box.Dx(), level.lines)
			height += c.px(4) + text.lineHeight() - text.capHeight() + summary.height()
		}
		if s.Meta != "" {
			height += rows.meta.lineHeight() + c.px(2)
		}
		if y+height > box.Dy() {
			break
		}
		y += height + 2*rows.gap + c.px(5)
		rows.titles, rows.summaries = append(rows.titles, set), append(rows.summaries, summary)
		rows.metas, rows.heights = append(rows.metas, s.Meta), append(rows.heights, height)
		rows.cut = rows.cut || set.truncated
	}
	return rows
}

func (rows newsRows) draw(c *canvas, box image.Rectangle) {
	y := box.Min.Y
	for i, title := range rows.titles {
		if i > 0 {
			// Letters hang below their line, so the rule is nearer to the next one's capitals.
			c.rule(box.Min.X, y-rows.gap, box.Dx(), c.px(1))
		}
		c.place(title, box.Min.X, y, box.Dx())
		if summary := rows.summaries[i]; len(summary.lines) > 0 {
			c.place(summary, box.Min.X, y+title.height()+c.px(4)+summary.style.lineHeight()-summary.style.capHeight(), box.Dx())
		}
		if rows.metas[i] != "" {
			c.write(rows.metas[i], rows.meta, box.Min.X, y+rows.heights[i], box.Dx())
		}
		y += rows.heights[i] + 2*rows.gap + c.px(5)
	}
}

// drawStory is one headline in large letters.
func drawStory(c *canvas, box image.Rectangle, s story) {
	meta := c.style(medium, 15)
	if s.Meta != "" && box.Dy() > c.px(80) {
		c.write(s.Meta, meta, box.Min.X, box.Max.Y, box.Dx())
		box.Max.Y -= c.px(30)
	}
	room := box.Dy()
	if s.Summary != "" && room > c.px(120) {
		room = room * 55 / 100
	}
	title := c.type_.fit(s.Title, bold, c.sizes(64, 52, 46, 40, 34, 28, 22, 19, 17, 15, 13), box.Dx(), room)
	c.place(title, box.Min.X, box.Min.Y, box.Dx())
	if s.Summary == "" || room == box.Dy() {
		return
	}
	y := box.Min.Y + title.height() + title.style.size/3 + c.px(14)
	if box.Max.Y-y > c.px(14) {
		c.place(c.type_.fit(s.Summary, medium, c.sizes(28, 22, 19, 17, 15), box.Dx(), box.Max.Y-y), box.Min.X, y, box.Dx())
	}
}
