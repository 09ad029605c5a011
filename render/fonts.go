package render

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"

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
var (
	latinFonts    = [weights]string{"Inter_500Medium.ttf", "Inter_600SemiBold.ttf", "Inter_700Bold.ttf", "Inter_800ExtraBold.ttf"}
	fallbackFonts = []string{
		"NotoSansArabic_600SemiBold.ttf", "NotoSansHebrew_600SemiBold.ttf", "NotoSansSC_600SemiBold.ttf", "NotoEmoji_700Bold.ttf",
	}
)

// fontSet are the faces of a renderer. A face caches what it looked up and is not safe for
// concurrent use; the Renderer's lock guards it.
type fontSet struct {
	latin     [weights]*font.Face
	fallbacks []*font.Face
}

// loadFonts reads the fonts of a folder. Where the panel's own letters are missing, because the build
// step did not run, Go's take their place and there are no other writings.
func loadFonts(files fs.FS) (*fontSet, error) {
	set := &fontSet{}
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
	for _, name := range fallbackFonts {
		face, err := loadFace(files, name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		set.fallbacks = append(set.fallbacks, face)
	}
	return set, nil
}

func loadFace(files fs.FS, name string) (*font.Face, error) {
	data, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, err
	}
	face, err := font.ParseTTF(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("font %q: %w", name, err)
	}
	return face, nil
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
	for _, face := range f.set.fallbacks {
		if _, ok := face.NominalGlyph(r); ok {
			return face
		}
	}
	return own
}

// has tells whether any face can draw a letter.
func (s *fontSet) has(r rune) bool {
	if _, ok := s.latin[medium].NominalGlyph(r); ok {
		return true
	}
	for _, face := range s.fallbacks {
		if _, ok := face.NominalGlyph(r); ok {
			return true
		}
	}
	return false
}
