package content

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestParseItemsImport(t *testing.T) {
	at := time.Date(2026, 3, 25, 12, 0, 0, 0, time.UTC)
	tests := []struct {
		name, format, data string
		want               []Item
		problems           []Problem
	}{
		{"CSV", "csv", "text,author\n\"One, two\",Ann\nThree,\n", []Item{{Text: "One, two", Author: "Ann"}, {Text: "Three"}}, nil},
		{"columns in any order", "csv", "Answer,Colour,QUESTION\nSo,red,Why?\n", []Item{{Question: "Why?", Answer: "So"}}, nil},
		{"semicolons and mark", "csv", "\xef\xbb\xbftitle;summary;published\r\nT;S, s;2026-03-25\r\n", []Item{{Title: "T", Summary: "S, s", Published: at}}, nil},
		{"tabs, latin-1", "csv", "title\tsummary\nCaf\xe9\tx\n", []Item{{Title: "Café", Summary: "x"}}, nil},
		{"list of texts", "csv", "First joke\nSecond <3 joke\n", []Item{{Text: "First joke"}, {Text: "Second <3 joke"}}, nil},
		{"problems", "csv", "text,question,answer,url,published\n,,,,\n,Why?,,,\na,,,ftp://x,\nb,,,,soon\nc,,,,,more\nd,,,,\n", []Item{{Text: "d"}}, []Problem{
			{2, "There is no text, question or title."},
			{3, "The question has no answer."},
			{4, "The address does not begin with http:// or https://."},
			{5, "“soon” is no date; one looks like 2026-03-14."},
			{6, "The line has more fields than there are columns."},
		}},
		{"no names", "csv", "a,b\nc,d\n", nil, []Problem{{1, "The first line must name the columns: text, author, question, answer, title, summary, url, published, image."}}},
		{"empty", "csv", "", nil, []Problem{{1, "The file is empty."}}},
		{"JSON", "json", `[{"text":"a","author":"b"},"c",{"title":"T","published":"2026-03-25T12:00:00Z"}]`, []Item{{Text: "a", Author: "b"}, {Text: "c"}, {Title: "T", Published: at}}, nil},
		{"JSON items", "json", `{"items":[{"text":"a"}]}`, []Item{{Text: "a"}}, nil},
		{"JSON problems", "json", `[{"x":1},5,{"text":"a"}]`, []Item{{Text: "a"}}, []Problem{{1, "There is no text, question or title."}, {2, "This is no item."}}},
		{"no JSON", "json", `{`, nil, []Problem{{1, `The file is no JSON list of items, such as [{"text": "…"}].`}}},
		{"other format", "xlsx", "PK", nil, []Problem{{1, "Only CSV and JSON files can be read."}}},
		{"large", "csv", strings.Repeat("x\n", 3<<20), nil, []Problem{{1, "The file is larger than 4 MB."}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			items, problems := ParseItems(tt.format, []byte(tt.data))
			if diff := cmp.Diff(tt.want, items); diff != "" {
				t.Errorf("items (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.problems, problems); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
	items, problems := ParseItems("csv", []byte("text\n"+strings.Repeat("x\n", mostImported+5)))
	if len(items) != mostImported || len(problems) != 1 || problems[0].Line != mostImported+2 {
		t.Errorf("%d items, problems %v", len(items), problems)
	}
}

func TestExportComesBack(t *testing.T) {
	items := []Item{
		{Text: `=HYPERLINK("https://example.org")`},
		{Text: "+1", Author: "@ann"},
		{Text: "'-quoted"},
		{Text: "'tis", Author: "Tom & <Jerry>"},
		{Question: "Why, \"so\"?", Answer: "So; there"},
		{Title: "T", Summary: "S", URL: "https://example.org/?a=1&b=2", Image: "https://example.org/i.png", Published: time.Date(2026, 3, 25, 12, 30, 0, 0, time.UTC)},
	}
	for format, write := range map[string]func(*bytes.Buffer) error{
		"csv":  func(b *bytes.Buffer) error { return WriteCSV(b, items) },
		"json": func(b *bytes.Buffer) error { return WriteJSON(b, items) },
	} {
		t.Run(format, func(t *testing.T) {
			var out bytes.Buffer
			if err := write(&out); err != nil {
				t.Fatal(err)
			}
			got, problems := ParseItems(format, out.Bytes())
			if diff := cmp.Diff(items, got); diff != "" || problems != nil {
				t.Errorf("problems %v, items (-want +got):\n%s", problems, diff)
			}
			if format == "csv" {
				for line := range strings.Lines(out.String()) {
					if strings.ContainsAny(strings.TrimLeft(line, `"`)[:1], "=+-@") || strings.Contains(line, ",@") {
						t.Errorf("a spreadsheet would compute %s", line)
					}
				}
			}
		})
	}
}
