package admin_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image/png"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"personalcms/handlers/admin"
	"personalcms/handlers/rig"
	"personalcms/render"
	"personalcms/store"

	"github.com/google/go-cmp/cmp"
)

// bomb is a PNG that claims to have very many pixels.
func bomb(t *testing.T) []byte {
	t.Helper()
	data := pngOf(t, 8, 8)
	binary.BigEndian.PutUint32(data[16:], 60_000)
	binary.BigEndian.PutUint32(data[20:], 60_000)
	binary.BigEndian.PutUint32(data[29:], crc32.ChecksumIEEE(data[12:29]))
	return data
}

const (
	html = `<!doctype html><html><script>alert(1)</script></html>`
	svg  = `<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`
)

func uploadPicture(t *testing.T, r *rig.Rig, filename string, data []byte) rig.Answer {
	t.Helper()
	body, contentType := rig.Form(t, "file", filename, data, nil)
	return r.Script(http.MethodPost, "/api/v1/pictures", body, "Content-Type", contentType)
}

func TestPictureUpload(t *testing.T) {
	r := rig.New(t)
	answer := uploadPicture(t, r, `C:\photos\"sea".png`, pngOf(t, 640, 480))
	wants(t, answer, http.StatusCreated)
	body := answer.JSON(t)
	if diff := cmp.Diff([]any{640.0, 480.0, fmt.Sprint(body["id"]) + ".jpg"}, []any{body["width"], body["height"], body["filename"]}); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	picture, err := r.DB.Picture(fmt.Sprint(body["id"]))
	must(t, err)
	served := r.Script(http.MethodGet, "/uploads/"+picture.Filename, nil)
	wants(t, served, http.StatusOK)
	if got := served.Header.Get("Content-Type"); got != "image/jpeg" || !bytes.HasPrefix(served.Body, []byte("\xff\xd8")) {
		t.Errorf("served as %q", got)
	}
	wants(t, r.Script(http.MethodDelete, "/api/v1/pictures/"+picture.ID, nil), http.StatusNoContent)
	wantProblem(t, r.Script(http.MethodDelete, "/api/v1/pictures/"+picture.ID, nil), http.StatusNotFound, "unknown_picture", "")
	wantProblem(t, r.Script(http.MethodGet, "/uploads/"+picture.Filename, nil), http.StatusNotFound, "unknown_picture", "")
}

var refusedPictures = []struct {
	name, filename string
	data           func(t *testing.T) []byte
	status         int
	word, sentence string
}{
	{"HTML as JPEG", "x.jpg", func(*testing.T) []byte { return []byte(html) }, 415, "not_a_picture", "not a picture"},
	{"SVG as JPEG", "x.jpg", func(*testing.T) []byte { return []byte(svg) }, 415, "not_a_picture", "not a picture"},
	{"SVG", "x.svg", func(*testing.T) []byte { return []byte(svg) }, 415, "not_a_picture", "not a picture"},
	{"GIF that is HTML", "x.gif", func(*testing.T) []byte { return []byte("GIF8" + html) }, 415, "not_a_picture", "not a picture"},
	{"empty", "x.png", func(*testing.T) []byte { return nil }, 415, "not_a_picture", "not a picture"},
	{"ends too early", "x.png", func(t *testing.T) []byte { return pngOf(t, 640, 480)[:400] }, 422, "broken_picture", "damaged"},
	{"too many pixels", "x.png", bomb, 422, "too_many_pixels", "too many pixels"},
}

func TestPicturesRefused(t *testing.T) {
	r := rig.New(t)
	r.Key()
	page, htmx := newBrowser(r, false), newBrowser(r, true)
	for _, test := range refusedPictures {
		t.Run(test.name, func(t *testing.T) {
			unchanged(t, r, func() {
				data := test.data(t)
				wantProblem(t, uploadPicture(t, r, test.filename, data), test.status, test.word, "")
				wants(t, page.upload("/upload", "files", test.filename, data, nil), 422, "<html", test.sentence, test.filename, `action="/upload"`)
				wants(t, htmx.upload("/upload", "files", test.filename, data, nil), 422, "!<html", test.sentence, test.filename)
			})
		})
	}
	unchanged(t, r, func() {
		wantProblem(t, r.Script(http.MethodPost, "/api/v1/pictures", "x", "Content-Type", "text/plain"), 400, "bad_form", "")
		body, contentType := rig.Form(t, "other", "x.png", pngOf(t, 8, 8), nil)
		wantProblem(t, r.Script(http.MethodPost, "/api/v1/pictures", body, "Content-Type", contentType), 400, "no_file", "")
		wantProblem(t, r.Script(http.MethodPost, "/api/v1/pictures", body[:len(body)-20], "Content-Type", contentType), 400, "bad_form", "")
		wants(t, page.upload("/upload", "other", "x.png", pngOf(t, 8, 8), nil), 422, "Choose one or more pictures")
	})
}

