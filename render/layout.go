package render

import "image"

// frame is how the default screen is arranged on a panel.
type frame struct {
	scale float64         // of lengths and letters, 1 at 800×480
	photo image.Rectangle // where a photograph goes, empty if there is no place or no photograph
	draw  func(*canvas, Screen)
}

// frameOf chooses the arrangement by the panel's shape: columns where it is wide and large enough to
// be read that way, else one thing below the other.
func frameOf(s Screen) frame {
	width, height := s.Panel.Width, s.Panel.Height
	if width >= 600 && height >= 360 && width > height {
		return columnsFrame(s)
	}
	return stackFrame(s)
}

func scaled(scale float64, length int) int { return int(float64(length)*scale + 0.5) }
