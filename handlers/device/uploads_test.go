package device_test

import (
	"bytes"
	"image/jpeg"
	"net/http"
	"strings"
	"testing"

	"personalcms/handlers/rig"
)

func TestUploadsRefusesBadInput(t *testing.T) {
	t.Parallel()
	e := endpoint{http.MethodGet, "/uploads/x.jpg", nil}
	r, token := stage(t, nil)
	picture, second := addPicture(t, r, panelID), "0000000000000000.jpg"
	pending := text(t, ok(t, r.Do(http.MethodPost, "/api/devices/register",
		map[string]any{"device_id": "pending", "device_type": panelType, "auth": "token"}), http.StatusOK).JSON(t), "token")
	sequence := ok(t, r.Do(http.MethodGet, "/api/devices/"+panelID+"/images-sequence", nil, "Authorization", token), http.StatusOK).JSON(t)
	one := sequence["assigned_images"].([]any)[0].(map[string]any)
	whole, bmp := text(t, one, "url"), text(t, one, "bmp_url")
	cases := []refusal{}
	for name, address := range map[string]string{
		"no signature":               "/uploads/" + picture.Filename,
		"wrong signature":            "/uploads/" + picture.Filename + "?s=AAAAAAAAAAAAAAAA",
		"signature of another":       strings.Replace(whole, picture.Filename, second, 1),
		"signature of the BMP":       "/uploads/" + picture.Filename + bmp[strings.Index(bmp, "?"):],
		"BMP without signature":      "/uploads/" + picture.Filename + "/bmp",
		"BMP for another device":     strings.Replace(bmp, "d="+panelID, "d=other-panel", 1),
		"BMP of another picture":     strings.Replace(bmp, picture.Filename, second, 1),
		"BMP of another version":     strings.Replace(bmp, "&v=", "&v=0", 1),
		"signature of the whole one": strings.Replace(whole, "?s=", "/bmp?s=", 1),
		"a way out":                  "/uploads/..%2F..%2Fpersonalcms.db",
	} {
		cases = append(cases, refusal{name: name, path: address, auth: "none", status: 401, word: "sign_in"})
	}
	cases = append(
		cases,
		refusal{name: "wrong token", path: "/uploads/" + picture.Filename, auth: "Bearer x", status: 401, word: "sign_in"},
		refusal{name: "token of a pending device", path: "/uploads/" + picture.Filename, auth: "Bearer " + pending, status: 401, word: "sign_in"},
		refusal{name: "POST", method: http.MethodPost, path: "/uploads/" + picture.Filename, status: 405, word: "method_not_allowed", router: true},
	)
	for _, name := range []string{second, "x", "x.png", ".jpg", "..%2F..%2Fetc%2Fpasswd.jpg", "%00.jpg", strings.Repeat("a", 3000) + ".jpg"} {
		cases = append(
			cases,
			refusal{name: "unknown picture " + name[:min(len(name), 20)], path: "/uploads/" + name, status: 404, word: "unknown_picture"},
			refusal{name: "BMP of unknown picture " + name[:min(len(name), 20)], path: "/uploads/" + name + "/bmp", status: 404, word: "unknown_picture"},
		)
	}
	e.refuses(t, r, token, cases)
}

// TestUploadsAreSent whole and as bits for the device's panel, by signature, token, key and session.
func TestUploadsAreSent(t *testing.T) {
	t.Parallel()
	r := rig.New(t)
	token := r.Enrol(panelID, panelType)
	picture := addPicture(t, r, panelID)
	ok(t, r.Script(http.MethodPatch, "/api/v1/devices/"+panelID, map[string]any{"panel": map[string]int{"width": 400, "height": 300, "colors": 2}}), http.StatusOK)
	sequence := ok(t, r.Do(http.MethodGet, "/api/devices/"+panelID+"/images-sequence", nil, "Authorization", token), http.StatusOK).JSON(t)
	one := sequence["assigned_images"].([]any)[0].(map[string]any)
	bare := "/uploads/" + picture.Filename
	for _, tc := range []struct {
		name, path string
		headers    []string
		bmp        int // bytes, 0 = the picture itself
	}{
		{"signed", text(t, one, "url"), nil, 0},
		{"by token", bare, []string{"Authorization", token}, 0},
		{"by key", bare, []string{"Authorization", r.Key()}, 0},
		{"by session", bare, []string{"Cookie", r.Session()}, 0},
		{"BMP signed", text(t, one, "bmp_url"), nil, 62 + 300*52},
		{"BMP by token", bare + "/bmp", []string{"Authorization", token}, 62 + 300*52},
		{"BMP by key, for the usual panel", bare + "/bmp", []string{"Authorization", r.Key()}, 48_062},
	} {
		t.Run(tc.name, func(t *testing.T) {
			answer := ok(t, r.Do(http.MethodGet, tc.path, nil, tc.headers...), http.StatusOK)
			if tc.bmp > 0 && (len(answer.Body) != tc.bmp || answer.Header.Get("Content-Type") != "image/bmp") {
				t.Errorf("%d bytes of %s, want %d", len(answer.Body), answer.Header.Get("Content-Type"), tc.bmp)
			}
			if tc.bmp == 0 {
				if _, err := jpeg.Decode(bytes.NewReader(answer.Body)); err != nil || answer.Header.Get("Content-Type") != "image/jpeg" {
					t.Errorf("%s: %v", answer.Header.Get("Content-Type"), err)
				}
			}
			headers := append([]string{"If-None-Match", answer.Header.Get("ETag")}, tc.headers...)
			if again := ok(t, r.Do(http.MethodGet, tc.path, nil, headers...), http.StatusNotModified); len(again.Body) > 0 {
				t.Error("304 with a body")
			}
			if head := ok(t, r.Do(http.MethodHead, tc.path, nil, tc.headers...), http.StatusOK); head.Header.Get("Content-Length") != answer.Header.Get("Content-Length") {
				t.Errorf("HEAD says %s bytes", head.Header.Get("Content-Length"))
			}
		})
	}
}
