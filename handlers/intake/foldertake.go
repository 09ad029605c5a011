package intake

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"
	"time"

	"personalcms/handlers/problem"
	"personalcms/ota"
	"personalcms/store"

	"github.com/rs/zerolog"
)

// take takes one finished file in and notes what became of it. Its error is not of the file but of the store, or
// errUnfinished.
func (f *Folder) take(ctx context.Context, root *os.Root, file found, now time.Time) error {
	if file.size > f.maxUpload {
		return f.refuse(now, file, fmt.Sprintf("It has %d bytes, and %d is the most that is taken. Raise --max-content-length if it should be.", file.size, f.maxUpload))
	}
	data, err := readFound(root, file)
	switch {
	case errors.Is(err, errUnfinished), errors.Is(err, fs.ErrNotExist):
		return errUnfinished
	case err != nil:
		return f.refuse(now, file, "It cannot be read: "+reason(err)+". Mend that and copy it here again.")
	}
	if strings.EqualFold(path.Ext(file.path), ".bin") {
		return f.takeFirmware(file, data, now)
	}
	return f.takePicture(ctx, file, data, now)
}

func (f *Folder) takePicture(ctx context.Context, file found, data []byte, now time.Time) error {
	picture, err := f.intake.Picture(ctx, path.Base(file.path), data, now)
	switch {
	case err != nil:
		return f.refused(now, file, err)
	case !picture.Uploaded.Equal(now) || picture.Title != titleOf(file.path): // it came before, from here or elsewhere
		return nil
	}
	return f.note(now, zerolog.InfoLevel, "imported picture "+picture.Title+" from "+file.path)
}

// takeFirmware imports an image. Type and version are never asked for: an image that says its type keeps it, one that
// does not has the name of its subfolder, and the version is the time.
func (f *Folder) takeFirmware(file found, data []byte, now time.Time) error {
	name := PlainName(file.path)
	result, err := f.intake.Firmware(Upload{Filename: name, Data: data, UnmarkedType: file.subfolder()}, now)
	var same *store.DuplicateImageError
	switch part := result.Part; {
	case errors.As(err, &same):
		return nil
	case part != nil && part.Uploaded.Equal(now) && part.Filename == name:
		return f.note(now, zerolog.InfoLevel, "kept the "+strings.ReplaceAll(part.Kind, "-", " ")+" "+file.path+" for flashing by wire")
	case part != nil: // boards of one kind share it
		return nil
	case err != nil:
		return f.refused(now, file, err)
	case result.Ask != "": // of the whole flash; a build writes it beside the one that is wanted
		f.log.Info().Str("folder", f.path).Msg(actor + ": passed over " + file.path + ", an image of the whole flash")
		return nil
	}
	words := append([]string{"imported firmware " + result.Firmware.Key + " from " + file.path}, result.Warnings...)
	return f.note(now, zerolog.InfoLevel, strings.Join(words, ". "))
}

// refused notes why a file is not taken, or returns an error that is not the file's fault.
func (f *Folder) refused(now time.Time, file found, err error) error {
	p := problem.Of(err)
	switch {
	case p == problem.Internal || p == problem.Busy:
		return err
	case p.Word == "no_device_type":
		return f.refuse(now, file, "The image does not say for which device type it is. Put it into a subfolder that has the device type as its name.")
	case p.Word == "bad_device_type" && !ota.ValidDeviceType(file.subfolder()):
		return f.refuse(now, file, "The image does not say for which device type it is, and the subfolder’s name is none. "+p.Detail)
	}
	return f.refuse(now, file, p.Detail)
}

func (f *Folder) refuse(now time.Time, file found, sentence string) error {
	return f.note(now, zerolog.WarnLevel, "did not take "+file.path+": "+sentence)
}
