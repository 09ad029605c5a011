package ota

import (
	"math"
	"slices"
)

// blockHeader says the code lengths of a block's two codes, RFC 1951 3.2.7: how many there are of each, and all of
// them as runs in a code of their own.
type blockHeader struct {
	literals, distances int
	runs                []lengthRun
	runLengths          []uint8 // the code lengths of the runs
	told                int     // how many of those are said
	size                int     // bits
}

// lengthRun is some code lengths: one, which is the symbol, or a repetition, whose number the extra bits say.
type lengthRun struct {
	symbol, count int
	extra         uint64
}

// The symbols of lengthRun from repeatFirst: the previous length again, zeros, many zeros.
const (
	repeatFirst = 16
	runSymbols  = 19
)

// repeats is how many lengths each of those stands for, and how many bits say it.
var repeats = [...]struct{ least, most, bits int }{{3, 6, 2}, {3, 10, 3}, {11, 138, 7}}

// runOrder is the order in which the code lengths of the runs are said; those at the end are seldom needed.
var runOrder = [runSymbols]int{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}

// headerOf finds a short header for these code lengths: runs are chosen, then their code, then runs by that code.
func headerOf(literals, distances []uint8) blockHeader {
	const rounds = 3
	literals, distances = trimZeros(literals, endOfBlock+1), trimZeros(distances, 1)
	all := slices.Concat(literals, distances)
	prices := slices.Repeat([]uint8{4}, runSymbols)
	best := blockHeader{size: math.MaxInt}
	for range rounds {
		h := blockHeader{literals: len(literals), distances: len(distances), runs: runsOf(all, prices)}
		h.encode()
		if h.size < best.size {
			best = h
		}
		for symbol, length := range h.runLengths {
			prices[symbol] = length
			if length == 0 {
				prices[symbol] = runCodeMost
			}
		}
	}
	return best
}

// trimZeros leaves out zeros at the end, down to least lengths.
func trimZeros(lengths []uint8, least int) []uint8 {
	for len(lengths) > least && lengths[len(lengths)-1] == 0 {
		lengths = lengths[:len(lengths)-1]
	}
	return lengths
}

// encode chooses the code of the runs.
func (h *blockHeader) encode() {
	h.size = 5 + 5 + 4
	counts := make([]uint32, runSymbols)
	for _, r := range h.runs {
		counts[r.symbol]++
		if r.symbol >= repeatFirst {
			h.size += repeats[r.symbol-repeatFirst].bits
		}
	}
	h.runLengths = codeLengths(counts, runCodeMost)
	h.told = runSymbols
	for h.told > 4 && h.runLengths[runOrder[h.told-1]] == 0 {
		h.told--
	}
	h.size += 3*h.told + codedSize(counts, h.runLengths)
}

// runsOf finds the runs that cost least: the cheapest way from the first length to the end.
func runsOf(lengths, prices []uint8) []lengthRun {
	cost, arrived := slices.Repeat([]int{math.MaxInt}, len(lengths)+1), make([]lengthRun, len(lengths)+1)
	cost[0] = 0
	for at, length := range lengths {
		try := func(r lengthRun, bits int) {
			if c := cost[at] + int(prices[r.symbol]) + bits; c < cost[at+r.count] {
				cost[at+r.count], arrived[at+r.count] = c, r
			}
		}
		try(lengthRun{symbol: int(length), count: 1}, 0)
		equal := 1
		for at+equal < len(lengths) && lengths[at+equal] == length {
			equal++
		}
		for i, repeat := range repeats {
			if i == 0 && (at == 0 || lengths[at-1] != length) || i > 0 && length != 0 {
				continue
			}
			for count := repeat.least; count <= min(equal, repeat.most); count++ {
				try(lengthRun{symbol: repeatFirst + i, count: count, extra: uint64(count - repeat.least)}, repeat.bits)
			}
		}
	}
	var runs []lengthRun
	for at := len(lengths); at > 0; at -= arrived[at].count {
		runs = append(runs, arrived[at])
	}
	slices.Reverse(runs)
	return runs
}
