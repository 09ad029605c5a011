package device_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"personalcms/handlers/access"
	"personalcms/handlers/rig"
	"personalcms/ota"
	"personalcms/ota/otatest"
	"personalcms/store"

	"github.com/google/go-cmp/cmp"
)

// editions is a server with images of one sketch, of which the last is assigned, and a device.
type editions struct {
	*rig.Rig
	token string
	keys  []string
	data  [][]byte
	image []*ota.Image
}

func newEditions(t *testing.T, count int) editions {
	t.Helper()
	e := editions{Rig: rig.New(t)}
	e.token = e.Enrol(panelID, panelType)
	for edition := range count {
		data := otatest.ProgramImage(edition, 40_000)
		img, err := ota.ReadImage(data)
		if err != nil {
			t.Fatal(err)
		}
		e.keys = append(e.keys, e.Upload(panelType, data, edition == count-1))
		e.data, e.image = append(e.data, data), append(e.image, img)
		e.Pass(time.Minute)
	}
	return e
}

func (e editions) last() int { return len(e.data) - 1 }

// make makes the patches that are wanted.
func (e editions) make(t *testing.T) {
	t.Helper()
	if err := e.Deltas.Make(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// accepting are the headers of a device that runs an edition and can apply patches.
func (e editions) accepting(edition int) []string {
	return []string{"X-Accept-Delta", ota.DeltaFormat, "X-Image-SHA256", e.image[edition].ImageSHA256}
}

// patch is the patch that a device running an edition is offered, nil if it is offered the image only.
func (e editions) patch(t *testing.T, edition int) map[string]any {
	t.Helper()
	delta, _ := offered(t, check(t, e.Rig, panelID, e.token, e.accepting(edition)...))["delta"].(map[string]any)
	return delta
}

// ready is a server where the device has been offered the patch from the first edition to the second, and its path.
func ready(t *testing.T) (editions, string) {
	t.Helper()
	e := newEditions(t, 2)
	if e.patch(t, 0) != nil {
		t.Fatal("a patch is offered that nobody has made")
	}
	e.make(t)
	return e, path(e.Rig, text(t, e.patch(t, 0), "url"))
}

func (e editions) only(t *testing.T) ota.Attempt { return download{Rig: e.Rig}.only(t) }

func TestDeltaIsOfferedOnlyToWhoCanUseIt(t *testing.T) {
	t.Parallel()
	e, _ := ready(t)
	digest, accept := e.image[0].ImageSHA256, ota.DeltaFormat
	for _, tc := range []struct {
		name    string
		headers []string
		want    bool
	}{
		{"as it should be", []string{"X-Accept-Delta", accept, "X-Image-SHA256", digest}, true},
		{"digest in capitals", []string{"X-Accept-Delta", accept, "X-Image-SHA256", strings.ToUpper(digest)}, true},
		{"does not accept patches", []string{"X-Image-SHA256", digest}, false},
		{"accepts another format", []string{"X-Accept-Delta", "vcdiff", "X-Image-SHA256", digest}, false},
		{"does not name its image in this request", []string{"X-Accept-Delta", accept}, false},
		{"runs an image nobody knows", []string{"X-Accept-Delta", accept, "X-Image-SHA256", strings.Repeat("ab", 32)}, false},
		{"firmware 2.4.x", []string{"X-Device-Version", "2.4.1", "X-Device-Type", panelType}, false},
		{"as it should be, after all those", []string{"X-Accept-Delta", accept, "X-Image-SHA256", digest}, true},
	} {
		delta, has := offered(t, check(t, e.Rig, panelID, e.token, tc.headers...))["delta"].(map[string]any)
		if has != tc.want {
			t.Errorf("%s: a patch is offered: %v", tc.name, has)
		}
		if !has {
			continue
		}
		known, err := e.DB.Delta(digest, e.image[1].SHA256)
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]any{"url": delta["url"], "size": float64(known.Size), "format": "bsdiff43-deflate4k", "from_sha256": digest}
		if diff := cmp.Diff(want, delta); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.name, diff)
		}
		if at := text(t, delta, "url"); !strings.HasPrefix(at, e.URL+"/api/ota/download/"+e.keys[1]+"?") {
			t.Errorf("%s: the patch is at %s", tc.name, at)
		}
	}
	if status := e.DB.Status(panelID); !status.AcceptsDelta {
		t.Error("it is not kept that the device accepts patches")
	}
	check(t, e.Rig, panelID, e.token)
	if status := e.DB.Status(panelID); status.AcceptsDelta {
		t.Error("it is kept that a device accepts patches that does not say so any more")
	}
}

