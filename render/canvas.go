package render

import (
	"image"
	"image/color"

	"github.com/fogleman/gg"
)

// canvas is a screen being composed. Shapes are drawn by gg and cut to the panel's inks, black and white at half
// grey; photographs are dithered within their own rectangle; text lies over both, pure black, white or the accent,
// and is never dithered.
type canvas struct {
	*gg.Context
	type_  *typesetter
	icons  *iconSet
	inks   Palette
	scale  float64         // of lengths and letters, 1 at 800×480
	dark   bool            // ink is white and paper black, for what is drawn from now on
	bounds image.Rectangle // of the widget being drawn: what would not fit into it is left out; empty = everywhere
	photos []placedPhoto
	words  []placedText
	marks  []placedIcon
}

type placedPhoto struct {
	x, y   int
	source *Photo
	size   image.Point // of its place
	dots   *Bitmap     // once it is dithered
}

type placedText struct {
	line        line
	size        int
	x, baseline int
	ink         uint8 // of the palette
	turned      bool  // stands on its head
}

func newCanvas(t *typesetter, icons *iconSet, p Panel) *canvas {
	sheet := image.NewRGBA(image.Rect(0, 0, p.Width, p.Height))
	fill(sheet, sheet.Rect, color.RGBA{255, 255, 255, 255})
	return &canvas{Context: gg.NewContextForRGBA(sheet), type_: t, icons: icons, inks: p.Inks(), scale: 1}
}

// fill gives a rectangle of a sheet, which it lies in, a colour.
func fill(sheet *image.RGBA, r image.Rectangle, shade color.RGBA) {
	if r.Empty() {
		return
	}
	first := sheet.Pix[sheet.PixOffset(r.Min.X, r.Min.Y):][:4*r.Dx()]
	for i := 0; i < len(first); i += 4 {
		first[i], first[i+1], first[i+2], first[i+3] = shade.R, shade.G, shade.B, shade.A
	}
	for y := r.Min.Y + 1; y < r.Max.Y; y++ {
		copy(sheet.Pix[sheet.PixOffset(r.Min.X, y):], first)
	}
}

// px is a length of the 800×480 layout on this canvas, at least one pixel.
func (c *canvas) px(length int) int { return max(1, int(float64(length)*c.scale+0.5)) }

// style is a style of the 800×480 layout on this canvas.
func (c *canvas) style(w weight, size int) style {
	return style{weight: w, size: max(smallest, c.px(size))}
}

// smallest is the size below which letters fall apart on 1 bit, in pixels.
const smallest = 11

// setInk makes ink or paper the colour of what gg draws next.
func (c *canvas) setInk(ink bool) {
	if ink != c.dark {
		c.SetRGB(0, 0, 0)
	} else {
		c.SetRGB(1, 1, 1)
	}
}

// accent is the colour that stands out on the panel, for what gg draws next; where there is none, that of ink.
func (c *canvas) accent() color.RGBA { return c.inks.Colors[c.accentInk()] }

func (c *canvas) accentInk() uint8 {
	if c.inks.Accent == 0 {
		return c.blackOrWhite(c.dark)
	}
	return c.inks.Accent
}

func (c *canvas) blackOrWhite(white bool) uint8 {
	if white {
		return c.inks.White
	}
	return 0
}

// holds tells whether a rectangle lies within the widget being drawn.
func (c *canvas) holds(r image.Rectangle) bool { return c.bounds.Empty() || r.In(c.bounds) }

// box fills a rectangle with ink or paper. It sets pixels rather than drawing a shape: most of a screen's shapes are
// upright rectangles on whole pixels.
func (c *canvas) box(x, y, width, height int, ink bool) {
	c.fill(x, y, width, height, c.inks.Colors[c.blackOrWhite(ink == c.dark)])
}

func (c *canvas) fill(x, y, width, height int, shade color.RGBA) {
	r := image.Rect(x, y, x+max(0, width), y+max(0, height)).Intersect(c.drawable())
	fill(c.Image().(*image.RGBA), r, shade)
}

// stress fills a rectangle with the panel's accent, where it has one, else with ink: for the one thing that matters
// now. What stands in it is written with placeStressed.
func (c *canvas) stress(x, y, width, height int) { c.fill(x, y, width, height, c.accent()) }

