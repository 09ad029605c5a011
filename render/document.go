package render

import (
	"encoding/json"
	"errors"
	"strings"

	"github.com/ohler55/ojg/jp"
	"github.com/ohler55/ojg/oj"
)

// What is read of a document at most.
const (
	longestPath = 300
	mostFound   = 500
	longestCell = 200 // letters
)

var errPath = errors.New("no JSONPath")

// document is a source's whole answer, to be looked into by paths.
type document struct{ root any }

func readDocument(raw json.RawMessage) (document, error) {
	root, err := oj.Parse(raw)
	return document{root}, err
}

// parsePath reads a JSONPath. It allows “..” once: twice would make of a small answer a huge one.
func parsePath(path string) (x jp.Expr, err error) {
	defer func() {
		if recover() != nil {
			err = errPath
		}
	}()
	if len(path) > longestPath || strings.Count(path, "..") > 1 {
		return nil, errPath
	}
	if x, err = jp.ParseString(path); err != nil || len(x) == 0 {
		return nil, errPath
	}
	return x, nil
}

// find is what a path leads to from some value, at most mostFound; a single list counts as its elements.
func find(x jp.Expr, in any) (found []any) {
	defer func() {
		if recover() != nil {
			found = nil // a filter that does not fit the document finds nothing
		}
	}()
	found = x.Get(in)
	if len(found) == 1 {
		if list, ok := found[0].([]any); ok {
			found = list
		}
	}
	return found[:min(len(found), mostFound)]
}

// first is the first value a path leads to, nil when there is none.
func first(x jp.Expr, in any) any {
	if found := find(x, in); len(found) > 0 {
		return found[0]
	}
	return nil
}
