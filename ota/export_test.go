package ota

import "bytes"

// Deflate is what the encoder of patches makes of data, given in two parts.
func Deflate(data []byte) ([]byte, error) {
	var deflated bytes.Buffer
	w := newDeflater(&deflated, func() error { return nil })
	for _, part := range [][]byte{data[:len(data)/3], data[len(data)/3:]} {
		if _, err := w.Write(part); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return deflated.Bytes(), nil
}

// CodeLengths and DeflateSegment are the Huffman codes and the bytes of a segment of that encoder.
var CodeLengths = codeLengths

const DeflateSegment = deflateSegment
