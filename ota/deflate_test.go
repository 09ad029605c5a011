package ota_test

import (
	"bytes"
	"compress/flate"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"personalcms/ota"
	"personalcms/ota/otatest"

	"github.com/google/go-cmp/cmp"
)

// deflated deflates data and fails the test unless that gives the same bytes back, reaches back no more than the
// window, and is no larger than data in stored blocks.
func deflated(t testing.TB, data []byte) []byte {
	t.Helper()
	packed, err := ota.Deflate(data)
	if err != nil {
		t.Fatal(err)
	}
	if back, err := io.ReadAll(flate.NewReader(bytes.NewReader(packed))); err != nil || !bytes.Equal(back, data) {
		t.Fatalf("%d of %d bytes came back, the same ones: %v: %v", len(back), len(data), bytes.Equal(back, data), err)
	}
	if far := farthest(t, packed); far > 4096 {
		t.Errorf("it reaches back %d bytes", far)
	}
	if stored := len(data) + 5*max(1, (len(data)+65534)/65535); len(packed) > stored {
		t.Errorf("%d bytes, stored they would be %d", len(packed), stored)
	}
	return packed
}

// letters are random bytes of an alphabet.
func letters(alphabet string, size int) []byte {
	random := rand.New(rand.NewPCG(11, 12))
	data := make([]byte, size)
	for i := range data {
		data[i] = alphabet[random.IntN(len(alphabet))]
	}
	return data
}

// allBytes are all byte values in order, again and again.
func allBytes(size int) []byte {
	data := make([]byte, size)
	for i := range data {
		data[i] = byte(i)
	}
	return data
}

// skewed has each value half as often as the one before, so that a Huffman code without a limit would have long ones.
func skewed() []byte {
	var data []byte
	for i := range 18 {
		data = append(data, bytes.Repeat([]byte{byte(i * 7)}, 1<<i)...)
	}
	rand.New(rand.NewPCG(1, 4)).Shuffle(len(data), func(i, j int) { data[i], data[j] = data[j], data[i] })
	return data
}

func TestDeflate(t *testing.T) {
	const segment = ota.DeflateSegment
	program := otatest.Program(0, 400_000)
	for _, tc := range []struct {
		name string
		data []byte
		most int // bytes; 0: no more than stored
	}{
		{"empty", nil, 2},
		{"one byte", []byte("a"), 3},
		{"two of the same", []byte("aa"), 4},
		{"three of the same", []byte("aaa"), 5},
		{"the shortest match", []byte("abcabc"), 8},
		{"the longest match", bytes.Repeat([]byte("a"), 259), 8},
		{"one more than that", bytes.Repeat([]byte("a"), 260), 8},
		{"a long run", make([]byte, 100_000), 120},
		{"runs of every length", runs(), 3_500},
		{"text", []byte(strings.Repeat("The quick brown fox jumps over the lazy dog. ", 2_000)), 450},
		{"two letters", letters("ab", 100_000), 14_600},
		{"four letters", letters("acgt", 50_000), 14_200},
		{"one letter of a hundred others", letters(strings.Repeat("a", 99)+"b", 100_000), 1_500},
		{"all byte values", allBytes(256), 0},
		{"all byte values, again and again", allBytes(50_000), 700},
		{"skewed", skewed(), 66_000},
		{"noise", noise(21, 1_000), 0},
		{"noise, one stored block", noise(22, 65_535), 0},
		{"noise, one byte more", noise(22, 65_536), 0},
		{"noise, a segment less a byte", noise(23, segment-1), 0},
		{"noise, a segment", noise(23, segment), 0},
		{"noise, a segment and a byte", noise(23, segment+1), 0},
		{"noise, two segments", noise(24, 2*segment), 0},
		{"zeros, a segment", make([]byte, segment), 280},
		{"zeros, two segments", make([]byte, 2*segment), 560},
		{"noise, then zeros", append(noise(25, 70_000), make([]byte, 70_000)...), 70_250},
		{"zeros, then noise", append(make([]byte, 70_000), noise(25, 70_000)...), 70_250},
		{"again as far as the window", bytes.Repeat(noise(26, 4096), 3), 4_300},
		{"again a byte farther", bytes.Repeat(noise(26, 4097), 3), 0},
		{"again over the end of a segment", append(noise(27, segment-100), noise(27, segment-100)[segment-4000:]...), 0},
		{"a program", program, len(program) * 72 / 100},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if size := len(deflated(t, tc.data)); tc.most > 0 && size > tc.most {
				t.Errorf("%d bytes, want at most %d", size, tc.most)
			}
		})
	}
}

// runs are runs of zeros of every length up to 600 with a byte between them.
func runs() []byte {
	var data []byte
	for length := range 600 {
		data = append(append(data, make([]byte, length)...), byte(1+length%9))
	}
	return data
}

// TestDeflateIsSmallerThanTheStandardOne even though that has a window eight times as large.
func TestDeflateIsSmallerThanTheStandardOne(t *testing.T) {
	program := otatest.Program(0, 300_000)
	var standard bytes.Buffer
	w, err := flate.NewWriter(&standard, flate.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = w.Write(program)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if size := len(deflated(t, program)); size >= standard.Len() {
		t.Errorf("%d bytes, the standard encoder %d", size, standard.Len())
	}
}

func TestCodeLengths(t *testing.T) {
	fibonacci := []uint32{1, 1, 2, 3, 5, 8, 13, 21, 34, 55}
	for _, tc := range []struct {
		name   string
		counts []uint32
		limit  int
		want   []uint8
	}{
		{"nothing occurs", make([]uint32, 4), 15, []uint8{1, 1, 0, 0}},
		{"one symbol, the first", []uint32{9, 0, 0}, 15, []uint8{1, 1, 0}},
		{"one symbol, the last", []uint32{0, 0, 9}, 15, []uint8{1, 0, 1}},
		{"two", []uint32{0, 9, 1}, 15, []uint8{0, 1, 1}},
		{"equal ones", []uint32{5, 5, 5, 5}, 15, []uint8{2, 2, 2, 2}},
		{"powers", []uint32{8, 4, 2, 1, 1}, 15, []uint8{1, 2, 3, 4, 4}},
		{"without a limit that matters", fibonacci, 9, []uint8{9, 9, 8, 7, 6, 5, 4, 3, 2, 1}},
		{"a limit as low as can be", []uint32{100, 10, 1, 1}, 2, []uint8{2, 2, 2, 2}},
		{"a limit that costs something", []uint32{1, 1, 2, 4, 8}, 3, []uint8{3, 3, 3, 3, 1}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, ota.CodeLengths(tc.counts, tc.limit)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// FuzzDeflate: whatever is deflated comes back.
func FuzzDeflate(f *testing.F) {
	for _, data := range [][]byte{
		nil, []byte("a"), []byte("abcabcabd"), make([]byte, 1000), allBytes(600), noise(1, 300), letters("ab", 500),
		otatest.Program(0, 2000), bytes.Repeat([]byte{0, 0, 0, 7}, 300), runs()[:3000],
	} {
		f.Add(data, uint8(0))
	}
	f.Add([]byte("a bit of it"), uint8(255))
	f.Fuzz(func(t *testing.T, data []byte, again uint8) { deflated(t, bytes.Repeat(data, 1+int(again))) })
}
