package admin

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"personalcms/content"
	"personalcms/handlers/access"
	"personalcms/handlers/problem"
	"personalcms/views"

	"github.com/labstack/echo/v4"
)

// itemsShown is how many items one page lists.
const itemsShown = 25

func itemsURL(category, subcategory string) string {
	return "/content-admin/items/" + url.PathEscape(category) + "/" + url.PathEscape(subcategory)
}

// categoryRows are the categories with their numbers.
func (h *Handler) categoryRows() []views.ContentCategory {
	presets, err := content.Presets()
	if err != nil {
		h.log.Error().Err(err).Msg("the presets cannot be read")
	}
	var rows []views.ContentCategory
	for _, category := range h.library.Categories() {
		row := views.ContentCategory{Name: category.Name, Title: category.Title}
		row.Own = !slices.ContainsFunc(presets, func(p content.Category) bool { return p.Name == category.Name })
		for _, sub := range category.Subcategories {
			own := h.db.Shelf(category.Name, sub.Name)
			isPreset := presetItems(presets, category.Name, sub.Name) != nil
			row.Parts = append(row.Parts, views.ContentPart{
				Name: sub.Name, Title: sub.Title, Items: len(sub.Items), Source: sub.Source, Own: !sub.Source && !isPreset,
				Detail: shelfWords(own.Addition, isPreset), Devices: h.devicesWith(category.Name, sub.Name),
			})
		}
		rows = append(rows, row)
	}
	return rows
}

// shelfWords say what the owner changed.
func shelfWords(own content.Addition, preset bool) string {
	var words []string
	if len(own.Items) > 0 && preset {
		words = append(words, fmt.Sprintf("%d your own", len(own.Items)))
	}
	if len(own.Hidden) > 0 {
		words = append(words, fmt.Sprintf("%d hidden", len(own.Hidden)))
	}
	if len(own.Edited) > 0 {
		words = append(words, fmt.Sprintf("%d changed", len(own.Edited)))
	}
	return strings.Join(words, ", ")
}

// devicesWith are the devices on which a subcategory was chosen. Where nothing was chosen all of a category is shown.
func (h *Handler) devicesWith(category, subcategory string) []views.Link {
	var links []views.Link
	for _, device := range h.db.Devices() {
		if slices.Contains(device.Preferences.Chosen(category), subcategory) {
			links = append(links, views.Link{Text: device.Title(), URL: deviceURL(device.ID, "")})
		}
	}
	return links
}

func (h *Handler) itemsPage(c echo.Context) error {
	return h.showItems(c, http.StatusOK, func(*views.Items) {})
}

// showItems is the page of one subcategory, with what a form wants to say.
func (h *Handler) showItems(c echo.Context, status int, say func(*views.Items)) error {
	s, err := h.shelf(c)
	if err != nil {
		return err
	}
	all := s.items()
	model := views.Items{
		Page: h.page(c, s.sub.Title, "screens", ""), MayChange: access.Of(c).May("write") && !s.sub.Source, Category: s.category.Name,
		CategoryTitle: s.category.Title, Subcategory: s.sub.Name, URL: itemsURL(s.category.Name, s.sub.Name),
		Own: s.preset == nil && !s.sub.Source, Query: strings.TrimSpace(c.QueryParam("q")), Total: len(all), Parts: itemFields(s.category.Name, content.Item{}),
		Devices: h.devicesWith(s.category.Name, s.sub.Name),
	}
	if s.sub.Source {
		model.Source = s.sub.Name
	}
	found := matching(all, model.Query)
	model.Found, model.Pages = len(found), max((len(found)+itemsShown-1)/itemsShown, 1)
	number, _ := strconv.Atoi(c.QueryParam("page")) // no number is the first page
	model.PageNumber = min(max(number, 1), model.Pages)
	from := (model.PageNumber - 1) * itemsShown
	for _, item := range found[from:min(from+itemsShown, len(found))] {
		model.Items = append(model.Items, itemRow(s.category.Name, item))
	}
	say(&model)
	return show(c, status, views.ItemsPage(model))
}

