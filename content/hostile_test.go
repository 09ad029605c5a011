package content

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

// A feed of two megabytes made the parser call itself 400,000 times, which took 600 MB.
func TestAFeedThatWouldTakeAllMemoryIsRefused(t *testing.T) {
	head := `<rss version="2.0" xmlns:a="urn:a"><channel><item><title>One</title>`
	for name, body := range map[string]string{
		"elements in elements": head + strings.Repeat("<a:b>", 200),
		"behind an encoding":   head + `<?xml version="1.0" encoding="latin1"?>` + strings.Repeat("<a:b>", 200),
		"too many elements":    head + strings.Repeat("<a:b/>", mostInOneGo+1) + "</item></channel></rss>",
		"too many in JSON":     `{"version":"https://jsonfeed.org/version/1.1","title":"J","items":[{}` + strings.Repeat(",{}", mostInOneGo) + "]}",
		"too many entries":     head + "</item>" + strings.Repeat("<item/>", mostInOneGo+1) + "</channel></rss>",
	} {
		if _, err := readFeed([]byte(body), "", Source{Kind: KindFeed}, time.Now()); !errors.Is(err, ErrFormat) || !strings.Contains(Sentence(err), "elements") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestElementsThatAreNeverClosedAreNotDeep(t *testing.T) {
	body := rssHead + strings.Repeat(`<item><title>One</title><description>first<br>second</description></item>`, 300) + "</channel></rss>"
	feed, err := readFeed([]byte(body), "", Source{Kind: KindFeed, MaxItems: 500}, time.Now())
	if err != nil || len(feed.Items) == 0 {
		t.Errorf("%d items, %v", len(feed.Items), err)
	}
}

// Each of these events has each of the exceptions: reading a megabyte of them took eight seconds.
func TestExceptionsOfACalendarAreBounded(t *testing.T) {
	now := time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC)
	const pairs = 3000
	var text strings.Builder
	text.WriteString("BEGIN:VCALENDAR\n")
	for i := range pairs {
		at := now.Add(time.Duration(i) * time.Second).Format("20060102T150405Z")
		fmt.Fprintf(&text, "BEGIN:VEVENT\nUID:a\nDTSTART:%s\nEND:VEVENT\nBEGIN:VEVENT\nUID:a\nDTSTART:%s\nRECURRENCE-ID:%s\nEND:VEVENT\n", at, at, at)
	}
	calendars := parseCalendar(text.String())
	effort := 10 * pairs
	calendarEvents(calendars[0], time.UTC, now, &effort)
	if effort < 0 || effort >= pairs {
		t.Errorf("%d of the effort are left: what the exceptions cost is not counted", effort)
	}
}
