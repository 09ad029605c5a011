package content

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"
)

// Addition is what an owner or a source adds to one subcategory, or changes in it. A category or subcategory
// that is not there yet is made.
type Addition struct {
	Category         string
	CategoryTitle    string          // of a new category; "" = its name
	Subcategory      string          // "" = only the category is made
	SubcategoryTitle string          // of a new subcategory; "" = its name
	Items            []Item          // added behind those that are there
	Hidden           []string        // items not shown, by their ItemID
	Edited           map[string]Item // what stands in place of an item, by its ItemID
	Source           bool            // the items came from a source, whose ID is the subcategory's name
	At               time.Time       // when they did
}

// FromSource is the addition of what a source gave; ok is false for a source whose items are for widgets only.
func FromSource(source Source, feed Feed, categoryTitle string) (a Addition, ok bool) {
	if source.Category == "" {
		return Addition{}, false
	}
	return Addition{
		Category: source.Category, CategoryTitle: categoryTitle, Subcategory: source.ID, SubcategoryTitle: source.Name,
		Items: feed.Items, Source: true, At: feed.At,
	}, true
}

// ItemID is a short name of an item made of what it says: the same item has the same one in every version.
func ItemID(item Item) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{item.Text, item.Question, item.Answer, item.Title, item.Summary, item.Author}, "\x00")))
	return hex.EncodeToString(sum[:8])
}

// merged returns categories with the additions in them; categories themselves are not changed.
func merged(categories []Category, additions []Addition) []Category {
	all := slices.Clone(categories)
	for i := range all {
		all[i].Subcategories = slices.Clone(all[i].Subcategories)
	}
	for _, a := range additions {
		if a.Category == "" {
			continue
		}
		at := slices.IndexFunc(all, func(c Category) bool { return c.Name == a.Category })
		if at < 0 {
			at = len(all)
			all = append(all, Category{Name: a.Category, Title: cmp.Or(a.CategoryTitle, a.Category)})
		}
		if a.Subcategory != "" {
			all[at].Subcategories = a.into(all[at].Subcategories)
		}
	}
	return all
}

// into puts the addition into its subcategory.
func (a Addition) into(subs []Subcategory) []Subcategory {
	at := slices.IndexFunc(subs, func(s Subcategory) bool { return s.Name == a.Subcategory })
	if at < 0 {
		at = len(subs)
		subs = append(subs, Subcategory{Name: a.Subcategory, Title: cmp.Or(a.SubcategoryTitle, a.Subcategory)})
	}
	sub := &subs[at]
	if a.Source {
		sub.Source, sub.At = true, a.At
	}
	hidden := map[string]bool{}
	for _, id := range a.Hidden {
		hidden[id] = true
	}
	var items []Item
	there := map[string]bool{}
	for _, item := range sub.Items {
		id := ItemID(item)
		if hidden[id] {
			continue
		}
		if edited, ok := a.Edited[id]; ok {
			item, id = edited, ItemID(edited)
		}
		if !there[id] {
			items, there[id] = append(items, item), true
		}
	}
	for _, item := range a.Items {
		if id := ItemID(item); item != (Item{}) && !there[id] {
			items, there[id] = append(items, item), true
		}
	}
	sub.Items = items
	return subs
}
