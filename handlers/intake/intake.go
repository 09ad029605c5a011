// Package intake takes firmware and pictures in: what a person or a script uploads, and what lies
// finished in the folder that is watched. All go through the same checks.
package intake

import (
	"cmp"
	"context"
	"path"
	"strings"

	"personalcms/handlers/problem"
	"personalcms/store"
)

// Intake checks files and stores them.
type Intake struct {
	db       *store.DB
	decoding chan struct{} // one picture is decoded at a time
}

// New makes an intake into a store. There is one, so that pictures are decoded one at a time wherever they come from.
func New(db *store.DB) *Intake {
	return &Intake{db: db, decoding: make(chan struct{}, 1)}
}

// PictureTurn waits until no other picture is decoded, so that many cost the memory of one. The returned function ends
// the turn. It is problem.Busy when ctx ends before.
func (in *Intake) PictureTurn(ctx context.Context) (func(), error) {
	select {
	case in.decoding <- struct{}{}:
		return func() { <-in.decoding }, nil
	case <-ctx.Done():
		return nil, problem.Busy
	}
}

// PlainName is a file's name for people: never a path, never longer than 100 characters, never empty.
func PlainName(name string) string {
	name = path.Base(strings.ReplaceAll(strings.ToValidUTF8(name, ""), `\`, "/"))
	if name == "." || name == "/" || name == ".." {
		name = ""
	}
	runes := []rune(name)
	return cmp.Or(string(runes[:min(len(runes), 100)]), "without a name")
}
