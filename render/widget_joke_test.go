package render_test

import (
	"testing"

	"personalcms/render"
)

func TestJokeWidget(t *testing.T) {
	goldenWidget(t, "joke", []widgetCase{
		{name: "large", width: 800, height: 300},
		{name: "small", width: 260, height: 160},
		{name: "empty", width: 400, height: 150, change: func(in *render.Input) { in.Items = nil }},
	})
}
