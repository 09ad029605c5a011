package ota

import (
	"bufio"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"io"
)

// ApplyDelta makes the new image from old and a patch and writes it to out as it goes; it returns its size in
// bytes. A file larger than limit, a place outside of old, a patch that is cut, goes on after its end or keeps
// the reader busy without a byte coming of it is ErrBadDelta; what was written until then is of no use.
func ApplyDelta(out io.Writer, old []byte, patch io.Reader, limit int64) (int64, error) {
	buffered := bufio.NewReader(patch)
	header := make([]byte, deltaHeader)
	if _, err := io.ReadFull(buffered, header); err != nil {
		return 0, fmt.Errorf("%w: header: %w", ErrBadDelta, err)
	}
	if string(header[:len(deltaMagic)]) != deltaMagic {
		return 0, fmt.Errorf("%w: not a %s", ErrBadDelta, deltaMagic)
	}
	size := binary.LittleEndian.Uint64(header[len(deltaMagic):])
	if limit < 0 || size > uint64(limit) {
		return 0, fmt.Errorf("%w: makes %d bytes, more than %d", ErrBadDelta, size, limit)
	}
	p := patcher{out: out, in: flate.NewReader(buffered), old: old, left: int64(size)}
	// Each record makes at least a byte, but for a first one that only says where to begin.
	for records := uint64(0); p.left > 0; records++ {
		if records > size {
			return 0, fmt.Errorf("%w: records without end", ErrBadDelta)
		}
		if err := p.record(); err != nil {
			return 0, err
		}
	}
	if _, err := io.ReadFull(p.in, p.buffer[:1]); err != io.EOF {
		return 0, fmt.Errorf("%w: goes on after its end", ErrBadDelta)
	}
	return int64(size), nil
}

// patcher is how far a patch has been applied.
type patcher struct {
	out    io.Writer
	in     io.Reader
	old    []byte
	at     int64 // in old
	left   int64 // bytes of the new file to come
	buffer [deltaBuffer]byte
}

// record applies the next record.
func (p *patcher) record() error {
	control := p.buffer[:deltaRecord]
	if _, err := io.ReadFull(p.in, control); err != nil {
		return fmt.Errorf("%w: record: %w", ErrBadDelta, err)
	}
	added, fresh, seek := readOffset(control), readOffset(control[8:]), readOffset(control[16:])
	room := int64(len(p.old)) - p.at
	switch {
	case added < 0 || added > p.left || fresh < 0 || fresh > p.left-added:
		return fmt.Errorf("%w: %d and %d bytes where %d are left", ErrBadDelta, added, fresh, p.left)
	case added > room:
		return fmt.Errorf("%w: %d bytes of the old file where it has %d", ErrBadDelta, added, room)
	case seek < -(p.at+added) || seek > room-added:
		return fmt.Errorf("%w: leaves the old file", ErrBadDelta)
	}
	if err := p.copy(added, p.old[p.at:]); err != nil {
		return err
	}
	if err := p.copy(fresh, nil); err != nil {
		return err
	}
	p.at += added + seek
	return nil
}

// copy writes the next bytes of the patch, added to those of old where there are such.
func (p *patcher) copy(count int64, old []byte) error {
	p.left -= count
	for count > 0 {
		piece := p.buffer[:min(count, deltaBuffer)]
		if _, err := io.ReadFull(p.in, piece); err != nil {
			return fmt.Errorf("%w: data: %w", ErrBadDelta, err)
		}
		if old != nil {
			for i := range piece {
				piece[i] += old[i]
			}
			old = old[len(piece):]
		}
		if _, err := p.out.Write(piece); err != nil {
			return err
		}
		count -= int64(len(piece))
	}
	return nil
}
