package render_test

import (
	"encoding/json"
	"testing"

	"personalcms/render"
)

func TestNumberWidget(t *testing.T) {
	power := render.Options{"path": "$.power.now", "label": "Power", "unit": "W", "before": "$.power.yesterday", "words": "since yesterday"}
	goldenWidget(t, "number", []widgetCase{
		{name: "board", width: 266, height: 160, widget: render.Widget{Options: power}},
		{name: "small", width: 120, height: 80, widget: render.Widget{Options: power}},
		{name: "stale", width: 266, height: 120, widget: render.Widget{Options: power}, change: stale},
		{name: "absent", width: 266, height: 100, widget: render.Widget{Options: render.Options{"path": "$.gas"}}},
		{name: "bad-path", width: 266, height: 100, widget: render.Widget{Options: render.Options{"path": "$["}}},
		{name: "huge", width: 266, height: 120, widget: render.Widget{Options: render.Options{"path": "$.n", "prefix": "€", "places": "2"}}, change: func(in *render.Input) {
			in.Sources[0].Feed.Document = json.RawMessage(`{"n": -12345678.9}`)
		}},
	})
}

func timetable() render.Widget {
	return render.Widget{Options: render.Options{
		"title": "Messplatz", "rows": "$.departures", "column1": "$.line", "heading1": "Line", "column2": "$.to", "heading2": "To",
		"column3": "$.time", "heading3": "Leaves", "column4": "$.delay", "heading4": "Late",
	}}
}

func TestTableWidget(t *testing.T) {
	goldenWidget(t, "table", []widgetCase{
		{name: "board", width: 420, height: 260, widget: timetable()},
		{name: "small", width: 200, height: 130, widget: timetable()},
		{name: "stale", width: 420, height: 160, widget: timetable(), change: stale},
		{name: "no-rows", width: 300, height: 110, widget: timetable(), change: func(in *render.Input) {
			in.Sources[0].Feed.Document = json.RawMessage(`[]`)
		}},
		{name: "failing", width: 300, height: 110, widget: timetable(), change: failing},
	})
}

// FuzzDocument: whatever a document and a path are, the widgets draw something and never fail.
func FuzzDocument(f *testing.F) {
	for _, path := range []string{"$", "$.departures[*]", "$..line", "$.departures[?(@.delay > 2)]", "$[", "$..a..b", "@.x", "$['a'", "$.departures[-1:0:-1]"} {
		f.Add([]byte(sampleDocument), path)
	}
	f.Add([]byte(`[[[[[]]]], 1e999, null, "\ud800"]`), "$[*]")
	r := newRenderer(f)
	f.Fuzz(func(t *testing.T, document []byte, path string) {
		for _, w := range []render.Widget{
			{Kind: "number", Options: render.Options{"path": path, "before": path}},
			{Kind: "table", Options: render.Options{"rows": path, "column1": path, "column2": "$.line"}},
		} {
			in := sample(w)
			in.Sources[0].Feed.Document = document
			w.W, w.H = render.Columns, render.Rows
			if _, err := r.DrawOne(w, in, 200, 120); err != nil {
				t.Error(err)
			}
		}
	})
}
