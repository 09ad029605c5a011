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
// that find no room are left out, the smallest first.
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
		a.placed = append(a.placed, placed{i, image.Rect(
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
	widgets []int
	width   int // least widths of its widgets together
	height  int // the greatest of their least heights
	weight  int // the greatest of their areas, in cells
}

// reflowed lays the widgets out in rows as wide as the panel.
func reflowed(l Layout, p Panel) arrangement {
	scale := min(max(min(float64(p.Width)/480, float64(p.Height)/400), 0.55), 3)
	edge := scaled(scale, l.Margin)
	room := image.Rect(edge, edge, p.Width-edge, p.Height-edge)
	order := readingOrder(l)
	for len(order) > 1 {
		shelves := shelve(l, order, room.Dx(), scale)
		total := 0
		for _, s := range shelves {
			total += s.height
		}
		if total <= room.Dy() {
			break
		}
		order = withoutSmallest(l, order)
	}
	return arrangement{scale, stack(l, shelve(l, order, room.Dx(), scale), room)}
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

// withoutSmallest drops the widget with the least area, the last of equals.
func withoutSmallest(l Layout, order []int) []int {
	smallest := 0
	for i, index := range order {
		if area(l.Widgets[index]) <= area(l.Widgets[order[smallest]]) {
			smallest = i
		}
	}
	return slices.Delete(slices.Clone(order), smallest, smallest+1)
}

func area(w Widget) int { return w.W * w.H }

// shelve fills rows one after the other.
func shelve(l Layout, order []int, width int, scale float64) []shelf {
	var shelves []shelf
	for _, index := range order {
		w := l.Widgets[index]
		need := least(w)
		need.X, need.Y = scaled(scale, need.X), scaled(scale, need.Y)
		last := len(shelves) - 1
		// Neighbours stay side by side only where they were so on the grid.
		if last >= 0 && shelves[last].width+need.X <= width && overlaps(l.Widgets[shelves[last].widgets[0]], w) {
			s := &shelves[last]
			s.widgets, s.width = append(s.widgets, index), s.width+need.X
			s.height, s.weight = max(s.height, need.Y), max(s.weight, area(w))
			continue
		}
		shelves = append(shelves, shelf{[]int{index}, need.X, need.Y, area(w)})
	}
	return shelves
}

// overlaps tells whether two widgets have rows in common.
func overlaps(a, b Widget) bool { return a.Y < b.Y+b.H && b.Y < a.Y+a.H }

// stack gives every shelf its least height and shares out the rest by weight; within a shelf widths go
// the same way.
func stack(l Layout, shelves []shelf, room image.Rectangle) []placed {
	heights, weights := make([]int, len(shelves)), make([]int, len(shelves))
	for i, s := range shelves {
		heights[i], weights[i] = s.height, s.weight
	}
	spread(heights, weights, room.Dy())
	var all []placed
	y := room.Min.Y
	for i, s := range shelves {
		widths, wide := make([]int, len(s.widgets)), make([]int, len(s.widgets))
		for j, index := range s.widgets {
			widths[j], wide[j] = least(l.Widgets[index]).X, l.Widgets[index].W
		}
		spread(widths, wide, room.Dx())
		x := room.Min.X
		for j, index := range s.widgets {
			all = append(all, placed{index, image.Rect(x, y, x+widths[j], y+heights[i])})
			x += widths[j]
		}
		y += heights[i]
	}
	return all
}

// spread makes lengths add up to total: what is over is given by weight, what is missing is taken alike.
func spread(lengths, weights []int, total int) {
	sum, weight := 0, 0
	for i := range lengths {
		sum, weight = sum+lengths[i], weight+max(1, weights[i])
	}
	rest := total - sum
	for i := range lengths {
		part := rest * max(1, weights[i]) / weight
		if rest < 0 {
			part = rest * lengths[i] / max(1, sum)
		}
		lengths[i] += part
		sum += part
	}
	if n := len(lengths); n > 0 {
		lengths[n-1] += total - sum
	}
}

func scaled(scale float64, length int) int { return int(float64(length)*scale + 0.5) }
