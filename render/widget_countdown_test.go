package render_test

import (
	"testing"

	"personalcms/render"
)

func TestCountdownWidget(t *testing.T) {
	goldenWidget(t, "countdown", []widgetCase{
		{name: "large", width: 800, height: 480, widget: render.Widget{Options: render.Options{"date": "2027-06-24", "label": "Summer holidays"}}},
		{name: "box", width: 230, height: 170, widget: render.Widget{Options: render.Options{"date": "2026-12-24", "label": "Christmas Eve"}}},
		{name: "line", width: 300, height: 70, widget: render.Widget{Options: render.Options{"date": "2026-12-24", "label": "Christmas Eve"}}},
		{name: "today", width: 300, height: 200, widget: render.Widget{Options: render.Options{"date": "2026-11-23", "label": "Grandma’s birthday"}}},
		{name: "up", width: 240, height: 200, widget: render.Widget{Options: render.Options{"date": "2024-03-01", "label": "We moved in", "up": "true"}}},
		{name: "over", width: 300, height: 180, widget: render.Widget{Options: render.Options{"date": "2026-11-01", "label": "The concert"}}},
		{name: "none", width: 300, height: 120},
	})
}
