package intake

import (
	"bytes"
	"encoding/json"
	"errors"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"personalcms/ota/otatest"
	"personalcms/store"

	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

const (
	maxUpload = 1 << 20
	clock     = `PCMSFW{"type":"Clock","version":"2.5.0","board":"esp32dev"}`
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// watched is a folder and what watches it; every look is five seconds after the last.
type watched struct {
	t      *testing.T
	db     *store.DB
	path   string
	folder *Folder
	log    *bytes.Buffer
	now    time.Time
}

func watch(t *testing.T) *watched {
	t.Helper()
	db, err := store.Open(t.TempDir())
	must(t, err)
	t.Cleanup(func() { must(t, db.Close()) })
	w := &watched{t: t, db: db, path: t.TempDir(), now: noon}
	w.restart()
	return w
}

// restart forgets what was looked at, as a new start of the program does.
func (w *watched) restart() {
	w.log = &bytes.Buffer{}
	w.folder = Watch(w.path, New(w.db), maxUpload, zerolog.New(w.log))
}

func (w *watched) look(times int) {
	w.t.Helper()
	for range times {
		must(w.t, w.folder.Look(w.t.Context(), w.now))
		w.now = w.now.Add(5 * time.Second)
	}
}

// put writes a file; the clock of the file system moves with the test's.
func (w *watched) put(name string, data []byte) {
	w.t.Helper()
	at := filepath.Join(w.path, filepath.FromSlash(name))
	must(w.t, os.MkdirAll(filepath.Dir(at), 0o755))
	must(w.t, os.WriteFile(at, data, 0o600))
	must(w.t, os.Chtimes(at, w.now, w.now))
}

// state is what the store has taken: keys of images, kinds of flash parts, titles of pictures.
func (w *watched) state() []string {
	w.t.Helper()
	var names []string
	all, err := w.db.AllFirmware()
	must(w.t, err)
	for _, firmware := range all {
		names = append(names, firmware.Key)
	}
	parts, err := w.db.FlashParts()
	must(w.t, err)
	for _, part := range parts {
		names = append(names, part.Kind+" "+part.Filename)
	}
	pictures, err := w.db.Pictures()
	must(w.t, err)
	for _, picture := range pictures {
		names = append(names, picture.Title)
	}
	slices.Sort(names)
	return names
}

// audited is what the log says that the folder did, oldest first.
func (w *watched) audited() []string {
	w.t.Helper()
	entries, err := w.db.Log("", 1000)
	must(w.t, err)
	var lines []string
	for _, entry := range slices.Backward(entries) {
		if entry.Kind != store.LogAudit || entry.Actor != "upload folder" {
			w.t.Errorf("an entry of another kind: %+v", entry)
		}
		lines = append(lines, entry.Level+" "+entry.Message)
	}
	return lines
}

// logged counts the lines of the server's log.
func (w *watched) logged() int {
	w.t.Helper()
	n := 0
	for lines := json.NewDecoder(bytes.NewReader(w.log.Bytes())); lines.More(); n++ {
		var line struct{ Message string }
		must(w.t, lines.Decode(&line))
		if !strings.HasPrefix(line.Message, "upload folder: ") {
			w.t.Errorf("a line that does not say who writes: %q", line.Message)
		}
	}
	return n
}

func wantLines(t *testing.T, what string, want, got []string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func pictureOf(t *testing.T, width int) []byte {
	t.Helper()
	var out bytes.Buffer
	must(t, png.Encode(&out, image.NewGray(image.Rect(0, 0, width, 20))))
	return out.Bytes()
}

func flashOf(app []byte) []byte {
	return otatest.FullFlash(app, otatest.PartitionTable(otatest.DefaultPartitions()...), otatest.Bootloader("esp32"), 0x1000)
}

// TestWhatIsTakenFromTheFolder puts one file into an empty folder and looks three times.
func TestWhatIsTakenFromTheFolder(t *testing.T) {
	app := otatest.Build(otatest.Options{})
	for _, test := range []struct {
		name, file string
		data       []byte
		stored     []string
		audited    []string
		lines      int // of the server's log
	}{
		{"a marked image", "clock.ino.bin", otatest.Build(otatest.Options{Marker: clock}), []string{"Clock_20261123.120005"}, []string{"info imported firmware Clock_20261123.120005 from clock.ino.bin"}, 1},
		{"a marked image in another type’s folder", "Lamp/clock.ino.bin", otatest.Build(otatest.Options{Marker: clock}), []string{"Clock_20261123.120005"}, []string{"info imported firmware Clock_20261123.120005 from Lamp/clock.ino.bin"}, 1},
		{"an image in its type’s folder", "Lamp/blink.ino.bin", app, []string{"Lamp_20261123.120005"}, []string{"info imported firmware Lamp_20261123.120005 from Lamp/blink.ino.bin"}, 1},
		{"an image with capitals", "Lamp/BLINK.BIN", app, []string{"Lamp_20261123.120005"}, []string{"info imported firmware Lamp_20261123.120005 from Lamp/BLINK.BIN"}, 1},
		{"an image of no type", "blink.ino.bin", app, nil, []string{"warn did not take blink.ino.bin: The image does not say for which device type it is. Put it into a subfolder that has the device type as its name."}, 1},
		{"an image in a folder that is no type", "my lamp/blink.bin", app, nil, []string{"warn did not take my lamp/blink.bin: The image does not say for which device type it is, and the subfolder’s name is none. A device type has 1 to 64 letters, digits, dots, dashes and underscores, and begins with a letter or digit."}, 1},
		{"a cut image", "Lamp/x.bin", app[:9000], nil, []string{"warn did not take Lamp/x.bin: The image ends too early: part of the file is missing. Copy or build it again and upload it whole."}, 1},
		{"a bootloader", "Lamp/x.ino.bootloader.bin", otatest.Bootloader("esp32"), []string{"bootloader x.ino.bootloader.bin"}, []string{"info kept the bootloader Lamp/x.ino.bootloader.bin for flashing by wire"}, 1},
		{"a partition table", "x.ino.partitions.bin", otatest.PartitionTable(otatest.DefaultPartitions()...), []string{"partition-table x.ino.partitions.bin"}, []string{"info kept the partition table x.ino.partitions.bin for flashing by wire"}, 1},
		{"an image of the whole flash", "Lamp/x.ino.merged.bin", flashOf(app), nil, nil, 1},
		{"a file that is too large", "Lamp/x.bin", make([]byte, maxUpload+1), nil, []string{"warn did not take Lamp/x.bin: It has 1048577 bytes, and 1048576 is the most that is taken. Raise --max-content-length if it should be."}, 1},
		{"a picture", "sea.png", pictureOf(t, 30), []string{"sea"}, []string{"info imported picture sea from sea.png"}, 1},
		{"a picture in a folder", "holidays/Sea.PNG", pictureOf(t, 30), []string{"Sea"}, []string{"info imported picture Sea from holidays/Sea.PNG"}, 1},
		{"a picture that is none", "sea.jpg", []byte("Dear Anna"), nil, []string{"warn did not take sea.jpg: This is not a picture that can be read here. JPEG, PNG, GIF, WebP and BMP can."}, 1},
		{"an ELF", "Lamp/x.ino.elf", []byte("\x7fELF"), nil, nil, 0},
		{"a map", "Lamp/x.ino.map", []byte("Archive member"), nil, nil, 0},
		{"a hidden file", "Lamp/.x.bin", app, nil, nil, 0},
		{"a hidden folder", ".git/x.bin", app, nil, nil, 0},
		{"half a download", "Lamp/x.bin.part", app, nil, nil, 0},
		{"a browser’s half download", "Lamp/x.bin.crdownload", app, nil, nil, 0},
		{"a temporary name", "Lamp/~x.bin", app, nil, nil, 0},
		{"a name of two lines", "Lamp/x\n12:00 INF all is well.bin", app, nil, nil, 0},
		{"the start of two slots", "Lamp/boot_app0.bin", bytes.Repeat([]byte{0xFF}, 8192), nil, nil, 0},
		{"an empty file", "Lamp/x.bin", nil, nil, nil, 0},
		{"two folders deep", "Lamp/old/x.bin", app, nil, nil, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := watch(t)
			w.put(test.file, test.data)
			w.look(3)
			wantLines(t, "stored", test.stored, w.state())
			wantLines(t, "audited", test.audited, w.audited())
			if n := w.logged(); n != test.lines {
				t.Errorf("%d lines in the server’s log, want %d: %s", n, test.lines, w.log)
			}
			if after, err := os.ReadFile(filepath.Join(w.path, test.file)); err != nil || !bytes.Equal(after, test.data) {
				t.Errorf("the file was changed: %v", err)
			}
			if assignments, err := w.db.Assignments(); len(assignments) > 0 || err != nil {
				t.Errorf("it was assigned: %v %v", assignments, err)
			}
			// After a restart what is stored stays as it is, and is not spoken of again.
			w.restart()
			w.look(2)
			wantLines(t, "stored after a restart", test.stored, w.state())
			if test.stored != nil {
				wantLines(t, "audited after a restart", test.audited, w.audited())
			}
		})
	}
}

// TestAFileIsTakenWhenItIsFinished: only what is the same in two looks is read, once for each change.
func TestAFileIsTakenWhenItIsFinished(t *testing.T) {
	w := watch(t)
	image := otatest.Build(otatest.Options{})
	for _, size := range []int{100, 9000, 30_000, len(image)} { // it grows while it is written
		w.put("Lamp/x.bin", image[:size])
		w.look(1)
	}
	wantLines(t, "while it grows", nil, w.audited())
	w.look(2)
	wantLines(t, "finished", []string{"info imported firmware Lamp_20261123.120020 from Lamp/x.bin"}, w.audited())

	w.put("Lamp/x.bin", image) // built again, without a change
	w.look(3)
	wantLines(t, "the same again", []string{"Lamp_20261123.120020"}, w.state())
	w.put("Lamp/x.bin", image[:9000])
	w.look(3)
	w.put("Lamp/x.bin", otatest.Build(otatest.Options{Seed: 7}))
	w.look(3)
	wantLines(t, "a new build", []string{"Lamp_20261123.120020", "Lamp_20261123.120105"}, w.state())
	if got := w.audited(); len(got) != 3 || !strings.Contains(got[1], "ends too early") {
		t.Errorf("audited: %q", got)
	}
}

// TestOneFileDoesNotStopOthers: what is refused, or cannot be read, or leads out of the folder.
func TestOneFileDoesNotStopOthers(t *testing.T) {
	w := watch(t)
	outside := filepath.Join(t.TempDir(), "secret.bin")
	must(t, os.WriteFile(outside, otatest.Build(otatest.Options{Marker: clock}), 0o600))
	w.put("a.bin", []byte("text"))
	w.put("Lamp/x.bin", otatest.Build(otatest.Options{}))
	w.put("z.png", pictureOf(t, 30))
	must(t, os.Symlink(outside, filepath.Join(w.path, "out.bin")))
	must(t, os.Symlink(filepath.Dir(outside), filepath.Join(w.path, "beyond")))
	must(t, os.Symlink(filepath.Join("..", "z.png"), filepath.Join(w.path, "Lamp", "inside.png")))
	must(t, os.Symlink("nowhere", filepath.Join(w.path, "nowhere.bin")))
	must(t, os.Mkdir(filepath.Join(w.path, "folder.bin"), 0o755))
	w.look(4)
	wantLines(t, "stored", []string{"Lamp_20261123.120005", "inside"}, w.state())
	wantLines(t, "audited", []string{
		"info imported picture inside from Lamp/inside.png",
		"info imported firmware Lamp_20261123.120005 from Lamp/x.bin",
		"warn did not take a.bin: This is text, not firmware, whatever its name says. Upload the .bin that the build writes.",
	}, w.audited())
	if n := strings.Count(w.log.String(), "out.bin cannot be looked at: path escapes from parent"); n != 1 {
		t.Errorf("said %d times that a link leads out: %s", n, w.log)
	}
}

// TestBoardsThatShareABootloader: it is kept once, and that is said once.
func TestBoardsThatShareABootloader(t *testing.T) {
	w := watch(t)
	w.put("Lamp/lamp.ino.bootloader.bin", otatest.Bootloader("esp32"))
	w.put("Clock/clock.ino.bootloader.bin", otatest.Bootloader("esp32"))
	w.look(3)
	wantLines(t, "kept", []string{"bootloader clock.ino.bootloader.bin"}, w.state())
	wantLines(t, "audited", []string{"info kept the bootloader Clock/clock.ino.bootloader.bin for flashing by wire"}, w.audited())
}

// TestTheFolderComesAndGoes: it may be missing at first, and its absence is said once each time.
func TestTheFolderComesAndGoes(t *testing.T) {
	w := watch(t)
	away := w.path + "-away"
	w.put("Lamp/x.bin", []byte("text"))
	must(t, os.Rename(w.path, away))
	w.look(3)
	must(t, os.Rename(away, w.path))
	w.look(3)
	must(t, os.Rename(w.path, away))
	w.look(3)
	must(t, os.Rename(away, w.path))
	w.look(3)
	if n := strings.Count(w.log.String(), "It cannot be opened: no such file or directory."); n != 2 {
		t.Errorf("said %d times: %s", n, w.log)
	}
	if got := w.audited(); len(got) != 1 {
		t.Errorf("the file was tried again: %q", got)
	}
}

// TestAFolderThatHoldsTooMuch is looked at in part, and that is said once; a look takes a few files only.
func TestAFolderThatHoldsTooMuch(t *testing.T) {
	w := watch(t)
	for i := range maxEntries + 10 {
		w.put(filepath.Join("Lamp", string(rune('a'+i%26))+strings.Repeat("x", i/26)+".bin"), []byte("text"))
	}
	w.look(2)
	if got := w.audited(); len(got) != maxTaken {
		t.Errorf("%d files in one look, want %d", len(got), maxTaken)
	}
	if n := strings.Count(w.log.String(), "It holds more than 1000 files and folders"); n != 1 {
		t.Errorf("said %d times: %s", n, w.log)
	}
	if len(w.folder.seen) != maxEntries-1 { // the subfolder is an entry too
		t.Errorf("%d files are known", len(w.folder.seen))
	}
}

// TestAStoreThatFails keeps no file from being taken later, and is not asked with every look.
func TestAStoreThatFails(t *testing.T) {
	w := watch(t)
	w.put("Lamp/x.bin", otatest.Build(otatest.Options{}))
	w.put("Lamp/y.png", pictureOf(t, 30))
	w.look(1)
	broken, err := store.Open(t.TempDir())
	must(t, err)
	must(t, broken.Close())
	working := w.folder.intake
	w.folder.intake = New(broken)
	err = w.folder.Look(t.Context(), w.now)
	if err == nil || !strings.Contains(err.Error(), "Lamp/x.bin: ") || !strings.Contains(err.Error(), "Lamp/y.png: ") {
		t.Fatalf("a closed store: %v", err)
	}
	must(t, w.folder.Look(t.Context(), w.now.Add(retryAfter-time.Second)))
	w.folder.intake = working
	w.now = w.now.Add(retryAfter)
	w.look(1)
	wantLines(t, "stored", []string{"Lamp_20261123.120105", "y"}, w.state())
}

// TestAFileThatChangesWhileItIsRead is not taken for what it was seen to be.
func TestAFileThatChangesWhileItIsRead(t *testing.T) {
	w := watch(t)
	w.put("x.bin", []byte("grown"))
	root, err := os.OpenRoot(w.path)
	must(t, err)
	defer func() { must(t, root.Close()) }()
	for name, file := range map[string]found{
		"smaller": {"x.bin", 4, w.now}, "larger": {"x.bin", 6, w.now}, "older": {"x.bin", 5, w.now.Add(time.Second)},
	} {
		if _, err := readFound(root, file); !errors.Is(err, errUnfinished) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if data, err := readFound(root, found{"x.bin", 5, w.now}); string(data) != "grown" || err != nil {
		t.Errorf("as it was seen: %q, %v", data, err)
	}
}

// TestWarningsOfAnImport are said with it.
func TestWarningsOfAnImport(t *testing.T) {
	w := watch(t)
	for id, slot := range map[string]int64{"small": 100_000, "large": 1_966_080} {
		must(t, w.db.CreateDevice(store.Device{ID: id, DeviceType: "Lamp", OTASlotSize: slot}))
	}
	w.put("Lamp/x.bin", otatest.Build(otatest.Options{Size: 200_000}))
	w.look(2)
	wantLines(t, "audited", []string{"info imported firmware Lamp_20261123.120005 from Lamp/x.bin. It does not fit the update slot of small; it is not offered there."}, w.audited())
}
