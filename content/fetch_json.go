package content

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ohler55/ojg/jp"
	"github.com/ohler55/ojg/oj"
)

const (
	deepestJSON     = 100       // nested lists and objects
	largestDocument = 512 << 10 // of an answer that is kept whole, in bytes
)

func fetchJSON(ctx context.Context, f *Fetcher, source Source, last Feed, now time.Time) (Feed, answer, error) {
	got, err := f.get(ctx, source, "application/json, text/json;q=0.9, */*;q=0.1", last, now)
	if err != nil {
		return Feed{}, got, err
	}
	if got.unchanged {
		return last, got, nil
	}
	feed, err := readJSON(got.body, got.contentType, source, now)
	return feed, got, err
}

// readJSON finds the items of a source in a JSON document, by its paths, or by the usual names where it has none.
func readJSON(body []byte, contentType string, source Source, now time.Time) (Feed, error) {
	document, text, err := parseJSON(body, contentType)
	if err != nil {
		return Feed{}, err
	}
	parts, err := source.Paths.parse()
	if err != nil {
		return Feed{}, err
	}
	feed := Feed{}
	if len(text) <= largestDocument {
		feed.Document = text
	}
	nodes := []any{document}
	if source.Paths.Items != "" {
		nodes = parts.items.Get(document)
		if len(nodes) == 0 && !emptyList(parts.items, document) {
			return Feed{}, failure(ErrNothingFound, "Nothing was found at %s.", asWritten(source.Paths.Items, 100))
		}
	}
	for _, node := range nodes[:min(len(nodes), source.maxItems())] {
		item := parts.item(node, now.Location())
		if item = item.suited(source.Category); item != (Item{}) {
			feed.Items = append(feed.Items, item)
		}
	}
	if len(nodes) > 0 && len(feed.Items) == 0 && !parts.guess {
		return Feed{}, failure(ErrNothingFound, "The answer has nothing at the paths for title, text and the other parts.")
	}
	return feed, nil
}

// parseJSON returns a document, and its text without needless spaces.
func parseJSON(body []byte, contentType string) (any, json.RawMessage, error) {
	text := []byte(strings.TrimSpace(toUTF8(body, contentType)))
	if len(text) == 0 {
		return nil, nil, failure(ErrFormat, "The answer is empty.")
	}
	var compact bytes.Buffer
	if !json.Valid(text) || json.Compact(&compact, text) != nil {
		return nil, nil, failure(ErrFormat, "The answer is no JSON: it begins with “%s”.", beginning(string(text)))
	}
	if depth(text) > deepestJSON {
		return nil, nil, failure(ErrFormat, "The answer has lists in lists more than %d deep.", deepestJSON)
	}
	document, err := oj.Parse(text)
	if err != nil {
		return nil, nil, failure(ErrFormat, "The answer is JSON with numbers or letters that cannot be read.")
	}
	return ordered(document), compact.Bytes(), nil
}

// object is a JSON object whose keys have an order, so that $.* finds the same items in the same order on
// every server.
type object struct {
	keys   []string
	values map[string]any
}

// ValueForKey is asked by JSONPath.
func (o object) ValueForKey(key string) (any, bool) {
	value, has := o.values[key]
	return value, has
}

// Keys are in alphabetical order.
func (o object) Keys() []string { return o.keys }

// SetValueForKey does nothing: documents are only read.
func (o object) SetValueForKey(string, any) {}

// RemoveValueForKey does nothing: documents are only read.
func (o object) RemoveValueForKey(string) {}

func ordered(value any) any {
	switch v := value.(type) {
	case []any:
		for i := range v {
			v[i] = ordered(v[i])
		}
	case map[string]any:
		for key := range v {
			v[key] = ordered(v[key])
		}
		return object{slices.Sorted(maps.Keys(v)), v}
	}
	return value
}

// beginning is the start of an answer in one line, to show what came instead of what was hoped for.
func beginning(text string) string {
	line := []rune(strings.Join(strings.Fields(strings.ToValidUTF8(text[:min(len(text), 400)], "")), " "))
	return strings.Map(func(r rune) rune {
		if isControl(r) {
			return -1
		}
		return r
	}, string(line[:min(len(line), 40)]))
}

func depth(text []byte) int {
	deepest, current, quoted := 0, 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[' || c == '{':
			current++
			deepest = max(deepest, current)
		case c == ']' || c == '}':
			current--
		}
	}
	return deepest
}

// emptyList reports that a path that ends in [*] names a list which has nothing in it: a to-do list with
// everything done is no failure.
func emptyList(path jp.Expr, document any) bool {
	if len(path) < 2 {
		return false
	}
	if _, all := path[len(path)-1].(jp.Wildcard); !all {
		return false
	}
	for _, node := range path[:len(path)-1].Get(document) {
		if list, ok := node.([]any); ok && len(list) == 0 {
			return true
		}
	}
	return false
}

