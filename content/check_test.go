package content_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"personalcms/content"

	"github.com/google/go-cmp/cmp"
)

func TestCheckOfASource(t *testing.T) {
	good := content.Source{ID: "news-1", Name: "News", Kind: content.KindFeed, URL: "https://example.org/feed"}
	for _, test := range []struct {
		name      string
		change    func(*content.Source)
		hasSecret bool
		want      []string
	}{
		{"good", func(*content.Source) {}, false, nil},
		{"nothing", func(s *content.Source) { *s = content.Source{} }, false, []string{"id", "kind", "name"}},
		{"id", func(s *content.Source) { s.ID = "Straße" }, false, []string{"id"}},
		{"category", func(s *content.Source) { s.Category = "a/b" }, false, []string{"category"}},
		{"no address", func(s *content.Source) { s.URL = "" }, false, []string{"url"}},
		{"scheme", func(s *content.Source) { s.URL = "file:///etc/passwd" }, false, []string{"url"}},
		{"open mark", func(s *content.Source) { s.URL = "https://example.org/{country}" }, false, []string{"url"}},
		{"a key is asked for", func(s *content.Source) { s.URL += "?key={secret}" }, false, []string{"url"}},
		{"the key is kept", func(s *content.Source) { s.URL += "?key={secret}" }, true, nil},
		{"the kept key is taken away", func(s *content.Source) { s.URL += "?key={secret}"; s.Secret = "-" }, true, []string{"url"}},
		{"key of two lines", func(s *content.Source) { s.Secret = "a\nb" }, false, []string{"secret"}},
		{"header", func(s *content.Source) { s.Headers = []content.Header{{Name: "Host", Value: "x"}} }, false, []string{"headers"}},
		{"many headers", func(s *content.Source) { s.Headers = make([]content.Header, 21) }, false, []string{"headers"}},
		{"path", func(s *content.Source) { s.Paths.Title = "title[" }, false, []string{"paths"}},
		{"limits", func(s *content.Source) {
			s.IntervalSeconds, s.TimeoutSeconds, s.MaxBytes, s.MaxItems = 59, 61, 17<<20, 501
		}, false, []string{"interval_seconds", "max_bytes", "max_items", "timeout_seconds"}},
		{"negative limits", func(s *content.Source) {
			s.IntervalSeconds, s.TimeoutSeconds, s.MaxBytes, s.MaxItems = -1, -1, -1, -1
		}, false, []string{"interval_seconds", "max_bytes", "max_items", "timeout_seconds"}},
		{"uploaded calendar", func(s *content.Source) { s.Kind, s.URL, s.Upload = content.KindCalendar, "", "sum" }, false, nil},
		{"no place", func(s *content.Source) { s.Kind = content.KindWeather }, false, []string{"place"}},
		{"no such place", func(s *content.Source) { s.Kind = content.KindAir; s.Place.Latitude = 91 }, false, []string{"place"}},
		{"no such zone", func(s *content.Source) {
			s.Kind, s.Place = content.KindWeather, content.Place{Latitude: 52, Longitude: 13, TimeZone: "Europe/Atlantis"}
		}, false, []string{"place"}},
		{"a place", func(s *content.Source) {
			s.Kind, s.Place = content.KindWeather, content.Place{Latitude: 52, Longitude: 13, TimeZone: "Europe/Berlin"}
		}, false, nil},
		{"no text", func(s *content.Source) { s.Kind = content.KindText }, false, []string{"text"}},
		{"push", func(s *content.Source) { s.Kind, s.URL = content.KindPush, "" }, false, nil},
		{"long credit", func(s *content.Source) { s.Credit = strings.Repeat("x", 1000) }, false, []string{"credit"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			source := good
			test.change(&source)
			got := slices.Sorted(maps.Keys(source.Check(test.hasSecret, time.Unix(0, 0))))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestReadySourcesPassTheCheck(t *testing.T) {
	for _, ready := range content.Ready() {
		source := ready.Fill(map[string]string{"country": "DE"})
		source.Place = content.Place{Name: "Berlin", Latitude: 52.5, Longitude: 13.4}
		if wrong := source.Check(false, time.Unix(0, 0)); len(wrong) > 0 {
			t.Errorf("%s: %v", source.ID, wrong)
		}
	}
}

func TestFits(t *testing.T) {
	for _, test := range []struct {
		category string
		item     content.Item
		fits     bool
	}{
		{"jokes", content.Item{Text: "a"}, true},
		{"jokes", content.Item{Title: "a"}, false},
		{"quotes", content.Item{Author: "a"}, false},
		{"riddles", content.Item{Question: "a", Answer: "b"}, true},
		{"riddles", content.Item{Text: "a"}, false},
		{"news", content.Item{Title: "a"}, true},
		{"news", content.Item{Text: "a"}, false},
		{"poems", content.Item{Text: "a"}, true},
	} {
		if got := content.Fits(test.category, test.item); (got == "") != test.fits {
			t.Errorf("%s %+v: %q", test.category, test.item, got)
		}
	}
}
