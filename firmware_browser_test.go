package main

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"personalcms/ota/otatest"

	"github.com/chromedp/chromedp"
)

// TestFirmwareInTheBrowser chooses several files at once, answers a question about one, drops more, and sees what the
// watched folder brings.
func TestFirmwareInTheBrowser(t *testing.T) {
	folder := t.TempDir()
	p := start(t, t.TempDir(), "", "PERSONALCMS_ADMIN_PASSWORD="+password, "UPLOAD_FOLDER="+folder)
	b := newBrowser(t)
	b.do(t, chromedp.Navigate(p.url+"/login"), chromedp.SetValue("#username", "admin"), chromedp.SendKeys("#password", password), chromedp.Submit("#password"))
	b.see(t, "No device has called yet")
	b.do(t, chromedp.Navigate(p.url+"/ota-management"))
	b.wait(t, `!document.querySelector('[data-drop-hint]').hidden`)
	b.mark(t)
	chooseSeveral(t, b)
	inspectUploads(t, b)
	b.do(t, chromedp.Click(`.answer button[value="marker"]`))
	b.wait(t, `document.querySelectorAll('#upload-result .answer.stored').length === 2 && !document.querySelector('#upload-result form')`)
	dropSeveral(t, b)

	image := otatest.Build(otatest.Options{Marker: `PCMSFW{"type":"Porch","version":"1.0","board":"esp32dev"}`, Seed: 5})
	if err := os.WriteFile(filepath.Join(folder, "porch.ino.bin"), image, 0o600); err != nil {
		t.Fatal(err)
	}
	b.see(t, "Porch_")
	b.unmoved(t)
	b.forgive("422") // of what was refused and asked
	b.noComplaints(t)
	if log := p.log.String(); !strings.Contains(log, "upload folder: imported firmware Porch_") {
		t.Errorf("the log says nothing of the watched folder: %s", log)
	}
}

// chooseSeveral sends three files in one go: one is stored, one is asked about, one is refused and stays chosen.
func chooseSeveral(t *testing.T, b *browser) {
	t.Helper()
	folder := t.TempDir()
	var files []string
	for _, sent := range []struct {
		name string
		data []byte
	}{
		{"lamp.ino.bin", otatest.Build(otatest.Options{Seed: 1, Size: 900 << 10})},
		{"clock.ino.bin", otatest.Build(otatest.Options{Seed: 2, Marker: `PCMSFW{"type":"Clock","version":"2.5.0","board":"esp32dev"}`})},
		{"a-letter-with-a-rather-long-name-that-somebody-took-for-firmware.bin", []byte("Dear Anna")},
	} {
		file := filepath.Join(folder, sent.name)
		if err := os.WriteFile(file, sent.data, 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	b.do(t, chromedp.SendKeys("#device-type", "Lamp"), chromedp.SendKeys("#version", "3.0"), chromedp.SetUploadFiles("#firmware", files), chromedp.Click(`.upload button.primary`))
	b.see(t, "Leave both empty to upload several")
	b.do(t, chromedp.Evaluate[chromedp.Void](`document.getElementById('version').value = ''`), chromedp.Click(`.upload button.primary`))
	b.wait(t, `document.querySelectorAll('#upload-result .answer:not([data-waits])').length === 3`)
	for _, words := range []string{"Stored. Assign it below", "Under which type shall it be kept?", "This is text, not firmware"} {
		b.see(t, words)
	}
	b.gone(t, "Leave both empty")
	b.see(t, "Lamp_")
	if left := b.eval(t, `[...document.getElementById('firmware').files].map((file) => file.name).join()`); !strings.HasPrefix(left, "a-letter") {
		t.Errorf("still chosen: %q", left)
	}
	if typed := b.eval(t, `document.getElementById('device-type').value`); typed != "Lamp" {
		t.Errorf("the type that was typed is %q", typed)
	}
}

// dropSeveral drops two marked images onto the page; all are stored, and the form is cleared.
func dropSeveral(t *testing.T, b *browser) {
	t.Helper()
	script := `(() => {
		document.getElementById('device-type').value = ''
		const dropped = new DataTransfer()
		for (const [name, text] of [['hall.bin', '%1'], ['attic.bin', '%2']]) {
			dropped.items.add(new File([Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))], name))
		}
		const send = (kind) => document.body.dispatchEvent(new DragEvent(kind, {bubbles: true, cancelable: true, dataTransfer: dropped}))
		send('dragover')
		window.wouldTake = document.querySelector('.upload').classList.contains('drop')
		send('drop')
	})()`
	for place, name := range map[string]string{"%1": "Hall", "%2": "Attic"} {
		image := otatest.Build(otatest.Options{Marker: `PCMSFW{"type":"` + name + `","version":"1.0","board":"esp32dev"}`, Size: 20 << 10})
		script = strings.ReplaceAll(script, place, base64.StdEncoding.EncodeToString(image))
	}
	b.do(t, chromedp.Evaluate[chromedp.Void](script))
	b.see(t, "Hall_")
	b.see(t, "Attic_")
	b.wait(t, `window.wouldTake && !document.querySelector('.upload').classList.contains('drop') && document.getElementById('firmware').files.length === 0`)
}

// inspectUploads looks at the answers on a phone and on a desk, light and dark.
func inspectUploads(t *testing.T, b *browser) {
	t.Helper()
	axe, err := os.ReadFile(filepath.Join("assets", "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatal("axe-core is not there: run “go tool -modfile=.tools/go.mod task assets” first")
	}
	for _, width := range []int64{390, 1280} {
		for _, scheme := range []string{"light", "dark"} {
			b.look(t, width, scheme)
			b.inspect(t, string(axe))
			b.shoot(t, "firmware-answers", width, scheme)
		}
	}
}
