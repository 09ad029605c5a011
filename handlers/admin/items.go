package admin

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"personalcms/content"
	"personalcms/handlers/problem"
	"personalcms/store"

	"github.com/labstack/echo/v4"
)

// mostItems is how many items of their own an owner may put into one subcategory.
const mostItems = 5000

var (
	unknownShelf = problem.New(http.StatusNotFound, "unknown_subcategory", "There is no category or subcategory of this name.")
	unknownItem  = problem.New(http.StatusNotFound, "unknown_item", "There is no such item here any more.")
	fromSource   = problem.New(http.StatusConflict, "from_source", "These items come from a source and change with it. Change the source instead.")
	notOwnShelf  = problem.New(http.StatusConflict, "comes_with_the_program", "This comes with the program and cannot be deleted. Hide its items instead.")
	sameItem     = problem.New(http.StatusConflict, "same_item", "The same item is here already.")
	fullShelf    = problem.New(http.StatusConflict, "full", fmt.Sprintf("A subcategory takes at most %d items of your own.", mostItems))
)

// category finds one category with all that is in it.
func (h *Handler) category(name string) (content.Category, bool) {
	for _, category := range h.library.Categories() {
		if category.Name == name && name != "" {
			return category, true
		}
	}
	return content.Category{}, false
}

// shelf is one subcategory as pages and scripts see it.
type shelf struct {
	category content.Category
	sub      content.Subcategory
	preset   []content.Item // as they came with the program, nil for one of the owner's
	own      store.Shelf    // what the owner changed
}

// shelf is the subcategory that the address names.
func (h *Handler) shelf(c echo.Context) (shelf, error) {
	category, known := h.category(param(c, "category"))
	at := slices.IndexFunc(category.Subcategories, func(s content.Subcategory) bool { return s.Name == param(c, "subcategory") })
	if !known || at < 0 {
		return shelf{}, unknownShelf
	}
	found := shelf{category: category, sub: category.Subcategories[at]}
	found.own = h.db.Shelf(category.Name, found.sub.Name)
	presets, err := content.Presets()
	if err != nil {
		return found, err
	}
	found.preset = presetItems(presets, category.Name, found.sub.Name)
	return found, nil
}

func presetItems(presets []content.Category, category, subcategory string) []content.Item {
	for _, preset := range presets {
		for _, sub := range preset.Subcategories {
			if preset.Name == category && sub.Name == subcategory {
				return sub.Items
			}
		}
	}
	return nil
}

// shelfItem is one item with what became of it.
type shelfItem struct {
	content.Item
	ID     string `json:"id"`     // of a preset, the one it came with, whatever it says now
	Origin string `json:"origin"` // preset, own or source
	Hidden bool   `json:"hidden"`
	Edited bool   `json:"edited"` // a preset that says something else than it came with
}

// items are all items of a shelf, those of the owner first, because they are what is changed most.
func (s shelf) items() []shelfItem {
	all := []shelfItem{}
	if s.sub.Source {
		for _, item := range s.sub.Items {
			all = append(all, shelfItem{Item: item, ID: content.ItemID(item), Origin: "source"})
		}
		return all
	}
	for _, item := range s.own.Items {
		all = append(all, shelfItem{Item: item, ID: content.ItemID(item), Origin: "own"})
	}
	for _, item := range s.preset {
		row := shelfItem{Item: item, ID: content.ItemID(item), Origin: "preset"}
		row.Hidden = slices.Contains(s.own.Hidden, row.ID)
		if edited, ok := s.own.Edited[row.ID]; ok {
			row.Item, row.Edited = edited, true
		}
		all = append(all, row)
	}
	return all
}

// matching are the items that have some words in them.
func matching(all []shelfItem, query string) []shelfItem {
	if query = strings.ToLower(strings.TrimSpace(query)); query == "" {
		return all
	}
	return slices.DeleteFunc(all, func(i shelfItem) bool {
		return !strings.Contains(strings.ToLower(strings.Join([]string{i.Text, i.Author, i.Question, i.Answer, i.Title, i.Summary}, "\n")), query)
	})
}

// checkedItem tidies an item as an import does and says what it lacks to be shown in a category.
func checkedItem(category string, item content.Item) (content.Item, string) {
	raw, err := json.Marshal([]content.Item{item})
	if err != nil {
		return item, "This is no item."
	}
	items, wrong := content.ParseItems("json", raw)
	if len(wrong) > 0 {
		return item, wrong[0].Sentence
	}
	return items[0], content.Fits(category, items[0])
}

