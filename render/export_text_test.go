package render

// SheetText is a text in a size on a sheet for tests.
type SheetText struct {
	Text string
	Size int
}

// Vocabulary is the screens' own words by key, a column for each language.
func Vocabulary() map[string][vocabularies]string { return vocabulary }

// Sheet draws texts below each other, balanced, in a bitmap of some width, and returns how many letters came
// out as the box for missing ones.
func Sheet(r *Renderer, width, height int, texts []SheetText) (*Bitmap, int) {
	c := newCanvas(r.type_, r.icons, Panel{Width: width, Height: height, Colors: 2})
	y, boxes := 16, 0
	for _, text := range texts {
		b := r.type_.balance(text.Text, style{weight: semiBold, size: text.Size}, width-24, 3)
		c.place(b, 12, y, width-24)
		y += b.height() + text.Size*8/10
		for _, l := range b.lines {
			for _, run := range l.runs {
				for _, glyph := range run.Glyphs {
					if glyph.GlyphID == 0 {
						boxes++
					}
				}
			}
		}
	}
	return c.bitmap(), boxes
}
