package admin

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode"

	"personalcms/handlers/problem"
	"personalcms/render"
	"personalcms/store"

	"github.com/labstack/echo/v4"
)

func (h *Handler) layoutPages(g *echo.Group) {
	g.GET("/layouts", h.layoutsPage)
	g.POST("/layouts", h.formAddLayout)
	g.GET("/layouts/:layout_id", h.layoutPage)
	g.POST("/layouts/:layout_id", h.formLayout)
	g.POST("/layouts/:layout_id/copy", h.formCopyLayout)
	g.POST("/layouts/:layout_id/delete", h.formDeleteLayout)
	g.GET("/layouts/:layout_id/preview.png", h.layoutPicture)
}

func (h *Handler) layoutAPI(g *echo.Group) {
	g.GET("/api/v1/widgets", h.apiWidgets)
	g.GET("/api/v1/layouts", h.apiLayouts)
	g.POST("/api/v1/layouts", h.apiAddLayout)
	g.GET("/api/v1/layouts/:layout_id", h.apiLayout)
	g.PUT("/api/v1/layouts/:layout_id", h.apiSaveLayout)
	g.DELETE("/api/v1/layouts/:layout_id", h.apiDeleteLayout)
}

// unknownLayout is the answer where there is no layout of an id.
var unknownLayout = problem.New(http.StatusNotFound, "unknown_layout", "There is no layout with this id.")

// layout is the one that the address names.
func (h *Handler) layout(c echo.Context) (store.Layout, error) {
	layout, err := h.db.Layout(param(c, "layout_id"))
	if errors.Is(err, store.ErrNotFound) {
		return layout, unknownLayout
	}
	return layout, err
}

// badLayout is the answer to a layout that cannot be drawn.
func badLayout(sentences []string) *problem.Problem {
	return problem.New(http.StatusUnprocessableEntity, "bad_layout", strings.Join(sentences, " ")).With(map[string]any{"problems": sentences})
}

// saveLayout stores a layout that was read at some revision. Where somebody saved it meanwhile the error is
// store.ErrConflict and the stored one is returned.
func (h *Handler) saveLayout(c echo.Context, layout render.Layout, revision int) (store.Layout, error) {
	if sentences := layout.Check(); len(sentences) > 0 {
		return store.Layout{}, badLayout(sentences)
	}
	stored, err := h.db.SaveLayout(layout, revision, h.now().UTC())
	if err != nil {
		return stored, err
	}
	return stored, h.audit(c, "", "saved layout "+layout.Name)
}

// addLayout stores a layout under an id that nothing else has, made from the one it brings or from its name.
func (h *Handler) addLayout(c echo.Context, layout render.Layout) (store.Layout, error) {
	if layout.Name = strings.TrimSpace(layout.Name); layout.Name == "" {
		layout.Name = "New layout"
	}
	if layout.Widgets == nil {
		layout.Widgets = []render.Widget{}
	}
	base := layout.ID
	if base == "" {
		base = nameID(layout.Name, "layout")
	}
	for n := 1; n <= maxSameName; n++ {
		layout.ID = numbered(base, n)
		if _, err := h.db.Layout(layout.ID); err == nil {
			continue
		}
		stored, err := h.saveLayout(c, layout, 0)
		if !errors.Is(err, store.ErrConflict) { // else somebody took the id just now
			return stored, err
		}
	}
	return store.Layout{}, store.ErrExists
}

// maxSameName is how many layouts may have the same name before another must be chosen.
const maxSameName = 1000

const maxLayoutID = 40 // letters

// nameID makes an id of a name: its small letters and figures; where it has none the id is otherwise.
func nameID(name, otherwise string) string {
	var id strings.Builder
	for _, r := range strings.ToLower(name) {
		switch {
		case r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			id.WriteRune(r)
		case id.Len() > 0 && !strings.HasSuffix(id.String(), "-"):
			id.WriteByte('-')
		}
	}
	if trimmed := strings.Trim(id.String(), "-"); trimmed != "" {
		return trimmed[:min(len(trimmed), maxLayoutID)]
	}
	return otherwise
}

