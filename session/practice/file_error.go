package practice

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// A FileError is one thing that is wrong in a file that somebody wrote: a world, a list of users. It says so in English and in
// Chinese, because this package does not know who is reading.
type FileError struct {
	File    string
	Line    int // 0 if the whole file is meant
	English string
	Chinese string
}

// Error gives the English message, with file and line.
func (e *FileError) Error() string { return e.place() + e.English }

// InChinese gives the Chinese message, with file and line.
func (e *FileError) InChinese() string { return e.place() + e.Chinese }

func (e *FileError) place() string {
	if e.Line == 0 {
		return e.File + ": "
	}
	return e.File + ":" + strconv.Itoa(e.Line) + ": "
}

// FileErrors are all that is wrong in a file, in the order of its lines.
type FileErrors []*FileError

// Error gives all messages, one a line.
func (e FileErrors) Error() string { return e.join((*FileError).Error) }

// InChinese gives all messages in Chinese, one a line.
func (e FileErrors) InChinese() string { return e.join((*FileError).InChinese) }

func (e FileErrors) join(in func(*FileError) string) string {
	lines := make([]string, len(e))
	for i, one := range e {
		lines[i] = in(one)
	}
	return strings.Join(lines, "\n")
}

// A phrase is a message in both languages, with the verbs of package fmt.
type phrase struct{ en, zh string }

func (p phrase) at(file string, line int, args ...any) *FileError {
	return &FileError{file, line, fmt.Sprintf(p.en, args...), fmt.Sprintf(p.zh, args...)}
}

// syntaxError gives the place of an error that the YAML reader met.
func syntaxError(file string, err error) *FileError {
	m := regexp.MustCompile(`line (\d+): (.*)`).FindStringSubmatch(err.Error())
	if m == nil {
		return sayBadYAML.at(file, 0, strings.TrimPrefix(err.Error(), "yaml: "))
	}
	n, _ := strconv.Atoi(m[1])
	return sayBadYAML.at(file, n, m[2])
}

// A fileReader walks through a YAML file and gathers what is wrong.
type fileReader struct {
	file string
	errs FileErrors
}

func (r *fileReader) fail(n *yaml.Node, say phrase, args ...any) {
	r.errs = append(r.errs, say.at(r.file, n.Line, args...))
}

// root reads the file's text; nil if it is no YAML or holds nothing.
func (r *fileReader) root(src []byte) *yaml.Node {
	var doc yaml.Node
	if err := yaml.Unmarshal(src, &doc); err != nil {
		r.errs = append(r.errs, syntaxError(r.file, err))
		return nil
	}
	if len(doc.Content) == 0 {
		r.errs = append(r.errs, sayEmptyFile.at(r.file, 0))
		return nil
	}
	return plainNode(doc.Content[0])
}

func plainNode(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

// each goes through the rows of a table; a key may stand once.
func (r *fileReader) each(n *yaml.Node, what string, do func(key, value *yaml.Node)) {
	n = plainNode(n)
	if n.Tag == "!!null" {
		return
	}
	if n.Kind != yaml.MappingNode {
		r.fail(n, sayNoTable, what)
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if seen[key.Value] {
			r.fail(key, sayTwice, key.Value)
			continue
		}
		seen[key.Value] = true
		do(key, plainNode(n.Content[i+1]))
	}
}

// table goes through a table whose keys are known.
func (r *fileReader) table(n *yaml.Node, what string, rows map[string]func(*yaml.Node)) {
	r.each(n, what, func(key, value *yaml.Node) {
		row := rows[key.Value]
		if row == nil {
			r.fail(key, sayNoKey, what, key.Value, list(rows))
			return
		}
		row(value)
	})
}

// items gives the items of a list; something that is no list is a list of one.
func (r *fileReader) items(n *yaml.Node) []*yaml.Node {
	switch n = plainNode(n); {
	case n.Tag == "!!null":
		return nil
	case n.Kind != yaml.SequenceNode:
		return []*yaml.Node{n}
	}
	out := make([]*yaml.Node, len(n.Content))
	for i, item := range n.Content {
		out[i] = plainNode(item)
	}
	return out
}

// words gives a text as it is written, numbers and yes and no, too.
func (r *fileReader) words(n *yaml.Node) string {
	switch {
	case n.Kind != yaml.ScalarNode:
		r.fail(n, sayNoText)
	case n.Tag == "!!null":
		r.fail(n, sayNothing)
	case strings.HasPrefix(n.Tag, "!") && !strings.HasPrefix(n.Tag, "!!"):
		r.fail(n, sayTag, n.Tag)
	default:
		return n.Value
	}
	return ""
}

// text gives a function that reads a text into to.
func (r *fileReader) text(to *string) func(*yaml.Node) {
	return func(n *yaml.Node) { *to = r.words(n) }
}
