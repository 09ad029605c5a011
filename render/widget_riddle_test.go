package render_test

import (
	"testing"

	"personalcms/content"
	"personalcms/render"
)

func TestRiddleWidget(t *testing.T) {
	goldenWidget(t, "riddle", []widgetCase{
		{name: "strip", width: 800, height: 64},
		{name: "large", width: 800, height: 300},
		{name: "small", width: 260, height: 170},
		{name: "later", width: 500, height: 220, widget: render.Widget{Options: render.Options{"answer": "later"}}, change: func(in *render.Input) {
			in.Before = []content.Item{{Question: "What has hands and cannot clap?", Answer: "A clock"}}
		}},
		{name: "empty", width: 400, height: 100, change: func(in *render.Input) { in.Items = nil }},
	})
}
