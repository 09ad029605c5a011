package ota_test

import (
	"bytes"
	"compress/flate"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"testing"

	"personalcms/ota"
	"personalcms/ota/otatest"
)

// patchOf makes a patch and fails the test when it cannot.
func patchOf(t testing.TB, old, fresh []byte) []byte {
	t.Helper()
	patch, err := ota.MakeDelta(context.Background(), old, fresh)
	if err != nil {
		t.Fatal(err)
	}
	return patch
}

func noise(seed uint64, size int) []byte {
	random := rand.New(rand.NewPCG(seed, 1))
	data := make([]byte, size)
	for i := range data {
		data[i] = byte(random.Uint32())
	}
	return data
}

// shuffled is data with its blocks in another order.
func shuffled(data []byte, block int) []byte {
	blocks := slices.Collect(slices.Chunk(data, block))
	rand.New(rand.NewPCG(3, 3)).Shuffle(len(blocks), func(i, j int) { blocks[i], blocks[j] = blocks[j], blocks[i] })
	return slices.Concat(blocks...)
}

func TestDeltaGivesTheExactFile(t *testing.T) {
	a, program := noise(1, 50_000), otatest.Program(0, 1<<20)
	for _, tc := range []struct {
		name       string
		old, fresh []byte
		most       int // bytes of the patch
	}{
		{"both empty", nil, nil, 64},
		{"new file empty", a, nil, 64},
		{"old file empty", nil, a, 51_000},
		{"identical", a, a, 200},
		{"one byte each", []byte("a"), []byte("b"), 64},
		{"one byte, the same", []byte("a"), []byte("a"), 64},
		{"tiny", []byte("old"), []byte("a new one"), 100},
		{"inserted at the beginning", a, append(noise(2, 100), a...), 500},
		{"inserted in the middle", a, slices.Concat(a[:20_000], noise(2, 100), a[20_000:]), 500},
		{"appended", a, append(slices.Clone(a), noise(2, 100)...), 500},
		{"deleted at the beginning", a, a[5_000:], 300},
		{"deleted in the middle", a, slices.Concat(a[:20_000], a[25_000:]), 300},
		{"cut off", a, a[:5_000], 200},
		{"every 100th byte changed", a, everyChanged(a, 100), 3_000},
		{"blocks shuffled", a, shuffled(a, 1000), 3_500},
		{"turned round", a, reversed(a), 51_000},
		{"nothing in common", noise(5, 10_000), noise(6, 10_000), 10_300},
		{"zeros", make([]byte, 100_000), make([]byte, 120_000), 500},
		{"zeros become ones", make([]byte, 70_000), bytes.Repeat([]byte{0xFF}, 70_000), 500},
		{"a short pattern, displaced", bytes.Repeat([]byte("abcab"), 9_000), bytes.Repeat([]byte("bcaba"), 9_000), 500},
		{"a program of 1 MB, one edition on", program, otatest.Program(1, 1<<20), len(program) * 27 / 1000},
		{"a program of 1 MB, back five editions", otatest.Program(5, 1<<20), program, len(program) * 33 / 1000},
	} {
		t.Run(tc.name, func(t *testing.T) {
			patch := patchOf(t, tc.old, tc.fresh)
			var made bytes.Buffer
			size, err := ota.ApplyDelta(&made, tc.old, bytes.NewReader(patch), int64(len(tc.fresh)))
			if err != nil || size != int64(len(tc.fresh)) || !bytes.Equal(made.Bytes(), tc.fresh) {
				t.Fatalf("%d bytes, want %d, equal %v: %v", size, len(tc.fresh), bytes.Equal(made.Bytes(), tc.fresh), err)
			}
			if len(patch) > tc.most {
				t.Errorf("the patch has %d bytes, want at most %d", len(patch), tc.most)
			}
			if far := farthest(t, patch[24:]); far > 4096 {
				t.Errorf("the deflate stream reaches back %d bytes", far)
			}
		})
	}
}

func everyChanged(data []byte, step int) []byte {
	changed := slices.Clone(data)
	for i := 0; i < len(changed); i += step {
		changed[i]++
	}
	return changed
}

func reversed(data []byte) []byte {
	turned := slices.Clone(data)
	slices.Reverse(turned)
	return turned
}

// TestDeltaFromEveryImage: whatever a device runs, the patch for it gives the exact image.
func TestDeltaFromEveryImage(t *testing.T) {
	var images [][]byte
	for edition := range 6 {
		images = append(images, otatest.Program(edition, 100_000))
	}
	target := images[5]
	for i, old := range images {
		var made bytes.Buffer
		if _, err := ota.ApplyDelta(&made, old, bytes.NewReader(patchOf(t, old, target)), int64(len(target))); err != nil || !bytes.Equal(made.Bytes(), target) {
			t.Errorf("from image %d: %v", i, err)
		}
	}
}

