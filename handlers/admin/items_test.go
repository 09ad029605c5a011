package admin_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"personalcms/content"
	"personalcms/handlers/rig"
	"personalcms/store"

	"github.com/google/go-cmp/cmp"
)

// shown are the texts of the items of a subcategory that devices may be shown.
func shown(t *testing.T, r *rig.Rig, category, subcategory string) []string {
	t.Helper()
	library, err := content.NewLibrary(r.DB.Additions)
	must(t, err)
	texts := []string{}
	for _, item := range library.Items(category, subcategory) {
		texts = append(texts, item.Text+item.Question+item.Title)
	}
	return texts
}

// firstPreset is the first item that comes with the program in a subcategory.
func firstPreset(t *testing.T, category, subcategory string) (content.Item, int) {
	t.Helper()
	library, err := content.NewLibrary(nil)
	must(t, err)
	items := library.Items(category, subcategory)
	return items[0], len(items)
}

const dadJokes = "/content-admin/items/jokes/dad_jokes"

func TestItemsByForms(t *testing.T) {
	r := rig.New(t)
	b := newBrowser(r, false)
	first, count := firstPreset(t, "jokes", "dad_jokes")
	id := content.ItemID(first)
	has := func(text string, want bool) {
		t.Helper()
		if got := strings.Contains("\n"+strings.Join(shown(t, r, "jokes", "dad_jokes"), "\n")+"\n", "\n"+text+"\n"); got != want {
			t.Errorf("%q is shown: %v, want %v", text, got, want)
		}
	}
	post := func(status int, pairs ...string) {
		t.Helper()
		wants(t, b.post(dadJokes, query(pairs...)), status)
	}
	wants(t, b.get(dadJokes), http.StatusOK, "Dad jokes", fmt.Sprintf("%d items", count), "Page 1 of")

	post(http.StatusSeeOther, "do", "add", "text", "  My own\n joke ")
	has("My own joke", true)
	wants(t, b.post(dadJokes, query("do", "add", "text", "My own joke")), http.StatusUnprocessableEntity, "The same item is here already")
	wants(t, b.post(dadJokes, query("do", "add", "text", " ")), http.StatusUnprocessableEntity, "There is no text")

	own := content.ItemID(content.Item{Text: "My own joke"})
	post(http.StatusSeeOther, "do", "change", "item", own, "text", "A better one")
	has("My own joke", false)
	has("A better one", true)
	wants(t, b.post(dadJokes, query("do", "change", "item", own, "text", "x")), http.StatusNotFound, "no such item")

	post(http.StatusSeeOther, "do", "change", "item", id, "text", "Changed")
	has("Changed", true)
	has(first.Text, false)
	wants(t, b.get(dadJokes), http.StatusOK, "As it came", "changed")
	wants(t, b.post(dadJokes, query("do", "change", "item", id, "text", "A better one")), http.StatusConflict, "The same item is here already")
	post(http.StatusSeeOther, "do", "hide", "item", id)
	has("Changed", false)
	wants(t, b.get(dadJokes), http.StatusOK, "Show it again", "hidden")
	wants(t, b.get("/content-admin"), http.StatusOK, "1 your own, 1 hidden, 1 changed")
	post(http.StatusSeeOther, "do", "show", "item", id)
	post(http.StatusSeeOther, "do", "restore", "item", id)
	has(first.Text, true)
	wants(t, b.post(dadJokes, query("do", "delete", "item", id)), http.StatusConflict, "hide it instead")
	wants(t, b.post(dadJokes, query("do", "hide", "item", content.ItemID(content.Item{Text: "A better one"}))), http.StatusConflict, "delete it instead")
	post(http.StatusSeeOther, "do", "delete", "item", content.ItemID(content.Item{Text: "A better one"}))
	wants(t, b.post(dadJokes, "do=nothing"), http.StatusUnprocessableEntity)
	wants(t, b.post(dadJokes, "do=delete-all"), http.StatusConflict, "cannot be deleted")
	if got := len(shown(t, r, "jokes", "dad_jokes")); got != count {
		t.Errorf("%d items are shown, want the %d that came", got, count)
	}
	wants(t, b.get("/content-admin/items/jokes/none"), http.StatusNotFound)
}

func TestFindingAndPagingItems(t *testing.T) {
	r := rig.New(t)
	b := newBrowser(r, false)
	must(t, r.DB.UpdateShelf("quotes", "own", func(shelf *store.Shelf) error {
		for i := range 60 {
			shelf.Items = append(shelf.Items, content.Item{Text: fmt.Sprintf("Quote number %d", i), Author: "Nobody"})
		}
		return nil
	}))
	wants(t, b.get("/content-admin/items/quotes/own"), http.StatusOK, "Quote number 0<", "Quote number 24<", "!Quote number 25<", "Page 1 of 3", "60 items", "Nobody")
	wants(t, b.get("/content-admin/items/quotes/own?page=3"), http.StatusOK, "Quote number 59<", "!Quote number 49<", "Page 3 of 3")
	wants(t, b.get("/content-admin/items/quotes/own?page=99"), http.StatusOK, "Page 3 of 3")
	wants(t, b.get("/content-admin/items/quotes/own?q=NUMBER+5"), http.StatusOK, "Quote number 5<", "Quote number 59<", "!Quote number 49<", `value="NUMBER 5"`)
	wants(t, b.get("/content-admin/items/quotes/own?q=nothing+of+it"), http.StatusOK, "No item has these words")
	answer := b.post("/content-admin/items/quotes/own?page=2", query("do", "delete", "item", content.ItemID(content.Item{Text: "Quote number 30", Author: "Nobody"})))
	wants(t, answer, http.StatusSeeOther)
	if got := answer.Header.Get("Location"); got != "/content-admin/items/quotes/own?page=2" {
		t.Errorf("it leads to %s", got)
	}
}

