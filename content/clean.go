package content

import (
	"html"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	nethtml "golang.org/x/net/html"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	utf "golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// How long the parts of an item may be, in letters.
const (
	longestTitle = 300
	longestText  = 2000
)

// clean makes a line of plain text of what a server sent: tags taken out, entities decoded, whitespace
// folded, letters that cannot be drawn dropped, and at most limit letters kept.
func clean(text string, limit int) string {
	if strings.ContainsAny(text, "<&") {
		text = html.UnescapeString(withoutTags(text)) // many feeds encode their entities twice
	}
	return asWritten(text, limit)
}

// asWritten is clean for a text that is no HTML: “<3” stays as it is.
func asWritten(text string, limit int) string {
	var b strings.Builder
	letters, space := 0, false
	for _, r := range text {
		switch {
		case unicode.IsSpace(r):
			space = b.Len() > 0
			continue
		case r == utf8.RuneError || unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Co, r) || invisible(r):
			continue
		}
		needed := 1
		if space {
			needed = 2
		}
		if letters+needed > limit {
			return shortened(b.String())
		}
		if space {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
		letters, space = letters+needed, false
	}
	return b.String()
}

// invisible reports letters that turn a line around or mark nothing: byte order marks, soft hyphens,
// overriding directions. Joiners stay: scripts and emoji need them.
func invisible(r rune) bool {
	return r == 0xfeff || r == 0xad || r == 0x200b || r == 0x2060 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069
}

// shortened ends a text that was cut with an ellipsis in place of its last, perhaps broken, word.
func shortened(text string) string {
	_, last := utf8.DecodeLastRuneInString(text)
	cut := text[:len(text)-last]
	if at := strings.LastIndexByte(cut, ' '); at > len(cut)*3/4 {
		cut = cut[:at]
	}
	return strings.TrimRight(cut, " ,;:") + "…"
}

// withoutTags returns the text of a piece of HTML; what ends a line in a browser ends a word here.
func withoutTags(text string) string {
	var b strings.Builder
	hidden := ""
	tokens := nethtml.NewTokenizer(strings.NewReader(text))
	for {
		switch tokens.Next() {
		case nethtml.ErrorToken:
			return b.String()
		case nethtml.TextToken:
			if hidden == "" {
				b.Write(tokens.Text())
			}
		case nethtml.StartTagToken, nethtml.SelfClosingTagToken:
			name, _ := tokens.TagName()
			if n := string(name); n == "script" || n == "style" {
				hidden = n
			} else if breaks(n) {
				b.WriteByte(' ')
			}
		case nethtml.EndTagToken:
			name, _ := tokens.TagName()
			if string(name) == hidden {
				hidden = ""
			} else if breaks(string(name)) {
				b.WriteByte(' ')
			}
		}
	}
}

func breaks(tag string) bool {
	switch tag {
	case "a", "abbr", "b", "big", "cite", "code", "em", "font", "i", "mark", "q", "s", "small", "span", "strong", "sub", "sup", "u":
		return false
	}
	return true
}

// webAddress returns text as an address of the web, read relative to base, "" when it is none.
func webAddress(text string, base *url.URL) string {
	u, err := url.Parse(strings.TrimSpace(html.UnescapeString(text)))
	if err != nil || strings.TrimSpace(text) == "" || len(text) > 2000 {
		return ""
	}
	if base != nil {
		u = base.ResolveReference(u)
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return ""
	}
	return u.String()
}

// toUTF8 returns an answer as text. A byte order mark is believed first, then the bytes themselves, and only
// then what the server or the document says: declarations are wrong more often than UTF-8 is valid by chance.
func toUTF8(body []byte, contentType string) string {
	if text, ok := wide(body); ok {
		return text
	}
	label := declared(body, contentType)
	if utf8.Valid(body) && !strings.HasPrefix(label, "iso-2022") {
		return string(body)
	}
	if encoding, err := htmlindex.Get(label); err == nil && label != "utf-8" && label != "utf8" {
		if text, err := encoding.NewDecoder().Bytes(body); err == nil {
			return string(text)
		}
	}
	if mostlyUTF8(body) {
		return strings.ToValidUTF8(string(body), "\ufffd")
	}
	text, _ := charmap.Windows1252.NewDecoder().Bytes(body) // decodes any bytes
	return string(text)
}

// wide decodes what has a byte order mark, or the zero bytes of UTF-16 without one.
func wide(body []byte) (string, bool) {
	decoded := func(text []byte, err error) (string, bool) { return string(text), err == nil }
	head := string(body[:min(len(body), 4)])
	switch {
	case strings.HasPrefix(head, "\xef\xbb\xbf"):
		return strings.ToValidUTF8(string(body[3:]), "\ufffd"), true
	case head == "\xff\xfe\x00\x00" || head == "\x00\x00\xfe\xff":
		return decoded(utf32.UTF32(utf32.BigEndian, utf32.ExpectBOM).NewDecoder().Bytes(body))
	case strings.HasPrefix(head, "\xff\xfe") || strings.HasPrefix(head, "\xfe\xff"):
		return decoded(utf.UTF16(utf.BigEndian, utf.ExpectBOM).NewDecoder().Bytes(body))
	case len(head) == 4 && head[0] != 0 && head[1] == 0 && head[3] == 0:
		return decoded(utf.UTF16(utf.LittleEndian, utf.IgnoreBOM).NewDecoder().Bytes(body))
	case len(head) == 4 && head[0] == 0 && head[1] != 0 && head[2] == 0:
		return decoded(utf.UTF16(utf.BigEndian, utf.IgnoreBOM).NewDecoder().Bytes(body))
	}
	return "", false
}

// declared is the encoding an XML declaration or the header Content-Type names, in lower case.
func declared(body []byte, contentType string) string {
	label := ""
	if _, charset, found := strings.Cut(strings.ToLower(contentType), "charset="); found {
		label = charset
	}
	head := string(body[:min(len(body), 400)])
	if end := strings.Index(head, "?>"); end > 0 {
		if _, rest, found := strings.Cut(head[:end], "encoding="); found {
			label = rest
		}
	}
	label, _, _ = strings.Cut(strings.TrimLeft(label, `"' `), ";")
	label, _, _ = strings.Cut(label, " ")
	return strings.ToLower(strings.Trim(label, `"' `))
}

// mostlyUTF8 reports that only a letter here or there is broken, as when a text was cut off.
func mostlyUTF8(body []byte) bool {
	good, bad := 0, 0
	for i := 0; i < len(body); {
		r, size := utf8.DecodeRune(body[i:])
		if r == utf8.RuneError && size == 1 {
			bad++
		} else if size > 1 {
			good++
		}
		i += size
	}
	return good > 4*bad
}
