package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// openAt opens the file in a folder; it is closed with the test if the test does not do it.
func openAt(t testing.TB, folder string) *DB {
	t.Helper()
	db, err := Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { must(t, db.Close()) })
	return db
}

func open(t testing.TB) *DB {
	t.Helper()
	return openAt(t, t.TempDir())
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// crash is the file as it is on disk now, opened elsewhere, as after the plug was pulled.
func crash(t testing.TB, db *DB) *DB {
	t.Helper()
	raw, err := os.ReadFile(db.bolt.Path())
	must(t, err)
	folder := t.TempDir()
	must(t, os.WriteFile(filepath.Join(folder, FileName), raw, 0o600))
	return openAt(t, folder)
}

func addDevice(t testing.TB, db *DB, id string) Device {
	t.Helper()
	device := Device{ID: id, DeviceType: "T", Approved: true, Registered: noon}
	must(t, db.CreateDevice(device))
	return device
}

func TestANewFileHasTheCurrentVersion(t *testing.T) {
	db := open(t)
	must(t, db.view(func(tx *bbolt.Tx) error {
		version, err := fileVersion(tx)
		if version != len(migrations) {
			t.Errorf("version %d", version)
		}
		return err
	}))
	if len(db.Secret()) != 32 || db.Size() == 0 || db.Ready() != nil {
		t.Errorf("secret of %d bytes, file of %d", len(db.Secret()), db.Size())
	}
	if again := crash(t, db); string(again.Secret()) != string(db.Secret()) {
		t.Error("the secret changes when the file is opened again")
	}
}

func TestANewerFileIsRefused(t *testing.T) {
	folder := t.TempDir()
	db, err := Open(folder)
	must(t, err)
	must(t, db.update(func(tx *transaction) error { return tx.Bucket(bucketMeta).Put(keyVersion, []byte("99")) }))
	must(t, db.Close())
	_, err = Open(folder)
	if !errors.Is(err, ErrNewer) || !strings.Contains(err.Error(), "newer PersonalCMS") {
		t.Errorf("got %v", err)
	}
}

func TestASecondOpeningIsRefused(t *testing.T) {
	folder := t.TempDir()
	openAt(t, folder)
	_, err := Open(folder)
	if !errors.Is(err, ErrLocked) || !strings.Contains(err.Error(), "in use by another PersonalCMS") {
		t.Errorf("got %v", err)
	}
}

func TestAFileThatIsNoneIsRefused(t *testing.T) {
	folder := t.TempDir()
	must(t, os.WriteFile(filepath.Join(folder, FileName), []byte(strings.Repeat("not a data file ", 4096)), 0o600))
	if db, err := Open(folder); err == nil {
		must(t, db.Close())
		t.Error("it was opened")
	}
}

func TestADamagedRecordIsNamed(t *testing.T) {
	folder := t.TempDir()
	db, err := Open(folder)
	must(t, err)
	must(t, db.update(func(tx *transaction) error { return tx.Bucket(bucketDevices).Put([]byte("panel"), []byte("{")) }))
	must(t, db.Close())
	if _, err = Open(folder); err == nil || !strings.Contains(err.Error(), `"panel"`) {
		t.Errorf("got %v", err)
	}
}

func TestClosedIsClosed(t *testing.T) {
	db := open(t)
	must(t, db.Close())
	must(t, db.Close())
	if err := db.CreateDevice(Device{ID: "late"}); err == nil {
		t.Error("a write after the end was taken")
	}
}

// TestWritersShareCommits: all of many land, each is on disk when it returns, and one that fails or
// panics takes no neighbour with it.
func TestWritersShareCommits(t *testing.T) {
	db := open(t)
	var work sync.WaitGroup
	failed := errors.New("this one fails")
	for i := range 300 {
		work.Go(func() {
			key := fmt.Sprintf("%03d", i)
			err := db.update(func(tx *transaction) error {
				switch i % 10 {
				case 3:
					return failed
				case 7:
					panic("this one panics")
				}
				return tx.Bucket(bucketLog).Put([]byte(key), []byte("{}"))
			})
			switch i % 10 {
			case 3:
				if !errors.Is(err, failed) {
					t.Errorf("%d: %v", i, err)
				}
			case 7:
				if err == nil || !strings.Contains(err.Error(), "panicked") {
					t.Errorf("%d: %v", i, err)
				}
			default:
				if err != nil {
					t.Errorf("%d: %v", i, err)
				}
			}
		})
	}
	work.Wait()
	stored := 0
	must(t, crash(t, db).view(func(tx *bbolt.Tx) error {
		stored = tx.Bucket(bucketLog).Stats().KeyN
		return nil
	}))
	if stored != 240 {
		t.Errorf("%d of 240 are stored", stored)
	}
}

func TestUpdateDevices(t *testing.T) {
	db := open(t)
	for _, id := range []string{"a", "b", "c"} {
		if err := db.CreateDevice(Device{ID: id, Approved: true}); err != nil {
			t.Fatal(err)
		}
	}
	refused := errors.New("refused")
	rename := func(not map[string]error) func(*Device) error {
		return func(device *Device) error {
			device.Name = "new"
			return not[device.ID]
		}
	}
	for _, row := range []struct {
		name  string
		not   map[string]error
		count int
		err   error
		names []string
	}{
		{"one refuses", map[string]error{"b": refused}, 0, refused, []string{"", "", ""}},
		{"one stays", map[string]error{"b": ErrUnchanged}, 2, nil, []string{"new", "", "new"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			count, err := db.UpdateDevices([]string{"a", "nobody", "b", "c"}, rename(row.not))
			if count != row.count || !errors.Is(err, row.err) {
				t.Errorf("%d, %v", count, err)
			}
			var names []string
			for _, device := range db.Devices() {
				names = append(names, device.Name)
			}
			if diff := cmp.Diff(row.names, names); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestUpdateDevice(t *testing.T) {
	db := open(t)
	addDevice(t, db, "panel")
	device, err := db.UpdateDevice("panel", func(device *Device) error {
		device.Nickname = "Kitchen"
		return nil
	})
	if err != nil || device.Nickname != "Kitchen" || device.Title() != "Kitchen" {
		t.Errorf("%v: %+v", err, device)
	}
	refused := errors.New("no")
	if _, err := db.UpdateDevice("panel", func(device *Device) error {
		device.Nickname = "Hall"
		return refused
	}); !errors.Is(err, refused) {
		t.Errorf("got %v", err)
	}
	same, err := db.UpdateDevice("panel", func(device *Device) error {
		device.Nickname = "Hall"
		return ErrUnchanged
	})
	if err != nil || same.Nickname != "Kitchen" {
		t.Errorf("%v: %q", err, same.Nickname)
	}
	if _, err := db.UpdateDevice("nobody", func(*Device) error { return nil }); !errors.Is(err, ErrNotFound) {
		t.Errorf("got %v", err)
	}
	again, err := crash(t, db).Device("panel")
	if diff := cmp.Diff(device, again); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

func TestCreateDevice(t *testing.T) {
	db := open(t)
	addDevice(t, db, "panel")
	if err := db.CreateDevice(Device{ID: "panel"}); !errors.Is(err, ErrExists) {
		t.Errorf("got %v", err)
	}
	must(t, db.UpdateSettings(func(settings *Settings) error {
		settings.PendingLimit = 7
		return nil
	}))
	var work sync.WaitGroup
	var mu sync.Mutex
	full := 0
	for i := range 40 {
		work.Go(func() {
			err := db.CreateDevice(Device{ID: fmt.Sprintf("new-%d", i)})
			if errors.Is(err, ErrPendingFull) {
				mu.Lock()
				full++
				mu.Unlock()
			} else if err != nil {
				t.Error(err)
			}
		})
	}
	work.Wait()
	if full != 33 || db.PendingDevices() != 7 || crash(t, db).PendingDevices() != 7 {
		t.Errorf("%d refused, %d wait", full, db.PendingDevices())
	}
	for _, device := range db.Devices() {
		if !device.Approved {
			_, err := db.UpdateDevice(device.ID, func(device *Device) error {
				device.Approved = true
				return nil
			})
			must(t, err)
			break
		}
	}
	if db.PendingDevices() != 6 {
		t.Errorf("one is approved and %d wait", db.PendingDevices())
	}
}

func TestADeviceIsFoundByItsTokenAndByNoOldOne(t *testing.T) {
	db := open(t)
	addDevice(t, db, "panel")
	set := func(hash string) {
		_, err := db.UpdateDevice("panel", func(device *Device) error {
			device.TokenHash = hash
			return nil
		})
		must(t, err)
	}
	set("first")
	set("second")
	for _, db := range []*DB{db, crash(t, db)} {
		for hash, want := range map[string]error{"first": ErrNotFound, "second": nil, "": ErrNotFound} {
			device, err := db.DeviceWithToken(hash)
			if !errors.Is(err, want) || (err == nil && device.ID != "panel") {
				t.Errorf("token %q: %v %q", hash, err, device.ID)
			}
		}
	}
	must(t, db.DeleteDevice("panel"))
	if _, err := db.DeviceWithToken("second"); !errors.Is(err, ErrNotFound) {
		t.Errorf("after it was deleted: %v", err)
	}
}

func TestOwnedFields(t *testing.T) {
	device := Device{SetByOwner: []string{"name"}}
	before := device.SetByOwner
	device.Own("panel")
	device.Own("panel")
	if !device.Owned("name") || !device.Owned("panel") || device.Owned("zone") || len(device.SetByOwner) != 2 || len(before) != 1 {
		t.Errorf("%v, before %v", device.SetByOwner, before)
	}
}

// TestDeleteDeviceTakesAllOfItAndNothingElse uses ids that begin alike.
func TestDeleteDeviceTakesAllOfItAndNothingElse(t *testing.T) {
	db := open(t)
	for _, id := range []string{"a", "ab", "a.b"} {
		addDevice(t, db, id)
		for hour := range 3 {
			at := noon.Add(time.Duration(hour) * time.Hour)
			must(t, db.AddReadings(id, at, []Reading{{"temperature", at, float64(hour)}}, nil))
		}
		must(t, db.FoldReadings(noon.Add(90*time.Minute)))
		db.NoteDrawn(id, Drawn{Key: id, Width: 8, Height: 1, Pix: []byte{1}})
		_, err := db.StepUpdate(id, func(facts UpdateFacts) (Changed, error) {
			return Changed{Device: facts.Device, Attempts: attemptsFor(id, 2)}, nil
		})
		must(t, err)
	}
	must(t, errors.Join(db.Flush(), db.FlushScreens()))
	must(t, db.DeleteDevice("a"))
	if err := db.DeleteDevice("a"); !errors.Is(err, ErrNotFound) {
		t.Errorf("a second time: %v", err)
	}
	for _, db := range []*DB{db, crash(t, db)} {
		for id, want := range map[string]int{"a": 0, "ab": 3, "a.b": 3} {
			readings, err := db.Readings(id, "temperature", noon.Add(-time.Hour), noon.Add(24*time.Hour))
			if err != nil || len(readings) != want {
				t.Errorf("%s has %d readings, %v", id, len(readings), err)
			}
			attempts, err := db.Attempts(id)
			if err != nil || (len(attempts) > 0) != (want > 0) {
				t.Errorf("%s has %d attempts, %v", id, len(attempts), err)
			}
			if _, err := db.Drawn(id); (err == nil) != (want > 0) {
				t.Errorf("%s has a screen: %v", id, err)
			}
			if status := db.Status(id); (len(status.Latest) > 0) != (want > 0) {
				t.Errorf("%s has the status %+v", id, status)
			}
		}
	}
}
