package render_test

import (
	"testing"

	"personalcms/render"
)

func TestClockWidget(t *testing.T) {
	goldenWidget(t, "clock", []widgetCase{
		{name: "large", width: 800, height: 480, widget: render.Widget{Options: render.Options{"date": "true"}}},
		{name: "small", width: 260, height: 120},
		{name: "twelve", width: 400, height: 150, change: func(in *render.Input) { in.Locale = render.NewLocale(render.Units{Clock: "12"}) }},
	})
}
