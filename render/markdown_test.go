package render

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseNote(t *testing.T) {
	for name, test := range map[string]struct {
		source string
		want   []noteLine
	}{
		"nothing":         {" \n\n", nil},
		"lines as typed":  {"Feed the cat.\nThanks!", []noteLine{{Text: "Feed the cat."}, {Text: "Thanks!"}}},
		"heading":         {"## Shopping", []noteLine{{Text: "Shopping", Level: 2}}},
		"all bold":        {"**Keep out**", []noteLine{{Text: "Keep out", Bold: true}}},
		"some bold":       {"Key **is** here", []noteLine{{Text: "Key is here", Strong: []bool{false, true, false}}}},
		"bold in a word":  {"un**done** it", []noteLine{{Text: "undone it", Strong: []bool{true, false}}}},
		"check boxes":     {"- [ ] eggs\n- [x] milk", []noteLine{{Text: "eggs", Mark: " ", Box: "open"}, {Text: "milk", Mark: " ", Box: "done"}}},
		"numbers":         {"3. a\n4. b", []noteLine{{Text: "a", Mark: "3."}, {Text: "b", Mark: "4."}}},
		"list in a list":  {"- a\n  - b", []noteLine{{Text: "a", Mark: "•"}, {Text: "b", Mark: "•", Indent: 1}}},
		"rule":            {"a\n\n---\n\nb", []noteLine{{Text: "a"}, {Rule: true}, {Text: "b"}}},
		"link and code":   {"see [the page](http://x) or `ls`", []noteLine{{Text: "see the page or ls"}}},
		"HTML stays text": {"<b>\nx", []noteLine{{Text: "<b>"}, {Text: "x"}}},
	} {
		if diff := cmp.Diff(test.want, parseNote(test.source)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func FuzzParseNote(f *testing.F) {
	for _, seed := range []string{"# a\n\n- [x] **b** c\n\n---\n1. d\n2. e", "> > a **b", "```\nx\n", "**a**b **c** \u00a0\n  \\\n*d*", "- - - a", "|a|b|\n|-|-|"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, source string) {
		if len(source) > maxOption {
			return
		}
		lines := parseNote(source)
		if len(lines) > maxNoteLines {
			t.Errorf("%d lines", len(lines))
		}
		for _, line := range lines {
			if line.Text == "" && !line.Rule && line.Box == "" {
				t.Errorf("an empty line: %+v", line)
			}
		}
	})
}
