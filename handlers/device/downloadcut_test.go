package device_test

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"personalcms/handlers"
	"personalcms/ota"
	"personalcms/ota/otatest"
	"personalcms/store"
)

// largeImage is as large as the images of real boards, bytes: the kernel's buffers hold little of it.
const largeImage = 1_200_000

// cutter fetches an image over connections that the test cuts.
type cutter struct {
	t       *testing.T
	address string
	offer   string
	tag     string
	flash   []byte // what it has so far
}

// fetch asks for the rest of the image and cuts the connection once it has until bytes of the whole.
func (b *cutter) fetch(until int) {
	b.t.Helper()
	dialled, err := net.Dial("tcp", b.address)
	if err != nil {
		b.t.Fatal(err)
	}
	conn := dialled.(*net.TCPConn)
	defer func() { _ = conn.Close() }()
	_, begun := conn.SetReadBuffer(128<<10), len(b.flash) > 0
	request := "GET " + b.offer + " HTTP/1.1\r\nHost: board\r\nConnection: close\r\n"
	if begun {
		request += fmt.Sprintf("Range: bytes=%d-\r\nIf-Range: %s\r\n", len(b.flash), b.tag)
	}
	_, _ = io.WriteString(conn, request+"\r\n")
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		b.t.Fatal(err)
	}
	if want := map[bool]int{false: http.StatusOK, true: http.StatusPartialContent}[begun]; answer.StatusCode != want {
		b.t.Fatalf("status %d from byte %d, want %d", answer.StatusCode, len(b.flash), want)
	}
	b.tag = answer.Header.Get("ETag")
	part, err := io.ReadAll(io.LimitReader(answer.Body, int64(until-len(b.flash))))
	if err != nil {
		b.t.Fatal(err)
	}
	b.flash = append(b.flash, part...)
	_ = conn.SetLinger(0) // as when the power is gone: nothing is said, what is under way is lost
}

// TestDownloadCutAtEveryTenth resumes to the very bytes, and is one complete download.
func TestDownloadCutAtEveryTenth(t *testing.T) {
	cases := map[string][]int{"never": nil}
	var all []int
	for tenth := 1; tenth < 10; tenth++ {
		cases[fmt.Sprintf("at %d tenths", tenth)] = []int{largeImage * tenth / 10}
		all = append(all, largeImage*tenth/10)
	}
	cases["at every tenth"] = all
	cases["before its last byte"] = []int{largeImage - 1}
	cases["after its first byte"] = []int{1}
	for name, cuts := range cases {
		for _, limits := range []store.Downloads{{}, {AtOnce: 200, PerDevice: 20_000_000, Total: 50_000_000}} {
			if limits.AtOnce > 0 && name != "at every tenth" {
				continue
			}
			t.Run(fmt.Sprintf("%s, %d bytes per second", name, limits.PerDevice), func(t *testing.T) {
				t.Parallel()
				d := offerOf(t, otatest.Options{Seed: 7, Size: largeImage})
				set(t, d.Rig, func(s *store.Settings) { s.Downloads = limits })
				server := httptest.NewUnstartedServer(d.Echo)
				server.Listener = handlers.ShortBuffers(server.Listener)
				server.Start()
				b := &cutter{t: t, address: server.Listener.Addr().String(), offer: d.offer}
				for _, until := range append(cuts, len(d.data)) {
					b.fetch(until)
				}
				server.Close() // waits for every request
				if sum := sha256.Sum256(b.flash); hex.EncodeToString(sum[:]) != d.img.SHA256 {
					t.Errorf("%d bytes with the wrong SHA-256", len(b.flash))
				}
				got := d.only(t)
				if got.CompleteDownloads != 1 || got.Bytes != d.img.Size || got.State != ota.StateDownloading {
					t.Errorf("%s, %d bytes, %d complete downloads", got.State, got.Bytes, got.CompleteDownloads)
				}
				if firmware, err := d.DB.Firmware(d.key); err != nil || firmware.DownloadCount != 1 {
					t.Errorf("%d downloads are counted, %v", firmware.DownloadCount, err)
				}
			})
		}
	}
}

