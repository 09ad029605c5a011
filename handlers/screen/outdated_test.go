package screen_test

import (
	"testing"

	"personalcms/content"
	"personalcms/content/schedule"
	"personalcms/handlers/screen"
	"personalcms/render"
	"personalcms/store"
)

func TestAScreenThatIsKeptFitsItsPanel(t *testing.T) {
	asleep := []schedule.Sleep{{Window: schedule.Window{From: "00:00", To: "00:00"}, Screen: "keep"}}
	small := render.Panel{Width: 296, Height: 128, Colors: 2}
	red := render.Panel{Width: 800, Height: 480, Colors: 3}
	for name, panel := range map[string]render.Panel{"another size": small, "other colours": red} {
		e := newEasel(t)
		e.at(e.change(func(*store.Device) {}), noon)
		e.playlist(schedule.Playlist{Sleep: asleep})
		device := e.change(func(device *store.Device) { device.Panel = panel })
		fits := func(drawn store.Drawn) bool {
			return drawn.Width == panel.Width && drawn.Height == panel.Height && screen.Bitmap(drawn).Inks().Name == panel.Inks().Name
		}
		if fallback := e.Fallback(device, noon); !fits(fallback) {
			t.Errorf("%s: the fallback has %d×%d pixels", name, fallback.Width, fallback.Height)
		}
		if drawn := e.at(device, noon); !fits(drawn) || drawn.Name != "Night" {
			t.Errorf("%s: asleep it shows %q with %d×%d pixels", name, drawn.Name, drawn.Width, drawn.Height)
		}
	}
}

func TestAnApprovedDeviceDoesNotKeepAskingForApproval(t *testing.T) {
	e := newEasel(t)
	e.playlist(schedule.Playlist{Sleep: []schedule.Sleep{{Window: schedule.Window{From: "00:00", To: "00:00"}, Screen: "keep"}}})
	e.at(e.change(func(device *store.Device) { device.Approved, device.Code = false, "123456" }), noon)
	if shown := e.at(e.change(func(device *store.Device) { device.Approved = true }), noon); shown.Name != "Night" {
		t.Errorf("approved while it sleeps, it shows %q", shown.Name)
	}
}

func TestALayoutThatIsGoneLeavesThePlaylist(t *testing.T) {
	e := newEasel(t)
	e.layout("one", render.Widget{Kind: "date"})
	e.playlist(schedule.Playlist{Entries: []schedule.Entry{{Kind: "layout", Ref: "one"}}})
	device := e.change(func(device *store.Device) { device.Preferences.Layout = "gone" })
	if shown := e.at(device, noon); shown.Name != "Layout one" || e.log.Len() > 0 {
		t.Errorf("it shows %q; the log: %s", shown.Name, e.log)
	}
}

// A source may get another picture between the look at what it gave and the look at the picture.
func TestAPictureOfASourceThatIsGoneCostsOnlyItsWidget(t *testing.T) {
	e := newEasel(t)
	_, err := e.db.SaveSource("comic", nil, func(source *store.Source, _ bool) error {
		source.Source = content.Source{ID: "comic", Name: "Comic", Kind: content.KindPicture}
		return nil
	})
	must(t, err)
	_, err = e.db.NoteFetched("comic", nil, func(store.Fetched) store.Fetched {
		return store.Fetched{Feed: content.Feed{At: noon, ImageID: "replaced"}}
	})
	must(t, err)
	e.layout("one", render.Widget{Kind: "comic", Sources: []string{"comic"}})
	e.playlist(schedule.Playlist{Entries: []schedule.Entry{{Kind: "layout", Ref: "one"}}})
	if shown := e.at(e.change(func(*store.Device) {}), noon); shown.Name != "Layout one" || e.log.Len() > 0 {
		t.Errorf("it shows %q; the log: %s", shown.Name, e.log)
	}
}
