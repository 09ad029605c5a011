package content

import "slices"

// Turn chooses what Pick chooses for a time slot and then the items of the slots after it, count in all or as many
// as there are. None = there is nothing to choose from.
func (l *Library) Turn(category string, subcategories []string, seed string, slot int64, count int) []Item {
	var items []Item
	for _, sub := range l.subcategories(category) {
		if len(subcategories) == 0 || slices.Contains(subcategories, sub.Name) {
			items = append(items, sub.Items...)
		}
	}
	n := int64(len(items))
	order := shuffled(items, seed)
	turn := make([]Item, 0, min(count, len(items)))
	for i := range int64(min(count, len(items))) {
		turn = append(turn, order[floorMod(slot+i, n)])
	}
	return turn
}
