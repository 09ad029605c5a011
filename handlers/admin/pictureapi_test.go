package admin_test

import (
	"bytes"
	"image/png"
	"net/http"
	"strings"
	"testing"

	"personalcms/content/schedule"
	"personalcms/handlers/rig"
	"personalcms/render"
	"personalcms/store"

	"github.com/google/go-cmp/cmp"
)

func TestPicturesForScripts(t *testing.T) {
	r := rig.New(t)
	r.Enrol("panel", "T")
	picture := addPicture(t, r, "sea", 640, 480)
	path := "/api/v1/pictures/" + picture.ID
	must(t, r.DB.SaveAlbum(store.Album{ID: "summer", Name: "Summer"}))
	r.Key()

	unchanged(t, r, func() {
		for body, want := range map[string]struct {
			status    int
			word, key string
		}{
			`{"title":" "}`:                          {422, "bad_picture", "title"},
			`{"edit":{"rotate":45}}`:                 {422, "bad_edit", "edit"},
			`{"edit":{"gamma":99}}`:                  {422, "bad_edit", "edit"},
			`{"edit":{"brightness":"dark"}}`:         {400, "wrong_type", "edit.brightness"},
			`{"edit":7}`:                             {400, "wrong_type", "edit"},
			`{"title":7}`:                            {400, "wrong_type", "title"},
			`{"title":"x","devices":["nobody"]}`:     {404, "unknown_device", ""},
			`{"title":"x","albums":["none"]}`:        {404, "unknown_album", ""},
			`{"title":"x"`:                           {400, "malformed_json", ""},
			`{"edit":{"dither":"dots"},"title":"x"}`: {422, "bad_edit", "edit"},
		} {
			t.Run(body, func(t *testing.T) {
				wantProblem(t, r.Script(http.MethodPatch, path, body), want.status, want.word, want.key)
			})
		}
		wantProblem(t, r.Script(http.MethodPatch, "/api/v1/pictures/none", `{}`), 404, "unknown_picture", "")
		wantProblem(t, r.Script(http.MethodGet, "/api/v1/pictures/none", nil), 404, "unknown_picture", "")
		wantProblem(t, r.Script(http.MethodGet, "/api/v1/pictures?album=none", nil), 404, "unknown_album", "")
	})

	answer := r.Script(http.MethodPatch, path, `{"title":"Lake","edit":{"brightness":20,"focus_x":0.25},"devices":["panel"],"albums":["summer"]}`)
	wants(t, answer, http.StatusOK)
	wants(t, r.Script(http.MethodPatch, path, `{"edit":{"contrast":-5}}`), http.StatusOK)
	stored, err := r.DB.Picture(picture.ID)
	must(t, err)
	want := render.DefaultEdit()
	want.Brightness, want.FocusX, want.Contrast = 20, 0.25, -5
	if diff := cmp.Diff([]any{"Lake", want}, []any{stored.Title, stored.Edit}); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	body := r.Script(http.MethodGet, path, nil).JSON(t)
	if diff := cmp.Diff([]any{[]any{"panel"}, []any{"summer"}}, []any{body["devices"], body["albums"]}); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	wants(t, r.Script(http.MethodGet, "/api/v1/pictures?album=summer", nil), http.StatusOK, `"Lake"`)
	wants(t, r.Script(http.MethodGet, "/api/v1/pictures?album=-", nil), http.StatusOK, `{"pictures":[]}`)

	wants(t, r.Script(http.MethodPatch, path, `{"edit":null}`), http.StatusOK)
	if stored, err = r.DB.Picture(picture.ID); err != nil || stored.Edit != (render.Edit{}) {
		t.Errorf("an edit taken back is stored as %+v, %v", stored.Edit, err)
	}
}

