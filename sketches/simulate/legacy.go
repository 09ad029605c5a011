package simulate

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strings"
	"time"
)

// legacyVersion is compiled into firmware 2.4.x: it reports it whatever it installed.
const legacyVersion = "2.4.1"

const (
	maxLegacyImages  = 2 // pictures of a playlist that it downloads
	refetchEvery     = 8 // polls after which it downloads an unchanged URL again, to hold the server to it
	maxLegacyInstall = 2 // complete downloads of one firmware
)

const (
	contentKeys = "device_id=string timestamp=string dashboard_url=path fallback_url=path status=success etag=string" +
		" refresh_seconds=number images[].filename=string images[].bmp_url=path images[].upload_date=string content=object" +
		" content.jokes?.*[]=string content.riddles?.*[].question=string content.riddles?.*[].answer=string" +
		" content.news?.*[].title=string content.news?.*[].summary=string content.news?.*[].published=string content.news?.*[].url=string"
	sequenceKeys = "success=bool message=string device_id=string dashboard_url=path fallback_url=path content_categories[]=string" +
		" assigned_images[].id=id assigned_images[].filename=string assigned_images[].url=path assigned_images[].bmp_url=path" +
		" assigned_images[].file_size=integer assigned_images[].duration_seconds=number assigned_images[].etag=string"
)

// v1State is what firmware 2.4.x remembers of downloads.
type v1State struct {
	fallback bool
	watched  map[string]*watched // by what it is: the dashboard or a file name
}

// watched is a URL whose string has to change exactly when its bytes do.
type watched struct {
	url   string
	sum   [sha256.Size]byte
	polls int
	same  int  // new URLs in a row that brought the old bytes
	stale bool // the old URL brought new bytes; the next poll has to name a new URL
}

// fetchContent polls the v1 content and downloads what got a new URL.
func (d *device) fetchContent(ctx context.Context) time.Duration {
	o, ok := d.askJSON(ctx, d.get(endContent, d.path("content")), contentKeys)
	if !ok {
		return d.wait
	}
	dashboard := text(o["dashboard_url"])
	if !strings.HasPrefix(dashboard, "/dashboards/"+d.id+"_current.bmp") {
		d.violate(endContent, fmt.Sprintf("dashboard_url is %q", dashboard))
	}
	d.watch(ctx, endDashboard, dashboard)
	images, _ := o["images"].([]any)
	for _, item := range images[:min(len(images), maxLegacyImages)] {
		if image, ok := item.(object); ok {
			d.watch(ctx, text(image["filename"]), text(image["bmp_url"]))
		}
	}
	if !d.v1.fallback {
		_, d.v1.fallback = d.picture(ctx, text(o["fallback_url"]))
	}
	return contentInterval
}

// fetchSequence polls the v1 list of pictures.
func (d *device) fetchSequence(ctx context.Context) time.Duration {
	if _, ok := d.askJSON(ctx, d.get(endSequence, d.path("images-sequence")), sequenceKeys); !ok {
		return d.wait
	}
	return sequenceInterval
}

// watch downloads a URL when its string changed, and now and then when it did not. Bytes may change between the answer that
// named the URL and the download, so one odd observation is only remembered; a violation needs the next poll to agree.
func (d *device) watch(ctx context.Context, name, url string) {
	w := d.v1.watched[name]
	if w == nil {
		w = &watched{}
		if d.v1.watched == nil {
			d.v1.watched = map[string]*watched{}
		}
		d.v1.watched[name] = w
	}
	w.polls++
	changed := url != w.url
	if w.stale && !changed {
		d.violate(endContent, fmt.Sprintf("%s: the bytes changed, the URL did not", name))
	}
	refetch := w.polls%refetchEvery == 0 || w.stale
	w.stale = false
	if !changed && !refetch {
		return
	}
	a, ok := d.picture(ctx, url)
	if !ok {
		return
	}
	if name == endDashboard {
		d.savePNG(a.body)
	}
	sum := sha256.Sum256(a.body)
	switch {
	case !changed:
		w.stale = sum != w.sum
		return
	case w.url != "" && sum == w.sum:
		w.same++
		if w.same == 2 {
			d.violate(endContent, fmt.Sprintf("%s: the URL changed, the bytes did not", name))
		}
	default:
		w.same = 0
	}
	w.url, w.sum = url, sum
}

// picture downloads a v1 BMP by concatenating server and path, without any credentials.
func (d *device) picture(ctx context.Context, path string) (answer, bool) {
	if !strings.HasPrefix(path, "/") {
		return answer{}, false
	}
	c := d.get(endPicture, path)
	c.file, c.aside, c.close = true, true, true
	a, ok := d.ask(ctx, c)
	if ok {
		d.sim.count(func(r *Report) { r.Screens++ })
		d.checkPicture(endPicture, a)
	}
	return a, ok
}

// installedLegacy counts an installation; firmware 2.4.x goes on reporting its old version, so the server has to end this.
func (d *device) installedLegacy(f offer) {
	n := d.update.tries[f.key] + 1
	clear(d.update.tries) // what was installed in between may be replaced by it again
	d.update.tries[f.key] = n
	if n > maxLegacyInstall {
		d.violate(endCheck, fmt.Sprintf("%s was offered again and downloaded completely %d times: it reinstalls for ever", f.key, n))
	}
}
