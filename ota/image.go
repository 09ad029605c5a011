package ota

import (
	"bytes"
	"cmp"
	"crypto/md5" //nolint:gosec // the protocol's x-MD5, not a protection
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
)

// Sizes and offsets of an application image (ESP-IDF, "App Image Format": esp_image_header_t,
// esp_image_segment_header_t, esp_app_desc_t). Numbers are little-endian.
const (
	imageMagic       = 0xE9
	headerSize       = 24
	segmentHeader    = 8
	maxSegments      = 16
	maxSegmentSize   = 16 << 20
	checksumSeed     = 0xEF
	digestSize       = sha256.Size
	descriptorOffset = headerSize + segmentHeader
	descriptorSize   = 256
	descriptorMagic  = 0xABCD5432
	bootloaderMagic  = 0x50 // first byte of esp_bootloader_desc_t
	arduinoSignature = 512
	sectorSize       = 4096
)

// Image is what an uploaded application image says of itself.
type Image struct {
	Chip        string         `json:"chip"`         // "esp32", "esp32s3" …, "chip-<id>" when the id is not known
	ChipID      int            `json:"chip_id"`      // as in the header
	Size        int64          `json:"size"`         // bytes of the whole file, a signature behind the image included
	SHA256      string         `json:"sha256"`       // hex, of the whole file
	MD5         string         `json:"md5"`          // hex, of the whole file
	ImageSHA256 string         `json:"image_sha256"` // hex, what a board running it reports: of all bytes before the appended digest
	FlashSize   int64          `json:"flash_size"`   // bytes, 0 = not known
	FlashMode   string         `json:"flash_mode"`   // "qio", "qout", "dio", "dout", "" = not known
	FlashFreq   string         `json:"flash_freq"`   // the header's code in hex: its meaning differs between chips
	Entry       uint32         `json:"entry"`        // address
	Segments    []Segment      `json:"segments"`
	App         *AppDescriptor `json:"app"`     // nil when there is none
	Marker      *Marker        `json:"marker"`  // nil when there is none
	Trailer     string         `json:"trailer"` // "", "arduino-signature", "secure-boot-v1", "secure-boot-v2" or "padding"
	Warnings    []string       `json:"warnings"`
}

// Segment is one part of an image, copied or mapped to an address of the chip.
type Segment struct {
	Address uint32 `json:"address"`
	Offset  int64  `json:"offset"` // of its data in the file
	Size    int64  `json:"size"`   // bytes
	Kind    string `json:"kind"`   // "IROM", "DRAM" …; "padding"; "" = not known
}

// ReadImage reads an ESP32 application image and checks it whole: header, every segment, checksum and
// appended digest. Anything else is a *WrongFileError that says what the file is.
func ReadImage(data []byte) (*Image, error) {
	if wrong := notAnImage(data); wrong != nil {
		return nil, wrong
	}
	img, end, err := readStructure(data)
	if err != nil {
		return nil, err
	}
	img.App = readAppDescriptor(data)
	if isBootloader(img, data) {
		return nil, wrongFile(KindBootloader)
	}
	if img.Trailer, err = trailerOf(data, end); err != nil {
		return nil, err
	}
	img.Size = int64(len(data))
	img.SHA256 = hexOf(sha256.Sum256(data))
	sum := md5.Sum(data) //nolint:gosec // see the import
	img.MD5 = hex.EncodeToString(sum[:])
	img.Marker = readMarker(data)
	img.Warnings = warningsOf(img)
	return img, nil
}

// Covered is the part of an image that its ImageSHA256 is the digest of: all bytes before the appended one. Of the rest of a
// file it is not known whether a board that reports the digest has it.
func Covered(data []byte) ([]byte, error) {
	if wrong := notAnImage(data); wrong != nil {
		return nil, wrong
	}
	_, end, err := readStructure(data)
	if err != nil {
		return nil, err
	}
	if data[23] == 1 {
		end -= digestSize
	}
	return data[:end], nil
}

// readStructure walks header, segments, checksum and digest; end is where the image ends in the file.
func readStructure(data []byte) (*Image, int64, error) {
	if len(data) < headerSize {
		return nil, 0, wrongFile(KindTruncated)
	}
	header := data[:headerSize]
	count, appended := int(header[1]), header[23]
	if count == 0 || count > maxSegments || appended > 1 {
		return nil, 0, wrongFile(KindCorrupt)
	}
	img := &Image{
		ChipID: int(binary.LittleEndian.Uint16(header[12:])), Entry: binary.LittleEndian.Uint32(header[4:]),
		FlashSize: flashSize(header[3] >> 4), FlashFreq: fmt.Sprintf("0x%x", header[3]&15), FlashMode: flashMode(header[2]),
	}
	img.Chip, _ = chipOf(img.ChipID)
	end, err := readSegments(img, data, count)
	if err != nil {
		return nil, 0, err
	}
	digested := end
	if appended == 1 {
		end += digestSize
	}
	if int64(len(data)) < end {
		return nil, 0, wrongFile(KindTruncated)
	}
	sum := sha256.Sum256(data[:digested])
	if appended == 1 && !bytes.Equal(sum[:], data[digested:end]) {
		return nil, 0, wrongFile(KindCorrupt)
	}
	img.ImageSHA256 = hexOf(sum)
	return img, end, nil
}

