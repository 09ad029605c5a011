package ota

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// A delta is a patch that makes a new image from the one a device runs, PROTOCOL §7. The file is
//
//	16 bytes  "ENDSLEY/BSDIFF43"
//	 8 bytes  size of the new file, little-endian
//	the rest  one raw deflate stream with a window of 4 KiB, of records
//
// and a record is three numbers of 8 bytes (little-endian magnitude, the top bit is the sign), followed by what
// the first two announce:
//
//	added     so many bytes follow, to be added to as many bytes of the old file
//	fresh     so many bytes follow after those, to be taken as they are
//	seek      how far to move in the old file after that, forwards or back
//
// That is the streaming layout of M. Endsley's bsdiff (its README and bspatch.c) with deflate in place of bzip2;
// the search is C. Percival's, "Naive Differences of Executable Code" (2003). Deflate is RFC 1951; deflate.go and
// the files it lists name where the ways to few bits come from: Zopfli, LZMA, and Larmore and Hirschberg.

// DeltaFormat is the name devices give the format.
const DeltaFormat = "bsdiff43-deflate4k"

// MaxDeltaImage bounds both images of a delta, in bytes. Making one takes 8 to 18 times the old image and up to
// 14 MB for the encoder of memory as measured, what the collector has not taken back included, beside the images
// and the patch, and 1 to 2 seconds for every MB of the new image.
const MaxDeltaImage = 16 << 20

const (
	deltaMagic   = "ENDSLEY/BSDIFF43"
	deltaHeader  = len(deltaMagic) + 8
	deltaRecord  = 24
	deltaWindow  = 4096
	deltaBuffer  = 4096
	signBit      = 1 << 63
	stepsPerByte = 128 // of the new file: what its search may take
	stepsAtLeast = 1 << 22
)

// Errors of MakeDelta and ApplyDelta.
var (
	// ErrDeltaTooLarge: an image is larger than MaxDeltaImage.
	ErrDeltaTooLarge = errors.New("image too large for a delta")
	// ErrDeltaTooHard: the images repeat themselves in a way that would take the search too long.
	ErrDeltaTooHard = errors.New("delta takes too long to find")
	// ErrBadDelta: the patch is damaged, or for another old image, or makes too large a file.
	ErrBadDelta = errors.New("bad delta")
)

// MakeDelta makes the patch from old to fresh. It fails with ErrDeltaTooLarge, ErrDeltaTooHard or ctx's error.
func MakeDelta(ctx context.Context, old, fresh []byte) ([]byte, error) {
	if len(old) > MaxDeltaImage || len(fresh) > MaxDeltaImage {
		return nil, fmt.Errorf("%w: %d and %d bytes", ErrDeltaTooLarge, len(old), len(fresh))
	}
	var patch bytes.Buffer
	patch.WriteString(deltaMagic)
	_ = binary.Write(&patch, binary.LittleEndian, uint64(len(fresh))) // a bytes.Buffer takes everything
	deflated := newDeflater(&patch, ctx.Err)
	w := deltaWriter{out: deflated, old: old, fresh: fresh}
	index := newSuffixes(old)
	index.steps = stepsPerByte*int64(len(fresh)) + stepsAtLeast
	if err := diff(ctx, index, fresh, w.add); err != nil {
		return nil, err
	}
	if err := errors.Join(w.flush(), deflated.Close()); err != nil {
		return nil, err
	}
	return patch.Bytes(), nil
}

// match is a piece of the new file that is made from a piece of the old one and bytes of its own.
type match struct {
	from  int // offset in the old file
	added int // bytes that resemble the old file's
	fresh int // bytes behind them that do not
}

// deltaWriter writes records. Each waits for the next one, because it says where that begins in the old file.
type deltaWriter struct {
	out        io.Writer
	old, fresh []byte
	at         int // in the new file
	waiting    match
	some       bool
}

// add takes the next piece; one without a byte is left out, the seek of the record before goes past it.
func (w *deltaWriter) add(m match) error {
	if m.added+m.fresh == 0 {
		return nil
	}
	if !w.some && m.from != 0 { // only a seek tells where the first piece begins
		w.some = true
	}
	if w.some {
		if err := w.write(m.from); err != nil {
			return err
		}
	}
	w.waiting, w.some = m, true
	return nil
}

// flush writes the last record.
func (w *deltaWriter) flush() error {
	if !w.some {
		return nil
	}
	return w.write(w.waiting.from + w.waiting.added)
}

// write writes the waiting record, after which the old file goes on at next.
func (w *deltaWriter) write(next int) error {
	m := w.waiting
	var control [deltaRecord]byte
	putOffset(control[0:], m.added)
	putOffset(control[8:], m.fresh)
	putOffset(control[16:], next-m.from-m.added)
	if _, err := w.out.Write(control[:]); err != nil {
		return err
	}
	var buffer [deltaBuffer]byte
	for done := 0; done < m.added; {
		piece := buffer[:min(len(buffer), m.added-done)]
		for i := range piece {
			piece[i] = w.fresh[w.at+done+i] - w.old[m.from+done+i]
		}
		if _, err := w.out.Write(piece); err != nil {
			return err
		}
		done += len(piece)
	}
	w.at += m.added
	_, err := w.out.Write(w.fresh[w.at : w.at+m.fresh])
	w.at += m.fresh
	return err
}

// putOffset and readOffset are the numbers of a record.
func putOffset(b []byte, value int) {
	magnitude := uint64(value)
	if value < 0 {
		magnitude = uint64(-value) | signBit
	}
	binary.LittleEndian.PutUint64(b, magnitude)
}

func readOffset(b []byte) int64 {
	raw := binary.LittleEndian.Uint64(b)
	value := int64(raw &^ signBit)
	if raw&signBit != 0 {
		return -value
	}
	return value
}
