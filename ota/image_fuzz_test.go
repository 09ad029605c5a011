package ota_test

import (
	"bytes"
	"compress/gzip"
	"crypto/md5"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"personalcms/ota"
	"personalcms/ota/otatest"
)

// FuzzReadImage holds the reader of foreign bytes to what every caller relies
// on: it never panics, what it accepts lies within the file, and what it
// refuses it refuses in words.
func FuzzReadImage(f *testing.F) {
	small := otatest.Options{Size: 1024, Marker: `PCMSFW{"type":"a","version":"1","board":"b"}`}
	table := otatest.PartitionTable(otatest.DefaultPartitions()...)
	app := otatest.Build(small)
	for _, seed := range [][]byte{
		nil,
		app,
		app[:len(app)/2],
		otatest.Build(otatest.Options{Size: 1024, NoDigest: true}),
		otatest.Build(otatest.Options{Size: 1024, NoDescriptor: true}),
		otatest.Build(otatest.Options{Size: 1024, Chip: "esp32s3"}),
		otatest.Build(otatest.Options{Size: 1024, ChipID: 999}),
		otatest.SignArduino(app),
		otatest.SecureBootV2(app),
		otatest.Bootloader("esp32"),
		table,
		otatest.FullFlash(app, table, otatest.Bootloader("esp32"), 0x1000),
		otatest.FullFlash(app, table, otatest.Bootloader("esp32c3"), 0),
		otatest.ESP8266(),
		otatest.ESP8266V2(),
		[]byte("<!DOCTYPE html><title>404</title>"),
	} {
		f.Add(seed)
	}

	f.Fuzz(func(t *testing.T, data []byte) {
		checkRead(t, data)
		if cut, err := ota.ExtractApp(data); err == nil {
			checkRead(t, cut)
		}
		if slots, err := ota.ReadPartitionTable(data); err == nil && len(slots) == 0 {
			t.Error("a partition table without slots was accepted")
		}
	})
}

// checkRead reads data and holds the answer to the promises of ReadImage.
func checkRead(t *testing.T, data []byte) {
	t.Helper()
	img, err := ota.ReadImage(data)
	if err != nil {
		checkRefusal(t, err)
		return
	}
	if img.Size != int64(len(data)) {
		t.Errorf("Size is %d, the file has %d bytes", img.Size, len(data))
	}
	end := int64(24)
	for i, s := range img.Segments {
		if s.Size < 0 || s.Offset < end || s.Offset+s.Size > img.Size {
			t.Errorf("segment %d (%d bytes at %d) is outside of the file or over another", i, s.Size, s.Offset)
		}
		end = s.Offset + s.Size
	}
}

// checkRefusal wants an error that a person can be shown, and returns its kind.
func checkRefusal(t *testing.T, err error) ota.Kind {
	t.Helper()
	var wrong *ota.WrongFileError
	if !errors.As(err, &wrong) {
		t.Fatalf("the error is a %T (%v), want a *WrongFileError", err, err)
	}
	if wrong.Sentence == "" || !strings.HasSuffix(wrong.Sentence, ".") {
		t.Errorf("%s: the sentence %q does not end in a full stop", wrong.Kind, wrong.Sentence)
	}
	for _, s := range []string{"EOF", "runtime", "out of range", "invalid ", "%!", "error", "panic", "\n"} {
		if strings.Contains(wrong.Sentence, s) {
			t.Errorf("%s: the sentence %q speaks of %q", wrong.Kind, wrong.Sentence, s)
		}
	}
	return wrong.Kind
}

// read reads an image that is right.
func read(t *testing.T, data []byte) *ota.Image {
	t.Helper()
	img, err := ota.ReadImage(data)
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// refuse wants ReadImage to refuse data in words, and returns the kind.
func refuse(t *testing.T, data []byte) ota.Kind {
	t.Helper()
	img, err := ota.ReadImage(data)
	if err == nil {
		t.Fatalf("it was accepted: %+v", img)
	}
	return checkRefusal(t, err)
}

// segments says where the segments of an image lie.
func segments(data []byte) []ota.Segment {
	var list []ota.Segment
	at := 24
	for range data[1] {
		size := binary.LittleEndian.Uint32(data[at+4:])
		list = append(list, ota.Segment{
			Address: binary.LittleEndian.Uint32(data[at:]), Offset: int64(at + 8), Size: int64(size),
		})
		at += 8 + int(size)
	}
	return list
}

func sha(data []byte) string { s := sha256.Sum256(data); return hex.EncodeToString(s[:]) }

func md(data []byte) string { s := md5.Sum(data); return hex.EncodeToString(s[:]) }

// cut leaves off the last n bytes.
func cut(data []byte, n int) []byte { return data[: len(data)-n : len(data)-n] }

// random gives n bytes without any order, of which the first is no magic byte.
func random(n int) []byte {
	data := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{1}).Read(data) // never fails
	data[0] = 0x42
	return data
}

func compress(data []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write(data) // a buffer takes everything
	_ = w.Close()
	return b.Bytes()
}
