package screen_test

import (
	"testing"

	"personalcms/handlers/screen"
	"personalcms/render"
	"personalcms/store"
)

// TestAScreenIsKeptInTheColoursOfItsPanel draws for each kind of panel and reads back what the store has kept.
func TestAScreenIsKeptInTheColoursOfItsPanel(t *testing.T) {
	for _, p := range render.Palettes() {
		e := newEasel(t)
		device := e.change(func(device *store.Device) {
			device.Panel = render.Panel{Width: 200, Height: 100, Colors: len(p.Colors), Palette: p.Name}
		})
		drawn := e.at(device, noon)
		kept, err := e.db.Drawn("panel")
		must(t, err)
		bitmap := screen.Bitmap(kept)
		if bitmap.Inks().Name != p.Name || bitmap.ETag() != drawn.ETag {
			t.Errorf("a screen in %s is kept in %s", p.Name, bitmap.Inks().Name)
		}
		if want := (200*p.Bits + 7) / 8 * 100; len(bitmap.Raw()) != want {
			t.Errorf("%s: %d bytes, want %d", p.Name, len(bitmap.Raw()), want)
		}
	}
}
