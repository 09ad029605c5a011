package simulate

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// checkKeys compares a JSON object with spec: words "path=kind", where a path is keys joined by dots, "[]" after a key
// means each element of an array, "*" every key, "?" after a key that it may be absent or null. Kinds are string, number,
// integer, bool, object, array, time (RFC 3339), url (absolute http), path (starts with /), id (string or number) and
// lists of allowed words, a|b. It returns a sentence per difference.
func checkKeys(o object, spec string) []string {
	var wrong []string
	for word := range strings.FieldsSeq(spec) {
		path, kind, _ := strings.Cut(word, "=")
		if what := checkKey(o, path, kind, ""); what != "" {
			wrong = append(wrong, what)
		}
	}
	return wrong
}

func checkKey(v any, path, kind, seen string) string {
	if path == "" {
		return checkKind(v, kind, seen)
	}
	part, rest, _ := strings.Cut(path, ".")
	name, array := strings.CutSuffix(part, "[]")
	name, optional := strings.CutSuffix(name, "?")
	o, ok := v.(object)
	if !ok {
		return fmt.Sprintf("key %q is not an object", seen)
	}
	if name == "*" {
		for key, value := range o {
			if what := checkValue(value, array, rest, kind, join(seen, key)); what != "" {
				return what
			}
		}
		return ""
	}
	value, has := o[name]
	switch {
	case optional && value == nil:
		return ""
	case !has:
		return fmt.Sprintf("key %q is missing", join(seen, name))
	}
	return checkValue(value, array, rest, kind, join(seen, name))
}

func checkValue(v any, array bool, rest, kind, seen string) string {
	if !array {
		return checkKey(v, rest, kind, seen)
	}
	items, ok := v.([]any)
	if !ok {
		return fmt.Sprintf("key %q is not an array", seen)
	}
	for i, item := range items {
		if what := checkKey(item, rest, kind, fmt.Sprintf("%s[%d]", seen, i)); what != "" {
			return what
		}
	}
	return ""
}

func checkKind(v any, kind, seen string) string {
	if isKind(v, kind) {
		return ""
	}
	shown, _ := json.Marshal(v)
	if len(shown) > 60 {
		shown = append(shown[:60], "…"...)
	}
	return fmt.Sprintf("key %q is not %s: %s", seen, kind, shown)
}

func isKind(v any, kind string) bool {
	text, isText := v.(string)
	switch kind {
	case "string":
		return isText
	case "number":
		_, ok := v.(json.Number)
		return ok
	case "integer":
		_, ok := integer(v)
		return ok
	case "id":
		_, ok := v.(json.Number)
		return ok || text != ""
	case "bool":
		_, ok := v.(bool)
		return ok
	case "object":
		_, ok := v.(object)
		return ok
	case "array":
		_, ok := v.([]any)
		return ok
	case "time":
		_, err := time.Parse(time.RFC3339, text)
		return err == nil
	case "url":
		return strings.HasPrefix(text, "http://") || strings.HasPrefix(text, "https://")
	case "path":
		return strings.HasPrefix(text, "/")
	}
	return text != "" && strings.Contains("|"+kind+"|", "|"+text+"|")
}

func integer(v any) (int, bool) {
	n, ok := v.(json.Number)
	if !ok {
		return 0, false
	}
	i, err := n.Int64()
	return int(i), err == nil
}

// number is a JSON number, or 0 for anything else.
func number(v any) float64 {
	n, _ := v.(json.Number)
	f, _ := n.Float64()
	return f
}

// text is a JSON string, or "" for anything else.
func text(v any) string {
	s, _ := v.(string)
	return s
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}
