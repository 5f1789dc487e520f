package lessons

import (
	"slices"
	"strings"

	"byhand/session/text"
)

// A Change is one line that Fix wrote anew. After may be several lines.
type Change struct {
	Line          int // in the file as it was
	Before, After string
}

// Fix mends what a file of lessons says otherwise than its author means, where the cure is certain: text that YAML
// takes for something else is put in quotes, a misspelt key is set right, a comment that would be lost with its text
// gets a line of its own. It touches only lines that cannot be read as they are; comments stay, and so does all else.
// A translation (x.zh.yaml) is mended as YAML; of a lesson the keys are known, too.
func Fix(name string, src []byte, translation bool) ([]byte, []Change) {
	f := &fixer{name: name, lines: strings.Split(string(src), "\n"), translation: translation, tried: map[string]bool{}}
	f.was = make([]int, len(f.lines))
	for i := range f.was {
		f.was[i] = i + 1
	}
	for f.step() {
	}
	if _, isYAML := f.read(f.lines); !isYAML && f.certain != nil {
		*f = *f.certain
	}
	slices.SortStableFunc(f.changes, func(a, b Change) int { return a.Line - b.Line })
	return []byte(strings.Join(f.lines, "\n")), f.changes
}

// fixer mends one line after the other, as long as each makes the file better.
type fixer struct {
	name        string
	lines       []string
	was         []int // the number that each line had at first
	translation bool
	tried       map[string]bool
	changes     []Change
	certain     *fixer // as it was before a line was mended that the message did not name; nil if none was
}

// read gives the errors of lines, and whether they are YAML at all.
func (f *fixer) read(lines []string) (errs Errors, isYAML bool) {
	src := []byte(strings.Join(lines, "\n"))
	root, errs := parseYAML(f.name, src)
	if root == nil || f.translation {
		return errs, root != nil
	}
	_, errs = Parse(f.name, src)
	return errs, true
}

// step mends one line and reports whether it found one.
func (f *fixer) step() bool {
	errs, isYAML := f.read(f.lines)
	if !isYAML {
		return f.unreadable(errs)
	}
	for _, e := range errs {
		mend, ok := mends[e.What.T]
		if e.Hint.T == sayDidYouMean {
			mend, ok = renameKey, e.What.T == sayUnknownKey
		}
		if !ok || e.Line > len(f.lines) {
			continue
		}
		if after, ok := f.mended(e.Line, func(line string) (string, bool) { return mend(line, e) }); ok && f.try(e, after, len(errs)) {
			return true
		}
	}
	return false
}

// mended gives what a cure makes of a line, with the line's own end. A cure is tried once.
func (f *fixer) mended(line int, mend func(string) (string, bool)) (string, bool) {
	old, end := strings.CutSuffix(f.lines[line-1], "\r")
	after, ok := mend(old)
	if end {
		after = strings.ReplaceAll(after, "\n", "\r\n") + "\r"
	}
	once := itoa(f.was[line-1]) + after
	if !ok || f.tried[once] {
		return "", false
	}
	f.tried[once] = true
	return after, true
}

// unreadable quotes the line that makes the file no YAML. Where the message names a line far from it, any line that
// looks like it will do, if the file is YAML in the end.
func (f *fixer) unreadable(errs Errors) bool {
	if len(errs) == 0 {
		return false
	}
	src := strings.Join(f.lines, "\n")
	if t, ok := findTrap(src, errs[0].Line, false); ok {
		if after, ok := f.mended(t.line, quoteValue); ok {
			f.put(t.line, after)
			return true
		}
	}
	for _, t := range traps(src) {
		if after, ok := f.mended(t.line, quoteValue); ok {
			if f.certain == nil {
				as := *f
				as.lines, as.was, as.changes = slices.Clone(f.lines), slices.Clone(f.was), slices.Clone(f.changes)
				f.certain = &as
			}
			f.put(t.line, after)
			return true
		}
	}
	return false
}

