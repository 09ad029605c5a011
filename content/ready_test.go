package content

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestReadyAnswers serves, for each ready-made JSON source, an answer in the shape of its API.
func TestReadyAnswers(t *testing.T) {
	year := func(y int) time.Time { return time.Date(y, 1, 1, 12, 0, 0, 0, time.UTC) }
	tests := []struct {
		id, path, body string
		want           []Item
	}{
		{
			"dad-jokes", "/search?limit=30", `{"current_page":1,"limit":30,"next_page":2,"previous_page":1,"results":[{"id":"a1","joke":"My clock is hungry.\r\nIt went back four seconds."}],"search_term":"","status":200,"total_jokes":700,"total_pages":24}`,
			[]Item{{Text: "My clock is hungry. It went back four seconds."}},
		},
		{"official-jokes", "/jokes/ten", `[{"type":"general","setup":"Why is the sea salty?","punchline":"The land never waves back.","id":7}]`, []Item{{Text: "Why is the sea salty? The land never waves back."}}},
		{
			"jokeapi", "/joke/Any?safe-mode&type=single&amount=10", `{"error":false,"amount":1,"jokes":[{"category":"Programming","type":"single","joke":"A byte walks in, looking \"off\".","flags":{"nsfw":false},"id":3,"safe":true,"lang":"en"}]}`,
			[]Item{{Text: `A byte walks in, looking "off".`}},
		},
		{"zenquotes", "/api/quotes", `[{"q":"Look within.","a":"Marcus Aurelius","c":"12","h":"<blockquote>&ldquo;Look within.&rdquo;</blockquote>"}]`, []Item{{Text: "Look within.", Author: "Marcus Aurelius"}}},
		{
			"hacker-news", "/api/v1/search?tags=front_page&hitsPerPage=30", `{"hits":[{"author":"a","created_at":"2026-03-25T08:30:00Z","created_at_i":1774427400,"num_comments":4,"objectID":"1","points":99,"title":"Show HN: A panel","url":"https://example.org/panel"},{"title":"Ask HN: Why?","created_at":"2026-03-25T08:30:00Z"}],"hitsPerPage":30,"nbHits":2}`,
			[]Item{{Title: "Show HN: A panel", URL: "https://example.org/panel", Published: time.Date(2026, 3, 25, 8, 30, 0, 0, time.UTC)}, {Title: "Ask HN: Why?", Published: time.Date(2026, 3, 25, 8, 30, 0, 0, time.UTC)}},
		},
		{
			"holidays", "/api/v3/NextPublicHolidays/DE", `[{"date":"2026-04-03","localName":"Karfreitag","name":"Good Friday","countryCode":"DE","fixed":false,"global":true,"counties":null,"launchYear":null,"types":["Public"]}]`,
			[]Item{{Title: "Karfreitag", Text: "Good Friday", Published: time.Date(2026, 4, 3, 12, 0, 0, 0, time.UTC)}},
		},
		{
			"on-this-day", "/api/rest_v1/feed/onthisday/selected/03/25", `{"selected":[{"text":"A moon was found.","pages":[{"type":"standard","title":"Titan_(moon)","thumbnail":{"source":"https://upload.example.org/t.jpg","width":320,"height":320},"content_urls":{"desktop":{"page":"https://en.example.org/wiki/Titan"}}}],"year":1655},{"text":"A treaty was signed.","pages":[],"year":1957}]}`,
			[]Item{{Text: "A moon was found.", Published: year(1655), URL: "https://en.example.org/wiki/Titan", Image: "https://upload.example.org/t.jpg"}, {Text: "A treaty was signed.", Published: year(1957)}},
		},
	}
	for _, tt := range tests {
		t.Run(tt.id, func(t *testing.T) {
			asked := ""
			address := serveFunc(t, func(w http.ResponseWriter, r *http.Request) {
				asked = r.RequestURI
				_, _ = w.Write([]byte(tt.body))
			})
			all := Ready()
			at := slices.IndexFunc(all, func(r ReadySource) bool { return r.Source.ID == tt.id })
			source := all[at].Fill(map[string]string{"country": "DE"})
			source.URL = regexp.MustCompile(`^https://[^/]+`).ReplaceAllString(source.URL, address)
			source.OnMyNetwork = true
			feed, err := testFetcher(t).Fetch(t.Context(), source, testTime(t))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, feed.Items); diff != "" {
				t.Errorf("items (-want +got):\n%s", diff)
			}
			if asked != tt.path {
				t.Errorf("asked %s, want %s", asked, tt.path)
			}
		})
	}
}

