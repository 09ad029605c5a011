package render

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// maxFont bounds a font that somebody brings, in bytes; the largest there are have some 30 MB.
const maxFont = 64 << 20

// addFolder adds the .ttf and .otf files of a folder, in the order of their names. Each is read once
// to see whether it can be, but kept only when one of its letters is asked for. A folder that does not
// exist has none.
func (s *fontSet) addFolder(folder fs.FS) {
	entries, err := fs.ReadDir(folder, ".")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		s.problems = append(s.problems, fmt.Errorf("folder of fonts: %w", err))
	}
	for _, entry := range entries {
		if ext := strings.ToLower(path.Ext(entry.Name())); ext != ".ttf" && ext != ".otf" || entry.IsDir() {
			continue
		}
		if err := checkFont(folder, entry.Name()); err != nil {
			s.problems = append(s.problems, err)
			continue
		}
		s.fallbacks = append(s.fallbacks, &fallback{files: folder, file: entry.Name()})
	}
}

// checkFont tells what is wrong with a font that somebody brought. It sums up the tables first: in a
// file that was damaged on its way the library might stumble in the middle of a screen.
func checkFont(folder fs.FS, name string) error {
	info, err := fs.Stat(folder, name)
	if err != nil {
		return fmt.Errorf("font %q: %w", name, err)
	}
	if info.Size() > maxFont {
		return fmt.Errorf("font %q: %d MB is more than the %d MB allowed", name, info.Size()>>20, maxFont>>20)
	}
	data, err := fs.ReadFile(folder, name)
	if err != nil {
		return fmt.Errorf("font %q: %w", name, err)
	}
	if err := checkSums(data); err != nil {
		return fmt.Errorf("font %q: %w", name, err)
	}
	_, err = loadFace(folder, name)
	return err
}

// checkSums compares the sums of a font's tables with those in its directory.
func checkSums(data []byte) error {
	const header, record = 12, 16
	if len(data) < header {
		return errors.New("not a font")
	}
	tables := int(binary.BigEndian.Uint16(data[4:]))
	if tables == 0 || len(data) < header+tables*record {
		return errors.New("not a font")
	}
	for i := range tables {
		entry := data[header+i*record:][:record]
		tag, want := string(entry[:4]), binary.BigEndian.Uint32(entry[4:])
		from, length := uint64(binary.BigEndian.Uint32(entry[8:])), uint64(binary.BigEndian.Uint32(entry[12:]))
		if from+length > uint64(len(data)) {
			return fmt.Errorf("cut off: table %q is not all there", tag)
		}
		if tag != "head" && sum(data[from:from+length]) != want { // head holds a sum of the whole file, left out of its own
			return fmt.Errorf("damaged: the sum of table %q is wrong", tag)
		}
	}
	return nil
}

// sum adds a table's words, the last filled up with zeros.
func sum(table []byte) uint32 {
	var total uint32
	for len(table) >= 4 {
		total += binary.BigEndian.Uint32(table)
		table = table[4:]
	}
	var last [4]byte
	copy(last[:], table)
	return total + binary.BigEndian.Uint32(last[:])
}
