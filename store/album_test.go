package store

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestUpdateAlbum(t *testing.T) {
	db := open(t)
	var ids []string
	for _, data := range []string{"a", "b"} {
		picture, err := db.AddPicture(Picture{Title: data}, []byte(data))
		must(t, err)
		ids = append(ids, picture.ID)
	}
	must(t, db.SaveAlbum(Album{ID: "summer", Name: "Summer"}))
	set := func(id string, pictures ...string) error {
		_, err := db.UpdateAlbum(id, func(album *Album) error {
			album.ID, album.Pictures = "other", pictures
			return nil
		})
		return err
	}
	must(t, set("summer", ids[1], ids[0], ids[1]))
	want := Album{ID: "summer", Name: "Summer", Pictures: []string{ids[1], ids[0]}}
	for name, err := range map[string]error{"an album that is not there": set("none"), "a picture that is not there": set("summer", "none")} {
		if !errors.Is(err, ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if diff := cmp.Diff([]Album{want}, db.Albums()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
