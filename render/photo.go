package render

import "image"

func photoGray(jpeg []byte, width, height int, mode string) (*image.Gray, error) {
	return Blank(width, height), nil
}
