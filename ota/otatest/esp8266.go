package otatest

import (
	"encoding/binary"
	"hash/crc32"
)

// ESP8266 makes an image for the ESP8266: a header of 8 bytes, whose segments
// follow at once, and no app descriptor (esptool, "Firmware Image Format").
func ESP8266() []byte {
	noise := random(8266, 32_000)
	return appendSegments(header8266(imageMagic, 3), []Segment{
		{0x40100000, noise[:20_000]},
		{0x3FFE8000, noise[20_000:24_000]},
		{0x3FFE8FA0, noise[24_000:]},
	})
}

// ESP8266V2 makes an image of version 2 for the ESP8266: the code that stays
// in flash under a header with the magic byte 0xEA, then an image of version 1
// and a CRC-32 (esptool, "Firmware Image Format"; its ESP8266V2FirmwareImage).
func ESP8266V2() []byte {
	noise := random(82662, 32_000)
	data := header8266(0xEA, 4)
	data = binary.LittleEndian.AppendUint32(data, 0) // the address of code in flash is not told
	data = binary.LittleEndian.AppendUint32(data, 20_000)
	data = append(data, noise[:20_000]...)
	data = append(data, header8266(imageMagic, 2)...)
	data = appendSegments(data, []Segment{
		{0x40100000, noise[20_000:28_000]},
		{0x3FFE8000, noise[28_000:]},
	})
	return binary.LittleEndian.AppendUint32(data, crc32.ChecksumIEEE(data))
}

// header8266 is the short header: DIO, 4 MB, 40 MHz.
func header8266(magic, segments byte) []byte {
	h := []byte{magic, segments, 2, 4 << 4}
	return binary.LittleEndian.AppendUint32(h, 0x4010_0168)
}
