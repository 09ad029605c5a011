package admin_test

import (
	"bytes"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"personalcms/handlers/admin"
	"personalcms/handlers/rig"
	"personalcms/ota/otatest"
	"personalcms/store"

	"github.com/google/go-cmp/cmp"
)

// refusedImages are uploads that are refused, by a script and on the page, and leave no image behind.
var refusedImages = []struct {
	name, filename string
	data           []byte
	values         map[string]string
	status         int // for a script; the page says 422
	word, sentence string
}{
	{"text", "sketch.bin", []byte(strings.Repeat("void setup() {}\n", 200)), typeT, 422, "text", "This is text, not firmware"},
	{"HTML", "sketch.bin", []byte(html), typeT, 422, "text", "This is text, not firmware"},
	{"empty", "sketch.bin", nil, typeT, 422, "empty", "The file is empty"},
	{"gzip", "sketch.bin.gz", []byte("\x1F\x8B\x08\x00\x00\x00"), typeT, 422, "gzip", "compressed with gzip"},
	{"ESP8266", "sketch.bin", otatest.ESP8266(), typeT, 422, "esp8266", "ESP8266"},
	{"cut", "sketch.bin", otatest.Build(otatest.Options{})[:9000], typeT, 422, "truncated", "ends too early"},
	{"damaged", "sketch.bin", damaged(), typeT, 422, "corrupt", "damaged"},
	{"no type", "sketch.bin", otatest.Build(otatest.Options{}), nil, 422, "no_device_type", "Fill in the device type"},
	{"type upwards", "sketch.bin", otatest.Build(otatest.Options{}), map[string]string{"device_type": "../x"}, 400, "bad_device_type", "A device type has 1 to 64"},
	{"type from the root", "sketch.bin", otatest.Build(otatest.Options{}), map[string]string{"device_type": "/abs"}, 400, "bad_device_type", "A device type has 1 to 64"},
	{"type with dots", "sketch.bin", otatest.Build(otatest.Options{}), map[string]string{"device_type": "a..b"}, 400, "bad_device_type", "A device type has 1 to 64"},
	{"long type", "sketch.bin", otatest.Build(otatest.Options{}), map[string]string{"device_type": strings.Repeat("T", 65)}, 400, "bad_device_type", "A device type has 1 to 64"},
	{"version upwards", "sketch.bin", otatest.Build(otatest.Options{}), map[string]string{"device_type": "T", "version": "../1"}, 400, "bad_version", "A version has 1 to 32"},
	{"version with underscore", "sketch.bin", otatest.Build(otatest.Options{}), map[string]string{"device_type": "T", "version": "1_0"}, 400, "bad_version", "A version has 1 to 32"},
	{"version that is taken", "sketch.bin", otatest.Build(otatest.Options{Seed: 9}), map[string]string{"device_type": "T", "version": "1.0"}, 409, "exists", "Choose another name"},
	{"long description", "sketch.bin", otatest.Build(otatest.Options{}), map[string]string{"device_type": "T", "description": strings.Repeat("x", 501)}, 400, "too_long", "at most 500"},
	{"the same again", "sketch.bin", otatest.Build(otatest.Options{Seed: 1}), typeT, 422, "identical", "as T_1.0"},
	{"larger than every slot", "sketch.bin", otatest.Build(otatest.Options{Size: 1_400_000}), typeT, 422, "too_large", "has only 1310720"},
}

var typeT = map[string]string{"device_type": "T"}

func damaged() []byte {
	data := otatest.Build(otatest.Options{})
	data[9000] ^= 1
	return data
}

