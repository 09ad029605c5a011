package store

import (
	"bytes"
	"errors"
	"os"
	"testing"

	"personalcms/content"
	"personalcms/content/schedule"
	"personalcms/render"

	"github.com/google/go-cmp/cmp"
)

func layoutOf(id, name string) render.Layout { return render.Layout{ID: id, Name: name, Padding: 20} }

func TestLayoutsAreReadyOnesAndTheOwners(t *testing.T) {
	db := open(t)
	ready := len(render.ReadyLayouts())
	if all := db.Layouts(); len(all) != ready || all[0].Revision != 0 {
		t.Fatalf("%d layouts, %d ready ones", len(all), ready)
	}
	if _, err := db.Layout("mine"); !errors.Is(err, ErrNotFound) {
		t.Errorf("an unknown layout: %v", err)
	}
	saved, err := db.SaveLayout(layoutOf("mine", "Mine"), 0, noon)
	must(t, err)
	if saved.Revision != 1 || !saved.Saved.Equal(noon) {
		t.Errorf("%+v", saved)
	}
	_, err = db.SaveLayout(layoutOf(render.DefaultLayout, "Changed"), 0, noon)
	must(t, err)
	db = crash(t, db)
	all := db.Layouts()
	if len(all) != ready+1 || all[0].Name != "Changed" || all[ready].Name != "Mine" {
		t.Errorf("%d layouts, the first is %q", len(all), all[0].Name)
	}
	must(t, db.DeleteLayout(render.DefaultLayout))
	if layout, err := db.Layout(render.DefaultLayout); err != nil || layout.Name != "Default" {
		t.Errorf("the ready one did not come back: %q, %v", layout.Name, err)
	}
	if err := db.DeleteLayout(render.DefaultLayout); !errors.Is(err, ErrNotFound) {
		t.Errorf("a ready layout that was not changed was deleted: %v", err)
	}
}

func TestTwoPeopleSaveOneLayout(t *testing.T) {
	db := open(t)
	_, err := db.SaveLayout(layoutOf("mine", "First"), 0, noon)
	must(t, err)
	stored, err := db.SaveLayout(layoutOf("mine", "Second"), 0, noon)
	if !errors.Is(err, ErrConflict) || stored.Name != "First" || stored.Revision != 1 {
		t.Errorf("the second is told %v and %+v", err, stored)
	}
	if layout, _ := db.Layout("mine"); layout.Name != "First" {
		t.Errorf("the first one’s work is gone: %q", layout.Name)
	}
	_, err = db.SaveLayout(layoutOf("mine", "Second"), 1, noon)
	must(t, err)
}

func TestWhatIsShownCannotBeDeleted(t *testing.T) {
	db := open(t)
	addDevice(t, db, "panel")
	picture, err := db.AddPicture(Picture{Mode: "fill"}, []byte("picture"))
	must(t, err)
	_, err = db.SaveLayout(layoutOf("mine", "Mine"), 0, noon)
	must(t, err)
	must(t, db.SaveAlbum(Album{ID: "a", Name: "A", Pictures: []string{picture.ID}}))
	playlist := schedule.Playlist{ID: "p", Name: "P", Entries: []schedule.Entry{
		{Kind: schedule.KindLayout, Ref: "mine"}, {Kind: schedule.KindAlbum, Ref: "a"}, {Kind: schedule.KindPicture, Ref: picture.ID},
	}}
	must(t, db.SavePlaylist(playlist))
	device, err := db.UpdateDevice("panel", func(d *Device) error { d.Playlist = "p"; return nil })
	must(t, err)
	if got := db.PlaylistOf(device); len(got.Entries) != 3 {
		t.Errorf("the device turns through %+v", got)
	}
	for name, err := range map[string]error{"layout": db.DeleteLayout("mine"), "album": db.DeleteAlbum("a"), "playlist": db.DeletePlaylist("p")} {
		if !errors.Is(err, ErrInUse) {
			t.Errorf("a %s in use: %v", name, err)
		}
	}
	must(t, db.DeletePicture(picture.ID))
	db = crash(t, db)
	album, err := db.Album("a")
	must(t, err)
	changed, err := db.Playlist("p")
	must(t, err)
	if len(album.Pictures) != 0 || len(changed.Entries) != 2 {
		t.Errorf("a deleted picture is still named: %+v, %+v", album, changed)
	}
	_, err = db.UpdateDevice("panel", func(d *Device) error { d.Playlist = ""; return nil })
	must(t, err)
	must(t, db.DeletePlaylist("p"))
	must(t, db.DeleteLayout("mine"))
	must(t, db.DeleteAlbum("a"))
	if err := db.SaveAlbum(Album{ID: "b", Pictures: []string{"gone"}}); !errors.Is(err, ErrNotFound) {
		t.Errorf("an album of a picture that is not there: %v", err)
	}
	if _, err := db.Album("b"); !errors.Is(err, ErrNotFound) {
		t.Error("a refused album was stored")
	}
}

