package simulate

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxTries is how often a device tries a firmware that failed on it.
const maxTries = 3

const (
	offerKeys = "version=string description=string firmware_url=url file_size=integer release_date=string" +
		" update_type=same_type|cross_firmware|forced|rollback target_firmware=string"
	newOfferKeys = " firmware_key=string sha256=string md5=string attempt=id signature?=string key_id?=string" +
		" delta?.url=string delta?.size=integer delta?.format=bsdiff43-deflate4k delta?.from_sha256=string"
	noOfferKeys    = "message=string current_version=string"
	newNoOfferKeys = " reason=string check_interval_seconds=number"
)

// update is what a device remembers of firmware.
type update struct {
	fileSHA string         // of the whole file that is running, if it was installed in this run
	attempt any            // to confirm after the reboot
	former  *former        // where an image goes back to that is not well; nil = the image is well
	told    bool           // the server was told that the device went back
	tries   map[string]int // by firmware key: failed here, or downloaded completely by a legacy device
	part    part           // of a download that broke off
}

// offer is firmware that the server wants installed.
type offer struct {
	key, version, url, deviceType, kind, sha256, md5, signature string

	size    int
	attempt any
	patch   patch
	at      time.Time // when the answer with it arrived
}

func newOffer(o object) offer {
	size, _ := integer(o["file_size"])
	f := offer{
		key: text(o["firmware_key"]), version: text(o["version"]), url: text(o["firmware_url"]), deviceType: text(o["target_firmware"]),
		kind: text(o["update_type"]), sha256: strings.ToLower(text(o["sha256"])), md5: strings.ToLower(text(o["md5"])),
		signature: text(o["signature"]), size: size, attempt: o["attempt"], patch: newPatch(o["delta"]),
	}
	if f.key == "" {
		f.key = f.deviceType + "_" + f.version
	}
	return f
}

// checkUpdate asks for firmware and installs what is offered.
func (d *device) checkUpdate(ctx context.Context) time.Duration {
	c := d.get(endCheck, "/api/ota/check/"+d.id)
	c.header = map[string]string{"X-Device-Version": d.Version, "X-Device-Type": d.DeviceType}
	with, without := offerKeys, noOfferKeys
	if !d.legacy {
		c.header["X-Image-SHA256"] = d.Image
		c.header["X-OTA-Slot-Size"] = strconv.Itoa(d.sim.SlotSize)
		c.header["X-OTA-State"] = d.otaState
		if d.kept() != nil {
			c.header["X-Accept-Delta"] = patchFormat
		}
		with, without = with+newOfferKeys, without+newNoOfferKeys
	}
	o, ok := d.askJSON(ctx, c, "update_available=bool")
	if !ok {
		return d.wait
	}
	if available, _ := o["update_available"].(bool); !available {
		d.violateEach(endCheck, checkKeys(o, without))
		if every := number(o["check_interval_seconds"]); every > 0 && !d.legacy {
			return clampInterval(seconds(every))
		}
		return checkInterval
	}
	wrong := checkKeys(o, with)
	d.violateEach(endCheck, wrong)
	if f := newOffer(o); f.url != "" && f.size > 0 {
		d.checkOffer(f)
		f.at = d.sim.Now()
		return d.install(ctx, f)
	}
	return checkInterval
}

// checkOffer records in what an offer contradicts itself or the device.
func (d *device) checkOffer(f offer) {
	if f.size > d.sim.SlotSize && !d.legacy {
		d.violate(endCheck, fmt.Sprintf("offers %d bytes for a slot of %d", f.size, d.sim.SlotSize))
	}
	if want := f.deviceType + "_" + f.version; f.key != want {
		d.violate(endCheck, fmt.Sprintf("firmware_key is %q, not %q", f.key, want))
	}
	if path, _, _ := strings.Cut(f.url, "?"); !strings.HasSuffix(path, "/api/ota/download/"+f.key) {
		d.violate(endCheck, fmt.Sprintf("firmware_url %q does not end in /api/ota/download/%s", path, f.key))
	}
	if f.sha256 != "" && f.sha256 == d.update.fileSHA && f.kind != "forced" {
		d.violate(endCheck, fmt.Sprintf("offers %s, which the device runs and named", f.key))
	}
	d.checkPatch(f)
}

