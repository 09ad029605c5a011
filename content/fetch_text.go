package content

import (
	"context"
	"strings"
	"time"
)

func fetchText(_ context.Context, _ *Fetcher, source Source, _ Feed, _ time.Time) (Feed, answer, error) {
	if strings.TrimSpace(source.Text) == "" {
		return Feed{}, answer{}, failure(ErrSettings, "The source has no text yet.")
	}
	return Feed{Items: paragraphs(source.Text, source)}, answer{}, nil
}

// paragraphs makes an item of each paragraph; empty lines stand between them.
func paragraphs(text string, source Source) []Item {
	var items []Item
	text = strings.ReplaceAll(text, "\r\n", "\n")
	for paragraph := range strings.SplitSeq(text, "\n\n") {
		plain := ownText(paragraph)
		if plain != "" && len(items) < source.maxItems() {
			items = append(items, Item{Text: plain}.suited(source.Category))
		}
	}
	return items
}
