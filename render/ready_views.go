package render

// readyViews are layouts with one large thing: a picture, the news, the time.
func readyViews() []Layout {
	return []Layout{
		{ID: "photo-frame", Name: "Photo frame", Padding: 16, Widgets: []Widget{
			{ID: "photo", Kind: "photo", X: 0, Y: 0, W: 24, H: 13, Border: []string{"bottom"}, Options: Options{"caption": "title"}},
			{ID: "clock", Kind: "clock", X: 0, Y: 13, W: 6, H: 3},
			{ID: "date", Kind: "date", X: 6, Y: 13, W: 11, H: 3},
			{ID: "weather", Kind: "weather", X: 17, Y: 13, W: 7, H: 3, Sources: []string{"weather"}},
		}},
		{ID: "news", Name: "News", Padding: readyPadding, Widgets: []Widget{
			{ID: "news", Kind: "news", X: 0, Y: 2, W: 16, H: 14, Border: []string{"right"}, Options: Options{"count": "5", "summary": "true", "title": "-"}},
			{ID: "date", Kind: "date", X: 0, Y: 0, W: 16, H: 2, Dark: true},
			{ID: "clock", Kind: "clock", X: 16, Y: 0, W: 8, H: 2, Dark: true},
			{ID: "weather", Kind: "weather", X: 16, Y: 2, W: 8, H: 5, Border: []string{"bottom"}, Line: 1, Sources: []string{"weather"}},
			{ID: "onthisday", Kind: "onthisday", X: 16, Y: 7, W: 8, H: 9, Sources: []string{"on-this-day"}},
		}},
		{ID: "minimal-clock", Name: "Minimal clock", Margin: 20, Padding: readyPadding, Widgets: []Widget{
			{ID: "clock", Kind: "clock", X: 0, Y: 1, W: 24, H: 11},
			{ID: "date", Kind: "date", X: 0, Y: 12, W: 24, H: 3},
		}},
	}
}
