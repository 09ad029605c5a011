package intake

import "testing"

func TestPlainName(t *testing.T) {
	for name, want := range map[string]string{
		"sketch.ino.bin": "sketch.ino.bin", "../../x": "x", `C:\Users\anna\x.bin`: "x.bin", "/etc/passwd": "passwd", "..": "without a name",
		".": "without a name", "": "without a name", "/": "without a name", "a/..": "without a name", "\xff\xfe.bin": ".bin", "Küche.bin": "Küche.bin",
	} {
		if got := PlainName(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}
