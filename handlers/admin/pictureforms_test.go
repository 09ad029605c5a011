package admin_test

import (
	"net/http"
	"testing"

	"personalcms/handlers/rig"
	"personalcms/render"
	"personalcms/store"

	"github.com/google/go-cmp/cmp"
)

// TestThePictureEditorWithoutAScript saves all of its form, refuses with what was typed, and resets.
func TestThePictureEditorWithoutAScript(t *testing.T) {
	r := rig.New(t)
	r.Enrol("panel", "T")
	must(t, r.DB.SaveAlbum(store.Album{ID: "summer", Name: "Summer"}))
	picture := addPicture(t, r, "sea", 640, 480)
	b, path := newBrowser(r, false), "/pictures/"+picture.ID
	wants(t, b.get(path), http.StatusOK, `name="brightness"`, `value="atkinson"`, "/uploads/"+picture.Filename, "On the panel")
	wants(t, b.get(path+"?on=palette:bwr"), http.StatusOK, `value="palette:bwr" selected`, "on=palette%3Abwr")
	form := "title=Lake&rotate=90&mode=fit&brightness=12&contrast=-3&gamma=1.5&sharpen=20&dither=stucki&auto_levels=false" +
		"&focus_left=25&focus_top=75.5&crop_left=10&crop_top=0&crop_across=80&crop_down=100&devices=&devices=panel&albums=&albums=summer&on=device:panel"
	unchanged(t, r, func() {
		wants(t, b.post(path+"/settings", form+"&brightness=400"), http.StatusUnprocessableEntity, "<html", "Brightness goes from", `value="Lake"`, `value="400"`, `value="75.5"`)
		wants(t, b.post(path+"/settings", form+"&gamma=x"), http.StatusUnprocessableEntity, "“gamma” is a number.")
		wants(t, b.post(path+"/settings", "title=+"), http.StatusUnprocessableEntity, "A title has 1 to 100 characters.")
		wants(t, b.post(path+"/settings", form+"&albums=none"), http.StatusNotFound)
	})
	answer := b.post(path+"/settings", form)
	wants(t, answer, http.StatusSeeOther)
	if got := answer.Header.Get("Location"); got != path+"?on=device%3Apanel" {
		t.Errorf("leads to %q", got)
	}
	stored, err := r.DB.Picture(picture.ID)
	must(t, err)
	want := render.Edit{
		Rotate: 90, Crop: render.Crop{X: 0.1, Width: 0.8, Height: 1}, FocusX: 0.25, FocusY: 0.755, Mode: "fit",
		Brightness: 12, Contrast: -3, Gamma: 1.5, Sharpen: 20, Dither: "stucki",
	}
	if diff := cmp.Diff([]any{"Lake", want}, []any{stored.Title, stored.Edit}); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	album, err := r.DB.Album("summer")
	must(t, err)
	device, err := r.DB.Device("panel")
	must(t, err)
	if diff := cmp.Diff([][]string{{picture.ID}, {picture.ID}}, [][]string{album.Pictures, device.Pictures}); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	wants(t, b.post(path+"/settings", form+"&do=reset"), http.StatusSeeOther)
	if stored, err = r.DB.Picture(picture.ID); err != nil || stored.Edit != (render.Edit{}) || stored.Mode != "fill" {
		t.Errorf("reset: %+v, %v", stored, err)
	}
	wants(t, b.post(path+"/settings", "devices=&albums="), http.StatusSeeOther)
	if device, err = r.DB.Device("panel"); err != nil || len(device.Pictures) > 0 {
		t.Errorf("still shown: %v, %v", device.Pictures, err)
	}
}

func TestAlbumsOnPages(t *testing.T) {
	r := rig.New(t)
	b := newBrowser(r, false)
	a, c := addPicture(t, r, "a", 64, 48).ID, addPicture(t, r, "c", 48, 64).ID
	wants(t, b.post("/albums", "name="), http.StatusUnprocessableEntity, "name has 1 to 64 characters")
	wants(t, b.post("/albums", "name=Summer"), http.StatusSeeOther)
	wants(t, b.upload("/upload", "files", "d.png", pngOf(t, 32, 32), map[string]string{"album": "summer"}), http.StatusOK, "stored", "Add pictures to Summer")
	wants(t, b.upload("/upload", "files", "e.png", pngOf(t, 33, 32), map[string]string{"album": "none"}), http.StatusNotFound)
	album := func() []string {
		album, err := r.DB.Album("summer")
		must(t, err)
		return album.Pictures
	}
	d := album()[0]
	wants(t, b.post("/pictures/selected", "do=album&album=summer&ids="+a+"&ids="+c), http.StatusSeeOther)
	wants(t, b.get("/upload?album=summer"), http.StatusOK, `value="`+a+`"`)
	wants(t, b.get("/partials/pictures?album=-"), http.StatusOK, "Nothing here.", "!<html")
	wants(t, b.get("/upload?album=none"), http.StatusNotFound)
	for _, step := range []struct {
		name, press string
		want        []string
	}{
		{"first up", "&up=" + d, []string{d, a, c}},
		{"last up", "&up=" + c, []string{d, c, a}},
		{"first down", "&down=" + d, []string{c, d, a}},
		{"out", "&out=" + d, []string{c, a}},
	} {
		form := "name=Summer"
		for _, id := range album() {
			form += "&pictures=" + id
		}
		wants(t, b.post("/albums/summer", form+step.press), http.StatusSeeOther)
		if diff := cmp.Diff(step.want, album()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", step.name, diff)
		}
	}
	unchanged(t, r, func() {
		wants(t, b.post("/albums/summer", "name=&pictures="+a), http.StatusUnprocessableEntity, "<html", "name has 1 to 64")
		wants(t, newBrowserOf(b).post("/albums/summer", "name=&pictures="+a), http.StatusUnprocessableEntity, "!<html", "name has 1 to 64")
	})
	wants(t, b.post("/albums/summer/delete", ""), http.StatusSeeOther)
	wants(t, b.get("/albums/summer"), http.StatusNotFound)
	if pictures, err := r.DB.Pictures(); len(pictures) != 3 || err != nil {
		t.Errorf("%d pictures are left, %v", len(pictures), err)
	}
}

