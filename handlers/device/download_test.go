package device_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"personalcms/handlers/access"
	"personalcms/handlers/rig"
	"personalcms/ota"
	"personalcms/ota/otatest"
	"personalcms/store"
)

// download is a server with an image, and the address of its offer to a device.
type download struct {
	*rig.Rig
	token, key, offer, attempt string
	data                       []byte
	img                        *ota.Image
}

func offer(t *testing.T) download {
	t.Helper()
	return offerOf(t, otatest.Options{Seed: 1, Size: 20_000})
}

// offerOf is offer with another image.
func offerOf(t *testing.T, image otatest.Options) download {
	t.Helper()
	d := download{Rig: rig.New(t), data: otatest.Build(image)}
	var err error
	if d.img, err = ota.ReadImage(d.data); err != nil {
		t.Fatal(err)
	}
	d.token = d.Enrol(panelID, panelType)
	d.key = d.Upload(panelType, d.data, true)
	answer := offered(t, check(t, d.Rig, panelID, d.token))
	d.offer, d.attempt = path(d.Rig, text(t, answer, "firmware_url")), text(t, answer, "attempt")
	return d
}

func (d download) bare() string { return "/api/ota/download/" + d.key }

// changed is the offer's address with one parameter changed.
func (d download) changed(name, value string) string {
	before, query, _ := strings.Cut(d.offer, "?")
	values, _ := url.ParseQuery(query)
	values.Set(name, value)
	return before + "?" + values.Encode()
}

func TestOTADownloadRefusesBadInput(t *testing.T) {
	t.Parallel()
	d := offer(t)
	other, _ := build(t, 2, "esp32")
	otherKey := d.Upload("Other_Type", other, false)
	pending := ok(t, d.Do(http.MethodPost, "/api/devices/register", map[string]any{"device_id": "pending", "device_type": panelType, "auth": "token"}), http.StatusOK)
	set(t, d.Rig, func(s *store.Settings) { s.OTAUser, s.OTAPassword = "ota", access.HashPassword("a long password") })
	e := endpoint{http.MethodGet, d.bare(), nil}
	cases := []refusal{
		{name: "nothing"},
		{name: "a wrong token", auth: "Bearer " + strings.Repeat("A", 43)},
		{name: "the token of a pending device", auth: "Bearer " + text(t, pending.JSON(t), "token")},
		{name: "a key that is none", auth: "Bearer pcms_000000000000_" + strings.Repeat("A", 43)},
		{name: "a wrong OTA password", headers: []string{"Authorization", basic("ota", "wrong")}},
		{name: "a wrong OTA user", headers: []string{"Authorization", basic("admin", "a long password")}},
		{name: "a person’s password as Basic", headers: []string{"Authorization", basic("admin", rig.Password)}},
		{name: "signature of another key", path: strings.Replace(d.offer, d.key, otherKey, 1)},
		{name: "signature for another device", path: d.changed("d", "other-panel")},
		{name: "signature for another attempt", path: d.changed("a", "ffff")},
		{name: "signature made to last", path: d.changed("e", "99999999999")},
		{name: "signature cut short", path: d.changed("s", "AAAA")},
		{name: "signature empty", path: d.changed("s", "")},
		{name: "a way out", path: "/api/ota/download/..%2F..%2Fpersonalcms.db"},
		{name: "a session that is none", headers: []string{"Cookie", "personalcms_session=x"}},
	}
	for i := range cases {
		cases[i].status, cases[i].word = http.StatusUnauthorized, "download_not_allowed"
		if cases[i].auth == "" {
			cases[i].auth = "none"
		}
	}
	for _, key := range []string{"no_such", "..%2F..%2Fpersonalcms.db", "%00", strings.Repeat("a", 300)} {
		cases = append(cases, refusal{name: "unknown: " + fmt.Sprintf("%.20s", key), path: "/api/ota/download/" + key, status: 404, word: "unknown_firmware"})
	}
	e.refuses(t, d.Rig, d.token, cases)
}

func basic(user, password string) string {
	request := http.Request{Header: http.Header{}}
	request.SetBasicAuth(user, password)
	return request.Header.Get("Authorization")
}

