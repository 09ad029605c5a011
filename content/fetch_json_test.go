package content

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestReadJSON(t *testing.T) {
	tests := []struct {
		name   string
		body   string
		source Source
		want   []Item
	}{
		{"whole answer", `{"title":"T","text":"x"}`, Source{}, []Item{{Title: "T", Text: "x"}}},
		{"one text", `"Ha."`, Source{}, []Item{{Text: "Ha."}}},
		{"paths", `{"a":[{"b":{"c":"One"}},{"b":{"c":"Two"}}]}`, Source{Paths: Paths{Items: "$.a[*]", Title: "$.b.c"}}, []Item{{Title: "One"}, {Title: "Two"}}},
		{"filter", `[{"n":1,"t":"One"},{"n":2,"t":"Two"}]`, Source{Paths: Paths{Items: "$[?(@.n > 1)]", Text: "$.t"}}, []Item{{Text: "Two"}}},
		{"anywhere", `{"a":{"title":"One"},"b":[{"c":{"title":"Two"}}]}`, Source{Paths: Paths{Items: "$..title"}}, []Item{{Text: "One"}, {Text: "Two"}}},
		{"slice", `[["a"],["b"],["c"]]`, Source{Paths: Paths{Items: "$[1:]", Text: "$[0]"}}, []Item{{Text: "b"}, {Text: "c"}}},
		{"keys with spaces", `{"the list":[{"the text":"x"}]}`, Source{Paths: Paths{Items: "$['the list'][*]", Text: "$['the text']"}}, []Item{{Text: "x"}}},
		{"joke of two parts", `[{"setup":"Why?","punchline":"So."}]`, Source{Category: "jokes", Paths: Paths{Items: "$[*]"}}, []Item{{Text: "Why? So."}}},
		{"riddle", `[{"question":"Why?","answer":"So."}]`, Source{Category: "riddles", Paths: Paths{Items: "$[*]"}}, []Item{{Question: "Why?", Answer: "So."}}},
		{"news", `[{"title":"T","description":"D"}]`, Source{Category: "news", Paths: Paths{Items: "$[*]"}}, []Item{{Title: "T", Summary: "D"}}},
		{"news without title", `["x"]`, Source{Category: "news", Paths: Paths{Items: "$[*]"}}, []Item{{Title: "x"}}},
		{"tags and entities", `{"text":"<p>Fish &amp;amp; <b>chips</b></p>\r\n\t<script>no()</script> caf&eacute;\u0007"}`, Source{}, []Item{{Text: "Fish & chips café"}}},
		{"not tags", `{"text":"1 < 2 and 3 > 2"}`, Source{}, []Item{{Text: "1 < 2 and 3 > 2"}}},
		{"numbers", `{"title":12345678901,"text":[1.5,true,"x"]}`, Source{}, []Item{{Title: "12345678901", Text: "1.5, true, x"}}},
		{"address of no web", `{"title":"T","url":"javascript:alert(1)"}`, Source{}, []Item{{Title: "T"}}},
		{"most items", `["a","b","c"]`, Source{MaxItems: 2, Paths: Paths{Items: "$[*]"}}, []Item{{Text: "a"}, {Text: "b"}}},
		{"empty list", `{"todos":[]}`, Source{Paths: Paths{Items: "$.todos[*]", Text: "$.what"}}, nil},
		{"document only", `{"total":7}`, Source{}, nil},
		{"null parts", `[{"title":null,"text":"x"}]`, Source{Paths: Paths{Items: "$[*]"}}, []Item{{Text: "x"}}},
		{"byte order mark", "\xef\xbb\xbf{\"text\":\"x\"}", Source{}, []Item{{Text: "x"}}},
		{"latin-1", "{\"text\":\"caf\xe9\"}", Source{}, []Item{{Text: "café"}}},
		{"utf-16", "\xff\xfe{\x00\"\x00t\x00e\x00x\x00t\x00\"\x00:\x00\"\x00\xe9\x00\"\x00}\x00", Source{}, []Item{{Text: "é"}}},
		{"utf-16 without mark", "\x00{\x00\"\x00t\x00e\x00x\x00t\x00\"\x00:\x00\"\x00\xe9\x00\"\x00}", Source{}, []Item{{Text: "é"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			feed, err := readJSON([]byte(tt.body), "application/json", tt.source, testTime(t))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, feed.Items); diff != "" {
				t.Errorf("items (-want +got):\n%s", diff)
			}
			if len(feed.Document) == 0 {
				t.Error("no document")
			}
		})
	}
}

func TestReadJSONFailures(t *testing.T) {
	tests := []struct {
		name   string
		body   string
		paths  Paths
		reason error
		want   string
	}{
		{"nothing there", `{"a":[]}`, Paths{Items: "$.items[*]"}, ErrNothingFound, "Nothing was found at $.items[*]."},
		{"no parts", `{"items":[{"a":1}]}`, Paths{Items: "$.items[*]", Title: "$.b"}, ErrNothingFound, "The answer has nothing at the paths for title, text and the other parts."},
		{"bad path", `{}`, Paths{Title: "$.a["}, ErrPath, "The path $.a[ is no JSONPath; one looks like $.items[*] or $.title."},
		{"wide path", `{}`, Paths{Items: "$..a..b"}, ErrPath, "The path $..a..b has .. in it more than once."},
		{"broken off", `{"text":`, Paths{}, ErrFormat, "The answer is no JSON: it begins with “{\"text\":”."},
		{"two documents", `{} {}`, Paths{}, ErrFormat, "The answer is no JSON: it begins with “{} {}”."},
		{"deep", strings.Repeat("[", 5000) + strings.Repeat("]", 5000), Paths{}, ErrFormat, "The answer has lists in lists more than 100 deep."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := readJSON([]byte(tt.body), "", Source{Paths: tt.paths}, testTime(t))
			if !errors.Is(err, tt.reason) {
				t.Errorf("error %v, want %v", err, tt.reason)
			}
			if diff := cmp.Diff(tt.want, Sentence(err)); diff != "" {
				t.Errorf("sentence (-want +got):\n%s", diff)
			}
		})
	}
}

