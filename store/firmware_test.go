package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"personalcms/ota"

	"github.com/google/go-cmp/cmp"
)

func attemptsFor(id string, n int) []ota.Attempt {
	var attempts []ota.Attempt
	for i := range n {
		attempts = append(attempts, ota.Attempt{
			ID: fmt.Sprint(i), DeviceID: id, FirmwareKey: "T_1", State: ota.StateOffered, Offered: noon.Add(time.Duration(i) * time.Minute),
		})
	}
	return attempts
}

// image is a record and bytes to store under a type.
func image(deviceType, version, data string) (Firmware, []byte) {
	sum := sha256.Sum256([]byte(data))
	return Firmware{
		DeviceType: deviceType, Version: version, Uploaded: noon,
		Image: ota.Image{Chip: "esp32", Size: int64(len(data)), SHA256: hex.EncodeToString(sum[:]), ImageSHA256: "image of " + data},
	}, []byte(data)
}

func add(t testing.TB, db *DB, deviceType, version, data string) Firmware {
	t.Helper()
	record, bytes := image(deviceType, version, data)
	stored, err := db.AddFirmware(record, bytes, false)
	must(t, err)
	return stored
}

func TestAddFirmware(t *testing.T) {
	db := open(t)
	first, second := add(t, db, "T", "", "one"), add(t, db, "T", "", "two")
	if first.Key != "T_20261123.120000" || second.Key != "T_20261123.120001" {
		t.Errorf("two uploads in one second: %q and %q", first.Key, second.Key)
	}
	record, data := image("T", "9", "one")
	var same *DuplicateImageError
	if _, err := db.AddFirmware(record, data, false); !errors.As(err, &same) || same.Key != first.Key {
		t.Errorf("the same bytes: %v", err)
	}
	record, data = image("T", "9", "three")
	_, err := db.AddFirmware(record, data, true)
	must(t, err)
	record, data = image("T", "9", "four")
	if _, err := db.AddFirmware(record, data, true); !errors.Is(err, ErrExists) {
		t.Errorf("a version that is taken: %v", err)
	}
	add(t, db, "U", "", "one") // the same bytes for another type are two records and one blob
	after := crash(t, db)
	all, err := after.AllFirmware()
	if err != nil || len(all) != 4 {
		t.Fatalf("%d images, %v", len(all), err)
	}
	blob, err := after.Blob(first.Image.SHA256)
	if err != nil || !bytes.Equal(blob, []byte("one")) {
		t.Errorf("%v: %q", err, blob)
	}
	assignments, err := after.Assignments()
	if diff := cmp.Diff([]Assignment{{DeviceType: "T", FirmwareKey: "T_9", Since: noon}}, assignments); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if _, err := after.Blob(strings.Repeat("0", 64)); !errors.Is(err, ErrNotFound) {
		t.Errorf("no such blob: %v", err)
	}
}

func TestDeleteFirmwareIsRefusedWhileAssigned(t *testing.T) {
	db := open(t)
	addDevice(t, db, "panel")
	one := add(t, db, "T", "1", "bytes")
	other := add(t, db, "U", "1", "bytes")
	must(t, db.Assign(Assignment{DeviceType: "T", FirmwareKey: "T_1", Since: noon}))
	_, err := db.AssignDevice("panel", "T_1", false)
	must(t, err)
	var inUse *InUseError
	if err := db.DeleteFirmware("T_1"); !errors.As(err, &inUse) || !errors.Is(err, ErrInUse) {
		t.Fatalf("got %v", err)
	}
	if diff := cmp.Diff([]string{"all T devices", "panel"}, inUse.By); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	must(t, db.Assign(Assignment{DeviceType: "T", FirmwareKey: "", Since: noon}))
	_, err = db.AssignDevice("panel", "", false)
	must(t, err)
	_, err = db.AssignDevice("panel", "T_1", true)
	must(t, err)
	if err := db.DeleteFirmware("T_1"); !errors.Is(err, ErrInUse) {
		t.Errorf("while it is forced: %v", err)
	}
	_, err = db.AssignDevice("panel", "", true)
	must(t, err)
	must(t, db.DeleteFirmware("T_1"))
	if _, err := db.Blob(one.Image.SHA256); err != nil {
		t.Errorf("the other record’s bytes are gone: %v", err)
	}
	must(t, db.DeleteFirmware(other.Key))
	if _, err := crash(t, db).Blob(one.Image.SHA256); !errors.Is(err, ErrNotFound) {
		t.Errorf("the bytes are still there: %v", err)
	}
	if err := db.DeleteFirmware("T_1"); !errors.Is(err, ErrNotFound) {
		t.Errorf("a second time: %v", err)
	}
}

