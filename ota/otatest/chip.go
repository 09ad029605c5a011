package otatest

import "fmt"

// chip is what differs between the chips of the family: the id in the header
// (esp_chip_id_t) and where the segments are loaded to (esptool's memory maps;
// the boot logs of the IDF's bootloaders).
type chip struct {
	id                     int
	drom, dram, iram, irom uint32
	bootloader             [3]uint32
}

var chips = map[string]chip{
	"esp32": {
		id: 0, drom: 0x3F400020, dram: 0x3FFB0000, iram: 0x40080000, irom: 0x400D0000,
		bootloader: [3]uint32{0x3FFF0030, 0x40078000, 0x40080400},
	},
	"esp32s2": {
		id: 2, drom: 0x3F000020, dram: 0x3FFC0000, iram: 0x40024000, irom: 0x40080000,
		bootloader: [3]uint32{0x3FFE6108, 0x4004C000, 0x40050000},
	},
	"esp32c3": {
		id: 5, drom: 0x3C0B0020, dram: 0x3FC8F000, iram: 0x40380000, irom: 0x42000000,
		bootloader: [3]uint32{0x3FCD5820, 0x403CC710, 0x403CE710},
	},
	"esp32s3": {
		id: 9, drom: 0x3C0B0020, dram: 0x3FC92000, iram: 0x40374000, irom: 0x42000000,
		bootloader: [3]uint32{0x3FCE2810, 0x403C8700, 0x403CB700},
	},
	"esp32c6": {
		id: 13, drom: 0x42800020, dram: 0x40810000, iram: 0x40800000, irom: 0x42000000,
		bootloader: [3]uint32{0x4086C410, 0x4086E610, 0x40875728},
	},
	"esp32h2": {
		id: 16, drom: 0x42800020, dram: 0x40810000, iram: 0x40800000, irom: 0x42000000,
		bootloader: [3]uint32{0x408460E0, 0x4083CFD0, 0x4083EFD0},
	},
}

// chipNamed finds a chip; "" is the ESP32. An unknown name is a mistake in the
// test, so it panics.
func chipNamed(name string) chip {
	if name == "" {
		name = "esp32"
	}
	c, ok := chips[name]
	if !ok {
		panic(fmt.Sprintf("otatest: unknown chip %q", name))
	}
	return c
}
