package ota_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"personalcms/ota"
	"personalcms/ota/otatest"
)

const marker = `PCMSFW{"type":"ESP32_LED_Blink","version":"2.5.0","board":"esp32dev"}`

// small is an image of about 2 KiB, for the tests that read it thousands of times.
var small = otatest.Options{Size: 2048, Marker: marker}

func TestReadImage(t *testing.T) {
	cases := []struct {
		name   string
		opts   otatest.Options
		chip   string
		chipID int
		warned bool
	}{
		{"esp32", otatest.Options{Chip: "esp32"}, "esp32", 0, false},
		{"esp32s2", otatest.Options{Chip: "esp32s2"}, "esp32s2", 2, false},
		{"esp32c3", otatest.Options{Chip: "esp32c3"}, "esp32c3", 5, false},
		{"esp32s3", otatest.Options{Chip: "esp32s3"}, "esp32s3", 9, false},
		{"esp32c6", otatest.Options{Chip: "esp32c6"}, "esp32c6", 13, false},
		{"esp32h2", otatest.Options{Chip: "esp32h2"}, "esp32h2", 16, false},
		{"a chip not known yet", otatest.Options{ChipID: 999}, "chip-999", 999, true},
		{"2 KiB", otatest.Options{Size: 2048}, "esp32", 0, false},
		{"1 MiB", otatest.Options{Chip: "esp32s3", Size: 1 << 20, Seed: 7}, "esp32s3", 9, false},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			o := tc.opts
			o.Project, o.Version, o.IDF = "clock", "1.2.3", "v5.5.1"
			o.Date, o.Time, o.Marker = "Feb  3 2026", "09:41:07", marker
			data := otatest.Build(o)
			got, err := ota.ReadImage(data)
			if err != nil {
				t.Fatal(err)
			}
			want := &ota.Image{
				Chip: tc.chip, ChipID: tc.chipID,
				Size: int64(len(data)), SHA256: sha(data), MD5: md(data), ImageSHA256: sha(data[:len(data)-32]),
				FlashSize: 4 << 20, FlashMode: "dio",
				Entry:    binary.LittleEndian.Uint32(data[4:]),
				Segments: segments(data),
				App: &ota.AppDescriptor{
					Project: "clock", Version: "1.2.3", IDF: "v5.5.1", Date: "Feb  3 2026 09:41:07",
					ELFSHA256: hex.EncodeToString(data[32+144:][:32]),
				},
				Marker: &ota.Marker{Type: "ESP32_LED_Blink", Version: "2.5.0", Board: "esp32dev"},
			}
			opts := cmp.Options{
				cmpopts.EquateEmpty(), cmpopts.IgnoreFields(ota.Image{}, "FlashFreq", "Warnings"),
				cmpopts.IgnoreFields(ota.Segment{}, "Kind"),
			}
			if diff := cmp.Diff(want, got, opts); diff != "" {
				t.Errorf("image (-want +got):\n%s", diff)
			}
			if warned := len(got.Warnings) > 0; warned != tc.warned {
				t.Errorf("warnings %q, want some: %v", got.Warnings, tc.warned)
			}
		})
	}
}

func TestReadImageLeaner(t *testing.T) {
	t.Run("without a digest", func(t *testing.T) {
		// esp_partition_get_sha256 then answers the SHA-256 of the whole image.
		data := otatest.Build(otatest.Options{NoDigest: true})
		if diff := cmp.Diff(sha(data), read(t, data).ImageSHA256); diff != "" {
			t.Errorf("ImageSHA256 (-want +got):\n%s", diff)
		}
	})
	t.Run("without a descriptor", func(t *testing.T) {
		if img := read(t, otatest.Build(otatest.Options{NoDescriptor: true, Marker: marker})); img.App != nil {
			t.Errorf("App is %+v", img.App)
		}
	})
	t.Run("texts that fill their fields", func(t *testing.T) {
		long := strings.Repeat("x", 40)
		img := read(t, otatest.Build(otatest.Options{Project: long, Version: long}))
		if img.App.Project != long[:32] || img.App.Version != long[:32] {
			t.Errorf("App is %+v", img.App)
		}
	})
	t.Run("kinds of segments", func(t *testing.T) {
		var got []string
		for _, s := range read(t, otatest.Build(otatest.Options{})).Segments {
			got = append(got, s.Kind)
		}
		if diff := cmp.Diff([]string{"DROM", "DRAM", "IRAM", "IROM"}, got); diff != "" {
			t.Errorf("kinds (-want +got):\n%s", diff)
		}
	})
	for _, size := range []int64{1 << 20, 2 << 20, 4 << 20, 8 << 20, 16 << 20, 32 << 20} {
		if got := read(t, otatest.Build(otatest.Options{FlashSize: size})).FlashSize; got != size {
			t.Errorf("FlashSize is %d, want %d", got, size)
		}
	}
}