// TestDeltaDownload has the headers of PROTOCOL §2, by each of the ways that allow a download, also in parts.
func TestDeltaDownload(t *testing.T) {
	t.Parallel()
	e, offer := ready(t)
	set(t, e.Rig, func(s *store.Settings) { s.OTAUser, s.OTAPassword = "ota", access.HashPassword("a long password") })
	known, err := e.DB.Delta(e.image[0].ImageSHA256, e.image[1].SHA256)
	if err != nil {
		t.Fatal(err)
	}
	patch, err := e.DB.Blob(known.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	bare := "/api/ota/download/" + e.keys[1] + "?delta=" + known.From
	for _, tc := range []struct {
		name, path string
		headers    []string
	}{
		{"the offer’s address", offer, nil},
		{"the device’s token", bare, []string{"Authorization", e.token}},
		{"OTA user and password", bare, []string{"Authorization", basic("ota", "a long password")}},
		{"an API key", bare, []string{"Authorization", e.Key()}},
		{"a session", bare, []string{"Cookie", e.Session()}},
	} {
		whole := ok(t, fetch(t, e.Rig, tc.path, tc.headers...), http.StatusOK)
		if !bytes.Equal(whole.Body, patch) {
			t.Errorf("%s: %d bytes differ from the patch’s %d", tc.name, len(whole.Body), len(patch))
		}
		for _, answer := range []rig.Answer{whole, ok(t, e.Do(http.MethodHead, tc.path, nil, tc.headers...), http.StatusOK)} {
			for name, value := range map[string]string{
				"Content-Type": "application/octet-stream", "Content-Length": fmt.Sprint(len(patch)), "X-Md5": "", "Etag": `"` + known.SHA256 + `"`,
				"X-Firmware-Sha256": e.image[1].SHA256, "Accept-Ranges": "bytes", "Content-Encoding": "", "Transfer-Encoding": "",
			} {
				if got := answer.Header.Get(name); got != value {
					t.Errorf("%s: %s is %q, want %q", tc.name, name, got, value)
				}
			}
		}
	}
	tag := `"` + known.SHA256 + `"`
	rest := ok(t, fetch(t, e.Rig, offer, "Range", "bytes=100-", "If-Range", tag), http.StatusPartialContent)
	if !bytes.Equal(rest.Body, patch[100:]) {
		t.Errorf("the rest has %d bytes", len(rest.Body))
	}
	ok(t, fetch(t, e.Rig, offer, "Range", "bytes=100-", "If-Range", `"`+e.image[1].SHA256+`"`), http.StatusOK)
	ok(t, fetch(t, e.Rig, offer, "If-None-Match", tag), http.StatusNotModified)
	isProblem(t, fetch(t, e.Rig, offer, "Range", "bytes=9999999-"), http.StatusRequestedRangeNotSatisfiable, "bad_range")
	if firmware, err := e.DB.Firmware(e.keys[1]); err != nil || firmware.DownloadCount != 0 {
		t.Errorf("%d downloads of the image are counted, %v", firmware.DownloadCount, err)
	}
}

// TestDeltaAddressIsNoImageAddress, and an image's none of a patch.
func TestDeltaAddressIsNoImageAddress(t *testing.T) {
	t.Parallel()
	e, patch := ready(t)
	image := path(e.Rig, text(t, offered(t, check(t, e.Rig, panelID, e.token, e.accepting(0)...)), "firmware_url"))
	changed := func(address, name, value string) string {
		before, query, _ := strings.Cut(address, "?")
		values, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		if values.Set(name, value); value == "none" {
			values.Del(name)
		}
		return before + "?" + values.Encode()
	}
	key := []string{"Authorization", e.Key()}
	for _, tc := range []struct {
		name, path string
		headers    []string
		status     int
		word       string
	}{
		{"patch without delta", changed(patch, "delta", "none"), nil, 401, "download_not_allowed"},
		{"patch from another image", changed(patch, "delta", e.image[1].ImageSHA256), nil, 401, "download_not_allowed"},
		{"patch from nowhere", changed(patch, "delta", ""), nil, 401, "download_not_allowed"},
		{"patch to another image", strings.Replace(patch, e.keys[1], e.keys[0], 1), nil, 401, "download_not_allowed"},
		{"patch for another device", changed(patch, "d", "other"), nil, 401, "download_not_allowed"},
		{"patch for another attempt", changed(patch, "a", "other"), nil, 401, "download_not_allowed"},
		{"patch for longer", changed(patch, "e", "99999999999"), nil, 401, "download_not_allowed"},
		{"image with delta", changed(image, "delta", e.image[0].ImageSHA256), nil, 401, "download_not_allowed"},
		{"image with an empty delta", changed(image, "delta", ""), nil, 401, "download_not_allowed"},
		{"a pair that is not known", "/api/ota/download/" + e.keys[0] + "?delta=" + e.image[1].ImageSHA256, key, 404, "unknown_delta"},
		{"from nothing", "/api/ota/download/" + e.keys[1] + "?delta=", key, 404, "unknown_delta"},
		{"from a way out", "/api/ota/download/" + e.keys[1] + "?delta=..%2F..%2Fpersonalcms.db", key, 404, "unknown_delta"},
		{"to an image that is not known", "/api/ota/download/none?delta=" + e.image[0].ImageSHA256, key, 404, "unknown_firmware"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			isProblem(t, e.Do(http.MethodGet, tc.path, nil, tc.headers...), tc.status, tc.word)
		})
	}
	e.Pass(15*time.Minute + time.Second)
	isProblem(t, e.Do(http.MethodGet, patch, nil), http.StatusUnauthorized, "download_not_allowed")
}

