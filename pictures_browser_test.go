package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestPicturesInTheBrowser uploads many at once into an album, edits one while its preview follows, orders the album
// and deletes what is ticked. Its pages are inspected as those of TestPages.
func TestPicturesInTheBrowser(t *testing.T) {
	p := start(t, t.TempDir(), "", "PERSONALCMS_ADMIN_PASSWORD="+password, "PERSONALCMS_ENROLMENT=open")
	b := newBrowser(t)
	p.call(http.MethodPost, "/api/devices/register", map[string]any{
		"device_id": "hall-1", "device_type": "my_board", "auth": "token", "nickname": "Hall", "panel": map[string]any{"width": 400, "height": 300, "colors": 3},
	})
	b.do(t, chromedp.Navigate(p.url+"/login"), chromedp.SetValue("#username", "admin"), chromedp.SendKeys("#password", password), chromedp.Submit("#password"))
	b.see(t, "Hall")

	b.do(t, chromedp.Navigate(p.url+"/upload"), chromedp.SendKeys("#album-name", "Summer"), chromedp.Submit("#album-name"))
	b.see(t, "Rename, order or delete Summer")
	uploadMany(t, b)
	picture := editInBrowser(t, b, p)
	inspectPictures(t, b, p, picture)

	b.do(t, chromedp.Navigate(p.url+"/albums/summer"), chromedp.Click(`.order li:last-child button[name="up"]`))
	b.wait(t, `document.querySelector('.saved') && document.querySelector('.order li:first-child .order-title').textContent === 'dusk'`)
	dragFirstDown(t, b)
	b.wait(t, `document.querySelector('.saved') && document.querySelector('.order li:first-child .order-title').textContent === 'meadow' && document.querySelector('.order .place').textContent === '1'`)
	b.do(t, chromedp.Navigate(p.url+"/upload?album=summer"), chromedp.Click(`.photo input[aria-label="Tick dusk"]`))
	b.see(t, "With 1 picture:")
	b.do(t, chromedp.Click(`button[value="delete"]`))
	b.see(t, "Delete 1 picture?")
	b.do(t, chromedp.Click(`button.danger`))
	b.see(t, "Deleted: 1 picture.")
	b.noComplaints(t)
}

// dragFirstDown drags the first picture of an album below the second, in the events that a browser sends.
func dragFirstDown(t *testing.T, b *browser) {
	t.Helper()
	b.wait(t, `document.querySelector('.order > li').draggable`)
	b.do(t, chromedp.Evaluate[chromedp.Void](`(() => {
		document.querySelector('.saved').remove()
		const [first, second] = document.querySelectorAll('.order > li')
		const below = second.getBoundingClientRect().bottom - 2
		const send = (target, kind) => target.dispatchEvent(new DragEvent(kind, {bubbles: true, cancelable: true, clientY: below, dataTransfer: new DataTransfer()}))
		send(first, 'dragstart')
		send(second, 'dragover')
		send(first, 'dragend')
	})()`))
}

// uploadMany sends three good files, one of which only the browser can read, and one that is none.
func uploadMany(t *testing.T, b *browser) {
	t.Helper()
	folder := t.TempDir()
	avif, err := os.ReadFile(filepath.Join("testdata", "dusk.avif"))
	if err != nil {
		t.Fatal(err)
	}
	var files []string
	for _, sent := range []struct {
		name string
		data []byte
	}{{"meadow.jpg", meadow(t)}, {"dusk.avif", avif}, {"letter.jpg", []byte("Dear Anna")}, {"night.heic", []byte("no picture")}} {
		file := filepath.Join(folder, sent.name)
		if err := os.WriteFile(file, sent.data, 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	b.mark(t)
	b.do(t, chromedp.SetUploadFiles("#files", files), chromedp.Click(`.upload button`))
	b.wait(t, `document.querySelectorAll('#upload-result [data-done]').length === 4`)
	for _, words := range []string{"meadow.jpg stored", "dusk.avif stored", "letter.jpg This is not a picture", "night.heic This browser cannot read"} {
		name, word, _ := strings.Cut(words, " ")
		b.wait(t, `[...document.querySelectorAll('#upload-result li')].some((line) => line.textContent.startsWith('`+name+`') && line.textContent.includes('`+word+`'))`)
	}
	b.wait(t, `document.querySelectorAll('.photo').length === 2`)
	b.unmoved(t)
	b.forgive("422") // of the file that is no picture
}

// editInBrowser changes the light, the point that stays in view, the dots and where a picture is shown.
func editInBrowser(t *testing.T, b *browser, p *process) string {
	t.Helper()
	path := b.eval(t, `[...document.querySelectorAll('.photo h2 a')].find((link) => link.textContent === 'meadow').getAttribute('href')`)
	b.do(t, chromedp.Navigate(p.url+path))
	b.mark(t)
	b.wait(t, `document.querySelector('[data-shown]').naturalWidth === 800 && !document.querySelector('[data-point]').hidden`)
	b.do(t, chromedp.Evaluate[chromedp.Void](`(() => { const slider = document.getElementById('brightness'); slider.value = 40; slider.dispatchEvent(new Event('input', {bubbles: true})) })()`))
	b.wait(t, `document.querySelector('[data-shown]').src.includes('brightness=40')`)
	b.do(t, chromedp.Click(`.focus`), chromedp.SendKeys(`.focus`, kb.ArrowRight))
	b.do(t, chromedp.Click(`input[name="rotate"][value="90"]`), chromedp.Click(`input[name="dither"][value="atkinson"]`))
	b.do(t, chromedp.Evaluate[chromedp.Void](`(() => { const on = document.getElementById('on'); on.value = 'device:hall-1'; on.dispatchEvent(new Event('input', {bubbles: true})) })()`))
	b.wait(t, `document.querySelector('[data-shown]').naturalWidth === 400`)
	b.wait(t, `/rotate=90.*dither=atkinson|dither=atkinson.*rotate=90/.test(document.querySelector('[data-shown]').src)`)
	b.unmoved(t)
	b.do(t, chromedp.Click(`input[name="devices"][value="hall-1"]`), chromedp.Click(`.save .primary`))
	b.see(t, "Saved.")
	_, stored := p.call(http.MethodGet, "/api/v1"+path, nil, "Authorization", keyOf(t, p, "admin"))
	edit, _ := stored["edit"].(map[string]any)
	if edit["brightness"] != 40.0 || edit["rotate"] != 90.0 || edit["dither"] != "atkinson" || edit["focus_x"] != 0.52 {
		t.Errorf("stored: %v", stored)
	}
	return path
}

// inspectPictures looks at the three pages on a phone and on a desk, light and dark.
func inspectPictures(t *testing.T, b *browser, p *process, picture string) {
	t.Helper()
	axe, err := os.ReadFile(filepath.Join("assets", "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatal("axe-core is not there: run “go tool -modfile=.tools/go.mod task assets” first")
	}
	for name, path := range map[string]string{"upload": "/upload?album=summer", "picture": picture, "album": "/albums/summer"} {
		for _, width := range []int64{390, 1280} {
			for _, scheme := range []string{"light", "dark"} {
				b.open(t, p.url+path, width, scheme)
				b.inspect(t, string(axe))
				b.shoot(t, name, width, scheme)
			}
		}
	}
}