func TestReadImageMarker(t *testing.T) {
	cases := []struct {
		name, marker string
		want         *ota.Marker
	}{
		{"whole", marker, &ota.Marker{Type: "ESP32_LED_Blink", Version: "2.5.0", Board: "esp32dev"}},
		{"type only", `PCMSFW{"type":"clock"}`, &ota.Marker{Type: "clock"}},
		{"fields not known", `PCMSFW{"type":"clock","built":"today"}`, &ota.Marker{Type: "clock"}},
		{"none", "", nil},
		{"word only", "PCMSFW", nil},
		{"no JSON", `PCMSFW{type:clock}`, nil},
		{"never closed", `PCMSFW{"type":"clock"`, nil},
		{"numbers for texts", `PCMSFW{"type":7}`, nil},
		{"a list", `PCMSFW["clock"]`, nil},
		{"a path for a type", `PCMSFW{"type":"../clock"}`, nil},
		{"the second can be read", `PCMSFW{%s} PCMSFW{"type":"clock"}`, &ota.Marker{Type: "clock"}},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			data := otatest.Build(otatest.Options{Marker: tc.marker})
			if at := bytes.Index(data, []byte("PCMSFW")); tc.marker != "" && at != 0x120 {
				t.Fatalf("the marker is at %#x", at)
			}
			if diff := cmp.Diff(tc.want, read(t, data).Marker); diff != "" {
				t.Errorf("marker (-want +got):\n%s", diff)
			}
		})
	}
}

func TestReadImageTrailer(t *testing.T) {
	app := otatest.Build(small)
	cases := []struct {
		name, want string
		data       []byte
	}{
		{"none", "", app},
		{"Arduino signature", "arduino-signature", otatest.SignArduino(app)},
		{"secure boot version 2", "secure-boot-v2", otatest.SecureBootV2(app)},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			img := read(t, tc.data)
			want := []any{tc.want, int64(len(tc.data)), sha(tc.data), md(tc.data), hex.EncodeToString(app[len(app)-32:])}
			got := []any{img.Trailer, img.Size, img.SHA256, img.MD5, img.ImageSHA256}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("trailer, size, SHA-256, MD5, digest (-want +got):\n%s", diff)
			}
		})
	}
	unmarked := otatest.SecureBootV2(app)
	unmarked[len(unmarked)-4096] ^= 1
	for name, data := range map[string][]byte{
		"a sector that is no signature":       unmarked,
		"half of an Arduino signature":        cut(otatest.SignArduino(app), 400),
		"half of a signature of secure boot":  cut(otatest.SecureBootV2(app), 3500),
		"100 bytes that nobody knows":         append(bytes.Clone(app), random(100)...),
		"a sector of bytes that nobody knows": append(bytes.Clone(app), random(4096)...),
		"another image":                       append(bytes.Clone(app), app...),
	} {
		t.Run(name, func(t *testing.T) { refuse(t, data) })
	}
}

