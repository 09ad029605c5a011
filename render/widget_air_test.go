package render_test

import (
	"testing"
	"time"

	"personalcms/content"
	"personalcms/render"
)

func TestAirWidget(t *testing.T) {
	goldenWidget(t, "air", []widgetCase{
		{name: "board", width: 300, height: 220},
		{name: "wide", width: 560, height: 150},
		{name: "small", width: 170, height: 100},
		{name: "worst", width: 300, height: 160, change: func(in *render.Input) {
			worst := 130.0
			in.Sources[0].Feed.Air = &content.Air{Index: &worst, Pollen: []content.Pollen{{Plant: "grass", Grains: 0}}}
		}},
		{name: "stale", width: 300, height: 110, change: stale},
		{name: "failing", width: 300, height: 110, change: failing},
	})
}

func TestSunWidget(t *testing.T) {
	at := func(hour int) func(*render.Input) {
		return func(in *render.Input) { in.Now = time.Date(2026, 11, 23, hour, 10, 0, 0, in.Now.Location()) }
	}
	goldenWidget(t, "sun", []widgetCase{
		{name: "board", width: 270, height: 180},
		{name: "large", width: 500, height: 260, change: at(9)},
		{name: "small", width: 160, height: 100},
		{name: "night", width: 270, height: 180, change: at(20)},
		{name: "polar", width: 270, height: 120, change: func(in *render.Input) { in.Place.Latitude = 78 }},
		{name: "empty", width: 270, height: 120, change: func(in *render.Input) { in.Place = content.Place{} }},
	})
}

func TestMoonWidget(t *testing.T) {
	on := func(day int) func(*render.Input) {
		return func(in *render.Input) { in.Now = time.Date(2026, 11, day, 20, 0, 0, 0, in.Now.Location()) }
	}
	goldenWidget(t, "moon", []widgetCase{
		{name: "wide", width: 320, height: 150},
		{name: "high", width: 240, height: 260, change: on(13)},
		{name: "small", width: 110, height: 110, change: on(29)},
		{name: "new", width: 320, height: 150, change: on(9)},
		{name: "dark", width: 320, height: 150, change: on(15), widget: render.Widget{Dark: true}},
		{name: "south", width: 320, height: 150, change: func(in *render.Input) { on(15)(in); in.Place.Latitude = -34 }},
	})
}
