package store

import (
	"errors"
	"testing"

	"personalcms/ota"

	"github.com/google/go-cmp/cmp"
)

// deltaOf is the record of a patch between two stored images.
func deltaOf(from, to Firmware) Delta {
	return Delta{From: from.Image.ImageSHA256, To: to.Image.SHA256, FromKey: from.Key, ToKey: to.Key, Made: noon, Seconds: 0.5}
}

// blobs is how many blobs the file holds.
func blobs(t *testing.T, db *DB) int {
	t.Helper()
	n := 0
	must(t, db.update(func(tx *transaction) error {
		n = 0
		return tx.Bucket(bucketBlobs).ForEach(func(_, _ []byte) error { n++; return nil })
	}))
	return n
}

func TestAddDelta(t *testing.T) {
	folder := t.TempDir()
	db, err := Open(folder)
	must(t, err)
	one, two, three := add(t, db, "T", "1", "one"), add(t, db, "T", "2", "two"), add(t, db, "T", "3", "three")
	must(t, db.AddDelta(deltaOf(one, three), []byte("a patch")))
	none := deltaOf(two, three)
	none.Why = DeltaTooLarge
	must(t, db.AddDelta(none, nil))
	must(t, db.AddDelta(deltaOf(three, one), []byte("a patch"))) // whatever the bytes are, both have them
	must(t, db.Close())

	db, err = Open(folder)
	must(t, err)
	defer func() { must(t, db.Close()) }()
	want := deltaOf(one, three)
	want.Size = 7
	got, err := db.Delta(one.Image.ImageSHA256, three.Image.SHA256)
	must(t, err)
	want.SHA256 = got.SHA256
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if patch, err := db.Blob(got.SHA256); err != nil || string(patch) != "a patch" {
		t.Errorf("the patch is %q, %v", patch, err)
	}
	to, err := db.DeltasTo(three.Image.SHA256)
	must(t, err)
	if diff := cmp.Diff([]Delta{want, none}, to); diff != "" {
		t.Errorf("patches to the third (-want +got):\n%s", diff)
	}
	if _, err := db.Delta(one.Image.ImageSHA256, two.Image.SHA256); !errors.Is(err, ErrNotFound) {
		t.Errorf("a pair nobody has tried: %v", err)
	}
	unknown := deltaOf(one, three)
	unknown.From = "image of four"
	if err := db.AddDelta(unknown, []byte("p")); !errors.Is(err, ErrNotFound) {
		t.Errorf("from an image that is not stored: %v", err)
	}
	unknown = deltaOf(one, three)
	unknown.To = one.Image.ImageSHA256
	if err := db.AddDelta(unknown, []byte("p")); !errors.Is(err, ErrNotFound) {
		t.Errorf("to an image that is not stored: %v", err)
	}
}

// TestDeletedFirmwareTakesItsDeltas with it, but not those that another firmware with the same bytes still needs.
func TestDeletedFirmwareTakesItsDeltas(t *testing.T) {
	db := open(t)
	one, two, three := add(t, db, "T", "1", "one"), add(t, db, "T", "2", "two"), add(t, db, "T", "3", "three")
	other := add(t, db, "Other", "2", "two")
	must(t, db.AddDelta(deltaOf(one, two), []byte("1-2")))
	must(t, db.AddDelta(deltaOf(two, three), []byte("2-3")))
	must(t, db.AddDelta(deltaOf(three, one), []byte("2-3"))) // the same bytes again
	for _, step := range []struct {
		deleted string
		left    []string // pairs
		blobs   int
	}{
		{"", []string{"one two", "two three", "three one"}, 5},
		{two.Key, []string{"one two", "two three", "three one"}, 5},
		{other.Key, []string{"three one"}, 3},
		{three.Key, nil, 1},
		{one.Key, nil, 0},
	} {
		if step.deleted != "" {
			must(t, db.DeleteFirmware(step.deleted))
		}
		var left []string
		names := map[string]Firmware{"one": one, "two": two, "three": three}
		for _, pair := range [][2]string{{"one", "two"}, {"two", "three"}, {"three", "one"}} {
			if _, err := db.Delta(names[pair[0]].Image.ImageSHA256, names[pair[1]].Image.SHA256); err == nil {
				left = append(left, pair[0]+" "+pair[1])
			}
		}
		if diff := cmp.Diff(step.left, left); diff != "" {
			t.Errorf("after %q is deleted (-want +got):\n%s", step.deleted, diff)
		}
		if n := blobs(t, db); n != step.blobs {
			t.Errorf("after %q is deleted there are %d blobs, want %d", step.deleted, n, step.blobs)
		}
	}
}

// TestSavedBytesAreCounted on the image, once.
func TestSavedBytesAreCounted(t *testing.T) {
	db := open(t)
	target := add(t, db, "T", "2", "two")
	must(t, db.CreateDevice(Device{ID: "panel", Approved: true}))
	a := ota.Attempt{ID: "1", DeviceID: "panel", FirmwareKey: target.Key, State: ota.StateOffered, Size: 1000, Offered: noon, Updated: noon}
	for _, next := range []ota.Attempt{a, a.OnDelta(100, 100, noon), a.OnDelta(100, 100, noon).End(ota.StateConfirmed, "", noon), a.OnDelta(100, 100, noon).End(ota.StateConfirmed, "", noon)} {
		_, err := db.StepUpdate("panel", func(facts UpdateFacts) (Changed, error) {
			return Changed{Device: facts.Device, Attempts: []ota.Attempt{next}}, nil
		})
		must(t, err)
	}
	stored, err := db.Firmware(target.Key)
	must(t, err)
	if diff := cmp.Diff(ota.Tally{Confirmed: 1, Saved: 900}, stored.Tally); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
