package ota

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestSuffixesAreSorted compares with sorting them one by one.
func TestSuffixesAreSorted(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	texts := [][]byte{nil, []byte("a"), []byte("aa"), []byte("ba"), []byte("mississippi"), make([]byte, 300), bytes.Repeat([]byte("abcab"), 60)}
	for range 300 {
		text := make([]byte, random.IntN(200))
		for i, letters := 0, 1+random.IntN(4); i < len(text); i++ {
			text[i] = byte(255 * random.IntN(letters) / letters)
		}
		texts = append(texts, text)
	}
	for _, text := range texts {
		want := make([]int32, len(text))
		for i := range want {
			want[i] = int32(i)
		}
		slices.SortFunc(want, func(a, b int32) int { return bytes.Compare(text[a:], text[b:]) })
		if diff := cmp.Diff(want, newSuffixes(text).sorted); diff != "" {
			t.Fatalf("%q (-want +got):\n%s", text, diff)
		}
	}
}

// TestLongestMatch compares with trying every place.
func TestLongestMatch(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	letters := func(n int) []byte {
		text := make([]byte, n)
		for i := range text {
			text[i] = "abc"[random.IntN(3)]
		}
		return text
	}
	for range 200 {
		text, target := letters(random.IntN(400)), letters(random.IntN(30))
		want := 0
		for i := range text {
			want = max(want, common(text[i:], target))
		}
		index := newSuffixes(text)
		at, length := index.longest(target)
		if length != want || !bytes.Equal(text[at:at+length], target[:length]) {
			t.Fatalf("%q in %q: %d bytes at %d, want %d", target, text, length, at, want)
		}
		if len(text) > 0 && index.steps >= 0 {
			t.Fatal("a search took no step")
		}
	}
}
