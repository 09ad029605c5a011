package ota

const (
	rootBits    = 14
	ringSize    = 2 * deflateWindow // greater than the window, so that its farthest position is still there
	nodesMost   = 300               // looked at for one position, which bounds what hostile input may take
	matchesKept = 8                 // of one position
)

// matchFinder finds, for each position of a text, the nearest earlier place of every match length that can be had
// in the window.
//
// Positions that begin with the same three bytes (or the same hash of them) form a binary tree: sorted by the text
// behind them, and each nearer than those below it. The way down to where a new position belongs passes all places
// worth having, the nearest first. On that way the tree is cut in two, what is smaller and what is greater than the
// new position, and both are put below it, the new root. I. Pavlov's LZMA finds its matches so.
type matchFinder struct {
	roots [1 << rootBits]int32 // 1 + position, 0 for none
	below [ringSize]struct{ smaller, greater int32 }
}

// find appends the matches of a position to matches, shortest first, and puts the position into its tree. Of more
// than matchesKept it keeps the longest and the shortest ones. Positions have to come in order.
func (f *matchFinder) find(text []byte, at int, matches []token) []token {
	most := min(matchMost, len(text)-at)
	if most < matchLeast {
		return matches
	}
	here := text[at : at+most]
	hash := (uint32(here[0]) | uint32(here[1])<<8 | uint32(here[2])<<16) * 0x9E3779B1 >> (32 - rootBits)
	node := int(f.roots[hash]) - 1
	f.roots[hash] = int32(at) + 1
	smaller, greater := &f.below[at%ringSize].smaller, &f.below[at%ringSize].greater
	sameSmaller, sameGreater := 0, 0 // bytes that all nodes still to come share with here, by the nearest on each side
	best, first := matchLeast-1, len(matches)
	for range nodesMost {
		if node < 0 || at-node > deflateWindow {
			break
		}
		there := text[node : node+most]
		same := min(sameSmaller, sameGreater)
		same += common(there[same:], here[same:])
		if same > best {
			best = same
			matches = append(matches[:min(len(matches), first+matchesKept-1)], matchToken(same, at-node))
		}
		below := &f.below[node%ringSize]
		switch {
		case same == most: // as good as this one and farther away: it is of no use any more
			*smaller, *greater = below.smaller, below.greater
			return matches
		case there[same] < here[same]:
			*smaller, smaller = int32(node)+1, &below.greater
			node, sameSmaller = int(below.greater)-1, same
		default:
			*greater, greater = int32(node)+1, &below.smaller
			node, sameGreater = int(below.smaller)-1, same
		}
	}
	*smaller, *greater = 0, 0
	return matches
}
