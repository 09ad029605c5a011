package content

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func fuzzTime() time.Time { return time.Date(2026, 3, 25, 12, 0, 0, 0, time.UTC) }

// checkFeed holds what every feed must keep, whatever it was made of.
func checkFeed(t *testing.T, feed Feed, source Source) {
	t.Helper()
	if len(feed.Items) > source.maxItems() || len(feed.Events) > mostEvents {
		t.Errorf("%d items, %d events", len(feed.Items), len(feed.Events))
	}
	for _, item := range feed.Items {
		for _, text := range []string{item.Title, item.Text, item.Summary, item.Question, item.Answer, item.Author} {
			if !utf8.ValidString(text) || utf8.RuneCountInString(text) > 2*longestText+1 || strings.ContainsFunc(text, isControl) {
				t.Errorf("text not clean: %q", text)
			}
		}
	}
	for _, event := range feed.Events {
		if event.End.Before(event.Start) || utf8.RuneCountInString(event.Title) > longestTitle {
			t.Errorf("event %+v", event)
		}
	}
	if _, err := json.Marshal(feed); err != nil {
		t.Errorf("not to be stored: %v", err)
	}
}

func checkSentence(t *testing.T, err error) {
	t.Helper()
	if s := Sentence(err); err != nil && (s == "" || s == "The source could not be read." || !utf8.ValidString(s)) {
		t.Errorf("sentence %q for %v", s, err)
	}
}

func FuzzJSON(f *testing.F) {
	f.Add(`{"items":[{"title":"T"}]}`, "$.items[*]", "$.title")
	f.Add(`[{"a":[1,2.5,null,true]}]`, "$..a", "@[0]")
	f.Add("\xff\xfe[\x00]\x00", "", "title")
	f.Add(`[{"n":1},{"n":"x"}]`, "$[?(@.n > 0)]", "$.n")
	f.Add(`{"a":{"b":1e308}}`, "$.*", "$['b']")
	f.Fuzz(func(t *testing.T, body, items, title string) {
		source := Source{Paths: Paths{Items: items, Title: title}, MaxItems: 20}
		feed, err := readJSON([]byte(body), "", source, fuzzTime())
		checkSentence(t, err)
		checkFeed(t, feed, source)
	})
}

func FuzzFeed(f *testing.F) {
	f.Add([]byte(rssHead+`<item><title>One &eacute;</title><pubDate>Wed, 25 Mar 2026 12:30:00 GMT</pubDate></item></channel></rss>`), "text/xml; charset=iso-8859-1")
	f.Add([]byte(`<feed xmlns="http://www.w3.org/2005/Atom"><entry><title type="xhtml"><div>x</div></title></entry>`), "")
	f.Add([]byte(`{"version":"https://jsonfeed.org/version/1","items":[{"title":"x"}]}`), "")
	f.Add([]byte(utf16LE(`<rss><channel><item><title>x</title></item></channel></rss>`)), "")
	f.Fuzz(func(t *testing.T, body []byte, contentType string) {
		feed, err := readFeed(body, contentType, Source{}, fuzzTime())
		checkSentence(t, err)
		checkFeed(t, feed, Source{})
	})
}

func FuzzCalendar(f *testing.F) {
	f.Add(calendarOf(eventOf("UID:1", "DTSTART;TZID=Europe/Berlin:20260316T090000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=4;BYDAY=MO", "EXDATE:20260323T080000Z")))
	f.Add(calendarOf(eventOf("UID:1", "DTSTART;VALUE=DATE:20260316", "RRULE:FREQ=MONTHLY;BYDAY=-1FR;BYSETPOS=1"), eventOf("UID:1", "RECURRENCE-ID:20260327", "DTSTART:20260328")))
	f.Add([]byte("BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nTZID:x\nBEGIN:STANDARD\nTZOFFSETTO:+0100\nEND:STANDARD\nEND:VTIMEZONE\nBEGIN:VEVENT\nDTSTART;TZID=x:20260326T0900\nRRULE:FREQ=HOURLY;INTERVAL=5"))
	f.Fuzz(func(t *testing.T, data []byte) {
		feed, err := ReadCalendar(data, time.UTC, fuzzTime())
		checkSentence(t, err)
		checkFeed(t, feed, Source{})
	})
}

func FuzzPush(f *testing.F) {
	f.Add("application/json", []byte(`{"title":"T","text":"x","published":1774441800}`))
	f.Add("text/plain", []byte("one\n\ntwo"))
	f.Add("", []byte(`[1,"x",{"text":"y"}]`))
	f.Fuzz(func(t *testing.T, contentType string, body []byte) {
		feed, err := ReadPush(contentType, body, Source{Category: "news"}, fuzzTime())
		checkSentence(t, err)
		checkFeed(t, feed, Source{})
	})
}

func FuzzWeather(f *testing.F) {
	f.Add([]byte(`{"current":{"time":1774441800},"hourly":{"time":[1774441800,null],"temperature_2m":[1]},"daily":{"time":[1774396800]}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		weather, err := readWeather(body, Place{}, fuzzTime())
		checkSentence(t, err)
		air, err := readAir(body, Place{})
		checkSentence(t, err)
		checkFeed(t, Feed{Weather: weather, Air: air}, Source{})
		_, err = readPlaces(body)
		checkSentence(t, err)
	})
}

// FuzzImport exports what was imported: it must come back the same.
func FuzzImport(f *testing.F) {
	f.Add("csv", []byte("text;author\n=1+1;'@a\n"))
	f.Add("csv", []byte("title,published\n\"a\nb\",2026-03-25\n"))
	f.Add("json", []byte(`[{"text":"a"},"b"]`))
	f.Fuzz(func(t *testing.T, format string, data []byte) {
		items, _ := ParseItems(format, data)
		var out bytes.Buffer
		if err := WriteCSV(&out, items); err != nil {
			t.Fatal(err)
		}
		again, problems := ParseItems("csv", out.Bytes())
		if len(items) > 0 && (len(again) != len(items) || len(problems) > 0) {
			t.Fatalf("%d items came back as %d: %v", len(items), len(again), problems)
		}
		for i := range again {
			if ItemID(again[i]) != ItemID(items[i]) {
				t.Errorf("came back as %+v, was %+v", again[i], items[i])
			}
		}
	})
}
