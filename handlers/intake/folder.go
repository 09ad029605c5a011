package intake

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"personalcms/store"

	"github.com/rs/zerolog"
)

const (
	maxEntries = 1000        // of the folder and its subfolders that are looked at
	maxTaken   = 4           // files that one look takes in: other jobs wait for it
	retryAfter = time.Minute // until a file is tried again that could not be stored
)

// actor is who is named in the log.
const actor = "upload folder"

// Folder is a folder that is watched, such as the one an Arduino build writes to: firmware and pictures that lie in
// it or one subfolder deep are taken in. Nothing in it is changed, links that lead out of it are not followed.
type Folder struct {
	path      string
	intake    *Intake
	maxUpload int64 // bytes of one file
	log       zerolog.Logger
	seen      map[string]sight // by the path within the folder
	said      string           // what was last logged of the folder itself
}

// sight is what the last look saw of a file.
type sight struct {
	size     int64
	modified time.Time
	done     bool      // it was taken in, refused or passed over
	again    time.Time // when it is tried again; zero = with the next look
}

// Watch makes a watched folder; nothing happens before Look is called. The folder need not exist yet.
func Watch(path string, intake *Intake, maxUpload int64, log zerolog.Logger) *Folder {
	return &Folder{path: path, intake: intake, maxUpload: maxUpload, log: log, seen: map[string]sight{}}
}

// Look reads the folder. A file is finished when it is as the last look saw it, and is tried once for each change.
// Files of one look that cannot be stored do not keep others from it; their errors are returned together.
func (f *Folder) Look(ctx context.Context, now time.Time) error {
	root, err := os.OpenRoot(f.path)
	if err != nil {
		f.say([]string{"It cannot be opened: " + reason(err) + "."})
		return nil
	}
	defer func() { _ = root.Close() }()
	files, complaints, err := filesIn(root)
	if err != nil { // what was seen stays: a network folder comes back
		f.say([]string{"It cannot be read: " + reason(err) + "."})
		return nil
	}
	f.say(complaints)
	before := f.seen
	f.seen = make(map[string]sight, len(files))
	taken, failed := 0, []error(nil)
	for _, file := range files {
		was, known := before[file.path]
		switch {
		case !known || was.size != file.size || !was.modified.Equal(file.modified):
			f.seen[file.path] = sight{size: file.size, modified: file.modified}
		case was.done || file.size == 0 || now.Before(was.again) || taken == maxTaken || ctx.Err() != nil:
			f.seen[file.path] = was
		default:
			taken++
			seen, err := f.try(ctx, root, file, now)
			f.seen[file.path] = seen
			failed = append(failed, err)
		}
	}
	return errors.Join(failed...)
}

// try takes one file in and returns what the next look has to know of it.
func (f *Folder) try(ctx context.Context, root *os.Root, file found, now time.Time) (sight, error) {
	seen := sight{size: file.size, modified: file.modified}
	switch err := f.take(ctx, root, file, now); {
	case errors.Is(err, errUnfinished):
		return sight{}, nil // as if nobody had seen it
	case err != nil:
		seen.again = now.Add(retryAfter)
		return seen, fmt.Errorf("%s: %w", file.path, err)
	}
	seen.done = true
	return seen, nil
}

// say logs what is wrong with the folder itself, when that changes.
func (f *Folder) say(complaints []string) {
	words := strings.Join(complaints, " ")
	if words != f.said && words != "" {
		f.log.Warn().Str("folder", f.path).Msg("upload folder: " + words)
	}
	f.said = words
}

// note writes what became of a file into both logs.
func (f *Folder) note(now time.Time, level zerolog.Level, message string) error {
	f.log.WithLevel(level).Str("folder", f.path).Msg(actor + ": " + message)
	return f.intake.db.AddLog(store.Entry{Time: now, Kind: store.LogAudit, Actor: actor, Level: level.String(), Message: message})
}

// reason is an error of the file system without the path it names.
func reason(err error) string {
	var of *os.PathError
	if errors.As(err, &of) {
		return of.Err.Error()
	}
	return err.Error()
}
