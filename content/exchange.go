package content

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

const (
	largestImport = 4 << 20
	mostImported  = 5000
)

// Problem is a line of an import that was not taken, and why.
type Problem struct {
	Line     int    `json:"line"` // from 1; of JSON, the number of the item
	Sentence string `json:"sentence"`
}

// columns are the parts of an item as an export names them.
func columns() []string {
	return []string{"text", "author", "question", "answer", "title", "summary", "url", "published", "image"}
}

// ParseItems reads items for an import, "csv" or "json" as WriteCSV and WriteJSON write them, and more loosely:
// separated by commas, semicolons or tabs, columns in any order, JSON of texts alone. What cannot be used is a
// Problem; the rest is returned.
func ParseItems(format string, data []byte) ([]Item, []Problem) {
	if len(data) > largestImport {
		return nil, []Problem{{1, "The file is larger than " + size(largestImport) + "."}}
	}
	text := toUTF8(data, "")
	switch format {
	case "csv":
		return parseCSV(text)
	case "json":
		return parseJSONItems(text)
	}
	return nil, []Problem{{1, "Only CSV and JSON files can be read."}}
}

func parseCSV(text string) ([]Item, []Problem) {
	reader := csv.NewReader(strings.NewReader(text))
	reader.Comma, reader.FieldsPerRecord, reader.LazyQuotes = separator(text), -1, true
	var names []string
	var items []Item
	var problems []Problem
	for {
		record, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			line := 1
			if broken, ok := errors.AsType[*csv.ParseError](err); ok {
				line = broken.Line
			}
			return items, append(problems, Problem{line, "The file cannot be read from here on: is a quotation mark missing?"})
		}
		line, _ := reader.FieldPos(0)
		if names == nil {
			var isHead bool
			if names, isHead = columnNames(record); names == nil {
				return nil, []Problem{{line, "The first line must name the columns: " + strings.Join(columns(), ", ") + "."}}
			}
			if isHead {
				continue
			}
		}
		item, sentence := itemOfRecord(names, record)
		if sentence != "" {
			problems = append(problems, Problem{line, sentence})
			continue
		}
		if len(items) == mostImported {
			return items, append(problems, tooMany(line))
		}
		items = append(items, item)
	}
	if names == nil {
		problems = append(problems, Problem{1, "The file is empty."})
	}
	return items, problems
}

func tooMany(line int) Problem {
	return Problem{line, fmt.Sprintf("Only the first %d items were taken.", mostImported)}
}

// separator is the one of comma, semicolon (as spreadsheets in much of Europe write) and tab that the first
// line has most of.
func separator(text string) rune {
	head, _, _ := strings.Cut(text, "\n")
	best := ','
	for _, r := range ";\t" {
		if strings.Count(head, string(r)) > strings.Count(head, string(best)) {
			best = r
		}
	}
	return best
}

// columnNames reads the first line. A file with one column needs no name for it: it is a list of texts, and
// its first line is one already.
func columnNames(record []string) (names []string, isHead bool) {
	names = make([]string, len(record))
	for i, field := range record {
		field = strings.ToLower(strings.TrimSpace(field))
		if slices.Contains(columns(), field) {
			names[i], isHead = field, true
		}
	}
	switch {
	case isHead:
		return names, true
	case len(record) == 1:
		return []string{"text"}, false
	}
	return nil, false
}

// itemOfRecord makes an item of a line; the sentence says what is wrong with it.
func itemOfRecord(names, record []string) (item Item, sentence string) {
	for i, field := range record {
		if i >= len(names) {
			if strings.TrimSpace(field) != "" {
				return Item{}, "The line has more fields than there are columns."
			}
			continue
		}
		field = unguarded(field)
		switch names[i] {
		case "text":
			item.Text = ownText(field)
		case "author":
			item.Author = ownText(field)
		case "question":
			item.Question = ownText(field)
		case "answer":
			item.Answer = ownText(field)
		case "title":
			item.Title = ownText(field)
		case "summary":
			item.Summary = ownText(field)
		case "url":
			item.URL = strings.TrimSpace(field)
		case "image":
			item.Image = strings.TrimSpace(field)
		case "published":
			if field = strings.TrimSpace(field); field == "" {
				continue
			}
			var ok bool
			if item.Published, ok = parseDate(field, time.UTC); !ok {
				return Item{}, fmt.Sprintf("“%s” is no date; one looks like 2026-03-14.", beginning(field))
			}
		}
	}
	return item.checked()
}

