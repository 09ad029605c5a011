package render_test

import (
	"testing"
)

func TestHolidaysWidget(t *testing.T) {
	goldenWidget(t, "holidays", []widgetCase{
		{name: "column", width: 300, height: 260},
		{name: "large", width: 800, height: 480},
		{name: "small", width: 180, height: 90},
		{name: "stale", width: 300, height: 200, change: aged},
		{name: "none", width: 300, height: 120, change: hollow},
	})
}
