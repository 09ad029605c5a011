package simulate

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"strings"
)

// patchFormat is the only format of patches that PROTOCOL.md knows.
const patchFormat = "bsdiff43-deflate4k"

// patch is an offered shorter way to an image, without a url if there is none.
type patch struct {
	url, from string
	size      int
}

func newPatch(offered any) patch {
	o, _ := offered.(object)
	size, _ := integer(o["size"])
	return patch{url: text(o["url"]), from: text(o["from_sha256"]), size: size}
}

// keep makes an image that is installed available as the old side of patches: what its digest covers, since nothing
// else of the file is certain to be in a board's partition.
func (d *device) keep(image []byte) {
	if !d.sim.Deltas {
		return
	}
	if len(image) >= imageHeader+sha256.Size && image[0] == imageMagic && image[hashAppended] == 1 {
		image = image[:len(image)-sha256.Size]
	}
	d.sim.images.LoadOrStore(d.Image, image)
}

// kept is the old side for patches, nil when the device does not accept any.
func (d *device) kept() []byte {
	image, ok := d.sim.images.Load(d.Image)
	if !ok || d.legacy {
		return nil
	}
	return image.([]byte)
}

// checkPatch records in what an offered patch contradicts the device or PROTOCOL.md §7.
func (d *device) checkPatch(f offer) {
	p := f.patch
	switch {
	case p.url == "":
	case d.kept() == nil:
		d.violate(endCheck, "offers a patch to a device that accepts none")
	case p.from != d.Image:
		d.violate(endCheck, fmt.Sprintf("offers a patch from %s to a device that runs %s", p.from, d.Image))
	case p.size <= 0 || 2*p.size >= f.size:
		d.violate(endCheck, fmt.Sprintf("offers a patch of %d bytes for an image of %d", p.size, f.size))
	}
}

// patched makes the image of an offer from its patch; nil if there is none, or if it came to nothing.
func (d *device) patched(ctx context.Context, f offer) []byte {
	old := d.kept()
	if f.patch.url == "" || old == nil {
		return nil
	}
	a, ok := d.download(ctx, f.sha256+" from "+f.patch.from, f.patch.url, f.patch.size)
	if !ok {
		return d.fallBack(ctx)
	}
	d.violateEach(endDownload, verifyPatch(f, a))
	sent := a.body
	damaged := d.sim.CorruptDeltas > 0 && d.sim.patches.Add(1)%int64(d.sim.CorruptDeltas) == 0
	if damaged && len(sent) > 0 {
		sent = bytes.Clone(sent)
		sent[len(sent)/2] ^= 0x10
	}
	image, err := applyPatch(old, sent)
	if err != nil || hexSHA256(image) != f.sha256 {
		if !damaged {
			d.violate(endDownload, fmt.Sprintf("the patch from %s does not give %s: %v", d.Image, f.key, err))
		}
		return d.fallBack(ctx)
	}
	d.sim.count(func(r *Report) { r.DeltaUpdates++; r.DeltaBytes += int64(len(a.body)) })
	return image
}

// fallBack counts a patch that came to nothing.
func (d *device) fallBack(ctx context.Context) []byte {
	if ctx.Err() == nil {
		d.sim.count(func(r *Report) { r.DeltaFallbacks++ })
	}
	return nil
}

// verifyPatch compares a downloaded patch with its offer; what it returns are contradictions of the server.
func verifyPatch(f offer, a answer) []string {
	var wrong []string
	expect := func(ok bool, format string, args ...any) {
		if !ok {
			wrong = append(wrong, fmt.Sprintf("patch: "+format, args...))
		}
	}
	h := a.header
	expect(a.length == int64(f.patch.size), "Content-Length is %d, offered were %d", a.length, f.patch.size)
	expect(len(a.body) == f.patch.size, "%d bytes arrived, offered were %d", len(a.body), f.patch.size)
	expect(!a.chunked && h.Get("Content-Encoding") == "", "the body is chunked or compressed")
	expect(h.Get("Content-Type") == "application/octet-stream", "Content-Type is %q", h.Get("Content-Type"))
	expect(h.Get("x-MD5") == "", "x-MD5 is %q", h.Get("x-MD5"))
	expect(strings.EqualFold(h.Get("X-Firmware-SHA256"), f.sha256), "X-Firmware-SHA256 is %q, the image has %s", h.Get("X-Firmware-SHA256"), f.sha256)
	expect(strings.Contains(strings.ToLower(h.Get("ETag")), hexSHA256(a.body)), "ETag is %q, not the SHA-256 of the bytes", h.Get("ETag"))
	expect(h.Get("X-Firmware-Signature") == f.signature, "X-Firmware-Signature is %q, the offer's signature %q", h.Get("X-Firmware-Signature"), f.signature)
	expect(h.Get("Accept-Ranges") == "bytes", "Accept-Ranges is %q", h.Get("Accept-Ranges"))
	return wrong
}
