package ota_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"personalcms/ota"
)

func TestNewVersion(t *testing.T) {
	taken := map[string]bool{}
	local := time.Date(2026, 1, 1, 0, 59, 58, 999, time.FixedZone("CET", 3600))
	for _, want := range []string{"20251231.235958", "20251231.235959", "20260101.000000"} {
		got := ota.NewVersion(local, func(version string) bool { return taken[version] })
		if got != want || !ota.ValidVersion(got) {
			t.Errorf("%q, want %q", got, want)
		}
		taken[got] = true
	}
}

func TestValidVersion(t *testing.T) {
	for version, want := range map[string]bool{
		"2.5.1": true, "1": true, "v2": true, "20261123.120000": true, "1.0.0-rc.1+build5": true, strings.Repeat("1", 32): true,
		"": false, strings.Repeat("1", 33): false, "../x": false, "/abs": false, "1..2": false, ".1": false, "-1": false,
		"a b": false, "1_2": false, "1\n": false, "версия": false, "1/2": false, `1\2`: false, "%2e": false,
	} {
		if got := ota.ValidVersion(version); got != want {
			t.Errorf("%q: %v", version, got)
		}
	}
}

func TestValidDeviceType(t *testing.T) {
	for name, want := range map[string]bool{
		"ESP32_LED_Blink": true, "my-board": true, "T": true, "a.b": true, strings.Repeat("x", 64): true,
		"": false, strings.Repeat("x", 65): false, "../x": false, "/abs": false, "a..b": false, "..": false, ".x": false, "_x": false,
		"a b": false, "a/b": false, `a\b`: false, "a\x00": false, "客厅": false, "<b>": false, "a\n": false,
	} {
		if got := ota.ValidDeviceType(name); got != want {
			t.Errorf("%q: %v", name, got)
		}
	}
}

func TestCompareVersions(t *testing.T) {
	order := []string{"", "0.9", "1", "1.0", "1.0.1", "1.2", "1.10", "2.4.1", "10", "20261123.115959", "20261123.120000", "rc", "rc.2"}
	for i, a := range order {
		for j, b := range order {
			got := ota.CompareVersions(a, b)
			if (got < 0) != (i < j) || (got == 0) != (i == j) {
				t.Errorf("%q and %q: %d", a, b, got)
			}
		}
	}
}

// TestCompareVersionsIsAnOrder: the other way round is the opposite, and what lies between lies between.
func TestCompareVersionsIsAnOrder(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	any := func() string {
		var version strings.Builder
		for range random.IntN(6) {
			version.WriteByte("0123.-+ab"[random.IntN(9)])
		}
		return version.String()
	}
	sign := func(n int) int { return min(1, max(-1, n)) }
	for range 20_000 {
		a, b, c := any(), any(), any()
		if sign(ota.CompareVersions(a, b)) != -sign(ota.CompareVersions(b, a)) {
			t.Fatalf("%q and %q", a, b)
		}
		if ota.CompareVersions(a, b) <= 0 && ota.CompareVersions(b, c) <= 0 && ota.CompareVersions(a, c) > 0 {
			t.Fatalf("%q, %q and %q", a, b, c)
		}
	}
}