func TestAssigningWhatIsNotThere(t *testing.T) {
	db := open(t)
	addDevice(t, db, "panel")
	if err := db.Assign(Assignment{DeviceType: "T", FirmwareKey: "T_1", Since: noon}); !errors.Is(err, ErrNotFound) {
		t.Errorf("to a type: %v", err)
	}
	if _, err := db.AssignDevice("panel", "T_1", false); !errors.Is(err, ErrNotFound) {
		t.Errorf("to a device: %v", err)
	}
	if _, err := db.AssignDevice("nobody", "", false); !errors.Is(err, ErrNotFound) {
		t.Errorf("to nobody: %v", err)
	}
	if err := db.CountDownload("T_1"); !errors.Is(err, ErrNotFound) {
		t.Errorf("counting: %v", err)
	}
}

func TestRunningKeyFindsTheImageByItsDigest(t *testing.T) {
	folder := t.TempDir()
	db, err := Open(folder)
	must(t, err)
	add(t, db, "T", "1", "bytes")
	add(t, db, "U", "1", "bytes")
	check := func(when string) {
		for deviceType, want := range map[string]string{"T": "T_1", "U": "U_1", "V": "T_1"} {
			if got := db.RunningKey("image of bytes", deviceType); got != want {
				t.Errorf("%s: a %s runs %q, want %q", when, deviceType, got, want)
			}
		}
		if got := db.RunningKey("another", "T"); got != "" {
			t.Errorf("%s: an unknown image is %q", when, got)
		}
	}
	check("stored")
	must(t, db.Close())
	db = openAt(t, folder)
	check("opened again")
	must(t, db.DeleteFirmware("T_1"))
	if got := db.RunningKey("image of bytes", "T"); got != "U_1" {
		t.Errorf("after it was deleted: %q", got)
	}
}

func TestUpdateFactsAndSteps(t *testing.T) {
	db := open(t)
	addDevice(t, db, "panel")
	for version, data := range map[string]string{"1": "a", "2": "b", "3": "c"} {
		add(t, db, "T", version, data)
	}
	must(t, db.Assign(Assignment{DeviceType: "T", FirmwareKey: "T_1", Since: noon}))
	_, err := db.AssignDevice("panel", "T_2", false)
	must(t, err)
	_, err = db.AssignDevice("panel", "T_3", true)
	must(t, err)
	facts, err := db.UpdateFacts("panel")
	if err != nil || facts.Type.FirmwareKey != "T_1" || len(facts.Firmware) != 3 || len(facts.Attempts) != 0 {
		t.Fatalf("%v: %+v", err, facts)
	}
	in := facts.Input(ota.CheckIn{State: "pending_verify"}, Status{})
	if in.Forced.Key != "T_3" || in.Pinned.Key != "T_2" || in.ByType.Key != "T_1" || !in.OnTrial || !in.Approved {
		t.Errorf("%+v", in)
	}
	facts, err = db.StepUpdate("panel", func(facts UpdateFacts) (Changed, error) {
		facts.Device.ForcedKey = ""
		return Changed{Device: facts.Device, Attempts: attemptsFor("panel", 3), Log: []Entry{{Time: noon, DeviceID: "panel", Message: "offered"}}}, nil
	})
	if err != nil || facts.Device.ForcedKey != "" || len(facts.Attempts) != 3 {
		t.Errorf("%v: %+v", err, facts)
	}
	later := facts.Attempts[1]
	later.State = ota.StateFailed
	_, err = db.StepUpdate("panel", func(facts UpdateFacts) (Changed, error) {
		return Changed{Device: facts.Device, Attempts: []ota.Attempt{later}}, nil
	})
	must(t, err)
	after := crash(t, db)
	attempts, err := after.Attempts("panel")
	if err != nil || len(attempts) != 3 || attempts[1].State != ota.StateFailed || attempts[0].ID != "0" || attempts[2].ID != "2" {
		t.Errorf("%v: %+v", err, attempts)
	}
	if log, err := after.Log("panel", 5); err != nil || len(log) != 1 {
		t.Errorf("%v: %v", err, log)
	}
	if device, err := after.Device("panel"); err != nil || device.ForcedKey != "" {
		t.Errorf("%v: %+v", err, device)
	}
}