// part is one part of an item and the paths it may stand at, the first that has something counts.
type part struct {
	paths []jp.Expr
	set   func(item *Item, value any, zone *time.Location)
}

// partsOf are the paths of a source, parsed.
type partsOf struct {
	items jp.Expr
	parts []part
	guess bool // the source names no parts: the usual names are tried
}

// Check returns a failure whose sentence says which path cannot be read, nil when all can.
func (p Paths) Check() error {
	_, err := p.parse()
	return err
}

func (p Paths) parse() (partsOf, error) {
	fields := []struct {
		path  string
		usual []string
		set   func(item *Item, value any, zone *time.Location)
	}{
		{p.Title, []string{"title", "headline", "name", "summary"}, func(i *Item, v any, _ *time.Location) { i.Title = clean(scalar(v), longestTitle) }},
		{p.Text, []string{"text", "joke", "quote", "content", "description", "body", "message"}, func(i *Item, v any, _ *time.Location) { i.Text = clean(scalar(v), longestText) }},
		{p.Question, []string{"question", "setup", "riddle"}, func(i *Item, v any, _ *time.Location) { i.Question = clean(scalar(v), longestText) }},
		{p.Answer, []string{"answer", "punchline", "delivery"}, func(i *Item, v any, _ *time.Location) { i.Answer = clean(scalar(v), longestText) }},
		{p.Author, []string{"author"}, func(i *Item, v any, _ *time.Location) { i.Author = clean(scalar(v), longestTitle) }},
		{p.Date, []string{"published", "date", "created_at", "time", "timestamp"}, func(i *Item, v any, zone *time.Location) { i.Published, _ = parseDate(scalar(v), zone) }},
		{p.URL, []string{"url", "link", "href"}, func(i *Item, v any, _ *time.Location) { i.URL = webAddress(scalar(v), nil) }},
		{p.Image, []string{"image", "picture", "thumbnail"}, func(i *Item, v any, _ *time.Location) { i.Image = webAddress(scalar(v), nil) }},
	}
	named := p
	named.Items = ""
	parsed := partsOf{guess: named == Paths{}}
	var err error
	if p.Items != "" {
		if parsed.items, err = parsePath(p.Items); err != nil {
			return partsOf{}, err
		}
	}
	for _, field := range fields {
		paths := []string{field.path}
		if parsed.guess {
			paths = field.usual
		}
		one := part{set: field.set}
		for _, path := range paths {
			if path == "" {
				continue
			}
			x, err := parsePath(path)
			if err != nil {
				return partsOf{}, err
			}
			one.paths = append(one.paths, x)
		}
		parsed.parts = append(parsed.parts, one)
	}
	return parsed, nil
}

// parsePath reads a JSONPath. It allows “..” once: twice would make of a small answer a huge one.
func parsePath(path string) (jp.Expr, error) {
	x, err := jp.ParseString(path)
	if err != nil || len(x) == 0 || len(path) > 300 {
		return nil, failure(ErrPath, "The path %s is no JSONPath; one looks like $.items[*] or $.title.", asWritten(path, 100))
	}
	if strings.Count(path, "..") > 1 {
		return nil, failure(ErrPath, "The path %s has .. in it more than once.", asWritten(path, 100))
	}
	return x, nil
}

// item reads the parts of one item. A text or number by itself is its text.
func (p partsOf) item(node any, zone *time.Location) Item {
	var item Item
	if p.guess {
		if text := scalar(node); text != "" {
			if _, list := node.([]any); !list {
				item.Text = clean(text, longestText)
				return item
			}
		}
	}
	for _, part := range p.parts {
		for _, path := range part.paths {
			if value := path.First(node); scalar(value) != "" {
				part.set(&item, value, zone)
				break
			}
		}
	}
	if item.Title == "" && item.Text == "" && item.Question == "" && item.Image == "" {
		return Item{} // a date or an author alone is nothing to show
	}
	return item
}

// suited moves the parts of an item to where a category shows them: a joke is one text, a riddle a question
// with its answer, a headline a title with a summary.
func (i Item) suited(category string) Item {
	switch {
	case category == "jokes" && i.Text == "" && i.Question != "":
		i.Text = strings.TrimSpace(i.Question + " " + i.Answer)
		i.Question, i.Answer = "", ""
	case category == "news" && i.Title == "" && i.Text != "":
		i.Title, i.Text = clean(i.Text, longestTitle), ""
	case category == "news":
		i.Summary, i.Text = i.Text, ""
	}
	return i
}

// scalar is the text of a value: a list's values stand behind one another, an object has none.
func scalar(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case json.Number:
		return v.String()
	case time.Time:
		return v.Format(time.RFC3339)
	case fmt.Stringer:
		return v.String()
	case []any:
		var texts []string
		for _, one := range v[:min(len(v), 50)] {
			if _, nested := one.([]any); !nested && scalar(one) != "" {
				texts = append(texts, scalar(one))
			}
		}
		return strings.Join(slices.Clip(texts), ", ")
	}
	return ""
}
