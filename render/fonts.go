package render

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"unicode"

	"github.com/go-text/typesetting/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/gomedium"
)

// weight is how heavy letters are; thin strokes break on 1 bit, so there is none below medium.
type weight int

const (
	medium weight = iota
	semiBold
	bold
	extraBold
	weights
)

// latinFonts are the files of the panel's own letters, by weight; other writings have one weight each.
var latinFonts = [weights]string{"Inter_500Medium.ttf", "Inter_600SemiBold.ttf", "Inter_700Bold.ttf", "Inter_800ExtraBold.ttf"}

// fallback is a font for other writings. It is read when the first of its letters is asked for: the
// Chinese one alone has 10 MB, and most households never need it.
type fallback struct {
	file   string
	covers func(r rune) bool // whether it is worth a look
	face   *font.Face        // nil = not read yet, or there is none
	read   bool
}

func fallbackFonts() []*fallback {
	cjk := []*unicode.RangeTable{unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Bopomofo}
	return []*fallback{
		{file: "NotoSansArabic_600SemiBold.ttf", covers: func(r rune) bool { return unicode.Is(unicode.Arabic, r) }},
		{file: "NotoSansHebrew_600SemiBold.ttf", covers: func(r rune) bool { return unicode.Is(unicode.Hebrew, r) }},
		{file: "NotoSansSC_600SemiBold.ttf", covers: func(r rune) bool {
			return unicode.In(r, cjk...) || r >= 0x3000 && r <= 0x303F || r >= 0xFF00 && r <= 0xFFEF // CJK and full-width punctuation
		}},
		{file: "NotoEmoji_700Bold.ttf", covers: func(r rune) bool { return unicode.IsSymbol(r) || r >= 0x1F000 }},
	}
}

// fontSet are the faces of a renderer. A face caches what it looked up and is not safe for
// concurrent use; the Renderer's lock guards it.
type fontSet struct {
	files     fs.FS
	latin     [weights]*font.Face
	fallbacks []*fallback
}

// loadFonts reads the fonts of a folder. Where the panel's own letters are missing, because the build
// step did not run, Go's take their place and there are no other writings.
func loadFonts(files fs.FS) (*fontSet, error) {
	set := &fontSet{files: files, fallbacks: fallbackFonts()}
	for i, name := range latinFonts {
		face, err := loadFace(files, name)
		if errors.Is(err, fs.ErrNotExist) {
			return goFonts()
		}
		if err != nil {
			return nil, err
		}
		set.latin[i] = face
	}
	for _, other := range set.fallbacks {
		if _, err := fs.Stat(files, other.file); err != nil {
			return nil, fmt.Errorf("font %q: %w", other.file, err)
		}
	}
	return set, nil
}

func loadFace(files fs.FS, name string) (*font.Face, error) {
	file, err := files.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	resource, ok := file.(font.Resource)
	if !ok {
		return nil, fmt.Errorf("font %q cannot be read in parts", name)
	}
	face, err := font.ParseTTF(resource)
	if err != nil {
		return nil, fmt.Errorf("font %q: %w", name, err)
	}
	return face, nil
}

// other is the first fallback face that has a letter, nil if there is none.
func (s *fontSet) other(r rune) *font.Face {
	for _, other := range s.fallbacks {
		if !other.covers(r) {
			continue
		}
		if !other.read {
			other.read = true
			// The file was there at the start; one that cannot be read now is as good as missing.
			other.face, _ = loadFace(s.files, other.file)
		}
		if other.face == nil {
			continue
		}
		if _, ok := other.face.NominalGlyph(r); ok {
			return other.face
		}
	}
	return nil
}

func goFonts() (*fontSet, error) {
	set := &fontSet{}
	for i := range set.latin {
		data := gobold.TTF
		if weight(i) == medium {
			data = gomedium.TTF
		}
		face, err := font.ParseTTF(bytes.NewReader(data))
		if err != nil {
			return nil, err
		}
		set.latin[i] = face
	}
	return set, nil
}

// faces chooses for every letter the first face that has it, beginning with the wanted weight.
type faces struct {
	set  *fontSet
	want weight
}

// ResolveFace implements shaping.Fontmap.
func (f faces) ResolveFace(r rune) *font.Face {
	own := f.set.latin[f.want]
	if _, ok := own.NominalGlyph(r); ok {
		return own
	}
	if face := f.set.other(r); face != nil {
		return face
	}
	return own
}

// has tells whether any face can draw a letter.
func (s *fontSet) has(r rune) bool {
	if _, ok := s.latin[medium].NominalGlyph(r); ok {
		return true
	}
	return s.other(r) != nil
}