func TestImportsAreAllOrNothing(t *testing.T) {
	r := rig.New(t)
	b := newBrowser(r, false)
	_, count := firstPreset(t, "riddles", "easy_riddles")
	const page = "/content-admin/items/riddles/easy_riddles"
	upload := func(name, data string) rig.Answer {
		return b.upload(page, "file", name, []byte(data), map[string]string{"do": "import"})
	}
	unchanged(t, r, func() {
		wants(t, upload("r.csv", "question,answer\nWhat?,That\nWho?\n"), http.StatusUnprocessableEntity, "Nothing was imported", "Line 3:", "has no answer")
		wants(t, upload("r.json", `[{"question":"What?","answer":"That"},{"text":"no riddle"}]`), http.StatusUnprocessableEntity, "Item 2:", "needs a question")
		wants(t, upload("r.json", `nonsense`), http.StatusUnprocessableEntity, "Nothing was imported")
		wants(t, b.post(page, query("do", "import", "paste", "")), http.StatusUnprocessableEntity, "The file is empty")
		wants(t, upload("r.csv", "question,answer\n"+strings.Repeat("x", 4<<20)), http.StatusUnprocessableEntity, "larger than")
	})
	if got := len(shown(t, r, "riddles", "easy_riddles")); got != count {
		t.Errorf("%d items, want %d", got, count)
	}
	wants(t, upload("r.csv", "answer;question\nThat;What?\nHim;Who?\n"), http.StatusSeeOther)
	pasted := b.post(page, query("do", "import", "paste", `[{"question":"Who?","answer":"Him"},{"question":"When?","answer":"Now"}]`))
	wants(t, pasted, http.StatusSeeOther)
	if said := cookie(t, pasted, "personalcms_said"); said == nil || said.Value != url.QueryEscape("1 item is added. 1 was here already.") {
		t.Errorf("it says %+v", said)
	}
	wants(t, b.get(page), http.StatusOK, "When?")
	if got := len(shown(t, r, "riddles", "easy_riddles")); got != count+3 {
		t.Errorf("%d items, want %d", got, count+3)
	}
}

func TestExportsCanBeImported(t *testing.T) {
	r := rig.New(t)
	want := shown(t, r, "quotes", "proverbs")
	for _, format := range []string{"csv", "json"} {
		file := r.Script(http.MethodGet, "/api/v1/items/quotes/proverbs/export?format="+format, nil)
		wants(t, file, http.StatusOK)
		wants(t, r.Script(http.MethodPost, "/api/v1/items/quotes", map[string]string{"title": "From " + format}), http.StatusCreated)
		contentType := map[string]string{"csv": "text/csv", "json": "application/json"}[format]
		wants(t, r.Script(http.MethodPost, "/api/v1/items/quotes/from-"+format, file.Body, "Content-Type", contentType), http.StatusCreated, fmt.Sprintf(`"added":%d`, len(want)))
		if diff := cmp.Diff(want, shown(t, r, "quotes", "from-"+format)); diff != "" {
			t.Errorf("%s (-exported +imported):\n%s", format, diff)
		}
	}
	wantProblem(t, r.Script(http.MethodGet, "/api/v1/items/quotes/proverbs/export?format=xml", nil), http.StatusBadRequest, "bad_value", "format")
}

