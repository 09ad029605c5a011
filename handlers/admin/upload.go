package admin

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"strings"

	"personalcms/handlers/intake"
	"personalcms/handlers/problem"

	"github.com/labstack/echo/v4"
)

// readUpload reads the one file of a multipart form. The router bounds the body.
func readUpload(c echo.Context, field string) (*multipart.FileHeader, []byte, error) {
	files, err := formFiles(c, field)
	if err != nil {
		return nil, nil, err
	}
	if len(files) > 1 {
		return nil, nil, problem.New(http.StatusBadRequest, "many_files", "Send one file with each request.")
	}
	data, err := readFile(files[0])
	return files[0], data, err
}

// formFiles are the files of a multipart form, one at least.
func formFiles(c echo.Context, field string) ([]*multipart.FileHeader, error) {
	if err := parseForm(c); err != nil {
		return nil, err
	}
	files := c.Request().MultipartForm.File[field]
	if len(files) == 0 {
		return nil, problem.New(http.StatusBadRequest, "no_file", "No file came with the request. Choose one and send it again.")
	}
	return files, nil
}

// maxFormMemory is what is kept in memory of a form, in bytes. A form with many large files has the rest in
// temporary files, which are gone with the end of the request.
const maxFormMemory = 64 << 20

func parseForm(c echo.Context) error {
	err := c.Request().ParseMultipartForm(maxFormMemory)
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return problem.TooLarge
	case err != nil:
		return problem.New(http.StatusBadRequest, "bad_form", "The request is not a multipart form with a file, or it ended too early.")
	}
	return nil
}

func readFile(header *multipart.FileHeader) ([]byte, error) {
	file, err := header.Open()
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	return io.ReadAll(file)
}

// saidOfFirmware is what a form says of the firmware it brings, without a file.
func saidOfFirmware(c echo.Context) intake.Upload {
	value := func(name string) string { return strings.TrimSpace(c.Request().FormValue(name)) }
	return intake.Upload{
		DeviceType: value("device_type"), Version: value("version"), Description: value("description"), Signature: value("signature"),
		AutoAssign: value("auto_assign") == "true", Extract: value("extract") == "true", TypeSure: value("type_sure") == "true",
	}
}
