package render

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func newTypesetter(t *testing.T) *typesetter {
	t.Helper()
	r, err := New(os.DirFS(filepath.Join("..", "assets", "dist", "fonts")), os.DirFS(filepath.Join("..", "assets", "dist", "icons")))
	if err != nil {
		t.Fatal(err)
	}
	return r.type_
}

// letters are the names that must be read, in the writings a household may use.
var letters = map[string]string{
	"Chinese": "客厅的天气", "Japanese": "リビングの写真", "Arabic": "غرفة الجلوس", "Hebrew": "סלון", "Greek": "Σαλόνι ά",
	"Russian": "Гостиная ё", "emoji": "🎉 ☀ 👍🏽 👨‍👩‍👧", "accents": "Čučoriedky Łódź ñ ß œ", "mixed": "Küche 厨房 مطبخ 🍳",
}

func TestNamesInOtherWritingsDrawnAsBoxes(t *testing.T) {
	ts := newTypesetter(t)
	for name, text := range letters {
		t.Run(name, func(t *testing.T) {
			if lost := ts.missing(text); len(lost) > 0 {
				t.Errorf("no font has %q", string(lost))
			}
			ink := 0
			for _, line := range ts.set(text, style{weight: semiBold, size: 28}, 2000, 1).lines {
				for _, run := range line.runs {
					for _, glyph := range run.Glyphs {
						if glyph.GlyphID == 0 {
							t.Error("a letter is drawn as the box for missing letters")
						}
						for _, inked := range ts.glyph(run.Face, glyph.GlyphID, 28).ink {
							if inked {
								ink++
							}
						}
					}
				}
			}
			if ink < 100 {
				t.Errorf("only %d pixels are ink", ink)
			}
		})
	}
}

func TestLettersThatNoFontHasBecomeOneQuestionMark(t *testing.T) {
	ts := newTypesetter(t)
	for text, want := range map[string]string{
		"ชื่อ":                 "?",
		"Küche देवनागरी 2":     "Küche ? 2",
		"a\x00b\u202Ec\u200Bd": "abcd",
		"  white \n\t space  ": "white space",
		"\xff\xfeok":           "ok",
		"":                     "",
	} {
		if diff := cmp.Diff(want, string(ts.drawable(text))); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
	if diff := cmp.Diff("ชอ", strings.Map(func(r rune) rune {
		if r < 0x0E2F {
			return r
		}
		return -1
	}, string(ts.missing("ชอ ok")))); diff != "" {
		t.Errorf("missing (-want +got):\n%s", diff)
	}
}

func TestSetNeverExceedsItsWidth(t *testing.T) {
	ts := newTypesetter(t)
	long := strings.Repeat("Donaudampfschifffahrtsgesellschaft", 4)
	for _, text := range []string{long, "a b c d e f g h", letters["Chinese"] + letters["Arabic"], strings.Repeat("W", 300)} {
		for _, width := range []int{30, 64, 200, 455} {
			for _, size := range []int{11, 17, 40} {
				set := ts.set(text, style{weight: bold, size: size}, width, 3)
				if len(set.lines) > 3 {
					t.Errorf("%d lines where 3 are allowed", len(set.lines))
				}
				if set.width > width && width > 3*size {
					t.Errorf("size %d: %d pixels wide where %d are allowed: %.20q", size, set.width, width, text)
				}
			}
		}
	}
}

func TestFitTakesTheLargestSizeThatFits(t *testing.T) {
	ts := newTypesetter(t)
	sizes := []int{40, 28, 17}
	for _, row := range []struct {
		name          string
		text          string
		width, height int
		size          int
		truncated     bool
	}{
		{"short", "Hello", 300, 100, 40, false},
		{"two lines at the next size", "Researchers grow coral that stands heat", 300, 70, 28, false},
		{"too long for any", strings.Repeat("many words ", 60), 200, 40, 17, true},
		{"one line high", "Hello", 300, 13, 17, false},
	} {
		set := ts.fit(row.text, bold, sizes, row.width, row.height)
		if set.style.size != row.size || set.truncated != row.truncated {
			t.Errorf("%s: size %d, cut off %v", row.name, set.style.size, set.truncated)
		}
		if set.height() > row.height {
			t.Errorf("%s: %d pixels high where %d are allowed", row.name, set.height(), row.height)
		}
	}
}

func TestBalanceMakesLinesEven(t *testing.T) {
	ts := newTypesetter(t)
	s := style{weight: semiBold, size: 22}
	text := "Town council spends eleven hours on one question and a half"
	plain, even := ts.set(text, s, 430, 0), ts.balance(text, s, 430, 0)
	if len(plain.lines) != len(even.lines) {
		t.Fatalf("%d lines became %d", len(plain.lines), len(even.lines))
	}
	spread := func(b block) int {
		low, high := b.lines[0].width, b.lines[0].width
		for _, l := range b.lines {
			low, high = min(low, l.width), max(high, l.width)
		}
		return high - low
	}
	if spread(even) > spread(plain) {
		t.Errorf("lines differ by %d pixels, before by %d", spread(even), spread(plain))
	}
}

func TestRightToLeftEndsAtTheRight(t *testing.T) {
	ts := newTypesetter(t)
	for text, want := range map[string]bool{letters["Arabic"]: true, "123 " + letters["Hebrew"]: true, "Hall " + letters["Hebrew"]: false, "123": false} {
		if set := ts.set(text, style{size: 20}, 500, 1); set.rtl != want {
			t.Errorf("%q: from the right %v", text, set.rtl)
		}
	}
}

func TestFiguresHaveEqualWidth(t *testing.T) {
	ts := newTypesetter(t)
	s := style{weight: extraBold, size: 76, figures: true}
	want := ts.set("00:00", s, 500, 1).width
	for _, clock := range []string{"11:11", "17:41", "23:58"} {
		if got := ts.set(clock, s, 500, 1).width; got < want-3 || got > want+3 {
			t.Errorf("%s is %d pixels wide, 00:00 is %d", clock, got, want)
		}
	}
}

func TestWithoutBuiltFontsGosLettersDo(t *testing.T) {
	r, err := New(os.DirFS(t.TempDir()), os.DirFS(t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	if lost := string(r.Missing("Küche 厨房")); lost != "厨房" {
		t.Errorf("missing %q", lost)
	}
	bitmap, err := r.Draw(Prepare(Screen{Kind: "status", Panel: DefaultPanel(), Name: "Küche 厨房", Message: "Nothing"}))
	if err != nil || len(bitmap.BMP()) != 48062 {
		t.Errorf("%v", err)
	}
}
