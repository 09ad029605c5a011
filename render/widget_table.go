package render

import (
	"image"
	"strconv"

	"personalcms/content"

	"github.com/ohler55/ojg/jp"
)

// tableColumns is how many columns a table has at most.
const tableColumns = 5

// tableWidget is rows out of a JSON answer, such as a timetable.
func tableWidget() Kind {
	options := []Option{{Name: "rows", Title: "Path to the rows", Type: "text", Default: "$", Hint: "A JSONPath such as $.departures"}}
	for i := 1; i <= tableColumns; i++ {
		n := strconv.Itoa(i)
		options = append(options,
			Option{Name: "column" + n, Title: "Column " + n + ": path within a row", Type: "text", Hint: "Such as $.time"},
			Option{Name: "heading" + n, Title: "Column " + n + ": heading", Type: "text"})
	}
	return kindOf(Kind{
		Name: "table", Title: "Table", Hint: "Rows and columns from a JSON source, in the manner of a timetable.",
		Options: options,
		Needs:   Needs{Sources: []string{content.KindJSON, content.KindPush}},
		Cells:   image.Pt(12, 8), Least: image.Pt(150, 80),
	}, seeTable, drawTable)
}

// tableShown is a table as it is printed. Columns of numbers stand at the right.
type tableShown struct {
	Heading string
	Columns []tableColumn
}

type tableColumn struct {
	Heading string
	Right   bool
	Cells   []string
}

// mostRows is how many rows are looked at; no panel shows more.
const mostRows = 60

func seeTable(in Input) view {
	source, missing := in.source()
	if missing != nil {
		return *missing
	}
	doc, err := readDocument(source.Feed.Document)
	if err != nil {
		return nothing(in.Locale.Word("no data"))
	}
	x, err := parsePath(in.Options.Text("rows"))
	if err != nil {
		return nothing(in.Locale.Word("bad path") + ": " + in.Options.Text("rows"))
	}
	rows := find(x, doc.root)
	rows = rows[:min(len(rows), mostRows)]
	shown := tableShown{Heading: in.heading(source.Feed.Title)}
	for i := 1; i <= tableColumns; i++ {
		n := strconv.Itoa(i)
		path := in.Options.Text("column" + n)
		if path == "" {
			continue
		}
		x, err := parsePath(path)
		if err != nil {
			return nothing(in.Locale.Word("bad path") + ": " + path)
		}
		column := columnOfRows(in.Locale, x, rows)
		column.Heading = in.Options.Text("heading" + n)
		shown.Columns = append(shown.Columns, column)
	}
	if len(rows) == 0 || len(shown.Columns) == 0 {
		return nothing(in.Locale.Word("no data"))
	}
	return shows(shown)
}

func columnOfRows(l Locale, x jp.Expr, rows []any) tableColumn {
	column := tableColumn{Right: true}
	filled := false
	for _, row := range rows {
		text, isNumber := cell(l, first(x, row))
		column.Cells = append(column.Cells, text)
		if text != "" {
			filled = true
			column.Right = column.Right && isNumber
		}
	}
	column.Right = column.Right && filled
	return column
}

func drawTable(c *canvas, box image.Rectangle, t tableShown) {
	if box.Dy() >= c.px(96) {
		box = c.heading(t.Heading, box)
	}
	size := 17
	if box.Dx() < c.px(260) {
		size = 15
	}
	body, head := c.style(semiBold, size), c.style(semiBold, 13)
	body.figures = true
	headed := false
	for _, column := range t.Columns {
		headed = headed || column.Heading != ""
	}
	gap := c.px(18)
	widths := tableWidths(c, t, body, head, box.Dx(), gap)
	y := box.Min.Y
	if headed && box.Dy() >= c.px(70) {
		t.eachColumn(box.Min.X, widths, gap, func(column tableColumn, x, width int) {
			c.cell(column.Heading, head, column.Right, x, y, width)
		})
		y += head.capHeight() + c.px(8)
		c.rule(box.Min.X, y, box.Dx(), c.px(2))
		y += c.px(2) + c.px(11)
	}
	step := body.capHeight() + c.px(17)
	for row := range t.Columns[0].Cells {
		if y+body.capHeight()+body.size/4 > box.Max.Y {
			return
		}
		if row > 0 {
			c.rule(box.Min.X, y-c.px(9), box.Dx(), 1)
		}
		t.eachColumn(box.Min.X, widths, gap, func(column tableColumn, x, width int) {
			c.cell(column.Cells[row], body, column.Right, x, y, width)
		})
		y += step
	}
}

// eachColumn calls draw for every column that has room.
func (t tableShown) eachColumn(x int, widths []int, gap int, draw func(column tableColumn, x, width int)) {
	for i, width := range widths {
		draw(t.Columns[i], x, width)
		x += width + gap
	}
}

// cell writes one line at the left or the right of its column.
func (c *canvas) cell(text string, s style, right bool, x, y, width int) {
	b := c.type_.set(text, s, width, 1)
	if right {
		x += width - b.width
	}
	if right {
		width = b.width
	}
	c.place(b, x, y, width)
}

// tableWidths are the widths of as many columns as there is room for: each as wide as its widest cell, the widest
// of all gives or takes what is left.
func tableWidths(c *canvas, t tableShown, body, head style, room, gap int) []int {
	widths := make([]int, 0, len(t.Columns))
	for _, column := range t.Columns {
		width := c.type_.set(column.Heading, head, room, 1).width
		for _, text := range column.Cells[:min(len(column.Cells), 30)] {
			width = max(width, c.type_.set(text, body, room, 1).width)
		}
		widths = append(widths, max(width, 1))
	}
	const least = 44
	for {
		total, widest := (len(widths)-1)*gap, 0
		for i, width := range widths {
			total += width
			if width > widths[widest] && !t.Columns[i].Right {
				widest = i
			}
		}
		if widths[widest]+room-total >= min(c.px(least), widths[widest]) || len(widths) == 1 {
			widths[widest] = min(room, widths[widest]+room-total)
			return widths
		}
		widths = widths[:len(widths)-1]
	}
}
