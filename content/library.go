package content

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"slices"
	"sync/atomic"
	"time"
)

// Library answers what there is to show: the presets, and what owners and sources add to them. Any number of
// goroutines may use it.
type Library struct {
	categories []Category // the presets
	more       func() (generation uint64, additions []Addition)
	latest     atomic.Pointer[edition]
}

// edition is presets and additions of one generation; it is never changed.
type edition struct {
	generation uint64
	categories []Category
}

// NewLibrary returns a library of the presets and of what more adds, in its order. more is asked at every
// question, so it must be quick; a new generation says that its additions changed. It may be nil. NewLibrary
// fails when Presets does.
func NewLibrary(more func() (generation uint64, additions []Addition)) (*Library, error) {
	categories, err := Presets()
	if err != nil {
		return nil, err
	}
	return &Library{categories: categories, more: more}, nil
}

// all are the categories of this moment; they are not to be changed.
func (l *Library) all() []Category {
	if l.more == nil {
		return l.categories
	}
	generation, additions := l.more()
	if latest := l.latest.Load(); latest != nil && latest.generation == generation {
		return latest.categories
	}
	// Two goroutines may both merge a new generation; they come to the same.
	fresh := &edition{generation, merged(l.categories, additions)}
	l.latest.Store(fresh)
	return fresh.categories
}

// Categories returns everything in the library in listing order. The caller owns the result.
func (l *Library) Categories() []Category {
	categories := slices.Clone(l.all())
	for i := range categories {
		categories[i].Subcategories = slices.Clone(categories[i].Subcategories)
		for j := range categories[i].Subcategories {
			sub := &categories[i].Subcategories[j]
			sub.Items = slices.Clone(sub.Items)
		}
	}
	return categories
}

// Items returns the items of one subcategory, nil when it is not known. The caller owns the result.
func (l *Library) Items(category, subcategory string) []Item {
	for _, sub := range l.subcategories(category) {
		if sub.Name == subcategory {
			return slices.Clone(sub.Items)
		}
	}
	return nil
}

// Known reports whether the library has that subcategory in that category.
func (l *Library) Known(category, subcategory string) bool {
	return slices.ContainsFunc(l.subcategories(category), func(sub Subcategory) bool {
		return sub.Name == subcategory
	})
}

// Pick chooses the item a device shows in a time slot (see Slot) from the chosen subcategories, or from the
// whole category when none is chosen. Names that are not known count for nothing, and neither do order and
// repetition of names. The seed, usually the device ID, decides the order: the same for the same seed on every
// run, and any n neighbouring slots show n different items, n being how many there are to choose from.
// ok is false when there is nothing to choose from.
func (l *Library) Pick(category string, subcategories []string, seed string, slot int64) (item Item, ok bool) {
	turn := l.Turn(category, subcategories, seed, slot, 1)
	if len(turn) == 0 {
		return Item{}, false
	}
	return turn[0], true
}

// Slot returns the number of the time slot t is in, when slots are interval long and counted from 1970.
// Intervals are whole seconds; less than one second counts as one.
func Slot(t time.Time, interval time.Duration) int64 {
	seconds := max(int64(interval/time.Second), 1)
	unix := t.Unix()
	return (unix - floorMod(unix, seconds)) / seconds
}

// Generation changes when what owners and sources add does.
func (l *Library) Generation() uint64 {
	if l.more == nil {
		return 0
	}
	generation, _ := l.more()
	return generation
}

func (l *Library) subcategories(category string) []Subcategory {
	for _, c := range l.all() {
		if c.Name == category {
			return c.Subcategories
		}
	}
	return nil
}

// shuffled returns the items ordered by a hash of seed and item. Unlike a seeded random generator, whose
// algorithm may change, this keeps the order across versions of Go, and an item added later moves no others
// past each other.
func shuffled(items []Item, seed string) []Item {
	type ranked struct {
		rank [sha256.Size]byte
		item Item
	}
	ranks := make([]ranked, len(items))
	for i, item := range items {
		key := seed + "\x00" + item.Text + "\x00" + item.Question + "\x00" + item.Title
		ranks[i] = ranked{sha256.Sum256([]byte(key)), item}
	}
	slices.SortStableFunc(ranks, func(a, b ranked) int {
		return cmp.Or(bytes.Compare(a.rank[:], b.rank[:]), cmp.Compare(a.item.Answer, b.item.Answer))
	})
	order := make([]Item, len(ranks))
	for i, r := range ranks {
		order[i] = r.item
	}
	return order
}

// floorMod is the remainder that is never negative, for times before 1970. The divisor is positive.
func floorMod(n, divisor int64) int64 {
	return ((n % divisor) + divisor) % divisor
}
