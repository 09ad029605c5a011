package content

import (
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestMerged(t *testing.T) {
	at := time.Date(2026, 3, 25, 12, 0, 0, 0, time.UTC)
	presets := []Category{{Name: "jokes", Title: "Jokes", Subcategories: []Subcategory{{Name: "letters", Title: "Letters", Items: []Item{{Text: "a"}, {Text: "b"}, {Text: "c"}}}}}}
	a, b := ItemID(Item{Text: "a"}), ItemID(Item{Text: "b"})
	letters := func(items ...Item) []Category {
		return []Category{{Name: "jokes", Title: "Jokes", Subcategories: []Subcategory{{Name: "letters", Title: "Letters", Items: items}}}}
	}
	tests := []struct {
		name      string
		additions []Addition
		want      []Category
	}{
		{"none", nil, presets},
		{"added", []Addition{{Category: "jokes", Subcategory: "letters", Items: []Item{{Text: "d"}}}}, letters(Item{Text: "a"}, Item{Text: "b"}, Item{Text: "c"}, Item{Text: "d"})},
		{"added twice", []Addition{{Category: "jokes", Subcategory: "letters", Items: []Item{{Text: "a"}, {Text: "d"}, {Text: "d"}, {}}}}, letters(Item{Text: "a"}, Item{Text: "b"}, Item{Text: "c"}, Item{Text: "d"})},
		{"hidden", []Addition{{Category: "jokes", Subcategory: "letters", Hidden: []string{b, "unknown"}}}, letters(Item{Text: "a"}, Item{Text: "c"})},
		{"edited", []Addition{{Category: "jokes", Subcategory: "letters", Edited: map[string]Item{a: {Text: "A"}}}}, letters(Item{Text: "A"}, Item{Text: "b"}, Item{Text: "c"})},
		{"all hidden", []Addition{{Category: "jokes", Subcategory: "letters", Hidden: []string{a, b, ItemID(Item{Text: "c"})}}}, letters()},
		{"new category", []Addition{{Category: "poems", CategoryTitle: "Poems"}}, append(letters(Item{Text: "a"}, Item{Text: "b"}, Item{Text: "c"}), Category{Name: "poems", Title: "Poems"})},
		{"source", []Addition{{Category: "poems", Subcategory: "daily", SubcategoryTitle: "Daily", Items: []Item{{Text: "x"}}, Source: true, At: at}}, append(letters(Item{Text: "a"}, Item{Text: "b"}, Item{Text: "c"}),
			Category{Name: "poems", Title: "poems", Subcategories: []Subcategory{{Name: "daily", Title: "Daily", Items: []Item{{Text: "x"}}, Source: true, At: at}}})},
		{"two of one", []Addition{{Category: "jokes", Subcategory: "letters", Items: []Item{{Text: "d"}}}, {Category: "jokes", Subcategory: "letters", Hidden: []string{ItemID(Item{Text: "d"})}}}, presets},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, merged(presets, tt.additions)); diff != "" {
				t.Errorf("categories (-want +got):\n%s", diff)
			}
			if len(presets[0].Subcategories[0].Items) != 3 || presets[0].Subcategories[0].Items[0].Text != "a" {
				t.Fatal("the presets were changed")
			}
		})
	}
}

func TestItemIDDiffers(t *testing.T) {
	seen := map[string]Item{}
	for _, item := range []Item{{}, {Text: "a"}, {Title: "a"}, {Question: "a"}, {Question: "a", Answer: "b"}, {Text: "a", Author: "b"}, {Title: "a", Summary: "b"}} {
		id := ItemID(item)
		if other, twice := seen[id]; twice || len(id) != 16 {
			t.Errorf("%s is of %+v and %+v", id, item, other)
		}
		seen[id] = item
	}
	if ItemID(Item{Text: "a", URL: "https://example.org/"}) != ItemID(Item{Text: "a"}) {
		t.Error("an item with another address is another item")
	}
}

func TestFromSource(t *testing.T) {
	feed := Feed{At: time.Date(2026, 3, 25, 12, 0, 0, 0, time.UTC), Items: []Item{{Title: "T"}}}
	got, ok := FromSource(Source{ID: "bbc", Name: "BBC", Category: "news"}, feed, "News")
	want := Addition{Category: "news", CategoryTitle: "News", Subcategory: "bbc", SubcategoryTitle: "BBC", Items: feed.Items, Source: true, At: feed.At}
	if diff := cmp.Diff(want, got); diff != "" || !ok {
		t.Errorf("%v, addition (-want +got):\n%s", ok, diff)
	}
	if _, ok := FromSource(Source{ID: "bbc"}, feed, ""); ok {
		t.Error("a source without a category became one")
	}
}

// TestLibraryFollows asks from many goroutines while generations change; each sees whole ones, and the last in the end.
func TestLibraryFollows(t *testing.T) {
	var lock sync.Mutex
	generation, text := uint64(0), ""
	more := func() (uint64, []Addition) {
		lock.Lock()
		defer lock.Unlock()
		return generation, []Addition{{Category: "poems", Subcategory: "mine", Items: []Item{{Text: text}}}}
	}
	library, err := NewLibrary(more)
	if err != nil {
		t.Fatal(err)
	}
	var asking sync.WaitGroup
	for range 4 {
		asking.Go(func() {
			for range 200 {
				library.Items("poems", "mine")
				library.Pick("jokes", nil, "kitchen", 3)
			}
		})
	}
	for i := range 50 {
		lock.Lock()
		generation, text = uint64(i+1), string(rune('a'+i))
		lock.Unlock()
	}
	asking.Wait()
	if diff := cmp.Diff([]Item{{Text: string(rune('a' + 49))}}, library.Items("poems", "mine")); diff != "" {
		t.Errorf("items (-want +got):\n%s", diff)
	}
	if item, ok := library.Pick("poems", nil, "kitchen", 0); !ok || item.Text == "" || !library.Known("poems", "mine") {
		t.Errorf("picked %v, %v", item, ok)
	}
}

// TestLibraryKeepsItsPicks: a new generation that says the same changes no panel.
func TestLibraryKeepsItsPicks(t *testing.T) {
	generation := uint64(0)
	followed, err := NewLibrary(func() (uint64, []Addition) {
		generation++
		return generation, []Addition{{Category: "poems", Subcategory: "mine", Items: []Item{{Text: "x"}}}}
	})
	if err != nil {
		t.Fatal(err)
	}
	plain := mustLibrary(t)
	for slot := range int64(20) {
		want, _ := plain.Pick("jokes", nil, "kitchen", slot)
		if got, _ := followed.Pick("jokes", nil, "kitchen", slot); got != want {
			t.Errorf("slot %d: %v, want %v", slot, got, want)
		}
	}
}