func TestReadyIsWhole(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range Ready() {
		t.Run(r.Source.ID, func(t *testing.T) {
			s := r.Source
			if !regexp.MustCompile(`^[a-z0-9_-]{1,40}$`).MatchString(s.ID) || seen[s.ID] || s.Name == "" || r.Note == "" || !slices.Contains(Kinds(), s.Kind) {
				t.Errorf("not whole, or twice: %+v", r)
			}
			seen[s.ID] = true
			if err := s.Paths.Check(); err != nil {
				t.Error(err)
			}
			if s.Interval() < 30*time.Minute {
				t.Errorf("asks every %v", s.Interval())
			}
			if u, err := url.Parse(r.Homepage); err != nil || u.Scheme != "https" {
				t.Errorf("homepage %q", r.Homepage)
			}
			if s.URL == "" {
				if !slices.Contains(r.Asks, "place") {
					t.Error("no address, and no place is asked")
				}
				return
			}
			if _, err := r.Fill(map[string]string{"country": "DE"}).address(testTime(t)); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestPicture(t *testing.T) {
	const png = "\x89PNG\r\n\x1a\nrest"
	var secrets []string
	address := serveFunc(t, func(w http.ResponseWriter, r *http.Request) {
		secrets = append(secrets, r.Header.Get("X-Key"))
		switch r.URL.Path {
		case "/info.0.json":
			_, _ = w.Write([]byte(`{"month":"3","num":1,"year":"2026","safe_title":"Panels","alt":"It blinks.","img":"/comics/panels.png","title":"Panels","day":"25"}`))
		case "/comics/panels.png", "/plain":
			w.Header().Set("Content-Type", "application/octet-stream")
			_, _ = w.Write([]byte(png))
		case "/typed":
			w.Header().Set("Content-Type", "image/x-icon")
			_, _ = w.Write([]byte("ico"))
		case "/none.json":
			_, _ = w.Write([]byte(`{"title":"x"}`))
		default:
			_, _ = w.Write([]byte("<html>no picture</html>"))
		}
	})
	comic := Paths{Image: "$.img", Title: "$.safe_title", Text: "$.alt"}
	tests := []struct {
		name, path string
		paths      Paths
		picture    string
		want       string
	}{
		{"comic", "/info.0.json", comic, png, ""},
		{"sniffed", "/plain", Paths{}, png, ""},
		{"typed", "/typed", Paths{}, "ico", ""},
		{"page", "/page", Paths{}, "", "The answer is no picture: it begins with “<html>no picture</html>”."},
		{"comic without picture", "/none.json", comic, "", "No address of a picture was found at $.img."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			source := Source{Kind: KindPicture, URL: address + tt.path, Paths: tt.paths, OnMyNetwork: true, Secret: "k", Headers: []Header{{"X-Key", "{secret}"}}}
			secrets = nil
			feed, err := testFetcher(t).Fetch(t.Context(), source, testTime(t))
			if diff := cmp.Diff(tt.want, Sentence(err)); diff != "" {
				t.Errorf("sentence (-want +got):\n%s", diff)
			}
			if string(feed.Picture) != tt.picture {
				t.Errorf("picture %q", feed.Picture)
			}
			if tt.name == "comic" && strings.Join(secrets, ",") != "k," {
				t.Errorf("keys sent: %q", secrets)
			}
		})
	}
}

func TestTextSource(t *testing.T) {
	got, err := testFetcher(t).Fetch(t.Context(), Source{Kind: KindText, Text: "Bins: Tuesday\nand Friday\n\nI <3 Mondays"}, testTime(t))
	want := []Item{{Text: "Bins: Tuesday and Friday"}, {Text: "I <3 Mondays"}}
	if diff := cmp.Diff(want, got.Items); diff != "" || err != nil {
		t.Errorf("%v, items (-want +got):\n%s", err, diff)
	}
}