func TestPictureTooLarge(t *testing.T) {
	r := rig.New(t)
	r.Key()
	huge := make([]byte, rig.MaxUpload+600<<10)
	unchanged(t, r, func() {
		wantProblem(t, uploadPicture(t, r, "x.jpg", huge), 413, "too_large", "")
		body, contentType := rig.Form(t, "file", "x.jpg", huge, nil)
		chunked := struct{ *bytes.Reader }{bytes.NewReader(body)} // of no known length
		wantProblem(t, r.Script(http.MethodPost, "/api/v1/pictures", chunked, "Content-Type", contentType), 413, "too_large", "")
	})
}

// TestPictureForm uploads, changes and deletes as the page does.
func TestPictureForm(t *testing.T) {
	for name, htmx := range map[string]bool{"page": false, "htmx": true} {
		t.Run(name, func(t *testing.T) {
			r := rig.New(t)
			r.Enrol("panel", "T")
			b := newBrowser(r, htmx)
			answer := b.upload("/upload", "files", "sea.png", pngOf(t, 640, 480), nil)
			wants(t, answer, http.StatusOK, "sea.png", "stored")
			if strings.Contains(string(answer.Body), "<html") == htmx || answer.Header.Get("HX-Trigger") != "pictures" {
				t.Errorf("page or partial: %.200s", answer.Body)
			}
			pictures, err := r.DB.Pictures()
			must(t, err)
			path, taken, deleted := "/pictures/"+pictures[0].ID, http.StatusSeeOther, http.StatusSeeOther
			if htmx {
				taken, deleted = http.StatusNoContent, http.StatusNoContent
			}
			unchanged(t, r, func() {
				wants(t, b.post(path+"/settings", "mode=stretch&devices=panel"), http.StatusUnprocessableEntity)
				wants(t, b.post(path+"/settings", "mode=fit&devices=panel&devices=nobody"), http.StatusNotFound)
				wants(t, b.post("/pictures/none/settings", "mode=fit"), http.StatusNotFound)
				wants(t, b.post("/pictures/none/delete", ""), http.StatusNotFound)
			})
			wants(t, b.post(path+"/settings", "mode=fit&devices=panel"), taken)
			picture, err := r.DB.Picture(pictures[0].ID)
			must(t, err)
			device, err := r.DB.Device("panel")
			must(t, err)
			if diff := cmp.Diff([]any{"fit", "sea", []string{picture.ID}}, []any{picture.Mode, picture.Title, device.Pictures}); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			wants(t, b.post(path+"/delete", ""), deleted)
			if device, err = r.DB.Device("panel"); err != nil || len(device.Pictures) > 0 {
				t.Errorf("the device still shows it: %+v %v", device.Pictures, err)
			}
		})
	}
}

// TestPreview is the exact bits of the panel: 1 bit per pixel, of its size.
func TestPreview(t *testing.T) {
	r := rig.New(t)
	r.Enrol("panel", "T")
	r.Enrol("small", "T")
	wants(t, r.Script(http.MethodPatch, "/api/v1/devices/small", map[string]any{"panel": render.Panel{Width: 400, Height: 300, Colors: 2}}), http.StatusOK)
	picture := addPicture(t, r, "sea", 640, 480)
	for _, test := range []struct {
		search        string
		width, height int
	}{
		{"", 800, 480}, {"?device_id=panel", 800, 480}, {"?device_id=small", 400, 300}, {"?dither=floyd-steinberg&device_id=small&mode=fit", 400, 300},
	} {
		t.Run(test.search, func(t *testing.T) {
			answer := r.Script(http.MethodGet, "/api/v1/pictures/"+picture.ID+"/preview"+test.search, nil)
			wants(t, answer, http.StatusOK)
			if got := answer.Header.Get("Content-Type"); got != "image/png" {
				t.Errorf("Content-Type %q", got)
			}
			config, err := png.DecodeConfig(bytes.NewReader(answer.Body))
			must(t, err)
			header := []int{config.Width, config.Height, int(answer.Body[24]), int(answer.Body[25])} // depth, colour type
			if diff := cmp.Diff([]int{test.width, test.height, 1, 0}, header); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			etag := answer.Header.Get("ETag")
			again := r.Script(http.MethodGet, "/api/v1/pictures/"+picture.ID+"/preview"+test.search, nil, "If-None-Match", etag)
			if wants(t, again, http.StatusNotModified); len(again.Body) > 0 || etag == "" {
				t.Errorf("304 with ETag %q and a body of %d bytes", etag, len(again.Body))
			}
		})
	}
	for search, want := range map[string]struct {
		status int
		word   string
	}{
		"none/preview":                           {404, "unknown_picture"},
		picture.ID + "/preview?device_id=nobody": {404, "unknown_device"},
		picture.ID + "/preview?dither=random":    {400, "bad_dither"},
		picture.ID + "/preview?mode=stretch":     {400, "bad_mode"},
		"..%2F..%2Fetc%2Fpasswd/preview":         {404, "unknown_picture"},
	} {
		wantProblem(t, r.Script(http.MethodGet, "/api/v1/pictures/"+search, nil), want.status, want.word, "")
	}
}

