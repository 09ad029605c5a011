package render_test

import (
	"testing"

	"personalcms/render"
)

func TestDateWidget(t *testing.T) {
	goldenWidget(t, "date", []widgetCase{
		{name: "block", width: 300, height: 150, widget: render.Widget{Dark: true}},
		{name: "line", width: 400, height: 60},
		{name: "narrow", width: 120, height: 80},
	})
}