// TestDownloadIsAllowedBy each of the ways that PROTOCOL names.
func TestDownloadIsAllowedBy(t *testing.T) {
	t.Parallel()
	d := offer(t)
	set(t, d.Rig, func(s *store.Settings) { s.OTAUser, s.OTAPassword = "ota", access.HashPassword("a long password") })
	for _, tc := range []struct {
		name, path string
		headers    []string
	}{
		{"the offer’s address", d.offer, nil},
		{"the device’s token", d.bare(), []string{"Authorization", d.token}},
		{"OTA user and password", d.bare(), []string{"Authorization", basic("ota", "a long password")}},
		{"an API key", d.bare(), []string{"Authorization", d.Key()}},
		{"a session", d.bare(), []string{"Cookie", d.Session()}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			answer := ok(t, fetch(t, d.Rig, tc.path, tc.headers...), http.StatusOK)
			if !bytes.Equal(answer.Body, d.data) {
				t.Errorf("%d bytes differ from the image’s %d", len(answer.Body), len(d.data))
			}
			head := ok(t, d.Do(http.MethodHead, tc.path, nil, tc.headers...), http.StatusOK)
			for _, a := range []rig.Answer{answer, head} {
				want := map[string]string{
					"Content-Type": "application/octet-stream", "Content-Length": fmt.Sprint(len(d.data)), "X-Md5": d.img.MD5,
					"Etag": `"` + d.img.SHA256 + `"`, "X-Firmware-Sha256": d.img.SHA256, "Accept-Ranges": "bytes", "Content-Encoding": "", "Transfer-Encoding": "",
				}
				for name, value := range want {
					if got := a.Header.Get(name); got != value {
						t.Errorf("%s: %q, want %q", name, got, value)
					}
				}
			}
		})
	}
	firmware, err := d.DB.Firmware(d.key)
	if err != nil || firmware.DownloadCount != 5 {
		t.Errorf("%d downloads are counted, want 5; %v", firmware.DownloadCount, err)
	}
}

// TestDownloadAddressEnds after 15 minutes.
func TestDownloadAddressEnds(t *testing.T) {
	t.Parallel()
	d := offer(t)
	d.Pass(15 * time.Minute)
	ok(t, d.Do(http.MethodHead, d.offer, nil), http.StatusOK)
	d.Pass(time.Second)
	isProblem(t, d.Do(http.MethodGet, d.offer, nil), http.StatusUnauthorized, "download_not_allowed")
	fresh := path(d.Rig, text(t, offered(t, check(t, d.Rig, panelID, d.token)), "firmware_url"))
	ok(t, d.Do(http.MethodHead, fresh, nil), http.StatusOK)
}

// TestDownloadOfTheSameSketch is 304, which HTTPUpdate takes for “nothing new”.
func TestDownloadOfTheSameSketch(t *testing.T) {
	t.Parallel()
	d := offer(t)
	for _, md5 := range []string{d.img.MD5, strings.ToUpper(d.img.MD5)} {
		answer := ok(t, d.Do(http.MethodGet, d.offer, nil, "x-ESP32-sketch-md5", md5), http.StatusNotModified)
		if len(answer.Body) > 0 {
			t.Errorf("304 with a body of %d bytes", len(answer.Body))
		}
	}
	ok(t, d.Do(http.MethodGet, d.offer, nil, "x-ESP32-sketch-md5", strings.Repeat("0", 32)), http.StatusOK)
}

// TestDownloadOverHTTP10 is a plain body with its length, as HTTPUpdate wants it.
func TestDownloadOverHTTP10(t *testing.T) {
	t.Parallel()
	d := offer(t)
	conn, err := net.Dial("tcp", strings.TrimPrefix(d.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_, _ = fmt.Fprintf(conn, "GET %s HTTP/1.0\r\nHost: board\r\nUser-Agent: ESP32-http-Update\r\nAccept-Encoding: gzip\r\n\r\n", d.offer)
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK || response.ContentLength != int64(len(d.data)) ||
		len(response.TransferEncoding) > 0 || response.Header.Get("Content-Encoding") != "" || !bytes.Equal(body, d.data) {
		t.Errorf("%s, %d bytes of %d, %v %v, %v", response.Status, len(body), response.ContentLength, response.TransferEncoding, response.Header, err)
	}
}
