package otatest

import (
	"crypto/md5"
	"encoding/binary"
)

// Partition is one entry of a partition table (ESP-IDF, "Partition Tables").
type Partition struct {
	Type, Subtype byte   // app = 0, data = 1; ota_0 = 0x10 …
	Offset, Size  uint32 // bytes
	Label         string // up to 16 bytes
}

// DefaultPartitions is the Arduino core's default.csv for 4 MB of flash.
func DefaultPartitions() []Partition {
	return []Partition{
		{1, 0x02, 0x9000, 0x5000, "nvs"},
		{1, 0x00, 0xE000, 0x2000, "otadata"},
		{0, 0x10, 0x10000, 0x140000, "app0"},
		{0, 0x11, 0x150000, 0x140000, "app1"},
		{1, 0x82, 0x290000, 0x160000, "spiffs"},
		{1, 0x03, 0x3F0000, 0x10000, "coredump"},
	}
}

// PartitionTable makes a binary partition table as gen_esp32part.py writes it:
// entries of 32 bytes that begin with AA 50, an entry EB EB with the MD5 of
// those before it, and 0xFF up to 0xC00 (ESP-IDF, "Partition Tables").
func PartitionTable(parts ...Partition) []byte {
	var table []byte
	for _, p := range parts {
		entry := make([]byte, 32) // its flags, the last word, stay 0
		entry[0], entry[1], entry[2], entry[3] = 0xAA, 0x50, p.Type, p.Subtype
		binary.LittleEndian.PutUint32(entry[4:], p.Offset)
		binary.LittleEndian.PutUint32(entry[8:], p.Size)
		copy(entry[12:28], p.Label)
		table = append(table, entry...)
	}
	sum := md5.Sum(table)
	table = append(table, 0xEB, 0xEB)
	table = append(table, fill(0xFF, 14)...)
	table = append(table, sum[:]...)
	return append(table, fill(0xFF, 0xC00-len(table))...)
}
