package admin_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
	"testing"

	"personalcms/handlers/admin"
	"personalcms/handlers/rig"
	"personalcms/ota/otatest"

	"github.com/google/go-cmp/cmp"
)

// sentFile is one of several files of a form.
type sentFile struct {
	name string
	data []byte
}

// severalOf is the body and content type of a form with several firmware files.
func severalOf(t *testing.T, files []sentFile, values map[string]string) (body []byte, contentType string) {
	t.Helper()
	var out bytes.Buffer
	w := multipart.NewWriter(&out)
	for _, file := range files {
		part, err := w.CreateFormFile("firmware", file.name)
		must(t, err)
		_, err = part.Write(file.data)
		must(t, err)
	}
	for name, value := range values {
		must(t, w.WriteField(name, value))
	}
	must(t, w.Close())
	return out.Bytes(), w.FormDataContentType()
}

// uploadSeveral sends a form with several firmware files.
func (b browser) uploadSeveral(t *testing.T, files []sentFile, values map[string]string) rig.Answer {
	t.Helper()
	body, contentType := severalOf(t, files, values)
	return b.r.Do(http.MethodPost, "/ota-management/upload", body, b.headers("Content-Type", contentType)...)
}

// keysOf are the keys of all images that are stored, sorted.
func keysOf(t *testing.T, r *rig.Rig) []string {
	t.Helper()
	all, err := r.DB.AllFirmware()
	must(t, err)
	var keys []string
	for _, firmware := range all {
		keys = append(keys, firmware.Key)
	}
	slices.Sort(keys)
	return keys
}

// TestSeveralFirmwareFiles of one form are taken one by one: each gets its own answer, and a question about one is
// answered without the others being forgotten.
func TestSeveralFirmwareFiles(t *testing.T) {
	image := func(seed uint64, marker string) []byte {
		return otatest.Build(otatest.Options{Seed: seed, Marker: marker})
	}
	files := []sentFile{
		{"lamp.bin", image(1, "")},
		{"text.bin", []byte("Dear Anna")},
		{"clock.bin", image(2, marker)},
		{"boot.bin", otatest.Bootloader("esp32")},
		{"other.bin", image(3, marker)},
		{"large.bin", make([]byte, rig.MaxUpload+1)},
	}
	said := map[string]string{"device_type": "Lamp", "description": "Both rooms", "auto_assign": "true"}
	for name, htmx := range map[string]bool{"page": false, "htmx": true} {
		t.Run(name, func(t *testing.T) {
			r := rig.New(t)
			b := newBrowser(r, htmx)
			answer := b.uploadSeveral(t, files, said)
			wants(t, answer, http.StatusUnprocessableEntity, "Stored and assigned to all devices of type Lamp.", "This is text, not firmware",
				"This is a bootloader", "The file is larger than 4 MB.")
			text := string(answer.Body)
			for _, file := range files {
				if strings.Count(text, ">"+file.name+"<") < 1 {
					t.Errorf("nothing is said of %s", file.name)
				}
			}
			if answer.Header.Get("HX-Trigger") != "firmware" || strings.Contains(text, "<html") == htmx || strings.Contains(text, `value="Both rooms"`) == htmx {
				t.Errorf("page or partial: %v", answer.Header)
			}
			held := heldForm.FindAllStringSubmatch(text, -1)
			if len(held) != 2 {
				t.Fatalf("%d questions: %s", len(held), text)
			}
			if diff := cmp.Diff([]string{"Lamp_20261123.120000"}, keysOf(t, r)); diff != "" {
				t.Errorf("stored (-want +got):\n%s", diff)
			}
			answer = b.post("/ota-management/held", query("held", held[0][1], "choice", "given"))
			asked := strings.Contains(string(answer.Body), held[1][1])
			if wants(t, answer, map[bool]int{false: http.StatusUnprocessableEntity, true: http.StatusOK}[htmx], "Stored", "clock.bin"); asked == htmx {
				t.Errorf("the other question is asked again: %v", asked)
			}
			wants(t, b.post("/ota-management/held", query("held", held[1][1], "choice", "marker")), http.StatusOK, "Stored", "other.bin")
			if diff := cmp.Diff([]string{"Clock_20261123.120000", "Lamp_20261123.120000", "Lamp_20261123.120001"}, keysOf(t, r)); diff != "" {
				t.Errorf("stored (-want +got):\n%s", diff)
			}
		})
	}
}

// TestWhatIsOfOneFileIsNotSaidOfSeveral: a version and a signature.
func TestWhatIsOfOneFileIsNotSaidOfSeveral(t *testing.T) {
	r := rig.New(t)
	files := []sentFile{{"a.bin", otatest.Build(otatest.Options{Seed: 1})}, {"b.bin", otatest.Build(otatest.Options{Seed: 2})}}
	for name, b := range map[string]browser{"page": newBrowser(r, false), "htmx": newBrowser(r, true)} {
		for _, field := range []string{"version", "signature"} {
			t.Run(name+" "+field, func(t *testing.T) {
				unchanged(t, r, func() {
					answer := b.uploadSeveral(t, files, map[string]string{"device_type": "T", field: "2.0"})
					wants(t, answer, http.StatusUnprocessableEntity, "Leave both empty to upload several")
				})
			})
		}
	}
}

// TestMoreFirmwareFilesThanOneFormMayBring: what is not taken is said.
func TestMoreFirmwareFilesThanOneFormMayBring(t *testing.T) {
	r := rig.New(t)
	var files []sentFile
	for i := range admin.MaxImages + 2 {
		files = append(files, sentFile{fmt.Sprintf("%d.bin", i), otatest.Build(otatest.Options{Seed: uint64(i + 1)})})
	}
	answer := newBrowser(r, false).uploadSeveral(t, files, typeT)
	wants(t, answer, http.StatusUnprocessableEntity, "7.bin", "!8.bin", "At most 8 files are taken at once. Send the rest again.")
	if keys := keysOf(t, r); len(keys) != admin.MaxImages {
		t.Errorf("stored: %q", keys)
	}
}