func TestOldAttemptsMakeRoom(t *testing.T) {
	db := open(t)
	addDevice(t, db, "panel")
	addDevice(t, db, "other")
	for _, id := range []string{"panel", "other"} {
		for n := 30; n <= 3*maxAttempts; n += 30 {
			_, err := db.StepUpdate(id, func(facts UpdateFacts) (Changed, error) {
				return Changed{Device: facts.Device, Attempts: attemptsFor(id, n)}, nil
			})
			must(t, err)
		}
	}
	for _, id := range []string{"panel", "other"} {
		attempts, err := db.Attempts(id)
		if err != nil || len(attempts) != maxAttempts || attempts[maxAttempts-1].ID != "119" {
			t.Errorf("%s: %d attempts, %v", id, len(attempts), err)
		}
	}
}

func TestAStepThatChangesNothingWritesNothing(t *testing.T) {
	db := open(t)
	addDevice(t, db, "panel")
	refused := errors.New("no")
	for want, give := range map[error]error{nil: ErrUnchanged, refused: refused} {
		_, err := db.StepUpdate("panel", func(facts UpdateFacts) (Changed, error) {
			facts.Device.Nickname = "changed"
			return Changed{Device: facts.Device, Attempts: attemptsFor("panel", 1)}, give
		})
		if !errors.Is(err, want) {
			t.Errorf("got %v, want %v", err, want)
		}
	}
	attempts, err := db.Attempts("panel")
	if device, _ := db.Device("panel"); err != nil || len(attempts) != 0 || device.Nickname != "" {
		t.Errorf("%v: %v, %q", err, attempts, device.Nickname)
	}
	if _, err := db.StepUpdate("nobody", func(UpdateFacts) (Changed, error) { return Changed{}, nil }); !errors.Is(err, ErrNotFound) {
		t.Errorf("nobody: %v", err)
	}
}

func TestFlashParts(t *testing.T) {
	db := open(t)
	part, err := db.AddFlashPart(FlashPart{Kind: "bootloader", Filename: "boot.bin", Size: 4}, []byte("boot"))
	must(t, err)
	again, err := db.AddFlashPart(FlashPart{Kind: "bootloader", Filename: "again.bin", Size: 4, Uploaded: noon}, []byte("boot"))
	must(t, err)
	parts, err := db.FlashParts()
	must(t, err)
	if diff := cmp.Diff([]FlashPart{part, part}, append(parts, again)); diff != "" {
		t.Errorf("kept a second time (-want +got):\n%s", diff)
	}
	must(t, db.DeleteFlashPart(part.SHA256))
	if err := db.DeleteFlashPart(part.SHA256); !errors.Is(err, ErrNotFound) {
		t.Errorf("a second time: %v", err)
	}
	if _, err := crash(t, db).Blob(part.SHA256); !errors.Is(err, ErrNotFound) {
		t.Errorf("its bytes are still there: %v", err)
	}
}

func TestTheBlobCacheIsBounded(t *testing.T) {
	cache := blobCache{limit: 100}
	for i := range 50 {
		cache.put(fmt.Sprint(i), make([]byte, 30))
	}
	cache.put("large", make([]byte, 101))
	if cache.size > 100 || cache.order.Len() != 3 || len(cache.byKey) != 3 {
		t.Errorf("%d bytes in %d blobs", cache.size, cache.order.Len())
	}
	cache.get("47")
	cache.put("new", make([]byte, 30))
	if _, ok := cache.get("47"); !ok {
		t.Error("the one used last went first")
	}
	if _, ok := cache.get("48"); ok {
		t.Error("the one not used for longest is still there")
	}
}
