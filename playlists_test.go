package main

import (
	"net/http"
	"testing"

	"github.com/chromedp/chromedp"
)

// weekdays is a playlist that turns, is limited and sleeps.
var weekdays = map[string]any{
	"name": "Weekdays", "default": true,
	"entries": []map[string]any{
		{"kind": "layout", "ref": "default", "seconds": 3600},
		{"kind": "layout", "ref": "default-photo", "seconds": 1800},
		{"kind": "layout", "ref": "default-photo", "seconds": 900, "priority": 1, "windows": []map[string]any{
			{"days": []string{"mon", "tue", "wed", "thu", "fri"}, "from": "06:30", "to": "08:00"},
		}},
	},
	"sleep": []map[string]any{{"from": "23:00", "to": "06:00", "screen": "night"}},
}

// furnishPlaylists gives a server a playlist, and a device a message and something that is shown now.
func furnishPlaylists(t *testing.T, p *process, key string) {
	t.Helper()
	for _, call := range []struct {
		path   string
		body   any
		status int
	}{
		{"/api/v1/playlists", weekdays, http.StatusCreated},
		{"/api/v1/devices/hall-1/messages", map[string]any{"text": "Dinner is at seven.", "priority": -1}, http.StatusCreated},
	} {
		if response, body := p.call(http.MethodPost, call.path, call.body, "Authorization", key); response.StatusCode != call.status {
			t.Fatalf("%s: %s %v", call.path, response.Status, body)
		}
	}
}

// TestThePlaylistJourney makes a playlist in the browser, gives it to a panel, and has the panel show something else
// from a phone.
func TestThePlaylistJourney(t *testing.T) {
	p := start(t, t.TempDir(), "", "PERSONALCMS_ADMIN_PASSWORD="+password, "PERSONALCMS_ENROLMENT=open")
	b := newBrowser(t)
	p.call(http.MethodPost, "/api/devices/register", map[string]any{"device_id": "hall-1", "device_type": "my_board", "auth": "token", "nickname": "Hall"})
	b.do(t, chromedp.Navigate(p.url+"/playlists"), chromedp.SetValue("#username", "admin"), chromedp.SendKeys("#password", password), chromedp.Submit("#password"))
	b.see(t, "There is no playlist yet")
	b.do(t, chromedp.SendKeys("#playlist-name", "Evenings"), chromedp.Submit("#playlist-name"))
	b.see(t, "Evenings is made")
	for _, row := range []string{"#ref-0", "#ref-1"} {
		b.do(t, chromedp.Click("#add-entry"), chromedp.WaitVisible(row))
	}
	b.do(t, chromedp.SetValue("#ref-1", "layout:default-photo"), chromedp.Click(`[value="up:1"]`))
	b.wait(t, `document.querySelector('#ref-0').value === 'layout:default-photo'`)
	b.do(t, chromedp.Click("#save-playlist"))
	b.see(t, "Evenings is saved")
	b.do(t, chromedp.Navigate(p.url+"/devices/hall-1"))
	b.see(t, "Default with a photo")
	b.do(t, chromedp.Navigate(p.url+"/mobile/hall-1"), chromedp.SendKeys("#text", "Come home"), chromedp.Submit("#text"))
	b.see(t, "on its way")
	b.see(t, "Shows the message “Come home”")
	b.noComplaints(t)
}
