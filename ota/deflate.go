package ota

import "io"

// deflater is a writer that makes raw deflate (RFC 1951) with a window of 4 KiB, slowly and small: a patch is made
// once and read by many boards over the air. Encoders made for speed, of which few can hold such a window, give
// patches a fifth larger.
//
// It takes one segment of the input after the other. Rounds find the cheapest way through a segment at the prices
// that symbols had in the round before, cut the result into blocks, and take the new prices from what each block
// holds. That is the idea of J. Alakuijala and L. Vandevenne's Zopfli ("Data compression using Zopfli", 2013), with
// which nothing else is shared. The parts:
//
//	deflatetoken.go   literals and matches, and their symbols
//	deflatematch.go   which matches there are
//	deflateparse.go   the cheapest way
//	deflatesplit.go   where blocks end
//	deflatecode.go    Huffman codes
//	deflateheader.go  how a block says its codes
//	deflateblock.go   what is written
type deflater struct {
	bits    bitWriter
	stop    func() error // asked before each segment
	data    []byte       // up to a window of what has been written, then the segment as far as it is there
	written int          // where the segment begins in data
	parser  tokenParser
}

const (
	deflateStored  = 65535             // bytes a stored block holds
	deflateSegment = 4 * deflateStored // bytes; so no more stored blocks are needed than without segments
	deflateRounds  = 6                 // more save less than a thousandth
)

// newDeflater makes a deflater into out that gives up with stop's error once there is one.
func newDeflater(out io.Writer, stop func() error) *deflater {
	return &deflater{bits: bitWriter{out: out}, stop: stop, data: make([]byte, 0, deflateWindow+deflateSegment)}
}

// Write takes all of p. A segment that is full is written when the next byte comes, since it may be the last.
func (d *deflater) Write(p []byte) (int, error) {
	for taken := 0; taken < len(p); {
		room := d.written + deflateSegment - len(d.data)
		if room == 0 {
			if err := d.segment(false); err != nil {
				return taken, err
			}
			continue
		}
		piece := p[taken:min(len(p), taken+room)]
		d.data = append(d.data, piece...)
		taken += len(piece)
	}
	return len(p), nil
}

// Close ends the stream; without it there is none. It leaves the writer below open.
func (d *deflater) Close() error { return d.segment(true) }

// segment writes what is in data behind written, and keeps a window of it.
func (d *deflater) segment(last bool) error {
	if err := d.stop(); err != nil {
		return err
	}
	segment := d.data[d.written:]
	blocks := d.parser.parse(d.data, d.written)
	if sizeOf(blocks) > storedSize(len(segment)) {
		d.bits.stored(segment, last)
	} else {
		for i := range blocks {
			at := blocks[i].at
			d.bits.block(&blocks[i], segment[at:at+blocks[i].bytes], last && i == len(blocks)-1)
		}
	}
	keep := min(len(d.data), deflateWindow)
	d.written = copy(d.data, d.data[len(d.data)-keep:])
	d.data = d.data[:keep]
	return d.bits.flush(last)
}
