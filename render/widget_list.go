package render

import (
	"encoding/json"
	"image"
	"strconv"
	"strings"
	"time"

	"personalcms/content"

	"github.com/ohler55/ojg/jp"
)

// listWidget is things to do, or any list.
func listWidget() Kind {
	return kindOf(Kind{
		Name: "list", Title: "List", Hint: "Things to do or to buy, from a source of yours.",
		Options: []Option{
			{Name: "items", Title: "Where the entries are", Type: "text", Hint: "A JSONPath such as $.tasks[*]. Empty: the source’s own items."},
			{Name: "name", Title: "An entry’s text", Type: "text", Hint: "A JSONPath within the entry. Empty: title, name, text or content."},
			{Name: "done", Title: "Whether it is done", Type: "text", Hint: "A JSONPath within the entry. Empty: done, completed or checked."},
			{Name: "due", Title: "When it is due", Type: "text", Hint: "A JSONPath within the entry. Empty: due or date."},
			{Name: "finished", Title: "What is done", Type: "choice", Default: "struck", Choices: []Choice{{"struck", "Is struck through, below the rest"}, {"hidden", "Is left out"}}},
			{Name: "boxes", Title: "Boxes to tick", Type: "check", Default: "true"},
		},
		Needs: Needs{Sources: []string{content.KindJSON, content.KindPush, content.KindFeed, content.KindText}},
		Cells: image.Pt(9, 8), Least: image.Pt(120, 60),
	}, seeList, drawList)
}

// listShown is a list as it is printed, what is to do first.
type listShown struct {
	Heading string
	Boxes   bool
	Entries []listEntry
	More    string // after the number of those that found no room
}

type listEntry struct {
	Text, Due string
	Late      bool // its day is over
	Done      bool
}

// maxEntries bounds a list.
const maxEntries = 100

func seeList(in Input) view {
	source, missing := in.source()
	if missing != nil {
		return *missing
	}
	for _, option := range []string{"items", "name", "done", "due"} {
		if path := in.Options.Text(option); path != "" && !isPath(path) {
			return nothing(in.Locale.Word("bad path") + ": " + path)
		}
	}
	shown := listShown{Heading: in.heading(source.Name), Boxes: in.Options.Is("boxes"), More: in.Locale.Word("more")}
	var done []listEntry
	for _, entry := range in.listEntries(source.Feed) {
		switch {
		case entry.Text == "":
		case !entry.Done:
			shown.Entries = append(shown.Entries, entry)
		case in.Options.Text("finished") != "hidden":
			done = append(done, entry)
		}
	}
	shown.Entries = append(shown.Entries, done...)
	shown.Entries = shown.Entries[:min(len(shown.Entries), maxEntries)]
	if len(shown.Entries) == 0 {
		return nothing(in.Locale.Word("nothing to do")).to(midnight(in.Now))
	}
	return shows(shown).to(midnight(in.Now))
}

// listEntries are the entries a path selects of the document, else the source's items.
func (in Input) listEntries(feed content.Feed) []listEntry {
	path := in.Options.Text("items")
	var entries []listEntry
	if path == "" {
		for _, item := range feed.Items {
			entries = append(entries, itemEntry(item))
		}
	}
	var document any
	if len(entries) > 0 || json.Unmarshal(feed.Document, &document) != nil {
		return entries
	}
	found, _ := document.([]any)
	if path != "" {
		found = selected(document, path)
	}
	for _, item := range found[:min(len(found), 10*maxEntries)] {
		entries = append(entries, in.listEntry(item))
	}
	return entries
}

// itemEntry is an item of a feed or a text; a text may tick its lines as Markdown does.
func itemEntry(item content.Item) listEntry {
	text := item.Title
	if text == "" {
		text = item.Text
	}
	text = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(text), "- "))
	for _, mark := range []string{"[x]", "[X]", "[ ]"} {
		if rest, ok := strings.CutPrefix(text, mark); ok {
			return listEntry{Text: strings.TrimSpace(rest), Done: mark != "[ ]"}
		}
	}
	return listEntry{Text: text}
}

// listEntry reads an entry of a document: a text by itself or an object.
func (in Input) listEntry(item any) listEntry {
	if _, ok := item.(map[string]any); !ok && in.Options.Text("name") == "" {
		return itemEntry(content.Item{Text: plain(item)})
	}
	entry := listEntry{
		Text: plain(in.part(item, "name", "title", "name", "text", "content")),
		Done: truthy(in.part(item, "done", "done", "completed", "checked")),
	}
	entry.Due, entry.Late = in.due(plain(in.part(item, "due", "due", "date")))
	return entry
}

// part is what an option's path selects within an entry, or the first of some usual names.
func (in Input) part(item any, option string, usual ...string) any {
	if path := in.Options.Text(option); path != "" {
		for _, value := range selected(item, path) {
			return value
		}
		return nil
	}
	fields, _ := item.(map[string]any)
	for _, name := range usual {
		if value, ok := fields[name]; ok && value != nil {
			return value
		}
	}
	return nil
}