func TestOnePlaylistIsTheDefault(t *testing.T) {
	db := open(t)
	for _, id := range []string{"one", "two", "three"} {
		must(t, db.SavePlaylist(schedule.Playlist{ID: id, Name: id, Default: id != "three"}))
	}
	db = crash(t, db)
	var defaults []string
	for _, playlist := range db.Playlists() {
		if playlist.Default {
			defaults = append(defaults, playlist.ID)
		}
	}
	if diff := cmp.Diff([]string{"two"}, defaults); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := db.PlaylistOf(Device{ID: "x"}).ID; got != "two" {
		t.Errorf("a device without a playlist gets %q", got)
	}
	if got := db.PlaylistOf(Device{ID: "x", Playlist: "three"}).ID; got != "three" {
		t.Errorf("a device with a playlist gets %q", got)
	}
}

func source(id string) func(*Source, bool) error {
	return func(s *Source, _ bool) error {
		s.Source = content.Source{ID: id, Name: "News", Kind: content.KindFeed, URL: "http://feeds.example/{secret}", Category: "news", Secret: "s3cr3t-key"}
		return nil
	}
}

// TestASecretIsSealed looks for it in the file.
func TestASecretIsSealed(t *testing.T) {
	db := open(t)
	_, err := db.SaveSource("feed", nil, source("feed"))
	must(t, err)
	db = crash(t, db)
	raw, err := os.ReadFile(db.bolt.Path())
	must(t, err)
	if bytes.Contains(raw, []byte("s3cr3t-key")) {
		t.Error("the secret stands in the file")
	}
	stored, err := db.Source("feed")
	must(t, err)
	if stored.Secret != "" {
		t.Errorf("the source shows %q", stored.Secret)
	}
	secret := func() string {
		t.Helper()
		stored, err := db.Source("feed")
		must(t, err)
		secret, err := db.SourceSecret(stored)
		must(t, err)
		return secret
	}
	if secret() != "s3cr3t-key" {
		t.Errorf("the secret came back as %q", secret())
	}
	_, err = db.SaveSource("feed", nil, func(s *Source, known bool) error { s.Name = "Other"; return nil })
	must(t, err)
	if secret() != "s3cr3t-key" {
		t.Error("saving without a secret lost it")
	}
	db.SealWith([]byte("another key"))
	if _, err := db.SourceSecret(stored); err == nil {
		t.Error("another key opens it")
	}
	_, err = db.SaveSource("feed", nil, func(s *Source, known bool) error { s.Secret = "-"; return nil })
	must(t, err)
	if secret() != "" {
		t.Error("the secret cannot be removed")
	}
}