func itemRow(category string, item shelfItem) views.ItemRow {
	row := views.ItemRow{ID: item.ID, Hidden: item.Hidden, Edited: item.Edited, Own: item.Origin == "own", Parts: itemFields(category, item.Item)}
	row.Main, row.Second = itemWords(item.Item)
	switch {
	case item.Hidden:
		row.State = "hidden"
	case item.Edited:
		row.State = "changed"
	case row.Own:
		row.State = "your own"
	}
	return row
}

// itemWords are an item in at most two lines.
func itemWords(item content.Item) (main, second string) {
	main = cmp.Or(item.Title, item.Question, item.Text, item.Image)
	switch {
	case item.Question != "":
		return main, item.Answer
	case item.Author != "":
		return main, item.Author
	case item.Summary != "":
		return main, item.Summary
	case main != item.Text:
		return main, item.Text
	}
	return main, ""
}

// itemFields are the parts that items of a category have.
func itemFields(category string, item content.Item) []views.ItemField {
	text := views.ItemField{Name: "text", Label: "Text", Value: item.Text, Long: true}
	author := views.ItemField{Name: "author", Label: "Who said it", Value: item.Author}
	question := views.ItemField{Name: "question", Label: "Question", Value: item.Question, Long: true}
	answer := views.ItemField{Name: "answer", Label: "Answer", Value: item.Answer}
	title := views.ItemField{Name: "title", Label: "Title", Value: item.Title}
	summary := views.ItemField{Name: "summary", Label: "Summary", Value: item.Summary, Long: true}
	address := views.ItemField{Name: "url", Label: "Address to read on", Value: item.URL}
	switch category {
	case "jokes":
		return []views.ItemField{text}
	case "riddles":
		return []views.ItemField{question, answer}
	case "quotes":
		return []views.ItemField{text, author}
	case "news":
		return []views.ItemField{title, summary, address}
	}
	return []views.ItemField{title, text, author, question, answer, summary, address}
}

// formItem is what was typed, over what the item was.
func formItem(c echo.Context, item content.Item) content.Item {
	for name, into := range map[string]*string{
		"text": &item.Text, "author": &item.Author, "question": &item.Question, "answer": &item.Answer, "title": &item.Title,
		"summary": &item.Summary, "url": &item.URL,
	} {
		if c.Request().Form.Has(name) {
			*into = c.FormValue(name)
		}
	}
	return item
}

// formItems does what the button of a form on the page says.
func (h *Handler) formItems(c echo.Context) error {
	s, err := h.shelf(c)
	if err != nil {
		return err
	}
	if _, err := c.FormParams(); err != nil {
		return problem.TooLarge
	}
	id, said := c.FormValue("item"), "Saved."
	yes, no := true, false
	switch c.FormValue("do") {
	case "import":
		return h.formImport(c, s)
	case "add":
		return h.formAddItem(c, s)
	case "change":
		return h.formChangeItem(c, s, id)
	case "hide":
		err, said = h.showItem(c, s, id, &yes, nil), "The item is hidden: no screen shows it."
	case "show":
		err, said = h.showItem(c, s, id, &no, nil), "The item is shown again."
	case "restore":
		err, said = h.showItem(c, s, id, nil, &no), "The item is again as it came."
	case "delete":
		err, said = h.deleteItem(c, s, id), "The item is deleted."
	case "delete-all":
		if _, err = h.deleteSubcategory(c); err == nil {
			return done(c, "/content-admin#items", s.sub.Title+" is deleted.")
		}
	default:
		return problem.New(http.StatusUnprocessableEntity, "unknown_button", "This button is not known. Reload the page.")
	}
	return h.itemsDone(c, s, err, said)
}

// itemsDone leads back to the list, or shows it with what went wrong.
func (h *Handler) itemsDone(c echo.Context, s shelf, err error, said string) error {
	var p *problem.Problem
	if errors.As(err, &p) {
		return h.showItems(c, p.Status, func(model *views.Items) { model.Refusal = p.Detail })
	}
	if err != nil {
		return err
	}
	return done(c, itemsURL(s.category.Name, s.sub.Name)+listPlace(c), said)
}

// listPlace is where in the list the form was sent from.
func listPlace(c echo.Context) string {
	if c.Request().URL.RawQuery == "" {
		return ""
	}
	return "?" + c.Request().URL.RawQuery
}

