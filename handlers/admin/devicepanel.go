package admin

import (
	"net/url"
	"strconv"
	"strings"

	"personalcms/handlers/screen"
	"personalcms/render"
	"personalcms/store"
	"personalcms/views"
)

// completePanel fills in how many colours a panel shows whose palette is named.
func completePanel(panel *render.Panel) {
	if panel == nil || panel.Palette == "" || panel.Colors != 0 {
		return
	}
	if inks, known := render.PaletteNamed(panel.Palette); known {
		panel.Colors = len(inks.Colors)
	}
}

// panelForm is the panel as the form shows it.
func panelForm(panel render.Panel) views.PanelForm {
	form := views.PanelForm{Width: strconv.Itoa(panel.Width), Height: strconv.Itoa(panel.Height)}
	for _, inks := range render.Palettes() {
		form.Palettes = append(form.Palettes, views.Option{Value: inks.Name, Label: inks.Title, Selected: inks.Name == panel.Inks().Name})
	}
	return form
}

// typedPanel puts what was typed into the form.
func typedPanel(form *views.PanelForm, values url.Values) {
	if !values.Has("panel_width") {
		return
	}
	form.Width, form.Height = values.Get("panel_width"), values.Get("panel_height")
	for i, option := range form.Palettes {
		form.Palettes[i].Selected = option.Value == values.Get("panel_palette")
	}
}

// readPanel takes a panel from a form, nil where the form has none, and says what is wrong with it.
func readPanel(values url.Values) (*render.Panel, string) {
	if !values.Has("panel_width") {
		return nil, ""
	}
	width, wrongWidth := strconv.Atoi(strings.TrimSpace(values.Get("panel_width")))
	height, wrongHeight := strconv.Atoi(strings.TrimSpace(values.Get("panel_height")))
	panel := &render.Panel{Width: width, Height: height, Palette: values.Get("panel_palette")}
	completePanel(panel)
	if wrongWidth != nil || wrongHeight != nil || !panel.Valid() {
		return panel, "A panel is 64 to 2000 pixels wide and high, and has one of these kinds of colours."
	}
	return panel, ""
}

// setPanel gives a device the panel its owner says it has, unless it is the one it has anyway.
func setPanel(device *store.Device, panel *render.Panel) {
	now := screen.PanelOf(*device)
	if panel == nil || panel.Width == now.Width && panel.Height == now.Height && panel.Inks().Name == now.Inks().Name {
		return
	}
	device.Panel = *panel
	device.Own("panel")
}

// panelWords says what a panel is.
func panelWords(panel render.Panel) string {
	return strconv.Itoa(panel.Width) + " × " + strconv.Itoa(panel.Height) + ", " + strings.ToLower(panel.Inks().Title)
}
