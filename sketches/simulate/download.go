package simulate

import (
	"bytes"
	"context"
	"crypto/md5" //nolint:gosec // the protocol's x-MD5, not a protection
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

const (
	imageMagic    = 0xE9
	hashAppended  = 23 // offset of the flag in an image header
	chipOffset    = 12
	imageHeader   = 24
	noteMark      = "PCMSFW{"
	resumingEvery = 4 // every fourth device loses its connection half-way and resumes
)

// chips are the chip ids of image headers.
var chips = map[string]uint16{"esp32": 0, "esp32s2": 2, "esp32c3": 5, "esp32s3": 9, "esp32c6": 13, "esp32h2": 16}

// part is the beginning of a file whose download broke off; it is lost with a restart.
type part struct {
	name   string // of what the file holds
	answer answer
}

// download fetches an image or a patch of size bytes, or the rest of one whose download broke off before, which it knows
// by its name; some devices lose their connection on purpose. Firmware 2.4.x begins again from the start.
func (d *device) download(ctx context.Context, name, url string, size int) (answer, bool) {
	c := d.get(endDownload, url)
	c.file, c.aside, c.close = true, true, true
	if d.legacy || name == "" {
		return d.ask(ctx, c)
	}
	if d.update.part.name == name {
		return d.resume(ctx, c, size)
	}
	if d.number%resumingEvery == 0 && size > 1 {
		c.cut = int64(size) / 2
	}
	a, ok := d.ask(ctx, c)
	if missing := len(a.body) < size; a.sent == http.StatusOK && missing && len(a.body) > 0 {
		d.update.part = part{name, a}
	}
	if !ok || c.cut == 0 || len(a.body) < int(c.cut) {
		return a, ok
	}
	c.cut = 0
	return d.resume(ctx, c, size)
}

// resume fetches what is missing of a file of size bytes.
func (d *device) resume(ctx context.Context, c call, size int) (answer, bool) {
	a := &d.update.part.answer
	c.want = []int{http.StatusPartialContent}
	c.header = map[string]string{"Range": fmt.Sprintf("bytes=%d-", len(a.body)), "If-Range": a.header.Get("ETag")}
	rest, ok := d.ask(ctx, c)
	if rest.sent != http.StatusPartialContent {
		return rest, false
	}
	want := fmt.Sprintf("bytes %d-%d/%d", len(a.body), size-1, size)
	if got := rest.header.Get("Content-Range"); got != want {
		d.violate(endDownload, fmt.Sprintf("Content-Range is %q, not %q", got, want))
	}
	a.body = append(a.body, rest.body...)
	if !ok {
		return answer{}, false
	}
	whole := *a
	d.update.part = part{}
	return whole, true
}

// verify compares a download with its offer; what it returns are contradictions of the server.
func (d *device) verify(f offer, a answer) []string {
	var wrong []string
	expect := func(ok bool, format string, args ...any) {
		if !ok {
			wrong = append(wrong, fmt.Sprintf(format, args...))
		}
	}
	h := a.header
	sum, md := hexSHA256(a.body), hexMD5(a.body)
	expect(a.length == int64(f.size), "Content-Length is %d, offered were %d", a.length, f.size)
	expect(len(a.body) == f.size, "%d bytes arrived, offered were %d", len(a.body), f.size)
	expect(!a.chunked && h.Get("Content-Encoding") == "", "the body is chunked or compressed")
	expect(h.Get("Content-Type") == "application/octet-stream", "Content-Type is %q", h.Get("Content-Type"))
	expect(strings.EqualFold(h.Get("x-MD5"), md), "x-MD5 is %q, the bytes have %s", h.Get("x-MD5"), md)
	expect(f.md5 == "" || f.md5 == md, "the offer's md5 is %s, the bytes have %s", f.md5, md)
	expect(f.sha256 == "" || f.sha256 == sum, "the offer's sha256 is %s, the bytes have %s", f.sha256, sum)
	if d.legacy {
		return wrong
	}
	expect(strings.EqualFold(h.Get("X-Firmware-SHA256"), sum), "X-Firmware-SHA256 is %q, the bytes have %s", h.Get("X-Firmware-SHA256"), sum)
	expect(strings.Contains(strings.ToLower(h.Get("ETag")), sum), "ETag is %q, not the SHA-256 of the bytes", h.Get("ETag"))
	expect(h.Get("X-Firmware-Signature") == f.signature, "X-Firmware-Signature is %q, the offer's signature %q", h.Get("X-Firmware-Signature"), f.signature)
	expect(h.Get("Accept-Ranges") == "bytes", "Accept-Ranges is %q", h.Get("Accept-Ranges"))
	if what := checkImage(a.body, d.sim.Chip); what != "" {
		wrong = append(wrong, what)
	}
	return wrong
}

// checkImage says why a bootloader would refuse an image for chip; bytes that are no ESP image are not judged.
func checkImage(b []byte, chip string) string {
	if len(b) < imageHeader+sha256.Size || b[0] != imageMagic {
		return ""
	}
	if id, known := chips[chip]; known && binary.LittleEndian.Uint16(b[chipOffset:]) != id {
		return fmt.Sprintf("the image is for chip id %d, the device is an %s", binary.LittleEndian.Uint16(b[chipOffset:]), chip)
	}
	end := len(b) - sha256.Size
	if b[hashAppended] == 1 && hexSHA256(b[:end]) != hex.EncodeToString(b[end:]) {
		return "the image's appended digest is not the SHA-256 of what precedes it"
	}
	return ""
}

// imageDigest is what a board running the image reports: the appended digest, or that of all bytes if none is appended.
func imageDigest(b []byte) string {
	if len(b) >= imageHeader+sha256.Size && b[0] == imageMagic && b[hashAppended] == 1 {
		return hex.EncodeToString(b[len(b)-sha256.Size:])
	}
	return hexSHA256(b)
}

// imageVersion is the version that an image says of itself in its PCMSFW note, "" without one.
func imageVersion(b []byte) string {
	_, note, found := bytes.Cut(b, []byte(noteMark))
	if !found {
		return ""
	}
	note, _, found = bytes.Cut(note[:min(len(note), 512)], []byte("}"))
	var says struct {
		Version string `json:"version"`
	}
	if !found || json.Unmarshal([]byte("{"+string(note)+"}"), &says) != nil {
		return ""
	}
	return says.Version
}

func hexSHA256(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func hexMD5(b []byte) string {
	sum := md5.Sum(b) //nolint:gosec // see the import
	return hex.EncodeToString(sum[:])
}
