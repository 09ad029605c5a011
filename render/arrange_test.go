package render

import (
	"fmt"
	"image"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestArrangeEverySize puts every ready layout on panels of all sizes: nothing overlaps or lies outside, widgets keep
// their reading order, none comes twice, the first of the layout is always there, and the result is always the same.
func TestArrangeEverySize(t *testing.T) {
	for _, l := range ReadyLayouts() {
		for width := 64; width <= 2000; width += 44 {
			for height := 64; height <= 2000; height += 44 {
				p := Panel{Width: width, Height: height}
				a := arrange(l, p)
				if problem := disorder(l, p, a); problem != "" {
					t.Fatalf("%s on %d×%d: %s", l.ID, width, height, problem)
				}
				if again := arrange(l, p); !slices.EqualFunc(a.placed, again.placed, func(x, y placed) bool { return x.index == y.index && x.box == y.box }) {
					t.Fatalf("%s on %d×%d: arranged differently a second time", l.ID, width, height)
				}
			}
		}
	}
}

// disorder is what is wrong with an arrangement, "" if nothing is.
func disorder(l Layout, p Panel, a arrangement) string {
	panel, seen := image.Rect(0, 0, p.Width, p.Height), map[int]bool{}
	for i, at := range a.placed {
		if at.box.Empty() || !at.box.In(panel) {
			return fmt.Sprintf("%s lies at %v", l.Widgets[at.index].ID, at.box)
		}
		if seen[at.index] {
			return l.Widgets[at.index].ID + " comes twice"
		}
		seen[at.index] = true
		for _, other := range a.placed[:i] {
			if at.box.Overlaps(other.box) {
				return fmt.Sprintf("%s at %v lies on %s at %v", l.Widgets[at.index].ID, at.box, l.Widgets[other.index].ID, other.box)
			}
		}
	}
	for index := range len(a.placed) {
		if !seen[index] {
			return l.Widgets[index].ID + " is left out, though later ones are not"
		}
	}
	return ""
}

// TestNothingIsLostThatWouldFit takes every reflowed arrangement that leaves widgets out, and finds that with one
// more of them the least that they need is more than the panel has.
func TestNothingIsLostThatWouldFit(t *testing.T) {
	lost := 0
	for _, l := range ReadyLayouts() {
		for _, size := range [][2]int{{64, 64}, {296, 128}, {128, 296}, {400, 300}, {480, 800}, {250, 122}, {600, 448}, {2000, 200}} {
			p := Panel{Width: size[0], Height: size[1]}
			a := arrange(l, p)
			shown := len(a.placed)
			if shown == len(l.Widgets) {
				continue
			}
			lost++
			more := slices.DeleteFunc(readingOrder(l), func(index int) bool { return index > shown })
			edge := scaled(a.scale, l.Margin)
			room := image.Rect(edge, edge, p.Width-edge, p.Height-edge)
			for _, comfort := range comforts() {
				if fits(shelve(l, more, room.Dx(), a.scale, comfort), room) {
					t.Errorf("%s on %d×%d: %s would fit", l.ID, size[0], size[1], l.Widgets[shown].ID)
				}
			}
		}
	}
	if lost == 0 {
		t.Error("no panel is small enough to leave anything out")
	}
}

func TestWhatIsKeptOnASmallPanel(t *testing.T) {
	shown := func(id string, width, height int) []string {
		l, _ := ReadyLayout(id)
		var ids []string
		for _, at := range arrange(l, Panel{Width: width, Height: height}).placed {
			ids = append(ids, l.Widgets[at.index].ID)
		}
		return ids
	}
	for id, want := range map[string][]string{
		"default":         {"date", "clock"},
		"family-board":    {"date", "weather"},
		"weather-station": {"weather", "days"},
		"photo-frame":     {"photo"},
		"news":            {"news"},
		"meeting-room":    {"agenda"},
		"sensor-board":    {"temperature", "humidity"},
	} {
		if diff := cmp.Diff(want, shown(id, 296, 128)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", id, diff)
		}
	}
	if got := shown("family-board", 480, 800); len(got) != 7 {
		t.Errorf("upright the family board shows %v", got)
	}
}

func TestBordersAfterReflowing(t *testing.T) {
	l := Layout{Widgets: []Widget{
		{Kind: "date", W: 12, H: 8, Dark: true},
		{Kind: "clock", X: 12, W: 12, H: 8, Border: []string{"bottom", "right"}},
		{Kind: "joke", Y: 8, W: 24, H: 8},
	}}
	borders := func(p Panel) [][]string {
		var all [][]string
		for _, at := range arrange(l, p).placed {
			all = append(all, at.border)
		}
		return all
	}
	if diff := cmp.Diff([][]string{nil, {"bottom", "right"}, nil}, borders(Panel{Width: 800, Height: 480})); diff != "" {
		t.Errorf("on the grid (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([][]string{{}, {}, {"top"}}, borders(Panel{Width: 400, Height: 800})); diff != "" {
		t.Errorf("upright (-want +got):\n%s", diff)
	}
}

func TestSpread(t *testing.T) {
	for name, row := range map[string]struct {
		lengths, weights []int
		total            int
		want             []int
	}{
		"what is over by weight":     {[]int{10, 10}, []int{1, 3}, 60, []int{20, 40}},
		"what is missing alike":      {[]int{60, 20}, []int{1, 3}, 40, []int{30, 10}},
		"nothing to do":              {[]int{7, 5}, []int{1, 1}, 12, []int{7, 5}},
		"the last takes what is odd": {[]int{1, 1, 1}, []int{1, 1, 1}, 5, []int{1, 1, 3}},
		"nothing":                    {nil, nil, 10, nil},
	} {
		spread(row.lengths, row.weights, row.total)
		if diff := cmp.Diff(row.want, row.lengths); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
