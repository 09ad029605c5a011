package render

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"slices"
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
	files  fs.FS
	file   string
	blocks []letterRange // of Unicode, where it is worth a look; none = everywhere
	alone  bool          // letters stand alone and may be moved to whole pixels
	face   *font.Face
	read   bool // face is nil where that failed
}

// letterRange is the first and the last letter of a part of Unicode.
type letterRange struct{ first, last rune }

// builtFallbacks are the fonts for other writings that the build step brings, in the order in which they are asked.
func builtFallbacks(files fs.FS) []*fallback {
	return []*fallback{
		{files: files, file: "NotoSansArabic_600SemiBold.ttf", blocks: []letterRange{{0x600, 0x6FF}, {0x750, 0x77F}, {0x870, 0x8FF}, {0xFB50, 0xFDFF}, {0xFE70, 0xFEFF}}},
		{files: files, file: "NotoSansHebrew_600SemiBold.ttf", alone: true, blocks: []letterRange{{0x590, 0x5FF}, {0xFB1D, 0xFB4F}}},
		{files: files, file: "NotoSansDevanagari_600SemiBold.ttf", blocks: []letterRange{{0x900, 0x97F}, {0x1CD0, 0x1CFF}, {0xA830, 0xA839}, {0xA8E0, 0xA8FF}}},
		{files: files, file: "NotoSansThai_600SemiBold.ttf", alone: true, blocks: []letterRange{{0xE00, 0xE7F}}},
		{files: files, file: "NotoSansKR_600SemiBold.ttf", alone: true, blocks: []letterRange{{0x1100, 0x11FF}, {0x3130, 0x318F}, {0xA960, 0xA97F}, {0xAC00, 0xD7FF}}},
		{files: files, file: "NotoEmoji_700Bold.ttf", alone: true, blocks: []letterRange{{0x2000, 0x2BFF}, {0x1F000, 0x1FAFF}}},
		{files: files, file: "NotoSansSC_600SemiBold.ttf", alone: true, blocks: []letterRange{{0x2000, 0x33FF}, {0x3400, 0x9FFF}, {0xF900, 0xFAFF}, {0xFE10, 0xFE4F}, {0xFF00, 0xFFEF}, {0x20000, 0x3FFFF}}},
	}
}

func (f *fallback) covers(r rune) bool {
	return len(f.blocks) == 0 || slices.ContainsFunc(f.blocks, func(b letterRange) bool { return b.first <= r && r <= b.last })
}

// fontSet are the faces of a renderer. A face caches what it looked up and is not safe for
// concurrent use; the Renderer's lock guards it.
type fontSet struct {
	latin     [weights]*font.Face
	fallbacks []*fallback
	problems  []error
}

// loadFonts reads the fonts of a folder. Where the panel's own letters are missing, because the build
// step did not run, Go's take their place and there are no other writings. The fonts of the folders
// in more come after those; one that is broken is a problem of the set, not an error.
func loadFonts(files fs.FS, more ...fs.FS) (*fontSet, error) {
	set := &fontSet{}
	err := set.loadBuilt(files)
	if errors.Is(err, fs.ErrNotExist) {
		err = set.loadGo()
	}
	if err != nil {
		return nil, err
	}
	for _, folder := range more {
		set.addFolder(folder)
	}
	return set, nil
}

// loadBuilt reads what the build step brought; the error is fs.ErrNotExist when it did not run.
func (s *fontSet) loadBuilt(files fs.FS) error {
	for i, name := range latinFonts {
		face, err := loadFace(files, name)
		if err != nil {
			return err
		}
		s.latin[i] = face
	}
	s.fallbacks = builtFallbacks(files)
	for _, other := range s.fallbacks {
		if _, err := fs.Stat(files, other.file); err != nil {
			return fmt.Errorf("font %q is missing beside the others: run the build step of assets again", other.file)
		}
	}
	return nil
}

func (s *fontSet) loadGo() error {
	for i := range s.latin {
		data := gobold.TTF
		if weight(i) == medium {
			data = gomedium.TTF
		}
		face, err := font.ParseTTF(bytes.NewReader(data))
		if err != nil {
			return err
		}
		s.latin[i] = face
	}
	return nil
}

// openFont opens a file so that it can be read in parts.
func openFont(files fs.FS, name string) (fs.File, font.Resource, error) {
	file, err := files.Open(name)
	if err != nil {
		return nil, nil, fmt.Errorf("font %q: %w", name, err)
	}
	resource, ok := file.(font.Resource)
	if !ok {
		_ = file.Close()
		return nil, nil, fmt.Errorf("font %q cannot be read in parts", name)
	}
	return file, resource, nil
}

// loadFace reads a font. The library does not expect damaged files everywhere and may panic.
func loadFace(files fs.FS, name string) (face *font.Face, err error) {
	file, resource, err := openFont(files, name)
	if err != nil {
		return nil, err
	}
	defer func() {
		_ = file.Close()
		if r := recover(); r != nil {
			face, err = nil, fmt.Errorf("font %q: damaged: %v", name, r)
		}
	}()
	face, err = font.ParseTTF(resource)
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
		if face := s.load(other); face != nil && hasGlyph(face, r) {
			return face
		}
	}
	return nil
}

// load reads a fallback font once. It was there at the start; one that cannot be read now is as good
// as missing, and a problem to be shown.
func (s *fontSet) load(other *fallback) *font.Face {
	if other.read {
		return other.face
	}
	other.read = true
	face, err := loadFace(other.files, other.file)
	if err != nil {
		s.problems = append(s.problems, err)
	}
	other.face = face
	return face
}

func hasGlyph(face *font.Face, r rune) bool {
	_, ok := face.NominalGlyph(r)
	return ok
}

// faces chooses for every letter the first face that has it, beginning with the wanted weight. A mark
// stays in the face of the letter it stands on, or it would miss its place.
type faces struct {
	set  *fontSet
	want weight
	last *font.Face
}

// ResolveFace implements shaping.Fontmap.
func (f *faces) ResolveFace(r rune) *font.Face {
	if f.last != nil && unicode.IsMark(r) && hasGlyph(f.last, r) {
		return f.last
	}
	f.last = f.set.latin[f.want]
	if !hasGlyph(f.last, r) {
		if face := f.set.other(r); face != nil {
			f.last = face
		}
	}
	return f.last
}

// has tells whether any face can draw a letter.
func (s *fontSet) has(r rune) bool {
	return hasGlyph(s.latin[medium], r) || s.other(r) != nil
}

// joins tells whether letters of a face may touch their neighbours, as in Arabic and Devanagari; of a
// font that somebody brought that is not known.
func (s *fontSet) joins(face *font.Face) bool {
	for _, other := range s.fallbacks {
		if other.face == face {
			return !other.alone
		}
	}
	return false
}
