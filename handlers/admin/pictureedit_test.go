package admin

import (
	"math"
	"net/url"
	"testing"

	"personalcms/render"
)

// FuzzEditOf reads addresses. What is taken is as good after the page has shown it in its fields and read it again.
func FuzzEditOf(f *testing.F) {
	for _, query := range []string{
		"", "rotate=90&mode=fit&dither=bayer&auto_levels=false&auto_levels=true&brightness=-100&contrast=100&gamma=0.3&sharpen=100",
		"focus_x=0.1&focus_left=33.3&crop_x=0.33335&crop_width=0.66665&crop_y=0&crop_height=0.01", "gamma=NaN&focus_y=Inf",
		"crop_left=12,5&crop_across=87.5", "rotate=1e2&brightness=999999999999999999999", "mode=%00&dither=%ff",
	} {
		f.Add(query)
	}
	f.Fuzz(func(t *testing.T, query string) {
		values, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		edit, wrong := editOf(render.DefaultEdit(), values)
		if len(wrong) > 0 || len(edit.Check()) > 0 {
			return
		}
		again, wrong := editOf(render.Edit{}, editQuery(edit))
		if wrong = append(wrong, again.Check()...); len(wrong) > 0 {
			t.Fatalf("%+v became %+v: %v", edit, again, wrong)
		}
		if math.Abs(edit.FocusX-again.FocusX) > 1e-6 || edit.Brightness != again.Brightness || edit.AutoLevels != again.AutoLevels {
			t.Errorf("%+v became %+v", edit, again)
		}
	})
}
