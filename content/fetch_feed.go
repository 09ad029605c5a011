package content

import (
	"context"
	"encoding/xml"
	"html"
	"io"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/mmcdole/gofeed"
)

func fetchFeed(ctx context.Context, f *Fetcher, source Source, last Feed, now time.Time) (Feed, answer, error) {
	got, err := f.get(ctx, source, "application/rss+xml, application/atom+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1", last, now)
	if err != nil {
		return Feed{}, got, err
	}
	if got.unchanged {
		return last, got, nil
	}
	feed, err := readFeed(got.body, got.contentType, source, now)
	return feed, got, err
}

// readFeed reads RSS, Atom or JSON Feed.
func readFeed(body []byte, contentType string, source Source, now time.Time) (Feed, error) {
	text := toUTF8(body, contentType)
	if strings.TrimSpace(text) == "" {
		return Feed{}, failure(ErrFormat, "The answer is empty.")
	}
	mended := mendXML(text)
	if err := sized(mended); err != nil {
		return Feed{}, err
	}
	parsed, err := gofeed.NewParser().ParseString(mended)
	if err != nil {
		parsed, err = gofeed.NewParser().ParseString(closed(mended))
	}
	if err != nil || parsed == nil {
		return Feed{}, failure(ErrFormat, "The answer is no RSS or Atom: it begins with “%s”.", beginning(text))
	}
	base, _ := url.Parse(parsed.Link)
	if base == nil || base.Host == "" {
		base, _ = url.Parse(source.URL)
	}
	feed := Feed{Title: clean(parsed.Title, longestTitle)}
	for _, entry := range parsed.Items {
		if len(feed.Items) == source.maxItems() {
			break
		}
		if item := feedItem(entry, base, now); item.Title != "" {
			feed.Items = append(feed.Items, item)
		}
	}
	if len(parsed.Items) > 0 && len(feed.Items) == 0 {
		return Feed{}, failure(ErrNothingFound, "The feed has entries, but none with a title or a text.")
	}
	return feed, nil
}

// feedItem is the headline of an entry. One without a title gets the beginning of its text.
func feedItem(entry *gofeed.Item, base *url.URL, now time.Time) Item {
	item := Item{Title: clean(entry.Title, longestTitle), Summary: clean(entry.Description, longestText), URL: webAddress(entry.Link, base)}
	if item.Summary == "" {
		item.Summary = clean(entry.Content, longestText)
	}
	if item.Title == "" {
		item.Title = clean(item.Summary, 120)
	}
	if item.URL == "" {
		item.URL = webAddress(entry.GUID, nil)
	}
	for _, date := range []string{entry.Published, entry.Updated} {
		if at, ok := parseDate(date, now.Location()); ok {
			item.Published = at
			break
		}
	}
	if item.Published.IsZero() && entry.PublishedParsed != nil {
		item.Published, _ = plausible(*entry.PublishedParsed)
	}
	item.Image = imageOf(entry, base)
	return item
}

// imageOf is the address of an entry's picture: its own, an enclosure, or one of Media RSS.
func imageOf(entry *gofeed.Item, base *url.URL) string {
	if entry.Image != nil {
		if address := webAddress(entry.Image.URL, base); address != "" {
			return address
		}
	}
	for _, enclosure := range entry.Enclosures {
		if strings.HasPrefix(enclosure.Type, "image/") {
			return webAddress(enclosure.URL, base)
		}
	}
	for _, name := range []string{"thumbnail", "content"} {
		for _, media := range entry.Extensions["media"][name] {
			if kind := media.Attrs["type"]; name == "thumbnail" || strings.HasPrefix(kind, "image/") || media.Attrs["medium"] == "image" {
				return webAddress(media.Attrs["url"], base)
			}
		}
	}
	return ""
}

const (
	deepestXML  = 100     // elements within one another
	mostInOneGo = 100_000 // elements of a feed; one that has everything has thirty for each entry
)

// sized is a failure when a feed has more elements than any household reads, or has them deeper in one another:
// its parser calls itself for each level and keeps all of them, so that a small answer would take all memory.
func sized(text string) error {
	tooMuch := failure(ErrFormat, "The feed has more than %d elements, or more than %d in one another.", mostInOneGo, deepestXML)
	if strings.HasPrefix(strings.TrimSpace(text), "{") { // a JSON Feed, whose parser bounds how deep it goes
		if strings.Count(text, "{") > mostInOneGo {
			return tooMuch
		}
		return nil
	}
	tokens := xml.NewDecoder(strings.NewReader(text))
	tokens.Strict = false
	tokens.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil } // as the parser of feeds goes on, too
	var open []string
	for elements, more := 0, true; more; {
		token, err := tokens.RawToken()
		more = err == nil // else it is the end, or what the parser of feeds says more about
		switch element := token.(type) {
		case xml.StartElement:
			open = append(open, element.Name.Local)
			if elements++; elements > mostInOneGo || len(open) > deepestXML {
				return tooMuch
			}
		case xml.EndElement:
			// Elements that were never closed end with the one around them.
			at := len(open) - 1
			for at >= 0 && open[at] != element.Name.Local {
				at--
			}
			if at >= 0 {
				open = open[:at]
			}
		}
	}
	return nil
}

var (
	firstTag  = regexp.MustCompile(`(?i)<(\?xml|rss|feed|rdf:rdf|\w+:feed)[\s>]`)
	anyEntity = regexp.MustCompile(`&(#[xX]?[0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*);?`)
)

// mendXML makes of what feeds really send what a parser of XML takes: nothing before the first tag, no
// declared encoding (the text is UTF-8 by now), no entities but XML's own, no forbidden letters.
func mendXML(text string) string {
	if strings.HasPrefix(strings.TrimSpace(text), "{") {
		return text // a JSON Feed
	}
	if start := firstTag.FindStringIndex(text); start != nil {
		text = text[start[0]:]
	}
	if strings.HasPrefix(text, "<?") {
		if _, rest, found := strings.Cut(text, "?>"); found {
			text = rest
		}
	}
	text = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\r' && r != '\t' || r == 0xfffe || r == 0xffff || r == utf8.RuneError {
			return -1
		}
		return r
	}, text)
	return anyEntity.ReplaceAllStringFunc(text, func(entity string) string {
		switch entity {
		case "&amp;", "&lt;", "&gt;", "&quot;", "&apos;":
			return entity
		}
		decoded := html.UnescapeString(entity)
		if r, _ := utf8.DecodeRuneInString(decoded); decoded == entity || r < ' ' || r == utf8.RuneError || strings.ContainsAny(decoded, "<>&") {
			return "&amp;" + entity[1:] // the character itself, or an entity for later
		}
		return decoded
	})
}

// closed is a feed that broke off, without what is behind its last whole entry.
func closed(text string) string {
	entry, end := "</item>", "</channel></rss>"
	if !strings.Contains(text, entry) {
		entry, end = "</entry>", "</feed>"
	}
	at := strings.LastIndex(text, entry)
	if at < 0 {
		return text
	}
	return text[:at+len(entry)] + end
}
