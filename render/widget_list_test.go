package render_test

import (
	"testing"

	"personalcms/render"
)

func TestListWidget(t *testing.T) {
	goldenWidget(t, "list", []widgetCase{
		{name: "column", width: 300, height: 300},
		{name: "large", width: 800, height: 480},
		{name: "small", width: 180, height: 120},
		{name: "hidden", width: 300, height: 200, widget: render.Widget{Options: render.Options{"finished": "hidden", "boxes": "false"}}},
		{name: "path", width: 300, height: 200, widget: render.Widget{Options: render.Options{"items": "$.tasks[*]", "name": "$.what"}}, change: func(in *render.Input) {
			in.Sources[0].Feed.Document = []byte(`{"tasks":[{"what":"Bread"},{"what":"Milk"}]}`)
		}},
		{name: "broken", width: 400, height: 160, widget: render.Widget{Options: render.Options{"items": "$.[["}}},
		{name: "empty", width: 300, height: 120, change: hollow},
		{name: "stale", width: 300, height: 220, change: aged},
	})
}
