package lessons

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"

	"byhand/session/text"

	"gopkg.in/yaml.v3"
)

// kind is what a node of a lesson's file is.
type kind uint8

const (
	scalar kind = iota
	list
	table
	asking // no piece of a file: it asks its reader what may stand in its place
)

// node is a piece of a lesson's file: YAML without aliases, anchors and types of its own, every piece with its line.
type node struct {
	kind    kind
	text    string // of a scalar
	tag     string // of a scalar: !!str, !!int, !!float, !!bool, !!null, !!timestamp
	plain   bool   // a scalar without quotes, on one line
	block   bool   // a scalar after | or >
	comment string // what stands after it on its line
	line    int
	items   []*node // of a list
	rows    []row   // of a table
	form    *form   // of one that asks: what may stand there
}

// row is one key of a table with its value.
type row struct {
	key   string
	line  int
	value *node
}

// maxDepth bounds how deep a file may nest; a lesson needs eight.
const maxDepth = 40

// parseYAML is the one door of yaml.v3 in this package. It gives nil for a file that is no YAML or holds nothing.
func parseYAML(file string, src []byte) (*node, Errors) {
	dec := yaml.NewDecoder(bytes.NewReader(src))
	var doc yaml.Node
	err := dec.Decode(&doc)
	if errors.Is(err, io.EOF) {
		return nil, Errors{{File: file, Line: 1, What: sayEmptyFile.With()}}
	}
	if err != nil {
		return nil, Errors{syntaxError(file, string(src), err)}
	}
	w := walker{file: file}
	root := w.walk(doc.Content[0], 0)
	var second yaml.Node
	if err := dec.Decode(&second); err == nil {
		w.fail(second.Line, "---", sayTwoDocuments.With(), text.Said{})
	} else if !errors.Is(err, io.EOF) {
		w.errs = append(w.errs, syntaxError(file, string(src), err))
	}
	return root, w.errs
}

var yamlMessage = lazy(`^yaml: (?:line (\d+): )?(.*)`)

// syntaxError makes our message of yaml.v3's, which mostly names the line, or the one before it.
func syntaxError(file, src string, err error) *Error {
	line, what := 1, err.Error()
	if m := yamlMessage().FindStringSubmatch(what); m != nil {
		what = m[2]
		if m[1] != "" {
			line, _ = strconv.Atoi(m[1])
		}
	}
	if at := lineOf(src, line); strings.HasPrefix(strings.TrimLeft(at, " "), "\t") || strings.Contains(what, "tab character") {
		return &Error{File: file, Line: line, What: sayNoYAML.With(what), Hint: sayNoTabs.With(), Text: strings.TrimSpace(at)}
	}
	if t, ok := findTrap(src, line, strings.Contains(what, "did not find expected")); ok {
		return &Error{File: file, Line: t.line, What: t.what, Hint: t.cure, Text: t.text}
	}
	e := &Error{File: file, Line: line, What: sayNoYAML.With(what), Text: strings.TrimSpace(lineOf(src, line))}
	if strings.ContainsAny(e.Text, "{[") {
		e.Hint = sayFlowQuote.With()
	}
	return e
}

// walker turns yaml.v3's nodes into ours and refuses what a lesson has no use for.
type walker struct {
	file string
	errs Errors
}

func (w *walker) fail(line int, offending string, what, hint text.Said) {
	w.errs = append(w.errs, &Error{File: w.file, Line: line, What: what, Hint: hint, Text: offending})
}

func (w *walker) walk(y *yaml.Node, depth int) *node {
	n := &node{line: y.Line, comment: strings.TrimSpace(y.LineComment)}
	if depth > maxDepth {
		w.fail(y.Line, "", sayTooDeep.With(), text.Said{})
		return n
	}
	w.refuse(y)
	switch y.Kind {
	case yaml.SequenceNode:
		n.kind = list
		for _, c := range y.Content {
			n.items = append(n.items, w.walk(c, depth+1))
		}
	case yaml.MappingNode:
		n.kind = table
		w.rows(n, y, depth)
	default:
		n.text, n.tag = y.Value, y.ShortTag()
		if y.Style&yaml.TaggedStyle != 0 {
			n.tag = "!!str" // refuse has told of the tag; the rest is text
		}
		n.plain = y.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) == 0
		n.block = y.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0
	}
	return n
}

func (w *walker) rows(n *node, y *yaml.Node, depth int) {
	seen := map[string]int{}
	for i := 0; i+1 < len(y.Content); i += 2 {
		key := y.Content[i]
		if key.Kind != yaml.ScalarNode {
			w.fail(key.Line, "", sayKeyNotWord.With(), text.Said{})
			continue
		}
		w.refuse(key)
		if first, twice := seen[key.Value]; twice {
			w.fail(key.Line, key.Value, sayTwice.With(key.Value, first), text.Said{})
			continue
		}
		seen[key.Value] = key.Line
		n.rows = append(n.rows, row{key: key.Value, line: key.Line, value: w.walk(y.Content[i+1], depth+1)})
	}
}

// refuse tells of anchors, aliases and tags: they take words of the author's text away in silence.
func (w *walker) refuse(y *yaml.Node) {
	switch {
	case y.Kind == yaml.AliasNode:
		w.fail(y.Line, "*"+y.Value, sayAlias.With("*"+y.Value), sayQuote.With(quoted("*"+y.Value)))
	case y.Anchor != "":
		w.fail(y.Line, "&"+y.Anchor, sayAnchor.With("&"+y.Anchor), sayQuote.With(quoted(strings.TrimSpace("&"+y.Anchor+" "+y.Value))))
	case y.Style&yaml.TaggedStyle != 0:
		w.fail(y.Line, y.Tag, sayTag.With(y.Tag), sayQuote.With(quoted(strings.TrimSpace(y.Tag+" "+y.Value))))
	}
}

// quoted gives s in YAML's single quotes (YAML 1.2 §7.3.2); of a long text the beginning.
func quoted(s string) string {
	const most = 100 // enough to find the place
	if runes := []rune(s); len(runes) > most {
		s = string(runes[:most]) + "…"
	}
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}

// lineOf gives one line of src, counted from 1.
func lineOf(src string, n int) string {
	lines := strings.Split(src, "\n")
	if n < 1 || n > len(lines) {
		return ""
	}
	return lines[n-1]
}
