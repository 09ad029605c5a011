package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"personalcms/ota"
)

// firmwareCommands are what can be done with firmware files without a server.
type firmwareCommands struct {
	Inspect inspectCommand `cmd:"" help:"Say what a firmware file is and what it holds."`
	Keygen  keygenCommand  `cmd:"" help:"Make a key to sign firmware with."`
	Sign    signCommand    `cmd:"" help:"Sign a firmware file."`
	Verify  verifyCommand  `cmd:"" help:"Verify the signature of a firmware file."`
}

// maxInspect bounds the file that is looked at, in bytes: no ESP32 has more flash.
const maxInspect = 128 << 20

// readImage reads a file that should be an application image.
func readImage(name string) (*ota.Image, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	data, err := io.ReadAll(io.LimitReader(file, maxInspect))
	if err != nil {
		return nil, err
	}
	img, err := ota.ReadImage(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return img, nil
}

// inspectCommand says what a firmware file is.
type inspectCommand struct {
	File string `arg:"" help:"The file." type:"existingfile"`
}

// Run prints what the file holds as JSON, or fails with what it is instead of an application image.
func (i inspectCommand) Run(p program) error {
	img, err := readImage(i.File)
	var wrong *ota.WrongFileError
	if errors.As(err, &wrong) {
		for _, slot := range wrong.Slots {
			if _, err := fmt.Fprintf(p.out, "%-16s %-6s %-10s 0x%06X %8d bytes\n", slot.Label, slot.Type, slot.Subtype, slot.Offset, slot.Size); err != nil {
				return err
			}
		}
		return fmt.Errorf("%s: %s", i.File, wrong.Sentence)
	}
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(p.out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(img)
}

// keygenCommand makes a signing key.
type keygenCommand struct {
	Out string `help:"File that gets the private key; it must not exist." default:"signing-key.pem" type:"path"`
}

// Run writes the private key for its owner's eyes only and prints the public one with its id.
func (k keygenCommand) Run(p program) error {
	key, err := ota.NewSigningKey()
	if err != nil {
		return err
	}
	private, err := ota.PrivateKeyText(key)
	if err != nil {
		return err
	}
	public, err := ota.PublicKeyText(&key.PublicKey)
	if err != nil {
		return err
	}
	id, err := ota.KeyID(&key.PublicKey)
	if err != nil {
		return err
	}
	if err := writeNew(k.Out, private, 0o600); err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.out, "%sKey id: %s\nThe private key is in %s. Keep a copy in a safe place: boards that remember it take no other.\n", public, id, k.Out)
	return err
}

// writeNew writes a file that must not be there yet; it leaves nothing half written.
func writeNew(name, text string, mode fs.FileMode) error {
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is there already and is not overwritten; choose another name with --out", name)
	}
	if err != nil {
		return err
	}
	_, err = file.WriteString(text)
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return errors.Join(err, os.Remove(name))
	}
	return nil
}

// statementFlags say what an image is signed as.
type statementFlags struct {
	File    string `arg:"" help:"The firmware file." type:"existingfile"`
	Type    string `help:"Device type; unset, what the image says of itself."`
	Version string `help:"Version; unset, what the image says of itself."`
}

// statement is the text that is signed.
func (s statementFlags) statement() (string, error) {
	img, err := readImage(s.File)
	var wrong *ota.WrongFileError
	if errors.As(err, &wrong) {
		return "", fmt.Errorf("%s: %s", s.File, wrong.Sentence)
	}
	if err != nil {
		return "", err
	}
	var says ota.Marker
	if img.Marker != nil {
		says = *img.Marker
	}
	deviceType, version := cmp.Or(s.Type, says.Type), cmp.Or(s.Version, says.Version)
	switch {
	case deviceType == "":
		return "", errors.New("the image does not say for which device type it is; name it with --type")
	case version == "":
		return "", errors.New("the image does not say its version; name it with --version")
	case !ota.ValidDeviceType(deviceType):
		return "", fmt.Errorf("%q cannot be a device type: 1 to 64 letters, digits, dots, dashes and underscores", deviceType)
	case !ota.ValidVersion(version):
		return "", fmt.Errorf("%q cannot be a version: 1 to 32 letters, digits, dots, dashes and plus signs", version)
	}
	return ota.Statement(deviceType, version, img.Size, img.SHA256), nil
}

// signCommand signs a firmware file.
type signCommand struct {
	statementFlags
	Key string `required:"" help:"File with the private key." type:"existingfile"`
	Out string `help:"File that gets the signature, instead of printing it; it must not exist." type:"path"`
}

// Run prints or writes the signature in base64.
func (s signCommand) Run(p program) error {
	statement, err := s.statement()
	if err != nil {
		return err
	}
	text, err := os.ReadFile(s.Key)
	if err != nil {
		return err
	}
	key, err := ota.ParsePrivateKey(string(text))
	if err != nil {
		return fmt.Errorf("%s: %w", s.Key, err)
	}
	signature, err := ota.Sign(key, statement)
	if err != nil {
		return err
	}
	if s.Out != "" {
		return writeNew(s.Out, signature+"\n", 0o644)
	}
	_, err = fmt.Fprintln(p.out, signature)
	return err
}

// verifyCommand verifies a signature.
type verifyCommand struct {
	statementFlags
	Signature string `required:"" help:"The signature in base64, or a file that holds it."`
	PublicKey string `required:"" help:"File with the public key." type:"existingfile"`
}

// Run says that the signature holds, or fails with why it does not.
func (v verifyCommand) Run(p program) error {
	statement, err := v.statement()
	if err != nil {
		return err
	}
	text, err := os.ReadFile(v.PublicKey)
	if err != nil {
		return err
	}
	key, err := ota.ParsePublicKey(string(text))
	if err != nil {
		return fmt.Errorf("%s: %w", v.PublicKey, err)
	}
	signature := v.Signature
	if raw, err := os.ReadFile(v.Signature); err == nil {
		signature = string(raw)
	}
	if err := ota.Verify(key, statement, signature); err != nil {
		return err
	}
	_, err = fmt.Fprintln(p.out, "The signature holds.")
	return err
}
