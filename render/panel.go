package render

// Panel is a physical display: what a screen is drawn for. Its JSON names are those of PROTOCOL.md.
type Panel struct {
	Width  int `json:"width"`  // pixels, 64 to 2000
	Height int `json:"height"` // pixels, 64 to 2000
	Colors int `json:"colors"` // how many it can show, black and white counted: 2 to 7

	// Palette names which colours those are; empty: the usual ones for their number. It is believed before Colors.
	Palette string `json:"palette,omitempty"`
}

// Valid tells whether a panel can be drawn for: 64 to 2000 pixels each way, 2 to 7 colours, a palette there is.
func (p Panel) Valid() bool {
	_, known := PaletteNamed(p.Palette)
	return known && p.Width >= 64 && p.Width <= 2000 && p.Height >= 64 && p.Height <= 2000 && p.Colors >= 2 && p.Colors <= 7
}

// Inks is the palette a panel is drawn with. Numbers of colours that no kind of panel here has get black and white,
// which all of them can show.
func (p Panel) Inks() Palette {
	name := p.Palette
	if name == "" {
		name = map[int]string{3: "bwr", 4: "gray4", 7: "7color"}[p.Colors]
	}
	inks, _ := PaletteNamed(name)
	return inks
}

// DefaultPanel is the panel of a device that never named one: 800×480, black and white.
func DefaultPanel() Panel { return Panel{Width: 800, Height: 480, Colors: 2} }
