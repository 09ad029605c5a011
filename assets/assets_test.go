package assets

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
)

func TestStatic(t *testing.T) {
	files, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"../BUILT", "/etc/passwd", "nothing.css", "a/b", ""} {
		if _, _, err := files.Static(name); !errors.Is(err, fs.ErrNotExist) && err == nil {
			t.Errorf("Static(%q) found something", name)
		}
	}
	if !files.Built() {
		t.Skip("the build step of assets did not run")
	}
	url := files.URL("app.css")
	data, immutable, err := files.Static(strings.TrimPrefix(url, "/static/"))
	if err != nil || !immutable || len(data) == 0 {
		t.Fatalf("Static(%q) = %d bytes, immutable %v, %v", url, len(data), immutable, err)
	}
	if _, immutable, err := files.Static("app.css"); err != nil || immutable {
		t.Errorf("the plain name: immutable %v, %v", immutable, err)
	}
}