func TestReadImageWrongFile(t *testing.T) {
	app := otatest.Build(otatest.Options{})
	table := otatest.PartitionTable(otatest.DefaultPartitions()...)
	broken := bytes.Clone(app)
	broken[len(app)/2] ^= 1
	bitmap := append([]byte("BM\x36\x00\x01\x00\x00\x00\x00\x00\x36\x00\x00\x00"), make([]byte, 65536)...)
	cases := []struct {
		name string
		data []byte
		want ota.Kind
	}{
		{"nothing", nil, ota.KindEmpty},
		{"15 bytes of text", []byte("hello, firmware"), ota.KindText},
		{"long text", []byte(strings.Repeat("void loop() { delay(10); }\r\n", 3000)), ota.KindText},
		{"text beyond ASCII", []byte(strings.Repeat("größer als 4 µs\n", 100)), ota.KindText},
		{"web page", []byte("\n<!DOCTYPE html>\n<html><title>404 Not Found</title></html>\n"), ota.KindText},
		{"Intel HEX", []byte(":020000040800F2\n:10000000000402200D010008\n"), ota.KindText},
		{"gzip", compress(app), ota.KindGzip},
		{"ELF", append([]byte("\x7fELF\x01\x01\x01\x00"), make([]byte, 70000)...), ota.KindELF},
		{"zip", append([]byte("PK\x03\x04\x14\x00"), random(5000)...), ota.KindZip},
		{"bootloader of an ESP32", otatest.Bootloader("esp32"), ota.KindBootloader},
		{"bootloader of an ESP32-S3", otatest.Bootloader("esp32s3"), ota.KindBootloader},
		{"bootloader of an ESP32-C6", otatest.Bootloader("esp32c6"), ota.KindBootloader},
		{"partition table", table, ota.KindPartitionTable},
		{"whole flash", otatest.FullFlash(app, table, otatest.Bootloader("esp32"), 0x1000), ota.KindFullFlash},
		{"whole flash, bootloader first", otatest.FullFlash(app, table, otatest.Bootloader("esp32c3"), 0), ota.KindFullFlash},
		{"ESP8266", otatest.ESP8266(), ota.KindESP8266},
		{"ESP8266 version 2", otatest.ESP8266V2(), ota.KindESP8266},
		{"encrypted", random(65536), ota.KindEncrypted},
		{"bitmap", bitmap, ota.KindNoFirmware},
		{"erased flash", bytes.Repeat([]byte{0xFF}, 65536), ota.KindNoFirmware},
		{"three bytes of erased flash", []byte{0xFF, 0xFF, 0xFF}, ota.KindNoFirmware},
		{"half an image", app[:len(app)/2], ota.KindTruncated},
		{"all but the last byte", app[:len(app)-1], ota.KindTruncated},
		{"header only", app[:24], ota.KindTruncated},
		{"a bit fallen over", broken, ota.KindCorrupt},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			if got := refuse(t, tc.data); got != tc.want {
				t.Errorf("kind %q, want %q", got, tc.want)
			}
		})
	}
}

func TestReadImageTruncated(t *testing.T) {
	for name, o := range map[string]otatest.Options{
		"with a digest":        small,
		"without a digest":     {Size: 2048, NoDigest: true},
		"without a descriptor": {Size: 2048, NoDescriptor: true},
	} {
		t.Run(name, func(t *testing.T) {
			data := otatest.Build(o)
			for n := range len(data) - 1 {
				if got := refuse(t, data[:n+1:n+1]); got != ota.KindTruncated {
					t.Errorf("the first %d of %d bytes are of kind %q", n+1, len(data), got)
				}
			}
		})
	}
}

// TestReadImageFlippedBits: the digest covers every byte before it, so nothing
// may change unseen, the digest itself and the byte that announces it included.
func TestReadImageFlippedBits(t *testing.T) {
	data := otatest.Build(small)
	for i := range data {
		for bit := range 8 {
			data[i] ^= 1 << bit
			if _, err := ota.ReadImage(data); err == nil {
				t.Errorf("bit %d of byte %#x may be flipped", bit, i)
			}
			data[i] ^= 1 << bit
		}
	}
}

// TestReadImageChecksum: without a digest it is the checksum that guards the data.
func TestReadImageChecksum(t *testing.T) {
	data := otatest.Build(otatest.Options{Size: 2048, NoDigest: true})
	guarded := []int{len(data) - 1}
	for _, s := range segments(data) {
		for i := range s.Size {
			guarded = append(guarded, int(s.Offset+i))
		}
	}
	for _, i := range guarded {
		for bit := range 8 {
			data[i] ^= 1 << bit
			if _, err := ota.ReadImage(data); err == nil {
				t.Errorf("bit %d of byte %#x may be flipped", bit, i)
			}
			data[i] ^= 1 << bit
		}
	}
}

// TestReadImageSegments has right checksums and digests everywhere, so it is
// the segments themselves that decide.
func TestReadImageSegments(t *testing.T) {
	data := otatest.Build(small)
	first := otatest.Segment{Address: 0x3F400020, Data: data[32:1032]}
	for _, tc := range []struct {
		count    int
		accepted bool
	}{{0, false}, {1, true}, {16, true}, {17, false}, {200, false}} { // ESP_IMAGE_MAX_SEGMENTS is 16
		parts := make([]otatest.Segment, tc.count)
		if tc.count > 0 {
			parts[0] = first
		}
		if _, err := ota.ReadImage(otatest.Assemble(data[:24], parts)); (err == nil) != tc.accepted {
			t.Errorf("%d segments: %v, want them accepted: %v", tc.count, err, tc.accepted)
		}
	}
	for i, s := range read(t, data).Segments {
		for _, size := range []uint32{
			0xFFFFFFFF, 0xFFFFFFFC, 0xFFFFFFF8, uint32(-s.Offset), uint32(16 - s.Offset), 0x80000000, 0x7FFFFFFC,
			uint32(int64(len(data)) - s.Offset), uint32(int64(len(data)) - s.Offset + 1),
		} {
			changed := bytes.Clone(data)
			binary.LittleEndian.PutUint32(changed[s.Offset-4:], size)
			sum := sha256.Sum256(changed[:len(data)-32])
			copy(changed[len(data)-32:], sum[:])
			if _, err := ota.ReadImage(changed); err == nil {
				t.Errorf("segment %d may have %#x bytes", i, size)
			}
		}
	}
}

