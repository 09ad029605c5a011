package render

// readyHome are layouts for a household: the day, the weather, and something to read.
func readyHome() []Layout {
	return []Layout{
		{ID: DefaultLayout, Name: "Default", Padding: readyPadding, Widgets: []Widget{
			{ID: "date", Kind: "date", X: 0, Y: 0, W: 9, H: 5, Dark: true},
			{ID: "clock", Kind: "clock", X: 9, Y: 0, W: 8, H: 5, Border: []string{"bottom"}},
			{ID: "joke", Kind: "joke", X: 9, Y: 5, W: 15, H: 9},
			{ID: "climate", Kind: "climate", X: 17, Y: 0, W: 7, H: 5, Border: []string{"bottom"}, Options: Options{"curve": "false"}},
			{ID: "news", Kind: "news", X: 0, Y: 5, W: 9, H: 9, Border: []string{"right"}, Options: Options{"count": "1"}},
			{ID: "riddle", Kind: "riddle", X: 0, Y: 14, W: 24, H: 2, Border: []string{"top"}},
		}},
		{ID: DefaultPhotoLayout, Name: "Default with a photo", Padding: readyPadding, Widgets: []Widget{
			{ID: "date", Kind: "date", X: 0, Y: 0, W: 9, H: 5, Dark: true},
			{ID: "clock", Kind: "clock", X: 9, Y: 0, W: 8, H: 5, Border: []string{"bottom"}},
			{ID: "photo", Kind: "photo", X: 0, Y: 5, W: 9, H: 9, Border: []string{"right"}, Options: Options{"every": "15"}},
			{ID: "joke", Kind: "joke", X: 9, Y: 5, W: 15, H: 5},
			{ID: "climate", Kind: "climate", X: 17, Y: 0, W: 7, H: 5, Border: []string{"bottom"}, Options: Options{"curve": "false"}},
			{ID: "news", Kind: "news", X: 9, Y: 10, W: 15, H: 4, Border: []string{"top"}, Line: 1, Options: Options{"count": "1"}},
			{ID: "riddle", Kind: "riddle", X: 0, Y: 14, W: 24, H: 2, Border: []string{"top"}},
		}},
		{ID: "family-board", Name: "Family board", Padding: 20, Widgets: []Widget{
			{ID: "date", Kind: "date", X: 0, Y: 0, W: 9, H: 5, Dark: true},
			{ID: "weather", Kind: "weather", X: 9, Y: 0, W: 7, H: 5, Border: []string{"bottom"}, Sources: []string{"weather"}, Options: Options{"details": "false"}},
			{ID: "agenda", Kind: "agenda", X: 0, Y: 5, W: 9, H: 9, Border: []string{"right"}, Sources: []string{"calendar"}},
			{ID: "forecast", Kind: "forecast", X: 16, Y: 0, W: 8, H: 5, Border: []string{"bottom"}, Sources: []string{"weather"}, Options: Options{"days": "4"}},
			{ID: "news", Kind: "news", X: 9, Y: 5, W: 9, H: 9},
			{ID: "climate", Kind: "climate", X: 18, Y: 5, W: 6, H: 9},
			{ID: "riddle", Kind: "riddle", X: 0, Y: 14, W: 24, H: 2, Border: []string{"top"}},
		}},
		{ID: "weather-station", Name: "Weather station", Padding: readyPadding, Widgets: []Widget{
			{ID: "weather", Kind: "weather", X: 0, Y: 0, W: 10, H: 5, Sources: []string{"weather"}, Options: Options{"details": "false"}},
			{ID: "days", Kind: "forecast", X: 0, Y: 5, W: 24, H: 5, Border: []string{"top", "bottom"}, Sources: []string{"weather"}, Options: Options{"days": "7", "title": "-"}},
			{ID: "hours", Kind: "forecast", X: 10, Y: 0, W: 14, H: 5, Border: []string{"left"}, Sources: []string{"weather"}, Options: Options{"show": "hours"}},
			{ID: "sun", Kind: "sun", X: 0, Y: 10, W: 8, H: 6},
			{ID: "air", Kind: "air", X: 8, Y: 10, W: 9, H: 6, Border: []string{"left"}, Line: 1, Sources: []string{"air"}},
			{ID: "moon", Kind: "moon", X: 17, Y: 10, W: 7, H: 6, Border: []string{"left"}, Line: 1},
		}},
	}
}
