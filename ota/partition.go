package ota

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// Places in the flash of every ESP32 built by the Arduino core.
const (
	tableOffset = 0x8000
	appOffset   = 0x10000
	entrySize   = 32
	maxEntries  = 95
)

// Slot is one line of a partition table.
type Slot struct {
	Label   string `json:"label"`
	Type    string `json:"type"`    // "app", "data" or the number
	Subtype string `json:"subtype"` // "factory", "ota_0" …, "nvs" … or the number
	Offset  int64  `json:"offset"`  // bytes from the beginning of the flash
	Size    int64  `json:"size"`    // bytes
}

// IsOTA tells whether an update can be written to this slot.
func (s Slot) IsOTA() bool { return s.Type == "app" && len(s.Subtype) > 4 && s.Subtype[:4] == "ota_" }

var errNoTable = errors.New("not a partition table")

// ReadPartitionTable reads a binary partition table (ESP-IDF, "Partition Tables": entries of 32 bytes
// that begin with AA 50, ended by FF or by EB EB and the MD5 of what precedes).
func ReadPartitionTable(data []byte) ([]Slot, error) {
	var slots []Slot
	for len(data) >= entrySize && len(slots) < maxEntries {
		entry := data[:entrySize]
		if entry[0] != 0xAA || entry[1] != 0x50 {
			break
		}
		slot := Slot{
			Offset: int64(binary.LittleEndian.Uint32(entry[4:])), Size: int64(binary.LittleEndian.Uint32(entry[8:])),
			Label: cString(entry[12:28]),
		}
		slot.Type, slot.Subtype = slotType(entry[2], entry[3])
		if slot.Size == 0 || slot.Offset%sectorSize != 0 {
			return nil, errNoTable
		}
		slots = append(slots, slot)
		data = data[entrySize:]
	}
	if len(slots) == 0 {
		return nil, errNoTable
	}
	return slots, nil
}

func slotType(kind, sub byte) (string, string) {
	number := fmt.Sprintf("0x%02x", sub)
	switch kind {
	case 0:
		switch {
		case sub == 0:
			return "app", "factory"
		case sub >= 0x10 && sub < 0x20:
			return "app", fmt.Sprintf("ota_%d", sub-0x10)
		case sub == 0x20:
			return "app", "test"
		}
		return "app", number
	case 1:
		names := map[byte]string{
			0: "ota", 1: "phy", 2: "nvs", 3: "coredump", 4: "nvs_keys", 5: "efuse",
			0x81: "fat", 0x82: "spiffs", 0x83: "littlefs",
		}
		if name, ok := names[sub]; ok {
			return "data", name
		}
		return "data", number
	}
	return fmt.Sprintf("0x%02x", kind), number
}

// tableWithin returns the slots of an image of a whole flash, nil if it is none.
func tableWithin(data []byte) []Slot {
	if len(data) < tableOffset+entrySize {
		return nil
	}
	slots, _ := ReadPartitionTable(data[tableOffset:])
	return slots
}

// ExtractApp cuts the application at 0x10000 out of an image of a whole flash. It is a
// *WrongFileError if there is none that can be read.
func ExtractApp(full []byte) ([]byte, error) {
	if tableWithin(full) == nil {
		return nil, wrongFile(KindNoFirmware)
	}
	if len(full) <= appOffset {
		return nil, wrongFile(KindTruncated)
	}
	app := full[appOffset:]
	if app[0] != imageMagic {
		return nil, wrongFile(KindCorrupt)
	}
	_, end, err := readStructure(app)
	if err != nil {
		return nil, err
	}
	return bytes.Clone(app[:end]), nil
}
