package render_test

import (
	"testing"

	"personalcms/render"
)

func TestAgendaWidget(t *testing.T) {
	goldenWidget(t, "agenda", []widgetCase{
		{name: "tall", width: 300, height: 300},
		{name: "narrow", width: 200, height: 160},
		{name: "wide", width: 800, height: 480},
		{name: "tiny", width: 150, height: 90},
		{name: "strip", width: 800, height: 110},
		{name: "day", width: 400, height: 300, widget: render.Widget{Options: render.Options{"view": "day"}}},
		{name: "free", width: 800, height: 480, widget: render.Widget{Options: render.Options{"view": "day"}}, change: func(in *render.Input) { in.Sources[0].Feed.Events = in.Sources[0].Feed.Events[2:] }},
		{name: "week", width: 800, height: 480, widget: render.Widget{Options: render.Options{"view": "week"}}},
		{name: "week-half", width: 520, height: 240, widget: render.Widget{Options: render.Options{"view": "week"}}},
		{name: "arabic", width: 400, height: 300, change: func(in *render.Input) {
			in.Locale = locale("ar")
			rename(in, "موعد عند طبيب الأسنان")
		}},
		{name: "stale", width: 300, height: 300, change: aged},
		{name: "calm", width: 300, height: 200, change: hollow},
		{name: "silent", width: 300, height: 200, change: silent},
	})
}
