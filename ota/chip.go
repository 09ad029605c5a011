package ota

import "fmt"

// chipNames are the chip ids of image headers (esp_chip_id_t in ESP-IDF's esp_app_format.h).
var chipNames = map[int]string{
	0: "esp32", 2: "esp32s2", 5: "esp32c3", 9: "esp32s3", 12: "esp32c2", 13: "esp32c6", 16: "esp32h2",
	18: "esp32p4", 20: "esp32c61", 23: "esp32c5", 25: "esp32h21", 28: "esp32h4",
}

// chipOf names a chip id; one that is not known is "chip-<id>".
func chipOf(id int) (name string, known bool) {
	if name, known = chipNames[id]; known {
		return name, true
	}
	return fmt.Sprintf("chip-%d", id), false
}

type region struct {
	from, to uint32
	kind     string
}

// regions are where segments of an image lie in a chip's address space, from Espressif's technical
// reference manuals. The newer RISC-V chips map code and constants of the flash into one range.
var regions = map[string][]region{
	"esp32": {
		{0x3F400000, 0x3F800000, "DROM"},
		{0x3FF80000, 0x3FF82000, "RTC"},
		{0x3FFAE000, 0x40000000, "DRAM"},
		{0x40070000, 0x400A0000, "IRAM"},
		{0x400C0000, 0x400C2000, "RTC"},
		{0x400D0000, 0x40400000, "IROM"},
		{0x50000000, 0x50002000, "RTC"},
	},
	"esp32s2": {
		{0x3F000000, 0x3FF80000, "DROM"},
		{0x3FFB0000, 0x40000000, "DRAM"},
		{0x40020000, 0x40070000, "IRAM"},
		{0x40080000, 0x40B80000, "IROM"},
		{0x50000000, 0x50002000, "RTC"},
	},
	"esp32s3": {
		{0x3C000000, 0x3E000000, "DROM"},
		{0x3FC88000, 0x3FD00000, "DRAM"},
		{0x40370000, 0x403E0000, "IRAM"},
		{0x42000000, 0x44000000, "IROM"},
		{0x50000000, 0x50002000, "RTC"},
		{0x600FE000, 0x60100000, "RTC"},
	},
	"esp32c3": {
		{0x3C000000, 0x3C800000, "DROM"},
		{0x3FC80000, 0x3FCE0000, "DRAM"},
		{0x4037C000, 0x403E0000, "IRAM"},
		{0x42000000, 0x42800000, "IROM"},
		{0x50000000, 0x50002000, "RTC"},
	},
	"esp32c6": {{0x40800000, 0x40880000, "RAM"}, {0x42000000, 0x43000000, "flash"}, {0x50000000, 0x50004000, "RTC"}},
	"esp32h2": {{0x40800000, 0x40850000, "RAM"}, {0x42000000, 0x43000000, "flash"}, {0x50000000, 0x50001000, "RTC"}},
}

// segmentKind says what kind of memory an address is on a chip; "padding" for the filler that
// aligns the next segment, "" where it is not known.
func segmentKind(chip string, address uint32) string {
	if address < 0x1000 {
		return "padding"
	}
	for _, r := range regions[chip] {
		if address >= r.from && address < r.to {
			return r.kind
		}
	}
	return ""
}