// ownText cleans what a person typed: it is no HTML.
func ownText(text string) string {
	return asWritten(text, longestText)
}

// checked says what an item lacks to be shown.
func (i Item) checked() (Item, string) {
	switch {
	case i.Text == "" && i.Question == "" && i.Title == "":
		return Item{}, "There is no text, question or title."
	case i.Question != "" && i.Answer == "":
		return Item{}, "The question has no answer."
	case i.URL != "" && webAddress(i.URL, nil) == "", i.Image != "" && webAddress(i.Image, nil) == "":
		return Item{}, "The address does not begin with http:// or https://."
	}
	return i, ""
}

// parseJSONItems reads a list of items or texts, also as "items" of an object.
func parseJSONItems(text string) ([]Item, []Problem) {
	var list []json.RawMessage
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		var object struct {
			Items []json.RawMessage `json:"items"`
		}
		if err := json.Unmarshal([]byte(text), &object); err != nil || object.Items == nil {
			return nil, []Problem{{1, "The file is no JSON list of items, such as [{\"text\": \"…\"}]."}}
		}
		list = object.Items
	}
	var items []Item
	var problems []Problem
	for i, raw := range list {
		item, sentence := itemOfJSON(raw)
		if sentence != "" {
			problems = append(problems, Problem{i + 1, sentence})
			continue
		}
		if len(items) == mostImported {
			return items, append(problems, tooMany(i+1))
		}
		items = append(items, item)
	}
	return items, problems
}

func itemOfJSON(raw json.RawMessage) (Item, string) {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return Item{Text: ownText(text)}.checked()
	}
	var fields map[string]any
	if err := json.Unmarshal(raw, &fields); err != nil {
		return Item{}, "This is no item."
	}
	var names, record []string
	for _, name := range columns() {
		names, record = append(names, name), append(record, guarded(scalar(fields[name])))
	}
	return itemOfRecord(names, record)
}

// WriteJSON writes items as ParseItems reads them.
func WriteJSON(w io.Writer, items []Item) error {
	if items == nil {
		items = []Item{}
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(items); err != nil {
		return fmt.Errorf("write items: %w", err)
	}
	return nil
}

// WriteCSV writes items as ParseItems reads them. A spreadsheet that opens the file takes no text for a formula.
func WriteCSV(w io.Writer, items []Item) error {
	out := csv.NewWriter(w)
	records := [][]string{columns()}
	for _, i := range items {
		published := ""
		if !i.Published.IsZero() {
			published = i.Published.UTC().Format(time.RFC3339)
		}
		record := []string{i.Text, i.Author, i.Question, i.Answer, i.Title, i.Summary, i.URL, published, i.Image}
		for at := range record {
			record[at] = guarded(record[at])
		}
		records = append(records, record)
	}
	if err := out.WriteAll(records); err != nil {
		return fmt.Errorf("write items: %w", err)
	}
	return nil
}

// guarded puts an apostrophe before what a spreadsheet would compute.
func guarded(field string) string {
	if formula(strings.TrimLeft(field, "'")) {
		return "'" + field
	}
	return field
}

// unguarded takes that apostrophe away again.
func unguarded(field string) string {
	if rest, found := strings.CutPrefix(field, "'"); found && formula(strings.TrimLeft(rest, "'")) {
		return rest
	}
	return field
}

func formula(field string) bool {
	return field != "" && strings.ContainsAny(field[:1], "=+-@\t\r")
}