// TestReadJSONIsTheSame: objects have no order of their own, but a screen must be the same on every server.
func TestReadJSONIsTheSame(t *testing.T) {
	var body strings.Builder
	for i := range 30 {
		fmt.Fprintf(&body, `,"k%02d":{"title":"T%02d"}`, i, i)
	}
	source := Source{Paths: Paths{Items: "$.*", Title: "$.title"}}
	first, err := readJSON([]byte("{"+body.String()[1:]+"}"), "", source, testTime(t))
	if err != nil {
		t.Fatal(err)
	}
	for range 10 {
		again, _ := readJSON([]byte("{"+body.String()[1:]+"}"), "", source, testTime(t))
		if diff := cmp.Diff(first.Items, again.Items); diff != "" {
			t.Fatalf("items (-want +got):\n%s", diff)
		}
	}
}

func TestCleanLength(t *testing.T) {
	got := clean(strings.Repeat("many words ", 100), 50)
	if want := "many words many words many words many words many…"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := clean(strings.Repeat("字", 400), longestTitle); len([]rune(got)) != longestTitle || !strings.HasSuffix(got, "字…") {
		t.Errorf("%d letters: %s", len([]rune(got)), got)
	}
}

func TestParseDate(t *testing.T) {
	utc := time.Date(2026, 3, 25, 12, 30, 0, 0, time.UTC)
	noon := time.Date(2026, 3, 25, 12, 0, 0, 0, time.UTC)
	tests := []struct {
		text string
		want time.Time
	}{
		{"2026-03-25T12:30:00Z", utc},
		{"2026-03-25T13:30:00+01:00", utc},
		{"2026-03-25T13:30:00.000+0100", utc},
		{"2026-03-25T12:30Z", utc},
		{"2026-03-25 13:30:00 +0100", utc},
		{"2026-03-25 13:30:00", utc},
		{"2026-03-25 13:30", utc},
		{"Wed, 25 Mar 2026 12:30:00 GMT", utc},
		{"Wed, 25 Mar 2026 13:30:00 +0100", utc},
		{"25 Mar 2026 13:30:00 CET", utc},
		{"Wed, 25 Mar 2026 07:30:00 EST", utc},
		{"Wed, 25 Mar 26 12:30 UT", utc},
		{"Mi, 25 Mar 2026 13:30:00 +0100", utc},
		{"Thu, 25 Mar 2026 12:30:00 GMT", utc},
		{"Wednesday, 25 March 2026 12:30:00 Z", utc},
		{"Wed Mar 25 12:30:00 UTC 2026", utc},
		{"Wed,  25 Mar 2026  13:30:00 +01:00", utc},
		{"Mar 25, 2026 1:30 PM", utc},
		{"1774441800", utc},
		{"1774441800000", utc},
		{"1774441800000000", utc},
		{"1774441800.0", utc},
		{"2026-03-25", noon},
		{"20260325", noon},
		{"25 Mar 2026", noon},
		{"25.3.2026", noon},
		{"March 25, 2026", noon},
		{"1969", time.Date(1969, 1, 1, 12, 0, 0, 0, time.UTC)},
		{"", time.Time{}},
		{"soon", time.Time{}},
		{"-5", time.Time{}},
		{"NaN", time.Time{}},
		{"1e300", time.Time{}},
		{"32 Mar 2026", time.Time{}},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			got, ok := parseDate(tt.text, zoneOf(t, "Europe/Berlin"))
			if !got.Equal(tt.want) || ok != !tt.want.IsZero() {
				t.Errorf("%v, %v, want %v", got, ok, tt.want)
			}
		})
	}
}

func TestReadPush(t *testing.T) {
	tests := []struct {
		name, contentType, body string
		source                  Source
		want                    []Item
	}{
		{"one item", "application/json", `{"title":"T","text":"x"}`, Source{}, []Item{{Title: "T", Text: "x"}}},
		{"list", "application/json", `[{"text":"a"},{"text":"b"}]`, Source{}, []Item{{Text: "a"}, {Text: "b"}}},
		{"list of texts", "application/json", `["a","b"]`, Source{}, []Item{{Text: "a"}, {Text: "b"}}},
		{"items", "", `{"items":[{"text":"a"}]}`, Source{}, []Item{{Text: "a"}}},
		{"any document", "application/json", `{"d":[{"w":"a"}]}`, Source{Paths: Paths{Items: "$.d[*]", Text: "$.w"}}, []Item{{Text: "a"}}},
		{"plain text", "text/plain; charset=utf-8", "I <3 you & me\r\n\r\n[second]", Source{}, []Item{{Text: "I <3 you & me"}, {Text: "[second]"}}},
		{"text without type", "", "dinner at 7", Source{}, []Item{{Text: "dinner at 7"}}},
		{"number", "application/json", `21.5`, Source{}, []Item{{Text: "21.5"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			feed, err := ReadPush(tt.contentType, []byte(tt.body), tt.source, testTime(t))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, feed.Items); diff != "" {
				t.Errorf("items (-want +got):\n%s", diff)
			}
			if !feed.At.Equal(testTime(t)) {
				t.Errorf("at %v", feed.At)
			}
		})
	}
	for name, body := range map[string]string{"nothing": " ", "broken": `{"text":`, "large": strings.Repeat("x", 3<<20)} {
		if _, err := ReadPush("application/json", []byte(body), Source{}, testTime(t)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