func (h *Handler) formAddItem(c echo.Context, s shelf) error {
	item, sentence := checkedItem(s.category.Name, formItem(c, content.Item{}))
	added := 0
	var err error
	if sentence == "" {
		if added, err = h.addItems(c, s, []content.Item{item}); err == nil && added == 0 {
			sentence = sameItem.Detail
		}
	}
	if sentence == "" {
		return h.itemsDone(c, s, err, "The item is added.")
	}
	return h.showItems(c, http.StatusUnprocessableEntity, func(model *views.Items) {
		model.Adding, model.Refusal, model.Parts = true, sentence, itemFields(s.category.Name, formItem(c, content.Item{}))
	})
}

func (h *Handler) formChangeItem(c echo.Context, s shelf, id string) error {
	all := s.items()
	at := slices.IndexFunc(all, func(i shelfItem) bool { return i.ID == id })
	if at < 0 {
		return h.itemsDone(c, s, unknownItem, "")
	}
	typed := formItem(c, all[at].Item)
	err := h.changeItem(c, s, id, typed)
	var p *problem.Problem
	if !errors.As(err, &p) {
		return h.itemsDone(c, s, err, "Saved.")
	}
	return h.showItems(c, p.Status, func(model *views.Items) {
		for i := range model.Items {
			if row := &model.Items[i]; row.ID == id {
				row.Error, row.Parts = p.Detail, itemFields(s.category.Name, typed)
			}
		}
	})
}

// formImport takes a file or a pasted text; all of it or nothing.
func (h *Handler) formImport(c echo.Context, s shelf) error {
	data, format := []byte(c.FormValue("paste")), c.FormValue("format")
	if file, err := c.FormFile("file"); err == nil && file.Size > 0 {
		if data, err = readFile(file); err != nil {
			return problem.TooLarge
		}
		if strings.HasSuffix(strings.ToLower(file.Filename), ".json") {
			format = "json"
		} else if strings.HasSuffix(strings.ToLower(file.Filename), ".csv") {
			format = "csv"
		}
	}
	if trimmed := strings.TrimSpace(string(data)); format == "" {
		if format = "csv"; strings.HasPrefix(trimmed, "[") || strings.HasPrefix(trimmed, "{") {
			format = "json"
		}
	}
	added, read, wrong, err := h.importItems(c, s, format, data)
	if len(wrong) > 0 {
		return h.showItems(c, http.StatusUnprocessableEntity, func(model *views.Items) {
			model.Importing, model.Paste = true, c.FormValue("paste")
			for _, one := range wrong[:min(len(wrong), mostProblems)] {
				model.Problems = append(model.Problems, fmt.Sprintf("Line %d: %s", one.Line, one.Sentence))
			}
		})
	}
	said := counted(added, "item is", "items are") + " added."
	if there := read - added; there > 0 {
		said += " " + counted(there, "was", "were") + " here already."
	}
	return h.itemsDone(c, s, err, said)
}

func (h *Handler) formAddCategory(c echo.Context) error {
	category, err := h.addCategory(c, c.FormValue("title"))
	var p *problem.Problem
	if errors.As(err, &p) {
		return h.showContent(c, p.Status, func(model *views.Content) { model.Refusal, model.NewTitle = p.Detail, c.FormValue("title") })
	}
	if err != nil {
		return err
	}
	return done(c, "/content-admin#items", category.Title+" is here. Give it a subcategory, or a source.")
}

// formCategory adds a subcategory to a category, or deletes the category.
func (h *Handler) formCategory(c echo.Context) error {
	var p *problem.Problem
	if c.FormValue("do") == "delete" {
		category, err := h.deleteCategory(c)
		if errors.As(err, &p) {
			return h.showContent(c, p.Status, func(model *views.Content) { model.Refusal = p.Detail })
		}
		if err != nil {
			return err
		}
		return done(c, "/content-admin#items", category.Title+" is deleted.")
	}
	sub, err := h.addSubcategory(c, param(c, "category"), c.FormValue("title"))
	if errors.As(err, &p) {
		return h.showContent(c, p.Status, func(model *views.Content) { model.Refusal = p.Detail })
	}
	if err != nil {
		return err
	}
	return done(c, itemsURL(param(c, "category"), sub.Name), sub.Title+" is here. Add items to it.")
}