func TestExtractApp(t *testing.T) {
	table := otatest.PartitionTable(otatest.DefaultPartitions()...)
	app := otatest.Build(otatest.Options{Marker: marker})
	leaner := otatest.Build(otatest.Options{NoDigest: true})
	larger := otatest.Build(otatest.Options{Chip: "esp32s3", Size: 300_000})
	cases := []struct {
		name      string
		app, full []byte
	}{
		{"bootloader at 0x1000", app, otatest.FullFlash(app, table, otatest.Bootloader("esp32"), 0x1000)},
		{"bootloader at 0", app, otatest.FullFlash(app, table, otatest.Bootloader("esp32c3"), 0)},
		{"no digest", leaner, otatest.FullFlash(leaner, table, otatest.Bootloader("esp32"), 0x1000)},
		{"300 kB", larger, otatest.FullFlash(larger, table, otatest.Bootloader("esp32s3"), 0)},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			got, err := ota.ExtractApp(tc.full)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, tc.app) {
				t.Errorf("%d bytes that differ from the app's %d", len(got), len(tc.app))
			}
		})
	}
	full := cases[0].full
	for name, data := range map[string][]byte{
		"nothing": nil, "no app": full[:0x10000], "half an app": full[:0x10000+len(app)/2],
		"erased app": otatest.FullFlash(bytes.Repeat([]byte{0xFF}, 5000), table, otatest.Bootloader("esp32"), 0x1000),
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := ota.ExtractApp(data); err == nil {
				t.Error("it was accepted")
			} else {
				checkRefusal(t, err)
			}
		})
	}
}

func TestReadPartitionTable(t *testing.T) {
	table := otatest.PartitionTable(otatest.DefaultPartitions()...)
	app := otatest.Build(otatest.Options{})
	full := otatest.FullFlash(app, table, otatest.Bootloader("esp32"), 0x1000)
	want := []ota.Slot{
		{Label: "nvs", Type: "data", Subtype: "nvs", Offset: 0x9000, Size: 0x5000},
		{Label: "otadata", Type: "data", Subtype: "ota", Offset: 0xE000, Size: 0x2000},
		{Label: "app0", Type: "app", Subtype: "ota_0", Offset: 0x10000, Size: 0x140000},
		{Label: "app1", Type: "app", Subtype: "ota_1", Offset: 0x150000, Size: 0x140000},
		{Label: "spiffs", Type: "data", Subtype: "spiffs", Offset: 0x290000, Size: 0x160000},
		{Label: "coredump", Type: "data", Subtype: "coredump", Offset: 0x3F0000, Size: 0x10000},
	}
	got, err := ota.ReadPartitionTable(table)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("slots (-want +got):\n%s", diff)
	}
	for name, data := range map[string][]byte{"table": table, "whole flash": full} {
		_, err := ota.ReadImage(data)
		var wrong *ota.WrongFileError
		if !errors.As(err, &wrong) {
			t.Fatalf("%s: %v", name, err)
		}
		if diff := cmp.Diff(want, wrong.Slots); diff != "" {
			t.Errorf("slots of the refused %s (-want +got):\n%s", name, diff)
		}
	}
	for name, data := range map[string][]byte{
		"nothing": nil, "half an entry": table[:16], "erased": bytes.Repeat([]byte{0xFF}, 0xC00), "app": app,
		"no entries": otatest.PartitionTable(),
	} {
		if got, err := ota.ReadPartitionTable(data); err == nil {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestFitsSlot(t *testing.T) {
	img := read(t, otatest.SignArduino(otatest.Build(small))) // the signature needs room, too
	for _, tc := range []struct {
		slot int64
		want bool
	}{{img.Size + 1, true}, {img.Size, true}, {img.Size - 1, false}, {1, false}, {0, true}} { // 0 = not known
		if got := ota.FitsSlot(img, tc.slot); got != tc.want {
			t.Errorf("%d bytes in a slot of %d: %v, want %v", img.Size, tc.slot, got, tc.want)
		}
	}
}