func TestWhatASourceGaveIsKeptAndFound(t *testing.T) {
	db := open(t)
	_, err := db.SaveSource("feed", nil, source("feed"))
	must(t, err)
	first, _ := db.Additions()
	_, err = db.NoteFetched("feed", []byte("jpeg"), func(was Fetched) Fetched {
		was.Feed = content.Feed{At: noon, Items: []content.Item{{Title: "Headline"}}}
		was.State.LastTry, was.State.LastGood = noon, noon
		return was
	})
	must(t, err)
	db = crash(t, db)
	fetched := db.Fetched("feed")
	if len(fetched.Feed.Items) != 1 || fetched.Feed.ImageID == "" {
		t.Fatalf("%+v", fetched)
	}
	image := fetched.Feed.ImageID
	second, additions := db.Additions()
	if first == second && len(additions) != 1 {
		t.Errorf("the library does not learn of it: %d, %+v", second, additions)
	}
	_, err = db.NoteFetched("feed", []byte("another"), func(was Fetched) Fetched { return was })
	must(t, err)
	if _, err := db.Blob(image); err == nil {
		if _, err := crash(t, db).Blob(image); !errors.Is(err, ErrNotFound) {
			t.Errorf("the picture before is kept: %v", err)
		}
	}
	_, err = db.SaveSource("feed", nil, func(*Source, bool) error { return nil })
	must(t, err)
	if fetched := db.Fetched("feed"); !fetched.State.LastTry.IsZero() || len(fetched.Feed.Items) != 1 {
		t.Errorf("after a change it is not due, or its last value is gone: %+v", fetched)
	}
	must(t, db.DeleteSource("feed"))
	db = crash(t, db)
	if fetched := db.Fetched("feed"); !fetched.Feed.At.IsZero() {
		t.Errorf("a deleted source still gives %+v", fetched)
	}
	if _, err := db.NoteFetched("feed", nil, func(was Fetched) Fetched { return was }); !errors.Is(err, ErrNotFound) {
		t.Errorf("a fetch that ends after its source was deleted: %v", err)
	}
}

func TestAnUploadedFileIsDroppedWithItsSource(t *testing.T) {
	db := open(t)
	stored, err := db.SaveSource("cal", []byte("BEGIN:VCALENDAR"), source("cal"))
	must(t, err)
	old := stored.Upload
	stored, err = db.SaveSource("cal", []byte("BEGIN:VCALENDAR2"), func(*Source, bool) error { return nil })
	must(t, err)
	fresh := crash(t, db)
	if _, err := fresh.Blob(old); !errors.Is(err, ErrNotFound) {
		t.Errorf("the file before is kept: %v", err)
	}
	if data, err := fresh.Blob(stored.Upload); err != nil || string(data) != "BEGIN:VCALENDAR2" {
		t.Errorf("%q, %v", data, err)
	}
	must(t, db.DeleteSource("cal"))
	if _, err := crash(t, db).Blob(stored.Upload); !errors.Is(err, ErrNotFound) {
		t.Errorf("the file of a deleted source is kept: %v", err)
	}
}

func TestShelvesHoldWhatTheOwnerChanged(t *testing.T) {
	db := open(t)
	must(t, db.UpdateShelf("jokes", "dad_jokes", func(s *Shelf) error {
		s.Items = append(s.Items, content.Item{Text: "Mine."})
		return nil
	}))
	if err := db.UpdateShelf("a/b", "c", func(*Shelf) error { return nil }); err == nil {
		t.Error("a name with a slash is taken")
	}
	db = crash(t, db)
	before, additions := db.Additions()
	if len(additions) != 1 || additions[0].Items[0].Text != "Mine." {
		t.Fatalf("%+v", additions)
	}
	if again, same := db.Additions(); again != before || &same[0] != &additions[0] {
		t.Error("unchanged additions are gathered anew")
	}
	must(t, db.DeleteShelf("jokes", "dad_jokes"))
	if after, additions := db.Additions(); after == before || len(additions) != 0 {
		t.Errorf("%d, %+v", after, additions)
	}
}
