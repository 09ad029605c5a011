package render

import (
	"slices"
	"strings"
)

// amount is a number in large figures with its unit in small letters beside it.
type amount struct {
	number, unit block
	gap          int
	raised       bool // the unit hangs from the top of the figures instead of standing on their line
}

// amount sets a number in the largest of some sizes of the 800×480 layout in which it fits; where none does,
// in figures as large as fit.
func (c *canvas) amount(number, unit string, raised bool, width, height int, sizes ...int) amount {
	for _, size := range sizes {
		a := c.amountOf(number, unit, raised, max(smallest, c.px(size)))
		if a.width() <= width && a.height() <= height {
			return a
		}
	}
	beside := c.amountOf(number, unit, raised, smallest)
	room := width - beside.unit.width - beside.gap
	if room < width/2 {
		beside.unit, beside.gap, room = block{}, 0, width
	}
	top := max(smallest, c.px(sizes[len(sizes)-1]))
	beside.number = c.largest(number, bold, room, min(height, style{size: top}.capHeight()))
	return beside
}

func (c *canvas) amountOf(number, unit string, raised bool, size int) amount {
	const wide = 1 << 20
	small := style{weight: semiBold, size: max(smallest, c.px(14), size*36/100)}
	if raised {
		small = style{weight: medium, size: max(smallest, size/2)}
	}
	a := amount{
		number: c.type_.set(number, style{weight: extraBold, size: size, figures: true}, wide, 1),
		unit:   c.type_.set(unit, small, wide, 1), raised: raised,
	}
	if a.unit.width > 0 {
		a.gap = max(2, size/16)
	}
	return a
}

func (a amount) width() int { return a.number.width + a.gap + a.unit.width }

func (a amount) height() int { return a.number.height() }

// fitWords is fit that breaks no word while a smaller size spares it.
func (c *canvas) fitWords(text string, w weight, sizes []int, width, height int) block {
	for len(sizes) > 1 && slices.ContainsFunc(strings.Fields(text), func(word string) bool {
		return c.type_.set(word, style{weight: w, size: sizes[0]}, 1<<20, 1).width > width
	}) {
		sizes = sizes[1:]
	}
	return c.type_.fit(text, w, sizes, width, height)
}

// putAmount places an amount, the top of its figures at y.
func (c *canvas) putAmount(a amount, x, y int) {
	c.place(a.number, x, y, a.number.width)
	if a.unit.width == 0 {
		return
	}
	top := y + a.number.height() - a.unit.height()
	if a.raised {
		top = y
	}
	c.place(a.unit, x+a.number.width+a.gap, top, a.unit.width)
}
