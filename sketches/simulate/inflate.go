package simulate

import "errors"

// deltaWindow is how far back a board can look in what it has inflated, in bytes.
const deltaWindow = 4096

// errInflate: a stream is no raw deflate stream, or needs more than a board has.
var errInflate = errors.New("bad deflate stream, or one that reaches back farther than 4 KiB")

// inflate reads a raw deflate stream (RFC 1951) as a board with a window of 4 KiB does, and refuses to make more than
// limit bytes. What is behind the end of the stream is returned as rest.
func inflate(data []byte, limit int) (out, rest []byte, err error) {
	in := inflater{data: data, limit: limit}
	for last := false; !last && !in.bad; {
		last = in.bits(1) == 1
		switch in.bits(2) {
		case 0:
			in.stored()
		case 1:
			in.block(fixedLengths, fixedDistances)
		case 2:
			in.block(in.tables())
		default:
			in.bad = true
		}
	}
	if in.bad {
		return nil, nil, errInflate
	}
	return in.out, data[(in.at+7)/8:], nil
}

// inflater is how far a stream is read. Once it is bad everything reads as 0 and nothing more is made.
type inflater struct {
	data  []byte
	at    int // in bits
	out   []byte
	limit int // bytes of out
	bad   bool
}

func (f *inflater) bits(count int) int {
	if f.at+count > 8*len(f.data) {
		f.bad = true
		return 0
	}
	value := 0
	for i := range count {
		value |= int(f.data[f.at/8]>>(f.at%8)&1) << i
		f.at++
	}
	return value
}

func (f *inflater) put(b byte) {
	if f.bad = f.bad || len(f.out) >= f.limit; !f.bad {
		f.out = append(f.out, b)
	}
}

// stored copies a block that is not compressed.
func (f *inflater) stored() {
	f.at = (f.at + 7) &^ 7
	size := f.bits(16)
	f.bad = f.bad || size != ^f.bits(16)&0xFFFF
	for i := 0; i < size && !f.bad; i++ {
		f.put(byte(f.bits(8)))
	}
}

// Lengths and distances begin here and are followed by so many more bits (RFC 1951, 3.2.5).
var (
	lengthBase   = []int{3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258}
	lengthMore   = []int{0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0}
	distanceBase = []int{
		1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073,
		4097, 6145, 8193, 12289, 16385, 24577,
	}
)

// block decodes one compressed block.
func (f *inflater) block(lengths, distances code) {
	for !f.bad {
		switch symbol := f.symbol(lengths); {
		case symbol < 256:
			f.put(byte(symbol))
		case symbol == 256:
			return
		default:
			f.copy(symbol-257, distances)
		}
	}
}

// copy repeats bytes that were made before; its length is told by symbol, its distance follows.
func (f *inflater) copy(symbol int, distances code) {
	if symbol >= len(lengthBase) {
		f.bad = true
		return
	}
	length := lengthBase[symbol] + f.bits(lengthMore[symbol])
	if symbol = f.symbol(distances); symbol >= len(distanceBase) {
		f.bad = true
		return
	}
	back := distanceBase[symbol] + f.bits(max(symbol/2-1, 0))
	f.bad = f.bad || back > len(f.out) || back > deltaWindow
	for i := 0; i < length && !f.bad; i++ {
		f.put(f.out[len(f.out)-back])
	}
}

// code is a canonical Huffman code: how many symbols have each length, and the symbols in the order of their codes.
type code struct {
	counts  [16]int
	symbols []int
}

func codeOf(lengths []int) code {
	var c code
	for length := 1; length < len(c.counts); length++ {
		for symbol, l := range lengths {
			if l == length {
				c.counts[length]++
				c.symbols = append(c.symbols, symbol)
			}
		}
	}
	return c
}

func (f *inflater) symbol(c code) int {
	value, first, index := 0, 0, 0
	for _, count := range c.counts[1:] {
		value |= f.bits(1)
		if value < first+count {
			return c.symbols[index+value-first]
		}
		index += count
		first, value = (first+count)<<1, value<<1
	}
	f.bad = true
	return 0
}

var fixedLengths, fixedDistances = fixedCodes()

func fixedCodes() (lengths, distances code) {
	of := make([]int, 288)
	for symbol := range of {
		switch {
		case symbol < 144:
			of[symbol] = 8
		case symbol < 256:
			of[symbol] = 9
		case symbol < 280:
			of[symbol] = 7
		default:
			of[symbol] = 8
		}
	}
	five := make([]int, 30)
	for symbol := range five {
		five[symbol] = 5
	}
	return codeOf(of), codeOf(five)
}

// tables reads the codes of a block that brings its own.
func (f *inflater) tables() (lengths, distances code) {
	literals, distant, count := f.bits(5)+257, f.bits(5)+1, f.bits(4)+4
	var of [19]int
	for _, symbol := range []int{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}[:count] {
		of[symbol] = f.bits(3)
	}
	lengthCode := codeOf(of[:])
	var all []int
	for len(all) < literals+distant && !f.bad {
		repeat, value := 1, 0
		switch symbol := f.symbol(lengthCode); symbol {
		case 16:
			if repeat = 3 + f.bits(2); len(all) > 0 {
				value = all[len(all)-1]
			}
		case 17:
			repeat = 3 + f.bits(3)
		case 18:
			repeat = 11 + f.bits(7)
		default:
			value = symbol
		}
		for range repeat {
			all = append(all, value)
		}
	}
	if len(all) != literals+distant {
		f.bad = true
		return code{}, code{}
	}
	return codeOf(all[:literals]), codeOf(all[literals:])
}