func badItem(sentence string) error {
	return problem.New(http.StatusUnprocessableEntity, "bad_item", sentence)
}

// updateShelf changes what the owner changed of a subcategory.
func (h *Handler) updateShelf(c echo.Context, s shelf, words string, change func(*store.Shelf) error) error {
	if s.sub.Source {
		return fromSource
	}
	if err := h.db.UpdateShelf(s.category.Name, s.sub.Name, change); err != nil {
		return err
	}
	return h.audit(c, "", words+" in "+s.category.Title+", "+s.sub.Title)
}

// addItems puts items into a subcategory, all or none; how many were new is returned. What is here already is left out.
func (h *Handler) addItems(c echo.Context, s shelf, items []content.Item) (added int, err error) {
	there := map[string]bool{}
	for _, item := range s.sub.Items {
		there[content.ItemID(item)] = true
	}
	err = h.updateShelf(c, s, fmt.Sprintf("added %s", counted(len(items), "item", "items")), func(own *store.Shelf) error {
		added = 0
		known := maps.Clone(there)
		for _, item := range own.Items {
			known[content.ItemID(item)] = true
		}
		for _, item := range items {
			if id := content.ItemID(item); !known[id] {
				own.Items, known[id] = append(own.Items, item), true
				added++
			}
		}
		if len(own.Items) > mostItems {
			return fullShelf
		}
		return nil
	})
	return added, err
}

// importItems reads items and puts them into a subcategory. Where one line cannot be used none is taken, and the
// problems say why.
func (h *Handler) importItems(c echo.Context, s shelf, format string, data []byte) (added, read int, wrong []content.Problem, err error) {
	items, wrong := content.ParseItems(format, data)
	for i, item := range items {
		if sentence := content.Fits(s.category.Name, item); sentence != "" && len(wrong) < mostProblems {
			wrong = append(wrong, content.Problem{Line: i + 1, Sentence: fmt.Sprintf("Item %d: %s", i+1, sentence)})
		}
	}
	if len(wrong) > 0 || len(items) == 0 {
		if len(wrong) == 0 {
			wrong = []content.Problem{{Line: 1, Sentence: "There is no item in it."}}
		}
		return 0, len(items), wrong, nil
	}
	added, err = h.addItems(c, s, items)
	return added, len(items), nil, err
}

// mostProblems is how many lines of an import are complained about.
const mostProblems = 100

// changeItem puts another item in the place of one. A preset that says again what it came with is as it came.
func (h *Handler) changeItem(c echo.Context, s shelf, id string, item content.Item) error {
	all := s.items()
	at := slices.IndexFunc(all, func(i shelfItem) bool { return i.ID == id })
	if at < 0 {
		return unknownItem
	}
	item, sentence := checkedItem(s.category.Name, item)
	if sentence != "" {
		return badItem(sentence)
	}
	fresh := content.ItemID(item)
	if fresh != content.ItemID(all[at].Item) && slices.ContainsFunc(all, func(i shelfItem) bool { return content.ItemID(i.Item) == fresh && i.ID != id }) {
		return sameItem
	}
	return h.updateShelf(c, s, "changed an item", func(own *store.Shelf) error {
		if all[at].Origin == "preset" {
			if own.Edited == nil {
				own.Edited = map[string]content.Item{}
			}
			if own.Edited[id] = item; fresh == id {
				delete(own.Edited, id)
			}
			return nil
		}
		at := slices.IndexFunc(own.Items, func(i content.Item) bool { return content.ItemID(i) == id })
		if at < 0 {
			return unknownItem
		}
		own.Items[at] = item
		return nil
	})
}

// showItem hides a preset, shows it again, or gives it back what it came with; nil leaves it as it is.
func (h *Handler) showItem(c echo.Context, s shelf, id string, hidden, edited *bool) error {
	if !isPreset(s, id) {
		if slices.ContainsFunc(s.own.Items, func(i content.Item) bool { return content.ItemID(i) == id }) {
			return problem.New(http.StatusConflict, "own_item", "This item is your own: delete it instead.")
		}
		return unknownItem
	}
	words := "showed an item again"
	if hidden != nil && *hidden {
		words = "hid an item"
	} else if edited != nil {
		words = "put an item back as it came"
	}
	return h.updateShelf(c, s, words, func(own *store.Shelf) error {
		if hidden != nil {
			if own.Hidden = slices.DeleteFunc(own.Hidden, func(other string) bool { return other == id }); *hidden {
				own.Hidden = append(own.Hidden, id)
			}
		}
		if edited != nil && !*edited {
			delete(own.Edited, id)
		}
		return nil
	})
}

