package render

import (
	"encoding/json"
	"fmt"
	"image"
	"math"
	"strconv"
	"strings"

	"personalcms/content"
)

// numberWidget is one number out of a JSON answer.
func numberWidget() Kind {
	return kindOf(Kind{
		Name: "number", Title: "Big number", Hint: "One number from a JSON source, such as a price or a meter.",
		Options: []Option{
			{Name: "path", Title: "Path to the number", Type: "text", Default: "$", Hint: "A JSONPath such as $.power.now"},
			{Name: "label", Title: "What it is", Type: "text"},
			{Name: "prefix", Title: "Before it", Type: "text", Hint: "Such as €"},
			{Name: "unit", Title: "Unit", Type: "text"},
			{Name: "places", Title: "Decimal places", Type: "number", Default: "0", Min: 0, Max: 6},
			{Name: "before", Title: "Path to an earlier number", Type: "text", Hint: "The difference to it is shown with an arrow."},
			{Name: "words", Title: "Words after the difference", Type: "text", Hint: "Such as: since yesterday"},
		},
		Needs: Needs{Sources: []string{content.KindJSON, content.KindPush}},
		Cells: image.Pt(8, 5), Least: image.Pt(100, 56),
	}, seeNumber, drawSensor)
}

func seeNumber(in Input) view {
	source, missing := in.source()
	if missing != nil {
		return *missing
	}
	doc, err := readDocument(source.Feed.Document)
	if err != nil {
		return nothing(in.Locale.Word("no data"))
	}
	value, err := doc.number(in.Options.Text("path"))
	switch {
	case err != nil:
		return nothing(in.Locale.Word("bad path") + ": " + in.Options.Text("path"))
	case value == nil:
		return nothing(in.Locale.Word("no data"))
	}
	places := in.Options.Int("places")
	text, thousands, _ := strings.Cut(short(in.Locale, *value, places), " ")
	minus := ""
	if strings.HasPrefix(text, "−") {
		minus, text = "−", strings.TrimPrefix(text, "−")
	}
	shown := sensorShown{
		Heading: in.heading(in.Options.Text("label")), Unit: thousands + in.Options.Text("unit"),
		Number: minus + in.Options.Text("prefix") + text,
	}
	if shown.Heading == "" {
		shown.Age = in.age()
	}
	if path := in.Options.Text("before"); path != "" {
		if before, err := doc.number(path); err == nil && before != nil {
			by := *value - *before
			text := short(in.Locale, math.Abs(by), places)
			if text != in.Locale.Number(0, places) {
				shown.Trend = int(math.Copysign(1, by))
			}
			shown.TrendWords = strings.TrimSpace(text + " " + in.Options.Text("words"))
		}
	}
	return shows(shown)
}

// number is the number a path leads to, also one that stands in a text; nil when there is none.
func (d document) number(path string) (*float64, error) {
	x, err := parsePath(path)
	if err != nil {
		return nil, err
	}
	if n, ok := numberOf(first(x, d.root)); ok {
		return &n, nil
	}
	return nil, nil
}

func numberOf(value any) (float64, bool) {
	var n float64
	switch value := value.(type) {
	case int64:
		n = float64(value)
	case float64:
		n = value
	case json.Number:
		n, _ = value.Float64()
	case string:
		parsed, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
		if err != nil {
			return 0, false
		}
		n = parsed
	default:
		return 0, false
	}
	return n, !math.IsNaN(n) && !math.IsInf(n, 0)
}

// cell is a value as a cell of a table: numbers with the decimals they came with, at most two.
func cell(l Locale, value any) (text string, isNumber bool) {
	switch value := value.(type) {
	case nil:
		return "", false
	case bool:
		return map[bool]string{true: "✓", false: "–"}[value], false
	case string:
		_, isNumber := numberOf(value)
		if runes := []rune(value); len(runes) > longestCell {
			value = string(runes[:longestCell])
		}
		return value, isNumber
	case []any, map[string]any:
		return "", false
	}
	n, ok := numberOf(value)
	if !ok {
		return fmt.Sprint(value), true
	}
	places := 0
	for places < 2 && math.Abs(n*math.Pow10(places)-math.Round(n*math.Pow10(places))) > 1e-6 {
		places++
	}
	return short(l, n, places), true
}
