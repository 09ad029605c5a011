package otatest

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"math/bits"
)

const (
	imageMagic     = 0xE9
	checksumSeed   = 0xEF
	headerSize     = 24
	segmentHeader  = 8
	descriptorSize = 256
	mebibyte       = 1 << 20
)

// MarkerOffset is where the text of Options.Marker begins: the header of the
// image (24 bytes), the header of its first segment (8) and esp_app_desc_t
// (256), behind which the IDF's linker script puts .rodata_custom_desc.
const MarkerOffset = headerSize + segmentHeader + descriptorSize

// Options says what an image is to look like. The zero value is an image for
// the ESP32 as the Arduino core builds it.
type Options struct {
	Chip         string // esp32, esp32s2, esp32c3, esp32s3, esp32c6, esp32h2; "" = esp32
	ChipID       int    // overrides the id of Chip when > 0
	Project      string
	Version      string
	IDF          string
	Date         string // as __DATE__
	Time         string // as __TIME__
	FlashSize    int64  // bytes, a power of two from 1 to 128 MiB; 0 = 4 MiB
	Marker       string // the whole text PCMSFW{…}, "" = none
	Size         int    // bytes of the whole file, met as nearly as the format allows; 0 = 64 KiB
	Seed         uint64 // of the bytes that fill it
	NoDigest     bool   // without the SHA-256 at the end
	NoDescriptor bool   // without esp_app_desc_t, as before IDF 3.2
}

// Segment is one part of an image (esp_image_segment_header_t and its data).
type Segment struct {
	Address uint32
	Data    []byte
}

// Build makes an application image (esp_image_header_t, four segments,
// checksum, digest; ESP-IDF, "App Image Format"). An unknown Chip panics.
func Build(o Options) []byte {
	c := chipNamed(o.Chip)
	id := c.id
	if o.ChipID > 0 {
		id = o.ChipID
	}

	first := descriptor(o)
	first = append(first, o.Marker...)
	first = append(first, make([]byte, 8-len(first)%4)...) // a NUL ends the text, a whole word the segment

	spare := cmp.Or(o.Size, 64<<10) - headerSize - 4*segmentHeader - len(first) - 16
	if !o.NoDigest {
		spare -= sha256.Size
	}
	spare = max(spare, 64) &^ 15
	noise := random(o.Seed, spare)
	drom, dram, iram := spare/4&^3, spare/8&^3, spare/8&^3

	segments := []Segment{
		{c.drom, append(first, noise[:drom]...)},
		{c.dram, noise[drom : drom+dram]},
		{c.iram, noise[drom+dram : drom+dram+iram]},
		{c.irom, noise[drom+dram+iram:]},
	}
	// Flash is mapped in pages of 64 KiB: an address and its place in the file
	// agree in the low 16 bits.
	at := headerSize + 4*segmentHeader + len(segments[0].Data) + dram + iram
	segments[3].Address += uint32(at & 0xFFFF)

	return Assemble(header(id, cmp.Or(o.FlashSize, 4*mebibyte), c.iram+8, !o.NoDigest), segments)
}

// Assemble puts segments behind a header of 24 bytes, with the number of
// segments, the checksum and the digest they call for, however unlikely the
// segments are (ESP-IDF, "App Image Format"). The digest follows byte 23 of
// the header (hash_appended).
func Assemble(header []byte, segments []Segment) []byte {
	data := append([]byte(nil), header...)
	data[1] = byte(len(segments))
	data = appendSegments(data, segments)
	if header[23] == 1 {
		sum := sha256.Sum256(data)
		data = append(data, sum[:]...)
	}
	return data
}

// header is esp_image_header_t.
func header(chipID int, flashSize int64, entry uint32, digest bool) []byte {
	h := make([]byte, headerSize)
	h[0] = imageMagic
	h[2] = 2 // DIO
	h[3] = byte(bits.Len64(uint64(flashSize/mebibyte))-1)<<4 | 0xF
	binary.LittleEndian.PutUint32(h[4:], entry)
	h[8] = 0xEE // WP pin: not used
	binary.LittleEndian.PutUint16(h[12:], uint16(chipID))
	binary.LittleEndian.PutUint16(h[17:], 0xFFFF) // any revision from 0.0
	if digest {
		h[23] = 1
	}
	return h
}

// appendSegments adds segments and the checksum that ends a block of 16 bytes.
func appendSegments(data []byte, segments []Segment) []byte {
	sum := byte(checksumSeed)
	for _, s := range segments {
		data = binary.LittleEndian.AppendUint32(data, s.Address)
		data = binary.LittleEndian.AppendUint32(data, uint32(len(s.Data)))
		data = append(data, s.Data...)
		for _, b := range s.Data {
			sum ^= b
		}
	}
	data = append(data, make([]byte, 15-len(data)%16)...)
	return append(data, sum)
}

// descriptor is esp_app_desc_t, or as many bytes of anything else.
func descriptor(o Options) []byte {
	if o.NoDescriptor {
		return random(o.Seed+1, descriptorSize)
	}
	d := make([]byte, descriptorSize)
	binary.LittleEndian.PutUint32(d, 0xABCD5432)
	// A text that fills its field has no NUL, as strncpy leaves it.
	copy(d[16:48], cmp.Or(o.Version, "esp-idf: v5.5.1 d1a9be5e18"))
	copy(d[48:80], cmp.Or(o.Project, "arduino-lib-builder"))
	copy(d[80:96], cmp.Or(o.Time, "09:41:07"))
	copy(d[96:112], cmp.Or(o.Date, "Feb  3 2026"))
	copy(d[112:144], cmp.Or(o.IDF, "v5.5.1-255-g07e9bf4970"))
	copy(d[144:176], random(o.Seed+2, sha256.Size)) // app_elf_sha256
	binary.LittleEndian.PutUint16(d[178:], 0xFFFF)  // any eFuse block revision
	d[180] = 16                                     // MMU pages of 2^16 bytes
	return d
}
