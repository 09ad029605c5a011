package render

import (
	"image"
	"math"
	"slices"

	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/font/opentype"
	"golang.org/x/image/vector"
)

// mask is one letter at one size: the pixels that are ink, relative to the pen on the baseline.
type mask struct {
	x, y, width, height int     // x to the right, y downwards
	shift               float32 // pixels that the letter was moved to the right to fall on pixels
	stride              int     // bytes of a row
	bits                []byte  // rows top-down, the most significant bit is the leftmost pixel, 1 is ink
}

func (m *mask) inked(x, y int) bool { return m.bits[y*m.stride+x/8]&(0x80>>(x%8)) != 0 }

// stamp sets the mask's ink in a bitmap of 1 bit a pixel, the pen being at x, y; a byte at a time.
func (m *mask) stamp(dst *Bitmap, x, y int, white bool) {
	x, y = x+m.x, y+m.y
	left, right := max(x, 0), min(x+m.width, dst.Width)
	if left >= right {
		return
	}
	for row := max(-y, 0); row < min(m.height, dst.Height-y); row++ {
		from, to := m.bits[row*m.stride:][:m.stride], dst.Pix[(y+row)*dst.Stride:][:dst.Stride]
		for i := left / 8; i <= (right-1)/8; i++ {
			ink := eightBits(from, i*8-x)
			if after := i*8 + 8 - right; after > 0 {
				ink &= 0xff << after
			}
			if white {
				to[i] |= ink
			} else {
				to[i] &^= ink
			}
		}
	}
}

type glyphKey struct {
	face  *font.Face
	id    font.GID
	size  int
	phase int // quarters of a pixel to the right; fitted = where it falls on pixels best
}

// fitted letters may stand where their edges fall on pixels, which is best for letters that stand
// alone; letters that join their neighbours are drawn exactly where they belong.
const fitted = -1

// shifts are the places between two pixels where a letter is tried.
func shifts() []float32 { return []float32{0, 0.25, 0.5, 0.75} }

// maxGlyphs bounds the cache; a household's screens use a few hundred, the bound is for a hostile one.
const maxGlyphs = 20_000

func (t *typesetter) glyph(face *font.Face, id font.GID, size, phase int) *mask {
	key := glyphKey{face, id, size, phase}
	if cached, ok := t.glyphs[key]; ok {
		return cached
	}
	if len(t.glyphs) >= maxGlyphs {
		clear(t.glyphs)
	}
	places := shifts()
	if phase != fitted {
		places = places[phase : phase+1]
	}
	drawn := drawGlyph(face, id, places, t.heightsOf(face, size))
	t.glyphs[key] = drawn
	return drawn
}

// heightsOf is the fitting of a face's heights to pixels at a size.
func (t *typesetter) heightsOf(face *font.Face, size int) heights {
	key := heightsKey{face, size}
	if made, ok := t.heights[key]; ok {
		return made
	}
	made := newHeights(face, size, slices.Contains(t.fonts.latin[:], face))
	t.heights[key] = made
	return made
}

// drawGlyph makes the mask of a letter. There is no hinting in the fonts' tables that could be used,
// so the letter is tried at several places between two pixels, and the one whose edges fall on
// pixels best is kept: stems come out equally heavy and nothing is left to dither.
func drawGlyph(face *font.Face, id font.GID, shifts []float32, g heights) *mask {
	outline, ok := face.GlyphDataOutline(id)
	if !ok || len(outline.Segments) == 0 {
		return &mask{}
	}
	var best *image.Alpha
	var bestShift float32
	bestBlur := math.MaxInt
	left, top, width, height := bounds(outline, g)
	if width > 4096 || height > 4096 {
		return &mask{}
	}
	for _, shift := range shifts {
		alpha := rasterize(outline, g, shift-float32(left), float32(-top), width, height)
		if blur := blurOf(alpha); blur < bestBlur {
			best, bestShift, bestBlur = alpha, shift, blur
		}
	}
	drawn := maskOf(best)
	drawn.x, drawn.y, drawn.shift = left, top, bestShift
	return drawn
}

// maskOf makes what is at least half covered ink.
func maskOf(alpha *image.Alpha) *mask {
	width, height := alpha.Rect.Dx(), alpha.Rect.Dy()
	m := &mask{width: width, height: height, stride: (width + 7) / 8}
	m.bits = make([]byte, m.stride*height)
	for i, a := range alpha.Pix {
		m.bits[i/width*m.stride+i%width/8] |= a >> 7 << (7 - i%width%8)
	}
	return m
}

// bounds is the box of an outline in pixels, with room for a shift to the right.
func bounds(outline font.GlyphOutline, g heights) (left, top, width, height int) {
	minX, minY := float32(math.MaxFloat32), float32(math.MaxFloat32)
	maxX, maxY := -minX, -minY
	for i := range outline.Segments {
		for _, p := range outline.Segments[i].ArgsSlice() {
			x, y := p.X*g.scale, -g.height(p.Y)
			minX, maxX = min(minX, x), max(maxX, x)
			minY, maxY = min(minY, y), max(maxY, y)
		}
	}
	left, top = int(math.Floor(float64(minX))), int(math.Floor(float64(minY)))
	return left, top, int(math.Ceil(float64(maxX))) - left + 1, int(math.Ceil(float64(maxY))) - top
}

func rasterize(outline font.GlyphOutline, g heights, dx, dy float32, width, height int) *image.Alpha {
	raster := vector.NewRasterizer(width, height)
	at := func(p opentype.SegmentPoint) (float32, float32) { return p.X*g.scale + dx, -g.height(p.Y) + dy }
	for _, segment := range outline.Segments {
		ax, ay := at(segment.Args[0])
		bx, by := at(segment.Args[1])
		cx, cy := at(segment.Args[2])
		switch segment.Op {
		case opentype.SegmentOpMoveTo:
			raster.ClosePath()
			raster.MoveTo(ax, ay)
		case opentype.SegmentOpLineTo:
			raster.LineTo(ax, ay)
		case opentype.SegmentOpQuadTo:
			raster.QuadTo(ax, ay, bx, by)
		case opentype.SegmentOpCubeTo:
			raster.CubeTo(ax, ay, bx, by, cx, cy)
		}
	}
	raster.ClosePath()
	alpha := image.NewAlpha(image.Rect(0, 0, width, height))
	raster.Draw(alpha, alpha.Bounds(), image.Opaque, image.Point{})
	return alpha
}

// blurOf says how far the pixels of a letter are from being ink or paper.
func blurOf(alpha *image.Alpha) int {
	blur := 0
	for _, a := range alpha.Pix {
		blur += int(min(a, 255-a))
	}
	return blur
}
