package render

import (
	"image"
	"math"
	"slices"
)

// arrangement is a layout on a panel: how much lengths are scaled, and where each widget is.
type arrangement struct {
	scale  float64
	placed []placed
}

// arrange puts a layout on a panel. Where the panel has about the grid's shape and everything can still be
// read, the grid is stretched over it; else the widgets are laid out anew in their reading order, and those
// that find no room are left out, the layout's last first.
func arrange(l Layout, p Panel) arrangement {
	if l.KeepsGrid(p) {
		return stretched(l, p, gridScale(p))
	}
	return reflowed(l, p)
}

// KeepsGrid tells whether a layout is drawn on a panel as it stands on the grid; else its widgets are laid out
// anew there, and the cells it names say only their order and weight.
func (l Layout) KeepsGrid(p Panel) bool {
	shape := float64(p.Width) * 480 / (float64(p.Height) * 800)
	return shape > 0.7 && shape < 1.5 && stretched(l, p, gridScale(p)).readable(l)
}

// gridScale is how much lengths are scaled on a panel of about the grid's shape.
func gridScale(p Panel) float64 { return min(float64(p.Width)/800, float64(p.Height)/480) }

// stretched is the grid over the whole panel.
func stretched(l Layout, p Panel, scale float64) arrangement {
	a := arrangement{scale: scale}
	edge := float64(scaled(scale, l.Margin))
	width, height := float64(p.Width)-2*edge, float64(p.Height)-2*edge
	at := func(cells, of int, length float64) int {
		return int(math.Round(edge + length*float64(cells)/float64(of)))
	}
	for i, w := range l.Widgets {
		a.placed = append(a.placed, placed{index: i, border: w.Border, box: image.Rect(
			at(w.X, Columns, width), at(w.Y, Rows, height), at(w.X+w.W, Columns, width), at(w.Y+w.H, Rows, height),
		)})
	}
	return a
}

// readable tells whether every widget that could be read at 800×480 can be read here.
func (a arrangement) readable(l Layout) bool {
	for _, at := range a.placed {
		w := l.Widgets[at.index]
		least := least(w)
		// What its owner made small on purpose stays small.
		least.X, least.Y = min(least.X, w.W*800/Columns), min(least.Y, w.H*480/Rows)
		if float64(at.box.Dx()) < float64(least.X)*readableScale || float64(at.box.Dy()) < float64(least.Y)*readableScale {
			return false
		}
	}
	return true
}

// readableScale is how much smaller than at 800×480 a widget may become: its letters have a least size.
const readableScale = 0.75

func least(w Widget) image.Point {
	if kind, ok := KindNamed(w.Kind); ok {
		return kind.Least
	}
	return image.Point{}
}

// shelf is one row of a reflowed layout.
type shelf struct {
	group   int   // first widget of the rows on the grid that it comes from
	widgets []int // in their order
	widths  []int // that they need
	height  int   // the greatest that they need
	weight  int   // the greatest of their heights on the grid, in cells
}

func (s shelf) width() int {
	sum := 0
	for _, width := range s.widths {
		sum += width
	}
	return sum
}

// comforts are how much smaller than on the grid widgets may become when they are laid out anew; where they do not
// fit even so, fewer are shown rather than all of them crowded.
func comforts() []float64 { return []float64{1, 0.85, 0.7} }

// reflowed lays the widgets out in rows as wide as the panel: as many as fit, the layout's first before its last.
func reflowed(l Layout, p Panel) arrangement {
	scale := min(max(min(float64(p.Width)/480, float64(p.Height)/400), 0.55), 3)
	edge := scaled(scale, l.Margin)
	room := image.Rect(edge, edge, p.Width-edge, p.Height-edge)
	order := readingOrder(l)
	for {
		var shelves []shelf
		for _, comfort := range comforts() {
			shelves = shelve(l, order, room.Dx(), scale, comfort)
			if fits(shelves, room) {
				return arrangement{scale, stack(l, shelves, room)}
			}
		}
		if len(order) < 2 {
			return arrangement{scale, stack(l, shelves, room)}
		}
		order = withoutLast(order)
	}
}

// fits tells whether shelves find room below each other.
func fits(shelves []shelf, room image.Rectangle) bool {
	total := 0
	for _, s := range shelves {
		if s.width() > room.Dx() {
			return false
		}
		total += s.height
	}
	return total <= room.Dy()
}

// readingOrder is by rows, then columns; widgets without content of their own stay out.
func readingOrder(l Layout) []int {
	var order []int
	for i, w := range l.Widgets {
		if w.Kind != "divider" {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		if d := l.Widgets[a].Y - l.Widgets[b].Y; d != 0 {
			return d
		}
		return l.Widgets[a].X - l.Widgets[b].X
	})
	return order
}

