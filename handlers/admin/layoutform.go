package admin

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"personalcms/handlers/problem"
	"personalcms/render"
	"personalcms/store"
	"personalcms/views"

	"github.com/labstack/echo/v4"
)

// formLayout takes the whole form of a layout. Its button says what is wanted: save (also over somebody else's
// version), keep it as a copy, add a widget or remove one; the last two change nothing that is stored.
func (h *Handler) formLayout(c echo.Context) error {
	values, err := c.FormParams()
	if err != nil {
		return problem.TooLarge
	}
	d := draftOf(param(c, "layout_id"), values)
	do, what, _ := strings.Cut(values.Get("do"), ":")
	switch do {
	case "add":
		return h.addWidget(c, d, what)
	case "remove":
		d.Widgets = slices.DeleteFunc(d.Widgets, func(w render.Widget) bool { return w.ID == what })
		return h.showDraft(c, http.StatusOK, d, nil)
	}
	if d.problems = append(d.problems, d.Check()...); len(d.problems) > 0 {
		return h.showDraft(c, http.StatusUnprocessableEntity, d, nil)
	}
	if do == "copy" {
		stored, err := h.copyLayout(c, d.Layout)
		if err != nil {
			return err
		}
		return done(c, layoutURL(stored.ID, ""), "Yours is kept as a layout of its own. Give it a name.")
	}
	stored, err := h.saveLayout(c, d.Layout, d.revision)
	if errors.Is(err, store.ErrConflict) {
		return h.showConflict(c, d)
	}
	if err != nil {
		return err
	}
	return done(c, layoutURL(stored.ID, previewQuery(c)), "Saved.")
}

// previewQuery keeps what the preview is drawn for.
func previewQuery(c echo.Context) string {
	if query := c.QueryParams(); len(query) > 0 {
		return "?" + query.Encode()
	}
	return ""
}

// showConflict shows both versions. The form holds the caller's; saved once more, it takes the place of the other.
func (h *Handler) showConflict(c echo.Context, d draft) error {
	conflict := &views.LayoutConflict{Gone: true}
	stored, err := h.db.Layout(d.ID)
	switch {
	case errors.Is(err, store.ErrNotFound):
		d.revision = 0
	case err != nil:
		return err
	default:
		d.revision = stored.Revision
		conflict = &views.LayoutConflict{When: when(stored.Saved, h.now(), h.household()), Theirs: layoutPictureURL(stored, c.QueryParams())}
	}
	return h.showDraft(c, http.StatusConflict, d, conflict)
}

func (h *Handler) addWidget(c echo.Context, d draft, name string) error {
	kind, ok := render.KindNamed(name)
	if !ok || len(d.Widgets) >= render.MaxWidgets {
		return problem.New(http.StatusUnprocessableEntity, "bad_widget", fmt.Sprintf("There is no such widget, or the layout has %d already.", render.MaxWidgets))
	}
	d.Widgets = append(d.Widgets, d.placed(kind))
	return h.showDraft(c, http.StatusOK, d, nil)
}

// placed is a new widget in the first room that is free; where there is none it lies over the others in the corner.
func (d draft) placed(kind render.Kind) render.Widget {
	w := render.Widget{ID: d.NewWidgetID(), Kind: kind.Name, W: max(1, min(kind.Cells.X, render.Columns)), H: max(1, min(kind.Cells.Y, render.Rows))}
	for y := 0; y+w.H <= render.Rows; y++ {
		for x := 0; x+w.W <= render.Columns; x++ {
			w.X, w.Y = x, y
			if !slices.ContainsFunc(d.Widgets, func(other render.Widget) bool { return overlap(w, other) }) {
				return w
			}
		}
	}
	w.X, w.Y = 0, 0
	return w
}

func overlap(a, b render.Widget) bool {
	return a.X < b.X+b.W && b.X < a.X+a.W && a.Y < b.Y+b.H && b.Y < a.Y+a.H
}

// draftOf reads the form of a layout; what cannot be read is among its problems.
func draftOf(id string, values url.Values) draft {
	d := draft{typed: values}
	whole := func(field, what string) int {
		text := strings.TrimSpace(values.Get(field))
		n, err := strconv.Atoi(text)
		if err != nil && text != "" {
			d.problems = append(d.problems, what+" is a whole number.")
		}
		return n
	}
	d.Layout = render.Layout{
		ID: id, Name: strings.TrimSpace(values.Get("name")), Dark: values.Get("dark") == "true",
		Margin: whole("margin", "The margin"), Padding: whole("padding", "The padding"), Widgets: []render.Widget{},
	}
	d.revision = whole("revision", "The revision")
	for _, id := range values["widgets"] {
		if len(d.Widgets) > render.MaxWidgets {
			break // Check says that they are too many
		}
		kind, _ := render.KindNamed(values.Get(id + ".kind"))
		w := render.Widget{
			ID: id, Kind: values.Get(id + ".kind"), Dark: values.Get(id+".dark") == "true",
			Border: values[id+".border"], Sources: values[id+".sources"], Options: optionsOf(kind, id, values),
			X: whole(id+".column", kind.Title+": the column") - 1, Y: whole(id+".row", kind.Title+": the row") - 1,
			W: whole(id+".wide", kind.Title+": the width"), H: whole(id+".high", kind.Title+": the height"),
			Line: whole(id+".line", kind.Title+": the line"),
		}
		d.Widgets = append(d.Widgets, w)
	}
	return d
}

// optionsOf reads the options of a widget that are not as usual; nil = all are.
func optionsOf(kind render.Kind, id string, values url.Values) render.Options {
	var options render.Options
	for _, option := range kind.AllOptions() {
		given := values[id+".o."+option.Name]
		value := strings.TrimSpace(strings.Join(given, ","))
		if option.Type == "check" && len(given) == 0 {
			value = "false"
		}
		if value == "" || value == option.Default {
			continue
		}
		if options == nil {
			options = render.Options{}
		}
		options[option.Name] = value
	}
	return options
}
