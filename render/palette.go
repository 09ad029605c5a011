package render

import "image/color"

// Palette is the set of inks of a kind of panel. A pixel is the index of its ink in Colors: 0 is always black.
type Palette struct {
	Name   string       // "bw", "gray4", "bwr", "bwy" or "7color"
	Title  string       // for people
	Bits   int          // of a pixel in a Bitmap: 1, 2 or 4
	Colors []color.RGBA // what the inks look like; opaque
	White  uint8        // index of white: the last of a grey palette, 1 in the others
	Accent uint8        // index of the ink that stands out; 0, black, where there is none
}

// Palettes lists the kinds of panels that can be drawn for, black and white first.
func Palettes() []Palette {
	var all []Palette
	for _, name := range []string{"bw", "gray4", "bwr", "bwy", "7color"} {
		p, _ := PaletteNamed(name)
		all = append(all, p)
	}
	return all
}

// PaletteNamed is the palette of a name, and whether there is one; "" is black and white, which a name there is none
// for gets too.
//
// Black and white count as 0 and 255 whatever the paper's own white is: a photograph uses all that a panel has.
// The coloured inks are duller than pure red or yellow, as pigments are when measured against that white; a
// photograph mixed from inks that are thought brighter than they are comes out dark and brown. The order of the
// seven is that of ACeP panels' controllers, so that raw rows can be sent to them as they are.
func PaletteNamed(name string) (p Palette, known bool) {
	black, white := color.RGBA{0, 0, 0, 255}, color.RGBA{255, 255, 255, 255}
	red, yellow := color.RGBA{190, 45, 45, 255}, color.RGBA{235, 200, 55, 255}
	switch name {
	case "gray4":
		greys := []color.RGBA{black, {85, 85, 85, 255}, {170, 170, 170, 255}, white}
		return Palette{Name: name, Title: "Four greys", Bits: 2, White: 3, Colors: greys}, true
	case "bwr":
		return Palette{Name: name, Title: "Black, white and red", Bits: 2, White: 1, Accent: 2, Colors: []color.RGBA{black, white, red}}, true
	case "bwy":
		return Palette{Name: name, Title: "Black, white and yellow", Bits: 2, White: 1, Accent: 2, Colors: []color.RGBA{black, white, yellow}}, true
	case "7color":
		green, blue, orange := color.RGBA{25, 125, 60, 255}, color.RGBA{50, 65, 140, 255}, color.RGBA{210, 115, 50, 255}
		inks := []color.RGBA{black, white, green, blue, red, yellow, orange}
		return Palette{Name: name, Title: "Seven colours", Bits: 4, White: 1, Accent: 4, Colors: inks}, true
	}
	return Palette{Name: "bw", Title: "Black and white", Bits: 1, White: 1, Colors: []color.RGBA{black, white}}, name == "" || name == "bw"
}

// coloured tells whether any ink is not a grey.
func (p Palette) coloured() bool { return p.Accent != 0 }

// greys are the indices of the inks that are greys, from black to white.
func (p Palette) greys() []uint8 {
	if p.coloured() {
		return []uint8{0, p.White}
	}
	out := make([]uint8, len(p.Colors))
	for i := range out {
		out[i] = uint8(i)
	}
	return out
}

// brightness is that of a colour, 0 to 255; that of a grey is its own value.
func brightness(r, g, b int32) int32 { return (77*r + 150*g + 29*b + 128) >> 8 }
