package render_test

import (
	"testing"

	"personalcms/content"
	"personalcms/render"
)

// sample is data such as a household has, for a widget: every kind gets what it needs.
func sample(w render.Widget) render.Input {
	in := render.Input{Now: noon(), Device: render.Facts{ID: "panel-1", Name: "Living room"}}
	kind, ok := render.KindNamed(w.Kind)
	if !ok {
		return in
	}
	switch kind.Needs.Category {
	case "jokes":
		in.Items = []content.Item{{Text: "I told my suitcase there will be no holiday this year. Now I am dealing with emotional baggage."}}
	case "riddles":
		in.Items = []content.Item{{Question: "What gets wet while drying?", Answer: "A towel"}}
	}
	household(&in, w, kind.Needs)
	sampleReading(&in, w.Kind)
	return in
}

// widgetCase is one golden picture of a widget.
type widgetCase struct {
	name          string // of the picture, after the kind's name
	width, height int
	widget        render.Widget // Kind is filled in
	change        func(*render.Input)
}

// goldenWidget draws a kind of widget in several boxes and compares each with its golden picture.
func goldenWidget(t *testing.T, kind string, cases []widgetCase) {
	t.Helper()
	r := newRenderer(t)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			c.widget.ID, c.widget.Kind, c.widget.W, c.widget.H = "w1", kind, render.Columns, render.Rows
			in := sample(c.widget)
			if c.change != nil {
				c.change(&in)
			}
			bitmap, err := r.DrawOne(c.widget, in, c.width, c.height)
			if err != nil {
				t.Fatal(err)
			}
			compareGolden(t, "widget-"+kind+"-"+c.name, bitmap.PNG())
		})
	}
}
