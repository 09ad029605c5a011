package render

import (
	"image"
	"strconv"
)

func drawAgenda(c *canvas, box image.Rectangle, a agendaShown) {
	box = c.heading(a.Heading, box)
	switch {
	case a.Calm != "" && !a.Week:
		c.calm(a.Calm, box)
		return
	case a.Week && box.Dx() >= c.px(600) && box.Dy() >= c.px(110):
		drawWeek(c, box, a)
		return
	case a.Calm != "":
		c.calm(a.Calm, box)
		return
	}
	largest := box.Dy()
	if a.Status.Title != "" {
		box, largest = drawAgendaStatus(c, box, a.Status, len(a.Days) > 0)
	}
	drawAgendaDays(c, box, a, largest*2/3)
}

// drawAgendaStatus writes the large words and returns what is left below them, and their size.
func drawAgendaStatus(c *canvas, box image.Rectangle, s agendaStatus, follows bool) (image.Rectangle, int) {
	share := box.Dy()
	if follows && box.Dy() > c.px(110) {
		share = box.Dy() * 45 / 100
	}
	below := c.style(semiBold, 19)
	if share < c.px(80) {
		below = c.style(semiBold, 15)
	}
	room := share
	if s.Below != "" {
		room -= below.lineHeight() + c.px(6)
	}
	title := c.type_.fit(s.Title, extraBold, c.sizes(64, 46, 34, 28, 22, 19, 17, 15), box.Dx(), max(room, c.px(12)))
	c.place(title, box.Min.X, box.Min.Y, box.Dx())
	y := box.Min.Y + title.height()
	if s.Below != "" && room >= title.height() {
		y += c.px(14) + title.style.size/5 + below.capHeight()
		c.write(s.Below, below, box.Min.X, min(y, box.Max.Y), box.Dx())
	}
	if !follows {
		box.Min.Y = box.Max.Y
		return box, title.style.size
	}
	y += c.px(16) + title.style.size/8
	if y+c.px(30) < box.Max.Y {
		c.rule(box.Min.X, y, box.Dx(), c.px(2))
	}
	box.Min.Y = min(box.Max.Y, y+c.px(20))
	return box, title.style.size
}

// agendaLevel is how generously an agenda is set.
type agendaLevel struct {
	title, below int // sizes at 800×480; below 0 = places are left out
	lines        int // a title may have
	columns      int
}

func agendaLevels() []agendaLevel {
	return []agendaLevel{
		{34, 19, 2, 1},
		{28, 17, 2, 1},
		{28, 17, 3, 2},
		{22, 17, 3, 1},
		{22, 17, 3, 2},
		{19, 15, 2, 1},
		{19, 15, 2, 2},
		{17, 15, 2, 1},
		{17, 15, 1, 1},
		{17, 15, 1, 2},
		{17, 15, 1, 3},
		{17, 0, 1, 1},
		{17, 0, 1, 2},
		{17, 0, 1, 3},
		{15, 13, 2, 1},
		{15, 0, 1, 1},
	}
}

// agendaColumn is the least width of one of several columns, at 800×480.
const agendaColumn = 220

// agendaNarrow is the width below which times stand before the titles instead of in a column.
const agendaNarrow = 140

// drawAgendaDays draws the days at the most generous level at which all of them fit; where none does, those that
// find no room are counted. Titles larger than some pixels would outdo what stands above them.
func drawAgendaDays(c *canvas, box image.Rectangle, a agendaShown, largest int) {
	var last *agendaFlow
	for _, level := range agendaLevels() {
		if level.columns > 1 && box.Dx() < level.columns*c.px(agendaColumn) || level.title > 17 && c.px(level.title) > largest {
			continue
		}
		flow := newAgendaFlow(c, box, level)
		flow.fill(a.Days)
		roomy := !flow.cut && flow.titleWidth() >= c.px(9*level.title/2)
		if flow.left == 0 && (roomy || level.lines == 1) {
			flow.balanced(a.Days).draw(a.More)
			return
		}
		// Of those that do not suffice the one that shows most is kept.
		if last == nil || flow.left < last.left || flow.left == last.left && last.cut && !flow.cut {
			last = flow
		}
	}
	last.draw(a.More)
}

// agendaFlow sets days into columns.
type agendaFlow struct {
	c           *canvas
	box         image.Rectangle
	level       agendaLevel
	title, time style
	below       style
	times       int // width of the column of times
	rows        []agendaRow
	column, y   int
	left        int  // entries that found no room
	cut         bool // a title is cut off
}

// agendaRow is a caption or an entry at its place.
type agendaRow struct {
	x, y    int
	caption string
	entry   agendaEntry
	title   block
	below   block
}

func newAgendaFlow(c *canvas, box image.Rectangle, level agendaLevel) *agendaFlow {
	f := &agendaFlow{c: c, box: box, level: level, title: c.style(semiBold, level.title), time: c.style(bold, level.title), below: c.style(medium, max(level.below, 13))}
	f.time.figures = true
	return f
}

func (f *agendaFlow) gap() int   { return f.c.px(26) }
func (f *agendaFlow) width() int { return (f.box.Dx() - (f.level.columns-1)*f.gap()) / f.level.columns }
func (f *agendaFlow) x() int     { return f.box.Min.X + f.column*(f.width()+f.gap()) }