func TestFirmwareRefused(t *testing.T) {
	r := rig.New(t)
	r.Enrol("panel", "T")
	wants(t, upload(t, r, "x.bin", otatest.Build(otatest.Options{Seed: 1}), map[string]string{"device_type": "T", "version": "1.0"}), http.StatusOK)
	page, htmx := newBrowser(r, false), newBrowser(r, true)
	for _, test := range refusedImages {
		t.Run(test.name, func(t *testing.T) {
			unchanged(t, r, func() {
				answer := upload(t, r, test.filename, test.data, test.values)
				wantProblem(t, answer, test.status, test.word, "")
				wants(t, answer, test.status, `"success":false`, `"error":`)
				form := page.upload("/ota-management/upload", "firmware", test.filename, test.data, test.values)
				wants(t, form, 422, "<html", test.sentence, `action="/ota-management/upload"`, `value="`+test.values["device_type"]+`"`)
				partial := htmx.upload("/ota-management/upload", "firmware", test.filename, test.data, test.values)
				wants(t, partial, 422, "!<html", test.sentence)
			})
		})
	}
	unchanged(t, r, func() {
		body, contentType := rig.Form(t, "other", "x.bin", []byte("x"), typeT)
		wantProblem(t, r.Script(http.MethodPost, "/api/ota/upload", body, "Content-Type", contentType), 400, "no_file", "")
		wantProblem(t, r.Script(http.MethodPost, "/api/ota/upload", body[:40], "Content-Type", contentType), 400, "bad_form", "")
		body, contentType = severalOf(t, []sentFile{{"x.bin", []byte("x")}, {"y.bin", []byte("y")}}, typeT)
		wantProblem(t, r.Script(http.MethodPost, "/api/ota/upload", body, "Content-Type", contentType), 400, "many_files", "")
		wants(t, page.upload("/ota-management/upload", "other", "x.bin", []byte("x"), typeT), 422, "No file came")
	})
}

func TestFirmwareBodyTooLarge(t *testing.T) {
	r := rig.New(t)
	r.Key()
	huge := make([]byte, rig.MaxUpload+600<<10)
	page, htmx := newBrowser(r, false), newBrowser(r, true)
	unchanged(t, r, func() {
		answer := upload(t, r, "x.bin", huge, typeT)
		wantProblem(t, answer, 413, "too_large", "")
		body, contentType := rig.Form(t, "firmware", "x.bin", huge, typeT)
		chunked := struct{ *bytes.Reader }{bytes.NewReader(body)} // of no known length
		wantProblem(t, r.Script(http.MethodPost, "/api/ota/upload", chunked, "Content-Type", contentType), 413, "too_large", "")
		wants(t, page.upload("/ota-management/upload", "firmware", "x.bin", huge, typeT), 422, "The file is larger than 4 MB.", `value="T"`)
		wants(t, htmx.upload("/ota-management/upload", "firmware", "x.bin", huge, typeT), 422, "!<html", "The file is larger than 4 MB.")
		huge = make([]byte, admin.MaxImages*rig.MaxUpload+600<<10)
		wants(t, page.upload("/ota-management/upload", "firmware", "x.bin", huge, typeT), 413, "larger than")
		wants(t, htmx.upload("/ota-management/upload", "firmware", "x.bin", huge, typeT), 413)
	})
}

// TestFlashParts: a bootloader and a partition table are no firmware, and are kept for flashing by wire.
func TestFlashParts(t *testing.T) {
	for _, test := range []struct {
		kind     string
		data     []byte
		sentence string
	}{
		{"bootloader", otatest.Bootloader("esp32"), "This is a bootloader"},
		{"partition-table", otatest.PartitionTable(otatest.DefaultPartitions()...), "This is a partition table"},
	} {
		t.Run(test.kind, func(t *testing.T) {
			r := rig.New(t)
			answer := upload(t, r, "../../part.bin", test.data, typeT)
			wantProblem(t, answer, http.StatusUnprocessableEntity, test.kind, "")
			wants(t, answer, http.StatusUnprocessableEntity, test.sentence, "It is kept below")
			wants(t, newBrowser(r, false).upload("/ota-management/upload", "firmware", "part.bin", test.data, typeT), 422, test.sentence)
			parts, err := r.DB.FlashParts()
			must(t, err)
			if len(parts) != 1 || parts[0].Kind != test.kind || strings.Contains(parts[0].Filename, "/") {
				t.Errorf("%+v", parts)
			}
			if images, err := r.DB.AllFirmware(); len(images) > 0 || err != nil {
				t.Errorf("images: %v %v", images, err)
			}
		})
	}
}

