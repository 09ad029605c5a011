package store

import (
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"personalcms/content/schedule"
	"personalcms/ota"
	"personalcms/render"
)

// keptFile is a data file as an earlier version wrote it, in a folder of its own.
func keptFile(t *testing.T, name string) string {
	t.Helper()
	file, err := os.Open(filepath.Join("testdata", name+".db.gz"))
	must(t, err)
	defer func() { must(t, file.Close()) }()
	unpacked, err := gzip.NewReader(file)
	must(t, err)
	raw, err := io.ReadAll(unpacked)
	must(t, err)
	folder := t.TempDir()
	must(t, os.WriteFile(filepath.Join(folder, FileName), raw, 0o600))
	return folder
}

// TestAFileOfTheFirstVersionIsBroughtUpToDate: nothing in it is lost, and what is new works.
func TestAFileOfTheFirstVersionIsBroughtUpToDate(t *testing.T) {
	folder := keptFile(t, "version-1")
	for range 2 { // the second time there is nothing to migrate
		db := openAt(t, folder)
		device, err := db.Device("kitchen")
		must(t, err)
		if device.Name != "Kitchen" || len(device.Pictures) != 1 || device.Preferences.Jokes[0] != "dad_jokes" || !device.Away.Since.IsZero() {
			t.Errorf("%+v", device)
		}
		picture, err := db.Picture(device.Pictures[0])
		must(t, err)
		if picture.Title != "Hills" || picture.Shown().Mode != "fit" {
			t.Errorf("%+v", picture)
		}
		if data, err := db.Blob(picture.SHA256); err != nil || string(data) != "a picture" {
			t.Errorf("%q, %v", data, err)
		}
		if settings := db.Settings(); settings.TimeZone != "Europe/Berlin" || settings.RefreshSeconds != 600 {
			t.Errorf("%+v", settings)
		}
		at := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
		if readings, err := db.Readings("kitchen", "temperature", at, at.Add(time.Second)); err != nil || len(readings) != 1 {
			t.Errorf("%v, %v", readings, err)
		}
		drawn, err := db.Drawn("kitchen")
		must(t, err)
		if bitmap := render.BitmapOf(drawn.Width, drawn.Height, drawn.Palette, drawn.Pix); bitmap.White(10, 10) {
			t.Error("the kept screen is another one")
		}
		must(t, db.SavePlaylist(schedule.Playlist{ID: "p", Name: "P"}))
		must(t, db.Close())
	}
}

// TestAFileOfTheSecondVersionIsBroughtUpToDate: an update that was under way goes on.
func TestAFileOfTheSecondVersionIsBroughtUpToDate(t *testing.T) {
	folder := keptFile(t, "version-2")
	for range 2 {
		db := openAt(t, folder)
		facts, err := db.UpdateFacts("kitchen")
		must(t, err)
		if facts.Type.FirmwareKey != "T_1" || facts.Device.AssignedKey != "T_2" || facts.Settings.TimeZone != "Europe/Berlin" || facts.Settings.Updates.LowBattery != 20 {
			t.Errorf("%+v", facts)
		}
		if len(facts.Attempts) != 2 || facts.Attempts[0].State != ota.StateConfirmed || facts.Attempts[1].State != ota.StateRebooting {
			t.Fatalf("%+v", facts.Attempts)
		}
		if open := db.OpenAttempts(); len(open) != 1 || open[0] != "kitchen" {
			t.Errorf("open attempts of %v", open)
		}
		if next := facts.Attempts[1].OnCheckIn(ota.CheckIn{ImageSHA256: "image of b"}, noon); next.State != ota.StateConfirmed {
			t.Errorf("it comes back with its image: %s", next.State)
		}
		must(t, db.Close())
	}
}
