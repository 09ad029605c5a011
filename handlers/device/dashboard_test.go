package device_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image/png"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"personalcms/handlers/rig"

	"github.com/google/go-cmp/cmp"
)

const (
	dashboardPath = "/api/devices/" + panelID + "/dashboard"
	contentPath   = "/api/devices/" + panelID + "/content"
)

func TestDashboardRefusesBadInput(t *testing.T) {
	e := endpoint{http.MethodGet, "/api/devices/%ID%/dashboard", nil}
	cases := e.idCases(false)
	for _, format := range []string{"gif", "BMP", "..%2F", "bmp%00", strings.Repeat("b", 5000)} {
		cases = append(cases, refusal{
			name: fmt.Sprintf("format %.10s", format), path: e.of(panelID) + "?format=" + format, status: 400, word: "bad_format",
		})
	}
	for _, tc := range []struct {
		name, file string
		status     int
		word       string
	}{
		{"v1 file without a signature", panelID + "_current.bmp", 401, "wrong_token"},
		{"v1 file with a wrong signature", panelID + "_current.bmp?v=1&s=AAAAAAAAAAAAAAAA", 401, "wrong_token"},
		{"v1 fallback without a signature", panelID + "_fallback.bmp", 401, "wrong_token"},
		{"v1 file of an unknown device", "nobody_current.bmp", 404, "unknown_device"},
		{"v1 file of another kind", panelID + "_last.bmp", 404, "not_found"},
		{"v1 file of another form", panelID + "_current.png", 404, "not_found"},
		{"v1 file without a device", "_current.bmp", 404, "not_found"},
		{"v1 file of a bad id", "..%2Fx_current.bmp", 404, "not_found"},
		{"v1 file far away", "..%2F..%2Fpersonalcms.db", 404, "not_found"},
	} {
		cases = append(cases, refusal{name: tc.name, path: "/dashboards/" + tc.file, auth: "none", status: tc.status, word: tc.word})
	}
	e.refuse(t, cases)
}

