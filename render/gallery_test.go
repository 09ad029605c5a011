package render_test

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	stddraw "image/draw"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"personalcms/render"
)

// galleryPanels are the panels that every layout has to look right on.
func galleryPanels() [][2]int {
	return [][2]int{{800, 480}, {296, 128}, {400, 300}, {640, 384}, {480, 800}, {1200, 825}, {1304, 984}}
}

// TestGallery draws every ready layout on every kind of panel, also for a household that has set up nothing, and
// collects the golden pictures of the widgets, for people to look at. With GALLERY set to a folder it leaves the
// pictures and sheets of them there; without, it only proves that all can be drawn.
func TestGallery(t *testing.T) {
	folder, r := os.Getenv("GALLERY"), newRenderer(t)
	panels := map[string][]image.Image{}
	for _, layout := range render.ReadyLayouts() {
		show := func(name string, s render.Screen) {
			bitmap := draw(t, r, s)
			panels[name] = append(panels[name], bitmap.Image())
			writePicture(t, folder, filepath.Join("layouts", layout.ID+"-"+name+".png"), bitmap.PNG())
		}
		for _, size := range galleryPanels() {
			show(fmt.Sprintf("%dx%d", size[0], size[1]), furnished(t, layout, size[0], size[1], ""))
		}
		fresh := furnished(t, layout, 800, 480, "")
		for i, in := range fresh.Inputs {
			fresh.Inputs[i] = render.Input{Device: render.Facts{Name: in.Device.Name}, Items: in.Items}
		}
		show("fresh", fresh)
		for _, palette := range []string{"gray4", "bwr", "bwy", "7color"} {
			show(palette, furnished(t, layout, 800, 480, palette))
		}
	}
	if folder == "" {
		return
	}
	for panel, pictures := range panels {
		writePicture(t, folder, "sheet-"+panel+".png", contactSheet(t, pictures))
	}
	for kind, pictures := range goldenWidgets(t) {
		writePicture(t, folder, "sheet-widget-"+kind+".png", contactSheet(t, pictures))
	}
}

// writePicture writes a file into the gallery, if there is one.
func writePicture(t *testing.T, folder, name string, data []byte) {
	t.Helper()
	if folder == "" {
		return
	}
	path := filepath.Join(folder, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// goldenWidgets are the golden pictures of widgets by kind; the tests of the kinds prove that they are drawn so.
func goldenWidgets(t *testing.T) map[string][]image.Image {
	t.Helper()
	found := map[string][]image.Image{}
	paths, err := filepath.Glob(filepath.Join("testdata", "golden", "widget-*.png"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no golden pictures: %v", err)
	}
	slices.Sort(paths)
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		kind := strings.Split(filepath.Base(path), "-")[1]
		found[kind] = append(found[kind], decodePNG(t, data))
	}
	return found
}

// contactSheet lays pictures out in rows on grey, each at its own size.
func contactSheet(t *testing.T, pictures []image.Image) []byte {
	t.Helper()
	const width, gap = 1560, 12
	var places []image.Point
	x, y, row := gap, gap, 0
	for _, picture := range pictures {
		size := picture.Bounds().Size()
		if x > gap && x+size.X+gap > width {
			x, y, row = gap, y+row+gap, 0
		}
		places = append(places, image.Pt(x, y))
		x, row = x+size.X+gap, max(row, size.Y)
	}
	sheet := image.NewRGBA(image.Rect(0, 0, width, y+row+gap))
	stddraw.Draw(sheet, sheet.Bounds(), image.NewUniform(color.Gray{150}), image.Point{}, stddraw.Src)
	for i, picture := range pictures {
		stddraw.Draw(sheet, picture.Bounds().Add(places[i]), picture, image.Point{}, stddraw.Src)
	}
	var out bytes.Buffer
	if err := png.Encode(&out, sheet); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
