package render

import (
	"strconv"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	marks "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
)

// noteLine is one paragraph, heading, entry of a list or rule of a note.
type noteLine struct {
	Text   string
	Level  int    // heading: 1 to 6, 0 = none
	Bold   bool   // all of it is bold
	Strong []bool // of its words, where some are bold and some are not
	Mark   string // before it: "•", "1."
	Box    string // "open" or "done": a check box before it
	Indent int
	Rule   bool
}

// maxNoteLines bounds what is drawn of a note.
const maxNoteLines = 100

// parseNote reads Markdown into lines. It knows headings, paragraphs, lists, check boxes, rules and bold; of
// anything else only the text is left. It never fails: all text is Markdown.
func parseNote(source string) []noteLine {
	raw := []byte(source)
	parser := goldmark.New(goldmark.WithExtensions(extension.TaskList, extension.Strikethrough)).Parser()
	n := noteReader{source: raw}
	n.blocks(parser.Parse(text.NewReader(raw)), 0)
	return n.lines[:min(len(n.lines), maxNoteLines)]
}

type noteReader struct {
	source []byte
	lines  []noteLine
}

func (n *noteReader) blocks(parent ast.Node, indent int) {
	for node := parent.FirstChild(); node != nil; node = node.NextSibling() {
		switch block := node.(type) {
		case *ast.Heading:
			n.add(node, noteLine{Level: block.Level})
		case *ast.ThematicBreak:
			n.lines = append(n.lines, noteLine{Rule: true})
		case *ast.List:
			n.list(block, indent)
		case *ast.CodeBlock, *ast.FencedCodeBlock, *ast.HTMLBlock:
			for i := range node.Lines().Len() {
				segment := node.Lines().At(i)
				if code := strings.TrimSpace(string(segment.Value(n.source))); code != "" {
					n.lines = append(n.lines, noteLine{Text: code, Indent: indent})
				}
			}
		case *ast.Blockquote:
			n.blocks(node, indent+1)
		default:
			n.add(node, noteLine{Indent: indent})
		}
	}
}

func (n *noteReader) list(list *ast.List, indent int) {
	number := list.Start
	for item := list.FirstChild(); item != nil; item = item.NextSibling() {
		mark := "•"
		if list.IsOrdered() {
			mark = strconv.Itoa(number) + "."
			number++
		}
		for block := item.FirstChild(); block != nil; block = block.NextSibling() {
			if inner, ok := block.(*ast.List); ok {
				n.list(inner, min(indent+1, 4))
				continue
			}
			n.add(block, noteLine{Mark: mark, Indent: indent})
			mark = ""
		}
	}
}

// add appends the text of a block; a hard line break begins another line, so does a new line in what was typed.
func (n *noteReader) add(block ast.Node, line noteLine) {
	p := noteParagraph{source: n.source, line: line}
	p.walk(block, false)
	p.flush()
	n.lines = append(n.lines, p.lines...)
}

// noteParagraph collects the words of a block.
type noteParagraph struct {
	source []byte
	line   noteLine // the next one, without its text
	lines  []noteLine
	runs   []noteRun
}

// noteRun is text of one weight.
type noteRun struct {
	text string
	bold bool
}

func (p *noteParagraph) walk(node ast.Node, bold bool) {
	for child := node.FirstChild(); child != nil; child = child.NextSibling() {
		switch inline := child.(type) {
		case *ast.Text:
			p.runs = append(p.runs, noteRun{string(inline.Value(p.source)), bold})
			if inline.SoftLineBreak() || inline.HardLineBreak() {
				p.flush()
			}
		case *ast.String:
			p.runs = append(p.runs, noteRun{string(inline.Value), bold})
		case *ast.AutoLink:
			p.runs = append(p.runs, noteRun{string(inline.Label(p.source)), bold})
		case *marks.TaskCheckBox:
			p.line.Box, p.line.Mark = "open", " "
			if inline.IsChecked {
				p.line.Box = "done"
			}
		case *ast.Emphasis:
			p.walk(child, bold || inline.Level == 2)
		default:
			p.walk(child, bold)
		}
	}
}

// flush ends a line. A word is bold if its last letter is.
func (p *noteParagraph) flush() {
	line, words := p.line, ""
	inside := false // the run before ended within a word
	for _, run := range p.runs {
		fields := strings.Fields(run.text)
		for i := range fields {
			if i == 0 && inside && !startsBlank(run.text) {
				line.Strong[len(line.Strong)-1] = run.bold
				continue
			}
			line.Strong = append(line.Strong, run.bold)
		}
		if run.text != "" {
			inside = len(line.Strong) > 0 && !startsBlank(run.text[len(run.text)-1:])
		}
		words += run.text
	}
	p.runs = nil
	line.Text = strings.Join(strings.Fields(words), " ")
	bold := 0
	for _, strong := range line.Strong {
		if strong {
			bold++
		}
	}
	if line.Bold = bold > 0 && bold == len(line.Strong); line.Bold || bold == 0 {
		line.Strong = nil
	}
	if line.Text != "" || line.Box != "" {
		p.lines = append(p.lines, line)
		p.line.Box = ""
		if p.line.Mark != "" {
			p.line.Mark = " " // keeps the text in its column
		}
	}
}

func startsBlank(text string) bool { return strings.TrimLeft(text[:1], " \t\r\n") == "" }
