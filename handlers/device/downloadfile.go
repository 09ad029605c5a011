package device

import (
	"net/http"
	"net/url"
	"strings"

	"personalcms/handlers/problem"
	"personalcms/store"
)

var unknownDelta = problem.New(http.StatusNotFound, "unknown_delta",
	"There is no patch from that image to this one. Fetch the whole image.")

// deltaParam names the image a patch is from, by the digest that a device running it reports.
const deltaParam = "delta"

// file is what a download sends: an image, or with deltaParam the patch that makes it.
type file struct {
	firmware store.Firmware
	patch    bool
	sum      string // SHA-256 of what is sent
	size     int64  // of what is sent, bytes
}

// fileOf finds what a request wants of an image.
func (h *Handler) fileOf(key string, query url.Values) (file, error) {
	firmware, err := h.db.Firmware(key)
	if err != nil {
		return file{}, problem.UnknownFirmware
	}
	if !query.Has(deltaParam) {
		return file{firmware: firmware, sum: firmware.Image.SHA256, size: firmware.Image.Size}, nil
	}
	delta, err := h.db.Delta(lower(query.Get(deltaParam)), firmware.Image.SHA256)
	if err != nil || delta.Size == 0 {
		return file{}, unknownDelta
	}
	return file{firmware: firmware, patch: true, sum: delta.SHA256, size: delta.Size}, nil
}

// signedParts are what the signature of a download's address is of. An address of a patch is none of an image.
func signedParts(query url.Values, key, device, attempt, expires string) []string {
	if query.Has(deltaParam) {
		return []string{"delta", query.Get(deltaParam), key, device, attempt, expires}
	}
	return []string{"firmware", key, device, attempt, expires}
}

func (f file) etag() string { return `"` + f.sum + `"` }

// with tells whether who asks has it already: runs the image (HTTPUpdate) or keeps the file (caches).
func (f file) with(request http.Header) bool {
	if strings.EqualFold(request.Get("X-ESP32-Sketch-MD5"), f.firmware.Image.MD5) {
		return true
	}
	for tag := range strings.SplitSeq(strings.Join(request.Values("If-None-Match"), ","), ",") {
		if tag = strings.TrimSpace(tag); tag == "*" || strings.TrimPrefix(tag, "W/") == f.etag() {
			return true
		}
	}
	return false
}

// describe says in the answer's headers what it is. x-MD5 is left out with a patch: HTTPUpdate would compare it with
// the patch's bytes.
func (f file) describe(header http.Header) {
	header.Set("Content-Type", "application/octet-stream")
	header.Set("ETag", f.etag())
	if !f.patch {
		header.Set("x-MD5", f.firmware.Image.MD5)
	}
	header.Set("X-Firmware-SHA256", f.firmware.Image.SHA256)
	if f.firmware.Signature != "" {
		header.Set("X-Firmware-Signature", f.firmware.Signature)
	}
	header.Set("Cache-Control", "private")
}