// TestLargerThanSomeSlots is a warning only: other devices of the type have room.
func TestLargerThanSomeSlots(t *testing.T) {
	r := rig.New(t)
	r.Enrol("small", "T")
	r.Enrol("large", "T")
	_, err := r.DB.UpdateDevice("large", func(device *store.Device) error { device.OTASlotSize = 1_966_080; return nil })
	must(t, err)
	answer := upload(t, r, "x.bin", otatest.Build(otatest.Options{Size: 1_400_000}), typeT)
	wants(t, answer, http.StatusOK, "does not fit the update slot of small;")
}

var heldForm = regexp.MustCompile(`name="held" value="([^"]+)"`)

// heldOf is the name of the upload that a question is about.
func heldOf(t *testing.T, answer rig.Answer) string {
	t.Helper()
	match := heldForm.FindSubmatch(answer.Body)
	if match == nil {
		t.Fatalf("no question: %d %.2000s", answer.Status, answer.Body)
	}
	return string(match[1])
}

// TestQuestions: the page asks before it stores an image under another type or takes a sketch out of a
// whole flash, and remembers the file until it is answered.
func TestQuestions(t *testing.T) {
	app := otatest.Build(otatest.Options{})
	flash := otatest.FullFlash(app, otatest.PartitionTable(otatest.DefaultPartitions()...), otatest.Bootloader("esp32"), 0x1000)
	lamp := map[string]string{"device_type": "Lamp", "version": "1.0"}
	other := otatest.Build(otatest.Options{Marker: marker})
	for _, test := range []struct {
		name, choice string
		data         []byte
		wait         time.Duration
		want         []string // keys of what is stored
		sentence     string
	}{
		{"as the image says", "marker", other, 0, []string{"Clock_1.0"}, "Stored"},
		{"as it was typed", "given", other, 14 * time.Minute, []string{"Lamp_1.0"}, "Stored"},
		{"not at all", "drop", other, 0, nil, "Nothing was kept"},
		{"no answer", "", other, 0, nil, "Nothing was kept"},
		{"too late", "given", other, 16 * time.Minute, nil, "no longer here"},
		{"the sketch in a whole flash", "extract", flash, 0, []string{"Lamp_1.0"}, "Stored"},
	} {
		for name, htmx := range map[string]bool{"page": false, "htmx": true} {
			t.Run(test.name+" "+name, func(t *testing.T) {
				r := rig.New(t)
				b := newBrowser(r, htmx)
				var held string
				unchanged(t, r, func() {
					question := b.upload("/ota-management/upload", "firmware", "../../x.bin", test.data, lamp)
					wants(t, question, http.StatusUnprocessableEntity, "Do not keep it", `action="/ota-management/held"`)
					held = heldOf(t, question)
				})
				r.Pass(test.wait)
				b.cookie = r.Session()
				answer := b.post("/ota-management/held", query("held", held, "choice", test.choice))
				status := http.StatusOK
				if test.wait > 15*time.Minute {
					status = http.StatusUnprocessableEntity
				}
				wants(t, answer, status, test.sentence)
				if diff := cmp.Diff(test.want, storedKeys(t, r)); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
				unchanged(t, r, func() {
					wants(t, b.post("/ota-management/held", query("held", held, "choice", "given")), http.StatusUnprocessableEntity, "no longer here")
				})
			})
		}
	}
}

func storedKeys(t *testing.T, r *rig.Rig) []string {
	t.Helper()
	all, err := r.DB.AllFirmware()
	must(t, err)
	var keys []string
	for _, firmware := range all {
		keys = append(keys, firmware.Key)
		if firmware.Filename != "x.bin" {
			t.Errorf("kept as %q", firmware.Filename)
		}
	}
	return keys
}

