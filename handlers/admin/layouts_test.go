package admin_test

import (
	"bytes"
	"encoding/json"
	"image"
	"image/png"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"personalcms/content"
	"personalcms/content/schedule"
	"personalcms/handlers/rig"
	"personalcms/render"
	"personalcms/store"

	"github.com/google/go-cmp/cmp"
)

// wall is a layout with one of the options that matter.
func wall(t *testing.T, r *rig.Rig) store.Layout {
	t.Helper()
	stored, err := r.DB.SaveLayout(render.Layout{ID: "wall", Name: "Wall", Padding: 20, Widgets: []render.Widget{
		{ID: "w1", Kind: "clock", W: 8, H: 5, Border: []string{"left", "bottom"}, Line: 2, Options: render.Options{"date": "true"}},
		{ID: "w2", Kind: "joke", X: 8, Y: 5, W: 16, H: 8, Dark: true, Options: render.Options{"from": "dad_jokes,clean_jokes", "every": "30"}},
	}}, 0, rig.Start)
	must(t, err)
	return stored
}

// formOf is the form of a layout as the page brings it.
func formOf(layout store.Layout) url.Values {
	values := url.Values{
		"revision": {number(layout.Revision)}, "name": {layout.Name}, "margin": {number(layout.Margin)}, "padding": {number(layout.Padding)}, "do": {"save"},
	}
	for _, w := range layout.Widgets {
		values.Add("widgets", w.ID)
		values.Set(w.ID+".kind", w.Kind)
		for name, n := range map[string]int{"column": w.X + 1, "row": w.Y + 1, "wide": w.W, "high": w.H} {
			values.Set(w.ID+"."+name, number(n))
		}
		values.Set(w.ID+".line", strings.TrimPrefix(number(w.Line), "0"))
		if w.Dark {
			values.Set(w.ID+".dark", "true")
		}
		values[w.ID+".border"] = w.Border
		for name, value := range w.Options {
			values[w.ID+".o."+name] = strings.Split(value, ",")
		}
	}
	return values
}

func number(n int) string {
	raw, _ := json.Marshal(n)
	return string(raw)
}

