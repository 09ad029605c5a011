package ota

import (
	"cmp"
	"math/bits"
	"slices"
)

// What RFC 1951 allows a code.
const (
	codeMost     = 15 // bits
	runCodeMost  = 7  // for the code that code lengths are said in
	codesAtLeast = 2  // symbols; not in the RFC, but some readers refuse a code of one
)

// codeLengths gives every symbol that occurs the length of its code, at most limit bits, so that all of them
// together take the fewest bits.
//
// It is the package-merge of L. L. Larmore and D. S. Hirschberg, "A Fast Algorithm for Optimal Length-Limited
// Huffman Codes", Journal of the ACM 37 (1990): there are limit levels, each the symbols by weight merged with the
// pairs of the level before. The 2n-2 lightest of the last level are taken, and what the pairs among them consist
// of, level by level; the length of a symbol is how often it was taken.
func codeLengths(counts []uint32, limit int) []uint8 {
	symbols := symbolsByCount(counts)
	levels := make([][]bool, limit) // of each level in order: is it a symbol?
	var weights []uint32
	for i := range levels {
		levels[i], weights = nextLevel(symbols, counts, weights)
	}
	lengths := make([]uint8, len(counts))
	take := 2*len(symbols) - 2
	for _, level := range slices.Backward(levels) {
		taken := 0
		for _, isSymbol := range level[:take] {
			if isSymbol {
				lengths[symbols[taken]]++
				taken++
			}
		}
		take = 2 * (take - taken)
	}
	return lengths
}

// symbolsByCount is the symbols that get a code, rarest first.
func symbolsByCount(counts []uint32) []int {
	var symbols []int
	for symbol, count := range counts {
		if count > 0 {
			symbols = append(symbols, symbol)
		}
	}
	for symbol := 0; len(symbols) < codesAtLeast; symbol++ {
		if counts[symbol] == 0 {
			symbols = append(symbols, symbol)
		}
	}
	slices.SortStableFunc(symbols, func(a, b int) int { return cmp.Compare(counts[a], counts[b]) })
	return symbols
}

// nextLevel merges the symbols with the pairs of the level before, by weight.
func nextLevel(symbols []int, counts, before []uint32) (isSymbol []bool, weights []uint32) {
	size := len(symbols) + len(before)/2
	isSymbol, weights = make([]bool, 0, size), make([]uint32, 0, size)
	for symbol, pair := 0, 0; len(weights) < size; {
		if pair == len(before)/2 || symbol < len(symbols) && counts[symbols[symbol]] <= before[2*pair]+before[2*pair+1] {
			isSymbol, weights = append(isSymbol, true), append(weights, counts[symbols[symbol]])
			symbol++
		} else {
			isSymbol, weights = append(isSymbol, false), append(weights, before[2*pair]+before[2*pair+1])
			pair++
		}
	}
	return isSymbol, weights
}

// codeBits gives symbols their codes by the lengths of those, RFC 1951 3.2.2, with the first bit lowest.
func codeBits(lengths []uint8) []uint16 {
	codes := make([]uint16, len(lengths))
	next := uint16(0)
	for length := uint8(1); length <= codeMost; length++ {
		for symbol, of := range lengths {
			if of == length {
				codes[symbol] = bits.Reverse16(next) >> (16 - length)
				next++
			}
		}
		next <<= 1
	}
	return codes
}

// codedSize is how many bits symbols take that occur so often.
func codedSize(counts []uint32, lengths []uint8) int {
	sum := 0
	for symbol, count := range counts {
		sum += int(count) * int(lengths[symbol])
	}
	return sum
}

// fixedLiterals and fixedDistances are the code lengths of blocks that do not say any, RFC 1951 3.2.6.
var fixedLiterals, fixedDistances = func() (literals, distances []uint8) {
	literals, distances = make([]uint8, 288), make([]uint8, 30)
	for i := range literals {
		switch {
		case i < 144 || i >= 280:
			literals[i] = 8
		case i < 256:
			literals[i] = 9
		default:
			literals[i] = 7
		}
	}
	for i := range distances {
		distances[i] = 5
	}
	return literals, distances
}()