// numbered is the n-th id of those that begin alike.
func numbered(base string, n int) string {
	if n == 1 {
		return base
	}
	suffix := "-" + strconv.Itoa(n)
	return base[:min(len(base), maxLayoutID-len(suffix))] + suffix
}

// copyLayout stores the same layout once more under another name.
func (h *Handler) copyLayout(c echo.Context, layout render.Layout) (store.Layout, error) {
	layout.ID, layout.Name = "", copyName(layout.Name)
	return h.addLayout(c, layout)
}

const maxLayoutName = 80 // bytes

func copyName(name string) string {
	const suffix = ", copy"
	if len(name)+len(suffix) > maxLayoutName {
		name = strings.ToValidUTF8(name[:maxLayoutName-len(suffix)], "")
	}
	return name + suffix
}

// deleteLayout removes a layout; a ready one is again as it came.
func (h *Handler) deleteLayout(c echo.Context) (store.Layout, error) {
	layout, err := h.layout(c)
	if err != nil {
		return layout, err
	}
	switch err = h.db.DeleteLayout(layout.ID); {
	case errors.Is(err, store.ErrNotFound): // a ready one that is as it came
		return layout, problem.New(http.StatusConflict, "as_it_came", "This layout comes with the program and is as it came.")
	case errors.Is(err, store.ErrInUse):
		return layout, problem.New(http.StatusConflict, "in_use", "A playlist or a device shows this layout. Choose another one there first.")
	case err != nil:
		return layout, err
	}
	return layout, h.audit(c, "", "deleted layout "+layout.Name)
}

func layoutURL(id, rest string) string { return "/layouts/" + url.PathEscape(id) + rest }

func (h *Handler) formCopyLayout(c echo.Context) error {
	layout, err := h.layout(c)
	if err != nil {
		return err
	}
	stored, err := h.copyLayout(c, layout.Layout)
	if err != nil {
		return err
	}
	return done(c, layoutURL(stored.ID, ""), "This is the copy. Give it a name.")
}

func (h *Handler) formDeleteLayout(c echo.Context) error {
	layout, err := h.deleteLayout(c)
	if err != nil {
		return err
	}
	if _, ready := render.ReadyLayout(layout.ID); ready {
		return done(c, "/layouts", layout.Name+" is again as it came.")
	}
	return done(c, "/layouts", layout.Name+" is deleted.")
}

// formAddLayout makes an empty layout, or one from a file or a text.
func (h *Handler) formAddLayout(c echo.Context) error {
	layout := render.Layout{Name: c.FormValue("name"), Padding: 20}
	if c.FormValue("do") == "import" {
		imported, sentence := importedLayout(c)
		if sentence != "" {
			return h.showLayouts(c, http.StatusUnprocessableEntity, sentence)
		}
		layout = imported
	}
	stored, err := h.addLayout(c, layout)
	var p *problem.Problem
	if errors.As(err, &p) {
		return h.showLayouts(c, p.Status, p.Detail)
	}
	if err != nil {
		return err
	}
	return done(c, layoutURL(stored.ID, ""), stored.Name+" is here now.")
}

// importedLayout reads the layout of a form, or says why it cannot be read.
func importedLayout(c echo.Context) (layout render.Layout, sentence string) {
	raw := []byte(strings.TrimSpace(c.FormValue("text")))
	if file, err := c.FormFile("file"); err == nil && file.Size > 0 {
		if raw, err = readFile(file); err != nil {
			return layout, "The file could not be read. Send it again."
		}
	}
	if len(raw) == 0 {
		return layout, "Choose a file or paste what was exported."
	}
	if err := json.Unmarshal(raw, &layout); err != nil || layout.Name == "" && len(layout.Widgets) == 0 {
		return layout, "This is not a layout as it is exported here: one JSON object with a name and widgets."
	}
	return layout, ""
}
