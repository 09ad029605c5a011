package otatest_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"testing"

	"personalcms/ota/otatest"
)

// TestBuildFollowsFormat walks an image as the ROM of a chip does.
func TestBuildFollowsFormat(t *testing.T) {
	cases := []struct {
		name string
		opts otatest.Options
	}{
		{"defaults", otatest.Options{}},
		{"small", otatest.Options{Size: 2048}},
		{"without a digest", otatest.Options{Size: 5000, NoDigest: true}},
		{"with a marker", otatest.Options{Chip: "esp32s3", Marker: `PCMSFW{"type":"a"}`}},
		{"without a descriptor", otatest.Options{NoDescriptor: true}},
		{"large", otatest.Options{Chip: "esp32h2", Size: 1 << 20, Seed: 9}},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			data := otatest.Build(tc.opts)
			if !bytes.Equal(data, otatest.Build(tc.opts)) {
				t.Error("the same options gave other bytes")
			}
			want := tc.opts.Size
			if want == 0 {
				want = 64 << 10
			}
			if d := want - len(data); d < -32 || d > 32 {
				t.Errorf("%d bytes, want about %d", len(data), want)
			}
			body := data
			if !tc.opts.NoDigest {
				body = data[:len(data)-sha256.Size]
				if sum := sha256.Sum256(body); !bytes.Equal(sum[:], data[len(body):]) {
					t.Error("the digest is wrong")
				}
			}
			checkSegments(t, body)
			if !bytes.HasPrefix(data[otatest.MarkerOffset:], []byte(tc.opts.Marker)) {
				t.Error("the marker is not at its place")
			}
		})
	}
}

func checkSegments(t *testing.T, body []byte) {
	t.Helper()
	at, sum := 24, byte(0xEF)
	for range body[1] {
		size := int(binary.LittleEndian.Uint32(body[at+4:]))
		if size%4 != 0 {
			t.Errorf("the segment at %d has %d bytes, no multiple of 4", at, size)
		}
		for _, b := range body[at+8 : at+8+size] {
			sum ^= b
		}
		at += 8 + size
	}
	if len(body)%16 != 0 || len(body)-at < 1 || len(body)-at > 16 {
		t.Errorf("segments end at %d, the image at %d", at, len(body))
	}
	if body[len(body)-1] != sum {
		t.Errorf("checksum %#x, want %#x", body[len(body)-1], sum)
	}
}

func TestLayouts(t *testing.T) {
	app := otatest.Build(otatest.Options{})
	table := otatest.PartitionTable(otatest.DefaultPartitions()...)
	full := otatest.FullFlash(app, table, otatest.Bootloader("esp32"), 0x1000)
	signed := otatest.SecureBootV2(app)

	cases := []struct {
		name string
		data []byte
		at   int
		want []byte
	}{
		{"bootloader descriptor", otatest.Bootloader("esp32c3"), 32, []byte{0x50}},
		{"table begins", table, 0, []byte{0xAA, 0x50, 1, 2}},
		{"table's MD5 entry", table, 6 * 32, []byte{0xEB, 0xEB, 0xFF}},
		{"erased flash first", full, 0, []byte{0xFF}},
		{"bootloader in the flash", full, 0x1000, []byte{0xE9}},
		{"table in the flash", full, 0x8000, table},
		{"app in the flash", full, 0x10000, app},
		{"erased flash last", full, len(full) - 4096, bytes.Repeat([]byte{0xFF}, 4096)},
		{"signature sector", signed, len(signed) - 4096, []byte{0xE7, 2, 0, 0}},
		{"Arduino signature ends in zeros", otatest.SignArduino(app), len(app) + 256, make([]byte, 256)},
		{"ESP8266", otatest.ESP8266(), 0, []byte{0xE9, 3}},
		{"ESP8266 version 2", otatest.ESP8266V2(), 0, []byte{0xEA, 4}},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			if !bytes.HasPrefix(tc.data[tc.at:], tc.want) {
				t.Errorf("at %#x: % x, want % x", tc.at, tc.data[tc.at:tc.at+4], tc.want[:min(4, len(tc.want))])
			}
		})
	}
	if len(table) != 0xC00 {
		t.Errorf("the table has %#x bytes, want 0xc00", len(table))
	}
	if len(signed)%4096 != 0 || len(otatest.SignArduino(app)) != len(app)+512 {
		t.Error("a signature has the wrong size")
	}
}
