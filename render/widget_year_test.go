package render_test

import (
	"testing"

	"personalcms/render"
)

func TestYearWidget(t *testing.T) {
	goldenWidget(t, "year", []widgetCase{
		{name: "large", width: 800, height: 480},
		{name: "box", width: 300, height: 130},
		{name: "small", width: 160, height: 80},
		{name: "chinese", width: 400, height: 180, widget: render.Widget{Dark: true}, change: func(in *render.Input) { in.Locale = locale("zh") }},
		{name: "strip", width: 800, height: 90},
	})
}
