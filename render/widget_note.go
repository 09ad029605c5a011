package render

import (
	"image"
	"slices"
	"strings"

	"golang.org/x/image/math/fixed"
)

// noteWidget is its owner's own text.
func noteWidget() Kind {
	return kindOf(Kind{
		Name: "note", Title: "Note", Hint: "Your own text, as large as it fits.",
		Options: []Option{
			{Name: "text", Title: "Text", Type: "lines", Hint: "# heading, **bold**, - list, - [ ] check box, --- line"},
			{Name: "size", Title: "Letters", Type: "choice", Default: "fit", Choices: []Choice{{"fit", "As large as they fit"}, {"small", "Small"}, {"medium", "Medium"}}},
		},
		Cells: image.Pt(9, 6), Least: image.Pt(90, 40),
	}, seeNote, drawNote)
}

// noteShown is a note in lines.
type noteShown struct {
	Heading string
	Lines   []noteLine
	Sizes   []int // the body may have, at 800×480
}

func seeNote(in Input) view {
	shown := noteShown{Heading: in.heading(""), Lines: parseNote(in.Options["text"]), Sizes: []int{64, 52, 46, 40, 34, 28, 22, 19, 17, 15, 13}}
	if len(shown.Lines) == 0 {
		return nothing(in.Locale.Word("no note"))
	}
	switch in.Options.Text("size") {
	case "small":
		shown.Sizes = []int{17, 15, 13}
	case "medium":
		shown.Sizes = []int{22, 19, 17, 15, 13}
	}
	return shows(shown)
}

// noteBlock is a line of a note with its place below the first.
type noteBlock struct {
	line   noteLine
	text   block
	mark   block
	x, y   int // of the text
	height int
}

func drawNote(c *canvas, box image.Rectangle, n noteShown) {
	box = c.heading(n.Heading, box)
	var rows []noteBlock
	for _, size := range c.sizes(n.Sizes...) {
		var height int
		var cut bool
		rows, height, cut = setNote(c, n.Lines, size, box.Dx(), 0)
		if height <= box.Dy() && !cut {
			break
		}
	}
	for _, row := range rows {
		if row.y+row.height > box.Dy() {
			lines := 0
			if left := box.Dy() - row.y - row.text.style.capHeight(); left >= 0 && !row.line.Rule {
				lines = 1 + left/row.text.style.lineHeight()
				row.text = c.type_.set(row.line.Text+" …", row.text.style, box.Dx()-row.x, lines)
				drawNoteBlock(c, box, row)
			}
			return
		}
		drawNoteBlock(c, box, row)
	}
}

// setNote sets lines at one size of the body; cut tells that a word is wider than its column.
func setNote(c *canvas, lines []noteLine, size, width, y int) (rows []noteBlock, height int, cut bool) {
	for i, line := range lines {
		row := noteBlock{line: line}
		s := style{weight: semiBold, size: size}
		if line.Bold {
			s.weight = extraBold
		}
		if line.Level > 0 {
			s.weight, s.size = extraBold, headingSize(size, line.Level)
		}
		if i > 0 {
			y += noteGap(lines[i-1], line, size)
		}
		row.y = y
		if line.Rule {
			row.height = c.px(2)
			rows, y = append(rows, row), y+row.height
			continue
		}
		row.x = min(line.Indent*size*5/4, width/3)
		if line.Mark != "" {
			s.figures = true
			row.mark = c.type_.set(line.Mark, s, size*3, 1)
			s.figures = false
			row.x += max(size*4/3, row.mark.width+size/3)
		}
		row.text = c.noteText(line, s, width-row.x)
		cut = cut || row.text.width > width-row.x
		row.height = max(row.text.height(), s.capHeight())
		rows, y = append(rows, row), y+row.height
	}
	return rows, y, cut
}

