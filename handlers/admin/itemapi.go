package admin

import (
	"cmp"
	"encoding/json"
	"io"
	"mime"
	"net/http"

	"personalcms/content"
	"personalcms/handlers/problem"

	"github.com/labstack/echo/v4"
)

// apiCategories lists the categories with the number of items in each subcategory and the devices that choose it.
func (h *Handler) apiCategories(c echo.Context) error {
	type subcategory struct {
		Name    string   `json:"name"`
		Title   string   `json:"title"`
		Items   int      `json:"items"`
		Source  bool     `json:"source"`
		Own     bool     `json:"own"`     // it can be deleted
		Devices []string `json:"devices"` // names of those that choose it
	}
	type category struct {
		Name          string        `json:"name"`
		Title         string        `json:"title"`
		Own           bool          `json:"own"`
		Subcategories []subcategory `json:"subcategories"`
	}
	all := []category{}
	for _, row := range h.categoryRows() {
		one := category{Name: row.Name, Title: row.Title, Own: row.Own, Subcategories: []subcategory{}}
		for _, part := range row.Parts {
			devices := []string{}
			for _, device := range part.Devices {
				devices = append(devices, device.Text)
			}
			one.Subcategories = append(one.Subcategories, subcategory{part.Name, part.Title, part.Items, part.Source, part.Own, devices})
		}
		all = append(all, one)
	}
	return c.JSON(http.StatusOK, map[string]any{"categories": all})
}

// titled is the body of a call that makes a category or subcategory.
type titled struct {
	Title string `json:"title"`
}

func (h *Handler) apiAddCategory(c echo.Context) error {
	var req titled
	if err := decode(c, &req); err != nil {
		return err
	}
	category, err := h.addCategory(c, req.Title)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, map[string]string{"name": category.Name, "title": category.Title})
}

func (h *Handler) apiAddSubcategory(c echo.Context) error {
	var req titled
	if err := decode(c, &req); err != nil {
		return err
	}
	sub, err := h.addSubcategory(c, param(c, "category"), req.Title)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, map[string]string{"name": sub.Name, "title": sub.Title})
}

func (h *Handler) apiDeleteCategory(c echo.Context) error {
	if _, err := h.deleteCategory(c); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

func (h *Handler) apiDeleteSubcategory(c echo.Context) error {
	if _, err := h.deleteSubcategory(c); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// apiItems lists the items of a subcategory, the hidden ones too, page by page; “q” finds words in them.
func (h *Handler) apiItems(c echo.Context) error {
	limit, err := intParam(c, "limit", usualPage, 1, maxPage)
	if err != nil {
		return err
	}
	offset, err := intParam(c, "offset", 0, 0, 1_000_000)
	if err != nil {
		return err
	}
	s, err := h.shelf(c)
	if err != nil {
		return err
	}
	found := matching(s.items(), c.QueryParam("q"))
	from := min(offset, len(found))
	return c.JSON(http.StatusOK, map[string]any{"items": found[from:min(from+limit, len(found))], "total": len(found)})
}

// apiAddItems adds one item, or a list of them as JSON or CSV: all, or none with the problems by line.
func (h *Handler) apiAddItems(c echo.Context) error {
	s, err := h.shelf(c)
	if err != nil {
		return err
	}
	body, err := io.ReadAll(c.Request().Body)
	if err != nil {
		return problem.TooLarge
	}
	format := "json"
	if media, _, _ := mime.ParseMediaType(c.Request().Header.Get("Content-Type")); media == "text/csv" {
		format = "csv"
	}
	added, read, wrong, err := h.importItems(c, s, format, listOf(format, body))
	if err != nil {
		return err
	}
	if len(wrong) > 0 {
		return problem.New(http.StatusUnprocessableEntity, "bad_items", "Nothing was added: "+wrong[0].Sentence).With(map[string]any{"problems": wrong})
	}
	return c.JSON(http.StatusCreated, map[string]int{"added": added, "present": read - added})
}

// listOf makes a list of a single item of JSON.
func listOf(format string, body []byte) []byte {
	var one struct {
		Items json.RawMessage `json:"items"`
	}
	if format != "json" || json.Unmarshal(body, &one) != nil || one.Items != nil {
		return body
	}
	return append(append([]byte("["), body...), ']')
}

func (h *Handler) apiChangeItem(c echo.Context) error {
	var item content.Item
	if err := decode(c, &item); err != nil {
		return err
	}
	s, err := h.shelf(c)
	if err != nil {
		return err
	}
	if err := h.changeItem(c, s, param(c, "item"), item); err != nil {
		return err
	}
	checked, _ := checkedItem(s.category.Name, item)
	id := param(c, "item")
	if !isPreset(s, id) {
		id = content.ItemID(checked)
	}
	return c.JSON(http.StatusOK, map[string]string{"id": id})
}

func isPreset(s shelf, id string) bool {
	for _, item := range s.preset {
		if content.ItemID(item) == id {
			return true
		}
	}
	return false
}

// apiShowItem hides a preset or shows it again, and gives it back what it came with ("edited": false).
func (h *Handler) apiShowItem(c echo.Context) error {
	var req struct {
		Hidden *bool `json:"hidden"`
		Edited *bool `json:"edited"`
	}
	if err := decode(c, &req); err != nil {
		return err
	}
	if req.Edited != nil && *req.Edited || req.Hidden == nil && req.Edited == nil {
		return problem.New(http.StatusBadRequest, "bad_value", "Send hidden: true or false, or edited: false.")
	}
	s, err := h.shelf(c)
	if err != nil {
		return err
	}
	if err := h.showItem(c, s, param(c, "item"), req.Hidden, req.Edited); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

func (h *Handler) apiDeleteItem(c echo.Context) error {
	s, err := h.shelf(c)
	if err != nil {
		return err
	}
	if err := h.deleteItem(c, s, param(c, "item")); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// apiExportItems sends the items that are shown as a file that can be imported again.
func (h *Handler) apiExportItems(c echo.Context) error {
	s, err := h.shelf(c)
	if err != nil {
		return err
	}
	name := s.category.Name + "-" + s.sub.Name
	switch format := cmp.Or(c.QueryParam("format"), "json"); format {
	case "json":
		c.Response().Header().Set("Content-Type", "application/json")
		c.Response().Header().Set("Content-Disposition", `attachment; filename="`+name+`.json"`)
		return content.WriteJSON(c.Response(), s.sub.Items)
	case "csv":
		c.Response().Header().Set("Content-Type", "text/csv; charset=utf-8")
		c.Response().Header().Set("Content-Disposition", `attachment; filename="`+name+`.csv"`)
		return content.WriteCSV(c.Response(), s.sub.Items)
	}
	p := problem.New(http.StatusBadRequest, "bad_value", "“format” is csv or json.")
	p.Key = "format"
	return p
}
