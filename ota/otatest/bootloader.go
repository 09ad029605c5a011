package otatest

import "encoding/binary"

// Bootloader makes a second-stage bootloader of about 24 KB: an image like any
// other, whose segments all lie in RAM and whose first begins with
// esp_bootloader_desc_t (esp_bootloader_desc.h, magic byte 0x50) instead of an
// app descriptor. An unknown chip panics.
func Bootloader(name string) []byte {
	c := chipNamed(name)
	desc := make([]byte, 80)
	desc[0] = 0x50
	binary.LittleEndian.PutUint32(desc[4:], 1)
	copy(desc[8:40], "v5.5.1-255-g07e9bf4970")
	copy(desc[40:64], "Feb  3 2026 09:41:07")

	noise := random(uint64(c.id)+0xB007, 24_000)
	return Assemble(header(c.id, 4*mebibyte, c.bootloader[2]+0x1A4, true), []Segment{
		{c.bootloader[0], append(desc, noise[:4_000]...)},
		{c.bootloader[1], noise[4_000:18_000]},
		{c.bootloader[2], noise[18_000:]},
	})
}

// FullFlash makes the dump of a flash, or what esptool merge-bin writes: the
// bootloader at bootloaderOffset (0x1000 on the ESP32 and ESP32-S2, 0 on the
// later chips), the partition table at 0x8000, the app at 0x10000, and 0xFF
// everywhere else, a sector of it at least behind the app (ESP-IDF,
// "Bootloader" and "Partition Tables").
func FullFlash(app, table, bootloader []byte, bootloaderOffset int) []byte {
	const appOffset, sector = 0x10000, 0x1000
	flash := fill(0xFF, (appOffset+len(app)+2*sector-1)&^(sector-1))
	copy(flash[bootloaderOffset:], bootloader)
	copy(flash[0x8000:], table)
	copy(flash[appOffset:], app)
	return flash
}