// TestHeldUploadsAreFew: a page that asks without end does not fill the memory.
func TestHeldUploadsAreFew(t *testing.T) {
	r := rig.New(t)
	b := newBrowser(r, true)
	var held []string
	for i := range admin.MaxImages + 2 {
		image := otatest.Build(otatest.Options{Marker: marker, Seed: uint64(i)})
		held = append(held, heldOf(t, b.upload("/ota-management/upload", "firmware", "x.bin", image, map[string]string{"device_type": "Lamp"})))
	}
	for i, id := range held {
		answer := b.post("/ota-management/held", query("held", id, "choice", "given"))
		if want := map[bool]int{true: http.StatusOK, false: http.StatusUnprocessableEntity}[i >= 2]; answer.Status != want {
			t.Errorf("upload %d: %d, want %d", i, answer.Status, want)
		}
	}
}

// TestFirmwareForms takes and refuses the buttons of the firmware page.
func TestFirmwareForms(t *testing.T) {
	for name, htmx := range map[string]bool{"page": false, "htmx": true} {
		t.Run(name, func(t *testing.T) {
			r := rig.New(t)
			r.Enrol("panel", "T")
			b, taken := newBrowser(r, htmx), http.StatusSeeOther
			if htmx {
				taken = http.StatusNoContent
			}
			stored := b.upload("/ota-management/upload", "firmware", "x.bin", otatest.Build(otatest.Options{}), map[string]string{"device_type": "T", "version": "1.0"})
			wants(t, stored, http.StatusOK, "Stored. Assign it below")
			if stored.Header.Get("HX-Trigger") != "firmware" || strings.Contains(string(stored.Body), "<html") == htmx {
				t.Errorf("page or partial: %v", stored.Header)
			}
			for _, refused := range []struct {
				path, form string
				status     int
			}{
				{"assign", "firmware_key=T_1.0", 422},
				{"assign", "firmware_key=T_1.0&target=galaxy:x", 422},
				{"assign", "target=type:T", 422},
				{"assign", "firmware_key=T_0&target=type:T", 404},
				{"assign", "firmware_key=T_1.0&target=device:nobody", 404},
				{"assign", "firmware_key=T_1.0&target=type:../x", 400},
				{"unassign", "target=x", 422},
				{"unassign", "target=device:nobody", 404},
				{"delete", "firmware_key=T_0", 404},
				{"delete", "", 404},
			} {
				t.Run(refused.path+" "+refused.form, func(t *testing.T) {
					unchanged(t, r, func() { wants(t, b.post("/ota-management/"+refused.path, refused.form), refused.status) })
				})
			}
			for _, step := range []struct{ path, form, want string }{
				{"assign", "firmware_key=T_1.0&target=type:T", "T_1.0 "},
				{"assign", "firmware_key=T_1.0&target=device:panel", "T_1.0 T_1.0"},
				{"unassign", "target=type:T", " T_1.0"},
				{"unassign", "target=device:panel", " "},
			} {
				wants(t, b.post("/ota-management/"+step.path, step.form), taken)
				if got := assigned(t, r); got != step.want {
					t.Errorf("after %s %s: %q, want %q", step.path, step.form, got, step.want)
				}
			}
			wants(t, b.post("/ota-management/delete", "firmware_key=T_1.0"), taken)
			if keys := storedKeys(t, r); keys != nil {
				t.Errorf("still there: %v", keys)
			}
		})
	}
}

// assigned is the firmware of the type and of the device.
func assigned(t *testing.T, r *rig.Rig) string {
	t.Helper()
	assignments, err := r.DB.Assignments()
	must(t, err)
	device, err := r.DB.Device("panel")
	must(t, err)
	ofType := ""
	for _, assignment := range assignments {
		ofType = assignment.FirmwareKey
	}
	return fmt.Sprint(ofType, " ", device.AssignedKey)
}