// install downloads an offer, verifies it, and restarts into it. It returns when the device checks next.
func (d *device) install(ctx context.Context, f offer) time.Duration {
	if d.update.tries == nil {
		d.update.tries = map[string]int{}
	}
	if !d.legacy && d.update.tries[f.key] >= maxTries {
		return checkInterval
	}
	d.report(ctx, f.attempt, object{"state": "downloading", "bytes": 0})
	image := d.patched(ctx, f)
	if image == nil {
		a, ok := d.download(ctx, f.sha256, f.url, f.size)
		if !ok {
			return d.notDownloaded(ctx, f, a)
		}
		if wrong := d.verify(f, a); len(wrong) > 0 {
			d.violateEach(endDownload, wrong)
			d.refuse(ctx, f, len(a.body), wrong[0])
			return checkInterval
		}
		image = a.body
	}
	if !d.signed(f, image) {
		d.refuse(ctx, f, len(image), badSignature)
		return checkInterval
	}
	fault := d.fault(f)
	if fault == Refuses {
		d.refuse(ctx, f, len(image), "simulated fault")
		return checkInterval
	}
	d.write(ctx, f, image, fault)
	return checkInterval
}

// write puts an image into the slot and restarts into it.
func (d *device) write(ctx context.Context, f offer, image []byte, fault Fault) {
	if d.sim.Installed != nil {
		d.sim.Installed(Installation{d.id, d.sim.Chip, f.key, hexSHA256(image), f.at})
	}
	d.report(ctx, f.attempt, object{"state": "installed", "bytes": len(image)})
	d.sim.count(func(r *Report) { r.Updates++ })
	d.sim.printf("%s: installed %s (%d bytes)", d.id, f.key, len(image))
	if d.legacy {
		d.installedLegacy(f)
		d.reboot("software")
		return
	}
	before := d.former()
	d.switchTo(f, image)
	if d.update.former = nil; fault != Sound {
		d.update.former = before
	}
	if fault == FallsSilent {
		d.rollBack(silence)
		return
	}
	d.reboot("software")
}

// refuse reports an image that arrived and is not installed.
func (d *device) refuse(ctx context.Context, f offer, bytes int, why string) {
	d.update.part = part{}
	d.update.tries[f.key]++
	d.sim.count(func(r *Report) { r.FailedUpdates++ })
	d.report(ctx, f.attempt, object{"state": "failed", "bytes": bytes, "error": why})
	if !d.legacy {
		d.log(ctx, "error", "update: "+why)
	}
}

// notDownloaded reports a refused download and returns when the device checks next. After a lost connection it just tries
// again. A server that sends to others first is no failure either: the device comes back when it is told to; firmware
// 2.4.x, which does not read that, at its next check.
func (d *device) notDownloaded(ctx context.Context, f offer, a answer) time.Duration {
	switch a.status {
	case 0:
		return checkInterval
	case http.StatusServiceUnavailable, http.StatusTooManyRequests:
		if d.legacy {
			return checkInterval
		}
		return d.wait
	case http.StatusUnauthorized, http.StatusForbidden:
		d.violate(endDownload, fmt.Sprintf("status %d for the firmware_url of an offer just made", a.status))
	}
	d.update.part = part{}
	d.update.tries[f.key]++
	d.sim.count(func(r *Report) { r.FailedUpdates++ })
	d.report(ctx, f.attempt, object{"state": "failed", "bytes": 0, "error": fmt.Sprintf("download: status %d", a.status)})
	return checkInterval
}

// switchTo makes an image the running one, to be confirmed after the reboot.
func (d *device) switchTo(f offer, image []byte) {
	d.DeviceType, d.Version = f.deviceType, f.version
	if own := imageVersion(image); own != "" {
		d.Version = own
	}
	d.Image = imageDigest(image)
	d.keep(image)
	d.otaState = "pending_verify"
	d.update.fileSHA, d.update.attempt = hexSHA256(image), f.attempt
	delete(d.update.tries, f.key)
}

// confirm reports a new image as good, after the first heartbeat from it was answered.
func (d *device) confirm(ctx context.Context) {
	if d.otaState != "pending_verify" || !d.report(ctx, d.update.attempt, object{"state": "confirmed"}) {
		return
	}
	d.otaState = "confirmed"
	d.sim.count(func(r *Report) { r.Confirmed++ })
}

// report tells the server about an attempt; firmware 2.4.x does not.
func (d *device) report(ctx context.Context, attempt any, body object) bool {
	if d.legacy {
		return false
	}
	body["attempt"] = attempt
	c := d.post(endReport, "/api/ota/report/"+d.id, body)
	c.want, c.aside = []int{http.StatusNoContent}, true
	_, ok := d.ask(ctx, c)
	return ok
}
