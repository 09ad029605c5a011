package ota

import (
	"encoding/binary"
	"math/bits"
)

// suffixes is all suffixes of a text in their order, for finding where a piece of another text stands in it.
type suffixes struct {
	text   []byte
	sorted []int32 // where each begins
	steps  int64   // what may still be spent on searching, see longest
}

// newSuffixes sorts the suffixes of text in linear time, in 5 bytes of memory per byte of text and as much as
// half of that while it works (at most 2 GiB of text, which callers bound far below).
func newSuffixes(text []byte) *suffixes {
	s := &suffixes{text: text, sorted: make([]int32, len(text))}
	sortSuffixes(s.sorted, text, 256)
	return s
}

// sortSuffixes writes the order of the suffixes of text into order, which is as long. The symbols of text lie
// below alphabet.
//
// It is induced sorting, SA-IS: G. Nong, S. Zhang, W. H. Chan, "Two Efficient Algorithms for Linear Time Suffix
// Array Construction", IEEE Transactions on Computers 60 (2011). A suffix is of type S when it is smaller than the
// one that begins a symbol later, else of type L; the end of the text counts as a symbol below all others. The
// leftmost S of every run ("LMS") are sorted first, by recursion, and all others follow from them in two passes.
func sortSuffixes[T byte | int32](order []int32, text []T, alphabet int) {
	n := len(text)
	if n == 0 {
		return
	}
	w := induction[T]{order: order, text: text, small: make([]bool, n), counts: make([]int32, alphabet), edges: make([]int32, alphabet)}
	for i := n - 1; i >= 0; i-- {
		w.small[i] = i < n-1 && (text[i] < text[i+1] || text[i] == text[i+1] && w.small[i+1])
		w.counts[text[i]]++
	}
	fill(order, -1)
	w.ends()
	for i := n - 1; i > 0; i-- {
		if w.leftmost(i) {
			w.putLast(int32(i))
		}
	}
	w.induce()
	count, names := w.name()
	// The names of the leftmost, in the order of the text, are a text of their own at the end of order.
	reduced, sub := order[n-count:], order[:count]
	if names < count {
		sortSuffixes(sub, reduced, names)
	} else {
		for i, name := range reduced {
			sub[name] = int32(i)
		}
	}
	at := 0
	for i := range n {
		if w.leftmost(i) {
			reduced[at] = int32(i)
			at++
		}
	}
	for i, rank := range sub {
		sub[i] = reduced[rank]
	}
	fill(order[count:], -1)
	w.ends()
	for i := count - 1; i >= 0; i-- {
		suffix := sub[i]
		sub[i] = -1
		w.putLast(suffix)
	}
	w.induce()
}

// induction is the working state of one level of sortSuffixes.
type induction[T byte | int32] struct {
	order  []int32
	text   []T
	small  []bool  // of type S
	counts []int32 // of each symbol
	edges  []int32 // of the bucket of each symbol: its first free place, or the place behind the last
}

func fill(order []int32, value int32) {
	for i := range order {
		order[i] = value
	}
}

func (w *induction[T]) leftmost(i int) bool { return i > 0 && w.small[i] && !w.small[i-1] }

// heads and ends set the edges to where buckets begin, or to behind where they end.
func (w *induction[T]) heads() {
	sum := int32(0)
	for symbol, count := range w.counts {
		w.edges[symbol] = sum
		sum += count
	}
}

func (w *induction[T]) ends() {
	sum := int32(0)
	for symbol, count := range w.counts {
		sum += count
		w.edges[symbol] = sum
	}
}

// putFirst and putLast put a suffix into the bucket of its symbol, from the front or from the back.
func (w *induction[T]) putFirst(suffix int32) {
	symbol := w.text[suffix]
	w.order[w.edges[symbol]] = suffix
	w.edges[symbol]++
}

func (w *induction[T]) putLast(suffix int32) {
	symbol := w.text[suffix]
	w.edges[symbol]--
	w.order[w.edges[symbol]] = suffix
}

// induce sorts the L suffixes from the leftmost ones, then the S suffixes from the L ones.
func (w *induction[T]) induce() {
	w.heads()
	w.putFirst(int32(len(w.text) - 1)) // before the end of the text
	for i := range w.order {
		if j := w.order[i]; j > 0 && !w.small[j-1] {
			w.putFirst(j - 1)
		}
	}
	w.ends()
	for i := len(w.order) - 1; i >= 0; i-- {
		if j := w.order[i]; j > 0 && w.small[j-1] {
			w.putLast(j - 1)
		}
	}
}

// name gives the pieces between leftmost suffixes, which are in order now, names in that order: equal pieces get
// equal names. The suffixes move to the beginning of order, the names to its end in the order of the text.
func (w *induction[T]) name() (count, names int) {
	for _, i := range w.order {
		if w.leftmost(int(i)) {
			w.order[count] = i
			count++
		}
	}
	fill(w.order[count:], -1)
	previous := -1
	for _, i := range w.order[:count] {
		if previous < 0 || !w.samePiece(previous, int(i)) {
			names++
		}
		w.order[count+int(i)/2] = int32(names - 1) // leftmost suffixes are never neighbours
		previous = int(i)
	}
	at := len(w.order)
	for i := at - 1; i >= count; i-- {
		if w.order[i] >= 0 {
			at--
			w.order[at] = w.order[i]
		}
	}
	return count, names
}

func (w *induction[T]) samePiece(a, b int) bool {
	for k := 0; ; k++ {
		if a+k >= len(w.text) || b+k >= len(w.text) {
			return false
		}
		if w.text[a+k] != w.text[b+k] || w.small[a+k] != w.small[b+k] {
			return false
		}
		if k > 0 && w.leftmost(a+k) {
			return w.leftmost(b + k)
		}
	}
}

// stepBytes is how many compared bytes count as one more step of a search.
const stepBytes = 64

// longest finds the longest beginning of target that stands in the text, and where. It takes what it does from
// s.steps: one for each suffix looked at and one for every stepBytes compared.
func (s *suffixes) longest(target []byte) (at, length int) {
	low, high := 0, len(s.sorted)
	sameLow, sameHigh := 0, 0 // bytes that target shares with the suffixes just outside
	for low < high {
		middle := int(uint(low+high) / 2)
		begin := int(s.sorted[middle])
		known := min(sameLow, sameHigh)
		same := known + common(s.text[begin+known:], target[known:])
		s.steps -= int64(1 + (same-known)/stepBytes)
		if same > length {
			at, length = begin, same
		}
		switch {
		case same == len(target):
			return at, length
		case begin+same == len(s.text) || s.text[begin+same] < target[same]:
			low, sameLow = middle+1, same
		default:
			high, sameHigh = middle, same
		}
	}
	return at, length
}

// common is how many bytes a and b begin with in common.
func common(a, b []byte) int {
	n := min(len(a), len(b))
	i := 0
	for ; i+8 <= n; i += 8 {
		if x := binary.LittleEndian.Uint64(a[i:]) ^ binary.LittleEndian.Uint64(b[i:]); x != 0 {
			return i + bits.TrailingZeros64(x)/8
		}
	}
	for i < n && a[i] == b[i] {
		i++
	}
	return i
}