func isPath(path string) bool {
	_, err := jp.ParseString(path)
	return err == nil
}

// selected is what a JSONPath selects; of one that breaks the library it is nothing.
func selected(document any, path string) (found []any) {
	defer func() {
		if recover() != nil {
			found = nil
		}
	}()
	expression, err := jp.ParseString(path)
	if err != nil {
		return nil
	}
	return expression.Get(document)
}

// plain is a value of a document as text; of lists and objects there is none.
func plain(value any) string {
	switch v := value.(type) {
	case string:
		return strings.TrimSpace(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}

// truthy tells whether a value says yes: true, a number but 0, a text but the usual ones for no.
func truthy(value any) bool {
	switch v := value.(type) {
	case bool:
		return v
	case float64:
		return v != 0
	case string:
		switch strings.ToLower(strings.TrimSpace(v)) {
		case "", "false", "no", "0", "open", "todo", "needsaction", "needs_action", "in-process":
			return false
		}
		return true
	}
	return false
}

// due is a day in words, and whether it is over; a text that is no date stays as it is.
func (in Input) due(text string) (string, bool) {
	for _, form := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04", time.DateOnly} {
		if t, err := time.ParseInLocation(form, text, in.Now.Location()); err == nil {
			t = t.In(in.Now.Location())
			if name := in.Locale.Relative(t, in.Now); name != "" {
				return name, t.Before(dayOf(in.Now, 0))
			}
			if t.After(in.Now) && t.Before(dayOf(in.Now, 7)) {
				return in.Locale.Capital(in.Locale.WeekdayShort(t)), false
			}
			forms := in.Locale.ShortDay(t)
			return forms[len(forms)-1], t.Before(in.Now)
		}
	}
	return text, false
}

func drawList(c *canvas, box image.Rectangle, l listShown) {
	box = c.heading(l.Heading, box)
	var rows listRows
	for _, size := range []int{34, 28, 22, 19, 17, 15} {
		rows = setList(c, box, l, c.style(semiBold, size))
		if rows.left == 0 && !rows.cut {
			break
		}
	}
	rows.draw(c, box, l)
}

// listRows are entries set for a box.
type listRows struct {
	texts, dues []block
	ys          []int
	left        int // entries without room
	cut         bool
	style       style
	indent      int
}

func setList(c *canvas, box image.Rectangle, l listShown, s style) listRows {
	rows := listRows{style: s}
	if l.Boxes {
		rows.indent = s.capHeight() + s.size*5/8
	}
	small := style{weight: medium, size: max(smallest, s.size*7/8)}
	more := c.style(semiBold, 15).capHeight() + c.px(12)
	y := box.Min.Y
	for i, entry := range l.Entries {
		due, room := block{}, box.Dx()-rows.indent
		if entry.Due != "" && box.Dx() >= c.px(200) {
			small.weight = medium
			if entry.Late {
				small.weight = extraBold
			}
			due = c.type_.set(entry.Due, small, box.Dx()/3, 1)
			room -= due.width + c.px(12)
		}
		text := c.type_.balance(entry.Text, s, room, 2)
		end := y + text.height()
		if limit := box.Max.Y; end > limit || i < len(l.Entries)-1 && end > limit-more && y+text.height()+rows.pitch()+s.capHeight() > limit {
			rows.left = len(l.Entries) - i
			return rows
		}
		rows.texts, rows.dues, rows.ys = append(rows.texts, text), append(rows.dues, due), append(rows.ys, y)
		rows.cut = rows.cut || text.truncated
		y = end + rows.pitch()
	}
	return rows
}

func (rows listRows) pitch() int { return rows.style.size * 13 / 16 }

func (rows listRows) draw(c *canvas, box image.Rectangle, l listShown) {
	for i, text := range rows.texts {
		entry, y := l.Entries[i], rows.ys[i]
		if l.Boxes {
			drawCheckBox(c, box.Min.X, y, rows.style.capHeight(), entry.Done)
		}
		due := rows.dues[i]
		room := box.Dx() - rows.indent
		if due.width > 0 {
			room -= due.width + c.px(12)
			c.place(due, box.Max.X-due.width, y+(rows.style.capHeight()-due.height()), due.width)
		}
		c.place(text, box.Min.X+rows.indent, y, room)
		if entry.Done {
			x := box.Min.X + rows.indent
			if text.rtl {
				x += room - text.width
			}
			c.strike(text, x, y)
		}
	}
	if rows.left > 0 && len(rows.texts) > 0 {
		c.write("+"+strconv.Itoa(rows.left)+" "+l.More, c.style(semiBold, 15), box.Min.X+rows.indent, box.Max.Y, box.Dx()-rows.indent)
	}
}
