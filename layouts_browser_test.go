package main

import (
	"net/http"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestALayoutIsEdited makes a layout with keys and buttons, undoes, saves, and meets somebody else's version.
func TestALayoutIsEdited(t *testing.T) {
	p := start(t, t.TempDir(), "", "PERSONALCMS_ADMIN_PASSWORD="+password)
	b := newBrowser(t)
	b.do(t, chromedp.Navigate(p.url+"/login"), chromedp.SetValue("#username", "admin"), chromedp.SendKeys("#password", password), chromedp.Submit("#password"))
	b.wait(t, `location.pathname === '/'`)
	b.do(t, chromedp.Navigate(p.url+"/layouts"), chromedp.SetValue("#new-name", "Wall"), chromedp.Click("button[value=new]"))
	b.wait(t, `document.querySelector('.scripted')`)

	press := func(key, modifier string) {
		b.do(t, chromedp.Evaluate[chromedp.Void](`document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key: `+quote(key)+`, `+modifier+`bubbles: true, cancelable: true}))`))
	}
	at := func(words string) {
		b.wait(t, `document.querySelector('.frame')?.ariaLabel === `+quote("Clock: "+words))
	}
	b.do(t, chromedp.Evaluate[chromedp.Void](`document.querySelector('[value="add:clock"]').click()`))
	at("column 1, row 1, 8 wide, 5 high")
	press("ArrowRight", "")
	press("ArrowDown", "shiftKey: true, ")
	at("column 2, row 1, 8 wide, 6 high")
	press("z", "ctrlKey: true, ")
	at("column 2, row 1, 8 wide, 5 high")
	press("z", "ctrlKey: true, shiftKey: true, ")
	at("column 2, row 1, 8 wide, 6 high")
	b.wait(t, `document.querySelector('[data-sheet] img').src.startsWith('data:image/png')`)
	b.mark(t)
	b.do(t, chromedp.Click("[data-save]"))
	b.see(t, "Saved")
	b.unmoved(t)

	layout := wallOf(t, p, "GET", nil)
	layout["name"] = "Theirs"
	wallOf(t, p, "PUT", layout)
	b.do(t, chromedp.Focus(".frame"))
	press("Delete", "")
	b.wait(t, `!document.querySelector('.frame')`)
	press("z", "ctrlKey: true, ")
	at("column 2, row 1, 8 wide, 6 high")
	b.do(t, chromedp.SetValue("#layout-name", "Mine"), chromedp.Click("[data-save]"))
	b.see(t, "Somebody else saved this layout")
	b.do(t, chromedp.Click(".conflict button[value=save]"))
	b.gone(t, "Somebody else saved this layout")
	if name := wallOf(t, p, "GET", nil)["name"]; name != "Mine" {
		t.Errorf("it is called %q", name)
	}
	b.forgive("409")
	b.noComplaints(t)
}

// wallOf reads or saves the layout as a script does.
func wallOf(t *testing.T, p *process, method string, body any) map[string]any {
	t.Helper()
	answer, layout := p.call(method, "/api/v1/layouts/wall", body, "Authorization", keyOf(t, p, "admin"))
	if answer.StatusCode != http.StatusOK {
		t.Fatalf("%d: %v", answer.StatusCode, layout)
	}
	return layout
}
