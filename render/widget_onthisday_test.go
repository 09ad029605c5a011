package render_test

import (
	"testing"
)

func TestOnThisDayWidget(t *testing.T) {
	goldenWidget(t, "onthisday", []widgetCase{
		{name: "large", width: 800, height: 480},
		{name: "middle", width: 400, height: 220},
		{name: "flat", width: 800, height: 110},
		{name: "small", width: 200, height: 140},
		{name: "stale", width: 400, height: 200, change: aged},
		{name: "silent", width: 300, height: 160, change: silent},
	})
}
