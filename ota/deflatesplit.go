package ota

import (
	"math"
	"slices"
)

// Blocks end between pieces of a segment's tokens.
const (
	piecesMost = 64 // of a segment
	pieceLeast = 64 // tokens
)

// splitTokens cuts tokens into blocks that should take the fewest bits together: the cheapest way over the ends of
// pieces, each step a block, judged by estimate.
func splitTokens(tokens []token) []block {
	if len(tokens) == 0 {
		return []block{{}}
	}
	pieces := piecesOf(tokens)
	least, from := make([]float64, len(pieces)+1), make([]int, len(pieces)+1)
	for end := 1; end <= len(pieces); end++ {
		least[end] = math.Inf(1)
		var b block
		for begin := end - 1; begin >= 0; begin-- {
			b.counts.include(&pieces[begin].counts)
			b.bytes += pieces[begin].bytes
			if size := least[begin] + b.estimate(); size < least[end] {
				least[end], from[end] = size, begin
			}
		}
	}
	var blocks []block
	for end := len(pieces); end > 0; end = from[end] {
		b := pieces[from[end]]
		for i := from[end] + 1; i < end; i++ {
			b.counts.include(&pieces[i].counts)
			b.bytes += pieces[i].bytes
			b.tokens = b.tokens[:len(b.tokens)+len(pieces[i].tokens)] // they follow each other
		}
		blocks = append(blocks, b)
	}
	slices.Reverse(blocks)
	return blocks
}

// piecesOf cuts tokens into pieces of the same number of tokens.
func piecesOf(tokens []token) []block {
	var pieces []block
	at := 0
	size := max(pieceLeast, (len(tokens)+piecesMost-1)/piecesMost)
	for len(tokens) > 0 {
		b := block{at: at, tokens: tokens[:min(size, len(tokens))]}
		tokens = tokens[len(b.tokens):]
		for _, t := range b.tokens {
			b.counts.add(t)
			b.bytes += t.bytes()
		}
		at += b.bytes
		pieces = append(pieces, b)
	}
	return pieces
}

// estimate is about how many bits the block takes.
func (b *block) estimate() float64 {
	const frame = 60 // the numbers in its header, the code of its code lengths, its end
	coded := frame + codedEstimate(b.counts.literals[:]) + codedEstimate(b.counts.distances[:]) + float64(b.counts.extra)
	return min(coded, float64(storedSize(b.bytes)))
}

// codedEstimate is about how many bits symbols and their code lengths take: no less than their information, and
// what lengths and runs of zeros take in most headers.
func codedEstimate(counts []uint32) float64 {
	total := uint32(0)
	for _, count := range counts {
		total += count
	}
	whole, sum := log2(total), 0.0
	zeros, previous := 0, 0
	for _, count := range counts {
		if count == 0 {
			zeros++
			continue
		}
		bits := max(1, whole-log2(count))
		sum += bits*float64(count) + zerosEstimate(zeros)
		zeros = 0
		if length := int(bits + 0.5); length == previous {
			sum += 2
		} else {
			sum += 3.5
			previous = length
		}
	}
	return sum
}

func zerosEstimate(count int) float64 {
	switch {
	case count > 10:
		return 10
	case count > 2:
		return 6
	default:
		return 3 * float64(count)
	}
}

// logarithms are those of small numbers, which estimates need all the time.
var logarithms = func() (table [4096]float64) {
	for i := 1; i < len(table); i++ {
		table[i] = math.Log2(float64(i))
	}
	return table
}()

func log2(n uint32) float64 {
	if int(n) < len(logarithms) {
		return logarithms[n]
	}
	return math.Log2(float64(n))
}
