package otatest

import (
	"crypto/sha256"
	"encoding/binary"
	"hash/crc32"
)

const (
	arduinoBlock = 512  // bytes the Arduino core adds
	sector       = 4096 // bytes a signature of secure boot fills
)

// SignArduino adds a signature as the Arduino core's bin_signing.py does: a
// block of 512 bytes that begins with the signature (256 bytes: RSA-2048) and
// ends in zeros. The signature is none that could be verified.
func SignArduino(image []byte) []byte {
	block := make([]byte, arduinoBlock)
	copy(block, random(uint64(len(image))+0xA2D, 256))
	return append(append([]byte(nil), image...), block...)
}

// SecureBootV2 adds a signature as espsecure does: 0xFF up to a multiple of
// 4096 bytes, then a sector that begins with the signature block E7 02 00 00,
// digest of the image, RSA-3072 public key, signature, CRC-32, 16 zeros (1216
// bytes), and is 0xFF from there on (ESP-IDF, "Secure Boot V2", "Signature
// Block Format"). Digest and CRC are right, the signature is none that could be verified.
func SecureBootV2(image []byte) []byte {
	data := append([]byte(nil), image...)
	data = append(data, fill(0xFF, (sector-len(data)%sector)%sector)...)

	sum := sha256.Sum256(data)
	block := append([]byte{0xE7, 2, 0, 0}, sum[:]...)
	block = append(block, random(uint64(len(image))+0x5B2, 384+4+384+4+384)...)
	block = binary.LittleEndian.AppendUint32(block, crc32.ChecksumIEEE(block))
	block = append(block, make([]byte, 16)...)
	return append(append(data, block...), fill(0xFF, sector-len(block))...)
}