func TestDeltaRefusesLargeImagesAndEnds(t *testing.T) {
	large := make([]byte, ota.MaxDeltaImage+1)
	if _, err := ota.MakeDelta(context.Background(), large, nil); !errors.Is(err, ota.ErrDeltaTooLarge) {
		t.Errorf("large old image: %v", err)
	}
	if _, err := ota.MakeDelta(context.Background(), nil, large); !errors.Is(err, ota.ErrDeltaTooLarge) {
		t.Errorf("large new image: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := ota.MakeDelta(ctx, []byte("a"), []byte("b")); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	// A single piece, so that only the encoder can notice.
	late, program := &cancelledLater{Context: context.Background(), after: 3}, otatest.Program(0, 3*ota.DeflateSegment)
	if _, err := ota.MakeDelta(late, program, program); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled while deflating: %v", err)
	}
}

// cancelledLater is a context that is cancelled once it has been asked so often.
type cancelledLater struct {
	context.Context
	after int
}

func (c *cancelledLater) Err() error {
	if c.after--; c.after < 0 {
		return context.Canceled
	}
	return nil
}

// record is one record of a patch as this test writes it.
type record struct {
	added, fresh, seek int64
	data               string
}

// handmade is a patch of size bytes from records, deflated with the standard level.
func handmade(t testing.TB, size uint64, records ...record) []byte {
	t.Helper()
	var patch bytes.Buffer
	patch.WriteString("ENDSLEY/BSDIFF43")
	_ = binary.Write(&patch, binary.LittleEndian, size)
	w, err := flate.NewWriter(&patch, flate.DefaultCompression)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range records {
		for _, value := range []int64{r.added, r.fresh, r.seek} {
			raw := uint64(value)
			if value < 0 {
				raw = uint64(-value) | 1<<63
			}
			_ = binary.Write(w, binary.LittleEndian, raw)
		}
		_, _ = io.WriteString(w, r.data)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return patch.Bytes()
}

// TestApplyDeltaReadsTheFormat of records written by hand, as mendsley's bspatch would.
func TestApplyDeltaReadsTheFormat(t *testing.T) {
	patch := handmade(t, 9, record{2, 3, 1, "\x01\x00new"}, record{2, 0, -5, "\x00\xff"}, record{1, 1, 0, "\x00!"})
	var made bytes.Buffer
	if _, err := ota.ApplyDelta(&made, []byte("abcdef"), bytes.NewReader(patch), 9); err != nil || made.String() != "bbnewdda!" {
		t.Errorf("%q, %v", made.String(), err)
	}
}

func TestApplyDeltaRefuses(t *testing.T) {
	good := handmade(t, 3, record{3, 0, 0, "\x00\x00\x00"})
	endless := make([]record, 1000)
	for _, tc := range []struct {
		name  string
		patch []byte
		limit int64
	}{
		{"nothing", nil, 100},
		{"half a header", good[:20], 100},
		{"no stream", good[:24], 100},
		{"another magic", append([]byte("BSDIFF40"), good[8:]...), 100},
		{"cut", good[:len(good)-4], 100},
		{"larger than allowed", good, 2},
		{"a size without sense", handmade(t, 1<<63+5, record{3, 0, 0, "\x00\x00\x00"}), 1 << 62},
		{"too few bytes", handmade(t, 4, record{3, 0, 0, "\x00\x00\x00"}), 100},
		{"more than announced", handmade(t, 2, record{3, 0, 0, "\x00\x00\x00"}), 100},
		{"fresh bytes beyond the end", handmade(t, 3, record{1, 3, 0, "\x00abc"}), 100},
		{"sum beyond all numbers", handmade(t, 3, record{1<<62 + 1, 1<<62 + 1, 0, "\x00"}), 100},
		{"negative added", handmade(t, 3, record{-1, 4, 0, "abcd"}), 100},
		{"negative fresh", handmade(t, 3, record{4, -1, 0, "abcd"}), 100},
		{"beyond the old file", handmade(t, 9, record{7, 2, 0, "\x00\x00\x00\x00\x00\x00\x00ab"}), 100},
		{"before the old file", handmade(t, 3, record{1, 0, -2, "\x00"}, record{2, 0, 0, "\x00\x00"}), 100},
		{"behind the old file", handmade(t, 3, record{1, 0, 6, "\x00"}, record{2, 0, 0, "\x00\x00"}), 100},
		{"as far as numbers go", handmade(t, 3, record{1, 0, 1<<63 - 1, "\x00"}, record{2, 0, 0, "\x00\x00"}), 100},
		{"as far back", handmade(t, 3, record{1, 0, -(1<<63 - 1), "\x00"}, record{2, 0, 0, "\x00\x00"}), 100},
		{"records that make nothing", handmade(t, 3, endless...), 100},
		{"something behind the end", handmade(t, 3, record{3, 0, 0, "\x00\x00\x00"}, record{}), 100},
		{"damaged stream", append(slices.Clone(good[:24]), bytes.Repeat([]byte{0xFF}, 30)...), 100},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if _, err := ota.ApplyDelta(io.Discard, []byte("abcdef"), bytes.NewReader(tc.patch), tc.limit); !errors.Is(err, ota.ErrBadDelta) {
				t.Errorf("%v", err)
			}
		})
	}
	full := errors.New("flash is full")
	if _, err := ota.ApplyDelta(writer(func([]byte) (int, error) { return 0, full }), []byte("abcdef"), bytes.NewReader(good), 3); !errors.Is(err, full) {
		t.Errorf("a writer's error: %v", err)
	}
}

