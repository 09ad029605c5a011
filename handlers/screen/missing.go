package screen

import "personalcms/render"

// MissingIn lists the letters of a layout's own words that no font here has, each once; a question mark stands in
// their place on a panel. What sources give is not looked at.
func (s *Screens) MissingIn(layout render.Layout) []rune {
	var words []string
	for _, w := range layout.Widgets {
		kind, _ := render.KindNamed(w.Kind)
		for _, option := range kind.AllOptions() {
			if option.Type == "text" || option.Type == "lines" {
				words = append(words, w.Options[option.Name])
			}
		}
	}
	return s.renderer.Missing(words...)
}