// withoutLast drops the widget that is the layout's last.
func withoutLast(order []int) []int {
	last := slices.Index(order, slices.Max(order))
	return slices.Delete(slices.Clone(order), last, last+1)
}

// needs are the pixels that a widget wants when it is laid out anew. Of a low strip only the height counts: its
// words find room in any width.
func needs(w Widget, scale, comfort float64) image.Point {
	need := least(w)
	need.X, need.Y = min(need.X, w.W*800/Columns), min(need.Y, w.H*480/Rows)
	if w.H > 3 {
		need.X = max(need.X, int(comfort*float64(w.W)*800/Columns))
	}
	need.Y = max(need.Y, int(comfort*float64(w.H)*480/Rows))
	return image.Pt(scaled(scale, need.X), scaled(scale, need.Y))
}

// shelve fills rows one after the other. Widgets stand side by side only if they share rows of the grid, or did so
// with the first of those that did.
func shelve(l Layout, order []int, width int, scale, comfort float64) []shelf {
	var shelves []shelf
	for _, index := range order {
		w := l.Widgets[index]
		need := needs(w, scale, comfort)
		need.X = min(need.X, max(width, scaled(scale, least(w).X)))
		group := index
		if last := len(shelves) - 1; last >= 0 && overlaps(l.Widgets[shelves[last].group], w) {
			s := &shelves[last]
			group = s.group
			if s.width()+need.X <= width {
				s.widgets, s.widths = append(s.widgets, index), append(s.widths, need.X)
				s.height, s.weight = max(s.height, need.Y), max(s.weight, w.H)
				continue
			}
		}
		shelves = append(shelves, shelf{group, []int{index}, []int{need.X}, need.Y, w.H})
	}
	return shelves
}

// overlaps tells whether two widgets have rows in common.
func overlaps(a, b Widget) bool { return a.Y < b.Y+b.H && b.Y < a.Y+a.H }

// stack gives every shelf the height it needs and shares out the rest by its height on the grid; within a shelf
// widths go the same way. The borders of the grid make no sense any more: where the layout has any there are
// lines between all neighbours that are not told apart by black.
func stack(l Layout, shelves []shelf, room image.Rectangle) []placed {
	heights, weights := make([]int, len(shelves)), make([]int, len(shelves))
	for i, s := range shelves {
		heights[i], weights[i] = s.height, s.weight
	}
	spread(heights, weights, room.Dy())
	across, upright := lined(l, "top", "bottom"), lined(l, "left", "right")
	var all []placed
	y := room.Min.Y
	for i, s := range shelves {
		wide := make([]int, len(s.widgets))
		for j, index := range s.widgets {
			wide[j] = l.Widgets[index].W
		}
		widths := slices.Clone(s.widths)
		spread(widths, wide, room.Dx())
		x := room.Min.X
		for j, index := range s.widgets {
			at := placed{index: index, box: image.Rect(x, y, x+widths[j], y+heights[i]), border: []string{}}
			if across && i > 0 && !black(l, s) && !black(l, shelves[i-1]) {
				at.border = append(at.border, "top")
			}
			if upright && j > 0 && !l.Widgets[index].Dark && !l.Widgets[s.widgets[j-1]].Dark {
				at.border = append(at.border, "left")
			}
			all = append(all, at)
			x += widths[j]
		}
		y += heights[i]
	}
	return all
}

// lined tells whether any widget of a layout has a border on one of two sides.
func lined(l Layout, a, b string) bool {
	return slices.ContainsFunc(l.Widgets, func(w Widget) bool { return slices.Contains(w.Border, a) || slices.Contains(w.Border, b) })
}

// black tells whether all of a shelf is black.
func black(l Layout, s shelf) bool {
	return !slices.ContainsFunc(s.widgets, func(index int) bool { return !l.Widgets[index].Dark })
}

// spread makes lengths add up to total: what is over is given by weight, what is missing is taken alike.
func spread(lengths, weights []int, total int) {
	sum, weight := 0, 0
	for i := range lengths {
		sum, weight = sum+lengths[i], weight+max(1, weights[i])
	}
	rest, left := total-sum, total
	for i := range lengths {
		part := rest * max(1, weights[i]) / weight
		if rest < 0 {
			part = rest * lengths[i] / max(1, sum)
		}
		lengths[i] += part
		left -= lengths[i]
	}
	if n := len(lengths); n > 0 {
		lengths[n-1] += left
	}
}

func scaled(scale float64, length int) int { return int(float64(length)*scale + 0.5) }
