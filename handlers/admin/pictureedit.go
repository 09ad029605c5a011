package admin

import (
	"math"
	"net/url"
	"strconv"
	"strings"

	"personalcms/render"
)

// percent is the scale of fields that forms have in hundredths; addresses may have either.
const percent = 100

// editOf lays the values of a form or an address over an edit and says in sentences which of them are no numbers.
// They are named as in JSON, those of the crop crop_x … crop_height; empty ones and those that are not there leave
// the edit as it is. Whether the edit is any good is left to its Check.
func editOf(edit render.Edit, values url.Values) (render.Edit, []string) {
	wrong := editNumbers(&edit, values)
	if mode := lastOf(values, "mode"); mode != "" {
		edit.Mode = mode
	}
	if dither := lastOf(values, "dither"); dither != "" {
		edit.Dither = dither
	}
	if levels := lastOf(values, "auto_levels"); levels != "" {
		edit.AutoLevels = levels == "true" || levels == "1"
	}
	if edit.Dither == render.DefaultDither {
		edit.Dither = ""
	}
	if edit.Gamma == 1 {
		edit.Gamma = 0
	}
	return edit, wrong
}

// lastOf is the value that counts: a form sends a hidden “false” before a box that is ticked.
func lastOf(values url.Values, name string) string {
	if list := values[name]; len(list) > 0 {
		return strings.TrimSpace(list[len(list)-1])
	}
	return ""
}

// editNumbers lays the numbers over an edit.
func editNumbers(edit *render.Edit, values url.Values) (wrong []string) {
	for _, field := range []struct {
		name string
		into *int
	}{{"rotate", &edit.Rotate}, {"brightness", &edit.Brightness}, {"contrast", &edit.Contrast}, {"sharpen", &edit.Sharpen}} {
		if text := lastOf(values, field.name); text != "" {
			n, err := strconv.Atoi(text)
			if err != nil {
				wrong = append(wrong, "“"+field.name+"” is a whole number.")
				continue
			}
			*field.into = n
		}
	}
	crop := wholeCrop(edit.Crop)
	for _, field := range []struct {
		name  string
		into  *float64
		scale float64
	}{
		{"gamma", &edit.Gamma, 1},
		{"focus_x", &edit.FocusX, 1},
		{"focus_y", &edit.FocusY, 1},
		{"focus_left", &edit.FocusX, percent},
		{"focus_top", &edit.FocusY, percent},
		{"crop_x", &crop.X, 1},
		{"crop_y", &crop.Y, 1},
		{"crop_left", &crop.X, percent},
		{"crop_top", &crop.Y, percent},
		{"crop_width", &crop.Width, 1},
		{"crop_height", &crop.Height, 1},
		{"crop_across", &crop.Width, percent},
		{"crop_down", &crop.Height, percent},
	} {
		if text := lastOf(values, field.name); text != "" {
			n, err := strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64)
			if err != nil {
				wrong = append(wrong, "“"+field.name+"” is a number.")
				continue
			}
			*field.into = n / field.scale
		}
	}
	if edit.Crop = crop; crop == wholeCrop(render.Crop{}) {
		edit.Crop = render.Crop{}
	}
	return wrong
}

// wholeCrop is a crop, and all of the picture in place of none.
func wholeCrop(crop render.Crop) render.Crop {
	if crop == (render.Crop{}) {
		return render.Crop{Width: 1, Height: 1}
	}
	return crop
}

// editQuery is an edit as the part of an address that editOf reads.
func editQuery(edit render.Edit) url.Values {
	crop := wholeCrop(edit.Crop)
	dither := edit.Dither
	if dither == "" {
		dither = render.DefaultDither
	}
	return url.Values{
		"rotate": {strconv.Itoa(edit.Rotate)}, "mode": {edit.Mode}, "dither": {dither},
		"auto_levels": {strconv.FormatBool(edit.AutoLevels)}, "brightness": {strconv.Itoa(edit.Brightness)},
		"contrast": {strconv.Itoa(edit.Contrast)}, "gamma": {decimalOf(gammaOf(edit), 1)}, "sharpen": {strconv.Itoa(edit.Sharpen)},
		"focus_left": {decimalOf(edit.FocusX, percent)}, "focus_top": {decimalOf(edit.FocusY, percent)},
		"crop_left": {decimalOf(crop.X, percent)}, "crop_top": {decimalOf(crop.Y, percent)},
		"crop_across": {decimalOf(crop.Width, percent)}, "crop_down": {decimalOf(crop.Height, percent)},
	}
}

func gammaOf(edit render.Edit) float64 {
	if edit.Gamma == 0 {
		return 1
	}
	return edit.Gamma
}

// decimalOf is a number times a scale as a field holds it. Six places keep a crop that ends at the picture's edge
// from ending beyond it.
func decimalOf(n, scale float64) string {
	return strconv.FormatFloat(math.Round(n*scale*1e6)/1e6, 'f', -1, 64)
}