// TestPreviewsOfWhatIsNotSaved draw another picture for each value and store nothing.
func TestPreviewsOfWhatIsNotSaved(t *testing.T) {
	r := rig.New(t)
	r.Key()
	picture := addPicture(t, r, "sea", 640, 480)
	path := "/api/v1/pictures/" + picture.ID + "/preview"
	unchanged(t, r, func() {
		seen := map[string]string{string(r.Script(http.MethodGet, path, nil).Body): "nothing"}
		for _, query := range []string{
			"brightness=30", "contrast=-40", "gamma=2", "rotate=90", "mode=fit", "dither=bayer", "auto_levels=true&auto_levels=false&contrast=1",
			"crop_left=10&crop_top=10&crop_across=20&crop_down=20", "focus_top=0&crop_width=0.5&crop_height=0.9", "palette=bwr", "width=400&height=300",
		} {
			answer := r.Script(http.MethodGet, path+"?"+query, nil)
			wants(t, answer, http.StatusOK)
			if _, err := png.Decode(bytes.NewReader(answer.Body)); err != nil {
				t.Errorf("%s: %v", query, err)
			}
			if other, taken := seen[string(answer.Body)]; taken {
				t.Errorf("%s is the picture of %s", query, other)
			}
			seen[string(answer.Body)] = query
		}
		same := r.Script(http.MethodGet, path+"?gamma=1&dither=floyd-steinberg&crop_left=0&crop_across=100", nil)
		if seen[string(same.Body)] != "nothing" {
			t.Error("what the form sends for an unedited picture is another picture")
		}
		for query, want := range map[string]struct {
			status    int
			word, key string
		}{
			"brightness=101":            {422, "bad_edit", "edit"},
			"brightness=dark":           {422, "bad_edit", "edit"},
			"gamma=NaN":                 {422, "bad_edit", "edit"},
			"focus_x=NaN":               {422, "bad_edit", "edit"},
			"crop_left=90":              {422, "bad_edit", "edit"},
			"rotate=1e9":                {422, "bad_edit", "edit"},
			"width=9000":                {400, "bad_value", "width"},
			"palette=rainbow":           {400, "bad_value", "palette"},
			"on=palette:rainbow":        {400, "bad_panel", ""},
			"on=device:nobody":          {404, "unknown_device", ""},
			"mode=stretch":              {400, "bad_mode", ""},
			"dither=dots&brightness=-3": {400, "bad_dither", ""},
		} {
			wantProblem(t, r.Script(http.MethodGet, path+"?"+query, nil), want.status, want.word, want.key)
		}
	})
}

func TestAlbumsForScripts(t *testing.T) {
	r := rig.New(t)
	r.Key()
	sea, hill := addPicture(t, r, "sea", 64, 48).ID, addPicture(t, r, "hill", 48, 64).ID
	answer := r.Script(http.MethodPost, "/api/v1/albums", map[string]any{"name": "Été à Sète", "pictures": []string{sea, hill, sea}})
	wants(t, answer, http.StatusCreated)
	id, _ := answer.JSON(t)["id"].(string)
	path := "/api/v1/albums/" + id
	if answer.Header.Get("Location") != path || strings.Trim(id, "abcdefghijklmnopqrstuvwxyz-") != "" {
		t.Errorf("id %q, Location %q", id, answer.Header.Get("Location"))
	}
	unchanged(t, r, func() {
		for body, key := range map[string]string{
			`{"name":""}`: "name", `{"name":"été à sète"}`: "name", `{"name":"x","pictures":["none"]}`: "pictures",
			`{"name":"` + strings.Repeat("x", 65) + `"}`: "name",
		} {
			wantProblem(t, r.Script(http.MethodPost, "/api/v1/albums", body), 422, "bad_album", key)
		}
		wantProblem(t, r.Script(http.MethodPut, path, `{"name":"x","pictures":["none"]}`), 422, "bad_album", "pictures")
		wantProblem(t, r.Script(http.MethodPut, "/api/v1/albums/none", `{"name":"x"}`), 404, "unknown_album", "")
		wantProblem(t, r.Script(http.MethodDelete, "/api/v1/albums/none", nil), 404, "unknown_album", "")
	})
	wants(t, r.Script(http.MethodPut, path, map[string]any{"name": "Summer", "pictures": []string{hill, sea}}), http.StatusOK)
	want := store.Album{ID: id, Name: "Summer", Pictures: []string{hill, sea}}
	if got, err := r.DB.Album(id); err != nil || cmp.Diff(want, got) != "" {
		t.Errorf("%v (-want +got):\n%s", err, cmp.Diff(want, got))
	}
	wants(t, r.Script(http.MethodGet, "/api/v1/albums", nil), http.StatusOK, `"Summer"`)

	must(t, r.DB.SavePlaylist(schedule.Playlist{ID: "day", Name: "Day", Entries: []schedule.Entry{{Kind: schedule.KindAlbum, Ref: id}}}))
	refused := r.Script(http.MethodDelete, path, nil)
	wantProblem(t, refused, http.StatusConflict, "in_use", "")
	wants(t, refused, http.StatusConflict, "The playlist “Day” shows this album")
	must(t, r.DB.DeletePlaylist("day"))
	wants(t, r.Script(http.MethodDelete, path, nil), http.StatusNoContent)
	wantProblem(t, r.Script(http.MethodGet, path, nil), 404, "unknown_album", "")
}
