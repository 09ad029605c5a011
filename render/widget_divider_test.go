package render_test

import (
	"testing"

	"personalcms/render"
)

func TestDividerWidget(t *testing.T) {
	goldenWidget(t, "divider", []widgetCase{
		{name: "across", width: 200, height: 20},
		{name: "upright", width: 20, height: 200, widget: render.Widget{Options: render.Options{"thickness": "4"}}},
	})
}
