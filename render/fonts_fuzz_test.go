package render

import (
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"
)

// FuzzFontOfAFolder checks fonts of any bytes: each is a problem or can be loaded, and nothing panics.
func FuzzFontOfAFolder(f *testing.F) {
	hebrew := builtFont(f, "NotoSansHebrew_600SemiBold.ttf")
	f.Add(hebrew[:2000])
	f.Add([]byte("\x00\x01\x00\x00\x00\x01not a font at all, but long enough for a directory"))
	f.Add([]byte("\x00\x01\x00\x00\x00\x01\x00\x10\x00\x00\x00\x00cmap\x00\x00\x00\x01\x00\x00\x00\x1c\x00\x00\x00\x04\x00\x00\x00\x01"))
	f.Fuzz(func(t *testing.T, data []byte) {
		folder := fstest.MapFS{"x.ttf": {Data: data}}
		if checkFont(folder, "x.ttf") != nil {
			return
		}
		if _, err := loadFace(folder, "x.ttf"); err != nil {
			t.Errorf("passed the check, but %v", err)
		}
	})
}

// FuzzSet sets texts as they come from feeds: nothing panics, lines keep their width, no bytes are
// made up.
func FuzzSet(f *testing.F) {
	for _, text := range []string{"Küche 厨房 مطبخ 🍳", "1️⃣#️⃣\u20E3", "e\u0301\u200D\uFE0F", "\xff\xfe", "क्षत्रिय ไทยเย็น \u061C123", strings.Repeat("W\u00A0", 50)} {
		f.Add(text, uint8(17), uint16(200))
	}
	ts := newTypesetter(f)
	f.Fuzz(func(t *testing.T, text string, size uint8, width uint16) {
		if len(text) > 2000 {
			return
		}
		s := style{weight: bold, size: smallest + int(size)%60}
		set := ts.balance(text, s, int(width), 3)
		if len(set.lines) > 3 {
			t.Errorf("%d lines where 3 are allowed", len(set.lines))
		}
		c := newCanvas(ts, &iconSet{}, Panel{Width: 200, Height: 100, Colors: 2})
		c.place(set, 0, 10, int(width))
		c.bitmap()
		if got := string(ts.drawable(text)); !utf8.ValidString(got) {
			t.Errorf("%q is not valid", got)
		}
	})
}
