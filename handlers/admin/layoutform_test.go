package admin

import (
	"encoding/json"
	"net/url"
	"testing"

	"personalcms/render"
)

// FuzzLayoutForm reads forms of layouts as anybody may send them. Whatever is taken can be shown again and stored.
func FuzzLayoutForm(f *testing.F) {
	for _, seed := range []string{
		"", "name=Wall&margin=10&padding=20&revision=3&dark=true",
		"name=x&widgets=w1&w1.kind=clock&w1.column=1&w1.row=1&w1.wide=8&w1.high=5&w1.border=left&w1.line=2&w1.o.date=true",
		"name=x&widgets=w1&widgets=w1&w1.kind=joke&w1.column=-1&w1.row=9999999999999999999999&w1.o.from=dad_jokes&w1.o.from=clean_jokes",
		"name=x&widgets=%00&widgets=a.b&.kind=clock&w1.kind=toaster&w1.o.=x",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, form string) {
		values, err := url.ParseQuery(form)
		if err != nil {
			return
		}
		d := draftOf("wall", values)
		for _, w := range d.Widgets {
			widgetChoices{}.form(w, values)
		}
		if len(d.problems) > 0 || len(d.Check()) > 0 {
			return
		}
		raw, err := json.Marshal(d.Layout)
		if err != nil {
			t.Fatal(err)
		}
		var again render.Layout
		if err := json.Unmarshal(raw, &again); err != nil || len(again.Check()) > 0 {
			t.Errorf("stored it is another: %v %v\n%s", err, again.Check(), raw)
		}
	})
}