// TestRanges of an image: one is sent, several are the whole, none that there is not.
func TestRanges(t *testing.T) {
	t.Parallel()
	d := offer(t)
	size, tag := len(d.data), `"`+d.img.SHA256+`"`
	for _, tc := range []struct {
		name, bytes, ifRange string
		status, from, to     int // to is exclusive
	}{
		{"from the middle", "bytes=10000-", "", 206, 10000, size},
		{"with its tag", "bytes=10000-", tag, 206, 10000, size},
		{"with a stale tag", "bytes=10000-", `"0000"`, 200, 0, size},
		{"with a weak tag", "bytes=10000-", "W/" + tag, 200, 0, size},
		{"with a date", "bytes=10000-", "Mon, 23 Nov 2026 12:00:00 GMT", 200, 0, size},
		{"one byte", "bytes=0-0", tag, 206, 0, 1},
		{"the last byte", "bytes=-1", tag, 206, size - 1, size},
		{"the last 100", "bytes=-100", tag, 206, size - 100, size},
		{"longer than the image", "bytes=10000-99999", tag, 206, 10000, size},
		{"a suffix longer than the image", "bytes=-99999", tag, 206, 0, size},
		{"two at once", "bytes=0-1,19998-19999", tag, 200, 0, size},
		{"two that are the whole", "bytes=0-9999, 10000-", tag, 200, 0, size},
		{"two at once that overlap", "bytes=0-,0-,0-", "", 200, 0, size},
		{"behind the end", "bytes=99999-", tag, 416, 0, 0},
		{"at the end", fmt.Sprintf("bytes=%d-", size), "", 416, 0, 0},
		{"behind the end of what it was", "bytes=99999-", `"0000"`, 200, 0, size},
		{"backwards", "bytes=9-1", "", 416, 0, 0},
		{"no range", "bytes=x", "", 416, 0, 0},
		{"another unit", "lines=1-2", "", 416, 0, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			headers := []string{"Range", tc.bytes}
			if tc.ifRange != "" {
				headers = append(headers, "If-Range", tc.ifRange)
			}
			answer := fetch(t, d.Rig, d.offer, headers...)
			if tc.status == http.StatusRequestedRangeNotSatisfiable {
				isProblem(t, answer, tc.status, "bad_range")
				if got := answer.Header.Get("Content-Range"); strings.HasPrefix(tc.name, "behind") && got != fmt.Sprintf("bytes */%d", size) {
					t.Errorf("Content-Range %q", got)
				}
				return
			}
			ok(t, answer, tc.status)
			if !bytes.Equal(answer.Body, d.data[tc.from:tc.to]) || answer.Header.Get("Content-Length") != fmt.Sprint(tc.to-tc.from) {
				t.Errorf("%d bytes (%s), want %d", len(answer.Body), answer.Header.Get("Content-Length"), tc.to-tc.from)
			}
			want := fmt.Sprintf("bytes %d-%d/%d", tc.from, tc.to-1, size)
			if got := answer.Header.Get("Content-Range"); tc.status == 206 && got != want {
				t.Errorf("Content-Range %q, want %q", got, want)
			}
		})
	}
}

// TestSeveralRangesAreOneDownload: they are answered with the whole, and that is counted.
func TestSeveralRangesAreOneDownload(t *testing.T) {
	t.Parallel()
	d := offer(t)
	ok(t, fetch(t, d.Rig, d.offer, "Range", "bytes=0-1,19998-19999"), http.StatusOK)
	if got := d.only(t); got.Bytes != 20_000 || got.CompleteDownloads != 1 {
		t.Errorf("%d bytes, %d complete", got.Bytes, got.CompleteDownloads)
	}
}
