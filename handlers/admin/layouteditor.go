package admin

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"personalcms/handlers/access"
	"personalcms/render"
	"personalcms/store"
	"personalcms/views"

	"github.com/labstack/echo/v4"
)

// draft is a layout as the form holds it.
type draft struct {
	render.Layout
	revision int        // of the stored one that it began with
	typed    url.Values // the form; nil = it is the stored one
	problems []string
}

func (h *Handler) layoutPage(c echo.Context) error {
	layout, err := h.layout(c)
	if err != nil {
		return err
	}
	model, err := h.editorModel(c, draft{Layout: layout.Layout, revision: layout.Revision})
	if err != nil {
		return err
	}
	device, err := h.previewDevice(c)
	if err != nil {
		return err
	}
	model.Preview.URL = layoutPictureURL(layout, c.QueryParams())
	h.remark(&model, layout.Layout, device)
	return show(c, http.StatusOK, views.LayoutPage(model))
}

// showDraft is the editor with a layout that is not stored.
func (h *Handler) showDraft(c echo.Context, status int, d draft, conflict *views.LayoutConflict) error {
	model, err := h.editorModel(c, d)
	if err != nil {
		return err
	}
	device, err := h.previewDevice(c)
	if err != nil {
		return err
	}
	model.Unsaved, model.Conflict = true, conflict
	if len(d.problems) == 0 {
		if model.Preview.URL, err = h.inlinePicture(c, device, d.Layout); err != nil {
			return err
		}
	}
	if conflict != nil {
		conflict.Mine, conflict.Width, conflict.Height = model.Preview.URL, device.Panel.Width, device.Panel.Height
	}
	h.remark(&model, d.Layout, device)
	return show(c, status, views.LayoutPage(model))
}

// remark says of a preview what its picture does not.
func (h *Handler) remark(model *views.LayoutEditor, layout render.Layout, device store.Device) {
	model.Preview.Rearranged = !layout.KeepsGrid(device.Panel)
	for _, letter := range h.screens.MissingIn(layout) {
		model.Preview.Missing += string(letter) + " "
	}
	model.Preview.Missing = strings.TrimSpace(model.Preview.Missing)
}

// editorModel is the form of a layout; its picture is filled in by whoever knows where that is.
func (h *Handler) editorModel(c echo.Context, d draft) (views.LayoutEditor, error) {
	model := views.LayoutEditor{
		Page: h.page(c, d.Name, "screens", ""),
		ID:   d.ID, Name: d.Name, Dark: d.Dark, Margin: number(d.Margin), Padding: number(d.Padding), Revision: d.revision,
		Columns: render.Columns, Rows: render.Rows, MayChange: access.Of(c).May("write"), Problems: d.problems,
		Groups: widgetGroups(), Sensors: h.knownSensors(), Full: len(d.Widgets) >= render.MaxWidgets,
	}
	model.Scripts = []string{h.files.URL("editor.js")}
	if d.typed != nil {
		model.Margin, model.Padding = d.typed.Get("margin"), d.typed.Get("padding")
	}
	device, err := h.previewDevice(c)
	if err != nil {
		return model, err
	}
	model.Preview = h.previewChoices(c, device)
	choices, err := h.widgetChoices()
	if err != nil {
		return model, err
	}
	for _, w := range d.Widgets {
		model.Widgets = append(model.Widgets, choices.form(w, d.typed))
	}
	return model, nil
}

func number(n int) string { return strconv.Itoa(n) }

// knownSensors are the names of all that devices have measured.
func (h *Handler) knownSensors() []string {
	names := map[string]bool{}
	for _, device := range h.db.Devices() {
		for name := range h.db.Status(device.ID).Latest {
			names[name] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// widgetGroups sorts the kinds of widgets by what they show.
func widgetGroups() []views.WidgetGroup {
	groups := []views.WidgetGroup{{Title: "Time, places and signs"}, {Title: "From sources"}, {Title: "Readings"}, {Title: "Pictures"}, {Title: "Something to read"}}
	for _, kind := range render.Kinds() {
		at := 0
		switch {
		case kind.Needs.Picture:
			at = 3
		case kind.Needs.Sensor:
			at = 2
		case kind.Needs.Category != "":
			at = 4
		case len(kind.Needs.Sources) > 0:
			at = 1
		}
		groups[at].Kinds = append(groups[at].Kinds, views.WidgetKind{Kind: kind.Name, Title: kind.Title, Hint: kind.Hint})
	}
	return slices.DeleteFunc(groups, func(g views.WidgetGroup) bool { return len(g.Kinds) == 0 })
}
