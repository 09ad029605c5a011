package main

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// patience is how long something on a page may take to happen by itself.
const patience = 45 * time.Second

// browser is a headless chromium with one page.
type browser struct {
	ctx      context.Context
	mu       sync.Mutex
	problems []string // console errors and requests that left the host
}

// newBrowser starts chromium. Where there is none the test is skipped and says so, but never in CI.
func newBrowser(t *testing.T) *browser {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		if os.Getenv("CI") != "" {
			t.Fatal("there is no chromium, and in CI the browser tests must run")
		}
		t.Skip("there is no chromium: this browser test did not run")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox)
	allocator, endAllocator := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(endAllocator)
	ctx, end := chromedp.NewContext(allocator)
	t.Cleanup(end)
	b := &browser{ctx: ctx}
	b.do(t, chromedp.Navigate("about:blank"))
	go b.listen()
	go b.watchRequests()
	return b
}

// listen notes what the pages complain about.
func (b *browser) listen() {
	for message, err := range chromedp.Console(b.ctx) {
		if err != nil {
			return
		}
		if kind := string(message.Type); kind == "error" || kind == "warning" || kind == "exception" {
			b.complain("console: " + message.Text)
		}
	}
}

// watchRequests notes requests that leave the host.
func (b *browser) watchRequests() {
	for event, err := range chromedp.Events(b.ctx, network.RequestWillBeSent) {
		if err != nil {
			return
		}
		at := event.Request.URL
		if !strings.HasPrefix(at, "http://127.0.0.1:") && !strings.HasPrefix(at, "data:") && !strings.HasPrefix(at, "about:") {
			b.complain("request to " + at)
		}
	}
}

func (b *browser) complain(what string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.problems = append(b.problems, what)
}

// noComplaints fails the test for every error on the console and every request that left the host.
func (b *browser) noComplaints(t *testing.T) {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, problem := range b.problems {
		t.Error(problem)
	}
	b.problems = nil
}

func (b *browser) do(t *testing.T, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		t.Fatal(err)
	}
}

// eval is the text an expression gives.
func (b *browser) eval(t *testing.T, expression string) string {
	t.Helper()
	text, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](expression))
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	return text
}

// wait waits until an expression is true on the page.
func (b *browser) wait(t *testing.T, expression string) {
	t.Helper()
	for end := time.Now().Add(patience); ; {
		ok, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool]("Boolean("+expression+")"))
		if err == nil && ok {
			return
		}
		if time.Now().After(end) {
			text, _ := chromedp.Run(b.ctx, chromedp.Evaluate[string](`document.body.innerText`))
			t.Fatalf("never became true: %s (%v)\nthe page says:\n%s", expression, err, text)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// see waits until the page shows a text.
func (b *browser) see(t *testing.T, text string) {
	t.Helper()
	b.wait(t, `document.body?.innerText.includes(`+quote(text)+`)`)
}

// gone waits until the page does not show a text any more.
func (b *browser) gone(t *testing.T, text string) {
	t.Helper()
	b.wait(t, `!document.body.innerText.includes(`+quote(text)+`)`)
}

func quote(text string) string { return "'" + strings.ReplaceAll(text, "'", `\'`) + "'" }

// mark marks the page; unmoved fails when it was loaded anew since.
func (b *browser) mark(t *testing.T) {
	t.Helper()
	b.do(t, chromedp.Evaluate[chromedp.Void](`window.marked = true`))
}

func (b *browser) unmoved(t *testing.T) {
	t.Helper()
	if b.eval(t, `String(window.marked)`) != "true" {
		t.Error("the page was loaded anew")
	}
}
