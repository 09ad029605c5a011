package render

import (
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"io/fs"
	"strconv"
	"strings"

	"golang.org/x/image/vector"
)

// iconsFile holds the outlines of all icons: a JSON object from name to an SVG path on a sheet of 24×24 that has
// only the absolute commands M, L, H, V, C, Q and Z. The build step of package assets writes it.
const iconsFile = "icons.json"

// iconSheet is the side of the square that outlines are drawn on.
const iconSheet = 24

// iconSet draws icons and keeps the masks it made. It is not safe for concurrent use.
type iconSet struct {
	paths map[string]string
	masks map[iconKey]*mask
}

type iconKey struct {
	name string
	size int
}

// placedIcon is an icon on a canvas, its upper left corner at x, y.
type placedIcon struct {
	name       string
	x, y, size int
	white      bool
}

func loadIcons(files fs.FS) (*iconSet, error) {
	set := &iconSet{masks: map[iconKey]*mask{}}
	raw, err := fs.ReadFile(files, iconsFile)
	if errors.Is(err, fs.ErrNotExist) {
		return set, nil
	}
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(raw, &set.paths); err != nil {
		return nil, fmt.Errorf("icons: %w", err)
	}
	return set, nil
}

// icon places an icon in a square; a name that is not known draws nothing.
func (c *canvas) icon(name string, x, y, size int) {
	if !c.holds(c.inkOf(name, size).Add(image.Pt(x, y))) {
		return
	}
	c.marks = append(c.marks, placedIcon{name, x, y, size, c.dark})
}

// stamp sets the pixels of an icon.
func (c *canvas) stamp(out *Bitmap, icon placedIcon) {
	m, ink := c.icons.mask(icon.name, icon.size), c.blackOrWhite(icon.white)
	for row := range m.height {
		for column := range m.width {
			if m.inked(column, row) {
				out.set(icon.x+m.x+column, icon.y+m.y+row, c.inks.Bits, ink)
			}
		}
	}
}

// mask is the pixels of an icon at a size. Like letters it is tried at several places between two pixels.
func (s *iconSet) mask(name string, size int) *mask {
	key := iconKey{name, size}
	if kept, ok := s.masks[key]; ok {
		return kept
	}
	drawn := &mask{}
	if path, ok := s.paths[name]; ok && size > 0 && size <= 2000 {
		drawn = drawIcon(path, size)
	}
	s.masks[key] = drawn
	return drawn
}

func drawIcon(path string, size int) *mask {
	var best *image.Alpha
	least := -1
	for _, dy := range shifts()[:2] {
		for _, dx := range shifts()[:2] {
			raster := vector.NewRasterizer(size+1, size+1)
			for _, shift := range heavier(size) {
				trace(raster, path, float32(size)/iconSheet, dx+shift, dy+shift)
				trace(raster, path, float32(size)/iconSheet, dx+shift, dy-shift)
			}
			alpha := image.NewAlpha(image.Rect(0, 0, size+1, size+1))
			raster.Draw(alpha, alpha.Bounds(), image.Opaque, image.Point{})
			if blur := blurOf(alpha); least < 0 || blur < least {
				best, least = alpha, blur
			}
		}
	}
	return maskOf(best)
}

// heavier is how far an icon is shifted to both sides while it is traced: its strokes are a twelfth of its side,
// less than those of the letters beside a small one.
func heavier(size int) []float32 {
	if size >= 26 {
		return []float32{0}
	}
	const more = 0.2 // pixels to each side
	return []float32{-more, more}
}

// inkOf is the rectangle that an icon's ink fills, relative to the corner of its sheet.
func (c *canvas) inkOf(name string, size int) image.Rectangle {
	m := c.icons.mask(name, size)
	var ink image.Rectangle
	for row := range m.height {
		for column := range m.width {
			if m.inked(column, row) {
				ink = ink.Union(image.Rect(column, row, column+1, row+1))
			}
		}
	}
	return ink
}

// iconAt places an icon so that its ink, not its sheet, begins at x and is centred about the height middle. It
// returns how wide the ink is.
func (c *canvas) iconAt(name string, x, middle, size int) int {
	ink := c.inkOf(name, size)
	c.icon(name, x-ink.Min.X, middle-(ink.Min.Y+ink.Max.Y)/2, size)
	return ink.Dx()
}

// trace hands a path to a rasterizer. It stops at what it does not understand.
func trace(raster *vector.Rasterizer, path string, scale, dx, dy float32) {
	defer raster.ClosePath() // the last outline may be left open
	rest := path
	var x, y float32 // of the pen, on the sheet
	px := func(v float32) float32 { return v*scale + dx }
	py := func(v float32) float32 { return v*scale + dy }
	for rest != "" {
		command := rest[0]
		var n []float32
		n, rest = numbers(rest[1:])
		switch {
		case command == 'M' && len(n) == 2:
			x, y = n[0], n[1]
			raster.ClosePath()
			raster.MoveTo(px(x), py(y))
		case command == 'L' && len(n) == 2:
			x, y = n[0], n[1]
			raster.LineTo(px(x), py(y))
		case command == 'H' && len(n) == 1:
			x = n[0]
			raster.LineTo(px(x), py(y))
		case command == 'V' && len(n) == 1:
			y = n[0]
			raster.LineTo(px(x), py(y))
		case command == 'Q' && len(n) == 4:
			x, y = n[2], n[3]
			raster.QuadTo(px(n[0]), py(n[1]), px(x), py(y))
		case command == 'C' && len(n) == 6:
			x, y = n[4], n[5]
			raster.CubeTo(px(n[0]), py(n[1]), px(n[2]), py(n[3]), px(x), py(y))
		case command == 'Z' && len(n) == 0:
			raster.ClosePath()
		default:
			return
		}
	}
}

// numbers reads the numbers up to the next command letter.
func numbers(text string) ([]float32, string) {
	end := strings.IndexFunc(text, func(r rune) bool { return r >= 'A' && r <= 'Z' })
	if end < 0 {
		end = len(text)
	}
	var out []float32
	for field := range strings.FieldsSeq(strings.ReplaceAll(text[:end], ",", " ")) {
		v, err := strconv.ParseFloat(field, 32)
		if err != nil {
			return nil, ""
		}
		out = append(out, float32(v))
	}
	return out, text[end:]
}
