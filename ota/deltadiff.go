package ota

import "context"

// enough is by how many bytes a match elsewhere in the old file must be better than going on where it is.
const enough = 8

// diff cuts the new file into pieces that are made from pieces of the old one and gives them to add in order.
//
// It is the scan of C. Percival's "Naive Differences of Executable Code": going through the new file, look for the
// longest match in the old one; take it only when it is clearly better than going on with the alignment in use,
// so that code that moved by a constant, with changed addresses in it, stays one piece whose differences are
// small and repeat; then grow each piece forwards and the next one backwards as long as half their bytes agree.
func diff(ctx context.Context, old *suffixes, fresh []byte, add func(match) error) error {
	d := differ{old: old, fresh: fresh}
	for d.scan < len(fresh) {
		if err := ctx.Err(); err != nil {
			return err
		}
		better, err := d.next()
		if err != nil {
			return err
		}
		if !better && d.scan < len(fresh) {
			continue
		}
		if err := add(d.cut()); err != nil {
			return err
		}
	}
	return nil
}

// differ is how far a diff has come. Positions in the new and in the old file go in pairs: a piece began at
// lastScan and lastFrom, and a better match stands at scan and from.
type differ struct {
	old   *suffixes
	fresh []byte

	scan, from, length int // of the match found last
	lastScan, lastFrom int // where the piece that is open begins
	shift              int // from old to new of the alignment in use: old position = new position + shift
}

// agrees tells whether the alignment in use gives the right byte at a position of the new file.
func (d *differ) agrees(at int) bool {
	at, of := at+d.shift, at
	return at >= 0 && at < len(d.old.text) && d.old.text[at] == d.fresh[of]
}

// next looks for the next match that the alignment in use does not give as well; false means that it did as well
// for d.length bytes, or that the file ended.
func (d *differ) next() (bool, error) {
	d.scan += d.length
	score := 0 // bytes from scan to counted that the alignment in use gives
	counted := d.scan
	for ; d.scan < len(d.fresh); d.scan++ {
		if d.old.steps < 0 {
			return false, ErrDeltaTooHard
		}
		d.from, d.length = d.old.longest(d.fresh[d.scan:])
		for ; counted < d.scan+d.length; counted++ {
			if d.agrees(counted) {
				score++
			}
		}
		if d.length == score && d.length != 0 || d.length > score+enough {
			break
		}
		if counted == d.scan {
			counted++ // no match at all: the next byte begins anew
		} else if d.agrees(d.scan) {
			score--
		}
	}
	return d.length != score, nil
}

// cut ends the open piece before the match at scan and opens the next one there, or a little before.
func (d *differ) cut() match {
	forwards := d.forwards()
	backwards := 0
	if d.scan < len(d.fresh) {
		backwards = d.backwards()
	}
	if overlap := d.lastScan + forwards - (d.scan - backwards); overlap > 0 {
		keep := d.divide(overlap, forwards, backwards)
		forwards += keep - overlap
		backwards -= keep
	}
	piece := match{from: d.lastFrom, added: forwards, fresh: d.scan - backwards - (d.lastScan + forwards)}
	d.lastScan, d.lastFrom = d.scan-backwards, d.from-backwards
	d.shift = d.from - d.scan
	return piece
}

// forwards is how far the open piece goes on with most of its bytes right.
func (d *differ) forwards() int {
	right, best, length := 0, 0, 0
	for i := 0; d.lastScan+i < d.scan && d.lastFrom+i < len(d.old.text); {
		if d.old.text[d.lastFrom+i] == d.fresh[d.lastScan+i] {
			right++
		}
		i++
		if right*2-i > best {
			best, length = right*2-i, i
		}
	}
	return length
}

// backwards is how far before its match the next piece may begin with most of its bytes right.
func (d *differ) backwards() int {
	right, best, length := 0, 0, 0
	for i := 1; d.scan >= d.lastScan+i && d.from >= i; i++ {
		if d.old.text[d.from-i] == d.fresh[d.scan-i] {
			right++
		}
		if right*2-i > best {
			best, length = right*2-i, i
		}
	}
	return length
}

// divide is how many of the bytes that both pieces could have the first one gives right more often.
func (d *differ) divide(overlap, forwards, backwards int) int {
	score, best, keep := 0, 0, 0
	firstNew, firstOld := d.lastScan+forwards-overlap, d.lastFrom+forwards-overlap
	nextNew, nextOld := d.scan-backwards, d.from-backwards
	for i := range overlap {
		if d.fresh[firstNew+i] == d.old.text[firstOld+i] {
			score++
		}
		if d.fresh[nextNew+i] == d.old.text[nextOld+i] {
			score--
		}
		if score > best {
			best, keep = score, i+1
		}
	}
	return keep
}