// try puts after in the place of a line if its error is gone then, and no more have come.
func (f *fixer) try(e *Error, after string, errors int) bool {
	lines := slices.Clone(f.lines)
	lines[e.Line-1] = after
	errs, isYAML := f.read(lines)
	same := func(x *Error) bool {
		return x.What.T == sayTwice || x.What.T == e.What.T && x.Line == e.Line && x.Text == e.Text
	}
	if !isYAML || len(errs) > errors || slices.ContainsFunc(errs, same) {
		return false
	}
	f.put(e.Line, after)
	return true
}

// put writes a line anew and notes the change.
func (f *fixer) put(line int, after string) {
	i, was := line-1, f.was[line-1]
	before, shown := strings.TrimSuffix(f.lines[i], "\r"), strings.ReplaceAll(after, "\r", "")
	written := strings.Split(after, "\n")
	f.lines = slices.Replace(f.lines, i, i+1, written...)
	numbers := make([]int, len(written))
	for n := range numbers {
		numbers[n] = was
	}
	f.was = slices.Replace(f.was, i, i+1, numbers...)
	for n := range f.changes { // a line that is mended twice is one change
		if f.changes[n].Line == was {
			f.changes[n].After = strings.ReplaceAll(f.changes[n].After, before, shown)
			return
		}
	}
	f.changes = append(f.changes, Change{Line: was, Before: before, After: shown})
}

// mends gives the cure of each fault that has a certain one; a cure takes the line at fault.
var mends = map[text.T]func(line string, e *Error) (string, bool){
	sayTag:     func(line string, _ *Error) (string, bool) { return quoteValue(line) },
	sayAnchor:  func(line string, _ *Error) (string, bool) { return quoteValue(line) },
	sayAlias:   func(line string, _ *Error) (string, bool) { return quoteValue(line) },
	sayColon:   func(line string, _ *Error) (string, bool) { return quoteValue(line) },
	sayNotText: func(line string, _ *Error) (string, bool) { return quoteValue(line) },
	sayComment: keepComment,
}

// quoteValue puts the value of a line "key: value" or "- value" in quotes. A comment after it stays a comment.
func quoteValue(line string) (string, bool) {
	m := keyLine().FindStringSubmatch(line)
	if m == nil || strings.HasPrefix(m[4], "#") {
		return "", false
	}
	value, comment := cutComment(m[4])
	if value == "" || value[0] == '{' && strings.HasSuffix(value, "}") || value[0] == '[' && strings.HasSuffix(value, "]") {
		return "", false // several texts: which of them is meant, only the author knows
	}
	return m[1] + m[2] + m[3] + requoted(value) + comment, true
}

// cutComment parts a value from the comment after it: a # between blanks. A # that touches a word is text.
func cutComment(value string) (text, comment string) {
	i := strings.Index(value, " # ")
	if i < 0 {
		return value, ""
	}
	text = strings.TrimRight(value[:i], " ")
	return text, value[len(text):]
}

// keepComment mends a text that a # cuts off: "PASS a #b" is a password with a #, "NOOP # why" a remark, which gets a
// line of its own.
func keepComment(line string, e *Error) (string, bool) {
	if !strings.HasPrefix(e.Text, "# ") {
		return quoteValue(line)
	}
	rest, ok := strings.CutSuffix(line, e.Text)
	if !ok {
		return "", false
	}
	indent := line[:len(line)-len(strings.TrimLeft(line, " "))]
	return indent + e.Text + "\n" + strings.TrimRight(rest, " "), true
}

// renameKey writes the key that was meant.
func renameKey(line string, e *Error) (string, bool) {
	before, after, ok := strings.Cut(line, e.Text+":")
	if !ok || strings.Trim(before, " -") != "" {
		return "", false
	}
	return before + e.Hint.Args[0].(string) + ":" + after, true
}
