package render_test

import (
	"testing"

	"personalcms/render"
)

func TestQuoteWidget(t *testing.T) {
	goldenWidget(t, "quote", []widgetCase{
		{name: "large", width: 800, height: 480},
		{name: "middle", width: 480, height: 220},
		{name: "small", width: 220, height: 150},
		{name: "flat", width: 800, height: 90},
		{name: "empty", width: 300, height: 150, change: func(in *render.Input) { in.Items = nil }},
	})
}
