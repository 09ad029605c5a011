package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"personalcms/ota/otatest"
)

// command runs a command line in this process and returns what it prints.
func command(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	err := run(program{ctx: t.Context(), out: &out}, args)
	return out.String(), err
}

// refusedCommand fails when a command line does not fail with this sentence.
func refusedCommand(t *testing.T, sentence string, args ...string) {
	t.Helper()
	if out, err := command(t, args...); err == nil || !strings.Contains(err.Error(), sentence) {
		t.Errorf("%q: printed %q, failed with %v, want %q", args, out, err, sentence)
	}
}

func keep(t *testing.T, name string, data []byte) {
	t.Helper()
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestFirmwareIsSignedAndVerified goes the way of a release: make a key, sign, verify.
func TestFirmwareIsSignedAndVerified(t *testing.T) {
	folder := t.TempDir()
	at := func(name string) string { return filepath.Join(folder, name) }
	image := otatest.Build(otatest.Options{Marker: `PCMSFW{"type":"Clock","version":"2.5.0","board":"esp32dev"}`})
	keep(t, at("clock.bin"), image)
	keep(t, at("plain.bin"), otatest.Build(otatest.Options{}))
	keep(t, at("text.bin"), []byte(strings.Repeat("void setup() {}\n", 200)))

	printed, err := command(t, "firmware", "keygen", "--out", at("key.pem"))
	if err != nil || !strings.Contains(printed, "BEGIN PUBLIC KEY") || strings.Contains(printed, "BEGIN PRIVATE") || !strings.Contains(printed, "Key id: ") {
		t.Fatalf("%q, %v", printed, err)
	}
	keep(t, at("public.pem"), []byte(printed))
	info, err := os.Stat(at("key.pem"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	before, _ := os.ReadFile(at("key.pem"))
	refusedCommand(t, "is not overwritten", "firmware", "keygen", "--out", at("key.pem"))
	if after, _ := os.ReadFile(at("key.pem")); !bytes.Equal(before, after) {
		t.Error("the key was overwritten")
	}

	sign := func(file string, more ...string) []string {
		return append([]string{"firmware", "sign", at(file), "--key", at("key.pem")}, more...)
	}
	signature, err := command(t, sign("clock.bin")...)
	if err != nil {
		t.Fatal(err)
	}
	if out, err := command(t, sign("clock.bin", "--out", at("clock.sig"))...); err != nil || out != "" {
		t.Errorf("%q, %v", out, err)
	}
	verify := func(file, signature string, more ...string) []string {
		return append([]string{"firmware", "verify", at(file), "--signature", signature, "--public-key", at("public.pem")}, more...)
	}
	for _, args := range [][]string{
		verify("clock.bin", strings.TrimSpace(signature)), verify("clock.bin", at("clock.sig")),
		verify("clock.bin", at("clock.sig"), "--type", "Clock", "--version", "2.5.0"),
	} {
		if out, err := command(t, args...); err != nil || out != "The signature holds.\n" {
			t.Errorf("%q: %q, %v", args, out, err)
		}
	}
	refusedCommand(t, "does not hold", verify("clock.bin", at("clock.sig"), "--version", "2.5.1")...)
	refusedCommand(t, "does not hold", verify("clock.bin", at("clock.sig"), "--type", "Lamp")...)
	refusedCommand(t, "does not hold", verify("plain.bin", at("clock.sig"), "--type", "Clock", "--version", "2.5.0")...)
	refusedCommand(t, "not in base64", verify("clock.bin", at("nowhere.sig"))...)
	refusedCommand(t, "name it with --type", sign("plain.bin")...)
	refusedCommand(t, "name it with --version", sign("plain.bin", "--type", "T")...)
	refusedCommand(t, "cannot be a device type", sign("plain.bin", "--type", "a\nb", "--version", "1")...)
	refusedCommand(t, "cannot be a version", sign("plain.bin", "--type", "T", "--version", "1\n2")...)
	refusedCommand(t, "This is text", sign("text.bin", "--type", "T", "--version", "1")...)
	refusedCommand(t, "This is the public key", "firmware", "sign", at("clock.bin"), "--key", at("public.pem"))
	refusedCommand(t, "Keep it to yourself", "firmware", "verify", at("clock.bin"), "--signature", "x", "--public-key", at("key.pem"))
}
