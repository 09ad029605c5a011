package ota

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"strings"
	"unicode"
)

// AppDescriptor is the esp_app_desc_t of an image. Images built by the Arduino core carry the core's,
// not the sketch's: it is shown, never trusted as identity.
type AppDescriptor struct {
	Project       string `json:"project"`
	Version       string `json:"version"`
	IDF           string `json:"idf"`
	Date          string `json:"date"` // day and time of the build, as the compiler wrote them
	ELFSHA256     string `json:"elf_sha256"`
	SecureVersion uint32 `json:"secure_version"`
}

func readAppDescriptor(data []byte) *AppDescriptor {
	if len(data) < descriptorOffset+descriptorSize {
		return nil
	}
	d := data[descriptorOffset : descriptorOffset+descriptorSize]
	if binary.LittleEndian.Uint32(d) != descriptorMagic {
		return nil
	}
	return &AppDescriptor{
		SecureVersion: binary.LittleEndian.Uint32(d[4:]),
		Version:       cString(d[16:48]), Project: cString(d[48:80]),
		Date: strings.TrimSpace(cString(d[96:112]) + " " + cString(d[80:96])),
		IDF:  cString(d[112:144]), ELFSHA256: hex.EncodeToString(d[144:176]),
	}
}

// cString is the text before the first zero byte, without what cannot be printed.
func cString(raw []byte) string {
	raw, _, _ = bytes.Cut(raw, []byte{0})
	return strings.Map(func(r rune) rune {
		if r == unicode.ReplacementChar || !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, string(raw))
}

// Marker is what a sketch of this project says of itself in the image: PCMSFW{…}.
type Marker struct {
	Type    string `json:"type"` // the device type
	Version string `json:"version"`
	Board   string `json:"board"`
}

const (
	markerStart = "PCMSFW{"
	markerLimit = 512 // bytes
)

// readMarker finds the first marker that can be read. The text alone may stand elsewhere in an image,
// such as in a program that looks for it.
func readMarker(data []byte) *Marker {
	for {
		at := bytes.Index(data, []byte(markerStart))
		if at < 0 {
			return nil
		}
		data = data[at+len(markerStart)-1:]
		end := bytes.IndexByte(data[:min(len(data), markerLimit)], '}')
		if end < 0 {
			continue
		}
		var marker Marker
		if json.Unmarshal(data[:end+1], &marker) == nil && ValidDeviceType(marker.Type) {
			marker.Version, marker.Board = cString([]byte(marker.Version)), cString([]byte(marker.Board))
			return &marker
		}
	}
}
