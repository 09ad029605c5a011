package device

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"reflect"
	"strings"

	"personalcms/handlers/problem"

	"github.com/labstack/echo/v4"
)

// maxJSON bounds the body of every JSON request of a device, in bytes.
const maxJSON = 64 << 10

func badRequest(word, detail string) *problem.Problem {
	return problem.New(http.StatusBadRequest, word, detail)
}

var badDeviceType = badRequest("bad_device_type",
	"A device type has 1 to 64 letters, digits, dots, dashes and underscores, and begins with a letter or digit.")

func wrongType(key, want string) *problem.Problem {
	p := badRequest("wrong_type", "The value of “"+key+"” must be "+want+".")
	p.Key = key
	return p
}

func body(c echo.Context) ([]byte, error) {
	raw, err := io.ReadAll(http.MaxBytesReader(c.Response(), c.Request().Body, maxJSON))
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return nil, problem.TooLarge
	}
	if err != nil {
		return nil, badRequest("broken_body", "The request ended before its body did.")
	}
	return raw, nil
}

// decode reads a JSON object into a struct. An empty body is an empty object, unknown keys are
// ignored; a key of the wrong type is a 400 that names it.
func decode(c echo.Context, into any) error {
	raw, err := body(c)
	if err != nil {
		return err
	}
	return decodeBytes(raw, into)
}

func decodeBytes(raw []byte, into any) error {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 {
		return nil
	}
	if raw[0] != '{' && json.Valid(raw) {
		return badRequest("not_an_object", "The body must be one JSON object.")
	}
	err := json.Unmarshal(raw, into)
	var mismatch *json.UnmarshalTypeError
	if errors.As(err, &mismatch) {
		return wrongType(mismatch.Field, jsonName(mismatch.Type))
	}
	var own *problem.Problem
	if errors.As(err, &own) {
		return own
	}
	if err != nil {
		return badRequest("malformed_json", "The body is not valid JSON.")
	}
	return nil
}

// jsonName says a Go type in the words of JSON.
func jsonName(wanted reflect.Type) string {
	kind := wanted.Kind().String()
	switch {
	case wanted == reflect.TypeFor[json.Number]():
		return "a string or a number"
	case kind == "string":
		return "a string"
	case kind == "bool":
		return "true or false"
	case kind == "slice":
		return "a list"
	case kind == "map" || kind == "struct":
		return "an object"
	case strings.HasPrefix(kind, "int"):
		return "a whole number"
	}
	return "a number"
}
