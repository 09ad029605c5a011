package device_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"
)

// patterns are the strings in a vector's answer that stand for more than themselves.
var patterns = map[string]func(any) bool{
	"$any":    func(any) bool { return true },
	"$bool":   func(v any) bool { _, ok := v.(bool); return ok },
	"$string": func(v any) bool { s, ok := v.(string); return ok && s != "" },
	"$text":   func(v any) bool { _, ok := v.(string); return ok },
	"$number": func(v any) bool { _, ok := v.(float64); return ok },
	"$int":    func(v any) bool { n, ok := v.(float64); return ok && n == math.Trunc(n) },
	"$time":   isTime,
	"$token":  form(`^[A-Za-z0-9_-]{43}$`),
	"$sha256": form(`^[0-9a-f]{64}$`),
	"$md5":    form(`^[0-9a-f]{32}$`),
	"$url":    form(`^(http://[^/ ]+)?/[!-~]*$`),
}

// isTime wants RFC 3339 in UTC.
func isTime(v any) bool {
	text, _ := v.(string)
	_, err := time.Parse(time.RFC3339, text)
	return err == nil && strings.HasSuffix(text, "Z")
}

func form(expression string) func(any) bool {
	compiled := regexp.MustCompile(expression)
	return func(v any) bool { s, ok := v.(string); return ok && compiled.MatchString(s) }
}

// mismatches compares an answer with what a vector wants of it: objects may hold more keys than
// wanted, lists have the same length, ["$each", x] is a list that is not empty and whose every
// element is like x. Each mismatch is a line that begins with its place.
func mismatches(at string, want, got any) []string {
	switch want := want.(type) {
	case string:
		if pattern, ok := patterns[want]; ok {
			if !pattern(got) {
				return []string{fmt.Sprintf("%s: want %s, got %s", at, want, short(got))}
			}
			return nil
		}
	case map[string]any:
		object, ok := got.(map[string]any)
		if !ok {
			return []string{fmt.Sprintf("%s: want an object, got %s", at, short(got))}
		}
		return mismatchedKeys(at, want, object)
	case []any:
		list, ok := got.([]any)
		if !ok {
			return []string{fmt.Sprintf("%s: want a list, got %s", at, short(got))}
		}
		return mismatchedItems(at, want, list)
	}
	if want != got {
		return []string{fmt.Sprintf("%s: want %s, got %s", at, short(want), short(got))}
	}
	return nil
}

func mismatchedKeys(at string, want, got map[string]any) []string {
	var lines []string
	for _, key := range slices.Sorted(maps.Keys(want)) {
		value, ok := got[key]
		if !ok {
			lines = append(lines, fmt.Sprintf("%s.%s: missing, want %s", at, key, short(want[key])))
			continue
		}
		lines = append(lines, mismatches(at+"."+key, want[key], value)...)
	}
	return lines
}

func mismatchedItems(at string, want, got []any) []string {
	if len(want) == 2 && want[0] == "$each" {
		if len(got) == 0 {
			return []string{at + ": the list is empty"}
		}
		want = slices.Repeat(want[1:], len(got))
	}
	if len(want) != len(got) {
		return []string{fmt.Sprintf("%s: want %d elements, got %d: %s", at, len(want), len(got), short(got))}
	}
	var lines []string
	for i := range want {
		lines = append(lines, mismatches(fmt.Sprintf("%s[%d]", at, i), want[i], got[i])...)
	}
	return lines
}

func short(v any) string {
	raw, _ := json.Marshal(v)
	return fmt.Sprintf("%.200s", raw)
}
