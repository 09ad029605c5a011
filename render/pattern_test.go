package render_test

import (
	"math"
	"testing"
	"time"

	"personalcms/render"

	"github.com/google/go-cmp/cmp"
)

func TestGreysInkTheirShare(t *testing.T) {
	want := map[int]float64{12: 12.5, 25: 25, 50: 50}
	if diff := cmp.Diff(want, render.Shares()); diff != "" {
		t.Errorf("shares (-want +got):\n%s", diff)
	}
}

func TestThinKeepsPeaksAndGaps(t *testing.T) {
	to := noon()
	s := render.Series{From: to.Add(-30 * 24 * time.Hour), To: to}
	for at := s.From; !at.After(to); at = at.Add(time.Minute) {
		if day := at.Sub(s.From) / (24 * time.Hour); day == 10 {
			continue // a day without readings
		}
		s.Points = append(s.Points, render.Point{At: at, Value: 20 + math.Sin(float64(at.Unix())/20_000)})
	}
	s.Points[20_000].Value, s.Points[33_333].Value = 35, -5
	runs := render.Thin(s)
	if len(runs) != 2 {
		t.Fatalf("%d runs, want one on each side of the gap", len(runs))
	}
	points, low, high := 0, false, false
	for _, run := range runs {
		points += len(run)
		for _, p := range run {
			low, high = low || p.Y == 0, high || p.Y == 1000
		}
	}
	if !low || !high {
		t.Errorf("the least (%v) or the greatest (%v) of %d readings is lost", low, high, len(s.Points))
	}
	if points > 2*1201 {
		t.Errorf("%d readings became %d points", len(s.Points), points)
	}
}

func TestChartOfNoNumbersIsEmpty(t *testing.T) {
	w := render.Widget{Kind: "chart", W: render.Columns, H: render.Rows}
	in := sample(w)
	for i := range in.Series[0].Points {
		in.Series[0].Points[i].Value = math.NaN()
	}
	empty := in
	empty.Series = nil
	r := newRenderer(t)
	a, err := r.DrawOne(w, in, 300, 150)
	if err != nil {
		t.Fatal(err)
	}
	b, err := r.DrawOne(w, empty, 300, 150)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(b.Pix, a.Pix); diff != "" {
		t.Error("readings that are no numbers are drawn")
	}
}

func BenchmarkChart(b *testing.B) {
	r := newRenderer(b)
	w := render.Widget{Kind: "chart", Options: render.Options{"span": "30d"}, W: render.Columns, H: render.Rows}
	in := sample(w)
	b.ReportMetric(float64(len(in.Series[0].Points)), "readings")
	for b.Loop() {
		if _, err := r.DrawOne(w, in, 800, 300); err != nil {
			b.Fatal(err)
		}
	}
}

// TestChartChangesInSteps: a minute that brings no reading changes nothing that is seen; five do.
func TestChartChangesInSteps(t *testing.T) {
	key := func(later time.Duration) string {
		w := render.Widget{ID: "w1", Kind: "chart", W: render.Columns, H: render.Rows}
		in := sample(w)
		in.Series[0].From, in.Series[0].To = in.Series[0].From.Add(later), in.Series[0].To.Add(later)
		return render.Prepare(render.Screen{
			Kind: render.KindLayout, Panel: render.DefaultPanel(), Now: in.Now.Add(later),
			Layout: render.Layout{ID: "one", Name: "One", Widgets: []render.Widget{w}}, Inputs: []render.Input{in},
		}).Key
	}
	if key(0) != key(time.Minute) {
		t.Error("the screen changes with the minute")
	}
	if key(0) == key(6*time.Minute) {
		t.Error("the screen does not follow the time")
	}
}
