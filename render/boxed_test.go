package render_test

import "personalcms/render"

// boxed are widgets of every kind that draws more than lines of text.
func boxed() []render.Widget {
	return []render.Widget{
		{Kind: "weather"},
		{Kind: "forecast"},
		{Kind: "forecast", Options: render.Options{"show": "hours"}},
		{Kind: "sensor"},
		{Kind: "sensor", Options: render.Options{"below": "30", "sentence": "water again below 30 %"}},
		{Kind: "chart", Options: render.Options{"span": "7d"}},
		{Kind: "chart", Options: render.Options{"sensor2": "humidity", "sensor3": "pressure"}},
		{Kind: "climate"},
		{Kind: "status"},
		{Kind: "air"},
		{Kind: "sun"},
		{Kind: "moon"},
		{Kind: "number", Options: render.Options{"path": "$.power.now", "before": "$.power.yesterday", "label": "Power"}},
		func() render.Widget { w := timetable(); w.Kind = "table"; return w }(),
		{Kind: "qr", Options: wifi()},
	}
}
