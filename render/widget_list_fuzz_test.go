package render_test

import (
	"testing"

	"personalcms/content"
	"personalcms/render"
)

func FuzzList(f *testing.F) {
	for _, seed := range [][2]string{
		{`[{"title":"a","done":true,"due":"2026-11-23"}]`, ""},
		{`{"tasks":[{"what":1},"b",[null]]}`, "$.tasks[*]"},
		{`{"a":{"b":[1,2,3]}}`, "$..b[?(@ > 1)]"},
		{`[[[[]]]]`, "$[0:-1:2]"},
		{`{"a":1}`, "$.[["},
		{`null`, "@"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, document, path string) {
		in := sample(render.Widget{Kind: "list"})
		in.Sources[0].Feed = content.Feed{At: noon(), Document: []byte(document)}
		shown, empty, _ := render.Seen(render.Widget{Kind: "list", Options: render.Options{"items": path, "name": path}}, in)
		if shown == nil && empty == "" {
			t.Errorf("%q in %q: nothing is said", path, document)
		}
	})
}
