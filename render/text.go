package render

import (
	"slices"
	"strings"

	"github.com/go-text/typesetting/di"
	"github.com/go-text/typesetting/font/opentype"
	"github.com/go-text/typesetting/language"
	"github.com/go-text/typesetting/shaping"
	"golang.org/x/image/math/fixed"
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
	heights   map[heightsKey]heights
	blocks    map[blockKey]block
}

// line is one line of shaped text, runs in the order they are seen.
type line struct {
	runs  []shaping.Output
	width int // pixels
}

// descent is how far the line's letters reach below the baseline, in pixels.
func (l line) descent() int {
	lowest := fixed.Int26_6(0)
	for _, run := range l.runs {
		for _, glyph := range run.Glyphs {
			lowest = min(lowest, glyph.YBearing+glyph.Height+glyph.YOffset)
		}
	}
	return (-lowest).Round()
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

// typesetterFor makes a typesetter with empty caches.
func typesetterFor(fonts *fontSet) *typesetter {
	return &typesetter{fonts: fonts, glyphs: map[glyphKey]*mask{}, heights: map[heightsKey]heights{}, blocks: map[blockKey]block{}}
}

// set breaks text into at most maxLines lines no wider than width pixels; what does not fit ends in
// an ellipsis. maxLines 0 is no bound.
func (t *typesetter) set(text string, s style, width, maxLines int) block {
	return t.kept(blockKey{text: text, style: s, width: width, maxLines: maxLines}, func() block {
		return t.wrap(t.shape(text, s), width, maxLines)
	})
}

// balance sets text in as few lines as set does, with the lines as equal as they can be.
func (t *typesetter) balance(text string, s style, width, maxLines int) block {
	return t.kept(blockKey{text: text, style: s, width: width, maxLines: maxLines, balanced: true}, func() block {
		return t.even(text, t.shape(text, s), width, maxLines)
	})
}

// even wraps shaped text in lines as equal as they can be. A short word that is left alone on the
// last line takes its neighbour along, if that needs no further line.
func (t *typesetter) even(text string, p paragraph, width, maxLines int) block {
	least := t.widestWord(text, p.style, width)
	set := t.narrowest(p, least, width, maxLines)
	last := len(set.lines) - 1
	if last < 1 || set.truncated || set.lines[last].width*3 >= set.width {
		return set
	}
	words := strings.Fields(text)
	if len(words) < 3 {
		return set
	}
	at := len(words) - 2
	tied := append(slices.Clone(words[:at]), words[at]+"\u00A0"+words[at+1])
	if together := t.narrowest(t.shape(strings.Join(tied, " "), p.style), least, width, maxLines); len(together.lines) == len(set.lines) && !together.truncated {
		return together
	}
	return set
}

// widestWord is the width of the widest word that is no wider than a line, so that making lines equal breaks none.
func (t *typesetter) widestWord(text string, s style, width int) int {
	widest := 0
	for word := range strings.FieldsSeq(text) {
		if set := t.set(word, s, width, 1); !set.truncated {
			widest = max(widest, set.width)
		}
	}
	return widest
}

// narrowest wraps a paragraph at the smallest width from least on that needs no more lines.
func (t *typesetter) narrowest(p paragraph, least, width, maxLines int) block {
	wide := t.wrap(p, width, maxLines)
	if len(wide.lines) < 2 || wide.truncated {
		return wide
	}
	low, high := max(width/2, least), width
	for low < high {
		middle := (low + high) / 2
		if try := t.wrap(p, middle, 0); len(try.lines) <= len(wide.lines) && try.width <= width {
			high = middle
		} else {
			low = middle + 1
		}
	}
	return t.wrap(p, high, maxLines)
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

// blockKey says what a set block looks like.
type blockKey struct {
	text            string
	style           style
	width, maxLines int
	balanced        bool
}

// maxBlocks bounds the cache of set texts: about as many as fifty screens have.
const maxBlocks = 2000

// kept is the block that was set before, or the one that set makes now. Nobody may change its lines.
func (t *typesetter) kept(key blockKey, set func() block) block {
	if found, ok := t.blocks[key]; ok {
		return found
	}
	if len(t.blocks) >= maxBlocks {
		clear(t.blocks)
	}
	made := set()
	t.blocks[key] = made
	return made
}

// paragraph is text that is shaped and not yet broken into lines.
type paragraph struct {
	runes     []rune
	runs      []shaping.Output
	ellipsis  shaping.Output
	direction di.Direction
	style     style
}

func (t *typesetter) shape(text string, s style) paragraph {
	p := paragraph{runes: t.drawable(text), direction: di.DirectionLTR, style: s}
	if readsFromRight(p.runes) {
		p.direction = di.DirectionRTL
	}
	if len(p.runes) > 0 {
		p.runs = t.shapeRunes(p.runes, s, p.direction)
		p.ellipsis = t.shapeRunes([]rune("…"), s, p.direction)[0]
	}
	return p
}

func (t *typesetter) shapeRunes(runes []rune, s style, direction di.Direction) []shaping.Output {
	input := shaping.Input{
		Text: runes, RunEnd: len(runes), Direction: direction, Face: t.fonts.latin[s.weight],
		Size: fixed.I(s.size), Script: language.Latin, Language: language.NewLanguage("en"),
	}
	if s.figures {
		input.FontFeatures = []shaping.FontFeature{{Tag: opentype.MustNewTag("tnum"), Value: 1}}
	}
	var outputs []shaping.Output
	for _, run := range keycaps(t.segmenter.Split(input, &faces{set: t.fonts, want: s.weight})) {
		shaped := t.shaper.Shape(run)
		t.narrowBlanks(&shaped, runes, s)
		t.snap(&shaped, s)
		outputs = append(outputs, shaped)
	}
	if s.tracking > 0 {
		shaping.AddSpacing(outputs, runes, 0, fixed.I(s.tracking))
	}
	return outputs
}

// wrap breaks a paragraph into lines.
func (t *typesetter) wrap(p paragraph, width, maxLines int) block {
	set := block{style: p.style, rtl: p.direction == di.DirectionRTL}
	if len(p.runes) == 0 || width <= 0 {
		return set
	}
	config := shaping.WrapConfig{Direction: p.direction, TruncateAfterLines: maxLines}
	if maxLines > 0 {
		config.Truncator = p.ellipsis
	}
	runs := slices.Clone(p.runs)
	for i := range runs { // the wrapper takes the width off blanks at the end of a line, in place
		runs[i].Glyphs = slices.Clone(runs[i].Glyphs)
	}
	wrapped, lost := t.wrapper.WrapParagraph(config, width, p.runes, shaping.NewSliceIterator(runs))
	set.truncated = lost > 0
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

// walk calls draw for every letter of a line with the pen's place in pixels.
func (t *typesetter) walk(l line, size, x, baseline int, draw func(m *mask, x, y int)) {
	pen := fixed.I(x)
	for _, run := range l.runs {
		joined := t.fonts.joins(run.Face)
		for _, glyph := range run.Glyphs {
			at, phase := pen+glyph.XOffset, fitted
			if joined {
				at += quarter / 2
				phase = int(at&63) / int(quarter)
				at = fixed.I(at.Floor())
			}
			draw(t.glyph(run.Face, glyph.GlyphID, size, phase), at.Round(), baseline-glyph.YOffset.Round())
			pen += glyph.Advance
		}
	}
}

// narrowBlanks makes blanks no wider than the panel's own letters have them: those of the emoji are as
// wide as an emoji.
func (t *typesetter) narrowBlanks(run *shaping.Output, runes []rune, s style) {
	own := t.fonts.latin[s.weight]
	if run.Face == own {
		return
	}
	id, _ := own.NominalGlyph(' ')
	widest := fixed.Int26_6(own.HorizontalAdvance(id) * float32(s.size) * 64 / float32(own.Upem()))
	for i := range run.Glyphs {
		if glyph := &run.Glyphs[i]; runes[glyph.TextIndex()] == ' ' {
			glyph.Advance = min(glyph.Advance, widest)
		}
	}
	run.RecomputeAdvance()
}

// quarter is a quarter of a pixel.
const quarter = fixed.Int26_6(16)

// snap moves the letters of small text to whole pixels, each as far from the one before it as the
// font wants, so that the same two letters stand equally close wherever they come.
func (t *typesetter) snap(run *shaping.Output, s style) {
	if s.size > maxFitted || t.fonts.joins(run.Face) {
		return
	}
	var pen, at fixed.Int26_6 // where the next letter belongs, and where the last one stands
	base := -1                // the last letter that is not a mark
	for i := range run.Glyphs {
		glyph := &run.Glyphs[i]
		shift := fixed.Int26_6(t.glyph(run.Face, glyph.GlyphID, s.size, fitted).shift * 64)
		if s.figures { // columns of figures need equal widths more than equal gaps
			shift = 0
		}
		if glyph.Advance == 0 && base >= 0 {
			glyph.XOffset += pen - shift - at - run.Glyphs[base].Advance
			continue
		}
		place := fixed.I((pen - shift).Round())
		if base < 0 {
			place = 0
		} else {
			run.Glyphs[base].Advance = place - at
		}
		if glyph.Width == 0 { // a blank: what counts is the gap it makes, not its own place
			pen += glyph.Advance
		} else {
			pen = place + shift + glyph.Advance
		}
		at, base = place, i
		glyph.Advance = fixed.I((pen - place).Round())
	}
	run.RecomputeAdvance()
}
