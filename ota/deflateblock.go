package ota

import "io"

// block is a piece of a segment that is written with the same codes.
type block struct {
	at, bytes int // where it begins in the segment, and how long it is
	tokens    []token
	counts    symbolCounts

	// encode finds these.
	kind                blockKind
	size                int         // bits, all included
	header              blockHeader // of a dynamicBlock
	literals, distances []uint8     // code lengths
}

// blockKind is as RFC 1951 numbers them.
type blockKind uint64

const (
	storedBlock  blockKind = iota
	fixedBlock             // with codes that need not be said
	dynamicBlock           // with codes of its own
)

// storedSize is how many bits so many bytes take as they are, from a whole byte on.
func storedSize(bytes int) int {
	return 8*bytes + 40*max(1, (bytes+deflateStored-1)/deflateStored)
}

// sizeOf is how many bits blocks take.
func sizeOf(blocks []block) int {
	sum := 0
	for i := range blocks {
		sum += blocks[i].size
	}
	return sum
}

// encode chooses the smallest kind of block, and its codes.
func (b *block) encode() {
	c := &b.counts
	c.literals[endOfBlock] = 1
	coded := func(literals, distances []uint8) int {
		return 3 + codedSize(c.literals[:], literals) + codedSize(c.distances[:], distances) + c.extra
	}
	b.kind = dynamicBlock
	b.literals, b.distances = codeLengths(c.literals[:], codeMost), codeLengths(c.distances[:], codeMost)
	b.header = headerOf(b.literals, b.distances)
	b.size = b.header.size + coded(b.literals, b.distances)
	if size := coded(fixedLiterals, fixedDistances); size <= b.size {
		b.kind, b.size, b.literals, b.distances = fixedBlock, size, fixedLiterals, fixedDistances
	}
	if size := storedSize(b.bytes) + 2; size < b.size { // 2 when three bits do not fit into the byte begun
		b.kind, b.size = storedBlock, size
	}
}

// bitWriter writes bits, the lowest first. It writes through at flush.
type bitWriter struct {
	out    io.Writer
	buffer []byte
	held   uint64 // bits that are no byte yet
	have   int    // how many
}

// write takes up to 32 bits.
func (w *bitWriter) write(value uint64, count int) {
	w.held |= value << w.have
	for w.have += count; w.have >= 8; w.have -= 8 {
		w.buffer = append(w.buffer, byte(w.held))
		w.held >>= 8
	}
}

// align fills the byte begun.
func (w *bitWriter) align() { w.write(0, -w.have&7) }

// flush hands on whole bytes, at the end of all also the one begun.
func (w *bitWriter) flush(last bool) error {
	if last {
		w.align()
	}
	_, err := w.out.Write(w.buffer)
	w.buffer = w.buffer[:0]
	return err
}

// block writes a block; data is what it stands for.
func (w *bitWriter) block(b *block, data []byte, last bool) {
	if b.kind == storedBlock {
		w.stored(data, last)
		return
	}
	w.begin(b.kind, last)
	if b.kind == dynamicBlock {
		w.header(&b.header)
	}
	literals, distances := codeBits(b.literals), codeBits(b.distances)
	for _, t := range b.tokens {
		if t.distance() == 0 {
			w.write(uint64(literals[t]), int(b.literals[t]))
			continue
		}
		length := lengthCodes[t.bytes()]
		w.write(uint64(literals[length.symbol]), int(b.literals[length.symbol]))
		w.write(uint64(t.bytes()-length.base), length.extra)
		symbol := int(distanceCodes[t.distance()])
		w.write(uint64(distances[symbol]), int(b.distances[symbol]))
		w.write(uint64(t.distance()-distanceBase(symbol)), distanceExtra(symbol))
	}
	w.write(uint64(literals[endOfBlock]), int(b.literals[endOfBlock]))
}

// begin writes what every block begins with.
func (w *bitWriter) begin(kind blockKind, last bool) {
	final := uint64(0)
	if last {
		final = 1
	}
	w.write(final|uint64(kind)<<1, 3)
}

// header writes the codes of a block.
func (w *bitWriter) header(h *blockHeader) {
	w.write(uint64(h.literals-endOfBlock-1), 5)
	w.write(uint64(h.distances-1), 5)
	w.write(uint64(h.told-4), 4)
	for _, symbol := range runOrder[:h.told] {
		w.write(uint64(h.runLengths[symbol]), 3)
	}
	codes := codeBits(h.runLengths)
	for _, r := range h.runs {
		w.write(uint64(codes[r.symbol]), int(h.runLengths[r.symbol]))
		if r.symbol >= repeatFirst {
			w.write(r.extra, repeats[r.symbol-repeatFirst].bits)
		}
	}
}

// stored writes data as it is, in as many blocks as it takes, one at least.
func (w *bitWriter) stored(data []byte, last bool) {
	for more := true; more; {
		piece := data[:min(len(data), deflateStored)]
		data = data[len(piece):]
		more = len(data) > 0
		w.begin(storedBlock, last && !more)
		w.align()
		w.write(uint64(len(piece))|uint64(^uint16(len(piece)))<<16, 32)
		w.buffer = append(w.buffer, piece...)
	}
}
