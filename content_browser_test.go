package main

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/chromedp/chromedp"
)

// furnishContent gives a server one source that fails and others that cannot.
func furnishContent(t *testing.T, p *process, key string) {
	t.Helper()
	for _, source := range []map[string]any{
		{"id": "village", "name": "Village news", "kind": "feed", "category": "news", "url": "http://127.0.0.1:1/feed", "on_my_network": true},
		{"id": "chores", "name": "Chores", "kind": "text", "text": "Water the plants.\n\nTake the bins out."},
		{"id": "washer", "name": "Washing machine", "kind": "push"},
	} {
		if response, body := p.call(http.MethodPost, "/api/v1/sources", source, "Authorization", key); response.StatusCode != http.StatusCreated {
			t.Fatalf("source: %s %v", response.Status, body)
		}
	}
	for _, id := range []string{"village", "chores"} {
		p.call(http.MethodPost, "/api/v1/sources/"+id+"/fetch", nil, "Authorization", key)
	}
}

// TestTheContentJourney adds a source in the browser: it is tested before it is saved, fetched, and its items are there.
func TestTheContentJourney(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"list":[{"joke":"Why did the <b>browser</b> cross the road?"}]}`))
	}))
	t.Cleanup(server.Close)
	p := start(t, t.TempDir(), "", "PERSONALCMS_ADMIN_PASSWORD="+password)
	b := newBrowser(t)
	b.do(t, chromedp.Navigate(p.url+"/content-admin"), chromedp.SetValue("#username", "admin"), chromedp.SendKeys("#password", password), chromedp.Submit("#password"))
	b.see(t, "No sources yet")
	b.do(t, chromedp.Navigate(p.url+"/content-admin/sources/new?kind=json"))
	for field, value := range map[string]string{"#name": "My jokes", "#category": "jokes", "#url": server.URL, "#path_items": "$.list[*]", "#path_text": "$.joke"} {
		b.do(t, chromedp.SetValue(field, value))
	}
	b.mark(t)
	b.do(t, chromedp.Click("button[value=test]"))
	b.see(t, "own network")
	b.do(t, chromedp.Click("[name=on_my_network]"), chromedp.Click("button[value=test]"))
	b.see(t, "Found: 1 item")
	b.see(t, `"joke":"Why did the <b>browser</b>`)
	b.unmoved(t)
	b.do(t, chromedp.Click("button[value=save]"))
	b.see(t, "My jokes is saved")
	b.see(t, "1 good, 0 failed") // fetched in the background, and the page says so by itself
	b.do(t, chromedp.Navigate(p.url+"/content-admin/items/jokes/my-jokes"))
	b.see(t, "Why did the browser cross the road?")
	b.do(t, chromedp.Navigate(p.url+"/content-admin/items/jokes/dad_jokes"), chromedp.Click("#add summary"), chromedp.SendKeys("#text-new", "One of my own."), chromedp.Click("button[value=add]"))
	b.see(t, "your own")
	b.noComplaints(t)
}
