package render_test

import (
	"testing"

	"personalcms/render"
)

func TestNewsWidget(t *testing.T) {
	goldenWidget(t, "news", []widgetCase{
		{name: "column", width: 290, height: 300},
		{name: "full", width: 800, height: 480, widget: render.Widget{Options: render.Options{"source": "true", "summary": "true"}}},
		{name: "small", width: 220, height: 110},
		{name: "one", width: 800, height: 300, widget: render.Widget{Options: render.Options{"count": "1", "source": "true", "summary": "true"}}},
		{name: "stale", width: 400, height: 300, widget: render.Widget{Options: render.Options{"source": "true"}}, change: aged},
		{name: "empty", width: 300, height: 160, change: func(in *render.Input) { in.Sources = nil }},
		{name: "silent", width: 300, height: 160, change: silent},
	})
}
