package render

// DefaultLayout is the id of the layout that devices show until their owner chooses another.
const DefaultLayout = "default"

// DefaultPhotoLayout is the default layout of a device that has pictures.
const DefaultPhotoLayout = "default-photo"

// ReadyLayouts are the layouts that come inside the program, in the order pages list them.
func ReadyLayouts() []Layout {
	return []Layout{
		{ID: DefaultLayout, Name: "Default", Padding: 20, Widgets: []Widget{
			{ID: "date", Kind: "date", X: 0, Y: 0, W: 9, H: 5, Dark: true},
			{ID: "clock", Kind: "clock", X: 9, Y: 0, W: 15, H: 5, Border: []string{"left", "bottom"}},
			{ID: "joke", Kind: "joke", X: 0, Y: 5, W: 24, H: 11},
		}},
		{ID: DefaultPhotoLayout, Name: "Default with a photo", Padding: 20, Widgets: []Widget{
			{ID: "date", Kind: "date", X: 0, Y: 0, W: 9, H: 5, Dark: true},
			{ID: "clock", Kind: "clock", X: 9, Y: 0, W: 15, H: 5, Border: []string{"left", "bottom"}},
			{ID: "joke", Kind: "joke", X: 0, Y: 5, W: 24, H: 11},
		}},
	}
}

// ReadyLayout is the ready layout with that id.
func ReadyLayout(id string) (Layout, bool) {
	for _, layout := range ReadyLayouts() {
		if layout.ID == id {
			return layout, true
		}
	}
	return Layout{}, false
}