func TestTheFormOfALayoutKeepsAllOfIt(t *testing.T) {
	r := rig.New(t)
	stored, b := wall(t, r), newBrowser(r, false)
	wants(t, b.get("/layouts/wall"), http.StatusOK, `value="Wall"`, `name="w1.column"`, `value="dad_jokes" checked`, "Clean jokes", "Add a widget", "!Not saved yet")
	answer := b.post("/layouts/wall?size=400x300", formOf(stored).Encode())
	wants(t, answer, http.StatusSeeOther)
	if at := answer.Header.Get("Location"); at != "/layouts/wall?size=400x300" {
		t.Errorf("led to %q", at)
	}
	saved, err := r.DB.Layout("wall")
	must(t, err)
	stored.Revision++
	if diff := cmp.Diff(stored, saved); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestARefusedLayoutKeepsWhatWasTyped(t *testing.T) {
	for _, test := range []struct {
		name, field, value string
		says               []string
	}{
		{"outside of the grid", "w1.column", "20", []string{"Clock lies outside", `value="20"`}},
		{"no number", "w1.row", "ten", []string{"the row is a whole number", `value="ten"`}},
		{"no name", "name", "", []string{"A layout has a name"}},
		{"margin too large", "margin", "99", []string{"Margin and padding are 0 to 60", `value="99"`}},
		{"unknown kind", "w1.kind", "toaster", []string{"There is no widget", "toaster"}},
		{"number of an option", "w2.o.every", "0", []string{"Minutes until the next", `value="0"`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := rig.New(t)
			form, b := formOf(wall(t, r)), newBrowser(r, false)
			form.Set(test.field, test.value)
			unchanged(t, r, func() {
				wants(t, b.post("/layouts/wall", form.Encode()), http.StatusUnprocessableEntity, append(test.says, "Not saved yet")...)
			})
		})
	}
}

func TestWidgetsAreAddedAndRemovedWithoutAScript(t *testing.T) {
	r := rig.New(t)
	form, b := formOf(wall(t, r)), newBrowser(r, false)
	unchanged(t, r, func() {
		form.Set("do", "add:date")
		wants(t, b.post("/layouts/wall", form.Encode()), http.StatusOK, `data-widget="w3"`, `name="w3.column" type="number" min="1" max="24" value="9"`, "data:image/png;base64,", "Not saved yet")
		form.Set("do", "remove:w1")
		wants(t, b.post("/layouts/wall", form.Encode()), http.StatusOK, `data-widget="w2"`, `!data-widget="w1"`)
		form.Set("do", "add:toaster")
		wants(t, b.post("/layouts/wall", form.Encode()), http.StatusUnprocessableEntity)
	})
}

func TestTwoPeopleEditTheSameLayout(t *testing.T) {
	r := rig.New(t)
	opened, b := wall(t, r), newBrowser(r, false)
	theirs := opened.Layout
	theirs.Name = "Theirs"
	_, err := r.DB.SaveLayout(theirs, opened.Revision, rig.Start)
	must(t, err)

	mine := formOf(opened)
	mine.Set("name", "Mine")
	unchanged(t, r, func() {
		wants(t, b.post("/layouts/wall", mine.Encode()), http.StatusConflict, "Somebody else saved this layout at 12:00", "data:image/png;base64,",
			"/layouts/wall/preview.png?v=2", `name="revision" value="2"`, `value="Mine"`, "Keep mine as a copy")
	})
	mine.Set("revision", "2") // as that page says
	t.Run("keep mine as a copy", func(t *testing.T) {
		mine.Set("do", "copy")
		wants(t, b.post("/layouts/wall", mine.Encode()), http.StatusSeeOther)
		wants(t, r.Script(http.MethodGet, "/api/v1/layouts/mine-copy", nil), http.StatusOK, "Mine, copy")
		wants(t, r.Script(http.MethodGet, "/api/v1/layouts/wall", nil), http.StatusOK, "Theirs")
	})
	t.Run("keep mine", func(t *testing.T) {
		mine.Set("do", "save")
		wants(t, b.post("/layouts/wall", mine.Encode()), http.StatusSeeOther)
		wants(t, r.Script(http.MethodGet, "/api/v1/layouts/wall", nil), http.StatusOK, `"name":"Mine"`, `"revision":3`)
	})
	t.Run("deleted meanwhile", func(t *testing.T) {
		must(t, r.DB.DeleteLayout("wall"))
		wants(t, b.post("/layouts/wall", mine.Encode()), http.StatusConflict, "Somebody deleted this layout", `name="revision" value="0"`, "!Take theirs")
		mine.Set("revision", "0")
		wants(t, b.post("/layouts/wall", mine.Encode()), http.StatusSeeOther)
	})
}

func TestTheListOfLayouts(t *testing.T) {
	r := rig.New(t)
	r.Enrol("hall", "T")
	wall(t, r)
	ready, err := r.DB.Layout(render.DefaultLayout)
	must(t, err)
	_, err = r.DB.SaveLayout(ready.Layout, 0, rig.Start)
	must(t, err)
	must(t, r.DB.SavePlaylist(schedule.Playlist{ID: "day", Name: "Day", Entries: []schedule.Entry{{Kind: schedule.KindLayout, Ref: "wall"}}}))
	b := newBrowser(r, false)
	wants(t, b.get("/layouts"), http.StatusOK, "changed by you", "made by you", "ready", "playlist Day", ">hall</a>", "/layouts/wall/preview.png?v=1", "Undo my changes", "Delete it for good")
	wants(t, b.get("/layouts?device_id=hall"), http.StatusOK, "preview.png?device_id=hall&amp;v=1")

	wants(t, b.post("/layouts/wall/delete", ""), http.StatusConflict, "A playlist or a device shows this layout")
	must(t, r.DB.DeletePlaylist("day"))
	wants(t, b.post("/layouts/wall/delete", ""), http.StatusSeeOther)
	wants(t, b.get("/layouts/wall"), http.StatusNotFound)
	wants(t, b.post("/layouts/default/delete", ""), http.StatusSeeOther)
	wants(t, b.get("/layouts"), http.StatusOK, "!changed by you")
	wants(t, b.post("/layouts/default/delete", ""), http.StatusConflict, "is as it came")
}

func TestLayoutsAreCopiedExportedAndImported(t *testing.T) {
	r := rig.New(t)
	stored, b := wall(t, r), newBrowser(r, false)
	copied := b.post("/layouts/wall/copy", "")
	wants(t, copied, http.StatusSeeOther)
	exported := b.get("/api/v1/layouts/wall")
	wants(t, exported, http.StatusOK)
	for _, test := range []struct {
		name   string
		answer rig.Answer
		id     string
	}{
		{"copy", copied, "wall-copy"},
		{"pasted", b.post("/layouts", query("do", "import", "text", string(exported.Body))), "wall-2"},
		{"a file", b.upload("/layouts", "file", "wall.json", exported.Body, map[string]string{"do": "import"}), "wall-3"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if at := test.answer.Header.Get("Location"); at != "/layouts/"+test.id {
				t.Fatalf("%d, led to %q: %.300s", test.answer.Status, at, test.answer.Body)
			}
			same, err := r.DB.Layout(test.id)
			must(t, err)
			if diff := cmp.Diff(stored.Widgets, same.Widgets); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	unchanged(t, r, func() {
		for _, text := range []string{"", "not json", "{}", `{"name":"x","widgets":[{"id":"a","kind":"toaster"}]}`, `{"name":"x","widgets":3}`} {
			wants(t, b.post("/layouts", query("do", "import", "text", text)), http.StatusUnprocessableEntity, "field-error")
		}
	})
	wants(t, b.post("/layouts", query("do", "new", "name", "Küche & Flur")), http.StatusSeeOther)
	empty, err := r.DB.Layout("k-che-flur")
	must(t, err)
	if diff := cmp.Diff([]render.Widget{}, empty.Widgets); diff != "" {
		t.Errorf("a new layout is not empty (-want +got):\n%s", diff)
	}
}

func TestPreviewsOfLayouts(t *testing.T) {
	r := rig.New(t)
	must(t, r.DB.CreateDevice(store.Device{ID: "small", Approved: true, Panel: render.Panel{Width: 296, Height: 128, Colors: 2}}))
	wall(t, r)
	b := newBrowser(r, false)
	sized := func(answer rig.Answer) image.Point {
		t.Helper()
		wants(t, answer, http.StatusOK)
		picture, err := png.Decode(bytes.NewReader(answer.Body))
		must(t, err)
		return picture.Bounds().Size()
	}
	for path, size := range map[string]image.Point{
		"/layouts/wall/preview.png":                                      {X: 800, Y: 480},
		"/layouts/wall/preview.png?device_id=small":                      {X: 296, Y: 128},
		"/layouts/wall/preview.png?size=480x800&palette=bwr":             {X: 480, Y: 800},
		"/layouts/wall/preview.png?device_id=small&width=640&height=384": {X: 640, Y: 384},
	} {
		if got := sized(b.get(path)); got != size {
			t.Errorf("%s: %v, want %v", path, got, size)
		}
	}
	for path, status := range map[string]int{
		"/layouts/nothing/preview.png": 404, "/layouts/wall/preview.png?device_id=nobody": 404, "/layouts/wall/preview.png?size=9x9": 400,
		"/layouts/wall/preview.png?width=5000": 400, "/layouts/wall/preview.png?palette=pink": 400, "/layouts/wall/preview.png?size=big": 400,
	} {
		wants(t, b.get(path), status)
	}
	body := `{"id":"x","name":"X","widgets":[{"id":"a","kind":"clock","w":12,"h":8,"options":{"title":"aதb"}}]}`
	answer := r.Script(http.MethodPost, "/api/v1/layouts/preview", body)
	if got := sized(answer); got != (image.Point{X: 800, Y: 480}) {
		t.Error(got)
	}
	if grid, missing := answer.Header.Get("X-Grid"), answer.Header.Get("X-Missing-Letters"); grid != "kept" || missing != url.PathEscape("த") {
		t.Errorf("X-Grid %q, X-Missing-Letters %q", grid, missing)
	}
	upright := r.Script(http.MethodPost, "/api/v1/layouts/preview?width=480&height=800", body)
	if grid := upright.Header.Get("X-Grid"); grid != "rearranged" {
		t.Errorf("X-Grid %q", grid)
	}
	wantProblem(t, r.Script(http.MethodPost, "/api/v1/layouts/preview", `{"id":"x","name":"X","widgets":[{"id":"a","kind":"toaster"}]}`), 422, "bad_layout", "")
}

func TestLayoutsForScripts(t *testing.T) {
	r := rig.New(t)
	stored := wall(t, r)
	path := "/api/v1/layouts/wall"
	listed := r.Script(http.MethodGet, "/api/v1/layouts", nil)
	wants(t, listed, http.StatusOK, `"id":"default"`, `"id":"wall"`, `"ready":true`, `"saved":null`)

	body := r.Script(http.MethodGet, path, nil).JSON(t)
	body["name"] = "Renamed"
	wants(t, r.Script(http.MethodPut, path, body), http.StatusOK, `"revision":2`, `"name":"Renamed"`)
	body["name"] = "Too late"
	late := r.Script(http.MethodPut, path, body)
	wantProblem(t, late, http.StatusConflict, "changed_meanwhile", "")
	wants(t, late, http.StatusConflict, `"name":"Renamed"`, `"revision":2`)
	body["revision"], body["margin"] = 2, 99
	wantProblem(t, r.Script(http.MethodPut, path, body), 422, "bad_layout", "")

	made := r.Script(http.MethodPost, "/api/v1/layouts", map[string]any{"name": stored.Name, "widgets": stored.Widgets})
	wants(t, made, http.StatusCreated, `"id":"wall-2"`, `"revision":1`)
	wants(t, r.Script(http.MethodDelete, "/api/v1/layouts/wall-2", nil), http.StatusNoContent)
	wantProblem(t, r.Script(http.MethodDelete, "/api/v1/layouts/wall-2", nil), 404, "unknown_layout", "")
	wantProblem(t, r.Script(http.MethodDelete, "/api/v1/layouts/default", nil), 409, "as_it_came", "")
	wantProblem(t, r.Script(http.MethodPost, "/api/v1/layouts", `{"id":"../x","name":"X"}`), 422, "bad_layout", "")

	wants(t, r.Script(http.MethodGet, "/api/v1/widgets", nil), http.StatusOK, `"kind":"clock"`, `"type":"check"`, `"columns":24`)
}

// TestEveryKindHasAForm opens a layout with one of each kind of widget, and sources of each kind.
func TestEveryKindHasAForm(t *testing.T) {
	r := rig.New(t)
	layout := render.Layout{ID: "all", Name: "All"}
	for _, kind := range render.Kinds() {
		for _, source := range kind.Needs.Sources {
			_, err := r.DB.SaveSource("of-"+source, nil, func(s *store.Source, _ bool) error {
				s.Source = content.Source{Name: "Of " + source, Kind: source}
				return nil
			})
			must(t, err)
		}
		if len(layout.Widgets) < render.MaxWidgets {
			layout.Widgets = append(layout.Widgets, render.Widget{ID: layout.NewWidgetID(), Kind: kind.Name, W: 4, H: 4, Sources: []string{"gone"}})
		}
	}
	stored, err := r.DB.SaveLayout(layout, 0, rig.Start)
	must(t, err)
	answer := newBrowser(r, false).get("/layouts/all")
	wants(t, answer, http.StatusOK)
	for _, w := range stored.Widgets {
		kind, _ := render.KindNamed(w.Kind)
		if len(kind.Needs.Sources) > 0 {
			wants(t, answer, http.StatusOK, "gone (there is no such source)", "Of "+kind.Needs.Sources[0])
		}
		for _, option := range kind.AllOptions() {
			if !strings.Contains(string(answer.Body), `name="`+w.ID+".o."+option.Name+`"`) && option.Type != "category" {
				t.Errorf("%s: no field for option %q", kind.Title, option.Name)
			}
		}
	}
}
