// Package otatest builds firmware images, bootloaders, partition tables and
// dumps of a whole flash for tests, byte by byte from the formats Espressif
// publishes. The same options always give the same bytes. It shares no code
// with the readers it is there to test.
//
// Sources: ESP-IDF programming guide, "App Image Format" and "Partition
// Tables"; esp_app_format.h, esp_app_desc.h, esp_bootloader_desc.h; esptool,
// "Firmware Image Format" and espsecure.
package otatest

import (
	"encoding/binary"
	"math/rand/v2"
)

// random gives size bytes that depend on the seed only.
func random(seed uint64, size int) []byte {
	var key [32]byte
	binary.LittleEndian.PutUint64(key[:], seed)
	data := make([]byte, size)
	_, _ = rand.NewChaCha8(key).Read(data) // never fails
	return data
}

// fill gives size bytes of one value.
func fill(value byte, size int) []byte {
	data := make([]byte, size)
	for i := range data {
		data[i] = value
	}
	return data
}
