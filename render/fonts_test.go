package render

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/image/font/gofont/goregular"
)

// builtFont is a font that the build step brought.
func builtFont(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "assets", "dist", "fonts", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// flipped is a font with one bit of a letter's outline wrong.
func flipped(data []byte) []byte {
	bad := bytes.Clone(data)
	bad[len(bad)/2] ^= 4
	return bad
}

func TestSumsOfTheBuiltFontsAreRight(t *testing.T) {
	entries, err := os.ReadDir(filepath.Join("..", "assets", "dist", "fonts"))
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if filepath.Ext(entry.Name()) != ".ttf" {
			continue
		}
		if err := checkSums(builtFont(t, entry.Name())); err != nil {
			t.Errorf("%s: %v", entry.Name(), err)
		}
	}
}

func TestFontsOfAFolderDrawWhatTheOthersLack(t *testing.T) {
	thai := builtFont(t, "NotoSansThai_600SemiBold.ttf")
	folder := fstest.MapFS{
		"a-broken.ttf":     {Data: []byte("not a font")},
		"b-cut.otf":        {Data: thai[:len(thai)/2]},
		"c-flipped.ttf":    {Data: flipped(thai)},
		"d-plain.TTF":      {Data: goregular.TTF},
		"notes.txt":        {Data: []byte("not a font either")},
		"thai.ttf":         {Data: thai},
		"folder.ttf/x.ttf": {Data: thai},
	}
	r, err := New(fstest.MapFS{}, fstest.MapFS{}, fstest.MapFS{}, os.DirFS(filepath.Join(t.TempDir(), "nowhere")), folder)
	if err != nil {
		t.Fatal(err)
	}
	if lost := string(r.Missing("สวัสดี")); lost != "" {
		t.Errorf("no font has %q", lost)
	}
	var named []string
	for _, problem := range r.FontProblems() {
		name, _, _ := strings.Cut(problem.Error(), ":")
		named = append(named, name)
	}
	if diff := cmp.Diff([]string{`font "a-broken.ttf"`, `font "b-cut.otf"`, `font "c-flipped.ttf"`}, named); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}

func TestBuiltFontsMustBeComplete(t *testing.T) {
	folder := fstest.MapFS{}
	for _, name := range latinFonts {
		folder[name] = &fstest.MapFile{Data: builtFont(t, name)}
	}
	if _, err := New(folder, fstest.MapFS{}); err == nil || !strings.Contains(err.Error(), "Arabic") {
		t.Errorf("without the other fonts: %v", err)
	}
}

func TestFontsAreReadWhenTheyAreNeeded(t *testing.T) {
	opened := map[string]int{}
	ts := newTypesetterOf(t, countingFS{os.DirFS(filepath.Join("..", "assets", "dist", "fonts")), opened})
	ts.set("Küche Ελληνικά Русский 23 °C →", style{size: 20}, 500, 1)
	if n := len(opened); n != int(weights) {
		t.Errorf("%d files were opened for Latin letters: %v", n, opened)
	}
	ts.set("한국어 한국어", style{size: 20}, 500, 1)
	if diff := cmp.Diff(1, opened["NotoSansKR_600SemiBold.ttf"]); diff != "" {
		t.Errorf("the Korean font was opened (-want +got):\n%s", diff)
	}
}

func newTypesetterOf(t *testing.T, fonts fs.FS) *typesetter {
	t.Helper()
	r, err := New(fonts, fstest.MapFS{})
	if err != nil {
		t.Fatal(err)
	}
	return r.type_
}

// countingFS counts how often its files are opened.
type countingFS struct {
	fs.FS
	opened map[string]int
}

func (c countingFS) Open(name string) (fs.File, error) {
	c.opened[name]++
	return c.FS.Open(name)
}

func (c countingFS) Stat(name string) (fs.FileInfo, error) { return fs.Stat(c.FS, name) }
