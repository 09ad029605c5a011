// Package assets embeds what the pages and panels need beside Go code: style sheet, scripts, icons
// and fonts. They come from npm packages through build.mjs; a binary built without that step has
// none of them and says so (Built).
package assets

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"io/fs"
	"path"
	"strings"
)

//go:embed dist
var dist embed.FS

// Files is the folder of built files: static/… is served to browsers, fonts/… is for panels.
type Files struct {
	root   fs.FS
	hashed map[string]string // "app.css" -> "app.3f2a9c01.css"
	plain  map[string]string // the reverse
}

// Load reads the embedded files and computes their hashed names. It fails only when the embedded
// tree cannot be read, which would be a broken binary.
func Load() (*Files, error) {
	root, err := fs.Sub(dist, "dist")
	if err != nil {
		return nil, err
	}
	files := &Files{root: root, hashed: map[string]string{}, plain: map[string]string{}}
	entries, err := fs.ReadDir(root, "static")
	if errors.Is(err, fs.ErrNotExist) {
		return files, nil // the build step did not run; Built answers false
	}
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		data, err := fs.ReadFile(root, "static/"+entry.Name())
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(data)
		ext := path.Ext(entry.Name())
		hashed := strings.TrimSuffix(entry.Name(), ext) + "." + hex.EncodeToString(sum[:4]) + ext
		files.hashed[entry.Name()] = hashed
		files.plain[hashed] = entry.Name()
	}
	return files, nil
}

// Built tells whether the build step ran before this binary was compiled.
func (f *Files) Built() bool { return len(f.hashed) > 0 }

// URL is the address of a static file: /static/<name with a hash of its content>, so that browsers
// may keep it for ever. An unknown name gives its plain address.
func (f *Files) URL(name string) string {
	if hashed, ok := f.hashed[name]; ok {
		return "/static/" + hashed
	}
	return "/static/" + name
}

// Static returns the bytes behind one address below /static/ and whether the name carries its hash.
// The error is fs.ErrNotExist for names that were not built.
func (f *Files) Static(name string) (data []byte, immutable bool, err error) {
	plain, immutable := f.plain[name]
	if !immutable {
		plain = name
	}
	if !fs.ValidPath(plain) || strings.Contains(plain, "/") {
		return nil, false, fs.ErrNotExist
	}
	data, err = fs.ReadFile(f.root, "static/"+plain)
	return data, immutable, err
}

// Fonts is the folder of outline fonts (.ttf) for panels; it is empty when the build step did not run.
func (f *Files) Fonts() fs.FS {
	fonts, err := fs.Sub(f.root, "fonts")
	if err != nil {
		return nil
	}
	return fonts
}

// Icons is the folder of icon outlines for panels; it is empty when the build step did not run.
func (f *Files) Icons() fs.FS {
	icons, err := fs.Sub(f.root, "icons")
	if err != nil {
		return nil
	}
	return icons
}