// deleteItem removes an item of the owner's.
func (h *Handler) deleteItem(c echo.Context, s shelf, id string) error {
	if isPreset(s, id) {
		return problem.New(http.StatusConflict, "preset", "This item comes with the program: hide it instead.")
	}
	return h.updateShelf(c, s, "deleted an item", func(own *store.Shelf) error {
		before := len(own.Items)
		own.Items = slices.DeleteFunc(own.Items, func(i content.Item) bool { return content.ItemID(i) == id })
		if len(own.Items) == before {
			return unknownItem
		}
		return nil
	})
}

// titleProblem says why a title cannot be one of a category or subcategory.
func titleProblem(title string) string {
	if n := utf8.RuneCountInString(strings.TrimSpace(title)); n == 0 || n > maxName {
		return fmt.Sprintf("A name has 1 to %d characters.", maxName)
	}
	return ""
}

// reservedCategories are keys of the preferences that are no category (PROTOCOL §4).
var reservedCategories = []string{"layout", "refresh_seconds"}

// addCategory makes a category of a title; one of that title that is here already is as good.
func (h *Handler) addCategory(c echo.Context, title string) (content.Category, error) {
	if sentence := titleProblem(title); sentence != "" {
		return content.Category{}, badItem(sentence)
	}
	title = strings.TrimSpace(title)
	for _, category := range h.library.Categories() {
		if strings.EqualFold(category.Title, title) {
			return category, nil
		}
	}
	base := nameID(title, "category")
	for n := 1; n <= maxSameName; n++ {
		name := numbered(base, n)
		if _, known := h.category(name); known || slices.Contains(reservedCategories, name) {
			continue
		}
		err := h.db.UpdateShelf(name, "", func(own *store.Shelf) error {
			own.CategoryTitle = title
			return nil
		})
		if err != nil {
			return content.Category{}, err
		}
		return content.Category{Name: name, Title: title}, h.audit(c, "", "made the category "+title)
	}
	return content.Category{}, store.ErrExists
}

// addSubcategory makes an empty subcategory.
func (h *Handler) addSubcategory(c echo.Context, category, title string) (content.Subcategory, error) {
	found, known := h.category(category)
	if !known {
		return content.Subcategory{}, unknownShelf
	}
	if sentence := titleProblem(title); sentence != "" {
		return content.Subcategory{}, badItem(sentence)
	}
	title = strings.TrimSpace(title)
	base := nameID(title, "items")
	for n := 1; n <= maxSameName; n++ {
		name := numbered(base, n)
		_, err := h.db.Source(name) // a source's id is a subcategory's name, too
		if err == nil || slices.ContainsFunc(found.Subcategories, func(s content.Subcategory) bool { return s.Name == name }) {
			continue
		}
		err = h.db.UpdateShelf(category, name, func(own *store.Shelf) error {
			own.SubcategoryTitle = title
			return nil
		})
		if err != nil {
			return content.Subcategory{}, err
		}
		return content.Subcategory{Name: name, Title: title}, h.audit(c, "", "made the subcategory "+title)
	}
	return content.Subcategory{}, store.ErrExists
}

// deleteSubcategory removes a subcategory of the owner's with all items in it.
func (h *Handler) deleteSubcategory(c echo.Context) (shelf, error) {
	s, err := h.shelf(c)
	switch {
	case err != nil:
		return s, err
	case s.sub.Source:
		return s, fromSource
	case s.preset != nil:
		return s, notOwnShelf
	}
	if err := h.db.DeleteShelf(s.category.Name, s.sub.Name); err != nil && !errors.Is(err, store.ErrNotFound) {
		return s, err
	}
	return s, h.audit(c, "", "deleted the subcategory "+s.sub.Title)
}

// deleteCategory removes an empty category of the owner's.
func (h *Handler) deleteCategory(c echo.Context) (content.Category, error) {
	category, known := h.category(param(c, "category"))
	if !known {
		return category, unknownShelf
	}
	if len(category.Subcategories) > 0 {
		return category, problem.New(http.StatusConflict, "in_use", "There are subcategories in it. Delete them, and the sources that fill it, first.")
	}
	if err := h.db.DeleteShelf(category.Name, ""); errors.Is(err, store.ErrNotFound) {
		return category, notOwnShelf
	} else if err != nil {
		return category, err
	}
	return category, h.audit(c, "", "deleted the category "+category.Title)
}
