package admin

import (
	"errors"
	"net/http"
	"time"

	"personalcms/handlers/problem"
	"personalcms/render"
	"personalcms/store"

	"github.com/labstack/echo/v4"
)

// layoutInfo is one layout as scripts and the editor read it. Exported, it is what can be imported again.
type layoutInfo struct {
	render.Layout
	Revision int        `json:"revision"` // to be sent back when it is saved
	Saved    *time.Time `json:"saved"`    // nil: a ready one that is as it came
	Ready    bool       `json:"ready"`    // it came with the program
}

func infoOfLayout(layout store.Layout) layoutInfo {
	_, ready := render.ReadyLayout(layout.ID)
	info := layoutInfo{Layout: layout.Layout, Revision: layout.Revision, Ready: ready}
	info.Widgets = notNil(info.Widgets)
	if !layout.Saved.IsZero() {
		saved := layout.Saved.UTC()
		info.Saved = &saved
	}
	return info
}

// apiLayouts lists all layouts, the ready ones first.
func (h *Handler) apiLayouts(c echo.Context) error {
	all := []layoutInfo{}
	for _, layout := range h.db.Layouts() {
		all = append(all, infoOfLayout(layout))
	}
	return c.JSON(http.StatusOK, map[string]any{"layouts": all})
}

func (h *Handler) apiLayout(c echo.Context) error {
	layout, err := h.layout(c)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, infoOfLayout(layout))
}

// apiAddLayout makes a layout of what was exported, or of no more than a name.
func (h *Handler) apiAddLayout(c echo.Context) error {
	var req render.Layout
	if err := decode(c, &req); err != nil {
		return err
	}
	stored, err := h.addLayout(c, req)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, infoOfLayout(stored))
}

// apiSaveLayout saves a layout that was read before. Where somebody else saved it meanwhile the answer is 409 and
// brings the one that is stored.
func (h *Handler) apiSaveLayout(c echo.Context) error {
	var req struct {
		render.Layout
		Revision int `json:"revision"`
	}
	if err := decode(c, &req); err != nil {
		return err
	}
	req.ID = param(c, "layout_id")
	req.Widgets = notNil(req.Widgets)
	stored, err := h.saveLayout(c, req.Layout, req.Revision)
	if errors.Is(err, store.ErrConflict) {
		return layoutConflict.With(map[string]any{"layout": h.storedLayout(req.ID)})
	}
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, infoOfLayout(stored))
}

var layoutConflict = problem.New(http.StatusConflict, "changed_meanwhile",
	"Somebody else saved this layout since you opened it. Compare both and save again with the revision of the stored one.")

// storedLayout is what stands in the way of a save; nil where it was deleted meanwhile.
func (h *Handler) storedLayout(id string) *layoutInfo {
	layout, err := h.db.Layout(id)
	if err != nil {
		return nil
	}
	info := infoOfLayout(layout)
	return &info
}

func (h *Handler) apiDeleteLayout(c echo.Context) error {
	if _, err := h.deleteLayout(c); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// kindInfo is one kind of widget as scripts read it.
type kindInfo struct {
	Kind    string       `json:"kind"`
	Title   string       `json:"title"`
	Hint    string       `json:"hint"`
	Columns int          `json:"columns"` // it gets when it is added
	Rows    int          `json:"rows"`
	Sources []string     `json:"sources"` // kinds of sources it can show; none = it takes none
	Many    bool         `json:"many_sources"`
	Options []optionInfo `json:"options"`
}

type optionInfo struct {
	Name    string       `json:"name"`
	Title   string       `json:"title"`
	Hint    string       `json:"hint,omitempty"`
	Type    string       `json:"type"`
	Choices []choiceInfo `json:"choices,omitempty"`
	Default string       `json:"default"`
	Min     *float64     `json:"min,omitempty"`
	Max     *float64     `json:"max,omitempty"`
}

type choiceInfo struct {
	Value string `json:"value"`
	Title string `json:"title"`
}

// apiWidgets lists the kinds of widgets with all that can be chosen of them.
func (h *Handler) apiWidgets(c echo.Context) error {
	kinds := []kindInfo{}
	for _, kind := range render.Kinds() {
		info := kindInfo{
			Kind: kind.Name, Title: kind.Title, Hint: kind.Hint, Columns: kind.Cells.X, Rows: kind.Cells.Y,
			Sources: notNil(kind.Needs.Sources), Many: kind.Needs.Many,
		}
		for _, option := range kind.AllOptions() {
			shown := optionInfo{Name: option.Name, Title: option.Title, Hint: option.Hint, Type: option.Type, Default: option.Default}
			for _, choice := range option.Choices {
				shown.Choices = append(shown.Choices, choiceInfo{choice.Value, choice.Title})
			}
			if option.Type == "number" {
				shown.Min, shown.Max = &option.Min, &option.Max
			}
			info.Options = append(info.Options, shown)
		}
		kinds = append(kinds, info)
	}
	return c.JSON(http.StatusOK, map[string]any{"columns": render.Columns, "rows": render.Rows, "widgets": kinds})
}