// TestDeltaOnTheWay follows a device that fetches the patch, or parts of it, or goes back to the whole image.
func TestDeltaOnTheWay(t *testing.T) {
	t.Parallel()
	const patch, part, image = "patch", "part of the patch", "image"
	for _, tc := range []struct {
		name     string
		fetched  []string
		fails    bool
		again    bool // a patch is offered when it asks once more from its old image
		complete int  // downloads of the image
		saves    bool
	}{
		{"nothing yet", nil, false, true, 0, false},
		{"a part", []string{part}, false, true, 0, false},
		{"all, and asks again", []string{patch}, false, false, 0, true},
		{"a part and all", []string{part, patch}, false, false, 0, true},
		{"all, then the image", []string{patch, image}, false, false, 1, false},
		{"a part, then the image", []string{part, image}, false, false, 1, false},
		{"only the image", []string{image}, false, true, 1, false},
		{"all, and failed", []string{patch}, true, false, 0, false},
		{"a part, and failed", []string{part}, true, false, 0, false},
		{"the image, and failed", []string{image}, true, true, 1, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			e, offer := ready(t)
			answer := offered(t, check(t, e.Rig, panelID, e.token, e.accepting(0)...))
			attempt := text(t, answer, "attempt")
			for _, what := range tc.fetched {
				switch what {
				case patch:
					ok(t, fetch(t, e.Rig, offer), http.StatusOK)
				case part:
					ok(t, fetch(t, e.Rig, offer, "Range", "bytes=0-99"), http.StatusPartialContent)
				case image:
					ok(t, fetch(t, e.Rig, path(e.Rig, text(t, answer, "firmware_url"))), http.StatusOK)
				}
			}
			got := e.only(t)
			if got.CompleteDownloads != tc.complete || (len(tc.fetched) > 0 && got.State != ota.StateDownloading) {
				t.Errorf("%s with %d complete downloads", got.State, got.CompleteDownloads)
			}
			if tc.fails {
				report(t, e.Rig, e.token, attempt, `"state":"failed","error":"no"`)
				e.Pass(3 * time.Minute)
			}
			if again := e.patch(t, 0) != nil; again != tc.again {
				t.Errorf("a patch is offered again: %v", again)
			}
			check(t, e.Rig, panelID, e.token, e.accepting(1)...) // it runs the image
			firmware, err := e.DB.Firmware(e.keys[1])
			if err != nil {
				t.Fatal(err)
			}
			want := ota.Tally{Confirmed: 1, Seconds: firmware.Tally.Seconds}
			if tc.fails {
				want.Failed = 1
			}
			if tc.saves {
				known, _ := e.DB.Delta(e.image[0].ImageSHA256, e.image[1].SHA256)
				want.Saved = int64(len(e.data[1])) - known.Size
			}
			if diff := cmp.Diff(want, firmware.Tally); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			stats, _ := e.Script(http.MethodGet, "/api/ota/stats", nil).JSON(t)["stats"].(map[string]any)
			if stats["bytes_saved"] != float64(want.Saved) {
				t.Errorf("the statistics say that %v bytes are saved, want %d", stats["bytes_saved"], want.Saved)
			}
		})
	}
}

