package content

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const rssHead = `<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Village &amp; Vale</title><link>https://example.org/</link>`

func TestReadFeed(t *testing.T) {
	at := time.Date(2026, 3, 25, 12, 30, 0, 0, time.UTC)
	tests := []struct {
		name, contentType, body string
		want                    []Item
	}{
		{
			"RSS 2.0", "application/rss+xml", rssHead + `<item><title><![CDATA[Bridge <b>opens</b>]]></title><description>&lt;p&gt;At &lt;i&gt;noon&lt;/i&gt;.&lt;/p&gt;</description>
			<link>https://example.org/1</link><pubDate>Wed, 25 Mar 2026 12:30:00 GMT</pubDate><enclosure url="/bridge.jpg" type="image/jpeg" length="1"/></item></channel></rss>`,
			[]Item{{Title: "Bridge opens", Summary: "At noon.", URL: "https://example.org/1", Published: at, Image: "https://example.org/bridge.jpg"}},
		},
		{
			"Atom", "application/atom+xml", `<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title><entry><title type="html">Rain &amp;amp; shine</title>
			<link href="https://example.org/a"/><updated>2026-03-25T13:30:00+01:00</updated><summary>Both.</summary></entry></feed>`,
			[]Item{{Title: "Rain & shine", Summary: "Both.", URL: "https://example.org/a", Published: at}},
		},
		{
			"RDF", "", `<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
			<channel><title>R</title></channel><item><title>One</title><link>https://example.org/r</link><dc:date>2026-03-25T12:30:00Z</dc:date></item></rdf:RDF>`,
			[]Item{{Title: "One", URL: "https://example.org/r", Published: at}},
		},
		{"media thumbnail", "", `<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><link>https://example.org</link><item><title>One</title>
			<media:thumbnail url="https://example.org/t.jpg"/></item></channel></rss>`, []Item{{Title: "One", Image: "https://example.org/t.jpg"}}},
		{"HTML entities", "", rssHead + `<item><title>Caf&eacute;&nbsp;&ndash; 3&hellip; AT&T</title></item></channel></rss>`, []Item{{Title: "Café – 3… AT&T"}}},
		{"entities twice", "", rssHead + `<item><title>Tom &amp;amp;amp; Jerry&amp;#8217;s</title></item></channel></rss>`, []Item{{Title: "Tom & Jerry’s"}}},
		{
			"broken dates", "", rssHead + `<item><title>One</title><pubDate>yesterday</pubDate></item><item><title>Two</title><pubDate>25 March 2026, 13:30:00 +0100</pubDate></item></channel></rss>`,
			[]Item{{Title: "One"}, {Title: "Two", Published: at}},
		},
		{"missing title", "", rssHead + `<item><description>Only a text here.</description></item><item></item></channel></rss>`, []Item{{Title: "Only a text here.", Summary: "Only a text here."}}},
		{"byte order mark and junk", "", "\xef\xbb\xbf\n<!-- cached -->\n" + rssHead + `<item><title>One</title></item></channel></rss>`, []Item{{Title: "One"}}},
		{"warning before", "", "Warning: line 3\n" + rssHead + `<item><title>One</title></item></channel></rss>`, []Item{{Title: "One"}}},
		{"windows-1252 declared", "", "<?xml version=\"1.0\" encoding=\"windows-1252\"?><rss version=\"2.0\"><channel><item><title>\x93Caf\xe9\x94</title></item></channel></rss>", []Item{{Title: "“Café”"}}},
		{"windows-1252 declared as UTF-8", "text/xml; charset=utf-8", "<?xml version=\"1.0\" encoding=\"utf-8\"?><rss version=\"2.0\"><channel><item><title>\x93Caf\xe9\x94</title></item></channel></rss>", []Item{{Title: "“Café”"}}},
		{"UTF-8 declared as latin-1", "text/xml; charset=iso-8859-1", "<?xml version=\"1.0\" encoding=\"iso-8859-1\"?><rss version=\"2.0\"><channel><item><title>Café</title></item></channel></rss>", []Item{{Title: "Café"}}},
		{"latin-2 by header", "text/xml; charset=ISO-8859-2", "<rss version=\"2.0\"><channel><item><title>\xa3\xf3d\xbc</title></item></channel></rss>", []Item{{Title: "Łódź"}}},
		{"shift_jis", "", "<?xml version=\"1.0\" encoding=\"Shift_JIS\"?><rss version=\"2.0\"><channel><item><title>\x93\xfa\x96\x7b</title></item></channel></rss>", []Item{{Title: "日本"}}},
		{"utf-16", "", utf16LE(`<?xml version="1.0" encoding="utf-16"?><rss version="2.0"><channel><item><title>Café</title></item></channel></rss>`), []Item{{Title: "Café"}}},
		{"forbidden letters", "", rssHead + "<item><title>O\x00n\x1be &#8; &#x1F600;</title></item></channel></rss>", []Item{{Title: "One 😀"}}},
		{"not closed", "", rssHead + `<item><title>One</title></item><item><title>Two</title></item>`, []Item{{Title: "One"}, {Title: "Two"}}},
		{
			"JSON Feed", "application/feed+json", `{"version":"https://jsonfeed.org/version/1.1","title":"J","items":[{"id":"1","title":"One","url":"https://example.org/j"}]}`,
			[]Item{{Title: "One", URL: "https://example.org/j"}},
		},
		{"no entries", "", rssHead + `</channel></rss>`, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			feed, err := readFeed([]byte(tt.body), tt.contentType, Source{URL: "https://example.org/feed"}, testTime(t))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, feed.Items); diff != "" {
				t.Errorf("items (-want +got):\n%s", diff)
			}
		})
	}
}

func utf16LE(text string) string {
	out := []byte{0xff, 0xfe}
	for _, r := range text {
		out = append(out, byte(r), byte(r>>8))
	}
	return string(out)
}

func TestReadFeedFailures(t *testing.T) {
	tests := []struct {
		name, body string
		reason     error
		want       string
	}{
		{"web page", "<!DOCTYPE html><html><body>Log in</body></html>", ErrFormat, "The answer is no RSS or Atom: it begins with “<!DOCTYPE html><html><body>Log in</body>”."},
		{"empty", " \n", ErrFormat, "The answer is empty."},
		{"entries of nothing", rssHead + "<item></item></channel></rss>", ErrNothingFound, "The feed has entries, but none with a title or a text."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := readFeed([]byte(tt.body), "", Source{}, testTime(t))
			if !errors.Is(err, tt.reason) {
				t.Errorf("error %v, want %v", err, tt.reason)
			}
			if diff := cmp.Diff(tt.want, Sentence(err)); diff != "" {
				t.Errorf("sentence (-want +got):\n%s", diff)
			}
		})
	}
}
