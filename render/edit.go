package render

import (
	"fmt"
	"image"
)

// Edit is how a stored picture is brought onto a panel. It is stored with the picture; the zero Edit stands for
// DefaultEdit.
type Edit struct {
	Rotate int  `json:"rotate"`        // degrees clockwise: 0, 90, 180 or 270
	Crop   Crop `json:"crop,omitzero"` // the part that is shown, of the rotated picture; zero: all of it

	// What the panel's shape cuts off is chosen so that this point stays in view, as near to the middle as can be.
	// In widths and heights of the rotated picture, 0 to 1.
	FocusX float64 `json:"focus_x"`
	FocusY float64 `json:"focus_y"`

	Mode string `json:"mode"` // “fill” covers the panel, “fit” shows all of the picture; "" is fill

	AutoLevels bool    `json:"auto_levels"`      // spreads the tones, as e-ink shows few of them
	Brightness int     `json:"brightness"`       // −100 to 100
	Contrast   int     `json:"contrast"`         // −100 to 100
	Gamma      float64 `json:"gamma,omitempty"`  // 0.3 to 3: above 1 lightens the middle tones; 0 is 1
	Sharpen    int     `json:"sharpen"`          // 0 to 100
	Dither     string  `json:"dither,omitempty"` // one of Dithers; "" is the default
}

// Crop is a rectangle in widths and heights of a picture, 0 to 1, from its upper left corner.
type Crop struct {
	X      float64 `json:"x"`
	Y      float64 `json:"y"`
	Width  float64 `json:"width"`
	Height float64 `json:"height"`
}

// DefaultEdit is how a picture is shown that nobody has edited.
func DefaultEdit() Edit { return Edit{FocusX: 0.5, FocusY: 0.5, Mode: "fill", AutoLevels: true} }

// Or is the edit itself, and in place of the zero Edit the default one with a mode.
func (e Edit) Or(mode string) Edit {
	if e == (Edit{}) {
		e = DefaultEdit()
		if mode == "fit" {
			e.Mode = mode
		}
	}
	return e
}

// Check says in sentences what is wrong with an edit, nothing if it is fine.
func (e Edit) Check() []string {
	var wrong []string
	say := func(ok bool, sentence string, args ...any) {
		if !ok {
			wrong = append(wrong, fmt.Sprintf(sentence, args...))
		}
	}
	share := func(v float64) bool { return v >= 0 && v <= 1 } // NaN is neither
	say(e.Rotate == 0 || e.Rotate == 90 || e.Rotate == 180 || e.Rotate == 270, "A picture is rotated by 0, 90, 180 or 270 degrees, not %d.", e.Rotate)
	say(share(e.FocusX) && share(e.FocusY), "The focus point lies outside of the picture.")
	say(e.Crop == (Crop{}) || e.Crop.valid(), "The part to show has to lie within the picture and to be at least a hundredth of it each way.")
	say(e.Mode == "" || e.Mode == "fill" || e.Mode == "fit", "A picture fills the panel (fill) or is fitted into it (fit); there is no “%s”.", e.Mode)
	say(e.Brightness >= -100 && e.Brightness <= 100, "Brightness goes from −100 to 100.")
	say(e.Contrast >= -100 && e.Contrast <= 100, "Contrast goes from −100 to 100.")
	say(e.Gamma == 0 || e.Gamma >= 0.3 && e.Gamma <= 3, "Gamma goes from 0.3 to 3.")
	say(e.Sharpen >= 0 && e.Sharpen <= 100, "Sharpness goes from 0 to 100.")
	say(e.Dither == "" || isDither(e.Dither), "There is no dithering called “%s”.", e.Dither)
	return wrong
}

const leastCrop = 0.01

func (c Crop) valid() bool {
	const rounding = 1e-6 // a page adds up decimals
	return c.X >= 0 && c.Y >= 0 && c.Width >= leastCrop && c.Height >= leastCrop && c.X+c.Width <= 1+rounding && c.Y+c.Height <= 1+rounding
}

// view is the part of a picture that is shown on a place, and the size it is shown at: the place's own, or smaller
// where all of the part has to fit.
func (e Edit) view(picture, place image.Point) (part image.Rectangle, shown image.Point) {
	part = image.Rectangle{Max: picture}
	if e.Crop.valid() {
		x, y := float64(picture.X), float64(picture.Y)
		part = image.Rect(int(e.Crop.X*x+0.5), int(e.Crop.Y*y+0.5), int((e.Crop.X+e.Crop.Width)*x+0.5), int((e.Crop.Y+e.Crop.Height)*y+0.5))
		part.Min.X, part.Min.Y = min(part.Min.X, picture.X-1), min(part.Min.Y, picture.Y-1)
		part.Max.X, part.Max.Y = min(max(part.Max.X, part.Min.X+1), picture.X), min(max(part.Max.Y, part.Min.Y+1), picture.Y)
	}
	size := part.Size()
	wide := size.X*place.Y > size.Y*place.X // wider than the place
	switch {
	case e.Mode == "fit" && wide:
		return part, image.Pt(place.X, max(1, (size.Y*place.X+size.X/2)/size.X))
	case e.Mode == "fit":
		return part, image.Pt(max(1, (size.X*place.Y+size.Y/2)/size.Y), place.Y)
	case wide:
		kept := max(1, size.Y*place.X/place.Y)
		part.Min.X += around(e.FocusX*float64(picture.X)-float64(part.Min.X), size.X, kept)
		part.Max.X = part.Min.X + kept
	default:
		kept := max(1, size.X*place.Y/place.X)
		part.Min.Y += around(e.FocusY*float64(picture.Y)-float64(part.Min.Y), size.Y, kept)
		part.Max.Y = part.Min.Y + kept
	}
	return part, place
}

// around is where a stretch of some length begins within a longer one, a point in its middle as far as that goes.
func around(point float64, whole, kept int) int {
	return min(max(0, int(point-float64(kept)/2)), whole-kept)
}