// TestPreviewsByDither are another picture for each way of dithering, whatever is stored with the picture.
func TestPreviewsByDither(t *testing.T) {
	r := rig.New(t)
	picture := addPicture(t, r, "sea", 640, 480)
	_, err := r.DB.UpdatePicture(picture.ID, func(picture *store.Picture) error {
		picture.Edit = picture.Shown()
		picture.Edit.Dither = "stucki"
		return nil
	})
	must(t, err)
	stored := r.Script(http.MethodGet, "/api/v1/pictures/"+picture.ID+"/preview", nil)
	seen := map[string]string{}
	for _, d := range render.Dithers() {
		answer := r.Script(http.MethodGet, "/api/v1/pictures/"+picture.ID+"/preview?dither="+d.Name, nil)
		wants(t, answer, http.StatusOK)
		if other, taken := seen[string(answer.Body)]; taken {
			t.Errorf("%s is the picture of %s", d.Name, other)
		}
		seen[string(answer.Body)] = d.Name
	}
	if got := seen[string(stored.Body)]; got != "stucki" {
		t.Errorf("without a choice it is dithered by %q", got)
	}
}

// TestPreviewsOnPages are the same pictures for people, and differ by mode and device.
func TestPreviewsOnPages(t *testing.T) {
	r := rig.New(t)
	r.Enrol("panel", "T")
	picture, b := addPicture(t, r, "sea", 300, 600), newBrowser(r, false)
	fill := b.get("/pictures/" + picture.ID + "/preview.png?mode=fill&device_id=panel")
	fit := b.get("/pictures/" + picture.ID + "/preview.png?mode=fit&device_id=panel")
	wants(t, fill, http.StatusOK)
	wants(t, fit, http.StatusOK)
	if bytes.Equal(fill.Body, fit.Body) || fill.Header.Get("ETag") == fit.Header.Get("ETag") {
		t.Error("filled and fitted are the same")
	}
	wants(t, b.get("/devices/panel/screen.png"), http.StatusNotFound)
	r.DB.NoteDrawn("panel", screenOf(8, 8))
	screen := b.get("/devices/panel/screen.png")
	wants(t, screen, http.StatusOK)
	if config, err := png.DecodeConfig(bytes.NewReader(screen.Body)); err != nil || config.Width != 8 || config.Height != 8 {
		t.Errorf("%+v %v", config, err)
	}
}

// TestMorePicturesThanOneFormMayBring: what is not taken is said, not lost in silence.
func TestMorePicturesThanOneFormMayBring(t *testing.T) {
	r := rig.New(t)
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for i := range admin.MaxFiles + 2 {
		part, err := w.CreateFormFile("files", fmt.Sprintf("%d.png", i))
		must(t, err)
		_, err = part.Write(pngOf(t, 16+i, 16))
		must(t, err)
	}
	must(t, w.Close())
	b := newBrowser(r, true)
	answer := r.Do(http.MethodPost, "/upload", body.Bytes(), b.headers("Content-Type", w.FormDataContentType())...)
	wants(t, answer, http.StatusUnprocessableEntity, "31.png", "!32.png", "At most 32 pictures are taken at once")
	if pictures, err := r.DB.Pictures(); len(pictures) != admin.MaxFiles || err != nil {
		t.Errorf("%d pictures, %v", len(pictures), err)
	}
}
