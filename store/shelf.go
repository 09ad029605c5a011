package store

import (
	"fmt"
	"strings"

	"personalcms/content"
)

// Shelf is what the owner changed of one subcategory of items and added to it.
type Shelf struct {
	content.Addition
}

func shelfID(category, subcategory string) string { return category + "/" + subcategory }

// Shelf returns what the owner changed of a subcategory; the zero Shelf with the names filled in if nothing.
func (db *DB) Shelf(category, subcategory string) Shelf {
	shelf, err := db.shelves.get(db, shelfID(category, subcategory))
	if err != nil {
		shelf.Category, shelf.Subcategory = category, subcategory
	}
	return shelf
}

// UpdateShelf changes what the owner changed of a subcategory.
func (db *DB) UpdateShelf(category, subcategory string, change func(*Shelf) error) error {
	if category == "" || strings.Contains(category+subcategory, "/") {
		return fmt.Errorf("shelf %q of %q: %w", subcategory, category, ErrNotFound)
	}
	_, err := db.shelves.write(db, shelfID(category, subcategory), func(_ *transaction, item *Shelf, _ bool) error {
		item.Category, item.Subcategory = category, subcategory
		return change(item)
	})
	return err
}

// DeleteShelf takes back all that the owner changed of a subcategory.
func (db *DB) DeleteShelf(category, subcategory string) error {
	return db.shelves.remove(db, shelfID(category, subcategory), func(*transaction, Shelf) error { return nil })
}

// edition is all additions at one time.
type edition struct {
	generation uint64
	additions  []content.Addition
}

// Additions are what owner and sources add to the presets, and a number that changes when they do. Nothing in them
// may be changed.
func (db *DB) Additions() (generation uint64, additions []content.Addition) {
	db.mu.RLock()
	defer db.mu.RUnlock()
	generation = db.shelves.generation + db.sources.generation + db.feeds.generation + 1
	if kept := db.edition.Load(); kept != nil && kept.generation == generation {
		return generation, kept.additions
	}
	for _, id := range sortedKeys(db.shelves.items) {
		additions = append(additions, db.shelves.items[id].Addition)
	}
	for _, id := range sortedKeys(db.sources.items) {
		if addition, ok := content.FromSource(db.sources.items[id].Source, db.feeds.items[id].Feed, ""); ok {
			additions = append(additions, addition)
		}
	}
	db.edition.Store(&edition{generation, additions})
	return generation, additions
}