// TestDashboardBMP is exactly what v1 and TRMNL firmware check.
func TestDashboardBMP(t *testing.T) {
	t.Parallel()
	r := rig.New(t)
	token := r.Enrol(panelID, panelType)
	answer := ok(t, r.Do(http.MethodGet, dashboardPath, nil, "Authorization", token), http.StatusOK)
	body, le := answer.Body, binary.LittleEndian
	if len(body) != 48_062 || answer.Header.Get("Content-Length") != "48062" || answer.Header.Get("Content-Type") != "image/bmp" {
		t.Fatalf("%d bytes, %v", len(body), answer.Header)
	}
	got := map[string]any{
		"magic": string(body[:2]), "bfSize": le.Uint32(body[2:]), "reserved": le.Uint32(body[6:]), "bfOffBits": le.Uint32(body[10:]),
		"biSize": le.Uint32(body[14:]), "biWidth": int32(le.Uint32(body[18:])), "biHeight": int32(le.Uint32(body[22:])),
		"biPlanes": le.Uint16(body[26:]), "biBitCount": le.Uint16(body[28:]), "biCompression": le.Uint32(body[30:]),
		"biSizeImage": le.Uint32(body[34:]), "biClrUsed": le.Uint32(body[46:]), "palette": fmt.Sprintf("% X", body[54:62]),
	}
	want := map[string]any{
		"magic": "BM", "bfSize": uint32(48062), "reserved": uint32(0), "bfOffBits": uint32(62),
		"biSize": uint32(40), "biWidth": int32(800), "biHeight": int32(480),
		"biPlanes": uint16(1), "biBitCount": uint16(1), "biCompression": uint32(0),
		"biSizeImage": uint32(48000), "biClrUsed": uint32(2), "palette": "00 00 00 00 FF FF FF 00",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestDashboardFormats hold the same bits.
func TestDashboardFormats(t *testing.T) {
	t.Parallel()
	r := rig.New(t)
	token := r.Enrol(panelID, panelType)
	get := func(format string) rig.Answer {
		return ok(t, r.Do(http.MethodGet, dashboardPath+"?format="+format, nil, "Authorization", token), http.StatusOK)
	}
	bmp, raw, picture := get("bmp").Body, get("raw"), get("png")
	var flipped []byte
	for y := range 480 {
		row := 62 + (479-y)*100
		flipped = append(flipped, bmp[row:row+100]...)
	}
	if !bytes.Equal(flipped, raw.Body) || raw.Header.Get("Content-Type") != "application/octet-stream" {
		t.Errorf("raw (%d bytes, %s) is not the BMP from top to bottom", len(raw.Body), raw.Header.Get("Content-Type"))
	}
	decoded, err := png.Decode(bytes.NewReader(picture.Body))
	if err != nil || picture.Header.Get("Content-Type") != "image/png" || decoded.Bounds().Dx() != 800 || decoded.Bounds().Dy() != 480 {
		t.Fatalf("PNG: %v %v", err, picture.Header)
	}
	if depth, colour := picture.Body[24], picture.Body[25]; depth != 1 || colour != 0 {
		t.Errorf("PNG of depth %d and colour type %d, want 1 and 0", depth, colour)
	}
	for y := range 480 {
		for x := range 800 {
			white := raw.Body[y*100+x/8]&(0x80>>(x%8)) != 0
			if level, _, _, _ := decoded.At(x, y).RGBA(); (level > 0x7FFF) != white {
				t.Fatalf("pixel %d,%d: %x in the PNG, white=%v in raw", x, y, level, white)
			}
		}
	}
	tags := map[string]bool{}
	for _, format := range []string{"bmp", "png", "raw"} {
		tags[get(format).Header.Get("ETag")] = true
	}
	if len(tags) != 3 {
		t.Errorf("the forms share ETags: %v", tags)
	}
}

// TestDashboardUnchanged is 304 with no body, without drawing, and says when to ask again.
func TestDashboardUnchanged(t *testing.T) {
	t.Parallel()
	r := rig.New(t)
	token := r.Enrol(panelID, panelType)
	first := ok(t, r.Do(http.MethodGet, dashboardPath, nil, "Authorization", token), http.StatusOK)
	tag := first.Header.Get("ETag")
	drawn, err := r.DB.Drawn(panelID)
	if err != nil {
		t.Fatal(err)
	}
	r.Pass(10 * time.Second)
	for _, tc := range []struct {
		name, match string
		status      int
	}{
		{"the tag", tag, http.StatusNotModified},
		{"weak", "W/" + tag, http.StatusNotModified},
		{"without quotes", strings.Trim(tag, `"`), http.StatusNotModified},
		{"one of two", `"other", ` + tag, http.StatusNotModified},
		{"star", "*", http.StatusNotModified},
		{"another", `"other"`, http.StatusOK},
		{"none", "", http.StatusOK},
		{"of another form", strings.TrimSuffix(tag, `"`) + `-png"`, http.StatusOK},
	} {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			answer := ok(t, r.Do(method, dashboardPath, nil, "Authorization", token, "If-None-Match", tc.match), tc.status)
			if (answer.Status == http.StatusNotModified || method == http.MethodHead) && len(answer.Body) > 0 {
				t.Errorf("%s %s: a body of %d bytes", method, tc.name, len(answer.Body))
			}
			if answer.Status == http.StatusOK && answer.Header.Get("Content-Length") != "48062" {
				t.Errorf("%s %s: Content-Length %q", method, tc.name, answer.Header.Get("Content-Length"))
			}
			refresh, err := strconv.Atoi(answer.Header.Get("X-Refresh-Seconds"))
			if err != nil || refresh < 1 || refresh > 320 || answer.Header.Get("ETag") != tag || answer.Header.Get("X-Screen") == "" {
				t.Errorf("%s %s: %v", method, tc.name, answer.Header)
			}
		}
	}
	if again, err := r.DB.Drawn(panelID); err != nil || !again.At.Equal(drawn.At) {
		t.Errorf("it was drawn again at %v, %v", again.At, err)
	}
}

// TestV1DashboardFile: the address in content leads to the same bytes, for a device without headers.
func TestV1DashboardFile(t *testing.T) {
	t.Parallel()
	r := rig.New(t)
	token := r.Enrol(panelID, panelType)
	r.EnrolLegacy("old", panelType)
	screen := ok(t, r.Do(http.MethodGet, dashboardPath, nil, "Authorization", token), http.StatusOK)
	content := ok(t, r.Do(http.MethodGet, contentPath, nil, "Authorization", token), http.StatusOK).JSON(t)
	for _, key := range []string{"dashboard_url", "fallback_url"} {
		link := text(t, content, key)
		answer := ok(t, r.Do(http.MethodGet, link, nil), http.StatusOK)
		if !bytes.Equal(answer.Body, screen.Body) || answer.Header.Get("ETag") != screen.Header.Get("ETag") {
			t.Errorf("%s holds other bytes", link)
		}
		ok(t, r.Do(http.MethodGet, link, nil, "If-None-Match", answer.Header.Get("ETag")), http.StatusNotModified)
		ok(t, r.Do(http.MethodHead, link, nil), http.StatusOK)
		for name, forged := range map[string]string{
			"another version": strings.Replace(link, "?v=", "?v=0", 1),
			"no signature":    strings.Split(link, "&s=")[0],
			"another kind":    strings.NewReplacer("_current", "_fallback", "_fallback", "_current").Replace(link),
		} {
			isProblem(t, r.Do(http.MethodGet, forged, nil), http.StatusUnauthorized, "wrong_token")
			if t.Failed() {
				t.Fatalf("%s: %s", name, forged)
			}
		}
	}
	bare := "/dashboards/" + panelID + "_current.bmp"
	ok(t, r.Do(http.MethodGet, bare, nil, "Authorization", token), http.StatusOK)
	ok(t, r.Do(http.MethodGet, bare, nil, "Cookie", r.Session()), http.StatusOK)
	ok(t, r.Do(http.MethodGet, "/dashboards/old_current.bmp", nil), http.StatusOK) // never had a token
}

// TestJokeStaysForItsHour, and the address changes exactly when the bytes do.
func TestJokeStaysForItsHour(t *testing.T) {
	t.Parallel()
	r := rig.New(t)
	r.EnrolLegacy(panelID, panelType)
	bytesOf, linkOf := map[string]string{}, map[string]string{}
	joke := ""
	for poll := range 18 {
		content := ok(t, r.Do(http.MethodGet, contentPath, nil), http.StatusOK).JSON(t)
		jokes := fmt.Sprint(content["content"].(map[string]any)["jokes"])
		switch {
		case joke == "":
			joke = jokes
		case (jokes == joke) != (r.Now().Sub(rig.Start) < time.Hour):
			t.Errorf("after %v the jokes are the same: %v", r.Now().Sub(rig.Start), jokes == joke)
		}
		link := text(t, content, "dashboard_url")
		body := string(ok(t, r.Do(http.MethodGet, link, nil), http.StatusOK).Body)
		if known, seen := bytesOf[link]; seen && known != body {
			t.Errorf("poll %d: other bytes at the same address", poll)
		}
		if known, seen := linkOf[body]; seen && known != link {
			t.Errorf("poll %d: the same bytes at another address", poll)
		}
		bytesOf[link], linkOf[body] = body, link
		if poll%3 == 0 {
			r.Pass(9 * time.Second) // within the minute nothing changes
		} else {
			r.Pass(5 * time.Minute)
		}
	}
	if len(linkOf) < 3 || len(linkOf) > 17 {
		t.Errorf("%d screens in 18 polls", len(linkOf))
	}
}
