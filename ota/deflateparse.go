package ota

import (
	"math"
	"slices"
)

// tokenParser finds the tokens and blocks of segments. It keeps its memory, about 30 bytes for each of a segment
// as a rule and at most 60, from one to the next.
type tokenParser struct {
	finder  matchFinder
	matches []token
	first   []int32  // where the matches of each position begin; one more for their end
	cost    []uint32 // of the cheapest way to each position
	arrived []token  // the last token of that way
	tokens  []token  // of the way through the segment
	best    []block  // of the round that was best
	kept    []token  // in those
}

// parse makes blocks of the text from begin; what stands before that may be referred to.
//
// Rounds only ever find the best of what resembles their first prices. Those of patches are a bad start for a
// segment that repeats little but prefers some bytes, which is tried with others when its bytes alone come close.
func (p *tokenParser) parse(text []byte, begin int) []block {
	p.search(text, begin)
	segment := text[begin:]
	p.best = nil
	p.improve(segment, patchPrices())
	var alone symbolCounts
	for _, literal := range segment {
		alone.literals[literal]++
	}
	if int(codedEstimate(alone.literals[:])) < sizeOf(p.best)*3/2 {
		p.improve(segment, bytePrices(alone))
	}
	return p.best
}

// improve goes through rounds that begin with these prices, and keeps the best in p.best.
func (p *tokenParser) improve(segment []byte, first symbolPrices) {
	blocks, prices := []block{{bytes: len(segment)}}, []symbolPrices{first}
	for range deflateRounds {
		p.walk(segment, blocks, prices)
		blocks, prices = splitTokens(p.tokens), prices[:0]
		for i := range blocks {
			blocks[i].encode()
			prices = append(prices, pricesOf(&blocks[i].counts))
		}
		if p.best == nil || sizeOf(blocks) < sizeOf(p.best) {
			p.best = blocks
			p.tokens, p.kept = p.kept, p.tokens // the blocks point to them
		}
	}
}

// search finds the matches of all positions from begin.
func (p *tokenParser) search(text []byte, begin int) {
	p.finder, p.first, p.matches = matchFinder{}, p.first[:0], p.matches[:0]
	for at := range begin {
		p.matches = p.finder.find(text, at, p.matches)[:0]
	}
	for at := begin; at < len(text); at++ {
		p.first = append(p.first, int32(len(p.matches)))
		p.matches = p.finder.find(text, at, p.matches)
	}
	p.first = append(p.first, int32(len(p.matches)))
}

// walk finds the tokens that cost least at the prices of the blocks they begin in: position by position, the
// cheapest way there is known when it is left.
func (p *tokenParser) walk(segment []byte, blocks []block, prices []symbolPrices) {
	p.cost = slices.Grow(p.cost[:0], len(segment)+1)[:len(segment)+1]
	p.arrived = slices.Grow(p.arrived[:0], len(segment)+1)[:len(segment)+1]
	for i := range p.cost {
		p.cost[i] = math.MaxUint32
	}
	p.cost[0] = 0
	for b := range blocks {
		for at := blocks[b].at; at < blocks[b].at+blocks[b].bytes; at++ {
			p.leave(at, segment[at], &prices[b])
		}
	}
	p.tokens = p.tokens[:0]
	for at := len(segment); at > 0; at -= p.arrived[at].bytes() {
		p.tokens = append(p.tokens, p.arrived[at])
	}
	slices.Reverse(p.tokens)
}

// leave tries every token that begins at a position, where a literal stands.
func (p *tokenParser) leave(at int, literal byte, prices *symbolPrices) {
	here := p.cost[at]
	if cost := here + prices.literals[literal]; cost < p.cost[at+1] {
		p.cost[at+1], p.arrived[at+1] = cost, token(literal)
	}
	length := matchLeast
	for _, m := range p.matches[p.first[at]:p.first[at+1]] {
		most, distance := m.bytes(), m.distance()
		if most == matchMost { // in long runs trying all lengths takes long and gains nothing
			length = most
		}
		there := here + prices.distances[distanceCodes[distance]]
		for ; length <= most; length++ { // the shorter ones are nearer elsewhere
			if cost := there + prices.lengths[length]; cost < p.cost[at+length] {
				p.cost[at+length], p.arrived[at+length] = cost, matchToken(length, distance)
			}
		}
	}
}

// symbolPrices is what tokens cost with the bits behind their symbols, in 1/bitPrice of a bit: a way through a
// segment, at most 20 bits a byte, fits 32 bits.
type symbolPrices struct {
	literals  [256]uint32
	lengths   [matchMost + 1]uint32
	distances [distanceSymbols]uint32 // by symbol
}

const bitPrice = 256

// patchPrices are a guess at a patch: mostly zeros, and matches of all kinds.
func patchPrices() symbolPrices {
	var c symbolCounts
	for i := range c.literals {
		c.literals[i] = 10
		if i > endOfBlock {
			c.literals[i] = 20
		}
	}
	c.literals[0] = 100
	for i := range c.distances {
		c.distances[i] = 1
	}
	return pricesOf(&c)
}

// bytePrices are a guess at a segment with as many bytes as these and a match of any kind for every fourth.
func bytePrices(c symbolCounts) symbolPrices {
	total := uint32(0)
	for _, count := range c.literals {
		total += count
	}
	for i := endOfBlock + 1; i < literalSymbols; i++ {
		c.literals[i] = 1 + total/4/lengthSymbols
	}
	for i := range c.distances {
		c.distances[i] = 1
	}
	return pricesOf(&c)
}

// pricesOf takes prices from what symbols would take in a code without whole bits.
func pricesOf(c *symbolCounts) symbolPrices {
	var p symbolPrices
	literals, distances := information(c.literals[:]), information(c.distances[:])
	copy(p.literals[:], literals)
	for length := matchLeast; length <= matchMost; length++ {
		code := lengthCodes[length]
		p.lengths[length] = literals[code.symbol] + uint32(code.extra)*bitPrice
	}
	for symbol := range p.distances {
		p.distances[symbol] = distances[symbol] + uint32(distanceExtra(symbol))*bitPrice
	}
	return p
}

// information is the price of each symbol; one that does not occur costs as if it did half a time.
func information(counts []uint32) []uint32 {
	total := uint32(1)
	for _, count := range counts {
		total += count
	}
	prices := make([]uint32, len(counts))
	for i, count := range counts {
		prices[i] = uint32(bitPrice * math.Log2(float64(total)/max(float64(count), 0.5)))
	}
	return prices
}