// newBrowserOf is the same session with htmx.
func newBrowserOf(b browser) browser { return browser{b.r, b.cookie, true} }

func TestManyPicturesAtOnce(t *testing.T) {
	r := rig.New(t)
	r.Enrol("panel", "T")
	r.Enrol("small", "T")
	b := newBrowser(r, false)
	a, c := addPicture(t, r, "a", 64, 48).ID, addPicture(t, r, "c", 48, 64).ID
	both := "&ids=" + a + "&ids=" + c
	unchanged(t, r, func() {
		wants(t, b.post("/pictures/selected", "do=delete"), http.StatusUnprocessableEntity, "Tick one or more pictures first.")
		wants(t, b.post("/pictures/selected", "do=fly"+both), http.StatusUnprocessableEntity, "Choose what to do")
		wants(t, b.post("/pictures/selected", "do=album"+both), http.StatusUnprocessableEntity, "Choose an album first.")
		wants(t, b.post("/pictures/selected", "do=show"+both), http.StatusUnprocessableEntity, "Choose a device first.")
		wants(t, b.post("/pictures/selected", "do=show&device=nobody"+both), http.StatusNotFound)
		wants(t, b.post("/pictures/selected", "do=album&album=none"+both), http.StatusNotFound)
		wants(t, b.post("/pictures/selected", "do=delete&ids=none"), http.StatusNotFound)
		wants(t, b.post("/pictures/selected", "do=delete"+both), http.StatusOK, "Delete 2 pictures?")
	})
	wants(t, b.post("/pictures/selected", "do=show&device=panel&ids="+a), http.StatusSeeOther)
	wants(t, b.post("/pictures/selected", "do=show&device=*"+both), http.StatusSeeOther)
	for _, device := range r.DB.Devices() {
		if diff := cmp.Diff([]string{a, c}, device.Pictures); diff != "" {
			t.Errorf("%s (-want +got):\n%s", device.ID, diff)
		}
	}
	wants(t, b.post("/pictures/selected", "do=delete&sure=yes"+both), http.StatusSeeOther)
	if pictures, err := r.DB.Pictures(); len(pictures) != 0 || err != nil {
		t.Errorf("%d pictures are left, %v", len(pictures), err)
	}
}

// TestThePanelOfADevice: the owner says what a board does not, by form and by script.
func TestThePanelOfADevice(t *testing.T) {
	r := rig.New(t)
	r.Enrol("panel", "T")
	r.Key()
	b := newBrowser(r, false)
	panel := func() render.Panel {
		device, err := r.DB.Device("panel")
		must(t, err)
		return device.Panel
	}
	wants(t, b.get("/devices/panel"), http.StatusOK, `name="panel_width"`, `value="7color"`)
	unchanged(t, r, func() {
		wants(t, b.post("/devices/panel/settings", "nickname=x&panel_width=8&panel_height=128&panel_palette=bwr"), http.StatusUnprocessableEntity, "A panel is 64 to 2000 pixels", `value="8"`, `value="bwr" selected`)
		wants(t, b.post("/devices/panel/settings", "nickname=x&panel_width=296&panel_height=128&panel_palette=rainbow"), http.StatusUnprocessableEntity, "A panel is 64")
		wantProblem(t, r.Script(http.MethodPatch, "/api/v1/devices/panel", `{"panel":{"width":296,"height":128,"palette":"rainbow"}}`), 400, "bad_value", "panel")
	})
	wants(t, b.post("/devices/panel/settings", "nickname=x&panel_width=800&panel_height=480&panel_palette=bw"), http.StatusSeeOther)
	if got := panel(); got != (render.Panel{}) {
		t.Errorf("the usual panel was noted as the owner’s: %+v", got)
	}
	wants(t, b.post("/devices/panel/settings", "panel_width=296&panel_height=128&panel_palette=bwr"), http.StatusSeeOther)
	if diff := cmp.Diff(render.Panel{Width: 296, Height: 128, Colors: 3, Palette: "bwr"}, panel()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	wants(t, r.Script(http.MethodPatch, "/api/v1/devices/panel", `{"panel":{"width":640,"height":384,"palette":"bwy"}}`), http.StatusOK)
	if diff := cmp.Diff(render.Panel{Width: 640, Height: 384, Colors: 3, Palette: "bwy"}, panel()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
