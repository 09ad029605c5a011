package content

import (
	"embed"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

//go:embed presets
var presetFiles embed.FS

// format says how one line of a preset file becomes an item.
type format func(line string) (Item, error)

// presetShelves is the order in which pages list the presets; their items are in
// presets/<category>/<subcategory>.txt, one a line.
var presetShelves = []struct {
	category Category
	format   format
}{
	{Category{Name: "jokes", Title: "Jokes", Subcategories: []Subcategory{
		{Name: "dad_jokes", Title: "Dad jokes"},
		{Name: "programming_jokes", Title: "Programming jokes"},
		{Name: "clean_jokes", Title: "Clean jokes"},
	}}, parseJoke},
	{Category{Name: "riddles", Title: "Riddles", Subcategories: []Subcategory{
		{Name: "easy_riddles", Title: "Easy riddles"},
		{Name: "logic_riddles", Title: "Logic riddles"},
		{Name: "math_riddles", Title: "Math riddles"},
	}}, parseRiddle},
	{Category{Name: "quotes", Title: "Quotes", Subcategories: []Subcategory{
		{Name: "classic_quotes", Title: "Classic quotes"},
		{Name: "stoic_quotes", Title: "Stoic quotes"},
		{Name: "proverbs", Title: "Proverbs"},
	}}, parseQuote},
	{Category{Name: "news", Title: "News", Subcategories: []Subcategory{
		{Name: "tech_news", Title: "Tech news"},
		{Name: "world_news", Title: "World news"},
		{Name: "science_news", Title: "Science news"},
		{Name: "environment_news", Title: "Environment news"},
	}}, parseHeadline},
}

// Presets returns the categories that come inside the program, in the order pages list them. The caller owns
// the result. It fails, naming file and line, if an embedded file is missing or malformed.
func Presets() ([]Category, error) {
	categories := make([]Category, 0, len(presetShelves))
	for _, shelf := range presetShelves {
		category := shelf.category
		category.Subcategories = make([]Subcategory, 0, len(shelf.category.Subcategories))
		for _, sub := range shelf.category.Subcategories {
			items, err := readPreset("presets/"+category.Name+"/"+sub.Name+".txt", shelf.format)
			if err != nil {
				return nil, err
			}
			sub.Items = items
			category.Subcategories = append(category.Subcategories, sub)
		}
		categories = append(categories, category)
	}
	return categories, nil
}

func readPreset(name string, parse format) ([]Item, error) {
	data, err := presetFiles.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("preset: %w", err)
	}
	items, err := parseItems(string(data), parse)
	if err != nil {
		return nil, fmt.Errorf("preset %s: %w", name, err)
	}
	return items, nil
}

func parseItems(data string, parse format) ([]Item, error) {
	if !utf8.ValidString(data) {
		return nil, errors.New("not UTF-8")
	}
	var items []Item
	number := 0
	for line := range strings.Lines(data) {
		number++
		// A checkout on Windows may have turned line ends into CRLF before they were embedded.
		item, err := parse(strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r"))
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", number, err)
		}
		items = append(items, item)
	}
	if len(items) == 0 {
		return nil, errors.New("no items")
	}
	return items, nil
}

func parseJoke(line string) (Item, error) {
	fields, err := splitFields(line, 1)
	if err != nil {
		return Item{}, err
	}
	return Item{Text: fields[0]}, nil
}

func parseRiddle(line string) (Item, error) {
	fields, err := splitFields(line, 2)
	if err != nil {
		return Item{}, err
	}
	return Item{Question: fields[0], Answer: fields[1]}, nil
}

func parseQuote(line string) (Item, error) {
	fields, err := splitFields(line, 2)
	if err != nil {
		return Item{}, err
	}
	return Item{Text: fields[0], Author: fields[1]}, nil
}

func parseHeadline(line string) (Item, error) {
	fields, err := splitFields(line, 2)
	if err != nil {
		return Item{}, err
	}
	return Item{Title: fields[0], Summary: fields[1]}, nil
}

// splitFields cuts a line at its tabs and insists on exactly want fields, none empty or padded.
func splitFields(line string, want int) ([]string, error) {
	fields := strings.Split(line, "\t")
	if len(fields) != want {
		return nil, fmt.Errorf("%d fields, want %d", len(fields), want)
	}
	for i, field := range fields {
		if field == "" || field != strings.TrimSpace(field) {
			return nil, fmt.Errorf("field %d is empty or has spaces around it", i+1)
		}
	}
	return fields, nil
}