func TestCategoriesOfTheOwner(t *testing.T) {
	r := rig.New(t)
	b := newBrowser(r, false)
	wants(t, b.post("/content-admin/items", "title=Poems"), http.StatusSeeOther)
	wants(t, b.post("/content-admin/items", "title=+"), http.StatusUnprocessableEntity, "A name has 1 to 64")
	wants(t, b.post("/content-admin/items", "title=Layout"), http.StatusSeeOther)
	wants(t, b.get("/content-admin"), http.StatusOK, "<h3>Poems</h3>", "Nothing in it yet", "Delete Poems")
	wants(t, b.post("/content-admin/items/poems", "title=Short+ones"), http.StatusSeeOther)
	wants(t, b.post("/content-admin/items/none", "title=x"), http.StatusNotFound, "no category")
	wants(t, b.post("/content-admin/items/poems/short-ones", "do=add&title=Rain&text=It+rains."), http.StatusSeeOther)
	must(t, r.DB.CreateDevice(store.Device{ID: "hall", Nickname: "Hall", Approved: true, Preferences: store.Preferences{Jokes: []string{"dad_jokes"}}}))
	wants(t, b.get("/content-admin"), http.StatusOK, "Short ones", "1 item<", `chosen by`, `<a href="/devices/hall">Hall</a>`)
	wants(t, b.post("/content-admin/items/poems", "do=delete"), http.StatusConflict, "There are subcategories in it")
	wants(t, b.post("/content-admin/items/jokes", "do=delete"), http.StatusConflict)
	wants(t, b.post("/content-admin/items/poems/short-ones", "do=delete-all"), http.StatusSeeOther)
	wants(t, b.post("/content-admin/items/poems", "do=delete"), http.StatusSeeOther)
	wants(t, b.get("/content-admin"), http.StatusOK, "!Poems</h3>")

	categories := r.Script(http.MethodGet, "/api/v1/items", nil)
	wants(t, categories, http.StatusOK, `"name":"layout-2"`, `"devices":["Hall"]`) // “layout” is a key of the preferences
	wants(t, r.Script(http.MethodPost, "/api/v1/items", map[string]string{"title": "Verses"}), http.StatusCreated, `"name":"verses"`)
	wants(t, r.Script(http.MethodPost, "/api/v1/items/verses", map[string]string{"title": "Mine"}), http.StatusCreated, `"name":"mine"`)
	wantProblem(t, r.Script(http.MethodDelete, "/api/v1/items/verses", nil), http.StatusConflict, "in_use", "")
	wants(t, r.Script(http.MethodDelete, "/api/v1/items/verses/mine", nil), http.StatusNoContent)
	wants(t, r.Script(http.MethodDelete, "/api/v1/items/verses", nil), http.StatusNoContent)
	wantProblem(t, r.Script(http.MethodDelete, "/api/v1/items/verses", nil), http.StatusNotFound, "unknown_subcategory", "")
}

func TestItemsForScripts(t *testing.T) {
	r := rig.New(t)
	const path = "/api/v1/items/news/tech_news"
	first, count := firstPreset(t, "news", "tech_news")
	id := content.ItemID(first)
	wants(t, r.Script(http.MethodGet, path+"?limit=1", nil), http.StatusOK, fmt.Sprintf(`"total":%d`, count), `"id":"`+id+`"`, `"origin":"preset"`)
	wants(t, r.Script(http.MethodPost, path, map[string]string{"title": "Mine", "summary": "All of it."}), http.StatusCreated, `"added":1,"present":0`)
	wants(t, r.Script(http.MethodPost, path, []map[string]string{{"title": "Mine", "summary": "All of it."}, {"title": "Another"}}), http.StatusCreated, `"added":1,"present":1`)
	wantProblem(t, r.Script(http.MethodPost, path, []map[string]string{{"title": "Third"}, {"text": "no title"}}), http.StatusUnprocessableEntity, "bad_items", "")
	wants(t, r.Script(http.MethodGet, path+"?q=third", nil), http.StatusOK, `"total":0`, `"items":[]`)
	own := content.ItemID(content.Item{Title: "Another"})
	wants(t, r.Script(http.MethodPut, path+"/"+own, map[string]string{"title": "A third"}), http.StatusOK, content.ItemID(content.Item{Title: "A third"}))
	wantProblem(t, r.Script(http.MethodPut, path+"/"+own, map[string]string{"title": "x"}), http.StatusNotFound, "unknown_item", "")
	wants(t, r.Script(http.MethodPut, path+"/"+id, map[string]string{"title": "Said anew"}), http.StatusOK, `"id":"`+id+`"`)
	wants(t, r.Script(http.MethodPatch, path+"/"+id, map[string]bool{"hidden": true}), http.StatusNoContent)
	wants(t, r.Script(http.MethodGet, path+"?q=said+anew", nil), http.StatusOK, `"hidden":true,"edited":true`)
	wants(t, r.Script(http.MethodPatch, path+"/"+id, map[string]bool{"hidden": false, "edited": false}), http.StatusNoContent)
	wantProblem(t, r.Script(http.MethodPatch, path+"/"+id, map[string]bool{"edited": true}), http.StatusBadRequest, "bad_value", "")
	wantProblem(t, r.Script(http.MethodDelete, path+"/"+id, nil), http.StatusConflict, "preset", "")
	wants(t, r.Script(http.MethodDelete, path+"/"+content.ItemID(content.Item{Title: "A third"}), nil), http.StatusNoContent)
	wants(t, r.Script(http.MethodPost, "/api/v1/sources", map[string]any{"id": "wire", "name": "Wire", "kind": "push", "category": "news"}), http.StatusCreated)
	wantProblem(t, r.Script(http.MethodPost, "/api/v1/items/news/wire", map[string]string{"title": "x"}), http.StatusConflict, "from_source", "")
	wantProblem(t, r.Script(http.MethodDelete, "/api/v1/items/news/wire", nil), http.StatusConflict, "from_source", "")
}