type writer func([]byte) (int, error)

func (w writer) Write(p []byte) (int, error) { return w(p) }

// FuzzApplyDelta: a hostile patch gives an error or no more than was allowed.
func FuzzApplyDelta(f *testing.F) {
	old := []byte("The quick brown fox jumps over the lazy dog.")
	f.Add(old, patchOf(f, old, []byte("The quick red fox jumps over two lazy dogs.")))
	f.Add(old, patchOf(f, old, nil))
	f.Add([]byte(nil), patchOf(f, nil, old))
	f.Add(old, handmade(f, 9, record{2, 3, 1, "\x01\x00new"}, record{2, 0, -3, "\x00\xff"}))
	f.Add(old, handmade(f, 1<<40, record{1, 1 << 39, 1, "\x01"}))
	f.Add(old, handmade(f, 100, make([]record, 50)...))
	f.Fuzz(func(t *testing.T, old, patch []byte) {
		const limit = 1 << 16
		var made bytes.Buffer
		size, err := ota.ApplyDelta(&made, old, bytes.NewReader(patch), limit)
		switch {
		case made.Len() > limit:
			t.Errorf("%d bytes were written", made.Len())
		case err == nil && int64(made.Len()) != size:
			t.Errorf("%d bytes were written, %d reported", made.Len(), size)
		case err != nil && !errors.Is(err, ota.ErrBadDelta):
			t.Error(err)
		}
	})
}

// FuzzDelta: the patch between any two files gives the second one.
func FuzzDelta(f *testing.F) {
	f.Add([]byte(""), []byte("a"))
	f.Add([]byte("abcabcabc"), []byte("abcabcabcabd"))
	f.Add(otatest.Program(0, 2000), otatest.Program(3, 2000))
	f.Add(make([]byte, 500), bytes.Repeat([]byte{0, 0, 1}, 200))
	f.Fuzz(func(t *testing.T, old, fresh []byte) {
		patch := patchOf(t, old, fresh)
		var made bytes.Buffer
		if _, err := ota.ApplyDelta(&made, old, bytes.NewReader(patch), int64(len(fresh))); err != nil || !bytes.Equal(made.Bytes(), fresh) {
			t.Errorf("%v", err)
		}
		if far := farthest(t, patch[24:]); far > 4096 {
			t.Errorf("the deflate stream reaches back %d bytes", far)
		}
	})
}

// TestDeltaOfHostileImagesEnds: files made to keep the search busy are given up in time or still work.
func TestDeltaOfHostileImagesEnds(t *testing.T) {
	repeated := bytes.Repeat(noise(9, 4096), 100)
	for i, old := range [][]byte{repeated, everyChanged(repeated, 4095), bytes.Repeat([]byte("ab"), 200_000)} {
		for j, fresh := range [][]byte{everyChanged(repeated, 4097), everyChanged(repeated, 17), bytes.Repeat([]byte("aab"), 140_000)} {
			t.Run(fmt.Sprint(i, j), func(t *testing.T) {
				patch, err := ota.MakeDelta(context.Background(), old, fresh)
				if errors.Is(err, ota.ErrDeltaTooHard) {
					return
				}
				var made bytes.Buffer
				if _, err := ota.ApplyDelta(&made, old, bytes.NewReader(patch), int64(len(fresh))); err != nil || !bytes.Equal(made.Bytes(), fresh) {
					t.Errorf("%v", err)
				}
			})
		}
	}
}
