package render

import (
	"image"
	"math"

	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/font/opentype"
	"golang.org/x/image/vector"
)

// mask is one letter at one size: the pixels that are ink, relative to the pen on the baseline.
type mask struct {
	x, y, width, height int    // x to the right, y downwards
	ink                 []bool // rows top-down
}

type glyphKey struct {
	face *font.Face
	id   font.GID
	size int
}

// maxGlyphs bounds the cache; a household's screens use a few hundred, the bound is for a hostile one.
const maxGlyphs = 20_000

func (t *typesetter) glyph(face *font.Face, id font.GID, size int) *mask {
	key := glyphKey{face, id, size}
	if cached, ok := t.glyphs[key]; ok {
		return cached
	}
	if len(t.glyphs) >= maxGlyphs {
		clear(t.glyphs)
	}
	drawn := drawGlyph(face, id, size)
	t.glyphs[key] = drawn
	return drawn
}

// shifts are the places between two pixels where a letter is tried.
var shifts = []float32{0, 0.25, 0.5, 0.75}

// drawGlyph makes the mask of a letter. There is no hinting in the fonts' tables that could be used,
// so the letter is tried at several places between two pixels, and the one whose edges fall on
// pixels best is kept: stems come out equally heavy and nothing is left to dither.
func drawGlyph(face *font.Face, id font.GID, size int) *mask {
	outline, ok := face.GlyphDataOutline(id)
	if !ok || len(outline.Segments) == 0 {
		return &mask{}
	}
	scaleX := float32(size) / float32(face.Upem())
	scaleY := scaleX * fitHeight(face, size)
	var best *image.Alpha
	bestBlur := math.MaxInt
	left, top, width, height := bounds(outline, scaleX, scaleY)
	if width > 4096 || height > 4096 {
		return &mask{}
	}
	for _, shift := range shifts {
		alpha := rasterize(outline, scaleX, scaleY, shift-float32(left), float32(-top), width, height)
		if blur := blurOf(alpha); blur < bestBlur {
			best, bestBlur = alpha, blur
		}
	}
	drawn := &mask{x: left, y: top, width: width, height: height, ink: make([]bool, width*height)}
	for i, a := range best.Pix {
		drawn.ink[i] = a >= 128
	}
	return drawn
}

// fitHeight stretches small letters a little so that the small ones among them (x) are a whole number of pixels high.
func fitHeight(face *font.Face, size int) float32 {
	high := face.LineMetric(font.XHeight) * float32(size) / float32(face.Upem())
	if size > 40 || high < 4 {
		return 1
	}
	return float32(math.Round(float64(high))) / high
}

// bounds is the box of an outline in pixels, with room for a shift to the right.
func bounds(outline font.GlyphOutline, scaleX, scaleY float32) (left, top, width, height int) {
	minX, minY := float32(math.MaxFloat32), float32(math.MaxFloat32)
	maxX, maxY := -minX, -minY
	for i := range outline.Segments {
		for _, p := range outline.Segments[i].ArgsSlice() {
			minX, maxX = min(minX, p.X*scaleX), max(maxX, p.X*scaleX)
			minY, maxY = min(minY, -p.Y*scaleY), max(maxY, -p.Y*scaleY)
		}
	}
	left, top = int(math.Floor(float64(minX))), int(math.Floor(float64(minY)))
	return left, top, int(math.Ceil(float64(maxX))) - left + 1, int(math.Ceil(float64(maxY))) - top
}

func rasterize(outline font.GlyphOutline, scaleX, scaleY, dx, dy float32, width, height int) *image.Alpha {
	raster := vector.NewRasterizer(width, height)
	at := func(p opentype.SegmentPoint) (float32, float32) { return p.X*scaleX + dx, -p.Y*scaleY + dy }
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
