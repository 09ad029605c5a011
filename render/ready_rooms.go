package render

// readyRooms are layouts beside a door and for what sensors say.
func readyRooms() []Layout {
	return []Layout{
		{ID: "meeting-room", Name: "Meeting room", Padding: readyPadding, Widgets: []Widget{
			{ID: "agenda", Kind: "agenda", X: 0, Y: 3, W: 16, H: 13, Sources: []string{"calendar"}, Options: Options{"view": "day"}},
			{ID: "name", Kind: "title", X: 0, Y: 0, W: 17, H: 3, Dark: true},
			{ID: "clock", Kind: "clock", X: 17, Y: 0, W: 7, H: 3, Dark: true},
			{ID: "month", Kind: "month", X: 16, Y: 3, W: 8, H: 8, Border: []string{"left"}, Sources: []string{"calendar"}},
			{ID: "climate", Kind: "climate", X: 16, Y: 11, W: 8, H: 5, Border: []string{"left", "top"}, Options: Options{"curve": "false"}},
		}},
		{ID: "sensor-board", Name: "Sensor board", Padding: readyPadding, Widgets: []Widget{
			{ID: "temperature", Kind: "sensor", X: 0, Y: 2, W: 8, H: 6},
			{ID: "humidity", Kind: "sensor", X: 8, Y: 2, W: 8, H: 6, Border: []string{"left"}, Line: 2, Options: Options{"sensor": "humidity"}},
			{ID: "pressure", Kind: "sensor", X: 16, Y: 2, W: 8, H: 6, Border: []string{"left"}, Line: 2, Options: Options{"sensor": "pressure"}},
			{ID: "name", Kind: "title", X: 0, Y: 0, W: 12, H: 2, Dark: true},
			{ID: "date", Kind: "date", X: 12, Y: 0, W: 7, H: 2, Dark: true, Options: Options{"year": "false"}},
			{ID: "clock", Kind: "clock", X: 19, Y: 0, W: 5, H: 2, Dark: true},
			{ID: "chart", Kind: "chart", X: 0, Y: 8, W: 24, H: 8, Border: []string{"top"}, Line: 2, Options: Options{"span": "7d"}},
		}},
	}
}
