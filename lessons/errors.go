package lessons

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"byhand/session/text"
)

// An Error is one thing that is wrong with a lesson: where, what, and what to do about it.
type Error struct {
	File string
	Line int       // from 1
	What text.Said // what is wrong
	Hint text.Said // what to write instead; may be empty
	Text string    // the offending text
	Warn bool      // worth a look, but no fault
}

// Error gives the message in English.
func (e *Error) Error() string { return e.In(text.EN) }

// In gives the message in one language, on one line: FILE:LINE: what; hint. A warning says that it is one.
func (e *Error) In(lang text.Lang) string {
	what := e.What
	if e.Warn {
		what = sayWarning.With(what)
	}
	s := fmt.Sprintf("%s:%d: %s", e.File, e.Line, what.In(lang))
	if !e.Hint.Empty() {
		s += [...]string{"; ", "；"}[lang] + e.Hint.In(lang)
	}
	return strings.ReplaceAll(s, "\n", " ")
}

// Errors are all things that are wrong with a lesson, in the order of their lines.
type Errors []*Error

// Error gives all messages in English, one a line.
func (es Errors) Error() string {
	var b strings.Builder
	for i, e := range es {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(e.Error())
	}
	return b.String()
}

// Failed reports whether one of the errors is more than a warning.
func (es Errors) Failed() bool {
	return slices.ContainsFunc(es, func(e *Error) bool { return !e.Warn })
}

// sorted gives the errors by file and line, each once.
func (es Errors) sorted() Errors {
	slices.SortStableFunc(es, func(a, b *Error) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	return slices.CompactFunc(es, func(a, b *Error) bool { return a.Error() == b.Error() })
}

var sayWarning = text.T{EN: "warning: %s", ZH: "提醒：%s"}
