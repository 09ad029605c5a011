package main

import (
	"testing"

	"personalcms/ota/otatest"

	"github.com/chromedp/chromedp"
)

// TestARolloutIsLive makes a rollout in a browser: the counts follow what is typed, the button begins it, and the page
// then follows what the devices report, without being loaded again.
func TestARolloutIsLive(t *testing.T) {
	p := start(t, t.TempDir(), "", "PERSONALCMS_ADMIN_PASSWORD="+password, "PERSONALCMS_ENROLMENT=open")
	boards := boards{p: p, key: keyOf(t, p, "admin"), of: map[string]board{}}
	for _, id := range []string{"s1", "s2", "s3", "s4"} {
		boards.of[id] = p.newBoard(t, id, "sensor", id, "esp32")
	}
	image := otatest.Build(otatest.Options{Chip: "esp32", Size: 64 << 10, Marker: `PCMSFW{"type":"sensor","version":"2.0","board":"esp32dev"}`})
	p.upload(t, boards.key, "/api/ota/upload", "firmware", "sensor.ino.bin", image, map[string]string{"version": "2.0"})
	b := newBrowser(t)
	b.do(t, chromedp.Navigate(p.url+"/login"), chromedp.SetValue("#username", "admin"), chromedp.SendKeys("#password", password), chromedp.Submit("#password"))
	b.see(t, "online")
	b.do(t, chromedp.Navigate(p.url+"/ota-management/rollouts/new"))
	b.see(t, "Stage 1: 1 of 4 devices")
	b.eval(t, `(() => { const field = document.getElementById('stage-0-percent'); field.value = '40'; field.dispatchEvent(new Event('input', {bubbles: true})); return '' })()`)
	b.see(t, "Stage 1: 2 of 4 devices")
	b.do(t, chromedp.Click(`button[value="begin"]`))
	b.see(t, "Stage 1 of 3 runs since")
	b.mark(t)
	_, answer := p.call("GET", "/api/v1/rollouts", nil, "Authorization", boards.key)
	boards.rollout = answer["rollouts"].([]any)[0].(map[string]any)["rollout"].(string)
	boards.play(t, 0, "confirmed", "failed")
	b.see(t, "It halted by itself. 1 of 2 devices of stage 1 failed")
	b.see(t, "No memory for the download.")
	b.unmoved(t)
	b.do(t, chromedp.Click(`form[action$="/resume"] button`))
	b.see(t, "Stage 1 of 3")
	b.noComplaints(t)
}
