package content

import (
	"context"
	"strings"
	"time"
)

func fetchPush(context.Context, *Fetcher, Source, Feed, time.Time) (Feed, answer, error) {
	return Feed{}, answer{}, failure(ErrSettings, "This source is not asked: scripts send it what it has.")
}

// ReadPush reads what a script sent to a push source: one item ({"title": …, "text": …}), a list of items, any
// other JSON with the source's paths, or plain text, one item a paragraph. It fails with a Failure.
func ReadPush(contentType string, body []byte, source Source, now time.Time) (Feed, error) {
	if int64(len(body)) > source.maxBytes() {
		return Feed{}, failure(ErrTooLarge, "The answer is larger than %s.", size(source.maxBytes()))
	}
	text := strings.TrimSpace(toUTF8(body, contentType))
	if text == "" {
		return Feed{}, failure(ErrFormat, "Nothing was sent.")
	}
	isJSON := strings.Contains(strings.ToLower(contentType), "json")
	if !isJSON && (strings.HasPrefix(strings.ToLower(contentType), "text/") || !strings.ContainsAny(text[:1], "[{")) {
		return Feed{At: now.UTC(), Items: paragraphs(text, source)}, nil
	}
	if source.Paths == (Paths{}) {
		switch {
		case text[0] == '[':
			source.Paths.Items = "$[*]"
		case strings.HasPrefix(text, "{") && hasList(text):
			source.Paths.Items = "$.items[*]"
		}
	}
	feed, err := readJSON([]byte(text), "", source, now)
	if err != nil {
		return Feed{}, err
	}
	feed.At = now.UTC()
	return feed, nil
}

// hasList reports whether an object has its items in a list of that name.
func hasList(text string) bool {
	document, _, err := parseJSON([]byte(text), "")
	if err != nil {
		return false
	}
	o, _ := document.(object)
	_, list := o.values["items"].([]any)
	return list
}
