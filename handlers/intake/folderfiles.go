package intake

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"time"
	"unicode"
)

// found is a file of the watched folder.
type found struct {
	path     string // within the folder, with slashes
	size     int64
	modified time.Time
}

// subfolder is the folder a file lies in, "" = the watched one itself.
func (file found) subfolder() string {
	if folder := path.Dir(file.path); folder != "." {
		return folder
	}
	return ""
}

// endings are those of files that are looked at: firmware and pictures, also those pictures that can only be refused
// with a word of advice. Everything else a build folder or a half-done copy holds is passed over by its name.
var endings = []string{".bin", ".jpg", ".jpeg", ".png", ".gif", ".webp", ".bmp", ".heic", ".heif", ".avif"}

// wanted tells whether a file is looked at. boot_app0.bin is no firmware: it stands beside it when a board is flashed by wire.
func wanted(name string) bool {
	return !hidden(name) && name != "boot_app0.bin" && slices.Contains(endings, strings.ToLower(path.Ext(name)))
}

// hidden names are not looked at: hidden files, temporary ones, and names that would break a line of the log.
func hidden(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "~") || strings.ContainsFunc(name, unicode.IsControl)
}

// filesIn lists the files that are looked at, in the folder and one level below, by their paths, and what a person
// should know of the rest. It fails where the folder itself cannot be read.
func filesIn(root *os.Root) (files []found, complaints []string, err error) {
	left := maxEntries
	entries, err := readFolder(root, ".", left+1)
	if err != nil {
		return nil, nil, err
	}
	var paths []string
	add := func(folder string, entries []fs.DirEntry) (below []string) {
		for _, entry := range entries[:min(len(entries), left)] {
			left--
			switch at := path.Join(folder, entry.Name()); {
			case entry.IsDir() && !hidden(entry.Name()):
				below = append(below, at)
			case !entry.IsDir() && wanted(entry.Name()):
				paths = append(paths, at)
			}
		}
		return below
	}
	more := len(entries) > left
	for _, folder := range add(".", entries) {
		entries, err := readFolder(root, folder, left+1)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			complaints = append(complaints, fmt.Sprintf("%s cannot be read: %s.", folder, reason(err)))
		}
		more = more || len(entries) > left
		add(folder, entries)
	}
	if more {
		complaints = append(complaints, fmt.Sprintf("It holds more than %d files and folders; the rest is not looked at. Watch a folder that holds less.", maxEntries))
	}
	for _, at := range paths {
		info, err := root.Stat(at) // follows links that stay inside
		switch {
		case err == nil && info.Mode().IsRegular():
			files = append(files, found{at, info.Size(), info.ModTime()})
		case err != nil && !errors.Is(err, fs.ErrNotExist):
			complaints = append(complaints, fmt.Sprintf("%s cannot be looked at: %s.", at, reason(err)))
		}
	}
	slices.SortFunc(files, func(a, b found) int { return cmp.Compare(a.path, b.path) })
	return files, complaints, nil
}

// readFolder lists at most n entries of a folder.
func readFolder(root *os.Root, name string, n int) ([]fs.DirEntry, error) {
	folder, err := root.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = folder.Close() }()
	entries, err := folder.ReadDir(n)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return entries, err
}

// errUnfinished says that a file changed while it was read.
var errUnfinished = errors.New("the file changes")

// readFound reads a file whole; it is errUnfinished unless it still is as it was seen.
func readFound(root *os.Root, file found) ([]byte, error) {
	opened, err := root.Open(file.path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = opened.Close() }()
	data, err := io.ReadAll(io.LimitReader(opened, file.size+1))
	if err != nil {
		return nil, err
	}
	info, err := opened.Stat()
	if err != nil {
		return nil, err
	}
	if int64(len(data)) != file.size || info.Size() != file.size || !info.ModTime().Equal(file.modified) {
		return nil, errUnfinished
	}
	return data, nil
}
