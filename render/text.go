package render

import (
	"slices"
	"strings"
	"unicode"

	"github.com/go-text/typesetting/di"
	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/font/opentype"
	"github.com/go-text/typesetting/language"
	"github.com/go-text/typesetting/shaping"
	"golang.org/x/image/math/fixed"
	"golang.org/x/text/unicode/bidi"
)

// style is how text looks.
type style struct {
	weight   weight
	size     int  // pixels per em
	tracking int  // pixels between letters, for captions in capitals
	leading  int  // pixels from line to line, 0 = as usual for the size
	figures  bool // figures of equal width
}

func (s style) lineHeight() int {
	if s.leading > 0 {
		return s.leading
	}
	if s.size >= 40 {
		return s.size * 112 / 100
	}
	return s.size * 128 / 100
}

// capHeight is how high capitals and figures are, in pixels.
func (s style) capHeight() int { return (s.size*728 + 500) / 1000 }

// typesetter turns strings into lines of placed letters. It is not safe for concurrent use.
type typesetter struct {
	fonts     *fontSet
	segmenter shaping.Segmenter
	shaper    shaping.HarfbuzzShaper
	wrapper   shaping.LineWrapper
	glyphs    map[glyphKey]*mask
}

// line is one line of shaped text, runs in the order they are seen.
type line struct {
	runs  []shaping.Output
	width int // pixels
}

// block is text broken into lines.
type block struct {
	lines     []line
	style     style
	width     int  // pixels, of the widest line
	truncated bool // it did not fit and ends in an ellipsis
	rtl       bool // it is read from right to left
}

// height is from the top of the first line's capitals to the last baseline, in pixels.
func (b block) height() int {
	if len(b.lines) == 0 {
		return 0
	}
	return b.style.capHeight() + (len(b.lines)-1)*b.style.lineHeight()
}

// set breaks text into at most maxLines lines no wider than width pixels; what does not fit ends in
// an ellipsis. maxLines 0 is no bound.
func (t *typesetter) set(text string, s style, width, maxLines int) block {
	runes := t.drawable(text)
	if len(runes) == 0 || width <= 0 {
		return block{style: s}
	}
	direction := di.DirectionLTR
	if readsFromRight(runes) {
		direction = di.DirectionRTL
	}
	outputs := t.shape(runes, s, direction)
	config := shaping.WrapConfig{Direction: direction, TruncateAfterLines: maxLines}
	if maxLines > 0 {
		config.Truncator = t.shape([]rune("…"), s, direction)[0]
	}
	wrapped, lost := t.wrapper.WrapParagraph(config, width, runes, shaping.NewSliceIterator(outputs))
	set := block{style: s, truncated: lost > 0, rtl: direction == di.DirectionRTL}
	for _, runs := range wrapped {
		one := line{runs: slices.Clone(runs)}
		slices.SortStableFunc(one.runs, func(a, b shaping.Output) int { return int(a.VisualIndex - b.VisualIndex) })
		var advance fixed.Int26_6
		for _, run := range one.runs {
			advance += run.Advance
		}
		one.width = advance.Ceil()
		set.lines = append(set.lines, one)
		set.width = max(set.width, one.width)
	}
	return set
}

// balance sets text in as few lines as set does, with the lines as equal as they can be.
func (t *typesetter) balance(text string, s style, width, maxLines int) block {
	wide := t.set(text, s, width, maxLines)
	if len(wide.lines) < 2 || wide.truncated {
		return wide
	}
	low, high := width/2, width
	for low < high {
		middle := (low + high) / 2
		if try := t.set(text, s, middle, 0); len(try.lines) <= len(wide.lines) {
			high = middle
		} else {
			low = middle + 1
		}
	}
	return t.set(text, s, high, maxLines)
}

// fit sets text in the largest of the sizes in which it fits the box, balanced; in the smallest it is
// cut off.
func (t *typesetter) fit(text string, w weight, sizes []int, width, height int) block {
	for _, size := range sizes {
		s := style{weight: w, size: size}
		if set := t.set(text, s, width, 0); set.height() <= height && set.width <= width {
			return t.balance(text, s, width, 0)
		}
	}
	s := style{weight: w, size: sizes[len(sizes)-1]}
	lines := 1 + max(0, height-s.capHeight())/s.lineHeight()
	return t.set(text, s, width, lines)
}

func (t *typesetter) shape(runes []rune, s style, direction di.Direction) []shaping.Output {
	input := shaping.Input{
		Text: runes, RunEnd: len(runes), Direction: direction, Face: t.fonts.latin[s.weight],
		Size: fixed.I(s.size), Script: language.Latin, Language: language.NewLanguage("en"),
	}
	if s.figures {
		input.FontFeatures = []shaping.FontFeature{{Tag: opentype.MustNewTag("tnum"), Value: 1}}
	}
	var outputs []shaping.Output
	for _, run := range t.segmenter.Split(input, faces{t.fonts, s.weight}) {
		outputs = append(outputs, t.shaper.Shape(run))
	}
	if s.tracking > 0 {
		shaping.AddSpacing(outputs, runes, 0, fixed.I(s.tracking))
	}
	return outputs
}

// substitute stands for a letter that no font has.
const substitute = '?'

// drawable is text without control characters, with white space made plain and a question mark for
// every run of letters that no font has: a box says less.
func (t *typesetter) drawable(text string) []rune {
	var runes []rune
	for _, r := range strings.Join(strings.Fields(strings.ToValidUTF8(text, "")), " ") {
		switch {
		case joins(r):
			runes = append(runes, r)
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Co, r):
		case t.fonts.has(r):
			runes = append(runes, r)
		case unicode.IsMark(r):
		case len(runes) == 0 || runes[len(runes)-1] != substitute:
			runes = append(runes, substitute)
		}
	}
	return runes
}

// joins are the invisible characters that change how their neighbours are drawn.
func joins(r rune) bool { return r == 0x200C || r == 0x200D || r == 0xFE0F || r == 0xFE0E }

// missing lists the letters of a text that no font has, each once.
func (t *typesetter) missing(text string) []rune {
	var lost []rune
	for _, r := range text {
		if !joins(r) && unicode.IsPrint(r) && !t.fonts.has(r) && !slices.Contains(lost, r) {
			lost = append(lost, r)
		}
	}
	return lost
}

// readsFromRight follows the first letter that has a direction (Unicode bidirectional algorithm, P2).
func readsFromRight(runes []rune) bool {
	for _, r := range runes {
		properties, _ := bidi.LookupRune(r)
		switch properties.Class() {
		case bidi.L:
			return false
		case bidi.R, bidi.AL:
			return true
		}
	}
	return false
}

// walk calls draw for every letter of a line with the pen's place in pixels.
func (t *typesetter) walk(l line, size, x, baseline int, draw func(m *mask, x, y int)) {
	pen := fixed.I(x)
	for _, run := range l.runs {
		for _, glyph := range run.Glyphs {
			draw(t.glyph(run.Face, font.GID(glyph.GlyphID), size), (pen + glyph.XOffset).Round(), baseline-glyph.YOffset.Round())
			pen += glyph.Advance
		}
	}
}