// TestGivenUpWithDeltas: a patch and two whole images that come to nothing are enough.
func TestGivenUpWithDeltas(t *testing.T) {
	t.Parallel()
	e, offer := ready(t)
	ok(t, fetch(t, e.Rig, offer), http.StatusOK)
	for range 2 {
		answer := offered(t, check(t, e.Rig, panelID, e.token, e.accepting(0)...))
		if answer["delta"] != nil {
			t.Error("a patch that came to nothing is offered again")
		}
		ok(t, fetch(t, e.Rig, path(e.Rig, text(t, answer, "firmware_url"))), http.StatusOK)
		e.Pass(2 * time.Minute)
	}
	refusedFor(t, check(t, e.Rig, panelID, e.token, e.accepting(0)...), "given_up")
	if got := e.only(t); got.CompleteDownloads != 2 {
		t.Errorf("%d complete downloads", got.CompleteDownloads)
	}
}

// TestDeltaFromEveryKeptImage gives the exact file, in parts too.
func TestDeltaFromEveryKeptImage(t *testing.T) {
	t.Parallel()
	e := newEditions(t, 6)
	target := e.data[e.last()]
	for edition := range e.last() {
		id := fmt.Sprintf("panel-%d", edition)
		token := e.Enrol(id, panelType)
		offered(t, check(t, e.Rig, id, token, e.accepting(edition)...))
		e.make(t)
		delta, has := offered(t, check(t, e.Rig, id, token, e.accepting(edition)...))["delta"].(map[string]any)
		if !has {
			t.Errorf("from edition %d no patch is offered", edition)
			continue
		}
		address, size := path(e.Rig, text(t, delta, "url")), int(delta["size"].(float64))
		first := ok(t, fetch(t, e.Rig, address, "Range", fmt.Sprintf("bytes=0-%d", size/2)), http.StatusPartialContent)
		rest := ok(t, fetch(t, e.Rig, address, "Range", fmt.Sprintf("bytes=%d-", len(first.Body)), "If-Range", first.Header.Get("ETag")), http.StatusPartialContent)
		var made bytes.Buffer
		old := e.data[edition][:len(e.data[edition])-32] // what its digest covers
		_, err := ota.ApplyDelta(&made, old, bytes.NewReader(slices.Concat(first.Body, rest.Body)), int64(len(target)))
		if err != nil || !bytes.Equal(made.Bytes(), target) {
			t.Errorf("from edition %d the patch gives %d bytes of %d, %v", edition, made.Len(), len(target), err)
		}
		attempts, err := e.DB.Attempts(id)
		if err != nil || len(attempts) != 1 || attempts[0].DeltaBytes != int64(size) || attempts[0].DeltaSize != int64(size) || attempts[0].FellBack {
			t.Errorf("edition %d: %+v, %v", edition, attempts, err)
		}
	}
}

// TestDeltasOfADeletedImage go with it.
func TestDeltasOfADeletedImage(t *testing.T) {
	t.Parallel()
	e, offer := ready(t)
	known, err := e.DB.Delta(e.image[0].ImageSHA256, e.image[1].SHA256)
	if err != nil {
		t.Fatal(err)
	}
	ok(t, e.Script(http.MethodDelete, "/api/ota/delete/"+e.keys[0], nil), http.StatusOK)
	isProblem(t, e.Do(http.MethodGet, offer, nil), http.StatusNotFound, "unknown_delta")
	if e.patch(t, 0) != nil {
		t.Error("the patch is still offered")
	}
	e.make(t)
	if _, err := e.DB.Delta(known.From, known.To); err == nil {
		t.Error("a patch from an image that is gone is made again")
	}
}
