package render

import (
	"math"
	"strings"
	"testing"
	"time"
)

// Drawn far outside of its box, a curve took longer than the universe, and no other screen was drawn meanwhile.
func TestReadingsHoweverFarApartStayOnTheChart(t *testing.T) {
	to := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	from := to.Add(-24 * time.Hour)
	for name, bounds := range map[string][2]float64{
		"all numbers": {-math.MaxFloat64, math.MaxFloat64}, "hardly apart": {0, math.SmallestNonzeroFloat64}, "usual": {18, 23},
	} {
		points := []Point{{from.Add(time.Hour), bounds[0]}, {to.Add(-2 * time.Hour), bounds[1]}, {to.Add(-time.Hour), bounds[0]}}
		for _, run := range thin(points, from, to, bounds[0], bounds[1]) {
			for _, p := range run {
				if p.Y < 0 || p.Y > rise {
					t.Errorf("%s: a point at %d of %d", name, p.Y, rise)
				}
			}
		}
	}
}

func TestWhatIsNoNumberIsNoOption(t *testing.T) {
	option := Option{Title: "Every", Type: "number", Min: 1, Max: 60}
	for value, fine := range map[string]bool{"1": true, "60": true, "NaN": false, "Inf": false, "0": false, "1e999": false} {
		if problem := option.check(value); (problem == "") != fine {
			t.Errorf("%s: %q", value, problem)
		}
	}
}

func TestAWidgetThatPanicsFailsNeitherTheScreenNorTheProgram(t *testing.T) {
	see := func(in Input) view { return shows(in.Items[7]) }
	if v := guarded(see, Input{}); v.shown != nil || !strings.Contains(v.empty, "cannot be shown") {
		t.Errorf("%+v", v)
	}
}

// Devices get the name in a header, where a NUL spoils the whole answer.
func TestALayoutsNameIsOneLine(t *testing.T) {
	for name, fine := range map[string]bool{"Küche": true, "Kit\x00chen": false, "Kit\r\nX: chen": false, "Kit\u0085chen": false} {
		if wrong := (Layout{ID: "x", Name: name}).Check(); (len(wrong) == 0) != fine {
			t.Errorf("%q: %v", name, wrong)
		}
	}
}
