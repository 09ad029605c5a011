package screen

import (
	"slices"

	"personalcms/render"
)

// MissingIn lists the letters of a layout's own words that no font here has, each once; a question mark stands in
// their place on a panel. What sources give is not looked at.
func (s *Screens) MissingIn(layout render.Layout) []rune {
	var words string
	for _, w := range layout.Widgets {
		kind, _ := render.KindNamed(w.Kind)
		for _, option := range kind.AllOptions() {
			if option.Type == "text" || option.Type == "lines" {
				words += w.Options[option.Name]
			}
		}
	}
	missing := s.renderer.Missing(words)
	slices.Sort(missing)
	return slices.Compact(missing)
}
