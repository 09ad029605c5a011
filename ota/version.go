package ota

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"
	"time"
)

var (
	versionForm    = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9.+-]{0,31}$`)
	deviceTypeForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)
)

// versionTime is the form of a version that is the time of an upload.
const versionTime = "20060102.150405"

// NewVersion names an image by the second it was uploaded in, UTC, as YYYYMMDD.HHMMSS. Where taken
// says that this name is in use it takes the next free second, so two uploads in one second differ.
func NewVersion(now time.Time, taken func(version string) bool) string {
	for at := now.UTC(); ; at = at.Add(time.Second) {
		if version := at.Format(versionTime); !taken(version) {
			return version
		}
	}
}

// ValidVersion tells whether a version given by a person may be used: 1 to 32 letters, digits, dots,
// dashes and plus signs, beginning with a letter or digit. An underscore would blur the firmware key.
func ValidVersion(version string) bool {
	return versionForm.MatchString(version) && !strings.Contains(version, "..")
}

// ValidDeviceType tells whether a device type may be used: 1 to 64 letters, digits, dots, dashes and
// underscores, beginning with a letter or digit; never something that reads as a path.
func ValidDeviceType(deviceType string) bool {
	return deviceTypeForm.MatchString(deviceType) && !strings.Contains(deviceType, "..")
}

// FirmwareKey names one image: <device_type>_<version>.
func FirmwareKey(deviceType, version string) string { return deviceType + "_" + version }

// CompareVersions is negative when a is older than b: numbers between dots, dashes and plus signs
// compare as numbers and come before words, words compare as text.
func CompareVersions(a, b string) int {
	as, bs := versionParts(a), versionParts(b)
	for i := range min(len(as), len(bs)) {
		if c := comparePart(as[i], bs[i]); c != 0 {
			return c
		}
	}
	return cmp.Compare(len(as), len(bs))
}

func versionParts(version string) []string {
	return strings.FieldsFunc(version, func(r rune) bool { return strings.ContainsRune(".-+", r) })
}

func comparePart(a, b string) int {
	x, errX := strconv.ParseUint(a, 10, 64)
	y, errY := strconv.ParseUint(b, 10, 64)
	switch {
	case errX == nil && errY == nil:
		return cmp.Compare(x, y)
	case errX == nil:
		return -1
	case errY == nil:
		return 1
	}
	return cmp.Compare(a, b)
}
