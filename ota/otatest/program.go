package otatest

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
)

// Program gives about size bytes that differ between two editions as the code and data of a sketch differ between
// two builds: functions are in the same order at other addresses, some of the sketch's own, which come first,
// changed, and calls and pointers changed with the addresses. Calls are mostly to functions nearby, so that those
// in the libraries keep their distance. Editions are numbers from 0; the further apart, the more differs.
func Program(edition, size int) []byte {
	const base = 0x400D0020
	functions := make([]function, size/functionBytes)
	for i := range functions {
		own := edition
		if i > len(functions)/sketchShare {
			own = 0
		}
		functions[i] = functionOf(uint64(i), own)
	}
	at, addresses := uint32(base), make([]uint32, len(functions))
	for i, f := range functions {
		addresses[i] = at
		at += uint32(len(f.code)) + 4*uint32(len(f.points))
	}
	var program []byte
	for i, f := range functions {
		for _, to := range f.points { // the literals in front of a function
			program = binary.LittleEndian.AppendUint32(program, addresses[to%len(addresses)])
		}
		code := append([]byte(nil), f.code...)
		for n, call := range f.calls { // call8: 18 bits of distance in words
			distance := (addresses[f.to[n]%len(addresses)] - addresses[i] - uint32(call)) / 4 & 0x3FFFF
			code[call], code[call+1], code[call+2] = 0x25|byte(distance<<6), byte(distance>>2), byte(distance>>10)
		}
		program = append(program, code...)
	}
	return append(program, texts(size/8, edition)...)
}

// ProgramImage is an image for the ESP32 of about size bytes that holds the Program of an edition.
func ProgramImage(edition, size int) []byte {
	c := chips["esp32"]
	first := append(descriptor(Options{Project: "edition", Version: fmt.Sprint(edition)}), make([]byte, 8)...)
	program := Program(edition, size)
	program = append(program, make([]byte, (4-len(program)%4)%4)...)
	return Assemble(header(c.id, 4*mebibyte, c.iram+8, true), []Segment{{c.drom, first}, {c.iram, program[:len(program)/8&^3]}, {c.irom, program[len(program)/8&^3:]}})
}

const (
	functionBytes = 230 // is about how long a function is with its literals
	sketchShare   = 10  // one function of so many is the sketch's, the others stand in libraries
)

// function is machine code with the places in it that hold other functions' addresses.
type function struct {
	code      []byte
	points    []int // which functions its literals point to
	calls, to []int // where it calls, and which functions
}

// functionOf makes a function; a tenth of them is another one in each edition.
func functionOf(number uint64, edition int) function {
	random := rand.New(rand.NewPCG(number, 0))
	since := 0
	for e := 1; e <= edition; e++ {
		if rand.New(rand.NewPCG(number, uint64(e))).IntN(10) == 0 {
			since = e
		}
	}
	var f function
	f.write(random, int(number), 12+random.IntN(120))
	if since > 0 { // some instructions more at its end
		f.write(rand.New(rand.NewPCG(number, uint64(since))), int(number), 1+random.IntN(12))
	}
	f.code = append(f.code, make([]byte, (4-len(f.code)%4)%4)...)
	return f
}

// write adds instructions to the function of that number: most are common ones, with registers and small numbers
// that vary.
func (f *function) write(random *rand.Rand, number, count int) {
	for range count {
		switch choice := random.IntN(20); {
		case choice < 2:
			f.calls, f.to = append(f.calls, len(f.code)), append(f.to, called(random, number))
			f.code = append(f.code, 0x25, 0, 0)
		case choice < 3:
			f.points = append(f.points, random.IntN(1<<20))
			f.code = append(f.code, 0x21|byte(random.IntN(8)<<4), 0xFF, 0xFF)
		case choice < 12: // narrow: two bytes
			f.code = append(f.code, byte(8+random.IntN(6))|byte(random.IntN(12)<<4), byte(random.IntN(8))|byte(random.IntN(4)<<4))
		default:
			f.code = append(f.code, byte(2+random.IntN(3)*16), byte(random.IntN(10)*0x11), byte(random.IntN(24)*4))
		}
	}
}

// called is a function that the one of that number calls, before the number is wrapped.
func called(random *rand.Rand, number int) int {
	if random.IntN(5) == 0 {
		return random.IntN(1 << 20)
	}
	return max(0, number-32+random.IntN(65))
}

// texts are as many bytes of words; each edition has another date in front.
func texts(size, edition int) []byte {
	random := rand.New(rand.NewPCG(7, 7))
	words := []string{"wifi", "failed", "to", "connect", "%s:%d", "panel", "refresh", "ota", "slot", "error", "0x%08x", "esp", "image", "digest"}
	text := []byte{'B', byte('0' + edition/10%10), byte('0' + edition%10), 0}
	for len(text) < size {
		for range 2 + random.IntN(5) {
			text = append(append(text, words[random.IntN(len(words))]...), ' ')
		}
		text = append(text, 0)
	}
	return text
}
