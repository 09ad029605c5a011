package render

import "slices"

// DefaultLayout is the id of the layout that devices show until their owner chooses another.
const DefaultLayout = "default"

// DefaultPhotoLayout is the default layout of a device that has pictures.
const DefaultPhotoLayout = "default-photo"

// readyPadding is the white around what stands in a box of a ready layout, in pixels at 800×480.
const readyPadding = 22

// ReadyLayouts are the layouts that come inside the program, in the order pages list them. They name sources by the
// ids that the ready-made ones have, and "calendar"; where a household has none of that id the widget says so.
func ReadyLayouts() []Layout {
	return slices.Concat(readyHome(), readyViews(), readyRooms())
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
