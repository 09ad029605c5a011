package content

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestPresetsNames(t *testing.T) {
	categories := mustPresets(t)
	got := map[string][]string{}
	var order []string
	for _, category := range categories {
		order = append(order, category.Name)
		if category.Title == "" {
			t.Errorf("%s has no title", category.Name)
		}
		for _, sub := range category.Subcategories {
			got[category.Name] = append(got[category.Name], sub.Name)
			if sub.Title == "" {
				t.Errorf("%s has no title", sub.Name)
			}
		}
	}
	want := map[string][]string{
		"jokes":   {"dad_jokes", "programming_jokes", "clean_jokes"},
		"riddles": {"easy_riddles", "logic_riddles", "math_riddles"},
		"quotes":  {"classic_quotes", "stoic_quotes", "proverbs"},
		"news":    {"tech_news", "world_news", "science_news", "environment_news"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"jokes", "riddles", "quotes", "news"}, order); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
}

// TestPresetsFit keeps every item short enough for a panel and its subcategory long enough not to bore.
func TestPresetsFit(t *testing.T) {
	atLeast := map[string]int{"jokes": 60, "riddles": 60, "quotes": 60, "news": 30}
	for _, category := range mustPresets(t) {
		for _, sub := range category.Subcategories {
			t.Run(sub.Name, func(t *testing.T) {
				if len(sub.Items) < atLeast[category.Name] {
					t.Errorf("%d items, want at least %d", len(sub.Items), atLeast[category.Name])
				}
				for _, item := range sub.Items {
					checkLength(t, "joke or quote", item.Text, 140)
					checkLength(t, "author", item.Author, 30)
					checkLength(t, "question", item.Question, 130)
					checkLength(t, "answer", item.Answer, 40)
					checkLength(t, "headline", item.Title, 75)
					checkLength(t, "summary", item.Summary, 140)
					checkFields(t, category.Name, item)
				}
			})
		}
	}
}

func checkLength(t *testing.T, what, text string, limit int) {
	t.Helper()
	if n := utf8.RuneCountInString(text); n > limit {
		t.Errorf("%s has %d characters, limit %d: %s", what, n, limit, text)
	}
	for _, r := range text {
		// Firmware that draws the text itself has fonts of 95 characters.
		if r < ' ' || r > '~' {
			t.Errorf("%s has %q, which is not printable ASCII: %s", what, r, text)
		}
	}
}

func checkFields(t *testing.T, category string, item Item) {
	t.Helper()
	want := map[string]Item{
		"jokes":   {Text: item.Text},
		"riddles": {Question: item.Question, Answer: item.Answer},
		"quotes":  {Text: item.Text, Author: item.Author},
		"news":    {Title: item.Title, Summary: item.Summary},
	}[category]
	if diff := cmp.Diff(want, item); diff != "" {
		t.Errorf("fields that do not belong in %s (-want +got):\n%s", category, diff)
	}
}

// TestPresetsAreDistinct looks for repeats across all files, and within a category for items that say the same
// in nearly the same words.
func TestPresetsAreDistinct(t *testing.T) {
	seen := map[string]string{}
	for _, category := range mustPresets(t) {
		var texts []string
		for _, sub := range category.Subcategories {
			for _, item := range sub.Items {
				text := item.Text + item.Question + item.Title
				key := strings.Join(words(text), " ")
				if where, ok := seen[key]; ok {
					t.Errorf("%s repeats %s: %s", sub.Name, where, text)
				}
				seen[key] = sub.Name
				texts = append(texts, text+" "+item.Answer+" "+item.Summary)
			}
		}
		for i, a := range texts {
			for _, b := range texts[:i] {
				if similarity(a, b) > 0.8 {
					t.Errorf("nearly the same:\n%s\n%s", a, b)
				}
			}
		}
	}
}

func words(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
}

// similarity is the share of different words that two texts have in common.
func similarity(a, b string) float64 {
	in := map[string]int{}
	for _, w := range words(a) {
		in[w] |= 1
	}
	for _, w := range words(b) {
		in[w] |= 2
	}
	both := 0
	for _, mask := range in {
		if mask == 3 {
			both++
		}
	}
	return float64(both) / float64(len(in))
}

func TestParseItems(t *testing.T) {
	tests := []struct {
		name    string
		data    string
		parse   format
		want    []Item
		wantErr string
	}{
		{"jokes", "One.\nTwo.\n", parseJoke, []Item{{Text: "One."}, {Text: "Two."}}, ""},
		{"last line without end", "One.\nTwo.", parseJoke, []Item{{Text: "One."}, {Text: "Two."}}, ""},
		{"Windows line ends", "One.\r\nTwo.\r\n", parseJoke, []Item{{Text: "One."}, {Text: "Two."}}, ""},
		{"riddle", "Why?\tBecause\n", parseRiddle, []Item{{Question: "Why?", Answer: "Because"}}, ""},
		{"quote", "I think.\tRene Descartes\n", parseQuote, []Item{{Text: "I think.", Author: "Rene Descartes"}}, ""},
		{"quote of nobody", "I think.\n", parseQuote, nil, "line 1: 1 fields, want 2"},
		{"headline", "Water is wet\tIt is.\n", parseHeadline, []Item{{Title: "Water is wet", Summary: "It is."}}, ""},
		{"empty file", "", parseJoke, nil, "no items"},
		{"empty line", "One.\n\nTwo.\n", parseJoke, nil, "line 2: field 1 is empty"},
		{"tab in a joke", "One.\tTwo.\n", parseJoke, nil, "line 1: 2 fields, want 1"},
		{"riddle without tab", "Why?\tBecause\nWhat?\n", parseRiddle, nil, "line 2: 1 fields, want 2"},
		{"riddle without answer", "Why?\t\n", parseRiddle, nil, "line 1: field 2 is empty"},
		{"headline with two tabs", "A\tB\tC\n", parseHeadline, nil, "line 1: 3 fields, want 2"},
		{"spaces around", "Why? \tBecause\n", parseRiddle, nil, "line 1: field 1 is empty or has spaces"},
		{"not UTF-8", "caf\xe9\n", parseJoke, nil, "not UTF-8"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := parseItems(tt.data, tt.parse)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("items (-want +got):\n%s", diff)
			}
			if (err == nil) != (tt.wantErr == "") || err != nil && !strings.Contains(err.Error(), tt.wantErr) {
				t.Errorf("error %v, want one with %q", err, tt.wantErr)
			}
		})
	}
}

func TestReadPresetNamesFile(t *testing.T) {
	for _, name := range []string{"presets/jokes/none.txt", "presets/jokes/dad_jokes.txt"} {
		_, err := readPreset(name, parseRiddle)
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("error %v does not name %s", err, name)
		}
	}
}

func TestItemJSON(t *testing.T) {
	tests := []struct {
		name string
		item Item
		want string
	}{
		{"joke", Item{Text: "Ha."}, `{"text":"Ha."}`},
		{"riddle", Item{Question: "Why?", Answer: "Because"}, `{"question":"Why?","answer":"Because"}`},
		{
			"headline",
			Item{Title: "T", Summary: "S", URL: "https://example.org/", Published: time.Unix(0, 0).UTC()},
			`{"title":"T","summary":"S","url":"https://example.org/","published":"1970-01-01T00:00:00Z"}`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := json.Marshal(tt.item)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, string(got)); diff != "" {
				t.Errorf("JSON (-want +got):\n%s", diff)
			}
		})
	}
}

func mustPresets(t *testing.T) []Category {
	t.Helper()
	categories, err := Presets()
	if err != nil {
		t.Fatal(err)
	}
	return categories
}
