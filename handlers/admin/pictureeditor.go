package admin

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"personalcms/handlers/problem"
	"personalcms/handlers/screen"
	"personalcms/render"
	"personalcms/store"
	"personalcms/views"

	"github.com/labstack/echo/v4"
)

func (h *Handler) picturePage(c echo.Context) error {
	picture, err := h.db.Picture(param(c, "id"))
	if err != nil {
		return unknownPicture(err)
	}
	model := h.pictureModel(c, picture, c.QueryParam("on"))
	return show(c, http.StatusOK, views.PictureEditorPage(model))
}

// pictureModel is the editor of a picture, which may be changed and not stored.
func (h *Handler) pictureModel(c echo.Context, picture store.Picture, on string) views.PictureEditor {
	info, edit := h.pictureInfo(picture), picture.Shown()
	model := views.PictureEditor{
		Page: h.page(c, picture.Title, "pictures", eventsURL(c)), ID: picture.ID, Title: picture.Title,
		Facts: fmt.Sprintf("%d × %d, %s, %s", picture.Width, picture.Height, size(picture.Size), when(picture.Uploaded, h.now(), h.household())),
		File:  "/uploads/" + url.PathEscape(picture.Filename), Width: picture.Width, Height: picture.Height,
	}
	model.Scripts = []string{h.files.URL("picture.js")}
	var panel render.Panel
	model.On, panel = h.panelChoices(info.Devices, on)
	model.PanelWidth, model.PanelHeight = panel.Width, panel.Height
	for _, choice := range model.On {
		if choice.Selected {
			on = choice.Value
		}
	}
	fields := editQuery(edit)
	model.Preview = photoURL(picture.ID, fields, on)
	model.Fields = map[string]string{}
	for name := range fields {
		model.Fields[name] = fields.Get(name)
	}
	model.AutoLevels = edit.AutoLevels
	model.Rotations = rotations(edit.Rotate)
	model.Sliders = sliders(fields)
	for _, d := range render.Dithers() {
		fields.Set("dither", d.Name)
		model.Dithers = append(model.Dithers, views.Dither{
			Name: d.Name, Title: d.Title, Hint: d.Hint, Preview: photoURL(picture.ID, fields, on), Selected: d.Name == model.Fields["dither"],
		})
	}
	for _, device := range h.db.Devices() {
		model.Devices = append(model.Devices, views.Option{Value: device.ID, Label: device.Title(), Selected: slices.Contains(info.Devices, device.ID)})
	}
	for _, album := range h.db.Albums() {
		model.Albums = append(model.Albums, views.Option{Value: album.ID, Label: album.Name, Selected: slices.Contains(info.Albums, album.ID)})
	}
	return model
}

// photoURL is where a picture is drawn with the values of an edit.
func photoURL(id string, fields url.Values, on string) string {
	return pictureURL(id, "/preview.png?"+fields.Encode()+"&on="+url.QueryEscape(on))
}

// panelChoices are the panels a picture can be looked at on: those of the devices, then the usual one in each
// kind of colours. The one that is named is chosen, else that of the first device that shows the picture.
func (h *Handler) panelChoices(showing []string, on string) ([]views.Option, render.Panel) {
	var choices []views.Option
	panels := map[string]render.Panel{}
	add := func(value, label string, panel render.Panel) {
		choices = append(choices, views.Option{Value: value, Label: label + ": " + panelWords(panel)})
		panels[value] = panel
	}
	for _, device := range h.db.Devices() {
		add(onDevice+device.ID, device.Title(), screen.PanelOf(device))
	}
	for _, inks := range render.Palettes() {
		panel := render.DefaultPanel()
		panel.Palette, panel.Colors = inks.Name, len(inks.Colors)
		add(onPalette+inks.Name, "A panel", panel)
	}
	if _, known := panels[on]; !known && len(showing) > 0 {
		on = onDevice + showing[0]
	}
	if _, known := panels[on]; !known {
		on = onPalette + "bw"
	}
	for i := range choices {
		choices[i].Selected = choices[i].Value == on
	}
	return choices, panels[on]
}

func rotations(degrees int) []views.Option {
	var options []views.Option
	for i, label := range []string{"as it is", "90°", "180°", "270°"} {
		options = append(options, views.Option{Value: strconv.Itoa(90 * i), Label: label, Selected: degrees == 90*i})
	}
	return options
}

func sliders(fields url.Values) []views.Slider {
	return []views.Slider{
		{Name: "brightness", Label: "Brightness", Value: fields.Get("brightness"), Min: "-100", Max: "100", Step: "1"},
		{Name: "contrast", Label: "Contrast", Value: fields.Get("contrast"), Min: "-100", Max: "100", Step: "1"},
		{Name: "gamma", Label: "Middle tones", Value: fields.Get("gamma"), Min: "0.3", Max: "3", Step: "0.05"},
		{Name: "sharpen", Label: "Sharpness", Value: fields.Get("sharpen"), Min: "0", Max: "100", Step: "1"},
	}
}

// formPicture saves the editor. What the form does not have stays as it is; boxes of devices and albums come with an
// empty one, so that none ticked is known from none asked.
func (h *Handler) formPicture(c echo.Context) error {
	values, err := c.FormParams()
	if err != nil {
		return problem.TooLarge
	}
	id := param(c, "id")
	change := pictureChange{devices: ticked(values, "devices"), albums: ticked(values, "albums")}
	if values.Has("title") {
		title := values.Get("title")
		change.title = &title
	}
	change.edit = func(edit render.Edit) (render.Edit, error) {
		if values.Get("do") == "reset" {
			return render.DefaultEdit(), nil
		}
		edit, wrong := editOf(edit, values)
		if wrong = append(wrong, edit.Check()...); len(wrong) > 0 {
			return edit, badEdit(wrong)
		}
		return edit, nil
	}
	picture, err := h.changePicture(c, id, change)
	if p := refusal(err); p != nil {
		return h.refusePicture(c, id, values, p)
	}
	if err != nil {
		return err
	}
	sentence := "Saved."
	if values.Get("do") == "reset" {
		sentence = "It is shown as it was at first."
	}
	target := pictureURL(picture.ID, "")
	if on := values.Get("on"); on != "" {
		target += "?on=" + url.QueryEscape(on)
	}
	return done(c, target, sentence)
}

// ticked are the boxes of a form that are ticked, nil where the form has none.
func ticked(values url.Values, name string) *[]string {
	if !values.Has(name) {
		return nil
	}
	list := slices.DeleteFunc(slices.Clone(values[name]), func(value string) bool { return value == "" })
	return &list
}

// refusePicture shows the editor again with what was typed.
func (h *Handler) refusePicture(c echo.Context, id string, values url.Values, p *problem.Problem) error {
	picture, err := h.db.Picture(id)
	if err != nil {
		return unknownPicture(err)
	}
	picture.Edit, _ = editOf(picture.Shown(), values) // its sentences are in the problem
	model := h.pictureModel(c, picture, values.Get("on"))
	model.Errors = []string{p.Detail}
	if list, ok := p.More["problems"].([]string); ok {
		model.Errors = list
	}
	if values.Has("title") {
		model.Title = values.Get("title")
	}
	for _, group := range []struct {
		name    string
		options []views.Option
	}{{"devices", model.Devices}, {"albums", model.Albums}} {
		for i, option := range group.options {
			group.options[i].Selected = slices.Contains(values[group.name], option.Value)
		}
	}
	return show(c, http.StatusUnprocessableEntity, views.PictureEditorPage(model))
}