// placeStressed is place on a rectangle filled by stress.
func (c *canvas) placeStressed(b block, x, y, width int) int {
	a := c.accent()
	dark := brightness(int32(a.R), int32(a.G), int32(a.B)) < 128
	return c.placeIn(c.blackOrWhite(dark), b, x, y, width, false)
}

// rule draws a horizontal line of some thickness, its upper edge at y.
func (c *canvas) rule(x, y, width, thickness int) { c.box(x, y, width, thickness, true) }

// write places one line of text; it is cut off with an ellipsis where it is wider than width. It
// returns how wide it came out, in pixels.
func (c *canvas) write(text string, s style, x, baseline, width int) int {
	return c.place(c.type_.set(text, s, width, 1), x, baseline-s.capHeight(), width)
}

// sizes are sizes of the 800×480 layout on this canvas, none below what can be read.
func (c *canvas) sizes(sizes ...int) []int {
	var out []int
	for _, size := range sizes {
		out = append(out, max(smallest, c.px(size)))
	}
	return out
}

// caption writes a line of small wide capitals. Where they find no room they stand closer, and then are smaller,
// before they are cut off.
func (c *canvas) caption(text string, x, baseline, width int) int {
	s := c.style(bold, 13)
	s.tracking = c.px(1)
	for c.type_.set(upper(text), s, width, 1).truncated {
		if s.tracking == 0 {
			if s.size == smallest {
				break
			}
			s.size = smallest
		}
		s.tracking = 0
	}
	return c.write(upper(text), s, x, baseline, width)
}

// place puts set text so that its first line's capitals begin at y. Text that is read from right to
// left ends at x+width. It returns the text's width.
func (c *canvas) place(b block, x, y, width int) int {
	return c.placeInk(b, x, y, width, false, false)
}

func (c *canvas) placeInk(b block, x, y, width int, white, turned bool) int {
	return c.placeIn(c.blackOrWhite(white != c.dark), b, x, y, width, turned)
}

func (c *canvas) placeIn(ink uint8, b block, x, y, width int, turned bool) int {
	for i, l := range b.lines {
		at := x
		if b.rtl {
			at = x + width - l.width
		}
		baseline := y + b.style.capHeight() + i*b.style.lineHeight()
		if !c.holds(image.Rect(at, baseline-b.style.capHeight(), at+l.width, baseline+l.descent())) {
			continue
		}
		c.words = append(c.words, placedText{
			line: l, size: b.style.size, x: at, baseline: baseline, ink: ink, turned: turned,
		})
	}
	return b.width
}

// placeTurned places a block standing on its head.
func (c *canvas) placeTurned(b block, x, y int) {
	for i, l := range b.lines {
		c.words = append(c.words, placedText{
			line: l, size: b.style.size, x: x + b.width - l.width, turned: true, ink: c.blackOrWhite(c.dark),
			baseline: y + b.style.capHeight() + (len(b.lines)-1-i)*b.style.lineHeight(),
		})
	}
}

// photo places a stored picture, to be scaled to the box and dithered.
func (c *canvas) photo(p *Photo, box image.Rectangle) {
	if box.Dx() > 0 && box.Dy() > 0 {
		c.photos = append(c.photos, placedPhoto{x: box.Min.X, y: box.Min.Y, source: p, size: box.Size()})
	}
}

// bitmap is the finished screen.
func (c *canvas) bitmap() *Bitmap {
	out := cut(c.Image().(*image.RGBA), c.inks)
	for _, photo := range c.photos {
		photo.dots.place(out, photo.x, photo.y)
	}
	for _, mark := range c.marks {
		c.stamp(out, mark)
	}
	for _, text := range c.words {
		c.print(out, text)
	}
	return out
}

// print sets the pixels of one line of text. A line on its head is turned about the middle of its
// capitals, so it keeps its place.
func (c *canvas) print(out *Bitmap, text placedText) {
	capitals := style{size: text.size}.capHeight()
	right, bottom := 2*text.x+text.line.width-1, 2*text.baseline-capitals-1
	c.type_.walk(text.line, text.size, text.x, text.baseline, func(m *mask, x, y int) {
		if !text.turned && c.inks.Bits == 1 {
			m.stamp(out, x, y, text.ink != 0)
			return
		}
		for row := range m.height {
			for column := range m.width {
				if !m.inked(column, row) {
					continue
				}
				px, py := x+m.x+column, y+m.y+row
				if text.turned {
					px, py = right-px, bottom-py
				}
				out.set(px, py, c.inks.Bits, text.ink)
			}
		}
	})
}
