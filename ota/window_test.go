package ota_test

import (
	"testing"
)

// farthest inflates a raw deflate stream by RFC 1951 alone and answers the largest distance in it: what a board
// with a window of that size can read. The stream has to end where the patch does.
func farthest(t testing.TB, stream []byte) int {
	t.Helper()
	r := &bitReader{t: t, data: stream}
	far := 0
	for last := false; !last; {
		last = r.bits(1) == 1
		switch kind := r.bits(2); kind {
		case 0:
			r.at, r.have, r.held = r.at-r.have/8, 0, 0
			size := int(r.bits(16))
			r.bits(16)
			r.at += size
			r.written += size
		case 1, 2:
			far = max(far, r.block(kind == 1))
		default:
			t.Fatal("a block of no kind")
		}
	}
	if unread := len(stream) - r.at + r.have/8; unread != 0 {
		t.Fatalf("%d bytes behind the stream", unread)
	}
	return far
}

// bitReader reads bits of a deflate stream, the lowest first.
type bitReader struct {
	t       testing.TB
	data    []byte
	at      int
	held    uint64
	have    int
	written int // bytes inflated so far
}

func (r *bitReader) bits(n int) uint64 {
	for r.have < n {
		if r.at >= len(r.data) {
			r.t.Fatal("the stream is cut")
		}
		r.held |= uint64(r.data[r.at]) << r.have
		r.at, r.have = r.at+1, r.have+8
	}
	value := r.held & (1<<n - 1)
	r.held >>= n
	r.have -= n
	return value
}

// huffman is a code: symbols by length and by the bits themselves.
type huffman map[[2]int]int

func huffmanOf(lengths []int) huffman {
	code, next := huffman{}, 0
	for length := 1; length <= 15; length++ {
		for symbol, of := range lengths {
			if of == length {
				code[[2]int{length, next}] = symbol
				next++
			}
		}
		next <<= 1
	}
	return code
}

func (r *bitReader) symbol(code huffman) int {
	value := 0
	for length := 1; length <= 15; length++ {
		value = value<<1 | int(r.bits(1))
		if symbol, found := code[[2]int{length, value}]; found {
			return symbol
		}
	}
	r.t.Fatal("no such code")
	return 0
}

// codes reads or makes the two codes of a block.
func (r *bitReader) codes(fixed bool) (literals, distances huffman) {
	lengths := make([]int, 288+30)
	if fixed {
		for i := range lengths {
			switch {
			case i < 144 || i >= 280 && i < 288:
				lengths[i] = 8
			case i < 256:
				lengths[i] = 9
			case i < 280:
				lengths[i] = 7
			default:
				lengths[i] = 5
			}
		}
		return huffmanOf(lengths[:288]), huffmanOf(lengths[288:])
	}
	nl, nd, nc := int(r.bits(5))+257, int(r.bits(5))+1, int(r.bits(4))+4
	meta := make([]int, 19)
	for _, at := range []int{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}[:nc] {
		meta[at] = int(r.bits(3))
	}
	code := huffmanOf(meta)
	for i := 0; i < nl+nd; {
		symbol := r.symbol(code)
		value, count := symbol, 1
		switch symbol {
		case 16:
			value, count = lengths[i-1], 3+int(r.bits(2))
		case 17:
			value, count = 0, 3+int(r.bits(3))
		case 18:
			value, count = 0, 11+int(r.bits(7))
		}
		for range count {
			lengths[i] = value
			i++
		}
	}
	return huffmanOf(lengths[:nl]), huffmanOf(lengths[nl : nl+nd])
}

// block reads a compressed block and answers its largest distance.
func (r *bitReader) block(fixed bool) int {
	literals, distances := r.codes(fixed)
	for far := 0; ; {
		symbol := r.symbol(literals)
		switch {
		case symbol == 256:
			return far
		case symbol < 256:
			r.written++
			continue
		}
		extra := max(0, (symbol-261)/4)
		length := symbol - 254
		if symbol == 285 {
			length, extra = 258, 0
		} else if extra > 0 {
			length = 3 + (4+(symbol-261)%4)<<extra
		}
		length += int(r.bits(extra))
		code := r.symbol(distances)
		distance := code + 1
		if code > 1 {
			extra := code/2 - 1
			distance = 1 + (2+code%2)<<extra + int(r.bits(extra))
		}
		if distance > r.written {
			r.t.Fatalf("a distance of %d after %d bytes", distance, r.written)
		}
		r.written += length
		far = max(far, distance)
	}
}