// noteText sets a line, its bold words in their weight. Mixed weights are for what is read from the left.
func (c *canvas) noteText(line noteLine, s style, width int) block {
	plain := c.type_.balance(line.Text, s, width, 0)
	words := strings.Fields(line.Text)
	if line.Level > 0 || len(line.Strong) != len(words) || plain.rtl {
		return plain
	}
	heavy := s
	heavy.weight = extraBold
	blank := c.type_.set("a a", s, width, 1).width - c.type_.set("aa", s, width, 1).width
	set := block{style: s}
	for i, word := range words {
		as := s
		if line.Strong[i] {
			as = heavy
		}
		one := c.type_.set(word, as, width, 1)
		if len(one.lines) == 0 {
			continue
		}
		last := len(set.lines) - 1
		if last < 0 || set.lines[last].width+blank+one.width > width {
			set.lines, last = append(set.lines, lineOf(one)), last+1
		} else {
			set.lines[last] = joined(set.lines[last], blank, one.lines[0])
		}
		set.width = max(set.width, set.lines[last].width)
	}
	return set
}

func lineOf(one block) line {
	return line{runs: slices.Clone(one.lines[0].runs), width: one.lines[0].width}
}

// joined is two lines side by side with a blank between them; neither is changed.
func joined(a line, blank int, b line) line {
	out := line{runs: append(slices.Clone(a.runs), b.runs...), width: a.width + blank + b.width}
	at := len(a.runs) - 1
	glyphs := slices.Clone(out.runs[at].Glyphs)
	total := fixed.I(0)
	for _, run := range a.runs {
		for _, glyph := range run.Glyphs {
			total += glyph.Advance
		}
	}
	// Each word begins on a whole pixel.
	glyphs[len(glyphs)-1].Advance += fixed.I(a.width+blank) - total
	out.runs[at].Glyphs = glyphs
	return out
}

func headingSize(size, level int) int {
	switch level {
	case 1:
		return size * 3 / 2
	case 2:
		return size * 5 / 4
	}
	return size
}

// noteGap is the white between two lines of a note: entries of a list stand closer than paragraphs.
func noteGap(above, below noteLine, size int) int {
	switch {
	case above.Rule || below.Rule:
		return size * 3 / 4
	case below.Level > 0:
		return size * 5 / 4
	case above.Level > 0:
		return size * 7 / 8
	}
	return size * 9 / 16
}

func drawNoteBlock(c *canvas, box image.Rectangle, row noteBlock) {
	x, y := box.Min.X+row.x, box.Min.Y+row.y
	if row.line.Rule {
		c.rule(box.Min.X, y, box.Dx(), row.height)
		return
	}
	c.place(row.text, x, y, box.Dx()-row.x)
	size, left := row.text.style.size, x-row.text.style.size*4/3
	if row.text.style.size == 0 {
		size = row.mark.style.size
	}
	switch {
	case row.line.Box != "":
		drawCheckBox(c, left, y, style{size: size}.capHeight(), row.line.Box == "done")
		if row.line.Box == "done" {
			c.strike(row.text, x, y)
		}
	case row.line.Mark == "•":
		dot := max(2, size/5)
		c.box(left+dot/2, y+(style{size: size}.capHeight()-dot)/2, dot, dot, true)
	case row.line.Mark != "":
		c.place(row.mark, x-row.mark.width-size/3, y, row.mark.width)
	}
}

// drawCheckBox draws a square, with a tick in it if what it stands for is done.
func drawCheckBox(c *canvas, x, y, size int, done bool) {
	line := max(1, size/8)
	c.box(x, y, size, size, true)
	if !done {
		c.box(x+line, y+line, size-2*line, size-2*line, false)
		return
	}
	c.setInk(false)
	c.SetLineWidth(max(1.5, float64(size)/7))
	f, left, top := float64(size), float64(x), float64(y)
	c.MoveTo(left+f*0.22, top+f*0.52)
	c.LineTo(left+f*0.43, top+f*0.72)
	c.LineTo(left+f*0.78, top+f*0.28)
	c.Stroke()
}

// strike draws a line through each line of placed text.
func (c *canvas) strike(b block, x, y int) {
	thick := max(1, b.style.size/14)
	for i, l := range b.lines {
		c.box(x, y+b.style.capHeight()*11/20+i*b.style.lineHeight(), l.width, thick, true)
	}
}
