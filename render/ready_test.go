package render_test

import (
	"fmt"
	"testing"
	"time"

	"personalcms/render"
)

// furnished is a ready layout on a panel, with the data of a household.
func furnished(t testing.TB, layout render.Layout, width, height int, palette string) render.Screen {
	s := screenOf(layout)
	s.Panel = render.Panel{Width: width, Height: height, Colors: 2, Palette: palette}
	for i, w := range layout.Widgets {
		switch {
		case w.Options["sensor"] == "humidity":
			s.Inputs[i].Series = []render.Series{wave(noon(), 24*time.Hour, "humidity", "%", 52, 9)}
		case w.Options["sensor"] == "pressure":
			s.Inputs[i].Series = []render.Series{wave(noon(), 24*time.Hour, "pressure", "hPa", 1013, 8)}
		case w.Kind == "photo":
			s.Inputs[i].Photo = &render.Photo{ID: "hills", Data: hills(t), Mode: "fill", Caption: "Hohe Tauern, summer 2025"}
		}
	}
	return s
}

// TestReadyLayoutsGolden compares every ready layout on a usual panel, and those that people see first on others.
func TestReadyLayoutsGolden(t *testing.T) {
	r := newRenderer(t)
	check := func(layout render.Layout, name string, width, height int, palette string) {
		t.Run(name, func(t *testing.T) {
			compareGolden(t, "layout-"+name, draw(t, r, furnished(t, layout, width, height, palette)).PNG())
		})
	}
	for _, layout := range render.ReadyLayouts() {
		check(layout, layout.ID, 800, 480, "")
		check(layout, layout.ID+"-small", 296, 128, "")
	}
	for _, id := range []string{"default", "family-board", "meeting-room", "sensor-board"} {
		layout, _ := render.ReadyLayout(id)
		for _, size := range [][2]int{{400, 300}, {480, 800}} {
			check(layout, fmt.Sprintf("%s-%dx%d", id, size[0], size[1]), size[0], size[1], "")
		}
		check(layout, id+"-bwr", 640, 384, "bwr")
	}
}

func TestReadyLayoutsAreInOrder(t *testing.T) {
	seen := map[string]bool{}
	for _, layout := range render.ReadyLayouts() {
		if wrong := layout.Check(); len(wrong) > 0 {
			t.Errorf("%s: %v", layout.ID, wrong)
		}
		if seen[layout.ID] || seen[layout.Name] {
			t.Errorf("%s: its id or name comes twice", layout.ID)
		}
		seen[layout.ID], seen[layout.Name] = true, true
		black := map[int]bool{}
		for i, a := range layout.Widgets {
			if a.Dark {
				black[a.Y] = true
			}
			for _, b := range layout.Widgets[:i] {
				if a.X < b.X+b.W && b.X < a.X+a.W && a.Y < b.Y+b.H && b.Y < a.Y+a.H {
					t.Errorf("%s: %s lies on %s", layout.ID, a.ID, b.ID)
				}
			}
		}
		if len(black) > 1 {
			t.Errorf("%s has more than one black area", layout.ID)
		}
	}
}
