package content

import (
	"bytes"
	"context"
	"errors"
	"net/url"
	"strings"
	"time"
)

const acceptPicture = "image/png, image/jpeg, image/gif, image/webp, image/bmp, image/*;q=0.8, */*;q=0.1"

// fetchPicture fetches the picture at the source's address or, when Paths says where, the one whose address
// stands in the JSON there. It is not decoded here.
func fetchPicture(ctx context.Context, f *Fetcher, source Source, last Feed, now time.Time) (Feed, answer, error) {
	if source.Paths.Image == "" {
		got, err := f.get(ctx, source, acceptPicture, last, now)
		switch {
		case err != nil:
			return Feed{}, got, err
		case got.unchanged:
			last.Picture = nil
			return last, got, nil
		}
		feed, err := pictureOf(Feed{}, got)
		return feed, got, err
	}
	about, err := f.get(ctx, source, "application/json, */*;q=0.1", Feed{}, now)
	if err != nil {
		return Feed{}, about, err
	}
	feed, err := readJSON(about.body, about.contentType, source, now)
	if err != nil && !errors.Is(err, ErrNothingFound) {
		return Feed{}, about, err
	}
	address := source.pictureAddress(about.body, about.contentType, now)
	if address == nil {
		return Feed{}, about, failure(ErrNothingFound, "No address of a picture was found at %s.", asWritten(source.Paths.Image, 100))
	}
	// The key was meant for the server that was asked first: the picture is fetched without it.
	got, err := f.ask(ctx, source, inquiry{address: address, accept: acceptPicture}, now)
	if err != nil {
		return Feed{}, got, err
	}
	got.etag, got.modified = "", "" // of the picture, not of what named it
	feed, err = pictureOf(feed, got)
	return feed, got, err
}

// pictureAddress is the first address of a picture in a document, read relative to the source's own.
func (s Source) pictureAddress(body []byte, contentType string, now time.Time) *url.URL {
	base, err := s.address(now)
	if err != nil {
		return nil
	}
	document, _, err := parseJSON(body, contentType)
	if err != nil {
		return nil
	}
	path, err := parsePath(s.Paths.Image)
	if err != nil {
		return nil
	}
	items := []any{document}
	if s.Paths.Items != "" {
		if all, err := parsePath(s.Paths.Items); err == nil {
			items = all.Get(document)
		}
	}
	for _, item := range items {
		if address := webAddress(scalar(path.First(item)), base); address != "" {
			if u, err := url.Parse(address); err == nil {
				return u
			}
		}
	}
	return nil
}

func pictureOf(feed Feed, got answer) (Feed, error) {
	if len(got.body) == 0 {
		return Feed{}, failure(ErrFormat, "The answer is empty.")
	}
	if sniffPicture(got.body) == "" && !strings.HasPrefix(strings.ToLower(got.contentType), "image/") {
		return Feed{}, failure(ErrFormat, "The answer is no picture: it begins with “%s”.", beginning(toUTF8(got.body, got.contentType)))
	}
	feed.Picture = got.body
	return feed, nil
}

// sniffPicture names the format of a picture by its first bytes, "" when they are of none.
func sniffPicture(data []byte) string {
	for _, magic := range []struct {
		at     int
		bytes  string
		format string
	}{
		{0, "\x89PNG\r\n\x1a\n", "png"},
		{0, "\xff\xd8\xff", "jpeg"},
		{0, "GIF87a", "gif"},
		{0, "GIF89a", "gif"},
		{0, "BM", "bmp"},
		{8, "WEBP", "webp"},
		{0, "II*\x00", "tiff"},
		{0, "MM\x00*", "tiff"},
		{4, "ftypheic", "heic"},
		{4, "ftypmif1", "heic"},
		{4, "ftypavif", "avif"},
	} {
		if len(data) > magic.at && bytes.HasPrefix(data[magic.at:], []byte(magic.bytes)) {
			return magic.format
		}
	}
	return ""
}
