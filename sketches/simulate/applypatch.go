package simulate

import (
	"encoding/binary"
	"errors"
)

const (
	patchMagic  = "ENDSLEY/BSDIFF43"
	patchHeader = len(patchMagic) + 8
	maxPatched  = usualSlot
)

// errPatch: a patch is damaged, or for another image.
var errPatch = errors.New("bad patch")

// applyPatch makes the new image from the old one and a patch (PROTOCOL.md §7), or fails as a board would.
func applyPatch(old, patch []byte) ([]byte, error) {
	if len(patch) < patchHeader || string(patch[:len(patchMagic)]) != patchMagic {
		return nil, errPatch
	}
	size := binary.LittleEndian.Uint64(patch[len(patchMagic):])
	if size > maxPatched {
		return nil, errPatch
	}
	// Records cost 24 bytes each and make at least one.
	stream, rest, err := inflate(patch[patchHeader:], 25*int(size)+24)
	if err != nil || len(rest) > 0 {
		return nil, errPatch
	}
	image, at := make([]byte, 0, size), int64(0)
	for len(image) < int(size) {
		if len(stream) < 24 {
			return nil, errPatch
		}
		added, fresh, seek := signed64(stream), signed64(stream[8:]), signed64(stream[16:])
		stream = stream[24:]
		left := int64(size) - int64(len(image))
		if added < 0 || added > left || fresh < 0 || fresh > left-added || added > int64(len(old))-at || int64(len(stream)) < added+fresh {
			return nil, errPatch
		}
		for i := range added {
			image = append(image, stream[i]+old[at+i])
		}
		image = append(image, stream[added:added+fresh]...)
		stream = stream[added+fresh:]
		if at += added; seek < -at || seek > int64(len(old))-at {
			return nil, errPatch
		}
		at += seek
	}
	if len(stream) > 0 {
		return nil, errPatch
	}
	return image, nil
}

// signed64 is a number whose top bit is its sign.
func signed64(b []byte) int64 {
	raw := binary.LittleEndian.Uint64(b)
	value := int64(raw &^ (1 << 63))
	if raw>>63 == 1 {
		return -value
	}
	return value
}