// readSegments reads the segments and compares the checksum: all bytes of all segments, combined by
// exclusive or, as the last byte of a block of 16. It returns where that block ends.
func readSegments(img *Image, data []byte, count int) (int64, error) {
	at, size := int64(headerSize), int64(len(data))
	checksum := byte(checksumSeed)
	for range count {
		if at+segmentHeader > size {
			return 0, wrongFile(KindTruncated)
		}
		length := int64(binary.LittleEndian.Uint32(data[at+4:]))
		segment := Segment{Address: binary.LittleEndian.Uint32(data[at:]), Offset: at + segmentHeader, Size: length}
		if length >= maxSegmentSize || length%4 != 0 { // ESP-IDF's bootloader refuses both
			return 0, wrongFile(KindCorrupt)
		}
		at += segmentHeader + length
		if at > size {
			return 0, wrongFile(KindTruncated)
		}
		for _, b := range data[segment.Offset:at] {
			checksum ^= b
		}
		segment.Kind = segmentKind(img.Chip, segment.Address)
		img.Segments = append(img.Segments, segment)
	}
	end := at/16*16 + 16
	if end > size {
		return 0, wrongFile(KindTruncated)
	}
	if data[end-1] != checksum {
		return 0, wrongFile(KindCorrupt)
	}
	return end, nil
}

func flashSize(code byte) int64 {
	if code > 7 {
		return 0
	}
	return 1 << (20 + code)
}

func flashMode(code byte) string {
	if modes := []string{"qio", "qout", "dio", "dout"}; int(code) < len(modes) {
		return modes[code]
	}
	return ""
}

// isBootloader knows a second-stage bootloader by its descriptor, or, before ESP-IDF 5.2 gave it one,
// by running from RAM alone.
func isBootloader(img *Image, data []byte) bool {
	if img.App != nil {
		return false
	}
	if data[descriptorOffset] == bootloaderMagic && len(data) < 1<<17 {
		return true
	}
	for _, segment := range img.Segments {
		if segment.Kind == "DROM" || segment.Kind == "IROM" || segment.Kind == "flash" || segment.Kind == "" {
			return false
		}
	}
	return len(data) < 1<<16
}

// trailerOf names what lies behind the end of an image.
func trailerOf(data []byte, end int64) (string, error) {
	rest := data[end:]
	aligned := (end + sectorSize - 1) / sectorSize * sectorSize
	switch size := int64(len(data)); {
	case len(rest) == 0:
		return "", nil
	case size == aligned+sectorSize && data[aligned] == 0xE7 && data[aligned+1] == 2:
		return "secure-boot-v2", nil
	case len(bytes.Trim(rest, "\xff")) == 0 || len(bytes.Trim(rest, "\x00")) == 0:
		return "padding", nil
	case len(rest) == arduinoSignature:
		return "arduino-signature", nil
	case len(rest) == 68 && binary.LittleEndian.Uint32(rest) == 0:
		return "secure-boot-v1", nil
	}
	return "", wrongFile(KindCorrupt)
}

func warningsOf(img *Image) []string {
	var warnings []string
	if _, known := chipOf(img.ChipID); !known {
		warnings = append(warnings, fmt.Sprintf("The image is for a chip with the number %d, which is not known here. It is kept; make sure that it fits your boards.", img.ChipID))
	}
	if img.App == nil {
		warnings = append(warnings, "The image holds no description of itself, which is unusual. It is kept; make sure that it is an application.")
	}
	if img.Trailer == "padding" {
		warnings = append(warnings, "There is filler behind the end of the image. It is kept as it is and sent to the boards with it.")
	}
	return warnings
}

// FitsSlot tells whether an image fits an OTA slot of this many bytes; an unknown size (0) fits.
func FitsSlot(img *Image, slotSize int64) bool { return slotSize == 0 || img.Size <= slotSize }

// Fits tells whether a board with this chip ("" = it never said) and OTA slot can run an image.
func Fits(img *Image, chip string, slotSize int64) bool {
	return img.Chip == cmp.Or(chip, defaultChip) && FitsSlot(img, slotSize)
}

func hexOf(sum [sha256.Size]byte) string { return hex.EncodeToString(sum[:]) }
