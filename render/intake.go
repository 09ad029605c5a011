package render

import "errors"

type Picture struct {
	Width, Height int
	JPEG          []byte
}

var (
	ErrNotPicture    = errors.New("a")
	ErrTooManyPixels = errors.New("b")
	ErrBrokenPicture = errors.New("c")
)

func Intake(data []byte) (*Picture, error) { return nil, ErrNotPicture }