func (f *agendaFlow) titleWidth() int { return f.width() - f.times }

// fill places days until there is no room, and counts the entries after that.
func (f *agendaFlow) fill(days []agendaDay) {
	for _, day := range days {
		for _, entry := range day.Entries {
			f.times = max(f.times, f.c.type_.set(entry.Time, f.time, f.box.Dx(), 1).width)
		}
	}
	f.times = min(f.times, f.width()/2) + f.c.px(4+f.level.title/2)
	if f.width() < f.c.px(agendaNarrow) {
		f.times = 0
	}
	f.y = f.box.Min.Y
	for _, day := range days {
		for i, entry := range day.Entries {
			if f.left > 0 || !f.add(day.Name, i == 0, entry) {
				f.left++
			}
		}
	}
}

// balanced is the flow with columns of about the same height.
func (f *agendaFlow) balanced(days []agendaDay) *agendaFlow {
	best := f
	for step := f.c.px(12); f.level.columns > 1; {
		box := best.box
		box.Max.Y -= step
		shorter := newAgendaFlow(f.c, box, f.level)
		shorter.fill(days)
		if shorter.left > 0 || box.Dy() < step {
			break
		}
		best = shorter
	}
	return best
}

// add places an entry, under its day's name where it is the first of the day or of a column.
func (f *agendaFlow) add(name string, first bool, entry agendaEntry) bool {
	if f.times == 0 {
		entry.Title, entry.Time, entry.Now = entry.Time+" "+entry.Title, "", false
	}
	row := agendaRow{entry: entry, title: f.c.type_.balance(entry.Title, f.title, f.titleWidth(), f.level.lines)}
	height := row.title.height()
	if f.level.below > 0 && entry.Below != "" {
		row.below = f.c.type_.set(entry.Below, f.below, f.titleWidth(), 1)
		height += f.below.lineHeight()
	}
	for f.column < f.level.columns {
		top, y := f.y == f.box.Min.Y, f.y
		named := name != "" && (first || top)
		if named {
			if !top {
				y += f.c.px(8)
			}
			y += f.c.style(bold, 13).capHeight() + f.c.px(18)
		}
		if y+height <= f.box.Max.Y {
			if named {
				f.rows = append(f.rows, agendaRow{x: f.x(), y: y - f.c.px(18), caption: name})
			}
			row.x, row.y = f.x(), y
			f.rows = append(f.rows, row)
			f.cut = f.cut || row.title.truncated
			f.y = y + height + f.between()
			return true
		}
		f.column, f.y = f.column+1, f.box.Min.Y
	}
	return false
}

// between is the white between the last line of an entry and the capitals of the next.
func (f *agendaFlow) between() int { return f.c.px(8 + f.level.title*5/8) }

func (f *agendaFlow) draw(more string) {
	counted := f.left > 0 && f.makeRoomForMore()
	for _, row := range f.rows {
		if row.caption != "" {
			f.c.caption(row.caption, row.x, row.y, f.width())
			continue
		}
		f.drawEntry(row)
	}
	if counted {
		s := f.c.style(semiBold, 15)
		x, y := f.box.Min.X+(f.level.columns-1)*(f.width()+f.gap()), f.box.Max.Y
		if row := f.rows[len(f.rows)-1]; row.x == x { // right below the last entry, as one more
			y = min(y, row.y+f.rowHeight(row)+f.between()+s.capHeight())
		}
		f.c.write("+"+strconv.Itoa(f.left)+" "+more, s, x, y, f.width())
	}
}

// makeRoomForMore takes away the last rows until the line that counts the rest has its place. It fails where
// there is room for one entry only, which says more than a count.
func (f *agendaFlow) makeRoomForMore() bool {
	limit := f.box.Max.Y - f.c.style(semiBold, 15).capHeight() - f.c.px(10)
	last := f.box.Min.X + (f.level.columns-1)*(f.width()+f.gap())
	for n := len(f.rows); n > 0; n = len(f.rows) {
		row := f.rows[n-1]
		if row.x < last || row.caption == "" && row.y+f.rowHeight(row) <= limit {
			return true
		}
		if n < 2 || n == 2 && f.rows[0].caption != "" {
			return false
		}
		if row.caption == "" {
			f.left++
		}
		f.rows = f.rows[:n-1]
	}
	return false
}

func (f *agendaFlow) rowHeight(row agendaRow) int {
	height := row.title.height()
	if len(row.below.lines) > 0 {
		height += f.below.lineHeight()
	}
	return height
}

func (f *agendaFlow) drawEntry(row agendaRow) {
	c, x := f.c, row.x+f.times
	clock := c.type_.set(row.entry.Time, f.time, f.times, 1)
	if row.entry.Now {
		pad := c.px(4)
		c.stress(row.x-pad, row.y-pad, clock.width+2*pad, f.time.capHeight()+2*pad)
		c.placeStressed(clock, row.x, row.y, clock.width)
	} else {
		c.place(clock, row.x, row.y, clock.width)
	}
	c.place(row.title, x, row.y, f.titleWidth())
	if len(row.below.lines) > 0 {
		c.place(row.below, x, row.y+row.title.height()+f.below.lineHeight()-f.below.capHeight(), f.titleWidth())
	}
}
