package render_test

import (
	"testing"

	"personalcms/render"
)

func TestWeatherWidget(t *testing.T) {
	goldenWidget(t, "weather", []widgetCase{
		{name: "board", width: 400, height: 150},
		{name: "large", width: 500, height: 300},
		{name: "small", width: 170, height: 130},
		{name: "flat", width: 480, height: 84},
		{name: "fahrenheit", width: 300, height: 150, change: func(in *render.Input) {
			in.Locale = render.NewLocale(render.Units{Temperature: "F", Clock: "12"})
			in.Sources[0].Feed.Weather.Now.Temperature = 40
			in.Sources[0].Feed.Weather.Now.Code = 0
		}},
		{name: "stale", width: 400, height: 150, change: stale},
		{name: "failing", width: 300, height: 120, change: failing},
	})
}

func TestForecastWidget(t *testing.T) {
	hours := render.Options{"show": "hours"}
	goldenWidget(t, "forecast", []widgetCase{
		{name: "columns", width: 400, height: 150},
		{name: "large", width: 800, height: 240, widget: render.Widget{Options: render.Options{"days": "7", "today": "true"}}},
		{name: "low", width: 270, height: 116},
		{name: "rows", width: 200, height: 300},
		{name: "hours", width: 400, height: 180, widget: render.Widget{Options: hours}},
		{name: "hours-small", width: 190, height: 110, widget: render.Widget{Options: hours}},
		{name: "hours-large", width: 800, height: 260, widget: render.Widget{Options: render.Options{"show": "hours", "hours": "48"}}},
		{name: "stale", width: 400, height: 180, change: stale},
		{name: "none", width: 300, height: 120, change: sourceless},
	})
}
