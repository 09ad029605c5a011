package render_test

import (
	"testing"

	"personalcms/render"
)

func TestMonthWidget(t *testing.T) {
	goldenWidget(t, "month", []widgetCase{
		{name: "square", width: 300, height: 270},
		{name: "full", width: 800, height: 480},
		{name: "weeks", width: 360, height: 300, widget: render.Widget{Options: render.Options{"weeks": "true"}}},
		{name: "small", width: 180, height: 130},
		{name: "tiny", width: 120, height: 100},
		{name: "flat", width: 400, height: 150},
		{name: "bare", width: 300, height: 270, change: func(in *render.Input) { in.Sources = nil }},
		{name: "arabic", width: 300, height: 270, change: func(in *render.Input) { in.Locale = locale("ar") }},
		{name: "stale", width: 300, height: 300, change: aged},
	})
}
