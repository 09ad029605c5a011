package content

import (
	"fmt"
	"math"
	"testing"
	"testing/quick"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestLibraryKnown(t *testing.T) {
	library := mustLibrary(t)
	tests := []struct {
		category, subcategory string
		want                  bool
	}{
		{"jokes", "dad_jokes", true},
		{"news", "environment_news", true},
		{"jokes", "easy_riddles", false},
		{"jokes", "", false},
		{"", "dad_jokes", false},
		{"poems", "haiku", false},
	}
	for _, tt := range tests {
		t.Run(tt.category+"/"+tt.subcategory, func(t *testing.T) {
			if got := library.Known(tt.category, tt.subcategory); got != tt.want {
				t.Errorf("Known = %v, want %v", got, tt.want)
			}
			if got := len(library.Items(tt.category, tt.subcategory)) > 0; got != tt.want {
				t.Errorf("has items = %v, want %v", got, tt.want)
			}
		})
	}
}

func TestLibraryIsNotChangedByCallers(t *testing.T) {
	library := mustLibrary(t)
	library.Items("jokes", "dad_jokes")[0].Text = "spoiled"
	spoiled := library.Categories()
	spoiled[0].Name = "spoiled"
	spoiled[1].Subcategories[0].Name = "spoiled"
	spoiled[2].Subcategories[0].Items[0].Title = "spoiled"
	if diff := cmp.Diff(mustPresets(t), library.Categories()); diff != "" {
		t.Errorf("library changed (-want +got):\n%s", diff)
	}
}

// TestPickIsStable pins choices, so that an update of program or Go does not change what panels show.
func TestPickIsStable(t *testing.T) {
	library := &Library{categories: []Category{{Name: "jokes", Subcategories: []Subcategory{
		{Name: "letters", Items: []Item{{Text: "a"}, {Text: "b"}, {Text: "c"}, {Text: "d"}, {Text: "e"}}},
	}}}}
	tests := []struct{ seed, want string }{
		{"kitchen", "ebacdebacd"},
		{"office", "bdceabdcea"},
		{"", "eadcbeadcb"},
	}
	for _, tt := range tests {
		t.Run(tt.seed, func(t *testing.T) {
			got := ""
			for slot := range int64(10) {
				item, _ := library.Pick("jokes", nil, tt.seed, slot)
				got += item.Text
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("order (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPickSelections(t *testing.T) {
	library := mustLibrary(t)
	dad, code := library.Items("jokes", "dad_jokes"), library.Items("jokes", "programming_jokes")
	all := len(dad) + len(code) + len(library.Items("jokes", "clean_jokes"))
	tests := []struct {
		name          string
		category      string
		subcategories []string
		want          int // different items over many slots
	}{
		{"one", "jokes", []string{"dad_jokes"}, len(dad)},
		{"two", "jokes", []string{"dad_jokes", "programming_jokes"}, len(dad) + len(code)},
		{"named twice", "jokes", []string{"dad_jokes", "dad_jokes"}, len(dad)},
		{"nil means all", "jokes", nil, all},
		{"empty means all", "jokes", []string{}, all},
		{"unknown is ignored", "jokes", []string{"knock_knock", "dad_jokes"}, len(dad)},
		{"only unknown", "jokes", []string{"knock_knock"}, 0},
		{"of another category", "jokes", []string{"easy_riddles"}, 0},
		{"unknown category", "poems", nil, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			seen := map[Item]bool{}
			for slot := range int64(2 * all) {
				if item, ok := library.Pick(tt.category, tt.subcategories, "kitchen", slot); ok {
					seen[item] = true
				}
			}
			if len(seen) != tt.want {
				t.Errorf("%d different items, want %d", len(seen), tt.want)
			}
		})
	}
}

func TestPickOrderOfNamesDoesNotMatter(t *testing.T) {
	library := mustLibrary(t)
	for slot := range int64(20) {
		a, _ := library.Pick("news", []string{"tech_news", "world_news"}, "hall", slot)
		b, _ := library.Pick("news", []string{"world_news", "tech_news"}, "hall", slot)
		if diff := cmp.Diff(a, b); diff != "" {
			t.Errorf("slot %d (-want +got):\n%s", slot, diff)
		}
	}
}

func TestPickDependsOnSeed(t *testing.T) {
	library := mustLibrary(t)
	seen := map[Item]bool{}
	for i := range 40 {
		item, _ := library.Pick("jokes", nil, fmt.Sprintf("device-%d", i), 0)
		seen[item] = true
	}
	if len(seen) < 20 {
		t.Errorf("40 devices show only %d different jokes", len(seen))
	}
}

// TestPickShowsAllBeforeRepeating: from any slot on, as many slots as there are items show each item once; so
// neighbours differ, and asking again answers the same.
func TestPickShowsAllBeforeRepeating(t *testing.T) {
	library := mustLibrary(t)
	property := func(seed string, start int32) bool {
		n := len(library.Items("riddles", "math_riddles"))
		seen := map[Item]bool{}
		for i := range n {
			slot := int64(start) + int64(i)
			item, ok := library.Pick("riddles", []string{"math_riddles"}, seed, slot)
			again, _ := library.Pick("riddles", []string{"math_riddles"}, seed, slot)
			if !ok || seen[item] || item != again {
				return false
			}
			seen[item] = true
		}
		return len(seen) == n
	}
	if err := quick.Check(property, &quick.Config{MaxCount: 25}); err != nil {
		t.Error(err)
	}
}

func TestPickAnySlot(t *testing.T) {
	library := mustLibrary(t)
	for _, slot := range []int64{math.MinInt64, -1, 0, math.MaxInt64} {
		if item, ok := library.Pick("jokes", nil, "", slot); !ok || item.Text == "" {
			t.Errorf("slot %d: %v, %v", slot, item, ok)
		}
	}
}

func TestSlot(t *testing.T) {
	tests := []struct {
		name     string
		unix     int64
		interval time.Duration
		want     int64
	}{
		{"start", 0, time.Hour, 0},
		{"just before the next", 3599, time.Hour, 0},
		{"next", 3600, time.Hour, 1},
		{"just before 1970", -1, time.Hour, -1},
		{"whole slot before 1970", -3600, time.Hour, -1},
		{"interval zero", 42, 0, 42},
		{"interval negative", 42, -time.Hour, 42},
		{"fraction of a second", 42, time.Millisecond, 42},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Slot(time.Unix(tt.unix, 0), tt.interval); got != tt.want {
				t.Errorf("Slot = %d, want %d", got, tt.want)
			}
		})
	}
}

func mustLibrary(t *testing.T) *Library {
	t.Helper()
	library, err := NewLibrary(nil)
	if err != nil {
		t.Fatal(err)
	}
	return library
}
