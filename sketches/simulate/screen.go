package simulate

import (
	"context"
	"crypto/sha256"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// maxETags bounds how many screens a device remembers to compare.
const maxETags = 64

// screen is what a device knows of its panel.
type screen struct {
	etag   string
	seen   map[string][sha256.Size]byte // bytes by ETag
	headed bool
}

// fetchScreen asks for the current screen and shows it if it is new.
func (d *device) fetchScreen(ctx context.Context) time.Duration {
	c := d.get(endDashboard, d.path("dashboard"))
	c.want = []int{http.StatusOK, http.StatusNotModified}
	sent := d.screen.etag
	if sent != "" {
		c.header = map[string]string{"If-None-Match": sent}
	}
	a, ok := d.ask(ctx, c)
	if !ok {
		return d.wait
	}
	if a.status == http.StatusNotModified {
		d.sim.count(func(r *Report) { r.NotModified++ })
		d.checkNotModified(a, sent)
	} else {
		d.sim.count(func(r *Report) { r.Screens++ })
		d.show(a)
		d.headOnce(ctx)
	}
	refresh, err := strconv.Atoi(a.header.Get("X-Refresh-Seconds"))
	if err != nil || refresh <= 0 {
		d.violate(endDashboard, fmt.Sprintf("X-Refresh-Seconds is %q", a.header.Get("X-Refresh-Seconds")))
		return screenInterval
	}
	return clampInterval(time.Duration(refresh) * time.Second)
}

func (d *device) checkNotModified(a answer, sent string) {
	switch {
	case sent == "":
		d.violate(endDashboard, "304 to a request without If-None-Match")
	case a.header.Get("ETag") == "":
		d.violate(endDashboard, "304 without ETag")
	case a.header.Get("ETag") != sent:
		d.violate(endDashboard, fmt.Sprintf("304 names ETag %s, the device has %s", a.header.Get("ETag"), sent))
	}
	if len(a.body) > 0 {
		d.violate(endDashboard, fmt.Sprintf("304 with a body of %d bytes", len(a.body)))
	}
}

// show checks a downloaded screen and keeps it as the current one.
func (d *device) show(a answer) {
	etag := a.header.Get("ETag")
	if etag == "" {
		d.violate(endDashboard, "no ETag")
	} else {
		d.compare(etag, a.body)
	}
	if d.screen.etag != "" && etag == d.screen.etag {
		d.violate(endDashboard, "200 although If-None-Match named the current ETag")
	}
	if a.header.Get("X-Screen") == "" {
		d.violate(endDashboard, "no X-Screen")
	}
	d.screen.etag = etag
	d.checkPicture(endDashboard, a)
	d.savePNG(a.body)
}

// savePNG writes a good screen to Config.ScreensDir.
func (d *device) savePNG(screen []byte) {
	if d.sim.ScreensDir == "" || CheckBMP(screen, panelWidth, panelHeight) != nil {
		return
	}
	if err := writePNG(d.sim.ScreensDir, d.id, screen, panelWidth, panelHeight); err != nil {
		d.sim.printf("%v", err)
	}
}

// checkPicture checks length and format of a downloaded 1-bit BMP.
func (d *device) checkPicture(endpoint string, a answer) {
	if a.length != int64(len(a.body)) {
		d.violate(endpoint, fmt.Sprintf("Content-Length is %d for %d bytes", a.length, len(a.body)))
	}
	if err := CheckBMP(a.body, panelWidth, panelHeight); err != nil {
		d.violate(endpoint, err.Error())
	}
}

// compare holds an ETag to the bytes that it stood for before.
func (d *device) compare(etag string, body []byte) {
	sum := sha256.Sum256(body)
	if before, ok := d.screen.seen[etag]; ok && before != sum {
		d.violate(endDashboard, fmt.Sprintf("ETag %s stands for different bytes than before", etag))
	}
	if d.screen.seen == nil || len(d.screen.seen) >= maxETags {
		d.screen.seen = map[string][sha256.Size]byte{}
	}
	d.screen.seen[etag] = sum
}

// headOnce checks, once per device, that HEAD answers as GET without the body.
func (d *device) headOnce(ctx context.Context) {
	if d.screen.headed {
		return
	}
	d.screen.headed = true
	c := d.get(endDashboard, d.path("dashboard"))
	c.method = http.MethodHead
	a, ok := d.ask(ctx, c)
	if !ok {
		return
	}
	if a.header.Get("ETag") == "" {
		d.violate(endDashboard, "HEAD: no ETag")
	}
	if a.length != bmpHeader+int64(bmpStride(panelWidth))*panelHeight {
		d.violate(endDashboard, fmt.Sprintf("HEAD: Content-Length is %d", a.length))
	}
}
