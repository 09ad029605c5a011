package ota

import "math/bits"

const (
	deflateWindow   = deltaWindow
	matchLeast      = 3 // bytes
	matchMost       = 258
	literalSymbols  = 286
	lengthSymbols   = 29 // of those above, behind endOfBlock
	distanceSymbols = 24 // of the 30 there are, those for distances up to the window
	endOfBlock      = 256
)

// token is a literal, the byte itself, or a match: its length shifted by 16, and how far back it is.
type token uint32

func matchToken(length, distance int) token { return token(length<<16 | distance) }

// bytes is how many bytes a token stands for.
func (t token) bytes() int { return max(1, int(t>>16)) }

// distance is how far back a match is; a literal has none, 0.
func (t token) distance() int {
	if t < 1<<16 {
		return 0
	}
	return int(t & 0xFFFF)
}

// lengthCode says how a length is written: behind the symbol, in extra bits, what is more than base.
type lengthCode struct {
	symbol      int
	base, extra int
}

// lengthCodes are those of each length, RFC 1951 3.2.5.
var lengthCodes = func() (codes [matchMost + 1]lengthCode) {
	base := matchLeast
	for i := range lengthSymbols {
		extra := 0
		if i >= 8 {
			extra = i/4 - 1
		}
		if i == lengthSymbols-1 { // the greatest length has a symbol of its own
			base, extra = matchMost, 0
		}
		for length := base; length < base+1<<extra && length <= matchMost; length++ {
			codes[length] = lengthCode{endOfBlock + 1 + i, base, extra}
		}
		base += 1 << extra
	}
	return codes
}()

// distanceCodes are the symbols of each distance.
var distanceCodes = func() (codes [deflateWindow + 1]uint8) {
	for distance := 1; distance <= deflateWindow; distance++ {
		symbol := distance - 1
		if symbol >= 4 {
			n := bits.Len(uint(symbol)) - 1
			symbol = 2*n + symbol>>(n-1)&1
		}
		codes[distance] = uint8(symbol)
	}
	return codes
}()

// distanceExtra is how many bits follow a distance's symbol, distanceBase the smallest distance it stands for.
func distanceExtra(symbol int) int { return max(0, symbol/2-1) }

func distanceBase(symbol int) int {
	if symbol < 4 {
		return symbol + 1
	}
	return (2+symbol%2)<<distanceExtra(symbol) + 1
}

// symbolCounts is how often each symbol occurs, and how many extra bits follow them.
type symbolCounts struct {
	literals  [literalSymbols]uint32 // and lengths
	distances [distanceSymbols]uint32
	extra     int
}

// add counts a token.
func (c *symbolCounts) add(t token) {
	distance := t.distance()
	if distance == 0 {
		c.literals[t]++
		return
	}
	length, symbol := lengthCodes[t.bytes()], int(distanceCodes[distance])
	c.literals[length.symbol]++
	c.distances[symbol]++
	c.extra += length.extra + distanceExtra(symbol)
}

// include adds what another one counted.
func (c *symbolCounts) include(other *symbolCounts) {
	for i, n := range &other.literals {
		c.literals[i] += n
	}
	for i, n := range &other.distances {
		c.distances[i] += n
	}
	c.extra += other.extra
}
