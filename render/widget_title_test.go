package render_test

import (
	"testing"

	"personalcms/render"
)

func TestTitleWidget(t *testing.T) {
	goldenWidget(t, "title", []widgetCase{
		{name: "large", width: 800, height: 120, widget: render.Widget{Options: render.Options{"text": "Good morning"}}},
		{name: "rule", width: 400, height: 90, widget: render.Widget{Options: render.Options{"text": "Workshop", "rule": "true"}}},
		{name: "capitals", width: 300, height: 60, widget: render.Widget{Options: render.Options{"text": "Upstairs", "style": "capitals", "rule": "true"}}},
		{name: "middle", width: 500, height: 100, widget: render.Widget{Options: render.Options{"align": "middle"}}},
	})
}
