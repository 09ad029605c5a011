package render

import (
	"slices"
	"strings"
	"unicode"

	"github.com/go-text/typesetting/shaping"
	"golang.org/x/text/unicode/bidi"
)

// substitute stands for a letter that no font has.
const substitute = '?'

// Invisible characters that say where a line may be broken, and how neighbours are drawn.
const (
	noBreakSpace   = 0x00A0
	narrowNoBreak  = 0x202F
	zeroWidthSpace = 0x200B
	enclosingKey   = 0x20E3
)

// drawable is text without control characters, with white space made plain and a question mark for
// every run of letters that no font has: a box says less.
func (t *typesetter) drawable(text string) []rune {
	var runes []rune
	last := func() rune {
		if len(runes) == 0 {
			return ' '
		}
		return runes[len(runes)-1]
	}
	for _, r := range strings.ToValidUTF8(text, "") {
		switch {
		case r == noBreakSpace || r == narrowNoBreak:
			runes = append(runes, noBreakSpace)
		case unicode.IsSpace(r):
			if last() != ' ' {
				runes = append(runes, ' ')
			}
		case joins(r):
			runes = append(runes, r)
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Co, r):
		case t.fonts.has(r):
			if leadsSyllable(r) && isThai(last()) {
				runes = append(runes, zeroWidthSpace)
			}
			runes = append(runes, r)
		case unicode.IsMark(r):
		case last() != substitute:
			runes = append(runes, substitute)
		}
	}
	if len(runes) > 0 && last() == ' ' {
		runes = runes[:len(runes)-1]
	}
	return runes
}

// joins are the invisible characters that change how their neighbours are drawn, ordered or broken
// into lines.
func joins(r rune) bool {
	switch r {
	case 0x200C, 0x200D, 0xFE0F, 0xFE0E, // joiners, and which form of a symbol is wanted
		zeroWidthSpace, 0x2060, // where a line may be broken, and where not
		0x200E, 0x200F, 0x061C: // reading direction
		return true
	}
	return false
}

func isThai(r rune) bool { return r >= 0x0E00 && r <= 0x0E7F }

// leadsSyllable are the Thai vowels that are written before their syllable. Thai has no blanks
// between words and we have no dictionary of it; a line may at least begin where a syllable does.
func leadsSyllable(r rune) bool { return r >= 0x0E40 && r <= 0x0E44 }

// missing lists the letters of texts that no font has, each once.
func (t *typesetter) missing(texts ...string) []rune {
	var lost []rune
	for _, text := range texts {
		for _, r := range text {
			if r >= 0x80 && !joins(r) && unicode.IsPrint(r) && !t.fonts.has(r) && !slices.Contains(lost, r) {
				lost = append(lost, r)
			}
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

// keycaps gives the figure of a keycap to the run of its cap, where it was cut off because the two
// are first found in different fonts: only the font of the cap has them as one letter.
func keycaps(runs []shaping.Input) []shaping.Input {
	for i := 1; i < len(runs); i++ {
		before, caps := &runs[i-1], &runs[i]
		if caps.Text[caps.RunStart] != enclosingKey || before.RunEnd != caps.RunStart {
			continue
		}
		at := caps.RunStart - 1
		if caps.Text[at] == 0xFE0F {
			at--
		}
		if at >= before.RunStart && hasGlyph(caps.Face, caps.Text[at]) {
			before.RunEnd, caps.RunStart = at, at
		}
	}
	return slices.DeleteFunc(runs, func(run shaping.Input) bool { return run.RunStart == run.RunEnd })
}
