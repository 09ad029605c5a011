package simulate

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

func deflate(t *testing.T, data []byte, level int) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := flate.NewWriter(&out, level)
	if err == nil {
		_, err = w.Write(data)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func noise(seed uint64, size int) []byte {
	random := rand.New(rand.NewPCG(seed, 3))
	data := make([]byte, size)
	for i := range data {
		data[i] = byte(random.Uint32())
	}
	return data
}

func TestInflate(t *testing.T) {
	words := bytes.Repeat([]byte("panel refresh ota slot "), 4000)
	for i := range words {
		if i%97 == 0 {
			words[i] = byte(i / 97)
		}
	}
	far := slices.Concat(noise(1, 100), noise(2, 6000), noise(1, 100)) // comes again beyond the window
	for _, tc := range []struct {
		name  string
		data  []byte
		level int
		ok    bool
	}{
		{"empty", nil, 9, true},
		{"stored", noise(3, 100_000), flate.NoCompression, true},
		{"short, with fixed codes", []byte("abcabcabcabc"), 9, true},
		{"no repetition", bytes.Repeat(noise(4, 100), 2), flate.HuffmanOnly, true},
		{"words", words[:4000], 9, true},
		{"zeros", make([]byte, 50_000), 9, true},
		{"a repetition within 4 KiB", slices.Concat(noise(1, 2000), noise(1, 2000)), 9, true},
		{"a repetition beyond 4 KiB", far, 9, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			stream := append(deflate(t, tc.data, tc.level), 1, 2, 3)
			out, rest, err := inflate(stream, len(tc.data))
			if !tc.ok {
				if err == nil {
					t.Error("it is taken")
				}
				return
			}
			if err != nil || !bytes.Equal(out, tc.data) || !bytes.Equal(rest, []byte{1, 2, 3}) {
				t.Fatalf("%d bytes of %d, %d behind them, %v", len(out), len(tc.data), len(rest), err)
			}
			if _, _, err := inflate(stream, len(tc.data)-1); err == nil && len(tc.data) > 0 {
				t.Error("more is made than the limit allows")
			}
			for cut := range min(len(stream)-3, 400) {
				if _, _, err := inflate(stream[:cut], len(tc.data)); err == nil {
					t.Fatalf("the first %d bytes are taken", cut)
				}
			}
		})
	}
}

// TestInflateNoise takes or refuses whatever comes, and never more than the limit.
func TestInflateNoise(t *testing.T) {
	for seed := range uint64(2000) {
		if out, _, err := inflate(noise(seed, 200), 5000); len(out) > 5000 || (err != nil && out != nil) {
			t.Errorf("seed %d: %d bytes, %v", seed, len(out), err)
		}
	}
}

// record is one record of a patch.
type record struct {
	added, fresh []byte
	seek         int64
	more         [2]int64 // what the numbers say beyond what follows
}

func patchOf(t *testing.T, size int, records ...record) []byte {
	t.Helper()
	var stream []byte
	number := func(n int64) {
		raw := uint64(n)
		if n < 0 {
			raw = uint64(-n) | 1<<63
		}
		stream = binary.LittleEndian.AppendUint64(stream, raw)
	}
	for _, r := range records {
		number(int64(len(r.added)) + r.more[0])
		number(int64(len(r.fresh)) + r.more[1])
		number(r.seek)
		stream = slices.Concat(stream, r.added, r.fresh)
	}
	patch := binary.LittleEndian.AppendUint64([]byte(patchMagic), uint64(size))
	return append(patch, deflate(t, stream, 9)...)
}

func TestApplyPatch(t *testing.T) {
	old := []byte("the old image")
	good := patchOf(t, 12, record{added: make([]byte, 4), fresh: []byte("new"), seek: 3}, record{added: []byte{0, 1, 0, 0, 0}, seek: -12})
	damaged := bytes.Clone(good)
	damaged[0]++
	for _, tc := range []struct {
		name  string
		patch []byte
		want  string // "" = it is refused
	}{
		{"good", good, "the new jmag"},
		{"nothing", nil, ""},
		{"another magic", damaged, ""},
		{"cut", good[:len(good)-3], ""},
		{"something behind it", append(bytes.Clone(good), 0), ""},
		{"records end early", patchOf(t, 13, record{fresh: []byte("new")}), ""},
		{"records go on", patchOf(t, 3, record{fresh: []byte("new")}, record{fresh: []byte("er")}), ""},
		{"beyond the old image", patchOf(t, 20, record{added: make([]byte, 20)}), ""},
		{"seeks before the old image", patchOf(t, 2, record{fresh: []byte("n"), seek: -1}, record{fresh: []byte("e")}), ""},
		{"seeks behind the old image", patchOf(t, 2, record{fresh: []byte("n"), seek: 14}, record{fresh: []byte("e")}), ""},
		{"a negative number", patchOf(t, 3, record{fresh: []byte("new"), more: [2]int64{-5, 0}}), ""},
		{"a huge number", patchOf(t, 3, record{fresh: []byte("new"), more: [2]int64{0, 1 << 62}}), ""},
		{"larger than any slot", patchOf(t, usualSlot+1, record{fresh: []byte("new")}), ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			image, err := applyPatch(old, tc.patch)
			if string(image) != tc.want || (err == nil) != (tc.want != "") {
				t.Errorf("%q, %v", image, err)
			}
		})
	}
	for at := range good {
		broken := bytes.Clone(good)
		broken[at] ^= 0x10
		_, _ = applyPatch(old, broken) // must not panic
	}
}

// TestVerifyPatch names each contradiction between a patch and its offer.
func TestVerifyPatch(t *testing.T) {
	body := []byte("a patch")
	f := offer{sha256: hexSHA256([]byte("image")), signature: "sig", patch: patch{size: len(body)}}
	answerOf := func(change func(*answer)) answer {
		a := answer{body: body, length: int64(len(body)), header: map[string][]string{
			"Content-Type": {"application/octet-stream"}, "X-Firmware-Sha256": {f.sha256}, "Etag": {`"` + hexSHA256(body) + `"`},
			"X-Firmware-Signature": {"sig"}, "Accept-Ranges": {"bytes"},
		}}
		change(&a)
		return a
	}
	for name, tc := range map[string]struct {
		change func(*answer)
		wrong  int
	}{
		"as it should be":      {func(*answer) {}, 0},
		"cut":                  {func(a *answer) { a.body = a.body[:3] }, 2},
		"no length":            {func(a *answer) { a.length = -1 }, 1},
		"chunked":              {func(a *answer) { a.chunked = true }, 1},
		"the image’s MD5":      {func(a *answer) { a.header.Set("x-MD5", "0") }, 1},
		"the patch’s SHA-256":  {func(a *answer) { a.header.Set("X-Firmware-SHA256", hexSHA256(body)) }, 1},
		"the image’s ETag":     {func(a *answer) { a.header.Set("ETag", f.sha256) }, 1},
		"no signature":         {func(a *answer) { a.header.Del("X-Firmware-Signature") }, 1},
		"no ranges":            {func(a *answer) { a.header.Del("Accept-Ranges") }, 1},
		"another content type": {func(a *answer) { a.header.Set("Content-Type", "text/html") }, 1},
	} {
		if wrong := verifyPatch(f, answerOf(tc.change)); len(wrong) != tc.wrong {
			t.Errorf("%s: %v", name, fmt.Sprint(wrong))
		}
	}
}
