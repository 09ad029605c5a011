package render

import (
	"bytes"
	"math/bits"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func newTypesetter(t testing.TB) *typesetter {
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
						for _, eight := range ts.glyph(run.Face, glyph.GlyphID, 28, fitted).bits {
							ink += bits.OnesCount8(eight)
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
		"தமிழ்":                "?",
		"Küche বাংলা 2":        "Küche ? 2",
		"a\x00b\u202Ec\u200Dd": "abc\u200Dd",
		"  white \n\t space  ": "white space",
		"12\u00A0°C, 7\u202F%": "12\u00A0°C, 7\u00A0%",
		"\xff\xfeok":           "ok",
		"กรุงเทพ แดง":          "กรุง\u200Bเทพ แดง",
		"":                     "",
	} {
		if diff := cmp.Diff(want, string(ts.drawable(text))); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
	if diff := cmp.Diff("தமঅ", string(ts.missing("தம ok", "த\u200D অ"))); diff != "" {
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

func TestBalanceLeavesNoShortWordAlone(t *testing.T) {
	ts := newTypesetter(t)
	s := style{weight: semiBold, size: 22}
	for _, text := range []string{
		"Wheelbarrows in wheelbarrows to go",
		"Researchers grow coral that stands two degrees more of it",
		"Extraordinary and extraordinary and it",
	} {
		for width := 160; width < 420; width += 20 {
			set := ts.balance(text, s, width, 0)
			if last := set.lines[len(set.lines)-1]; len(set.lines) > 1 && last.width < 30 {
				t.Errorf("%q at %d pixels ends with a line of %d", text, width, last.width)
			}
		}
	}
}

func TestTextIsSetTheSameFromTheCache(t *testing.T) {
	ts := newTypesetter(t)
	s := style{weight: medium, size: 15}
	text := "A line that is set, balanced and set again must come out as it did"
	first := ts.set(text, s, 200, 0)
	widths := func(b block) (all []int) {
		for _, l := range b.lines {
			all = append(all, l.width)
		}
		return all
	}
	want := widths(first)
	ts.balance(text, s, 200, 0)
	if diff := cmp.Diff(want, widths(ts.set(text, s, 200, 0))); diff != "" {
		t.Errorf("from the cache (-want +got):\n%s", diff)
	}
	for i := range maxBlocks + 10 {
		ts.set("x", s, 10+i, 1)
	}
	if len(ts.blocks) > maxBlocks {
		t.Errorf("%d texts are kept", len(ts.blocks))
	}
	if diff := cmp.Diff(want, widths(ts.set(text, s, 200, 0))); diff != "" {
		t.Errorf("set anew (-want +got):\n%s", diff)
	}
}

func TestSmallLettersKeepTheirDistance(t *testing.T) {
	ts := newTypesetter(t)
	for _, size := range []int{11, 13, 15, 17} {
		for w := range weights {
			var at []int
			for _, l := range ts.set("sesesesesesese", style{weight: w, size: size}, 500, 1).lines {
				ts.walk(l, size, 0, 20, func(_ *mask, x, _ int) { at = append(at, x) })
			}
			for i := 3; i < len(at); i++ {
				if at[i]-at[i-1] != at[i-2]-at[i-3] {
					t.Fatalf("size %d, weight %d: the same letters stand at %v", size, w, at)
				}
			}
		}
	}
}

func TestStampIsTheSameAsPixelByPixel(t *testing.T) {
	ts := newTypesetter(t)
	id, _ := ts.fonts.latin[bold].NominalGlyph('&')
	m := ts.glyph(ts.fonts.latin[bold], id, 30, fitted)
	inks := DefaultPanel().Inks()
	for ink := range uint8(2) {
		white := ink == 1
		for x := -40; x < 60; x++ {
			for _, y := range []int{-5, 10, 25, 60} {
				got, want := newBitmap(37, 31, inks), newBitmap(37, 31, inks)
				if !white {
					for i := range got.Pix {
						got.Pix[i], want.Pix[i] = 0xE0, 0xE0
					}
				}
				m.stamp(got, x, y, white)
				for row := range m.height {
					for column := range m.width {
						if m.inked(column, row) {
							want.set(x+m.x+column, y+m.y+row, 1, ink)
						}
					}
				}
				if !bytes.Equal(got.Pix, want.Pix) {
					t.Fatalf("at %d, %d, white %v: other pixels", x, y, white)
				}
			}
		}
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
