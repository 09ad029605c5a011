package ota

import (
	"bytes"
	"encoding/binary"
	"math"
	"strings"
	"unicode/utf8"
)

// Kind says what a file is that is no application image.
type Kind string

// The kinds of wrong files.
const (
	KindEmpty          Kind = "empty"
	KindBootloader     Kind = "bootloader"
	KindPartitionTable Kind = "partition-table"
	KindFullFlash      Kind = "full-flash"
	KindESP8266        Kind = "esp8266"
	KindGzip           Kind = "gzip"
	KindZip            Kind = "zip"
	KindELF            Kind = "elf"
	KindText           Kind = "text"
	KindTruncated      Kind = "truncated"
	KindCorrupt        Kind = "corrupt"
	KindEncrypted      Kind = "encrypted"
	KindNoFirmware     Kind = "no-firmware"
)

// sentences say to a person what each kind is and what to do.
var sentences = map[Kind]string{
	KindEmpty:          "The file is empty. Build the sketch again and upload the .bin it writes.",
	KindBootloader:     "This is a bootloader, not a sketch: it can only be flashed by wire. Upload the .bin with the sketch’s own name; in an Arduino build folder it stands beside this one.",
	KindPartitionTable: "This is a partition table, not a sketch: it says how the flash is divided and can only be written by wire. Upload the .bin with the sketch’s own name.",
	KindFullFlash:      "This is an image of the whole flash chip (bootloader, partition table and sketch in one), made for flashing by wire. Over the air only the sketch can be sent.",
	KindESP8266:        "This image is for an ESP8266. The boards here are of the ESP32 family; choose an ESP32 board in the Arduino IDE and build again.",
	KindGzip:           "The file is compressed with gzip. Unpack it and upload the .bin inside.",
	KindZip:            "This is a ZIP archive. Unpack it and upload the sketch’s .bin inside.",
	KindELF:            "This is an ELF file, the form in which the compiler hands a program to the debugger. Upload the .bin beside it.",
	KindText:           "This is text, not firmware, whatever its name says. Upload the .bin that the build writes.",
	KindTruncated:      "The image ends too early: part of the file is missing. Copy or build it again and upload it whole.",
	KindCorrupt:        "The image is damaged: its contents do not match its own checks. Build it again or copy it once more.",
	KindEncrypted:      "The file looks encrypted (or compressed): nothing in it can be read. Upload the image as it is before encryption; a board with flash encryption encrypts it itself.",
	KindNoFirmware:     "This is not an ESP32 image: those begin with the byte E9. Upload the .bin that the build writes.",
}

// WrongFileError says what an uploaded file is that is no application image.
type WrongFileError struct {
	Kind     Kind
	Sentence string // for a person: what it is and what to do
	Slots    []Slot // of a partition table, alone or within an image of the whole flash
}

func (e *WrongFileError) Error() string { return "not an application image: " + string(e.Kind) }

func wrongFile(kind Kind) *WrongFileError {
	return &WrongFileError{Kind: kind, Sentence: sentences[kind]}
}

// notAnImage recognises everything that is no ESP32 application image by how it begins. The image of
// a whole flash comes first: on some chips it begins with the bootloader's E9.
func notAnImage(data []byte) error {
	if len(data) == 0 {
		return wrongFile(KindEmpty)
	}
	if slots := tableWithin(data); slots != nil {
		wrong := wrongFile(KindFullFlash)
		wrong.Slots = slots
		return wrong
	}
	if slots, err := ReadPartitionTable(data); err == nil {
		wrong := wrongFile(KindPartitionTable)
		wrong.Slots = slots
		return wrong
	}
	switch {
	case isESP8266(data):
		return wrongFile(KindESP8266)
	case data[0] == imageMagic:
		return nil
	case bytes.HasPrefix(data, []byte{0x1F, 0x8B}):
		return wrongFile(KindGzip)
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		return wrongFile(KindZip)
	case bytes.HasPrefix(data, []byte("\x7FELF")):
		return wrongFile(KindELF)
	case isText(data):
		return wrongFile(KindText)
	case isRandom(data):
		return wrongFile(KindEncrypted)
	}
	return wrongFile(KindNoFirmware)
}

// isESP8266 knows both forms of ESP8266 images: EA, and E9 with a header of 8 bytes, where the address
// of the first segment stands in the place of an ESP32's pin settings.
func isESP8266(data []byte) bool {
	if len(data) < 16 {
		return false
	}
	entry, first := binary.LittleEndian.Uint32(data[4:]), binary.LittleEndian.Uint32(data[8:])
	inside := func(address uint32) bool { return address >= 0x3FFE8000 && address < 0x40300000 }
	switch data[0] {
	case 0xEA:
		return data[1] == 4 || inside(entry)
	case imageMagic:
		return inside(first) && inside(entry)
	}
	return false
}

// isText takes a file for text when its beginning is UTF-8 without control characters.
func isText(data []byte) bool {
	head := data[:min(len(data), 4096)]
	for range utf8.UTFMax - 1 { // a letter may be cut in two
		if utf8.Valid(head) || len(head) == 0 {
			break
		}
		head = head[:len(head)-1]
	}
	return len(head) > 0 && utf8.Valid(head) && !strings.ContainsFunc(string(head), func(r rune) bool {
		return r < ' ' && r != '\n' && r != '\r' && r != '\t' && r != '\f'
	})
}

// isRandom takes bytes for encrypted when they carry nearly 8 bits of information each.
func isRandom(data []byte) bool {
	if len(data) < 1024 {
		return false
	}
	var counts [256]int
	for _, b := range data {
		counts[b]++
	}
	bits := 0.0
	for _, n := range counts {
		if n > 0 {
			share := float64(n) / float64(len(data))
			bits -= share * math.Log2(share)
		}
	}
	return bits > 8-300/float64(len(data))-0.05
}
